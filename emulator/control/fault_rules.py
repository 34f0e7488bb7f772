# ruff: noqa: ARG002 - the kinds of fault share the shape of their methods
"""The language of faults: one struct a kind, at three depths, and how a rule is read and refused.

answer      refuse, redirect, delay           what goes back instead, or late
operation   fail, hang, unready               what becomes of what was accepted
connection  reset, truncate, slow, stall      what befalls the bytes

The fields of a struct are its language: those that all have in common say which calls it takes, the others what it
does to them. A rule that can match nothing is refused when it is read. Knows rows and answers; not who has which rules.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta, Struct

from emulator.domain import errors, fates
from emulator.domain.lifecycle import INSTANCE_LIFECYCLES, TROUBLES
from emulator.domain.refusals import Refusal, ServiceError
from emulator.pipeline import answer_to, refusal_to
from emulator.server.mishaps import LONGEST_SECONDS, Mishap
from emulator.wire.reading import BodyError, parse

if TYPE_CHECKING:
    from emulator.domain.world import World
    from emulator.pipeline import Answer, Call
    from emulator.surface.operation import Operation

Some = Annotated[str, Meta(min_length=1, max_length=1024)]
Count = Annotated[int, Meta(ge=1)]
Wall = Annotated[float, Meta(gt=0, le=LONGEST_SECONDS)]
"""Seconds on the wall: for as long a client waits in earnest."""

REFUSALS: dict[str, Refusal] = {
    refusal.code: refusal
    for refusal in (
        errors.INTERNAL_ERROR,
        errors.OPERATION_TIMED_OUT,
        errors.TOO_MANY_REQUESTS,
        errors.SERVER_BUSY,
        errors.NOT_ALLOWED,
        errors.SUBSCRIPTION_DISABLED,
        errors.HOSTED_SERVICE_BUSY,
        errors.RESOURCE_NOT_FOUND,
        errors.PARAMETER_INCORRECT,
    )
}
"""Code -> its refusal, with the words that go with it; of those with one status the usual one comes first."""

MAKERS = {
    "CreateDeployment": ("PaaS",),
    "CreateVirtualMachineDeployment": ("Linux", "Windows"),
    "AddRole": ("Linux", "Windows"),
}
"""Operation that makes instances -> the kinds that these may be of."""

NAMES = {"Name", "ServiceName", "RoleName"}
"""Elements of a body that name what it is about."""


class RuleError(ValueError):
    """A rule that is none, or that can match nothing: the text says why."""


# ---- which calls


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="fault"):
    """The `nth` of what it matches is the first that it fires at; it fires at `count` in a row."""

    depth: ClassVar[str]
    nth: Count = 1
    count: Count | Literal["all"] = 1

    def judge(self, subscription_id: str | None, rows: Sequence[Operation]) -> None:
        """Raise RuleError if the rule can match nothing."""


class Fault(Rule, frozen=True):
    """Takes calls of one `operation`, by its name, or of any, for one `resource` or for any.

    A resource with a slash is a path below the subscription, and takes what lies below it, too; one without is a name:
    a segment of the call's path, or what a body names in creating it. `*` stands for any characters but a slash.
    """

    operation: Some | None = None
    resource: Some | None = None

    def fits(self, row: Operation) -> bool:
        """Tell whether this kind of fault can come to calls of an operation."""
        return row.does is not None

    def unfit(self, row: Operation) -> str:
        """Return why it cannot."""
        return f"{row.name} is declined: there is no call to take. {row.note}"

    def judge(self, subscription_id: str | None, rows: Sequence[Operation]) -> None:
        """Raise RuleError for an operation or a path that there is none of, or that this fault cannot come to."""
        named = [row for row in rows if self.operation in (None, row.name)]
        if not named:
            raise RuleError(f"operation: there is no {self.operation!r}{_hint(self.operation, [r.name for r in rows])}")
        fitting = [row for row in named if self.fits(row)]
        if not fitting:
            raise RuleError(f"operation: {self.unfit(named[0])}")
        if subscription_id is not None and not any(_in_subscription(row) for row in fitting):
            raise RuleError(f"operation: {named[0].name} belongs to no subscription: add the rule for all of them")
        if "/" in (self.resource or "") and not any(_may_lie(self.resource or "", row) for row in fitting):
            raise RuleError(f"resource: no operation that the rule takes has a path like {self.resource!r}")

    def matches(self, call: Call) -> bool:
        """Tell whether the rule takes a call: one of its kind, of that operation, for that resource."""
        row = call.operation
        if row is None or self.operation not in (None, row.name) or not self.fits(row):
            return False
        return self.resource is None or _is_about(call, self.resource)

    def before(self, call: Call, world: World) -> Answer | None:
        """Do what comes before the call is carried out; an answer, or a refusal that is raised, ends it there."""

    def after(self, call: Call, answer: Answer) -> Answer | None:
        """Return what goes back instead of the answer to the call; None where the fault did not come to it."""
        return answer


# ---- answers


class Refusing(Fault, frozen=True):
    """Says no with a code, or the usual code of a status, in words of its own or in the service's."""

    code: Some | None = None
    status: int | None = None
    message: Some | None = None

    def __post_init__(self) -> None:
        statuses = sorted({refusal.status for refusal in REFUSALS.values()})
        if self.status is not None and self.status not in statuses:
            raise ValueError(f"status: none has {self.status}; there are {', '.join(map(str, statuses))}")
        if self.code is not None and self.code not in REFUSALS:
            raise ValueError(f"code: there is no {self.code!r}{_hint(self.code, REFUSALS)}")
        if self.code is not None and self.status not in (None, REFUSALS[self.code].status):
            raise ValueError(f"status: {self.code} has {REFUSALS[self.code].status}, not {self.status}")

    def error(self) -> ServiceError:
        """Return what is raised."""
        by_status = next(one for one in REFUSALS.values() if self.status in (None, one.status))
        refusal = by_status if self.code is None else REFUSALS[self.code]
        return ServiceError(refusal, self.message or refusal.message)


class Refuse(Refusing, frozen=True, tag="refuse"):
    """The call is answered with an error; with `done` after it was carried out, which the client cannot know."""

    depth = "answer"
    done: bool = False

    def before(self, call: Call, world: World) -> Answer | None:
        """Refuse."""
        if not self.done:
            raise self.error()
        return None

    def after(self, call: Call, answer: Answer) -> Answer | None:
        """Refuse what was done; what was refused in earnest stays so."""
        if not self.done:
            return answer
        if call.error is not None:
            return None
        call.error = self.error()
        return refusal_to(call, call.error)


class Redirect(Fault, frozen=True, tag="redirect"):
    """The call is answered 307 with its address at the front end of a region, or at a host, and not carried out."""

    depth = "answer"
    region: Literal["ussouth", "ussouth2", "ussouth3", "usnorth", "usnorth2"] | None = None
    to: Annotated[str, Meta(pattern=r"^[A-Za-z0-9.:\[\]-]{1,255}\Z")] | None = None

    def __post_init__(self) -> None:
        if self.to and self.region:
            raise ValueError("to: a host takes the place of a region, so leave one of the two out")

    def before(self, call: Call, world: World) -> Answer | None:
        """Answer with the same path, elsewhere."""
        host = self.to or f"{self.region or 'ussouth'}.management.core.windows.net"
        query = f"?{call.request.query}" if call.request.query else ""
        call.request_id = world.request_id()
        return answer_to(call, 307, b"", headers=[("Location", f"https://{host}{call.request.path}{query}")])


class Delay(Fault, frozen=True, kw_only=True, tag="delay"):
    """The call is carried out at once, and its answer comes `seconds` (on the wall) later."""

    depth = "answer"
    seconds: Wall

    def after(self, call: Call, answer: Answer) -> Answer | None:
        """Have the server wait with the answer."""
        return answer._replace(mishap=Mishap(wait=self.seconds))


# ---- operations


class OfOperation(Fault, frozen=True):
    """Comes to what is accepted: a call that is refused in earnest is not counted."""

    depth = "operation"

    def fits(self, row: Operation) -> bool:
        """Only what is accepted leaves an operation in progress."""
        return super().fits(row) and row.accepted

    def unfit(self, row: Operation) -> str:
        """Return why a row is not taken."""
        if row.does is None:
            return super().unfit(row)
        return f"{row.name} is answered at once: it leaves no operation in progress"

    def fate(self) -> fates.Fate:
        """Return what carries the call out."""
        raise NotImplementedError

    def before(self, call: Call, world: World) -> Answer | None:
        """Have the call carried out in the fault's way."""
        call.fate = self.fate()
        return None

    def after(self, call: Call, answer: Answer) -> Answer | None:
        """Leave alone what was refused."""
        return answer if call.error is None else None


class Fail(OfOperation, Refusing, frozen=True, tag="fail"):
    """The call is accepted, and its operation fails `after` seconds of the subscription's time.

    By default when it would have ended. Nothing comes of it; with `done` all of it.
    """

    after_seconds: Annotated[float, Meta(ge=0, le=10**9)] | None = msgspec.field(default=None, name="after")
    done: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.done and self.after_seconds is not None:
            raise ValueError("after: an operation whose work is done fails when that is, so leave one of the two out")

    def fate(self) -> fates.Fate:
        """Return what lets the operation fail."""
        if self.done:
            return partial(fates.fail_though_done, error=self.error())
        return partial(fates.fail, error=self.error(), seconds=self.after_seconds)


class Hang(OfOperation, frozen=True, tag="hang"):
    """The call is accepted, and its operation stays InProgress for ever."""

    def fate(self) -> fates.Fate:
        """Return what holds the operation back."""
        return fates.hang


class Unready(OfOperation, frozen=True, tag="unready"):
    """Of the instances that the call makes the first so many end in a `state` from which they do not get ready.

    By default they stay in the last one before: BusyRole, or Provisioning for a machine.
    """

    instances: Count | Literal["all"] = 1
    state: Some | None = None

    def __post_init__(self) -> None:
        if self.state is not None and self.state not in TROUBLES:
            raise ValueError(f"state: there is no {self.state!r}{_hint(self.state, TROUBLES)}")

    def fits(self, row: Operation) -> bool:
        """Only what makes instances that can come to that state."""
        kinds = MAKERS.get(row.name, ())
        tables = [INSTANCE_LIFECYCLES[kind] for kind in kinds]
        return super().fits(row) and any(
            self.state is None or any(face.instance_status == self.state for face in faces.values())
            for _, faces in tables
        )

    def unfit(self, row: Operation) -> str:
        """Return why a row is not taken."""
        if row.name in MAKERS:
            return f"no instance that {row.name} makes can come to the state {self.state}"
        return f"{row.name} makes no instances; {', '.join(MAKERS)} do"

    def fate(self) -> fates.Fate:
        """Return what marks the instances."""
        event = TROUBLES[self.state or "BusyRole"]
        return partial(fates.trouble, event=event, most=None if self.instances == "all" else self.instances)


# ---- connections


class Reset(Fault, frozen=True, tag="reset"):
    """The connection is reset: `before` the answer, which nobody gets, or `after` it, when it is used again.

    Before the answer the call is carried out only with `done`.
    """

    depth = "connection"
    when: Literal["before", "after"] = "before"
    done: bool = False

    def before(self, call: Call, world: World) -> Answer | None:
        """End the call with a refusal that nobody gets to see."""
        if self.when == "before" and not self.done:
            raise errors.INTERNAL_ERROR()
        return None

    def after(self, call: Call, answer: Answer) -> Answer | None:
        """Have the server reset the connection."""
        return answer._replace(mishap=Mishap(reset=self.when))


class Truncate(Fault, frozen=True, tag="truncate"):
    """The answer's body ends after so many `bytes`, by default half of them, short of its Content-Length."""

    depth = "connection"
    bytes: Annotated[int, Meta(ge=0)] | None = None

    def after(self, call: Call, answer: Answer) -> Answer | None:
        """Have the server cut the body; one that is too short for that is made longer."""
        kept = len(answer.body) // 2 if self.bytes is None else self.bytes
        body = answer.body.ljust(kept + 1)
        headers = [(name, str(len(body)) if name == "Content-Length" else value) for name, value in answer.headers]
        return answer._replace(headers=headers, body=body, mishap=Mishap(body_bytes=kept))


class Slow(Fault, frozen=True, kw_only=True, tag="slow"):
    """The answer comes at so many bytes a second; after `seconds` (on the wall) the connection is reset."""

    depth = "connection"
    bytes_per_second: Annotated[float, Meta(ge=0.1, le=10**9)]
    seconds: Wall = LONGEST_SECONDS

    def after(self, call: Call, answer: Answer) -> Answer | None:
        """Have the server send slowly."""
        return answer._replace(mishap=Mishap(bytes_per_second=self.bytes_per_second, seconds=self.seconds))


class Stall(Rule, frozen=True, tag="stall"):
    """A new connection hears nothing, not even a handshake, and is closed after `seconds` (on the wall).

    Nothing is known of it but the address that it comes from (`client`).
    """

    depth = "connection"
    client: Some | None = None
    seconds: Wall = LONGEST_SECONDS

    def judge(self, subscription_id: str | None, rows: Sequence[Operation]) -> None:
        """Raise RuleError for one that belongs to a subscription, or for an address that is none."""
        if subscription_id is not None:
            raise RuleError("stall: before the handshake no subscription is known: add the rule for all of them")
        if self.client is not None:
            from ipaddress import ip_address  # noqa: PLC0415 - start-up time

            try:
                ip_address(self.client)
            except ValueError:
                raise RuleError(f"client: {self.client!r} is no IP address") from None


KINDS: dict[str, type[Rule]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (Refuse, Redirect, Delay, Fail, Hang, Unready, Reset, Truncate, Slow, Stall)
}
"""The word for a fault -> its struct."""


# ---- reading


def read(body: dict[str, Any], subscription_id: str | None, rows: Sequence[Operation]) -> Rule:
    """Return the rule that a JSON object is; raise RuleError for one that is none or can match nothing."""
    word = body.get("fault")
    kind = KINDS.get(word) if isinstance(word, str) else None
    if kind is None:
        raise RuleError(f"fault: there is no {word!r}{_hint(str(word), KINDS)}")
    unknown = [name for name in body if name not in (*kind.__struct_encode_fields__, "fault")]
    if unknown:
        raise RuleError(f"{unknown[0]}: {word} takes no such thing{_hint(unknown[0], kind.__struct_encode_fields__)}")
    if odd := [name for name, value in body.items() if isinstance(value, float) and not math.isfinite(value)]:
        raise RuleError(f"{odd[0]}: {body[odd[0]]} is no number")
    try:
        rule: Rule = msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$.")
        raise RuleError(f"{path.rstrip('`')}: {reason}" if path else reason) from None
    rule.judge(subscription_id, rows)
    return rule


def shown(rule: Rule) -> dict[str, Any]:
    """Return a rule as JSON has it: what it was read from, without what goes without saying."""
    builtins: dict[str, Any] = msgspec.to_builtins(rule)
    return builtins


def _hint(word: str | None, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - start-up time

    known = list(dict.fromkeys(known))
    if near := get_close_matches(word or "", known, n=2, cutoff=0.6):
        return f"; did you mean {' or '.join(near)}?"
    return f"; there are {', '.join(known)}" if len(known) <= 20 else ""  # noqa: PLR2004 - what fits into a line


# ---- resources


def _in_subscription(row: Operation) -> bool:
    return row.segments[0] == "{subscription_id}"


def _alike(name: str, pattern: str) -> bool:
    from fnmatch import fnmatchcase  # noqa: PLC0415 - start-up time

    return fnmatchcase(name.lower(), pattern.lower())


def _may_lie(resource: str, row: Operation) -> bool:
    """Tell whether a path of a row can be, or lie below, what a pattern stands for."""
    wanted, places = [s for s in resource.split("/") if s], row.segments[1:]
    return len(wanted) <= len(places) and all(
        place.startswith("{") or _alike(place, pattern) for place, pattern in zip(places, wanted, strict=False)
    )


def _is_about(call: Call, resource: str) -> bool:
    segments = call.segments[1:]
    if "/" in resource:
        wanted = [s for s in resource.split("/") if s]
        return len(wanted) <= len(segments) and all(map(_alike, segments, wanted))
    return any(_alike(segment, resource) for segment in segments) or any(
        _alike(name, resource) for name in _names(call)
    )


def _names(call: Call) -> list[str]:
    """Return what the body of a call names, if it has one that can be read."""
    if call.operation is None or call.operation.reads is None:
        return []
    try:
        return [str(kid.text) for kid in parse(call.body) if str(kid.tag).rpartition("}")[2] in NAMES and kid.text]
    except BodyError:
        return []
