"""Publishing of images: where they are to go, and what is shown of one that was published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from emulator.domain import publishing
from emulator.domain.image_records import (
    ComputeImageAttributes,
    MarketplaceImageAttributes,
    MarketplacePlan,
    Publication,
)
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, child, column, many
from emulator.wire.images import IMAGE
from emulator.wire.values import INTEGER, TEXT
from emulator.wire.vm_images import IDENTITY, OFFER, PLACE


class _Step(NamedTuple):
    """How far an image has come in one region."""

    location: str
    progress: int


COMPUTE = Contract(
    "ComputeImageAttributes",
    ComputeImageAttributes,
    (column("Offer", required=True), column("Sku", required=True), column("Version", required=True)),
)

MARKETPLACE = Contract(
    "MarketplaceImageAttributes",
    MarketplaceImageAttributes,
    (
        column("PublisherId"),
        child("Plan", Contract("Plan", MarketplacePlan, (column("Name"), column("Publisher"), column("Product")))),
    ),
)

REPLICATION_INPUT = Contract(
    "ReplicationInput",
    publishing.ReplicationInput,
    (
        many("TargetLocations", TEXT, "Region"),
        child("ComputeImageAttributes", COMPUTE, attribute="compute", since="2015-04-01"),
        child("MarketplaceImageAttributes", MARKETPLACE, attribute="marketplace", since="2015-04-01"),
    ),
)


def _of_publication(attribute: str) -> Any:
    return lambda image, _context: getattr(image.publication, attribute) if image.publication else None


def _steps(image: Any, _context: object) -> Iterable[_Step]:
    publication: Publication | None = image.publication
    return [_Step(region, publication.progress) for region in publication.regions] if publication else []


PROGRESS: tuple[Column, ...] = (
    many(
        "ReplicationProgress",
        Contract("ReplicationProgressElement", nothing, (column("Location"), column("Progress", INTEGER))),
        get=_steps,
    ),
    child("ComputeImageAttributes", COMPUTE, get=_of_publication("compute"), since="2015-04-01"),
    child("MarketplaceImageAttributes", MARKETPLACE, get=_of_publication("marketplace"), since="2015-04-01"),
)

OS_IMAGE_DETAILS = Contract(
    "OSImageDetails",
    nothing,
    (*(one for one in IMAGE.columns if one.name not in ("OSState", "IOType")), *PROGRESS),
)

VM_IMAGE_DETAILS = Contract(
    "VMImageDetails",
    nothing,
    (*IDENTITY, *PLACE, *OFFER, column("PublishedName", get=_of_publication("published_name")), *PROGRESS),
)
