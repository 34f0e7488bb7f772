"""Declined: virtual networks and what belongs to them."""

from __future__ import annotations

from emulator.surface.declined.table import DEPLOYMENT, SERVICES, declined

_NETWORKING = f"{SERVICES}/networking"
_INTERFACE = "/{role_name}/networkinterfaces/{network_interface_name}"

_GROUP = "/{network_security_group_name}"
_SECURITY_NOTE = "Network security groups are not emulated yet."
_ROUTES_NOTE = "Route tables are not emulated yet."

_SECURITY = (
    *declined(
        "network security groups",
        _SECURITY_NOTE,
        f"{_NETWORKING}/networksecuritygroups",
        ("ListNetworkSecurityGroups", "GET", "", "2014-09-01", 200),
        ("CreateNetworkSecurityGroup", "POST", "", "2014-09-01", 202),
        ("GetNetworkSecurityGroup", "GET", _GROUP, "2014-09-01", 200),
        ("DeleteNetworkSecurityGroup", "DELETE", _GROUP, "2014-09-01", 202),
        ("SetNetworkSecurityRule", "PUT", f"{_GROUP}/rules/{{rule_name}}", "2014-09-01", 202),
        ("DeleteNetworkSecurityRule", "DELETE", f"{_GROUP}/rules/{{rule_name}}", "2014-09-01", 202),
    ),
    *declined(
        "network security groups",
        _SECURITY_NOTE,
        f"{_NETWORKING}/virtualnetwork/{{virtual_network_name}}/subnets/{{subnet_name}}/networksecuritygroups",
        ("GetNetworkSecurityGroupForSubnet", "GET", "", "2014-09-01", 200),
        ("AddNetworkSecurityGroupToSubnet", "POST", "", "2014-09-01", 202),
        ("RemoveNetworkSecurityGroupFromSubnet", "DELETE", _GROUP, "2014-09-01", 202),
    ),
    *declined(
        "network security groups",
        _SECURITY_NOTE,
        f"{DEPLOYMENT}/roles/{{role_name}}/networksecuritygroups",
        ("GetNetworkSecurityGroupForRole", "GET", "", "2015-04-01", 200),
        ("AddNetworkSecurityGroupToRole", "POST", "", "2015-04-01", 202),
        ("RemoveNetworkSecurityGroupFromRole", "DELETE", _GROUP, "2015-04-01", 202),
    ),
    *declined(
        "network security groups",
        _SECURITY_NOTE,
        f"{DEPLOYMENT}/roles{_INTERFACE}/networksecuritygroups",
        ("GetNetworkSecurityGroupForNetworkInterface", "GET", "", "2015-04-01", 200),
        ("AddNetworkSecurityGroupToNetworkInterface", "POST", "", "2015-04-01", 202),
        ("RemoveNetworkSecurityGroupFromNetworkInterface", "DELETE", _GROUP, "2015-04-01", 202),
    ),
    *declined(
        "route tables",
        _ROUTES_NOTE,
        f"{_NETWORKING}/routetables",
        ("ListRouteTables", "GET", "", "2014-08-01?", 200),
        ("CreateRouteTable", "POST", "", "2014-08-01?", 202),
        ("GetRouteTable", "GET", "/{route_table_name}", "2014-08-01?", 200),
        ("DeleteRouteTable", "DELETE", "/{route_table_name}", "2014-08-01?", 202),
        ("SetRoute", "PUT", "/{route_table_name}/routes/{route_name}", "2014-08-01?", 202),
        ("DeleteRoute", "DELETE", "/{route_table_name}/routes/{route_name}", "2014-08-01?", 202),
    ),
    *declined(
        "route tables",
        _ROUTES_NOTE,
        f"{_NETWORKING}/virtualnetwork/{{virtual_network_name}}/subnets/{{subnet_name}}/routetables",
        ("GetRouteTableForSubnet", "GET", "", "2014-08-01?", 200),
        ("AddRouteTableToSubnet", "POST", "", "2014-08-01?", 202),
        ("RemoveRouteTableFromSubnet", "DELETE", "", "2014-08-01?", 202),
    ),
    *declined(
        "route tables",
        _ROUTES_NOTE,
        f"{DEPLOYMENT}/roleinstances",
        ("GetEffectiveRouteTableForRoleInstance", "GET", "/{role_name}/effectiveroutetable", "2015-04-01?", 200),
        ("GetEffectiveRouteTableForNetworkInterface", "GET", f"{_INTERFACE}/effectiveroutetable", "2015-04-01?", 200),
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

ROWS = (*_SECURITY, *_APPLICATION_GATEWAYS)
