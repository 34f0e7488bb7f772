"""SQL servers: their administrators, firewall rules, quotas, service objectives and logs of events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from ipaddress import AddressValueError, IPv4Address
from string import ascii_lowercase, digits
from typing import NamedTuple

from msgspec import Struct

from emulator.catalog import ServiceObjective
from emulator.domain import errors_sql
from emulator.domain.records import TrackedOperation
from emulator.domain.sql_lookup import (
    MASTER,
    database,
    holder,
    location,
    new_database,
    resource_name,
    server,
    system_tier,
)
from emulator.domain.sql_records import FirewallRule, SqlServer
from emulator.domain.world import Subscription

VERSIONS = ("1.0", "2.0", "12.0")
DEFAULT_VERSION = "2.0"
MASTER_ID = 1
RULES = 128
PASSWORD_LENGTHS = (8, 128)
KINDS_IN_PASSWORD = 3
"""Of the four kinds of character, a password has to have that many."""
INTERVALS = (5, 60, 1440)
EVENT_TYPES = (
    "connection_successful",
    "connection_failed",
    "connection_terminated",
    "deadlock",
    "throttling",
    "throttling_long_transaction",
)
FORBIDDEN_LOGINS = ("admin", "administrator", "guest", "public", "root", "sa", "dbmanager", "loginmanager", "dbo")

_NAME_LENGTH = 10
_LOGIN = re.compile(r"[^\W\d][\w$#@-]{0,127}")
_KINDS = tuple(re.compile(kind) for kind in ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]"))


class CreateServer(Struct, frozen=True, kw_only=True):
    """What a caller says of a new server; its name is the service's to choose."""

    administrator_login: str
    administrator_login_password: str
    location: str
    version: str | None = None


class Password(Struct, frozen=True):
    """A new password of a server's administrator."""

    text: str


class FirewallRuleInput(Struct, frozen=True):
    """The first and the last address that a rule lets in."""

    name: str
    start_ip_address: str
    end_ip_address: str


class ServerQuota(NamedTuple):
    """How much of something a server may use."""

    server_name: str
    name: str
    value: int


class OfferedObjective(NamedTuple):
    """A service objective as a server offers it."""

    server_name: str
    objective: ServiceObjective


# ---- servers


def create(subscription: Subscription, _operation: TrackedOperation, command: CreateServer) -> SqlServer:
    """Make a server under a new name, with its database `master` and no firewall rules."""
    login = _login(command.administrator_login)
    _password(command.administrator_login_password, login)
    place = location(subscription, command.location)
    version = command.version or DEFAULT_VERSION
    if version not in VERSIONS:
        raise errors_sql.SQL_SERVER_VERSION(version=version, known=", ".join(VERSIONS))
    if len(subscription.sql_servers) >= subscription.catalog.limits.sql_servers:
        raise errors_sql.SQL_SERVER_QUOTA(subscription=subscription.id)
    name = _new_name(subscription)
    digest = _digest(name, command.administrator_login_password)
    made = SqlServer(name=name, administrator_login=login, password_digest=digest, location=place, version=version)
    subscription.sql_servers[name] = made
    new_database(subscription, made, MASTER, *system_tier(subscription), database_id=MASTER_ID)
    return made


def _new_name(subscription: Subscription) -> str:
    """Recorded: ten characters, a letter and then letters and digits, all lower-case. Unique: assumption 120."""
    taken = [one.sql_servers for one in subscription.world.neighbours(subscription)]
    letters = ascii_lowercase + digits
    while True:
        number = subscription.entropy.number(0, len(ascii_lowercase) * len(letters) ** (_NAME_LENGTH - 1) - 1)
        number, first = divmod(number, len(ascii_lowercase))
        name = ascii_lowercase[first]
        for _ in range(_NAME_LENGTH - 1):
            number, place = divmod(number, len(letters))
            name += letters[place]
        if not any(name in servers for servers in taken):
            return name


def _login(login: str) -> str:
    if _LOGIN.fullmatch(login) is None or login.lower() in FORBIDDEN_LOGINS:
        raise errors_sql.SQL_LOGIN(name=login)
    return login


def _password(password: str, login: str) -> None:
    least, most = PASSWORD_LENGTHS
    if len(password) > most:
        raise errors_sql.SQL_PASSWORD_TOO_LONG(limit=most)
    kinds = sum(kind.search(password) is not None for kind in _KINDS)
    if len(password) < least or kinds < KINDS_IN_PASSWORD or login.lower() in password.lower():
        raise errors_sql.SQL_PASSWORD_TOO_SIMPLE()


def _digest(server_name: str, password: str) -> str:
    return blake2b(password.encode("utf-8", "replace"), key=server_name.encode()[:64], digest_size=16).hexdigest()


def is_password(found: SqlServer, password: str) -> bool:
    """Tell whether that is the password of a server's administrator."""
    return found.password_digest == _digest(found.name, password)


def list_all(subscription: Subscription) -> list[SqlServer]:
    """Return every server, by name as the service had them."""
    return sorted(subscription.sql_servers.values(), key=lambda one: one.name)


def reset_password(
    subscription: Subscription, _operation: TrackedOperation, command: Password, server_name: str
) -> None:
    """Give a server's administrator another password."""
    found = server(subscription, server_name)
    _password(command.text, found.administrator_login)
    found.password_digest = _digest(found.name, command.text)


def delete(subscription: Subscription, _operation: TrackedOperation, server_name: str) -> None:
    """Delete a server with all that is on it; copies from or to its databases end."""
    found = server(subscription, server_name)
    for copy in list(subscription.database_copies.values()):
        if found.name in (copy.source_server_name, copy.destination_server_name):
            del subscription.database_copies[copy.id]
    del subscription.sql_servers[found.name]


# ---- firewall rules


def list_rules(subscription: Subscription, server_name: str) -> list[FirewallRule]:
    """Return the firewall rules of a server, oldest first."""
    return list(holder(subscription, server_name).firewall_rules.values())


def find_rule(subscription: Subscription, server_name: str, rule_name: str) -> FirewallRule:
    """Return the firewall rule of that name."""
    found = holder(subscription, server_name).firewall_rules.get(rule_name.lower())
    if found is None:
        raise errors_sql.SQL_RESOURCE_NOT_FOUND(name=rule_name)
    return found


def create_rule(
    subscription: Subscription, _operation: TrackedOperation, command: FirewallRuleInput, server_name: str
) -> FirewallRule:
    """Let a range of addresses in."""
    on = holder(subscription, server_name)
    made = _rule(on, command)
    if len(on.firewall_rules) >= RULES:
        raise errors_sql.SQL_TOO_MANY_RULES(limit=RULES)
    on.firewall_rules[made.name.lower()] = made
    return made


def _rule(on: SqlServer, command: FirewallRuleInput, old: FirewallRule | None = None) -> FirewallRule:
    name = resource_name(command.name)
    if on.firewall_rules.get(name.lower(), old) is not old:
        raise errors_sql.SQL_RESOURCE_EXISTS(name=name)
    start, end = _address(command.start_ip_address), _address(command.end_ip_address)
    if start > end:
        raise errors_sql.SQL_ADDRESS_RANGE()
    return FirewallRule(name, on.name, str(start), str(end))


def _address(text: str) -> IPv4Address:
    try:
        return IPv4Address(text.strip())
    except AddressValueError:
        raise errors_sql.SQL_ADDRESS(address=text) from None


def update_rule(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: FirewallRuleInput,
    server_name: str,
    rule_name: str,
) -> FirewallRule:
    """Change the addresses of a rule, and its name where another one is given."""
    on, old = holder(subscription, server_name), find_rule(subscription, server_name, rule_name)
    made = _rule(on, command, old)
    rules = [made if one is old else one for one in on.firewall_rules.values()]
    on.firewall_rules = {one.name.lower(): one for one in rules}
    return made


def delete_rule(subscription: Subscription, _operation: TrackedOperation, server_name: str, rule_name: str) -> None:
    """Take a rule away."""
    found = find_rule(subscription, server_name, rule_name)
    del subscription.sql_servers[found.server_name].firewall_rules[found.name.lower()]


# ---- what a server offers, and what happened on it


def list_quotas(subscription: Subscription, server_name: str) -> list[ServerQuota]:
    """Return the quotas of a server; there is one."""
    on = holder(subscription, server_name)
    return [ServerQuota(on.name, "server_dtu_quota", subscription.catalog.limits.sql_server_dtus)]


def find_quota(subscription: Subscription, server_name: str, quota_name: str) -> ServerQuota:
    """Return the quota of that name."""
    for quota in list_quotas(subscription, server_name):
        if quota.name == quota_name.lower():
            return quota
    raise errors_sql.SQL_RESOURCE_NOT_FOUND(name=quota_name)


def list_objectives(subscription: Subscription, server_name: str) -> list[OfferedObjective]:
    """Return the service objectives that databases of a server can have."""
    on = holder(subscription, server_name)
    return [OfferedObjective(on.name, one) for one in subscription.catalog.service_objectives]


def find_objective(subscription: Subscription, server_name: str, service_objective_id: str) -> OfferedObjective:
    """Return the service objective of that id."""
    on = holder(subscription, server_name)
    found = subscription.catalog.service_objective(service_objective_id)
    if found is None:
        raise errors_sql.SQL_RESOURCE_NOT_FOUND(name=service_objective_id)
    return OfferedObjective(on.name, found)


def list_events(
    subscription: Subscription,
    server_name: str,
    *,
    start_date: datetime,  # noqa: ARG001 - a part of the call
    interval_size_in_minutes: int,
    event_types: Sequence[str] = (),
) -> list[object]:
    """Return what happened on a server in an interval: nothing, for nobody can connect to it."""
    holder(subscription, server_name)
    return _events(interval_size_in_minutes, event_types)


def list_database_events(
    subscription: Subscription,
    server_name: str,
    database_name: str,
    *,
    start_date: datetime,  # noqa: ARG001 - a part of the call
    interval_size_in_minutes: int,
    event_types: Sequence[str] = (),
) -> list[object]:
    """Return what happened to a database in an interval: nothing, as `list_events`."""
    database(subscription, server_name, database_name)
    return _events(interval_size_in_minutes, event_types)


def _events(interval_size_in_minutes: int, event_types: Sequence[str]) -> list[object]:
    if interval_size_in_minutes not in INTERVALS:
        known = ", ".join(map(str, INTERVALS))
        raise errors_sql.SQL_EVENTS(why=f"an interval of {interval_size_in_minutes} minutes is none of {known}.")
    for unknown in (one for one in event_types if one not in EVENT_TYPES):
        raise errors_sql.SQL_EVENTS(why=f"the event type '{unknown}' is none of {', '.join(EVENT_TYPES)}.")
    return []
