"""Changes that a deployment undergoes in one step: accepted now, they hold it, and happen when their operation ends."""

from __future__ import annotations

from emulator.domain import lookup, operations
from emulator.domain.clock import Event
from emulator.domain.records import Deployment, HostedService, TrackedOperation
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
