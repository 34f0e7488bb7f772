"""Application gateways: how one looks, its configuration and its certificates, and what is asked of it."""

from __future__ import annotations

from typing import Any

from emulator.domain import application_gateway_records as records
from emulator.domain import application_gateways
from emulator.domain.application_gateway_records import ApplicationGateway
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column, flat, many
from emulator.wire.values import BASE64, INTEGER, TEXT
from emulator.wire.writing import Context

# ---- what is asked

_SUBNETS = many("Subnets", TEXT, "Subnet")

CREATE_APPLICATION_GATEWAY_PARAMETERS = Contract(
    "CreateApplicationGatewayParameters",
    application_gateways.CreateApplicationGateway,
    (
        column("Description"),
        column("GatewaySize"),
        column("InstanceCount", INTEGER),
        column("Name", required=True),
        many("Subnets", TEXT, "Subnet", required=True),
        column("VnetName", required=True),
    ),
)

UPDATE_APPLICATION_GATEWAY_PARAMETERS = Contract(
    "UpdateApplicationGatewayParameters",
    application_gateways.UpdateApplicationGateway,
    (column("Description"), column("GatewaySize"), column("InstanceCount", INTEGER), _SUBNETS, column("VnetName")),
)


def _type(operation_type: str) -> str:
    return operation_type


APPLICATION_GATEWAY_OPERATION = Contract(
    "ApplicationGatewayOperation", _type, (column("OperationType", required=True),)
)

# ---- the configuration

_FRONTEND_IP_CONFIGURATION = Contract(
    "FrontendIPConfiguration",
    records.FrontendIPConfiguration,
    (column("Name", required=True), column("Type"), column("StaticIPAddress")),
)

_FRONTEND_PORT = Contract(
    "FrontendPort", records.FrontendPort, (column("Name", required=True), column("Port", INTEGER, required=True))
)

_PROBE = Contract(
    "Probe",
    records.Probe,
    (
        column("Name", required=True),
        column("Protocol"),
        column("Host"),
        column("Path"),
        column("Interval", INTEGER),
        column("Timeout", INTEGER),
        column("UnhealthyThreshold", INTEGER),
    ),
)

_BACKEND_ADDRESS_POOL = Contract(
    "BackendAddressPool",
    records.BackendAddressPool,
    (column("Name", required=True), many("IPAddresses", TEXT, "IPAddress")),
)


def _settings(**values: Any) -> records.BackendHttpSettings:
    values.pop("authentication_certificates", None)
    return records.BackendHttpSettings(**values)


# Recorded: AuthenticationCertificates, never with anything in it, and only in the answers of the last build. No client
# that was read knows what would be in it: it is read past and always nil (assumption 219).
_BACKEND_HTTP_SETTINGS = Contract(
    "BackendHttpSettings",
    _settings,
    (
        column("Name", required=True),
        column("Port", INTEGER, required=True),
        column("Protocol"),
        column("CookieBasedAffinity"),
        column("RequestTimeout", INTEGER),
        many("AuthenticationCertificates", TEXT, "AuthenticationCertificate", nil=True, get=lambda _s, _c: None),
        column("Probe"),
    ),
)

_HTTP_LISTENER = Contract(
    "HttpListener",
    records.HttpListener,
    (
        column("Name", required=True),
        column("FrontendIP"),
        column("FrontendPort", required=True),
        column("Protocol"),
        column("SslCert"),
    ),
)

_HTTP_LOAD_BALANCING_RULE = Contract(
    "HttpLoadBalancingRule",
    records.HttpLoadBalancingRule,
    (
        column("Name", required=True),
        column("Type"),
        column("BackendHttpSettings", required=True),
        column("Listener", required=True),
        column("BackendAddressPool", required=True),
    ),
)

APPLICATION_GATEWAY_CONFIGURATION = Contract(
    "ApplicationGatewayConfiguration",
    records.ApplicationGatewayConfiguration,
    (
        many("FrontendIPConfigurations", _FRONTEND_IP_CONFIGURATION),
        many("FrontendPorts", _FRONTEND_PORT),
        many("Probes", _PROBE),
        many("BackendAddressPools", _BACKEND_ADDRESS_POOL),
        many("BackendHttpSettingsList", _BACKEND_HTTP_SETTINGS),
        many("HttpListeners", _HTTP_LISTENER),
        many("HttpLoadBalancingRules", _HTTP_LOAD_BALANCING_RULE),
    ),
)

# ---- what is answered


def _virtual_ips(gateway: ApplicationGateway, _context: Context) -> tuple[str, ...] | None:
    return gateway.virtual_ips if gateway.state == application_gateways.RUNNING else None


APPLICATION_GATEWAY = Contract(
    "ApplicationGateway",
    nothing,
    (
        column("Description"),
        column("DnsName", nil=True),
        column("GatewaySize"),
        column("InstanceCount", INTEGER),
        column("Name"),
        column("State"),
        _SUBNETS,
        many("VirtualIPs", TEXT, "VirtualIP", nil=True, get=_virtual_ips),
        column("VnetName"),
    ),
)

APPLICATION_GATEWAYS = Contract("ApplicationGateways", nothing, (flat(APPLICATION_GATEWAY),))

APPLICATION_GATEWAY_CERTIFICATE = Contract(
    "ApplicationGatewayCertificate", nothing, (column("Name"), column("Data", BASE64), column("State"))
)

APPLICATION_GATEWAY_CERTIFICATES = Contract(
    "ApplicationGatewayCertificates", nothing, (flat(APPLICATION_GATEWAY_CERTIFICATE),)
)
