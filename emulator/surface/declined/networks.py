"""Declined: virtual networks and what belongs to them."""

from __future__ import annotations

from emulator.surface.declined.table import SERVICES, declined

_NETWORKING = f"{SERVICES}/networking"

_GATEWAYS = "gateways and local networks"
_GATEWAYS_NOTE = "Gateways between networks are not emulated yet."
_CONNECTION = "/virtualnetworkgateway/{gateway_id}/connectedentity/{connected_entity_id}"
_SITE = "/connection/{local_network_name}"
_ENTITY = "/{gateway_id}/connectedentity/{connected_entity_id}"

_GATEWAY_ROWS = (
    *declined(
        _GATEWAYS,
        _GATEWAYS_NOTE,
        f"{_NETWORKING}/{{virtual_network_name}}/gateway",
        ("GetGateway", "GET", "", "2012-03-01", 200),
        ("CreateGateway", "POST", "", "2012-03-01", 201),
        ("ResetGateway", "PATCH", "", "2012-03-01", 202),
        ("DeleteGateway", "DELETE", "", "2012-03-01", 202),
        ("ListClientRootCertificates", "GET", "/clientrootcertificates", "2012-03-01", 200),
        ("CreateClientRootCertificate", "POST", "/clientrootcertificates", "2012-03-01", 202),
        ("GetClientRootCertificate", "GET", "/clientrootcertificates/{thumbprint}", "2012-03-01", 200),
        ("DeleteClientRootCertificate", "DELETE", "/clientrootcertificates/{thumbprint}", "2012-03-01", 200),
        ("ListGatewayConnections", "GET", "/connections", "2012-03-01", 200),
        ("ConnectDisconnectOrTestGateway", "PUT", _SITE, "2012-03-01", 202),
        ("GetGatewayIpsecParameters", "GET", f"{_SITE}/ipsecparameters", "2012-03-01", 200),
        ("SetGatewayIpsecParameters", "PATCH", f"{_SITE}/ipsecparameters", "2012-03-01", 202),
        ("GetGatewaySharedKey", "GET", f"{_SITE}/sharedkey", "2012-03-01", 200),
        ("SetGatewaySharedKey", "POST", f"{_SITE}/sharedkey", "2012-03-01", 202),
        ("ResetGatewaySharedKey", "PUT", f"{_SITE}/sharedkey", "2012-03-01", 202),
        ("SetGatewayDefaultSites", "POST", "/defaultsites", "2012-03-01", 202),
        ("RemoveGatewayDefaultSites", "DELETE", "/defaultsites", "2012-03-01", 202),
        ("GetGatewayDiagnostics", "GET", "/publicdiagnostics", "2012-03-01", 200),
        ("StartGatewayDiagnostics", "PUT", "/publicdiagnostics", "2012-03-01", 202),
        ("GenerateVpnClientPackage", "POST", "/vpnclientpackage", "2012-03-01", 202),
        ("GetDeviceConfigurationScript", "GET", "/vpndeviceconfigurationscript", "2012-03-01", 200),
    ),
    *declined(
        _GATEWAYS,
        _GATEWAYS_NOTE,
        _NETWORKING,
        ("CreateVirtualNetworkGateway", "POST", "/{virtual_network_name}/virtualnetworkgateways", "2015-04-01?", 201),
        ("ListSupportedDevices", "GET", "/supporteddevices", "2012-03-01", 200),
        ("GetGatewayOperationStatus", "GET", "/operation/{request_id}", "2012-03-01", 200),
    ),
    *declined(
        _GATEWAYS,
        _GATEWAYS_NOTE,
        f"{_NETWORKING}/virtualnetworkgateways",
        ("ListVirtualNetworkGateways", "GET", "", "2015-04-01?", 200),
        ("GetVirtualNetworkGateway", "GET", "/{gateway_id}", "2015-04-01?", 200),
        ("ResetVirtualNetworkGateway", "PATCH", "/{gateway_id}", "2015-04-01?", 202),
        ("DeleteVirtualNetworkGateway", "DELETE", "/{gateway_id}", "2015-04-01?", 202),
        ("GetVirtualNetworkGatewayDiagnostics", "GET", "/{gateway_id}/publicdiagnostics", "2015-04-01?", 200),
        ("StartVirtualNetworkGatewayDiagnostics", "PUT", "/{gateway_id}/publicdiagnostics", "2015-04-01?", 202),
        ("GetVirtualNetworkGatewayIpsecParameters", "GET", f"{_ENTITY}/ipsecparameters", "2015-04-01?", 200),
        ("SetVirtualNetworkGatewayIpsecParameters", "PATCH", f"{_ENTITY}/ipsecparameters", "2015-04-01?", 202),
        ("GetVirtualNetworkGatewaySharedKey", "GET", f"{_ENTITY}/sharedkey", "2015-04-01?", 200),
        ("SetVirtualNetworkGatewaySharedKey", "POST", f"{_ENTITY}/sharedkey", "2015-04-01?", 202),
        ("ResetVirtualNetworkGatewaySharedKey", "PATCH", f"{_ENTITY}/sharedkey", "2015-04-01?", 202),
    ),
    *declined(
        _GATEWAYS,
        _GATEWAYS_NOTE,
        f"{_NETWORKING}/gatewayconnections",
        ("ListVirtualNetworkGatewayConnections", "GET", "", "2012-03-01", 200),
        ("CreateVirtualNetworkGatewayConnection", "POST", "", "2012-03-01", 202),
        ("GetVirtualNetworkGatewayConnection", "GET", _CONNECTION, "2012-03-01", 200),
        ("UpdateVirtualNetworkGatewayConnection", "PATCH", _CONNECTION, "2012-03-01", 202),
        ("DeleteVirtualNetworkGatewayConnection", "DELETE", _CONNECTION, "2012-03-01", 202),
    ),
    *declined(
        _GATEWAYS,
        _GATEWAYS_NOTE,
        f"{_NETWORKING}/localnetworkgateways",
        ("ListLocalNetworkGateways", "GET", "", "2015-04-01?", 200),
        ("CreateLocalNetworkGateway", "POST", "", "2015-04-01?", 200),
        ("GetLocalNetworkGateway", "GET", "/{gateway_id}", "2015-04-01?", 200),
        ("UpdateLocalNetworkGateway", "PATCH", "/{gateway_id}", "2015-04-01?", 200),
        ("DeleteLocalNetworkGateway", "DELETE", "/{gateway_id}", "2015-04-01?", 200),
    ),
)

_APPLICATION_GATEWAYS = declined(
    "application gateways",
    "Application gateways are not emulated yet.",
    f"{_NETWORKING}/ApplicationGateways",
    ("ListApplicationGateways", "GET", "", "2014-10-01?", 200),
    ("CreateApplicationGateway", "POST", "", "2014-10-01?", 202),
    ("GetApplicationGateway", "GET", "/{gateway_name}", "2014-10-01?", 200),
    ("UpdateApplicationGateway", "PUT", "/{gateway_name}", "2014-10-01?", 202),
    ("DeleteApplicationGateway", "DELETE", "/{gateway_name}", "2014-10-01?", 202),
    ("GetApplicationGatewayConfig", "GET", "/{gateway_name}/configuration", "2014-10-01?", 200),
    ("SetApplicationGatewayConfig", "POST", "/{gateway_name}/configuration", "2014-10-01?", 202),
    ("ExecuteApplicationGatewayOperation", "POST", "/{gateway_name}/Operations", "2014-10-01?", 202),
    ("ListApplicationGatewayCertificates", "GET", "/{gateway_name}/sslcertificates", "2014-10-01?", 200),
    ("GetApplicationGatewayCertificate", "GET", "/{gateway_name}/sslcertificates/{name}", "2014-10-01?", 200),
    ("AddApplicationGatewayCertificate", "PUT", "/{gateway_name}/sslcertificates/{name}", "2014-10-01?", 202),
    ("DeleteApplicationGatewayCertificate", "DELETE", "/{gateway_name}/sslcertificates/{name}", "2014-10-01?", 202),
)

ROWS = (*_GATEWAY_ROWS, *_APPLICATION_GATEWAYS)
