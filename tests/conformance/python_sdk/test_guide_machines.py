"""The guide's last how-tos, run as they are written: operating-system images and virtual machines.

As in test_guide.py, `SLIP` marks where the guide's own code cannot run, and what stands there instead.
"""

# ruff: noqa: F403, F405, FURB105, T201 - the guide imports everything, and prints; so does this.

from __future__ import annotations

import pytest
from azure import *
from azure.servicemanagement import *

pytestmark = pytest.mark.usefixtures("asm_redirect")

VHD_URL = "https://mystorageaccount.blob.core.windows.net/vhds/{}.vhd"


# ---- How to: create and delete an operating-system image


def test_create_an_operating_system_image(subscription_id, certificate_path, printed):
    sms = ServiceManagementService(subscription_id, certificate_path)
    sms.create_storage_account("mystorageaccount", "description", "label", location="West US")

    name = "mycentos"
    label = "mycentos"
    os = "Linux"  # Linux or Windows
    media_link = VHD_URL.format("centos")  # SLIP: 'url_to_storage_blob_for_source_image_vhd' is a placeholder

    result = sms.add_os_image(label, media_link, name, os)

    operation_result = sms.get_operation_status(result.request_id)
    print("Operation status:" + operation_result.status)

    assert printed() == ["Operation status:Succeeded"]

    result = sms.list_os_images()

    for image in result:
        print("Name:" + image.name)
        print("Label:" + image.label)
        print("OS:" + image.os)
        print("Category:" + image.category)
        print("Description:" + image.description)
        print("Location:" + image.location)
        print("Affinity group:" + image.affinity_group)
        print("Media link:" + image.media_link)
        print("")

    lines = printed()
    at = lines.index("Name:mycentos")
    assert lines[at : at + 9] == [
        "Name:mycentos",
        "Label:mycentos",
        "OS:Linux",
        "Category:User",
        "Description:",
        "Location:West US",
        "Affinity group:",
        f"Media link:{media_link}",
        "",
    ]
    assert "Category:Public" in lines  # "all platform images and user images"


def test_delete_an_operating_system_image(subscription_id, certificate_path, printed):
    sms = ServiceManagementService(subscription_id, certificate_path)
    sms.add_os_image("mycentos", VHD_URL.format("centos"), "mycentos", "Linux")

    result = sms.delete_os_image("mycentos")

    operation_result = sms.get_operation_status(result.request_id)
    print("Operation status:" + operation_result.status)

    assert printed() == ["Operation status:Succeeded"]
    assert "mycentos" not in [image.name for image in sms.list_os_images()]


# ---- How to: create and delete a virtual machine


def create_virtual_machine(sms):
    name = "myvm"
    location = "West US"

    # You can either set the location or an affinity_group
    sms.create_hosted_service(service_name=name, label=name, location=location)

    # Name of an os image as returned by list_os_images
    image_name = "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd"

    # Destination storage account container/blob where the VM disk
    # will be created
    media_link = VHD_URL.format("myvm")  # SLIP: 'url_to_target_storage_blob_for_vm_hd' is a placeholder

    # Linux VM configuration, you can use WindowsConfigurationSet
    # for a Windows VM instead
    linux_config = LinuxConfigurationSet("myhostname", "myuser", "mypassword", True)

    os_hd = OSVirtualHardDisk(image_name, media_link)

    return sms.create_virtual_machine_deployment(
        service_name=name,
        deployment_name=name,
        deployment_slot="production",
        label=name,
        role_name=name,
        system_config=linux_config,
        os_virtual_hard_disk=os_hd,
        role_size="Small",
    )


def test_create_a_virtual_machine(subscription_id, certificate_path):
    sms = ServiceManagementService(subscription_id, certificate_path)

    result = create_virtual_machine(sms)

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    deployment = sms.get_deployment_by_name("myvm", "myvm")
    assert (deployment.status, deployment.deployment_slot, deployment.label) == ("Running", "Production", "myvm")
    (instance,) = deployment.role_instance_list
    assert (instance.role_name, instance.instance_size, instance.host_name) == ("myvm", "Small", "myhostname")
    assert (instance.instance_status, instance.power_state) == ("ReadyRole", "Started")
    (disk,) = sms.list_disks()
    assert (disk.media_link, disk.os, disk.attached_to.role_name) == (VHD_URL.format("myvm"), "Linux", "myvm")


def test_the_image_that_the_guide_names_is_listed(subscription_id, certificate_path):
    sms = ServiceManagementService(subscription_id, certificate_path)

    names = [image.name for image in sms.list_os_images()]

    assert "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd" in names


def test_delete_a_virtual_machine(subscription_id, certificate_path):
    sms = ServiceManagementService(subscription_id, certificate_path)
    create_virtual_machine(sms)

    sms.delete_deployment(service_name="myvm", deployment_name="myvm")

    sms.delete_hosted_service(service_name="myvm")

    assert len(sms.list_hosted_services()) == 0
    (disk,) = sms.list_disks()  # the disk outlives its machine
    assert disk.attached_to is None
