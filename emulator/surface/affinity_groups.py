"""Rows: affinity groups."""

from __future__ import annotations

from emulator.domain import affinity_groups
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.wire import affinity_groups as documents

_ALL = "/{subscription_id}/affinitygroups"
_ONE = "/{subscription_id}/affinitygroups/{affinity_group_name}"
_FAMILY = "affinity groups"

ROWS = (
    Operation(
        name="ListAffinityGroups",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since="2009-10-01",
        does=affinity_groups.list_all,
        writes=documents.AFFINITY_GROUPS,
        evidence=SEEN,
    ),
    Operation(
        name="CreateAffinityGroup",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since="2011-02-25",
        reads=documents.CREATE_AFFINITY_GROUP,
        does=affinity_groups.create,
        status=201,
        location=lambda subscription, made: f"subscriptions/{subscription}/affinitygroup/{made.name}",
        evidence=SEEN,
    ),
    Operation(
        name="GetAffinityGroup",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since="2009-10-01",
        does=affinity_groups.get,
        writes=documents.AFFINITY_GROUP,
        evidence=SEEN,
    ),
    Operation(
        name="UpdateAffinityGroup",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since="2011-02-25",
        reads=documents.UPDATE_AFFINITY_GROUP,
        does=affinity_groups.update,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteAffinityGroup",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2011-02-25",
        does=affinity_groups.delete,
        evidence=SEEN,
    ),
)
