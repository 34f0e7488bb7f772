"""Machines made of images of whole machines: the disks that an image gives them, and where those lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from emulator.catalog import VMImage as PlatformImage
from emulator.domain import errors, lookup, media, vm_images
from emulator.domain.image_records import VMImage, VMImageOSDisk
from emulator.domain.machines import (
    ConfigurationSet,
    DataVirtualHardDisk,
    OSVirtualHardDisk,
    RoleInput,
    VMImageInput,
    WindowsProvisioning,
)
from emulator.domain.world import Subscription

Size = int
Source = tuple[None, str, Size]
"""What a machine is made of: no disk that is there, an operating system, and the size of its disk in GB."""


def expand(
    subscription: Subscription, location: str, role: RoleInput, provisioning: ConfigurationSet | None
) -> tuple[RoleInput, Source | None]:
    """Return a machine with the disks that its image gives it, and what it is made of; None if it names no image.

    A generalized image has to be provisioned, a specialized one must not be.
    """
    if not role.vm_image_name:
        return role, None
    image = _image_of(subscription, role.vm_image_name, provisioning)
    if isinstance(image, VMImage) and image.state != vm_images.READY:
        raise errors.VM_IMAGE_BUSY(name=image.name, state=image.state)
    generalized = image.os_disk.os_state == "Generalized"
    if generalized and provisioning is None:
        raise errors.ROLE_INVALID(role=role.role_name, why="an image has to be provisioned, and nothing says how.")
    if not generalized and provisioning is not None:
        raise errors.ROLE_INVALID(role=role.role_name, why="a specialized image cannot be provisioned again.")
    links = _Links(subscription, _container(subscription, location, role, image))
    sizes = _sizes(role)
    os_size = sizes.get("", image.os_disk.logical_disk_size_in_gb)
    expanded = structs.replace(
        role,
        os_virtual_hard_disk=_os_disk(image, role.os_virtual_hard_disk, links),
        data_virtual_hard_disks=_role_disks(image, role.data_virtual_hard_disks or (), links, sizes),
    )
    return expanded, (None, image.os_disk.os, os_size)


def _image_of(
    subscription: Subscription, vm_image_name: str, provisioning: ConfigurationSet | None
) -> VMImage | PlatformImage:
    """Return the image that a machine is to be made of.

    The catalog holds a few of the platform's images only: as with operating-system images, a name of their form that is
    not among them is taken on trust, as that of a generalized image without data disks.
    """
    known = vm_image_name.lower() in subscription.vm_images or subscription.catalog.vm_image(vm_image_name) is not None
    if lookup.is_published_name(vm_image_name) and not known:
        return VMImage(
            name=vm_image_name,
            label=vm_image_name,
            os_disk=VMImageOSDisk(
                name=vm_image_name.partition("__")[2],
                host_caching="ReadWrite",
                media_link=None,
                logical_disk_size_in_gb=vm_images.DEFAULT_GB,
                os_state="Generalized",
                os="Windows" if isinstance(provisioning, WindowsProvisioning) else "Linux",
            ),
            data_disks=(),
            location="",
            created_time=subscription.now,
            modified_time=subscription.now,
            state=vm_images.READY,
            category="Public",
        )
    return vm_images.find(subscription, vm_image_name)


class _Links(Struct, frozen=True):
    """Makes the addresses of the new disks' blobs in one container."""

    subscription: Subscription
    container: str

    def new(self) -> str:
        """Return an address as the service made them: eight characters, three, the time and four digits."""
        entropy = self.subscription.entropy
        drawn, number = entropy.hex32(), entropy.number(0, 9999)
        when = self.subscription.now.strftime("%Y%m%d%H%M%S")
        return f"{self.container}/{drawn[:8]}.{drawn[8:11]}{when}{number:04d}.vhd"


def _container(subscription: Subscription, location: str, role: RoleInput, image: VMImage | PlatformImage) -> str:
    """Return where the new disks lie: at the MediaLocation, beside the image, or in a storage account of ours."""
    own = image.os_disk.media_link if isinstance(image, VMImage) else None
    if role.media_location:
        container = role.media_location.rstrip("/")
        media.in_location(subscription, container, location)
        return container
    if own:
        return media.in_location(subscription, own, location).rpartition("/")[0]
    return media.default_link(subscription, location, "").rpartition("/")[0]


def _sizes(role: RoleInput) -> Mapping[str, Size]:
    """Return the sizes that disks of the image are to have, by the disk's name; "" is the operating-system disk."""
    wanted = role.vm_image_input or VMImageInput()
    sizes = {(one.name or "").lower(): one.resized_size_in_gb for one in wanted.data_disks or () if one.name}
    return {name: size for name, size in {**sizes, "": wanted.os_disk_size_in_gb}.items() if size}


def _os_disk(image: VMImage | PlatformImage, given: OSVirtualHardDisk | None, links: _Links) -> OSVirtualHardDisk:
    given = given or OSVirtualHardDisk()
    if given.media_link:
        media.unused(links.subscription, given.media_link)
    return structs.replace(
        given,
        host_caching=given.host_caching or image.os_disk.host_caching,
        media_link=given.media_link or links.new(),
        source_image_name=image.os_disk.name,
        os=image.os_disk.os,
        copied_from=image.os_disk.media_link if isinstance(image, VMImage) else None,
    )


def _role_disks(
    image: VMImage | PlatformImage, given: Sequence[DataVirtualHardDisk], links: _Links, sizes: Mapping[str, Size]
) -> list[DataVirtualHardDisk]:
    """Return the data disks that the image gives, changed by those given of the same LUN, and then the others given."""
    changes = {disk.lun or 0: disk for disk in given}
    made = []
    blobs = {disk.lun: disk.media_link for disk in image.data_disks} if isinstance(image, VMImage) else {}
    for disk in image.data_disks:
        change = changes.pop(disk.lun, DataVirtualHardDisk())
        made.append(
            structs.replace(
                change,
                host_caching=change.host_caching or disk.host_caching,
                lun=disk.lun,
                logical_disk_size_in_gb=sizes.get(disk.name.lower(), disk.logical_disk_size_in_gb),
                media_link=change.media_link or links.new(),
                copied_from=blobs.get(disk.lun),
            )
        )
    of_image = {disk.lun for disk in image.data_disks}
    return [*made, *(disk for disk in given if (disk.lun or 0) not in of_image)]
