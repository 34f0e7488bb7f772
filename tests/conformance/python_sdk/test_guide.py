"""The guide "How to use Service Management from Python", how-to by how-to, run as it is written.

Imports, names, values and print statements are the guide's; what it would print is what is asserted. `SLIP` marks the
places where the guide's own code cannot run, and what stands there instead. Connecting is in test_guide_connect.py,
images and virtual machines are in test_guide_machines.py.
"""

# ruff: noqa: F403, F405, FURB105, T201 - the guide imports everything, and prints; so does this.

from __future__ import annotations

import base64

import pytest
from azure import *
from azure.common import AzureHttpError, AzureMissingResourceHttpError
from azure.servicemanagement import *

pytestmark = pytest.mark.usefixtures("asm_redirect")

PACKAGE_URL = "https://mystorageaccount.blob.core.windows.net/deployments/WorkerService.cspkg"


@pytest.fixture
def path_to_cscfg(tmp_path, configuration):
    path = tmp_path / "ServiceConfiguration.Cloud.cscfg"
    path.write_bytes(configuration("one-worker"))
    return path


# ---- How to: list available locations


def test_list_available_locations(subscription_id, certificate_path, printed):
    sms = ServiceManagementService(subscription_id, certificate_path)

    result = sms.list_locations()
    for location in result:
        print(location.name)

    named_in_the_guide = {
        "West Europe",
        "Southeast Asia",
        "East Asia",
        "North Central US",
        "North Europe",
        "South Central US",
        "West US",
        "East US",
    }
    assert named_in_the_guide <= set(printed())


# ---- How to: create and delete a cloud service


def test_create_a_cloud_service(subscription_id, certificate_path, printed):
    sms = ServiceManagementService(subscription_id, certificate_path)

    name = "myhostedservice"
    label = "myhostedservice"
    desc = "my hosted service"
    location = "West US"

    # You can either set the location or an affinity_group
    sms.create_hosted_service(name, label, desc, location)

    result = sms.list_hosted_services()

    for hosted_service in result:
        print("Service name:" + hosted_service.service_name)
        print("Management URL:" + hosted_service.url)
        print("Affinity group:" + hosted_service.hosted_service_properties.affinity_group)
        print("Location:" + hosted_service.hosted_service_properties.location)
        print("")

    address = f"https://management.core.windows.net/{subscription_id}/services/hostedservices/myhostedservice"
    described = [
        "Service name:myhostedservice",
        f"Management URL:{address}",
        "Affinity group:",
        "Location:West US",
    ]
    assert printed() == [*described, ""]

    hosted_service = sms.get_hosted_service_properties("myhostedservice")

    print("Service name:" + hosted_service.service_name)
    print("Management URL:" + hosted_service.url)
    print("Affinity group:" + hosted_service.hosted_service_properties.affinity_group)
    print("Location:" + hosted_service.hosted_service_properties.location)

    assert printed() == described


def test_create_a_cloud_service_in_an_affinity_group(subscription_id, certificate_path, printed):
    sms = ServiceManagementService(subscription_id, certificate_path)
    sms.create_affinity_group("myAffinityGroup", "myAffinityGroup", "West US", "my affinity group")

    sms.create_hosted_service("myhostedservice", "myhostedservice", affinity_group="myAffinityGroup")

    hosted_service = sms.get_hosted_service_properties("myhostedservice")
    print("Affinity group:" + hosted_service.hosted_service_properties.affinity_group)
    print("Location:" + hosted_service.hosted_service_properties.location)
    assert printed() == ["Affinity group:myAffinityGroup", "Location:"]


def test_delete_a_cloud_service(subscription_id, certificate_path):
    sms = ServiceManagementService(subscription_id, certificate_path)
    sms.create_hosted_service("myhostedservice", "myhostedservice", "my hosted service", "West US")

    sms.delete_hosted_service("myhostedservice")

    assert len(sms.list_hosted_services()) == 0


def test_a_cloud_service_cannot_be_deleted_before_its_deployments(subscription_id, certificate_path, deploy):
    sms = ServiceManagementService(subscription_id, certificate_path)
    deploy("production", "v1")

    with pytest.raises(AzureHttpError, match="<Code>BadRequest</Code>"):
        sms.delete_hosted_service("myhostedservice")

    sms.delete_deployment("myhostedservice", "v1")
    sms.delete_hosted_service("myhostedservice")
    assert len(sms.list_hosted_services()) == 0


# ---- How to: create a deployment


def test_create_a_deployment(subscription_id, certificate_path, path_to_cscfg, printed):
    sms = ServiceManagementService(subscription_id, certificate_path)
    sms.create_hosted_service("myhostedservice", "myhostedservice", "my hosted service", "West US")

    name = "myhostedservice"
    deployment_name = "v1"
    slot = "production"
    package_url = PACKAGE_URL  # SLIP: 'URL_for_.cspkg_file' is a placeholder
    # SLIP: b64encode takes bytes and no file, and the SDK wants the text of the result
    configuration = base64.b64encode(open(path_to_cscfg, "rb").read()).decode()  # noqa: PTH123, SIM115
    label = "myhostedservice"

    result = sms.create_deployment(name, slot, deployment_name, package_url, label, configuration)

    operation_result = sms.get_operation_status(result.request_id)
    print("Operation status:" + operation_result.status)

    assert printed() == ["Operation status:Succeeded"]

    result = sms.get_deployment_by_slot("myhostedservice", "production")

    print("Name:" + result.name)
    print("Slot:" + result.deployment_slot)
    print("Private ID:" + result.private_id)
    print("Status:" + result.status)
    print("Instances:")
    for instance in result.role_instance_list:
        print("Instance name:" + instance.instance_name)
        print("Instance status:" + instance.instance_status)
        print("Instance size:" + instance.instance_size)

    # The guide does not ask for the deployment to be started, so it is suspended, and its instances are there, stopped.
    assert len(result.private_id) == 32
    by_slot = printed()
    assert by_slot == [
        "Name:v1",
        "Slot:Production",
        "Private ID:" + result.private_id,
        "Status:Suspended",
        "Instances:",
        "Instance name:WorkerRole1_IN_0",
        "Instance status:StoppedVM",
        "Instance size:Small",
        "Instance name:WorkerRole1_IN_1",
        "Instance status:StoppedVM",
        "Instance size:Small",
    ]

    by_name = sms.get_deployment_by_name("myhostedservice", "v1")
    assert (by_name.name, by_name.deployment_slot, by_name.private_id) == ("v1", "Production", result.private_id)


# ---- How to: update a deployment


def test_update_a_deployment(subscription_id, certificate_path, deploy, path_to_cscfg, configuration, printed):
    deploy("production", "v1")
    path_to_cscfg.write_bytes(configuration("scaled"))
    sms = ServiceManagementService(subscription_id, certificate_path)

    name = "myhostedservice"
    deployment_name = "v1"
    # SLIP: as in "create a deployment"
    configuration = base64.b64encode(open(path_to_cscfg, "rb").read()).decode()  # noqa: PTH123, SIM115

    result = sms.change_deployment_configuration(name, deployment_name, configuration)

    operation_result = sms.get_operation_status(result.request_id)
    print("Operation status:" + operation_result.status)

    assert printed() == ["Operation status:Succeeded"]
    assert [
        instance.instance_name for instance in sms.get_deployment_by_name(name, deployment_name).role_instance_list
    ] == [
        "WorkerRole1_IN_0",
        "WorkerRole1_IN_1",
        "WorkerRole1_IN_2",
        "WorkerRole1_IN_3",
    ]

    result = sms.update_deployment_status(name, deployment_name, "Running")  # SLIP: `sms.` is missing

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    deployment = sms.get_deployment_by_name(name, deployment_name)
    assert deployment.status == "Running"
    assert {instance.instance_status for instance in deployment.role_instance_list} == {"ReadyRole"}


# ---- How to: move deployments between staging and production


def test_move_deployments_between_staging_and_production(subscription_id, certificate_path, deploy):
    deploy("production", "v1")
    deploy("staging", "v2")
    sms = ServiceManagementService(subscription_id, certificate_path)

    result = sms.swap_deployment("myhostedservice", "v1", "v2")

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    assert sms.get_deployment_by_slot("myhostedservice", "production").name == "v2"
    assert sms.get_deployment_by_slot("myhostedservice", "staging").name == "v1"


# ---- How to: delete a deployment


def test_delete_a_deployment(subscription_id, certificate_path, deploy):
    deploy("production", "v1")
    sms = ServiceManagementService(subscription_id, certificate_path)

    sms.delete_deployment("myhostedservice", "v1")

    with pytest.raises(AzureMissingResourceHttpError, match=r"No deployments were found\."):
        sms.get_deployment_by_name("myhostedservice", "v1")


# ---- How to: create and delete a storage service


def test_create_a_storage_service(subscription_id, certificate_path, printed):
    sms = ServiceManagementService(subscription_id, certificate_path)

    name = "mystorageaccount"
    label = "mystorageaccount"
    location = "West US"
    desc = "My storage account description."

    result = sms.create_storage_account(name, desc, label, location=location)

    operation_result = sms.get_operation_status(result.request_id)
    print("Operation status:" + operation_result.status)

    assert printed() == ["Operation status:Succeeded"]

    result = sms.list_storage_accounts()
    for account in result:
        print("Service name:" + account.service_name)
        print("Affinity group:" + account.storage_service_properties.affinity_group)
        print("Location:" + account.storage_service_properties.location)
        print("")

    assert printed() == ["Service name:mystorageaccount", "Affinity group:", "Location:West US", ""]


def test_create_a_storage_service_in_an_affinity_group(subscription_id, certificate_path, printed):
    sms = ServiceManagementService(subscription_id, certificate_path)
    sms.create_affinity_group("myAffinityGroup", "myAffinityGroup", "West US", "my affinity group")

    sms.create_storage_account("mystorageaccount", "description", "label", affinity_group="myAffinityGroup")

    for account in sms.list_storage_accounts():
        print("Affinity group:" + account.storage_service_properties.affinity_group)
        print("Location:" + account.storage_service_properties.location)
    assert printed() == ["Affinity group:myAffinityGroup", "Location:"]


def test_delete_a_storage_service(subscription_id, certificate_path):
    sms = ServiceManagementService(subscription_id, certificate_path)
    sms.create_storage_account("mystorageaccount", "description", "label", location="West US")

    sms.delete_storage_account("mystorageaccount")

    assert len(sms.list_storage_accounts()) == 0


# ---- How to: create and delete an affinity group


def test_create_an_affinity_group(subscription_id, certificate_path, printed):
    sms = ServiceManagementService(subscription_id, certificate_path)

    name = "myAffinityGroup"
    label = "myAffinityGroup"
    location = "West US"
    desc = "my affinity group"

    sms.create_affinity_group(name, label, location, desc)

    result = sms.list_affinity_groups()

    for group in result:
        print("Name:" + group.name)
        print("Description:" + group.description)
        print("Location:" + group.location)
        print("")

    assert printed() == ["Name:myAffinityGroup", "Description:my affinity group", "Location:West US", ""]


def test_delete_an_affinity_group(subscription_id, certificate_path):
    sms = ServiceManagementService(subscription_id, certificate_path)
    sms.create_affinity_group("myAffinityGroup", "myAffinityGroup", "West US", "my affinity group")

    sms.delete_affinity_group("myAffinityGroup")

    assert len(sms.list_affinity_groups()) == 0


# ---- How to: list available operating systems


def test_list_available_operating_systems(subscription_id, certificate_path, printed):
    sms = ServiceManagementService(subscription_id, certificate_path)

    result = sms.list_operating_systems()

    for os in result:
        print("OS:" + os.label)
        print("Family:" + os.family_label)
        print("Active:" + str(os.is_active))

    lines = printed()
    assert len(lines) == 3 * len(result) > 0
    listed = list(zip(lines[::3], lines[1::3], lines[2::3], strict=True))
    assert (
        "OS:Windows Azure Guest OS 4.21 (Release 201506-01)",
        "Family:Windows Server 2012 R2",
        "Active:True",
    ) in listed
    assert (
        "OS:Windows Azure Guest OS 1.0 (Release 200912-01)",
        "Family:Windows Server 2008 SP2",
        "Active:False",
    ) in listed

    result = sms.list_operating_system_families()

    for family in result:
        print("Family:" + family.label)
        for os in family.operating_systems:
            if os.is_active:
                print("OS:" + os.label)
                print("Version:" + os.version)
        print("")

    lines = printed()
    assert [line for line in lines if line.startswith("Family:")] == [
        "Family:Windows Server 2008 SP2",
        "Family:Windows Server 2008 R2",
        "Family:Windows Server 2012",
        "Family:Windows Server 2012 R2",
        "Family:Windows Server 2016",
    ]
    newest = lines.index("OS:Windows Azure Guest OS 4.21 (Release 201506-01)")
    assert lines[newest + 1] == "Version:WA-GUEST-OS-4.21_201506-01"
