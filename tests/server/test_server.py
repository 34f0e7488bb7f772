"""Starting and stopping: ports, threads, descriptors, answers in flight."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from emulator.server import CannotListenError, Limits, Server

DESCRIPTORS = Path("/proc/self/fd")


def hello(_environ, start_response):
    start_response("200 OK", [("Server", "mine")])
    return [b"hello"]


def plain(app=hello, **options):
    return Server(app, host="127.0.0.1", port=0, certificate=None, **options)


def descriptors():
    """How many descriptors this process has open, where the system tells; not those of garbage."""
    gc.collect()
    return len(list(DESCRIPTORS.iterdir())) if DESCRIPTORS.exists() else 0


def test_a_server_is_reachable_while_it_runs_and_only_then(dial):
    with plain() as server:
        got = dial(server).get()
        assert (got.body, got.headers["server"]) == (b"hello", "mine")
    with pytest.raises(ConnectionRefusedError):
        dial(server)


def test_port_zero_becomes_the_real_one():
    with plain() as server:
        assert server.port > 0
        assert server.host == "127.0.0.1"


def test_a_taken_port_is_one_clear_line():
    with plain() as first:
        second = Server(hello, host="127.0.0.1", port=first.port, certificate=None)
        with pytest.raises(CannotListenError) as refused:
            second.start()
        assert str(refused.value) == f"cannot listen on 127.0.0.1 port {first.port}: Address already in use"
        assert isinstance(refused.value, OSError)
        second.stop()


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("no.such.host.invalid", 0), ("127.0.0.1", 70000)])
def test_an_address_that_cannot_be_had_is_one_clear_line(host, port):
    with pytest.raises(CannotListenError, match=rf"^cannot listen on {host} port {port}: .+$"):
        Server(hello, host=host, port=port, certificate=None).start()


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_ipv6_is_spoken_too(dial):
    server = Server(hello, host="::1", port=0, certificate=None)
    try:
        server.start()
    except CannotListenError:
        pytest.skip("this machine has no ::1")
    try:
        assert dial(server).get().body == b"hello"
    finally:
        server.stop()


def test_stopping_twice_or_before_the_start_does_nothing():
    server = plain()
    server.stop()
    server.start()
    server.stop()
    server.stop()


def test_a_server_starts_once_and_again_after_it_stopped(dial):
    server = plain()
    for _ in range(2):
        with server:
            with pytest.raises(RuntimeError, match="running"):
                server.start()
            assert dial(server).get().body == b"hello"


def test_two_servers_live_side_by_side(dial, serve):
    first, second = serve(hello), serve(hello, tls=True)
    a, b = dial(first), dial(second, tls=True)
    for _ in range(3):
        assert (a.get().body, b.get().body) == (b"hello", b"hello")


def test_fifty_starts_and_stops_leave_no_thread_and_no_descriptor(certificate, dial, ours):
    before = descriptors()
    for _ in range(50):
        with Server(hello, host="127.0.0.1", port=0, certificate=certificate) as server:
            wire = dial(server, tls=True)
            assert wire.get().body == b"hello"
            silent = dial(server)
        wire.close()
        silent.close()
        assert not ours()
    # Fewer is well: what an earlier test has left may end meanwhile.
    assert descriptors() <= before


def test_threads_are_daemons_with_a_telling_name(ours):
    with plain():
        assert ours()
        assert all(thread.daemon for thread in ours())


def test_an_idle_server_stops_at_once_and_closes_its_connections(serve, dial):
    server = serve(hello, tls=True)
    wires = [dial(server, tls=True) for _ in range(20)] + [dial(server) for _ in range(20)]
    for wire in wires[:20]:
        wire.get()
    start = time.perf_counter()
    server.stop()
    assert time.perf_counter() - start < 1.0
    assert [wire.rest() for wire in wires] == [b""] * 40


def test_an_answer_in_flight_is_finished(dial, ours):
    inside, leave = threading.Event(), threading.Event()

    def slow(_environ, start_response):
        inside.set()
        assert leave.wait(10)
        start_response("200 OK", [])
        return [b"x" * 5_000_000]

    server = plain(slow)
    server.start()
    idle = dial(server)
    wire = dial(server).say(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert inside.wait(10)
    stopper = threading.Thread(target=server.stop)
    stopper.start()
    assert idle.rest() == b"", "the server is stopping by now"
    leave.set()
    got = wire.answer()
    stopper.join(10)
    assert (len(got.body), got.headers["connection"]) == (5_000_000, "close")
    assert not ours()


def test_a_request_that_is_on_its_way_is_still_answered(serve, dial):
    server = serve(hello)
    wire = dial(server)
    wire.say(b"GET / HTTP/1.1\r\nHost: x")
    other = dial(server)
    assert other.get().status == 200, "the server has seen the first half by now"
    stopper = threading.Thread(target=server.stop)
    stopper.start()
    assert other.rest() == b"", "the server is stopping by now"
    wire.say(b"\r\n\r\n")
    assert wire.answer().body == b"hello"
    stopper.join(10)


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\nHo", b"POST / HTTP/1.0\r\nContent-Length: 9\r\n\r\n1"])
def test_a_request_that_stalls_does_not_hold_up_the_end(serve, dial, said):
    server = serve(hello, stop_stall_timeout=0.1)
    wire = dial(server).say(said)
    start = time.perf_counter()
    server.stop()
    assert time.perf_counter() - start < 1.0
    assert wire.rest()[:12] in {b"", b"HTTP/1.1 408"}


def test_an_application_that_never_returns_does_not_hold_up_the_end(dial, caplog, ours):
    inside, leave = threading.Event(), threading.Event()

    def stuck(_environ, _start_response):
        inside.set()
        leave.wait(10)
        return []

    server = plain(stuck, limits=Limits(stop_timeout=0.1))
    server.start()
    wire = dial(server).say(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert inside.wait(10)
    start = time.perf_counter()
    server.stop()
    assert time.perf_counter() - start < 1.0
    assert "still in the application" in caplog.text
    leave.set()
    assert wire.rest() == b""
    server.stop()
    assert not ours()


def test_the_application_itself_may_stop_the_server(dial, ours):
    def suicidal(_environ, start_response):
        server.stop()
        start_response("200 OK", [])
        return [b"bye"]

    server = plain(suicidal)
    server.start()
    wire = dial(server)
    assert wire.get().body == b"bye"
    assert wire.rest() == b""
    server.stop()
    assert not ours()


@pytest.mark.parametrize("secure", [False, True])
def test_stopping_under_load_loses_no_request_that_was_taken(serve, dial, secure):
    taken, answered, enough = [], [], threading.Semaphore(0)

    def counting(environ, start_response):
        taken.append(environ["PATH_INFO"])
        enough.release()
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    server = serve(counting, tls=secure)

    def load(client):
        count = 0
        try:
            while True:
                wire = dial(server, tls=secure)
                for _ in range(20):
                    count += 1
                    answered.append(wire.get(f"/{client}/{count}").body.decode())
        except (OSError, EOFError):
            return

    clients = [threading.Thread(target=load, args=(number,)) for number in range(6)]
    for client in clients:
        client.start()
    for _ in range(300):
        assert enough.acquire(timeout=10)
    start = time.perf_counter()
    server.stop()
    assert time.perf_counter() - start < 3.0
    for client in clients:
        client.join(10)
    assert sorted(taken) == sorted(answered)


def test_importing_the_server_is_cheap_and_leaves_openssl_alone():
    code = "import sys, emulator.server; print([name for name in ('OpenSSL', 'cryptography') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
