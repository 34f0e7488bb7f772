"""What Service Bus tells of the traffic of an entity: metrics, how they are rolled up, and their values.

No message ever reaches an emulated namespace, so the traffic is a model, the same for every entity: an application
sends k messages in the k-th five minutes of every hour, from 0 to 11, each is received at once and none fails. It
begins with the first five minutes, counted from the hour, that begin when the entity is there. See docs/service-bus.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from emulator.domain import errors, service_bus_entities
from emulator.domain.service_bus_entities import NOTIFICATION_HUBS, QUEUES, RELAYS, TOPICS, Kind
from emulator.domain.world import Subscription

GRAIN = timedelta(minutes=5)
HOUR = 12
"""Grains in an hour, after which the model begins anew."""
EPOCH = datetime(2000, 1, 3, tzinfo=UTC)
"""A Monday: rollups of seven days are counted from it."""

Model = Callable[[int], int]
"""How much happens in the k-th five minutes of an hour."""


def _nothing(_grain: int) -> int:
    return 0


def _once(grain: int) -> int:
    return grain


def _twice(grain: int) -> int:
    return 2 * grain


class Metric(NamedTuple):
    """What is measured, in what unit, how it is best looked at, and how much of it the model has."""

    name: str
    unit: str
    primary_aggregation: str
    display_name: str
    model: Model = _nothing


class Rollup(NamedTuple):
    """How finely values are kept, and for how long."""

    name: str
    time_grain: timedelta
    retention: timedelta


class MetricValue(NamedTuple):
    """What was measured from `timestamp` on, for a rollup's length."""

    timestamp: datetime
    min: int
    max: int
    average: float
    total: int


class Limit(NamedTuple):
    """A condition on the timestamps of values: `gt`, `ge`, `lt`, `le` or `eq` a time."""

    operator: str
    time: datetime

    def allows(self, timestamp: datetime) -> bool:
        """Tell whether a timestamp meets the condition."""
        return {
            "gt": timestamp > self.time,
            "ge": timestamp >= self.time,
            "lt": timestamp < self.time,
            "le": timestamp <= self.time,
            "eq": timestamp == self.time,
        }[self.operator]


ROLLUPS = (
    Rollup("PT5M", GRAIN, timedelta(hours=2)),
    Rollup("PT1H", timedelta(hours=1), timedelta(days=7)),
    Rollup("P1D", timedelta(days=1), timedelta(days=60)),
    Rollup("P7D", timedelta(days=7), timedelta(days=730)),
)
_SIZE = Metric("size", "bytes", "Max", "Size")
_INCOMING = Metric("incoming", "Messages", "Total", "Incoming Messages", _once)
_OUTGOING = Metric("outgoing", "Messages", "Total", "Outgoing Messages", _once)


def _requests(model: Model) -> tuple[Metric, ...]:
    return (
        Metric("requests.total", "Requests", "Total", "Total Requests", model),
        Metric("requests.successful", "Requests", "Total", "Successful Requests", model),
        Metric("requests.failed", "Requests", "Total", "Failed requests"),
        Metric("requests.failed.internalservererror", "Requests", "Total", "Internal Server Errors"),
        Metric("requests.failed.serverbusy", "Requests", "Total", "Server Busy Errors"),
        Metric("requests.failed.other", "Requests", "Total", "Other Errors"),
    )


METRICS = {
    QUEUES: (_SIZE, _INCOMING, _OUTGOING, Metric("length", "Messages", "Max", "Length"), *_requests(_twice)),
    TOPICS: (_SIZE, _INCOMING, *_requests(_once)),
    RELAYS: (Metric("listeners.active", "Count", "Average", "Active listeners"),),
    NOTIFICATION_HUBS: (
        _INCOMING,
        Metric("outgoing.allpns.success", "Notifications", "Total", "Successful notifications", _once),
        Metric("registration.active", "Count", "Max", "Active Registrations"),
    ),
}
"""Kind of entity -> what is measured of it."""


def supported(subscription: Subscription, namespace: str, entity_name: str, *, kind: Kind) -> tuple[Metric, ...]:
    """Return what is measured of an entity."""
    service_bus_entities.get(subscription, namespace, entity_name, kind=kind)
    return METRICS[kind]


def rollups(
    subscription: Subscription, namespace: str, entity_name: str, metric: str, *, kind: Kind
) -> tuple[Rollup, ...]:
    """Return how a metric is rolled up: every one in the same ways."""
    _metric(supported(subscription, namespace, entity_name, kind=kind), metric)
    return ROLLUPS


def values(
    subscription: Subscription,
    namespace: str,
    entity_name: str,
    metric: str,
    rollup: str,
    limits: Sequence[Limit] = (),
    *,
    kind: Kind,
) -> list[MetricValue]:
    """Return the values of a metric that are kept still and meet the limits, oldest first."""
    found = _metric(supported(subscription, namespace, entity_name, kind=kind), metric)
    wanted = next((one for one in ROLLUPS if one.name.lower() == rollup.lower()), None)
    if wanted is None:
        raise errors.SERVICE_BUS_METRIC_NOT_FOUND()
    begun = service_bus_entities.get(subscription, namespace, entity_name, kind=kind).entity.created_at
    kept = _values(found.model, wanted, begun, subscription.now)
    return [value for value in kept if all(limit.allows(value.timestamp) for limit in limits)]


def _metric(metrics: Sequence[Metric], name: str) -> Metric:
    found = next((one for one in metrics if one.name.lower() == name.lower()), None)
    if found is None:
        raise errors.SERVICE_BUS_METRIC_NOT_FOUND()
    return found


def _values(model: Model, rollup: Rollup, begun: datetime, now: datetime) -> Iterator[MetricValue]:
    """Yield a value for each stretch that is kept still and in which five minutes have ended."""
    size = rollup.time_grain // GRAIN
    first, end = -((EPOCH - begun) // GRAIN), (now - EPOCH) // GRAIN
    oldest = max(first // size, -((EPOCH - now + rollup.retention) // rollup.time_grain))
    for stretch in range(oldest, -(-end // size)):
        grains = range(max(stretch * size, first), min((stretch + 1) * size, end))
        if grains:
            yield _value(model, EPOCH + stretch * rollup.time_grain, grains)


def _value(model: Model, timestamp: datetime, grains: range) -> MetricValue:
    hours, rest = divmod(len(grains), HOUR)
    part = [model(grain % HOUR) for grain in grains[:rest]]
    whole = [model(grain) for grain in range(HOUR)] if hours else []
    total = sum(part) + hours * sum(whole)
    return MetricValue(timestamp, min(part + whole), max(part + whole), total / len(grains), total)


_CONDITION = r"(?ai)\s*Timestamp\s+(gt|ge|lt|le|eq)\s+datetime'([0-9T:.-]+?)Z?'\s*"
"""It is compiled when it is first needed."""


def limits_of(text: str) -> tuple[Limit, ...]:
    """Read a filter such as `Timestamp gt datetime'2014-10-01T00:00:00Z'`; conditions are joined by `and`.

    Raises ValueError for any other.
    """
    return tuple(_limit(part) for part in re.split(r"\band\b", text, flags=re.IGNORECASE))


def _limit(text: str) -> Limit:
    match = re.fullmatch(_CONDITION, text)
    try:
        if match is not None:
            return Limit(match[1].lower(), datetime.fromisoformat(match[2]).replace(tzinfo=UTC))
    except ValueError:
        pass
    raise ValueError(f"{text.strip()[:80]!r} is no condition such as Timestamp gt datetime'2014-10-01T00:00:00Z'")
