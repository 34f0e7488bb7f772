"""SQL servers, their firewall rules, quotas, service objectives and logs of events."""

from __future__ import annotations

from typing import Any

from emulator.domain import sql_servers
from emulator.domain.sql_records import SqlServer
from emulator.domain.sql_servers import OfferedObjective
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, column, many
from emulator.wire.reading import BodyError, parse
from emulator.wire.sql_resources import CAPITAL, SQL, listed, resource
from emulator.wire.terms import XML
from emulator.wire.values import INTEGER, escape
from emulator.wire.writing import Context

CREATE_SERVER = Contract(
    "Server",
    sql_servers.CreateServer,
    (
        column("AdministratorLogin", required=True),
        column("AdministratorLoginPassword", required=True),
        column("Location", required=True),
        column("Version"),
    ),
    namespace=SQL,
)


class _Password:
    """The body of a reset: one element whose text is the new password."""

    def read(self, body: bytes, version: str, unread: list[str]) -> sql_servers.Password:  # noqa: ARG002
        """Return the password."""
        root = parse(body)
        if root.tag != f"{{{SQL}}}AdministratorLoginPassword" or len(root):
            raise BodyError("/", root.sourceline, f"expected <AdministratorLoginPassword> in namespace {SQL}")
        return sql_servers.Password(root.text or "")


class _ServerName:
    """The answer to the creation of a server: its name as text, and its full name as an attribute."""

    media_type = XML

    def write(self, record: SqlServer, context: Context) -> bytes:  # noqa: ARG002
        """Return the document of a new server."""
        full = f'FullyQualifiedDomainName="{record.fully_qualified_domain_name}"'
        return f'<ServerName {full} xmlns="{SQL}">{record.name}</ServerName>'.encode()


class _Servers:
    """The list of servers: the one answer of theirs that the service indented, and that declares no `i`."""

    media_type = XML

    def write(self, record: list[SqlServer], context: Context) -> bytes:  # noqa: ARG002
        """Return the document of a list of servers."""
        if not record:
            return f'<Servers xmlns="{SQL}" />'.encode()
        lines = (line for server in record for line in ("  <Server>", *_fields(server), "  </Server>"))
        return "\n".join((f'<Servers xmlns="{SQL}">', *lines, "</Servers>")).encode("utf-8", "replace")


def _fields(server: SqlServer) -> list[str]:
    values = {
        "Name": server.name,
        "AdministratorLogin": server.administrator_login,
        "Location": server.location,
        "FullyQualifiedDomainName": server.fully_qualified_domain_name,
        "Version": server.version,
        "State": server.state,
    }
    return [f"    <{name}>{escape(value)}</{name}>" for name, value in values.items()]


PASSWORD, SERVER_NAME, SERVERS = _Password(), _ServerName(), _Servers()

FIREWALL_RULE_INPUT = Contract(
    "ServiceResource",
    sql_servers.FirewallRuleInput,
    (
        column("Name", required=True),
        column("StartIPAddress", attribute="start_ip_address", required=True),
        column("EndIPAddress", attribute="end_ip_address", required=True),
    ),
)
FIREWALL_RULE = resource(
    "FirewallRule",
    "firewallrules",
    column("StartIPAddress", attribute="start_ip_address"),
    column("EndIPAddress", attribute="end_ip_address"),
)
FIREWALL_RULES = listed(FIREWALL_RULE)

QUOTA = resource("ServerQuota", "serverquotas", column("Value", INTEGER))
QUOTAS = listed(QUOTA)


def _of_dimension(name: str, attribute: str) -> Column:
    """Return a column of what a dimension has of its own, or else of its objective."""

    def get(offered: OfferedObjective, _context: Context) -> str:
        own: str | None = getattr(offered.objective.dimension, attribute)
        return own or getattr(offered.objective, attribute)

    return column(name, get=get)


def _name_of_dimension(offered: OfferedObjective) -> str:
    return offered.objective.dimension.name or offered.objective.name


DIMENSION_SETTING = resource(
    "DimensionSetting",
    "dimensionsettings",
    column("Id", attribute="objective.dimension.id"),
    _of_dimension("Description", "description"),
    column("Ordinal", INTEGER, attribute="objective.dimension.ordinal"),
    column("IsDefault", CAPITAL, attribute="objective.dimension.is_default"),
    name=_name_of_dimension,
    key=lambda offered: offered.objective.dimension.id,
)
SERVICE_OBJECTIVE = resource(
    "ServiceObjective",
    "serviceobjectives",
    column("Id", attribute="objective.id"),
    column("IsDefault", CAPITAL, attribute="objective.is_default"),
    column("IsSystem", CAPITAL, attribute="objective.is_system"),
    column("Description", attribute="objective.description"),
    column("Enabled", CAPITAL, attribute="objective.enabled"),
    many("DimensionSettings", DIMENSION_SETTING, get=lambda offered, _c: [offered]),
    name=lambda offered: offered.objective.name,
    key=lambda offered: offered.objective.id,
)
SERVICE_OBJECTIVES = listed(SERVICE_OBJECTIVE)

EVENTS: Contract[Any] = listed(Contract("ServiceResource", nothing, ()))
"""No event was ever recorded, nor can one happen: the list is empty."""
