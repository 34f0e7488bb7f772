"""The load generator: one thread, prepared bytes, answers looked at no further than their end.

It counts its own processor time, without that in which it had nothing to do, so that a reader sees whether it was the
generator that set the pace. It does not sleep then: waking it for every answer would cost the server more than a short
answer does. It has the server's OpenSSL: with Python's own, which may be older, a handshake costs it a quarter more.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from OpenSSL import SSL

READ_BYTES = 256 * 1024
NUMBER = b"{number}"
"""Where a request has this, the number of the request is put: six digits, so that its length stays what it says."""


class Job(NamedTuple):
    """What to send: `total` requests over `connections`, numbered from `first`; or each over a `fresh` connection."""

    port: int
    request: bytes
    total: int
    connections: int = 1
    first: int = 0
    fresh: bool = False
    pem: str | None = None
    """The client's certificate and key; None speaks plain HTTP."""


class Result(NamedTuple):
    """What came of it: seconds that it took, seconds of the processor's in which there was work, bytes of bodies."""

    total: int
    seconds: float
    busy_seconds: float
    body_bytes: int

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.total / self.seconds

    @property
    def busy(self) -> float:
        """The share of the time in which the generator itself was at work; below 1 it waited for the server."""
        return self.busy_seconds / self.seconds


def generate(hear: Callable[[], Any], say: Callable[[Any], None]) -> None:
    """Run every job that is heard, until there are no more."""
    while True:
        say(_Load(hear()).run())


class _Load:
    """One job on its way."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._tls = None if job.pem is None else _context(job.pem)
        self._selector = selectors.DefaultSelector()
        self._opened = self._sent = self._answered = self._body_bytes = 0
        self._idle_seconds = 0.0

    def run(self) -> Result:
        together = min(self._job.connections, self._job.total)
        open_ones = [] if self._job.fresh else [self._connect(wait=True) for _ in range(together)]
        started, worked = time.perf_counter(), time.process_time()
        for one in open_ones or [self._connect(wait=False) for _ in range(together)]:
            self._selector.register(one.socket, selectors.EVENT_READ, one)
            self._go_on(one)
        while self._answered < self._job.total:
            for key, _ in self._selector.select(0) or self._await():
                self._go_on(key.data)
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
        for key in list(self._selector.get_map().values()):
            key.data.socket.close()
        self._selector.close()
        return Result(self._answered, seconds, worked - self._idle_seconds, self._body_bytes)

    def _await(self) -> list[tuple[selectors.SelectorKey, int]]:
        idle_since = time.process_time()
        while not (ready := self._selector.select(0)):
            pass
        self._idle_seconds += time.process_time() - idle_since
        return ready

    def _connect(self, *, wait: bool) -> _Connection:
        self._opened += 1
        plain = socket.socket()
        plain.connect(("127.0.0.1", self._job.port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            one = _Connection(plain, shaken=True)
        else:
            secure = SSL.Connection(self._tls, plain)
            secure.set_connect_state()
            if wait:
                secure.do_handshake()
            one = _Connection(secure, shaken=wait)
        plain.setblocking(False)
        return one

    def _go_on(self, one: _Connection) -> None:
        try:
            if not one.shaken:
                one.socket.do_handshake()
                one.shaken = True
            if one.waits:
                self._read(one)
                if self._job.fresh:
                    self._replace(one)
                    return
            if self._sent < self._job.total:
                self._send(one)
        except (SSL.WantReadError, BlockingIOError):
            return

    def _send(self, one: _Connection) -> None:
        one.socket.sendall(self._job.request.replace(NUMBER, b"%06d" % (self._job.first + self._sent)))
        self._sent += 1
        one.waits, one.got, one.length = True, 0, 0

    def _read(self, one: _Connection) -> None:
        while one.waits:
            data = one.socket.recv(READ_BYTES)
            if not data:
                raise ConnectionError("the server closed a connection in the middle of an answer")
            if not one.got:
                one.length, body = _measure(data)
                self._body_bytes += body
            one.got += len(data)
            one.waits = one.got < one.length
        self._answered += 1

    def _replace(self, one: _Connection) -> None:
        self._selector.unregister(one.socket)
        one.socket.close()
        if self._opened < self._job.total:
            fresh = self._connect(wait=False)
            self._selector.register(fresh.socket, selectors.EVENT_READ, fresh)
            self._go_on(fresh)


class _Connection:
    """A connection, and how far the answer on it has come."""

    __slots__ = ("got", "length", "shaken", "socket", "waits")

    def __init__(self, sock: Any, *, shaken: bool) -> None:
        self.socket, self.shaken = sock, shaken  # a plain one, or TLS on top of one, which speaks like it
        self.waits, self.got, self.length = False, 0, 0


def _context(pem: str) -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.use_certificate_chain_file(pem)
    context.use_privatekey_file(pem)
    return context


def _measure(data: bytes) -> tuple[int, int]:
    """Return how many bytes an answer has, and its body, from the first piece of it: all heads fit into that."""
    head, end, _ = data.partition(b"\r\n\r\n")
    if not end or head[9:10] != b"2":
        raise ConnectionError(f"no success: {data[:300]!r}")
    lower = head.lower()
    at = lower.find(b"\r\ncontent-length:")
    length = 0 if at < 0 else int(lower[at + 17 :].partition(b"\r\n")[0])
    return len(head) + len(end) + length, length
