"""Rows: virtual IPs of deployments."""

from __future__ import annotations

from emulator.domain import virtual_ips
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.surface.paths import DEPLOYMENT

_FAMILY = "virtual IPs"

ROWS = (
    Operation(
        name="AddVirtualIP",
        family=_FAMILY,
        method="POST",
        path=f"{DEPLOYMENT}/{{virtual_ip_name}}",
        since="2014-10-01",
        does=virtual_ips.add,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="RemoveVirtualIP",
        family=_FAMILY,
        method="DELETE",
        path=f"{DEPLOYMENT}/virtualIPs/{{virtual_ip_name}}",
        since="2014-10-01",
        does=virtual_ips.delete,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
)
