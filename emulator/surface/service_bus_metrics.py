"""Rows: metrics of what is in a namespace of Service Bus."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from emulator.domain import service_bus_metrics as metrics
from emulator.surface.operation import Operation, Query
from emulator.surface.service_bus_entities import OFFERS, Offer
from emulator.surface.service_bus_namespaces import FAMILY, SINCE
from emulator.wire import service_bus_metrics as documents
from emulator.wire.service_bus import SERVICE_BUS


def _rows(offer: Offer) -> Iterator[Operation]:
    all_of_them = f"{offer.path}/Metrics"
    rollups = f"{all_of_them}/{{metric}}/Rollups"
    row = partial(Operation, family=FAMILY, since=SINCE, speaks=SERVICE_BUS, method="GET")
    yield row(
        name=f"GetSupportedMetrics{offer.name}",
        path=all_of_them,
        does=partial(metrics.supported, kind=offer.kind),
        writes=documents.METRICS,
        json=documents.METRICS_JSON,
    )
    yield row(
        name=f"GetMetricsRollups{offer.name}",
        path=rollups,
        does=partial(metrics.rollups, kind=offer.kind),
        writes=documents.ROLLUP_FEED,
        json=documents.ROLLUPS_JSON,
    )
    yield row(
        name=f"GetMetricsData{offer.name}",
        path=f"{rollups}/{{rollup}}/Values",
        query=(Query("$filter", "limits", metrics.limits_of),),
        does=partial(metrics.values, kind=offer.kind),
        writes=documents.VALUES,
        json=documents.VALUES_JSON,
    )


ROWS = tuple(row for offer in OFFERS for row in _rows(offer))
