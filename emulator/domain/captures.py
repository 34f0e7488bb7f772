"""Capturing a virtual machine: its disks become an operating-system image, or an image of the whole machine.

A machine that was generalized cannot run again as it is: it is removed or, for an operating-system image, may be
provisioned anew. Where the last machine is removed its deployment goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from emulator.domain import errors, instances, lookup, media, names, operations, vm_images, vm_roles
from emulator.domain.clock import Event
from emulator.domain.image_records import Image, VMImage, VMImageDataDisk, VMImageOSDisk
from emulator.domain.lifecycle import INSTANCE_LIFECYCLES
from emulator.domain.machines import ConfigurationSet, LinuxProvisioning, WindowsProvisioning
from emulator.domain.records import Deployment, HostedService, Machine, Role, RoleInstance, TrackedOperation
from emulator.domain.world import Subscription

ACTIONS = {"delete": "delete", "reprovision": "reprovision"}
STOPPED = ("stopped", "deallocated")
PROVISIONING: Mapping[str, type[ConfigurationSet]] = {"Linux": LinuxProvisioning, "Windows": WindowsProvisioning}


class CaptureRole(Struct, frozen=True, kw_only=True):
    """A capture as an operating-system image, and what is to become of the machine afterwards."""

    operation_type: str | None = None
    post_capture_action: str
    provisioning_configuration: ConfigurationSet | None = None
    target_image_label: str
    target_image_name: str


class CaptureRoleAsVMImage(Struct, frozen=True, kw_only=True):
    """A capture as an image of the whole machine."""

    operation_type: str | None = None
    os_state: str
    vm_image_name: str
    vm_image_label: str
    description: str | None = None
    language: str | None = None
    image_family: str | None = None
    recommended_vm_size: str | None = None


class _Found(Struct, frozen=True):
    """A machine with all that it belongs to."""

    service: HostedService
    deployment: Deployment
    role: Role
    machine: Machine
    instance: RoleInstance

    @property
    def shown_state(self) -> str:
        """Its state as its instance shows it."""
        return INSTANCE_LIFECYCLES[self.instance.kind][1][self.instance.state].instance_status


def _find(subscription: Subscription, service_name: str, deployment_name: str, role_name: str) -> _Found:
    service, deployment = lookup.free_deployment(subscription, service_name, None, deployment_name)
    role = deployment.roles.get(role_name.lower())
    if role is None or role.machine is None:
        raise errors.ROLE_NOT_FOUND(role=role_name)
    return _Found(service, deployment, role, role.machine, deployment.instances[role_name.lower()])


def _stopped(found: _Found) -> None:
    if found.instance.state not in STOPPED:
        raise errors.CAPTURE_NEEDS_STOPPED(role=found.role.role_name, state=found.shown_state)


# ---- as an operating-system image


def capture_os_image(
    subscription: Subscription,
    operation: TrackedOperation,
    command: CaptureRole,
    service_name: str,
    deployment_name: str,
    role_name: str,
) -> None:
    """Accept to make an image of a stopped machine's operating-system disk, and to remove or provision the machine."""
    action = ACTIONS.get(command.post_capture_action.lower())
    if action is None:
        raise errors.CAPTURE_ACTION_INVALID(action=command.post_capture_action)
    found = _find(subscription, service_name, deployment_name, role_name)
    name = names.resource_name(command.target_image_name, errors.IMAGE_NAME)
    if name.lower() in subscription.images or subscription.catalog.image(name) is not None:
        raise errors.IMAGE_EXISTS(name=name)
    _stopped(found)
    host_name = _host_name(found, command.provisioning_configuration) if action == "reprovision" else ""
    where = lookup.hold(subscription, found.service, found.deployment, operation)
    resource = (*where, found.role.role_name.lower(), name, command.target_image_label or name, host_name)
    subscription.after("virtual_machine.capture", "capture", resource, action, operation.id)


def _host_name(found: _Found, provisioning: ConfigurationSet | None) -> str:
    """Return the name that a machine gets which is provisioned anew, for its own operating system."""
    if not isinstance(provisioning, PROVISIONING[found.machine.os]):
        why = f"to provision it anew takes a ProvisioningConfiguration for {found.machine.os}."
        raise errors.ROLE_INVALID(role=found.role.role_name, why=why)
    given = provisioning.computer_name if isinstance(provisioning, WindowsProvisioning) else None
    given = provisioning.host_name if isinstance(provisioning, LinuxProvisioning) else given
    return (given or found.machine.host_name).partition(".")[0]


def _captured(subscription: Subscription, event: Event) -> None:
    """The image is there; the machine is removed or comes up anew."""
    service, deployment = lookup.by_key(subscription, event.resource)
    role_key, name, label, host_name = event.resource[2:]
    role = deployment.roles[role_key]
    if role.machine is None or name.lower() in subscription.images:
        _give_up(subscription, deployment, event, name)
        return
    image = subscription.images[name.lower()] = _os_image(subscription, service, role.machine, name, label)
    media.copy(subscription, role.machine.os_disk.media_link, image.media_link or "")
    if event.name == "delete":
        _remove(subscription, service, deployment, role, event)
        return
    role.machine.host_name = host_name
    instance = deployment.instances[role_key]
    for step in ("reprovision", "provision"):
        instances.happen(subscription, service, deployment, step, [instance])
    instances.follow(subscription, deployment)
    _release(subscription, deployment, event)


def _give_up(subscription: Subscription, deployment: Deployment, event: Event, name: str) -> None:
    """Let the capture fail: while it went on, another image got the name."""
    operation = subscription.operations.get(event.operation or "")
    if operation is not None:
        operations.fail(subscription, operation, errors.IMAGE_EXISTS(name=name))
    deployment.operation = None


def _os_image(subscription: Subscription, service: HostedService, machine: Machine, name: str, label: str) -> Image:
    return Image(
        name=name,
        label=label,
        os=machine.os,
        location=lookup.location_of(subscription, service.location, service.affinity_group),
        logical_size_in_gb=_size(subscription, machine),
        media_link=_beside(machine.os_disk.media_link, f"{name}-{subscription.now:%Y-%m-%d}"),
        is_premium=False,
        os_state="Generalized",
        io_type="Standard",
        captured=True,
    )


def _size(subscription: Subscription, machine: Machine) -> int:
    disk = subscription.disks.get(machine.os_disk.disk_name.lower())
    return disk.logical_disk_size_in_gb if disk else vm_images.DEFAULT_GB


def _beside(media_link: str, name: str) -> str:
    """Return the address of a blob of that name in the container where another one lies."""
    return f"{media_link.rpartition('/')[0]}/{name}.vhd"


# ---- as an image of the whole machine


def capture_vm_image(
    subscription: Subscription,
    operation: TrackedOperation,
    command: CaptureRoleAsVMImage,
    service_name: str,
    deployment_name: str,
    role_name: str,
) -> None:
    """Accept to make an image of a machine with all its disks; a generalized one has to be stopped, and is removed."""
    os_state = vm_images.os_state(command.os_state)
    found = _find(subscription, service_name, deployment_name, role_name)
    name = vm_images.new_name(subscription, command.vm_image_name)
    names.description(command.description)
    if os_state == "Generalized":
        _stopped(found)
    image = subscription.vm_images[name.lower()] = _vm_image(subscription, found, command, name, os_state)
    media.copy(subscription, found.machine.os_disk.media_link, image.os_disk.media_link or "")
    for disk, made in zip(found.machine.data_disks, image.data_disks, strict=True):
        media.copy(subscription, disk.media_link, made.media_link or "")
    where = lookup.hold(subscription, found.service, found.deployment, operation)
    resource = (*where, found.role.role_name.lower(), name.lower())
    event = "delete" if os_state == "Generalized" else "keep"
    subscription.after("virtual_machine.capture_vm_image", "vm image capture", resource, event, operation.id)


def _vm_image(
    subscription: Subscription, found: _Found, command: CaptureRoleAsVMImage, name: str, os_state: str
) -> VMImage:
    """Make an image that nobody sees yet; its disks are named after it, their kind and the day, as recorded."""
    when, service, machine = f"{subscription.now:%Y-%m-%d}", found.service, found.machine
    os_name = f"{name}-os-{when}"
    return VMImage(
        name=name,
        label=command.vm_image_label or name,
        description=command.description,
        language=command.language,
        image_family=command.image_family,
        recommended_vm_size=command.recommended_vm_size,
        os_disk=VMImageOSDisk(
            name=os_name,
            host_caching=machine.os_disk.host_caching,
            media_link=_beside(machine.os_disk.media_link, os_name),
            logical_disk_size_in_gb=_size(subscription, machine),
            os_state=os_state,
            os=machine.os,
        ),
        data_disks=tuple(
            VMImageDataDisk(
                name=f"{name}-datadisk-{number}-{when}",
                host_caching=disk.host_caching,
                media_link=_beside(disk.media_link, f"{name}-datadisk-{number}-{when}"),
                logical_disk_size_in_gb=disk.logical_disk_size_in_gb,
                lun=disk.lun,
            )
            for number, disk in enumerate(machine.data_disks)
        ),
        service_name=service.name,
        deployment_name=found.deployment.name,
        role_name=found.role.role_name,
        role_state_on_capture=found.shown_state,
        role_size_on_capture=found.role.role_size,
        location=lookup.location_of(subscription, service.location, service.affinity_group),
        created_time=subscription.now,
        modified_time=subscription.now,
    )


def _vm_image_captured(subscription: Subscription, event: Event) -> None:
    """The image is there; of a generalized machine nothing else stays but its disks."""
    service, deployment = lookup.by_key(subscription, event.resource)
    vm_images.ready(subscription, event.resource[3])
    if event.name == "delete":
        _remove(subscription, service, deployment, deployment.roles[event.resource[2]], event)
    else:
        _release(subscription, deployment, event)


# ---- what becomes of the machine


def _remove(
    subscription: Subscription, service: HostedService, deployment: Deployment, role: Role, event: Event
) -> None:
    """Remove a machine; with the last one its deployment goes as if it had been deleted."""
    if len(deployment.roles) == 1:
        where = lookup.key(service, deployment)
        subscription.clock.after(0, "deployment", where, "deleted", event.operation)
        return
    vm_roles.remove_role(subscription, service, deployment, role.role_name, with_media=False)
    instances.follow(subscription, deployment)
    _release(subscription, deployment, event)


def _release(subscription: Subscription, deployment: Deployment, event: Event) -> None:
    deployment.operation, deployment.last_modified_time = None, subscription.now
    operations.finish(subscription, event.operation)


HANDLERS = {"capture": _captured, "vm image capture": _vm_image_captured}
