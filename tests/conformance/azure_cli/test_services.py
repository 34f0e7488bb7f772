"""azure-cli and the services beside machines and networks: web sites, SQL databases, Service Bus, storage accounts."""

from __future__ import annotations


def test_a_web_site_is_made_configured_scaled_and_deleted(azure, run, table):
    assert ["West US"] in table("site", "location", "list")
    azure("site", "create", "mysite", "--location", "West US")
    assert table("site", "list") == [["mysite", "Running", "West US", "Free", "mysite.azurewebsites.net"]]
    azure("site", "set", "mysite", "--net-version", "3.5", "--platform", "x64", "--web-socket", "-m", "classic")
    azure("site", "appsetting", "add", "one=1;two=2", "mysite")
    azure("site", "appsetting", "delete", "one", "mysite", "--quiet")
    azure("site", "connectionstring", "add", "mydata", "Server=x", "SQLServer", "mysite")
    azure("site", "defaultdocument", "add", "first.html", "mysite", "--position", "0")
    azure("site", "handler", "add", ".php", r"c:\php.exe", "mysite")
    azure("site", "log", "set", "mysite", "--web-server-logging")
    azure("site", "scale", "mode", "standard", "mysite")
    azure("site", "scale", "instances", "2", "mysite", "--size", "medium")
    azure("site", "domain", "add", "www.contoso.com", "mysite")

    shown = azure("site", "show", "mysite")
    site, config = shown["site"], shown["config"]
    assert (site["sku"], site["hostNames"]) == ("Standard", ["mysite.azurewebsites.net", "www.contoso.com"])
    assert (config["netFrameworkVersion"], config["managedPipelineMode"]) == ("v2.0", "Classic")
    assert (config["use32BitWorkerProcess"], config["webSocketsEnabled"]) == (False, True)
    assert (config["httpLoggingEnabled"], config["defaultDocuments"][0]) == (True, "first.html")
    assert config["handlerMappings"] == [{"extension": ".php", "scriptProcessor": r"c:\php.exe"}]
    assert azure("site", "connectionstring", "show", "mydata", "mysite")["connectionString"] == "Server=x"
    assert {"name": "two", "value": "2"} in azure("site", "appsetting", "list", "mysite")
    assert len(shown["instances"]) == 2

    azure("site", "domain", "delete", "www.contoso.com", "mysite", "--quiet")
    azure("site", "stop", "mysite")
    assert [one["state"] for one in azure("site", "list")] == ["Stopped"]
    azure("site", "start", "mysite")
    azure("site", "restart", "mysite")
    azure("site", "delete", "mysite", "--quiet")
    assert azure("site", "list") == []
    assert "Unable to locate site named mysite" in run("site", "show", "mysite").stderr


def test_slots_of_a_web_site_are_swapped(azure, table):
    staging = ("--slot", "staging")
    azure("site", "create", "twofold", "--location", "West US")
    azure("site", "scale", "mode", "standard", "twofold")
    azure("site", "create", "twofold", "--location", "West US", *staging)
    azure("site", "appsetting", "add", "version=new", "twofold", *staging)
    azure("site", "swap", "twofold", "staging", "--quiet")

    assert "version" in {one["name"] for one in azure("site", "appsetting", "list", "twofold")}
    assert "version" not in {one["name"] for one in azure("site", "appsetting", "list", "twofold", *staging)}
    assert [row[1] for row in table("site", "list", "twofold")] == ["Running", "staging"]
    azure("site", "delete", "twofold", *staging, "--quiet")
    azure("site", "delete", "twofold", "--quiet")


def test_sql_servers_and_their_firewalls(azure, table):
    name = azure("sql", "server", "create", "me", "Passw0rd!", "West US", "--defaultFirewallRule")["name"]
    assert table("sql", "server", "list") == [[name, "West US"]]
    shown = azure("sql", "server", "show", name)
    assert (shown["administratorUserName"], shown["state"]) == ("me", "Ready")
    rule = ("sql", "firewallrule")
    azure(*rule, "create", name, "myrule", "1.2.3.4", "1.2.3.5")
    assert [one["name"] for one in azure(*rule, "list", name)] == ["AllowAllWindowsAzureIps", "myrule"]
    azure(*rule, "delete", name, "myrule", "--quiet")
    azure("sql", "server", "delete", name, "--quiet")
    assert azure("sql", "server", "list") == []


def test_namespaces_of_service_bus(azure, table):
    assert ["West US", "West US"] in table("sb", "namespace", "location", "list")
    assert azure("sb", "namespace", "check", "mynamespace") == {"available": True}
    azure("sb", "namespace", "create", "mynamespace", "West US")
    assert azure("sb", "namespace", "check", "mynamespace") == {"available": False}
    assert table("sb", "namespace", "list") == [["mynamespace", "West US", "Active"]]
    azure("sb", "namespace", "delete", "mynamespace", "--quiet")


def test_storage_accounts_are_changed_and_looked_for(azure, table):
    account = ("storage", "account")
    azure(*account, "create", "mystore", "--location", "West US", "--type", "LRS")
    assert azure(*account, "check", "mystore")["nameAvailable"] is False
    azure(*account, "set", "mystore", "--type", "GRS", "--label", "mine", "--description", "A store")
    shown = azure(*account, "show", "mystore")["properties"]
    assert (shown["accountType"], shown["label"], shown["description"]) == ("Standard_GRS", "mine", "A store")
    assert table(*account, "list") == [["mystore", "Standard_GRS", "mine", "West US", "Default-Storage-WestUS"]]
    connection = azure(*account, "connectionstring", "show", "mystore")["string"]
    assert connection.startswith("DefaultEndpointsProtocol=https;AccountName=mystore;AccountKey=")
    azure(*account, "delete", "mystore", "--quiet")
