"""Rows: SQL servers, their firewall rules, quotas, service objectives and logs of events."""

from __future__ import annotations

from functools import partial

from emulator.domain import sql_servers
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.surface.operation import Operation, Query
from emulator.surface.parameters import any_time, number, words
from emulator.wire import sql_servers as documents
from emulator.wire.sql_resources import PASSWORDS, RESOURCES, SERVERS

FAMILY = "SQL database"
SINCE = "2012-03-01"
ALL = "/{subscription_id}/services/sqlservers/servers"
SERVER = f"{ALL}/{{server_name}}"

_server = partial(Operation, family=FAMILY, since=SINCE, speaks=SERVERS, evidence=SEEN)
_resource = partial(Operation, family=FAMILY, since=SINCE, speaks=RESOURCES)


EVENTS = (
    Query("startDate", "start_date", any_time, required=True),
    Query("intervalSizeInMinutes", "interval_size_in_minutes", number, required=True),
    Query("eventTypes", "event_types", words),
)

ROWS = (
    _server(name="ListServers", method="GET", path=ALL, does=sql_servers.list_all, writes=documents.SERVERS),
    _server(
        name="CreateServer",
        method="POST",
        path=ALL,
        reads=documents.CREATE_SERVER,
        does=sql_servers.create,
        writes=documents.SERVER_NAME,
        status=201,
        confidential=True,
    ),
    _server(name="DeleteServer", method="DELETE", path=SERVER, does=sql_servers.delete),
    _server(
        name="SetServerAdminPassword",
        method="POST",
        path=f"{SERVER}?op=ResetPassword",
        reads=documents.PASSWORD,
        does=sql_servers.reset_password,
        confidential=True,
        speaks=PASSWORDS,
    ),
    _resource(
        name="ListFirewallRules",
        method="GET",
        path=f"{SERVER}/firewallrules",
        does=sql_servers.list_rules,
        writes=documents.FIREWALL_RULES,
        evidence=SEEN,
    ),
    _resource(
        name="CreateFirewallRule",
        method="POST",
        path=f"{SERVER}/firewallrules",
        reads=documents.FIREWALL_RULE_INPUT,
        does=sql_servers.create_rule,
        writes=documents.FIREWALL_RULE,
        status=201,
        evidence=SEEN,
    ),
    _resource(
        name="GetFirewallRule",
        method="GET",
        path=f"{SERVER}/firewallrules/{{rule_name}}",
        does=sql_servers.find_rule,
        writes=documents.FIREWALL_RULE,
    ),
    _resource(
        name="UpdateFirewallRule",
        method="PUT",
        path=f"{SERVER}/firewallrules/{{rule_name}}",
        reads=documents.FIREWALL_RULE_INPUT,
        does=sql_servers.update_rule,
        writes=documents.FIREWALL_RULE,
        evidence=SEEN,
    ),
    _resource(
        name="DeleteFirewallRule",
        method="DELETE",
        path=f"{SERVER}/firewallrules/{{rule_name}}",
        does=sql_servers.delete_rule,
        evidence=SEEN,
    ),
    _resource(
        name="ListQuotas",
        method="GET",
        path=f"{SERVER}/serverquotas",
        does=sql_servers.list_quotas,
        writes=documents.QUOTAS,
        evidence=SEEN,
    ),
    _resource(
        name="GetQuota",
        method="GET",
        path=f"{SERVER}/serverquotas/{{quota_name}}",
        does=sql_servers.find_quota,
        writes=documents.QUOTA,
    ),
    _resource(
        name="ListServiceLevelObjectives",
        method="GET",
        path=f"{SERVER}/serviceobjectives",
        does=sql_servers.list_objectives,
        writes=documents.SERVICE_OBJECTIVES,
        evidence=SEEN,
    ),
    _resource(
        name="GetServiceLevelObjective",
        method="GET",
        path=f"{SERVER}/serviceobjectives/{{service_objective_id}}",
        does=sql_servers.find_objective,
        writes=documents.SERVICE_OBJECTIVE,
    ),
    _resource(
        name="GetServerEventLogs",
        method="GET",
        path=f"{SERVER}/events",
        query=EVENTS,
        does=sql_servers.list_events,
        writes=documents.EVENTS,
        evidence=ASSUMED,
    ),
    _resource(
        name="GetDatabaseEventLogs",
        method="GET",
        path=f"{SERVER}/databases/{{database_name}}/events",
        query=EVENTS,
        does=sql_servers.list_database_events,
        writes=documents.EVENTS,
        evidence=ASSUMED,
    ),
)
