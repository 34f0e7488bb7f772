"""Metrics and usages of web sites and server farms.

No request ever reaches a site, so that no metric has a sample and no usage is above zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from emulator.domain import errors, web_lookup
from emulator.domain.world import Subscription

AVAILABILITIES = (("P2D", "PT1M"), ("P30D", "PT1H"), ("P90D", "P1D"))
"""Of every metric: how long it is kept, by the time between its samples."""
GRAINS = tuple(grain for _, grain in AVAILABILITIES)


class Metric(Struct, frozen=True):
    """What is measured of a site."""

    name: str
    display_name: str
    unit: str
    primary_aggregation_type: str = "Total"


DEFINITIONS = (
    Metric("CpuTime", "CPU Time", "Milliseconds"),
    Metric("Requests", "Requests", "Count"),
    Metric("BytesReceived", "Data In", "Bytes"),
    Metric("BytesSent", "Data Out", "Bytes"),
    Metric("Http2xx", "Http 2xx", "Count"),
    Metric("Http3xx", "Http 3xx", "Count"),
    Metric("Http401", "Http 401", "Count"),
    Metric("Http403", "Http 403", "Count"),
    Metric("Http404", "Http 404", "Count"),
    Metric("Http406", "Http 406", "Count"),
    Metric("Http4xx", "Http 4xx", "Count"),
    Metric("Http5xx", "Http Server Errors", "Count"),
    Metric("MemoryWorkingSet", "Memory working set", "Bytes"),
    Metric("AverageMemoryWorkingSet", "Average memory working set", "Bytes", "Average"),
    Metric("AverageResponseTime", "Average Response Time", "Milliseconds", "Average"),
)
_DEFINED = {metric.name: metric for metric in DEFINITIONS}
MEASURED = (
    Metric("IncomingRequestBytes", "Incoming request bytes", "Bytes"),
    Metric("IncomingRequestResponseBytes", "Incoming request response bytes", "Bytes"),
    _DEFINED["Requests"],
    *(metric for metric in DEFINITIONS if metric.name.startswith("Http")),
    _DEFINED["AverageResponseTime"],
    _DEFINED["CpuTime"],
    _DEFINED["BytesReceived"],
    _DEFINED["BytesSent"],
    Metric("OutgoingRequestBytes", "Outgoing request bytes", "Bytes"),
    Metric("OutgoingRequestResponseBytes", "Outgoing request response bytes", "Bytes"),
    Metric("LocalReadBytes", "Local read bytes", "Bytes"),
    Metric("LocalWrittenBytes", "Local written bytes", "Bytes"),
    Metric("NetworkReadBytes", "Network read bytes", "Bytes"),
    Metric("NetworkWrittenBytes", "Network written bytes", "Bytes"),
    _DEFINED["MemoryWorkingSet"],
    _DEFINED["AverageMemoryWorkingSet"],
)
"""What is told where no names are given, in the service's order."""


class Measurement(Struct, frozen=True):
    """A metric over a period."""

    metric: Metric
    start_time: datetime
    end_time: datetime
    time_grain: str


class Usage(Struct, frozen=True):
    """How much of what a site's mode allows is used up."""

    name: str
    display_name: str
    unit: str
    limit: int
    compute_mode: str
    site_mode: str | None
    resource_name: str
    next_reset_time: datetime
    current_value: int = 0


def definitions(subscription: Subscription, webspace_name: str, website_name: str) -> tuple[Metric, ...]:
    """Return what is measured of a site."""
    web_lookup.site(subscription, webspace_name, website_name)
    return DEFINITIONS


def of_site(
    subscription: Subscription,
    webspace_name: str,
    website_name: str,
    *,
    names: Sequence[str] | None = None,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    time_grain: str | None = None,
) -> list[Measurement]:
    """Return the metrics of a site in a period, by default this hour until now."""
    web_lookup.site(subscription, webspace_name, website_name)
    return _measured(subscription, names, start_time, end_time, time_grain)


def of_server_farm(
    subscription: Subscription,
    webspace_name: str,
    server_farm_name: str,
    *,
    names: Sequence[str] | None = None,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    time_grain: str | None = None,
) -> list[Measurement]:
    """Return the metrics of a server farm in a period, by default this hour until now."""
    web_lookup.farm(web_lookup.space(subscription, webspace_name), server_farm_name)
    return _measured(subscription, names, start_time, end_time, time_grain)


def _measured(
    subscription: Subscription,
    names: Sequence[str] | None,
    start_time: datetime | None,
    end_time: datetime | None,
    time_grain: str | None,
) -> list[Measurement]:
    start = start_time or subscription.now.replace(minute=0, second=0, microsecond=0)
    end = end_time or subscription.now
    if end < start:
        raise errors.WRONG_QUERY(why="EndTime lies before StartTime.")
    grain = next((one for one in GRAINS if one == (time_grain or "PT1H").upper()), None)
    if grain is None:
        raise errors.WRONG_QUERY(why=f"TimeGrain is none of {', '.join(GRAINS)}.")
    wanted = {name.strip().lower() for name in names or ()}
    return [Measurement(one, start, end, grain) for one in MEASURED if not wanted or one.name.lower() in wanted]


_MB = 1024 * 1024
_MINUTE = 60 * 1000
_USAGES = {
    "Free": (
        ("CpuTime", "CPU Time", "Milliseconds", 60 * _MINUTE),
        ("BytesSent", "Data Out", "Bytes", 165 * _MB),
        ("FileSystemStorage", "File System Storage", "Bytes", 1024 * _MB),
    ),
    "Shared": (
        ("CpuTime", "CPU Time", "Milliseconds", 240 * _MINUTE),
        ("FileSystemStorage", "File System Storage", "Bytes", 1024 * _MB),
    ),
    "Standard": (("FileSystemStorage", "File System Storage", "Bytes", 50 * 1024 * _MB),),
}
"""Assumption 155: what is limited by which mode, and to what."""


def usages(subscription: Subscription, webspace_name: str, website_name: str) -> list[Usage]:
    """Return what a site may use up until midnight."""
    one = web_lookup.site(subscription, webspace_name, website_name)
    farm = web_lookup.farm_of(one.space, one.site)
    midnight = subscription.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return [Usage(*row, farm.compute_mode, farm.site_mode, one.site.name, midnight) for row in _USAGES[farm.sku]]
