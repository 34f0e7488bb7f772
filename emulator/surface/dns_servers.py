"""Rows: DNS servers of deployments."""

from __future__ import annotations

from emulator.domain import dns_servers
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.surface.paths import DEPLOYMENT
from emulator.wire import dns_servers as documents

_ALL = f"{DEPLOYMENT}/dnsservers"
_ONE = f"{_ALL}/{{dns_server_name}}"
_FAMILY = "DNS servers"

ROWS = (
    Operation(
        name="AddDnsServer",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since="2013-11-01",
        reads=documents.DNS_SERVER,
        does=dns_servers.add,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="UpdateDnsServer",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since="2013-11-01",
        reads=documents.DNS_SERVER,
        does=dns_servers.update,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteDnsServer",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2013-11-01",
        does=dns_servers.delete,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
)
