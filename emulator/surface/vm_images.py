"""Rows: images of whole virtual machines."""

from __future__ import annotations

from emulator.domain import vm_images
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation, Query
from emulator.wire import vm_images as documents

_ALL = "/{subscription_id}/services/vmimages"
_ONE = f"{_ALL}/{{vm_image_name}}"
_FAMILY = "VM images"

ROWS = (
    Operation(
        name="ListVMImages",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since="2014-02-01",
        query=(Query("location", "location"), Query("publisher", "publisher"), Query("category", "category")),
        does=vm_images.list_all,
        writes=documents.VM_IMAGES,
        evidence=SEEN,
    ),
    Operation(
        name="CreateVMImage",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since="2014-06-01",
        reads=documents.CREATE_VM_IMAGE,
        does=vm_images.create,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="UpdateVMImage",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since="2014-05-01",
        reads=documents.UPDATE_VM_IMAGE,
        does=vm_images.update,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteVMImage",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2014-02-01",
        does=vm_images.delete,
        status=202,
        accepted=True,
    ),
    Operation(
        name="DeleteVMImageWithMedia",
        family=_FAMILY,
        method="DELETE",
        path=f"{_ONE}?comp=media",
        since="2014-02-01",
        does=vm_images.delete_with_media,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
)
