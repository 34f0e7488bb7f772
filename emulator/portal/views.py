"""The pages of the portal, a function each; every one is made on the server, and none needs a script.

    GET  /portal/                                          the emulator and its subscriptions
    GET  /portal/subscriptions/{id}                        what is in one, its time, its operations, its journal
    GET  /portal/subscriptions/{id}/{collection}/{key}     one resource, all that is known of it
    GET  /portal/subscriptions/{id}/requests/{request_id}  why a request was answered as it was
    GET  /portal/faults                                    what is broken on purpose
    GET  /portal/operations                                which operations of the API are served
    POST ...                                               moves a clock, adds or removes a fault, resets, forgets

They know what the control API's own functions tell them, and do nothing that it could not.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Flask, Response, abort, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from emulator.control import clock, fault_views, journal_views, views
from emulator.control.api import CHALLENGE, check_token
from emulator.portal import resources
from emulator.surface import rows
from emulator.version import VERSION

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from emulator.control.journal import Exchange
    from emulator.control.routes import Served
    from emulator.domain.world import Subscription

LATEST = 50
"""How many exchanges, operations or subscriptions a page lists: the last ones."""

REFRESHES = range(1, 3601)
"""Seconds after which a page may have itself loaded anew."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

ONE = "/subscriptions/<subscription_id>"


def add_portal(app: Flask, emulator: Served) -> None:
    """Add the pages about an emulator to the application of its control API."""
    portal = Blueprint(
        "portal", "emulator.portal", url_prefix="/portal", template_folder="templates", static_folder="static"
    )
    pages = Pages(emulator)
    portal.before_request(lambda: check_token(emulator.control_token))
    portal.after_request(_guarded)
    portal.register_error_handler(HTTPException, _refused)
    portal.context_processor(lambda: {"emulator": emulator, "refresh": _refresh(), "version": VERSION})
    for path, view in (
        ("/", pages.overview),
        (ONE, pages.subscription),
        (f"{ONE}/<collection>/<path:key>", pages.record),
        (f"{ONE}/requests/<request_id>", pages.explanation),
        ("/faults", pages.faults),
        ("/operations", pages.operations),
    ):
        portal.add_url_rule(path, view_func=view)
    for path, does in (
        ("/reset", pages.reset),
        (f"{ONE}/reset", pages.reset),
        ("/clock", pages.move_clock),
        (f"{ONE}/clock", pages.move_clock),
        (f"{ONE}/journal", pages.forget_journal),
        ("/faults", pages.add_fault),
        ("/faults/<rule_id>", pages.remove_fault),
    ):
        portal.add_url_rule(path, view_func=does, methods=["POST"])
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.register_blueprint(portal)
    app.add_url_rule("/", "portal", lambda: redirect(url_for("portal.overview")))


class Pages:
    """The views of one emulator."""

    def __init__(self, emulator: Served) -> None:
        self._emulator = emulator

    # ---- what is shown

    def overview(self) -> str:
        """The emulator and its subscriptions."""
        emulator = self._emulator
        known = list(emulator.world.subscriptions.values())
        return render_template(
            "overview.html",
            serves=emulator.answers(),
            pace=str(emulator.world.pace),
            count=len(known),
            subscriptions=[(one, resources.counted(one)) for one in reversed(known[-LATEST:])],
            settings=views.settings(emulator),
            faults=fault_views.list_faults(emulator).faults,
        )

    def subscription(self, subscription_id: str) -> str:
        """What is in one subscription, its time, its operations and its journal."""
        subscription = self._known(subscription_id)
        with self._emulator.world.lock_of(subscription):
            collections = resources.collections(subscription)
            operations = resources.operations(subscription, LATEST)
        return render_template(
            "subscription.html",
            id=subscription_id.lower(),
            clock=clock.show(self._emulator, subscription_id, most=resources.SHOWN),
            scheduled=len(subscription.clock.schedule),
            collections=collections,
            operations=operations,
            exchanges=self._exchanges(subscription_id),
            faults=fault_views.list_faults(self._emulator, subscription_id).faults,
            fired=request.args.get("fired", type=int),
        )

    def record(self, subscription_id: str, collection: str, key: str) -> str:
        """One resource, and all that is known of it."""
        subscription = self._known(subscription_id)
        with self._emulator.world.lock_of(subscription):
            found = resources.record_of(subscription, collection, key)
        if found is None:
            abort(404, f"There is no {key!r} among the {collection.replace('_', ' ')} of this subscription.")
        return render_template(
            "record.html",
            id=subscription_id.lower(),
            collection=collection,
            key=key,
            record=found,
        )

    def explanation(self, subscription_id: str, request_id: str) -> str:
        """Why a request was answered as it was."""
        told = journal_views.explained(self._emulator, request_id, subscription_id)
        return render_template("explanation.html", id=subscription_id.lower(), told=told)

    def faults(self) -> str:
        """What is broken on purpose."""
        return render_template("faults.html", faults=fault_views.list_faults(self._emulator).faults, rule="")

    def operations(self) -> str:
        """Which operations of the API are served, by family."""
        families: dict[str, list[Any]] = {}
        for row in rows(frozenset(self._emulator.world.services)):
            families.setdefault(row.family, []).append(row)
        return render_template("operations.html", families=families)

    # ---- what is done

    def reset(self, subscription_id: str | None = None) -> AnyResponse:
        """Forget everything, or one subscription."""
        views.reset(self._emulator, subscription_id)
        return _back_to("overview")

    def move_clock(self, subscription_id: str | None = None) -> AnyResponse:
        """Set the mode of a clock, or of all, or move it."""
        given = {name: value.strip() for name, value in request.form.items() if value.strip()}
        try:
            change = msgspec.convert(_with_number(given), clock.ClockChange)
        except msgspec.ValidationError as error:
            abort(400, f"The clock: {error}")
        if subscription_id is None:
            clock.move_all(self._emulator, change)
            return _back_to("overview")
        self._known(subscription_id)
        moved = clock.move(self._emulator, subscription_id, change)
        return _back_to("subscription", subscription_id=subscription_id, fired=len(moved.fired))

    def forget_journal(self, subscription_id: str) -> AnyResponse:
        """Forget what was asked and answered."""
        journal_views.forget(self._emulator, subscription_id)
        return _back_to("subscription", subscription_id=subscription_id)

    def add_fault(self) -> AnyResponse:
        """Add a rule, given as JSON."""
        try:
            rule = msgspec.json.decode(request.form.get("rule", ""), type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:
            abort(400, f"The rule has to be a JSON object: {error}")
        subscription_id = request.form.get("subscription", "").strip() or None
        fault_views.add_fault(self._emulator, rule, subscription_id)
        return _back_to("faults")

    def remove_fault(self, rule_id: str) -> AnyResponse:
        """Remove a rule."""
        subscription_id = request.form.get("subscription") or None
        fault_views.clear_faults(self._emulator, subscription_id, rule_id)
        return _back_to("faults")

    # ---- what they need

    def _known(self, subscription_id: str) -> Subscription:
        """Return a subscription, which exists from its first use; looking is none, so another id is refused."""
        found = self._emulator.world.subscriptions.get(subscription_id.lower())
        if found is None:
            abort(404, f"Nobody has used the subscription {subscription_id!r} yet.")
        return found

    def _exchanges(self, subscription_id: str) -> list[Exchange]:
        wanted = journal_views.Wanted(limit=LATEST)
        return journal_views.entries(self._emulator, wanted, subscription_id).exchanges[::-1]


def _with_number(given: dict[str, str]) -> dict[str, Any]:
    """Return what a form said of a clock, with seconds as the number that they are."""
    try:
        return {**given, "advance": float(given["advance"])}
    except (KeyError, ValueError):
        return dict(given)


def _back_to(page: str, **parameters: Any) -> AnyResponse:
    return redirect(url_for(f"portal.{page}", **parameters), HTTPStatus.SEE_OTHER)


def _refresh() -> int | None:
    seconds = request.args.get("refresh", type=int)
    return seconds if seconds in REFRESHES else None


def _guarded(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


def _refused(error: HTTPException) -> AnyResponse:
    """Say on a page what was wrong."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    page = Response(render_template("refused.html", error=error), error.code)
    if error.code == HTTPStatus.UNAUTHORIZED:
        page.headers["WWW-Authenticate"] = CHALLENGE
    return page
