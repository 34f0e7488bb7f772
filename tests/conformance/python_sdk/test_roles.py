"""The SDK's methods for the machines of a deployment: read, added, changed and deleted, started and stopped."""

from __future__ import annotations

import pytest
from azure.servicemanagement import (
    AzureAsyncOperationHttpError,
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
)

BLOB = "https://mystorageaccount.blob.core.windows.net/vhds/{}.vhd"
IMAGE = "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd"
GONE = "Role {} was not found in the currently deployed service."


def network(*ports):
    found = ConfigurationSet()
    for port in ports:
        endpoint = ConfigurationSetInputEndpoint(f"port{port}", "tcp", str(port), "22")
        found.input_endpoints.input_endpoints.append(endpoint)
    return found


@pytest.fixture
def add(sms, service):
    """Return a function that adds a machine of a name to the deployment `first`."""

    def add(name, **keywords):
        system = LinuxConfigurationSet(name, "myuser", "mypassword", True)
        disk = OSVirtualHardDisk(IMAGE, BLOB.format(name))
        return sms.add_role(service, "first", name, system, disk, **keywords)

    return add


@pytest.fixture
def succeeded(sms):
    """Return a function that tells whether the operation of a result has succeeded."""
    return lambda result: sms.get_operation_status(result.request_id).status == "Succeeded"


@pytest.fixture
def states(sms, service):
    """Return a function that tells the deployment's status and, by name, the states of its machines."""

    def states():
        deployment = sms.get_deployment_by_name(service, "first")
        instances = {one.instance_name: one for one in deployment.role_instance_list}
        return deployment.status, {k: (v.instance_status, v.power_state) for k, v in instances.items()}

    return states


@pytest.fixture
def first(service, machine):
    """The name of a deployment and of the one machine in it, which has an endpoint at port 22."""
    machine(service, "first", ports=[22])
    return "first"


@pytest.fixture
def pair(first, add):
    """The names of both machines of a deployment."""
    add("second", network_config=network(2222))
    return [first, "second"]


RUNNING = ("ReadyRole", "Started")
STOPPED = ("StoppedVM", "Stopped")
DEALLOCATED = ("StoppedDeallocated", "Stopped")


# ---- read, add, change, delete


def test_a_role_tells_what_its_machine_is(sms, service, machine):
    machine(service, "myvm", ports=[22], role_size="Medium", availability_set_name="myset")

    role = sms.get_role(service, "myvm", "myvm")

    assert (role.role_name, role.role_type, role.role_size) == ("myvm", "PersistentVMRole", "Medium")
    assert (role.availability_set_name, role.os_version) == ("myset", "")
    disk = role.os_virtual_hard_disk
    assert (disk.media_link, disk.source_image_name, disk.os) == (BLOB.format("myvm"), IMAGE, "Linux")
    assert (disk.host_caching, disk.disk_name) == ("ReadWrite", sms.list_disks()[0].name)
    assert len(role.data_virtual_hard_disks) == 0
    (configuration,) = role.configuration_sets
    assert configuration.configuration_set_type == "NetworkConfiguration"
    (endpoint,) = configuration.input_endpoints
    assert (endpoint.name, endpoint.port, endpoint.local_port, endpoint.protocol) == ("SSH0", "22", "22", "tcp")
    assert endpoint.enable_direct_server_return is False


def test_a_role_that_is_added_runs_beside_the_first(sms, service, first, add, succeeded, states):
    result = add("second", network_config=network(2222), role_size="Large", availability_set_name="myset")

    assert succeeded(result)
    assert states() == ("Running", {first: RUNNING, "second": RUNNING})
    role = sms.get_role(service, first, "second")
    assert (role.role_name, role.role_size, role.availability_set_name) == ("second", "Large", "myset")
    assert [one.port for one in role.configuration_sets[0].input_endpoints] == ["2222"]
    assert {disk.attached_to.role_name for disk in sms.list_disks()} == {first, "second"}
    assert sms.get_subscription().current_core_count == 1 + 4


def test_a_role_is_changed_in_size_endpoints_and_availability_set(sms, service, first, succeeded, states):
    result = sms.update_role(
        service, first, first, network_config=network(80, 443), role_size="Medium", availability_set_name="myset"
    )

    assert succeeded(result)
    assert states() == ("Running", {first: RUNNING})
    role = sms.get_role(service, first, first)
    assert (role.role_size, role.availability_set_name) == ("Medium", "myset")
    assert [one.port for one in role.configuration_sets[0].input_endpoints] == ["80", "443"]
    assert role.os_virtual_hard_disk.media_link == BLOB.format(first)
    assert sms.get_subscription().current_core_count == 2


def test_a_deleted_role_leaves_its_disk(sms, service, pair, succeeded, states):
    result = sms.delete_role(service, pair[0], "second")

    assert succeeded(result)
    assert states() == ("Running", {pair[0]: RUNNING})
    left = {disk.media_link: disk.attached_to for disk in sms.list_disks()}
    assert left.keys() == {BLOB.format(name) for name in pair}
    assert left[BLOB.format("second")] is None


def test_a_role_deleted_completely_takes_its_disk_along(sms, service, pair, succeeded):
    result = sms.delete_role(service, pair[0], "second", complete=True)

    assert succeeded(result)
    assert [disk.media_link for disk in sms.list_disks()] == [BLOB.format(pair[0])]


def test_the_only_role_is_not_deleted(sms, service, first, refused, states):
    message = (
        f"Role {first} is the only role present in the deployment and so cannot be removed. Please delete the "
        "deployment or add another role before removing this role."
    )
    with refused(400, "BadRequest", message):
        sms.delete_role(service, first, first)

    assert states() == ("Running", {first: RUNNING})


def test_what_is_no_role_is_refused_whatever_is_asked_of_it(sms, service, pair, refused):
    calls = (sms.get_role, sms.update_role, sms.delete_role, sms.start_role, sms.restart_role, sms.shutdown_role)
    for call in calls:
        with refused(404, "ResourceNotFound", GONE.format("third")):
            call(service, pair[0], "third")
    for call in (sms.start_roles, sms.shutdown_roles):
        with refused(404, "ResourceNotFound", GONE.format("third")):
            call(service, pair[0], [pair[0], "third"])


def test_what_is_no_deployment_is_refused(sms, service, first, refused):
    with refused(404, "ResourceNotFound", "The deployment name 'none' does not exist."):
        sms.start_role(service, "none", first)
    with refused(404, "ResourceNotFound", "No deployments were found."):
        sms.get_role("none", first, first)


def test_a_deployment_of_workers_takes_no_machine(sms, service, deploy, add, refused):
    deploy("production", "first")

    with refused(400, "BadRequest", "This operation is only possible on a deployment of virtual machines."):
        add("second")


def test_a_second_role_of_a_name_and_an_unknown_size_are_refused(first, add, refused, states):
    with refused(409, "ConflictError", f"The role {first} already exists in the deployment."):
        add(first)
    with refused(400, "BadRequest", "The role size 'Enormous' does not exist or is not for virtual machines."):
        add("second", role_size="Enormous")

    assert states() == ("Running", {first: RUNNING})


def test_a_port_that_is_taken_fails_the_operation_and_not_the_call(sms, first, add, states):
    result = add("second", network_config=network(22))

    with pytest.raises(AzureAsyncOperationHttpError) as raised:
        sms.wait_for_operation_status(result.request_id)
    operation = raised.value.result
    assert (operation.status, operation.http_status_code, operation.error.code) == ("Failed", "400", "BadRequest")
    assert operation.error.message == (
        "Port 22 is already in use by one of the endpoints in this deployment. Ensure that the port numbers are "
        "unique across endpoints within a deployment."
    )
    assert states() == ("Running", {first: RUNNING})


# ---- start, restart, stop


@pytest.mark.parametrize(
    ("action", "stopped", "status"),
    [({}, STOPPED, "Running"), ({"post_shutdown_action": "StoppedDeallocated"}, DEALLOCATED, "Suspended")],
    ids=["Stopped", "StoppedDeallocated"],
)
def test_a_role_is_stopped_and_started_again(sms, service, first, succeeded, states, action, stopped, status):
    assert succeeded(sms.shutdown_role(service, first, first, **action))
    assert states() == (status, {first: stopped})

    assert succeeded(sms.start_role(service, first, first))
    assert states() == ("Running", {first: RUNNING})


def test_a_role_without_resources_has_no_address_and_the_deployment_no_virtual_ip(sms, service, first):
    sms.shutdown_role(service, first, first, "StoppedDeallocated")

    deployment = sms.get_deployment_by_name(service, first)
    (instance,) = deployment.role_instance_list
    assert (instance.ip_address, instance.instance_size, instance.host_name) == ("", "", "")
    assert len(deployment.virtual_ips) == 0


def test_a_role_is_restarted(sms, service, first, succeeded, states):
    assert succeeded(sms.restart_role(service, first, first))
    assert states() == ("Running", {first: RUNNING})


def test_a_stopped_role_is_not_restarted(sms, service, first, refused, states):
    sms.shutdown_role(service, first, first)

    with refused(409, "ConflictError", f"The role {first} is stopped and cannot be restarted. Start it instead."):
        sms.restart_role(service, first, first)

    assert states() == ("Running", {first: STOPPED})


def test_several_roles_are_stopped_and_started_together(sms, service, pair, succeeded, states):
    assert succeeded(sms.shutdown_roles(service, pair[0], pair, "StoppedDeallocated"))
    assert states() == ("Suspended", dict.fromkeys(pair, DEALLOCATED))

    assert succeeded(sms.start_roles(service, pair[0], pair[1:]))
    assert states() == ("Running", {pair[0]: DEALLOCATED, "second": RUNNING})


def test_several_roles_are_stopped_with_their_resources_unless_said_otherwise(sms, service, pair, states):
    sms.shutdown_roles(service, pair[0], pair)

    assert states() == ("Running", dict.fromkeys(pair, STOPPED))


def test_of_several_roles_none_is_touched_where_one_is_unknown(sms, service, pair, refused, states):
    with refused(404, "ResourceNotFound", GONE.format("third")):
        sms.shutdown_roles(service, pair[0], [*pair, "third"])

    assert states() == ("Running", dict.fromkeys(pair, RUNNING))


def test_an_unknown_action_after_the_shutdown_and_an_empty_list_are_refused(sms, service, pair, refused):
    message = "The PostShutdownAction 'Destroyed' is neither Stopped nor StoppedDeallocated."
    with refused(400, "BadRequest", message):
        sms.shutdown_role(service, pair[0], pair[0], "Destroyed")
    with refused(400, "BadRequest", message):
        sms.shutdown_roles(service, pair[0], pair, "Destroyed")
    with refused(400, "BadRequest", "A parameter was incorrect. Roles names no role."):
        sms.start_roles(service, pair[0], [])


def test_while_a_role_is_stopped_the_deployment_is_held(slow_sms, refused):
    slow_sms.create_hosted_service("myservice", "label", location="West US")
    system = LinuxConfigurationSet("myvm", "myuser", "mypassword", True)
    disk = OSVirtualHardDisk(IMAGE, BLOB.format("myvm"))
    result = slow_sms.create_virtual_machine_deployment("myservice", "myvm", "production", "l", "myvm", system, disk)
    while slow_sms.get_operation_status(result.request_id).status == "InProgress":
        pass

    result = slow_sms.shutdown_role("myservice", "myvm", "myvm")
    assert slow_sms.get_deployment_by_name("myservice", "myvm").locked is True
    message = (
        f"Windows Azure is currently performing an operation with x-ms-requestid {result.request_id} on this "
        "deployment that requires exclusive access."
    )
    with refused(409, "ConflictError", message):
        slow_sms.start_role("myservice", "myvm", "myvm")
