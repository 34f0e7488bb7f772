"""Blobs in an Azurite: what is told of it and by it, which keys hold, and what happens where it does not answer."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime

import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobLeaseClient

from emulator.blobs import azurite
from emulator.blobs.azurite import Azurite
from emulator.domain import disks, errors, packages, storage_accounts
from emulator.domain.blob_names import Address, Endpoint
from emulator.domain.blobs import BLOCK, PAGE, AccountKeys, account_keys
from emulator.domain.disks import DiskInput
from emulator.domain.records import Blob
from emulator.domain.refusals import ServiceError
from emulator.domain.storage_accounts import CreateStorageAccount, RegenerateKeys
from emulator.domain.vhd import GIB, MIB, footer, virtual_size
from tests.azurite import KEYS, client

SEED = "asm-emulator"
DISK, COPY = Address("account1", "vhds", "a/disk.vhd"), Address("account2", "copies", "copy.vhd")
FOOTER = footer(GIB, datetime(2015, 7, 1, tzinfo=UTC), bytes(16))
URL = "https://account1.blob.core.windows.net/vhds/a/disk.vhd"


@pytest.fixture
def blobs(azurite_url, world):
    world.blobs = Azurite(azurite_url, Endpoint(), KEYS, SEED)
    return world.blobs


@pytest.fixture
def create(subscription, operation):
    def create(name):
        command = CreateStorageAccount(service_name=name, label=b"l", location="West US")
        account = storage_accounts.create(subscription, operation(), command)
        subscription.advance_until_quiet(10)
        return account

    return create


@pytest.fixture
def mute():
    """The URL of what takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def nobody():
    """A URL where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}"


def test_a_blob_of_its_own_address_and_of_the_canonical_one_is_one(blobs):
    assert blobs.address(f"{blobs.url}/account1/vhds/a/disk.vhd?sig=x") == blobs.address(URL) == DISK
    assert blobs.address("http://127.0.0.1:1/account1/vhds/a/disk.vhd") is None


def test_a_lease_keeps_others_from_deleting_and_is_released(blobs, subscription):
    blobs.make_disk(subscription, DISK, FOOTER, GIB, None)
    blobs.lease(subscription, DISK, held=True)
    blobs.lease(subscription, DISK, held=True)
    with client(blobs.url) as service:
        blob = service.get_blob_client(DISK.container, DISK.name)
        with pytest.raises(HttpResponseError, match="LeaseIdMissing"):
            blob.delete_blob()
        blobs.lease(subscription, DISK, held=False)
        blob.delete_blob()
    assert blobs.look(subscription, DISK) is None


def test_the_lease_of_somebody_else_is_respected_until_the_blob_is_deleted(blobs, subscription, caplog):
    blobs.write(subscription, DISK, b"hello")
    with client(blobs.url) as service:
        BlobLeaseClient(service.get_blob_client(DISK.container, DISK.name)).acquire(-1)
    blobs.lease(subscription, DISK, held=True)
    blobs.lease(subscription, DISK, held=False)
    assert "stays as it is" in caplog.text
    assert blobs.look(subscription, DISK) == Blob(BLOCK, 5, leased=True)
    blobs.delete(subscription, DISK)
    assert blobs.look(subscription, DISK) is None


def test_a_disk_takes_no_room_and_a_larger_one_has_the_pages_of_the_first(blobs, subscription):
    begun = time.thread_time()
    assert blobs.make_disk(subscription, DISK, footer(1023 * GIB, subscription.now, bytes(16)), 1023 * GIB, None)
    assert time.thread_time() - begun < 0.5
    blobs.make_disk(subscription, DISK, FOOTER, GIB, None)
    with client(blobs.url) as service:
        blob = service.get_blob_client(DISK.container, DISK.name)
        for at in (0, 500 * MIB, GIB - 512):
            blob.upload_page(b"data".ljust(512, b"\0"), offset=at, length=512)
        assert len(list(blob.list_page_ranges())) == 4  # and the footer
    larger = footer(2 * GIB, subscription.now, bytes(16))
    for target in (COPY, DISK):
        assert blobs.make_disk(subscription, target, larger, 2 * GIB, DISK)
        with blobs.open(subscription, target) as file:
            for at in (0, 500 * MIB, GIB - 512):
                file.seek(at)
                assert file.read(4) == b"data"
            file.seek(GIB)
            assert file.read(512) == bytes(512)
        assert virtual_size(blobs.last(subscription, target, 512), 2 * GIB + 512) == 2 * GIB


def test_a_block_blob_is_copied_to_another_account(blobs, subscription):
    blobs.write(subscription, DISK, b"hello" * 1000)
    assert blobs.copy(subscription, DISK, COPY)
    assert blobs.look(subscription, COPY) == Blob(BLOCK, 5000)
    with blobs.open(subscription, COPY) as file:
        assert (file.read(7), file.seek(-3, 2), file.read(10), file.read(1)) == (b"hellohe", 4997, b"llo", b"")


def test_an_account_that_it_does_not_have_is_taken_on_trust(blobs, subscription, create):
    create("elsewhere")
    address = Address("elsewhere", "vhds", "a.vhd")
    assert not blobs.sees(subscription, "elsewhere")
    assert blobs.make_disk(subscription, address, FOOTER, GIB, None)
    blobs.lease(subscription, address, held=True)
    assert blobs.look(subscription, address) == Blob(PAGE, GIB + 512, leased=True)
    assert blobs.open(subscription, address) is None
    assert blobs.copy(subscription, address, Address("elsewhere", "vhds", "b.vhd"))
    blobs.delete(subscription, address)
    assert blobs.look(subscription, address) is None


# ---- keys


def test_a_listed_account_has_the_keys_of_the_list_and_keeps_them(blobs, create, subscription, operation, refuses):
    account = create("account1")
    assert AccountKeys(account.primary_key, account.secondary_key) == KEYS["account1"]
    for key_type in ("Primary", "Secondary"):
        wanted = RegenerateKeys(key_type=key_type)
        said = refuses(errors.DECLINED, storage_accounts.regenerate_keys, subscription, operation(), wanted, "account1")
        assert "the keys that it was started with" in str(said)


def test_the_keys_of_all_others_follow_from_the_seed_and_can_be_made_anew(blobs, create, subscription, operation):
    account = create("elsewhere")
    assert AccountKeys(account.primary_key, account.secondary_key) == account_keys(SEED, "elsewhere")
    storage_accounts.regenerate_keys(subscription, operation(), RegenerateKeys(key_type="Primary"), "elsewhere")
    assert account.primary_key != account_keys(SEED, "elsewhere").primary


def test_an_account_that_was_started_with_the_keys_of_the_seed_is_found(azurite_url, world, subscription, create):
    # The Azurite knows three accounts, and the emulator was told of one of them; the keys of another are the seed's.
    world.blobs = blobs = Azurite(azurite_url, Endpoint(), {"account1": KEYS["account1"]}, SEED)
    create("seeded")
    assert blobs.sees(subscription, "seeded")
    assert blobs.write(subscription, Address("seeded", "container", "b"), b"hello")
    assert blobs.keys(subscription, "seeded") == account_keys(SEED, "seeded")
    # One that it knows by other keys is none of ours.
    create("account2")
    assert not blobs.sees(subscription, "account2")


# ---- where it does not answer


def test_nobody_waits_for_who_does_not_answer(mute, world, subscription, monkeypatch):
    monkeypatch.setattr(azurite, "LIMITS", {"connection_timeout": 2, "read_timeout": 0.2, "retry_total": 0})
    blobs = world.blobs = Azurite(mute, Endpoint(), KEYS, SEED)
    begun = time.monotonic()
    for _ in range(50):
        assert blobs.make_disk(subscription, DISK, FOOTER, GIB, None) is False
        with pytest.raises(ServiceError, match="cannot be used"):
            blobs.look(subscription, DISK)
    assert time.monotonic() - begun < 8  # a wait each would be 20 s


def test_a_call_that_needs_it_is_refused_and_changes_nothing(nobody, world, subscription, operation, refuses, create):
    create("account1")
    world.blobs = Azurite(nobody, Endpoint(), KEYS, SEED)
    wanted = DiskInput(name="d", label="l", media_link=URL)
    said = refuses(errors.STORAGE_UNUSABLE, disks.add, subscription, operation(), wanted)
    assert nobody in str(said)


def test_a_package_that_cannot_be_fetched_is_no_exception(nobody, world, subscription):
    world.blobs = Azurite(nobody, Endpoint(), KEYS, SEED)
    fetched = packages.fetch(subscription, URL)
    assert (fetched.definition, fetched.fault.code) == (None, "InternalError")
    assert "cannot be used" in fetched.fault.message


def test_what_only_comes_after_a_call_goes_on_without_it(nobody, world, subscription, caplog):
    blobs = world.blobs = Azurite(nobody, Endpoint(), KEYS, SEED)
    blobs.lease(subscription, DISK, held=True)
    blobs.delete(subscription, DISK)
    assert blobs.write(subscription, DISK, b"hello") is False
    assert blobs.copy(subscription, DISK, COPY) is False
    assert "does not answer" in caplog.text


def test_an_account_with_another_key_is_told_of(azurite_url, world, subscription):
    wrong = {"account1": AccountKeys(*["bm8="] * 2)}
    blobs = Azurite(azurite_url, Endpoint(), wrong, SEED)
    with pytest.raises(ServiceError, match="it answered 403"):
        blobs.look(subscription, DISK)
    # It answers: nothing has to be waited for.
    blobs = Azurite(azurite_url, Endpoint(), KEYS, SEED)
    assert blobs.look(subscription, DISK) is None
