"""Data disks of a machine, by their logical unit numbers: attached, changed, detached."""

from __future__ import annotations

from msgspec import structs

from emulator.domain import errors, lookup, machine_disks, media, virtual_machines, vm_roles
from emulator.domain.machines import DataVirtualHardDisk, RoleInput, UpdateDataVirtualHardDisk
from emulator.domain.records import DataDisk, Machine, TrackedOperation
from emulator.domain.world import Subscription


def get_data_disk(
    subscription: Subscription, service_name: str, deployment_name: str, role_name: str, lun: str
) -> DataDisk:
    """Return the data disk at a logical unit number."""
    _, role = vm_roles.get(subscription, service_name, deployment_name, role_name)
    return _disk_at(vm_roles.machine_of(role), lun)


def add_data_disk(
    subscription: Subscription,
    operation: TrackedOperation,
    command: DataVirtualHardDisk,
    service_name: str,
    deployment_name: str,
    role_name: str,
) -> None:
    """Accept one more data disk, at a logical unit number that is free (the next one, where none is given)."""
    service, deployment = vm_roles.held(subscription, service_name, deployment_name)
    role = vm_roles.role_of(deployment, role_name)
    machine = vm_roles.machine_of(role)
    taken = {disk.lun for disk in machine.data_disks}
    lun = command.lun if command.lun is not None else next(n for n in range(lookup.LUNS + 1) if n not in taken)
    if lun in taken:
        raise errors.LUN_IN_USE(lun=lun, role=role.role_name)
    most = virtual_machines.size_of(subscription, role.role_size).max_data_disk_count
    if len(taken) >= most:
        why = f"its size takes {most} data disks."
        raise errors.ROLE_INVALID(role=role.role_name, why=why)
    wanted = structs.replace(command, lun=lun)
    described = RoleInput(role_name=role.role_name, data_virtual_hard_disks=[wanted])
    machine_disks.check_data_disks(subscription, service, described, most)
    disk = machine_disks.data_disk(subscription, service, deployment, role.role_name, wanted)
    machine.data_disks = tuple(sorted((*machine.data_disks, disk), key=lambda one: one.lun))
    vm_roles.hold(subscription, (service, deployment), operation, "virtual_machine.add_data_disk", "done")


def update_data_disk(
    subscription: Subscription,
    operation: TrackedOperation,
    command: UpdateDataVirtualHardDisk,
    service_name: str,
    deployment_name: str,
    role_name: str,
    lun: str,
) -> None:
    """Change a data disk's caching, label and logical unit number."""
    _, deployment = vm_roles.held(subscription, service_name, deployment_name)
    machine = vm_roles.machine_of(vm_roles.role_of(deployment, role_name))
    old = _disk_at(machine, lun)
    new_lun = old.lun if command.lun is None else command.lun
    if new_lun != old.lun and any(disk.lun == new_lun for disk in machine.data_disks):
        raise errors.LUN_IN_USE(lun=new_lun, role=role_name)
    if not 0 <= new_lun < lookup.LUNS:
        raise errors.DATA_DISK_NOT_FOUND(lun=new_lun)
    new = structs.replace(
        old,
        lun=new_lun,
        host_caching=command.host_caching or old.host_caching,
        disk_label=command.disk_label or old.disk_label,
    )
    others = [disk for disk in machine.data_disks if disk is not old]
    machine.data_disks = tuple(sorted((*others, new), key=lambda one: one.lun))
    deployment.last_modified_time = subscription.now
    del operation  # it has nothing to wait for


def delete_data_disk(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    deployment_name: str,
    role_name: str,
    lun: str,
) -> None:
    """Accept to detach a data disk, which stays in the repository."""
    _delete_data_disk(subscription, operation, service_name, deployment_name, role_name, lun, delete=False)


def delete_data_disk_with_media(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    deployment_name: str,
    role_name: str,
    lun: str,
) -> None:
    """Accept to detach a data disk and to delete it with its blob."""
    _delete_data_disk(subscription, operation, service_name, deployment_name, role_name, lun, delete=True)


def _delete_data_disk(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    deployment_name: str,
    role_name: str,
    lun: str,
    *,
    delete: bool,
) -> None:
    at = vm_roles.held(subscription, service_name, deployment_name)
    machine = vm_roles.machine_of(vm_roles.role_of(at[1], role_name))
    gone = _disk_at(machine, lun)
    machine.data_disks = tuple(disk for disk in machine.data_disks if disk is not gone)
    if delete:
        subscription.disks.pop(gone.disk_name.lower(), None)
        media.let_go(subscription, gone.media_link, delete=True)
    elif gone.disk_name.lower() in subscription.disks:
        subscription.disks[gone.disk_name.lower()].attached_to = None
    vm_roles.hold(subscription, at, operation, "virtual_machine.delete_data_disk", "done")


def _disk_at(machine: Machine, lun: str) -> DataDisk:
    found = next((disk for disk in machine.data_disks if str(disk.lun) == lun), None)
    if found is None:
        raise errors.DATA_DISK_NOT_FOUND(lun=lun)
    return found
