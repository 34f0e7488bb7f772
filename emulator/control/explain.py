"""Why a request was answered as it was: who asked, what it was taken for, what refused it, and when that would end.

When a refusal ends is not reasoned about but tried: a copy of the subscription goes from event to event of its own
schedule, and after each the same call is made in it again. So that is right for every lock, state and limit there is.
Knows the journal's entries and the domain; nothing of how an explanation is asked for.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, msgpack

from emulator.control.clock import EventShown, event_shown
from emulator.control.journal import Entry, Exchange, shown
from emulator.domain import errors
from emulator.domain.blobs import Imagined
from emulator.domain.clock import Pace
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription, World
from emulator.pipeline import read_again, refused_again

if TYPE_CHECKING:
    from emulator.domain.refusals import Refusal, ServiceError
    from emulator.identity.authority import Authority
    from emulator.pipeline import Call

MOST_EVENTS = 500
"""Events after which a call is no longer tried again."""

Kind = Literal["fault", "certificate", "request", "declined", "lock", "limit", "state", "missing", "emulator"]
"""What refused a request. What is asked for is `missing`; the `request` itself is wrong; the rest are as they are."""

_KINDS: dict[int, Kind] = {
    id(errors.NOT_ALLOWED): "certificate",
    id(errors.DECLINED): "declined",
    id(errors.INTERNAL_ERROR): "emulator",
    id(errors.UNKNOWN_PATH): "request",
}
"""Refusals whose kind nothing else tells; a refusal is told by which object it is."""


class Who(Struct, frozen=True, kw_only=True):
    """Who asked, and what let them in or kept them out."""

    thumbprint: str | None
    subject: str | None
    client_ip: str
    admitted: bool
    words: str


class OperationShown(Struct, frozen=True, kw_only=True):
    """A tracked operation as it is now, and what is on the schedule for it."""

    id: str
    name: str
    object_id: str
    status: str
    code: str | None
    message: str | None
    started: datetime
    completed: datetime | None
    pending: list[EventShown]


class Clears(Struct, frozen=True, kw_only=True):
    """When the same call would no longer be refused, on the subscription's clock.

    `now`: it would not be any more. Otherwise `at` that instant, `in_seconds` from now on that clock; None where
    nothing on the schedule changes it. `events` is what happens until then, `words` say how to get there.
    """

    now: bool
    at: datetime | None
    in_seconds: float | None
    events: list[EventShown]
    words: str


class Limit(Struct, frozen=True, kw_only=True):
    """A limit that is in the way; `quota` is its name where it can be set."""

    quota: str | None
    limit: int
    current: int | None


class Refused(Struct, frozen=True, kw_only=True):
    """What refused a request. `refusal` is its name in the catalogue, `evidence` how its words are known."""

    kind: Kind
    refusal: str | None
    evidence: str | None
    words: str
    held_by: OperationShown | None = None
    limit: Limit | None = None
    fault: str | None = None
    clears: Clears | None = None


class Explanation(Struct, frozen=True, kw_only=True):
    """All that is known of one exchange; `words` is the whole of it for people."""

    exchange: Exchange
    who: Who
    matched: str
    refused: Refused | None
    operation: OperationShown | None
    words: list[str]


def explain(world: World, authority: Authority, entry: Entry) -> Explanation:
    """Return why a request was answered as it was."""
    subscription = world.subscriptions.get(entry.subscription_id)
    tracked = entry.tracked
    operation = operation_shown(subscription, tracked) if subscription is not None and tracked is not None else None
    who, matched, refused = _who(world, authority, entry), _matched(entry), _refused(world, subscription, entry)
    words = [who.words, matched]
    if refused is not None:
        words.append(refused.words)
        if refused.held_by is not None:
            words.append(_operation_words("It is held by", refused.held_by))
        if refused.clears is not None:
            words.append(refused.clears.words)
    elif operation is not None:
        words.append(_operation_words("It left", operation))
    if entry.unread:
        words.append(f"Nobody read, of the body: {', '.join(entry.unread)}.")
    return Explanation(
        exchange=shown(entry), who=who, matched=matched, refused=refused, operation=operation, words=words
    )


# ---- who, and which row


def _who(world: World, authority: Authority, entry: Entry) -> Who:
    admitted = entry.call is not None or entry.tracked is not None or not _kept_out(entry)
    subject = _subject(entry.certificate) if entry.certificate else None
    words = f"You came from {entry.client_ip or 'nowhere'} {_certificate_words(world, authority, entry, subject)}"
    return Who(
        thumbprint=entry.caller, subject=subject, client_ip=entry.client_ip, admitted=admitted, words=f"{words}."
    )


def _kept_out(entry: Entry) -> bool:
    return entry.error is not None and entry.error.refusal is errors.NOT_ALLOWED


def _certificate_words(world: World, authority: Authority, entry: Entry, subject: str | None) -> str:
    if entry.certificate is None:
        return "without a certificate"
    words = f"with the certificate {entry.caller}{f' ({subject})' if subject else ''}, "
    home = authority.issued(entry.certificate)
    known = world.subscriptions.get(entry.subscription_id)
    if known is not None and entry.caller in known.management_certificates:
        return f"{words}which is registered with the subscription"
    if home is None:
        return f"{words}which the emulator did not issue and the subscription does not know"
    return f"{words}which the emulator issued for the subscription {home}"


def _subject(der: bytes) -> str | None:
    from cryptography import x509  # noqa: PLC0415 - start-up time

    try:
        return x509.load_der_x509_certificate(der).subject.rfc4514_string()
    except ValueError:
        return None


def _matched(entry: Entry) -> str:
    said = f"{entry.method} {entry.path}{f'?{entry.query}' if entry.query else ''}"
    if entry.operation:
        return f"{said} is {entry.operation}."
    if _kept_out(entry):
        return f"{said} was not looked at."
    nearest = f" Nearest: {', '.join(entry.nearest)}." if entry.nearest else ""
    return f"{said} is no operation.{nearest}"


# ---- what refused it


def _refused(world: World, subscription: Subscription | None, entry: Entry) -> Refused | None:
    if entry.fault is not None:
        words = f"The fault rule {entry.fault} made this answer, not the service's own rules."
        return Refused(kind="fault", refusal=None, evidence=None, words=words, fault=entry.fault)
    error = entry.error
    if error is None:
        return None
    clears = None
    if subscription is not None and entry.call is not None:
        command = read_again(entry.call, subscription)
        with world.lock_of(subscription):
            clears = _clears(world, subscription, entry.call, command)
    name = _name(error.refusal)
    return Refused(
        kind=_kind(name, error, clears),
        refusal=name,
        evidence=error.refusal.evidence.value,
        words=f"It was refused with {error.status} {error.code}: {error.message}",
        held_by=_holder(subscription, entry, error, clears) if subscription is not None else None,
        limit=_limit(error),
        clears=clears,
    )


def _name(refusal: Refusal) -> str | None:
    return next((name for name, one in errors.catalogue().items() if one is refusal), None)


def _kind(name: str | None, error: ServiceError, clears: Clears | None) -> Kind:
    if (known := _KINDS.get(id(error.refusal))) is not None:
        return known
    if "operation" in error.values or (name or "").endswith("_BUSY"):
        return "lock"
    if "limit" in error.values:
        return "limit"
    if error.status == HTTPStatus.NOT_FOUND:
        return "missing"
    changes = clears is not None and (clears.now or clears.at is not None)
    return "state" if changes or error.status == HTTPStatus.CONFLICT else "request"


def _limit(error: ServiceError) -> Limit | None:
    limit, current, quota = (error.values.get(name) for name in ("limit", "current", "quota"))
    if not isinstance(limit, int):
        return None
    return Limit(
        quota=quota if isinstance(quota, str) else None,
        limit=limit,
        current=current if isinstance(current, int) else None,
    )


def _holder(
    subscription: Subscription, entry: Entry, error: ServiceError, clears: Clears | None
) -> OperationShown | None:
    """Return the operation in the way: the one that the refusal names, or whose end is what clears it."""
    named = error.values.get("operation")
    if not isinstance(named, str) and clears is not None and clears.at is not None:
        named = next((one.operation for one in reversed(clears.events) if one.operation), None)
    if not isinstance(named, str) or named == entry.request_id:
        return None
    found = subscription.operations.get(named)
    return operation_shown(subscription, found) if found is not None else None


def operation_shown(subscription: Subscription, tracked: TrackedOperation) -> OperationShown:
    """Return a tracked operation as it is now, with what is on the schedule for it."""
    return OperationShown(
        id=tracked.id,
        name=tracked.name,
        object_id=tracked.object_id,
        status=tracked.status,
        code=tracked.code,
        message=tracked.message,
        started=tracked.started,
        completed=tracked.completed,
        pending=[event_shown(event) for event in subscription.clock.pending() if event.operation == tracked.id],
    )


def _operation_words(what: str, operation: OperationShown) -> str:
    ended = f", since {_at(operation.completed)}" if operation.completed else ""
    why = f" ({operation.code}: {operation.message})" if operation.status == "Failed" else ""
    due = "".join(f"; next for it: {e.machine} {e.resource} {e.name} at {_at(e.due)}" for e in operation.pending[:1])
    return f"{what} the operation {operation.id}, {operation.name}: {operation.status}{why}{ended}{due}."


# ---- when it would clear


def _clears(world: World, subscription: Subscription, call: Call, command: object) -> Clears:
    """Try the call again in a copy of its subscription: as the next request, and after each event on the schedule."""
    fork, pace = _fork(world, subscription), subscription.clock.pace
    fork.settle(world.wall())
    now = subscription.now if pace.mode == "step" else fork.now
    fork.clock.pace = Pace("manual")
    fired: list[EventShown] = []
    while refused_again(call, fork, command) is not None:
        event = fork.clock.next_event()
        if event is None or len(fired) >= MOST_EVENTS:
            words = "Nothing on the schedule would change that: it does not clear by itself."
            return Clears(now=False, at=None, in_seconds=None, events=[], words=words)
        fired += [event_shown(one) for one in fork.advance_to(max(event.due, fork.now))]
    if not fired:
        words = "The same call would not be refused any more."
        return Clears(now=True, at=fork.now, in_seconds=0, events=[], words=words)
    seconds = (fork.now - now).total_seconds()
    words = f"That clears at {_at(fork.now)}, in {seconds:g} s on this clock: {_how(pace, seconds)}."
    return Clears(now=False, at=fork.now, in_seconds=seconds, events=fired, words=words)


def _fork(world: World, subscription: Subscription) -> Subscription:
    """Return a copy of a subscription, in a world that is the same but for this copy."""
    copied = msgpack.decode(msgpack.encode(subscription), type=Subscription)
    other = World(
        world.catalog,
        world.handlers,
        seed=world.seed,
        pace=world.pace,
        dns_names=world.dns_names,
        wall=world.wall,
        blobs=Imagined(world.blobs),
        packages=world.packages,
    )
    other.subscriptions = dict(world.subscriptions)
    return other.take_in(copied)


def _at(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='seconds')[:19]}Z"


def _how(pace: Pace, seconds: float) -> str:
    match pace.mode:
        case "scaled":
            return f"in {timedelta(seconds=seconds / pace.rate)} as the clock runs, {pace}"
        case "step":
            return f"after {-(-seconds // pace.rate):g} more requests, as the clock moves, {pace}"
        case _:
            return f"once it is advanced by that much, as the clock is {pace}"
