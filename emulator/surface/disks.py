"""Rows: disks."""

from __future__ import annotations

from emulator.domain import disks
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.wire import images as documents

_ALL = "/{subscription_id}/services/disks"
_ONE = "/{subscription_id}/services/disks/{disk_name}"
_FAMILY = "disks"

ROWS = (
    Operation(
        name="ListDisks",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since="2012-03-01",
        does=disks.list_all,
        writes=documents.DISKS,
        evidence=SEEN,
    ),
    Operation(
        name="CreateDisk",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since="2012-03-01",
        reads=documents.ADD_DISK,
        does=disks.add,
        writes=documents.DISK,
        evidence=SEEN,
    ),
    Operation(
        name="GetDisk",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since="2012-03-01",
        does=disks.get,
        writes=documents.DISK,
        evidence=SEEN,
    ),
    Operation(
        name="UpdateDisk",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since="2012-03-01",
        reads=documents.UPDATE_DISK,
        does=disks.update,
        writes=documents.UPDATED_DISK,
        status=202,
        status_of=lambda updated: 202 if updated is None else 200,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteDisk",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2012-03-01",
        does=disks.delete,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteDiskWithMedia",
        family=_FAMILY,
        method="DELETE",
        path=f"{_ONE}?comp=media",
        since="2012-08-01",
        does=disks.delete_with_media,
        evidence=SEEN,
    ),
)
