"""Rows: operating-system images."""

from __future__ import annotations

from emulator.domain import images
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.wire import images as documents

_ALL = "/{subscription_id}/services/images"
_ONE = "/{subscription_id}/services/images/{image_name}"
_FAMILY = "OS images"

ROWS = (
    Operation(
        name="ListOSImages",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since="2012-03-01",
        does=images.list_all,
        writes=documents.IMAGES,
        evidence=SEEN,
    ),
    Operation(
        name="CreateOSImage",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since="2012-03-01",
        reads=documents.ADD_IMAGE,
        does=images.add,
        writes=documents.IMAGE,
        evidence=SEEN,
    ),
    Operation(
        name="GetOSImage",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since="2012-03-01",
        does=images.get,
        writes=documents.IMAGE,
        evidence=SEEN,
    ),
    Operation(
        name="UpdateOSImage",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since="2012-03-01",
        reads=documents.UPDATE_IMAGE,
        does=images.update,
        writes=documents.IMAGE,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteOSImage",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2012-03-01",
        does=images.delete,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteOSImageWithMedia",
        family=_FAMILY,
        method="DELETE",
        path=f"{_ONE}?comp=media",
        since="2012-08-01",
        does=images.delete_with_media,
        evidence=SEEN,
    ),
)
