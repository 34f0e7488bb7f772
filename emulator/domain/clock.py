"""Virtual time with a visible schedule; one clock a subscription. The only module that reads the wall clock.

What is accepted schedules its transitions here, as data; they fire when the clock passes them, never because
somebody reads. What is to happen at a time of the caller's own choice, such as a job's next run, is `timed`: it is no
latency, and nothing but the passing of time makes it due. What `lingers` is the end of something whose last state the
service shows to who looks at once, though it said that all was done. How the clock moves is its mode:

instant   time is the wall's, and whatever is scheduled and not timed is due by the next request, or by the one after
          it where it lingers
scaled    time is the wall's multiplied by `rate`
step      each request moves time by `rate` seconds
manual    only the control API moves time

However fast it goes, time ends at LAST: a clock stands still there, and what would be later is due then.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import UNSET, Struct, UnsetType, field

Mode = Literal["instant", "scaled", "step", "manual"]
MODES: tuple[Mode, ...] = ("instant", "scaled", "step", "manual")
FIRST, LAST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Between which all clocks are: no date is before or after what can be written, by as much as anything may last."""


def wall_clock() -> datetime:
    """Return the time on the wall, in UTC."""
    return datetime.now(UTC)


class Pace(Struct, frozen=True):
    """How a clock moves: `rate` is a factor (scaled) or seconds per request (step)."""

    mode: Mode = "instant"
    rate: float = 1.0

    @classmethod
    def parse(cls, text: str) -> Pace:
        """Read `instant`, `manual`, `scaled:60` or `step:5s`; raise ValueError saying what it takes."""
        mode, _, rate = text.strip().lower().partition(":")
        match = next((m for m in MODES if m == mode), None)
        try:
            if match in ("instant", "manual") and not rate:
                return cls(match)
            if match in ("scaled", "step") and 0 < (number := float(rate.removesuffix("s"))) < 1e9:  # noqa: PLR2004
                return cls(match, number)
        except ValueError:
            pass
        raise ValueError("instant, manual, scaled:FACTOR (such as scaled:60) or step:SECONDS (such as step:5s)")

    def __str__(self) -> str:
        match self.mode:
            case "scaled":
                return f"scaled:{self.rate:g}"
            case "step":
                return f"step:{self.rate:g}s"
            case mode:
                return mode


class Event(Struct, frozen=True):
    """One scheduled transition: at `due`, `name` happens to the `machine` of `resource`; `operation` ends with it.

    A `timed` one happens at that time and not before, whatever the mode; one that `lingers` leaves the next request
    time to see what is before it.
    """

    sequence: int
    due: datetime
    machine: str
    resource: tuple[str, ...]
    name: str
    operation: str | None = None
    timed: bool = False
    lingers: bool = False

    @property
    def queue(self) -> int:
        """Which of the clock's queues it stands in."""
        return _TIMED if self.timed else _LINGERING if self.lingers else _TRANSITIONS


_TRANSITIONS, _TIMED, _LINGERING = range(3)
Queue = list[tuple[datetime, int]]


class Clock(Struct, dict=True):
    """A subscription's time and schedule. `wall` is the wall's time when `now` was last set by it.

    It is unset in a snapshot: where one is loaded, time goes on from `now`, however late that is on the wall.
    """

    now: datetime
    wall: datetime | UnsetType = UNSET
    pace: Pace = Pace()
    last: int = 0
    schedule: dict[int, Event] = field(default_factory=dict)

    @property
    def _queues(self) -> tuple[Queue, Queue, Queue]:
        """The schedule in order of time, by kind of event; made anew where a clock came from a snapshot."""
        queues: tuple[Queue, Queue, Queue] | None = self.__dict__.get("queues")
        if queues is None:
            queues = self.__dict__["queues"] = [], [], []
            for event in self.schedule.values():
                heapq.heappush(queues[event.queue], (event.due, event.sequence))
        return queues

    def later(self, seconds: float) -> datetime:
        """Return the time so many seconds from now, or the last there is."""
        return LAST if seconds >= (LAST - self.now).total_seconds() else self.now + timedelta(seconds=seconds)

    def after(
        self,
        seconds: float,
        machine: str,
        resource: tuple[str, ...],
        name: str,
        operation: str | None,
        *,
        lingers: bool = False,
    ) -> int:
        """Schedule `name` that many seconds from now and return its sequence number, by which it can be cancelled."""
        due = self.later(seconds)
        return self._schedule(Event(self.last + 1, due, machine, resource, name, operation, lingers=lingers))

    def at(self, due: datetime, machine: str, resource: tuple[str, ...], name: str) -> int:
        """Schedule `name` for that very time, in every mode, and return its sequence number.

        What would be after the last time there is never happens, so it is not scheduled.
        """
        event = Event(self.last + 1, due, machine, resource, name, timed=True)
        if due <= LAST:
            return self._schedule(event)
        self.last = event.sequence
        return event.sequence

    def _schedule(self, event: Event) -> int:
        self.last = event.sequence
        self.schedule[event.sequence] = event
        heapq.heappush(self._queues[event.queue], (event.due, event.sequence))
        return event.sequence

    def cancel(self, sequence: int) -> None:
        """Take an event off the schedule; one that has fired or never was is no error."""
        self.schedule.pop(sequence, None)

    def passed(self, wall: datetime) -> None:
        """Let the wall's time pass, as the mode has it."""
        before, self.wall = self.wall, wall
        match self.pace.mode:
            case "instant":
                self.now = max(self.now, wall)
                # Of what lingers, that is over which a request has seen: what was scheduled before the last one began.
                known = self.__dict__
                known["shown"], known["scheduled"] = known.get("scheduled", 0), self.last
            case "scaled":
                if isinstance(before, datetime) and wall > before:
                    self.now = self.later((wall - before).total_seconds() * self.pace.rate)
            case "step":
                self.now = self.later(self.pace.rate)

    def next_event(self, *, timed: bool = True) -> Event | None:
        """Return the earliest event on the schedule without taking it off; of those that are not timed, if told so."""
        return _earliest(self._first(kind) for kind in range(3) if timed or kind != _TIMED)

    def _first(self, kind: int) -> Event | None:
        queue = self._queues[kind]
        while queue:
            event = self.schedule.get(queue[0][1])
            if event is not None:
                return event
            heapq.heappop(queue)  # cancelled
        return None

    def pop_due(self) -> Event | None:
        """Take the earliest event that is due off the schedule; in `instant` mode everything is that is not timed."""
        event = self.next_event()
        if event is not None and event.due > self.now:
            event = self._next_instant() if self.pace.mode == "instant" else None
        if event is None:
            return None
        heapq.heappop(self._queues[event.queue])
        del self.schedule[event.sequence]
        return event

    def _next_instant(self) -> Event | None:
        lingering = self._first(_LINGERING)
        if lingering is not None and lingering.sequence > self.__dict__.get("shown", 0):
            lingering = None  # the request that is about to be served is the first after it was scheduled
        return _earliest((self._first(_TRANSITIONS), lingering))

    def pending(self, most: int | None = None) -> list[Event]:
        """Return the schedule, or no more than the first `most` of it, in the order in which it will fire."""
        most = len(self.schedule) if most is None else most
        return heapq.nsmallest(most, self.schedule.values(), key=lambda e: (e.due, e.sequence))


def _earliest(events: Iterable[Event | None]) -> Event | None:
    return min((event for event in events if event), key=lambda e: (e.due, e.sequence), default=None)
