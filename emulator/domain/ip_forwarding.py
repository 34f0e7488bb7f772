"""IP forwarding: whether a role, or one of its network interfaces, passes on what is not addressed to it."""

from __future__ import annotations

from msgspec import Struct

from emulator.domain import changes, lookup, networking
from emulator.domain.clock import Event
from emulator.domain.records import TrackedOperation
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
    about = lookup.role_or_interface(deployment, role_name, network_interface_name)
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
    lookup.role_or_interface(deployment, role_name, network_interface_name)
    values = (role_name, network_interface_name, networking.ip_forwarding(command.state))
    changes.accept(subscription, operation, service, deployment, TIMING, "ip_forwarding", "set", *values)


def _happened(subscription: Subscription, event: Event) -> None:
    deployment, (role_name, interface_name, new) = changes.land(subscription, event)
    changes.alter_role(deployment, role_name, interface_name, ip_forwarding=new)


HANDLERS = {"ip_forwarding": _happened}
