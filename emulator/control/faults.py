"""Faults on purpose: which rules there are, which calls they take, and how often each has fired.

A call is offered to the rules in the order in which they were added; the first that takes it has it, and the others do
not see it. What a rule matches and does is its own business: see fault_rules.py, which is imported with the first rule.
Knows calls and answers; no HTTP of the control API.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.control.fault_rules import Fault, Rule, Stall
    from emulator.domain.world import World
    from emulator.pipeline import Answer, Call

HEADER = "x-asm-emulator-fault"

KEPT = 10_000
"""Of how many operations it is remembered which rule they are under; the oldest of more are forgotten."""


class Standing(Struct):
    """A rule that was added. `subscription` is the id (lower case) of the one it belongs to, None for all.

    `seen` counts the calls that it matched, `hits` those at which it fired.
    """

    id: str
    subscription: str | None
    rule: Rule
    seen: int = 0
    hits: int = 0

    def takes(self) -> bool:
        """Count one more call that the rule matches, and tell whether it fires."""
        self.seen += 1
        rule = self.rule
        fires = self.seen >= rule.nth and (rule.count == "all" or self.seen < rule.nth + rule.count)
        self.hits += fires
        return fires

    def give_back(self) -> None:
        """Uncount a call that the fault did not come to, as it was refused in earnest."""
        self.seen -= 1
        self.hits -= 1


class Faults:
    """The rules of one emulator; a watcher of its pipeline. Any thread may call any method."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._lock = threading.Lock()
        self._added = 0
        # Never changed in place, so that who goes through them needs no lock.
        self._rules: tuple[tuple[Standing, Fault], ...] = ()
        self._stalls: tuple[tuple[Standing, Stall], ...] = ()
        self._operations: dict[tuple[str, str], str] = {}  # (subscription, operation) -> the rule that it is under

    # ---- the rules

    def add(self, rule: Rule, subscription_id: str | None = None) -> Standing:
        """Add a rule that was read, for one subscription or for all, and return how it stands."""
        from emulator.control.fault_rules import Fault, Stall  # noqa: PLC0415 - start-up time

        with self._lock:
            self._added += 1
            standing = Standing(f"fault-{self._added}", subscription_id and subscription_id.lower(), rule)
            if isinstance(rule, Stall):
                self._stalls = (*self._stalls, (standing, rule))
            elif isinstance(rule, Fault):
                self._rules = (*self._rules, (standing, rule))
        return standing

    def standing(self, subscription_id: str | None = None) -> list[Standing]:
        """Return the rules of one subscription or, for None, all that there are, in the order they were added."""
        found = (standing for standing, _ in (*self._rules, *self._stalls))
        return sorted(_of(found, subscription_id), key=lambda one: int(one.id.rpartition("-")[2]))

    def remove(self, subscription_id: str | None = None, rule_id: str | None = None) -> int:
        """Remove the rules of one subscription, or all that there are, or of these the one of that id; tell how many.

        What has begun under a rule goes on.
        """
        with self._lock:
            gone = {one.id for one in self.standing(subscription_id) if rule_id in (None, one.id)}
            self._rules = tuple(pair for pair in self._rules if pair[0].id not in gone)
            self._stalls = tuple(pair for pair in self._stalls if pair[0].id not in gone)
        return len(gone)

    def forget(self, subscription_id: str | None = None) -> None:
        """Remove the rules of a subscription that is made anew, or all, with what they have done."""
        self.remove(subscription_id)
        with self._lock:
            self._operations = {
                key: rule
                for key, rule in self._operations.items()
                if subscription_id is not None and key[0] != subscription_id.lower()
            }

    # ---- as a watcher

    def reached(self, call: Call) -> Answer | None:
        """Let the first rule that takes the call do what comes before it is carried out."""
        if not self._rules:
            return None
        for standing, rule in self._rules:
            if standing.subscription not in (None, call.subscription and call.subscription.id):
                continue
            if rule.matches(call) and self._takes(standing):
                call.fault = standing, rule
                return rule.before(call, self.world)
        return None

    def answered(self, call: Call, answer: Answer) -> Answer:
        """Let the rule that took the call do what comes after it, and name it in a header."""
        if call.fault is None:
            return self._polled(call, answer) if self._operations else answer
        standing, rule = call.fault
        changed: Answer | None = rule.after(call, answer)
        if changed is None:
            with self._lock:
                standing.give_back()
            return answer
        if call.fate is not None and call.tracked is not None and call.subscription is not None:
            with self._lock:
                self._operations[call.subscription.id, call.tracked.id] = standing.id
                if len(self._operations) > KEPT:
                    del self._operations[next(iter(self._operations))]
        return _signed(changed, standing.id)

    def _polled(self, call: Call, answer: Answer) -> Answer:
        """Name the rule also to who asks how an operation under it goes."""
        if call.operation is None or call.operation.name != "GetOperationStatus" or call.subscription is None:
            return answer
        rule = self._operations.get((call.subscription.id, call.segments[-1].replace("-", "").lower()))
        return answer if rule is None else _signed(answer, rule)

    def stall(self, client: str) -> float:
        """Return for how many seconds a new connection from that address is to hear nothing, 0 if it is served."""
        for standing, rule in self._stalls:
            if rule.client in (None, client) and self._takes(standing):
                return rule.seconds
        return 0.0

    def _takes(self, standing: Standing) -> bool:
        with self._lock:
            return standing.takes()


def _signed(answer: Answer, rule_id: str) -> Answer:
    return answer._replace(headers=[*answer.headers, (HEADER, rule_id)])


def _of(found: Iterator[Standing], subscription_id: str | None) -> list[Standing]:
    return [one for one in found if subscription_id is None or one.subscription == subscription_id.lower()]
