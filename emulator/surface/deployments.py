"""Rows: deployments. What can be done to one by its name can be done by its slot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from emulator.domain import deployments, virtual_machines
from emulator.domain.errors import SEEN
from emulator.surface.operation import Operation
from emulator.wire import deployments as documents
from emulator.wire import machines as machine_documents

_SERVICE = "/{subscription_id}/services/hostedservices/{service_name}"
_NAME = f"{_SERVICE}/deployments/{{deployment_name}}"
_SLOT = f"{_SERVICE}/deploymentslots/{{slot_name}}"
_FAMILY = "deployments"


def _by_name_and_slot(row: Operation) -> Iterator[Operation]:
    yield row
    yield replace(row, name=f"{row.name}BySlot", path=row.path.replace(_NAME, _SLOT))


ROWS = (
    Operation(
        name="CreateDeployment",
        family=_FAMILY,
        method="POST",
        path=_SLOT,
        since="2009-10-01",
        reads=documents.CREATE_DEPLOYMENT,
        does=deployments.create,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="CreateVirtualMachineDeployment",
        family="virtual machines",
        method="POST",
        path=f"{_SERVICE}/deployments",
        since="2012-03-01",
        reads=machine_documents.CREATE_VM_DEPLOYMENT,
        does=virtual_machines.create_deployment,
        confidential=True,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    *_by_name_and_slot(
        Operation(
            name="GetDeployment",
            family=_FAMILY,
            method="GET",
            path=_NAME,
            since="2009-10-01",
            does=deployments.get,
            writes=documents.DEPLOYMENT,
            evidence=SEEN,
        )
    ),
    *_by_name_and_slot(
        Operation(
            name="ChangeConfiguration",
            family=_FAMILY,
            method="POST",
            path=f"{_NAME}?comp=config",
            since="2009-10-01",
            reads=documents.CHANGE_CONFIGURATION,
            does=deployments.change_configuration,
            status=202,
            accepted=True,
            evidence=SEEN,
        )
    ),
    *_by_name_and_slot(
        Operation(
            name="UpdateDeploymentStatus",
            family=_FAMILY,
            method="POST",
            path=f"{_NAME}?comp=status",
            since="2009-10-01",
            reads=documents.UPDATE_DEPLOYMENT_STATUS,
            does=deployments.update_status,
            status=202,
            accepted=True,
            evidence=SEEN,
        )
    ),
    *_by_name_and_slot(
        Operation(
            name="DeleteDeployment",
            family=_FAMILY,
            method="DELETE",
            path=_NAME,
            since="2009-10-01",
            does=deployments.delete,
            status=202,
            accepted=True,
            evidence=SEEN,
        )
    ),
    *_by_name_and_slot(
        Operation(
            name="DeleteDeploymentWithMedia",
            family=_FAMILY,
            method="DELETE",
            path=f"{_NAME}?comp=media",
            since="2013-08-01",
            does=deployments.delete_with_media,
            status=202,
            accepted=True,
            evidence=SEEN,
        )
    ),
)
