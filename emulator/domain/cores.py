"""Counting cores: what a deployment takes, what a subscription has in use, and what is left of its quota."""

from __future__ import annotations

from emulator.domain import errors, operations
from emulator.domain.records import Deployment, Revision, TrackedOperation
from emulator.domain.world import Subscription


def of(subscription: Subscription, deployment: Deployment | Revision) -> int:
    """Return the cores of a deployment, as it is or as it would be in another revision."""
    content = deployment.configuration
    if content is None:
        return sum(of_size(subscription, role.role_size) for role in deployment.roles.values())
    sizes = {name: of_size(subscription, role.role_size) for name, role in deployment.roles.items()}
    return sum(role.instance_count * sizes[role.name.lower()] for role in content.roles)


def of_size(subscription: Subscription, name: str) -> int:
    """Return the cores of a role size."""
    size = subscription.catalog.role_size(name)
    return size.cores if size else 0


def take(subscription: Subscription, operation: TrackedOperation, increment: int, timing: str) -> bool:
    """Take cores from the quota. If it has no room, the call is accepted and its operation fails after `timing`."""
    limit, current = subscription.catalog.quotas.max_core_count, subscription.cores_in_use
    if increment > 0 and current + increment > limit:
        error = errors.OVER_QUOTA(resource="cores count", limit=limit, current=current, increment=increment)
        operations.fail_later(subscription, operation, error, timing)
        return False
    subscription.cores_in_use += increment
    return True


def release(subscription: Subscription, deployment: Deployment) -> None:
    """Give back the cores of a deployment that is gone."""
    subscription.cores_in_use -= of(subscription, deployment)
