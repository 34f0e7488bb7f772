"""Rows: migration to Resource Manager. Four operations on each of six kinds of resource, all alike but for one body."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.domain import migration
from emulator.domain.migration import Migration
from emulator.domain.refusals import ASSUMED, SEEN, Evidence
from emulator.surface.gateways import NETWORKING
from emulator.surface.operation import Operation
from emulator.surface.paths import DEPLOYMENT
from emulator.wire import migration as documents

_KINDS: tuple[tuple[str, str, type[Migration], Evidence], ...] = (
    ("Deployment", DEPLOYMENT, migration.DeploymentMigration, SEEN),
    (
        "NetworkSecurityGroup",
        f"{NETWORKING}/networksecuritygroups/{{network_security_group_name}}",
        migration.NetworkSecurityGroupMigration,
        ASSUMED,
    ),
    ("ReservedIP", f"{NETWORKING}/reservedips/{{reserved_ip_name}}", migration.ReservedIPMigration, ASSUMED),
    ("RouteTable", f"{NETWORKING}/routetables/{{route_table_name}}", migration.RouteTableMigration, ASSUMED),
    (
        "VirtualNetwork",
        f"{NETWORKING}/virtualnetwork/{{virtual_network_name}}",
        migration.VirtualNetworkMigration,
        SEEN,
    ),
    (
        "StorageAccount",
        "/{subscription_id}/services/storageservices/{service_name}",
        migration.StorageAccountMigration,
        SEEN,
    ),
)
"""Name, path, what is done, and how it is known what a commit answers: of the others that it is as theirs."""


def _rows() -> Iterator[Operation]:
    for name, path, kind, commit_evidence in _KINDS:
        into = kind is migration.DeploymentMigration
        reads = documents.DEPLOYMENT_NETWORK_RESOURCE if into else None
        yield Operation(
            name=f"Validate{name}Migration",
            family="migration",
            method="POST",
            path=f"{path}/migration?comp=validate",
            since=documents.MIGRATES_SINCE,
            reads=reads,
            does=migration.DeploymentMigration.validate_into if into else kind.validate,
            writes=documents.VALIDATION_MESSAGES,
            evidence=SEEN,
        )
        prepare = migration.DeploymentMigration.prepare_into if into else kind.prepare
        for verb, does, evidence in (
            ("Prepare", prepare, SEEN),
            ("Commit", kind.commit, commit_evidence),
            ("Abort", kind.abort, SEEN),
        ):
            yield Operation(
                name=f"{verb}{name}Migration",
                family="migration",
                method="POST",
                path=f"{path}/migration?comp={verb.lower()}",
                since=documents.MIGRATES_SINCE,
                reads=reads if verb == "Prepare" else None,
                does=does,
                status=202,
                accepted=True,
                evidence=evidence,
            )


ROWS = tuple(_rows())
