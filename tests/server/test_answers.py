"""The bytes of answers, and what becomes of applications that break the rules."""

from __future__ import annotations

import logging
from email.utils import parsedate_to_datetime

import pytest

from emulator.server.answers import Answer, encode_answer
from emulator.server.gateway import answer_request
from emulator.server.heads import parse_head


def request(method="GET", version="1.1"):
    return parse_head(f"{method} /here HTTP/{version}\r\nHost: x".encode(), {})


def split(encoded):
    head, _, body = b"".join(encoded).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines), body


def run(app, method="GET", version="1.1", *, keep_alive=True):
    encoded, stays = answer_request(app, request(method, version), lambda: keep_alive)
    return *split(encoded), stays


def answering(status="200 OK", headers=(), pieces=(b"body",)):
    def app(_environ, start_response):
        start_response(status, list(headers))
        return pieces

    return app


def test_what_the_application_says_comes_first_and_unchanged():
    first, headers, body, stays = run(
        answering(headers=[("Server", "mine"), ("x-Ms", "\xe4")], pieces=[b"a", b"", b"b"])
    )
    assert (first, body, stays) == ("HTTP/1.1 200 OK", b"ab", True)
    assert list(headers.items())[:2] == [("Server", "mine"), ("x-Ms", "\xe4")]
    assert headers["Content-Length"] == "2"
    assert parsedate_to_datetime(headers["Date"]).tzinfo is not None
    assert "Connection" not in headers


@pytest.mark.parametrize("size", [0, 1, 16 * 1024 - 1, 16 * 1024, 1_000_000])
def test_a_body_of_any_size_follows_its_head(size):
    _, headers, body, _ = run(answering(pieces=[b"x" * size]))
    assert (headers["Content-Length"], len(body)) == (str(size), size)


def test_a_date_and_a_length_of_the_application_are_kept():
    _, headers, _, _ = run(answering(headers=[("date", "yesterday"), ("CONTENT-LENGTH", "4")]))
    assert headers == {"date": "yesterday", "CONTENT-LENGTH": "4"}


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_without_a_body_has_neither_body_nor_length(status):
    _, headers, body, _ = run(answering(status))
    assert body == b""
    assert "Content-Length" not in headers


@pytest.mark.parametrize("given", [[], [("Content-Length", "4")]])
def test_head_has_the_length_of_the_body_and_no_body(given):
    _, headers, body, _ = run(answering(headers=given), "HEAD")
    assert (headers["Content-Length"], body) == ("4", b"")


@pytest.mark.parametrize(
    ("version", "keep_alive", "given", "header", "stays"),
    [
        ("1.1", True, [], None, True),
        ("1.1", False, [], "close", False),
        ("1.0", True, [], "keep-alive", True),
        ("1.0", False, [], "close", False),
        ("1.1", True, [("Connection", "Close")], "close", False),
        ("1.1", False, [("Connection", "keep-alive")], "close", False),
    ],
)
def test_the_connection_header_says_what_happens(version, keep_alive, given, header, stays):
    _, headers, _, stayed = run(answering(headers=given), version=version, keep_alive=keep_alive)
    assert (headers.get("Connection"), stayed) == (header, stays)


def test_the_write_callable_of_old_applications_works():
    def app(_environ, start_response):
        write = start_response("200 OK", [])
        write(b"a")
        return [b"b"]

    assert run(app)[2] == b"ab"


def test_an_application_may_replace_its_answer_while_it_handles_an_error():
    def app(_environ, start_response):
        start_response("200 OK", [])
        start_response("503 Busy", [], (None, None, None))
        return []

    assert run(app)[0] == "HTTP/1.1 503 Busy"


def test_the_iterable_is_closed_also_when_it_fails():
    closed = []

    class Body:
        def __iter__(self):
            yield b"a"
            raise OSError("half-way")

        def close(self):
            closed.append(True)

    assert run(answering(pieces=Body()))[0].startswith("HTTP/1.1 500")
    assert closed == [True]


def raising(error):
    def app(_environ, _start_response):
        raise error

    return app


def starting_twice(_environ, start_response):
    start_response("200 OK", [])
    start_response("200 OK", [])
    return []


@pytest.mark.parametrize(
    "app",
    [
        raising(RuntimeError("secret")),
        raising(SystemExit("secret")),
        raising(KeyboardInterrupt("secret")),
        lambda _environ, _start: [],
        lambda _environ, _start: None,
        starting_twice,
        answering(pieces=["text"]),
        answering(headers=[("Content-Length", "3")]),
        answering(headers=[("Content-Length", "5")]),
        answering(headers=[("Transfer-Encoding", "chunked")]),
        answering(headers=[("X", "a\r\nSet-Cookie: b")]),
        answering(headers=[("X", "a\nb")]),
        answering(headers=[("X", "a\0b")]),
        answering(headers=[("X", "\u20ac")]),
        answering(headers=[("X", None)]),
        answering(headers=[("only name",)]),
        answering("200 OK\r\nX: y"),
        answering("fine"),
        answering("100 Continue"),
        answering(200),
    ],
)
def test_a_bug_in_the_application_is_a_plain_500_and_a_line_in_the_log(app, caplog):
    with caplog.at_level(logging.ERROR, logger="emulator.server"):
        first, headers, body, stays = run(app)
    assert first == "HTTP/1.1 500 Internal Server Error"
    assert headers["Content-Type"] == "application/xml; charset=utf-8"
    assert body.startswith(b"<Error ")
    assert b"<Code>InternalServerError</Code>" in body
    assert b"secret" not in body
    assert b"Traceback" not in body
    assert stays
    assert [record.getMessage() for record in caplog.records] == ["the application failed on GET /here"]
    assert caplog.records[0].exc_info is not None


def test_a_refusal_needs_no_request():
    encoded, stays = encode_answer(Answer("400 Bad Request", [], b"no"), None, keep_alive=False)
    first, headers, body = split(encoded)
    assert (first, headers["Connection"], body, stays) == ("HTTP/1.1 400 Bad Request", "close", b"no", False)
