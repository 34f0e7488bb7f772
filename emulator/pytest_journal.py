"""What the pytest plugin tells of the journal: to tests, in the reports of those that fail, and by failing them.

Imports nothing that pytest has not imported. Knows a subscription of the plugin's, and asks the control API.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.pytest_faults import AsmFaults

REPORTED = 20
"""Exchanges that the report of a failed test shows."""


class Subscription(Protocol):
    """What is known of a subscription here."""

    @property
    def faults(self) -> AsmFaults:
        """What is broken on purpose in it."""

    def control(self, method: str, part: str, body: object = None) -> dict[str, Any]:
        """Ask the control API about a part of it, and return its answer."""


class AsmExchange(NamedTuple):
    """One request and its answer; `at` is the time on the subscription's clock, `caller` a certificate's thumbprint.

    `operation` is the name of the operation, empty where the request fits none: that is `unknown`, and `nearest` says
    what would have been possible. `unread` are the paths of elements of its body that nobody read, `code` and
    `message` what it was refused with, `fault` the rule that broke the answer on purpose.
    """

    request_id: str
    at: datetime
    caller: str | None
    client_ip: str
    method: str
    path: str
    query: str
    version: str | None
    operation: str
    status: int
    milliseconds: float
    code: str | None
    message: str | None
    unread: list[str]
    nearest: list[str]
    unknown: bool
    fault: str | None


class AsmJournal:
    """What was asked of one subscription, and answered: the last 200 exchanges, unless its settings differ."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription

    @property
    def entries(self) -> list[AsmExchange]:
        """All exchanges, oldest first."""
        shown = self._subscription.control("GET", "journal")
        if not shown["kept"]:
            pytest.fail("asm: the emulator keeps no journal: it runs with --journal 0", pytrace=False)
        return [
            AsmExchange(
                **{**{name: one[name] for name in AsmExchange._fields}, "at": datetime.fromisoformat(one["at"])}
            )
            for one in shown["exchanges"]
        ]

    @property
    def unread(self) -> list[str]:
        """The elements of requests that nobody read, each once: `/CreateHostedService/Colour`."""
        return list(dict.fromkeys(path for one in self.entries for path in one.unread))

    @property
    def unknown_paths(self) -> list[str]:
        """Method and path of the requests that fit no operation, each once, and the nearest that would."""
        return list(dict.fromkeys(_unknown(one) for one in self.entries if one.unknown))

    def explain(self, request_id: str) -> dict[str, Any]:
        """Return the control API's explanation of an exchange; `words` is a list of sentences."""
        return self._subscription.control("GET", f"explain/{request_id}")

    def forget(self) -> None:
        """Forget what was asked so far."""
        self._subscription.control("DELETE", "journal")


STRICT: dict[str, Callable[[Subscription], list[str]]] = {
    "faults": lambda subscription: [f"never fired: {rule!r}" for rule in subscription.faults.unfired],
    "unread": lambda subscription: AsmJournal(subscription).unread,
    "unknown-path": lambda subscription: AsmJournal(subscription).unknown_paths,
}
"""What may fail a test that passed, by its word: a function that returns what there is of it."""


def strictness(said: str) -> list[str]:
    """Return the words of a setting; raises UsageError for one that is none."""
    words = said.replace(",", " ").split()
    for word in words:
        if word not in STRICT:
            raise pytest.UsageError(f"asm_strict: {word!r} is none of {', '.join(STRICT)}")
    return words


def told(control_endpoint: str | None, token: str | None, subscription_id: str) -> str:
    """Return the journal of a subscription as text, or why there is none: a report is to be made in any case."""
    from emulator import running, telling  # noqa: PLC0415 - start-up time

    if control_endpoint is None:
        return "The emulator's control API is not known."
    try:
        shown = running.ask(
            control_endpoint, "GET", f"/subscriptions/{subscription_id}/journal?limit={REPORTED}", token=token
        )
    except running.NotServingError as error:
        return str(error)
    return "\n".join(telling.exchanges(shown["exchanges"])) or "Nothing was asked."


def _unknown(one: AsmExchange) -> str:
    nearest = f" (nearest: {', '.join(one.nearest)})" if one.nearest else ""
    return f"{one.method} {one.path}{nearest}"
