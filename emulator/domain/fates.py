"""What may become of an accepted operation other than what was asked for: it fails, it hangs, its instances do.

Each fate carries the call out by `do`, so that what the service would have refused is refused as ever, and then bends
what was begun. Knows what an operation leaves in a subscription; not who decides on its fate, nor why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from emulator.domain import operations
from emulator.domain.lifecycle import INSTANCE_LIFECYCLES
from emulator.domain.records import RoleInstance, TrackedOperation
from emulator.domain.refusals import ServiceError
from emulator.domain.world import Subscription

Do = Callable[[], Any]
Fate = Callable[[Subscription, TrackedOperation, Do], Any]
"""Carries out a call in its own way, and returns what the call returns."""

_KEPT = {"id", "name", "created_time", "entropy", "callers", "operations"}
"""Fields of a subscription that no call takes back: what was drawn is drawn, and what was tracked stays so."""


def fail(
    subscription: Subscription, operation: TrackedOperation, do: Do, error: ServiceError, seconds: float | None = None
) -> Any:
    """Accept, and fail after `seconds`, by default when the operation would have ended.

    Nothing else comes of it, from the moment it was accepted (assumption 41).
    """
    before, others = _state(subscription), _in_progress(subscription, operation)
    with subscription.imagining():
        result = do()
    if seconds is None:
        ends = [event.due for event in subscription.clock.schedule.values() if event.operation == operation.id]
        seconds = (max(ends) - subscription.now).total_seconds() if ends else 0.0
    for name, value in before.items():
        setattr(subscription, name, value)
    subscription.operations.update(others)
    operations.fail_after(subscription, operation, error, seconds)
    return result


def fail_though_done(_subscription: Subscription, operation: TrackedOperation, do: Do, error: ServiceError) -> Any:
    """Accept, do all of it, and report in the end that it failed."""
    result = do()
    operations.doom(operation, error)
    return result


def hang(subscription: Subscription, operation: TrackedOperation, do: Do) -> Any:
    """Accept, and never end: what was to happen with the operation does not, and what it holds stays held."""
    result = do()
    for event in subscription.clock.pending():
        if event.operation == operation.id:
            subscription.clock.cancel(event.sequence)
    return result


def trouble(subscription: Subscription, _operation: TrackedOperation, do: Do, event: str, most: int | None) -> Any:
    """Accept, and let `event` happen to up to `most` (None: all) of the instances that the call makes.

    An instance whose kind does not know the event is spared.
    """
    known = {id(instance) for instance in _instances(subscription)}
    result = do()
    made = [instance for instance in _instances(subscription) if id(instance) not in known]
    fit = [one for one in made if any(t.event == event for t in INSTANCE_LIFECYCLES[one.kind][0].transitions)]
    for instance in fit[:most]:
        instance.trouble = event
    return result


def _state(subscription: Subscription) -> dict[str, Any]:
    names = [name for name in subscription.__struct_fields__ if name not in _KEPT]
    # At once, so that what stands in two collections is one thing in the copy, too.
    return deepcopy({name: getattr(subscription, name) for name in names})


def _in_progress(subscription: Subscription, new: TrackedOperation) -> dict[str, TrackedOperation]:
    """Return copies of the other operations in progress: a call may end those that it takes the place of."""
    others = [one for one in subscription.operations.values() if one.status == "InProgress" and one is not new]
    return {one.id: deepcopy(one) for one in others}


def _instances(subscription: Subscription) -> Iterator[RoleInstance]:
    for service in subscription.hosted_services.values():
        for deployment in service.deployments.values():
            yield from deployment.instances.values()
