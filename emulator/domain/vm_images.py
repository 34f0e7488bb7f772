"""Images of whole virtual machines: the platform's, which the catalog has, and the user's own.

An image is made of blobs (`create`) or of a machine (captures.py); both take time, and until then nobody sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from msgspec import Struct, structs

from emulator.catalog import VMImage as PlatformImage
from emulator.domain import errors, lookup, media, names, operations
from emulator.domain.clock import Event
from emulator.domain.image_records import VMImage, VMImageDataDisk, VMImageOSDisk
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

CREATING, READY, DELETING = "Creating", "VMImageReadyForUse", "VMImageDeleting"
OS_STATES = {"generalized": "Generalized", "specialized": "Specialized"}
DEFAULT_GB = 30
DEFAULT_CACHING = "ReadOnly"
"""As recorded for an image whose creator left HostCaching out, of the operating-system disk, too."""


class OSDiskInput(Struct, frozen=True, kw_only=True):
    """The operating-system disk of an image, as the caller describes it."""

    host_caching: str | None = None
    os_state: str | None = None
    os: str | None = None
    media_link: str | None = None


class DataDiskInput(Struct, frozen=True, kw_only=True):
    """A data disk of an image, as the caller describes it; in a change `name` or `lun` says which one."""

    name: str | None = None
    host_caching: str | None = None
    lun: int | None = None
    media_link: str | None = None
    logical_disk_size_in_gb: int | None = None


class ImageInput(Struct, frozen=True, kw_only=True):
    """What a caller says of an image of its own, or changes of it."""

    name: str | None = None
    label: str | None = None
    description: str | None = None
    os_disk: OSDiskInput | None = None
    data_disks: list[DataDiskInput] | None = None
    language: str | None = None
    image_family: str | None = None
    recommended_vm_size: str | None = None
    eula: str | None = None
    icon_uri: str | None = None
    small_icon_uri: str | None = None
    privacy_uri: str | None = None
    published_date: datetime | None = None
    show_in_gui: bool | None = None


_OPTIONAL = (
    "description",
    "language",
    "image_family",
    "recommended_vm_size",
    "eula",
    "icon_uri",
    "small_icon_uri",
    "privacy_uri",
    "published_date",
    "show_in_gui",
)


# ---- look-up


def list_all(
    subscription: Subscription,
    location: str | None = None,
    publisher: str | None = None,
    category: str | None = None,
) -> list[VMImage | PlatformImage]:
    """Return the user's images and then the platform's: all of them, or those of a location, publisher or category."""
    own = (image for image in subscription.vm_images.values() if image.state != CREATING)
    every: list[VMImage | PlatformImage] = [*own, *subscription.catalog.vm_images]
    return [
        image
        for image in every
        if (not location or location.lower() in image.location.lower().split(";"))
        and (not publisher or publisher.lower() == (image.publisher_name or "").lower())
        and (not category or category.lower() == image.category.lower())
    ]


def find(subscription: Subscription, vm_image_name: str) -> VMImage | PlatformImage:
    """Return an image, of the user or of the platform."""
    own = subscription.vm_images.get(vm_image_name.lower())
    if own is not None and own.state != CREATING:
        return own
    found = subscription.catalog.vm_image(vm_image_name)
    if found is None:
        raise errors.IMAGE_NOT_FOUND()
    return found


def new_name(subscription: Subscription, name: str | None) -> str:
    """Return a name that no image of a machine has yet."""
    good = names.resource_name(name or "", errors.IMAGE_NAME)
    if good.lower() in subscription.vm_images or subscription.catalog.vm_image(good) is not None:
        raise errors.IMAGE_EXISTS(name=good)
    return good


def os_state(name: str | None) -> str:
    """Return `Generalized` or `Specialized` by its name in any case."""
    try:
        return OS_STATES[(name or "").lower()]
    except KeyError:
        raise errors.OS_STATE_INVALID(state=name) from None


# ---- create, change, delete


def create(subscription: Subscription, operation: TrackedOperation, command: ImageInput) -> None:
    """Accept to make an image of blobs, under a name that is new."""
    name = new_name(subscription, command.name)
    names.description(command.description)
    wanted = command.os_disk or OSDiskInput()
    location = media.location_of(subscription, wanted.media_link or "")
    os_size = media.size_in_gb(subscription, wanted.media_link or "")
    taken = _disk_names(subscription)
    os_disk = VMImageOSDisk(
        name=_disk_name(taken, wanted.media_link or ""),
        host_caching=wanted.host_caching or DEFAULT_CACHING,
        media_link=wanted.media_link,
        logical_disk_size_in_gb=os_size or DEFAULT_GB,
        os_state=os_state(wanted.os_state),
        os=lookup.operating_system(wanted.os),
    )
    image = VMImage(
        name=name,
        label=command.label or name,
        os_disk=os_disk,
        data_disks=_data_disks(subscription, taken, command.data_disks or ()),
        location=location or lookup.DEFAULT_LOCATION,
        created_time=subscription.now,
        modified_time=subscription.now,
        **{field: getattr(command, field) for field in _OPTIONAL},
    )
    subscription.vm_images[name.lower()] = image
    for disk in (image.os_disk, *image.data_disks):
        media.lease(subscription, disk.media_link)
    subscription.after("vm_image.create", "vm image", (name.lower(),), "created", operation.id)


def _data_disks(
    subscription: Subscription, taken: set[str], wanted: Sequence[DataDiskInput]
) -> tuple[VMImageDataDisk, ...]:
    _check_luns([one.lun or 0 for one in wanted])
    for one in wanted:
        media.account_name(subscription, one.media_link or "")
    sizes = [media.size_in_gb(subscription, one.media_link or "") for one in wanted]
    return tuple(
        VMImageDataDisk(
            name=_disk_name(taken, one.media_link or ""),
            host_caching=one.host_caching or DEFAULT_CACHING,
            media_link=one.media_link,
            logical_disk_size_in_gb=size or one.logical_disk_size_in_gb or DEFAULT_GB,
            lun=one.lun or 0,
        )
        for one, size in zip(wanted, sizes, strict=True)
    )


def _check_luns(luns: Sequence[int]) -> None:
    if len(set(luns)) != len(luns) or not all(0 <= lun < lookup.LUNS for lun in luns):
        raise errors.VM_IMAGE_LUNS(luns=luns)


def _disk_names(subscription: Subscription) -> set[str]:
    return {
        disk.name.lower() for image in subscription.vm_images.values() for disk in (image.os_disk, *image.data_disks)
    }


def _disk_name(taken: set[str], media_link: str) -> str:
    """Name a disk of an image after its blob; one of a name that is taken gets a number, as recorded."""
    stem = PurePosixPath(unquote(urlsplit(media_link).path)).stem
    name, number = stem, 1
    while name.lower() in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name.lower())
    return name


def update(subscription: Subscription, _operation: TrackedOperation, command: ImageInput, vm_image_name: str) -> None:
    """Change what is said of an image, and the caching of its disks; what is left out stays."""
    image = _own(subscription, vm_image_name)
    names.description(command.description)
    data_disks = _changed(image, command.data_disks or ())
    for field in ("label", *_OPTIONAL):
        value = getattr(command, field)
        if value is not None:
            setattr(image, field, value)
    if command.os_disk is not None and command.os_disk.host_caching:
        image.os_disk = structs.replace(image.os_disk, host_caching=command.os_disk.host_caching)
    image.data_disks, image.modified_time = data_disks, subscription.now


def _changed(image: VMImage, changes: Iterable[DataDiskInput]) -> tuple[VMImageDataDisk, ...]:
    """Return an image's data disks with the changes to those that they name."""
    disks = list(image.data_disks)
    for change in changes:
        place = next((n for n, disk in enumerate(disks) if _is_meant(disk, change)), None)
        if place is None:
            raise errors.VM_IMAGE_DISK_NOT_FOUND(name=image.name, disk=change.name or change.lun)
        old = disks[place]
        lun = old.lun if change.lun is None else change.lun
        disks[place] = structs.replace(old, lun=lun, host_caching=change.host_caching or old.host_caching)
    _check_luns([disk.lun for disk in disks])
    return tuple(disks)


def _is_meant(disk: VMImageDataDisk, change: DataDiskInput) -> bool:
    return disk.name.lower() == change.name.lower() if change.name else disk.lun == (change.lun or 0)


def delete(subscription: Subscription, operation: TrackedOperation, vm_image_name: str) -> None:
    """Accept to forget an image; its blobs stay."""
    _delete(subscription, operation, vm_image_name, "deleted")


def delete_with_media(subscription: Subscription, operation: TrackedOperation, vm_image_name: str) -> None:
    """Accept to forget an image and to delete its blobs."""
    _delete(subscription, operation, vm_image_name, "deleted_with_media")


def _delete(subscription: Subscription, operation: TrackedOperation, vm_image_name: str, event: str) -> None:
    image = _own(subscription, vm_image_name)
    image.state = DELETING
    subscription.after("vm_image.delete", "vm image", (image.name.lower(),), event, operation.id)


def _own(subscription: Subscription, vm_image_name: str) -> VMImage:
    found = find(subscription, vm_image_name)
    if not isinstance(found, VMImage):
        raise errors.IMAGE_READ_ONLY(name=found.name)
    if found.state != READY:
        raise errors.VM_IMAGE_BUSY(name=found.name, state=found.state)
    return found


# ---- what the schedule brings


def ready(subscription: Subscription, key: str) -> None:
    """Show an image that was in the making; `key` is its name in lower case."""
    image = subscription.vm_images[key]
    image.state = READY
    image.created_time = image.modified_time = subscription.now


def _happened(subscription: Subscription, event: Event) -> None:
    key = event.resource[0]
    if event.name == "created":
        ready(subscription, key)
    else:
        image = subscription.vm_images.pop(key)
        for disk in (image.os_disk, *image.data_disks):
            media.let_go(subscription, disk.media_link, delete=event.name == "deleted_with_media")
    operations.finish(subscription, event.operation)


HANDLERS = {"vm image": _happened}
