"""One connection from its first byte to its last, as a machine that never waits.

`advance` does all that can be done without blocking, and says what the connection needs to go on. The steps are
greet and handshake, then for every request read, answer and send; and after a refusal linger, while the rest of
what the client sends is thrown away. A mishap takes the place of sending. Knows nothing of threads or of other
connections.
"""

from __future__ import annotations

import enum
import logging
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.server.answers import CONTINUE, Encoded, encode_answer, error_answer
from emulator.server.gateway import answer_request
from emulator.server.heads import RefusedRequest, Request, bad_request
from emulator.server.mishaps import Mishap, cut
from emulator.server.reader import RequestReader
from emulator.server.transport import Transport, WaitForRead, WaitForWrite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from emulator.server.limits import Limits
    from emulator.server.tls import TLSTransport

log = logging.getLogger("emulator.server")

READ_BYTES = 16 * 1024
"""The largest TLS record: a read of this size leaves nothing inside OpenSSL, where a selector would not see it."""

SEND_BYTES = 64 * 1024
SENDS_PER_TURN = 4
"""How much one connection may send before the others have their turn; it reads once a turn."""

PROGRESS_BYTES = 64 * 1024
"""A slow sender is given a new time limit for each of these."""

SLOW_SECONDS = 0.05
"""How often at most a slow answer goes on."""

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER without any time: to close the socket resets the connection."""

TLS_HANDSHAKE = b"\x16"
"""The first byte of a TLS client; no HTTP method begins with it."""


class Need(enum.Enum):
    """What a connection needs to go on."""

    READ = enum.auto()
    WRITE = enum.auto()
    TURN = enum.auto()
    """Nothing, but it is the others' turn."""
    TIME = enum.auto()
    """Its deadline, and then a call of `expire`."""
    ANSWER = enum.auto()
    """A call of `answer`, which may take its time."""
    CLOSE = enum.auto()


@dataclass(slots=True)
class Site:
    """What the connections of one server have in common."""

    app: WSGIApplication
    limits: Limits
    environ: WSGIEnvironment
    secure: Callable[[socket.socket], TLSTransport] | None
    """None: plain HTTP."""
    now: Callable[[], float] = field(default_factory=lambda: time.monotonic)
    stalls: Callable[[tuple[str, int]], float] | None = None
    """Tells for how many seconds a new connection from an address and port gets no word, 0 for none."""
    lane: Callable[[WSGIEnvironment], object] | None = None
    """Tells by its environ which other requests a request waits for: those of one lane get half of the threads."""
    closing: bool = False
    """Once set, every answer is the last one of its connection."""


def _done() -> Need:
    return Need.CLOSE


class Connection:
    """See the module's docstring."""

    def __init__(self, sock: socket.socket, address: tuple[str, int], site: Site) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        environ = {**site.environ, "REMOTE_ADDR": address[0], "REMOTE_PORT": str(address[1])}
        self._socket = sock
        self._site = site
        self._transport = Transport(sock)
        self._reader = RequestReader(environ, site.limits)
        self._request: Request | None = None
        self._outcome: Encoded | None = None
        self._output: list[bytes | memoryview] = []
        self._progress = 0
        self._stays_open = True
        self._refused = False
        self._step: Callable[[], Need | None]
        self._then: Callable[[], Need | None]
        self.busy = False
        """Between a whole request and its answer: not to be advanced, only answered."""
        self.in_turn = False
        """Whether it is to be advanced without an event; kept by whoever advances it."""
        self.proven = False
        """Whether it has made a request."""
        self.quiet_since = site.now()
        """Since when it has been waiting; kept by whoever makes it wait."""
        self.deadline = self.quiet_since + site.limits.handshake_timeout
        """When to call `expire`, on the clock of the site."""
        self._reset = False
        self._mishap: Mishap | None = None
        self._began = 0.0
        self._sent = 0
        self._greeted = site.secure is None
        if site.stalls is not None and (seconds := site.stalls((address[0], address[1]))):
            self._pause(seconds, self._end_stall)
        elif self._greeted:
            self._await_request()
        else:
            self._step = self._greet

    def fileno(self) -> int:
        """Return the socket's descriptor, as selectors ask for it."""
        return self._socket.fileno()

    @property
    def idle(self) -> bool:
        """Whether nothing of a handshake or of a request has come yet."""
        return self._step in (self._greet, self._read) and not self._reader.started

    @property
    def patient(self) -> bool:
        """Whether it is in the middle of something: a handshake, a request, an answer. Others may come first."""
        return not self._greeted or self._reader.started or bool(self._output)

    @property
    def lane(self) -> object:
        """What the request waits for, which is being answered; its own connection where that is not known."""
        if self._request is None or self._site.lane is None:
            return self
        return self._site.lane(self._request.environ)

    @property
    def unsent_bytes(self) -> int:
        """How much memory the answer takes that is being sent."""
        wholes = (piece.obj if isinstance(piece, memoryview) else piece for piece in self._output)
        return sum(memoryview(whole).nbytes for whole in wholes)

    def advance(self) -> Need:
        """Do what can be done now; returns what has to happen before the next call."""
        try:
            while True:
                need = self._step()
                if need is not None:
                    return need
        except WaitForRead:
            return Need.READ
        except WaitForWrite:
            return Need.WRITE
        except RefusedRequest as refusal:
            self._refuse(refusal)
            return Need.TURN
        except OSError as error:
            log.debug("lost a connection: %s", error)
            return Need.CLOSE

    def answer(self) -> None:
        """Have the application answer the request; never raises. The one method that any thread may call."""
        request = self._request
        assert request is not None  # noqa: S101 - Need.ANSWER says so
        site = self._site
        self._outcome = answer_request(site.app, request, lambda: request.keep_alive and not site.closing)

    def expire(self) -> Need:
        """Deal with the deadline having passed; a client in the middle of a request is told."""
        if self._step in (self._paused, self._send_slowly) and not self._site.closing:
            return self.advance()
        if self._step == self._read and self._reader.started:
            self._refuse(RefusedRequest("408 Request Timeout", "The request did not arrive in time."))
            return self.advance()
        return Need.CLOSE

    def close(self) -> None:
        """Let go of everything."""
        if self._socket.fileno() >= 0:
            if self._reset:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            else:
                self._transport.finish()
            self._socket.close()
            self._reader.close()
            # What it would have done next holds it: it and what OpenSSL has of it would wait for the collector.
            self._step = self._then = _done
            self._output.clear()

    def _greet(self) -> Need | None:
        """Tell TLS from plain HTTP, and set up nothing for those who never say a word."""
        try:
            first = self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            raise WaitForRead from None
        if not first:
            return Need.CLOSE
        if first != TLS_HANDSHAKE or self._site.secure is None:
            raise bad_request("This port speaks HTTPS only.")
        self._transport = self._site.secure(self._socket)
        self._step = self._handshake
        return None

    def _handshake(self) -> None:
        transport: TLSTransport = self._transport  # type: ignore[assignment]
        try:
            transport.handshake()
        except ConnectionError as error:
            log.info("TLS handshake with %s failed: %s", self._reader.environ["REMOTE_ADDR"], error)
            raise
        self._reader.environ["asm.client_certificate"] = transport.client_certificate()
        self._greeted = True
        self._await_request()

    def _await_request(self) -> None:
        self._step = self._read
        self._allow(self._site.limits.keep_alive_timeout)

    def _allow(self, seconds: float) -> None:
        if self._site.closing:
            seconds = min(seconds, self._site.limits.stop_stall_timeout)
        self.deadline = self._site.now() + seconds

    def _read(self) -> Need | None:
        data = self._transport.recv(READ_BYTES)
        if not data:
            return Need.CLOSE
        self._note_progress(len(data))
        return self._take(data)

    def _note_progress(self, size: int) -> None:
        self._progress = self._progress + size if self._reader.started else PROGRESS_BYTES
        if self._progress >= PROGRESS_BYTES:
            self._progress = 0
            self._allow(self._site.limits.request_timeout)

    def _take(self, data: bytes) -> Need | None:
        self._request = self._reader.feed(data)
        if self._request is not None:
            self.busy = self.proven = True
            self._outcome = None
            self._step = self._await_answer
            return None
        if self._reader.continue_due:
            self._reader.continue_due = False
            self._send_then([CONTINUE], self._read_on)
            return None
        return Need.READ

    def _read_on(self) -> Need:
        self._step = self._read
        self._allow(self._site.limits.request_timeout)
        return Need.READ

    def _read_pipelined(self) -> Need | None:
        self._read_on()
        return self._take(b"")

    def _await_answer(self) -> Need | None:
        if self._outcome is None:
            return Need.ANSWER
        output, self._stays_open = self._outcome
        self.busy = False
        self._reader.close()
        self._mishap = self._request.environ.get("asm.mishap") if self._request else None
        if self._mishap is None:
            self._send_then(output, self._end_exchange)
        else:
            self._output = list(output)
            self._pause(self._mishap.wait, self._suffer)
        return None

    def _send_then(self, output: Sequence[bytes], then: Callable[[], Need | None]) -> None:
        self._output = list(output)
        self._then = then
        self._step = self._send
        self._allow(self._site.limits.write_timeout)

    def _send(self) -> Need | None:
        for _ in range(SENDS_PER_TURN):
            piece = self._output[0]
            sent = self._transport.send(piece if len(piece) <= SEND_BYTES else memoryview(piece)[:SEND_BYTES])
            if sent < len(piece):
                self._output[0] = memoryview(piece)[sent:]
                self._allow(self._site.limits.write_timeout)
                continue
            del self._output[0]
            if not self._output:
                self._step = self._then
                return None
        return Need.WRITE

    def _end_exchange(self) -> Need:
        if not self._stays_open:
            return self._finish()
        if self._reader.started:
            self._step = self._read_pipelined
            return Need.TURN
        self._await_request()
        return Need.READ

    def _finish(self) -> Need:
        if not self._refused and not self._reader.started:
            return Need.CLOSE
        self._transport.finish()
        self._step = self._linger
        self._allow(self._site.limits.linger_timeout)
        return Need.READ

    def _linger(self) -> Need:
        """Throw away what still comes: closing now would reset the connection before the refusal is read."""
        return Need.READ if Transport.recv(self._transport, READ_BYTES) else Need.CLOSE

    def _refuse(self, refusal: RefusedRequest) -> None:
        log.info("refused a request from %s: %s", self._reader.environ["REMOTE_ADDR"], refusal.message)
        self._greeted = True
        self._refused = True
        answer = error_answer(refusal.status, refusal.message)
        output, self._stays_open = encode_answer(answer, None, keep_alive=False)
        self._send_then(output, self._end_exchange)

    # What happens on purpose.

    def _pause(self, seconds: float, then: Callable[[], Need | None]) -> None:
        self._then = then
        self._step = self._paused
        self._allow(seconds)

    def _paused(self) -> Need | None:
        if self._site.now() < self.deadline:
            return Need.TIME
        self._step = self._then
        return None

    def _end_stall(self) -> Need:
        return Need.CLOSE

    def _suffer(self) -> Need | None:
        mishap, output = self._mishap, [bytes(piece) for piece in self._output]
        assert mishap is not None  # noqa: S101 - the caller looked
        if mishap.reset == "before":
            return self._abort()
        if mishap.body_bytes is not None:
            self._stays_open = False
            output = cut(output, mishap.body_bytes)
        if mishap.bytes_per_second is not None:
            self._output = [b"".join(output)]
            self._began, self._sent = self._site.now(), 0
            self._step = self._send_slowly
        else:
            self._send_then(output, self._await_use if mishap.reset else self._end_exchange)
        return None

    def _send_slowly(self) -> Need | None:
        mishap, now = self._mishap, self._site.now()
        assert mishap is not None  # noqa: S101 - it made the step
        assert mishap.bytes_per_second is not None  # noqa: S101
        end = self._began + mishap.seconds
        if now >= end:
            return self._abort()
        self.deadline = end
        data = memoryview(self._output[0])
        due = min(int((now - self._began) * mishap.bytes_per_second), len(data), self._sent + SEND_BYTES)
        if due > self._sent:
            self._sent += self._transport.send(data[self._sent : due])
        if self._sent == len(data):
            self._output.clear()
            self._step = self._end_exchange
            return None
        self.deadline = min(end, now + max(SLOW_SECONDS, 1 / mishap.bytes_per_second))
        return Need.TIME

    def _await_use(self) -> Need:
        if self._reader.started:
            return self._abort()
        limits = self._site.limits
        self._step = self._reset_on_use
        self._allow(limits.keep_alive_timeout if self._stays_open else limits.linger_timeout)
        return Need.READ

    def _reset_on_use(self) -> Need:
        self._transport.recv(READ_BYTES)
        return self._abort()

    def _abort(self) -> Need:
        self._reset = True
        return Need.CLOSE
