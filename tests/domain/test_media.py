"""The blobs of images and disks: made, leased, copied and deleted with them, whatever holds the blobs."""

from __future__ import annotations

from contextlib import suppress

import pytest
from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import BlobLeaseClient
from msgspec.structs import replace

from emulator.blobs.azurite import Azurite
from emulator.blobs.directory import Directory
from emulator.domain import (
    captures,
    data_disks,
    deployments,
    disks,
    errors,
    hosted_services,
    images,
    storage_accounts,
    virtual_machines,
    vm_images,
    vm_power,
)
from emulator.domain.blob_names import Endpoint
from emulator.domain.blobs import PAGE, Registry
from emulator.domain.captures import CaptureRole, CaptureRoleAsVMImage
from emulator.domain.disks import DiskInput
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.images import ImageInput
from emulator.domain.machines import (
    CreateVMDeployment,
    DataVirtualHardDisk,
    LinuxProvisioning,
    OSVirtualHardDisk,
    RoleInput,
)
from emulator.domain.storage_accounts import CreateStorageAccount
from emulator.domain.vhd import GIB
from emulator.domain.vm_power import RoleOperation
from tests.azurite import KEYS, client

LINUX = LinuxProvisioning(host_name="host", user_name="user", user_password="secret1")
LINK = "https://account1.blob.core.windows.net/vhds/{}.vhd"
AT = ("svc", "dep")


@pytest.fixture(params=["registry", "directory", "azurite"])
def blobs(request, world, tmp_path):
    match request.param:
        case "registry":
            world.blobs = Registry()
        case "directory":
            world.blobs = Directory(tmp_path)
        case _:
            world.blobs = Azurite(request.getfixturevalue("azurite_url"), Endpoint(), KEYS, world.seed)
    return world.blobs


bytes_only = pytest.mark.parametrize("blobs", ["directory", "azurite"], indirect=True)


@pytest.fixture
def account(subscription, operation, blobs):
    command = CreateStorageAccount(service_name="account1", label=b"l", location="West US")
    storage_accounts.create(subscription, operation(), command)
    subscription.advance_until_quiet(10)


@pytest.fixture
def upload(blobs, tmp_path):
    """Return a function that puts a blob into an account, as its user does: a page blob, where its size can be one."""

    def upload(name, blob, data):
        if isinstance(blobs, Directory):
            path = tmp_path / name / "vhds" / blob
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return
        with client(blobs.url, name) as service:
            with suppress(ResourceExistsError):
                service.create_container("vhds")
            kind = "BlockBlob" if len(data) % 512 else "PageBlob"
            service.get_blob_client("vhds", blob).upload_blob(data, blob_type=kind)

    return upload


@pytest.fixture
def scribble(blobs, tmp_path):
    """Return a function that writes to the begin of a blob, leased or not, as a machine does."""

    def scribble(blob, data):
        if isinstance(blobs, Directory):
            with (tmp_path / "account1" / "vhds" / blob).open("r+b") as file:
                file.write(data)
            return
        with client(blobs.url) as service:
            one = service.get_blob_client("vhds", blob)
            BlobLeaseClient(one).break_lease(0)
            one.upload_page(data.ljust(512, b"\0"), offset=0, length=512)

    return scribble


@pytest.fixture
def known(subscription, blobs):
    """Return a function that tells the blobs that are there, as (size in GB, leased) by their names."""

    def known():
        found = {}
        for name in list(subscription.blobs):
            blob = blobs.look(subscription, blobs.address(f"https://account1.blob.core.windows.net/{name[9:]}"))
            assert blob.kind == PAGE
            found[name.rpartition("/")[2].removesuffix(".vhd")] = (blob.size // GIB, blob.leased)
        return found

    return known


def a_role(**changes):
    described = RoleInput(
        role_name="vm",
        configuration_sets=[LINUX],
        os_virtual_hard_disk=OSVirtualHardDisk(media_link=LINK.format("vm"), source_image_name=f"{'0' * 32}__image"),
        data_virtual_hard_disks=[DataVirtualHardDisk(lun=1, logical_disk_size_in_gb=5, media_link=LINK.format("data"))],
        role_size="Large",
    )
    return replace(described, **changes)


@pytest.fixture
def machine(subscription, operation, account):
    """Return a function that deploys a machine into a service of its own."""

    def machine(role=None, service="svc"):
        command = CreateHostedService(service_name=service, label=b"l", location="West US")
        hosted_services.create(subscription, operation(), command)
        wanted = CreateVMDeployment(name="dep", deployment_slot="production", label=b"l", role_list=[role or a_role()])
        virtual_machines.create_deployment(subscription, operation(), wanted, service)
        subscription.advance_until_quiet(10_000)

    return machine


# ---- machines


def test_the_disks_of_a_machine_are_leased_blobs_of_their_sizes(machine, known):
    machine()
    assert known() == {"vm": (30, True), "data": (5, True)}


def test_they_stay_leased_while_the_repository_has_them(subscription, operation, machine, known):
    machine()
    deployments.delete(subscription, operation(), "svc", deployment_name="dep")
    subscription.advance_until_quiet(10_000)
    assert known() == {"vm": (30, True), "data": (5, True)}
    for name in list(subscription.disks):
        disks.delete(subscription, operation(), name)
    assert known() == {"vm": (30, False), "data": (5, False)}


@pytest.mark.parametrize(
    "delete",
    [
        lambda *call: deployments.delete_with_media(*call, "svc", deployment_name="dep"),
        lambda *call: hosted_services.delete_with_media(*call, "svc"),
    ],
)
def test_with_media_they_go(subscription, operation, machine, known, delete):
    machine()
    delete(subscription, operation())
    subscription.advance_until_quiet(10_000)
    assert (known(), subscription.disks) == ({}, {})


def test_a_data_disk_is_made_and_goes_by_itself(subscription, operation, machine, known):
    machine()
    wanted = DataVirtualHardDisk(lun=2, logical_disk_size_in_gb=7, media_link=LINK.format("more"))
    data_disks.add_data_disk(subscription, operation(), wanted, *AT, "vm")
    subscription.advance_until_quiet(100)
    assert known()["more"] == (7, True)
    data_disks.delete_data_disk_with_media(subscription, operation(), *AT, "vm", "2")
    subscription.advance_until_quiet(100)
    assert "more" not in known()


def test_a_data_disk_of_a_blob_lies_in_that_blob(subscription, operation, machine, known, blobs):
    machine()
    data_disks.delete_data_disk(subscription, operation(), *AT, "vm", "1")
    subscription.advance_until_quiet(100)
    (name,) = (name for name, disk in subscription.disks.items() if disk.media_link == LINK.format("data"))
    disks.delete(subscription, operation(), name)
    wanted = DataVirtualHardDisk(lun=1, source_media_link=LINK.format("data"), media_link=LINK.format("ignored"))
    data_disks.add_data_disk(subscription, operation(), wanted, *AT, "vm")
    assert known() == {"vm": (30, True), "data": (5, True)}
    (disk,) = (disk for disk in subscription.disks.values() if disk.media_link == LINK.format("data"))
    if blobs.sees(subscription, "account1"):
        assert disk.logical_disk_size_in_gb == 5


def test_a_disk_that_is_made_larger_is_a_larger_blob(subscription, operation, machine, known):
    machine()
    deployments.delete(subscription, operation(), "svc", deployment_name="dep")
    subscription.advance_until_quiet(10_000)
    (name,) = (name for name, disk in subscription.disks.items() if disk.media_link == LINK.format("data"))
    disks.update(subscription, operation(), DiskInput(resized_size_in_gb=9), name)
    assert known() == {"vm": (30, True), "data": (9, True)}


# ---- images and disks


def test_two_that_lie_in_one_blob_keep_its_lease_until_both_are_gone(subscription, operation, machine, known):
    machine()
    deployments.delete(subscription, operation(), "svc", deployment_name="dep")
    subscription.advance_until_quiet(10_000)
    for name in ("first", "second"):
        command = ImageInput(name=name, label=name, media_link=LINK.format("vm"), os="Linux")
        images.add(subscription, operation(), command)
    (name,) = (name for name, disk in subscription.disks.items() if disk.media_link == LINK.format("vm"))
    disks.delete(subscription, operation(), name)
    images.delete(subscription, operation(), "first")
    assert known()["vm"] == (30, True)
    images.delete(subscription, operation(), "second")
    assert known()["vm"] == (30, False)


def test_an_image_goes_with_its_blob(subscription, operation, machine, known):
    machine()
    images.add(subscription, operation(), ImageInput(name="i", label="i", media_link=LINK.format("data"), os="Linux"))
    images.delete_with_media(subscription, operation(), "i")
    assert known() == {"vm": (30, True)}


def stopped(subscription, operation):
    vm_power.shutdown(subscription, operation(), RoleOperation(post_shutdown_action="Stopped"), *AT, "vm")
    subscription.advance_until_quiet(10_000)


def test_a_captured_image_lies_in_a_copy(subscription, operation, machine, known):
    machine()
    stopped(subscription, operation)
    wanted = CaptureRole(post_capture_action="Delete", target_image_label="l", target_image_name="img")
    captures.capture_os_image(subscription, operation(), wanted, *AT, "vm")
    subscription.advance_until_quiet(10_000)
    assert known() == {"vm": (30, True), "data": (5, True), "img-2015-07-01": (30, True)}


def test_an_image_of_a_machine_has_copies_of_all_disks_and_gives_them_to_others(
    subscription, operation, machine, known
):
    machine()
    wanted = CaptureRoleAsVMImage(os_state="Specialized", vm_image_name="img", vm_image_label="l")
    captures.capture_vm_image(subscription, operation(), wanted, *AT, "vm")
    subscription.advance_until_quiet(10_000)
    copies = {name: size for name, size in known().items() if name.startswith("img-")}
    assert copies == {"img-os-2015-07-01": (30, True), "img-datadisk-0-2015-07-01": (5, True)}

    machine(RoleInput(role_name="vm", vm_image_name="img", role_size="Large"), service="second")
    made = [disk for disk in subscription.disks.values() if disk.attached_to.hosted_service_name == "second"]
    assert sorted(disk.logical_disk_size_in_gb for disk in made) == [5, 30]
    assert len(known()) == 6

    vm_images.delete_with_media(subscription, operation(), "img")
    subscription.advance_until_quiet(10_000)
    assert not [name for name in known() if name.startswith("img-")]


@bytes_only
def test_the_bytes_of_an_image_of_a_machine_are_those_of_the_new_machine(
    subscription, operation, machine, blobs, scribble
):
    machine()
    for name in ("vm", "data"):
        scribble(f"{name}.vhd", name.encode())
    wanted = CaptureRoleAsVMImage(os_state="Specialized", vm_image_name="img", vm_image_label="l")
    captures.capture_vm_image(subscription, operation(), wanted, *AT, "vm")
    subscription.advance_until_quiet(10_000)
    machine(RoleInput(role_name="vm", vm_image_name="img", role_size="Large"), service="second")
    for disk in subscription.disks.values():
        with blobs.open(subscription, blobs.address(disk.media_link)) as file:
            assert file.read(4) == (b"vm\0\0" if disk.os else b"data")


# ---- what can be seen


@bytes_only
def test_a_machine_is_refused_whose_disk_is_there(subscription, operation, machine, refuses):
    machine()
    hosted_services.create(
        subscription, operation(), CreateHostedService(service_name="other", label=b"l", location="West US")
    )
    for role in (
        a_role(),
        a_role(os_virtual_hard_disk=OSVirtualHardDisk(media_link=LINK.format("x"), source_image_name="0" * 32 + "__i")),
    ):
        wanted = CreateVMDeployment(name="dep", deployment_slot="production", label=b"l", role_list=[role])
        refuses(
            errors.MEDIA_LINK_EXISTS,
            virtual_machines.create_deployment,
            subscription,
            operation(),
            wanted,
            "other",
        )


@bytes_only
@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        (LINK.format("missing"), errors.MEDIA_LINK_NOT_FOUND),
        (LINK.format("text"), errors.VHD_INVALID),
        (LINK.format("zeros"), errors.VHD_INVALID),
        (LINK.format("x").replace("account1", "account2"), errors.MEDIA_LINK_ACCOUNT),
    ],
)
def test_what_can_be_seen_to_be_no_disk_is_refused_whatever_names_it(
    subscription, operation, account, refuses, upload, url, refusal
):
    upload("account2", "any.vhd", b"hello")
    upload("account1", "text.vhd", b"hello")
    upload("account1", "zeros.vhd", bytes(2**20))
    of_blobs = vm_images.ImageInput(
        name="i", label="i", os_disk=vm_images.OSDiskInput(media_link=url, os="Linux", os_state="Generalized")
    )
    for add, command in (
        (images.add, ImageInput(name="i", label="i", media_link=url, os="Linux")),
        (disks.add, DiskInput(name="i", label="i", media_link=url)),
        (vm_images.create, of_blobs),
    ):
        refuses(refusal, add, subscription, operation(), command)


def test_accounts_that_cannot_be_seen_are_taken_on_trust(subscription, operation, account):
    url = LINK.format("x").replace("account1", "account3")
    disk = disks.add(subscription, operation(), DiskInput(name="d", label="d", media_link=url))
    assert disk.logical_disk_size_in_gb == 30
    assert subscription.blobs["account3/vhds/x.vhd"].leased


def test_the_blobs_of_an_account_that_is_gone_are_forgotten(subscription, operation, machine):
    machine()
    deployments.delete_with_media(subscription, operation(), "svc", deployment_name="dep")
    subscription.advance_until_quiet(10_000)
    for url in (LINK, LINK.replace("account1", "account2")):
        subscription.world.blobs.write(subscription, subscription.world.blobs.address(url.format("x")), b"x")
    storage_accounts.delete(subscription, operation(), "account1")
    assert list(subscription.blobs) == ["account2/vhds/x.vhd"]
