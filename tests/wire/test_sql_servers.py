"""SQL servers and databases on the wire: bodies of every client, and answers held against recorded ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from lxml import etree

from emulator.catalog import load_catalog
from emulator.domain import errors, errors_sql, sql_servers
from emulator.domain.lifecycle import DATABASE_COPY, SERVICE_OBJECTIVE_ASSIGNMENT
from emulator.domain.sql_databases import CreateDatabase, UpdatedDatabase
from emulator.domain.sql_records import FirewallRule, SqlDatabase, SqlServer
from emulator.domain.sql_servers import OfferedObjective, ServerQuota
from emulator.wire import sql_dac
from emulator.wire import sql_databases as databases
from emulator.wire import sql_servers as servers
from emulator.wire.reading import BodyError
from emulator.wire.sql_resources import PASSWORDS, RESOURCES, SERVERS
from emulator.wire.writing import Context

SQL = 'xmlns="http://schemas.microsoft.com/sqlazure/2010/12/"'
AZURE = 'xmlns="http://schemas.microsoft.com/windowsazure"'
ROOT = f'{AZURE} xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
CONTEXT = Context("2014-10-01", SimpleNamespace(id="sub"))
LINK = "https://management.core.windows.net/sub/services/sqlservers/servers/leqnfqvnze"
CREATED = datetime(2015, 7, 1, 0, 3, 53, 500_000, UTC)
BASIC = "dd6d99bb-f193-4ec1-86f2-43d3bccbc49c"


NODE = (
    "<Name>a</Name><Edition>Web</Edition><MaxSizeGB>5</MaxSizeGB><CollationName>c</CollationName><MaxSizeBytes>"
    "5368709120</MaxSizeBytes><ServiceObjectiveId>x</ServiceObjectiveId>"
)


@pytest.fixture
def server():
    return SqlServer(
        name="leqnfqvnze", administrator_login="azuredb", password_digest="x", location="West US", version="2.0"
    )


@pytest.fixture
def database():
    return SqlDatabase(
        id=4,
        name="temp",
        server_name="leqnfqvnze",
        edition="Basic",
        collation_name="SQL_Latin1_General_CP1_CI_AS",
        max_size_bytes=2 * 2**30,
        creation_date=CREATED,
        service_objective_id=BASIC,
        assigned_service_objective_id=BASIC,
        assignment_success_date=CREATED + timedelta(seconds=1, milliseconds=307),
        recovery_period_start_date=CREATED + timedelta(minutes=30),
    )


def test_the_creation_of_a_server_is_read_as_clients_send_it():
    inside = (
        "<AdministratorLogin>azuredb</AdministratorLogin><AdministratorLoginPassword>T5ii-B48x"
        "</AdministratorLoginPassword><Location>West US</Location>"
    )
    made = servers.CREATE_SERVER.read(f"<Server {SQL}>{inside}</Server>".encode())
    assert (made.administrator_login, made.administrator_login_password) == ("azuredb", "T5ii-B48x")
    assert (made.location, made.version) == ("West US", None)
    later = servers.CREATE_SERVER.read(f"<Server {SQL}>{inside}<Version>12.0</Version></Server>".encode())
    assert later.version == "12.0"
    with pytest.raises(BodyError, match="namespace"):
        servers.CREATE_SERVER.read(f"<Server {AZURE}>{inside}</Server>".encode())


def test_a_new_password_is_the_text_of_its_element():
    body = f"<AdministratorLoginPassword {SQL}>U6&amp;jj</AdministratorLoginPassword>".encode()
    assert servers.PASSWORD.read(body, "2014-10-01", []) == sql_servers.Password("U6&jj")
    for wrong in (body.replace(b"sqlazure", b"other"), body.replace(b"U6&amp;jj", b"<a/>"), b""):
        with pytest.raises(BodyError):
            servers.PASSWORD.read(wrong, "2014-10-01", [])


def test_servers_are_written_as_recorded(server):
    assert servers.SERVER_NAME.write(server, CONTEXT).decode() == (
        f'<ServerName FullyQualifiedDomainName="leqnfqvnze.database.windows.net" {SQL}>leqnfqvnze</ServerName>'
    )
    assert servers.SERVERS.write([server], CONTEXT).decode() == (
        f"<Servers {SQL}>\n  <Server>\n    <Name>leqnfqvnze</Name>\n"
        "    <AdministratorLogin>azuredb</AdministratorLogin>\n    <Location>West US</Location>\n"
        "    <FullyQualifiedDomainName>leqnfqvnze.database.windows.net</FullyQualifiedDomainName>\n"
        "    <Version>2.0</Version>\n    <State>Ready</State>\n  </Server>\n</Servers>"
    )
    assert len(etree.fromstring(servers.SERVERS.write([], CONTEXT))) == 0


def test_a_firewall_rule_is_read_and_written_as_recorded():
    given = (
        f"<ServiceResource {AZURE}><Name>AllowAll</Name><StartIPAddress>192.168.144.0</StartIPAddress>"
        "<EndIPAddress>192.168.144.255</EndIPAddress></ServiceResource>"
    )
    read = servers.FIREWALL_RULE_INPUT.read(given.encode())
    assert read == sql_servers.FirewallRuleInput("AllowAll", "192.168.144.0", "192.168.144.255")
    inside = (
        "<Name>AllowAll</Name><Type>Microsoft.SqlAzure.FirewallRule</Type><State>Normal</State>"
        f"<SelfLink>{LINK}/firewallrules/AllowAll</SelfLink><ParentLink>{LINK}</ParentLink>"
        "<StartIPAddress>192.168.144.0</StartIPAddress><EndIPAddress>192.168.144.255</EndIPAddress>"
    )
    rule = FirewallRule("AllowAll", "leqnfqvnze", "192.168.144.0", "192.168.144.255")
    assert servers.FIREWALL_RULE.write(rule, CONTEXT).decode() == f"<ServiceResource {ROOT}>{inside}</ServiceResource>"
    assert servers.FIREWALL_RULES.write([rule], CONTEXT).decode() == (
        f"<ServiceResources {ROOT}><ServiceResource>{inside}</ServiceResource></ServiceResources>"
    )


def test_the_quota_is_written_as_recorded():
    quota = ServerQuota("leqnfqvnze", "server_dtu_quota", 2000)
    assert servers.QUOTAS.write([quota], CONTEXT).decode() == (
        f"<ServiceResources {ROOT}><ServiceResource><Name>server_dtu_quota</Name>"
        "<Type>Microsoft.SqlAzure.ServerQuota</Type><State>Normal</State>"
        f"<SelfLink>{LINK}/serverquotas/server_dtu_quota</SelfLink><ParentLink>{LINK}</ParentLink>"
        "<Value>2000</Value></ServiceResource></ServiceResources>"
    )


def test_an_objective_is_written_with_its_dimension_as_recorded():
    objectives = {one.name: one for one in load_catalog().service_objectives}
    assert servers.SERVICE_OBJECTIVE.write(OfferedObjective("leqnfqvnze", objectives["S2"]), CONTEXT).decode() == (
        f"<ServiceResource {ROOT}><Name>S2</Name><Type>Microsoft.SqlAzure.ServiceObjective</Type><State>Normal</State>"
        f"<SelfLink>{LINK}/serviceobjectives/455330e1-00cd-488b-b5fa-177c226f28b7</SelfLink>"
        f"<ParentLink>{LINK}</ParentLink><Id>455330e1-00cd-488b-b5fa-177c226f28b7</Id><IsDefault>False</IsDefault>"
        "<IsSystem>False</IsSystem><Description>Standard S2 resource allocation.</Description><Enabled>True</Enabled>"
        "<DimensionSettings><ServiceResource><Name>S2</Name><Type>Microsoft.SqlAzure.DimensionSetting</Type>"
        f"<State>Normal</State><SelfLink>{LINK}/dimensionsettings/a6929526-f04f-48d2-8c46-babe799f2192</SelfLink>"
        f"<ParentLink>{LINK}</ParentLink><Id>a6929526-f04f-48d2-8c46-babe799f2192</Id>"
        "<Description>Standard S2 resource allocation.</Description><Ordinal>6</Ordinal><IsDefault>False</IsDefault>"
        "</ServiceResource></DimensionSettings></ServiceResource>"
    )
    system = servers.SERVICE_OBJECTIVE.write(OfferedObjective("s", objectives["System Standard"]), CONTEXT).decode()
    assert "<DimensionSettings><ServiceResource><Name>Shared</Name>" in system
    assert "<Description>Shared resource allocation.</Description><Ordinal>2</Ordinal><IsDefault>True" in system


@pytest.mark.parametrize(
    ("inside", "command"),
    [
        (
            f"<Name>testdb</Name><Edition>Basic</Edition><ServiceObjectiveId>{BASIC}</ServiceObjectiveId>",
            CreateDatabase(name="testdb", edition="Basic", service_objective_id=BASIC),
        ),
        (
            NODE,
            CreateDatabase(
                name="a",
                edition="Web",
                max_size_gb=5,
                collation_name="c",
                max_size_bytes=5 * 2**30,
                service_objective_id="x",
            ),
        ),
    ],
    ids=["python", "node"],
)
def test_the_creation_of_a_database_is_read_in_the_order_of_every_client(inside, command):
    unread = []
    body = f"<ServiceResource {AZURE}>{inside}</ServiceResource>".encode()
    assert databases.CREATE_DATABASE.read(body, "2014-10-01", unread) == command
    assert unread == []


@pytest.mark.parametrize("size", ["1.5", "1e9", "9" * 20, "-", "²"])
def test_a_size_is_a_whole_number_of_bytes(size):
    body = f"<ServiceResource {AZURE}><MaxSizeBytes>{size}</MaxSizeBytes></ServiceResource>".encode()
    with pytest.raises(BodyError, match="64-bit"):
        databases.UPDATE_DATABASE.read(body)


def expected(name, collation, objective):
    return (
        f"<ServiceResource {ROOT}><Name>{name}</Name><Type>Microsoft.SqlAzure.Database</Type><State>Normal</State>"
        f"<SelfLink>{LINK}/databases/{name}</SelfLink><ParentLink>{LINK}</ParentLink><Id>4</Id><Edition>Basic</Edition>"
        f"<MaxSizeGB>2</MaxSizeGB>{collation}<CreationDate>2015-07-01T00:03:53.5000000Z</CreationDate>"
        '<IsFederationRoot>False</IsFederationRoot><IsSystemObject>False</IsSystemObject><SizeMB i:nil="true"/>'
        f"<MaxSizeBytes>2147483648</MaxSizeBytes>{objective}"
        f"<AssignedServiceObjectiveId>{BASIC}</AssignedServiceObjectiveId>"
        "<ServiceObjectiveAssignmentState>1</ServiceObjectiveAssignmentState>"
        "<ServiceObjectiveAssignmentStateDescription>Complete</ServiceObjectiveAssignmentStateDescription>"
        "<ServiceObjectiveAssignmentErrorCode>0</ServiceObjectiveAssignmentErrorCode>"
        '<ServiceObjectiveAssignmentErrorDescription i:nil="true"/>'
        "<ServiceObjectiveAssignmentSuccessDate>2015-07-01T00:03:54.8070000Z</ServiceObjectiveAssignmentSuccessDate>"
        "<RecoveryPeriodStartDate>2015-07-01T00:33:53.5000000Z</RecoveryPeriodStartDate>"
        "<IsSuspended>False</IsSuspended></ServiceResource>"
    )


def test_a_database_is_written_as_recorded(database):
    collation = "<CollationName>SQL_Latin1_General_CP1_CI_AS</CollationName>"
    objective = f"<ServiceObjectiveId>{BASIC}</ServiceObjectiveId>"
    assert databases.DATABASE.write(database, CONTEXT).decode() == expected("temp", collation, objective)


def test_a_database_that_was_renamed_is_written_as_recorded(database):
    database.name = "newname"
    written = databases.UPDATED_DATABASE.write(UpdatedDatabase(database, None), CONTEXT).decode()
    nils = '<CollationName i:nil="true"/>', '<ServiceObjectiveId i:nil="true"/>'
    assert written == expected("newname", *nils)
    asked = databases.UPDATED_DATABASE.write(UpdatedDatabase(database, "asked"), CONTEXT).decode()
    assert "<ServiceObjectiveId>asked</ServiceObjectiveId>" in asked


def test_the_links_of_a_database_are_addresses_whatever_its_name(database):
    database.name = "a b&c"
    written = etree.fromstring(databases.DATABASE.write(database, CONTEXT))
    assert written.findtext("{*}SelfLink") == f"{LINK}/databases/a%20b%26c"


def test_what_is_imported_is_read_as_node_sends_it():
    namespace = "http://schemas.datacontract.org/2004/07/Microsoft.SqlServer.Management.Dac.ServiceTypes"
    kind = 'p2:type="BlobStorageAccessKeyCredentials" xmlns:p2="http://www.w3.org/2001/XMLSchema-instance"'
    body = (
        f'<ImportInput xmlns="{namespace}"><AzureEdition>Web</AzureEdition><BlobCredentials {kind}><Uri>u</Uri>'
        "<StorageAccessKey>k</StorageAccessKey></BlobCredentials><ConnectionInfo><DatabaseName>d</DatabaseName>"
        "<Password>p</Password><ServerName>s</ServerName><UserName>a</UserName></ConnectionInfo>"
        "<DatabaseSizeInGB>5</DatabaseSizeInGB></ImportInput>"
    )
    read = sql_dac.IMPORT_INPUT.read(body.encode())
    assert (read.azure_edition, read.database_size_in_gb, read.blob_credentials.uri) == ("Web", 5, "u")
    assert (read.connection_info.database_name, read.connection_info.user_name) == ("d", "a")


def test_a_server_is_refused_with_a_number_and_what_is_on_it_without_a_code():
    assert SERVERS.refusal(errors_sql.SQL_SERVER_NAME(name="!NotValid$")).decode() == (
        f'<Error {SQL}><Code>40645</Code><Message>Servername "!NotValid$" cannot be empty or null. It can only be '
        "made up of lowercase letters 'a'-'z', the numbers 0-9 and the hyphen. The hyphen may not lead or trail in the "
        "name.</Message><Severity>16</Severity><State>1</State></Error>"
    )
    assert RESOURCES.refusal(errors_sql.SQL_RESOURCE_NOT_FOUND(name="!NotValid$")).decode() == (
        '<Error xmlns="Microsoft.SqlServer.Management.Framework.Web.Services" '
        "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><Message>Resource with the name '!NotValid$' does not "
        'exist. To continue, specify a valid resource name.</Message><InnerError i:nil="true"/></Error>'
    )


def test_a_server_has_a_number_for_what_is_no_error_of_sql():
    assert b"<Code>40639</Code>" in SERVERS.refusal(errors.WRONG_XML(why="why"))
    assert b"<Code>40640</Code>" in SERVERS.refusal(errors.INTERNAL_ERROR())


def test_only_what_is_on_a_server_is_not_to_be_stored():
    assert dict(SERVERS.headers)["Cache-Control"] == "no-cache"
    for dialect in (PASSWORDS, RESOURCES):
        headers = dict(dialect.headers)
        assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store,no-cache", "nosniff")
        assert headers.keys() - {"X-Content-Type-Options"} == dict(SERVERS.headers).keys()


def test_every_state_of_a_database_has_a_number():
    assert set(databases.ASSIGNMENT_STATES) == set(SERVICE_OBJECTIVE_ASSIGNMENT.states)
    assert set(databases.REPLICATION_STATES) >= set(DATABASE_COPY.states)
