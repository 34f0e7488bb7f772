"""Rows: metrics and usages of web sites and server farms."""

from __future__ import annotations

from emulator.domain import site_metrics
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.surface.operation import Operation, Query
from emulator.surface.parameters import any_time, words
from emulator.wire import site_metrics as documents
from emulator.wire.web_dialect import WEB_SITES

_FAMILY = "websites"
_SINCE = "2012-08-01"
_SPACE = "/{subscription_id}/services/WebSpaces/{webspace_name}"
_ONE = f"{_SPACE}/sites/{{website_name}}"
_PERIOD = (
    Query("names", "names", words),
    Query("StartTime", "start_time", any_time),
    Query("EndTime", "end_time", any_time),
    Query("TimeGrain", "time_grain"),
)

ROWS = (
    Operation(
        name="GetMetricDefinitions",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/metricdefinitions",
        since=_SINCE,
        does=site_metrics.definitions,
        writes=documents.METRIC_DEFINITIONS,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="GetHistoricalUsageMetrics",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/metrics",
        since=_SINCE,
        does=site_metrics.of_site,
        writes=documents.METRIC_RESPONSES,
        query=_PERIOD,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="GetUsageMetrics",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/usages",
        since=_SINCE,
        does=site_metrics.usages,
        writes=documents.USAGES,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="GetWebHostingPlanMetrics",
        family=_FAMILY,
        method="GET",
        path=f"{_SPACE}/ServerFarms/{{server_farm_name}}/metrics",
        since=_SINCE,
        does=site_metrics.of_server_farm,
        writes=documents.METRIC_RESPONSES,
        query=_PERIOD,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
)
