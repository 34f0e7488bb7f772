"""The control API: plain HTTP with JSON, by default on the loopback address. `emulator.control.routes` has its table.

The routes for snapshots are in snapshot_views.py.

Requests whose Host is no loopback name, and none that the settings give, are refused, and so are those that a page of
another origin makes a browser send: no page elsewhere can steer an emulator, not by rebinding a name either. Where
others can reach it, a token has to be shown, too.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException

from emulator.control import metrics, token
from emulator.control.routes import PARAMETER, ROUTES
from emulator.pipeline import SUBSCRIPTION
from emulator.settings import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.control.routes import Route, Served


CHALLENGE = 'Bearer, Basic realm="asm-emulator: the token as the password", charset="UTF-8"'
"""Programs show the token as a bearer's, browsers as the password of whatever name."""


def create_control_app(emulator: Served) -> Flask:
    """Return the WSGI application that steers `emulator`."""
    app = Flask("emulator.control", static_folder=None)
    app.before_request(_from_here({*LOOPBACK, emulator.settings.control_host, *emulator.settings.hostname}))
    app.register_error_handler(HTTPException, _refused)
    for route in ROUTES:
        path = PARAMETER.sub(r"<\1>", route.path)
        app.add_url_rule(
            path, route.name, _view(route, emulator), methods=[route.method], provide_automatic_options=False
        )
    return app


def _from_here(names: set[str]) -> Callable[[], None]:
    def check() -> None:
        """Refuse what a page elsewhere makes a browser send, who may have rebound its own name to this address."""
        if urlsplit(f"//{request.host}").hostname not in names:
            abort(403, "The control API answers only to a loopback host name, or to one that it was given.")
        origin = request.headers.get("Origin")
        if origin is not None and origin.partition("://")[2] != request.host:
            abort(403, "The control API does nothing for the pages of another origin.")

    return check


def _refused(error: HTTPException) -> Response:
    """Say in JSON what was wrong."""
    refusal = _json({"error": error.description}, error.code or 500)
    if error.code == HTTPStatus.UNAUTHORIZED:
        refusal.headers["WWW-Authenticate"] = CHALLENGE
    return refusal


def _view(route: Route, emulator: Served) -> Callable[..., Response]:
    def view(**parameters: Any) -> Response:
        if not route.open:
            check_token(emulator.control_token)
        subscription_id = parameters.get("subscription_id")
        if subscription_id is not None and SUBSCRIPTION.fullmatch(subscription_id) is None:
            abort(404, f"{subscription_id!r} can be no subscription id.")
        if route.body is not None:
            parameters["body"] = _body(route.body)
        if route.query is not None:
            parameters["query"] = _query(route.query)
        answer = route.view(emulator, **parameters)
        if route.answers is str:
            return Response(answer, route.status, content_type=metrics.MEDIA_TYPE)
        return _json(answer, route.status)

    return view


def check_token(wanted: str | None) -> None:
    """Refuse a request that does not show the token, where one is wanted."""
    if wanted is not None and not token.is_shown(request.headers.get("Authorization", ""), wanted):
        abort(401, "The control API needs its token: Authorization: Bearer TOKEN. It is in control.token, in --certs.")


def _json(answer: object, status: int) -> Response:
    return Response(msgspec.json.encode(answer), status, mimetype="application/json")


def _body(wanted: Any) -> Any:
    try:
        return msgspec.json.decode(request.get_data(), type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        names = getattr(wanted, "__struct_fields__", ())
        what = f"has to be a JSON object{' with ' if names else ''}{', '.join(names)}"
        abort(400, f"The body {what}: {error}")


def _query(wanted: Any) -> Any:
    try:
        return msgspec.convert(request.args.to_dict(), wanted, strict=False)
    except msgspec.ValidationError as error:
        abort(400, f"The query takes {', '.join(wanted.__struct_fields__)}: {error}")
