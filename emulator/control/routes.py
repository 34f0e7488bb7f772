"""The table of the control API: one row a route. The application and its OpenAPI document are both made of it.

A row names a function that does it: called with the emulator, the parameters of its path by name, and, where the row
has them, `body` and `query`. What it returns is written as JSON, or as text where that is what the row answers with.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from msgspec import Raw

from emulator.catalog import Entries, Quotas
from emulator.control import clock, fault_views, journal_views, snapshot_views, views
from emulator.control.explain import Explanation

if TYPE_CHECKING:
    from emulator.control.faults import Faults
    from emulator.control.journal import Journal
    from emulator.control.metrics import Metrics
    from emulator.domain.world import World
    from emulator.identity.authority import Authority
    from emulator.settings import Settings

PARAMETER = re.compile(r"\{(\w+)\}")


class Served(Protocol):
    """What the control API has to know of the emulator that it steers."""

    @property
    def world(self) -> World:
        """The world that is served."""

    @property
    def settings(self) -> Settings:
        """How it was started."""

    @property
    def endpoint(self) -> str:
        """The address of the management API."""

    def answers(self) -> bool:
        """Whether the management API answers."""

    @property
    def authority(self) -> Authority:
        """Who issued its certificates."""

    @property
    def faults(self) -> Faults:
        """What is broken on purpose."""

    @property
    def journal(self) -> Journal:
        """What was asked and answered."""

    @property
    def metrics(self) -> Metrics:
        """How much of it."""

    @property
    def connections(self) -> int:
        """How many connections to the management API are open."""

    @property
    def control_token(self) -> str | None:
        """What whoever asks has to show, or None where nobody has to."""


class Route(NamedTuple):
    """One route. `path` has its parameters in braces; `body` and `query` are what is read, `answers` what is written.

    An `open` one needs no token.
    """

    method: str
    path: str
    view: Callable[..., Any]
    answers: Any
    body: Any = None
    query: Any = None
    status: int = 200
    open: bool = False

    @property
    def name(self) -> str:
        """What tells this route from all others."""
        where = self.path.removeprefix(ONE).partition(".")[0].strip("/").replace("/", "_")
        return (
            f"{self.method.lower()}_{'subscription_' if self.path.startswith(ONE) else ''}{PARAMETER.sub('one', where)}"
        )

    @property
    def summary(self) -> str:
        """What it does, in a line: the first of its view's."""
        return (self.view.__doc__ or "").partition("\n")[0]


ONE = "/subscriptions/{subscription_id}"

ROUTES: tuple[Route, ...] = (
    Route("GET", "/health", views.health, views.Health, open=True),
    Route("GET", "/openapi.json", views.openapi, dict[str, Any]),
    Route("GET", "/settings", views.settings, dict[str, Any]),
    Route("GET", "/metrics", views.metrics, str),
    Route("POST", "/identities", views.add_identity, views.IdentityAdded, body=views.IdentityToAdd, status=201),
    Route("POST", "/reset", views.reset, views.Done),
    Route("POST", f"{ONE}/reset", views.reset, views.Done),
    Route("GET", "/clock", clock.show_all, clock.ClocksShown),
    Route("POST", "/clock", clock.move_all, clock.ClocksMoved, body=clock.ClockChange),
    Route("GET", f"{ONE}/clock", clock.show, clock.ClockShown),
    Route("POST", f"{ONE}/clock", clock.move, clock.ClockMoved, body=clock.ClockChange),
    Route("GET", f"{ONE}/quotas", views.quotas, Quotas),
    Route("PUT", f"{ONE}/quotas", views.set_quotas, Quotas, body=dict[str, Any]),
    Route("GET", f"{ONE}/timings", views.timings, dict[str, float]),
    Route("PUT", f"{ONE}/timings", views.set_timings, dict[str, float], body=dict[str, Any]),
    Route("GET", f"{ONE}/catalog", views.entries, Entries),
    Route("PUT", f"{ONE}/catalog", views.set_entries, Entries, body=Entries),
    Route("GET", "/journal", journal_views.entries, journal_views.Exchanges, query=journal_views.Wanted),
    Route("GET", f"{ONE}/journal", journal_views.entries, journal_views.Exchanges, query=journal_views.Wanted),
    Route("DELETE", "/journal", journal_views.forget, views.Done),
    Route("DELETE", f"{ONE}/journal", journal_views.forget, views.Done),
    Route("GET", "/faults", fault_views.list_faults, fault_views.FaultsShown),
    Route("POST", "/faults", fault_views.add_fault, fault_views.FaultShown, body=dict[str, Any], status=201),
    Route("DELETE", "/faults", fault_views.clear_faults, fault_views.FaultsRemoved),
    Route("DELETE", "/faults/{rule_id}", fault_views.clear_faults, fault_views.FaultsRemoved),
    Route("GET", f"{ONE}/faults", fault_views.list_faults, fault_views.FaultsShown),
    Route("POST", f"{ONE}/faults", fault_views.add_fault, fault_views.FaultShown, body=dict[str, Any], status=201),
    Route("DELETE", f"{ONE}/faults", fault_views.clear_faults, fault_views.FaultsRemoved),
    Route("DELETE", f"{ONE}/faults/{{rule_id}}", fault_views.clear_faults, fault_views.FaultsRemoved),
    Route("GET", "/snapshot", snapshot_views.save, Raw),
    Route("PUT", "/snapshot", snapshot_views.load, snapshot_views.Loaded, body=Raw),
    Route("POST", "/snapshot/diff", snapshot_views.diff, snapshot_views.Changes, body=snapshot_views.Compared),
    Route("GET", f"{ONE}/snapshot", snapshot_views.save_one, Raw),
    Route("PUT", f"{ONE}/snapshot", snapshot_views.load_one, snapshot_views.Loaded, body=Raw),
    Route("POST", f"{ONE}/fork", snapshot_views.fork, snapshot_views.Forked, body=snapshot_views.ForkTo, status=201),
    Route("GET", "/explain/{request_id}", journal_views.explained, Explanation),
    Route("GET", f"{ONE}/explain/{{request_id}}", journal_views.explained, Explanation),
)
"""Every route there is."""
