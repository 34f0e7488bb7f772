"""Blobs that images and disks lie in, by their address: whose account, in which location, what is in them.

Where the bytes of an account can be seen (see blobs.py) a blob has to be there, and to be what it is taken for; all
others are taken on trust. A blob is leased for as long as an image or a disk lies in it (assumption 55).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from urllib.parse import urlsplit

from emulator.domain import errors, lookup, vhd
from emulator.domain.blob_names import Address
from emulator.domain.blobs import PAGE
from emulator.domain.image_records import VMImageDisk
from emulator.domain.records import Deployment, HostedService, StorageAccount
from emulator.domain.refusals import Refusal
from emulator.domain.world import Subscription


def host_of(url: str, refusal: Refusal) -> str:
    """Return the host of a blob's address: http or https, a host and a path; else raise `refusal` with the url."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise refusal(url=url) from None
    if parts.scheme not in ("http", "https") or not host or not parts.path.strip("/"):
        raise refusal(url=url)
    return host


def account_name(subscription: Subscription, url: str) -> str:
    """Return the storage account that a blob's address names: where the endpoint has it, else first in its host."""
    host = host_of(url, errors.MEDIA_LINK_INVALID)
    address = subscription.store.address(url)
    return address.account if address else host.partition(".")[0].lower()


def account_of(subscription: Subscription, url: str) -> StorageAccount | None:
    """Return the account of a blob, if it is this subscription's; others are taken on trust."""
    return subscription.storage_accounts.get(account_name(subscription, url))


def location_of(subscription: Subscription, url: str) -> str | None:
    """Return the location of the account that a blob lies in, where it is known."""
    account = account_of(subscription, url)
    return lookup.location_of(subscription, account.location, account.affinity_group) if account else None


def in_location(subscription: Subscription, url: str, expected: str) -> str:
    """Return the address of a blob that is, as far as it is known, in the location that it has to be in."""
    actual = location_of(subscription, url)
    if actual is not None and actual != expected:
        account = account_name(subscription, url)
        raise errors.MEDIA_LINK_LOCATION(account=account, location=actual, expected=expected)
    return url


def default_link(subscription: Subscription, location: str, blob: str) -> str:
    """Return an address in the subscription's first storage account in that location, as the service chose one."""
    for account in subscription.storage_accounts.values():
        if lookup.location_of(subscription, account.location, account.affinity_group) == location:
            return f"{subscription.store.endpoint.of(account.name)}/vhds/{blob}"
    raise errors.BAD_PARAMETER(why=f"MediaLink is missing, and the subscription has no storage account in {location}.")


# ---- what can be seen


def _seen(subscription: Subscription, url: str) -> Address | None:
    """Return a blob in an account that can be looked into; None for those that are taken on trust."""
    address = subscription.store.address(url)
    return address if address and subscription.store.sees(subscription, address.account) else None


def size_in_gb(subscription: Subscription, url: str) -> int | None:
    """Return the size of the disk in a blob, None if it cannot be seen; refuse what can be seen to be no fixed VHD."""
    address = _seen(subscription, url)
    if address is None:
        return None
    if address.account not in subscription.storage_accounts:
        raise errors.MEDIA_LINK_ACCOUNT(account=address.account)
    blobs = subscription.store
    found = blobs.look(subscription, address)
    if found is None:
        raise errors.MEDIA_LINK_NOT_FOUND(url=url)
    if found.kind != PAGE:
        raise errors.VHD_INVALID(url=url, why="it is no page blob.")
    try:
        size = vhd.virtual_size(blobs.last(subscription, address, vhd.FOOTER_BYTES), found.size or 0)
    except ValueError as error:
        raise errors.VHD_INVALID(url=url, why=error) from None
    return -(-size // vhd.GIB)


def unused(subscription: Subscription, url: str) -> None:
    """Refuse a blob that is to be made and can be seen to be there."""
    address = _seen(subscription, url)
    if address and subscription.store.look(subscription, address):
        raise errors.MEDIA_LINK_EXISTS(url=url)


# ---- what is done to them


def make(subscription: Subscription, url: str, size_in_gb: int, source_url: str | None = None) -> None:
    """Make the blob of a disk, of the bytes of another one where that is there; it is leased."""
    blobs = subscription.store
    address = blobs.address(url)
    if address is None:
        return
    source = blobs.address(source_url) if source_url else None
    size = size_in_gb * vhd.GIB
    unique = hashlib.blake2b(f"{subscription.id}/{address}/{subscription.now}".encode(), digest_size=16).digest()
    blobs.make_disk(subscription, address, vhd.footer(size, subscription.now, unique), size, source)
    blobs.lease(subscription, address, held=True)


def copy(subscription: Subscription, source_url: str, target_url: str) -> None:
    """Copy the blob of a disk; the copy is leased."""
    blobs = subscription.store
    source, target = blobs.address(source_url), blobs.address(target_url)
    if source is not None and target is not None:
        blobs.copy(subscription, source, target)
        blobs.lease(subscription, target, held=True)


def lease(subscription: Subscription, url: str | None) -> None:
    """Lease the blob that an image or a disk lies in."""
    address = subscription.store.address(url) if url else None
    if address is not None:
        subscription.store.lease(subscription, address, held=True)


def let_go(subscription: Subscription, url: str | None, *, delete: bool = False) -> None:
    """Take the lease off the blob of an image or disk that is gone, unless another one lies in it; or delete it."""
    blobs = subscription.store
    address = blobs.address(url) if url else None
    if address is None:
        return
    if delete:
        blobs.delete(subscription, address)
    elif not any(blobs.address(link) == address for _, link in links(subscription)):
        blobs.lease(subscription, address, held=False)


def links(subscription: Subscription) -> Iterator[tuple[str, str]]:
    """Yield the images and disks of a subscription: their names, and the blobs that they lie in."""
    yield from ((one.name, one.media_link) for one in subscription.images.values() if one.media_link)
    yield from ((one.name, one.media_link) for one in subscription.disks.values())
    for image in subscription.vm_images.values():
        disks: tuple[VMImageDisk, ...] = (image.os_disk, *image.data_disks)
        yield from ((disk.name, disk.media_link) for disk in disks if disk.media_link)


def give_up_disks(
    subscription: Subscription, service: HostedService, deployment: Deployment, role_name: str | None, *, delete: bool
) -> None:
    """Let go of the disks of a deployment's machines, or of one of them: at once with their blobs, or after a while."""
    for name, disk in list(subscription.disks.items()):
        holder = disk.attached_to
        if holder is None or (holder.hosted_service_name, holder.deployment_name) != (service.name, deployment.name):
            continue
        if role_name is not None and holder.role_name != role_name:
            continue
        if delete:
            del subscription.disks[name]
            let_go(subscription, disk.media_link, delete=True)
        else:
            disk.releasing = subscription.after("disk.release_after_delete", "disk", (name,), "released")
