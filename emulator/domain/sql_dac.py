"""Imports of SQL databases from blobs and exports into them. What is in a blob is not looked at."""

from __future__ import annotations

from msgspec import Struct

from emulator.domain import errors_sql
from emulator.domain.clock import Event
from emulator.domain.lifecycle import DAC_REQUEST
from emulator.domain.records import TrackedOperation
from emulator.domain.sql_lookup import by_id, created, free_database, free_name, holder, new_database, size, tier
from emulator.domain.sql_records import DacRequest, SqlServer
from emulator.domain.sql_servers import is_password
from emulator.domain.world import Subscription


class BlobCredentials(Struct, frozen=True):
    """A blob and the key of its storage account."""

    uri: str | None = None
    storage_access_key: str | None = None


class ConnectionInfo(Struct, frozen=True):
    """A database, and the administrator that logs in to its server."""

    database_name: str | None = None
    password: str | None = None
    server_name: str | None = None
    user_name: str | None = None


class DacInput(Struct, frozen=True, kw_only=True):
    """What is to be exported, or imported; edition and size are an imported database's."""

    azure_edition: str | None = None
    blob_credentials: BlobCredentials | None = None
    connection_info: ConnectionInfo | None = None
    database_size_in_gb: int | None = None


class StatusInput(Struct, frozen=True, kw_only=True):
    """Whose requests are to be shown, or which one."""

    password: str
    request_id: str | None = None
    server_name: str | None = None
    user_name: str


def export(subscription: Subscription, _operation: TrackedOperation, command: DacInput, server_name: str) -> DacRequest:
    """Begin to write a database into a blob."""
    on, connection, blob = _checked(subscription, command, server_name)
    _, found = free_database(subscription, on.name, connection.database_name or "")
    made = _request(subscription, on, "Export", found.name, blob)
    subscription.after("sql_database.export", "DAC request", (on.name, made.id), "finish")
    return made


def import_(
    subscription: Subscription, _operation: TrackedOperation, command: DacInput, server_name: str
) -> DacRequest:
    """Begin to make a database of a blob; it is Creating until all is read."""
    on, connection, blob = _checked(subscription, command, server_name)
    name = free_name(on, connection.database_name or "")
    edition, objective = tier(subscription, command.azure_edition, None)
    max_size = size(edition, command.database_size_in_gb, None)
    found = new_database(subscription, on, name, edition, objective, max_size_bytes=max_size)
    found.state = "Creating"
    made = _request(subscription, on, "Import", found.name, blob)
    resource = (on.name, made.id, str(found.id))
    subscription.after("sql_database.restore", "DAC request", resource, "finish")
    return made


def _checked(subscription: Subscription, command: DacInput, server_name: str) -> tuple[SqlServer, ConnectionInfo, str]:
    on = holder(subscription, server_name)
    connection, blob = command.connection_info, command.blob_credentials
    if connection is None or not connection.database_name:
        raise errors_sql.SQL_DAC_CONNECTION(what="database")
    if blob is None or not blob.uri:
        raise errors_sql.SQL_DAC_CONNECTION(what="blob")
    _log_in(on, connection.user_name or "", connection.password or "")
    return on, connection, blob.uri


def _log_in(on: SqlServer, user_name: str, password: str) -> None:
    """Administrators are `login` or `login@server`."""
    login = user_name.partition("@")[0]
    if login.lower() != on.administrator_login.lower() or not is_password(on, password):
        raise errors_sql.SQL_DAC_LOGIN(user=user_name)


def _request(subscription: Subscription, on: SqlServer, kind: str, database_name: str, blob: str) -> DacRequest:
    made = DacRequest(
        id=subscription.entropy.guid(),
        request_type=kind,
        server_name=on.name,
        database_name=database_name,
        blob_uri=blob,
        queued_time=subscription.now,
        last_modified_time=subscription.now,
    )
    on.dac_requests[made.id] = made
    return made


def status(
    subscription: Subscription, server_name: str, *, username: str, password: str, request_id: str | None = None
) -> list[DacRequest]:
    """Return a request, or without an id all of a server, oldest first."""
    on = holder(subscription, server_name)
    _log_in(on, username, password)
    if not request_id:
        return list(on.dac_requests.values())
    found = on.dac_requests.get(request_id.lower())
    if found is None:
        raise errors_sql.SQL_RESOURCE_NOT_FOUND(name=request_id)
    return [found]


def status_by_post(
    subscription: Subscription, _operation: TrackedOperation, command: StatusInput, server_name: str
) -> list[DacRequest]:
    """Return what `status` does, asked for in a body."""
    return status(
        subscription,
        server_name,
        username=command.user_name,
        password=command.password,
        request_id=command.request_id,
    )


def _finished(subscription: Subscription, event: Event) -> None:
    server_name, request_id, *database_id = event.resource
    on = subscription.sql_servers.get(server_name)
    if on is None:
        return
    request = on.dac_requests[request_id]
    request.status, request.last_modified_time = DAC_REQUEST.next(request.status, event.name), subscription.now
    found = by_id(subscription, (server_name, *database_id)) if database_id else None
    if found is not None:
        created(found)


HANDLERS = {"DAC request": _finished}
