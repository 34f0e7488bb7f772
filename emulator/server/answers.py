"""An answer as a value, and its bytes on the wire. Knows no sockets and no application."""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from emulator.server.heads import Request

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

COPIED_BYTES = 16 * 1024
"""A body below this goes out in one piece with its head; above, the copy would cost more than the second write."""

BODILESS = {"204", "304"}

STATUS = re.compile(r"[2-9]\d\d .+")

ERROR_BODY = (
    '<Error xmlns="http://schemas.microsoft.com/windowsazure" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
    "<Code>{code}</Code><Message>{message}</Message></Error>"
)


Encoded = tuple[list[bytes], bool]


class Answer(NamedTuple):
    """What an application answers: the whole of it, in memory."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def error_answer(status: str, message: str) -> Answer:
    """Return an answer in the API's own plain form; its code is the reason phrase without the spaces."""
    body = ERROR_BODY.format(code=status[4:].replace(" ", ""), message=message).encode()
    return Answer(status, [("Content-Type", "application/xml; charset=utf-8")], body)


INTERNAL_ERROR = error_answer("500 Internal Server Error", "The server encountered an internal error.")


def encode_answer(answer: Answer, request: Request | None, *, keep_alive: bool) -> Encoded:
    """Return the bytes of an answer, and whether the connection stays open after it.

    `request` is None where none could be read. Raises ValueError for an answer that would not be HTTP, such as one
    with a line break in a header or with a Content-Length that is not its body's.
    """
    status, headers, body = answer
    seen = {name.lower(): value for name, value in headers}
    shown = [pair for pair in headers if pair[0].lower() != "connection"] if "connection" in seen else headers
    lines = [_status_line(status), *map(": ".join, shown)]  # refuses what is no text
    keep_alive = keep_alive and seen.get("connection", "").lower() != "close"
    lines += _server_headers(seen, request, keep_alive=keep_alive)
    if status[:3] in BODILESS:
        return [_encode_head(lines)], keep_alive
    if "content-length" not in seen:
        lines.append(f"Content-Length: {len(body)}")
    if request is not None and request.method == "HEAD":
        return [_encode_head(lines)], keep_alive
    _check_length(seen, len(body))
    head = _encode_head(lines)
    return [head + body] if len(body) < COPIED_BYTES else [head, body], keep_alive


@lru_cache(maxsize=64)
def _status_line(status: str) -> str:
    if not STATUS.fullmatch(status):
        raise ValueError(f"{status!r} is no status and reason")
    return f"HTTP/1.1 {status}"


def _server_headers(seen: dict[str, str], request: Request | None, *, keep_alive: bool) -> list[str]:
    lines = [] if "date" in seen else [_date_header(int(time.time()))]
    if not keep_alive:
        lines.append("Connection: close")
    elif request is not None and request.is_http10:
        lines.append("Connection: keep-alive")
    return lines


def _check_length(seen: dict[str, str], length: int) -> None:
    if "transfer-encoding" in seen:
        raise ValueError("the transfer coding is not the application's business")
    declared = seen.get("content-length")
    if declared is not None and declared != str(length):
        raise ValueError(f"Content-Length is {declared}, the body has {length} bytes")


def _encode_head(lines: list[str]) -> bytes:
    head = "\r\n".join(lines)
    breaks = len(lines) - 1
    if head.count("\n") != breaks or head.count("\r") != breaks or "\0" in head:
        raise ValueError("a header has a line break or a NUL in it")
    return f"{head}\r\n\r\n".encode("latin-1")


@lru_cache(maxsize=1)
def _date_header(second: int) -> str:
    return f"Date: {formatdate(second, usegmt=True)}"
