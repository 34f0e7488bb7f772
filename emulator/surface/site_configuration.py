"""Rows: how web sites run, and which settings stay with a slot."""

from __future__ import annotations

from emulator.domain import site_configuration
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.surface.operation import Operation
from emulator.wire import site_configuration as documents
from emulator.wire.web_dialect import WEB_SITES

_FAMILY = "websites"
_SINCE = "2012-08-01"
_ONE = "/{subscription_id}/services/WebSpaces/{webspace_name}/sites/{website_name}"

ROWS = (
    Operation(
        name="GetSiteConfiguration",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/config",
        since=_SINCE,
        does=site_configuration.get,
        writes=documents.SITE_CONFIG,
        json=documents.SITE_CONFIG_JSON,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="UpdateSiteConfiguration",
        family=_FAMILY,
        method="PUT",
        path=f"{_ONE}/config",
        since=_SINCE,
        reads=documents.UPDATE_SITE_CONFIG,
        does=site_configuration.update,
        confidential=True,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="GetSlotConfigNames",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/slotConfigNames",
        since=_SINCE,
        does=site_configuration.slot_config_names,
        writes=documents.SLOT_CONFIG_NAMES,
        json=documents.SLOT_CONFIG_NAMES_JSON,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="UpdateSlotConfigNames",
        family=_FAMILY,
        method="POST",
        path=f"{_ONE}/slotConfigNames",
        since=_SINCE,
        reads=documents.UPDATE_SLOT_CONFIG_NAMES,
        does=site_configuration.update_slot_config_names,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
)
