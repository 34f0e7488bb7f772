"""Rows: what is in a namespace of Service Bus. Each kind of entity has the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from emulator.domain import service_bus_entities as entities
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.domain.service_bus_entities import Kind
from emulator.surface.operation import Operation
from emulator.surface.service_bus_namespaces import FAMILY, NAMESPACE, SINCE
from emulator.wire import service_bus_entities as documents
from emulator.wire.atom import Entry, Feed
from emulator.wire.service_bus import SERVICE_BUS
from emulator.wire.service_bus_rules import CONNECTION_DETAILS


class Offer(NamedTuple):
    """A kind of entity as the API names it, and what it looks like."""

    name: str
    kind: Kind
    reads: Entry
    writes: Entry
    lists: Feed

    @property
    def path(self) -> str:
        """The path of one entity."""
        return f"{NAMESPACE}/{self.kind.title}/{{entity_name}}"


OFFERS = (
    Offer("Queue", entities.QUEUES, documents.SET_QUEUE, documents.QUEUE, documents.QUEUES),
    Offer("Topic", entities.TOPICS, documents.SET_TOPIC, documents.TOPIC, documents.TOPICS),
    Offer("Relay", entities.RELAYS, documents.SET_RELAY, documents.RELAY, documents.RELAYS),
    Offer(
        "NotificationHub",
        entities.NOTIFICATION_HUBS,
        documents.SET_NOTIFICATION_HUB,
        documents.NOTIFICATION_HUB,
        documents.NOTIFICATION_HUBS,
    ),
)


def _rows(offer: Offer) -> Iterator[Operation]:
    name, kind, reads, writes, lists = offer
    listing = f"{NAMESPACE}/{kind.title}"
    row = partial(Operation, family=FAMILY, since=SINCE, speaks=SERVICE_BUS, evidence=ASSUMED)
    one = partial(row, path=offer.path)
    create, update = partial(entities.create, kind=kind), partial(entities.update, kind=kind)
    yield row(
        name=f"List{name}s",
        method="GET",
        path=listing,
        does=partial(entities.list_all, kind=kind),
        writes=lists,
        evidence=SEEN,
    )
    yield one(name=f"Get{name}", method="GET", does=partial(entities.get, kind=kind), writes=writes)
    put = partial(one, method="PUT", reads=reads, writes=writes, confidential=True)
    yield put(name=f"Create{name}", does=create, status=201)
    yield put(name=f"Update{name}", does=update, if_match=True, note="A PUT with an If-Match header.")
    yield one(name=f"Delete{name}", method="DELETE", does=partial(entities.delete, kind=kind))
    yield row(
        name=f"Get{name}ConnectionDetails",
        method="GET",
        path=f"{offer.path}/ConnectionDetails",
        does=partial(entities.connection_details, kind=kind),
        writes=CONNECTION_DETAILS,
    )


ROWS = tuple(row for offer in OFFERS for row in _rows(offer))
