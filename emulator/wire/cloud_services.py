"""Cloud services, and the resources in them as they list them."""

from __future__ import annotations

from typing import Any

from lxml import etree

from emulator.domain import cloud_services
from emulator.domain.scheduler_records import AddOn, CloudService, JobCollection
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, child, column, flat, group, many
from emulator.wire.reading import BodyError, parse
from emulator.wire.terms import AZURE
from emulator.wire.values import DATE, INTEGER, TEXT, Value
from emulator.wire.writing import Context

PROVIDER, TYPE = "Scheduler", "jobcollections"
"""How a job collection is listed, whatever the letters of the path that it was made with."""

RAW = Value(str, str)
"""XML that is written as it is."""

CREATE_CLOUD_SERVICE = Contract(
    "CloudService",
    cloud_services.CreateCloudService,
    (
        column("Name"),
        column("Label"),
        column("Description"),
        column("GeoRegion", required=True),
        column("Email"),
    ),
)

MAX_RECURRENCE = Contract("MaxRecurrence", nothing, (column("Frequency"), column("Interval", INTEGER)))
QUOTA = Contract(
    "Quota",
    nothing,
    (
        column("MaxJobCount", INTEGER),
        column("MaxJobOccurrence", INTEGER),
        child("MaxRecurrence", MAX_RECURRENCE),
    ),
)


def _collection(resource: AddOn | JobCollection, _context: Context) -> JobCollection | None:
    return resource if isinstance(resource, JobCollection) else None


def _add_on(resource: AddOn | JobCollection, _context: Context) -> AddOn | None:
    return resource if isinstance(resource, AddOn) else None


def _settings(resource: AddOn | JobCollection, _context: Context) -> str | None:
    return resource.intrinsic_settings if isinstance(resource, AddOn) else None


def _plan(resource: AddOn | JobCollection, _context: Context) -> str | None:
    return resource.plan if isinstance(resource, AddOn) else None


RESOURCE = Contract(
    "Resource",
    nothing,
    (
        column("ResourceProviderNamespace", get=lambda r, c: r.provider_namespace if _add_on(r, c) else PROVIDER),
        column("Type", get=lambda r, c: r.type if _add_on(r, c) else TYPE),
        column("Name"),
        column("Plan", get=_plan),
        column("SchemaVersion"),
        column("ETag", attribute="etag"),
        column("State"),
        column("IntrinsicSettings", RAW, get=_settings),
        group("IntrinsicSettings", column("Plan"), child("Quota", QUOTA), get=_collection),
        many("OutputItems", TEXT, "OutputItem", get=lambda r, c: [] if _add_on(r, c) else None),
        group("OperationStatus", column("Type", attribute="status.type"), column("Result", attribute="status.result")),
        column("Label", get=lambda r, _c: r.label or ""),
    ),
)


def _resources(service: CloudService, _context: Context) -> list[AddOn | JobCollection]:
    return [*service.job_collections.values(), *service.add_ons.values()]


CLOUD_SERVICE = Contract(
    "CloudService",
    nothing,
    (
        column("Name"),
        column("Label"),
        column("Description"),
        column("GeoRegion"),
        many("Resources", RESOURCE, get=_resources),
    ),
)
CLOUD_SERVICES = Contract("CloudServices", nothing, (flat(CLOUD_SERVICE),))

ENTITLE_RESOURCE = Contract(
    "EntitleResource",
    cloud_services.EntitleResource,
    (
        column("ResourceProviderNameSpace", attribute="resource_provider_namespace", required=True),
        column("Type", required=True),
        column("RegistrationDate", DATE),
    ),
)


_MEMBERS = {
    "Type": "type",
    "Plan": "plan",
    "PromotionCode": "promotion_code",
    "SchemaVersion": "schema_version",
    "ETag": "etag",
    "Label": "label",
}


class _AddOnReader:
    """Reads the resource of a provider that nothing is known of: its settings are any XML, in whatever order."""

    def read(self, body: bytes, version: str, unread: list[str]) -> cloud_services.CreateAddOn:  # noqa: ARG002
        root = parse(body)
        if root.tag != f"{{{AZURE}}}Resource":
            raise BodyError("/", root.sourceline, f"the root element is not <Resource> in namespace {AZURE}")
        values: dict[str, Any] = {}
        for kid in root:
            name = str(kid.tag).rpartition("}")[2]
            if name == "IntrinsicSettings":
                values["intrinsic_settings"] = "".join(etree.tostring(one, encoding="unicode").strip() for one in kid)
            elif name in _MEMBERS and not len(kid):
                values[_MEMBERS[name]] = kid.text
            else:
                unread.append(f"/Resource/{name}")
        return cloud_services.CreateAddOn(**values)


CREATE_ADD_ON = _AddOnReader()
