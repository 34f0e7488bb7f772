"""Migration to Resource Manager: where to, what prevents it, and how far it is."""

from __future__ import annotations

from typing import Any

from emulator.domain import migration
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, column, flat
from emulator.wire.writing import Context

MIGRATES_SINCE = "2015-10-01"
"""The x-ms-version from which resources migrate, and show how far they are."""

_NUMBERS = {"Preparing": "1", "Prepared": "2", "PrepareFailed": "3", "Aborting": "4", "AbortFailed": "5"}
_NUMBERS |= {"Committing": "6", "CommitFailed": "7"}

DEPLOYMENT_NETWORK_RESOURCE = Contract(
    "DeploymentNetworkResource",
    migration.DeploymentNetworkResource,
    (
        column("ResourceGroupName"),
        column("VirtualNetworkName"),
        column("SubNetName"),
        column("DestinationVirtualNetwork"),
    ),
)

VALIDATION_MESSAGES = Contract(
    "ValidationMessages",
    nothing,
    (
        flat(
            Contract(
                "ValidationMessage",
                nothing,
                (column("ResourceType"), column("ResourceName"), column("Category"), column("Message")),
            )
        ),
    ),
)

MIGRATION_STATE = column("MigrationState", since=MIGRATES_SINCE)
"""Of a resource that is shown by its record; absent while it is in no state of migration."""


def _number(details: Any, _context: Context) -> str | None:
    return _NUMBERS.get(details.network.migration_state)


NETWORK_MIGRATION_STATE: Column = column("MigrationState", get=_number, since=MIGRATES_SINCE)
"""Of a virtual network, about its details: a number (assumption 220)."""
