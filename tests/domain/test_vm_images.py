"""Images of whole virtual machines: made of blobs, listed, changed and deleted, and machines made of them."""

from __future__ import annotations

import pytest

from emulator.domain import hosted_services, storage_accounts, virtual_machines, vm_images
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.machines import (
    CreateVMDeployment,
    DataVirtualHardDisk,
    LinuxProvisioning,
    OSVirtualHardDisk,
    ResizedDisk,
    RoleInput,
    VMImageInput,
)
from emulator.domain.refusals import ServiceError
from emulator.domain.storage_accounts import CreateStorageAccount
from emulator.domain.vm_images import DataDiskInput, ImageInput, OSDiskInput

LINUX = LinuxProvisioning(host_name="host", user_name="user", user_password="secret1")
BLOB = "https://account.blob.core.windows.net/vhds/{}.vhd"
HDP = "d570a118449e48fdbe814fb54b36b60e__hdp215-8d-vm-image"
CLOUDERA = "1acf693f34c74e86a50be61cb631ddfe__ClouderaGolden-202406-699696"


def an_image(name="img", os_state="Generalized", **changes):
    disk = OSDiskInput(os_state=os_state, os="Linux", media_link=BLOB.format("os"))
    return ImageInput(**{"name": name, "label": "my label", "os_disk": disk, **changes})


@pytest.fixture
def create(subscription, operation):
    def make(command=None, *, ready=True):
        tracked = operation("CreateVMImage")
        vm_images.create(subscription, tracked, command or an_image())
        if ready:
            subscription.advance_until_quiet(100)
        return tracked

    return make


@pytest.fixture
def own(subscription):
    """Return a function that tells the names of the user's own images that are listed."""
    return lambda: [one.name for one in vm_images.list_all(subscription, category="user")]


# ---- create, change, delete


def test_an_image_is_seen_when_its_operation_has_ended(subscription, create, own):
    tracked = create(ready=False)
    assert (tracked.status, own()) == ("InProgress", [])
    with pytest.raises(ServiceError, match="The image with the specified name does not exist."):
        vm_images.find(subscription, "img")

    subscription.advance_until_quiet(1)

    assert (tracked.status, own()) == ("Succeeded", ["img"])
    image = vm_images.find(subscription, "IMG")
    assert (image.state, image.category, image.location) == ("VMImageReadyForUse", "User", "West US")
    assert image.created_time == image.modified_time == subscription.now


def test_the_location_of_an_image_is_that_of_its_storage_account(subscription, operation, create):
    account = CreateStorageAccount(service_name="account", label=b"l", location="North Europe")
    storage_accounts.create(subscription, operation(), account)
    create()
    assert vm_images.find(subscription, "img").location == "North Europe"


def test_the_disks_of_an_image_are_named_after_their_blobs_and_counted(subscription, create):
    create(an_image("one", data_disks=[DataDiskInput(media_link=BLOB.format("data"), lun=3)]))
    create(an_image("two"))
    one, two = vm_images.find(subscription, "one"), vm_images.find(subscription, "two")
    assert (one.os_disk.name, two.os_disk.name) == ("os", "os-2")
    assert [(disk.name, disk.lun, disk.host_caching) for disk in one.data_disks] == [("data", 3, "ReadOnly")]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (an_image("taken"), "An image with the name taken already exists."),
        (an_image(HDP), f"An image with the name {HDP} already exists."),
        (an_image("no/name"), "The image name 'no/name' is invalid."),
        (an_image(os_state="Odd"), "The state 'Odd' of the operating system is neither Generalized nor Specialized."),
        (
            an_image(os_disk=OSDiskInput(os_state="Generalized", os="Plan9", media_link=BLOB)),
            "The operating system 'Plan9' is neither Linux nor Windows.",
        ),
        (
            an_image(os_disk=OSDiskInput(os_state="Generalized", os="Linux", media_link="ftp://a/b")),
            "The media link 'ftp://a/b' is not the address of a blob in a storage account.",
        ),
        (
            an_image(data_disks=[DataDiskInput(media_link=BLOB, lun=1), DataDiskInput(media_link=BLOB, lun=1)]),
            "The LUNs of the data disks [1, 1] are not distinct or fit.",
        ),
        (an_image(description="x" * 1025), "The description is longer than 1024 characters."),
    ],
)
def test_an_image_that_cannot_be_is_refused_and_nothing_changes(subscription, create, picture, command, words):
    create(an_image("taken"))
    before = picture(subscription)
    with pytest.raises(ServiceError) as raised:
        create(command)
    assert raised.value.message == words
    assert picture(subscription) == before


def test_a_change_leaves_what_it_does_not_name(subscription, operation, create):
    create(an_image(description="old", data_disks=[DataDiskInput(media_link=BLOB.format("data"), lun=1)]))
    change = ImageInput(
        label="new label",
        eula="eula",
        os_disk=OSDiskInput(host_caching="None"),
        data_disks=[DataDiskInput(name="data", host_caching="ReadWrite", lun=2)],
    )
    subscription.advance_to(subscription.now.replace(hour=1))

    vm_images.update(subscription, operation(), change, "img")

    image = vm_images.find(subscription, "img")
    assert (image.label, image.description, image.eula) == ("new label", "old", "eula")
    assert image.os_disk.host_caching == "None"
    assert [(disk.name, disk.lun, disk.host_caching) for disk in image.data_disks] == [("data", 2, "ReadWrite")]
    assert image.modified_time == subscription.now > image.created_time


def test_a_change_of_a_disk_that_an_image_has_not_is_refused_and_nothing_changes(
    subscription, operation, create, picture
):
    create()
    before = picture(subscription)
    with pytest.raises(ServiceError, match="The image img has no data disk data."):
        change = ImageInput(label="new", data_disks=[DataDiskInput(name="data")])
        vm_images.update(subscription, operation(), change, "img")
    assert picture(subscription) == before


def test_an_image_is_shown_as_deleting_and_then_is_gone(subscription, operation, create, own):
    create()
    tracked = operation()
    vm_images.delete_with_media(subscription, tracked, "img")
    assert vm_images.find(subscription, "img").state == "VMImageDeleting"
    with pytest.raises(ServiceError, match="The image img is in the state VMImageDeleting."):
        vm_images.delete(subscription, operation(), "img")

    subscription.advance_until_quiet(1)

    assert (tracked.status, own()) == ("Succeeded", [])


@pytest.mark.parametrize("call", [vm_images.delete, lambda s, o, n: vm_images.update(s, o, ImageInput(label="x"), n)])
def test_the_platforms_images_stay_as_they_are(subscription, operation, picture, call):
    before = picture(subscription)
    with pytest.raises(ServiceError) as raised:
        call(subscription, operation(), HDP)
    assert (raised.value.code, raised.value.status) == ("ForbiddenError", 403)
    assert picture(subscription) == before


def test_a_storage_account_stays_while_an_image_lies_in_it(subscription, operation, create):
    account = CreateStorageAccount(service_name="account", label=b"l", location="West US")
    storage_accounts.create(subscription, operation(), account)
    create()
    with pytest.raises(ServiceError, match="has some active image"):
        storage_accounts.delete(subscription, operation(), "account")


# ---- look-up


def test_the_users_images_are_listed_before_the_platforms(subscription, create):
    create()
    first, *others = vm_images.list_all(subscription)
    assert first.name == "img"
    assert [one.name for one in others] == [one.name for one in subscription.catalog.vm_images]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"location": "west us", "category": "USER"}, ["img"]),
        ({"location": "East Asia", "category": "User"}, []),
        ({"publisher": "cloudera", "category": "Public"}, [CLOUDERA]),
        ({"location": "Brazil South", "publisher": "Cloudera"}, [CLOUDERA]),
        ({"location": "Moon"}, []),
        ({"publisher": "Nobody"}, []),
    ],
)
def test_images_are_listed_by_location_publisher_and_category(subscription, create, filters, expected):
    create()
    assert [image.name for image in vm_images.list_all(subscription, **filters)] == expected


# ---- machines made of images


@pytest.fixture
def service(subscription, operation):
    command = CreateHostedService(service_name="svc", label=b"l", location="West US")
    return hosted_services.create(subscription, operation(), command)


@pytest.fixture
def deploy(subscription, operation, service):
    """Return a function that deploys a machine and returns what it became."""

    def make(vm_image_name, provisioning=LINUX, **changes):
        role = RoleInput(
            **{
                "role_name": "vm1",
                "role_size": "ExtraLarge",
                "configuration_sets": [provisioning] if provisioning else [],
                "vm_image_name": vm_image_name,
                **changes,
            }
        )
        command = CreateVMDeployment(name="dep", deployment_slot="production", label=b"l", role_list=[role])
        virtual_machines.create_deployment(subscription, operation(), command, "svc")
        return service.deployments["Production"].roles["vm1"].machine

    return make


def test_a_machine_gets_the_disks_of_its_image_beside_the_images_own(subscription, create, deploy):
    data = DataDiskInput(media_link=BLOB.format("data"), lun=2, host_caching="None", logical_disk_size_in_gb=70)
    create(an_image(data_disks=[data]))
    machine = deploy("img")
    assert machine.vm_image_name == "img"
    assert (machine.os, machine.os_disk.source_image_name) == ("Linux", "os")
    assert machine.os_disk.media_link.rpartition("/")[0] == "https://account.blob.core.windows.net/vhds"
    (disk,) = machine.data_disks
    assert (disk.lun, disk.host_caching, disk.logical_disk_size_in_gb) == (2, "None", 70)
    assert len({machine.os_disk.media_link, disk.media_link, BLOB.format("os"), BLOB.format("data")}) == 4
    assert {machine.os_disk.disk_name.lower(), disk.disk_name.lower()} == set(subscription.disks)
    assert all(one.attached_to.role_name == "vm1" for one in subscription.disks.values())


def test_a_machine_may_have_its_images_disks_larger_and_others_beside_them(subscription, create, deploy):
    create(an_image(data_disks=[DataDiskInput(media_link=BLOB.format("data"), lun=0)]))
    machine = deploy(
        "img",
        vm_image_input=VMImageInput(
            os_disk_size_in_gb=128, data_disks=[ResizedDisk(name="data", resized_size_in_gb=200)]
        ),
        os_virtual_hard_disk=OSVirtualHardDisk(media_link=BLOB.format("mine"), host_caching="ReadWrite"),
        data_virtual_hard_disks=[
            DataVirtualHardDisk(lun=0, host_caching="None"),
            DataVirtualHardDisk(lun=5, logical_disk_size_in_gb=10, media_link=BLOB.format("other")),
        ],
    )
    assert (machine.os_disk.media_link, machine.os_disk.host_caching) == (BLOB.format("mine"), "ReadWrite")
    assert subscription.disks[machine.os_disk.disk_name.lower()].logical_disk_size_in_gb == 128
    shown = [(disk.lun, disk.logical_disk_size_in_gb, disk.host_caching) for disk in machine.data_disks]
    assert shown == [(0, 200, "None"), (5, 10, "ReadOnly")]


def test_a_machine_of_a_platform_image_lies_where_media_location_says(deploy):
    machine = deploy(HDP, media_location="https://account.blob.core.windows.net/mine/")
    links = [machine.os_disk.media_link, *(disk.media_link for disk in machine.data_disks)]
    assert {link.rpartition("/")[0] for link in links} == {"https://account.blob.core.windows.net/mine"}
    assert len(set(links)) == 9


def test_a_published_image_that_the_catalog_has_not_is_taken_on_trust(deploy):
    machine = deploy(f"{'0' * 32}__unheard-of", media_location="https://account.blob.core.windows.net/mine")
    assert (machine.os, machine.data_disks) == ("Linux", ())


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("nothing", {}, "The image with the specified name does not exist."),
        ("img", {"provisioning": None}, "an image has to be provisioned, and nothing says how."),
        ("special", {}, "a specialized image cannot be provisioned again."),
        (HDP, {}, "the subscription has no storage account in West US."),
        ("leaving", {}, "The image leaving is in the state VMImageDeleting."),
    ],
)
def test_a_machine_that_does_not_fit_its_image_is_refused_and_nothing_changes(
    subscription, operation, create, deploy, service, picture, name, changes, words
):
    create()
    create(an_image("special", "Specialized"))
    create(an_image("leaving"))
    vm_images.delete(subscription, operation(), "leaving")
    before = picture(subscription)
    with pytest.raises(ServiceError) as raised:
        deploy(name, **changes)
    assert raised.value.message.endswith(words)
    assert picture(subscription) == before


def test_a_specialized_image_is_not_provisioned(create, deploy):
    create(an_image(os_state="Specialized"))
    assert deploy("img", provisioning=None).host_name == "vm1"


def test_a_machine_lies_in_the_location_of_its_image(subscription, operation, create, deploy):
    account = CreateStorageAccount(service_name="account", label=b"l", location="North Europe")
    storage_accounts.create(subscription, operation(), account)
    create()
    with pytest.raises(ServiceError, match="is in North Europe, not in West US"):
        deploy("img")


def test_media_location_lies_in_the_location_of_the_service(subscription, operation, create, deploy):
    account = CreateStorageAccount(service_name="elsewhere", label=b"l", location="North Europe")
    storage_accounts.create(subscription, operation(), account)
    create()
    with pytest.raises(ServiceError, match="is in North Europe, not in West US"):
        deploy("img", media_location="https://elsewhere.blob.core.windows.net/mine")
