"""Connections of second-generation gateways to local network gateways."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from emulator.domain import errors_networks, gateway_tunnels, gateways, local_network_gateways, virtual_network_gateways
from emulator.domain.gateway_records import GatewayChange, GatewayConnection, GatewayWork
from emulator.domain.gateway_tunnels import valid_key
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription


class CreateGatewayConnection(Struct, frozen=True, kw_only=True):
    """A new connection; without a key it has one of the service's."""

    connected_entity_id: str
    gateway_connection_name: str
    gateway_connection_type: str
    virtual_network_gateway_id: str
    routing_weight: int | None = None
    shared_key: str | None = None
    enable_bgp: bool | None = None


class UpdateGatewayConnection(Struct, frozen=True, kw_only=True):
    """What of a connection is to be another; None stays as it is."""

    routing_weight: int | None = None
    shared_key: str | None = None
    enable_bgp: bool | None = None


class ConnectionDetails(Struct, frozen=True):
    """A connection, and the key of its tunnel."""

    connection: GatewayConnection
    shared_key: str


def _find(subscription: Subscription, gateway_id: str, connected_entity_id: str) -> GatewayConnection:
    found = subscription.gateway_connections.get(f"{gateway_id}/{connected_entity_id}".lower())
    if found is None:
        raise errors_networks.GATEWAY_CONNECTION_NOT_FOUND()
    return found


def _details(subscription: Subscription, connection: GatewayConnection) -> ConnectionDetails:
    gateway = virtual_network_gateways.find(subscription, connection.virtual_network_gateway_id)
    key = gateway_tunnels.shared_key(subscription, gateway, connection.connected_entity_id)
    return ConnectionDetails(connection, key)


def get(subscription: Subscription, gateway_id: str, connected_entity_id: str) -> ConnectionDetails:
    """Return the connection between a gateway and a local network gateway."""
    return _details(subscription, _find(subscription, gateway_id, connected_entity_id))


def list_all(subscription: Subscription) -> list[ConnectionDetails]:
    """Return every connection, oldest first."""
    return [_details(subscription, one) for one in subscription.gateway_connections.values()]


def create(
    subscription: Subscription, operation: TrackedOperation, command: CreateGatewayConnection
) -> TrackedOperation:
    """Accept a connection between a gateway and a local network gateway that have none (assumption 108)."""
    gateway = gateways.ready(virtual_network_gateways.find(subscription, command.virtual_network_gateway_id))
    entity = local_network_gateways.find(subscription, command.connected_entity_id)
    if command.gateway_connection_type.lower() != "ipsec":
        raise errors_networks.GATEWAY_PARAMETER(
            name="GatewayConnectionType", value=command.gateway_connection_type, known="IPsec"
        )
    if f"{gateway.id}/{entity.id}" in subscription.gateway_connections:
        raise errors_networks.GATEWAY_CONNECTION_EXISTS()
    gateways.free(gateway)
    connection = GatewayConnection(
        connected_entity_id=entity.id,
        gateway_connection_name=command.gateway_connection_name,
        gateway_connection_type="IPsec",
        virtual_network_gateway_id=gateway.id,
        routing_weight=command.routing_weight or 0,
        enable_bgp=command.enable_bgp,
    )
    wish = _wish(connection, command.shared_key)
    work, timing = "CreateGatewayConnectionWorkItem", "gateway.create_connection"
    return gateways.accept(subscription, operation, gateway, work, timing, "changed", wish)


def update(
    subscription: Subscription,
    operation: TrackedOperation,
    command: UpdateGatewayConnection,
    gateway_id: str,
    connected_entity_id: str,
) -> TrackedOperation:
    """Accept to change a connection."""
    before = _find(subscription, gateway_id, connected_entity_id)
    gateway = gateways.free(virtual_network_gateways.find(subscription, gateway_id))
    weight, bgp = command.routing_weight, command.enable_bgp
    connection = replace(
        before,
        routing_weight=before.routing_weight if weight is None else weight,
        enable_bgp=before.enable_bgp if bgp is None else bgp,
    )
    wish = _wish(connection, command.shared_key)
    work, timing = "UpdateGatewayConnectionWorkItem", "gateway.update_connection"
    return gateways.accept(subscription, operation, gateway, work, timing, "changed", wish)


def _wish(connection: GatewayConnection, key: str | None) -> GatewayChange:
    key = valid_key(key) if key else None
    return GatewayChange(connection=connection, entity=connection.connected_entity_id, shared_key=key)


def delete(
    subscription: Subscription, operation: TrackedOperation, gateway_id: str, connected_entity_id: str
) -> TrackedOperation:
    """Accept to take a connection away."""
    connection = _find(subscription, gateway_id, connected_entity_id)
    gateway = gateways.free(virtual_network_gateways.find(subscription, gateway_id))
    gateway.operation, operation.gateway = operation.id, GatewayWork("DeleteGatewayConnectionWorkItem")
    resource = (gateway.id, connection.connected_entity_id)
    subscription.after("gateway.delete_connection", "gateway", resource, "disconnected", operation.id)
    return operation
