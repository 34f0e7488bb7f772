"""Rows: backups of web sites."""

from __future__ import annotations

from emulator.domain import site_backups
from emulator.domain.refusals import ASSUMED
from emulator.surface.operation import Operation
from emulator.wire import site_backups as documents
from emulator.wire.web_dialect import WEB_SITES

_FAMILY = "websites"
_SINCE = "2012-08-01"
_ONE = "/{subscription_id}/services/WebSpaces/{webspace_name}/sites/{website_name}"

ROWS = (
    Operation(
        name="BackupSite",
        family=_FAMILY,
        method="PUT",
        path=f"{_ONE}/backup",
        since=_SINCE,
        reads=documents.BACKUP_REQUEST,
        does=site_backups.back_up,
        writes=documents.BACKUP_ITEM,
        confidential=True,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="GetBackupConfiguration",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/backup/config",
        since=_SINCE,
        does=site_backups.configuration,
        writes=documents.BACKUP_REQUEST,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="UpdateBackupConfiguration",
        family=_FAMILY,
        method="PUT",
        path=f"{_ONE}/backup/config",
        since=_SINCE,
        reads=documents.BACKUP_REQUEST,
        does=site_backups.update_configuration,
        confidential=True,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="ListBackups",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/restore",
        since=_SINCE,
        does=site_backups.list_all,
        writes=documents.BACKUP_ITEMS,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="RestoreSite",
        family=_FAMILY,
        method="PUT",
        path=f"{_ONE}/restore",
        since=_SINCE,
        reads=documents.RESTORE_REQUEST,
        does=site_backups.restore,
        writes=documents.RESTORE_RESPONSE,
        confidential=True,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="DiscoverBackup",
        family=_FAMILY,
        method="PUT",
        path=f"{_ONE}/restore/discover",
        since=_SINCE,
        reads=documents.RESTORE_REQUEST,
        does=site_backups.discover,
        writes=documents.RESTORE_REQUEST,
        confidential=True,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
)
