"""Public addresses of single machines: as they are asked for, and as roles and role instances show them."""

from __future__ import annotations

from typing import Any, NamedTuple

from emulator.domain.machines import PublicIPInput
from emulator.domain.network_records import PublicIP
from emulator.domain.records import Deployment, Role, RoleInstance
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column, many
from emulator.wire.values import INTEGER, TEXT
from emulator.wire.writing import Context

_NAME = column("Name")
_IDLE = column("IdleTimeoutInMinutes", INTEGER, since="2014-06-01")
_LABEL = column("DomainNameLabel", since="2015-03-01")

PUBLIC_IPS_IN = many(
    "PublicIPs", Contract("PublicIP", PublicIPInput, (_NAME, _IDLE, _LABEL)), attribute="public_ips", since="2014-05-01"
)
"""What a machine asks for."""


def _of_role(pair: tuple[Deployment, Role], _context: Context) -> Any:
    machine = pair[1].machine
    return (machine.public_ips if machine else None) or None


PUBLIC_IPS_OF_ROLE = many(
    "PublicIPs", Contract("PublicIP", nothing, (_NAME, _IDLE, _LABEL)), get=_of_role, since="2014-05-01"
)
"""Those of a role, about (deployment, role)."""


class _Held(NamedTuple):
    """An address, and the service by whose name its own name goes."""

    service: str
    ip: PublicIP


def _of_instance(pair: tuple[Deployment, RoleInstance], context: Context) -> Any:
    deployment, instance = pair
    machine = deployment.roles[instance.role_name.lower()].machine
    if machine is None or not machine.public_ips or instance.state == "deallocated":
        return None
    services = context.subscription.hosted_services.values()
    service = next(one.name for one in services if deployment in one.deployments.values())
    return [_Held(service, ip) for ip in machine.public_ips]


def _names(held: _Held, _context: Context) -> list[str] | None:
    label = held.ip.domain_name_label
    return [f"{label}.{held.service}.cloudapp.net", f"{label}.0.{held.service}.cloudapp.net"] if label else None


PUBLIC_IPS_OF_INSTANCE = many(
    "PublicIPs",
    Contract(
        "PublicIP",
        nothing,
        (
            column("Name", get=lambda h, _c: h.ip.name),
            column("Address", get=lambda h, _c: h.ip.address),
            column("IdleTimeoutInMinutes", INTEGER, get=lambda h, _c: h.ip.idle_timeout_in_minutes, since="2014-06-01"),
            column("DomainNameLabel", get=lambda h, _c: h.ip.domain_name_label, nil=True, since="2015-03-01"),
            many("Fqdns", TEXT, "Fqdn", get=_names, since="2015-03-01"),
        ),
    ),
    get=_of_instance,
    since="2014-05-01",
)
"""Those of a role instance, about (deployment, instance)."""
