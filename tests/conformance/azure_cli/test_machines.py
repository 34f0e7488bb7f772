"""azure-cli and machines: in all the forms in which one is made, and what is changed of one that runs."""

from __future__ import annotations

import pytest

WINDOWS = "a699494373c04fc0bc8f2bb1389d6106__Windows-Server-2012-R2-201504.01-en.us-127GB.vhd"
VHDS = "https://mystore.blob.core.windows.net/vhds"
PLACE = ("--location", "West US")
USER = ("me", "Passw0rd!")


@pytest.fixture(scope="module")
def running(azure, image):
    """Two machines in one service; the first has room for four data disks, and lets a port through."""
    azure("storage", "account", "create", "mystore", *PLACE, "--type", "LRS")
    azure("vm", "create", "running", image, *USER, *PLACE, "--ssh", "22", "--vm-size", "Medium")
    azure("vm", "create", "running", image, *USER, "--connect", "--vm-name", "beside", "--ssh", "2222")
    azure("vm", "endpoint", "create", "running", "80", "8080", "--name", "web")


def test_a_machine_has_interfaces_addresses_and_a_place_in_its_set(azure, image, table, tmp_path):
    network = ("--address-space", "10.0.0.0", "--cidr", "16", "--subnet-name", "front", "--subnet-start-ip", "10.0.0.0")
    azure("network", "vnet", "create", "mynet", *PLACE, *network, "--subnet-cidr", "24")
    azure("network", "vnet", "subnet", "create", "mynet", "back", "--address-prefix", "10.0.5.0/24")
    azure("network", "nsg", "create", "mygroup", "West US")
    (tmp_path / "custom").write_text("#!/bin/sh\n")
    there = ("--virtual-network-name", "mynet", "--subnet-names", "front", "--static-ip", "10.0.0.9")
    more = ("--nic-config", "second:back:10.0.5.7:mygroup:Enabled", "--public-ip", "public", "-A", "myset")
    custom = ("--custom-data", str(tmp_path / "custom"))
    azure("vm", "create", "wired", image, *USER, *PLACE, "--vm-size", "Large", *there, *more, *custom)

    shown = azure("vm", "show", "wired")
    (interface,) = shown["Network"]["NetworkInterfaces"]
    assert (interface["name"], interface["networkSecurityGroup"], interface["iPForwarding"]) == (
        "second",
        "mygroup",
        "Enabled",
    )
    assert interface["iPConfigurations"] == [{"subnetName": "back", "staticVirtualNetworkIPAddress": "10.0.5.7"}]
    assert azure("vm", "static-ip", "show", "wired") == {"Network": {"StaticIP": "10.0.0.9"}}
    azure("vm", "static-ip", "set", "wired", "10.0.0.20")
    assert table("vm", "list", "--dns-name", "wired") == [["wired", "ReadyRole", "wired.cloudapp.net", "10.0.0.20"]]
    azure("vm", "static-ip", "remove", "wired")
    assert azure("vm", "public-ip", "list", "wired") == [{"name": "public"}]
    azure("vm", "public-ip", "delete", "wired", "public", "--quiet")

    balancer = ("service", "internal-load-balancer")
    azure(*balancer, "add", "wired", "mine", "--subnet-name", "front", "-a", "10.0.0.50")
    azure(*balancer, "set", "wired", "mine", "--subnet-name", "back", "-a", "10.0.5.60")
    azure("vm", "endpoint", "create", "wired", "1433", "1433", "-n", "sql", "-i", "mine", "-u", "Enabled")
    (endpoint,) = azure("vm", "endpoint", "list", "wired")
    assert (endpoint["name"], endpoint["virtualIPAddress"]) == ("sql", "10.0.5.60")
    assert endpoint["enableDirectServerReturn"] is True
    azure("vm", "endpoint", "delete", "wired", "sql")
    azure("vm", "delete", "wired", "--quiet")


def test_machines_are_made_of_disks_images_and_keys(azure, image, ssh_certificate, table):
    azure("storage", "account", "create", "images", *PLACE, "--type", "LRS")
    vhd = ("", "--blob-url", "https://images.blob.core.windows.net/vhds/os.vhd")  # to newer Node "" is a path
    azure("vm", "image", "create", "mine", *vhd, "--os", "Linux", "--label", "my image")
    azure("vm", "create", "ofmine", "mine", *USER, *PLACE)
    azure("vm", "create", "windows", WINDOWS, *USER, *PLACE, "--rdp", "3389", "--vm-size", "Large")
    keyed = ("--ssh", "22", "--no-ssh-password", "--ssh-cert", ssh_certificate)
    azure("vm", "create", "keyed", image, "me", *PLACE, *keyed)
    azure("vm", "shutdown", "ofmine")
    azure("vm", "capture", "ofmine", "captured", "--os-state", "Generalized")
    azure("vm", "create", "again", "captured", *USER, *PLACE)

    assert azure("vm", "image", "show", "captured")["oSDiskConfiguration"]["oSState"] == "Generalized"
    assert {tuple(row[:2]) for row in table("vm", "list")} >= {(n, "ReadyRole") for n in ("windows", "keyed", "again")}
    (desktop,) = azure("vm", "endpoint", "list", "windows")
    assert (desktop["name"], desktop["port"]) == ("rdp", 3389)
    (certificate,) = [one for one in azure("service", "cert", "list") if one["serviceName"] == "keyed"]
    assert azure("vm", "image", "delete", "mine", "--blob-delete") is None
    named = ("--service-name", "keyed", "--thumbprint", certificate["thumbprint"], "--thumbprint-algorithm", "sha1")
    assert azure("service", "cert", "get", *named) is not None
    azure("vm", "restart", "keyed")
    azure("compute", "virtual-machine", "redeploy", "keyed", "keyed", "keyed")
    desktop_file = azure("compute", "virtual-machine", "get-remote-desktop-file", "windows", "windows", "windows")
    assert "windows.cloudapp.net:3389" in desktop_file["remoteDesktopFile"]


@pytest.mark.usefixtures("running")
def test_disks_come_and_go(azure, table):
    azure("vm", "disk", "create", "mydisk", "", "--blob-url", f"{VHDS}/d1.vhd", "--label", "mine")
    assert azure("vm", "disk", "show", "mydisk")["label"] == "mine"
    azure("vm", "disk", "attach", "running", "mydisk")
    azure("vm", "disk", "attach-new", "running", "5", f"{VHDS}/d2.vhd", "--host-caching", "ReadOnly")
    rows = table("vm", "disk", "list", "running")
    assert [row[-2:] for row in rows[1:]] == [["30", "d1.vhd"], ["5", "d2.vhd"]]
    azure("vm", "disk", "update", "running", "1", "--host-caching", "ReadWrite")
    assert [one["hostCaching"] for one in azure("vm", "disk", "list", "running")][1:] == ["None", "ReadWrite"]
    azure("vm", "disk", "detach", "running", "0")
    azure("vm", "disk", "delete", "mydisk", "--blob-delete")
    assert "mydisk" not in [one["name"] for one in azure("vm", "disk", "list")]


@pytest.mark.usefixtures("running")
def test_endpoints_are_balanced_and_guarded(azure, table):
    probe = ("-t", "8081", "-r", "http", "-p", "/", "-e", "15", "-f", "31", "-b", "myset", "-a", "sourceIP")
    azure("vm", "endpoint", "create", "running", "81", "8081", "-n", "probed", "-m", "10", *probe)
    azure("vm", "endpoint", "create", "beside", "81", "8081", "-n", "too", "-b", "myset", "-d", "running")
    assert table("service", "load-balanced-set", "list", "running") == [["myset", "81", "8081", "http", "15", "31"]]
    azure("service", "load-balanced-set", "set", "running", "myset", "-l", "82", "-k", "8082", "-m", "11")
    ends = azure("service", "load-balanced-set", "list", "running")["myset"]["endPoints"]
    assert [(one["vmName"], one["port"], one["localPort"], one["idleTimeoutInMinutes"]) for one in ends] == [
        ("running", 82, 8082, 11),
        ("beside", 82, 8082, 11),
    ]

    rule = ("vm", "endpoint", "acl-rule")
    azure("vm", "endpoint", "set", "running", "web", "-l", "8888", "-k", "8889", "-n", "changed", "-o", "udp")
    azure(*rule, "create", "running", "changed", "1", "deny", "10.0.0.0/8", "--description", "ours")
    azure(*rule, "create", "running", "changed", "2", "permit", "11.0.0.0/8")
    azure(*rule, "set", "running", "changed", "1", "--new-order", "5", "--remote-subnet", "12.0.0.0/8")
    assert table(*rule, "list", "running", "changed") == [
        ["5", "deny", "12.0.0.0/8", "ours"],
        ["2", "permit", "11.0.0.0/8"],
    ]
    azure(*rule, "delete", "running", "changed", "2", "--quiet")
    assert [one["order"] for one in azure(*rule, "list", "running", "changed")] == [5]
    assert ["changed", "udp", "8888", "8889"] in [row[:4] for row in table("vm", "endpoint", "list", "running")]


@pytest.mark.usefixtures("running")
def test_extensions_are_offered_set_switched_off_and_removed(azure):
    (offered,) = azure("vm", "extension", "list", "--extension-name", "CustomScriptForLinux")
    script = ("running", offered["name"], offered["publisher"], "1.*")
    states = []
    for change in (("--public-config", '{"a": 1}'), ("--disable",), ("--uninstall",)):
        azure("vm", "extension", "set", *script, *change)
        states += [one["state"] for one in azure("vm", "extension", "get", "running")]
    assert states == ["Enable", "Disable", "Uninstall"]
    azure("vm", "set", "running", "--boot-diagnostics-enabled", "false")
    roles = azure("service", "deployment", "get-by-slot", "running", "Production")["roles"]
    assert [(one["roleName"], one["debugSettings"]["bootDiagnosticsEnabled"]) for one in roles] == [
        ("running", False),
        ("beside", True),
    ]
