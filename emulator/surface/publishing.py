"""Rows: publishing of images, those of operating systems and those of whole virtual machines."""

from __future__ import annotations

from emulator.domain import publishing
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation, Query
from emulator.wire import publishing as documents
from emulator.wire.common import STRING, YES_OR_NO

_OS = "/{subscription_id}/services/images/{image_name}"
_VM = "/{subscription_id}/services/vmimages/{vm_image_name}"
_PERMISSION = (Query("permission", "permission", required=True),)

ROWS = (
    Operation(
        name="GetOSImageWithDetails",
        family="OS images",
        method="GET",
        path=f"{_OS}/details",
        since="2012-03-01",
        does=publishing.os_image_details,
        writes=documents.OS_IMAGE_DETAILS,
        evidence=SEEN,
    ),
    Operation(
        name="ReplicateOSImage",
        family="OS images",
        method="PUT",
        path=f"{_OS}/replicate",
        since="2012-03-01",
        reads=documents.REPLICATION_INPUT,
        does=publishing.replicate_os_image,
        writes=STRING,
        evidence=SEEN,
    ),
    Operation(
        name="UnReplicateOSImage",
        family="OS images",
        method="PUT",
        path=f"{_OS}/unreplicate",
        since="2012-03-01",
        does=publishing.unreplicate_os_image,
        evidence=SEEN,
    ),
    Operation(
        name="ShareOSImageAsync",
        family="OS images",
        method="PUT",
        path=f"{_OS}/shareasync",
        since="2012-03-01",
        query=_PERMISSION,
        does=publishing.share_os_image,
        writes=YES_OR_NO,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="GetVMImageDetails",
        family="VM images",
        method="GET",
        path=f"{_VM}/details",
        since="2014-02-01",
        does=publishing.vm_image_details,
        writes=documents.VM_IMAGE_DETAILS,
        evidence=SEEN,
    ),
    Operation(
        name="ReplicateVMImage",
        family="VM images",
        method="PUT",
        path=f"{_VM}/replicate",
        since="2014-02-01",
        reads=documents.REPLICATION_INPUT,
        does=publishing.replicate_vm_image,
        writes=STRING,
        evidence=SEEN,
    ),
    Operation(
        name="UnReplicateVMImage",
        family="VM images",
        method="PUT",
        path=f"{_VM}/unreplicate",
        since="2014-02-01",
        does=publishing.unreplicate_vm_image,
        evidence=SEEN,
    ),
    Operation(
        name="ShareVMImage",
        family="VM images",
        method="PUT",
        path=f"{_VM}/shareasync",
        since="2014-02-01",
        query=_PERMISSION,
        does=publishing.share_vm_image,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
)
