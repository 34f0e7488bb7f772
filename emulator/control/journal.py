"""What was asked and answered: a bounded ring of exchanges for each subscription, and one for requests of none.

A `Watcher` of the pipeline. It is paid for by every request, so it notes what there is and makes nothing of it: that
is done for whoever asks. Of answers it keeps no bodies, and of requests only those that were refused, which
`emulator.control.explain` tries again.
"""

from __future__ import annotations

import time
from collections import deque
from datetime import datetime
from hashlib import sha1
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec import Struct

from emulator.domain import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from emulator.domain.records import TrackedOperation
    from emulator.domain.refusals import ServiceError
    from emulator.pipeline import Answer, Call

KEPT_BODY = 64 * 1024
"""Bytes of the body of a refused request that are kept, so that it can be tried again."""
FAULT = "x-asm-emulator-fault"
"""The header of an answer that names the rule which broke it on purpose."""


_UNKNOWN = {id(errors.UNKNOWN_PATH), id(errors.WRONG_VERB), id(errors.WRONG_QUERY)}
"""How a request is refused that no row fits; a refusal is told by which object it is."""


class Entry(Struct, frozen=True):
    """One exchange as it was noted; `started` is of time.perf_counter.

    `call` is there where a refusal may be looked into.
    """

    request_id: str
    at: datetime
    started: float
    client_ip: str
    certificate: bytes | None
    method: str
    path: str
    query: str
    version: str | None
    operation: str
    status: int
    seconds: float
    error: ServiceError | None
    unread: Sequence[str]
    nearest: Sequence[str]
    fault: str | None
    tracked: TrackedOperation | None
    call: Call | None

    @property
    def subscription_id(self) -> str:
        """The id in the path, in lower case: also where nobody was let into that subscription."""
        return self.path.lstrip("/").partition("/")[0].lower()

    @property
    def caller(self) -> str | None:
        """The thumbprint of the certificate that came with it, known or not."""
        return sha1(self.certificate, usedforsecurity=False).hexdigest().upper() if self.certificate else None


class Exchange(Struct, frozen=True, kw_only=True):
    """One exchange as it is shown. `at` is the time on the subscription's clock, `caller` a certificate's thumbprint.

    `operation` is the name of the row that matched, empty where none did. It is `unknown` that none does, and not
    that nobody looked: `nearest` is then what would have been possible, paths, methods or queries. `unread` are the
    paths of elements of the request's body that nobody read, `fault` the rule that broke the answer on purpose,
    `code` and `message` what it was refused with.
    """

    request_id: str
    at: datetime
    caller: str | None
    client_ip: str
    method: str
    path: str
    query: str
    version: str | None
    operation: str
    status: int
    milliseconds: float
    code: str | None
    message: str | None
    unread: list[str]
    nearest: list[str]
    unknown: bool
    fault: str | None


def shown(entry: Entry) -> Exchange:
    """Return an entry as it is shown."""
    return Exchange(
        request_id=entry.request_id,
        at=entry.at,
        caller=entry.caller,
        client_ip=entry.client_ip,
        method=entry.method,
        path=entry.path,
        query=entry.query,
        version=entry.version,
        operation=entry.operation,
        status=entry.status,
        milliseconds=round(entry.seconds * 1000, 3),
        code=entry.error.code if entry.error else None,
        message=entry.error.message if entry.error else None,
        unread=list(entry.unread),
        nearest=list(entry.nearest),
        unknown=not entry.operation and entry.error is not None and id(entry.error.refusal) in _UNKNOWN,
        fault=entry.fault,
    )


def noted(call: Call, answer: Answer, at: datetime) -> Entry:
    """Return what is to be kept of a call."""
    request, operation, fault = call.request, call.operation, None
    for name, value in answer.headers:
        if name == FAULT:
            fault = value
    return Entry(
        call.request_id,
        at,
        call.started,
        request.client_ip,
        request.certificate,
        request.method,
        request.path,
        request.query,
        request.version,
        operation.name if operation is not None else "",
        answer.status,
        time.perf_counter() - call.started,
        call.error,
        call.unread or (),
        call.nearest,
        fault,
        call.tracked,
        _to_try(call) if call.error is not None else None,
    )


def _to_try(call: Call) -> Call | None:
    """Return a refused call if it can be tried again, without what it would keep alive for nothing."""
    # The traceback of an exception holds every local variable on its way.
    error = call.error
    while error is not None:
        error.__traceback__, error.__context__, following = None, None, error.__context__
        error = following
    if call.values is None or len(call.body) > KEPT_BODY:
        return None
    call.request = call.request._replace(body=bytes)
    return call


class Journal:
    """The last `size` exchanges of each subscription, and of requests that came into none."""

    def __init__(self, size: int, wall: Callable[[], datetime]) -> None:
        self.size, self._wall = size, wall
        self._rings: dict[str, deque[Entry]] = {}
        self._nobodys: deque[Entry] = deque(maxlen=size)
        self._nothing: deque[Entry] = deque(maxlen=0)

    def reached(self, _call: Call) -> Answer | None:
        """Let it pass."""
        return None

    def answered(self, call: Call, answer: Answer) -> Answer:
        """Note it."""
        subscription = call.subscription
        if subscription is None:
            self._nobodys.append(noted(call, answer, self._wall()))
            return answer
        ring = self._rings.get(subscription.id)
        if ring is None:
            ring = self._rings.setdefault(subscription.id, deque(maxlen=self.size))
        ring.append(noted(call, answer, subscription.clock.now))
        return answer

    def entries(self, subscription_id: str | None = None) -> list[Entry]:
        """Return what is kept of one subscription or of all, oldest first: also of who was not let into it."""
        if subscription_id is None:
            rings = [*list(self._rings.values()), self._nobodys]
            found = [entry for ring in rings for entry in ring.copy()]
        else:
            key = subscription_id.lower()
            found = [entry for entry in self._nobodys.copy() if entry.subscription_id == key]
            found += self._rings.get(key, self._nothing).copy()
        return sorted(found, key=attrgetter("started"))

    def find(self, request_id: str, subscription_id: str | None = None) -> Entry | None:
        """Return the exchange of a request id, with or without dashes; the last where several have it."""
        wanted = request_id.replace("-", "").lower()
        return next((one for one in reversed(self.entries(subscription_id)) if one.request_id == wanted), None)

    def forget(self, subscription_id: str | None = None) -> None:
        """Forget what is kept of one subscription, or everything."""
        if subscription_id is None:
            self._rings.clear()
            self._nobodys.clear()
            return
        key = subscription_id.lower()
        self._rings.pop(key, None)
        rest = (entry for entry in self._nobodys.copy() if entry.subscription_id != key)
        self._nobodys = deque(rest, maxlen=self.size)
