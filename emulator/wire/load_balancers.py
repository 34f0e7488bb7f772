"""Internal load balancers."""

from __future__ import annotations

from emulator.domain import machines
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column, group, many

_FRONTEND = group(
    "FrontendIpConfiguration",
    column("Type"),
    column("SubnetName"),
    column("StaticVirtualNetworkIPAddress", attribute="static_virtual_network_ip_address"),
)

LOAD_BALANCER = Contract("LoadBalancer", machines.LoadBalancerInput, (column("Name", required=True), _FRONTEND))

LOAD_BALANCERS_IN = many("LoadBalancers", LOAD_BALANCER, since="2014-05-01")
"""Those that a new deployment is given."""

LOAD_BALANCERS = many(
    "LoadBalancers",
    Contract("LoadBalancer", nothing, (column("Name"), _FRONTEND)),
    get=lambda shown, _context: shown[1].load_balancers,
    since="2014-05-01",
)
"""Those that a deployment has, about (service, deployment)."""
