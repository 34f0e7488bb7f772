"""Rows: application gateways, their configuration and their certificates. GetGatewayOperationStatus tracks them."""

from __future__ import annotations

from functools import partial

from emulator.domain import application_gateway_certificates as certificates
from emulator.domain import application_gateway_configuration as configuration
from emulator.domain import application_gateways
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.surface.gateways import NETWORKING
from emulator.surface.operation import Operation
from emulator.wire import application_gateways as documents
from emulator.wire.gateways import GATEWAY_OPERATION_ASYNC_RESPONSE
from emulator.wire.service_certificates import CERTIFICATE_FILE

ALL = f"{NETWORKING}/ApplicationGateways"
ONE = f"{ALL}/{{gateway_name}}"
CERTIFICATES = f"{ONE}/sslcertificates"
CERTIFICATE = f"{CERTIFICATES}/{{certificate_name}}"

# Of certificates no client or page names the first version that had them.
_row = partial(Operation, family="application gateways", since="2014-10-01", evidence=SEEN)
_read = partial(_row, method="GET")
_change = partial(_row, writes=GATEWAY_OPERATION_ASYNC_RESPONSE, status=202, accepted=True)

ROWS = (
    _read(
        name="ListApplicationGateways",
        path=ALL,
        does=application_gateways.list_all,
        writes=documents.APPLICATION_GATEWAYS,
    ),
    _change(
        name="CreateApplicationGateway",
        method="POST",
        path=ALL,
        reads=documents.CREATE_APPLICATION_GATEWAY_PARAMETERS,
        does=application_gateways.create,
    ),
    _read(
        name="GetApplicationGateway",
        path=ONE,
        does=application_gateways.find,
        writes=documents.APPLICATION_GATEWAY,
    ),
    _change(
        name="UpdateApplicationGateway",
        method="PUT",
        path=ONE,
        reads=documents.UPDATE_APPLICATION_GATEWAY_PARAMETERS,
        does=application_gateways.update,
    ),
    _change(name="DeleteApplicationGateway", method="DELETE", path=ONE, does=application_gateways.delete),
    _read(
        name="GetApplicationGatewayConfig",
        path=f"{ONE}/configuration",
        does=configuration.get,
        writes=documents.APPLICATION_GATEWAY_CONFIGURATION,
    ),
    _change(
        name="SetApplicationGatewayConfig",
        method="POST",
        path=f"{ONE}/configuration",
        reads=documents.APPLICATION_GATEWAY_CONFIGURATION,
        does=configuration.set_configuration,
    ),
    _change(
        name="ExecuteApplicationGatewayOperation",
        method="POST",
        path=f"{ONE}/Operations",
        reads=documents.APPLICATION_GATEWAY_OPERATION,
        does=application_gateways.execute,
    ),
    _read(
        name="ListApplicationGatewayCertificates",
        path=CERTIFICATES,
        does=certificates.list_all,
        writes=documents.APPLICATION_GATEWAY_CERTIFICATES,
        evidence=ASSUMED,
    ),
    _read(
        name="GetApplicationGatewayCertificate",
        path=CERTIFICATE,
        does=certificates.get,
        writes=documents.APPLICATION_GATEWAY_CERTIFICATE,
        evidence=ASSUMED,
    ),
    _change(
        name="AddApplicationGatewayCertificate",
        method="PUT",
        path=CERTIFICATE,
        reads=CERTIFICATE_FILE,
        does=certificates.add,
        confidential=True,
        evidence=ASSUMED,
    ),
    _change(
        name="DeleteApplicationGatewayCertificate",
        method="DELETE",
        path=CERTIFICATE,
        does=certificates.delete,
        evidence=ASSUMED,
    ),
)
