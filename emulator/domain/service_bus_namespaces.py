"""Namespaces of Service Bus: from Activating by way of Active and Removing to none. Knows nothing of what is in them.

Its calls are answered at once with their final status; what goes on behind them shows in the namespace alone.
"""

from __future__ import annotations

import re

from msgspec import Struct

from emulator.domain import errors
from emulator.domain.clock import Event
from emulator.domain.entropy import derived_key
from emulator.domain.lifecycle import SERVICE_BUS_NAMESPACE
from emulator.domain.records import TrackedOperation
from emulator.domain.service_bus_records import ServiceBusNamespace, SharedAccessRule
from emulator.domain.world import Subscription

TYPES = ("Messaging", "NotificationHub", "EventHub")
KEY_SIZE = 32
ROOT_RULE = "RootManageSharedAccessKey"
_MACHINE = "service bus namespace"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]", re.ASCII)
_RESERVED = ("-sb", "-mgmt")


class CreateNamespace(Struct, frozen=True, kw_only=True):
    """What a caller says of a new namespace: where it is to be, of what type, and whether with access control."""

    region: str | None = None
    create_acs_namespace: bool | None = None
    namespace_type: str | None = None


class Availability(Struct, frozen=True):
    """Whether a name is free, and why not."""

    result: bool
    reason_detail: str | None = None


def regions(subscription: Subscription) -> tuple[str, ...]:
    """Return the names of the regions in which namespaces can be."""
    return subscription.catalog.service_bus_regions


def check_availability(subscription: Subscription, namespace: str) -> Availability:
    """Tell whether a namespace could be created under a name."""
    _let_go(subscription, namespace)
    if _is_name(namespace) and not _taken(subscription, namespace):
        return Availability(result=True)
    return Availability(result=False, reason_detail="The specified service namespace is not available.")


def list_all(subscription: Subscription) -> list[ServiceBusNamespace]:
    """Return every namespace, oldest first."""
    return list(subscription.service_bus_namespaces.values())


def find(subscription: Subscription, namespace: str) -> ServiceBusNamespace:
    """Return the namespace of that name."""
    found = subscription.service_bus_namespaces.get(namespace.lower())
    if found is None:
        raise errors.SERVICE_BUS_NAMESPACE_NOT_FOUND()
    return found


def active(subscription: Subscription, namespace: str) -> ServiceBusNamespace:
    """Return the namespace of that name, which has to be Active."""
    found = find(subscription, namespace)
    if found.status != "Active":
        raise errors.SERVICE_BUS_NAMESPACE_INACTIVE()
    return found


def create(
    subscription: Subscription, _operation: TrackedOperation, command: CreateNamespace, namespace: str
) -> ServiceBusNamespace:
    """Make a namespace under a name that is free; it is Activating at first."""
    region = _known(subscription.catalog.service_bus_regions, command.region)
    namespace_type = _known(TYPES, command.namespace_type or TYPES[0])
    if region is None or namespace_type is None or not _is_name(namespace):
        raise errors.SERVICE_BUS_NAMESPACE_INVALID()
    _let_go(subscription, namespace)
    if _taken(subscription, namespace):
        raise errors.SERVICE_BUS_NAMESPACE_TAKEN()
    if len(subscription.service_bus_namespaces) >= subscription.catalog.limits.service_bus_namespaces:
        raise errors.SERVICE_BUS_NAMESPACE_QUOTA()
    made = ServiceBusNamespace(
        name=namespace,
        region=region,
        namespace_type=namespace_type,
        acs=bool(command.create_acs_namespace),
        default_key=_key(subscription, namespace, "owner"),
        created_at=subscription.now,
        updated_at=subscription.now,
        authorization_rules={ROOT_RULE.lower(): _root_rule(subscription, namespace)},
    )
    subscription.service_bus_namespaces[namespace.lower()] = made
    _schedule(subscription, made)
    return made


def delete(subscription: Subscription, _operation: TrackedOperation, namespace: str) -> None:
    """Take a namespace away with all that is in it; one that is Removing already is left to it."""
    found = find(subscription, namespace)
    if SERVICE_BUS_NAMESPACE.allows(found.status, "delete"):
        subscription.clock.cancel(found.step)
        _move(subscription, found, "delete")


def _known(names: tuple[str, ...], given: str | None) -> str | None:
    return next((name for name in names if name.lower() == (given or "").strip().lower()), None)


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not name.lower().endswith(_RESERVED)


def _let_go(subscription: Subscription, name: str) -> None:
    """Let a namespace that is only Removing still for somebody to see it be in nobody's way."""
    leaving = subscription.service_bus_namespaces.get(name.lower())
    if leaving is not None and leaving.status == "Removing":
        subscription.hasten(leaving.step)


def _taken(subscription: Subscription, name: str) -> bool:
    return any(name.lower() in one.service_bus_namespaces for one in subscription.world.neighbours(subscription))


def _key(subscription: Subscription, namespace: str, which: str) -> str:
    return derived_key(subscription.world.seed, "service bus", namespace.lower(), which, size=KEY_SIZE)


def _root_rule(subscription: Subscription, namespace: str) -> SharedAccessRule:
    return SharedAccessRule(
        key_name=ROOT_RULE,
        primary_key=_key(subscription, namespace, "primary"),
        secondary_key=_key(subscription, namespace, "secondary"),
        rights=("Manage", "Send", "Listen"),
        created_time=subscription.now,
        modified_time=subscription.now,
    )


def _move(subscription: Subscription, namespace: ServiceBusNamespace, event: str) -> None:
    namespace.status = SERVICE_BUS_NAMESPACE.next(namespace.status, event)
    namespace.updated_at = subscription.now
    _schedule(subscription, namespace)


def _schedule(subscription: Subscription, namespace: ServiceBusNamespace) -> None:
    following = SERVICE_BUS_NAMESPACE.automatic.get(namespace.status)
    if following is not None and following.after:
        resource = (namespace.name.lower(),)
        event, lingers = following.event, following.lingers
        namespace.step = subscription.after(following.after, _MACHINE, resource, event, lingers=lingers)


def _happened(subscription: Subscription, event: Event) -> None:
    (name,) = event.resource
    namespace = subscription.service_bus_namespaces[name]
    _move(subscription, namespace, event.name)
    if namespace.status == "Removed":
        del subscription.service_bus_namespaces[name]


HANDLERS = {_MACHINE: _happened}
