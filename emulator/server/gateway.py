"""Runs a WSGI application for one request and takes up its whole answer. Knows no sockets."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from emulator.server.answers import INTERNAL_ERROR, Answer, Encoded, encode_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from emulator.server.heads import Request

    ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

log = logging.getLogger("emulator.server")


def answer_request(app: WSGIApplication, request: Request, keep_alive: Callable[[], bool]) -> Encoded:
    """Return the bytes of the application's answer, and whether the connection stays open after it.

    `keep_alive` is asked afterwards whether it may: the server may have begun to stop meanwhile.
    Never raises: what the application does wrong is logged and becomes an answer 500. The whole body is gathered
    first, so that this holds for what goes wrong in the middle of it, too.
    """
    try:
        answer = _call(app, request.environ)
        return encode_answer(answer, request, keep_alive=keep_alive())
    except BaseException:
        log.exception("the application failed on %s %s", request.method, request.environ["REQUEST_URI"])
        return encode_answer(INTERNAL_ERROR, request, keep_alive=keep_alive())


def _call(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    pieces: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        if started and exc_info is None:
            raise RuntimeError("start_response was called twice")
        started[:] = [(status, headers)]
        return pieces.append

    iterable: Iterable[bytes] = app(environ, start_response)
    try:
        pieces.extend(iterable)
    finally:
        close: Any = getattr(iterable, "close", None)
        if close is not None:
            close()
    status, headers = started[0]
    return Answer(status, headers, b"".join(pieces))
