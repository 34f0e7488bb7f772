"""The control API: plain HTTP with JSON, on the loopback address.

    GET  /health                      is the management API served, and where
    POST /identities                  {"subscription": id, "certificate": base64 of DER} opens a subscription to it
    GET  /subscriptions/{id}/clock    now, mode and the pending schedule
    POST /subscriptions/{id}/clock    {"mode": "manual"}, {"advance": seconds} or {"advance": "next" | "quiet"}
    GET  /subscriptions/{id}/quotas   what the subscription may have, by name
    PUT  /subscriptions/{id}/quotas   {"max_core_count": 2}: these are its own from now on, all others the catalog's
    GET  /subscriptions/{id}/timings  how long things take in it, in seconds by name; PUT as for quotas
    POST /reset                       forget everything; /subscriptions/{id}/reset forgets one subscription
    /faults                           what is broken on purpose: see fault_views.py

Requests whose Host is no loopback name, and none that the settings give, are refused, so that no page in a browser
can steer an emulator by rebinding a name.
"""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, request
from msgspec import structs, to_builtins
from werkzeug.exceptions import BadRequest, HTTPException

from emulator.app import register
from emulator.control.fault_views import add_fault_routes
from emulator.domain.clock import Pace
from emulator.domain.errors import ServiceError

if TYPE_CHECKING:
    from emulator.catalog import Catalog
    from emulator.control.faults import Faults
    from emulator.domain.clock import Event
    from emulator.domain.world import Subscription, World
    from emulator.settings import Settings

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
LONGEST = 10**9
"""Seconds that one call may move a clock, or that something may take: thirty years."""
MOST_EVENTS = 100_000
"""Events that one call may fire: a schedule that never gets quiet ends there."""

NUMBERS = {"quotas": "a whole number", "timings": "seconds"}
"""What of a subscription's catalog can be set, and what the numbers are."""


class Served(Protocol):
    """What the control API has to know of the emulator that it steers."""

    @property
    def world(self) -> World:
        """The world that is served."""

    @property
    def faults(self) -> Faults:
        """What is broken on purpose."""

    @property
    def settings(self) -> Settings:
        """How it was started."""

    @property
    def endpoint(self) -> str:
        """The address of the management API."""


def create_control_app(emulator: Served) -> Flask:
    """Return the WSGI application that steers `emulator`."""
    app = Flask("emulator.control", static_folder=None)
    control = Control(emulator)
    app.before_request(control.from_here)
    app.register_error_handler(HTTPException, control.refused)
    app.add_url_rule("/health", view_func=control.health)
    app.add_url_rule("/identities", view_func=control.add_identity, methods=["POST"])
    app.add_url_rule("/reset", view_func=control.reset, methods=["POST"])
    one = "/subscriptions/<subscription_id>"
    app.add_url_rule(f"{one}/reset", "reset_one", control.reset, methods=["POST"])
    app.add_url_rule(f"{one}/clock", view_func=control.clock)
    app.add_url_rule(f"{one}/clock", view_func=control.move_clock, methods=["POST"])
    for numbers in NUMBERS:
        app.add_url_rule(f"{one}/{numbers}", f"get_{numbers}", control.numbers, defaults={"of": numbers})
        app.add_url_rule(
            f"{one}/{numbers}", f"set_{numbers}", control.set_numbers, defaults={"of": numbers}, methods=["PUT"]
        )
    add_fault_routes(app, emulator)
    return app


class Control:
    """The views: each does one thing to an emulator and answers with what came of it."""

    def __init__(self, emulator: Served) -> None:
        self.emulator, self.world = emulator, emulator.world
        self.names = {*LOOPBACK, emulator.settings.control_host, *emulator.settings.hostname}

    def from_here(self) -> None:
        """Refuse a request whose Host is no name of this one: a page in a browser may have rebound its own."""
        if urlsplit(f"//{request.host}").hostname not in self.names:
            abort(403, "The control API answers only to a loopback host name, or to one that it was given.")

    def refused(self, error: HTTPException) -> tuple[Response, int]:
        """Say in JSON what was wrong."""
        return jsonify(error=error.description), error.code or 500

    def health(self) -> Response:
        """Tell that the management API is served, and where."""
        return jsonify(status="serving", endpoint=self.emulator.endpoint, subscriptions=len(self.world.subscriptions))

    def add_identity(self) -> tuple[Response, int]:
        """Let a certificate open a subscription."""
        body = _json("subscription", "certificate")
        try:
            der = base64.b64decode(str(body["certificate"]), validate=True)
            thumbprint = register(self.world, str(body["subscription"]), der)
        except (binascii.Error, ServiceError) as error:
            abort(400, f"certificate: {error}")
        return jsonify(subscription=body["subscription"], thumbprint=thumbprint), 201

    def reset(self, subscription_id: str | None = None) -> Response:
        """Forget everything, or one subscription."""
        self.world.reset(subscription_id)
        self.emulator.faults.forget(subscription_id)
        return jsonify(status="reset")

    def clock(self, subscription_id: str) -> Response:
        """Show a subscription's time and schedule."""
        subscription = self.world.subscription(subscription_id)
        with self.world.lock_of(subscription):
            return jsonify(_shown(subscription))

    def move_clock(self, subscription_id: str) -> Response:
        """Set a clock's mode or move it, and tell what happened."""
        subscription = self.world.subscription(subscription_id)
        body = _json()
        with self.world.lock_of(subscription):
            fired = _moved(subscription, body)
            return jsonify({**_shown(subscription), "fired": [_event(event) for event in fired]})

    def numbers(self, subscription_id: str, of: str) -> Response:
        """Show a subscription's quotas or timings."""
        subscription = self.world.subscription(subscription_id)
        with self.world.lock_of(subscription):
            return jsonify(_numbers(subscription.catalog, of))

    def set_numbers(self, subscription_id: str, of: str) -> Response:
        """Give a subscription quotas or timings of its own, and show them all."""
        subscription = self.world.subscription(subscription_id)
        asked = _checked(_json(), of, _numbers(self.world.catalog, of))
        with self.world.lock_of(subscription):
            subscription.override(**{of: asked})
            return jsonify(_numbers(subscription.catalog, of))


def _json(*needed: str) -> dict[str, Any]:
    body = request.get_json(silent=True, force=True)
    if not isinstance(body, dict) or not all(name in body for name in needed):
        wanted = " and ".join(needed) or "what to do"
        abort(400, f"The body has to be a JSON object with {wanted}.")
    return body


def _shown(subscription: Subscription) -> dict[str, Any]:
    clock = subscription.clock
    return {"now": clock.now.isoformat(), "mode": str(clock.pace), "pending": [_event(e) for e in clock.pending()]}


def _event(event: Event) -> dict[str, Any]:
    shown: dict[str, Any] = to_builtins(event)
    return {**shown, "resource": "/".join(event.resource)}


def _numbers(catalog: Catalog, of: str) -> dict[str, Any]:
    return structs.asdict(catalog.quotas) if of == "quotas" else dict(catalog.timings)


def _checked(asked: dict[str, Any], of: str, known: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked if its names are known and its values are numbers of the kind."""
    kinds = int if of == "quotas" else int | float
    for name, value in asked.items():
        if name not in known:
            abort(400, f"{of}: {name!r} is none; there are {', '.join(known)}")
        if not isinstance(value, kinds) or isinstance(value, bool) or not 0 <= value <= LONGEST:
            abort(400, f"{of}: {name} takes {NUMBERS[of]} from 0 to {LONGEST}, not {value!r}")
    return asked


def _moved(subscription: Subscription, body: dict[str, Any]) -> list[Event]:
    """Do what a body says to a clock and return the events that fired."""
    if "mode" in body:
        try:
            subscription.clock.pace = Pace.parse(str(body["mode"]))
        except ValueError as error:
            abort(400, f"mode: {body['mode']!r} is not {error}")
    match body.get("advance"):
        case None:
            return []
        case "next":
            event = subscription.clock.next_event()
            return subscription.advance_to(event.due) if event else []
        case "quiet":
            return subscription.advance_until_quiet(MOST_EVENTS)
        case int() | float() as seconds if 0 <= seconds <= LONGEST:
            return subscription.advance_to(subscription.now + timedelta(seconds=seconds))
        case _:
            raise BadRequest(f'advance: takes up to {LONGEST} seconds, "next" or "quiet"')
