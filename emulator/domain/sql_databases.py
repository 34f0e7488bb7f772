"""SQL databases: editions, sizes, service objectives, and what was done to them."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from emulator.catalog import Edition
from emulator.domain import errors_sql
from emulator.domain.clock import Event
from emulator.domain.lifecycle import SERVICE_OBJECTIVE_ASSIGNMENT
from emulator.domain.records import TrackedOperation
from emulator.domain.sql_lookup import (
    DEFAULT_COLLATION,
    MEBIBYTE,
    by_id,
    created,
    database,
    edition_of,
    free_database,
    free_name,
    holder,
    new_database,
    not_copied,
    note,
    noted_done,
    size,
    tier,
)
from emulator.domain.sql_records import DatabaseOperation, DroppedDatabase, SqlDatabase, SqlServer
from emulator.domain.world import Subscription


class CreateDatabase(Struct, frozen=True, kw_only=True):
    """What a caller says of a new database; both sizes may be given if they are the same."""

    name: str
    edition: str | None = None
    max_size_gb: int | None = None
    collation_name: str | None = None
    max_size_bytes: int | None = None
    service_objective_id: str | None = None


class UpdateDatabase(Struct, frozen=True, kw_only=True):
    """What a caller may change of a database; what is left out stays."""

    name: str | None = None
    edition: str | None = None
    max_size_gb: int | None = None
    max_size_bytes: int | None = None
    service_objective_id: str | None = None


class UpdatedDatabase(Struct, frozen=True):
    """A database after a change, and the service objective that was asked for, if one was."""

    database: SqlDatabase
    asked_service_objective_id: str | None


def list_all(subscription: Subscription, server_name: str) -> list[SqlDatabase]:
    """Return the databases of a server by their ids, `master` first."""
    return sorted(holder(subscription, server_name).databases.values(), key=lambda one: one.id)


def find(subscription: Subscription, server_name: str, database_name: str) -> SqlDatabase:
    """Return the database of that name."""
    return database(subscription, server_name, database_name)[1]


def create(
    subscription: Subscription, operation: TrackedOperation, command: CreateDatabase, server_name: str
) -> SqlDatabase:
    """Make a database, which is ready at once."""
    on = holder(subscription, server_name)
    name, collation = free_name(on, command.name), _collation(command.collation_name)
    edition, objective = tier(subscription, command.edition, command.service_objective_id)
    max_size = size(edition, command.max_size_gb, command.max_size_bytes)
    made = new_database(subscription, on, name, edition, objective, collation_name=collation, max_size_bytes=max_size)
    note(subscription, made, "CREATE DATABASE", operation.id)
    return made


def _collation(name: str | None) -> str:
    if not name:
        return DEFAULT_COLLATION
    if not (name.isascii() and name.replace("_", "").isalnum() and name[0].isalpha()):
        raise errors_sql.SQL_COLLATION(name=name)
    return name


def update(
    subscription: Subscription,
    operation: TrackedOperation,
    command: UpdateDatabase,
    server_name: str,
    database_name: str,
) -> UpdatedDatabase:
    """Change a database's name, edition, size or service objective; another objective is in force after a while."""
    on, found = free_database(subscription, server_name, database_name)
    name = _new_name(subscription, on, found, command.name)
    edition, objective_id = _wanted_tier(subscription, found, command)
    max_size = size(edition, command.max_size_gb, command.max_size_bytes)
    if objective_id != found.service_objective_id and found.assignment_state != "Complete":
        raise errors_sql.SQL_ASSIGNMENT_BUSY(server=on.name, name=found.name)
    _rename(on, found, name)
    found.edition = edition.name
    found.max_size_bytes = max_size or _kept_size(found.max_size_bytes, edition)
    _assign(subscription, found, objective_id)
    note(subscription, found, "ALTER DATABASE", operation.id, done=found.assignment_state == "Complete")
    return UpdatedDatabase(found, found.service_objective_id if command.service_objective_id else None)


def _wanted_tier(subscription: Subscription, found: SqlDatabase, command: UpdateDatabase) -> tuple[Edition, str]:
    """Return the edition and the id of the objective that a database is to have."""
    edition = edition_of(subscription, found)
    asked = subscription.catalog.service_objective(command.service_objective_id or "")
    stays = asked is None or asked.name in edition.objectives
    name = command.edition or (edition.name if stays else None)
    if name == edition.name and not command.service_objective_id:
        return edition, found.service_objective_id
    edition, objective = tier(subscription, name, command.service_objective_id)
    return edition, objective.id


def _new_name(subscription: Subscription, on: SqlServer, found: SqlDatabase, name: str | None) -> str:
    if not name or name.lower() == found.name.lower():
        return name or found.name
    not_copied(subscription, found)
    return free_name(on, name)


def _rename(on: SqlServer, found: SqlDatabase, name: str) -> None:
    del on.databases[found.name.lower()]
    found.name = name
    on.databases[name.lower()] = found


def _kept_size(old: int, edition: Edition) -> int:
    return old if old // MEBIBYTE in edition.max_sizes else edition.default_max_size * MEBIBYTE


def _assign(subscription: Subscription, found: SqlDatabase, objective_id: str) -> None:
    if objective_id == found.service_objective_id:
        return
    found.service_objective_id = objective_id
    found.assignment_state = SERVICE_OBJECTIVE_ASSIGNMENT.next(found.assignment_state, "assign")
    following = SERVICE_OBJECTIVE_ASSIGNMENT.automatic[found.assignment_state]
    subscription.after(following.after or "", "service objective", (found.server_name, str(found.id)), following.event)


def delete(subscription: Subscription, _operation: TrackedOperation, server_name: str, database_name: str) -> None:
    """Delete a database; some editions can be restored for a while."""
    on, found = free_database(subscription, server_name, database_name)
    not_copied(subscription, found)
    del on.databases[found.name.lower()]
    if days := edition_of(subscription, found).days_restorable:
        now = subscription.now
        entity_id, until = f"{found.name},{_file_time(subscription)}", now + timedelta(days=days)
        on.dropped_databases[entity_id.lower()] = DroppedDatabase(entity_id, found, now, until)


def _file_time(subscription: Subscription) -> int:
    """Hundreds of nanoseconds since 1601, as the entities of dropped databases are numbered."""
    return int((subscription.now.timestamp() + 11_644_473_600) * 1_000) * 10_000


# ---- what was done to databases


def list_operations(subscription: Subscription, server_name: str) -> list[DatabaseOperation]:
    """Return what was done to the databases of a server, oldest first."""
    return list(holder(subscription, server_name).operations.values())


def list_operations_on(subscription: Subscription, server_name: str, database_name: str) -> list[DatabaseOperation]:
    """Return what was done to one database, oldest first."""
    _, found = database(subscription, server_name, database_name)
    return [one for one in list_operations(subscription, server_name) if one.database_id == found.id]


def find_operation(subscription: Subscription, server_name: str, operation_id: str) -> DatabaseOperation:
    """Return what was done under that id."""
    found = holder(subscription, server_name).operations.get(operation_id.lower())
    if found is None:
        raise errors_sql.SQL_RESOURCE_NOT_FOUND(name=operation_id)
    return found


# ---- what happens by itself


def _created(subscription: Subscription, event: Event) -> None:
    found = by_id(subscription, event.resource)
    if found is not None:
        created(found)
        noted_done(subscription, found)


def _assigned(subscription: Subscription, event: Event) -> None:
    found = by_id(subscription, event.resource)
    if found is not None:
        found.assignment_state = SERVICE_OBJECTIVE_ASSIGNMENT.next(found.assignment_state, event.name)
        found.assigned_service_objective_id = found.service_objective_id
        found.assignment_success_date = subscription.now
        noted_done(subscription, found)


HANDLERS = {"SQL database": _created, "service objective": _assigned}
