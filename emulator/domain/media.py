"""Blobs that images and disks lie in, by their address: whose account, in which location, under what name."""

from __future__ import annotations

from urllib.parse import urlsplit

from emulator.domain import errors, lookup
from emulator.domain.errors import Refusal
from emulator.domain.records import StorageAccount
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


def account_name(url: str) -> str:
    """Return the storage account that a blob's address names: the first label of its host."""
    return host_of(url, errors.MEDIA_LINK_INVALID).partition(".")[0].lower()


def account_of(subscription: Subscription, url: str) -> StorageAccount | None:
    """Return the account of a blob, if it is this subscription's; others are taken on trust."""
    return subscription.storage_accounts.get(account_name(url))


def location_of(subscription: Subscription, url: str) -> str | None:
    """Return the location of the account that a blob lies in, where it is known."""
    account = account_of(subscription, url)
    return lookup.location_of(subscription, account.location, account.affinity_group) if account else None


def in_location(subscription: Subscription, url: str, expected: str) -> str:
    """Return the address of a blob that is, as far as it is known, in the location that it has to be in."""
    actual = location_of(subscription, url)
    if actual is not None and actual != expected:
        raise errors.MEDIA_LINK_LOCATION(account=account_name(url), location=actual, expected=expected)
    return url


def default_link(subscription: Subscription, location: str, blob: str) -> str:
    """Return an address in the subscription's first storage account in that location, as the service chose one."""
    for account in subscription.storage_accounts.values():
        if lookup.location_of(subscription, account.location, account.affinity_group) == location:
            return f"https://{account.name}.blob.core.windows.net/vhds/{blob}"
    raise errors.BAD_PARAMETER(why=f"MediaLink is missing, and the subscription has no storage account in {location}.")
