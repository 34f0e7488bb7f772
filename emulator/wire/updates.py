"""Updates of deployments as they are asked for."""

from __future__ import annotations

from emulator.domain import updates
from emulator.wire.common import EXTENDED_PROPERTIES_IN
from emulator.wire.contract import Contract, column
from emulator.wire.deployments import CONFIGURATION
from emulator.wire.extensions import EXTENSION_CONFIGURATION_IN
from emulator.wire.values import BASE64, BOOLEAN, INTEGER

CHANGE_CONFIGURATION = Contract(
    "ChangeConfiguration",
    updates.ChangeConfiguration,
    (
        column("Configuration", CONFIGURATION, required=True),
        column("TreatWarningsAsError", BOOLEAN, since="2011-04-01"),
        column("Mode", since="2011-08-01"),
        EXTENDED_PROPERTIES_IN,
        EXTENSION_CONFIGURATION_IN,
    ),
)

UPGRADE_DEPLOYMENT = Contract(
    "UpgradeDeployment",
    updates.UpgradeDeployment,
    (
        column("Mode"),
        column("PackageUrl", required=True),
        column("Configuration", CONFIGURATION, required=True),
        column("Label", BASE64, required=True),
        column("RoleToUpgrade"),
        column("TreatWarningsAsError", BOOLEAN, since="2011-04-01"),
        column("Force", BOOLEAN, since="2011-10-01"),
        EXTENDED_PROPERTIES_IN,
        EXTENSION_CONFIGURATION_IN,
    ),
)

WALK_UPGRADE_DOMAIN = Contract(
    "WalkUpgradeDomain", updates.WalkUpgradeDomain, (column("UpgradeDomain", INTEGER, required=True),)
)

ROLLBACK_UPDATE_OR_UPGRADE = Contract(
    "RollbackUpdateOrUpgrade",
    updates.RollbackUpdateOrUpgrade,
    (column("Mode", required=True), column("Force", BOOLEAN, required=True)),
)
