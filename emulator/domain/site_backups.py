"""Backups of web sites. Of a site's files nothing is known: what a backup keeps is its configuration."""

from __future__ import annotations

from msgspec import Struct

from emulator.domain import errors_web, web_lookup
from emulator.domain.entropy import dashed
from emulator.domain.records import TrackedOperation
from emulator.domain.web_records import BackupItem, BackupRequest, DatabaseBackupSetting, Site
from emulator.domain.world import Subscription


class RestoreRequest(Struct, frozen=True, kw_only=True):
    """Which backup is restored, and how."""

    adjust_connection_strings: bool | None = None
    blob_name: str | None = None
    databases: list[DatabaseBackupSetting] | None = None
    ignore_conflicting_host_names: bool | None = None
    overwrite: bool | None = None
    storage_account_url: str | None = None


class RestoreResponse(Struct, frozen=True):
    """The id of the restoring."""

    operation_id: str


def back_up(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: BackupRequest,
    webspace_name: str,
    website_name: str,
) -> BackupItem:
    """Back a site up at once into the container that is named."""
    site = web_lookup.free_site(subscription, webspace_name, website_name).site
    if not command.storage_account_url:
        raise errors_web.WEB_SITE_BACKUP_INVALID(name=site.name, why="StorageAccountUrl is missing.")
    name = command.name or f"{site.name}_{subscription.now:%Y%m%d%H%M}"
    item = BackupItem(
        blob_name=f"{name}.zip",
        name=name,
        created=subscription.now,
        storage_account_url=command.storage_account_url,
        correlation_id=dashed(subscription.entropy.hex32()),
        databases=list(command.databases or ()),
        config=site.config,
    )
    site.backups.append(item)
    return item


def configuration(subscription: Subscription, webspace_name: str, website_name: str) -> BackupRequest:
    """Return how a site is backed up by itself."""
    site = web_lookup.site(subscription, webspace_name, website_name).site
    return site.backup_configuration or BackupRequest(enabled=False)


def update_configuration(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: BackupRequest,
    webspace_name: str,
    website_name: str,
) -> None:
    """Say how a site is to be backed up by itself."""
    web_lookup.free_site(subscription, webspace_name, website_name).site.backup_configuration = command


def list_all(subscription: Subscription, webspace_name: str, website_name: str) -> list[BackupItem]:
    """Return the backups of a site, oldest first."""
    return web_lookup.site(subscription, webspace_name, website_name).site.backups


def restore(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: RestoreRequest,
    webspace_name: str,
    website_name: str,
) -> RestoreResponse:
    """Give a site the configuration that a backup keeps."""
    site = web_lookup.free_site(subscription, webspace_name, website_name).site
    if not command.overwrite:
        raise errors_web.WEB_SITE_BACKUP_INVALID(
            name=site.name, why="a site that is there is restored with Overwrite only."
        )
    item = _backup(subscription, command)
    site.config = item.config
    web_lookup.touch(subscription, site)
    return RestoreResponse(dashed(subscription.entropy.hex32()))


def discover(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: RestoreRequest,
    webspace_name: str,
    website_name: str,
) -> RestoreRequest:
    """Tell what restoring a backup would bring."""
    web_lookup.site(subscription, webspace_name, website_name)
    item = _backup(subscription, command)
    return RestoreRequest(
        adjust_connection_strings=bool(command.adjust_connection_strings),
        blob_name=item.blob_name,
        databases=item.databases,
        ignore_conflicting_host_names=bool(command.ignore_conflicting_host_names),
        overwrite=bool(command.overwrite),
        storage_account_url=item.storage_account_url,
    )


def _backup(subscription: Subscription, command: RestoreRequest) -> BackupItem:
    """Return the newest backup of that blob, of whichever site: one site's may be restored to another."""
    sites: list[Site] = [one for space in subscription.web_spaces.values() for one in space.sites.values()]
    for item in (item for one in sites for item in reversed(one.backups)):
        if item.blob_name == command.blob_name:
            return item
    raise errors_web.WEB_SITE_BACKUP_NOT_FOUND(kind="Backup", name=command.blob_name or "")
