"""The network configuration of a subscription, and the virtual networks that it makes.

The configuration is set as a whole. What it names begins as Creating and is Created when the operation ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network
from itertools import combinations, islice

from msgspec import Struct
from msgspec.structs import replace

from emulator.catalog import Quotas
from emulator.domain import addresses, errors, errors_networks, lookup, operations
from emulator.domain.clock import Event
from emulator.domain.lifecycle import VIRTUAL_NETWORK
from emulator.domain.network_records import (
    DnsServer,
    LocalNetworkSite,
    NetworkDocument,
    VirtualNetwork,
    VirtualNetworkSite,
)
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

ALTERNATIVES = 5
"""Free addresses that are named in the place of one that is not free. Assumed: how many the service named."""


class VirtualNetworkDetails(Struct, frozen=True):
    """A virtual network with what its references lead to."""

    network: VirtualNetwork
    in_use: bool
    dns_servers: list[DnsServer]
    local_network_sites: dict[str, LocalNetworkSite]


class AddressAvailability(Struct, frozen=True):
    """Whether an address is free, and which others are if it is not."""

    is_available: bool
    available_addresses: list[str]


# ---- reading


def get_configuration(subscription: Subscription) -> NetworkDocument:
    """Return the configuration that was set last."""
    if subscription.network_document is None:
        raise errors_networks.NETWORK_CONFIGURATION_MISSING()
    return subscription.network_document


def list_sites(subscription: Subscription) -> list[VirtualNetworkDetails]:
    """Return every virtual network, in the order of the configuration."""
    document = subscription.network_document or NetworkDocument()
    local = {site.name: site for site in document.local_network_sites}
    return [
        VirtualNetworkDetails(
            one,
            _in_use(subscription, one.site),
            [server for server in document.dns_servers if server.name in one.site.dns_servers],
            local,
        )
        for one in subscription.virtual_networks.values()
    ]


def _in_use(subscription: Subscription, site: VirtualNetworkSite) -> bool:
    return next(addresses.deployments_in(subscription, site.name), None) is not None


def check_availability(subscription: Subscription, virtual_network_name: str, address: str) -> AddressAvailability:
    """Tell whether an address of a virtual network can be given to a machine."""
    found = subscription.virtual_networks.get(virtual_network_name.lower())
    if found is None:
        raise errors_networks.VIRTUAL_NETWORK_NOT_FOUND(name=virtual_network_name)
    taken = addresses.used(subscription, found.site.name)
    if addresses.is_free(found.site, address, taken):
        return AddressAvailability(is_available=True, available_addresses=[])
    others = list(islice(addresses.free_addresses(found.site, taken), ALTERNATIVES))
    return AddressAvailability(is_available=False, available_addresses=others)


# ---- setting


def set_configuration(subscription: Subscription, operation: TrackedOperation, command: NetworkDocument) -> None:
    """Accept a configuration in the place of the one before; networks that it no longer names are gone at once."""
    if subscription.network_operation is not None:
        raise errors_networks.NETWORK_CONFIGURATION_BUSY(operation=subscription.network_operation)
    document = _placed(subscription, command)
    _check(subscription, document)
    _check_use(subscription, document)
    known = subscription.virtual_networks
    subscription.virtual_networks = {
        site.name.lower(): _network(subscription, known, site) for site in document.virtual_network_sites
    }
    _forget_gateways(subscription)
    _keep(subscription, document)
    subscription.network_operation = operation.id
    subscription.after("network.set_configuration", "networks", (), "created", operation.id)


def _keep(subscription: Subscription, document: NetworkDocument) -> None:
    subscription.network_document = None if document == NetworkDocument() else document


def forget(subscription: Subscription, network: VirtualNetwork) -> None:
    """Let a virtual network go with its gateways; the configuration does not name it any more."""
    key = network.site.name.lower()
    del subscription.virtual_networks[key]
    _forget_gateways(subscription)
    document = subscription.network_document or NetworkDocument()
    others = tuple(site for site in document.virtual_network_sites if site.name.lower() != key)
    _keep(subscription, replace(document, virtual_network_sites=others))


def _forget_gateways(subscription: Subscription) -> None:
    """What is left of a gateway is gone with its network."""
    there = {one.id for one in subscription.virtual_networks.values()}
    gone = [key for key, one in subscription.gateways.items() if one.virtual_network_id not in there]
    for key in gone:
        subscription.clock.cancel(subscription.gateways.pop(key).diagnostics.pending)
    connections = subscription.gateway_connections.items()
    subscription.gateway_connections = {key: one for key, one in connections if key.partition("/")[0] not in gone}


def _network(subscription: Subscription, known: dict[str, VirtualNetwork], site: VirtualNetworkSite) -> VirtualNetwork:
    found = known.get(site.name.lower())
    if found is None:
        return VirtualNetwork(id=subscription.entropy.guid(), site=site)
    # Assumption 181: what stood before a subnet goes with it.
    names = {subnet.name.lower() for subnet in site.subnets}
    return VirtualNetwork(
        id=found.id,
        site=site,
        state=found.state,
        network_security_groups={n: group for n, group in found.network_security_groups.items() if n in names},
        route_tables={n: table for n, table in found.route_tables.items() if n in names},
        migration_state=found.migration_state,
    )


def _placed(subscription: Subscription, document: NetworkDocument) -> NetworkDocument:
    """Spell locations and affinity groups as the service does; those it does not know stay as they were written.

    Assumed: the service refused them. How is not known, and recorded conversations take groups for granted that they
    never made.
    """
    sites = []
    for site in document.virtual_network_sites:
        if not site.affinity_group and not site.location:
            raise errors_networks.VIRTUAL_NETWORK_PLACE(name=site.name)
        group = subscription.affinity_groups.get((site.affinity_group or "").lower())
        location = subscription.catalog.location(site.location or "")
        sites.append(
            replace(
                site,
                affinity_group=group.name if group else site.affinity_group,
                location=location.name if location else site.location,
            )
        )
    return replace(document, virtual_network_sites=tuple(sites))


def _check(subscription: Subscription, document: NetworkDocument) -> None:
    quotas = subscription.catalog.quotas
    servers, local, sites = document.dns_servers, document.local_network_sites, document.virtual_network_sites
    _count(quotas, "virtual network sites", len(sites), len(subscription.virtual_networks))
    _count(quotas, "local network sites", len(local), len(local))
    _count(quotas, "DNS servers", len(servers), len(servers))
    _distinct("DNS server", (server.name for server in servers))
    _distinct("local network site", (site.name for site in local))
    _distinct("virtual network site", (site.name for site in sites))
    for place in local:
        _apart(_ranges(place.address_prefixes))
    for site in sites:
        _check_site(site, {server.name for server in servers}, {place.name: place for place in local})


def _count(quotas: Quotas, what: str, wanted: int, current: int) -> None:
    quota = f"max_{what.lower().replace(' ', '_')}"
    limit = getattr(quotas, quota)
    if wanted > limit:
        current = min(current, limit)
        raise errors.OVER_QUOTA(resource=what, quota=quota, limit=limit, current=current, increment=wanted - current)


def _distinct(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise errors_networks.NETWORK_CONFIGURATION_INVALID(why=f"the {what} {name} stands twice.")
        seen.add(name.lower())


def _check_site(site: VirtualNetworkSite, servers: set[str], local: dict[str, LocalNetworkSite]) -> None:
    if site.affinity_group and site.location:
        why = f"the virtual network site {site.name} has both a Location and an AffinityGroup."
        raise errors_networks.NETWORK_CONFIGURATION_INVALID(why=why)
    for name in site.dns_servers:
        _known(name, servers, f"the virtual network site {site.name} refers to the DNS server")
    spaces = _ranges(site.address_prefixes)
    _distinct("subnet", (subnet.name for subnet in site.subnets))
    subnets = _ranges(subnet.address_prefix for subnet in site.subnets)
    for name, inner in zip((subnet.name for subnet in site.subnets), subnets, strict=True):
        if not any(inner.subnet_of(space) for space in spaces):
            why = f"the subnet {name} does not lie in the address space of the virtual network site {site.name}."
            raise errors_networks.NETWORK_CONFIGURATION_INVALID(why=why)
    for reference in site.gateway.connections if site.gateway else ():
        _known(reference.name, set(local), f"the virtual network site {site.name} refers to the local network site")
        spaces += _ranges(local[reference.name].address_prefixes)
    _apart(spaces)
    _apart(subnets)


def _known(name: str, known: set[str], who: str) -> None:
    if name not in known:
        raise errors_networks.NETWORK_CONFIGURATION_INVALID(why=f"{who} {name}, which does not exist.")


def _ranges(prefixes: Iterable[str]) -> list[IPv4Network]:
    try:
        return [IPv4Network(prefix) for prefix in prefixes]
    except ValueError:
        raise errors_networks.NETWORK_PREFIX_INVALID() from None


def _apart(ranges: Iterable[IPv4Network]) -> None:
    if any(a.overlaps(b) for a, b in combinations(ranges, 2)):
        raise errors_networks.NETWORK_PREFIX_INVALID()


def _check_use(subscription: Subscription, document: NetworkDocument) -> None:
    """A network that a deployment is in, or that has a gateway, may only grow (gateways: assumptions 112 and 218)."""
    wanted = {site.name.lower(): site for site in document.virtual_network_sites}
    for key, known in subscription.virtual_networks.items():
        site = wanted.get(key)
        if site != known.site:
            lookup.staying("Virtual network", known.site.name, known.migration_state)
        if (site is None or not _grows(known.site, site)) and (
            _in_use(subscription, known.site)
            or _has_gateway(subscription, known)
            or has_application_gateway(subscription, known)
        ):
            raise errors_networks.VIRTUAL_NETWORK_IN_USE(name=known.site.name)


def _has_gateway(subscription: Subscription, network: VirtualNetwork) -> bool:
    return any(
        one.virtual_network_id == network.id and one.state != "NotProvisioned" for one in subscription.gateways.values()
    )


def has_application_gateway(subscription: Subscription, network: VirtualNetwork) -> bool:
    """Tell whether an application gateway is in a network, or is on the way there (assumption 218)."""
    places = [place for one in subscription.application_gateways.values() for place in (one, one.pending)]
    return any(place and (place.vnet_name or "").lower() == network.site.name.lower() for place in places)


def _grows(old: VirtualNetworkSite, new: VirtualNetworkSite) -> bool:
    return (
        (old.affinity_group, old.location) == (new.affinity_group, new.location)
        and set(old.address_prefixes) <= set(new.address_prefixes)
        and set(old.subnets) <= set(new.subnets)
    )


# ---- what the schedule brings


def _happened(subscription: Subscription, event: Event) -> None:
    for one in subscription.virtual_networks.values():
        if VIRTUAL_NETWORK.allows(one.state, event.name):
            one.state = VIRTUAL_NETWORK.next(one.state, event.name)
    subscription.network_operation = None
    operations.finish(subscription, event.operation)


HANDLERS = {"networks": _happened}
