"""Finding subnets and what may stand before them: for the families that put something there, and for deployments."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from emulator.domain import errors_networks, lookup
from emulator.domain.network_records import NetworkSecurityGroup, Subnet, VirtualNetwork
from emulator.domain.world import Subscription


def find(subscription: Subscription, virtual_network_name: str, subnet_name: str) -> tuple[VirtualNetwork, Subnet]:
    """Return a virtual network and its subnet of that name."""
    network = subscription.virtual_networks.get(virtual_network_name.lower())
    if network is None:
        raise errors_networks.SUBNET_NETWORK_NOT_FOUND(name=virtual_network_name)
    for subnet in network.site.subnets:
        if subnet.name.lower() == subnet_name.lower():
            return network, subnet
    raise errors_networks.SUBNET_NOT_IN_NETWORK(subnet=subnet_name, name=virtual_network_name)


def changeable(
    subscription: Subscription, virtual_network_name: str, subnet_name: str
) -> tuple[VirtualNetwork, Subnet]:
    """Return a virtual network that is not being migrated and its subnet of that name."""
    network, subnet = find(subscription, virtual_network_name, subnet_name)
    lookup.staying("Virtual network", network.site.name, network.migration_state)
    return network, subnet


def holding(network: VirtualNetwork, address: str) -> Subnet | None:
    """Return the subnet that an address of the virtual network lies in, if it lies in one."""
    for subnet in network.site.subnets:
        if address and IPv4Address(address) in IPv4Network(subnet.address_prefix):
            return subnet
    return None


def security_group(subscription: Subscription, name: str) -> NetworkSecurityGroup:
    """Return the network security group of that name."""
    found = subscription.network_security_groups.get(name.lower())
    if found is None:
        raise errors_networks.NETWORK_SECURITY_GROUP_NOT_FOUND(name=name)
    return found


def changeable_group(subscription: Subscription, name: str) -> NetworkSecurityGroup:
    """Return the network security group of that name, which is not being migrated."""
    group = security_group(subscription, name)
    lookup.staying("Network Security Group", group.name, group.migration_state)
    return group


def region(subscription: Subscription, location: str) -> str:
    """Return what error texts call a location: its short name where one is known."""
    found = subscription.catalog.location(location)
    return (found and found.code) or location.replace(" ", "").lower()
