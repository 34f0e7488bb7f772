"""Rows: profiles of Traffic Manager and their definitions."""

from __future__ import annotations

from functools import partial

from emulator.domain import traffic_manager
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.wire import traffic_manager as documents

_SERVICE = "/{subscription_id}/services/WATM"
_PROFILES = f"{_SERVICE}/profiles"
_PROFILE = f"{_PROFILES}/{{profile_name}}"
_DEFINITIONS = f"{_PROFILE}/definitions"

_row = partial(Operation, family="traffic manager", since="2011-10-01", speaks=documents.TRAFFIC_MANAGER, evidence=SEEN)

ROWS = (
    _row(
        name="CheckDnsPrefixAvailability",
        method="GET",
        path=f"{_SERVICE}/operations/isavailable/{{dns_name}}",
        does=traffic_manager.is_available,
        writes=documents.AVAILABILITY,
    ),
    _row(
        name="ListProfiles",
        method="GET",
        path=_PROFILES,
        does=traffic_manager.list_profiles,
        writes=documents.PROFILES,
    ),
    _row(
        name="CreateProfile",
        method="POST",
        path=_PROFILES,
        reads=documents.CREATE_PROFILE,
        does=traffic_manager.create_profile,
    ),
    _row(
        name="GetProfile",
        method="GET",
        path=_PROFILE,
        does=traffic_manager.get_profile,
        writes=documents.PROFILE,
    ),
    _row(
        name="UpdateProfile",
        method="PUT",
        path=_PROFILE,
        reads=documents.UPDATE_PROFILE,
        does=traffic_manager.update_profile,
    ),
    _row(name="DeleteProfile", method="DELETE", path=_PROFILE, does=traffic_manager.delete_profile),
    _row(
        name="ListDefinitions",
        method="GET",
        path=_DEFINITIONS,
        does=traffic_manager.list_definitions,
        writes=documents.DEFINITIONS,
    ),
    _row(
        name="CreateDefinition",
        method="POST",
        path=_DEFINITIONS,
        reads=documents.CREATE_DEFINITION,
        does=traffic_manager.create_definition,
        writes=documents.DEFINITION_MADE,
    ),
    # A profile has one definition, whose version is always 1.
    _row(
        name="GetDefinition",
        method="GET",
        path=f"{_DEFINITIONS}/1",
        does=traffic_manager.get_definition,
        writes=documents.DEFINITION,
    ),
)
