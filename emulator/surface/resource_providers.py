"""Rows: registration of resource providers.

No success was recorded. Clients differ in what they take for one: of web sites 202, of the scheduler's types 200.
"""

from __future__ import annotations

from functools import partial

from emulator.domain import resource_providers
from emulator.domain.refusals import ASSUMED
from emulator.surface.operation import Operation, Query
from emulator.wire import resource_providers as documents

_FAMILY = "resource provider registration"
_SERVICES = "/{subscription_id}/services"

_registration = partial(
    Operation,
    family=_FAMILY,
    method="PUT",
    since="2009-10-01",
    query=(Query("service", "service_name", required=True),),
    evidence=ASSUMED,
)

ROWS = (
    _registration(name="RegisterResource", path=f"{_SERVICES}?action=register", does=resource_providers.register),
    _registration(
        name="RegisterWebsiteResource",
        path=f"{_SERVICES}?service=website&action=register",
        does=resource_providers.register_later,
        status=202,
        accepted=True,
    ),
    _registration(name="UnregisterResource", path=f"{_SERVICES}?action=unregister", does=resource_providers.unregister),
    _registration(
        name="UnregisterWebsiteResource",
        path=f"{_SERVICES}?service=website&action=unregister",
        does=resource_providers.unregister_later,
        status=202,
        accepted=True,
    ),
    Operation(
        name="GetResourceProviderProperties",
        family=_FAMILY,
        method="GET",
        path="/{subscription_id}/resourceproviders/scheduler/Properties",
        since="2012-08-01",
        query=(Query("resourceType", "resource_type", required=True),),
        does=resource_providers.scheduler_properties,
        writes=documents.PROPERTIES,
        evidence=ASSUMED,
    ),
)
