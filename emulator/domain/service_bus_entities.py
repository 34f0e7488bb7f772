"""What is in a namespace of Service Bus: queues, topics, relays and notification hubs, all under names of one kind."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import timedelta
from typing import Any, NamedTuple

from msgspec import Struct, structs

from emulator.domain import errors, service_bus_rules
from emulator.domain.records import TrackedOperation
from emulator.domain.service_bus_namespaces import active, find
from emulator.domain.service_bus_records import (
    Entity,
    NotificationHub,
    Queue,
    Relay,
    ServiceBusNamespace,
    SharedAccessRule,
    Topic,
)
from emulator.domain.service_bus_rules import ConnectionDetail, SetRule
from emulator.domain.world import Subscription


class Kind(NamedTuple):
    """A kind of entity: what its feed is called, where a namespace keeps it, what it is."""

    title: str
    collection: str
    makes: type[Entity]

    def of(self, namespace: ServiceBusNamespace) -> dict[str, Any]:
        """Return the entities of this kind in a namespace."""
        kept: dict[str, Any] = getattr(namespace, self.collection)
        return kept


QUEUES = Kind("Queues", "queues", Queue)
TOPICS = Kind("Topics", "topics", Topic)
RELAYS = Kind("Relays", "relays", Relay)
NOTIFICATION_HUBS = Kind("NotificationHubs", "notification_hubs", NotificationHub)
KINDS = (QUEUES, TOPICS, RELAYS, NOTIFICATION_HUBS)

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,258}[A-Za-z0-9])?", re.ASCII)
_DURATION = (
    r"P(?=.)(?:(?P<days>\d{1,8})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,8})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,8}(?:\.\d{1,7})?)S)?)?"
)
"""Of ISO 8601, without years, months and weeks. It is compiled when it is first needed."""
_WEEK = timedelta(days=7)
_BOUNDS = {
    "lock_duration": (timedelta(0), timedelta(minutes=5)),
    "duplicate_detection_history_time_window": (timedelta(seconds=1), _WEEK),
    "default_message_time_to_live": (timedelta(seconds=1), timedelta.max),
    "auto_delete_on_idle": (timedelta(minutes=5), timedelta.max),
    "registration_ttl": (timedelta(0), timedelta.max),
}
"""Which durations there are, and from where to where each goes."""
_CHOICES: dict[str, Container[object]] = {
    "max_size_in_megabytes": tuple(gigabytes * 1024 for gigabytes in (1, 2, 3, 4, 5, 16, 32, 48, 64, 80)),
    "status": ("Active", "Disabled", "SendDisabled", "ReceiveDisabled"),
    "listener_type": ("NetTcp", "Http", "NetEvent", "NetOneway"),
    "max_delivery_count": range(1, 2001),
}
"""Of the rest, what may be chosen. A partitioned entity is sixteen times as large as it was asked to be."""


class SetQueue(Struct, frozen=True, kw_only=True):
    """What a caller says of a queue; what is left out is as usual in a new one, and stays in an update."""

    lock_duration: str | None = None
    max_size_in_megabytes: int | None = None
    requires_duplicate_detection: bool | None = None
    requires_session: bool | None = None
    default_message_time_to_live: str | None = None
    dead_lettering_on_message_expiration: bool | None = None
    duplicate_detection_history_time_window: str | None = None
    max_delivery_count: int | None = None
    enable_batched_operations: bool | None = None
    is_anonymous_accessible: bool | None = None
    authorization_rules: list[SetRule] | None = None
    status: str | None = None
    support_ordering: bool | None = None
    auto_delete_on_idle: str | None = None
    entity_availability_status: str | None = None


class SetTopic(Struct, frozen=True, kw_only=True):
    """What a caller says of a topic, as of a queue."""

    default_message_time_to_live: str | None = None
    max_size_in_megabytes: int | None = None
    requires_duplicate_detection: bool | None = None
    duplicate_detection_history_time_window: str | None = None
    enable_batched_operations: bool | None = None
    filtering_messages_before_publishing: bool | None = None
    is_anonymous_accessible: bool | None = None
    authorization_rules: list[SetRule] | None = None
    status: str | None = None
    support_ordering: bool | None = None
    auto_delete_on_idle: str | None = None
    entity_availability_status: str | None = None


class SetRelay(Struct, frozen=True, kw_only=True):
    """What a caller says of a relay."""

    listener_type: str | None = None


class SetNotificationHub(Struct, frozen=True, kw_only=True):
    """What a caller says of a notification hub."""

    registration_ttl: str | None = None
    authorization_rules: list[SetRule] | None = None


class EntityDetails(NamedTuple):
    """An entity and where it is."""

    namespace: ServiceBusNamespace
    entity: Entity


class EntityList(NamedTuple):
    """All entities of one kind in a namespace."""

    namespace: ServiceBusNamespace
    title: str
    entities: list[EntityDetails]


def list_all(subscription: Subscription, namespace: str, *, kind: Kind) -> EntityList:
    """Return the entities of a kind in a namespace, oldest first."""
    found = find(subscription, namespace)
    return EntityList(found, kind.title, [EntityDetails(found, one) for one in kind.of(found).values()])


def get(subscription: Subscription, namespace: str, entity_name: str, *, kind: Kind) -> EntityDetails:
    """Return an entity of a kind."""
    found = find(subscription, namespace)
    entity = kind.of(found).get(entity_name.lower())
    if entity is None:
        raise errors.SERVICE_BUS_ENTITY_NOT_FOUND()
    return EntityDetails(found, entity)


def connection_details(
    subscription: Subscription, namespace: str, entity_name: str, *, kind: Kind
) -> list[ConnectionDetail]:
    """Return how to connect to an entity."""
    return service_bus_rules.entity_connection_details(*get(subscription, namespace, entity_name, kind=kind))


def create(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: Struct,
    namespace: str,
    entity_name: str,
    *,
    kind: Kind,
) -> EntityDetails:
    """Make an entity in a namespace that is Active; no other of whatever kind may have its name."""
    found = active(subscription, namespace)
    if _NAME.fullmatch(entity_name) is None:
        raise errors.SERVICE_BUS_ENTITY_INVALID()
    if any(entity_name.lower() in one.of(found) for one in KINDS):
        raise errors.SERVICE_BUS_ENTITY_EXISTS()
    settings = _settings(subscription, command)
    if kind is NOTIFICATION_HUBS:
        settings.setdefault("authorization_rules", _hub_rules(subscription))
    now = subscription.now
    made = kind.makes(name=entity_name, created_at=now, updated_at=now, **settings)
    kind.of(found)[entity_name.lower()] = made
    return EntityDetails(found, made)


def update(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: Struct,
    namespace: str,
    entity_name: str,
    *,
    kind: Kind,
) -> EntityDetails:
    """Change what is said of an entity."""
    details = get(subscription, namespace, entity_name, kind=kind)
    for name, value in _settings(subscription, command).items():
        setattr(details.entity, name, value)
    details.entity.updated_at = subscription.now
    return details


def delete(
    subscription: Subscription, _operation: TrackedOperation, namespace: str, entity_name: str, *, kind: Kind
) -> None:
    """Take an entity away."""
    details = get(subscription, namespace, entity_name, kind=kind)
    del kind.of(details.namespace)[details.entity.name.lower()]


def _settings(subscription: Subscription, command: Struct) -> dict[str, Any]:
    """Return what a command says, by the names of the entity's fields; refuse what cannot be."""
    said = {name: value for name, value in structs.asdict(command).items() if value is not None}
    for name, value in said.items():
        if not _fits(name, value):
            raise errors.SERVICE_BUS_ENTITY_INVALID()
    if "authorization_rules" in said:
        said["authorization_rules"] = [
            service_bus_rules.make(subscription, rule) for rule in said["authorization_rules"]
        ]
    return said


def _fits(name: str, value: object) -> bool:
    if name in _BOUNDS:
        length, (least, most) = _length(str(value)), _BOUNDS[name]
        return length is not None and least <= length <= most
    return name not in _CHOICES or value in _CHOICES[name]


def _length(text: str) -> timedelta | None:
    match = re.fullmatch(_DURATION, text, re.ASCII)
    if match is None:
        return None
    try:
        return timedelta(**{unit: float(number) for unit, number in match.groupdict(default="0").items()})
    except OverflowError:
        return None


def _hub_rules(subscription: Subscription) -> list[SharedAccessRule]:
    usual = (
        ("DefaultListenSharedAccessSignature", ["Listen"]),
        ("DefaultFullSharedAccessSignature", ["Listen", "Manage", "Send"]),
    )
    return [service_bus_rules.make(subscription, SetRule(key_name=name, rights=rights)) for name, rights in usual]
