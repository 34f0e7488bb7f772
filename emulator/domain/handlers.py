"""What the schedule's events do, by the machine they belong to: the table that a world is made with."""

from __future__ import annotations

from emulator.domain import (
    deployments,
    disks,
    hosted_services,
    instances,
    operations,
    storage_accounts,
    virtual_machines,
)
from emulator.domain.world import Handler

HANDLERS: dict[str, Handler] = {
    **operations.HANDLERS,
    **hosted_services.HANDLERS,
    **deployments.HANDLERS,
    **instances.HANDLERS,
    **virtual_machines.HANDLERS,
    **storage_accounts.HANDLERS,
    **disks.HANDLERS,
}
