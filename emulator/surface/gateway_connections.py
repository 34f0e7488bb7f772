"""Rows: connections of second-generation gateways."""

from __future__ import annotations

from functools import partial

from emulator.domain import gateway_connections
from emulator.domain.refusals import SEEN
from emulator.surface.gateways import FAMILY, NETWORKING, SECOND_GENERATION
from emulator.surface.operation import Operation
from emulator.wire import gateway_connections as documents
from emulator.wire.gateways import GATEWAY_OPERATION_ASYNC_RESPONSE

_ALL = f"{NETWORKING}/gatewayconnections"
_ONE = f"{_ALL}/virtualnetworkgateway/{{gateway_id}}/connectedentity/{{connected_entity_id}}"

_row = partial(Operation, family=FAMILY, since=SECOND_GENERATION, evidence=SEEN)
_change = partial(_row, writes=GATEWAY_OPERATION_ASYNC_RESPONSE, status=202, accepted=True)

ROWS = (
    _row(
        name="ListVirtualNetworkGatewayConnections",
        method="GET",
        path=_ALL,
        does=gateway_connections.list_all,
        writes=documents.GATEWAY_CONNECTIONS,
    ),
    _change(
        name="CreateVirtualNetworkGatewayConnection",
        method="POST",
        path=_ALL,
        reads=documents.CREATE_GATEWAY_CONNECTION_PARAMETERS,
        does=gateway_connections.create,
        confidential=True,
    ),
    _row(
        name="GetVirtualNetworkGatewayConnection",
        method="GET",
        path=_ONE,
        does=gateway_connections.get,
        writes=documents.GATEWAY_CONNECTION,
    ),
    _change(
        name="UpdateVirtualNetworkGatewayConnection",
        method="PATCH",
        path=_ONE,
        reads=documents.UPDATE_GATEWAY_CONNECTION_PARAMETERS,
        does=gateway_connections.update,
        confidential=True,
    ),
    _change(name="DeleteVirtualNetworkGatewayConnection", method="DELETE", path=_ONE, does=gateway_connections.delete),
)
