"""Rows: shared keys, IPsec parameters and connections of gateways, for both generations."""

from __future__ import annotations

from functools import partial

from emulator.domain import gateway_tunnels
from emulator.domain.refusals import DOCUMENTED, SEEN
from emulator.surface.gateways import FAMILY, FIRST_GENERATION, GATEWAY, SECOND_GENERATION
from emulator.surface.operation import Operation
from emulator.surface.virtual_network_gateways import ONE
from emulator.wire import gateway_tunnels as documents
from emulator.wire.gateways import GATEWAY_OPERATION_ASYNC_RESPONSE

_SITE = f"{GATEWAY}/connection/{{local_network_name}}"
_ENTITY = f"{ONE}/connectedentity/{{connected_entity_id}}"

_row = partial(Operation, family=FAMILY, evidence=SEEN)
_change = partial(_row, writes=GATEWAY_OPERATION_ASYNC_RESPONSE, status=202, accepted=True)

_FIRST = (
    _row(
        name="ListGatewayConnections",
        method="GET",
        path=f"{GATEWAY}/connections",
        since=FIRST_GENERATION,
        does=gateway_tunnels.list_connections,
        writes=documents.CONNECTIONS,
    ),
    _change(
        name="ConnectDisconnectOrTestGateway",
        method="PUT",
        path=_SITE,
        since=FIRST_GENERATION,
        reads=documents.UPDATE_CONNECTION,
        does=gateway_tunnels.update_connection,
        evidence=DOCUMENTED,
    ),
    _row(
        name="GetGatewayIpsecParameters",
        method="GET",
        path=f"{_SITE}/ipsecparameters",
        since=FIRST_GENERATION,
        does=gateway_tunnels.get_parameters,
        writes=documents.IPSEC_PARAMETERS,
    ),
    _change(
        name="SetGatewayIpsecParameters",
        method="PATCH",
        path=f"{_SITE}/ipsecparameters",
        since=FIRST_GENERATION,
        reads=documents.IPSEC_PARAMETERS,
        does=gateway_tunnels.set_parameters,
    ),
    _row(
        name="GetGatewaySharedKey",
        method="GET",
        path=f"{_SITE}/sharedkey",
        since=FIRST_GENERATION,
        does=gateway_tunnels.get_shared_key,
        writes=documents.SHARED_KEY_OUT,
    ),
    _change(
        name="SetGatewaySharedKey",
        method="POST",
        path=f"{_SITE}/sharedkey",
        since=FIRST_GENERATION,
        reads=documents.SHARED_KEY,
        does=gateway_tunnels.set_shared_key,
        confidential=True,
    ),
    _change(
        name="ResetGatewaySharedKey",
        method="PUT",
        path=f"{_SITE}/sharedkey",
        since=FIRST_GENERATION,
        reads=documents.RESET_SHARED_KEY,
        does=gateway_tunnels.reset_shared_key,
    ),
)

_SECOND = (
    _row(
        name="GetVirtualNetworkGatewayIpsecParameters",
        method="GET",
        path=f"{_ENTITY}/ipsecparameters",
        since=SECOND_GENERATION,
        does=gateway_tunnels.get_entity_parameters,
        writes=documents.IPSEC_PARAMETERS,
    ),
    _change(
        name="SetVirtualNetworkGatewayIpsecParameters",
        method="PATCH",
        path=f"{_ENTITY}/ipsecparameters",
        since=SECOND_GENERATION,
        reads=documents.IPSEC_PARAMETERS,
        does=gateway_tunnels.set_entity_parameters,
    ),
    _row(
        name="GetVirtualNetworkGatewaySharedKey",
        method="GET",
        path=f"{_ENTITY}/sharedkey",
        since=SECOND_GENERATION,
        does=gateway_tunnels.get_entity_shared_key,
        writes=documents.SHARED_KEY_OUT,
    ),
    _change(
        name="SetVirtualNetworkGatewaySharedKey",
        method="POST",
        path=f"{_ENTITY}/sharedkey",
        since=SECOND_GENERATION,
        reads=documents.SHARED_KEY,
        does=gateway_tunnels.set_entity_shared_key,
        confidential=True,
    ),
    _change(
        name="ResetVirtualNetworkGatewaySharedKey",
        method="PATCH",
        path=f"{_ENTITY}/sharedkey",
        since=SECOND_GENERATION,
        reads=documents.RESET_SHARED_KEY,
        does=gateway_tunnels.reset_entity_shared_key,
    ),
)

ROWS = (*_FIRST, *_SECOND)
