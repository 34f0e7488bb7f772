"""Network configurations, which come and go as a document of their own, and virtual networks as they are listed."""

from __future__ import annotations

from math import inf
from typing import Any, cast

from emulator.domain import errors_networks
from emulator.domain.network_records import (
    DnsServer,
    LocalNetworkSite,
    LocalNetworkSiteRef,
    NetworkDocument,
    SiteGateway,
    Subnet,
    VirtualNetwork,
    VirtualNetworkSite,
)
from emulator.domain.virtual_networks import VirtualNetworkDetails
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, child, column, flat, group, many
from emulator.wire.indented import Node, document, wrapped
from emulator.wire.migration import NETWORK_MIGRATION_STATE
from emulator.wire.schema import ADDRESS, Attribute, Child, Element, Schema, SchemaError, form, it, listed, one, value
from emulator.wire.values import BOOLEAN, TEXT
from emulator.wire.writing import Context

NAMESPACE = "http://schemas.microsoft.com/ServiceHosting/2011/07/NetworkConfiguration"

# ---- the document: its schema

_PREFIX = form(
    r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)/(?:3[0-2]|[12]?\d)", "a range like 10.0.0.0/8"
)
_PREFIXES = listed("AddressPrefix", value(_PREFIX))
_TYPES = form(r"IPsec|Dedicated|VPNClient", "IPsec, Dedicated or VPNClient")

_LOCAL_SITE = Element(
    LocalNetworkSite,
    {"name": Attribute("name")},
    {
        "AddressSpace": Child("address_prefixes", _PREFIXES, required=True),
        "VPNGatewayAddress": Child("vpn_gateway_address", value(ADDRESS)),
    },
)


def _reference(name: str, connections: tuple[str, ...] = ()) -> LocalNetworkSiteRef:
    """A reference without a connection is one by IPsec: so it reads when it is given back."""
    return LocalNetworkSiteRef(name, connections or ("IPsec",))


def _gateway(
    profile: str | None = None, pool: tuple[str, ...] = (), connections: tuple[LocalNetworkSiteRef, ...] = ()
) -> SiteGateway | None:
    """A gateway that says nothing is gone when the document is given back; the profile is forgotten in any case."""
    del profile
    return SiteGateway(vpn_client_address_pool=pool, connections=connections) if pool or connections else None


def _site(label: str | None = None, **fields: Any) -> VirtualNetworkSite:
    del label  # documented in 2012; no answer ever had one
    return VirtualNetworkSite(**fields)


_GATEWAY = Element(
    _gateway,
    {"profile": Attribute("profile", required=False)},
    {
        "VPNClientAddressPool": Child("pool", _PREFIXES),
        "ConnectionsToLocalNetwork": Child(
            "connections",
            listed(
                "LocalNetworkSiteRef",
                Element(
                    _reference,
                    {"name": Attribute("name")},
                    {"Connection": Child("connections", one("type", _TYPES), most=inf)},
                ),
            ),
        ),
    },
)
_SITE = Element(
    _site,
    {
        "name": Attribute("name"),
        "AffinityGroup": Attribute("affinity_group", required=False),
        "Location": Attribute("location", required=False),
    },
    {
        "Label": Child("label", value(str)),
        "AddressSpace": Child("address_prefixes", _PREFIXES, required=True),
        "Subnets": Child(
            "subnets",
            listed(
                "Subnet",
                Element(
                    Subnet,
                    {"name": Attribute("name")},
                    {"AddressPrefix": Child("address_prefix", value(_PREFIX), required=True)},
                ),
            ),
        ),
        "DnsServersRef": Child("dns_servers", listed("DnsServerRef", one("name"))),
        "Gateway": Child("gateway", _GATEWAY),
    },
)
_DNS = Element(
    it,
    {},
    {
        "DnsServers": Child(
            "it",
            listed(
                "DnsServer",
                Element(DnsServer, {"name": Attribute("name"), "IPAddress": Attribute("address", ADDRESS)}),
            ),
        )
    },
)
_CONFIGURATION = Element(
    NetworkDocument,
    {},
    {
        "Dns": Child("dns_servers", _DNS),
        "LocalNetworkSites": Child("local_network_sites", listed("LocalNetworkSite", _LOCAL_SITE)),
        "VirtualNetworkSites": Child("virtual_network_sites", listed("VirtualNetworkSite", _SITE)),
    },
)
_SCHEMA = Schema(
    NAMESPACE,
    "NetworkConfiguration",
    Element(it, {}, {"VirtualNetworkConfiguration": Child("it", _CONFIGURATION, required=True)}),
)

# ---- the document: as it is given back


def _named(name: str, what: str) -> Node:
    return Node(name, {"name": what})


def _prefixes(name: str, prefixes: tuple[str, ...]) -> list[Node]:
    return wrapped(name, (Node("AddressPrefix", {}, prefix) for prefix in prefixes))


def _dns(servers: tuple[DnsServer, ...]) -> Node:
    items = (Node("DnsServer", {"name": one.name, "IPAddress": one.address}) for one in servers)
    return Node("Dns", {}, wrapped("DnsServers", items))


def _local(site: LocalNetworkSite) -> Node:
    address = [Node("VPNGatewayAddress", {}, site.vpn_gateway_address)] if site.vpn_gateway_address else []
    space = _prefixes("AddressSpace", site.address_prefixes) or [Node("AddressSpace")]
    return Node("LocalNetworkSite", {"name": site.name}, [*space, *address])


def _connection(reference: LocalNetworkSiteRef) -> Node:
    connections = [Node("Connection", {"type": kind}) for kind in reference.connections]
    return Node("LocalNetworkSiteRef", {"name": reference.name}, connections)


def _written_gateway(gateway: SiteGateway | None) -> list[Node]:
    if gateway is None:
        return []
    connections = Node("ConnectionsToLocalNetwork", {}, [_connection(one) for one in gateway.connections])
    return [Node("Gateway", {}, [*_prefixes("VPNClientAddressPool", gateway.vpn_client_address_pool), connections])]


def _virtual(site: VirtualNetworkSite) -> Node:
    subnets = (Node("Subnet", {"name": s.name}, [Node("AddressPrefix", {}, s.address_prefix)]) for s in site.subnets)
    attributes = {"name": site.name, "AffinityGroup": site.affinity_group, "Location": site.location}
    content = [
        *(_prefixes("AddressSpace", site.address_prefixes) or [Node("AddressSpace")]),
        *wrapped("Subnets", subnets),
        *wrapped("DnsServersRef", (_named("DnsServerRef", name) for name in site.dns_servers)),
        *_written_gateway(site.gateway),
    ]
    return Node("VirtualNetworkSite", attributes, content)


class NetworkConfiguration:
    """Reads and writes network configurations. What is given back is not the text that came, but what it said."""

    media_type = "text/plain"

    def read(self, body: bytes, version: str = "", unread: list[str] | None = None) -> NetworkDocument:
        """Return what a configuration says. Wherever it breaks the schema, the refusal names line 0, as recorded."""
        del version, unread
        try:
            return cast("NetworkDocument", _SCHEMA.read(body))
        except SchemaError as error:
            raise errors_networks.NETWORK_CONFIGURATION_SCHEMA() from error

    def write(self, record: NetworkDocument, _context: Context) -> bytes:
        """Return the text of a configuration."""
        content = [
            _dns(record.dns_servers),
            *wrapped("LocalNetworkSites", map(_local, record.local_network_sites)),
            *wrapped("VirtualNetworkSites", map(_virtual, record.virtual_network_sites)),
        ]
        root = Node("NetworkConfiguration", {}, [Node("VirtualNetworkConfiguration", {}, content)])
        return document(root, NAMESPACE)


NETWORK_CONFIGURATION = NetworkConfiguration()


# ---- virtual networks as they are listed


def _address_space(get: Any) -> Any:
    """Return the column of some address ranges, which are about the details of a network or about a part of it."""
    return group("AddressSpace", many("AddressPrefixes", TEXT, "AddressPrefix", get=get))


def _sites(gateway: tuple[VirtualNetworkDetails, SiteGateway], _context: Context) -> list[Any]:
    details, shown = gateway
    return [(details.local_network_sites[one.name], one.connections) for one in shown.connections]


_LISTED_LOCAL_SITE = Contract(
    "LocalNetworkSite",
    nothing,
    (
        column("Name", get=lambda p, _c: p[0].name),
        _address_space(lambda p, _c: p[0].address_prefixes),
        column("VpnGatewayAddress", get=lambda p, _c: p[0].vpn_gateway_address),
        many(
            "Connections",
            Contract("Connection", nothing, (column("Type", get=lambda kind, _c: kind),)),
            get=lambda p, _c: p[1],
        ),
    ),
)

_LISTED_GATEWAY = Contract(
    "Gateway",
    nothing,
    (
        column("Profile", get=lambda _p, _c: "Small"),
        many("Sites", _LISTED_LOCAL_SITE, get=_sites),
        group(
            "VPNClientAddressPool",
            many("AddressPrefixes", TEXT, "AddressPrefix", get=lambda p, _c: p[1].vpn_client_address_pool),
        ),
        many("VnetNames", TEXT, "VnetName", get=lambda _p, _c: []),
    ),
)


def _shown_gateway(details: VirtualNetworkDetails, _context: Context) -> Any:
    gateway = details.network.site.gateway
    return None if gateway is None else (details, gateway)


def _stands_before(collection: str) -> Any:
    """Return how the name is taken of what a subnet has, about (network, subnet)."""

    def get(pair: tuple[VirtualNetwork, Subnet], _context: Context) -> str | None:
        names: dict[str, str] = getattr(pair[0], collection)
        return names.get(pair[1].name.lower())

    return get


_LISTED_SUBNET = Contract(
    "Subnet",
    nothing,
    (
        column("Name", get=lambda pair, _c: pair[1].name),
        column("AddressPrefix", get=lambda pair, _c: pair[1].address_prefix),
        column("RouteTableName", get=_stands_before("route_tables")),
        column("NetworkSecurityGroup", get=_stands_before("network_security_groups")),
    ),
)

VIRTUAL_NETWORK_SITES = Contract(
    "VirtualNetworkSites",
    nothing,
    (
        flat(
            Contract(
                "VirtualNetworkSite",
                nothing,
                (
                    column("Name", attribute="network.site.name"),
                    column("Id", attribute="network.id"),
                    column("AffinityGroup", attribute="network.site.affinity_group"),
                    column("State", attribute="network.state"),
                    column("InUse", BOOLEAN, get=lambda d, _c: d.in_use or None),
                    _address_space(lambda d, _c: d.network.site.address_prefixes),
                    many(
                        "Subnets",
                        _LISTED_SUBNET,
                        get=lambda d, _c: [(d.network, subnet) for subnet in d.network.site.subnets],
                    ),
                    group(
                        "Dns",
                        many(
                            "DnsServers",
                            Contract("DnsServer", nothing, (column("Name"), column("Address"))),
                        ),
                        get=lambda d, _c: d if d.dns_servers else None,
                    ),
                    child("Gateway", _LISTED_GATEWAY, get=_shown_gateway),
                    column("Location", attribute="network.site.location"),
                    NETWORK_MIGRATION_STATE,
                ),
            )
        ),
    ),
)

ADDRESS_AVAILABILITY_RESPONSE = Contract(
    "AddressAvailabilityResponse",
    nothing,
    (
        column("IsAvailable", BOOLEAN),
        many("AvailableAddresses", TEXT, "AvailableAddress"),
    ),
)
