"""The records of images of both kinds, and of disks; see records.py."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from emulator.catalog.records import Sent


class Image(Struct, omit_defaults=True):
    """An operating-system image, of the platform or the user's own. None is left out on the wire, "" is not."""

    name: str
    label: str
    os: str
    category: str = "User"
    location: str | None = None
    affinity_group: str | None = None
    logical_size_in_gb: int = 30
    media_link: str | None = None
    eula: str | None = None
    description: str | None = None
    image_family: str | None = None
    show_in_gui: bool | None = None
    published_date: Sent | None = None
    is_premium: bool | None = None
    icon_uri: str | None = None
    privacy_uri: str | None = None
    recommended_vm_size: str | None = None
    publisher_name: str | None = None
    pricing_detail_link: str | None = None
    small_icon_uri: str | None = None
    language: str | None = None
    os_state: str | None = None
    io_type: str | None = None
    captured: bool = False
    publication: Publication | None = None


class ComputeImageAttributes(Struct, frozen=True, kw_only=True):
    """How an image is named to those who make machines of it."""

    offer: str
    sku: str
    version: str


class MarketplacePlan(Struct, frozen=True, kw_only=True):
    """The plan under which an image is sold."""

    name: str | None = None
    publisher: str | None = None
    product: str | None = None


class MarketplaceImageAttributes(Struct, frozen=True, kw_only=True):
    """Who sells an image, and how."""

    publisher_id: str | None = None
    plan: MarketplacePlan | None = None


class Publication(Struct, frozen=True, kw_only=True):
    """What became of an image that was replicated: under what name, where to, and how far (percent)."""

    published_name: str
    regions: tuple[str, ...] = ()
    compute: ComputeImageAttributes | None = None
    marketplace: MarketplaceImageAttributes | None = None
    progress: int = 0
    replicating: int = 0


class VMImageDisk(Struct, frozen=True, kw_only=True):
    """A disk of an image of a whole machine."""

    name: str
    host_caching: str
    media_link: str | None
    logical_disk_size_in_gb: int
    io_type: str = "Standard"


class VMImageOSDisk(VMImageDisk, frozen=True, kw_only=True):
    """The operating-system disk of such an image; `os_state` is Generalized or Specialized."""

    os_state: str
    os: str


class VMImageDataDisk(VMImageDisk, frozen=True, kw_only=True):
    """A data disk of such an image."""

    lun: int


class VMImage(Struct, omit_defaults=True, kw_only=True):
    """The user's own image of a whole machine. While its `state` is Creating nobody sees it.

    The names of service, deployment and role, with the role's state and size, are there if it was captured.
    """

    name: str
    label: str
    os_disk: VMImageOSDisk
    data_disks: tuple[VMImageDataDisk, ...]
    location: str
    created_time: datetime
    modified_time: datetime
    state: str = "Creating"
    category: str = "User"
    affinity_group: str | None = None
    description: str | None = None
    service_name: str | None = None
    deployment_name: str | None = None
    role_name: str | None = None
    role_state_on_capture: str | None = None
    role_size_on_capture: str | None = None
    language: str | None = None
    image_family: str | None = None
    recommended_vm_size: str | None = None
    is_premium: bool | None = False
    eula: str | None = None
    icon_uri: str | None = None
    small_icon_uri: str | None = None
    privacy_uri: str | None = None
    publisher_name: str | None = None
    published_date: Sent | None = None
    show_in_gui: bool | None = None
    pricing_detail_link: str | None = None
    publication: Publication | None = None

    @property
    def captured(self) -> bool:
        """Whether it was made of a machine rather than of blobs."""
        return self.role_name is not None


class RoleReference(Struct, frozen=True):
    """The machine that a disk is attached to."""

    deployment_name: str
    hosted_service_name: str
    role_name: str


class Disk(Struct, gc=False):
    """A disk in the image repository. `os` is None for a data disk."""

    name: str
    media_link: str
    logical_disk_size_in_gb: int
    created_time: datetime
    os: str | None = None
    label: str | None = None
    location: str | None = None
    affinity_group: str | None = None
    source_image_name: str | None = None
    attached_to: RoleReference | None = None
    releasing: int = 0
