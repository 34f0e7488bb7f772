"""Declined: virtual networks and what belongs to them."""

from __future__ import annotations

from emulator.surface.declined.table import SERVICES, declined

ROWS = declined(
    "application gateways",
    "Application gateways are not emulated yet.",
    f"{SERVICES}/networking/ApplicationGateways",
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
