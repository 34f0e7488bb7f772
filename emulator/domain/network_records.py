"""The records of the network: what a subscription holds of virtual networks, addresses and load balancers.

Plain data with names as the API has them, like records.py; no behaviour.
"""

from __future__ import annotations

from msgspec import Struct, field


class DnsServer(Struct, frozen=True):
    """A name server: of a deployment, or one that virtual networks may refer to."""

    name: str
    address: str


class Subnet(Struct, frozen=True):
    """A range of a virtual network's addresses."""

    name: str
    address_prefix: str


class LocalNetworkSite(Struct, frozen=True, kw_only=True):
    """A network on the customer's premises, which a gateway connects to."""

    name: str
    address_prefixes: tuple[str, ...]
    vpn_gateway_address: str | None = None


class LocalNetworkSiteRef(Struct, frozen=True):
    """A local network site that a gateway connects to, and by which types of connection."""

    name: str
    connections: tuple[str, ...] = ("IPsec",)


class SiteGateway(Struct, frozen=True, kw_only=True):
    """What a network configuration says of a virtual network's gateway."""

    vpn_client_address_pool: tuple[str, ...] = ()
    connections: tuple[LocalNetworkSiteRef, ...] = ()


class VirtualNetworkSite(Struct, frozen=True, kw_only=True):
    """A virtual network as the configuration has it; it is in a location by itself or by its affinity group."""

    name: str
    affinity_group: str | None = None
    location: str | None = None
    address_prefixes: tuple[str, ...]
    subnets: tuple[Subnet, ...] = ()
    dns_servers: tuple[str, ...] = ()
    gateway: SiteGateway | None = None


class NetworkDocument(Struct, frozen=True, kw_only=True):
    """The network configuration of a subscription: one document that is set and read as a whole."""

    dns_servers: tuple[DnsServer, ...] = ()
    local_network_sites: tuple[LocalNetworkSite, ...] = ()
    virtual_network_sites: tuple[VirtualNetworkSite, ...] = ()


class VirtualNetwork(Struct):
    """A virtual network that exists. Its id stays the same for as long as the configuration names the site.

    The network security groups and route tables of its subnets are kept by the subnet's lower-case name.
    """

    id: str
    site: VirtualNetworkSite
    state: str = "Creating"
    network_security_groups: dict[str, str] = field(default_factory=dict)
    route_tables: dict[str, str] = field(default_factory=dict)
    migration_state: str | None = None


class NetworkSecurityRule(Struct, frozen=True, kw_only=True):
    """What a network security group lets pass, or does not. Prefixes are ranges or tags; `*` stands for all."""

    name: str
    type: str
    priority: int
    action: str
    source_address_prefix: str
    source_port_range: str
    destination_address_prefix: str
    destination_port_range: str
    protocol: str
    is_default: bool = False


class NetworkSecurityGroup(Struct):
    """Rules for the traffic of subnets, roles and network interfaces. Its own rules are kept by lower-case name."""

    name: str
    label: str | None
    location: str
    rules: dict[str, NetworkSecurityRule] = field(default_factory=dict)
    migration_state: str | None = None


class Route(Struct, frozen=True):
    """Where traffic to a range goes. The service keeps its name in lower case."""

    name: str
    address_prefix: str
    next_hop_type: str
    next_hop_ip_address: str | None = None


class RouteTable(Struct):
    """Routes for the traffic of subnets."""

    name: str
    label: str | None
    location: str
    routes: dict[str, Route] = field(default_factory=dict)
    migration_state: str | None = None


class PublicIP(Struct, frozen=True, kw_only=True):
    """A public address of one machine, beside those of its deployment."""

    name: str | None
    address: str
    idle_timeout_in_minutes: int | None = None
    domain_name_label: str | None = None


class IPTag(Struct, frozen=True):
    """What a public address is marked with."""

    ip_tag_type: str
    value: str


class ReservedIP(Struct):
    """A public address that a subscription keeps. What it is associated with, the deployments' virtual IPs tell."""

    name: str
    address: str
    id: str
    label: str | None
    location: str
    state: str = "Creating"
    operation: str | None = None
    ip_tags: tuple[IPTag, ...] = ()
    migration_state: str | None = None


class LoadBalancer(Struct, frozen=True):
    """A deployment's internal load balancer: a private address that endpoints may stand behind."""

    name: str
    address: str
    type: str = "Private"
    subnet_name: str | None = None
    static_virtual_network_ip_address: str | None = None


class NetworkInterface(Struct, frozen=True, kw_only=True):
    """A machine's network interface beside its first one."""

    name: str
    mac_address: str
    subnet_name: str | None
    address: str
    static_virtual_network_ip_address: str | None = None
    ip_forwarding: str | None = None
    network_security_group: str | None = None
