"""SQL databases, their copies, what was done to them, and how they are brought back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.domain import sql_copies, sql_databases, sql_recovery
from emulator.domain.sql_copies import SeenCopy
from emulator.domain.sql_databases import UpdatedDatabase
from emulator.domain.sql_records import SqlDatabase
from emulator.wire.contract import Column, Contract, column
from emulator.wire.sql_resources import CAPITAL, LONG, SQL_DATE, listed, resource
from emulator.wire.values import BOOLEAN, DATE, INTEGER, Value
from emulator.wire.values import TEXT as TEXT_VALUE

GIBIBYTE = 2**30
ASSIGNMENT_STATES = {"Pending": 0, "Complete": 1}
OPERATION_STATES = {"PENDING": 0, "IN_PROGRESS": 1, "COMPLETED": 2, "CANCELLED": 4}
REPLICATION_STATES = {"PENDING": 0, "SEEDING": 1, "CATCH_UP": 2}

CREATE_DATABASE = Contract(
    "ServiceResource",
    sql_databases.CreateDatabase,
    (
        column("Name", required=True),
        column("Edition"),
        column("MaxSizeGB", INTEGER, attribute="max_size_gb"),
        column("CollationName"),
        column("MaxSizeBytes", LONG),
        column("ServiceObjectiveId"),
    ),
)
UPDATE_DATABASE = Contract(
    "ServiceResource",
    sql_databases.UpdateDatabase,
    (
        column("Name"),
        column("Edition"),
        column("MaxSizeGB", INTEGER, attribute="max_size_gb"),
        column("MaxSizeBytes", LONG),
        column("ServiceObjectiveId"),
    ),
)


def _columns(at: str, collation: Column, objective: Column) -> tuple[Column, ...]:
    """Return the columns of a database that is the record's attribute `at`, or with none the record itself."""

    def own(name: str, attribute: str, value: Value = TEXT_VALUE, *, nil: bool = False) -> Column:
        return column(name, value, attribute=at + attribute, nil=nil)

    def computed(name: str, value: Value, get: Callable[[SqlDatabase], Any], *, nil: bool = False) -> Column:
        return column(name, value, get=lambda record, _c: get(_database(record)), nil=nil)

    return (
        own("Id", "id", INTEGER),
        own("Edition", "edition"),
        computed("MaxSizeGB", INTEGER, lambda one: one.max_size_bytes // GIBIBYTE),
        collation,
        own("CreationDate", "creation_date", SQL_DATE),
        computed("IsFederationRoot", CAPITAL, lambda _one: False),
        own("IsSystemObject", "is_system_object", CAPITAL),
        computed("SizeMB", INTEGER, lambda _one: None, nil=True),
        own("MaxSizeBytes", "max_size_bytes", LONG),
        objective,
        own("AssignedServiceObjectiveId", "assigned_service_objective_id"),
        computed("ServiceObjectiveAssignmentState", INTEGER, lambda one: ASSIGNMENT_STATES[one.assignment_state]),
        own("ServiceObjectiveAssignmentStateDescription", "assignment_state"),
        computed("ServiceObjectiveAssignmentErrorCode", INTEGER, lambda _one: 0),
        computed("ServiceObjectiveAssignmentErrorDescription", TEXT_VALUE, lambda _one: None, nil=True),
        own("ServiceObjectiveAssignmentSuccessDate", "assignment_success_date", SQL_DATE, nil=True),
        own("RecoveryPeriodStartDate", "recovery_period_start_date", SQL_DATE, nil=True),
        computed("IsSuspended", CAPITAL, lambda _one: False),
    )


def _database(record: SqlDatabase | UpdatedDatabase) -> SqlDatabase:
    return record.database if isinstance(record, UpdatedDatabase) else record


DATABASE = resource(
    "Database",
    "databases",
    *_columns("", column("CollationName"), column("ServiceObjectiveId")),
    state=lambda one: one.state,
)
DATABASES = listed(DATABASE)

UPDATED_DATABASE = resource(
    "Database",
    "databases",
    *_columns(
        "database.",
        # Recorded: the answer to a change leaves out what the change did not name, where it is one of these.
        column("CollationName", get=lambda _r, _c: None, nil=True),
        column("ServiceObjectiveId", attribute="asked_service_objective_id", nil=True),
    ),
    on=lambda one: one.database.server_name,
    name=lambda one: one.database.name,
    state=lambda one: one.database.state,
)

# ---- what was done to databases

DATABASE_OPERATION = resource(
    "DatabaseOperation",
    "databaseoperations",
    column("Id"),
    column("StateId", INTEGER, get=lambda one, _c: OPERATION_STATES[one.state]),
    column("SessionActivityId"),
    column("DatabaseName"),
    column("PercentComplete", INTEGER, get=lambda one, _c: 100 if one.state == "COMPLETED" else 0),
    column("ErrorCode", INTEGER, get=lambda _o, _c: 0),
    column("Error", get=lambda _o, _c: None, nil=True),
    column("ErrorSeverity", INTEGER, get=lambda _o, _c: 0),
    column("ErrorState", INTEGER, get=lambda _o, _c: 0),
    column("StartTime", SQL_DATE),
    column("LastModifyTime", SQL_DATE),
    key=lambda one: one.id,
    state=lambda one: one.state,
)
DATABASE_OPERATIONS = listed(DATABASE_OPERATION)

# ---- copies

CREATE_COPY = Contract(
    "ServiceResource",
    sql_copies.CreateCopy,
    (
        column("PartnerServer", required=True),
        column("PartnerDatabase", required=True),
        column("IsContinuous", BOOLEAN, required=True),
        column("IsOfflineSecondary", BOOLEAN),
    ),
)
UPDATE_COPY = Contract("ServiceResource", sql_copies.UpdateCopy, (column("IsForcedTerminate", BOOLEAN),))


def _is_target(seen: SeenCopy) -> bool:
    copy, local = seen
    return (local.server_name, local.id) == (copy.destination_server_name, copy.destination_database_id)


DATABASE_COPY = resource(
    "DatabaseCopy",
    "databases",
    column("SourceServerName", attribute="copy.source_server_name"),
    column("SourceDatabaseName", attribute="copy.source_database_name"),
    column("DestinationServerName", attribute="copy.destination_server_name"),
    column("DestinationDatabaseName", attribute="copy.destination_database_name"),
    column("IsContinuous", CAPITAL, attribute="copy.is_continuous"),
    column("ReplicationState", INTEGER, get=lambda seen, _c: REPLICATION_STATES[seen.copy.state]),
    column("ReplicationStateDescription", attribute="copy.state"),
    column("LocalDatabaseId", INTEGER, attribute="local.id"),
    column("IsLocalDatabaseReplicationTarget", CAPITAL, get=lambda seen, _c: _is_target(seen)),
    column("IsInterlinkConnected", CAPITAL, get=lambda _s, _c: True),
    column("StartDate", SQL_DATE, attribute="copy.start_date"),
    column("ModifyDate", SQL_DATE, attribute="copy.modify_date"),
    column("PercentComplete", INTEGER, get=lambda seen, _c: 0 if seen.copy.state == "SEEDING" else 100),
    column("IsOfflineSecondary", CAPITAL, attribute="copy.is_offline_secondary"),
    column("IsTerminationAllowed", CAPITAL, get=lambda _s, _c: True),
    on=lambda seen: seen.local.server_name,
    name=lambda seen: seen.copy.id,
    key=lambda seen: f"{seen.local.name}/databasecopies/{seen.copy.id}",
)
DATABASE_COPIES = listed(DATABASE_COPY)

# ---- what can be brought back

RESTORE_DATABASE = Contract(
    "ServiceResource",
    sql_recovery.RestoreDatabase,
    (
        column("SourceDatabaseName", required=True),
        column("SourceDatabaseDeletionDate", DATE),
        column("TargetServerName"),
        column("TargetDatabaseName", required=True),
        column("TargetUtcPointInTime", DATE),
    ),
)
RECOVER_DATABASE = Contract(
    "ServiceResource",
    sql_recovery.RecoverDatabase,
    (column("SourceDatabaseName", required=True), column("TargetServerName"), column("TargetDatabaseName")),
)


def _request(kind: str, collection: str, *columns: Column) -> Contract[Any]:
    return resource(kind, collection, column("RequestId"), *columns, name=lambda one: one.request_id)


RESTORE_OPERATION = _request(
    "RestoreDatabaseOperation",
    "restoredatabaseoperations",
    column("SourceDatabaseName"),
    column("SourceDatabaseDeletionDate", SQL_DATE, nil=True),
    column("TargetServerName"),
    column("TargetDatabaseName"),
    column("TargetUtcPointInTime", SQL_DATE, nil=True),
)
RECOVER_OPERATION = _request(
    "RecoverDatabaseOperation",
    "recoverdatabaseoperations",
    column("SourceDatabaseName"),
    column("TargetServerName"),
    column("TargetDatabaseName"),
)

RESTORABLE_DROPPED_DATABASE = resource(
    "RestorableDroppedDatabase",
    "restorabledroppeddatabases",
    column("EntityId"),
    column("ServerName", attribute="database.server_name"),
    column("Edition", attribute="database.edition"),
    column("MaxSizeBytes", LONG, attribute="database.max_size_bytes"),
    column("CreationDate", SQL_DATE, attribute="database.creation_date"),
    column("DeletionDate", SQL_DATE),
    column("RecoveryPeriodStartDate", SQL_DATE, attribute="database.recovery_period_start_date", nil=True),
    on=lambda one: one.database.server_name,
    name=lambda one: one.database.name,
    key=lambda one: one.entity_id,
)
RESTORABLE_DROPPED_DATABASES = listed(RESTORABLE_DROPPED_DATABASE)

RECOVERABLE_DATABASE = resource(
    "RecoverableDatabase",
    "recoverabledatabases",
    column("EntityId", attribute="database.name"),
    column("ServerName", attribute="database.server_name"),
    column("Edition", attribute="database.edition"),
    column("LastAvailableBackupDate", SQL_DATE),
    on=lambda one: one.database.server_name,
    name=lambda one: one.database.name,
)
RECOVERABLE_DATABASES = listed(RECOVERABLE_DATABASE)
