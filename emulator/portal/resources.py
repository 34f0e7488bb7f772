"""What a subscription holds, as pages show it: made of its fields, so that no family of resources is left out.

Knows the form of snapshots (collections of records by key), and none of what is in them by name but how hosted
services nest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from emulator.domain.world import Subscription

BOOKKEEPING = {"operations", "clock", "entropy", "entries", "quotas", "timings", "blobs"}
"""Mappings of a snapshot that are no collections of resources, or are shown in another way."""

STATES = ("status", "state", "provisioning_state", "machine_state")
PLACES = ("location", "affinity_group", "geo_region", "web_space", "region")
SECRET = re.compile(r"password|secret", re.IGNORECASE)
BLANK = "(not shown)"

SHOWN = 200
"""How many of one collection a page lists."""

Record = Mapping[str, Any]


class Resource(Struct, frozen=True, kw_only=True):
    """One resource of a collection: where its record is found (`key`), its name, and what is told of it."""

    key: str
    name: str
    state: str = ""
    place: str = ""
    held_by: str = ""
    parts: list[Resource] = []


class Collection(Struct, frozen=True, kw_only=True):
    """Resources of one kind; `count` is how many there are, `resources` the first of them."""

    name: str
    title: str
    count: int
    resources: list[Resource]


class Operation(Struct, frozen=True, kw_only=True):
    """A tracked operation, as the status document tells it."""

    id: str
    name: str
    status: str
    started: str
    code: str | None
    message: str | None


def collections(subscription: Subscription) -> list[Collection]:
    """Return what there is in a subscription, by kind; its lock has to be held, so no more is read than is shown."""
    return [
        Collection(
            name=name,
            title=_title(name),
            count=len(records),
            resources=[_resource(key, plain(records[key])) for key in islice(records, SHOWN)],
        )
        for name, records in sorted(_found(subscription))
    ]


def record_of(subscription: Subscription, collection: str, key: str) -> Any:
    """Return one resource, as a snapshot would have it; None where there is none. Its lock has to be held."""
    found = dict(_found(subscription)).get(collection, {}).get(key)
    return None if found is None else blanked(plain(found))


def plain(value: Any) -> Any:
    """Return a part of a subscription as a snapshot would have it."""
    return msgspec.to_builtins(value, str_keys=True)


def counted(subscription: Subscription) -> list[tuple[str, int]]:
    """Return how many there are of each kind that a subscription has, by its title."""
    return [(_title(name), len(records)) for name, records in sorted(_found(subscription))]


def operations(subscription: Subscription, most: int) -> list[Operation]:
    """Return the latest operations, the last first; its lock has to be held."""
    return [msgspec.convert(plain(one), Operation) for one in islice(reversed(subscription.operations.values()), most)]


def blanked(value: Any, name: str = "") -> Any:
    """Return a part of a snapshot without what is nobody's business on a screen."""
    if isinstance(value, Mapping):
        return {key: blanked(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [blanked(inner, name) for inner in value]
    return BLANK if value and SECRET.search(name) else value


def _found(subscription: Subscription) -> Iterator[tuple[str, Record]]:
    for name in subscription.__struct_fields__:
        records = getattr(subscription, name)
        if name not in BOOKKEEPING and isinstance(records, dict) and records:
            yield name, records


def _title(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _resource(key: str, record: Any) -> Resource:
    if not isinstance(record, Mapping):
        return Resource(key=key, name=key, state=str(record))
    return Resource(
        key=key,
        name=_first(record, ("name", "service_name", "role_name"), key),
        state=_first(record, STATES),
        place=_first(record, PLACES),
        held_by=_first(record, ("operation",)),
        parts=[_deployment(slot, record["deployments"][slot]) for slot in record.get("deployments") or ()],
    )


def _deployment(slot: str, record: Record) -> Resource:
    instances = record["instances"]
    more = len(instances) - SHOWN
    return Resource(
        key=slot,
        name=f"{record['name']} ({slot})",
        state=_first(record, STATES),
        held_by=_first(record, ("operation",)),
        parts=[
            Resource(key=key, name=str(one["instance_name"]), state=_first(one, STATES), place=str(one["ip_address"]))
            for key, one in islice(instances.items(), SHOWN)
        ]
        + ([Resource(key="", name=f"and {more} more")] if more > 0 else []),
    )


def _first(record: Record, names: tuple[str, ...], otherwise: str = "") -> str:
    return next((str(record[name]) for name in names if record.get(name)), otherwise)
