"""Copies of SQL databases: made once, or kept up with their source until they are terminated."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from emulator.domain import errors_sql
from emulator.domain.clock import Event
from emulator.domain.lifecycle import DATABASE_COPY
from emulator.domain.records import TrackedOperation
from emulator.domain.sql_lookup import database, free_database, free_name, holder, new_like, note, noted_done
from emulator.domain.sql_records import DatabaseCopy, SqlDatabase
from emulator.domain.world import Subscription


class CreateCopy(Struct, frozen=True, kw_only=True):
    """Where a copy is to be, and whether it is to be kept up with its source."""

    partner_server: str
    partner_database: str
    is_continuous: bool
    is_offline_secondary: bool | None = None


class UpdateCopy(Struct, frozen=True):
    """Whether the copy may be terminated without what has not arrived yet."""

    is_forced_terminate: bool | None = None


class SeenCopy(NamedTuple):
    """A copy as one of its databases sees it."""

    copy: DatabaseCopy
    local: SqlDatabase


def list_all(subscription: Subscription, server_name: str, database_name: str) -> list[SeenCopy]:
    """Return the copies that a database is at one end of."""
    _, local = database(subscription, server_name, database_name)
    copies = subscription.database_copies.values()
    return [SeenCopy(copy, local) for copy in copies if copy.concerns(local.server_name, local.id)]


def find(subscription: Subscription, server_name: str, database_name: str, database_copy_name: str) -> SeenCopy:
    """Return the copy of that id."""
    for one in list_all(subscription, server_name, database_name):
        if one.copy.id == database_copy_name.lower():
            return one
    raise errors_sql.SQL_RESOURCE_NOT_FOUND(name=database_copy_name)


def create(
    subscription: Subscription,
    operation: TrackedOperation,
    command: CreateCopy,
    server_name: str,
    database_name: str,
) -> SeenCopy:
    """Begin to copy a database."""
    on, source = free_database(subscription, server_name, database_name)
    partner = holder(subscription, command.partner_server.partition(".")[0])
    if (partner.name, command.partner_database.lower()) == (on.name, source.name.lower()):
        raise errors_sql.SQL_COPY_TO_ITSELF(name=source.name)
    made = new_like(subscription, partner, free_name(partner, command.partner_database), source, "sql_database.copy")
    copy = DatabaseCopy(
        id=subscription.entropy.guid(),
        source_server_name=on.name,
        source_database_name=source.name,
        source_database_id=source.id,
        destination_server_name=partner.name,
        destination_database_name=made.name,
        destination_database_id=made.id,
        is_continuous=command.is_continuous,
        is_offline_secondary=bool(command.is_offline_secondary),
        start_date=subscription.now,
        modify_date=subscription.now,
    )
    subscription.database_copies[copy.id] = copy
    following = DATABASE_COPY.automatic[copy.state]
    subscription.after(following.after or "", "database copy", (copy.id,), following.event)
    note(subscription, made, "CREATE DATABASE COPY", operation.id, done=False)
    return SeenCopy(copy, source)


def update(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: UpdateCopy,
    server_name: str,
    database_name: str,
    database_copy_name: str,
) -> SeenCopy:
    """Say how a copy is to be terminated."""
    found = find(subscription, server_name, database_name, database_copy_name)
    if command.is_forced_terminate is not None:
        found.copy.is_forced_terminate = command.is_forced_terminate
    found.copy.modify_date = subscription.now
    return found


def delete(
    subscription: Subscription,
    _operation: TrackedOperation,
    server_name: str,
    database_name: str,
    database_copy_name: str,
) -> None:
    """Terminate a copy: what is there stays a database of its own, what is not whole yet goes."""
    copy = find(subscription, server_name, database_name, database_copy_name).copy
    del subscription.database_copies[copy.id]
    if copy.state == "SEEDING":
        there, name = subscription.sql_servers[copy.destination_server_name], copy.destination_database_name.lower()
        noted_done(subscription, there.databases.pop(name), "CANCELLED")


def _seeded(subscription: Subscription, event: Event) -> None:
    """What was copied once is done with its source; what is continuous goes on to catch up with it."""
    copy = subscription.database_copies.get(event.resource[0])
    if copy is None:
        return
    copy.state, copy.modify_date = DATABASE_COPY.next(copy.state, event.name), subscription.now
    if not copy.is_continuous:
        del subscription.database_copies[copy.id]


HANDLERS = {"database copy": _seeded}
