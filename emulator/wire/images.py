"""Operating-system images and disks."""

from __future__ import annotations

from dataclasses import replace

from emulator.domain import disks, images
from emulator.wire.common import IfAny, nothing
from emulator.wire.contract import Column, Contract, column, flat, group
from emulator.wire.values import BOOLEAN, DATE, INTEGER, MOMENT

ADD_IMAGE = Contract(
    "OSImage",
    images.ImageInput,
    (
        column("Label", required=True),
        column("MediaLink", required=True),
        column("Name", required=True),
        column("OS", required=True),
        column("Eula"),
        column("Description"),
        column("ImageFamily"),
        column("ShowInGui", BOOLEAN),
        column("PublishedDate", MOMENT),
        column("IconUri"),
        column("PrivacyUri"),
        column("RecommendedVMSize", attribute="recommended_vm_size"),
        column("SmallIconUri"),
        column("Language"),
    ),
)

UPDATE_IMAGE = Contract("OSImage", images.ImageInput, tuple(replace(c, required=False) for c in ADD_IMAGE.columns))


def _of_user(name: str, attribute: str) -> Column:
    """Return a column that only the user's own images have, not the platform's."""
    return column(name, get=lambda image, _c: getattr(image, attribute, None))


IMAGE = Contract(
    "OSImage",
    nothing,
    (
        _of_user("AffinityGroup", "affinity_group"),
        column("Category"),
        column("Label"),
        column("Location"),
        column("LogicalSizeInGB", INTEGER, attribute="logical_size_in_gb"),
        _of_user("MediaLink", "media_link"),
        column("Name"),
        column("OS"),
        column("Eula"),
        column("Description"),
        column("ImageFamily"),
        column("ShowInGui", BOOLEAN),
        column("PublishedDate", MOMENT),
        column("IsPremium", BOOLEAN),
        column("IconUri"),
        column("PrivacyUri"),
        column("RecommendedVMSize", attribute="recommended_vm_size"),
        column("PublisherName"),
        column("PricingDetailLink"),
        column("SmallIconUri"),
        column("Language"),
        _of_user("OSState", "os_state"),
        column("IOType", attribute="io_type", since="2014-10-01"),
    ),
)
IMAGES = Contract("Images", nothing, (flat(IMAGE),))

ADD_DISK = Contract(
    "Disk",
    disks.DiskInput,
    (
        column("OS"),
        column("Label", required=True),
        column("MediaLink", required=True),
        column("Name", required=True),
    ),
)

UPDATE_DISK = Contract(
    "Disk",
    disks.DiskInput,
    (
        column("OS"),
        column("Label"),
        column("MediaLink"),
        column("Name"),
        column("ResizedSizeInGB", INTEGER, attribute="resized_size_in_gb", since="2014-10-01"),
    ),
)

DISK = Contract(
    "Disk",
    nothing,
    (
        column("AffinityGroup"),
        group(
            "AttachedTo",
            column("DeploymentName"),
            column("HostedServiceName"),
            column("RoleName"),
            get=lambda d, _c: d.attached_to,
        ),
        column("OS"),
        column("Label"),
        column("Location"),
        column("LogicalDiskSizeInGB", INTEGER, attribute="logical_disk_size_in_gb"),
        column("MediaLink"),
        column("Name"),
        column("SourceImageName"),
        column("IsPremium", BOOLEAN, get=lambda _d, _c: False),
        column("CreatedTime", DATE),
        column("IOType", since="2014-10-01", get=lambda _d, _c: "Standard"),
    ),
)

UPDATED_DISK = IfAny(DISK)
DISKS = Contract("Disks", nothing, (flat(DISK),))
