"""What befalls a connection on purpose: exactly that, for as long as was asked for, and nobody else notices."""

from __future__ import annotations

import socket
import ssl
import time

import pytest

from emulator.server import Server
from emulator.server.mishaps import Mishap

SHORT = 0.1
LONG = 60.0
BODY = b"0123456789" * 10


def suffering(**mishap):
    """An application whose answers suffer, save at /fine."""

    def app(environ, start_response):
        if environ["PATH_INFO"] != "/fine":
            environ["asm.mishap"] = Mishap(**mishap)
        start_response("200 OK", [])
        return [BODY]

    return app


@pytest.fixture(params=["plain", "tls"])
def reach(request, serve, dial):
    """Start a server whose answers suffer, and connect to it, in the clear and over TLS."""

    def make(*, limits=(), **mishap):
        server = serve(suffering(**mishap), tls=request.param == "tls", **dict(limits))

        def connect(**options):
            return dial(server, tls=request.param == "tls", **options)

        connect.server = server
        connect.tls = request.param == "tls"
        return connect

    return make


def ask(wire, path="/"):
    return wire.say(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")


def is_reset(connect, wire):
    """Whether the connection ends without a farewell. Python tells a reset of TLS as an end of file out of turn."""
    if connect.tls:
        wire.sock.suppress_ragged_eofs = False
        with pytest.raises((ConnectionResetError, ssl.SSLEOFError)):
            wire.rest()
    else:
        with pytest.raises(ConnectionResetError):
            wire.rest()
    return not wire.held


def gone(connect):
    """Whether the server has let go of all its connections, at once or within a second."""
    for _ in range(100):
        if not connect.server._loop._events:
            return True
        time.sleep(0.01)
    return False


def test_a_reset_before_the_answer_is_all_that_comes(reach):
    connect = reach(reset="before")
    assert is_reset(connect, ask(connect()))
    assert gone(connect)


def test_a_reset_after_the_answer_comes_when_the_connection_is_used_again(reach):
    connect = reach(reset="after")
    wire = connect()
    assert wire.get().body == BODY
    assert is_reset(connect, ask(wire, "/fine"))
    assert gone(connect)


def test_a_reset_after_the_answer_comes_at_once_where_the_next_request_is_here_already(reach):
    connect = reach(reset="after")
    wire = connect()
    ask(wire).say("GET /fine HTTP/1.1\r\nHost: x\r\n\r\n")
    assert wire.answer().body == BODY
    assert is_reset(connect, wire)


def test_a_client_that_does_not_come_back_is_let_go(reach):
    connect = reach(reset="after", limits={"keep_alive_timeout": SHORT})
    wire = connect()
    assert wire.get().body == BODY
    assert gone(connect)


@pytest.mark.parametrize("size", [0, 1, 99])
def test_a_body_ends_early_and_so_does_the_connection(reach, size):
    connect = reach(body_bytes=size)
    head, _, body = ask(connect()).rest().partition(b"\r\n\r\n")
    assert (b"Content-Length: 100" in head, body) == (True, BODY[:size])
    assert gone(connect)


def test_a_large_answer_can_be_cut_in_its_middle(serve, dial):
    def large(environ, start_response):
        environ["asm.mishap"] = Mishap(body_bytes=100_000)
        start_response("200 OK", [])
        return [b"x" * 200_000]

    assert len(ask(dial(serve(large))).rest().partition(b"\r\n\r\n")[2]) == 100_000


def test_an_answer_waits_and_then_the_connection_goes_on(reach):
    connect = reach(wait=SHORT)
    wire = connect()
    start = time.monotonic()
    assert wire.get().body == BODY
    assert SHORT <= time.monotonic() - start < 5
    assert wire.get("/fine").body == BODY


def test_while_answers_wait_everybody_else_is_served_by_a_single_thread(serve, dial):
    server = serve(suffering(wait=LONG), threads=1)
    for _ in range(20):
        ask(dial(server))
    wire = dial(server)
    assert [wire.get("/fine").body for _ in range(10)] == [BODY] * 10
    start = time.monotonic()
    server.stop()
    assert time.monotonic() - start < 5


def test_a_slow_answer_comes_at_its_rate_whole_and_the_connection_goes_on(reach):
    connect = reach(bytes_per_second=1000)
    wire = connect()
    start = time.monotonic()
    answer = wire.get()
    size = len(BODY) + len(f"HTTP/1.1 200 OK\r\nDate: {answer.headers['date']}\r\nContent-Length: 100\r\n\r\n")
    assert (answer.body, time.monotonic() - start >= size / 1000) == (BODY, True)
    assert wire.get("/fine").body == BODY


def test_a_slow_answer_comes_in_small_pieces(reach):
    connect = reach(bytes_per_second=20)
    wire = ask(connect())
    assert sum(len(wire.sock.recv(1 << 20)) for _ in range(2)) < 100


def test_a_slow_answer_is_cut_when_its_time_is_over(reach):
    connect = reach(bytes_per_second=100, seconds=2 * SHORT)
    wire = ask(connect())
    start = time.monotonic()
    with pytest.raises((ConnectionResetError, ssl.SSLEOFError, EOFError)):
        while True:
            wire.more()
    assert time.monotonic() - start < 5
    assert len(wire.held) < 100
    assert gone(connect)


def test_a_client_that_takes_up_nothing_of_a_slow_answer_is_cut_too(serve, dial):
    def large(environ, start_response):
        environ["asm.mishap"] = Mishap(bytes_per_second=1e9, seconds=3 * SHORT)
        start_response("200 OK", [])
        return [b"x" * 30_000_000]

    server = serve(large)
    wire = ask(dial(server, window=4096))
    for _ in range(500):
        if not server._loop._events:
            break
        time.sleep(0.01)
    assert not server._loop._events
    with pytest.raises((ConnectionResetError, EOFError)):
        while True:
            wire.more()


def test_a_client_that_goes_away_meanwhile_leaves_nothing_behind(reach):
    connect = reach(bytes_per_second=100, seconds=LONG)
    wire = ask(connect())
    wire.sock.recv(1)
    wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    wire.close()
    assert gone(connect)


# ---- a handshake that stalls


@pytest.fixture
def stalling(certificate, ours):
    """Return a function that starts a server which says nothing to connections as `stalls` has it."""
    servers = []

    def start(stalls, *, tls=True):
        server = Server(
            suffering(),
            host="127.0.0.1",
            port=0,
            certificate=certificate if tls else None,
            stalls=stalls,
        )
        server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()
    assert not ours()


@pytest.mark.parametrize("tls", [True, False])
def test_a_stalled_connection_hears_nothing_and_is_closed_in_time(stalling, dial, tls):
    asked = []
    server = stalling(lambda client: asked.append(client) or SHORT, tls=tls)
    start = time.monotonic()
    wire = ask(dial(server))
    with pytest.raises((EOFError, ConnectionResetError)):
        wire.more()
    assert SHORT / 2 <= time.monotonic() - start < 5
    assert asked == [wire.sock.getsockname()]


def test_only_the_connection_that_is_to_stall_does(stalling, dial):
    waits = iter([0, LONG, 0])
    server = stalling(lambda _client: next(waits))
    first, second = dial(server, tls=True), dial(server)
    second.say(b"\x16\x03\x01")
    third = dial(server, tls=True)
    assert [wire.get("/fine").body for wire in (first, third)] == [BODY] * 2
    second.sock.settimeout(SHORT)
    with pytest.raises(TimeoutError):
        second.more()


def test_a_server_with_stalled_connections_stops_as_fast_as_any(stalling, dial):
    server = stalling(lambda _client: LONG)
    wires = [dial(server) for _ in range(20)]
    start = time.monotonic()
    server.stop()
    assert time.monotonic() - start < 5
    assert len(wires) == 20
