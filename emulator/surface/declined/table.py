"""How a table of declined operations becomes rows. Knows the row type, and no operation by name."""

from __future__ import annotations

from dataclasses import replace

from emulator.domain.refusals import ASSUMED, DOCUMENTED
from emulator.surface.operation import Operation

Row = tuple[str, str, str, str, int] | tuple[str, str, str, str, int, str]
"""Name, method, path below the family's, first x-ms-version, status; and the body's root where that tells it apart.

A version that ends in `?` is assumed: no page or client names the first one that had the operation.
"""

SERVICES = "/{subscription_id}/services"
SERVICE = f"{SERVICES}/hostedservices/{{service_name}}"
DEPLOYMENT = f"{SERVICE}/deployments/{{deployment_name}}"
SLOT = f"{SERVICE}/deploymentslots/{{slot_name}}"


def declined(family: str, note: str, under: str, *table: Row) -> tuple[Operation, ...]:
    """Return the rows of one family: all paths begin with `under`, and `note` says why they are declined."""
    return tuple(_operation(family, note, under, row) for row in table)


def with_slots(operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
    """Return operations on a deployment by its name, each followed by the same one by slot."""
    return tuple(
        one
        for row in operations
        for one in (row, replace(row, name=f"{row.name}BySlot", path=row.path.replace(DEPLOYMENT, SLOT)))
    )


def _operation(family: str, note: str, under: str, row: Row) -> Operation:
    name, method, path, since, status = row[:5]
    return Operation(
        name=name,
        family=family,
        method=method,
        path=under + path,
        since=since.removesuffix("?"),
        status=status,
        body_root=row[5] if len(row) > 5 else None,  # noqa: PLR2004
        evidence=ASSUMED if since.endswith("?") else DOCUMENTED,
        note=note,
    )
