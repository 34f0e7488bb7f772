"""Rows: server farms (web hosting plans)."""

from __future__ import annotations

from emulator.domain import server_farms
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.surface.operation import Operation
from emulator.wire import server_farms as documents
from emulator.wire.web_dialect import WEB_SITES

_FAMILY = "websites"
_SINCE = "2012-08-01"
_ALL = "/{subscription_id}/services/WebSpaces/{webspace_name}/ServerFarms"
_ONE = f"{_ALL}/{{server_farm_name}}"

ROWS = (
    Operation(
        name="ListWebHostingPlans",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since=_SINCE,
        does=server_farms.list_all,
        writes=documents.SERVER_FARMS,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="CreateWebHostingPlan",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since=_SINCE,
        reads=documents.CREATE_SERVER_FARM,
        does=server_farms.create,
        writes=documents.SERVER_FARM,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="GetWebHostingPlan",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since=_SINCE,
        does=server_farms.get,
        writes=documents.SERVER_FARM,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="UpdateWebHostingPlan",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since=_SINCE,
        reads=documents.CREATE_SERVER_FARM,
        does=server_farms.update,
        writes=documents.SERVER_FARM,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteWebHostingPlan",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since=_SINCE,
        does=server_farms.delete,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
)
