"""Rows: gateways of the second generation, which are known by their ids."""

from __future__ import annotations

from functools import partial

from emulator.domain import virtual_network_gateways
from emulator.domain.refusals import SEEN
from emulator.surface.gateways import FAMILY, NETWORKING, SECOND_GENERATION
from emulator.surface.operation import Operation
from emulator.wire import gateways as documents
from emulator.wire.virtual_network_gateways import CREATE_VIRTUAL_NETWORK_GATEWAY_PARAMETERS

ALL = f"{NETWORKING}/virtualnetworkgateways"
ONE = f"{ALL}/{{gateway_id}}"

_row = partial(Operation, family=FAMILY, since=SECOND_GENERATION, evidence=SEEN)
_change = partial(_row, writes=documents.GATEWAY_OPERATION_ASYNC_RESPONSE, status=202, accepted=True)

ROWS = (
    _change(
        name="CreateVirtualNetworkGateway",
        method="POST",
        path=f"{NETWORKING}/{{virtual_network_name}}/virtualnetworkgateways",
        reads=CREATE_VIRTUAL_NETWORK_GATEWAY_PARAMETERS,
        does=virtual_network_gateways.create,
        status=201,
    ),
    _row(
        name="ListVirtualNetworkGateways",
        method="GET",
        path=ALL,
        does=virtual_network_gateways.list_all,
        writes=documents.VIRTUAL_NETWORK_GATEWAYS,
    ),
    _row(
        name="GetVirtualNetworkGateway",
        method="GET",
        path=ONE,
        does=virtual_network_gateways.find,
        writes=documents.VIRTUAL_NETWORK_GATEWAY,
    ),
    _change(
        name="ResetVirtualNetworkGateway",
        method="PATCH",
        path=ONE,
        reads=documents.UPDATE_GATEWAY_PARAMETERS,
        does=virtual_network_gateways.update,
    ),
    _change(name="DeleteVirtualNetworkGateway", method="DELETE", path=ONE, does=virtual_network_gateways.delete),
)
