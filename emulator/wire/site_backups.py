"""Backups of web sites, with the elements that clients send and look for, each kind in the order of its letters."""

from __future__ import annotations

from emulator.domain import site_backups
from emulator.domain.web_records import BackupRequest, BackupSchedule, DatabaseBackupSetting
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, child, column, flat, many
from emulator.wire.values import BOOLEAN, INTEGER, MOMENT
from emulator.wire.web_spaces import constant

_DATABASE = Contract(
    "DatabaseBackupSetting",
    DatabaseBackupSetting,
    (
        column("ConnectionString", nil=True),
        column("ConnectionStringName", nil=True),
        column("DatabaseType", nil=True),
        column("Name", nil=True),
    ),
    ordered=False,
)

_SCHEDULE = Contract(
    "BackupSchedule",
    BackupSchedule,
    (
        column("FrequencyInterval", INTEGER),
        column("FrequencyUnit"),
        column("KeepAtLeastOneBackup", BOOLEAN),
        column("LastExecutionTime", MOMENT, nil=True),
        column("RetentionPeriodInDays", INTEGER),
        column("StartTime", MOMENT, nil=True),
    ),
    ordered=False,
)

BACKUP_REQUEST = Contract(
    "BackupRequest",
    BackupRequest,
    (
        child("BackupSchedule", _SCHEDULE, nil=True),
        many("Databases", _DATABASE),
        column("Enabled", BOOLEAN),
        column("Name", nil=True),
        column("StorageAccountUrl", nil=True),
    ),
    ordered=False,
)

BACKUP_ITEM = Contract(
    "BackupItem",
    nothing,
    (
        column("BlobName"),
        column("CorrelationId"),
        column("Created", MOMENT),
        many("Databases", _DATABASE),
        column("FinishedTimeStamp", MOMENT, attribute="created"),
        constant("LastRestoreTimeStamp", None),
        constant("Log", ""),
        column("Name"),
        constant("Scheduled", "false"),
        constant("SizeInBytes", "0"),
        constant("Status", "Succeeded"),
        column("StorageAccountUrl"),
    ),
)
BACKUP_ITEMS = Contract("BackupItems", nothing, (flat(BACKUP_ITEM),))

RESTORE_REQUEST = Contract(
    "RestoreRequest",
    site_backups.RestoreRequest,
    (
        column("AdjustConnectionStrings", BOOLEAN),
        column("BlobName"),
        many("Databases", _DATABASE),
        column("IgnoreConflictingHostNames", BOOLEAN),
        column("Overwrite", BOOLEAN),
        column("StorageAccountUrl"),
    ),
    ordered=False,
)

RESTORE_RESPONSE = Contract("RestoreResponse", nothing, (column("OperationId"),))
