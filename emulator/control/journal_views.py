"""The journal and its explanations, as the control API gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from werkzeug.exceptions import NotFound

from emulator.control.explain import Explanation, explain
from emulator.control.journal import Exchange, shown
from emulator.control.views import Done

if TYPE_CHECKING:
    from emulator.control.journal import Entry
    from emulator.control.routes import Served


class Wanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which exchanges are wanted: of an operation (by name), of a status, after a request id; the last `limit`."""

    operation: str | None = None
    status: int | None = None
    since: str | None = None
    limit: int | None = None


class Exchanges(Struct, frozen=True, kw_only=True):
    """Exchanges, oldest first, and how many are kept of each subscription."""

    kept: int
    exchanges: list[Exchange]


def entries(emulator: Served, query: Wanted, subscription_id: str | None = None) -> Exchanges:
    """Show what was asked and answered, oldest first."""
    journal = emulator.journal
    found = journal.entries(subscription_id)
    if query.since is not None:
        after = _entry(emulator, query.since, subscription_id)
        found = found[found.index(after) + 1 :]
    found = [one for one in found if _is_wanted(one, query)]
    if query.limit is not None:
        found = found[-query.limit :] if query.limit > 0 else []
    return Exchanges(kept=journal.size, exchanges=[shown(one) for one in found])


def forget(emulator: Served, subscription_id: str | None = None) -> Done:
    """Forget what was asked and answered."""
    emulator.journal.forget(subscription_id)
    return Done(status="forgotten")


def explained(emulator: Served, request_id: str, subscription_id: str | None = None) -> Explanation:
    """Explain an exchange: who asked, which row matched, what refused it, and when that clears."""
    return explain(emulator.world, emulator.authority, _entry(emulator, request_id, subscription_id))


def _entry(emulator: Served, request_id: str, subscription_id: str | None) -> Entry:
    journal = emulator.journal
    found = journal.find(request_id, subscription_id)
    if found is None:
        raise NotFound(f"The journal has no request {request_id!r}. It keeps the last {journal.size} (--journal).")
    return found


def _is_wanted(entry: Entry, query: Wanted) -> bool:
    operation = (query.operation or entry.operation).lower()
    return entry.operation.lower() == operation and query.status in (None, entry.status)
