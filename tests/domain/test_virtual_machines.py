"""Virtual machines: made, started, stopped, changed and taken away, with their disks and endpoints."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.domain import (
    data_disks,
    deployments,
    disks,
    errors,
    hosted_services,
    role_instances,
    storage_accounts,
    virtual_machines,
    vm_power,
    vm_roles,
)
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.lifecycle import INSTANCE_LIFECYCLES
from emulator.domain.machines import (
    CreateVMDeployment,
    DataVirtualHardDisk,
    EndpointInput,
    LinuxProvisioning,
    NetworkConfiguration,
    OSVirtualHardDisk,
    RoleInput,
    UpdateDataVirtualHardDisk,
    WindowsProvisioning,
)
from emulator.domain.refusals import ServiceError
from emulator.domain.storage_accounts import CreateStorageAccount
from emulator.domain.vm_power import RoleOperation, RolesOperation

LINUX = LinuxProvisioning(host_name="host", user_name="user", user_password="secret1")
WINDOWS = WindowsProvisioning(computer_name="host", admin_password="secret1", admin_username="admin")
LINK = "https://account.blob.core.windows.net/vhds/{}.vhd"
IMAGE = f"{'0' * 32}__an-image"


def an_endpoint(name="ssh", port=22, **changes):
    return EndpointInput(**{"name": name, "local_port": 22, "port": port, "protocol": "tcp", **changes})


def a_role(name="vm1", provisioning=LINUX, endpoints=(), **changes):
    return RoleInput(
        **{
            "role_name": name,
            "configuration_sets": [provisioning, NetworkConfiguration(input_endpoints=list(endpoints))],
            "os_virtual_hard_disk": OSVirtualHardDisk(media_link=LINK.format(name), source_image_name=IMAGE),
            **changes,
        }
    )


@pytest.fixture
def service(subscription, operation):
    command = CreateHostedService(service_name="svc", label=b"l", location="West US")
    return hosted_services.create(subscription, operation(), command)


@pytest.fixture
def create(subscription, operation, service):
    def make(*roles, slot="production"):
        tracked = operation("CreateVirtualMachineDeployment")
        command = CreateVMDeployment(name="dep", deployment_slot=slot, label=b"l", role_list=list(roles or [a_role()]))
        virtual_machines.create_deployment(subscription, tracked, command, "svc")
        return tracked

    return make


@pytest.fixture
def quiet(subscription):
    return lambda: subscription.advance_until_quiet(10_000)


@pytest.fixture
def deployed(create, quiet, service):
    """Two machines, vm1 and vm2, that have come up."""
    create(a_role("vm1", endpoints=[an_endpoint()]), a_role("vm2"))
    quiet()
    return service.deployments["Production"]


def seen_by(subscription, deployment, name):
    """Let everything that is pending happen and return the faces that a machine showed, in their order."""
    instance = deployment.instances[name]
    faces = INSTANCE_LIFECYCLES[instance.kind][1]
    seen = [faces[instance.state][:2]]
    while (event := subscription.clock.next_event()) is not None:
        subscription.advance_to(event.due)
        if faces[instance.state][:2] != seen[-1]:
            seen.append(faces[instance.state][:2])
    return seen


@pytest.mark.parametrize(
    ("provisioning", "expected"),
    [
        (
            LINUX,
            ["StoppedVM", "RoleStateUnknown", "CreatingVM", "StartingVM", "Provisioning", "ReadyRole"],
        ),
        (
            WINDOWS,
            [
                "StoppedVM",
                "RoleStateUnknown",
                "CreatingVM",
                "StartingVM",
                "Provisioning",
                "RoleStateUnknown",
                "ReadyRole",
            ],
        ),
    ],
)
def test_a_machine_comes_up_through_the_recorded_states(subscription, create, service, provisioning, expected):
    tracked = create(a_role(provisioning=provisioning))
    deployment = service.deployments["Production"]
    assert (deployment.status, tracked.status) == ("Deploying", "InProgress")
    assert [status for status, _ in seen_by(subscription, deployment, "vm1")] == expected
    assert (deployment.status, tracked.status) == ("Running", "Succeeded")


def test_a_machine_leaves_a_disk_that_is_attached_to_it(subscription, deployed):
    disk = next(iter(subscription.disks.values()))
    assert disk.name.startswith("dep-vm1-0-")
    assert (disk.media_link, disk.os, disk.source_image_name) == (LINK.format("vm1"), "Linux", IMAGE)
    assert (disk.attached_to.hosted_service_name, disk.attached_to.role_name) == ("svc", "vm1")


@pytest.mark.parametrize("origin", [{"source_image_name": IMAGE}, {"remote_source_image_link": LINK.format("far")}])
def test_the_disk_of_a_machine_has_the_size_that_was_asked_for(subscription, create, quiet, origin):
    wanted = OSVirtualHardDisk(os="Linux", media_link=LINK.format("os"), resized_size_in_gb=64, **origin)
    create(a_role(os_virtual_hard_disk=wanted))
    quiet()
    assert [disk.logical_disk_size_in_gb for disk in subscription.disks.values()] == [64]


def test_what_a_machine_was_provisioned_with_is_not_kept(subscription, deployed, picture):
    assert "secret1" not in str(picture(subscription))


def test_a_public_port_that_is_left_out_is_chosen(create, service, quiet):
    create(a_role(endpoints=[an_endpoint(port=None)]))
    assert 49152 <= service.deployments["Production"].roles["vm1"].input_endpoints[0].port <= 65535


def test_ports_that_clash_fail_through_the_operation(subscription, create, service, quiet):
    tracked = create(a_role("vm1", endpoints=[an_endpoint()]), a_role("vm2", endpoints=[an_endpoint()]))
    assert tracked.status == "InProgress"
    quiet()
    assert (tracked.status, tracked.http_status, tracked.code) == ("Failed", 400, "BadRequest")
    assert tracked.message == (
        "Port 22 is already in use by one of the endpoints in this deployment. "
        "Ensure that the port numbers are unique across endpoints within a deployment."
    )
    assert (service.deployments, subscription.disks) == ({}, {})


def test_endpoints_of_one_load_balanced_set_share_their_port(create, quiet):
    shared = an_endpoint(load_balanced_endpoint_set_name="web", port=80)
    tracked = create(a_role("vm1", endpoints=[shared]), a_role("vm2", endpoints=[shared]))
    quiet()
    assert tracked.status == "Succeeded"


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (a_role("bad name"), "no DNS label"),
        (a_role(role_type="WebRole"), "RoleType"),
        (a_role(role_size="Huge"), "Huge"),
        (a_role(os_virtual_hard_disk=None), "no OSVirtualHardDisk"),
        (a_role(os_virtual_hard_disk=OSVirtualHardDisk(source_image_name="none")), "image with the specified name"),
        (a_role(os_virtual_hard_disk=OSVirtualHardDisk(disk_name="none")), "disk with the specified name"),
        (a_role(os_virtual_hard_disk=OSVirtualHardDisk(source_image_name=IMAGE, media_link="nowhere")), "nowhere"),
        (a_role(os_virtual_hard_disk=OSVirtualHardDisk(source_image_name=IMAGE)), "MediaLink is missing"),
        (
            a_role(os_virtual_hard_disk=OSVirtualHardDisk(source_image_name=IMAGE, io_type="Standard")),
            "IOType is implicitly determined from the MediaLink",
        ),
        (
            a_role(
                os_virtual_hard_disk=OSVirtualHardDisk(
                    source_image_name=IMAGE, media_link=LINK.format("os"), resized_size_in_gb=29
                )
            ),
            "30 to 1023 GB",
        ),
        (a_role(provisioning=WindowsProvisioning(computer_name="x" * 16)), "1 to 15 characters"),
        (a_role(provisioning=LinuxProvisioning(user_name="u", user_password="short")), "6 to 72"),
        (a_role(endpoints=[an_endpoint(), an_endpoint(port=23)]), "stands twice"),
        (a_role(endpoints=[an_endpoint(port=70000)]), "between 1 and 65535"),
        (a_role(endpoints=[an_endpoint(protocol="icmp")]), "neither tcp nor udp"),
        (a_role(data_virtual_hard_disks=[DataVirtualHardDisk(media_link=LINK.format("d"))]), "1023 GB"),
        (
            a_role(
                data_virtual_hard_disks=[
                    DataVirtualHardDisk(media_link=LINK.format(n), logical_disk_size_in_gb=1, lun=n) for n in range(3)
                ]
            ),
            "takes 2 data disks",
        ),
    ],
)
def test_a_machine_that_cannot_be_is_refused_and_nothing_changes(subscription, create, service, picture, role, words):
    before = picture(subscription)
    with pytest.raises(ServiceError, match=words):
        create(role)
    assert picture(subscription) == before


def test_machines_are_only_deployed_to_production(create):
    with pytest.raises(ServiceError, match="Production"):
        create(slot="staging")


def test_a_media_link_lies_where_the_service_is(subscription, operation, create):
    account = CreateStorageAccount(service_name="account", label=b"l", location="East US")
    storage_accounts.create(subscription, operation(), account)
    with pytest.raises(ServiceError, match="is in East US, not in West US"):
        create()


def test_a_machine_is_stopped_and_keeps_its_resources(subscription, operation, deployed):
    address = deployed.virtual_ips[0].address
    tracked = operation()
    vm_power.shutdown(subscription, tracked, RoleOperation(), "svc", "dep", "VM1")
    assert deployed.operation == tracked.id
    assert seen_by(subscription, deployed, "vm1") == [("ReadyRole", "Started"), ("StoppedVM", "Stopped")]
    assert (tracked.status, deployed.status, deployed.virtual_ips[0].address) == ("Succeeded", "Running", address)


def test_when_every_machine_has_given_back_its_resources_the_deployment_is_suspended(
    subscription, operation, deployed, quiet
):
    command = RolesOperation(roles=["vm1", "vm2"], post_shutdown_action="StoppedDeallocated")
    vm_power.shutdown_roles(subscription, operation(), command, "svc", "dep")
    quiet()
    assert {i.state for i in deployed.instances.values()} == {"deallocated"}
    assert (deployed.status, deployed.virtual_ips[0].address) == ("Suspended", "")
    vm_power.start(subscription, operation(), RoleOperation(), "svc", "dep", "vm1")
    quiet()
    assert (deployed.status, deployed.instances["vm1"].state) == ("Running", "ready")
    assert deployed.virtual_ips[0].address


def test_several_machines_are_started_at_once(subscription, operation, deployed, quiet):
    stop = RolesOperation(roles=["vm1", "vm2"], post_shutdown_action="Stopped")
    vm_power.shutdown_roles(subscription, operation(), stop, "svc", "dep")
    quiet()
    vm_power.start_roles(subscription, operation(), RolesOperation(roles=["vm1", "vm2"]), "svc", "dep")
    quiet()
    assert {i.state for i in deployed.instances.values()} == {"ready"}


def test_one_unknown_machine_among_several_stops_none(subscription, operation, deployed, picture):
    before = picture(subscription)
    with pytest.raises(ServiceError, match="Role vm3 was not found in the currently deployed service."):
        command = RolesOperation(roles=["vm1", "vm3"], post_shutdown_action="Stopped")
        vm_power.shutdown_roles(subscription, operation(), command, "svc", "dep")
    assert picture(subscription) == before


@pytest.mark.parametrize("action", ["", "Undefined", None])
def test_what_becomes_of_several_machines_resources_has_to_be_said(subscription, operation, deployed, action):
    command = RolesOperation(roles=["vm1"], post_shutdown_action=action)
    with pytest.raises(ServiceError, match="PostShutdownAction"):
        vm_power.shutdown_roles(subscription, operation(), command, "svc", "dep")


def test_a_stopped_machine_is_started_not_restarted(subscription, operation, deployed, quiet):
    vm_power.shutdown(subscription, operation(), RoleOperation(), "svc", "dep", "vm1")
    quiet()
    with pytest.raises(ServiceError, match="Start it instead"):
        vm_power.restart(subscription, operation(), RoleOperation(), "svc", "dep", "vm1")
    vm_power.restart(subscription, operation(), RoleOperation(), "svc", "dep", "vm2")
    assert seen_by(subscription, deployed, "vm2") == [("RoleStateUnknown", "Starting"), ("ReadyRole", "Started")]


def test_a_machine_is_added_and_taken_away(subscription, operation, deployed, quiet):
    vm_roles.add(subscription, operation(), a_role("vm3", WINDOWS, role_size="Medium"), "svc", "dep")
    with pytest.raises(ServiceError, match="exclusive access"):
        vm_roles.add(subscription, operation(), a_role("vm4"), "svc", "dep")
    quiet()
    assert (deployed.instances["vm3"].state, subscription.cores_in_use) == ("ready", 4)
    vm_roles.delete_with_media(subscription, operation(), "svc", "dep", "vm3")
    quiet()
    assert (list(deployed.roles), subscription.cores_in_use, len(subscription.disks)) == (["vm1", "vm2"], 2, 2)


def test_a_machine_with_the_name_of_another_is_refused(subscription, operation, deployed):
    with pytest.raises(ServiceError, match="already exists"):
        vm_roles.add(subscription, operation(), a_role("VM1"), "svc", "dep")


def test_the_last_machine_is_not_taken_away(subscription, operation, create, quiet, picture):
    create()
    quiet()
    before = picture(subscription)
    with pytest.raises(ServiceError) as refused:
        vm_roles.delete(subscription, operation(), "svc", "dep", "vm1")
    assert refused.value.message == (
        "Role vm1 is the only role present in the deployment and so cannot be removed. Please delete the deployment "
        "or add another role before removing this role."
    )
    assert picture(subscription) == before


def test_a_disk_stays_in_use_for_a_while_after_its_machine(subscription, operation, deployed):
    name = next(d.name for d in subscription.disks.values() if d.attached_to.role_name == "vm2")
    vm_roles.delete(subscription, operation(), "svc", "dep", "vm2")
    subscription.advance_to(subscription.clock.next_event().due)
    with pytest.raises(ServiceError) as refused:
        disks.delete(subscription, operation(), name)
    assert refused.value.message == (
        f"A disk with name {name} is currently in use by virtual machine vm2 running within hosted service svc, "
        "deployment dep."
    )
    subscription.advance_until_quiet(100)
    disks.delete(subscription, operation(), name)


def test_a_machine_is_up_for_no_maintenance(subscription, operation, deployed, refuses):
    def maintain(*machine):
        vm_power.perform_maintenance(subscription, operation(), RoleOperation(), *machine)

    message = refuses(errors.MAINTENANCE_COMPLETED, maintain, "svc", "dep", "VM1")
    assert message == "User initiated maintenance on the Virtual Machine was successfully completed."
    refuses(errors.ROLE_NOT_FOUND, maintain, "svc", "dep", "nope")
    refuses(errors.DEPLOYMENT_NOT_FOUND, maintain, "svc", "nope", "vm1")


def test_another_size_restarts_a_machine_and_counts_other_cores(subscription, operation, deployed):
    vm_roles.update(subscription, operation(), RoleInput(role_name="vm1", role_size="Large"), "svc", "dep", "vm1")
    assert seen_by(subscription, deployed, "vm1") == [("RoleStateUnknown", "Starting"), ("ReadyRole", "Started")]
    assert (deployed.instances["vm1"].instance_size, subscription.cores_in_use) == ("Large", 5)


def test_an_update_replaces_endpoints_and_keeps_ports_that_it_does_not_name(subscription, operation, deployed, quiet):
    wanted = [an_endpoint(port=None), an_endpoint("web", 80, local_port=8080)]
    network = NetworkConfiguration(input_endpoints=wanted)
    change = RoleInput(role_name="vm1", configuration_sets=[network])
    vm_roles.update(subscription, operation(), change, "svc", "dep", "vm1")
    quiet()
    assert [(e.name, e.port, e.local_port) for e in deployed.roles["vm1"].input_endpoints] == [
        ("ssh", 22, 22),
        ("web", 80, 8080),
    ]


def test_an_update_to_a_port_that_another_machine_has_fails_through_the_operation(
    subscription, operation, deployed, quiet
):
    tracked = operation()
    network = NetworkConfiguration(input_endpoints=[an_endpoint()])
    change = RoleInput(role_name="vm2", configuration_sets=[network])
    vm_roles.update(subscription, tracked, change, "svc", "dep", "vm2")
    quiet()
    assert tracked.status == "Failed"
    assert deployed.roles["vm2"].input_endpoints == ()


def test_a_data_disk_is_attached_changed_and_detached(subscription, operation, deployed, quiet):
    new = DataVirtualHardDisk(media_link=LINK.format("data"), logical_disk_size_in_gb=10, disk_label="data")
    data_disks.add_data_disk(subscription, operation(), new, "svc", "dep", "vm1")
    quiet()
    disk = data_disks.get_data_disk(subscription, "svc", "dep", "vm1", "0")
    assert (disk.host_caching, disk.logical_disk_size_in_gb) == ("ReadOnly", 10)
    change = UpdateDataVirtualHardDisk(host_caching="None", lun=1)
    data_disks.update_data_disk(subscription, operation(), change, "svc", "dep", "vm1", "0")
    assert data_disks.get_data_disk(subscription, "svc", "dep", "vm1", "1").host_caching == "None"
    with pytest.raises(ServiceError, match="currently in use by virtual machine vm1"):
        disks.delete(subscription, operation(), disk.disk_name)
    data_disks.delete_data_disk(subscription, operation(), "svc", "dep", "vm1", "1")
    quiet()
    disks.delete(subscription, operation(), disk.disk_name)
    with pytest.raises(ServiceError, match="logical unit number 1"):
        data_disks.get_data_disk(subscription, "svc", "dep", "vm1", "1")


def test_a_logical_unit_number_is_used_once_and_only_as_many_as_the_size_takes(
    subscription, operation, deployed, quiet
):
    def add(lun):
        disk = DataVirtualHardDisk(media_link=LINK.format(lun), logical_disk_size_in_gb=1, lun=lun)
        data_disks.add_data_disk(subscription, operation(), disk, "svc", "dep", "vm1")
        quiet()

    add(0)
    with pytest.raises(ServiceError, match="already in use by a data disk"):
        add(0)
    add(5)
    with pytest.raises(ServiceError, match="takes 2 data disks"):
        add(6)


def test_a_load_balanced_set_is_changed_wherever_it_is(subscription, operation, create, service, quiet):
    shared = an_endpoint(load_balanced_endpoint_set_name="web", port=80)
    create(a_role("vm1", endpoints=[shared]), a_role("vm2", endpoints=[shared]))
    quiet()
    change = an_endpoint(load_balanced_endpoint_set_name="WEB", port=81)
    vm_roles.update_load_balanced_sets(subscription, operation(), [change], "svc", "dep")
    quiet()
    roles = service.deployments["Production"].roles.values()
    assert [e.port for role in roles for e in role.input_endpoints] == [81, 81]
    with pytest.raises(ServiceError, match="'other' does not exist"):
        other = an_endpoint(load_balanced_endpoint_set_name="other")
        vm_roles.update_load_balanced_sets(subscription, operation(), [other], "svc", "dep")


def test_remote_desktop_needs_an_endpoint(subscription, create, quiet):
    create(a_role("vm1", WINDOWS, [an_endpoint("rdp", 53389, local_port=3389)]), a_role("vm2"))
    quiet()
    assert b"full address:s:svc.cloudapp.net:53389" in vm_roles.remote_desktop_file(subscription, "svc", "dep", "vm1")
    with pytest.raises(ServiceError, match=r"An external endpoint to the Remote Desktop port \(3389\)"):
        vm_roles.remote_desktop_file(subscription, "svc", "dep", "vm2")


def test_deleting_the_deployment_with_media_takes_the_disks_along(subscription, operation, deployed, quiet):
    deployments.delete_with_media(subscription, operation(), "svc", "production")
    quiet()
    assert (subscription.disks, subscription.cores_in_use) == ({}, 0)


def test_a_machine_is_rebooted_as_a_role_instance_too(subscription, operation, deployed, quiet):
    tracked = operation("RebootDeploymentRoleInstance")
    role_instances.reboot(subscription, tracked, "svc", "VM1", deployment_name="dep")
    seen = seen_by(subscription, deployed, "vm1")
    assert (seen[-1], len(seen) > 1) == (("ReadyRole", "Started"), True)
    assert tracked.status == "Succeeded"
    with pytest.raises(ServiceError, match="nobody"):
        role_instances.reboot(subscription, operation(), "svc", "nobody", deployment_name="dep")


def test_a_machine_is_changed_without_its_name_in_the_body(subscription, operation, deployed, quiet):
    command = RoleInput(configuration_sets=[NetworkConfiguration(input_endpoints=[an_endpoint("web", 80)])])
    vm_roles.update(subscription, operation(), command, "svc", "dep", "vm1")
    quiet()
    assert [(one.name, one.port) for one in deployed.roles["vm1"].input_endpoints] == [("web", 80)]
    with pytest.raises(ServiceError, match="vm1"):
        twice = NetworkConfiguration(input_endpoints=[an_endpoint("web", 80), an_endpoint("web", 81)])
        vm_roles.update(subscription, operation(), RoleInput(configuration_sets=[twice]), "svc", "dep", "vm1")


def test_a_deployment_of_machines_goes_more_slowly_than_one_of_web_roles(subscription, operation, deployed):
    tracked, began, timings = operation(), subscription.now, subscription.catalog.timings
    deployments.delete(subscription, tracked, "svc", "production")
    subscription.advance_to(began + timedelta(seconds=timings["deployment.delete"]))
    assert (tracked.status, deployed.status) == ("InProgress", "Deleting")
    subscription.advance_to(began + timedelta(seconds=timings["virtual_machine.delete"]))
    assert tracked.status == "Succeeded"
