"""Registration of resource providers: clients do it before they use a service, and take "already" for yes.

No service insists on it: an operation on a type that is not registered is served all the same.
"""

from __future__ import annotations

from emulator.domain import errors, operations
from emulator.domain.clock import Event
from emulator.domain.lifecycle import RESOURCE_TYPE
from emulator.domain.records import TrackedOperation
from emulator.domain.services import RESOURCE_TYPES
from emulator.domain.world import Subscription

NOT_REGISTERED = "NotRegistered"


def register(subscription: Subscription, _operation: TrackedOperation, service_name: str) -> None:
    """Register a resource type, at once."""
    subscription.resource_types[_unregistered(subscription, service_name)] = "Registered"


def register_later(subscription: Subscription, operation: TrackedOperation, service_name: str) -> None:
    """Begin to register a resource type; its operation ends when it is."""
    _enter(subscription, operation, _unregistered(subscription, service_name), "Registering")


def unregister(subscription: Subscription, _operation: TrackedOperation, service_name: str) -> None:
    """Take a registration back, at once; what was made of that type stays."""
    del subscription.resource_types[_registered(subscription, service_name)]


def unregister_later(subscription: Subscription, operation: TrackedOperation, service_name: str) -> None:
    """Begin to take a registration back; its operation ends when that is done."""
    name = _registered(subscription, service_name)
    _enter(subscription, operation, name, RESOURCE_TYPE.next(subscription.resource_types[name], "unregister"))


def _unregistered(subscription: Subscription, service_name: str) -> str:
    name = _known(subscription, service_name)
    if _idle(subscription, name) == "Registered":
        raise errors.RESOURCE_TYPE_REGISTERED(name=name)
    return name


def _registered(subscription: Subscription, service_name: str) -> str:
    name = _known(subscription, service_name)
    if _idle(subscription, name) == NOT_REGISTERED:
        raise errors.RESOURCE_TYPE_NOT_REGISTERED(name=name)
    return name


def _known(subscription: Subscription, service_name: str) -> str:
    """Return a resource type as it is spelled, if the service behind it is there."""
    for name, service in RESOURCE_TYPES.items():
        if name.lower() == service_name.strip().lower() and (service is None or service in subscription.world.services):
            return name
    raise errors.RESOURCE_TYPE_UNKNOWN()


def _idle(subscription: Subscription, name: str) -> str:
    state = subscription.resource_types.get(name, NOT_REGISTERED)
    if state in RESOURCE_TYPE.automatic:
        raise errors.RESOURCE_TYPE_BUSY()
    return state


def _enter(subscription: Subscription, operation: TrackedOperation, name: str, state: str) -> None:
    subscription.resource_types[name] = state
    following = RESOURCE_TYPE.automatic[state]
    subscription.after(following.after or "", "resource type", (name,), following.event, operation.id)


def scheduler_properties(subscription: Subscription, resource_type: str) -> dict[str, str]:
    """Return what the scheduler says of a resource type of its own."""
    _known(subscription, f"scheduler.{resource_type}")
    regions = ",".join(one.name for one in subscription.catalog.locations)
    return {"SupportedGeoRegions": regions}


def _happened(subscription: Subscription, event: Event) -> None:
    (name,) = event.resource
    state = RESOURCE_TYPE.next(subscription.resource_types[name], event.name)
    if state == NOT_REGISTERED:
        del subscription.resource_types[name]
    else:
        subscription.resource_types[name] = state
    operations.finish(subscription, event.operation)


HANDLERS = {"resource type": _happened}
