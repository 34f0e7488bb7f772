"""Gateways of the second generation: a virtual network may have several, known by their ids."""

from __future__ import annotations

from ipaddress import IPv4Network

from msgspec import Struct

from emulator.domain import addresses, errors_networks, gateways
from emulator.domain.gateway_records import BgpSettings, Gateway
from emulator.domain.gateways import UpdateGateway
from emulator.domain.network_records import VirtualNetwork
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

AZURE_ASN = 65515
LAST_HOST = -2
"""The gateway speaks BGP from the last address of its subnet that a machine can have (assumption 104)."""


class CreateVirtualNetworkGateway(Struct, frozen=True, kw_only=True):
    """A gateway of the second generation."""

    gateway_name: str
    gateway_size: str | None = None
    gateway_type: str
    location: str | None = None
    vnet_id: str | None = None
    bgp_settings: BgpSettings | None = None


def find(subscription: Subscription, gateway_id: str) -> Gateway:
    """Return the gateway of that id."""
    found = subscription.gateways.get(gateway_id.lower())
    if found is None or found.name is None:
        raise errors_networks.GATEWAY_NOT_FOUND()
    return found


def list_all(subscription: Subscription) -> list[Gateway]:
    """Return every gateway of the second generation, oldest first (assumption 105)."""
    return [one for one in subscription.gateways.values() if one.name is not None]


def create(
    subscription: Subscription,
    operation: TrackedOperation,
    command: CreateVirtualNetworkGateway,
    virtual_network_name: str,
) -> TrackedOperation:
    """Accept a gateway for a virtual network, whose name is new there."""
    there = gateways.network(subscription, virtual_network_name)
    gateways.place(there)
    if not command.gateway_name.strip():
        raise errors_networks.GATEWAY_NAME(name=command.gateway_name)
    for one in list_all(subscription):
        if one.virtual_network_id == there.id and (one.name or "").lower() == command.gateway_name.lower():
            raise errors_networks.GATEWAY_EXISTS(name=command.gateway_name)
    size = gateways.known_size(command.gateway_size or "Default")
    gateway = Gateway(
        id="",
        virtual_network_id=there.id,
        virtual_network_name=there.site.name,
        name=command.gateway_name,
        gateway_type=gateways.known_type(command.gateway_type),
        gateway_size=size,
        bgp_settings=command.bgp_settings or _bgp_settings(there),
    )
    gateway.id = subscription.entropy.guid()
    return gateways.start(subscription, operation, gateway)


def _bgp_settings(there: VirtualNetwork) -> BgpSettings:
    subnets = {subnet.name.lower(): subnet.address_prefix for subnet in there.site.subnets}
    address = IPv4Network(subnets[addresses.GATEWAY_SUBNET])[LAST_HOST]
    return BgpSettings(asn=AZURE_ASN, bgp_peering_address=str(address), peer_weight=0)


def delete(subscription: Subscription, operation: TrackedOperation, gateway_id: str) -> TrackedOperation:
    """Accept to take down a gateway that has no connections (assumption 106)."""
    gateway = find(subscription, gateway_id)
    if any(one.virtual_network_gateway_id == gateway.id for one in subscription.gateway_connections.values()):
        raise errors_networks.GATEWAY_CONNECTED(name=gateway.name)
    return gateways.stop(subscription, operation, gateway)


def update(
    subscription: Subscription, operation: TrackedOperation, command: UpdateGateway, gateway_id: str
) -> TrackedOperation:
    """Accept to resize or to reset a gateway."""
    return gateways.change(subscription, operation, gateways.ready(find(subscription, gateway_id)), command)
