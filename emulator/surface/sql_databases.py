"""Rows: SQL databases, their copies, what was done to them, and how they are brought back, exported and imported."""

from __future__ import annotations

from functools import partial

from emulator.domain import sql_copies, sql_dac, sql_databases, sql_recovery
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.surface.operation import Operation, Query
from emulator.surface.sql_servers import FAMILY, SERVER, SINCE
from emulator.wire import sql_dac as dac_documents
from emulator.wire import sql_databases as documents
from emulator.wire.sql_resources import RESOURCES

_DATABASES = f"{SERVER}/databases"
_DATABASE = f"{_DATABASES}/{{database_name}}"
_COPIES = f"{_DATABASE}/databasecopies"
_OPERATIONS = f"{SERVER}/databaseoperations"
_DROPPED = f"{SERVER}/restorabledroppeddatabases"
_RECOVERABLE = f"{SERVER}/recoverabledatabases"
_DAC = f"{SERVER}/DacOperations"

_resource = partial(Operation, family=FAMILY, since=SINCE, speaks=RESOURCES)
_unseen = partial(Operation, family=FAMILY, since=SINCE, speaks=RESOURCES, evidence=ASSUMED)

ROWS = (
    _resource(
        name="ListDatabases",
        method="GET",
        path=_DATABASES,
        does=sql_databases.list_all,
        writes=documents.DATABASES,
        evidence=SEEN,
    ),
    _resource(
        name="CreateDatabase",
        method="POST",
        path=_DATABASES,
        reads=documents.CREATE_DATABASE,
        does=sql_databases.create,
        writes=documents.DATABASE,
        status=201,
        evidence=SEEN,
    ),
    _resource(name="GetDatabase", method="GET", path=_DATABASE, does=sql_databases.find, writes=documents.DATABASE),
    _resource(
        name="UpdateDatabase",
        method="PUT",
        path=_DATABASE,
        reads=documents.UPDATE_DATABASE,
        does=sql_databases.update,
        writes=documents.UPDATED_DATABASE,
        evidence=SEEN,
    ),
    _resource(name="DeleteDatabase", method="DELETE", path=_DATABASE, does=sql_databases.delete, evidence=SEEN),
    _unseen(
        name="ListDatabaseOperationsByServer",
        method="GET",
        path=_OPERATIONS,
        does=sql_databases.list_operations,
        writes=documents.DATABASE_OPERATIONS,
    ),
    _unseen(
        name="ListDatabaseOperationsByDatabase",
        method="GET",
        path=f"{_OPERATIONS}?databaseName={{database_name}}",
        query=(Query("databaseName", "database_name", required=True),),
        does=sql_databases.list_operations_on,
        writes=documents.DATABASE_OPERATIONS,
    ),
    _unseen(
        name="GetDatabaseOperation",
        method="GET",
        path=f"{_OPERATIONS}/{{operation_id}}",
        does=sql_databases.find_operation,
        writes=documents.DATABASE_OPERATION,
    ),
    _unseen(
        name="ListDatabaseCopies",
        method="GET",
        path=_COPIES,
        does=sql_copies.list_all,
        writes=documents.DATABASE_COPIES,
    ),
    _unseen(
        name="CreateDatabaseCopy",
        method="POST",
        path=_COPIES,
        reads=documents.CREATE_COPY,
        does=sql_copies.create,
        writes=documents.DATABASE_COPY,
        status=201,
    ),
    _unseen(
        name="GetDatabaseCopy",
        method="GET",
        path=f"{_COPIES}/{{database_copy_name}}",
        does=sql_copies.find,
        writes=documents.DATABASE_COPY,
    ),
    _unseen(
        name="UpdateDatabaseCopy",
        method="PUT",
        path=f"{_COPIES}/{{database_copy_name}}",
        reads=documents.UPDATE_COPY,
        does=sql_copies.update,
        writes=documents.DATABASE_COPY,
    ),
    _unseen(
        name="DeleteDatabaseCopy",
        method="DELETE",
        path=f"{_COPIES}/{{database_copy_name}}",
        does=sql_copies.delete,
    ),
    _unseen(
        name="ListRestorableDroppedDatabases",
        method="GET",
        path=_DROPPED,
        does=sql_recovery.list_dropped,
        writes=documents.RESTORABLE_DROPPED_DATABASES,
    ),
    _unseen(
        name="GetRestorableDroppedDatabase",
        method="GET",
        path=f"{_DROPPED}/{{entity_id}}",
        does=sql_recovery.find_dropped,
        writes=documents.RESTORABLE_DROPPED_DATABASE,
    ),
    _unseen(
        name="RestoreDatabase",
        method="POST",
        path=f"{SERVER}/restoredatabaseoperations",
        reads=documents.RESTORE_DATABASE,
        does=sql_recovery.restore,
        writes=documents.RESTORE_OPERATION,
        status=201,
    ),
    _unseen(
        name="ListRecoverableDatabases",
        method="GET",
        path=_RECOVERABLE,
        does=sql_recovery.list_recoverable,
        writes=documents.RECOVERABLE_DATABASES,
    ),
    _unseen(
        name="GetRecoverableDatabase",
        method="GET",
        path=f"{_RECOVERABLE}/{{database_name}}",
        does=sql_recovery.find_recoverable,
        writes=documents.RECOVERABLE_DATABASE,
    ),
    _unseen(
        name="RecoverDatabase",
        method="POST",
        path=f"{SERVER}/recoverdatabaseoperations",
        reads=documents.RECOVER_DATABASE,
        does=sql_recovery.recover,
        writes=documents.RECOVER_OPERATION,
        status=201,
    ),
    _unseen(
        name="DacExport",
        method="POST",
        path=f"{_DAC}/Export",
        reads=dac_documents.EXPORT_INPUT,
        does=sql_dac.export,
        writes=dac_documents.GUID,
        confidential=True,
    ),
    _unseen(
        name="DacImport",
        method="POST",
        path=f"{_DAC}/Import",
        reads=dac_documents.IMPORT_INPUT,
        does=sql_dac.import_,
        writes=dac_documents.GUID,
        confidential=True,
    ),
    _unseen(
        name="DacGetStatus",
        method="GET",
        path=f"{_DAC}/Status",
        query=(
            Query("username", "username", required=True),
            Query("password", "password", required=True),
            Query("reqId", "request_id"),
        ),
        does=sql_dac.status,
        writes=dac_documents.STATUS,
        confidential=True,
    ),
    _unseen(
        name="DacGetStatusPost",
        method="POST",
        path=f"{_DAC}/Status",
        reads=dac_documents.STATUS_INPUT,
        does=sql_dac.status_by_post,
        writes=dac_documents.STATUS,
        confidential=True,
    ),
)
