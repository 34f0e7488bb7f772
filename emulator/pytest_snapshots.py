"""What `asm_snapshot` gives: the state of a test's subscription as a document, saved, loaded, compared and forked.

Loaded with the plugin by every pytest, so it imports nothing that pytest has not imported. Knows of a subscription what
its control API answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

LEFT_BY_EVERY_REQUEST = ("operations/", "entropy/", "clock/now", "clock/last")
"""What is different after each request, whatever it was: its operation, the ids drawn for it, the time."""


class Controlled(Protocol):
    """What is needed of a subscription."""

    @property
    def id(self) -> str:
        """Its id."""

    def control(self, method: str, part: str, body: object = None) -> dict[str, Any]:
        """Ask the control API about a part of it."""

    def compare(self, before: object, after: object) -> list[dict[str, Any]]:
        """Ask the control API what is different between two documents."""


class AsmChange(NamedTuple):
    """What is different at a path, such as hosted_services/myservice/label; None for what was or is not there."""

    path: str
    before: Any
    after: Any


S = TypeVar("S", bound=Controlled)


class AsmSnapshot(Generic[S]):
    """The state of one subscription, clock and schedule included, as a document that can be kept in a file."""

    def __init__(self, subscription: S, new: Callable[[], S]) -> None:
        self._subscription, self._new = subscription, new

    def save(self, path: str | Path | None = None) -> dict[str, Any]:
        """Return the document, and write it to a file if one is named."""
        document = self._subscription.control("GET", "snapshot")
        if path is not None:
            Path(path).write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return document

    def load(self, document: dict[str, Any] | str | Path) -> None:
        """Put the subscription in the state of a document, or of a file with one.

        It may be another subscription's, or a whole emulator's if there is but one in it. The test fails with the
        reason if it cannot be loaded, and nothing has changed then.
        """
        self._subscription.control("PUT", "snapshot", read(document))

    def diff(self, before: dict[str, Any] | str | Path, *, everything: bool = False) -> list[AsmChange]:
        """Return what is different now.

        Without `everything`, what any request leaves is not told: its operation, the ids drawn for it, the time.
        """
        found = []
        for one in self._subscription.compare(read(before), self.save()):
            path = one["path"].removeprefix("/subscriptions/").partition("/")[2]
            if everything or not path.startswith(LEFT_BY_EVERY_REQUEST):
                found.append(AsmChange(path, one.get("before"), one.get("after")))
        return found

    def fork(self) -> S:
        """Return a new subscription that is what this one is, and goes its own way from now on."""
        fork = self._new()
        self._subscription.control("POST", "fork", {"to": fork.id})
        return fork


def read(document: dict[str, Any] | str | Path) -> dict[str, Any]:
    """Return a document, out of its file if that is what is given; OSError or ValueError if it is none."""
    if isinstance(document, dict):
        return document
    try:
        found: dict[str, Any] = json.loads(Path(document).read_bytes())
    except ValueError as error:
        raise ValueError(f"{document}: this is no whole snapshot: it is not JSON ({error})") from None
    return found
