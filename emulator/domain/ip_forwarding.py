"""IP forwarding: whether a role, or one of its network interfaces, passes on what is not addressed to it."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from emulator.domain import changes, errors, lookup, networking
from emulator.domain.clock import Event
from emulator.domain.network_records import NetworkInterface
from emulator.domain.records import Deployment, Role, TrackedOperation
from emulator.domain.world import Subscription

TIMING = "virtual_machine.ip_forwarding"
DISABLED = "Disabled"


class IPForwarding(Struct, frozen=True, kw_only=True):
    """The state of IP forwarding: Enabled or Disabled."""

    state: str


def get(
    subscription: Subscription,
    service_name: str,
    deployment_name: str,
    role_name: str,
    network_interface_name: str | None = None,
) -> IPForwarding:
    """Return the state for a role or for one of its network interfaces: Disabled until somebody sets it."""
    _, deployment = lookup.deployment(subscription, service_name, None, deployment_name)
    role = _role(deployment, role_name)
    about = role if network_interface_name is None else _interface(role, network_interface_name)
    return IPForwarding(state=about.ip_forwarding or DISABLED)


def set_state(
    subscription: Subscription,
    operation: TrackedOperation,
    command: IPForwarding,
    service_name: str,
    deployment_name: str,
    role_name: str,
    network_interface_name: str | None = None,
) -> None:
    """Accept another state for a role or for one of its network interfaces."""
    service, deployment = lookup.free_deployment(subscription, service_name, None, deployment_name)
    role = _role(deployment, role_name)
    if network_interface_name is not None:
        _interface(role, network_interface_name)
    values = (role.role_name, network_interface_name, networking.ip_forwarding(command.state))
    changes.accept(subscription, operation, service, deployment, TIMING, "ip_forwarding", "set", *values)


def _role(deployment: Deployment, role_name: str) -> Role:
    found = deployment.roles.get(role_name.lower())
    if found is None:
        raise errors.ROLE_NOT_FOUND(role=role_name)
    return found


def _interface(role: Role, name: str) -> NetworkInterface:
    for one in role.machine.network_interfaces if role.machine else ():
        if one.name.lower() == name.lower():
            return one
    raise errors.NETWORK_INTERFACE_NOT_FOUND(name=name, role=role.role_name)


def _happened(subscription: Subscription, event: Event) -> None:
    deployment, (role_name, interface_name, new) = changes.land(subscription, event)
    role = deployment.roles[role_name.lower()]
    if not interface_name or role.machine is None:
        role.ip_forwarding = new
        return
    role.machine.network_interfaces = tuple(
        replace(one, ip_forwarding=new) if one.name.lower() == interface_name.lower() else one
        for one in role.machine.network_interfaces
    )


HANDLERS = {"ip_forwarding": _happened}
