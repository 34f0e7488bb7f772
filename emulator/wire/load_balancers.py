"""Internal load balancers, DNS servers and IP forwarding of deployments, and the virtual IPs that a deployment shows."""

from __future__ import annotations

from typing import Any

from emulator.domain import addresses, ip_forwarding, machines, network_records
from emulator.domain.network_records import LoadBalancer
from emulator.domain.records import Deployment, InputEndpoint, VirtualIP
from emulator.wire.common import nothing
from emulator.wire.contract import BOOLEAN, Column, Context, Contract, column, group, many

DNS_SERVER = Contract(
    "DnsServer", network_records.DnsServer, (column("Name", required=True), column("Address", required=True))
)

IP_FORWARDING = Contract("IPForwarding", ip_forwarding.IPForwarding, (column("State", required=True),))

_ADDRESS = "static_virtual_network_ip_address"
_FRONTEND = group(
    "FrontendIpConfiguration",
    column("Type"),
    column("SubnetName"),
    column("StaticVirtualNetworkIPAddress", attribute=_ADDRESS),
)

LOAD_BALANCER = Contract("LoadBalancer", machines.LoadBalancerInput, (column("Name", required=True), _FRONTEND))
LOAD_BALANCERS_IN = many("LoadBalancers", LOAD_BALANCER)
"""What a new deployment is given."""


def dns_servers(get: Any = None) -> Column:
    """Return the column of a deployment's DNS servers, which is left out where there are none."""
    return group("Dns", many("DnsServers", DNS_SERVER), get=get)


# ---- as a deployment shows them; a virtual IP and a load balancer are both about (deployment, it)


def _shown(deployment: Deployment, _context: Context) -> list[tuple[Deployment, VirtualIP | LoadBalancer]]:
    shown = (one for one in deployment.virtual_ips if one.address or one.secondary)
    return [(deployment, one) for one in (*shown, *deployment.load_balancers)]


def _address(pair: tuple[Deployment, Any], _context: Context) -> Any:
    """Return an address; a secondary virtual IP that is neither reserved nor has an endpoint shows none."""
    deployment, one = pair
    if _secondary(pair) and not one.reserved_ip_name and not addresses.has_endpoints(deployment, one.name):
        return None
    return one.address or None


def _secondary(pair: tuple[Deployment, Any]) -> bool:
    return isinstance(pair[1], VirtualIP) and pair[1].secondary


def _public(pair: tuple[Deployment, Any]) -> VirtualIP | None:
    return pair[1] if isinstance(pair[1], VirtualIP) else None


def _reserved(pair: tuple[Deployment, Any], _context: Context) -> str | None:
    public = _public(pair)
    return public.reserved_ip_name if public else None


_VIRTUAL_IP = Contract(
    "VirtualIP",
    nothing,
    (
        column("Address", get=_address),
        column("IsDnsProgrammed", BOOLEAN, get=lambda p, _c: True if _public(p) and not _secondary(p) else None),
        column("Name", get=lambda p, _c: p[1].name),
        column("Type", get=lambda p, _c: None if _public(p) else p[1].type, since="2014-05-01"),
        column("IsReserved", BOOLEAN, get=lambda p, c: True if _reserved(p, c) else None, since="2014-05-01"),
        column("ReservedIPName", get=_reserved, since="2014-05-01"),
        column("IsSecondaryVip", BOOLEAN, get=lambda p, _c: True if _secondary(p) else None, since="2014-05-01"),
    ),
)

VIRTUAL_IPS = many("VirtualIPs", _VIRTUAL_IP, get=_shown, since="2012-03-01")

LOAD_BALANCERS = many(
    "LoadBalancers", Contract("LoadBalancer", nothing, (column("Name"), _FRONTEND)), since="2014-05-01"
)


def address_behind(deployment: Deployment, virtual_ip_name: str | None, load_balancer_name: str | None) -> str:
    """Return the address that an endpoint is reached at: of its load balancer, its virtual IP or the first one."""
    name = (load_balancer_name or virtual_ip_name or "").lower()
    for one in (*deployment.load_balancers, *deployment.virtual_ips):
        if one.name.lower() == name:
            return one.address
    return deployment.virtual_ips[0].address


def virtual_ip_behind(
    deployment: Deployment, virtual_ip_name: str | None, load_balancer_name: str | None
) -> str | None:
    """Return the virtual IP that an endpoint is shown to be behind: told where a deployment has more than one."""
    if load_balancer_name or len(deployment.virtual_ips) == 1:
        return None
    return virtual_ip_name or deployment.virtual_ips[0].name
