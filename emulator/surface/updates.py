"""Rows: updates of deployments, by name and by slot."""

from __future__ import annotations

from dataclasses import replace

from emulator.domain import packages, updates
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.surface.paths import DEPLOYMENT, by_name_and_slot, by_slot
from emulator.wire import updates as documents

_FAMILY = "deployments"

# Assumption 265: the one status that each of the two functions of the generated clients takes.
_ROLLBACK = Operation(
    name="RollbackDeploymentUpdateOrUpgrade",
    family=_FAMILY,
    method="POST",
    path=f"{DEPLOYMENT}?comp=rollback",
    since="2011-10-01",
    reads=documents.ROLLBACK_UPDATE_OR_UPGRADE,
    does=updates.rollback,
    accepted=True,
)

ROWS = (
    *by_name_and_slot(
        Operation(
            name="ChangeConfiguration",
            family=_FAMILY,
            method="POST",
            path=f"{DEPLOYMENT}?comp=config",
            since="2009-10-01",
            reads=documents.CHANGE_CONFIGURATION,
            does=updates.change_configuration,
            status=202,
            accepted=True,
            evidence=SEEN,
        ),
        Operation(
            name="UpgradeDeployment",
            family=_FAMILY,
            method="POST",
            path=f"{DEPLOYMENT}?comp=upgrade",
            since="2009-10-01",
            reads=documents.UPGRADE_DEPLOYMENT,
            fetches=packages.opened,
            does=updates.upgrade,
            status=202,
            accepted=True,
            evidence=SEEN,
        ),
        Operation(
            name="WalkUpgradeDomain",
            family=_FAMILY,
            method="POST",
            path=f"{DEPLOYMENT}?comp=walkupgradedomain",
            since="2009-10-01",
            reads=documents.WALK_UPGRADE_DOMAIN,
            does=updates.walk_upgrade_domain,
            status=202,
            accepted=True,
        ),
    ),
    _ROLLBACK,
    replace(by_slot(_ROLLBACK), status=202, note="Its page speaks of 200; the clients expect 202."),
)
