"""What a test has of the faults in its subscription: rules that it adds, looks at and removes.

Light to import, for every pytest imports it. Steers an emulator by its control API; may not know the plugin's fixtures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Controlled(Protocol):
    """An emulator, by its control API."""

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Ask, and return the answer; the test fails where it is refused."""


class Subscription(Protocol):
    """A subscription, by its part of that API."""

    @property
    def server(self) -> Controlled:
        """The emulator that it is in."""

    @property
    def id(self) -> str:
        """Its id."""

    def control(self, method: str, part: str, body: object = None) -> dict[str, Any]:
        """Ask about a part of it, and return the answer."""


class AsmFault:
    """A rule of what is broken on purpose. docs/faults.md is the manual."""

    def __init__(self, server: Controlled, shown: Mapping[str, Any]) -> None:
        self._server = server
        self.id: str = shown["id"]
        """What an answer under this fault has in its header x-asm-emulator-fault."""
        self.rule: dict[str, Any] = shown["rule"]
        """What was asked for: `fault` and the fields that go with it."""

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.rule.items() if name != "fault")
        return f"{self.id} ({', '.join(filter(None, (self.rule['fault'], fields)))})"

    @property
    def hits(self) -> int:
        """How often it has fired so far."""
        known = {one["id"]: one["hits"] for one in self._server.control("GET", "/faults")["faults"]}
        return int(known.get(self.id, 0))

    def clear(self) -> None:
        """Remove it; what has begun under it goes on."""
        self._server.control("DELETE", f"/faults/{self.id}")


class AsmFaults:
    """What is broken on purpose in one subscription."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription
        self._everywhere: list[str] = []
        self._used = False

    def add(self, fault: str, *, everywhere: bool = False, **fields: object) -> AsmFault:
        """Add a rule, such as `add("refuse", operation="ListLocations", code="TooManyRequests", count=2)`.

        With `everywhere` it is for all that the emulator serves, other tests that run meanwhile included: what befalls
        a connection before anybody is known (`stall`) cannot be otherwise. It goes when the test ends. The test fails
        where the rule is refused, as one that can match nothing is.
        """
        self._used = True
        server, body = self._subscription.server, {"fault": fault, **fields}
        if not everywhere:
            return AsmFault(server, self._subscription.control("POST", "faults", body))
        rule = AsmFault(server, server.control("POST", "/faults", body))
        self._everywhere.append(rule.id)
        return rule

    @property
    def rules(self) -> list[AsmFault]:
        """The rules that were added and not removed, in the order in which calls are offered to them."""
        return [AsmFault(self._subscription.server, one) for one in self._shown()]

    @property
    def unfired(self) -> list[AsmFault]:
        """Of the rules those that have never fired."""
        return [AsmFault(self._subscription.server, one) for one in self._shown() if not one["hits"]]

    def clear(self) -> None:
        """Remove all the rules that were added."""
        for rule in self.rules:
            rule.clear()

    def _shown(self) -> list[Mapping[str, Any]]:
        known = self._subscription.server.control("GET", "/faults")["faults"]
        mine = self._subscription.id.lower()
        return [one for one in known if one["subscription"] == mine or one["id"] in self._everywhere]

    def end(self) -> None:
        """Remove what is left when a test is over; costs nothing where nothing was added."""
        if self._used:
            self.clear()
