"""The SDK's methods for operating-system images, disks, and deployments of virtual machines."""

from __future__ import annotations

import pytest
from azure.servicemanagement import OSImage, OSVirtualHardDisk, WindowsConfigurationSet

BLOB = "https://mystorageaccount.blob.core.windows.net/vhds/{}.vhd"
IMAGE = "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd"
CENTOS = "5112500ae3b842c8b9c604889f8753c3__OpenLogic-CentOS-71-20150410"
WINDOWS = "a699494373c04fc0bc8f2bb1389d6106__Windows-Server-2012-R2-201506.01-en.us-127GB.vhd"


def windows_configuration():
    configuration = WindowsConfigurationSet("myvm", "Passw0rd!", False, False, "Pacific Standard Time", "myuser")
    configuration.domain_join = None
    return configuration


# ---- images


def test_an_image_is_added_read_updated_and_deleted(sms, refused):
    result = sms.add_os_image("my label", BLOB.format("centos"), "mycentos", "Linux")
    assert sms.get_operation_status(result.request_id).status == "Succeeded"

    image = sms.get_os_image("mycentos")
    assert (image.name, image.label, image.os, image.category) == ("mycentos", "my label", "Linux", "User")
    assert (image.media_link, image.location) == (BLOB.format("centos"), "West US")
    assert image.logical_size_in_gb == 30

    sms.update_os_image("mycentos", "new label", BLOB.format("centos"), "mycentos", "Linux")
    assert sms.get_os_image("mycentos").label == "new label"

    details = OSImage()
    details.label, details.description, details.image_family = "third label", "my description", "CentOS"
    details.show_in_gui = False
    sms.update_os_image_from_image_reference("mycentos", details)
    image = sms.get_os_image("mycentos")
    assert (image.label, image.description, image.image_family) == ("third label", "my description", "CentOS")
    assert image.show_in_gui is False

    result = sms.delete_os_image("mycentos", delete_vhd=True)
    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    for call in (sms.get_os_image, sms.delete_os_image):
        with refused(404, "ResourceNotFound", "The image with the specified name does not exist."):
            call("mycentos")


def test_the_location_of_an_image_is_that_of_its_storage_account(sms):
    sms.create_storage_account("mystorageaccount", "description", "label", location="North Europe")

    sms.add_os_image("label", BLOB.format("centos"), "mycentos", "Linux")

    assert sms.get_os_image("mycentos").location == "North Europe"


def test_platform_images_are_listed_with_the_users_own(sms):
    sms.add_os_image("label", BLOB.format("centos"), "mycentos", "Linux")

    images = {image.name: image for image in sms.list_os_images()}

    assert images["mycentos"].category == "User"
    platform = images[CENTOS]
    assert (platform.category, platform.os) == ("Public", "Linux")
    assert platform.media_link == ""
    assert "West US" in platform.location.split(";")


def test_a_platform_image_stays_as_it_is(sms, refused):
    message = f"The platform image {CENTOS} cannot be changed or deleted."
    with refused(403, "ForbiddenError", message):
        sms.delete_os_image(CENTOS)

    assert sms.get_os_image(CENTOS).category == "Public"


def test_a_second_image_of_a_name_and_an_unknown_system_are_refused(sms, refused):
    sms.add_os_image("label", BLOB.format("centos"), "mycentos", "Linux")

    with refused(409, "ConflictError", "An image with the name mycentos already exists."):
        sms.add_os_image("label", BLOB.format("other"), "mycentos", "Linux")
    with refused(400, "BadRequest", "The operating system 'Plan9' is neither Linux nor Windows."):
        sms.add_os_image("label", BLOB.format("other"), "other", "Plan9")


# ---- disks


def test_a_disk_is_added_read_updated_and_deleted(sms, refused):
    sms.add_disk(None, "my label", BLOB.format("disk"), "mydisk", "Linux")

    (listed,) = sms.list_disks()
    for disk in (listed, sms.get_disk("mydisk")):
        assert (disk.name, disk.label, disk.os) == ("mydisk", "my label", "Linux")
        assert (disk.media_link, disk.location) == (BLOB.format("disk"), "West US")
        assert disk.attached_to is None

    sms.update_disk("mydisk", label="new label")
    assert sms.get_disk("mydisk").label == "new label"

    sms.delete_disk("mydisk")
    assert len(sms.list_disks()) == 0
    with refused(404, "ResourceNotFound", "The disk with the specified name does not exist."):
        sms.delete_disk("mydisk")


def test_the_disk_of_a_machine_is_in_use_as_long_as_the_machine_is_there(sms, service, machine, refused):
    machine(service, "myvm")
    (disk,) = sms.list_disks()
    attached = disk.attached_to
    assert (attached.hosted_service_name, attached.deployment_name, attached.role_name) == (service, "myvm", "myvm")
    assert (disk.source_image_name, disk.os) == (IMAGE, "Linux")

    message = (
        f"A disk with name {disk.name} is currently in use by virtual machine myvm running within hosted service "
        f"{service}, deployment myvm."
    )
    with refused(400, "BadRequest", message):
        sms.delete_disk(disk.name)

    sms.delete_deployment(service, "myvm")
    assert sms.get_disk(disk.name).attached_to is None
    sms.delete_disk(disk.name, delete_vhd=True)
    assert len(sms.list_disks()) == 0


# ---- machines


def test_a_linux_machine_runs_with_an_endpoint_a_disk_and_an_address(sms, service, machine):
    result = machine(service, "myvm", ports=[22], role_size="Medium")

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    deployment = sms.get_deployment_by_name(service, "myvm")
    assert (deployment.status, deployment.label, deployment.deployment_slot) == ("Running", "vm label", "Production")
    (role,) = deployment.role_list
    assert (role.role_name, role.role_type, role.role_size) == ("myvm", "PersistentVMRole", "Medium")
    assert role.os_virtual_hard_disk.media_link == BLOB.format("myvm")
    assert role.os_virtual_hard_disk.source_image_name == IMAGE
    (instance,) = deployment.role_instance_list
    assert (instance.instance_status, instance.power_state) == ("ReadyRole", "Started")
    assert (instance.host_name, instance.instance_size) == ("myvm", "Medium")
    (endpoint,) = instance.instance_endpoints
    assert (endpoint.name, endpoint.public_port, endpoint.local_port, endpoint.protocol) == ("SSH0", "22", "22", "tcp")
    assert endpoint.vip == deployment.virtual_ips[0].address
    assert sms.get_subscription().current_core_count == 2


def test_a_windows_machine_runs(sms, service, machine):
    disk = OSVirtualHardDisk(WINDOWS, BLOB.format("myvm"))

    machine(service, "myvm", system_config=windows_configuration(), os_virtual_hard_disk=disk)

    (instance,) = sms.get_deployment_by_name(service, "myvm").role_instance_list
    assert instance.instance_status == "ReadyRole"
    (found,) = sms.list_disks()
    assert (found.os, found.logical_disk_size_in_gb) == ("Windows", 128)


def test_the_password_of_a_machine_is_in_no_answer(sms, service, machine, subscription_id):
    machine(service, "myvm")

    paths = (
        f"services/hostedservices/{service}/deployments/myvm",
        f"services/hostedservices/{service}?embed-detail=true",
        "operations?StartTime=2015-01-01&EndTime=2099-01-01",
    )
    for path in paths:
        assert b"mypassword" not in sms.perform_get(f"/{subscription_id}/{path}").body


def test_a_public_port_that_is_left_out_is_chosen_by_the_service(sms, service, machine):
    machine(service, "myvm", ports=[None])

    (instance,) = sms.get_deployment_by_name(service, "myvm").role_instance_list
    assert 1024 < int(instance.instance_endpoints[0].public_port) < 65536


def test_deleting_a_deployment_with_its_disks_leaves_none(sms, service, machine):
    machine(service, "myvm")

    result = sms.delete_deployment(service, "myvm", delete_vhd=True)

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    assert len(sms.list_disks()) == 0
    sms.delete_hosted_service(service)


def test_a_windows_machine_is_seen_on_its_way_to_being_ready(slow_sms):
    slow_sms.create_hosted_service("myhostedservice", "label", location="West US")
    disk = OSVirtualHardDisk(WINDOWS, BLOB.format("myvm"))
    slow_sms.create_virtual_machine_deployment(
        "myhostedservice", "myvm", "production", "label", "myvm", windows_configuration(), disk
    )

    seen = []
    for _ in range(200):
        deployment = slow_sms.get_deployment_by_name("myhostedservice", "myvm")
        (instance,) = deployment.role_instance_list
        state = (deployment.status, instance.instance_status, instance.power_state)
        if state not in seen:
            seen.append(state)
        if instance.instance_status == "ReadyRole":
            break

    assert seen[0] == ("Deploying", "StoppedVM", "Stopped")
    assert seen[-1] == ("Running", "ReadyRole", "Started")
    assert ("Running", "Provisioning", "Started") in seen


@pytest.mark.parametrize(
    ("keywords", "status", "code", "message"),
    [
        (
            {"deployment_slot": "staging"},
            400,
            "BadRequest",
            "Virtual machines can only be deployed to the Production slot.",
        ),
        (
            {"role_size": "Enormous"},
            400,
            "BadRequest",
            "The role size 'Enormous' does not exist or is not for virtual machines.",
        ),
        (
            {"os_virtual_hard_disk": OSVirtualHardDisk("noimage", BLOB.format("myvm"))},
            404,
            "ResourceNotFound",
            "The image with the specified name does not exist.",
        ),
        (
            {"virtual_network_name": "mynetwork"},
            400,
            "BadRequest",
            "The virtual network mynetwork does not exist.",
        ),
    ],
)
def test_what_a_machine_cannot_be_is_refused(sms, service, machine, keywords, status, code, message, refused):
    with refused(status, code, message):
        machine(service, "myvm", **keywords)

    assert len(sms.list_disks()) == 0
    with refused(404, "ResourceNotFound", "No deployments were found."):
        sms.get_deployment_by_name(service, "myvm")


def test_a_swap_does_not_move_machines(sms, service, machine, deploy, refused):
    machine(service, "myvm")
    deploy("staging", "v1")

    with refused(400, "BadRequest", "A deployment of virtual machines cannot be swapped."):
        sms.swap_deployment(service, "myvm", "v1")
