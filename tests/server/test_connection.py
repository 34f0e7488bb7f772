"""HTTP/1.1 on the wire: one connection, in every way that clients use and misuse it."""

from __future__ import annotations

import gc
import hashlib
import json
import logging
import socket
import ssl
import threading
import weakref

import pytest

from emulator.server.connection import Connection
from emulator.server.tls import TLSTransport

SHORT = 0.1
HEAD = b"POST /%s HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(params=["plain", "tls"])
def reach(request, serve, dial):
    """Start a server and connect to it; everything holds in the clear and over TLS."""

    def make(*app, **limits):
        server = serve(*app, tls=request.param == "tls", **limits)

        def connect(**options):
            return dial(server, tls=request.param == "tls", **options)

        connect.server = server
        return connect

    return make


def seen(answer):
    assert answer.status == 200
    return json.loads(answer.body)


def test_a_connection_stays_for_the_next_request(reach):
    wire = reach()()
    assert [seen(wire.get(f"/{n}"))["PATH_INFO"] for n in range(3)] == ["/0", "/1", "/2"]


def test_a_client_that_wants_the_connection_closed_sees_it_closed(reach):
    wire = reach()()
    assert wire.get("/", "Connection: close").headers["connection"] == "close"
    assert wire.rest() == b""


@pytest.mark.parametrize("header", ["Connection: Keep-Alive", "connection: keep-alive"])
def test_http10_keeps_the_connection_only_if_asked(reach, header):
    connect = reach()
    wire = connect()
    assert wire.get("/", header, version="HTTP/1.0").headers["connection"] == "keep-alive"
    assert wire.get("/", version="HTTP/1.0").headers["connection"] == "close"
    assert wire.rest() == b""


def test_head_gets_the_head_alone(reach):
    wire = reach()()
    assert int(wire.get(method="HEAD").headers["content-length"]) > 0
    assert wire.get().status == 200


def test_requests_sent_at_once_are_answered_in_order(reach):
    wire = reach()()
    wire.say(b"".join(HEAD % str(n).encode() + b"Content-Length: 3\r\n\r\nabc" for n in range(500)))
    got = [seen(wire.answer()) for _ in range(500)]
    assert [each["PATH_INFO"] for each in got] == [f"/{n}" for n in range(500)]
    assert {each["body"] for each in got} == {"abc"}


def test_a_pipeline_that_ends_in_close_is_answered_up_to_there(reach):
    wire = reach()()
    wire.say(
        b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /3 HTTP/1.1\r\n"
    )
    assert [seen(wire.answer())["PATH_INFO"] for _ in range(2)] == ["/1", "/2"]
    wire.sock.settimeout(5)
    assert wire.sock.recv(10) == b""


def test_a_client_that_has_shut_its_side_still_gets_its_answer(serve, dial):
    wire = dial(serve())
    wire.say(b"GET /last HTTP/1.1\r\nHost: x\r\n\r\n")
    wire.sock.shutdown(socket.SHUT_WR)
    assert seen(wire.answer())["PATH_INFO"] == "/last"
    assert wire.rest() == b""


def test_continue_comes_before_the_body_and_the_answer_after_it(reach):
    wire = reach()()
    wire.say(HEAD % b"" + b"Expect: 100-continue\r\nContent-Length: 4\r\n\r\n")
    assert wire.answer().status == 100
    assert seen(wire.say(b"body").answer())["body"] == "body"
    assert seen(wire.get("/next"))["PATH_INFO"] == "/next"


def test_continue_is_not_offered_for_a_body_that_is_too_large(reach):
    wire = reach(body_bytes=10)()
    wire.say(HEAD % b"" + b"Expect: 100-continue\r\nContent-Length: 11\r\n\r\n")
    assert wire.answer().status == 413


def test_a_chunked_body_with_trailers_leaves_the_connection_in_step(reach):
    wire = reach()()
    wire.say(HEAD % b"" + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
    wire.say(b"2;x=y\r\nde\r\n0\r\nTrailer: z\r\n\r\n")
    got = seen(wire.answer())
    assert (got["body"], got["CONTENT_LENGTH"]) == ("abcde", "5")
    assert seen(wire.get("/next"))["PATH_INFO"] == "/next"


@pytest.mark.parametrize("size", [16 * 1024 * 1024, 3_000_001])
def test_a_large_body_arrives_whole(reach, size):
    body = hashlib.sha256(b"seed").digest() * (size // 32 + 1)
    body = body[:size]
    wire = reach()()
    wire.say(HEAD % b"" + b"Content-Length: %d\r\n\r\n" % size).say(body)
    assert seen(wire.answer())["body"] == [size, hashlib.sha256(body).hexdigest()]


def test_the_file_of_a_large_body_is_given_back_with_the_answer(reach):
    connect = reach(spool_bytes=1000)
    wire = connect()
    wire.say(HEAD % b"" + b"Content-Length: 5000\r\n\r\n").say(b"x" * 5000)
    assert seen(wire.answer())["body"][0] == 5000
    (connection,) = connect.server._loop._events
    assert connection._reader._file is None


def test_an_application_need_not_read_the_body(reach):
    def deaf(_environ, start_response):
        start_response("200 OK", [])
        return [b"deaf"]

    wire = reach(deaf)()
    for _ in range(2):
        wire.say(HEAD % b"" + b"Content-Length: 300000\r\n\r\n" + b"x" * 300_000)
        assert wire.answer().body == b"deaf"


@pytest.mark.parametrize(
    "framing", [b"Content-Length: 20000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n1312D00\r\n"]
)
def test_who_sends_too_much_without_looking_still_gets_to_read_the_refusal(reach, framing):
    wire = reach(body_bytes=1000)()
    wire.say(HEAD % b"" + framing)
    wire.say(b"x" * 20_000_000)
    got = wire.answer()
    assert (got.status, got.headers["connection"]) == (413, "close")
    assert b"<Code>RequestEntityTooLarge</Code>" in got.body
    assert wire.rest() == b""


def test_too_much_is_not_read_for_ever(reach):
    wire = reach(body_bytes=1000, linger_timeout=SHORT)()
    wire.say(HEAD % b"" + b"Content-Length: 1001\r\n\r\n")
    assert wire.answer().status == 413
    assert wire.rest() == b""
    with pytest.raises((ConnectionResetError, BrokenPipeError, ssl.SSLError)):
        wire.say_for_ever(b"x" * 1000)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"rubbish\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"GET / HTTP/1.1\nHost: x\n\n", 400),
        (b"GET / HTTP/1.1\r\nHost: " + b"x" * 70_000, 431),
    ],
)
def test_what_is_not_http_gets_one_plain_refusal_and_no_line_on_stderr(reach, capfd, said, status):
    wire = reach()()
    wire.say(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert wire.answer().status == 200
    got = wire.say(said).answer()
    assert (got.status, got.headers["connection"]) == (status, "close")
    assert got.body.startswith(b"<Error ")
    assert wire.rest() == b""
    assert capfd.readouterr() == ("", "")


def test_a_bug_in_the_application_is_a_500_and_the_connection_goes_on(reach, caplog):
    def buggy(environ, start_response):
        if environ["PATH_INFO"] == "/bug":
            raise ZeroDivisionError
        start_response("200 OK", [])
        return [b"fine"]

    wire = reach(buggy)()
    with caplog.at_level(logging.ERROR, logger="emulator.server"):
        assert wire.get("/bug").status == 500
    assert wire.get("/").body == b"fine"
    assert len(caplog.records) == 1


def test_a_silent_client_is_cut_off_in_its_handshake(serve, dial):
    server = serve(tls=True, handshake_timeout=SHORT)
    for first in (b"", b"\x16", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"):
        assert dial(server).say(first).rest() == b""


def test_a_finished_handshake_is_not_cut_off_by_its_time_limit(serve, dial):
    wire = dial(serve(tls=True, handshake_timeout=SHORT, keep_alive_timeout=5), tls=True)
    threading.Event().wait(2 * SHORT)
    assert wire.get().status == 200


def test_an_idle_connection_is_closed_after_a_while(reach):
    wire = reach(keep_alive_timeout=SHORT)()
    assert wire.get().status == 200
    assert wire.rest() == b""


@pytest.mark.parametrize(
    "begun",
    [
        b"G",
        b"GET / HTTP/1.1\r\nHost: x",
        HEAD % b"" + b"Content-Length: 9\r\n\r\n",
        HEAD % b"" + b"Content-Length: 9\r\n\r\n1",
    ],
)
def test_a_request_that_stalls_is_answered_408(reach, begun):
    wire = reach(request_timeout=SHORT, linger_timeout=SHORT)()
    assert wire.say(begun).answer().status == 408
    assert wire.rest() == b""


def test_dripping_does_not_prolong_the_time_limit(reach):
    wire = reach(request_timeout=2 * SHORT, linger_timeout=SHORT)()
    wire.sock.settimeout(SHORT / 5)
    wire.say(HEAD % b"" + b"Content-Length: 1000\r\n\r\n")
    dripped = 0
    while True:
        try:
            got = wire.answer()
            break
        except TimeoutError:
            dripped += 1
            wire.say(b"x")
    assert got.status == 408
    assert 2 < dripped < 30


def test_a_slow_body_that_moves_is_let_through(reach):
    wire = reach(request_timeout=5 * SHORT)()
    size = 64 * 1024
    wire.say(HEAD % b"" + b"Content-Length: %d\r\n\r\n" % (7 * size))
    for _ in range(7):
        threading.Event().wait(SHORT)
        wire.say(b"x" * size)
    assert seen(wire.answer())["body"][0] == 7 * size


def generous(_environ, start_response):
    start_response("200 OK", [])
    return [bytes(range(256)) * 40_000]


def test_a_client_that_does_not_read_its_answer_is_cut_off(reach):
    connect = reach(generous, write_timeout=SHORT)
    wire = connect(window=4096)
    wire.get("/first", method="HEAD")
    wire.say(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    while connect.server._loop._events:
        threading.Event().wait(SHORT / 10)
    with pytest.raises((EOFError, OSError)):
        wire.answer()


def test_a_client_that_reads_slowly_gets_everything(reach):
    wire = reach(generous, write_timeout=5 * SHORT)()
    wire.say(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    for megabytes in range(1, 8):
        threading.Event().wait(SHORT)
        while len(wire.held) < megabytes * 1_000_000:
            wire.more()
    assert wire.answer().body == bytes(range(256)) * 40_000


@pytest.mark.parametrize("when", ["mid-head", "mid-body", "before the answer"])
def test_a_client_that_vanishes_leaves_no_trace(reach, capfd, when):
    said = {
        "mid-head": b"GET / HT",
        "mid-body": HEAD % b"" + b"Content-Length: 500000\r\n\r\n" + b"x" * 400_000,
        "before the answer": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 50,
    }[when]
    connect = reach()
    for _ in range(5):
        wire = connect().say(said)
        wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # close by reset
        wire.close()
    assert seen(connect().get("/after"))["PATH_INFO"] == "/after"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("said", ["", "GET", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"])
def test_nothing_of_a_closed_connection_waits_for_the_collector(reach, monkeypatch, said):
    closed, close = [], Connection.close

    def note(self):
        closed.append(weakref.ref(self))
        if isinstance(self._transport, TLSTransport):
            closed.append(weakref.ref(self._transport._tls))
        close(self)

    monkeypatch.setattr(Connection, "close", note)
    gc.disable()
    try:
        connect = reach()
        wire = connect()
        wire.say(said)
        if said.endswith("\r\n\r\n"):
            assert wire.answer().status == 200
        connect.server.stop()
        assert closed
        assert [one() for one in closed] == [None] * len(closed)
    finally:
        gc.enable()
