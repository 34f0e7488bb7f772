"""The contract of the adaptors that hold blobs: whichever it is, it keeps to the same rules."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

import pytest
from msgspec import to_builtins

from emulator.blobs.azurite import Azurite
from emulator.blobs.directory import Directory
from emulator.domain.blob_names import Address, Endpoint
from emulator.domain.blobs import BLOCK, PAGE, Imagined, Registry
from emulator.domain.records import Blob
from emulator.domain.vhd import GIB, MIB, footer, virtual_size
from tests.azurite import KEYS

DISK, COPY = Address("account1", "vhds", "a/disk.vhd"), Address("account1", "copies", "copy.vhd")
FOOTER = footer(GIB, datetime(2015, 7, 1, tzinfo=UTC), bytes(16))


@pytest.fixture(params=["registry", "directory", "azurite"])
def blobs(request, tmp_path):
    match request.param:
        case "registry":
            return Registry()
        case "directory":
            return Directory(tmp_path / "blobs")
    return Azurite(request.getfixturevalue("azurite_url"), Endpoint(), KEYS, "seed")


@pytest.fixture
def directory(tmp_path):
    return Directory(tmp_path / "blobs")


def content(blobs, subscription, address):
    """The bytes of a blob, or None where the adaptor holds none."""
    file = blobs.open(subscription, address)
    if file is None:
        return None
    with file:
        return file.read()


# ---- every adaptor


def test_what_was_never_made_is_not_there(blobs, subscription):
    assert blobs.look(subscription, DISK) is None
    assert blobs.open(subscription, DISK) is None
    assert blobs.last(subscription, DISK, 512) == b""
    assert blobs.copy(subscription, DISK, COPY) is False
    assert blobs.look(subscription, COPY) is None
    blobs.delete(subscription, DISK)
    blobs.lease(subscription, DISK, held=False)
    assert blobs.look(subscription, DISK) is None


def test_a_disk_is_a_page_blob_of_its_size_with_its_footer(blobs, subscription):
    assert blobs.make_disk(subscription, DISK, FOOTER, GIB, None)
    assert blobs.look(subscription, DISK) == Blob(PAGE, GIB + 512)
    if (last := blobs.last(subscription, DISK, 512)) != b"":
        assert virtual_size(last, GIB + 512) == GIB


def test_what_is_written_is_a_block_blob_of_those_bytes(blobs, subscription):
    assert blobs.write(subscription, DISK, b"hello")
    assert blobs.look(subscription, DISK) == Blob(BLOCK, 5)
    assert content(blobs, subscription, DISK) in (None, b"hello")
    assert blobs.write(subscription, DISK, bytes(1024))
    assert blobs.look(subscription, DISK) == Blob(BLOCK, 1024)


def test_a_copy_is_a_blob_of_its_own_without_the_lease(blobs, subscription):
    blobs.make_disk(subscription, DISK, FOOTER, GIB, None)
    blobs.lease(subscription, DISK, held=True)
    assert blobs.copy(subscription, DISK, COPY)
    blobs.delete(subscription, DISK)
    assert blobs.look(subscription, DISK) is None
    assert blobs.look(subscription, COPY) == Blob(PAGE, GIB + 512)


def test_a_lease_is_known_until_it_is_let_go(blobs, subscription):
    blobs.make_disk(subscription, DISK, FOOTER, GIB, None)
    blobs.lease(subscription, DISK, held=True)
    assert blobs.look(subscription, DISK).leased
    blobs.lease(subscription, DISK, held=False)
    assert not blobs.look(subscription, DISK).leased


def test_what_it_remembers_is_in_the_subscription(blobs, subscription):
    blobs.make_disk(subscription, DISK, FOOTER, GIB, None)
    blobs.lease(subscription, DISK, held=True)
    assert to_builtins(subscription.blobs) == {
        "account1/vhds/a/disk.vhd": {"kind": PAGE, "size": GIB + 512, "leased": True}
    }
    blobs.delete(subscription, DISK)
    assert subscription.blobs == {}


def test_an_adaptor_without_bytes_sees_no_account(blobs, subscription):
    blobs.write(subscription, DISK, b"hello")
    assert blobs.sees(subscription, "account1") is (blobs.open(subscription, DISK) is not None)


# ---- only imagined


def test_what_is_imagined_is_seen_by_who_imagines_it_and_by_nobody_else(blobs, subscription):
    blobs.make_disk(subscription, DISK, FOOTER, GIB, None)
    blobs.lease(subscription, DISK, held=True)
    imagined = Imagined(blobs)
    assert imagined.look(subscription, DISK) == blobs.look(subscription, DISK)
    assert imagined.copy(subscription, DISK, COPY)
    imagined.delete(subscription, DISK)
    assert imagined.look(subscription, DISK) is None
    assert imagined.copy(subscription, DISK, COPY) is False
    assert imagined.look(subscription, COPY) == Blob(PAGE, GIB + 512)
    assert imagined.write(subscription, COPY, b"hello")
    assert imagined.look(subscription, COPY) == Blob(BLOCK, 5)
    imagined.make_disk(subscription, DISK, FOOTER, GIB, COPY)
    assert virtual_size(imagined.last(subscription, DISK, 512), GIB + 512) == GIB
    imagined.lease(subscription, DISK, held=False)
    assert blobs.look(subscription, DISK) == Blob(PAGE, GIB + 512, leased=True)
    assert blobs.look(subscription, COPY) is None


# ---- a directory


def test_a_disk_takes_no_room(directory, subscription):
    begun = time.thread_time()
    assert directory.make_disk(subscription, DISK, footer(1023 * GIB, subscription.now, bytes(16)), 1023 * GIB, None)
    assert time.thread_time() - begun < 0.5
    stat = (directory.root / "account1" / "vhds" / "a" / "disk.vhd").stat()
    assert stat.st_size == 1023 * GIB + 512
    assert stat.st_blocks * 512 < MIB


def test_a_disk_of_another_has_its_bytes_and_a_footer_of_its_own(directory, subscription):
    directory.make_disk(subscription, DISK, FOOTER, GIB, None)
    path = directory.root / str(DISK)
    with path.open("r+b") as file:
        for at in (0, 500 * MIB, GIB - 4):
            file.seek(at)
            file.write(b"data")
    larger = footer(2 * GIB, subscription.now, bytes(16))
    assert directory.make_disk(subscription, COPY, larger, 2 * GIB, DISK)
    with directory.open(subscription, COPY) as file:
        for at in (0, 500 * MIB, GIB - 4):
            file.seek(at)
            assert file.read(4) == b"data"
        assert file.read(512) == bytes(512)  # the footer of the first one is no data of the second
        file.seek(-512, os.SEEK_END)
        assert file.read() == larger
    assert (directory.root / str(COPY)).stat().st_blocks * 512 < 16 * MIB


def test_a_disk_can_be_made_larger_in_its_place(directory, subscription):
    directory.make_disk(subscription, DISK, FOOTER, GIB, None)
    directory.make_disk(subscription, DISK, footer(2 * GIB, subscription.now, bytes(16)), 2 * GIB, DISK)
    assert virtual_size(directory.last(subscription, DISK, 512), 2 * GIB + 512) == 2 * GIB
    assert [path.name for path in (directory.root / "account1" / "vhds" / "a").iterdir()] == ["disk.vhd"]


def test_a_file_that_others_put_there_is_a_blob(directory, subscription):
    path = directory.root / str(COPY)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"hello")
    assert directory.look(subscription, COPY) == Blob(BLOCK, 5)
    path.write_bytes(bytes(1024))
    assert directory.look(subscription, COPY) == Blob(PAGE, 1024)


def test_it_sees_the_subscriptions_accounts_and_those_that_are_there(directory, subscription):
    assert not directory.sees(subscription, "account1")
    (directory.root / "account1").mkdir(parents=True)
    assert directory.sees(subscription, "account1")


def test_what_is_no_file_is_no_blob(directory, subscription):
    path = directory.root / str(COPY)
    path.mkdir(parents=True)
    os.mkfifo(path / "pipe")
    pipe = Address("account1", "copies", "copy.vhd/pipe")
    for address in (COPY, pipe):
        assert directory.look(subscription, address) is None
        assert directory.open(subscription, address) is None


def test_what_cannot_be_written_is_told_and_leaves_no_trace(directory, subscription, caplog):
    directory.root.mkdir()
    (directory.root / "account1").write_text("in the way")
    assert directory.make_disk(subscription, DISK, FOOTER, GIB, None) is False
    assert directory.write(subscription, DISK, b"hello") is False
    assert "cannot be written" in caplog.text
    assert subscription.blobs == {}
    long = Address("account1", "vhds", "x" * 1000)
    assert (directory.look(subscription, long), directory.open(subscription, long)) == (None, None)
