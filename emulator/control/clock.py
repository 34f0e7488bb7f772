"""Time as the control API shows and moves it: the clock of one subscription, or those of all and of all to come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from werkzeug.exceptions import BadRequest, NotFound

from emulator.domain.clock import LAST, Pace
from emulator.domain.operations import get
from emulator.domain.refusals import ServiceError

if TYPE_CHECKING:
    from emulator.control.routes import Served
    from emulator.domain.clock import Clock, Event
    from emulator.domain.records import TrackedOperation
    from emulator.domain.world import Subscription

LONGEST = 10**9
"""Seconds that one call may move a clock, or that something may take: thirty years."""
MOST_EVENTS = 100_000
"""Events that one call may fire: a schedule that never gets quiet ends there."""


class EventShown(Struct, frozen=True, kw_only=True):
    """One transition: at `due`, `name` happens to the `machine` of `resource`; `operation` (an id) ends with it."""

    sequence: int
    due: datetime
    machine: str
    resource: str
    name: str
    operation: str | None


class ClockShown(Struct, frozen=True, kw_only=True):
    """A subscription's time: now, the mode as it is set, its factor or seconds a request, and what is scheduled."""

    now: datetime
    mode: str
    rate: float | None
    pending: list[EventShown]


class ClockMoved(ClockShown, frozen=True, kw_only=True):
    """A clock after it was moved; `fired` is what happened meanwhile, in order."""

    fired: list[EventShown]


class ClockChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to do to a clock: set its `mode`, and then move it in one of three ways.

    `advance` by seconds, to the `next` event, or from event to event until it is `quiet`; `to` an instant (ISO 8601,
    UTC where it names no zone); or `until` the operation with that request id has ended.
    """

    mode: str | None = None
    advance: float | str | None = None
    to: str | None = None
    until: str | None = None


class ClocksShown(Struct, frozen=True, kw_only=True):
    """The mode of subscriptions to come, and the clocks of those in use, by id."""

    mode: str
    rate: float | None
    subscriptions: dict[str, ClockShown]


class ClocksMoved(Struct, frozen=True, kw_only=True):
    """The same after they were moved."""

    mode: str
    rate: float | None
    subscriptions: dict[str, ClockMoved]


# ---- views


def show(emulator: Served, subscription_id: str, most: int | None = None) -> ClockShown:
    """Show a subscription's time and schedule, of which no more than the first `most`."""
    world = emulator.world
    subscription = world.shown(subscription_id)
    with world.lock_of(subscription):
        return _shown(subscription.clock, most)


def move(emulator: Served, subscription_id: str, body: ClockChange) -> ClockMoved:
    """Set a clock's mode or move it, and tell what happened."""
    with emulator.world.changing(subscription_id) as subscription:
        return _moved(subscription, _plan(subscription, body))


def show_all(emulator: Served) -> ClocksShown:
    """Show the time of every subscription in use, and how it moves in those to come."""
    world = emulator.world
    clocks = {one: show(emulator, one) for one in list(world.subscriptions)}
    return ClocksShown(mode=str(world.pace), rate=_rate(world.pace), subscriptions=clocks)


def move_all(emulator: Served, body: ClockChange) -> ClocksMoved:
    """Move the clocks of all subscriptions in use; a mode is also that of those to come."""
    world = emulator.world
    if body.until is not None:
        raise BadRequest("until: an operation belongs to one subscription: POST /subscriptions/{id}/clock")
    subscriptions = list(world.subscriptions.values())
    plan = _plan(None, body)
    for one in subscriptions:
        _plan(one, body)  # all of them can be moved, or none is
    if plan.pace is not None:
        world.pace = plan.pace
    clocks = {one.id: move(emulator, one.id, body) for one in subscriptions}
    return ClocksMoved(mode=str(world.pace), rate=_rate(world.pace), subscriptions=clocks)


# ---- how they do it


def event_shown(event: Event) -> EventShown:
    """Return an event as it is shown."""
    return EventShown(
        sequence=event.sequence,
        due=event.due,
        machine=event.machine,
        resource="/".join(event.resource),
        name=event.name,
        operation=event.operation,
    )


def _shown(clock: Clock, most: int | None = None) -> ClockShown:
    pending = [event_shown(event) for event in clock.pending(most)]
    return ClockShown(now=clock.now, mode=str(clock.pace), rate=_rate(clock.pace), pending=pending)


def _rate(pace: Pace) -> float | None:
    return pace.rate if pace.mode in ("scaled", "step") else None


class Plan(NamedTuple):
    """What a change comes to: a new mode, if any, and how far to move: by seconds or in words, or to what."""

    pace: Pace | None
    by: float | str | None
    instant: datetime | None = None
    operation: TrackedOperation | None = None


def _plan(subscription: Subscription | None, change: ClockChange) -> Plan:
    """Return what is to be done to a clock, or refuse it; without a subscription, as far as it is the same for all."""
    if sum(one is not None for one in (change.advance, change.to, change.until)) > 1:
        raise BadRequest("advance, to, until: a clock is moved in one of these ways")
    pace, by = None if change.mode is None else _pace(change.mode), _advance(change.advance)
    if subscription is None:
        return Plan(pace, by, None if change.to is None else _read_instant(change.to))
    instant = None if change.to is None else _instant(subscription, change.to)
    if isinstance(by, int | float) and subscription.now + timedelta(seconds=by) > LAST:
        raise BadRequest(f"advance: time ends at {LAST.isoformat()}")
    return Plan(pace, by, instant, None if change.until is None else _operation(subscription, change.until))


def _moved(subscription: Subscription, plan: Plan) -> ClockMoved:
    if plan.pace is not None:
        subscription.clock.pace = plan.pace
    if plan.instant is not None:
        fired = subscription.advance_to(plan.instant)
    elif plan.operation is not None:
        fired = _until(subscription, plan.operation)
    else:
        fired = _advanced(subscription, plan.by)
    clock = _shown(subscription.clock)
    return ClockMoved(
        now=clock.now,
        mode=clock.mode,
        rate=clock.rate,
        pending=clock.pending,
        fired=[event_shown(event) for event in fired],
    )


def _pace(mode: str) -> Pace:
    try:
        return Pace.parse(mode)
    except ValueError as error:
        raise BadRequest(f"mode: {mode!r} is not {error}") from None


def _advance(by: float | str | None) -> float | str | None:
    if by is None or by in ("next", "quiet") or (not isinstance(by, str) and 0 <= by <= LONGEST):
        return by
    raise BadRequest(f'advance: takes up to {LONGEST} seconds, "next" or "quiet"')


def _advanced(subscription: Subscription, by: float | str | None) -> list[Event]:
    match by:
        case None:
            return []
        case "next":
            event = subscription.clock.next_event()
            return subscription.advance_to(max(event.due, subscription.now)) if event else []
        case "quiet":
            return subscription.advance_until_quiet(MOST_EVENTS)
        case seconds:
            return subscription.advance_to(subscription.clock.later(float(seconds)))


def _read_instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRequest(f"to: {text!r} is no instant such as 2030-01-31T12:00:00Z") from None


def _instant(subscription: Subscription, text: str) -> datetime:
    moment = _read_instant(text)
    if not timedelta(0) <= moment - subscription.now <= timedelta(seconds=LONGEST):
        raise BadRequest(f"to: {text!r} is not within {LONGEST} seconds from {subscription.now.isoformat()}")
    if moment > LAST:
        raise BadRequest(f"to: time ends at {LAST.isoformat()}")
    return moment


def _operation(subscription: Subscription, request_id: str) -> TrackedOperation:
    try:
        return get(subscription, request_id)
    except ServiceError:
        raise NotFound(f"until: the subscription has no operation {request_id!r}") from None


def _until(subscription: Subscription, operation: TrackedOperation) -> list[Event]:
    """Go from event to event until an operation has ended, or nothing is left that could end it."""
    fired: list[Event] = []
    while operation.status == "InProgress" and len(fired) < MOST_EVENTS:
        event = subscription.clock.next_event()
        if event is None or event.due > LAST:
            break
        fired += subscription.advance_to(max(event.due, subscription.now))
    return fired
