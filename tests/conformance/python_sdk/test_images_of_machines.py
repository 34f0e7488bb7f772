"""The SDK's methods for images of whole machines, for publishing images, and for captures of machines."""

from __future__ import annotations

import pytest
from azure.servicemanagement import (
    CaptureRoleAsVMImage,
    DataVirtualHardDisk,
    LinuxConfigurationSet,
    ServiceManagementService,
    VMImage,
)
from azure.servicemanagement.models import DataDiskConfiguration

from emulator.domain.clock import Pace
from emulator.embedded import Emulator

BLOB = "https://mystorageaccount.blob.core.windows.net/vhds/{}.vhd"
CLOUDERA = "1acf693f34c74e86a50be61cb631ddfe__ClouderaGolden-202406-699696"
CENTOS = "5112500ae3b842c8b9c604889f8753c3__OpenLogic-CentOS-71-20150410"
NOT_A_PUBLISHER = (403, "ForbiddenError", "This operation is not allowed for this subscription.")


def an_image(name="myimage", os_state="Generalized"):
    image = VMImage(name, "my label", "my description")
    disk = image.os_disk_configuration
    disk.os_state, disk.os, disk.media_link = os_state, "Linux", BLOB.format("os")
    image.language, image.show_in_gui = "English", True
    return image


@pytest.fixture
def ended(sms):
    """Return a function that tells how the operation of an accepted call ended."""
    return lambda result: sms.get_operation_status(result.request_id).status


@pytest.fixture
def own(sms):
    """Return a function that tells the user's own images of machines by name."""
    return lambda: {image.name: image for image in sms.list_vm_images(category="User")}


# ---- images of whole machines


def test_an_image_is_created_listed_updated_and_deleted(sms, own, ended):
    image = an_image()
    data = DataDiskConfiguration()
    data.host_caching, data.lun, data.media_link, data.logical_disk_size_in_gb = "None", 2, BLOB.format("data"), 70
    image.data_disk_configurations.data_disk_configurations.append(data)
    assert ended(sms.create_vm_image(image)) == "Succeeded"

    made = own()["myimage"]
    assert (made.label, made.description, made.category) == ("my label", "my description", "User")
    assert (made.location, made.language, made.show_in_gui, made.is_premium) == ("West US", "English", True, False)
    disk = made.os_disk_configuration
    assert (disk.name, disk.os, disk.os_state, disk.media_link) == ("os", "Linux", "Generalized", BLOB.format("os"))
    (disk,) = made.data_disk_configurations
    assert (disk.name, disk.lun, disk.host_caching, disk.logical_disk_size_in_gb) == ("data", 2, "None", 70)

    made.label, made.os_disk_configuration.host_caching = "new label", "ReadWrite"
    made.published_date = None
    sms.update_vm_image("myimage", made)
    made = own()["myimage"]
    assert (made.label, made.description) == ("new label", "my description")
    assert made.os_disk_configuration.host_caching == "ReadWrite"

    assert ended(sms.delete_vm_image("myimage", delete_vhd=True)) == "Succeeded"
    assert own() == {}


def test_the_platforms_images_are_listed_by_location_publisher_and_category(sms):
    sms.create_vm_image(an_image())
    everything = [image.name for image in sms.list_vm_images()]
    assert everything[0] == "myimage"
    assert CLOUDERA in everything

    (image,) = sms.list_vm_images(location="West US", publisher="Cloudera", category="Public")
    assert (image.name, image.publisher_name, image.category) == (CLOUDERA, "Cloudera", "Public")
    assert (image.created_time, image.modified_time) == ("1801-01-01T00:00:00Z", "1801-01-01T00:00:00Z")
    assert image.os_disk_configuration.os_state == "Specialized"
    assert not image.os_disk_configuration.media_link
    assert "East Asia" in image.location.split(";")
    assert len(sms.list_vm_images(location="Moon")) == 0


def test_a_platform_image_and_one_that_is_not_there_are_not_deleted(sms, refused):
    with refused(403, "ForbiddenError", f"The platform image {CLOUDERA} cannot be changed or deleted."):
        sms.delete_vm_image(CLOUDERA)
    with refused(404, "ResourceNotFound", "The image with the specified name does not exist."):
        sms.delete_vm_image("nothing")


def test_an_image_is_seen_when_it_is_made_and_until_it_is_deleted():
    with Emulator(clock=Pace("step", 2)) as slow:  # the recorded ten seconds are five requests, and five are three
        sms = slow.identity().sdk(ServiceManagementService)
        seen, states = [], []
        for call in (lambda: sms.create_vm_image(an_image()), lambda: sms.delete_vm_image("myimage")):
            result = call()
            while sms.get_operation_status(result.request_id).status == "InProgress":
                seen.append("myimage" in [image.name for image in sms.list_vm_images()])
            states.append("myimage" in [image.name for image in sms.list_vm_images()])
    assert seen == [False, False, True]
    assert states == [True, False]


# ---- publishing


def test_an_image_is_copied_shared_and_taken_back(sms, ended):
    sms.add_os_image("my label", BLOB.format("centos"), "mycentos", "Linux")
    assert len(sms.get_os_image_details("mycentos").replication_progress) == 0

    assert ended(sms.replicate_vm_image("mycentos", ["West US", "West Europe"], "offer", "sku", "1.2.3")) == "Succeeded"
    details = sms.get_os_image_details("mycentos")
    assert (details.name, details.label, details.media_link) == ("mycentos", "my label", BLOB.format("centos"))
    progress = {one.location: int(one.progress) for one in details.replication_progress}
    assert progress == {"West US": 100, "West Europe": 100}

    assert ended(sms.share_vm_image("mycentos", "public")) == "Succeeded"
    assert ended(sms.unreplicate_vm_image("mycentos")) == "Succeeded"
    assert len(sms.get_os_image_details("mycentos").replication_progress) == 0


def test_a_platform_image_is_published_by_its_publisher_only(sms, refused):
    for call in (
        lambda: sms.get_os_image_details(CENTOS),
        lambda: sms.replicate_vm_image(CENTOS, ["West US"], "offer", "sku", "1.2.3"),
        lambda: sms.share_vm_image(CENTOS, "public"),
        lambda: sms.unreplicate_vm_image(CENTOS),
    ):
        with refused(*NOT_A_PUBLISHER):
            call()


# ---- captures, and machines made of images


@pytest.fixture
def stopped(sms, service, machine):
    """A machine with a data disk, which has been shut down."""
    disk = DataVirtualHardDisk()
    disk.lun, disk.logical_disk_size_in_gb, disk.media_link = 1, 10, BLOB.format("data")
    machine(service, "myvm", data_virtual_hard_disks=[disk])
    sms.shutdown_role(service, "myvm", "myvm")
    return "myvm"


def test_a_machine_is_captured_as_an_image_and_deleted(sms, service, stopped, ended, refused):
    result = sms.capture_role(service, stopped, stopped, "Delete", "mycapture", "my capture")
    assert ended(result) == "Succeeded"

    image = sms.get_os_image("mycapture")
    assert (image.label, image.os, image.category, image.os_state) == ("my capture", "Linux", "User", "Generalized")
    assert image.media_link.startswith("https://mystorageaccount.blob.core.windows.net/vhds/mycapture")
    with refused(404, "ResourceNotFound", "No deployments were found."):
        sms.get_deployment_by_name(service, stopped)
    assert len(sms.list_disks()) == 2


def test_a_machine_is_captured_and_provisioned_again(sms, service, stopped, ended):
    again = LinuxConfigurationSet("other", "myuser", "mypassword", True)
    result = sms.capture_role(service, stopped, stopped, "Reprovision", "mycapture", "my capture", again)
    assert ended(result) == "Succeeded"

    (instance,) = sms.get_deployment_by_name(service, stopped).role_instance_list
    assert (instance.instance_status, instance.host_name) == ("ReadyRole", "other")
    assert sms.get_os_image("mycapture").label == "my capture"


def test_a_running_machine_is_captured_as_it_is_but_not_generalized(sms, service, machine, own, ended, refused):
    machine(service, "myvm")
    options = CaptureRoleAsVMImage(
        "Specialized", "snapshot", "my label", "my description", "english", "mygroup", "Small"
    )
    assert ended(sms.capture_vm_image(service, "myvm", "myvm", options)) == "Succeeded"

    image = own()["snapshot"]
    assert (image.label, image.description, image.language) == ("my label", "my description", "english")
    assert (image.image_family, image.recommended_vm_size) == ("mygroup", "Small")
    assert (image.service_name, image.deployment_name, image.role_name) == (service, "myvm", "myvm")
    assert image.os_disk_configuration.os_state == "Specialized"
    assert sms.get_deployment_by_name(service, "myvm").status == "Running"

    options.os_state, options.vm_image_name = "Generalized", "other"
    message = "The role myvm is in the state ReadyRole: it has to be stopped before it is captured."
    with refused(400, "BadRequest", message):
        sms.capture_vm_image(service, "myvm", "myvm", options)


def test_a_machine_is_made_of_a_captured_one(sms, subscription_id, service, stopped, machine, own, ended):
    options = CaptureRoleAsVMImage("Generalized", "golden", "my label")
    assert ended(sms.capture_vm_image(service, stopped, stopped, options)) == "Succeeded"
    captured = own()["golden"]

    result = machine(service, "second", os_virtual_hard_disk=None, vm_image_name="golden", role_size="Small")
    assert ended(result) == "Succeeded"
    sms.add_role(
        service,
        "second",
        "third",
        LinuxConfigurationSet("third", "myuser", "mypassword", True),
        None,
        vm_image_name="golden",
        media_location="https://mystorageaccount.blob.core.windows.net/elsewhere",
    )

    for name, container in (("second", "vhds"), ("third", "elsewhere")):
        role = sms.get_role(service, "second", name)
        assert role.os_virtual_hard_disk.source_image_name == captured.os_disk_configuration.name
        (disk,) = role.data_virtual_hard_disks
        assert (int(disk.lun), disk.logical_disk_size_in_gb) == (1, 10)
        links = [role.os_virtual_hard_disk.media_link, disk.media_link]
        assert {link.rsplit("/", 2)[1] for link in links} == {container}
    for path in ("deployments/second", "deployments/second/roles/third"):  # the SDK passes over what a role names
        shown = sms.perform_get(f"/{subscription_id}/services/hostedservices/{service}/{path}", "2014-10-01").body
        assert b"<VMImageName>golden</VMImageName>" in shown


def test_a_specialized_image_is_not_provisioned_again(sms, service, machine, refused):
    sms.create_vm_image(an_image(os_state="Specialized"))
    message = "The role myvm is invalid: a specialized image cannot be provisioned again."
    with refused(400, "BadRequest", message):
        machine(service, "myvm", os_virtual_hard_disk=None, vm_image_name="myimage")

    machine(service, "myvm", os_virtual_hard_disk=None, vm_image_name="myimage", system_config=None)
    assert sms.get_role(service, "myvm", "myvm").os_virtual_hard_disk.os == "Linux"


def test_a_storage_account_stays_while_an_image_lies_in_it(sms, refused):
    sms.create_storage_account("mystorageaccount", "description", "label", location="West US")
    sms.create_vm_image(an_image())
    message = (
        "Storage account mystorageaccount has some active image(s) and/or disk(s), e.g. os. Ensure these image(s) "
        "and/or disk(s) are removed before deleting this storage account."
    )
    with refused(400, "BadRequest", message):
        sms.delete_storage_account("mystorageaccount")
    sms.delete_vm_image("myimage", delete_vhd=True)
    sms.delete_storage_account("mystorageaccount")
    assert len(sms.list_storage_accounts()) == 0
