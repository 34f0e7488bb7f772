"""Queues, topics, relays and notification hubs of Service Bus: entries as the namespace itself writes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from emulator.domain.service_bus_entities import (
    EntityDetails,
    EntityList,
    SetNotificationHub,
    SetQueue,
    SetRelay,
    SetTopic,
)
from emulator.wire.atom import Entry, Envelope, Feed, title, updated
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, column, group, many
from emulator.wire.service_bus import CONNECT
from emulator.wire.service_bus_rules import RULE, SET_RULE
from emulator.wire.values import BOOLEAN, INTEGER, PRECISE_DATE, escape, write_date
from emulator.wire.writing import Context

COUNTS = "http://schemas.microsoft.com/netservices/2011/06/servicebus"
API = "api-version=2012-03"


# ---- envelopes


def _collection(details: EntityDetails | EntityList, kind: str) -> str:
    return f"https://{details.namespace.host}/$Resources/{kind}?{API}"


def _entry(details: EntityDetails, _context: Context, *, link: str) -> str:
    namespace, entity = details
    name, host = quote(entity.name, safe=""), f"https://{namespace.host}/"
    made = write_date(entity.created_at)
    return (
        f"<id>{host}{name}?{API}</id>{title(escape(entity.name))}"
        f"<published>{made}</published><updated>{made}</updated><author><name>{namespace.name}</name></author>"
        f'<link rel="self" href="{link.format(host=host)}{name}?{API}"/>'
    )


def _feed(entities: EntityList, context: Context) -> str:
    url = _collection(entities, entities.title)
    return f'{title(entities.title)}<id>{url}</id>{updated(context)}<link rel="self" href="{url}"/>'


def _of(kind: str) -> tuple[Envelope, Envelope]:
    """Return the envelopes of a feed and of an entry by itself, whose link is whole."""
    in_feed = Envelope(
        feed=_feed,
        entry=partial(_entry, link="../"),
        items=lambda found: found.entities,
        content=lambda details: details.entity,
        entry_attributes=lambda details: f' xml:base="{_collection(details, kind)}"',
    )
    return in_feed, in_feed._replace(entry=partial(_entry, link="{host}"))


# ---- contents


def _in(name: str, makes: Any, *columns: Column) -> Contract[Any]:
    return Contract(name, makes, columns, namespace=CONNECT)


def _always(name: str, value: int) -> Column:
    return column(name, INTEGER, get=lambda _e, _c: value)


_TYPE = "SharedAccessAuthorizationRule"
_RULES_IN = many(
    "AuthorizationRules",
    replace(SET_RULE, subtypes={_TYPE: SET_RULE.renamed(_TYPE)}, _emitters={}, _expected={}),
)
_RULES = many("AuthorizationRules", RULE, item_attributes=f' i:type="{_TYPE}"')
_NO_DATE = datetime(1, 1, 1, tzinfo=UTC)
_ENDS = (column("AutoDeleteOnIdle"), column("EntityAvailabilityStatus"))
_TIMES = (
    column("CreatedAt", PRECISE_DATE),
    column("UpdatedAt", PRECISE_DATE),
    column("AccessedAt", get=lambda _e, _c: write_date(_NO_DATE)),
)
_COUNTS = group(
    "CountDetails",
    *(
        _always(f"d2p1:{which}MessageCount", 0)
        for which in ("Active", "DeadLetter", "Scheduled", "Transfer", "TransferDeadLetter")
    ),
    attributes=f' xmlns:d2p1="{COUNTS}"',
)

_QUEUE = (
    column("LockDuration"),
    column("MaxSizeInMegabytes", INTEGER),
    column("RequiresDuplicateDetection", BOOLEAN),
    column("RequiresSession", BOOLEAN),
    column("DefaultMessageTimeToLive"),
    column("DeadLetteringOnMessageExpiration", BOOLEAN),
    column("DuplicateDetectionHistoryTimeWindow"),
    column("MaxDeliveryCount", INTEGER),
    column("EnableBatchedOperations", BOOLEAN),
)
_TOPIC = (
    column("DefaultMessageTimeToLive"),
    column("MaxSizeInMegabytes", INTEGER),
    column("RequiresDuplicateDetection", BOOLEAN),
    column("DuplicateDetectionHistoryTimeWindow"),
    column("EnableBatchedOperations", BOOLEAN),
)
_FILTERING = column("FilteringMessagesBeforePublishing", BOOLEAN)
_ANONYMOUS = column("IsAnonymousAccessible", BOOLEAN)
_ORDERING = column("SupportOrdering", BOOLEAN)
_STATUS = column("Status")

_QUEUE_IN = _in("QueueDescription", SetQueue, *_QUEUE, _ANONYMOUS, _RULES_IN, _STATUS, _ORDERING, *_ENDS)
_TOPIC_IN = _in("TopicDescription", SetTopic, *_TOPIC, _FILTERING, _ANONYMOUS, _RULES_IN, _STATUS, _ORDERING, *_ENDS)
_RELAY_IN = _in("RelayDescription", SetRelay, column("ListenerType"))
_HUB_IN = _in("NotificationHubDescription", SetNotificationHub, column("RegistrationTtl"), _RULES_IN)

_QUEUE_OUT = _in(
    "QueueDescription",
    nothing,
    *_QUEUE,
    _always("SizeInBytes", 0),
    _always("MessageCount", 0),
    _ANONYMOUS,
    _RULES,
    _STATUS,
    *_TIMES,
    _ORDERING,
    _COUNTS,
    *_ENDS,
)
_TOPIC_OUT = _in(
    "TopicDescription",
    nothing,
    *_TOPIC,
    _always("SizeInBytes", 0),
    _FILTERING,
    _ANONYMOUS,
    _RULES,
    _STATUS,
    *_TIMES,
    _ORDERING,
    _COUNTS,
    _always("SubscriptionCount", 0),
    *_ENDS,
)
_RELAY_OUT = _in(
    "RelayDescription",
    nothing,
    column("Path", attribute="name"),
    column("ListenerType"),
    _always("ListenerCount", 0),
    column("CreatedAt", PRECISE_DATE),
    column("UpdatedAt", PRECISE_DATE),
)
_HUB_OUT = _in("NotificationHubDescription", nothing, column("RegistrationTtl"), _RULES)


def _documents(kind: str, reads: Contract[Any], writes: Contract[Any]) -> tuple[Entry, Entry, Feed]:
    in_feed, alone = _of(kind)
    return Entry(reads, alone), Entry(writes, alone), Feed(writes, in_feed)


SET_QUEUE, QUEUE, QUEUES = _documents("Queues", _QUEUE_IN, _QUEUE_OUT)
SET_TOPIC, TOPIC, TOPICS = _documents("Topics", _TOPIC_IN, _TOPIC_OUT)
SET_RELAY, RELAY, RELAYS = _documents("Relays", _RELAY_IN, _RELAY_OUT)
SET_NOTIFICATION_HUB, NOTIFICATION_HUB, NOTIFICATION_HUBS = _documents("NotificationHubs", _HUB_IN, _HUB_OUT)
