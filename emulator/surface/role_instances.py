"""Rows: role instances of web and worker deployments, and what happened to deployments, by name and by slot."""

from __future__ import annotations

from functools import partial

from emulator.domain import deployments, role_instances
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation, Query
from emulator.surface.parameters import boolean, time
from emulator.surface.paths import DEPLOYMENT, by_name_and_slot
from emulator.wire import role_instances as documents
from emulator.wire.deployments import configuration_of

_FAMILY = "role instances"
_INSTANCE = f"{DEPLOYMENT}/roleinstances/{{role_instance_name}}"

ROWS = tuple(
    by_name_and_slot(
        Operation(
            name="RebootDeploymentRoleInstance",
            family=_FAMILY,
            method="POST",
            path=f"{_INSTANCE}?comp=reboot",
            since="2010-10-28",
            does=role_instances.reboot,
            status=202,
            accepted=True,
        ),
        Operation(
            name="ReimageDeploymentRoleInstance",
            family=_FAMILY,
            method="POST",
            path=f"{_INSTANCE}?comp=reimage",
            since="2010-10-28",
            does=role_instances.reimage,
            status=202,
            accepted=True,
        ),
        Operation(
            name="RebuildRoleInstance",
            family=_FAMILY,
            method="POST",
            path=f"{_INSTANCE}?comp=rebuild&resources=allLocalDrives",
            since="2013-06-01",
            does=role_instances.rebuild,
            status=202,
            accepted=True,
            evidence=SEEN,
        ),
        Operation(
            name="DeleteRoleInstances",
            family=_FAMILY,
            method="POST",
            path=f"{DEPLOYMENT}/roleinstances?comp=delete",
            since="2013-08-01",
            reads=documents.ROLE_INSTANCES,
            does=role_instances.delete,
            status=202,
            accepted=True,
            evidence=SEEN,
        ),
        Operation(
            name="ListDeploymentEvents",
            family="deployments",
            method="GET",
            path=f"{DEPLOYMENT}/events",
            since="2009-10-01",
            does=role_instances.list_reboot_events,
            writes=documents.DEPLOYMENT_EVENT_COLLECTION,
            query=(
                Query("StartTime", "start_time", time, required=True),
                Query("EndTime", "end_time", time, required=True),
            ),
            evidence=SEEN,
            note="No maintenance is ever planned here, so the list is empty.",
        ),
        Operation(
            name="GetPackage",
            family="deployments",
            method="POST",
            path=f"{DEPLOYMENT}/package",
            since="2012-03-01",
            does=partial(deployments.get_package, text_of=configuration_of),
            status=202,
            accepted=True,
            query=(
                Query("containerUri", "container_uri", required=True),
                Query("overwriteExisting", "overwrite_existing", boolean),
            ),
            evidence=SEEN,
        ),
    )
)
