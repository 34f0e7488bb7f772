"""Rows: web sites, which are made, changed, restarted and deleted; their passwords, workers and repositories."""

from __future__ import annotations

from emulator.domain import web_sites
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.surface.operation import Operation, Query
from emulator.surface.parameters import boolean
from emulator.wire import web_sites as documents
from emulator.wire.web_dialect import WEB_SITES
from emulator.wire.web_spaces import ANY_URI, ARRAY_OF_STRING

_FAMILY = "websites"
_SINCE = "2012-08-01"
_ALL = "/{subscription_id}/services/WebSpaces/{webspace_name}/sites"
_ONE = f"{_ALL}/{{website_name}}"
_INCLUDED = (Query("propertiesToInclude", "properties_to_include", shows=True),)

ROWS = (
    Operation(
        name="ListSites",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since=_SINCE,
        does=web_sites.list_all,
        writes=documents.SITES,
        query=_INCLUDED,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="CreateSite",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since=_SINCE,
        reads=documents.CREATE_SITE,
        does=web_sites.create,
        writes=documents.SITE,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="GetSite",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since=_SINCE,
        does=web_sites.get,
        writes=documents.SITE,
        query=_INCLUDED,
        etag=lambda site: f'"{site.etag}"',
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="UpdateSite",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since=_SINCE,
        reads=documents.UPDATE_SITE,
        does=web_sites.update,
        writes=documents.SITE,
        etag=lambda site: f'"{site.etag}"',
        confidential=True,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteSite",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since=_SINCE,
        does=web_sites.delete,
        query=(
            Query("deleteEmptyServerFarm", "delete_empty_server_farm", boolean),
            Query("deleteMetrics", "delete_metrics", boolean),
            Query("deleteAllSlots", "delete_all_slots", boolean),
        ),
        etag=lambda site: f'"{site.etag}"',
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="RestartSite",
        family=_FAMILY,
        method="POST",
        path=f"{_ONE}/restart",
        since=_SINCE,
        does=web_sites.restart,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="GetPublishProfile",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/publishxml",
        since=_SINCE,
        does=web_sites.get,
        writes=documents.PUBLISH_PROFILE,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="GeneratePassword",
        family=_FAMILY,
        method="POST",
        path=f"{_ONE}/newpassword",
        since=_SINCE,
        does=web_sites.generate_password,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="GetInstanceIds",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/instanceids",
        since=_SINCE,
        does=web_sites.instance_ids,
        writes=ARRAY_OF_STRING,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="GetRepository",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/repository",
        since=_SINCE,
        does=web_sites.get_repository,
        writes=ANY_URI,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="CreateRepository",
        family=_FAMILY,
        method="POST",
        path=f"{_ONE}/repository",
        since=_SINCE,
        does=web_sites.create_repository,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="SyncRepository",
        family=_FAMILY,
        method="POST",
        path=f"{_ONE}/repository?action=sync",
        since=_SINCE,
        does=web_sites.sync_repository,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="DeleteRepository",
        family=_FAMILY,
        method="DELETE",
        path=f"{_ONE}/repository",
        since=_SINCE,
        does=web_sites.delete_repository,
        writes=ANY_URI,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
)
