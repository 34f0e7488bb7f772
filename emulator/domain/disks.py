"""Disks of the image repository: made with machines, or added of a blob."""

from __future__ import annotations

from msgspec import Struct

from emulator.domain import errors, lookup, media, names, operations
from emulator.domain.clock import Event
from emulator.domain.image_records import Disk
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

DEFAULT_GB = 30


class DiskInput(Struct, frozen=True, kw_only=True):
    """What a caller says of a disk, or changes of it; without `os` it is a data disk."""

    os: str | None = None
    label: str | None = None
    media_link: str | None = None
    name: str | None = None
    resized_size_in_gb: int | None = None


def add(subscription: Subscription, _operation: TrackedOperation, command: DiskInput) -> Disk:
    """Make a disk of a blob, under a name that is new."""
    name = names.resource_name(command.name or "", errors.DISK_NAME)
    location = media.location_of(subscription, command.media_link or "")
    if name.lower() in subscription.disks:
        raise errors.DISK_EXISTS(name=name)
    size = media.size_in_gb(subscription, command.media_link or "")
    disk = Disk(
        name=name,
        media_link=command.media_link or "",
        logical_disk_size_in_gb=size or DEFAULT_GB,
        created_time=subscription.now,
        os=lookup.operating_system(command.os) if command.os else None,
        label=command.label or name,
        location=location or lookup.DEFAULT_LOCATION,
    )
    subscription.disks[name.lower()] = disk
    media.lease(subscription, disk.media_link)
    return disk


def get(subscription: Subscription, disk_name: str) -> Disk:
    """Return the disk of that name."""
    try:
        return subscription.disks[disk_name.lower()]
    except KeyError:
        raise errors.DISK_NOT_FOUND() from None


def list_all(subscription: Subscription) -> list[Disk]:
    """Return every disk, oldest first."""
    return list(subscription.disks.values())


def update(subscription: Subscription, operation: TrackedOperation, command: DiskInput, disk_name: str) -> Disk | None:
    """Change the label and return the disk, or accept a larger size of a disk that no machine uses (assumption 266)."""
    disk = get(subscription, disk_name)
    size = command.resized_size_in_gb
    if size is None:
        disk.label = command.label or disk.label
        operations.succeed(subscription, operation)
        return disk
    lookup.disk_is_free(disk)
    if size < disk.logical_disk_size_in_gb:
        raise errors.DISK_SHRINK(name=disk.name, size=disk.logical_disk_size_in_gb)
    disk.label = command.label or disk.label
    if size > disk.logical_disk_size_in_gb:
        media.make(subscription, disk.media_link, size, disk.media_link)
        disk.logical_disk_size_in_gb = size
    subscription.after("disk.update", "operation", (operation.id,), "succeed", operation.id)
    return None


def delete(subscription: Subscription, _operation: TrackedOperation, disk_name: str) -> None:
    """Forget a disk that no machine uses; its blob stays."""
    _delete(subscription, disk_name, media_too=False)


def delete_with_media(subscription: Subscription, _operation: TrackedOperation, disk_name: str) -> None:
    """Forget a disk that no machine uses and delete its blob."""
    _delete(subscription, disk_name, media_too=True)


def _delete(subscription: Subscription, disk_name: str, *, media_too: bool) -> None:
    disk = get(subscription, disk_name)
    lookup.disk_is_free(disk)
    del subscription.disks[disk.name.lower()]
    media.let_go(subscription, disk.media_link, delete=media_too)


def _released(subscription: Subscription, event: Event) -> None:
    disk = subscription.disks.get(event.resource[0])
    if disk is not None and disk.releasing == event.sequence:
        disk.attached_to, disk.releasing = None, 0


HANDLERS = {"disk": _released}
