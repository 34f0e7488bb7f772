"""Metrics of Service Bus: as Atom feeds of data-service properties, and as JSON for those who ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec

from emulator.domain.service_bus_metrics import ROLLUPS, Metric, MetricValue, Rollup
from emulator.wire.atom import Envelope, Feed, title, updated
from emulator.wire.common import nothing, write_duration
from emulator.wire.contract import Contract, column
from emulator.wire.values import DATE, INTEGER, Value, write_date
from emulator.wire.writing import Context

DATA = "http://schemas.microsoft.com/ado/2007/08/dataservices"
METADATA = f"{DATA}/metadata"
HOST = "https://sbgm.windows.net/"


class _Properties(Contract[Any]):
    """Contents that stand in `m:properties`; their prefixes are declared by the feed."""

    def write(self, record: object, context: Context) -> bytes:
        """Return the properties of a record."""
        parts = ["<m:properties>"]
        self.emit(record, parts, context)
        return "".join([*parts, "</m:properties>"]).encode()


def _feed(resource: str, *columns: Any, key: Callable[[Any], str]) -> Feed:
    """Return a feed of records whose ids are made of `key`."""

    def head(_records: Any, context: Context) -> str:
        return f"{title(resource)}<id>{HOST}{resource}</id>{updated(context)}"

    def entry(record: Any, context: Context) -> str:
        return f"<id>{HOST}{resource}({key(record)})</id><title/>{updated(context)}<author><name/></author>"

    envelope = Envelope(head, entry, feed_attributes=f' xmlns:d="{DATA}" xmlns:m="{METADATA}"')
    return Feed(_Properties("properties", nothing, columns), envelope)


_DURATION = Value(str, write_duration)
_SINGLE = Value(float, lambda number: f"{number:.7g}")
_INT64 = ' m:type="Edm.Int64"'

METRICS = _feed(
    "Metrics",
    column("d:Name", attribute="name"),
    column("d:PrimaryAggregation", attribute="primary_aggregation"),
    column("d:Unit", attribute="unit"),
    column("d:DisplayName", attribute="display_name"),
    key=lambda metric: f"'{metric.name}'",
)
ROLLUP_FEED = _feed(
    "MetricRollups",
    column("d:TimeGrain", _DURATION, attribute="time_grain"),
    column("d:Retention", _DURATION, attribute="retention"),
    key=lambda rollup: f"'{rollup.name}'",
)
VALUES = _feed(
    "MetricValues",
    column("d:Timestamp", DATE, attribute="timestamp", attributes=' m:type="Edm.DateTime"'),
    column("d:Min", INTEGER, attribute="min", attributes=_INT64),
    column("d:Max", INTEGER, attribute="max", attributes=_INT64),
    column("d:Average", _SINGLE, attribute="average", attributes=' m:type="Edm.Single"'),
    column("d:Total", INTEGER, attribute="total", attributes=_INT64),
    key=lambda value: f"datetime'{write_date(value.timestamp)}'",
)


# ---- JSON


class JsonList(NamedTuple):
    """A list of objects, each made by `shape`."""

    shape: Callable[[Any], Mapping[str, object]]
    media_type: str = "application/json; charset=utf-8"

    def write(self, records: Iterable[Any], _context: Context) -> bytes:
        """Return the document of the records."""
        return msgspec.json.encode([self.shape(record) for record in records])


def _span(length: timedelta) -> str:
    """Return a duration as .NET writes it: `7.00:00:00` is seven days."""
    minutes, seconds = divmod(length.seconds, 60)
    days = f"{length.days}." if length.days else ""
    return f"{days}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def _rollup(rollup: Rollup) -> dict[str, object]:
    return {"TimeGrain": _span(rollup.time_grain), "Retention": _span(rollup.retention), "Values": None}


def _metric(metric: Metric) -> dict[str, object]:
    return {
        "Name": metric.name,
        "Unit": metric.unit,
        "PrimaryAggregation": metric.primary_aggregation,
        "Rollups": [_rollup(rollup) for rollup in ROLLUPS],
        "DisplayName": metric.display_name,
    }


def _value(value: MetricValue) -> dict[str, object]:
    return {
        "Timestamp": write_date(value.timestamp),
        "Min": value.min,
        "Max": value.max,
        "Average": value.average,
        "Total": value.total,
    }


METRICS_JSON, ROLLUPS_JSON, VALUES_JSON = JsonList(_metric), JsonList(_rollup), JsonList(_value)
