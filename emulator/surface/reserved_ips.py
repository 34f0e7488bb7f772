"""Rows: reserved IPs."""

from __future__ import annotations

from emulator.domain import reserved_ips
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.wire import reserved_ips as documents

_ALL = "/{subscription_id}/services/networking/reservedips"
_ONE = f"{_ALL}/{{reserved_ip_name}}"
_FAMILY = "reserved IPs"

ROWS = (
    Operation(
        name="ListReservedIpAddresses",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since="2014-05-01",
        does=reserved_ips.list_all,
        writes=documents.RESERVED_IPS,
        evidence=SEEN,
    ),
    Operation(
        name="CreateReservedIpAddress",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since="2014-05-01",
        reads=documents.CREATE_RESERVED_IP,
        does=reserved_ips.create,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="GetReservedIpAddress",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since="2014-05-01",
        does=reserved_ips.get,
        writes=documents.RESERVED_IP,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteReservedIpAddress",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2014-05-01",
        does=reserved_ips.delete,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="AssociateReservedIpAddress",
        family=_FAMILY,
        method="POST",
        path=f"{_ONE}/operations/associate",
        since="2015-02-01",
        reads=documents.RESERVED_IP_ASSOCIATION,
        does=reserved_ips.associate,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="DisassociateReservedIpAddress",
        family=_FAMILY,
        method="POST",
        path=f"{_ONE}/operations/disassociate",
        since="2015-02-01",
        reads=documents.RESERVED_IP_ASSOCIATION,
        does=reserved_ips.disassociate,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
)
