"""The SDK's methods for storage accounts."""

from __future__ import annotations

import base64

import pytest

INVALID_NAME = (
    "The name is not a valid storage account name. Storage account names must be between 3 and 24 characters in length "
    "and use numbers and lower-case letters only."
)


@pytest.fixture
def account(sms):
    """The name of a storage account that is there."""
    sms.create_storage_account("mystorageaccount", "my description", "my label", location="West US")
    return "mystorageaccount"


def test_a_storage_account_tells_what_it_was_created_with(sms, subscription_id):
    result = sms.create_storage_account(
        "mystorageaccount", "my description", "my label", location="West US", extended_properties={"Owner": "me"}
    )

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    (listed,) = sms.list_storage_accounts()
    for found in (listed, sms.get_storage_account_properties("mystorageaccount")):
        assert found.service_name == "mystorageaccount"
        address = f"https://management.core.windows.net/{subscription_id}/services/storageservices/mystorageaccount"
        assert found.url == address
        properties = found.storage_service_properties
        assert (properties.label, properties.description) == ("my label", "my description")
        assert (properties.location, properties.affinity_group, properties.status) == ("West US", "", "Created")
        assert properties.endpoints == [
            f"https://mystorageaccount.{kind}.core.windows.net/" for kind in ("blob", "queue", "table", "file")
        ]
        assert properties.account_type == "Standard_GRS"
        assert (properties.geo_primary_region, properties.status_of_primary) == ("West US", "Available")
        assert (properties.geo_secondary_region, properties.status_of_secondary) == ("East US", "Available")
        assert properties.creation_time.endswith("Z")
        assert found.extended_properties["Owner"] == "me"
    assert sms.get_storage_account_properties("mystorageaccount").capabilities == ["PersistentVMRole"]


def test_the_keys_are_two_of_64_bytes_and_stay(sms, account):
    keys = sms.get_storage_account_keys(account).storage_service_keys

    assert len(base64.b64decode(keys.primary)) == len(base64.b64decode(keys.secondary)) == 64
    assert keys.primary != keys.secondary
    again = sms.get_storage_account_keys(account).storage_service_keys
    assert (again.primary, again.secondary) == (keys.primary, keys.secondary)


@pytest.mark.parametrize("key_type", ["Primary", "Secondary"])
def test_only_the_key_that_is_named_is_regenerated(sms, account, key_type):
    before = sms.get_storage_account_keys(account).storage_service_keys

    answered = sms.regenerate_storage_account_keys(account, key_type).storage_service_keys

    stored = sms.get_storage_account_keys(account).storage_service_keys
    assert (answered.primary, answered.secondary) == (stored.primary, stored.secondary)
    changed = (answered.primary != before.primary, answered.secondary != before.secondary)
    assert changed == (key_type == "Primary", key_type == "Secondary")


def test_a_key_of_another_type_is_refused(sms, account, refused):
    with refused(400, "BadRequest", "The key type 'Third' is neither Primary nor Secondary."):
        sms.regenerate_storage_account_keys(account, "Third")


def test_an_update_changes_description_label_and_replication(sms, account):
    sms.update_storage_account(
        account, "new description", "new label", extended_properties={"Owner": "you"}, account_type="Standard_LRS"
    )

    found = sms.get_storage_account_properties(account)
    properties = found.storage_service_properties
    assert (properties.description, properties.label) == ("new description", "new label")
    assert properties.account_type == "Standard_LRS"
    assert not properties.geo_secondary_region
    assert not properties.status_of_secondary
    assert found.extended_properties["Owner"] == "you"


def test_an_account_does_not_become_zone_redundant(sms, account, refused):
    with refused(400, "BadRequest", "A storage account of type Standard_GRS cannot be changed to Standard_ZRS."):
        sms.update_storage_account(account, account_type="Standard_ZRS")


def test_availability_of_a_name_changes_when_it_is_taken(sms, subscription_id):
    assert sms.check_storage_account_name_availability("mystorageaccount").result is True
    sms.create_storage_account("mystorageaccount", "description", "label", location="West US")

    assert sms.check_storage_account_name_availability("mystorageaccount").result is False

    # The SDK reads the reason as a boolean and so loses it.
    path = f"/{subscription_id}/services/storageservices/operations/isavailable/mystorageaccount"
    reason = b"<Reason>A storage account named 'mystorageaccount' already exists in the subscription.</Reason>"
    assert reason in sms.perform_get(path).body


@pytest.mark.parametrize("name", ["ab", "x" * 25, "MyStorageAccount", "my-storage"])
def test_a_name_that_cannot_be_one_is_refused(sms, name, refused):
    with refused(400, "BadRequest", INVALID_NAME):
        sms.create_storage_account(name, "description", "label", location="West US")
    with refused(400, "BadRequest", INVALID_NAME):
        sms.check_storage_account_name_availability(name)


def test_a_name_that_is_taken_is_refused(sms, account, refused):
    with refused(409, "ConflictError", "The storage account named 'mystorageaccount' is already taken."):
        sms.create_storage_account(account, "description", "label", location="East US")


def test_an_account_that_is_not_there_is_not_found(sms, refused):
    calls = (
        sms.get_storage_account_properties,
        sms.get_storage_account_keys,
        sms.delete_storage_account,
        sms.update_storage_account,
        lambda name: sms.regenerate_storage_account_keys(name, "Primary"),
    )
    for call in calls:
        with refused(404, "ResourceNotFound", "The storage account 'mystorageaccount' was not found."):
            call("mystorageaccount")


def test_a_deleted_account_is_gone_and_its_name_is_free(sms, account):
    result = sms.delete_storage_account(account)

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    assert len(sms.list_storage_accounts()) == 0
    assert sms.check_storage_account_name_availability(account).result is True


def test_an_account_with_an_image_in_it_stays(sms, account, refused):
    sms.add_os_image("mycentos", f"https://{account}.blob.core.windows.net/vhds/centos.vhd", "mycentos", "Linux")

    message = (
        f"Storage account {account} has some active image(s) and/or disk(s), e.g. mycentos. Ensure these image(s) "
        "and/or disk(s) are removed before deleting this storage account."
    )
    with refused(400, "BadRequest", message):
        sms.delete_storage_account(account)

    sms.delete_os_image("mycentos")
    sms.delete_storage_account(account)
    assert len(sms.list_storage_accounts()) == 0


def test_an_account_is_seen_while_it_is_made(slow_sms):
    result = slow_sms.create_storage_account("mystorageaccount", "description", "label", location="West US")

    assert slow_sms.get_operation_status(result.request_id).status == "InProgress"
    assert slow_sms.get_operation_status(result.request_id).status == "Succeeded"
    account = slow_sms.get_storage_account_properties("mystorageaccount")
    assert account.storage_service_properties.status == "Created"


def test_an_account_is_not_deleted_before_it_is_made(slow_sms, refused):
    slow_sms.create_storage_account("mystorageaccount", "description", "label", location="West US")

    message = (
        "Windows Azure is currently performing an operation on this storage account that requires exclusive access."
    )
    with refused(409, "ConflictError", message):
        slow_sms.delete_storage_account("mystorageaccount")

    account = slow_sms.get_storage_account_properties("mystorageaccount")
    assert account.storage_service_properties.status == "Created"
    slow_sms.delete_storage_account("mystorageaccount")
