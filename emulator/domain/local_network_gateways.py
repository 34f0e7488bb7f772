"""Local network gateways: what the customer has on premises, for gateways of the second generation to connect to."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from msgspec import Struct

from emulator.domain import errors_networks
from emulator.domain.gateway_records import BgpSettings, GatewayConnection, LocalNetworkGateway
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription


class CreateLocalNetworkGateway(Struct, frozen=True, kw_only=True):
    """A new local network gateway: its public address, and the ranges behind it."""

    address_space: list[str] | None = None
    gateway_name: str
    ip_address: str
    bgp_settings: BgpSettings | None = None


class UpdateLocalNetworkGateway(Struct, frozen=True, kw_only=True):
    """What of a local network gateway is to be another; None stays as it is."""

    address_space: list[str] | None = None
    bgp_settings: BgpSettings | None = None


def find(subscription: Subscription, gateway_id: str) -> LocalNetworkGateway:
    """Return the local network gateway of that id."""
    found = subscription.local_network_gateways.get(gateway_id.lower())
    if found is None:
        raise errors_networks.LOCAL_NETWORK_GATEWAY_NOT_FOUND()
    return found


def list_all(subscription: Subscription) -> list[LocalNetworkGateway]:
    """Return every local network gateway, oldest first."""
    return list(subscription.local_network_gateways.values())


def create(subscription: Subscription, _operation: TrackedOperation, command: CreateLocalNetworkGateway) -> str:
    """Make a local network gateway, whose name is new, and return its id."""
    name = command.gateway_name
    if not name.strip():
        raise errors_networks.GATEWAY_NAME(name=name)
    if any(one.gateway_name.lower() == name.lower() for one in subscription.local_network_gateways.values()):
        raise errors_networks.GATEWAY_EXISTS(name=name)
    try:
        IPv4Address(command.ip_address)
    except ValueError:
        raise errors_networks.GATEWAY_ADDRESS(address=command.ip_address) from None
    address_space = _ranges(command.address_space or ())
    gateway = LocalNetworkGateway(
        id=subscription.entropy.guid(),
        gateway_name=name,
        ip_address=command.ip_address,
        address_space=address_space,
        bgp_settings=command.bgp_settings,
    )
    subscription.local_network_gateways[gateway.id] = gateway
    return gateway.id


def update(
    subscription: Subscription, _operation: TrackedOperation, command: UpdateLocalNetworkGateway, gateway_id: str
) -> None:
    """Change the ranges behind a local network gateway, or how it speaks BGP."""
    gateway = find(subscription, gateway_id)
    address_space = None if command.address_space is None else _ranges(command.address_space)
    if address_space is not None:
        gateway.address_space = address_space
    if command.bgp_settings is not None:
        gateway.bgp_settings = command.bgp_settings


def delete(subscription: Subscription, _operation: TrackedOperation, gateway_id: str) -> None:
    """Delete a local network gateway that no gateway is connected to (assumption 106)."""
    gateway = find(subscription, gateway_id)
    if any(one.connected_entity_id == gateway.id for one in _connections(subscription)):
        raise errors_networks.GATEWAY_CONNECTED(name=gateway.gateway_name)
    del subscription.local_network_gateways[gateway.id]


def _connections(subscription: Subscription) -> Iterator[GatewayConnection]:
    """Yield every connection, and those that are on the way."""
    yield from subscription.gateway_connections.values()
    for gateway in subscription.gateways.values():
        if gateway.pending is not None and gateway.pending.connection is not None:
            yield gateway.pending.connection


def _ranges(prefixes: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(prefix for prefix in prefixes if IPv4Network(prefix, strict=False))
    except ValueError:
        raise errors_networks.NETWORK_PREFIX_INVALID() from None
