"""Reads the head of an HTTP/1.x request into a WSGI environ.

Pure: bytes in, values out. Knows no sockets, no TLS, no application.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

CONTROLS = bytes(code for code in range(32) if code not in b"\t\r\n") + b"\x7f"
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
"""Names of methods and headers: some of them are remembered, and one could be as long as a whole head."""
ABSOLUTE_TARGET = re.compile(r"https?://([^/?#]+)([^?#]*)(.*)", re.IGNORECASE)
VERSION = re.compile(r"HTTP/(\d)\.\d")


class RefusedRequest(Exception):  # noqa: N818 - the client's error, answered to it
    """The request cannot be read; the connection is of no further use."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


def bad_request(message: str) -> RefusedRequest:
    """Return the refusal of something that is not HTTP."""
    return RefusedRequest("400 Bad Request", message)


def too_large() -> RefusedRequest:
    """Return the refusal of a body above the limit."""
    return RefusedRequest("413 Request Entity Too Large", "The request body exceeds the maximum size.")


@dataclass(slots=True)
class Request:
    """A request whose head is known."""

    environ: WSGIEnvironment
    method: str
    keep_alive: bool
    """Whether the client wants to go on with the connection."""

    is_http10: bool
    expects_continue: bool
    body_length: int | None
    """None: chunked."""


def parse_head(head: bytes, base: WSGIEnvironment) -> Request:
    """Read a request's head, without the empty line at its end, into a copy of the environ `base`.

    Raises RefusedRequest.
    """
    text = head.decode("latin-1")
    lines = text.split("\r\n")
    breaks = len(lines) - 1
    if text.count("\n") != breaks or text.count("\r") != breaks or len(head.translate(None, CONTROLS)) != len(head):
        raise bad_request("The request head has a control character in it.")
    environ = base.copy()
    method, version, authority = _read_request_line(lines[0], environ)
    _read_headers(lines, environ)
    if authority:
        environ["HTTP_HOST"] = authority
    is_http10 = version == "HTTP/1.0"
    if "HTTP_HOST" not in environ and not is_http10:
        raise bad_request("The request has no Host header.")
    connection = environ.get("HTTP_CONNECTION", "").lower()
    return Request(
        environ=environ,
        method=method,
        keep_alive="keep-alive" in connection if is_http10 else "close" not in connection,
        is_http10=is_http10,
        expects_continue=not is_http10 and environ.get("HTTP_EXPECT", "").lower() == "100-continue",
        body_length=_body_length(environ, is_http10=is_http10),
    )


def _read_request_line(line: str, environ: WSGIEnvironment) -> tuple[str, str, str]:
    """Return method, version and the authority of an absolute target, or "" for the usual kind."""
    try:
        method, target, version = line.split(" ")
        _require_token(method)
    except ValueError:
        raise bad_request("The request line is not METHOD SP TARGET SP VERSION.") from None
    _require_version(version)
    authority = ""
    if not target.startswith("/"):
        authority, target = _split_target(method, target)
    path, _, query = target.partition("?")
    environ["REQUEST_METHOD"] = method
    environ["SERVER_PROTOCOL"] = version
    environ["REQUEST_URI"] = target
    environ["asm.raw_path"] = path
    environ["PATH_INFO"] = unquote_to_bytes(path.encode("latin-1")).decode("latin-1") if "%" in path else path
    environ["QUERY_STRING"] = query
    return method, version, authority


@lru_cache(maxsize=256)
def _require_token(method: str) -> None:
    if not TOKEN.fullmatch(method):
        raise ValueError(method)


def _require_version(version: str) -> None:
    if version in ("HTTP/1.1", "HTTP/1.0"):
        return
    match = VERSION.fullmatch(version)
    if match is None:
        raise bad_request("The request line does not end in an HTTP version.")
    if match[1] != "1":
        raise RefusedRequest("505 HTTP Version Not Supported", "This server speaks HTTP/1.0 and HTTP/1.1.")


def _split_target(method: str, target: str) -> tuple[str, str]:
    """Return authority and origin form of a target that does not begin with a slash."""
    if target == "*" and method == "OPTIONS":
        return "", target
    match = ABSOLUTE_TARGET.fullmatch(target)
    if match is None:
        raise bad_request("The request target is neither a path nor an http or https URI.")
    return match[1].rpartition("@")[2], (match[2] or "/") + match[3]


def _read_headers(lines: list[str], environ: WSGIEnvironment) -> None:
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        key = _environ_key(name)
        if not colon:
            raise bad_request("A header line has no colon.")
        value = value.strip(" \t")
        if key in environ:
            value = _joined(key, environ[key], value)
        if key:
            environ[key] = value


@lru_cache(maxsize=1024)
def _environ_key(name: str) -> str:
    """Return the environ key of a header, or "" for one to leave out."""
    if not TOKEN.fullmatch(name):
        raise bad_request("A header name is too long, or has a character in it that HTTP does not allow.")
    if "_" in name:  # would be taken for its twin with hyphens
        return ""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"


def _joined(key: str, first: str, second: str) -> str:
    if key in ("HTTP_HOST", "CONTENT_LENGTH"):
        raise bad_request("A header that may come once came twice.")
    return f"{first}; {second}" if key == "HTTP_COOKIE" else f"{first}, {second}"


def _body_length(environ: WSGIEnvironment, *, is_http10: bool) -> int | None:
    length = environ.get("CONTENT_LENGTH")
    coding = environ.get("HTTP_TRANSFER_ENCODING")
    if coding is None:
        return 0 if length is None else _decimal(length)
    if length is not None or is_http10:
        raise bad_request("Transfer-Encoding stands beside Content-Length, or in a request of HTTP/1.0.")
    if coding.lower() != "chunked":
        raise RefusedRequest("501 Not Implemented", "The only transfer coding known here is chunked.")
    return None


def _decimal(length: str) -> int:
    if not (length.isascii() and length.isdigit()):
        raise bad_request("Content-Length is not a number.")
    # Python refuses to read numbers of thousands of digits; anything of twenty is too large as it is.
    return int(length[-20:]) if len(length.lstrip("0")) <= 20 else 10**20  # noqa: PLR2004
