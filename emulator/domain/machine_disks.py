"""The disks of virtual machines: where they come from (judged), and how they are made, with their blobs."""

from __future__ import annotations

from contextlib import suppress

from emulator.domain import errors, lookup, media
from emulator.domain.image_records import Disk, RoleReference
from emulator.domain.machines import (
    ConfigurationSet,
    DataVirtualHardDisk,
    OSVirtualHardDisk,
    RoleInput,
    WindowsProvisioning,
)
from emulator.domain.records import DataDisk, Deployment, HostedService, OSDisk
from emulator.domain.refusals import ServiceError
from emulator.domain.world import Subscription

DEFAULT_GB = 30
LARGEST_GB = 1023


# ---- judging


def source(
    subscription: Subscription, service: HostedService, role: RoleInput, provisioning: ConfigurationSet | None
) -> tuple[Disk | None, str, int]:
    """Return the disk to attach (None: one is made of an image), the operating system and the size in GB."""
    wanted = role.os_virtual_hard_disk
    if wanted is None:
        raise errors.ROLE_INVALID(role=role.role_name, why="it has no OSVirtualHardDisk.")
    io_type(wanted)
    if wanted.media_link:
        media.in_location(subscription, wanted.media_link, location_of(subscription, service))
    if wanted.source_image_name:
        said = "Windows" if isinstance(provisioning, WindowsProvisioning) else "Linux"
        image = lookup.image(subscription, wanted.source_image_name, wanted.os or said)
        if provisioning is None:
            raise errors.ROLE_INVALID(role=role.role_name, why="an image has to be provisioned, and nothing says how.")
        _new_link(subscription, service, wanted.media_link)
        return None, image.os, _system_size(role, wanted, image.logical_size_in_gb)
    if wanted.remote_source_image_link:
        media.account_name(subscription, wanted.remote_source_image_link)
        _new_link(subscription, service, wanted.media_link)
        return None, lookup.operating_system(wanted.os), _system_size(role, wanted, DEFAULT_GB)
    disk = subscription.disks.get((wanted.disk_name or "").lower())
    if disk is None:
        raise errors.DISK_NOT_FOUND()
    lookup.disk_is_free(disk)
    if disk.os is None:
        raise errors.ROLE_INVALID(role=role.role_name, why=f"the disk {disk.name} has no operating system.")
    return disk, disk.os, disk.logical_disk_size_in_gb


def _system_size(role: RoleInput, wanted: OSVirtualHardDisk, least: int) -> int:
    """Return how many GB a new system disk has: as it was copied, or more where that is asked for (assumption 272)."""
    size = least if wanted.resized_size_in_gb is None else wanted.resized_size_in_gb
    if not least <= size <= LARGEST_GB:
        why = f"its system disk has to have {least} to {LARGEST_GB} GB."
        raise errors.ROLE_INVALID(role=role.role_name, why=why)
    return size


def location_of(subscription: Subscription, service: HostedService) -> str:
    """Return the location that the disks of a service's machines have to be in."""
    return lookup.location_of(subscription, service.location, service.affinity_group)


def io_type(disk: OSVirtualHardDisk | DataVirtualHardDisk) -> None:
    """Refuse a disk whose IOType the caller sets."""
    if disk.io_type:
        raise errors.IO_TYPE_IMPLICIT()


def check_data_disks(subscription: Subscription, service: HostedService, role: RoleInput, most: int) -> None:
    """Refuse data disks that are too many, have no place or are in use."""
    disks = role.data_virtual_hard_disks or []
    luns = [disk.lun or 0 for disk in disks]
    if len(disks) > most:
        raise errors.ROLE_INVALID(role=role.role_name, why=f"its size takes {most} data disks, not {len(disks)}.")
    if len(set(luns)) != len(luns) or not all(0 <= lun < lookup.LUNS for lun in luns):
        raise errors.ROLE_INVALID(
            role=role.role_name, why=f"the LUNs of its data disks {luns} are not distinct or fit."
        )
    for disk in disks:
        io_type(disk)
        known = subscription.disks.get((disk.disk_name or "").lower())
        if known is not None:
            lookup.disk_is_free(known)
            continue
        if not disk.source_media_link and not 1 <= (disk.logical_disk_size_in_gb or 0) <= LARGEST_GB:
            why = f"a new data disk has to have 1 to {LARGEST_GB} GB."
            raise errors.ROLE_INVALID(role=role.role_name, why=why)
        for url in (disk.media_link, disk.source_media_link):
            if url:
                media.in_location(subscription, url, location_of(subscription, service))
        if disk.source_media_link:
            media.size_in_gb(subscription, disk.source_media_link)
        else:
            _new_link(subscription, service, disk.media_link)


def _new_link(subscription: Subscription, service: HostedService, url: str | None) -> None:
    """Refuse a blob that cannot be made: there already, or, where none is named, in no account that there is."""
    if url:
        media.unused(subscription, url)
    else:
        media.default_link(subscription, location_of(subscription, service), "")


# ---- making


def _disk_name(subscription: Subscription, deployment: Deployment, role_name: str, lun: int) -> str:
    """Name a disk as the service did: deployment, role, number, the time and four digits."""
    when = subscription.now.strftime("%Y%m%d%H%M%S")
    return f"{deployment.name}-{role_name}-{lun}-{when}{subscription.entropy.number(0, 9999):04d}"


def os_disk(
    subscription: Subscription,
    service: HostedService,
    deployment: Deployment,
    role: RoleInput,
    judged: tuple[Disk | None, str, int],
) -> OSDisk:
    """Make or attach an operating-system disk, as it was judged (see `source`)."""
    there, os, size = judged
    wanted = role.os_virtual_hard_disk or OSVirtualHardDisk()
    disk = there or _new_disk(
        subscription,
        service,
        wanted.disk_name or _disk_name(subscription, deployment, role.role_name, 0),
        wanted.media_link,
        size,
        os=os,
        source_image_name=wanted.source_image_name,
        source=wanted.copied_from or wanted.remote_source_image_link or _image_link(subscription, wanted),
    )
    disk.attached_to = RoleReference(deployment.name, service.name, role.role_name)
    return OSDisk(
        disk_name=disk.name,
        media_link=disk.media_link,
        host_caching=wanted.host_caching or "ReadWrite",
        os=os,
        disk_label=wanted.disk_label,
        source_image_name=wanted.source_image_name or disk.source_image_name,
        remote_source_image_link=wanted.remote_source_image_link,
    )


def _image_link(subscription: Subscription, wanted: OSVirtualHardDisk) -> str | None:
    image = subscription.images.get((wanted.source_image_name or "").lower())
    return image.media_link if image else None


def _data_size(subscription: Subscription, wanted: DataVirtualHardDisk) -> int:
    """Return the size that a data disk of a blob has, or that a new one is to have."""
    there = None
    if wanted.source_media_link:
        # It was judged; storage that has gone since then is no reason to stop half-way.
        with suppress(ServiceError):
            there = media.size_in_gb(subscription, wanted.source_media_link)
    return there or wanted.logical_disk_size_in_gb or DEFAULT_GB


def data_disk(
    subscription: Subscription,
    service: HostedService,
    deployment: Deployment,
    role_name: str,
    wanted: DataVirtualHardDisk,
) -> DataDisk:
    """Make or attach a data disk."""
    lun = wanted.lun or 0
    disk = subscription.disks.get((wanted.disk_name or "").lower()) or _new_disk(
        subscription,
        service,
        wanted.disk_name or _disk_name(subscription, deployment, role_name, lun),
        wanted.source_media_link or wanted.media_link,
        _data_size(subscription, wanted),
        source=wanted.source_media_link or wanted.copied_from,
    )
    disk.attached_to = RoleReference(deployment.name, service.name, role_name)
    return DataDisk(
        disk_name=disk.name,
        media_link=disk.media_link,
        host_caching=wanted.host_caching or "ReadOnly",
        lun=lun,
        logical_disk_size_in_gb=disk.logical_disk_size_in_gb,
        disk_label=wanted.disk_label,
    )


def _new_disk(
    subscription: Subscription,
    service: HostedService,
    name: str,
    media_link: str | None,
    size: int,
    *,
    os: str | None = None,
    source_image_name: str | None = None,
    source: str | None = None,
) -> Disk:
    """Make a disk, and its blob: of the bytes of `source`, unless it is to lie in that very one."""
    location = location_of(subscription, service)
    disk = Disk(
        name=name,
        media_link=media_link or media.default_link(subscription, location, f"{name}.vhd"),
        logical_disk_size_in_gb=size,
        created_time=subscription.now,
        os=os,
        location=None if service.affinity_group else location,
        affinity_group=service.affinity_group,
        source_image_name=source_image_name,
    )
    subscription.disks[name.lower()] = disk
    if disk.media_link == source:
        media.lease(subscription, source)
    else:
        media.make(subscription, disk.media_link, size, source)
    return disk
