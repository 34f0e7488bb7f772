"""The SDK's methods for the deployments of web and worker roles."""

from __future__ import annotations

import base64

import pytest
from azure.common import AzureHttpError

PACKAGE_URL = "https://mystorageaccount.blob.core.windows.net/deployments/WorkerService.cspkg"


def states(deployment):
    return [(one.instance_name, one.instance_status, one.power_state) for one in deployment.role_instance_list]


# ---- create and read


def test_a_deployment_tells_what_it_was_created_with(sms, service, deploy, configuration):
    created = deploy("production", "v1", extended_properties={"Owner": "me"})

    for found in (created, sms.get_deployment_by_slot(service, "Production")):
        assert (found.name, found.deployment_slot, found.label) == ("v1", "Production", "v label")
        assert (found.status, found.locked, found.rollback_allowed) == ("Suspended", False, False)
        assert found.url == "http://myhostedservice.cloudapp.net/"
        assert len(found.private_id) == 32
        assert found.configuration == configuration("one-worker").decode()
        assert found.upgrade_status is None
        assert found.upgrade_domain_count == "2"
        assert found.extended_properties == {"Owner": "me"}
        (role,) = found.role_list
        assert (role.role_name, role.os_version) == ("WorkerRole1", "WA-GUEST-OS-4.21_201506-01")
        (address,) = found.virtual_ips
        assert address.address.count(".") == 3
        assert found.created_time.endswith("Z")


def test_its_instances_are_spread_over_upgrade_and_fault_domains(deploy):
    deployment = deploy("production", "v1")

    spread = [
        (i.instance_name, i.instance_upgrade_domain, i.instance_fault_domain) for i in deployment.role_instance_list
    ]
    assert spread == [("WorkerRole1_IN_0", 0, 0), ("WorkerRole1_IN_1", 1, 1)]
    for instance in deployment.role_instance_list:
        assert (instance.role_name, instance.instance_size) == ("WorkerRole1", "Small")
        assert instance.ip_address.startswith("100.")
    assert len({instance.ip_address for instance in deployment.role_instance_list}) == 2


def test_a_deployment_that_is_not_started_is_suspended_with_its_instances_stopped(deploy):
    deployment = deploy("staging", "v1")

    assert deployment.status == "Suspended"
    assert states(deployment) == [
        ("WorkerRole1_IN_0", "StoppedVM", "Stopped"),
        ("WorkerRole1_IN_1", "StoppedVM", "Stopped"),
    ]


def test_a_deployment_that_is_started_runs(deploy):
    deployment = deploy("production", "v1", start_deployment=True)

    assert deployment.status == "Running"
    assert states(deployment) == [
        ("WorkerRole1_IN_0", "ReadyRole", "Started"),
        ("WorkerRole1_IN_1", "ReadyRole", "Started"),
    ]


def test_the_url_of_staging_names_the_deployments_private_id(deploy):
    deployment = deploy("staging", "v1")

    assert deployment.url == f"http://{deployment.private_id}.cloudapp.net/"


def test_the_cores_of_a_deployment_count_while_it_is_there(sms, service, deploy):
    deploy("production", "v1")
    assert sms.get_subscription().current_core_count == 2

    sms.delete_deployment(service, "v1")

    assert sms.get_subscription().current_core_count == 0


def test_what_takes_time_is_seen_under_way_and_holds_the_deployment(slow_sms, encoded, refused):
    slow_sms.create_hosted_service("myhostedservice", "label", location="West US")
    arguments = ("myhostedservice", "production", "v1", PACKAGE_URL, "label", encoded("one-worker"))
    result = slow_sms.create_deployment(*arguments, start_deployment=True)

    assert slow_sms.get_operation_status(result.request_id).status == "InProgress"
    deployment = slow_sms.get_deployment_by_name("myhostedservice", "v1")
    assert (deployment.status, deployment.locked) == ("Deploying", True)
    assert slow_sms.get_operation_status(result.request_id).status == "Succeeded"
    assert slow_sms.get_deployment_by_name("myhostedservice", "v1").status == "Running"

    result = slow_sms.update_deployment_status("myhostedservice", "v1", "Suspended")
    assert slow_sms.get_operation_status(result.request_id).status == "Succeeded"

    result = slow_sms.change_deployment_configuration("myhostedservice", "v1", encoded("scaled"))
    message = (
        f"Windows Azure is currently performing an operation with x-ms-requestid {result.request_id} on this "
        "deployment that requires exclusive access."
    )
    with refused(409, "ConflictError", message):
        slow_sms.delete_deployment("myhostedservice", "v1")


# ---- change


def test_a_configuration_with_more_instances_adds_them(sms, service, deploy, encoded, configuration):
    deploy("production", "v1", start_deployment=True)

    result = sms.change_deployment_configuration(service, "v1", encoded("scaled"))

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    deployment = sms.get_deployment_by_name(service, "v1")
    assert deployment.status == "Running"
    assert deployment.configuration == configuration("scaled").decode()
    assert deployment.upgrade_domain_count == "4"
    assert states(deployment) == [(f"WorkerRole1_IN_{n}", "ReadyRole", "Started") for n in range(4)]
    assert sms.get_subscription().current_core_count == 4


def test_a_configuration_with_fewer_instances_takes_them_away(sms, service, deploy, encoded):
    deploy("production", "v1", start_deployment=True)
    sms.change_deployment_configuration(service, "v1", encoded("scaled"))

    sms.change_deployment_configuration(service, "v1", encoded("one-worker"))

    names = [one.instance_name for one in sms.get_deployment_by_name(service, "v1").role_instance_list]
    assert names == ["WorkerRole1_IN_0", "WorkerRole1_IN_1"]


def test_the_status_goes_to_running_and_to_suspended_and_back(sms, service, deploy):
    deploy("production", "v1")

    for status, instance_status in (("Running", "ReadyRole"), ("Suspended", "StoppedVM"), ("Suspended", "StoppedVM")):
        result = sms.update_deployment_status(service, "v1", status)

        assert sms.get_operation_status(result.request_id).status == "Succeeded"
        deployment = sms.get_deployment_by_name(service, "v1")
        assert deployment.status == status
        assert {one.instance_status for one in deployment.role_instance_list} == {instance_status}


# ---- swap


def test_a_swap_exchanges_slots_addresses_and_urls_and_nothing_else(sms, service, deploy):
    first = deploy("production", "v1", start_deployment=True)
    second = deploy("staging", "v2", start_deployment=True)

    result = sms.swap_deployment(service, "v1", "v2")

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    production = sms.get_deployment_by_slot(service, "production")
    staging = sms.get_deployment_by_slot(service, "staging")
    assert (production.name, production.private_id) == ("v2", second.private_id)
    assert (staging.name, staging.private_id) == ("v1", first.private_id)
    assert production.url == first.url
    assert staging.url == f"http://{first.private_id}.cloudapp.net/"
    assert production.virtual_ips[0].address == first.virtual_ips[0].address
    assert staging.virtual_ips[0].address == second.virtual_ips[0].address


def test_a_swap_with_the_names_the_wrong_way_round_is_refused(sms, service, deploy, refused):
    deploy("production", "v1")
    deploy("staging", "v2")

    message = (
        "The deployments to swap are not in the slots named: "
        "the Production slot of myhostedservice holds the deployment v1, not v2."
    )
    with refused(409, "ConflictError", message):
        sms.swap_deployment(service, "v2", "v1")

    assert sms.get_deployment_by_slot(service, "production").name == "v1"


# ---- delete


def test_a_deleted_deployment_is_gone_and_its_slot_is_free(sms, service, deploy, refused):
    deploy("production", "v1")

    result = sms.delete_deployment(service, "v1")

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    with refused(404, "ResourceNotFound", "No deployments were found."):
        sms.get_deployment_by_slot(service, "production")
    assert deploy("production", "v1").status == "Suspended"


# ---- refusals


def test_an_occupied_slot_is_refused(sms, service, deploy, encoded, refused):
    deploy("production", "v1")

    with refused(409, "ConflictError", "The specified deployment slot Production is occupied."):
        sms.create_deployment(service, "production", "v2", PACKAGE_URL, "label", encoded("one-worker"))


@pytest.mark.parametrize("by", ["slot", "name"])
def test_a_deployment_that_is_not_there_is_not_found(sms, service, by, refused):
    with refused(404, "ResourceNotFound", "No deployments were found."):
        if by == "slot":
            sms.get_deployment_by_slot(service, "staging")
        else:
            sms.get_deployment_by_name(service, "v1")


def test_nothing_can_be_done_to_a_deployment_that_is_not_there(sms, service, encoded, refused):
    calls = (
        lambda: sms.delete_deployment(service, "v1"),
        lambda: sms.update_deployment_status(service, "v1", "Running"),
        lambda: sms.change_deployment_configuration(service, "v1", encoded("scaled")),
    )
    for call in calls:
        with refused(404, "ResourceNotFound", "The deployment name 'v1' does not exist."):
            call()


def test_a_service_that_is_not_there_has_no_slots(sms, encoded, refused):
    with refused(404, "ResourceNotFound", "The hosted service does not exist."):
        sms.create_deployment("nowhere", "production", "v1", PACKAGE_URL, "label", encoded("one-worker"))


def test_a_status_other_than_running_and_suspended_is_refused(sms, service, deploy, refused):
    deploy("production", "v1")

    with refused(400, "BadRequest", "The deployment status 'Resting' is neither Running nor Suspended."):
        sms.update_deployment_status(service, "v1", "Resting")


def test_a_package_that_is_no_blob_is_refused(sms, service, encoded, refused):
    message = "The package URL 'URL_for_.cspkg_file' is not the address of a blob: http or https, a host and a path."
    with refused(400, "BadRequest", message):
        sms.create_deployment(service, "production", "v1", "URL_for_.cspkg_file", "label", encoded("one-worker"))


def test_a_configuration_that_is_none_is_refused(sms, service):
    configuration = base64.b64encode(b"no configuration").decode()

    with pytest.raises(
        AzureHttpError, match="<Code>InvalidXmlRequest</Code>.* is not a valid service configuration"
    ) as refusal:
        sms.create_deployment(service, "production", "v1", PACKAGE_URL, "label", configuration)
    assert refusal.value.status_code == 400


def test_a_configuration_without_a_role_of_the_deployment_is_refused(sms, service, deploy, configuration, refused):
    deploy("production", "v1")
    other = base64.b64encode(configuration("one-worker").replace(b"WorkerRole1", b"WorkerRole2")).decode()

    message = "The service configuration does not fit the service definition: the role WorkerRole1 is missing."
    with refused(400, "BadRequest", message):
        sms.change_deployment_configuration(service, "v1", other)

    assert [role.role_name for role in sms.get_deployment_by_name(service, "v1").role_list] == ["WorkerRole1"]


def test_a_service_with_a_deployment_is_not_deleted(sms, service, deploy, refused):
    deploy("production", "v1")

    message = f"The hosted service {service} cannot be deleted: it still has the deployment v1. Delete it first."
    with refused(400, "BadRequest", message):
        sms.delete_hosted_service(service)


def test_more_cores_than_the_quota_fail_the_operation(sms, service, deploy, configuration):
    deploy("production", "v1")
    many = configuration("scaled").replace(b'count="4"', b'count="21"')

    result = sms.change_deployment_configuration(service, "v1", base64.b64encode(many).decode())

    operation = sms.get_operation_status(result.request_id)
    assert (operation.status, operation.http_status_code, operation.error.code) == ("Failed", "400", "BadRequest")
    assert operation.error.message == (
        "The subscription policy limit for resource type 'cores count' was exceeded. The limit for resource type "
        "'cores count' is 20 per subscription, the current count is 2, and the requested increment is 19."
    )
    assert len(sms.get_deployment_by_name(service, "v1").role_instance_list) == 2
