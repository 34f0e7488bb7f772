"""azure-cli and networks: their configuration, what is assigned to their subnets, gateways, and Traffic Manager."""

from __future__ import annotations

import json

VNET = ("network", "vnet")
SUBNET = (*VNET, "subnet")
ADDRESSES = ("--address-space", "10.0.0.0", "--cidr", "16", "--subnet-name", "front", "--subnet-start-ip", "10.0.0.0")


def test_a_configuration_is_made_step_by_step_exported_and_imported(azure, table, tmp_path):
    azure("account", "affinity-group", "create", "mygroup", "--location", "West US")
    azure("network", "dns-server", "register", "10.0.0.4", "--dns-id", "mydns")
    azure(*VNET, "create", "mynet", "--location", "West US", *ADDRESSES, "--subnet-cidr", "24", "-d", "mydns")
    azure(*VNET, "create", "grouped", "--affinity-group", "mygroup", "-e", "192.168.0.0", "-m", "256")
    assert table(*VNET, "list") == [
        ["mynet", "West US", "Created", "10.0.0.0/16", "1"],
        ["grouped", "mygroup", "Created", "192.168.0.0/24", "1"],
    ]

    azure(*SUBNET, "create", "mynet", "back", "--address-prefix", "10.0.1.0/24")
    azure(*SUBNET, "set", "mynet", "back", "--address-prefix", "10.0.2.0/24")
    assert azure(*SUBNET, "show", "mynet", "back") == {"AddressPrefix": "10.0.2.0/24", "Name": "back"}
    azure("network", "local-network", "create", "office", "172.16.0.0/16", "-w", "1.2.3.4")
    azure("network", "local-network", "set", "office", "-a", "172.17.0.0/16", "-w", "1.2.3.5")
    azure(*VNET, "local-network", "add", "mynet", "office")
    shown = azure(*VNET, "show", "mynet")
    assert [one["name"] for one in shown["dnsServers"]] == ["mydns"]
    assert [one["name"] for one in shown["gateway"]["sites"]] == ["office"]
    assert azure(*VNET, "static-ip", "check", "mynet", "10.0.0.9")["isAvailable"] is True

    exported = tmp_path / "exported.json"
    azure("network", "export", str(exported))
    before = json.loads(exported.read_text())
    azure(*VNET, "local-network", "remove", "mynet", "office")
    azure("network", "local-network", "delete", "office", "--quiet")
    azure(*SUBNET, "delete", "mynet", "back", "--quiet")
    azure(*VNET, "delete", "grouped", "--quiet")
    assert [one["Name"] for one in azure(*SUBNET, "list", "mynet")] == ["front"]
    assert azure("network", "local-network", "list") == []

    azure("network", "import", str(exported))
    azure("network", "export", str(exported))
    assert json.loads(exported.read_text()) == before


def test_rules_and_routes_are_assigned_to_a_subnet(azure, command, table):
    group, rule = ("network", "nsg"), ("network", "nsg", "rule")
    azure(*VNET, "create", "secured", "--location", "West US", *ADDRESSES, "--subnet-cidr", "24")
    azure(*group, "create", "mygroup", "West US", "--label", "mine")
    addresses = ("-f", "*", "-o", "*", "-e", "*", "-u", "80")
    azure(*rule, "create", "mygroup", "web", "-p", "TCP", *addresses, "-c", "Allow", "-y", "100", "-r", "Inbound")
    azure(*rule, "set", "mygroup", "web", "-u", "8080", "-c", "Deny")
    shown = azure(*rule, "show", "mygroup", "web")
    assert (shown["destinationPortRange"], shown["action"], shown["state"]) == ("8080", "Deny", "Active")
    azure(*group, "subnet", "add", "mygroup", "secured", "front")
    azure(*group, "subnet", "remove", "mygroup", "secured", "front", "--quiet")
    azure(*rule, "delete", "mygroup", "web", "--quiet")
    assert {one["isDefault"] for one in azure(*rule, "list", "mygroup")} == {True}
    assert table(*group, "list") == [["mygroup", "West US", "mine"]]
    azure(*group, "delete", "mygroup", "--quiet")

    routes = ("network", "route-table")
    azure(*routes, "create", "mytable", "West US")
    azure(*routes, "route", "set", "mytable", "far", "10.9.0.0/16", "VirtualAppliance", "-p", "10.0.0.5")
    azure(*routes, "route", "set", "mytable", "away", "10.8.0.0/16", "VPNGateway")
    azure(*routes, "route", "delete", "mytable", "away", "--quiet")
    (route,) = azure(*routes, "show", "mytable")["routeList"]
    assert (route["name"], route["nextHop"]) == ("far", {"type": "VirtualAppliance", "ipAddress": "10.0.0.5"})
    assigned = command(*SUBNET, "route-table", "add", "secured", "front", "mytable")
    assert assigned.returncode == 0, assigned.stderr
    assert "mytable" in command(*SUBNET, "route-table", "show", "secured", "front").stdout
    azure(*SUBNET, "route-table", "delete", "secured", "front", "mytable", "--quiet")
    azure(*routes, "delete", "mytable", "--quiet")
    assert azure(*routes, "list") == []


def test_a_reserved_address_goes_to_a_deployment_and_back(azure, table, image):
    reserved = ("network", "reserved-ip")
    azure("vm", "create", "addressed", image, "me", "Passw0rd!", "--location", "West US", "--ssh", "22")
    azure(*reserved, "create", "myip", "West US", "--label", "mine")
    azure(*reserved, "associate", "myip", "addressed", "addressed")
    held = azure(*reserved, "show", "myip")
    assert (held["serviceName"], held["deploymentName"]) == ("addressed", "addressed")
    assert table(*reserved, "list") == [
        ["myip", "West US", held["address"], "mine", "addressed", "addressed", "Created"]
    ]
    azure(*reserved, "disassociate", "myip", "addressed", "addressed")
    assert "serviceName" not in azure(*reserved, "show", "myip")
    azure(*reserved, "delete", "myip", "--quiet")
    azure("vm", "delete", "addressed", "--quiet", "--blob-delete")


def test_a_gateway(azure, table):
    gateway = ("network", "vpn-gateway")
    azure(*VNET, "create", "joined", "--location", "West US", *ADDRESSES, "--subnet-cidr", "24")
    azure(*SUBNET, "create", "joined", "GatewaySubnet", "--address-prefix", "10.0.9.0/24")
    azure("network", "local-network", "create", "branch", "172.20.0.0/16", "-w", "1.2.3.6")
    azure(*VNET, "local-network", "add", "joined", "branch")
    azure(*gateway, "create", "joined", "--type", "DynamicRouting", "--sku", "Default")

    azure(*gateway, "resize", "joined", "HighPerformance")
    azure(*gateway, "reset", "joined")
    azure(*gateway, "default-site", "set", "joined", "branch")
    shown = azure(*gateway, "show", "joined")
    assert (shown["state"], shown["gatewaySKU"]) == ("Provisioned", "HighPerformance")
    assert shown["defaultSite"] == {"name": "branch"}
    azure(*gateway, "shared-key", "set", "joined", "abcdefgh")
    azure(*gateway, "shared-key", "reset", "joined", "32")
    azure(*gateway, "default-site", "remove", "joined")
    (connection,) = azure(*gateway, "connection", "list", "joined")
    assert (connection["localNetworkSiteName"], connection["connectivityState"]) == ("branch", "NotConnected")

    azure("storage", "account", "create", "captures", "--location", "West US", "--type", "LRS")
    key = azure("storage", "account", "keys", "list", "captures")["primaryKey"]
    azure(*gateway, "diagnostics", "start", "joined", "-d", "10", "-a", "captures", "-k", key, "-c", "traces")
    captured = azure(*gateway, "diagnostics", "get", "joined")
    assert captured["diagnosticsUrl"].startswith("https://captures.blob.core.windows.net/traces/")
    assert ["Cisco Systems, Inc.", "ISR Series Routers", "IOS 15.1"] in table(*gateway, "device", "list")
    azure(*gateway, "delete", "joined", "--quiet")
    assert azure(*gateway, "show", "joined")["state"] == "NotProvisioned"


def test_traffic_is_managed(azure, table):
    profile = ("network", "traffic-manager", "profile")
    monitor = ("-o", "80", "-p", "http", "-r", "/", "-t", "30")
    azure("service", "create", "balanced", "--location", "West US")
    azure(*profile, "create", "myprofile", "-d", "my.trafficmanager.net", "-m", "Performance", *monitor)
    azure(*profile, "endpoint", "create", "myprofile", "balanced.cloudapp.net", "CloudService", "-u", "Enabled")
    elsewhere = ("www.example.com", "Any", "-u", "Enabled", "-l", "West US", "-w", "2")
    azure(*profile, "endpoint", "create", "myprofile", *elsewhere)
    azure(*profile, "endpoint", "set", "myprofile", "balanced.cloudapp.net", "-u", "Disabled", "-w", "5")
    azure(*profile, "set", "myprofile", "-m", "Failover", "-t", "60")
    definition = azure(*profile, "show", "myprofile")["definition"]
    assert definition["policy"]["loadBalancingMethod"] == "Failover"
    assert definition["dnsOptions"] == {"timeToLiveInSeconds": 60}
    assert [(one["domainName"], one["status"], one["weight"]) for one in definition["policy"]["endpoints"]] == [
        ("balanced.cloudapp.net", "Disabled", 5),
        ("www.example.com", "Enabled", 2),
    ]
    azure(*profile, "disable", "myprofile")
    assert table(*profile, "list") == [["myprofile", "my.trafficmanager.net", "Disabled"]]
    azure(*profile, "enable", "myprofile")
    azure(*profile, "endpoint", "delete", "myprofile", "balanced.cloudapp.net", "--quiet")
    azure(*profile, "delete", "myprofile", "--quiet")
    assert azure(*profile, "list") == []
