"""Finding SQL servers and what is on them, making databases, and who may touch them now: what that family shares."""

from __future__ import annotations

import re
from datetime import timedelta

from msgspec.structs import replace

from emulator.catalog import Edition, ServiceObjective
from emulator.domain import errors_sql
from emulator.domain.lifecycle import SQL_DATABASE
from emulator.domain.sql_records import DatabaseOperation, SqlDatabase, SqlServer
from emulator.domain.world import Subscription

MASTER = "master"
RESERVED_NAMES = (MASTER, "model", "msdb", "tempdb", "resource")
DEFAULT_EDITION = "Web"
DEFAULT_COLLATION = "SQL_Latin1_General_CP1_CI_AS"
MEBIBYTE = 2**20
NAME_LENGTH = 128
OPERATIONS_KEPT = 200
"""Operations on databases that a server remembers."""

_SERVER_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.ASCII)
_FORBIDDEN = re.compile(r"[<>*%&:\\/?\x00-\x1f\x7f]|[. ]$")


def server(subscription: Subscription, server_name: str) -> SqlServer:
    """Return the server of that name; a name that no server can have is refused as such."""
    found = subscription.sql_servers.get(server_name.lower())
    if found is None:
        if _SERVER_NAME.fullmatch(server_name) is None:
            raise errors_sql.SQL_SERVER_NAME(name=server_name)
        raise errors_sql.SQL_SERVER_NOT_FOUND(subscription=subscription.id, name=server_name)
    return found


def holder(subscription: Subscription, server_name: str) -> SqlServer:
    """Return the server that something else is looked for on."""
    found = subscription.sql_servers.get(server_name.lower())
    if found is None:
        raise errors_sql.SQL_RESOURCE_NOT_FOUND(name=server_name)
    return found


def database(subscription: Subscription, server_name: str, database_name: str) -> tuple[SqlServer, SqlDatabase]:
    """Return a server and its database of that name."""
    on = holder(subscription, server_name)
    found = on.databases.get(database_name.lower())
    if found is None:
        raise errors_sql.SQL_RESOURCE_NOT_FOUND(name=database_name)
    return on, found


def free_database(subscription: Subscription, server_name: str, database_name: str) -> tuple[SqlServer, SqlDatabase]:
    """Return a server and its database, which is a user's and done with whatever was begun on it."""
    on, found = database(subscription, server_name, database_name)
    if found.is_system_object:
        raise errors_sql.SQL_RESERVED_NAME(name=found.name)
    if found.state != "Normal":
        raise errors_sql.SQL_DATABASE_BUSY(server=on.name, name=found.name)
    return on, found


def not_copied(subscription: Subscription, found: SqlDatabase) -> None:
    """Refuse what would take away an end of a copy."""
    if any(copy.concerns(found.server_name, found.id) for copy in subscription.database_copies.values()):
        raise errors_sql.SQL_DATABASE_COPIED(name=found.name)


def resource_name(name: str) -> str:
    """Return a name that a database or a firewall rule can have."""
    if not name.strip():
        raise errors_sql.SQL_RESOURCE_NAME(name=name, why="it is empty.")
    if len(name) > NAME_LENGTH:
        raise errors_sql.SQL_RESOURCE_NAME(name=name, why=f"it is longer than {NAME_LENGTH} characters.")
    if _FORBIDDEN.search(name):
        raise errors_sql.SQL_RESOURCE_NAME(name=name, why="it has a character that is not allowed.")
    return name


def free_name(on: SqlServer, name: str) -> str:
    """Return a name that a new database of a server can have."""
    if name.lower() in RESERVED_NAMES:
        raise errors_sql.SQL_RESERVED_NAME(name=name)
    if resource_name(name).lower() in on.databases:
        raise errors_sql.SQL_RESOURCE_EXISTS(name=name)
    return name


# ---- editions, sizes and service objectives


def tier(
    subscription: Subscription, edition_name: str | None, objective_id: str | None
) -> tuple[Edition, ServiceObjective]:
    """Return the edition and the service objective that names choose; what is left out follows from the other."""
    objective = _objective(subscription, objective_id) if objective_id else None
    edition = _edition(subscription, edition_name, objective)
    if objective is None:
        return edition, _named(subscription, edition.objectives[0])
    if objective.name not in edition.objectives:
        raise errors_sql.SQL_OBJECTIVE_EDITION(edition=edition.name, objective=objective.name)
    return edition, objective


def system_tier(subscription: Subscription) -> tuple[Edition, ServiceObjective]:
    """Return the edition and the service objective of the service's own databases."""
    edition = next(one for one in subscription.catalog.every_edition if not one.offered)
    return edition, _named(subscription, edition.objectives[0])


def edition_of(subscription: Subscription, found: SqlDatabase) -> Edition:
    """Return the edition that a database has."""
    return next(one for one in subscription.catalog.every_edition if one.name == found.edition)


def _objective(subscription: Subscription, objective_id: str) -> ServiceObjective:
    found = subscription.catalog.service_objective(objective_id)
    if found is None or found.is_system or not found.enabled:
        raise errors_sql.SQL_OBJECTIVE(id=objective_id)
    return found


def _named(subscription: Subscription, name: str) -> ServiceObjective:
    return next(one for one in subscription.catalog.service_objectives if one.name == name)


def _edition(subscription: Subscription, name: str | None, objective: ServiceObjective | None) -> Edition:
    offered = subscription.catalog.editions
    if not name:
        # Assumption 122: an objective chooses the first edition that has it, which is Web for Shared.
        wanted = objective.name if objective else _named(subscription, "Shared").name
        return next(one for one in offered if wanted in one.objectives)
    found = next((one for one in offered if one.name.lower() == name.lower()), None)
    if found is None:
        raise errors_sql.SQL_EDITION(name=name, known=", ".join(one.name for one in offered))
    return found


def size(edition: Edition, max_size_gb: int | None, max_size_bytes: int | None) -> int | None:
    """Return the size in bytes that numbers of GiB and of bytes ask for, if they do; an edition has to have it."""
    if max_size_gb is None and max_size_bytes is None:
        return None
    asked = max_size_bytes if max_size_bytes is not None else (max_size_gb or 0) * 1024 * MEBIBYTE
    if max_size_gb is not None and max_size_gb != asked // (1024 * MEBIBYTE):
        raise errors_sql.SQL_SIZES_DIFFER()
    if asked not in (one * MEBIBYTE for one in edition.max_sizes):
        raise errors_sql.SQL_SIZE(edition=edition.name, size=asked)
    return asked


# ---- new databases and what was done to them


def new_database(
    subscription: Subscription,
    on: SqlServer,
    name: str,
    edition: Edition,
    objective: ServiceObjective,
    *,
    database_id: int | None = None,
    collation_name: str | None = None,
    max_size_bytes: int | None = None,
) -> SqlDatabase:
    """Put a database on a server, ready at once; without `database_id` it is a user's and gets the next one."""
    timings, now = subscription.catalog.timings, subscription.now
    of_a_user = database_id is None
    made = SqlDatabase(
        id=on.next_database_id if database_id is None else database_id,
        name=name,
        server_name=on.name,
        edition=edition.name,
        collation_name=collation_name or DEFAULT_COLLATION,
        max_size_bytes=max_size_bytes or edition.default_max_size * MEBIBYTE,
        creation_date=now,
        service_objective_id=objective.id,
        assigned_service_objective_id=objective.id,
        assignment_success_date=now + timedelta(seconds=timings["sql_database.create"]),
        recovery_period_start_date=now + timedelta(seconds=timings["sql_database.recovery_period"])
        if of_a_user
        else None,
        is_system_object=not of_a_user,
    )
    on.next_database_id += of_a_user
    on.databases[name.lower()] = made
    return made


def new_like(subscription: Subscription, on: SqlServer, name: str, source: SqlDatabase, timing: str) -> SqlDatabase:
    """Put a database on a server that is made of another one: Creating, and Normal after that duration."""
    now = subscription.now
    recovery = now + timedelta(seconds=subscription.catalog.timings["sql_database.recovery_period"])
    made = replace(
        source,
        id=on.next_database_id,
        name=name,
        server_name=on.name,
        creation_date=now,
        assigned_service_objective_id=source.service_objective_id,
        assignment_state="Complete",
        assignment_success_date=now,
        recovery_period_start_date=recovery,
        state="Creating",
    )
    on.next_database_id += 1
    on.databases[name.lower()] = made
    subscription.after(timing, "SQL database", (on.name, str(made.id)), "created")
    return made


def created(found: SqlDatabase) -> None:
    """Let a database that was Creating be ready."""
    found.state = SQL_DATABASE.next(found.state, "created")


def by_id(subscription: Subscription, resource: tuple[str, ...]) -> SqlDatabase | None:
    """Return the database that an event is about, if it is still there: its name may have changed, its id does not."""
    on = subscription.sql_servers.get(resource[0])
    return next((one for one in on.databases.values() if str(one.id) == resource[1]), None) if on else None


def note(subscription: Subscription, found: SqlDatabase, what: str, request_id: str, *, done: bool = True) -> None:
    """Remember that something was done, or begun, to a database."""
    on = subscription.sql_servers[found.server_name]
    operation = DatabaseOperation(
        id=subscription.entropy.guid(),
        session_activity_id=request_id,
        name=what,
        server_name=on.name,
        database_name=found.name,
        database_id=found.id,
        start_time=subscription.now,
        last_modify_time=subscription.now,
        state="COMPLETED" if done else "IN_PROGRESS",
    )
    on.operations[operation.id] = operation
    if len(on.operations) > OPERATIONS_KEPT:
        del on.operations[next(iter(on.operations))]


def noted_done(subscription: Subscription, found: SqlDatabase, state: str = "COMPLETED") -> None:
    """End what was begun on a database, well or otherwise."""
    for operation in subscription.sql_servers[found.server_name].operations.values():
        if operation.database_id == found.id and operation.state == "IN_PROGRESS":
            operation.state, operation.last_modify_time = state, subscription.now


def location(subscription: Subscription, name: str) -> str:
    """Return a location as the service spells it."""
    found = subscription.catalog.location(name)
    if found is None:
        raise errors_sql.SQL_LOCATION_NOT_FOUND(name=name)
    return found.name
