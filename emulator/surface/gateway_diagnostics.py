"""Rows: public diagnostics of gateways, for both generations."""

from __future__ import annotations

from functools import partial

from emulator.domain import gateway_diagnostics
from emulator.domain.refusals import SEEN
from emulator.surface.gateways import FAMILY, FIRST_GENERATION, GATEWAY, SECOND_GENERATION
from emulator.surface.operation import Operation
from emulator.surface.virtual_network_gateways import ONE
from emulator.wire import gateway_diagnostics as documents
from emulator.wire.gateways import GATEWAY_OPERATION_ASYNC_RESPONSE

_read = partial(
    Operation,
    family=FAMILY,
    method="GET",
    writes=documents.GATEWAY_PUBLIC_DIAGNOSTICS_STATUS,
    evidence=SEEN,
)
_change = partial(
    Operation,
    family=FAMILY,
    method="PUT",
    reads=documents.UPDATE_GATEWAY_PUBLIC_DIAGNOSTICS,
    writes=GATEWAY_OPERATION_ASYNC_RESPONSE,
    status=202,
    accepted=True,
    confidential=True,
    evidence=SEEN,
)

ROWS = (
    _read(
        name="GetGatewayDiagnostics",
        path=f"{GATEWAY}/publicdiagnostics",
        since=FIRST_GENERATION,
        does=gateway_diagnostics.get,
    ),
    _change(
        name="StartGatewayDiagnostics",
        path=f"{GATEWAY}/publicdiagnostics",
        since=FIRST_GENERATION,
        does=gateway_diagnostics.update,
    ),
    _read(
        name="GetVirtualNetworkGatewayDiagnostics",
        path=f"{ONE}/publicdiagnostics",
        since=SECOND_GENERATION,
        does=gateway_diagnostics.get_by_id,
    ),
    _change(
        name="StartVirtualNetworkGatewayDiagnostics",
        path=f"{ONE}/publicdiagnostics",
        since=SECOND_GENERATION,
        does=gateway_diagnostics.update_by_id,
    ),
)
