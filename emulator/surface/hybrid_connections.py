"""Rows: hybrid connections of web sites."""

from __future__ import annotations

from emulator.domain import hybrid_connections
from emulator.domain.refusals import ASSUMED
from emulator.surface.operation import Operation
from emulator.wire import hybrid_connections as documents
from emulator.wire.web_dialect import WEB_SITES

_FAMILY = "websites"
_SINCE = "2012-08-01"
_ALL = "/{subscription_id}/services/WebSpaces/{webspace_name}/sites/{website_name}/hybridconnection"
_ONE = f"{_ALL}/{{connection_name}}"

ROWS = (
    Operation(
        name="ListHybridConnections",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since=_SINCE,
        does=hybrid_connections.list_all,
        writes=documents.HYBRID_CONNECTIONS,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="CreateHybridConnection",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since=_SINCE,
        reads=documents.HYBRID_CONNECTION,
        does=hybrid_connections.create,
        writes=documents.HYBRID_CONNECTION,
        confidential=True,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="UpdateHybridConnection",
        family=_FAMILY,
        method="PUT",
        path=_ALL,
        since=_SINCE,
        reads=documents.HYBRID_CONNECTION,
        does=hybrid_connections.update,
        writes=documents.HYBRID_CONNECTION,
        confidential=True,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="GetHybridConnection",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since=_SINCE,
        does=hybrid_connections.get,
        writes=documents.HYBRID_CONNECTION,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="DeleteHybridConnection",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since=_SINCE,
        does=hybrid_connections.delete,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
)
