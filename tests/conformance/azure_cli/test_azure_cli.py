"""The classic command line azure-cli 0.10 in asm mode: it imports the publishsettings, and prints JSON.

As the program that it is it runs with the examples of its page; here its commands share a process, to be quick.
"""

from __future__ import annotations

import json
import ssl
from hashlib import sha1
from urllib.request import Request, urlopen


def test_the_imported_subscription_is_the_one_of_the_file(azure, subscription):
    (account,) = azure("account", "list")

    assert (account["id"], account["name"]) == (subscription.subscription_id, "My subscription")
    assert account["managementEndpointUrl"] == subscription.endpoint


def test_the_exported_certificate_opens_the_subscription(command, subscription, tmp_path):
    exported = tmp_path / "exported.pem"
    assert command("account", "cert", "export", "--file", str(exported)).returncode == 0

    context = ssl.create_default_context(cafile=subscription.ca_path)
    context.load_cert_chain(exported)
    url = f"{subscription.endpoint}/{subscription.subscription_id}/locations"
    with urlopen(Request(url, headers={"x-ms-version": "2014-10-01"}), context=context) as answer:
        assert b"West US" in answer.read()


def test_groups_services_and_certificates(azure, run, table, a_certificate, tmp_path):
    azure("account", "affinity-group", "create", "mygroup", "--location", "West US")
    group = azure("account", "affinity-group", "show", "mygroup")
    assert (group["label"], group["location"]) == ("", "West US")

    azure("service", "create", "inmygroup", "--affinitygroup", "mygroup")
    rows = []
    for certificate in (a_certificate(), a_certificate()):
        (tmp_path / "my.pfx").write_bytes(certificate.pfx(b"secret"))
        azure("service", "cert", "create", "inmygroup", str(tmp_path / "my.pfx"), "secret")
        rows.append(["inmygroup", sha1(certificate.der).hexdigest().upper(), "sha1"])
    assert table("service", "cert", "list") == table("service", "cert", "list", "--serviceName", "inmygroup") == rows
    azure("service", "cert", "delete", rows[0][1].lower(), "--dns-name", "inmygroup", "--quiet")
    assert table("service", "cert", "list") == rows[1:]
    azure("service", "cert", "delete", rows[1][1], "--quiet")
    assert table("service", "cert", "list") == []
    shown = azure("service", "show", "inmygroup")
    assert (shown["properties"]["affinityGroup"], shown["deployments"]) == ("mygroup", [])

    azure("service", "delete", "inmygroup", "--quiet")
    refused = run("service", "show", "inmygroup")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "The hosted service does not exist." in refused.stderr
    azure("account", "affinity-group", "delete", "mygroup", "--quiet")


def test_storage_accounts_and_their_keys(azure):
    azure("storage", "account", "create", "mystore", "--location", "West US", "--type", "LRS")
    (account,) = azure("storage", "account", "list")
    assert (account["name"], account["properties"]["accountType"]) == ("mystore", "Standard_LRS")

    keys = azure("storage", "account", "keys", "list", "mystore")
    renewed = azure("storage", "account", "keys", "renew", "mystore", "--primary")
    assert renewed["secondaryKey"] == keys["secondaryKey"]
    assert renewed["primaryKey"] != keys["primaryKey"]

    azure("storage", "account", "delete", "mystore", "--quiet")


def test_a_machine_in_a_network(azure, image, ssh_certificate):
    network = ("--address-space", "10.0.0.0", "--cidr", "16", "--subnet-name", "front")
    azure("network", "vnet", "create", "mynet", "--location", "West US", *network)
    azure("network", "reserved-ip", "create", "myip", "West US")

    create = ("vm", "create", "myvm", image, "me", "Passw0rd!", "--location", "West US", "--ssh", "22")
    placed = ("--virtual-network-name", "mynet", "--subnet-names", "front", "--static-ip", "10.0.0.9")
    azure(*create, *placed, "--reserved-ip", "myip", "--ssh-cert", ssh_certificate)
    azure("vm", "public-ip", "set", "myvm", "mypublicip")
    azure("vm", "endpoint", "create", "myvm", "80", "8080", "--name", "web")
    azure("vm", "endpoint", "acl-rule", "create", "myvm", "web", "1", "deny", "10.0.0.0/8")
    azure("vm", "disk", "attach-new", "myvm", "10")

    shown = azure("vm", "show", "myvm")
    (reserved,) = azure("network", "reserved-ip", "list")
    assert (shown["DNSName"], shown["Location"], shown["InstanceStatus"]) == (
        "myvm.cloudapp.net",
        "West US",
        "ReadyRole",
    )
    assert (shown["IPAddress"], shown["Image"]) == ("10.0.0.9", image)
    assert [one["address"] for one in shown["VirtualIPAddresses"]] == [reserved["address"]]
    assert [(one["name"], "address" in one) for one in shown["PublicIPs"]] == [("mypublicip", True)]
    ports = {one["name"]: (one["port"], one["localPort"]) for one in shown["Network"]["Endpoints"]}
    assert ports == {"ssh": (22, 22), "web": (80, 8080)}
    assert [one["logicalDiskSizeInGB"] for one in shown["DataDisks"]] == [10]
    (rule,) = azure("vm", "endpoint", "acl-rule", "list", "myvm", "web")
    assert (rule["order"], rule["action"], rule["remoteSubnet"]) == (1, "deny", "10.0.0.0/8")

    azure("vm", "shutdown", "myvm")
    assert [one["InstanceStatus"] for one in azure("vm", "list")] == ["StoppedDeallocated"]
    azure("vm", "start", "myvm")
    attached = {one["usageDetails"]["roleName"] for one in azure("vm", "disk", "list")}
    assert attached == {"myvm"}

    azure("vm", "delete", "myvm", "--quiet", "--blob-delete")
    assert azure("vm", "list") == azure("vm", "disk", "list") == []
    assert azure("network", "vnet", "show", "mynet")["subnets"][0]["name"] == "front"


def test_what_the_service_offers_and_service_bus(azure, image):
    assert "West US" in [location["name"] for location in azure("vm", "location", "list")]
    assert image in [one["name"] for one in azure("vm", "image", "list")]

    assert azure("sb", "namespace", "create", "mynamespace", "West US")["status"] == "Activating"
    assert azure("sb", "namespace", "show", "mynamespace")["status"] == "Active"


def test_a_machine_is_captured_and_made_again_from_what_was_exported(azure, image, tmp_path):
    exported = str(tmp_path / "exported.json")
    azure("vm", "create", "first", image, "me", "Passw0rd!", "--location", "West US", "--ssh", "22")
    azure("vm", "create", "first", image, "me", "Passw0rd!", "--connect", "--vm-name", "second", "--ssh", "2222")
    azure("vm", "disk", "attach-new", "first", "10")
    azure("vm", "disk", "detach", "first", "0")
    assert azure("vm", "show", "first", "--dns-name", "first.cloudapp.net")["DataDisks"] == []
    azure("vm", "extension", "set", "first", "CustomScriptForLinux", "Microsoft.OSTCExtensions", "1.*")
    (extension,) = azure("vm", "extension", "get", "first")
    assert (extension["name"], extension["state"]) == ("CustomScriptForLinux", "Enable")

    azure("vm", "shutdown", "second", "--stay-provisioned")
    azure("vm", "capture", "second", "myimage", "--delete")
    captured = azure("vm", "image", "show", "myimage")
    assert (captured["category"], captured["operatingSystemType"], captured["location"]) == (
        "User",
        "Linux",
        ["West US"],
    )
    azure("vm", "image", "delete", "myimage")
    assert [one["VMName"] for one in azure("vm", "list")] == ["first"]

    azure("vm", "export", "first", exported)
    azure("vm", "delete", "first", "--quiet")
    azure("vm", "create-from", "again", exported, "--location", "West US")
    (again,) = azure("vm", "list")
    assert (again["DNSName"], again["VMName"], again["InstanceStatus"]) == ("again.cloudapp.net", "first", "ReadyRole")
    azure("vm", "delete", "first", "--quiet", "--blob-delete")


def test_name_servers_and_internal_load_balancers(azure, image):
    azure("network", "dns-server", "register", "--dns-ip", "10.0.0.4", "--dns-id", "mydns")
    assert azure("network", "dns-server", "list") == [{"Name": "mydns", "IPAddress": "10.0.0.4"}]

    azure("vm", "create", "balanced", image, "me", "Passw0rd!", "--location", "West US", "--ssh", "22")
    azure("service", "internal-load-balancer", "add", "balanced", "mybalancer")
    (balancer,) = azure("service", "internal-load-balancer", "list", "balanced")
    assert (balancer["name"], balancer["frontendIPConfiguration"]["type"]) == ("mybalancer", "Private")
    azure("service", "internal-load-balancer", "delete", "balanced", "mybalancer", "--quiet")
    azure("vm", "delete", "balanced", "--quiet", "--blob-delete")


def test_resources_migrate(azure, image, run):
    wanted = ("New", "group", "subnet", "network")
    azure("vm", "create", "moving", image, "me", "Passw0rd!", "--location", "West US", "--ssh", "22")
    moving = ("service", "deployment", "{}", "moving", "moving")

    def deployment(verb, *more):
        return azure(*(part.format(f"{verb}-migration") for part in moving), *more)

    assert deployment("validate", *wanted)["validateDeploymentMessages"] == []
    assert deployment("prepare", *wanted)["status"] == "Succeeded"
    refused = run("vm", "shutdown", "moving")
    assert "is in the process of being migrated and hence cannot be changed." in refused.stderr
    assert deployment("abort")["status"] == "Succeeded"
    assert deployment("prepare", *wanted)["status"] == "Succeeded"
    assert deployment("commit")["status"] == "Succeeded"
    assert azure("vm", "list") == []

    azure("network", "vnet", "create", "leaving", "--location", "West US")
    for verb in ("prepare", "abort", "prepare", "commit"):
        azure("network", "vnet", f"{verb}-migration", "leaving")
    (message,) = azure("network", "vnet", "validate-migration", "leaving")["validationMessages"]
    assert (message["resourceType"], message["resourceName"], message["category"]) == (
        "VirtualNetwork",
        "leaving",
        "Error",
    )
    assert message["message"] == "The virtual network leaving does not exist."
    gone = run("storage", "account", "commit-migration", "123")
    assert "The storage account '123' was not found." in gone.stderr


def test_an_application_gateway(azure, run, a_certificate, tmp_path):
    gateway = ("network", "application-gateway")
    network = ("--address-space", "10.2.0.0", "--cidr", "16", "--subnet-name", "front")
    azure("network", "vnet", "create", "gatewaynet", "--location", "West US", *network)
    azure(*gateway, "create", "mygateway", "gatewaynet", "front", "--gateway-size", "Small")
    (listed,) = azure(*gateway, "list")
    assert (listed["name"], listed["state"], listed["subnets"]) == ("mygateway", "Stopped", ["front"])
    assert "already exists" in run(*gateway, "create", "mygateway", "gatewaynet", "front").stderr
    azure(*gateway, "set", "mygateway", "--instance-count", "3", "--gateway-size", "Medium")
    shown = azure(*gateway, "show", "mygateway")
    assert (shown["instanceCount"], shown["gatewaySize"], shown["vnetName"]) == (3, "Medium", "gatewaynet")

    (tmp_path / "my.pfx").write_bytes(a_certificate().pfx(b"secret"))
    azure(*gateway, "ssl-cert", "add", "mygateway", "mycert", "--cert-file", str(tmp_path / "my.pfx"), "-p", "secret")
    azure(*gateway, "frontend-ip", "add", "mygateway", "ip", "--static-ip-address", "10.2.0.9")
    azure(*gateway, "frontend-port", "add", "mygateway", "port", "443")
    azure(*gateway, "address-pool", "add", "mygateway", "pool", "--servers", "1.1.1.1,2.2.2.2")
    azure(*gateway, "http-settings", "add", "mygateway", "settings", "--port", "80")
    secure = ("--frontend-ip-name", "ip", "--protocol", "https", "--ssl-cert", "mycert")
    azure(*gateway, "http-listener", "add", "mygateway", "listener", "port", *secure)
    azure(*gateway, "lb-rule", "add", "mygateway", "rule", "settings", "listener", "pool")
    azure(*gateway, "address-pool", "add", "mygateway", "spare", "--servers", "3.3.3.3")
    azure(*gateway, "address-pool", "remove", "mygateway", "spare", "--quiet")

    exported = tmp_path / "exported.json"
    azure(*gateway, "config", "export", "mygateway", str(exported))
    azure(*gateway, "config", "import", "mygateway", str(exported))
    configuration = azure(*gateway, "config", "show", "mygateway")
    assert configuration == json.loads(exported.read_text())
    assert [one["name"] for one in configuration["backendAddressPools"]] == ["pool"]
    (listener,) = configuration["httpListeners"]
    assert (listener["frontendIP"], listener["protocol"], listener["sslCert"]) == ("ip", "Https", "mycert")

    azure(*gateway, "start", "mygateway")
    started = azure(*gateway, "show", "mygateway")
    assert (started["state"], started["virtualIPs"]) == ("Running", ["10.2.0.9"])
    azure(*gateway, "stop", "mygateway")
    azure(*gateway, "lb-rule", "remove", "mygateway", "rule", "--quiet")
    azure(*gateway, "http-listener", "remove", "mygateway", "listener", "--quiet")
    azure(*gateway, "ssl-cert", "remove", "mygateway", "mycert", "--quiet")
    azure(*gateway, "delete", "mygateway", "--quiet")
    assert azure(*gateway, "list") == []
