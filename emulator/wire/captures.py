"""Captures of virtual machines, as they are asked for."""

from __future__ import annotations

from emulator.domain import captures
from emulator.wire.contract import Contract, child, column
from emulator.wire.machines import CONFIGURATION_SET

CAPTURE_ROLE = Contract(
    "CaptureRoleOperation",
    captures.CaptureRole,
    (
        column("OperationType"),
        column("PostCaptureAction", required=True),
        child("ProvisioningConfiguration", CONFIGURATION_SET),
        column("TargetImageLabel", required=True),
        column("TargetImageName", required=True),
    ),
)

CAPTURE_VM_IMAGE = Contract(
    "CaptureRoleAsVMImageOperation",
    captures.CaptureRoleAsVMImage,
    (
        column("OperationType"),
        column("OSState", required=True),
        column("VMImageName", required=True),
        column("VMImageLabel", required=True),
        column("Description"),
        column("Language"),
        column("ImageFamily"),
        column("RecommendedVMSize"),
    ),
)
