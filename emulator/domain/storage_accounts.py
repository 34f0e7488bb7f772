"""Storage accounts: names, keys and replication. What lies in them is the blob service's business."""

from __future__ import annotations

from msgspec import Struct

from emulator.domain import errors, lookup, media, names, operations
from emulator.domain.blobs import account_keys
from emulator.domain.clock import Event
from emulator.domain.lifecycle import STORAGE_ACCOUNT
from emulator.domain.names import ExtendedProperty
from emulator.domain.records import StorageAccount, TrackedOperation
from emulator.domain.world import Subscription

PROPERTIES = 50
ACCOUNT_TYPES = ("Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Premium_LRS")
DEFAULT_TYPE = "Standard_GRS"
FIXED_TYPES = ("Standard_ZRS", "Premium_LRS")
"""Types that an account keeps for life: none changes into them or out of them."""


class CreateStorageAccount(Struct, frozen=True, kw_only=True):
    """What a caller says of a new account: exactly one of `affinity_group` and `location`."""

    service_name: str
    description: str | None = None
    label: bytes
    affinity_group: str | None = None
    location: str | None = None
    geo_replication_enabled: bool | None = None
    extended_properties: list[ExtendedProperty] | None = None
    secondary_read_enabled: bool | None = None
    account_type: str | None = None


class UpdateStorageAccount(Struct, frozen=True, kw_only=True):
    """What a caller may change of an account; what is left out stays."""

    description: str | None = None
    label: bytes | None = None
    geo_replication_enabled: bool | None = None
    extended_properties: list[ExtendedProperty] | None = None
    secondary_read_enabled: bool | None = None
    account_type: str | None = None


class RegenerateKeys(Struct, frozen=True, kw_only=True):
    """Which of the two keys is to be made anew."""

    key_type: str


class Availability(Struct, frozen=True):
    """Whether a name is free, and why not."""

    result: bool
    reason: str | None = None


def create(subscription: Subscription, operation: TrackedOperation, command: CreateStorageAccount) -> StorageAccount:
    """Accept an account, whose name is free: Creating, ResolvingDns, and Created when its operation ends."""
    name = names.storage_name(command.service_name)
    location, affinity_group = lookup.placed(subscription, command.location, command.affinity_group)
    keys = subscription.store.keys(subscription, name) or account_keys(subscription.world.seed, name)
    account = StorageAccount(
        name=name,
        label=names.label(command.label),
        description=names.description(command.description),
        location=location,
        affinity_group=affinity_group,
        account_type=_account_type(
            command.account_type, command.geo_replication_enabled, command.secondary_read_enabled
        )
        or DEFAULT_TYPE,
        primary_key=keys.primary,
        secondary_key=keys.secondary,
        creation_time=subscription.now,
        operation=operation.id,
        extended_properties=names.extended_properties(command.extended_properties, PROPERTIES),
    )
    if _holder(subscription, name) is not None:
        raise errors.STORAGE_ACCOUNT_TAKEN(name=name)
    limit, current = subscription.catalog.quotas.max_storage_accounts, len(subscription.storage_accounts)
    if current >= limit:
        raise errors.OVER_QUOTA(
            resource="storage account count", quota="max_storage_accounts", limit=limit, current=current, increment=1
        )
    subscription.storage_accounts[name] = account
    _schedule(subscription, account)
    return account


def _schedule(subscription: Subscription, account: StorageAccount) -> None:
    following = STORAGE_ACCOUNT.automatic.get(account.status)
    if following is not None and following.after:
        subscription.after(following.after, "storage account", (account.name,), following.event, account.operation)


def _account_type(account_type: str | None, geo: bool | None, read: bool | None) -> str | None:
    """Return the type that a caller asks for, also in the words that were used before 2014-06-01."""
    if account_type:
        known = next((one for one in ACCOUNT_TYPES if one.lower() == account_type.lower()), None)
        if known is None:
            raise errors.ACCOUNT_TYPE_INVALID(type=account_type, known=", ".join(ACCOUNT_TYPES))
        return known
    if read:
        return "Standard_RAGRS"
    if geo is not None:
        return "Standard_GRS" if geo else "Standard_LRS"
    return None


def find(subscription: Subscription, service_name: str) -> StorageAccount:
    """Return the account of that name."""
    found = subscription.storage_accounts.get(service_name.lower())
    if found is None:
        raise errors.STORAGE_ACCOUNT_NOT_FOUND(name=service_name)
    return found


def _staying(subscription: Subscription, service_name: str) -> StorageAccount:
    account = find(subscription, service_name)
    lookup.staying("Storage account", account.name, account.migration_state)
    return account


def list_all(subscription: Subscription) -> list[StorageAccount]:
    """Return every account, oldest first."""
    return list(subscription.storage_accounts.values())


def check_availability(subscription: Subscription, service_name: str) -> Availability:
    """Tell whether an account could be created under a name."""
    names.storage_name(service_name)
    holder = _holder(subscription, service_name)
    if holder is None:
        return Availability(result=True)
    if holder is subscription:
        reason = f"A storage account named '{service_name}' already exists in the subscription."
        return Availability(result=False, reason=reason)
    return Availability(result=False, reason=f"The storage account named '{service_name}' is already taken.")


def update(
    subscription: Subscription, _operation: TrackedOperation, command: UpdateStorageAccount, service_name: str
) -> None:
    """Change description, label, replication and extended properties."""
    account = _staying(subscription, service_name)
    wanted = _account_type(command.account_type, command.geo_replication_enabled, command.secondary_read_enabled)
    account_type = wanted or account.account_type
    if account_type != account.account_type and {account_type, account.account_type} & set(FIXED_TYPES):
        raise errors.ACCOUNT_TYPE_CHANGE(old=account.account_type, new=account_type)
    label = account.label if command.label is None else names.label(command.label)
    description = account.description if command.description is None else names.description(command.description)
    properties = names.extended_properties(command.extended_properties, PROPERTIES, account.extended_properties)
    account.account_type, account.label, account.description = account_type, label, description
    account.extended_properties = properties


def regenerate_keys(
    subscription: Subscription, _operation: TrackedOperation, command: RegenerateKeys, service_name: str
) -> StorageAccount:
    """Make one of an account's keys anew and return the account with both."""
    account = _staying(subscription, service_name)
    if subscription.store.keys(subscription, account.name) is not None:
        why = f"The storage in use knows {account.name} by the keys that it was started with, and by no others."
        raise errors.DECLINED(name="Regenerate Storage Account Keys", why=why)
    match command.key_type.lower():
        case "primary":
            account.primary_key = subscription.entropy.key()
        case "secondary":
            account.secondary_key = subscription.entropy.key()
        case _:
            raise errors.KEY_TYPE_INVALID(type=command.key_type)
    return account


def delete(subscription: Subscription, _operation: TrackedOperation, service_name: str) -> None:
    """Delete an account in which no image and no disk lies."""
    account = _staying(subscription, service_name)
    if account.status != "Created":
        raise errors.STORAGE_ACCOUNT_BUSY(operation=account.operation)
    example = blob_in_use(subscription, account)
    if example is not None:
        raise errors.STORAGE_ACCOUNT_IN_USE(name=account.name, example=example)
    forget(subscription, account)


def forget(subscription: Subscription, account: StorageAccount) -> None:
    """Let an account go, and what is known of the blobs in it."""
    del subscription.storage_accounts[account.name]
    for blob in [key for key in subscription.blobs if key.startswith(f"{account.name}/")]:
        del subscription.blobs[blob]


def blob_in_use(subscription: Subscription, account: StorageAccount) -> str | None:
    """Return the name of a disk or an image that lies in an account."""
    found = (name for name, link in media.links(subscription) if media.account_name(subscription, link) == account.name)
    return next(found, None)


def _holder(subscription: Subscription, name: str) -> Subscription | None:
    return next((one for one in subscription.world.neighbours(subscription) if name in one.storage_accounts), None)


def _happened(subscription: Subscription, event: Event) -> None:
    account = subscription.storage_accounts[event.resource[0]]
    account.status = STORAGE_ACCOUNT.next(account.status, event.name)
    _schedule(subscription, account)
    if account.status == "Created":
        operations.finish(subscription, account.operation)
        account.operation = None


HANDLERS = {"storage account": _happened}
