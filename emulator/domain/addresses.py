"""Where a deployment's addresses come from: a subnet of its virtual network, a reserved IP, the fabric's own range.

What a deployment wants of the network is judged whole before anything is taken, so that a refusal leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network

from msgspec import Struct

from emulator.domain import errors_networks, instances, lookup
from emulator.domain.network_records import ReservedIP, VirtualNetwork, VirtualNetworkSite
from emulator.domain.records import Deployment, HostedService, VirtualIP
from emulator.domain.world import Subscription

FIRST_HOST = 4
"""Addresses of a subnet that its first machine finds taken: in recordings it was always given .4."""
GATEWAY_SUBNET = "gatewaysubnet"


class Wish(Struct, frozen=True, kw_only=True):
    """Addresses that somebody wants: how many, of which subnets (none named: of any), or one address in particular."""

    subnets: tuple[str, ...] = ()
    address: str | None = None
    count: int = 1


# ---- virtual networks


def network(subscription: Subscription, service: HostedService, name: str | None) -> VirtualNetwork | None:
    """Return the virtual network that a deployment of `service` names, if it names one."""
    if not name:
        return None
    found = subscription.virtual_networks.get(name.lower())
    if found is None:
        raise errors_networks.VIRTUAL_NETWORK_NOT_FOUND(name=name)
    lookup.staying("Virtual network", found.site.name, found.migration_state)
    here, there = _location(subscription, service), site_location(subscription, found.site)
    if there is not None and here != there:
        raise errors_networks.VIRTUAL_NETWORK_LOCATION(name=found.site.name, there=there, here=here)
    return found


def site_location(subscription: Subscription, site: VirtualNetworkSite) -> str | None:
    """Return the location of a site, or None where its affinity group or location is not known here."""
    if site.affinity_group is not None:
        group = subscription.affinity_groups.get(site.affinity_group.lower())
        return None if group is None else group.location
    known = subscription.catalog.location(site.location or "")
    return None if known is None else known.name


def _location(subscription: Subscription, service: HostedService) -> str:
    return lookup.location_of(subscription, service.location, service.affinity_group)


def deployments_in(subscription: Subscription, network_name: str) -> Iterator[Deployment]:
    """Yield the deployments whose machines are in a virtual network."""
    for service in subscription.hosted_services.values():
        for deployment in service.deployments.values():
            if (deployment.virtual_network_name or "").lower() == network_name.lower():
                yield deployment


def used(subscription: Subscription, network_name: str) -> set[str]:
    """Return the addresses of a virtual network that somebody has."""
    taken: set[str] = set()
    for deployment in deployments_in(subscription, network_name):
        taken.update(instance.ip_address for instance in deployment.instances.values())
        taken.update(balancer.address for balancer in deployment.load_balancers)
        for role in deployment.roles.values():
            taken.update(interface.address for interface in (role.machine.network_interfaces if role.machine else ()))
    for gateway in subscription.application_gateways.values():
        if gateway.vnet_name.lower() == network_name.lower():
            taken.update(gateway.virtual_ips)
    return taken


def of(subscription: Subscription, deployment: Deployment) -> VirtualNetwork | None:
    """Return the virtual network that a deployment is in, if it is in one."""
    name = deployment.virtual_network_name
    return None if name is None else subscription.virtual_networks[name.lower()]


def judge(
    subscription: Subscription, network: VirtualNetwork | None, wishes: Iterable[Wish], released: Iterable[str] = ()
) -> None:
    """Refuse what a virtual network (or none) cannot fulfil: unknown subnets, taken addresses, too many of them.

    Addresses that are `released` for it are not taken.
    """
    if network is not None:
        _grant(network.site, wishes, used(subscription, network.site.name).difference(released))
        return
    for wish in wishes:
        if wish.subnets or wish.address:
            raise errors_networks.SUBNET_WITHOUT_NETWORK(name=", ".join(wish.subnets) or wish.address)


def take(
    subscription: Subscription,
    network: VirtualNetwork | None,
    wishes: Iterable[Wish],
    released: Iterable[str] = (),
    held: Iterable[str] = (),
) -> list[str]:
    """Return an address for each wish: the one that is asked for, or the lowest; without a network, any.

    Addresses that are `released` for it are not taken, and those that are `held` back for somebody are.
    """
    if network is None:
        return [instances.address(subscription) for wish in wishes for _ in range(wish.count)]
    taken = used(subscription, network.site.name).difference(released).union(held)
    return _grant(network.site, wishes, taken)


def _grant(site: VirtualNetworkSite, wishes: Iterable[Wish], taken: set[str]) -> list[str]:
    granted = []
    for wish in wishes:
        free = _free(site, wish, taken)
        for _ in range(wish.count):
            address = next(free, None)
            if address is None:
                raise errors_networks.SUBNET_FULL(name=", ".join(wish.subnets) or site.name)
            granted.append(address)
            taken.add(address)
    return granted


def is_free(site: VirtualNetworkSite, address: str, taken: set[str]) -> bool:
    """Tell whether a machine of the site could be given that address."""
    return address not in taken and any(_holds(prefix, address) for prefix in _prefixes(site, ()))


def free_addresses(site: VirtualNetworkSite, taken: set[str]) -> Iterator[str]:
    """Yield the addresses of a site that nobody has, lowest first."""
    for prefix in _prefixes(site, ()):
        yield from (one for one in _hosts(prefix) if one not in taken)


def _free(site: VirtualNetworkSite, wish: Wish, taken: set[str]) -> Iterator[str]:
    """Yield the addresses that fulfil a wish and are not taken by then; none is looked at twice."""
    prefixes = _prefixes(site, wish.subnets)
    if not wish.address:
        yield from (one for prefix in prefixes for one in _hosts(prefix) if one not in taken)
        return
    while wish.address not in taken and any(_holds(prefix, wish.address) for prefix in prefixes):
        yield wish.address
    raise errors_networks.ADDRESS_UNAVAILABLE(address=wish.address, name=site.name)


def _prefixes(site: VirtualNetworkSite, subnets: Sequence[str]) -> list[IPv4Network]:
    """Return the ranges to choose from; where no subnet is named, every one but the gateway's."""
    known = {subnet.name.lower(): subnet.address_prefix for subnet in site.subnets}
    for name in subnets:
        if name.lower() not in known:
            raise errors_networks.SUBNET_NOT_FOUND(subnet=name, name=site.name)
    chosen = [known[name.lower()] for name in subnets] or [p for n, p in known.items() if n != GATEWAY_SUBNET]
    return [IPv4Network(prefix) for prefix in chosen or site.address_prefixes]


def _hosts(prefix: IPv4Network) -> Iterator[str]:
    first, last = int(prefix.network_address) + FIRST_HOST, int(prefix.broadcast_address)
    return (str(IPv4Address(number)) for number in range(first, last))


def _holds(prefix: IPv4Network, address: str) -> bool:
    try:
        number = int(IPv4Address(address))
    except ValueError:
        return False
    return int(prefix.network_address) + FIRST_HOST <= number < int(prefix.broadcast_address)


# ---- public addresses


def holder(subscription: Subscription, reserved: ReservedIP) -> tuple[HostedService, Deployment, VirtualIP] | None:
    """Return the virtual IP that has a reserved address, with its deployment and service, if there is one."""
    for service in subscription.hosted_services.values():
        for deployment in service.deployments.values():
            for virtual_ip in deployment.virtual_ips:
                if virtual_ip.reserved_ip_name == reserved.name:
                    return service, deployment, virtual_ip
    return None


def find_reserved(subscription: Subscription, name: str) -> ReservedIP:
    """Return the reserved IP of that name."""
    found = subscription.reserved_ips.get(name.lower())
    if found is None:
        raise errors_networks.RESERVED_IP_NOT_FOUND(name=name)
    return found


def reserved_ip(subscription: Subscription, service: HostedService, name: str | None) -> ReservedIP | None:
    """Return the reserved IP that a deployment of `service` names, if it names one: free, and in the same location."""
    if not name:
        return None
    found = find_reserved(subscription, name)
    settled(found)
    if (held := holder(subscription, found)) is not None:
        raise errors_networks.RESERVED_IP_IN_USE(name=found.name, deployment=held[1].name, service=held[0].name)
    here = _location(subscription, service)
    if found.location != here:
        raise errors_networks.RESERVED_IP_LOCATION(name=found.name, there=found.location, here=here)
    return found


def settled(found: ReservedIP) -> None:
    """Refuse while an operation holds the reserved IP, or it is being migrated."""
    if found.operation is not None:
        raise errors_networks.RESERVED_IP_BUSY(name=found.name, operation=found.operation)
    lookup.staying("Reserved IP", found.name, found.migration_state)


def virtual_ip(deployment: Deployment, name: str | None) -> VirtualIP:
    """Return the virtual IP of that name, or the first one where none is named."""
    if not name:
        return deployment.virtual_ips[0]
    found = next((one for one in deployment.virtual_ips if one.name.lower() == name.lower()), None)
    if found is None:
        raise errors_networks.VIRTUAL_IP_NOT_FOUND(name=name, deployment=deployment.name)
    return found


def has_endpoints(deployment: Deployment, name: str) -> bool:
    """Tell whether an endpoint of the deployment is behind the virtual IP or load balancer of that name."""
    return any(
        name.lower() in ((endpoint.virtual_ip_name or "").lower(), (endpoint.load_balancer_name or "").lower())
        for role in deployment.roles.values()
        for endpoint in role.input_endpoints
    )
