"""The threads of a server. Knows when connections move, not what they do.

One thread leads: it waits for sockets, and moves connections that can move. It also runs the application itself,
for nothing is faster; but before it does, it puts the lead on the table. If the application is done soon, as it
nearly always is, the leader takes the lead back and goes on. If it is not, another thread has taken it by then, and
the former leader hands over the connection when the application is done. So there is one thread at a time that
touches connections, sockets and the selector, nothing here needs a lock, and a request costs no switch of threads.

What is ready together is served together: first all requests are read, then all are answered, then all answers are
sent. For code that has just run is still in the processor's caches: of eight connections each was served a quarter
faster than one after the other.

Measured with Flask and TLS on two cores, eight connections: twice as many requests per second as a thread that waits
and hands each request to a pool, because threads that run Python at the same time spend it on waiting for each other.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import selectors
import socket
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from emulator.server.connection import Connection, Need, Site

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger("emulator.server")

PATIENCE_SECONDS = 0.005
"""How long an application may take, at least, before another thread takes the lead."""

LULL_SECONDS = 0.02
"""After so long without a client the thread that watches the leader goes to sleep, too."""

PATIENT_SECONDS = 0.005
"""How long those who do something large, or one thing after the other, may keep everybody else waiting."""

TOGETHER = 32
"""How many requests are read before the first of them is answered, at most."""

UNSENT_SECONDS = 0.001
"""How long the first answer may wait for those of others, give or take the last of them."""

ASLEEP_SECONDS = 10.0
"""After how long without taking up anything of its answer a client is taken to have left it: one that reads slowly has
megabytes in the system's buffers, and takes up nothing more until it has read them."""

SLOW_SHARE = 4
"""How many times as much may wait for clients that are only slow."""

ACCEPTS_PER_TURN = 256
"""At most, and for no longer than is patient."""

RETRY_SECONDS = 0.05
"""When to accept again after the process ran out of descriptors that are not ours to free."""

GRACE_SECONDS = 0.3
"""For the threads to end once everything they served is closed."""

OUT_OF_DESCRIPTORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class Loop:
    """Serves the connections that come in on `listener`, with up to `threads` calls of the application at a time."""

    def __init__(self, listener: socket.socket, site: Site, *, threads: int) -> None:
        self._listener = listener
        self._site = site
        self._max_calls = threads
        self._selector = selectors.DefaultSelector()
        self._bell, self._bell_rope = socket.socketpair()
        self._events: dict[Connection, int] = {}  # every connection, and what the selector watches it for
        self._turns: deque[Connection] = deque()  # those that need no event to go on
        self._asking: deque[Connection] = deque()  # those whose request was read
        self._answered: deque[Connection] = deque()  # those whose answer is to be sent
        self._patient: deque[Connection] = deque()  # those in the middle of something, who come when there is time
        self._unsent: dict[Connection, int] = {}  # those that wait for their client to take up an answer, in bytes
        self._held: deque[Connection] = deque()  # those whose request waits for a thread
        self._away: set[Connection] = set()  # those that a former leader answers
        self._max_of_one_lane = max(1, threads // 2)
        self._sweep_seconds = _sweep_interval(site)
        self._next_sweep = 0.0
        self._accepting = False
        self._stop_by: float | None = None
        self._ended = False
        self._table: deque[Connection] = deque(maxlen=1)  # holds the lead while the leader answers this one
        self._calls = 0
        self._stirring = threading.Event()
        self._watching = threading.Lock()
        self._threads: list[threading.Thread] = []

    @property
    def ended(self) -> bool:
        """Whether nothing is served any more."""
        return self._ended

    @property
    def connections(self) -> int:
        """How many connections are open, but for the moment in which one changes hands."""
        return len(self._events) + len(self._away)

    def start(self) -> None:
        """Start serving."""
        self._bell.setblocking(False)
        self._bell_rope.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ, self._hear_bell)
        self._set_accepting(True)
        self._stirring.set()
        self._start_thread(leads=True)
        self._start_thread(leads=False)

    def stop(self) -> None:
        """Finish the answers in flight and end every thread; from within one of these, only ask for it."""
        if self._stop_by is None:
            self._stop_by = self._site.now() + self._site.limits.stop_timeout
        self._ring()
        if threading.current_thread() not in self._threads:
            self._join(max(self._stop_by, self._site.now()) + GRACE_SECONDS)

    def _join(self, end: float) -> None:
        for thread in self._threads:
            thread.join(max(0.0, end - self._site.now()))
        late = [thread.name for thread in self._threads if thread.is_alive()]
        if late:
            log.warning("still in the application: %s; a thread ends when that returns", ", ".join(late))
        else:
            self._bell_rope.close()

    # The lead.

    def _start_thread(self, *, leads: bool) -> None:
        name = f"asm-emulator-{len(self._threads)}"
        thread = threading.Thread(target=self._run, args=(leads,), name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _run(self, leads: bool) -> None:
        while leads or self._take_the_lead():
            if not leads and len(self._threads) <= self._max_calls:
                with contextlib.suppress(RuntimeError):  # out of threads: those that are there have to do
                    self._start_thread(leads=False)  # to watch this leader
            self._lead()
            leads = False
        with contextlib.suppress(IndexError):
            while True:  # what a former leader brought back too late
                self._turns.popleft().close()

    def _take_the_lead(self) -> bool:
        """Wait until the leader is overdue; false when there is nothing to lead any more."""
        with self._watching:
            seen = -1
            while not self._ended:
                self._stirring.wait()
                call = self._calls
                if call == seen and self._table:
                    with contextlib.suppress(IndexError):
                        self._away.add(self._table.pop())
                        return True
                seen = call
                time.sleep(PATIENCE_SECONDS)
            return False

    def _lead(self) -> None:
        """Serve until the lead is lost, or all is over."""
        while not self._ended:
            try:
                if not self._go_round():
                    return
            except Exception:  # a leader must not go without a successor
                log.exception("the server stumbled")
                time.sleep(RETRY_SECONDS)

    def _answer(self, connection: Connection) -> bool:
        """Run the application; returns whether this thread still leads."""
        self._calls += 1
        self._table.append(connection)
        connection.answer()
        with contextlib.suppress(ValueError):
            self._table.remove(connection)  # and no other: a new leader may have put down its own
            return True
        self._turns.append(connection)
        self._ring()
        return False

    # What the leader does. Whatever returns a bool tells whether this thread still leads.

    def _go_round(self) -> bool:
        ready = self._wait()
        if not self._serve_turns() or not self._serve_ready(ready):
            return False
        if self._site.now() >= self._next_sweep:
            self._sweep()
        if self._stop_by is not None:
            self._wind_down(self._stop_by)
        return True

    def _wait(self) -> list[tuple[selectors.SelectorKey, int]]:
        if self._turns or self._asking or self._answered or self._patient:
            return self._selector.select(0)
        ready = self._selector.select(LULL_SECONDS)
        if not ready:
            self._stirring.clear()
            ready = self._selector.select(self._time_to_sweep())
            self._stirring.set()
        return ready

    def _time_to_sweep(self) -> float | None:
        if self._stop_by is None and self._accepting and not self._events:
            return None
        return max(0.0, self._next_sweep - self._site.now())

    def _serve_turns(self) -> bool:
        end = self._site.now() + PATIENT_SECONDS
        for _ in range(len(self._turns)):
            connection = self._turns.popleft()
            connection.in_turn = False
            if connection in self._away:
                self._away.remove(connection)
                self._asking.extendleft(reversed(self._held))  # before those that have only come now
                self._held.clear()
            if connection in self._events:
                self._advance(connection)
            if self._site.now() > end:
                break
        return self._serve_requests()

    def _serve_ready(self, ready: Iterable[tuple[selectors.SelectorKey, int]]) -> bool:
        patient: list[Connection] = []
        for key, _ in ready:
            connection = key.data
            if not isinstance(connection, Connection):
                connection()
            elif connection.in_turn:
                continue
            elif connection.busy:
                self._watch_for(connection, 0)
            elif connection.patient:
                patient.append(connection)
            elif connection in self._events:
                self._advance(connection)
                if len(self._asking) >= TOGETHER and not self._serve_requests():
                    return False
        return self._serve_requests() and self._serve_patient(patient)

    def _serve_patient(self, patient: list[Connection]) -> bool:
        """Serve as many as there is time for. The others wait, unwatched: a crowd is not looked through every time.

        In turn the one that waits the longest, so that nobody waits for ever, and the one that came last, so that a
        crowd of thousands is no reason to wait.
        """
        end = self._site.now() + PATIENT_SECONDS
        waiting, oldest = self._patient, True
        for connection in sorted(patient, key=lambda each: each.quiet_since):
            connection.in_turn = True
            waiting.append(connection)
        while waiting and self._site.now() < end:
            connection = waiting.popleft() if oldest else waiting.pop()
            oldest = not oldest
            connection.in_turn = False
            if connection in self._events:
                self._advance(connection)
        for connection in patient:
            if connection.in_turn and connection in self._events:
                self._watch_for(connection, 0)
        return self._serve_requests()

    def _advance(self, connection: Connection) -> None:
        """Move a connection on as far as it gets without the application."""
        try:
            need = connection.advance()
            if need is Need.ANSWER:
                self._asking.append(connection)
            else:
                self._settle(connection, need)
        except Exception:
            log.exception("a connection is given up")
            self._drop(connection)

    def _serve_requests(self) -> bool:
        """Answer what was read, and send the answers; first those that a former leader could not send any more."""
        self._send_answers()
        end = self._site.now() + UNSENT_SECONDS
        while self._asking:
            connection = self._asking.popleft()
            if self._is_held(connection):
                self._held.append(connection)
            elif self._answer(connection):
                self._answered.append(connection)
                if self._site.now() > end:
                    self._send_answers()
                    end = self._site.now() + UNSENT_SECONDS
            else:
                return False
        self._send_answers()
        return True

    def _is_held(self, connection: Connection) -> bool:
        """Tell whether a request has to wait: for a thread, or for those of its lane that have half of them."""
        if len(self._away) >= self._max_calls:
            return True
        if len(self._away) < self._max_of_one_lane:
            return False
        return sum(each.lane == connection.lane for each in self._away) >= self._max_of_one_lane

    def _send_answers(self) -> None:
        while self._answered:
            self._advance(self._answered.popleft())

    def _settle(self, connection: Connection, need: Need) -> None:
        self._unsent.pop(connection, None)
        if need is Need.TURN:
            self._give_turn(connection)
        elif need is Need.CLOSE or (self._site.closing and connection.idle):
            self._drop(connection)
        elif need is Need.TIME:
            self._watch_for(connection, 0)
            self._next_sweep = min(self._next_sweep, connection.deadline)
        else:
            connection.quiet_since = self._site.now()
            self._watch_for(connection, selectors.EVENT_WRITE if need is Need.WRITE else selectors.EVENT_READ)
            if need is Need.WRITE:
                self._bound_unsent(connection)

    def _bound_unsent(self, connection: Connection) -> None:
        """Give up answers that nobody takes up, where there are too many: the one that has been left for the longest.

        Who has taken up something within the last second is slow, but not asleep: there may be four times as many.
        """
        self._unsent[connection] = connection.unsent_bytes
        before, most = self._site.now() - ASLEEP_SECONDS, self._site.limits.unsent_bytes
        while (size := sum(self._unsent.values())) > most:
            sleeper = next(iter(self._unsent))  # whoever takes up something goes to the end
            if sleeper is connection or (sleeper.quiet_since > before and size <= SLOW_SHARE * most):
                return
            log.info("closing a connection whose client does not take up its answer: there are too many of them")
            self._drop(sleeper)

    def _give_turn(self, connection: Connection) -> None:
        if not connection.in_turn:
            connection.in_turn = True
            self._turns.append(connection)

    def _watch_for(self, connection: Connection, events: int) -> None:
        current = self._events[connection]
        if events == current:
            return
        if not current:
            self._selector.register(connection, events, connection)
        elif events:
            self._selector.modify(connection, events, connection)
        else:
            self._selector.unregister(connection)
        self._events[connection] = events

    def _drop(self, connection: Connection) -> None:
        self._watch_for(connection, 0)
        del self._events[connection]
        self._unsent.pop(connection, None)
        connection.close()

    def _accept(self) -> None:
        end = self._site.now() + PATIENT_SECONDS
        for accepted in range(ACCEPTS_PER_TURN):
            if self._site.now() > end:
                return
            try:
                sock, address = self._listener.accept()
            except OSError as error:
                # Without descriptors accept fails also where nobody waits; only the first one knows that somebody does.
                if error.errno in OUT_OF_DESCRIPTORS and not accepted:
                    self._make_room(error)
                return
            self._add(sock, address)

    def _add(self, sock: socket.socket, address: tuple[str, int]) -> None:
        try:
            connection = Connection(sock, address, self._site)
            self._selector.register(connection, selectors.EVENT_READ, connection)
        except OSError as error:
            log.info("cannot serve %s: %s", address[0], error)
            sock.close()
            return
        self._events[connection] = selectors.EVENT_READ

    def _make_room(self, error: OSError) -> None:
        """Close the connection that is missed least, or accept nobody for a while if there is none.

        That is one that never made a request, if there is one, and of these the one that has been quiet the longest.
        """
        idlers = [each for each in self._events if not each.busy]
        if idlers:
            log.info("%s: closing the connection that has been quiet the longest", error.strerror)
            self._drop(min(idlers, key=lambda each: (each.proven, each.quiet_since)))
            return
        log.warning("%s: no new connections for the moment", error.strerror)
        self._set_accepting(False)
        self._next_sweep = self._site.now() + RETRY_SECONDS

    def _set_accepting(self, accepting: bool) -> None:
        if accepting:
            self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        elif self._accepting:
            self._selector.unregister(self._listener)
        self._accepting = accepting

    def _sweep(self) -> None:
        now = self._site.now()
        self._next_sweep = now + self._sweep_seconds
        for connection in [each for each in self._events if each.deadline <= now and not each.busy]:
            if connection in self._events:  # not closed for what another one is to be sent
                self._settle(connection, connection.expire())
        if not self._accepting and not self._site.closing:
            self._set_accepting(True)

    def _wind_down(self, stop_by: float) -> None:
        if not self._site.closing:
            self._begin_to_stop()
        if not self._events or self._site.now() >= stop_by:
            self._end()

    def _begin_to_stop(self) -> None:
        self._accept()  # those who think that they are connected
        self._site.closing = True
        self._set_accepting(False)
        self._listener.close()
        self._sweep_seconds = self._next_sweep = 0.0
        stalled = self._site.now() + self._site.limits.stop_stall_timeout
        for connection in self._events:
            if not connection.busy:
                connection.deadline = min(connection.deadline, stalled)
                self._give_turn(connection)

    def _end(self) -> None:
        for connection in [each for each in self._events if each not in self._away]:
            self._drop(connection)
        self._selector.close()
        self._bell.close()
        self._ended = True
        self._stirring.set()

    def _ring(self) -> None:
        with contextlib.suppress(OSError):
            self._bell_rope.send(b"\0")

    def _hear_bell(self) -> None:
        self._bell.recv(4096)


def _sweep_interval(site: Site) -> float:
    """Return how often to look for deadlines: a quarter of the shortest, a second at most."""
    limits = site.limits
    reading = min(limits.handshake_timeout, limits.keep_alive_timeout, limits.request_timeout)
    return min(4.0, reading, limits.write_timeout, limits.linger_timeout) / 4
