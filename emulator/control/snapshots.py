"""Snapshots of a world: save, load, fork, and what is different.

Each subscription is taken as it is at one moment, under its lock and for as long as it takes to write it down, so no
half of anything is in a snapshot, and nobody waits long. A document is read to its end before anything is changed.
Knows no HTTP and no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, get_args, get_origin

import msgspec
from msgspec import UNSET, Struct, UnsetType, structs

from emulator.catalog import CatalogError
from emulator.control import documents
from emulator.control.damage import Damage, step
from emulator.control.documents import SnapshotError
from emulator.domain.clock import FIRST, LAST
from emulator.domain.publishing import publisher
from emulator.domain.world import Subscription, World, first_name
from emulator.pipeline import HOST, SUBSCRIPTION

__all__ = ["Change", "SnapshotError", "diff", "fork", "load", "load_one", "save", "save_one"]


# ---- save


def save(world: World) -> bytes:
    """Return the snapshot of a world: JSON with sorted keys, in one line."""
    pictures = [_picture(world, one) for one in list(world.subscriptions.values())]
    with world.lock:
        return documents.write(pictures, world.entropy)


def save_one(world: World, subscription_id: str) -> bytes:
    """Return the snapshot of one subscription."""
    return documents.write([_picture(world, world.shown(subscription_id))])


def _picture(world: World, subscription: Subscription) -> documents.Picture:
    with world.lock_of(subscription):
        return documents.picture(subscription)


# ---- load


def load(world: World, data: bytes) -> None:
    """Make a world what a snapshot says, its seed included; raise SnapshotError and change nothing if it cannot be."""
    document = documents.read(data)
    found = documents.subscriptions(document)
    _check(world, found, beside=[])
    if document.entropy is not None:
        with world.lock:
            world.entropy, world.seed = document.entropy, document.entropy.seed
    for one in found:
        _put(world, one)
    with world.lock:
        world.subscriptions = {one.id: world.subscription(one.id) for one in found}


def load_one(world: World, subscription_id: str, data: bytes) -> None:
    """Make one subscription what a snapshot says: of itself, or of another if that is the only one in it.

    Raises SnapshotError and changes nothing if it cannot be.
    """
    key = _id(subscription_id)
    found = {one.id: one for one in documents.subscriptions(documents.read(data))}
    if key in found:
        loaded = found[key]
    elif len(found) == 1:
        loaded = _moved(*found.values(), to=key)
    else:
        raise SnapshotError(f"there are {len(found)} subscriptions in this snapshot, and {key} is none of them")
    _check(world, [loaded], beside=[one for one in list(world.subscriptions.values()) if one.id != key])
    _put(world, loaded)


def fork(world: World, source_id: str, to: str) -> None:
    """Make a new subscription that is what another one is: it goes on as that one would have.

    Raises SnapshotError where there is one of that id, or where names are global, so that two cannot have them.
    """
    key = _id(to)
    _check_free(world, key, beside=source_id)
    copy = _moved(*documents.subscriptions(documents.read(save_one(world, source_id))), to=key)
    with world.lock:
        _check_free(world, key)
        _check(world, [copy], beside=list(world.subscriptions.values()))
        world.take_in(copy).clock.wall = world.wall()


def _check_free(world: World, key: str, beside: str = "") -> None:
    if key in world.subscriptions or key == beside.lower():
        raise SnapshotError(f"there is a subscription {key} already: reset it first, or take another id")


def _put(world: World, loaded: Subscription) -> None:
    """Put a subscription in place. A request that waits for its lock meanwhile finds what was loaded."""
    here = world.subscription(loaded.id)
    with world.lock_of(here):
        here.become(loaded)


def _id(text: str) -> str:
    if SUBSCRIPTION.fullmatch(text) is None:
        raise SnapshotError(f"{text!r} can be no subscription id")
    return text.lower()


def _check(world: World, loaded: Sequence[Subscription], beside: Sequence[Subscription]) -> None:
    """Refuse what no world could have come to, as far as it would break one."""
    for one in loaded:
        here = "/subscriptions" + step(one.id)
        if _id(one.id) != one.id:
            raise SnapshotError(str(Damage(here, "an id is written in lower case")))
        try:
            world.catalog.with_overrides(quotas=one.quotas, timings=one.timings)
        except CatalogError as error:
            raise SnapshotError(str(Damage(here, str(error)))) from None
        for when in (one.clock.now, *(event.due for event in one.clock.schedule.values() if not event.timed)):
            if not FIRST <= when <= LAST:
                raise SnapshotError(str(Damage(f"{here}/clock", f"no clock gets to {when.isoformat()}")))
        for number, event in one.clock.schedule.items():
            if event.machine not in world.handlers or number != event.sequence or number > one.clock.last:
                raise SnapshotError(str(Damage(f"{here}/clock/schedule/{number}", "nothing can come of this event")))
    if world.dns_names == "global":
        _check_names([*loaded, *beside])


def _check_names(subscriptions: Sequence[Subscription]) -> None:
    holders: dict[tuple[str, str], str] = {}
    for one in subscriptions:
        services = (("hosted service", name) for name in one.hosted_services)
        accounts = (("storage account", name) for name in one.storage_accounts)
        for what in chain(services, accounts):
            if what in holders:
                raise SnapshotError(
                    f"names are global here, and {holders[what]} and {one.id} both have the {' '.join(what)}"
                )
            holders[what] = one.id


def _moved(subscription: Subscription, *, to: str) -> Subscription:
    """Return a subscription under another id: where the old one stands in a link, the new one does."""
    old = subscription.id
    link = re.compile(f"(/|{re.escape(HOST)}){re.escape(old)}(?=/|$)")
    published = f"{publisher(old)}__"

    def moved_whole(value: Any, kind: Any, name: str = "") -> Any:
        plain = msgspec.to_builtins(value, builtin_types=kept, str_keys=True)
        return msgspec.convert(moved(plain, name), kind, builtin_types=kept, str_keys=True)

    def moved(value: Any, name: str = "") -> Any:
        match value:
            case dict():
                return {key: moved(part, key) for key, part in value.items()}
            case list() | tuple():
                return [moved(part) for part in value]
            case str() if name == "subscriptionID" and value == old:
                return to
            case str() if value.startswith(published):
                return f"{publisher(to)}__{value.removeprefix(published)}"
            case str() if found := link.match(value):
                return f"{found[1]}{to}{value[found.end() :]}"
            case _:
                return value

    kept = (bytes, datetime)
    values: dict[str, Any] = {}
    for one in structs.fields(Subscription):
        value = getattr(subscription, one.name)
        if get_origin(one.type) is dict:  # entry by entry: while the whole is written or read nobody else is served
            kind = get_args(one.type)[1]
            values[one.name] = {name: moved_whole(entry, kind, name) for name, entry in value.items()}
        else:
            values[one.name] = moved_whole(value, one.type, one.name)
    name = first_name(to) if subscription.name == first_name(old) else subscription.name
    return Subscription(**{**values, "id": to, "name": name})


# ---- diff


ENTRY_DEPTH = 3
"""How many steps lead to a collection: /subscriptions/{id}/hosted_services."""


class Change(Struct, frozen=True, omit_defaults=True):
    """What is different at a path (a JSON pointer): what is new has no `before`, what is gone no `after`."""

    path: str
    before: Any | UnsetType = UNSET
    after: Any | UnsetType = UNSET


def diff(before: bytes, after: bytes | World) -> list[Change]:
    """Return what is different between two snapshots, or a snapshot and a world as it is now.

    Two snapshots of one subscription each are compared whatever their ids are, and a snapshot of some subscriptions
    with no others of a world. Raises SnapshotError for a document that is none.
    """
    document = documents.read(before)
    if isinstance(after, World):
        after = save(after) if document.entropy else _save_some(after, document.subscriptions)
    return list(_changes("", *_comparable(document, documents.read(after))))


def _save_some(world: World, ids: Iterable[str]) -> bytes:
    found = (world.subscriptions.get(key) for key in ids)
    return documents.write([_picture(world, one) for one in found if one is not None])


def _comparable(before: documents.Document, after: documents.Document) -> tuple[dict[str, Any], dict[str, Any]]:
    one, other = (
        {key: documents.plain(state) for key, state in side.subscriptions.items()} for side in (before, after)
    )
    if len(one) == len(other) == 1:
        other = dict(zip(one, other.values(), strict=True))
    if before.entropy is None or after.entropy is None:
        return {"subscriptions": one}, {"subscriptions": other}
    world = (msgspec.to_builtins(side.entropy) for side in (before, after))
    first, second = ({"entropy": entropy} for entropy in world)
    return {**first, "subscriptions": one}, {**second, "subscriptions": other}


def _changes(path: str, before: Any, after: Any) -> Iterator[Change]:
    # Not of a whole collection at once: while that is compared nobody else is served.
    if (path.count("/") > ENTRY_DEPTH or not isinstance(before, dict)) and before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            yield from _changes(path + step(name), before.get(name, UNSET), after.get(name, UNSET))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from _changes(path + step(index), *pair)
    else:
        yield Change(path, before, after)
