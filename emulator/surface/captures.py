"""Rows: captures of virtual machines, told apart from what else is done to a role instance by the body's root."""

from __future__ import annotations

from emulator.domain import captures
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.surface.paths import DEPLOYMENT
from emulator.wire import captures as documents

_PATH = f"{DEPLOYMENT}/roleinstances/{{role_name}}/Operations"
_FAMILY = "virtual machines"

ROWS = (
    Operation(
        name="CaptureRole",
        family=_FAMILY,
        method="POST",
        path=_PATH,
        since="2012-03-01",
        body_root="CaptureRoleOperation",
        reads=documents.CAPTURE_ROLE,
        does=captures.capture_os_image,
        confidential=True,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="CaptureVMImage",
        family=_FAMILY,
        method="POST",
        path=_PATH,
        since="2012-03-01",
        body_root="CaptureRoleAsVMImageOperation",
        reads=documents.CAPTURE_VM_IMAGE,
        does=captures.capture_vm_image,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
)
