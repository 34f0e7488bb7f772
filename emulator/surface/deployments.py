"""Rows: deployments. What can be done to one by its name can be done by its slot."""

from __future__ import annotations

from emulator.domain import deployments, packages, virtual_machines
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.surface.paths import DEPLOYMENT, SERVICE, SLOT, by_name_and_slot
from emulator.wire import deployments as documents
from emulator.wire import machines as machine_documents

_FAMILY = "deployments"

ROWS = (
    Operation(
        name="CreateDeployment",
        family=_FAMILY,
        method="POST",
        path=SLOT,
        since="2009-10-01",
        reads=documents.CREATE_DEPLOYMENT,
        fetches=packages.opened,
        does=deployments.create,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="CreateVirtualMachineDeployment",
        family="virtual machines",
        method="POST",
        path=f"{SERVICE}/deployments",
        since="2012-03-01",
        reads=machine_documents.CREATE_VM_DEPLOYMENT,
        does=virtual_machines.create_deployment,
        confidential=True,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    *by_name_and_slot(
        Operation(
            name="GetDeployment",
            family=_FAMILY,
            method="GET",
            path=DEPLOYMENT,
            since="2009-10-01",
            does=deployments.get,
            writes=documents.DEPLOYMENT,
            evidence=SEEN,
        )
    ),
    *by_name_and_slot(
        Operation(
            name="UpdateDeploymentStatus",
            family=_FAMILY,
            method="POST",
            path=f"{DEPLOYMENT}?comp=status",
            since="2009-10-01",
            reads=documents.UPDATE_DEPLOYMENT_STATUS,
            does=deployments.update_status,
            status=202,
            accepted=True,
            evidence=SEEN,
        )
    ),
    *by_name_and_slot(
        Operation(
            name="DeleteDeployment",
            family=_FAMILY,
            method="DELETE",
            path=DEPLOYMENT,
            since="2009-10-01",
            does=deployments.delete,
            status=202,
            accepted=True,
            evidence=SEEN,
        )
    ),
    *by_name_and_slot(
        Operation(
            name="DeleteDeploymentWithMedia",
            family=_FAMILY,
            method="DELETE",
            path=f"{DEPLOYMENT}?comp=media",
            since="2013-08-01",
            does=deployments.delete_with_media,
            status=202,
            accepted=True,
            evidence=SEEN,
        )
    ),
)
