"""SQL databases that can be brought back: from a point in time, after they were dropped, and from their last backup."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from emulator.domain import errors_sql
from emulator.domain.records import TrackedOperation
from emulator.domain.sql_lookup import edition_of, free_database, free_name, holder, new_like, note
from emulator.domain.sql_records import DroppedDatabase, SqlDatabase
from emulator.domain.world import Subscription

TIMING = "sql_database.restore"
BACKUPS = timedelta(hours=1)
SAME_DELETION = timedelta(seconds=1)
"""How near a deletion date has to come: it is given with fewer decimals than it has."""


class RestoreDatabase(Struct, frozen=True, kw_only=True):
    """Which database to restore, as it was when, and under what name; the same server where none is named."""

    source_database_name: str
    source_database_deletion_date: datetime | None = None
    target_server_name: str | None = None
    target_database_name: str
    target_utc_point_in_time: datetime | None = None


class RecoverDatabase(Struct, frozen=True, kw_only=True):
    """Which database to recover, and to where; under its own name on its own server where none is given."""

    source_database_name: str
    target_server_name: str | None = None
    target_database_name: str | None = None


class Restoring(Struct, frozen=True, kw_only=True):
    """A restore or a recovery that was begun."""

    request_id: str
    server_name: str
    source_database_name: str
    source_database_deletion_date: datetime | None = None
    target_server_name: str
    target_database_name: str
    target_utc_point_in_time: datetime | None = None


class RecoverableDatabase(Struct, frozen=True):
    """A database that has a backup."""

    database: SqlDatabase
    last_available_backup_date: datetime


def list_dropped(subscription: Subscription, server_name: str) -> list[DroppedDatabase]:
    """Return the databases that were dropped and can still be restored, those dropped first first."""
    dropped = holder(subscription, server_name).dropped_databases.values()
    return [one for one in dropped if subscription.now < one.restorable_until]


def find_dropped(subscription: Subscription, server_name: str, entity_id: str) -> DroppedDatabase:
    """Return the dropped database of that entity id."""
    for one in list_dropped(subscription, server_name):
        if one.entity_id.lower() == entity_id.lower():
            return one
    raise errors_sql.SQL_RESOURCE_NOT_FOUND(name=entity_id)


def list_recoverable(subscription: Subscription, server_name: str) -> list[RecoverableDatabase]:
    """Return the databases of a server that have a backup: those of editions that can be restored, made every hour."""
    databases = sorted(holder(subscription, server_name).databases.values(), key=lambda one: one.id)
    return [
        RecoverableDatabase(one, _last_backup(subscription, one))
        for one in databases
        if one.state == "Normal" and edition_of(subscription, one).days_restorable
    ]


def find_recoverable(subscription: Subscription, server_name: str, database_name: str) -> RecoverableDatabase:
    """Return the recoverable database of that name."""
    for one in list_recoverable(subscription, server_name):
        if one.database.name.lower() == database_name.lower():
            return one
    raise errors_sql.SQL_RESOURCE_NOT_FOUND(name=database_name)


def _last_backup(subscription: Subscription, found: SqlDatabase) -> datetime:
    age = subscription.now - found.creation_date
    return found.creation_date + max(age // BACKUPS, 0) * BACKUPS


def restore(
    subscription: Subscription, operation: TrackedOperation, command: RestoreDatabase, server_name: str
) -> Restoring:
    """Begin to make a database as another one was at a point in time."""
    deletion = command.source_database_deletion_date
    if deletion is None:
        _, source = free_database(subscription, server_name, command.source_database_name)
        last = subscription.now
    else:
        dropped = _dropped(subscription, server_name, command.source_database_name, deletion)
        source, last = dropped.database, dropped.deletion_date
    point = command.target_utc_point_in_time or last
    if not edition_of(subscription, source).days_restorable:
        raise errors_sql.SQL_NOT_RESTORABLE(name=source.name, why=f"the edition {source.edition} has no backups.")
    if not source.creation_date - SAME_DELETION <= point <= last + SAME_DELETION:
        raise errors_sql.SQL_NOT_RESTORABLE(name=source.name, why="it was not there at that point in time.")
    target = command.target_server_name or server_name
    made = _begin(subscription, operation, source, target, command.target_database_name)
    return Restoring(
        request_id=made.request_id,
        server_name=holder(subscription, server_name).name,
        source_database_name=source.name,
        source_database_deletion_date=deletion,
        target_server_name=made.target_server_name,
        target_database_name=made.target_database_name,
        target_utc_point_in_time=point,
    )


def _dropped(subscription: Subscription, server_name: str, name: str, deletion: datetime) -> DroppedDatabase:
    for one in list_dropped(subscription, server_name):
        if one.database.name.lower() == name.lower() and abs(one.deletion_date - deletion) < SAME_DELETION:
            return one
    raise errors_sql.SQL_RESOURCE_NOT_FOUND(name=name)


def recover(
    subscription: Subscription, operation: TrackedOperation, command: RecoverDatabase, server_name: str
) -> Restoring:
    """Begin to make a database of another one's last backup."""
    source = find_recoverable(subscription, server_name, command.source_database_name).database
    target = command.target_server_name or server_name
    return _begin(subscription, operation, source, target, command.target_database_name or source.name)


def _begin(
    subscription: Subscription, operation: TrackedOperation, source: SqlDatabase, server_name: str, name: str
) -> Restoring:
    on = holder(subscription, server_name)
    made = new_like(subscription, on, free_name(on, name), source, TIMING)
    note(subscription, made, "RESTORE DATABASE", operation.id, done=False)
    return Restoring(
        request_id=subscription.entropy.guid(),
        server_name=source.server_name,
        source_database_name=source.name,
        target_server_name=on.name,
        target_database_name=made.name,
    )
