"""The control API's routes for faults; what they say is in fault_rules.py, what they do in faults.py.

    GET    /faults        the rules of all subscriptions and of the emulator, with how often each has fired
    POST   /faults        {"fault": "refuse", "operation": "ListLocations", "count": 2}: one more, for all subscriptions
    DELETE /faults        remove all; /faults/{id} removes one

The same below /subscriptions/{id} for the rules of one subscription.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, jsonify, request

from emulator.pipeline import SUBSCRIPTION

if TYPE_CHECKING:
    from emulator.control.faults import Faults, Standing


def add_fault_routes(app: Flask, faults: Faults) -> None:
    """Let a control application steer the faults of its emulator."""
    views = FaultViews(faults)
    for where, name in (("", "all"), ("/subscriptions/<subscription_id>", "one")):
        app.add_url_rule(f"{where}/faults", f"list_{name}_faults", views.list)
        app.add_url_rule(f"{where}/faults", f"add_{name}_faults", views.add, methods=["POST"])
        app.add_url_rule(f"{where}/faults", f"clear_{name}_faults", views.clear, methods=["DELETE"])
        app.add_url_rule(f"{where}/faults/<rule_id>", f"clear_{name}_fault", views.clear, methods=["DELETE"])


class FaultViews:
    """The views: each does one thing to the faults and answers with what came of it."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    def list(self, subscription_id: str | None = None) -> Response:
        """Show rules with their hits, in the order they were added."""
        return jsonify(faults=[_shown(one) for one in self.faults.standing(subscription_id)])

    def add(self, subscription_id: str | None = None) -> tuple[Response, int]:
        """Add a rule, and show it with its id."""
        from emulator.control.fault_rules import RuleError, read  # noqa: PLC0415 - start-up time
        from emulator.surface import rows  # noqa: PLC0415

        body = request.get_json(silent=True, force=True)
        if not isinstance(body, dict):
            abort(400, "The body has to be a JSON object with a fault.")
        if subscription_id is not None and SUBSCRIPTION.fullmatch(subscription_id) is None:
            abort(400, f"{subscription_id!r} can be no subscription id.")
        try:
            rule = read(body, subscription_id, rows())
        except RuleError as error:
            abort(400, str(error))
        return jsonify(_shown(self.faults.add(rule, subscription_id))), 201

    def clear(self, subscription_id: str | None = None, rule_id: str | None = None) -> Response:
        """Remove one rule or all, and tell how many went."""
        removed = self.faults.remove(subscription_id, rule_id)
        if rule_id is not None and not removed:
            abort(404, f"there is no rule {rule_id!r}")
        return jsonify(removed=removed)


def _shown(one: Standing) -> dict[str, Any]:
    from emulator.control.fault_rules import shown  # noqa: PLC0415 - start-up time

    return {"id": one.id, "subscription": one.subscription, "hits": one.hits, "rule": shown(one.rule)}
