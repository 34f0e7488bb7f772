"""Public diagnostics of gateways."""

from __future__ import annotations

from emulator.domain import gateway_diagnostics
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column

UPDATE_GATEWAY_PUBLIC_DIAGNOSTICS = Contract(
    "UpdateGatewayPublicDiagnostics",
    gateway_diagnostics.UpdateDiagnostics,
    (
        column("CaptureDurationInSeconds"),
        column("ContainerName"),
        column("CustomerStorageKey"),
        column("CustomerStorageName"),
        column("Operation"),
    ),
)

GATEWAY_PUBLIC_DIAGNOSTICS_STATUS = Contract(
    "GatewayPublicDiagnosticsStatus", nothing, (column("PublicDiagnosticsUrl"), column("State"))
)
