"""What `asm_clock` gives: the time of a test's subscription, what is going to happen in it, and a hand to move it.

Light to import, for every pytest imports it. Steers an emulator by its control API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Controlled(Protocol):
    """A subscription, by its part of the control API."""

    def control(self, method: str, part: str, body: object = None) -> dict[str, Any]:
        """Ask about a part of it, and return the answer."""


class AsmEvent(NamedTuple):
    """One transition: at `due`, `name` happens to the `machine` of `resource`; `operation` (an id) ends with it."""

    due: datetime
    machine: str
    resource: str
    name: str
    operation: str | None


class AsmClock:
    """The clock of one subscription: what time it is there, what is going to happen, and a hand to move it."""

    def __init__(self, subscription: Controlled) -> None:
        self._subscription = subscription

    @property
    def now(self) -> datetime:
        """The time in the subscription."""
        return _time(self._shown()["now"])

    @property
    def pending(self) -> list[AsmEvent]:
        """What is on the schedule, in the order in which it will happen."""
        return _events(self._shown()["pending"])

    @property
    def mode(self) -> str:
        """How time moves: instant, scaled:FACTOR, step:SECONDS or manual. May be set."""
        return str(self._shown()["mode"])

    @mode.setter
    def mode(self, mode: str) -> None:
        self._move(mode=mode)

    def advance(self, by: float | Literal["next", "quiet"]) -> list[AsmEvent]:
        """Move time and return what happened meanwhile.

        By seconds, to the `next` event, or from event to event until it is `quiet`: none is pending.
        """
        return _events(self._move(advance=by)["fired"])

    def to(self, instant: datetime) -> list[AsmEvent]:
        """Move time to an instant, which has a zone, and return what happened meanwhile."""
        return _events(self._move(to=instant.isoformat())["fired"])

    def until(self, request_id: str) -> list[AsmEvent]:
        """Move time until the operation with that request id has ended, and return what happened meanwhile."""
        return _events(self._move(until=request_id)["fired"])

    def _shown(self) -> dict[str, Any]:
        return self._subscription.control("GET", "clock")

    def _move(self, **change: object) -> dict[str, Any]:
        return self._subscription.control("POST", "clock", change)


def _time(text: str) -> datetime:
    from datetime import datetime  # noqa: PLC0415 - start-up time

    return datetime.fromisoformat(text)


def _events(shown: list[Mapping[str, Any]]) -> list[AsmEvent]:
    return [
        AsmEvent(_time(one["due"]), one["machine"], one["resource"], one["name"], one["operation"]) for one in shown
    ]
