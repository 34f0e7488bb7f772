"""Images of whole virtual machines, as they are described by callers and as they are shown."""

from __future__ import annotations

from datetime import UTC, datetime

from emulator.domain import vm_images
from emulator.domain.image_records import VMImage
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, child, column, flat, many
from emulator.wire.values import BOOLEAN, INTEGER, MOMENT
from emulator.wire.writing import Context

PLATFORM_TIME = datetime(1801, 1, 1, tzinfo=UTC)
"""When the platform's images were made and changed, as the service has it."""

_GB = column("LogicalDiskSizeInGB", INTEGER, attribute="logical_disk_size_in_gb")
_VM_SIZE = column("RecommendedVMSize", attribute="recommended_vm_size")

_SAID_LAST = (
    column("Language"),
    column("ImageFamily"),
    _VM_SIZE,
    column("Eula"),
    column("IconUri"),
    column("SmallIconUri"),
    column("PrivacyUri"),
    column("PublishedDate", MOMENT),
    column("ShowInGui", BOOLEAN),
)

CREATE_VM_IMAGE = Contract(
    "VMImage",
    vm_images.ImageInput,
    (
        column("Name", required=True),
        column("Label", required=True),
        column("Description"),
        child(
            "OSDiskConfiguration",
            Contract(
                "OSDiskConfiguration",
                vm_images.OSDiskInput,
                (
                    column("HostCaching"),
                    column("OSState", required=True),
                    column("OS", required=True),
                    column("MediaLink", required=True),
                ),
            ),
            attribute="os_disk",
            required=True,
        ),
        many(
            "DataDiskConfigurations",
            Contract(
                "DataDiskConfiguration",
                vm_images.DataDiskInput,
                (column("HostCaching"), column("Lun", INTEGER), column("MediaLink", required=True), _GB),
            ),
            attribute="data_disks",
        ),
        *_SAID_LAST,
    ),
)

UPDATE_VM_IMAGE = Contract(
    "VMImage",
    vm_images.ImageInput,
    (
        column("Label"),
        column("Description"),
        child(
            "OSDiskConfiguration",
            Contract("OSDiskConfiguration", vm_images.OSDiskInput, (column("HostCaching"),)),
            attribute="os_disk",
        ),
        many(
            "DataDiskConfigurations",
            Contract(
                "DataDiskConfiguration",
                vm_images.DataDiskInput,
                (column("Name"), column("HostCaching"), column("Lun", INTEGER)),
            ),
            attribute="data_disks",
        ),
        *_SAID_LAST,
    ),
)


# ---- as they are shown


def _of_user(name: str, attribute: str) -> Column:
    """Return a column that only the user's own images and their disks have, not the platform's."""
    return column(name, get=lambda one, _c: getattr(one, attribute, None))


def _time(attribute: str) -> Column:
    def get(image: object, _context: Context) -> datetime:
        found = getattr(image, attribute) if isinstance(image, VMImage) else PLATFORM_TIME
        return found if isinstance(found, datetime) else PLATFORM_TIME

    return column("CreatedTime" if attribute == "created_time" else "ModifiedTime", MOMENT, get=get)


_IO_TYPE = column("IOType", attribute="io_type", since="2014-10-01")

_OS_DISK = Contract(
    "OSDiskConfiguration",
    nothing,
    (
        column("Name"),
        column("HostCaching"),
        column("OSState"),
        column("OS"),
        _of_user("MediaLink", "media_link"),
        _GB,
        _IO_TYPE,
    ),
)

_DATA_DISK = Contract(
    "DataDiskConfiguration",
    nothing,
    (column("Name"), column("HostCaching"), column("Lun", INTEGER), _of_user("MediaLink", "media_link"), _GB, _IO_TYPE),
)

IDENTITY = (column("Name"), column("Label"), column("Category"), column("Description"))
PLACE = (_of_user("AffinityGroup", "affinity_group"), column("Location"))
OFFER = (
    column("Language"),
    column("ImageFamily"),
    _VM_SIZE,
    column("IsPremium", BOOLEAN),
    column("Eula"),
    column("IconUri"),
    column("SmallIconUri"),
    column("PrivacyUri"),
    column("PublisherName"),
    column("PublishedDate", MOMENT),
    column("ShowInGui", BOOLEAN),
    column("PricingDetailLink"),
)

VM_IMAGE = Contract(
    "VMImage",
    nothing,
    (
        *IDENTITY,
        child("OSDiskConfiguration", _OS_DISK, attribute="os_disk"),
        many("DataDiskConfigurations", _DATA_DISK, attribute="data_disks"),
        _of_user("ServiceName", "service_name"),
        _of_user("DeploymentName", "deployment_name"),
        _of_user("RoleName", "role_name"),
        *PLACE,
        _time("created_time"),
        _time("modified_time"),
        *OFFER,
        column("VMImageState", get=lambda image, _c: getattr(image, "state", vm_images.READY)),
        _of_user("RoleStateOnCapture", "role_state_on_capture"),
        _of_user("RoleSizeOnCapture", "role_size_on_capture"),
    ),
)
VM_IMAGES = Contract("VMImages", nothing, (flat(VM_IMAGE),))
