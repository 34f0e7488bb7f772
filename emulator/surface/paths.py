"""Paths that several families share: a hosted service's, its deployments' by name and by slot, a subnet's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from emulator.surface.operation import Operation

SERVICE = "/{subscription_id}/services/hostedservices/{service_name}"
DEPLOYMENT = f"{SERVICE}/deployments/{{deployment_name}}"
SLOT = f"{SERVICE}/deploymentslots/{{slot_name}}"
SUBNET = "/{subscription_id}/services/networking/virtualnetwork/{virtual_network_name}/subnets/{subnet_name}"


def by_name_and_slot(*rows: Operation) -> Iterator[Operation]:
    """Yield operations on a deployment by its name, each followed by the same one by slot."""
    for row in rows:
        yield row
        yield by_slot(row)


def by_slot(row: Operation) -> Operation:
    """Return an operation on a deployment by its name as the same one by slot."""
    return replace(row, name=f"{row.name}BySlot", path=row.path.replace(DEPLOYMENT, SLOT))
