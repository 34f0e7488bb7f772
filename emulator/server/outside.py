"""Calls of jobs to hosts that the settings name: made by a thread of their own, one after the other, each for seconds.

The thread is there while calls wait, and ends when none has come for a moment. What waits is bounded: a clock that is
moved over a thousand runs makes no thousand calls.
"""

from __future__ import annotations

import http.client
import logging
import queue
import threading
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from emulator.domain.scheduler_records import HttpRequest

log = logging.getLogger("emulator.outside")

WAITING = 20
"""Calls that may wait."""
TIMEOUT = 5.0
"""Seconds for each step of a call."""
IDLE = 0.5
BODY_SHOWN = 1024

Told = Callable[[bool, str], None]


class Caller:
    """Makes the calls to some hosts, and tells how each went."""

    def __init__(self, hosts: Iterable[str], timeout: float = TIMEOUT) -> None:
        self._hosts, self._timeout = {host.lower() for host in hosts}, timeout
        self._waiting: queue.Queue[tuple[HttpRequest, Told]] = queue.Queue(WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def makes(self, host: str) -> bool:
        """Tell whether calls to a host are made."""
        return host.lower() in self._hosts

    def call(self, request: HttpRequest, told: Told) -> bool:
        """Make a call soon; `told` hears whether it succeeded and what was answered. False if too many wait."""
        with self._lock:
            try:
                self._waiting.put_nowait((request, told))
            except queue.Full:
                return False
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="outside calls", daemon=True)
                self._thread.start()
        return True

    def _work(self) -> None:
        while True:
            try:
                request, told = self._waiting.get(timeout=IDLE)
            except queue.Empty:
                with self._lock:
                    if self._waiting.empty():
                        self._thread = None
                        return
                continue
            try:
                told(*self._made(request))
            except Exception:
                log.exception("the call to %s could not be told", request.uri)

    def _made(self, request: HttpRequest) -> tuple[bool, str]:
        parts = urlsplit(request.uri)
        kind = http.client.HTTPSConnection if parts.scheme.lower() == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._timeout)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            body = None if request.body is None else request.body.encode()
            connection.request(request.method.upper(), target, body, request.headers or {})
            answer = connection.getresponse()
            text = answer.read(BODY_SHOWN).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException, ValueError) as error:
            return False, f"Http Action - Request to host '{parts.hostname}' failed: {error}"
        finally:
            connection.close()
        told = f"Http Action - Response from host '{parts.hostname}': '{answer.reason}' {answer.status}: {text}"
        return answer.status < http.client.BAD_REQUEST, told
