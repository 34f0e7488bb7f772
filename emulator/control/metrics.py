"""Counts of what was answered, and what is there, in the text form that Prometheus reads.

Written here and not by prometheus_client: that would be one more package for everybody, and one more thing to import
before the first answer, for what takes two dozen lines.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.domain.world import World
    from emulator.pipeline import Answer, Call

BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
"""Upper bounds of the histogram of durations, in seconds: a request takes well under a millisecond."""
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, object]


class Metrics:
    """Counts the answers by operation and status, and how long they took. A `Watcher` of the pipeline."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[tuple[str, int], int] = {}
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0

    def reached(self, _call: Call) -> Answer | None:
        """Let it pass."""
        return None

    def answered(self, call: Call, answer: Answer) -> Answer:
        """Count it."""
        operation = call.operation
        key = (operation.name if operation is not None else "", answer.status)
        seconds = time.perf_counter() - call.started
        with self._lock:
            self._requests[key] = self._requests.get(key, 0) + 1
            self._buckets[bisect_left(BUCKETS, seconds)] += 1
            self._seconds += seconds
        return answer

    def text(self, world: World, connections: int) -> str:
        """Return all metrics."""
        with self._lock:
            requests, buckets, seconds = dict(self._requests), list(self._buckets), self._seconds
        subscriptions = list(world.subscriptions.values())
        pending = sum(len(one.clock.schedule) for one in subscriptions)
        counted = [({"operation": name, "status": status}, n) for (name, status), n in sorted(requests.items())]
        lines = [
            *_metric("requests_total", "counter", "Requests answered; operation is empty where no row fits.", counted),
            *_metric("request_duration_seconds", "histogram", "How long answers took.", _histogram(buckets, seconds)),
            *_metric("open_connections", "gauge", "Connections to the management API.", [({}, connections)]),
            *_metric("subscriptions", "gauge", "Subscriptions in use.", [({}, len(subscriptions))]),
            *_metric("pending_events", "gauge", "Events on the schedules of all clocks.", [({}, pending)]),
        ]
        return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, meaning: str, values: Iterable[tuple[Labels, float]]) -> Iterator[str]:
    full = f"asm_emulator_{name}"
    yield f"# HELP {full} {meaning}"
    yield f"# TYPE {full} {kind}"
    for labels, value in values:
        suffix = str(labels.get("", ""))
        said = ",".join(f'{label}="{of}"' for label, of in labels.items() if label)
        yield f"{full}{suffix}{{{said}}} {value}" if said else f"{full}{suffix} {value}"


def _histogram(buckets: list[int], seconds: float) -> Iterator[tuple[Labels, float]]:
    """Yield the values of a histogram; the label without a name is what its name ends in."""
    count = 0
    for bound, number in zip([*map(str, BUCKETS), "+Inf"], buckets, strict=True):
        count += number
        yield {"": "_bucket", "le": bound}, count
    yield {"": "_sum"}, round(seconds, 6)
    yield {"": "_count"}, count
