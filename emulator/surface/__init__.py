"""What the API offers, as rows of data: one an operation. Knows contracts and the domain; no sockets, no identity."""

from __future__ import annotations

from emulator.surface import (
    affinity_groups,
    deployments,
    disks,
    hosted_services,
    images,
    storage_accounts,
    subscriptions,
)
from emulator.surface.operation import Operation


def rows() -> tuple[Operation, ...]:
    """Return every row, family by family."""
    return (
        *subscriptions.ROWS,
        *affinity_groups.ROWS,
        *hosted_services.ROWS,
        *deployments.ROWS,
        *storage_accounts.ROWS,
        *images.ROWS,
        *disks.ROWS,
    )
