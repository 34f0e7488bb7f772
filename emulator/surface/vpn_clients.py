"""Rows: client root certificates of gateways, and the programs that dial in to them."""

from __future__ import annotations

from functools import partial

from emulator.domain import vpn_clients
from emulator.surface.gateways import FAMILY, FIRST_GENERATION, GATEWAY
from emulator.surface.operation import Operation
from emulator.wire import vpn_clients as documents
from emulator.wire.gateways import GATEWAY_OPERATION_ASYNC_RESPONSE

_ALL = f"{GATEWAY}/clientrootcertificates"
_ONE = f"{_ALL}/{{certificate_thumbprint}}"
_row = partial(Operation, family=FAMILY, since=FIRST_GENERATION)

ROWS = (
    _row(
        name="ListClientRootCertificates",
        method="GET",
        path=_ALL,
        does=vpn_clients.list_certificates,
        writes=documents.CLIENT_ROOT_CERTIFICATES,
    ),
    _row(
        name="CreateClientRootCertificate",
        method="POST",
        path=_ALL,
        reads=documents.CERTIFICATE,
        does=vpn_clients.add_certificate,
        writes=GATEWAY_OPERATION_ASYNC_RESPONSE,
        status=202,
    ),
    _row(
        name="GetClientRootCertificate",
        method="GET",
        path=_ONE,
        does=vpn_clients.get_certificate,
        writes=documents.CERTIFICATE,
    ),
    _row(
        name="DeleteClientRootCertificate",
        method="DELETE",
        path=_ONE,
        does=vpn_clients.delete_certificate,
        writes=GATEWAY_OPERATION_ASYNC_RESPONSE,
    ),
    _row(
        name="GenerateVpnClientPackage",
        method="POST",
        path=f"{GATEWAY}/vpnclientpackage",
        reads=documents.VPN_CLIENT_PARAMETERS,
        does=vpn_clients.generate_package,
        writes=GATEWAY_OPERATION_ASYNC_RESPONSE,
        status=202,
        accepted=True,
    ),
)
