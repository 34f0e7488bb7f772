"""The virtual IPs that a deployment shows, among them the addresses of its internal load balancers."""

from __future__ import annotations

from typing import Any

from emulator.domain import addresses
from emulator.domain.network_records import LoadBalancer
from emulator.domain.records import Deployment, HostedService, InputEndpoint, VirtualIP
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column, many
from emulator.wire.values import BOOLEAN
from emulator.wire.writing import Context

Pair = tuple[Deployment, VirtualIP | LoadBalancer]
"""What every column is about."""


def _shown(shown: tuple[HostedService, Deployment], _context: Context) -> list[Pair]:
    deployment = shown[1]
    public: list[Pair] = [(deployment, one) for one in deployment.virtual_ips if one.address or one.secondary]
    return [*public, *((deployment, one) for one in deployment.load_balancers)]


def _secondary(pair: Pair) -> bool:
    return isinstance(pair[1], VirtualIP) and pair[1].secondary


def _reserved(pair: Pair, _context: Context) -> str | None:
    return pair[1].reserved_ip_name if isinstance(pair[1], VirtualIP) else None


def _address(pair: Pair, context: Context) -> str | None:
    """Return an address; a secondary virtual IP that is neither reserved nor has an endpoint shows none."""
    deployment, one = pair
    if _secondary(pair) and not _reserved(pair, context) and not addresses.has_endpoints(deployment, one.name):
        return None
    return one.address or None


def _flag(tell: Any) -> Any:
    """Return a getter of what is only ever said to be true."""
    return lambda pair, context: True if tell(pair, context) else None


_VIRTUAL_IP = Contract(
    "VirtualIP",
    nothing,
    (
        column("Address", get=_address),
        column("IsDnsProgrammed", BOOLEAN, get=_flag(lambda p, _c: isinstance(p[1], VirtualIP) and not p[1].secondary)),
        column("Name", get=lambda p, _c: p[1].name),
        column("Type", get=lambda p, _c: p[1].type if isinstance(p[1], LoadBalancer) else None, since="2014-05-01"),
        column("IsReserved", BOOLEAN, get=_flag(_reserved), since="2014-05-01"),
        column("ReservedIPName", get=_reserved, since="2014-05-01"),
        column("IsSecondaryVip", BOOLEAN, get=_flag(lambda p, _c: _secondary(p)), since="2014-05-01"),
    ),
)

VIRTUAL_IPS = many("VirtualIPs", _VIRTUAL_IP, get=_shown, since="2012-03-01")
"""The column of a deployment, about (service, deployment)."""

RESERVED_IP_NAME = column(
    "ReservedIPName", get=lambda shown, _context: shown[1].virtual_ips[0].reserved_ip_name, since="2014-05-01"
)
"""The reserved IP of the first one: told of the deployment, too."""


def vip(deployment: Deployment, endpoint: InputEndpoint) -> str | None:
    """Return the address that an endpoint is reached at: of its load balancer, its virtual IP or the first one."""
    name = (endpoint.load_balancer_name or endpoint.virtual_ip_name or "").lower()
    known: list[VirtualIP | LoadBalancer] = [*deployment.load_balancers, *deployment.virtual_ips]
    return next((one.address for one in known if one.name.lower() == name), deployment.virtual_ips[0].address) or None


def virtual_ip_name(deployment: Deployment, endpoint: InputEndpoint) -> str | None:
    """Return the virtual IP that an endpoint is behind, which is told where a deployment has more than one.

    As recorded, it is told of web and worker roles with a single one, too, unless they are in a virtual network.
    """
    of_web_roles = not deployment.of_virtual_machines and deployment.virtual_network_name is None
    if endpoint.load_balancer_name or (len(deployment.virtual_ips) == 1 and not of_web_roles):
        return None
    return endpoint.virtual_ip_name or deployment.virtual_ips[0].name
