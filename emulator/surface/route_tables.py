"""Rows: route tables, their routes, the subnets that have them, and the routes that hold for an instance."""

from __future__ import annotations

from functools import partial

from emulator.domain import route_tables
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.surface.operation import Operation, Query
from emulator.surface.parameters import full
from emulator.surface.paths import DEPLOYMENT, SUBNET
from emulator.wire import route_tables as documents

_TABLES = "/{subscription_id}/services/networking/routetables"
_TABLE = f"{_TABLES}/{{route_table_name}}"
_ROUTE = f"{_TABLE}/routes/{{route_name}}"
_ON_SUBNET = f"{SUBNET}/routetables"
_INSTANCE = f"{DEPLOYMENT}/roleinstances/{{role_instance_name}}"

_FAMILY = "route tables"
# That they came with this version is assumed; the earliest one that was recorded is 2014-10-01.
_row = partial(Operation, family=_FAMILY, since="2014-08-01", evidence=SEEN)

ROWS = (
    _row(
        name="ListRouteTables",
        method="GET",
        path=_TABLES,
        does=route_tables.list_all,
        writes=documents.ROUTE_TABLES,
    ),
    _row(
        name="CreateRouteTable",
        method="POST",
        path=_TABLES,
        reads=documents.CREATE_ROUTE_TABLE,
        does=route_tables.create,
        status=202,
        accepted=True,
    ),
    _row(
        name="GetRouteTable",
        method="GET",
        path=_TABLE,
        query=(Query("detailLevel", "full", full, shows=True),),
        does=route_tables.get,
        writes=documents.ROUTE_TABLE,
    ),
    _row(
        name="DeleteRouteTable",
        method="DELETE",
        path=_TABLE,
        does=route_tables.delete,
        status=202,
        accepted=True,
    ),
    _row(
        name="SetRoute",
        method="PUT",
        path=_ROUTE,
        reads=documents.SET_ROUTE,
        does=route_tables.set_route,
        status=202,
        accepted=True,
    ),
    _row(
        name="DeleteRoute",
        method="DELETE",
        path=_ROUTE,
        does=route_tables.delete_route,
        status=202,
        accepted=True,
    ),
    _row(
        name="GetRouteTableForSubnet",
        method="GET",
        path=_ON_SUBNET,
        does=route_tables.get_for_subnet,
        writes=documents.ROUTE_TABLE_ASSOCIATION,
    ),
    _row(
        name="AddRouteTableToSubnet",
        method="POST",
        path=_ON_SUBNET,
        reads=documents.ROUTE_TABLE_ASSOCIATION,
        does=route_tables.add_to_subnet,
        status=202,
        accepted=True,
    ),
    _row(
        name="RemoveRouteTableFromSubnet",
        method="DELETE",
        path=_ON_SUBNET,
        does=route_tables.remove_from_subnet,
        status=202,
        accepted=True,
    ),
    Operation(
        name="GetEffectiveRouteTableForRoleInstance",
        family=_FAMILY,
        method="GET",
        path=f"{_INSTANCE}/effectiveroutetable",
        since="2015-04-01",
        does=route_tables.effective,
        writes=documents.EFFECTIVE_ROUTE_TABLE,
        evidence=SEEN,
    ),
    Operation(
        name="GetEffectiveRouteTableForNetworkInterface",
        family=_FAMILY,
        method="GET",
        path=f"{_INSTANCE}/networkinterfaces/{{network_interface_name}}/effectiveroutetable",
        since="2015-04-01",
        does=route_tables.effective,
        writes=documents.EFFECTIVE_ROUTE_TABLE,
        evidence=ASSUMED,
    ),
)
