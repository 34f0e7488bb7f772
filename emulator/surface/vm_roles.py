"""Rows: the machines of a deployment and their data disks. What is done to one is told by the root of the body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.domain import data_disks, vm_power, vm_roles
from emulator.domain.refusals import DOCUMENTED, SEEN, Evidence
from emulator.surface.operation import Operation
from emulator.wire import vm_roles as documents
from emulator.wire.contract import Contract

_DEPLOYMENT = "/{subscription_id}/services/hostedservices/{service_name}/deployments/{deployment_name}"
_ALL = f"{_DEPLOYMENT}/roles"
_ONE = f"{_DEPLOYMENT}/roles/{{role_name}}"
_DISKS = f"{_ONE}/DataDisks"
_DISK = f"{_DISKS}/{{lun}}"
_FAMILY = "virtual machines"
_DISK_FAMILY = "data disks"


def _accepted(
    name: str,
    method: str,
    path: str,
    since: str,
    does: Callable[..., Any],
    reads: Contract[Any] | None = None,
    evidence: Evidence = SEEN,
    family: str = _FAMILY,
    **more: Any,
) -> Operation:
    return Operation(
        name=name,
        family=family,
        method=method,
        path=path,
        since=since,
        reads=reads,
        does=does,
        status=202,
        accepted=True,
        evidence=evidence,
        **more,
    )


def _one(root: str, since: str, does: Callable[..., Any]) -> Operation:
    """Something that is done to one machine: the row's name is that of the body's root without Operation."""
    path = f"{_DEPLOYMENT}/roleinstances/{{role_name}}/Operations"
    reads = documents.role_operation(root)
    return _accepted(root.removesuffix("Operation"), "POST", path, since, does, reads, body_root=root)


def _several(root: str, since: str, does: Callable[..., Any]) -> Operation:
    path = f"{_ALL}/Operations"
    reads = documents.roles_operation(root)
    return _accepted(root.removesuffix("Operation"), "POST", path, since, does, reads, body_root=root)


ROWS = (
    Operation(
        name="GetRole",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since="2012-03-01",
        does=vm_roles.get,
        writes=documents.PERSISTENT_VM_ROLE,
        evidence=SEEN,
    ),
    _accepted("AddRole", "POST", _ALL, "2012-03-01", vm_roles.add, documents.ADD_ROLE, confidential=True),
    _accepted("UpdateRole", "PUT", _ONE, "2012-03-01", vm_roles.update, documents.UPDATE_ROLE, confidential=True),
    _accepted("DeleteRole", "DELETE", _ONE, "2012-03-01", vm_roles.delete),
    _accepted("DeleteRoleWithMedia", "DELETE", f"{_ONE}?comp=media", "2013-08-01", vm_roles.delete_with_media),
    _one("StartRoleOperation", "2012-03-01", vm_power.start),
    _one("RestartRoleOperation", "2012-03-01", vm_power.restart),
    _one("ShutdownRoleOperation", "2012-03-01", vm_power.shutdown),
    _one("RedeployRoleOperation", "2016-06-01", vm_power.redeploy),
    _one("PerformMaintenanceOnRoleOperation", "2012-03-01", vm_power.perform_maintenance),
    _several("StartRolesOperation", "2012-06-01", vm_power.start_roles),
    _several("ShutdownRolesOperation", "2013-06-01", vm_power.shutdown_roles),
    Operation(
        name="GetRemoteDesktopFile",
        family="role instances",
        method="GET",
        path=f"{_DEPLOYMENT}/roleinstances/{{instance_name}}/ModelFile?FileType=RDP",
        since="2012-03-01",
        does=vm_roles.remote_desktop_file,
        writes=documents.RemoteDesktopFile(),
        evidence=SEEN,
    ),
    Operation(
        name="GetDataDisk",
        family=_DISK_FAMILY,
        method="GET",
        path=_DISK,
        since="2012-03-01",
        does=data_disks.get_data_disk,
        writes=documents.SHOWN_DATA_DISK,
        evidence=SEEN,
    ),
    _accepted(
        "AddDataDisk",
        "POST",
        _DISKS,
        "2012-03-01",
        data_disks.add_data_disk,
        documents.ADD_DATA_DISK,
        family=_DISK_FAMILY,
    ),
    Operation(
        name="UpdateDataDisk",
        family=_DISK_FAMILY,
        method="PUT",
        path=_DISK,
        since="2012-03-01",
        reads=documents.UPDATE_DATA_DISK,
        does=data_disks.update_data_disk,
    ),
    _accepted("DeleteDataDisk", "DELETE", _DISK, "2012-03-01", data_disks.delete_data_disk, family=_DISK_FAMILY),
    _accepted(
        "DeleteDataDiskWithMedia",
        "DELETE",
        f"{_DISK}?comp=media",
        "2013-08-01",
        data_disks.delete_data_disk_with_media,
        evidence=DOCUMENTED,
        family=_DISK_FAMILY,
    ),
    _accepted(
        "UpdateLoadBalancedEndpointSet",
        "POST",
        f"{_DEPLOYMENT}?comp=UpdateLbSet",
        "2013-06-01",
        vm_roles.update_load_balanced_sets,
        documents.LOAD_BALANCED_ENDPOINT_LIST,
        family="deployments",
    ),
)
