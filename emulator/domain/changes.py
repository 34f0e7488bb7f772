"""Changes in one step: accepted now, they happen when their operation ends. Those of a deployment hold it meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from emulator.domain import lookup, operations
from emulator.domain.clock import Event
from emulator.domain.records import Deployment, HostedService, TrackedOperation
from emulator.domain.refusals import ServiceError
from emulator.domain.world import Subscription


def accept(
    subscription: Subscription,
    operation: TrackedOperation,
    service: HostedService,
    deployment: Deployment,
    timing: str,
    machine: str,
    name: str,
    *values: str | None,
) -> None:
    """Hold a deployment, and schedule that `name` happens to it after the duration `timing`, with `values`."""
    deployment.operation, deployment.last_modified_time = operation.id, subscription.now
    resource = (*lookup.key(service, deployment), *(value or "" for value in values))
    subscription.after(timing, machine, resource, name, operation.id)


def land(subscription: Subscription, event: Event) -> tuple[Deployment, tuple[str, ...]]:
    """Let go of the deployment that an accepted change was about, end its operation, and return it and the values."""
    _, deployment = lookup.by_key(subscription, event.resource)
    deployment.operation, deployment.last_modified_time = None, subscription.now
    operations.finish(subscription, event.operation)
    return deployment, event.resource[2:]


def attempt(subscription: Subscription, event: Event, change: Callable[..., None], *about: object) -> None:
    """Let happen what only now is judged: a refusal is what the operation of the event fails with."""
    try:
        change(subscription, *about)
    except ServiceError as error:
        operation = subscription.operations.get(event.operation or "")
        if operation is not None:
            operations.doom(operation, error)


def alter_role(deployment: Deployment, role_name: str, interface_name: str, **fields: str | None) -> None:
    """Give other values to the fields of a role, or where one is named of its network interface."""
    role = deployment.roles[role_name.lower()]
    if not interface_name or role.machine is None:
        for name, value in fields.items():
            setattr(role, name, value)
        return
    role.machine.network_interfaces = tuple(
        replace(one, **fields) if one.name.lower() == interface_name.lower() else one
        for one in role.machine.network_interfaces
    )
