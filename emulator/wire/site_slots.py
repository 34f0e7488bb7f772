"""The operations of web sites' own, by which slots are swapped."""

from __future__ import annotations

from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column
from emulator.wire.web_sites import SITE_TIME
from emulator.wire.web_spaces import constant

OPERATION = Contract(
    "Operation",
    nothing,
    (
        column("CreatedTime", SITE_TIME),
        constant("Errors", ""),
        column("ExpirationTime", SITE_TIME),
        constant("GeoMasterOperationId", None),
        column("Id"),
        column("ModifiedTime", SITE_TIME),
        column("Name"),
        column("Status"),
    ),
)
