"""The control API's views of faults; what rules say is in fault_rules.py, what becomes of them in faults.py.

    GET    /faults        the rules of all subscriptions and those of none, with how often each has fired
    POST   /faults        {"fault": "refuse", "operation": "ListLocations", "count": 2}: one more, for all subscriptions
    DELETE /faults        remove all; /faults/{id} removes one

The same below /subscriptions/{id} for the rules of one subscription. The views are functions of the emulator, of what
is in the path and of the body, and know no web framework.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from werkzeug.exceptions import BadRequest, NotFound

from emulator.pipeline import SUBSCRIPTION

if TYPE_CHECKING:
    from emulator.control.faults import Standing
    from emulator.control.routes import Served


class FaultShown(Struct, frozen=True, kw_only=True):
    """A rule as it was given, without what goes without saying, and how often it has fired."""

    id: str
    subscription: str | None
    hits: int
    rule: dict[str, Any]


class FaultsShown(Struct, frozen=True, kw_only=True):
    """Rules in the order they were added, which is that in which calls are offered to them."""

    faults: list[FaultShown]


class FaultsRemoved(Struct, frozen=True, kw_only=True):
    """How many rules were removed."""

    removed: int


def list_faults(emulator: Served, subscription_id: str | None = None) -> FaultsShown:
    """Show the rules of what is broken on purpose, with their hits."""
    return FaultsShown(faults=[_shown(one) for one in emulator.faults.standing(subscription_id)])


def add_fault(emulator: Served, body: dict[str, Any], subscription_id: str | None = None) -> FaultShown:
    """Add a rule of what is to break; one that can match nothing is refused."""
    from emulator.control.fault_rules import RuleError, read  # noqa: PLC0415 - start-up time
    from emulator.surface import rows  # noqa: PLC0415

    if subscription_id is not None and SUBSCRIPTION.fullmatch(subscription_id) is None:
        raise BadRequest(f"{subscription_id!r} can be no subscription id.")
    try:
        rule = read(body, subscription_id, rows())
    except RuleError as error:
        raise BadRequest(str(error)) from None
    return _shown(emulator.faults.add(rule, subscription_id))


def clear_faults(emulator: Served, subscription_id: str | None = None, rule_id: str | None = None) -> FaultsRemoved:
    """Remove one rule, or all."""
    removed = emulator.faults.remove(subscription_id, rule_id)
    if rule_id is not None and not removed:
        raise NotFound(f"There is no rule {rule_id!r}.")
    return FaultsRemoved(removed=removed)


def _shown(one: Standing) -> FaultShown:
    from emulator.control.fault_rules import shown  # noqa: PLC0415 - start-up time

    return FaultShown(id=one.id, subscription=one.subscription, hits=one.hits, rule=shown(one.rule))
