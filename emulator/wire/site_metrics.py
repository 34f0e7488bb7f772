"""What is measured of web sites. The service misspelt MetricAvailabilily, and clients look for it as it is."""

from __future__ import annotations

from emulator.domain.site_metrics import AVAILABILITIES
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, child, column, flat, many
from emulator.wire.values import INTEGER, MOMENT, PRECISE_DATE, TEXT
from emulator.wire.web_spaces import constant

_AVAILABILITY = Contract(
    "MetricAvailabilily",
    nothing,
    (column("Retention", get=lambda pair, _c: pair[0]), column("TimeGrain", get=lambda pair, _c: pair[1])),
)

METRIC_DEFINITIONS = Contract(
    "MetricDefinitions",
    nothing,
    (
        flat(
            Contract(
                "MetricDefinition",
                nothing,
                (
                    column("DisplayName"),
                    many("MetricAvailabilities", _AVAILABILITY, get=lambda _m, _c: AVAILABILITIES),
                    column("Name"),
                    column("PrimaryAggregationType"),
                    column("Unit"),
                ),
            )
        ),
    ),
)

_DATA = Contract(
    "Data",
    nothing,
    (
        column("DisplayName", attribute="metric.display_name"),
        column("EndTime", PRECISE_DATE),
        column("Name", attribute="metric.name"),
        column("PrimaryAggregationType", attribute="metric.primary_aggregation_type"),
        column("StartTime", MOMENT),
        column("TimeGrain"),
        column("Unit", attribute="metric.unit"),
        many("Values", TEXT, "MetricSample", get=lambda _m, _c: []),
    ),
)

METRIC_RESPONSES = Contract(
    "MetricResponses",
    nothing,
    (
        flat(
            Contract(
                "MetricResponse",
                nothing,
                (
                    constant("Code", "Success"),
                    child("Data", _DATA, get=lambda measured, _c: measured),
                    constant("Message", ""),
                ),
            )
        ),
    ),
)

USAGES = Contract(
    "Usages",
    nothing,
    (
        flat(
            Contract(
                "Usage",
                nothing,
                (
                    column("ComputeMode"),
                    column("CurrentValue", INTEGER),
                    column("DisplayName"),
                    column("Limit", INTEGER),
                    column("Name"),
                    column("NextResetTime", MOMENT),
                    column("ResourceName"),
                    column("SiteMode", nil=True),
                    column("Unit"),
                ),
            )
        ),
    ),
)
