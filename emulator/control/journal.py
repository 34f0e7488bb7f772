"""What was asked and answered: the last exchanges of each subscription, and of requests of none.

A `Watcher` of the pipeline. It is paid for by every request, so it notes what there is and makes nothing of it: that
is done for whoever asks. Of answers it keeps no bodies, and of requests only those that were refused, which
`emulator.control.explain` tries again.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
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
EACH_BYTES = 8 * 1024 * 1024
"""How much memory the exchanges of one subscription may take."""
ALL_BYTES = 64 * 1024 * 1024
"""The same of all subscriptions together."""
QUERY_BYTES = 50
"""What a character of a query may come to when it is taken apart."""
PLAIN_BYTES = 900
"""What an exchange takes beside what was sent."""
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


def _size(entry: Entry) -> int:
    size = PLAIN_BYTES + len(entry.path) + len(entry.query) + len(entry.certificate or b"")
    if entry.unread:
        size += sum(map(len, entry.unread))
    # What is tried again has its query once more, taken apart.
    return size if entry.call is None else size + len(entry.call.body) + QUERY_BYTES * len(entry.query)


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
    if call.values is None or len(call.body) > KEPT_BODY:
        return None
    call.request = call.request._replace(body=bytes)
    return call


class _Ring:
    """The last exchanges of one subscription, oldest first, and how much memory they take."""

    __slots__ = ("_sizes", "bytes", "entries")

    def __init__(self, most: int) -> None:
        self.entries: deque[Entry] = deque(maxlen=most)
        self._sizes: deque[int] = deque(maxlen=most)
        self.bytes = 0

    def add(self, entry: Entry) -> int:
        """Add an exchange, and forget the oldest where there are too many or too large ones; return the bytes more."""
        sizes, size, before = self._sizes, _size(entry), self.bytes
        self.bytes += size - sizes[0] if len(sizes) == sizes.maxlen else size
        self.entries.append(entry)
        sizes.append(size)
        while self.bytes > EACH_BYTES:
            self.forget()
        return self.bytes - before

    def forget(self) -> int:
        """Forget the oldest, and return how many bytes it took."""
        self.entries.popleft()
        size = self._sizes.popleft()
        self.bytes -= size
        return size


NOBODY = ""
"""Whose the requests are that came into no subscription."""


class Journal:
    """The last `size` exchanges of each subscription, and of requests that came into none.

    There are fewer where they are large, or where there are many subscriptions: then those that were asked the longest
    ago lose theirs first, oldest first. Any thread may call any method.
    """

    def __init__(self, size: int, wall: Callable[[], datetime]) -> None:
        self.size, self._wall = size, wall
        self._lock = threading.Lock()
        self._rings: OrderedDict[str, _Ring] = OrderedDict()  # by subscription, the one asked last at the end
        self._bytes = 0

    def reached(self, _call: Call) -> Answer | None:
        """Let it pass."""
        return None

    def answered(self, call: Call, answer: Answer) -> Answer:
        """Note it."""
        if not self.size:
            return answer
        subscription = call.subscription
        if subscription is None:
            key, entry = NOBODY, noted(call, answer, self._wall())
        else:
            key, entry = subscription.id, noted(call, answer, subscription.clock.now)
        with self._lock:
            ring = self._rings.get(key)
            if ring is None:
                ring = self._rings[key] = _Ring(self.size)
            else:
                self._rings.move_to_end(key)
            self._bytes += ring.add(entry)
            while self._bytes > ALL_BYTES:
                self._forget_oldest()
        return answer

    def _forget_oldest(self) -> None:
        key, ring = next(iter(self._rings.items()))
        self._bytes -= ring.forget()
        if not ring.entries:
            del self._rings[key]

    def entries(self, subscription_id: str | None = None) -> list[Entry]:
        """Return what is kept of one subscription or of all, oldest first: also of who was not let into it."""
        key = None if subscription_id is None else subscription_id.lower()
        with self._lock:
            if key is None:
                found = [entry for ring in self._rings.values() for entry in ring.entries]
            else:
                found = [entry for entry in self._kept(NOBODY) if entry.subscription_id == key]
                found += self._kept(key)
        return sorted(found, key=attrgetter("started"))

    def _kept(self, key: str) -> Sequence[Entry]:
        ring = self._rings.get(key)
        return () if ring is None else ring.entries

    def find(self, request_id: str, subscription_id: str | None = None) -> Entry | None:
        """Return the exchange of a request id, with or without dashes; the last where several have it."""
        wanted = request_id.replace("-", "").lower()
        return next((one for one in reversed(self.entries(subscription_id)) if one.request_id == wanted), None)

    def forget(self, subscription_id: str | None = None) -> None:
        """Forget what is kept of one subscription, or everything."""
        with self._lock:
            if subscription_id is None:
                self._rings.clear()
            else:
                key = subscription_id.lower()
                self._rings.pop(key, None)
                self._forget_wanting(key)
            self._bytes = sum(ring.bytes for ring in self._rings.values())

    def _forget_wanting(self, key: str) -> None:
        """Forget who was not let into a subscription."""
        ring = self._rings.pop(NOBODY, None)
        others = [entry for entry in ring.entries if entry.subscription_id != key] if ring is not None else []
        if others:
            kept = self._rings[NOBODY] = _Ring(self.size)
            for entry in others:
                kept.add(entry)
