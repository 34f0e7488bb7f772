"""What is refused whatever the method: what is not there, in the words of what is missing; and what cannot be."""

from __future__ import annotations

import pytest
from azure.servicemanagement import LinuxConfigurationSet, OSImage, OSVirtualHardDisk

SERVICE = "The hosted service does not exist."
DEPLOYMENTS = "No deployments were found."
GROUP = "The affinity group does not exist."
ACCOUNT = "The storage account 'none' was not found."
CERTIFICATE = "The certificate was not found."
IMAGE = "The image with the specified name does not exist."
DISK = "The disk with the specified name does not exist."
OPERATION = "The operation request ID was not found."
PACKAGE = "https://mystorageaccount.blob.core.windows.net/packages/Worker.cspkg"
BLOB = "https://mystorageaccount.blob.core.windows.net/vhds/none.vhd"
HASH = "0" * 40
SYSTEM = LinuxConfigurationSet("myvm", "myuser", "mypassword", True)
VHD = OSVirtualHardDisk("OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd", BLOB)
CONFIGURATION = "CONFIGURATION"  # stands for a service configuration that can be read


def new_description():
    """Return what changes the description of an image."""
    image = OSImage()
    image.label, image.description = "label", "description"
    return image


@pytest.mark.parametrize(
    ("method", "arguments", "message"),
    [
        ("get_operation_status", ["0" * 32], OPERATION),
        ("wait_for_operation_status", ["0" * 32], OPERATION),
        ("get_affinity_group_properties", ["none"], GROUP),
        ("update_affinity_group", ["none", "label"], GROUP),
        ("delete_affinity_group", ["none"], GROUP),
        ("get_storage_account_properties", ["none"], ACCOUNT),
        ("get_storage_account_keys", ["none"], ACCOUNT),
        ("regenerate_storage_account_keys", ["none", "Primary"], ACCOUNT),
        ("update_storage_account", ["none", "description", "label"], ACCOUNT),
        ("delete_storage_account", ["none"], ACCOUNT),
        ("get_management_certificate", [HASH], CERTIFICATE),
        ("delete_management_certificate", [HASH], CERTIFICATE),
        ("get_hosted_service_properties", ["none", True], SERVICE),
        ("update_hosted_service", ["none", "label", "description"], SERVICE),
        ("delete_hosted_service", ["none"], DEPLOYMENTS),
        ("list_service_certificates", ["none"], SERVICE),
        ("get_service_certificate", ["none", "sha1", HASH], SERVICE),
        ("add_service_certificate", ["none", "AAAA", "cer", ""], SERVICE),
        ("delete_service_certificate", ["none", "sha1", HASH], SERVICE),
        ("create_deployment", ["none", "production", "v1", PACKAGE, "label", CONFIGURATION], SERVICE),
        ("get_deployment_by_name", ["none", "v1"], DEPLOYMENTS),
        ("get_deployment_by_slot", ["none", "production"], DEPLOYMENTS),
        ("swap_deployment", ["none", "v1", "v2"], SERVICE),
        ("change_deployment_configuration", ["none", "v1", CONFIGURATION], SERVICE),
        ("update_deployment_status", ["none", "v1", "Running"], SERVICE),
        ("upgrade_deployment", ["none", "v1", "Auto", PACKAGE, CONFIGURATION, "label", True], SERVICE),
        ("walk_upgrade_domain", ["none", "v1", 0], SERVICE),
        ("rollback_update_or_upgrade", ["none", "v1", "Auto", True], SERVICE),
        ("delete_deployment", ["none", "v1"], SERVICE),
        ("reboot_role_instance", ["none", "v1", "WorkerRole1_IN_0"], SERVICE),
        ("reimage_role_instance", ["none", "v1", "WorkerRole1_IN_0"], SERVICE),
        ("rebuild_role_instance", ["none", "v1", "WorkerRole1_IN_0"], SERVICE),
        ("delete_role_instances", ["none", "v1", ["WorkerRole1_IN_0"]], SERVICE),
        ("create_virtual_machine_deployment", ["none", "v1", "production", "label", "myvm", SYSTEM, VHD], SERVICE),
        ("get_role", ["none", "v1", "myvm"], DEPLOYMENTS),
        ("add_role", ["none", "v1", "myvm", SYSTEM, VHD], SERVICE),
        ("update_role", ["none", "v1", "myvm"], SERVICE),
        ("delete_role", ["none", "v1", "myvm"], SERVICE),
        ("capture_role", ["none", "v1", "myvm", "Delete", "image", "label"], SERVICE),
        ("start_role", ["none", "v1", "myvm"], SERVICE),
        ("restart_role", ["none", "v1", "myvm"], SERVICE),
        ("shutdown_role", ["none", "v1", "myvm"], SERVICE),
        ("start_roles", ["none", "v1", ["myvm"]], SERVICE),
        ("shutdown_roles", ["none", "v1", ["myvm"]], SERVICE),
        ("get_data_disk", ["none", "v1", "myvm", 0], DEPLOYMENTS),
        ("add_data_disk", ["none", "v1", "myvm", 0, None, BLOB], SERVICE),
        ("update_data_disk", ["none", "v1", "myvm", 0], SERVICE),
        ("delete_data_disk", ["none", "v1", "myvm", 0], SERVICE),
        ("add_dns_server", ["none", "v1", "dns", "10.0.0.4"], SERVICE),
        ("update_dns_server", ["none", "v1", "dns", "10.0.0.4"], SERVICE),
        ("delete_dns_server", ["none", "v1", "dns"], SERVICE),
        ("get_os_image", ["none"], IMAGE),
        ("update_os_image", ["none", "label", BLOB, "none", "Linux"], IMAGE),
        ("update_os_image_from_image_reference", ["none", new_description()], IMAGE),
        ("delete_os_image", ["none"], IMAGE),
        ("get_disk", ["none"], DISK),
        ("update_disk", ["none", False, "label"], DISK),
        ("delete_disk", ["none"], DISK),
    ],
)
def test_what_is_not_there_is_refused(sms, encoded, refused, method, arguments, message):
    given = [encoded("one-worker") if argument is CONFIGURATION else argument for argument in arguments]

    with refused(404, "ResourceNotFound", message):
        getattr(sms, method)(*given)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("change_deployment_configuration", [CONFIGURATION]),
        ("update_deployment_status", ["Running"]),
        ("upgrade_deployment", ["Auto", PACKAGE, CONFIGURATION, "label", True]),
        ("walk_upgrade_domain", [0]),
        ("rollback_update_or_upgrade", ["Auto", True]),
        ("delete_deployment", []),
        ("reboot_role_instance", ["WorkerRole1_IN_0"]),
        ("delete_role_instances", [["WorkerRole1_IN_0"]]),
        ("add_role", ["myvm", SYSTEM, VHD]),
        ("start_roles", [["myvm"]]),
    ],
)
def test_what_is_done_to_a_deployment_that_is_not_there_is_refused(sms, service, encoded, refused, method, arguments):
    given = [encoded("one-worker") if argument is CONFIGURATION else argument for argument in arguments]

    with refused(404, "ResourceNotFound", "The deployment name 'v1' does not exist."):
        getattr(sms, method)(service, "v1", *given)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("get_deployment_by_name", ["v1"]),
        ("get_deployment_by_slot", ["staging"]),
        ("get_role", ["v1", "myvm"]),
        ("get_data_disk", ["v1", "myvm", 0]),
    ],
)
def test_what_is_read_of_a_deployment_that_is_not_there_is_refused(sms, service, refused, method, arguments):
    with refused(404, "ResourceNotFound", "No deployments were found."):
        getattr(sms, method)(service, *arguments)


def test_whether_a_name_is_available_that_can_never_be_is_refused(sms, refused):
    with refused(400, "BadRequest", "The hosted service name is invalid."):
        sms.check_hosted_service_name_availability("no_name")


def test_a_second_disk_of_a_name_is_refused(sms, refused):
    sms.add_disk(True, "label", BLOB, "mydisk", "Linux")

    with refused(409, "ConflictError", "A disk with the name MYDISK already exists."):
        sms.add_disk(True, "label", BLOB, "MYDISK", "Linux")

    assert [disk.name for disk in sms.list_disks()] == ["mydisk"]


@pytest.mark.parametrize("verb", ["put", "post", "delete"])
def test_a_verb_that_a_path_does_not_have_is_refused(sms, subscription_id, refused, verb):
    body = [] if verb == "delete" else ["<Location/>"]

    with refused(400, "InvalidHttpVerb", f"{verb.upper()} is not possible here; possible are GET."):
        getattr(sms, f"perform_{verb}")(f"/{subscription_id}/locations", *body)


def test_a_path_that_the_service_does_not_have_is_refused_with_the_nearest(sms, subscription_id, refused):
    message = "The resource service name location is not supported. Did you mean /{subscription_id}/locations?"

    with refused(404, "ResourceNotFound", message):
        sms.perform_get(f"/{subscription_id}/location")
