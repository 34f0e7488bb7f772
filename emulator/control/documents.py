"""The snapshot as a document: subscriptions as JSON with sorted keys and a format number, and back.

What stands in it follows from the fields of the records alone, so a new collection needs nothing here. Objects of JSON
have no order and the service's lists have one: wherever names do not stand by their letters, `order` says how they do.
Knows the records and JSON; no world, no lock, no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec import UNSET, Raw, Struct, field, structs

from emulator.control.damage import Damage, misfit, step, steps, stray
from emulator.domain.entropy import Entropy
from emulator.domain.world import Subscription
from emulator.version import VERSION

FORMAT = 1
"""Raised when a document of the old format would be misread. A field more that has a default makes no new format."""

T = TypeVar("T")

ENTRIES = 256
"""How many entries of a collection are written in one step: that takes a millisecond at most."""

_ENCODER = msgspec.json.Encoder(order="sorted")


class SnapshotError(ValueError):
    """A document that cannot be used: the text says what is wrong with it, and where."""


class _Head(Struct):
    """What tells whether the rest can be read."""

    format: object = None
    emulator: object = None


class Document(Struct, forbid_unknown_fields=True, kw_only=True):
    """A snapshot, read as far as its subscriptions. `entropy` is the world's own: one subscription alone has none."""

    format: int
    emulator: str
    entropy: Entropy | None = None
    order: dict[str, list[str]] = field(default_factory=dict)
    subscriptions: dict[str, Raw]


class Picture(Struct, frozen=True):
    """One subscription as it was at one moment: its state in JSON, and the order that JSON does not keep."""

    id: str
    state: bytes
    order: dict[str, list[str]]


# ---- writing


def picture(subscription: Subscription) -> Picture:
    """Return a subscription as it is; its lock has to be held meanwhile.

    When the clock last looked at the wall is left out: it means nothing to another process, or later.
    """
    clock = subscription.clock
    schedule: Any = {str(sequence): event for sequence, event in clock.schedule.items()}
    copy = structs.replace(subscription, clock=structs.replace(clock, wall=UNSET, schedule=schedule))
    order: dict[str, list[str]] = {}
    _note_orders(subscription, (subscription.id,), order)
    return Picture(subscription.id, _encode(copy), order)


def _encode(subscription: Subscription) -> bytes:
    """Return a subscription in JSON, written in many steps: in the midst of one nobody else is served either."""
    parts = []
    for name in sorted(subscription.__struct_fields__):
        value = getattr(subscription, name)
        steps_of = _in_steps(value) if isinstance(value, dict) and len(value) > ENTRIES else _ENCODER.encode(value)
        parts.append(b'"%b":%b' % (name.encode(), steps_of))
    return b"{%b}" % b",".join(parts)


def _in_steps(collection: dict[str, Any]) -> bytes:
    names = sorted(collection)
    parts = (names[first : first + ENTRIES] for first in range(0, len(names), ENTRIES))
    return b"{%b}" % b",".join(_ENCODER.encode({name: collection[name] for name in part})[1:-1] for part in parts)


def write(pictures: Sequence[Picture], entropy: Entropy | None = None) -> bytes:
    """Return the document that holds these subscriptions: one line of UTF-8."""
    ids = [one.id for one in pictures]
    order = {} if ids == sorted(ids) else {"": ids}
    for one in pictures:
        order.update(one.order)
    subscriptions = {one.id: Raw(one.state) for one in pictures}
    document = Document(format=FORMAT, emulator=VERSION, entropy=entropy, order=order, subscriptions=subscriptions)
    return _ENCODER.encode(document) + b"\n"


def _note_orders(value: Any, way: tuple[object, ...], found: dict[str, list[str]]) -> None:
    """Note how names stand where they do not stand by their letters; numbers are names that need no such word.

    It goes through a whole subscription while others wait for that: what is empty or plain is not looked at.
    """
    parts: Iterable[tuple[object, Any]]
    if isinstance(value, Struct):
        parts = [(name, getattr(value, name)) for name in _with_mappings(type(value))]
    elif isinstance(value, dict):
        parts, names = value.items(), list(value)
        if isinstance(names[0], str) and names != sorted(names):
            found["".join(map(step, way))] = names
    else:
        parts = enumerate(value)
    for name, part in parts:
        if part and isinstance(part, _CONTAINERS):
            _note_orders(part, (*way, name), found)


_CONTAINERS = (Struct, dict, list, tuple)


@cache
def _with_mappings(kind: type[Struct]) -> tuple[str, ...]:
    """Return the fields of a record in which a mapping may be: there are far fewer of those than of others."""
    return tuple(one.name for one in structs.fields(kind) if _may_hold_mapping(one.type, frozenset({kind})))


def _may_hold_mapping(kind: Any, within: frozenset[type[Struct]]) -> bool:
    """Tell whether a value of that type may hold a mapping; a record within itself is taken to."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        fields = structs.fields(kind)
        return kind in within or any(_may_hold_mapping(one.type, within | {kind}) for one in fields)
    return get_origin(kind) is dict or any(_may_hold_mapping(one, within) for one in get_args(kind))


# ---- reading


def read(data: bytes) -> Document:
    """Return a document whose format is known, its subscriptions not read yet; raise SnapshotError."""
    try:
        head = decode(data, _Head)
    except msgspec.ValidationError:
        raise SnapshotError("this is no snapshot: it is no JSON object") from None
    if head.format is None:
        raise SnapshotError("this is no snapshot: it has no format")
    if head.format != FORMAT or isinstance(head.format, bool | float):
        raise SnapshotError(
            f"this snapshot has format {head.format!r}, as version {head.emulator} of the emulator wrote it; "
            f"this is version {VERSION}, which reads format {FORMAT}"
        )
    try:
        return decode(data, Document)
    except msgspec.ValidationError as error:
        raise SnapshotError(str(error)) from None


def decode(data: bytes | Raw, kind: type[T]) -> T:
    """Return what JSON says; raise SnapshotError for what is none, and ValidationError for what is of another kind."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SnapshotError(f"this is no whole snapshot: it is not JSON ({error})") from None


def plain(state: Raw) -> dict[str, Any]:
    """Return the JSON of a subscription as it is, read in many steps."""
    return {name: _plain_steps(part) for name, part in decode(state, dict[str, Raw]).items()}


def _plain_steps(part: Raw) -> Any:
    if not bytes(part).lstrip().startswith(b"{"):
        return decode(part, Any)
    return {name: decode(entry, Any) for name, entry in decode(part, dict[str, Raw]).items()}


def subscriptions(document: Document) -> list[Subscription]:
    """Return the subscriptions of a document in their order; raise SnapshotError naming what does not fit."""
    found = {key: _subscription(document, key, state) for key, state in document.subscriptions.items()}
    for pointer, names in document.order.items():
        _reorder(found, steps(pointer), names)
    return list(found.values())


def _subscription(document: Document, key: str, state: Raw) -> Subscription:
    here = "/subscriptions" + step(key)
    try:
        subscription, damage = _decode(state)
    except msgspec.ValidationError as error:
        said = decode(state, Any)
        raise _refusal(document, misfit(said, Subscription, here) or Damage(here, str(error))) from None
    if subscription.id != key:
        damage = Damage("/id", f"it is {subscription.id!r}")
    if damage is not None:
        raise _refusal(document, Damage(here + damage.pointer, damage.reason))
    return subscription


def _decode(state: Raw) -> tuple[Subscription, Damage | None]:
    """Return a subscription, read in many steps, and what of its JSON is none of it."""
    said = decode(state, dict[str, Raw])
    values: dict[str, Any] = {}
    damage = None
    for one in structs.fields(Subscription):
        if (part := said.pop(one.name, None)) is None:
            continue
        values[one.name], found = _decode_steps(part, one.type)
        if found is not None and damage is None:
            damage = Damage(step(one.name) + found.pointer, found.reason)
    if said:
        damage = Damage(step(min(said)), "no such field is known")
    try:
        return Subscription(**values), damage
    except TypeError as error:
        raise msgspec.ValidationError(str(error)) from None


def _decode_steps(part: Raw, kind: Any) -> tuple[Any, Damage | None]:
    if get_origin(kind) is not dict:
        value = decode(part, kind)
        return value, stray(decode(part, Any), value)
    read, damage = msgspec.json.Decoder(get_args(kind)[1]).decode, None
    values = {}
    for name, entry in decode(part, dict[str, Raw]).items():
        value = values[name] = read(entry)
        if damage is None and (found := stray(decode(entry, Any), value)):
            damage = Damage(step(name) + found.pointer, found.reason)
    return values, damage


def _refusal(document: Document, damage: Damage) -> SnapshotError:
    by = "" if document.emulator == VERSION else f" (version {document.emulator} wrote it, this is {VERSION})"
    return SnapshotError(f"{damage}{by}")


def _reorder(found: Any, way: Sequence[str], names: Sequence[str]) -> None:
    """Bring the mapping that `way` leads to into order; names that are not there are passed over, others come last."""
    here = found
    try:
        for name in way:
            here = here[name] if isinstance(here, dict) else here[int(name)] if _indexed(here) else getattr(here, name)
    except (KeyError, IndexError, AttributeError, ValueError):
        return  # somebody took it out by hand
    if isinstance(here, dict):
        ordered = {name: here.pop(name) for name in names if name in here}
        rest = dict(here)
        here.clear()
        here.update(ordered | rest)


def _indexed(value: object) -> bool:
    return isinstance(value, list | tuple)
