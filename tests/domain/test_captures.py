"""Captures of virtual machines: what image they leave, and what becomes of the machine."""

from __future__ import annotations

import pytest

from emulator.domain import captures, disks, hosted_services, images, virtual_machines, vm_images, vm_power
from emulator.domain.captures import CaptureRole, CaptureRoleAsVMImage
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.images import ImageInput
from emulator.domain.machines import (
    CreateVMDeployment,
    DataVirtualHardDisk,
    LinuxProvisioning,
    OSVirtualHardDisk,
    RoleInput,
    WindowsProvisioning,
)
from emulator.domain.refusals import ServiceError
from emulator.domain.vm_power import RoleOperation

LINUX = LinuxProvisioning(host_name="host", user_name="user", user_password="secret1")
WINDOWS = WindowsProvisioning(computer_name="host", admin_password="secret1", admin_username="admin")
LINK = "https://account.blob.core.windows.net/vhds/{}.vhd"
AT = ("svc", "dep")


def a_role(name):
    return RoleInput(
        role_name=name,
        configuration_sets=[LINUX],
        os_virtual_hard_disk=OSVirtualHardDisk(media_link=LINK.format(name), source_image_name=f"{'0' * 32}__image"),
        data_virtual_hard_disks=[
            DataVirtualHardDisk(lun=3, logical_disk_size_in_gb=10, media_link=LINK.format(f"{name}-data"))
        ],
        role_size="Small",
    )


def as_os_image(action="Delete", **changes):
    values = {"target_image_label": "my label", "target_image_name": "img", **changes}
    return CaptureRole(post_capture_action=action, **values)


def as_vm_image(os_state="Specialized", **changes):
    return CaptureRoleAsVMImage(
        **{"os_state": os_state, "vm_image_name": "img", "vm_image_label": "my label", **changes}
    )


@pytest.fixture
def deploy(subscription, operation):
    """Return a function that deploys machines of these names into a service; they have come up."""

    def make(*names):
        service = hosted_services.create(
            subscription, operation(), CreateHostedService(service_name="svc", label=b"l", location="West US")
        )
        roles = [a_role(name) for name in names]
        command = CreateVMDeployment(name="dep", deployment_slot="production", label=b"l", role_list=roles)
        virtual_machines.create_deployment(subscription, operation(), command, "svc")
        subscription.advance_until_quiet(1000)
        return service

    return make


@pytest.fixture
def stop(subscription, operation):
    def stop(name, action="Stopped"):
        vm_power.shutdown(subscription, operation(), RoleOperation(post_shutdown_action=action), *AT, name)
        subscription.advance_until_quiet(1000)

    return stop


@pytest.fixture
def capture(subscription, operation):
    """Return a function that captures a machine, and goes on until the operation has ended."""

    def capture(command, name="vm1"):
        tracked = operation()
        does = captures.capture_os_image if isinstance(command, CaptureRole) else captures.capture_vm_image
        does(subscription, tracked, command, *AT, name)
        assert tracked.status == "InProgress"
        while tracked.status == "InProgress" and subscription.clock.schedule:
            subscription.advance_until_quiet(1)
        return tracked

    return capture


# ---- as an operating-system image


def test_a_captured_machine_becomes_an_image_beside_its_disk(subscription, deploy, stop, capture):
    deploy("vm1", "vm2")
    stop("vm1")
    assert capture(as_os_image()).status == "Succeeded"
    image = images.get(subscription, "img")
    assert (image.label, image.os, image.os_state, image.category) == ("my label", "Linux", "Generalized", "User")
    assert (image.location, image.logical_size_in_gb) == ("West US", 30)
    assert image.media_link == LINK.format("img-2015-07-01")


def test_delete_removes_the_machine_and_lets_go_of_its_disks(subscription, operation, deploy, stop, capture):
    deployment = deploy("vm1", "vm2").deployments["Production"]
    stop("vm1")
    cores = subscription.cores_in_use
    capture(as_os_image())
    assert (list(deployment.roles), list(deployment.instances), deployment.operation) == (["vm2"], ["vm2"], None)
    assert subscription.cores_in_use == cores - 1
    subscription.advance_until_quiet(1000)
    free = [disk.name for disk in subscription.disks.values() if disk.attached_to is None]
    assert len(free) == 2
    for name in free:
        disks.delete(subscription, operation(), name)


@pytest.mark.parametrize("command", [as_os_image(), as_vm_image("Generalized")])
def test_the_last_machine_takes_its_deployment_with_it(subscription, deploy, stop, capture, command):
    service = deploy("vm1")
    stop("vm1")
    assert capture(command).status == "Succeeded"
    assert (service.deployments, subscription.cores_in_use) == ({}, 0)


def test_reprovision_brings_the_machine_up_anew(subscription, deploy, stop, capture):
    deployment = deploy("vm1").deployments["Production"]
    stop("vm1", "StoppedDeallocated")
    assert deployment.status == "Suspended"
    capture(as_os_image("Reprovision", provisioning_configuration=LinuxProvisioning(host_name="other", user_name="u")))
    assert deployment.instances["vm1"].state == "unknown"
    subscription.advance_until_quiet(1000)
    assert (deployment.instances["vm1"].state, deployment.status) == ("ready", "Running")
    assert deployment.roles["vm1"].machine.host_name == "other"
    assert images.get(subscription, "img").name == "img"


def test_a_name_that_another_image_got_meanwhile_makes_the_capture_fail(subscription, operation, deploy, stop):
    deployment = deploy("vm1").deployments["Production"]
    stop("vm1")
    tracked = operation()
    captures.capture_os_image(subscription, tracked, as_os_image(), *AT, "vm1")
    images.add(subscription, operation(), ImageInput(label="l", media_link=LINK, name="IMG", os="Linux"))
    subscription.advance_until_quiet(1000)
    assert (tracked.status, tracked.message) == ("Failed", "An image with the name img already exists.")
    assert (list(deployment.roles), deployment.operation) == (["vm1"], None)


# ---- as an image of the whole machine


def test_an_image_of_a_machine_tells_where_it_comes_from(subscription, deploy, capture):
    deployment = deploy("vm1").deployments["Production"]
    capture(as_vm_image(description="d", language="english", image_family="f", recommended_vm_size="Large"))
    image = vm_images.find(subscription, "img")
    assert (image.state, image.os_disk.os_state) == ("VMImageReadyForUse", "Specialized")
    assert (image.service_name, image.deployment_name, image.role_name) == ("svc", "dep", "vm1")
    assert (image.role_state_on_capture, image.role_size_on_capture) == ("ReadyRole", "Small")
    assert (image.description, image.language, image.image_family) == ("d", "english", "f")
    assert (image.os_disk.name, image.os_disk.media_link) == ("img-os-2015-07-01", LINK.format("img-os-2015-07-01"))
    (data,) = image.data_disks
    assert (data.name, data.lun, data.logical_disk_size_in_gb) == ("img-datadisk-0-2015-07-01", 3, 10)
    assert (deployment.instances["vm1"].state, deployment.operation) == ("ready", None)


def test_an_image_is_not_seen_before_its_capture_has_ended(subscription, operation, deploy):
    deploy("vm1")
    captures.capture_vm_image(subscription, operation(), as_vm_image(), *AT, "vm1")
    assert vm_images.list_all(subscription, category="User") == []
    with pytest.raises(ServiceError, match="requires exclusive access"):
        captures.capture_vm_image(subscription, operation(), as_vm_image(vm_image_name="other"), *AT, "vm1")


@pytest.mark.parametrize(("action", "state"), [("Stopped", "StoppedVM"), ("StoppedDeallocated", "StoppedDeallocated")])
def test_a_generalized_machine_is_removed(subscription, deploy, stop, capture, action, state):
    deployment = deploy("vm1", "vm2").deployments["Production"]
    stop("vm1", action)
    capture(as_vm_image("generalized"))
    image = vm_images.find(subscription, "img")
    assert (image.os_disk.os_state, image.role_state_on_capture) == ("Generalized", state)
    assert list(deployment.roles) == ["vm2"]


def test_a_machine_is_made_of_the_image_of_another(subscription, operation, deploy, stop, capture):
    service = deploy("vm1")
    stop("vm1")
    capture(as_vm_image("Generalized"))
    role = RoleInput(role_name="vm2", configuration_sets=[LINUX], vm_image_name="img")
    command = CreateVMDeployment(name="dep", deployment_slot="production", label=b"l", role_list=[role])
    virtual_machines.create_deployment(subscription, operation(), command, "svc")
    machine = service.deployments["Production"].roles["vm2"].machine
    assert machine.os_disk.source_image_name == "img-os-2015-07-01"
    assert [(disk.lun, disk.logical_disk_size_in_gb) for disk in machine.data_disks] == [(3, 10)]


# ---- refusals


@pytest.mark.parametrize(
    ("command", "name", "words"),
    [
        (as_os_image(), "vm2", "The role vm2 is in the state ReadyRole: it has to be stopped before it is captured."),
        (
            as_vm_image("Generalized"),
            "vm2",
            "The role vm2 is in the state ReadyRole: it has to be stopped before it is captured.",
        ),
        (as_os_image(), "vm3", "Role vm3 was not found in the currently deployed service."),
        (as_os_image("Keep"), "vm1", "The PostCaptureAction 'Keep' is neither Delete nor Reprovision."),
        (
            as_os_image("Reprovision"),
            "vm1",
            "The role vm1 is invalid: to provision it anew takes a ProvisioningConfiguration for Linux.",
        ),
        (
            as_os_image("Reprovision", provisioning_configuration=WINDOWS),
            "vm1",
            "The role vm1 is invalid: to provision it anew takes a ProvisioningConfiguration for Linux.",
        ),
        (as_os_image(target_image_name="taken"), "vm1", "An image with the name taken already exists."),
        (as_os_image(target_image_name="-"), "vm1", "The image name '-' is invalid."),
        (as_vm_image("Odd"), "vm1", "The state 'Odd' of the operating system is neither Generalized nor Specialized."),
        (as_vm_image(vm_image_name="-"), "vm1", "The image name '-' is invalid."),
    ],
)
def test_what_cannot_be_captured_is_refused_and_nothing_changes(
    subscription, operation, deploy, stop, picture, command, name, words
):
    deploy("vm1", "vm2")
    stop("vm1")
    images.add(subscription, operation(), ImageInput(label="l", media_link=LINK, name="taken", os="Linux"))
    before = picture(subscription)
    does = captures.capture_os_image if isinstance(command, CaptureRole) else captures.capture_vm_image
    with pytest.raises(ServiceError) as raised:
        does(subscription, operation(), command, *AT, name)
    assert raised.value.message == words
    assert picture(subscription) == before
