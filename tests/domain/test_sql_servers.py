"""SQL servers: names, administrators, firewall rules, quotas, service objectives and events."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from emulator.domain import errors_sql, sql_servers
from emulator.domain.sql_servers import CreateServer, FirewallRuleInput, Password

SECRET = "T5ii-B48x"
START = datetime(2015, 7, 1, tzinfo=UTC)


@pytest.fixture
def create(subscription, operation):
    def create(login="azuredb", password=SECRET, location="West US", version=None):
        command = CreateServer(
            administrator_login=login, administrator_login_password=password, location=location, version=version
        )
        return sql_servers.create(subscription, operation(), command)

    return create


@pytest.fixture
def rule(subscription, operation):
    def rule(server, name="AllowAll", start="192.168.144.0", end="192.168.144.255"):
        return sql_servers.create_rule(subscription, operation(), FirewallRuleInput(name, start, end), server.name)

    return rule


def test_a_server_is_given_a_name_a_master_database_and_nothing_else(create):
    server = create(location="west us")
    assert re.fullmatch(r"[a-z][a-z0-9]{9}", server.name)
    assert server.fully_qualified_domain_name == f"{server.name}.database.windows.net"
    assert (server.location, server.version, server.state) == ("West US", "2.0", "Ready")
    (master,) = server.databases.values()
    assert (master.id, master.name, master.edition, master.max_size_bytes) == (1, "master", "System", 5 * 2**30)
    assert (master.is_system_object, master.recovery_period_start_date) == (True, None)
    assert server.firewall_rules == {}


def test_names_of_servers_follow_from_the_seed_and_are_listed_in_their_order(subscription, create):
    names = [create().name for _ in range(6)]
    assert len(set(names)) == 6
    assert [one.name for one in sql_servers.list_all(subscription)] == sorted(names)


def test_a_server_that_cannot_be_is_refused(create, refuses):
    refuses(errors_sql.SQL_LOCATION_NOT_FOUND, create, location="Atlantis")
    refuses(errors_sql.SQL_SERVER_VERSION, create, version="3.0")
    for login in ("", "sa", "Admin", "1st", "a b", "x" * 129):
        refuses(errors_sql.SQL_LOGIN, create, login=login)
    refuses(errors_sql.SQL_PASSWORD_TOO_LONG, create, password="aB1" * 43)
    for password in ("aB1-", "onlylower1", "xAZUREDB1-"):
        refuses(errors_sql.SQL_PASSWORD_TOO_SIMPLE, create, password=password)


def test_there_are_no_more_servers_than_the_subscription_may_have(subscription, create, refuses):
    for _ in range(subscription.catalog.limits.sql_servers):
        create()
    refuses(errors_sql.SQL_SERVER_QUOTA, create)


def test_the_password_is_reset_and_is_nowhere_to_be_read(subscription, operation, create, picture, refuses):
    server = create()
    assert sql_servers.is_password(server, SECRET)
    sql_servers.reset_password(subscription, operation(), Password("U6jj-C59y"), server.name)
    assert not sql_servers.is_password(server, SECRET)
    assert sql_servers.is_password(server, "U6jj-C59y")
    assert "U6jj-C59y" not in str(picture(subscription))

    def reset(password, name):
        return sql_servers.reset_password(subscription, operation(), Password(password), name)

    refuses(errors_sql.SQL_PASSWORD_TOO_SIMPLE, reset, "short", server.name)
    refuses(errors_sql.SQL_SERVER_NOT_FOUND, reset, "U6jj-C59y", "another")
    refuses(errors_sql.SQL_SERVER_NAME, reset, "U6jj-C59y", "!NotValid$")


def test_a_server_is_deleted_with_all_that_is_on_it(subscription, operation, create, refuses):
    server = create()
    sql_servers.delete(subscription, operation(), server.name)
    assert subscription.sql_servers == {}
    refuses(errors_sql.SQL_SERVER_NOT_FOUND, sql_servers.delete, subscription, operation(), server.name)
    for name in ("!NotValid$", "-a", "a-", "Ünder"):
        message = refuses(errors_sql.SQL_SERVER_NAME, sql_servers.delete, subscription, operation(), name)
        assert f'Servername "{name}" cannot be empty' in message


def test_firewall_rules_are_made_changed_renamed_and_taken_away(subscription, operation, create, rule):
    server = create()
    first, second = rule(server), rule(server, "other", "10.0.0.1", "10.0.0.1")
    assert sql_servers.list_rules(subscription, server.name) == [first, second]

    changed = sql_servers.update_rule(
        subscription, operation(), FirewallRuleInput("New", "10.0.0.0", "10.0.0.9"), server.name, "ALLOWALL"
    )
    assert (changed.name, changed.start_ip_address, changed.end_ip_address) == ("New", "10.0.0.0", "10.0.0.9")
    assert sql_servers.list_rules(subscription, server.name) == [changed, second]
    assert sql_servers.find_rule(subscription, server.name, "new") == changed

    sql_servers.delete_rule(subscription, operation(), server.name, "other")
    assert sql_servers.list_rules(subscription, server.name) == [changed]


def test_a_firewall_rule_that_cannot_be_is_refused(subscription, operation, create, rule, refuses):
    server = create()
    rule(server)
    rule(server, "other")
    refuses(errors_sql.SQL_RESOURCE_EXISTS, rule, server, "allowall")
    refuses(errors_sql.SQL_ADDRESS, rule, server, "new", "somewhere")
    refuses(errors_sql.SQL_ADDRESS_RANGE, rule, server, "new", "10.0.0.2", "10.0.0.1")
    for name in (" ", "x" * 129, "a/b", "ends with."):
        refuses(errors_sql.SQL_RESOURCE_NAME, rule, server, name)

    def update(name, given, start="10.0.0.1"):
        command = FirewallRuleInput(given, start, "10.0.0.9")
        return sql_servers.update_rule(subscription, operation(), command, server.name, name)

    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, update, "nothing", "nothing")
    refuses(errors_sql.SQL_RESOURCE_EXISTS, update, "allowall", "other")
    refuses(errors_sql.SQL_ADDRESS, update, "allowall", "allowall", "10.0.0")
    message = refuses(
        errors_sql.SQL_RESOURCE_NOT_FOUND, sql_servers.delete_rule, subscription, operation(), server.name, "!NotValid$"
    )
    assert message == (
        "Resource with the name '!NotValid$' does not exist. To continue, specify a valid resource name."
    )


def test_a_server_has_so_many_rules_and_no_more(create, rule, refuses):
    server = create()
    for number in range(sql_servers.RULES):
        rule(server, f"rule{number}")
    refuses(errors_sql.SQL_TOO_MANY_RULES, rule, server, "one more")


def test_quotas_and_service_objectives_are_told_of_every_server(subscription, create, refuses):
    server = create()
    (quota,) = sql_servers.list_quotas(subscription, server.name)
    assert quota == (server.name, "server_dtu_quota", 2000)
    assert sql_servers.find_quota(subscription, server.name, "Server_DTU_Quota") == quota
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, sql_servers.find_quota, subscription, server.name, "other")

    offered = sql_servers.list_objectives(subscription, server.name)
    assert [one.objective.name for one in offered[:3]] == ["S2", "P1", "P2"]
    basic = "DD6D99BB-f193-4ec1-86f2-43d3bccbc49c"
    assert sql_servers.find_objective(subscription, server.name, basic).objective.name == "Basic"
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, sql_servers.find_objective, subscription, server.name, "Basic")
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, sql_servers.list_objectives, subscription, "nowhere")


def test_nothing_ever_happened_on_a_server(subscription, create, refuses):
    server = create()

    def events(minutes=5, types=(), database=None):
        keywords = {"start_date": START, "interval_size_in_minutes": minutes, "event_types": types}
        if database:
            return sql_servers.list_database_events(subscription, server.name, database, **keywords)
        return sql_servers.list_events(subscription, server.name, **keywords)

    assert events() == events(1440, ("deadlock", "throttling")) == events(60, database="master") == []
    refuses(errors_sql.SQL_EVENTS, events, 10)
    refuses(errors_sql.SQL_EVENTS, events, 5, ("deadlocks",))
    refuses(errors_sql.SQL_RESOURCE_NOT_FOUND, events, database="nothing")
