"""Job collections."""

from __future__ import annotations

from emulator.domain import job_collections, scheduler_records
from emulator.wire.cloud_services import QUOTA, TYPE
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, child, column, group
from emulator.wire.values import BOOLEAN, INTEGER

_QUOTA_IN = Contract(
    "Quota",
    scheduler_records.Quota,
    (
        column("MaxJobCount", INTEGER),
        column("MaxJobOccurrence", INTEGER),
        child(
            "MaxRecurrence",
            Contract(
                "MaxRecurrence",
                scheduler_records.MaxRecurrence,
                (column("Frequency", required=True), column("Interval", INTEGER, required=True)),
            ),
        ),
    ),
)

CREATE_JOB_COLLECTION = Contract(
    "Resource",
    job_collections.CreateJobCollection,
    (
        column("SchemaVersion"),
        column("ETag", attribute="etag"),
        group(
            "IntrinsicSettings",
            column("Plan"),
            column("plan", attribute="small_plan"),
            child("Quota", _QUOTA_IN),
        ),
        column("Label"),
    ),
)

JOB_COLLECTION = Contract(
    "Resource",
    nothing,
    (
        group("CloudServiceSettings", column("GeoRegion", attribute="service.geo_region")),
        column("ETag", attribute="collection.etag"),
        group(
            "IntrinsicSettings",
            column("Plan"),
            child("Quota", QUOTA),
            get=lambda details, _c: details.collection,
        ),
        column("Label", get=lambda d, _c: d.collection.label if d.collection.label != d.collection.name else None),
        column("Name", attribute="collection.name"),
        group(
            "OperationStatus",
            group("Error", column("HttpCode", get=lambda _d, _c: "200"), column("Message", get=lambda _d, _c: "OK")),
            column("Result", attribute="collection.status.result"),
        ),
        column("PromotionCode", get=lambda _d, _c: ""),
        column("SchemaVersion", attribute="collection.schema_version"),
        column("State", attribute="collection.state"),
        column("SubState", get=lambda _d, _c: None, nil=True),
        column("Type", get=lambda _d, _c: TYPE),
    ),
)

NAME_AVAILABILITY = Contract("ResourceNameAvailabilityResponse", nothing, (column("IsAvailable", BOOLEAN),))
