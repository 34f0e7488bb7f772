"""Rows: IP forwarding of roles and of their network interfaces."""

from __future__ import annotations

from emulator.domain import ip_forwarding
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.surface.paths import DEPLOYMENT
from emulator.wire import ip_forwarding as documents

_ROLE = f"{DEPLOYMENT}/roles/{{role_name}}"
_INTERFACE = f"{_ROLE}/networkinterfaces/{{network_interface_name}}"
_FAMILY = "IP forwarding"

ROWS = (
    Operation(
        name="GetIPForwardingForRole",
        family=_FAMILY,
        method="GET",
        path=f"{_ROLE}/ipforwarding",
        since="2015-04-01",
        does=ip_forwarding.get,
        writes=documents.IP_FORWARDING,
        evidence=SEEN,
    ),
    Operation(
        name="SetIPForwardingOnRole",
        family=_FAMILY,
        method="POST",
        path=f"{_ROLE}/ipforwarding",
        since="2015-04-01",
        reads=documents.IP_FORWARDING,
        does=ip_forwarding.set_state,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="GetIPForwardingForNetworkInterface",
        family=_FAMILY,
        method="GET",
        path=f"{_INTERFACE}/ipforwarding",
        since="2015-04-01",
        does=ip_forwarding.get,
        writes=documents.IP_FORWARDING,
        evidence=SEEN,
    ),
    Operation(
        name="SetIPForwardingOnNetworkInterface",
        family=_FAMILY,
        method="POST",
        path=f"{_INTERFACE}/ipforwarding",
        since="2015-04-01",
        reads=documents.IP_FORWARDING,
        does=ip_forwarding.set_state,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
)
