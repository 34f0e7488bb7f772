"""The control API's views of snapshots.

A document is Raw: it may be large, and is read once, by those who know what it has to be. One that cannot be used is
refused with 400 and the place where it is wrong, and nothing has changed then.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Raw, Struct, field
from werkzeug.exceptions import BadRequest

from emulator.control import snapshots
from emulator.control.snapshots import Change, SnapshotError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.control.routes import Served


class Loaded(Struct, frozen=True, kw_only=True):
    """That a snapshot was loaded, and how many subscriptions there are now."""

    status: str = "loaded"
    subscriptions: int


class ForkTo(Struct, frozen=True, forbid_unknown_fields=True):
    """The id of the subscription to be made."""

    to: str


class Forked(Struct, frozen=True, kw_only=True):
    """The id of the subscription that was made."""

    status: str = "forked"
    subscription: str


class Compared(Struct, frozen=True, forbid_unknown_fields=True):
    """The documents to compare: without `after`, `before` is compared with now."""

    before: Raw
    after: Raw = field(default_factory=Raw)


class Changes(Struct, frozen=True):
    """What is different, by path."""

    changes: list[Change]


def save(emulator: Served) -> Raw:
    """Give the snapshot of everything."""
    return Raw(snapshots.save(emulator.world))


def load(emulator: Served, body: Raw) -> Loaded:
    """Put everything in the state that a snapshot has."""
    with _refusals():
        snapshots.load(emulator.world, bytes(body))
    return Loaded(subscriptions=len(emulator.world.subscriptions))


def save_one(emulator: Served, subscription_id: str) -> Raw:
    """Give the snapshot of one subscription."""
    return Raw(snapshots.save_one(emulator.world, subscription_id))


def load_one(emulator: Served, subscription_id: str, body: Raw) -> Loaded:
    """Put one subscription in the state that a snapshot has."""
    with _refusals():
        snapshots.load_one(emulator.world, subscription_id, bytes(body))
    return Loaded(subscriptions=len(emulator.world.subscriptions))


def fork(emulator: Served, subscription_id: str, body: ForkTo) -> Forked:
    """Make a new subscription that is what this one is."""
    with _refusals():
        snapshots.fork(emulator.world, subscription_id, body.to)
    return Forked(subscription=body.to.lower())


def diff(emulator: Served, body: Compared) -> Changes:
    """Tell what is different between two snapshots, or between one and now."""
    with _refusals():
        return Changes(snapshots.diff(bytes(body.before), bytes(body.after) or emulator.world))


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except SnapshotError as error:
        raise BadRequest(str(error)) from None
