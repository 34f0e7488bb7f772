"""Rows: web spaces, and what is told of no site in particular."""

from __future__ import annotations

from emulator.domain import web_spaces
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.surface.operation import Operation, Query
from emulator.wire import web_spaces as documents
from emulator.wire.common import STRING, YES_OR_NO
from emulator.wire.web_dialect import WEB_SITES

_FAMILY = "websites"
_SINCE = "2012-08-01"
_ALL = "/{subscription_id}/services/WebSpaces"

ROWS = (
    Operation(
        name="ListWebspaces",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since=_SINCE,
        does=web_spaces.list_all,
        writes=documents.WEB_SPACES,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="IsHostnameAvailable",
        family=_FAMILY,
        method="GET",
        path=f"{_ALL}?ishostnameavailable={{website_name}}",
        since=_SINCE,
        does=web_spaces.is_hostname_available,
        writes=YES_OR_NO,
        query=(Query("ishostnameavailable", "website_name", required=True),),
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="GetDnsSuffix",
        family=_FAMILY,
        method="GET",
        path=f"{_ALL}?properties=dnssuffix",
        since=_SINCE,
        does=web_spaces.dns_suffix,
        writes=STRING,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="ListGeoRegions",
        family=_FAMILY,
        method="GET",
        path=f"{_ALL}?properties=georegions",
        since=_SINCE,
        does=web_spaces.geo_regions,
        writes=documents.GEO_REGIONS,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="ListPublishingUsers",
        family=_FAMILY,
        method="GET",
        path=f"{_ALL}?properties=publishingUsers",
        since=_SINCE,
        does=web_spaces.list_publishing_users,
        writes=documents.ARRAY_OF_STRING,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="CreatePublishingUser",
        family=_FAMILY,
        method="PUT",
        path=f"{_ALL}?properties=publishingCredentials",
        since=_SINCE,
        reads=documents.PUBLISHING_USER,
        does=web_spaces.create_publishing_user,
        confidential=True,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="GetWebspace",
        family=_FAMILY,
        method="GET",
        path=f"{_ALL}/{{webspace_name}}",
        since=_SINCE,
        does=web_spaces.get,
        writes=documents.WEB_SPACE,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
)
