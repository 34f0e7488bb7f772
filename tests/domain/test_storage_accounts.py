"""Storage accounts."""

from __future__ import annotations

import pytest

from emulator.domain import disks, images, storage_accounts
from emulator.domain.disks import DiskInput
from emulator.domain.images import ImageInput
from emulator.domain.names import ExtendedProperty
from emulator.domain.refusals import ServiceError
from emulator.domain.storage_accounts import CreateStorageAccount, RegenerateKeys, UpdateStorageAccount


def an_account(name="account", **changes):
    return CreateStorageAccount(**{"service_name": name, "label": b"label", "location": "West US", **changes})


@pytest.fixture
def account(subscription, operation):
    made = storage_accounts.create(subscription, operation(), an_account())
    subscription.advance_until_quiet(10)
    return made


def test_an_account_resolves_its_name_before_it_is_created(subscription, operation):
    tracked = operation()
    account = storage_accounts.create(subscription, tracked, an_account())
    seen = [(account.status, tracked.status)]
    while subscription.clock.next_event() is not None:
        subscription.advance_to(subscription.clock.next_event().due)
        seen.append((account.status, tracked.status))
    assert seen == [("Creating", "InProgress"), ("ResolvingDns", "InProgress"), ("Created", "Succeeded")]


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"service_name": "ab"}, "BadRequest", "between 3 and 24 characters"),
        ({"service_name": "Upper"}, "BadRequest", "between 3 and 24 characters"),
        ({"service_name": "x" * 25}, "BadRequest", "between 3 and 24 characters"),
        ({"service_name": "account"}, "ConflictError", "The storage account named 'account' is already taken."),
        ({"location": "Atlantis"}, "BadRequest", "Atlantis"),
        ({"account_type": "Standard_XRS"}, "BadRequest", "Standard_XRS"),
        ({"description": "x" * 1025}, "BadRequest", "1024"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_nothing_changes(
    subscription, operation, account, picture, changes, code, words
):
    before = picture(subscription)
    with pytest.raises(ServiceError, match=words) as refused:
        storage_accounts.create(subscription, operation(), an_account(**{"service_name": "other", **changes}))
    assert refused.value.code == code
    assert picture(subscription) == before


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Standard_GRS"),
        ({"account_type": "standard_lrs"}, "Standard_LRS"),
        ({"account_type": ""}, "Standard_GRS"),
        ({"geo_replication_enabled": False}, "Standard_LRS"),
        ({"geo_replication_enabled": True}, "Standard_GRS"),
        ({"geo_replication_enabled": True, "secondary_read_enabled": True}, "Standard_RAGRS"),
    ],
)
def test_the_type_is_said_in_new_words_or_in_old_ones(subscription, operation, changes, expected):
    account = storage_accounts.create(subscription, operation(), an_account(**changes))
    assert account.account_type == expected


def test_only_the_named_key_is_made_anew(subscription, operation, account):
    old = (account.primary_key, account.secondary_key)
    storage_accounts.regenerate_keys(subscription, operation(), RegenerateKeys(key_type="primary"), "account")
    assert account.primary_key != old[0]
    assert account.secondary_key == old[1]
    storage_accounts.regenerate_keys(subscription, operation(), RegenerateKeys(key_type="Secondary"), "account")
    assert account.secondary_key != old[1]
    with pytest.raises(ServiceError, match="neither Primary nor Secondary"):
        storage_accounts.regenerate_keys(subscription, operation(), RegenerateKeys(key_type="Third"), "account")


def test_the_first_keys_follow_from_seed_and_name(world, subscription, operation, account):
    other = world.subscription("99999999-0000-0000-0000-000000000000")
    twin = storage_accounts.create(other, operation(), an_account())
    assert (twin.primary_key, twin.secondary_key) == (account.primary_key, account.secondary_key)


def test_an_update_changes_what_it_names(subscription, operation, account):
    change = UpdateStorageAccount(
        description="new", account_type="Standard_LRS", extended_properties=[ExtendedProperty("a", "1")]
    )
    storage_accounts.update(subscription, operation(), change, "account")
    assert (account.label, account.description, account.account_type) == (b"label", "new", "Standard_LRS")
    assert account.extended_properties == {"a": "1"}


@pytest.mark.parametrize("fixed", ["Standard_ZRS", "Premium_LRS"])
def test_some_types_are_for_life(subscription, operation, account, fixed):
    with pytest.raises(ServiceError, match="cannot be changed"):
        storage_accounts.update(subscription, operation(), UpdateStorageAccount(account_type=fixed), "account")


def test_an_account_that_is_being_made_is_busy(subscription, operation):
    storage_accounts.create(subscription, operation(), an_account())
    with pytest.raises(ServiceError, match="on this storage account that requires exclusive access"):
        storage_accounts.delete(subscription, operation(), "account")


def test_an_account_with_a_disk_or_an_image_is_refused_by_the_name_of_one(subscription, operation, account):
    link = "https://account.blob.core.windows.net/vhds/a.vhd"
    disks.add(subscription, operation(), DiskInput(name="disk1", label="l", media_link=link, os="Linux"))
    expected = (
        "Storage account account has some active image(s) and/or disk(s), e.g. disk1. Ensure these image(s) and/or "
        "disk(s) are removed before deleting this storage account."
    )
    with pytest.raises(ServiceError) as refused:
        storage_accounts.delete(subscription, operation(), "account")
    assert refused.value.message == expected
    disks.delete(subscription, operation(), "disk1")
    images.add(subscription, operation(), ImageInput(name="image1", label="l", media_link=link, os="Linux"))
    with pytest.raises(ServiceError, match="e.g. image1"):
        storage_accounts.delete(subscription, operation(), "account")
    images.delete(subscription, operation(), "image1")
    storage_accounts.delete(subscription, operation(), "account")
    assert subscription.storage_accounts == {}


def test_a_missing_account_is_named(subscription):
    with pytest.raises(ServiceError, match="The storage account 'nope' was not found."):
        storage_accounts.find(subscription, "nope")
