"""Connections of second-generation gateways."""

from __future__ import annotations

from emulator.domain import gateway_connections
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column, flat
from emulator.wire.values import BOOLEAN, INTEGER

CREATE_GATEWAY_CONNECTION_PARAMETERS = Contract(
    "CreateGatewayConnectionParameters",
    gateway_connections.CreateGatewayConnection,
    (
        column("ConnectedEntityId", required=True),
        column("GatewayConnectionName", required=True),
        column("GatewayConnectionType", required=True),
        column("VirtualNetworkGatewayId", required=True),
        column("RoutingWeight", INTEGER),
        column("SharedKey"),
        column("EnableBgp", BOOLEAN),
    ),
)

UPDATE_GATEWAY_CONNECTION_PARAMETERS = Contract(
    "UpdateGatewayConnectionParameters",
    gateway_connections.UpdateGatewayConnection,
    (column("RoutingWeight", INTEGER), column("SharedKey"), column("EnableBgp", BOOLEAN)),
)

GATEWAY_CONNECTION = Contract(
    "GatewayConnection",
    nothing,
    (
        column("ConnectedEntityId", attribute="connection.connected_entity_id"),
        column("GatewayConnectionName", attribute="connection.gateway_connection_name"),
        column("GatewayConnectionType", attribute="connection.gateway_connection_type"),
        column("VirtualNetworkGatewayId", attribute="connection.virtual_network_gateway_id"),
        column("RoutingWeight", INTEGER, attribute="connection.routing_weight"),
        column("SharedKey"),
        column("EnableBgp", BOOLEAN, attribute="connection.enable_bgp"),
    ),
)

GATEWAY_CONNECTIONS = Contract("GatewayConnections", nothing, (flat(GATEWAY_CONNECTION),))
