"""The methods of the SDK's class for SQL servers and databases."""

from __future__ import annotations

import re
from contextlib import contextmanager
from xml.etree import ElementTree as ET

import pytest
from azure.common import AzureHttpError
from azure.servicemanagement import SqlDatabaseManagementService

PASSWORD = "T5ii-B48x"
BASIC = "dd6d99bb-f193-4ec1-86f2-43d3bccbc49c"
S1 = "1b1ebd4d-d903-4baa-97f9-4ea675f5e928"
GIBIBYTE = 2**30
SERVERS = "{http://schemas.microsoft.com/sqlazure/2010/12/}"
RESOURCES = "{Microsoft.SqlServer.Management.Framework.Web.Services}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}0000Z")


@pytest.fixture
def sql(asm_redirect, subscription_id, certificate_path):
    service = SqlDatabaseManagementService(subscription_id, certificate_path)
    assert service.host == asm_redirect
    return service


@pytest.fixture
def server(sql):
    """The name of a server that is there."""
    return sql.create_server("azuredb", PASSWORD, "West US").server_name


@pytest.fixture
def link(subscription_id, server):
    return f"https://management.core.windows.net/{subscription_id}/services/sqlservers/servers/{server}"


@contextmanager
def refused(status, namespace, **expected):
    """The service has to refuse in one of the forms of SQL: with these elements, no others."""
    with pytest.raises(AzureHttpError) as raised:
        yield
    assert raised.value.status_code == status
    document = ET.fromstring(str(raised.value).partition("\n")[2])
    assert document.tag == f"{namespace}Error"
    assert {child.tag.removeprefix(namespace): child.text for child in document} == expected


def server_refuses(status, code, message):
    return refused(status, SERVERS, Code=code, Message=message, Severity="16", State="1")


def resource_refuses(status, message):
    return refused(status, RESOURCES, Message=message, InnerError=None)


def not_there(name):
    message = f"Resource with the name '{name}' does not exist. To continue, specify a valid resource name."
    return resource_refuses(404, message)


# ---- servers


def test_a_server_gets_a_name_and_is_listed_under_it(sql):
    created = sql.create_server("azuredb", PASSWORD, "West US")

    assert re.fullmatch("[a-z][a-z0-9]{9}", created.server_name)
    assert created.fully_qualified_domain_name == f"{created.server_name}.database.windows.net"
    (found,) = sql.list_servers()
    assert (found.name, found.administrator_login, found.location) == (created.server_name, "azuredb", "West US")
    assert (found.fully_qualified_domain_name, found.version) == (created.fully_qualified_domain_name, "2.0")
    assert found.geo_paired_region == ""


def test_servers_are_listed_by_name(sql):
    names = [sql.create_server("azuredb", PASSWORD, "West US").server_name for _ in range(3)]

    assert [one.name for one in sql.list_servers()] == sorted(names)


def test_a_server_that_cannot_be_is_refused(sql, subscription_id):
    with server_refuses(400, "40641", "Location 'Atlantis' cannot be found."):
        sql.create_server("azuredb", PASSWORD, "Atlantis")
    with server_refuses(400, "40616", "'sa' is not a valid login name in this version of SQL Server."):
        sql.create_server("sa", PASSWORD, "West US")
    simple = (
        "Password validation failed. The password does not meet policy requirements because it is not complex enough."
    )
    with server_refuses(400, "40632", simple):
        sql.create_server("azuredb", "password", "West US")
    for _ in range(6):
        sql.create_server("azuredb", PASSWORD, "West US")
    quota = f"Cannot move or create server. Subscription '{subscription_id}' will exceed server quota."
    with server_refuses(400, "40652", quota):
        sql.create_server("azuredb", PASSWORD, "West US")


def test_the_password_of_a_server_is_set_and_shown_nowhere(sql, server, sms):
    assert sql.set_server_admin_password(server, "U6jj-C59y") is None

    names = ["CreateServer", "SetServerAdminPassword"]
    operations = sms.list_subscription_operations("2015-01-01", "2099-01-01").subscription_operations
    assert [one.operation_name for one in operations] == names
    log = sms.perform_get(f"/{sms.subscription_id}/operations?StartTime=2015-01-01&EndTime=2099-01-01").body
    assert b"SetServerAdminPassword" in log
    assert PASSWORD.encode() not in log
    assert b"U6jj-C59y" not in log
    with pytest.raises(AzureHttpError, match="40632"):
        sql.set_server_admin_password(server, "short")


def test_a_server_is_deleted_with_its_databases(sql, server, subscription_id):
    sql.create_database(server, "testdb", BASIC)
    assert sql.delete_server(server) is None

    assert list(sql.list_servers()) == []
    with not_there(server):
        sql.list_databases(server)
    with server_refuses(404, "40647", f"Subscription '{subscription_id}' does not have server '{server}'."):
        sql.delete_server(server)


def test_a_name_that_no_server_can_have_is_refused_as_recorded(sql):
    message = (
        "Servername \"!NotValid$\" cannot be empty or null. It can only be made up of lowercase letters 'a'-'z', the "
        "numbers 0-9 and the hyphen. The hyphen may not lead or trail in the name."
    )
    with server_refuses(400, "40645", message):
        sql.delete_server("!NotValid$")


def test_the_quota_of_a_server_is_told(sql, server, link):
    (quota,) = sql.list_quotas(server)

    assert (quota.name, quota.type, quota.state) == ("server_dtu_quota", "Microsoft.SqlAzure.ServerQuota", "Normal")
    assert (quota.self_link, quota.parent_link) == (f"{link}/serverquotas/server_dtu_quota", link)
    assert quota.value == 2000
    with not_there("nowhere"):
        sql.list_quotas("nowhere")


def test_the_service_objectives_are_the_recorded_ones(sql, server, link):
    objectives = sql.list_service_level_objectives(server)

    names = ["S2", "P1", "P2", "Basic", "S1", "S0", "S4", "P3 deprecated", "P3", "System", "System Standard", "S3"]
    assert [one.name for one in objectives] == [*names, "Shared"]
    basic = objectives[3]
    assert (basic.id, basic.description) == (BASIC, "Basic resource allocation.")
    assert (basic.type, basic.state) == ("Microsoft.SqlAzure.ServiceObjective", "Normal")
    assert (basic.self_link, basic.parent_link) == (f"{link}/serviceobjectives/{BASIC}", link)
    assert [one.name for one in objectives if one.is_default] == ["Shared"]
    assert [one.name for one in objectives if one.is_system] == ["System", "System Standard"]
    assert [one.name for one in objectives if not one.enabled] == ["P3 deprecated"]


def test_nothing_ever_happened_on_a_server(sql, server):
    for types in ("", "connection_failed,deadlock"):
        assert list(sql.get_server_event_logs(server, "2011-09-28 16:05:00", 5, types)) == []
    with resource_refuses(400, "The event logs cannot be shown: an interval of 10 minutes is none of 5, 60, 1440."):
        sql.get_server_event_logs(server, "2011-09-28 16:05:00", 10)
    with resource_refuses(400, "startDate: 'yesterday' is not a time."):
        sql.get_server_event_logs(server, "yesterday", 5)


# ---- firewall rules


def test_firewall_rules_are_made_changed_listed_and_deleted(sql, server, link):
    assert sql.create_firewall_rule(server, "AllowAll", "192.168.144.0", "192.168.144.255") is None
    (rule,) = sql.list_firewall_rules(server)
    assert (rule.name, rule.type, rule.state) == ("AllowAll", "Microsoft.SqlAzure.FirewallRule", "Normal")
    assert (rule.self_link, rule.parent_link) == (f"{link}/firewallrules/AllowAll", link)
    assert (rule.start_ip_address, rule.end_ip_address) == ("192.168.144.0", "192.168.144.255")

    assert sql.update_firewall_rule(server, "AllowAll", "192.168.116.0", "192.168.116.255") is None
    (rule,) = sql.list_firewall_rules(server)
    assert (rule.name, rule.start_ip_address, rule.end_ip_address) == ("AllowAll", "192.168.116.0", "192.168.116.255")

    assert sql.delete_firewall_rule(server, "AllowAll") is None
    assert list(sql.list_firewall_rules(server)) == []


def test_a_firewall_rule_that_cannot_be_is_refused(sql, server):
    with not_there("!NotValid$"):
        sql.delete_firewall_rule(server, "!NotValid$")
    with not_there("none"):
        sql.update_firewall_rule(server, "none", "10.0.0.1", "10.0.0.2")
    with resource_refuses(400, "Start IP address of firewall rule cannot exceed End IP address."):
        sql.create_firewall_rule(server, "rule", "10.0.0.2", "10.0.0.1")
    with resource_refuses(400, "The address 'here' is not an IPv4 address."):
        sql.create_firewall_rule(server, "rule", "here", "10.0.0.1")
    sql.create_firewall_rule(server, "rule", "10.0.0.1", "10.0.0.1")
    exists = "Resource with the name 'rule' already exists. To continue, specify a different resource name."
    with resource_refuses(409, exists):
        sql.create_firewall_rule(server, "rule", "10.0.0.1", "10.0.0.1")


# ---- databases


def test_a_new_server_has_its_master_database(sql, server, link):
    (master,) = sql.list_databases(server)

    assert (master.name, master.type, master.state) == ("master", "Microsoft.SqlAzure.Database", "Normal")
    assert (master.self_link, master.parent_link) == (f"{link}/databases/master", link)
    assert (master.id, master.edition, master.max_size_bytes) == (1, "System", 5 * GIBIBYTE)
    assert (master.is_system_object, master.is_federation_root) == (True, False)
    assert TIME.fullmatch(master.creation_date)


def test_a_database_tells_what_it_was_created_with(sql, server, link):
    assert sql.create_database(server, "testdb", BASIC, "Basic") is None
    sql.create_database(server, "other", S1, "Standard", "Latin1_General_CI_AS", 20 * GIBIBYTE)

    _, found, other = sql.list_databases(server)
    assert (found.id, found.name, found.state) == (4, "testdb", "Normal")
    assert (found.self_link, found.parent_link) == (f"{link}/databases/testdb", link)
    assert (found.edition, found.collation_name) == ("Basic", "SQL_Latin1_General_CP1_CI_AS")
    assert (found.max_size_bytes, found.is_system_object, found.is_federation_root) == (2 * GIBIBYTE, False, False)
    assert TIME.fullmatch(found.creation_date)
    assert (other.id, other.edition, other.collation_name) == (5, "Standard", "Latin1_General_CI_AS")
    assert other.max_size_bytes == 20 * GIBIBYTE


def test_a_database_is_renamed_and_given_another_size_and_edition(sql, server):
    sql.create_database(server, "temp", BASIC, "Basic")
    assert sql.update_database(server, "temp", "newname") is None
    sql.update_database(server, "newname", None, S1, "Standard", 5 * GIBIBYTE)

    _, found = sql.list_databases(server)
    assert (found.id, found.name, found.edition, found.max_size_bytes) == (4, "newname", "Standard", 5 * GIBIBYTE)
    with not_there("temp"):
        sql.update_database(server, "temp", "again")


def test_a_database_is_deleted(sql, server):
    sql.create_database(server, "temp", BASIC, "Basic")
    assert sql.delete_database(server, "temp") is None

    assert [one.name for one in sql.list_databases(server)] == ["master"]
    with not_there("temp"):
        sql.delete_database(server, "temp")
    with resource_refuses(400, "Cannot use reserved database name 'master' in this operation."):
        sql.delete_database(server, "master")


def test_a_database_that_cannot_be_is_refused(sql, server):
    with not_there("nowhere"):
        sql.create_database("nowhere", "testdb", BASIC)
    with resource_refuses(400, "The specified service objective 'Basic' is invalid."):
        sql.create_database(server, "testdb", "Basic")
    with resource_refuses(400, "The edition 'Basic' does not support the service objective 'S1'."):
        sql.create_database(server, "testdb", S1, "Basic")
    with resource_refuses(400, f"The edition 'Basic' does not support the database data max size '{GIBIBYTE * 5}'."):
        sql.create_database(server, "testdb", BASIC, "Basic", max_size_bytes=GIBIBYTE * 5)
    sql.create_database(server, "testdb", BASIC)
    exists = "Resource with the name 'testdb' already exists. To continue, specify a different resource name."
    with resource_refuses(409, exists):
        sql.create_database(server, "testdb", BASIC)
    assert len(sql.list_databases(server)) == 2


def test_every_call_leaves_an_operation_that_ended(sql, server, sms):
    body = '<ServiceResource xmlns="http://schemas.microsoft.com/windowsazure"><Name>a</Name></ServiceResource>'
    answer = sql.perform_post(f"/{sql.subscription_id}/services/sqlservers/servers/{server}/databases", body)

    headers = dict(answer.headers)
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store,no-cache", "nosniff")
    operation = sms.get_operation_status(headers["x-ms-request-id"])
    assert (operation.status, operation.http_status_code) == ("Succeeded", "200")
