"""The operations of web sites' own, by which slots are swapped."""

from __future__ import annotations

from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column
from emulator.wire.web_sites import MOMENT
from emulator.wire.web_spaces import constant

OPERATION = Contract(
    "Operation",
    nothing,
    (
        column("CreatedTime", MOMENT),
        constant("Errors", ""),
        column("ExpirationTime", MOMENT),
        constant("GeoMasterOperationId", None),
        column("Id"),
        column("ModifiedTime", MOMENT),
        column("Name"),
        column("Status"),
    ),
)
