"""Rows: job collections of the scheduler. What is asked of the scheduler itself has a `~` in its path."""

from __future__ import annotations

from operator import attrgetter

from emulator.domain import job_collections
from emulator.domain.refusals import DOCUMENTED, SEEN
from emulator.surface.operation import Operation, Query
from emulator.wire import job_collections as documents
from emulator.wire.scheduler_dialect import SCHEDULER

_SCHEDULER = "/{subscription_id}/cloudservices/{cloud_service_id}/resources/scheduler"
_ONE = f"{_SCHEDULER}/jobCollections/{{job_collection_id}}"
_CHECK = f"{_SCHEDULER}/jobCollections?op=checknameavailability"
_NAME = (Query("resourceName", "resource_name", required=True),)
_FAMILY = "scheduler"

ROWS = (
    # Clients ask for a free name with either method.
    Operation(
        name="CheckJobCollectionName",
        family=_FAMILY,
        method="POST",
        path=_CHECK,
        since="2012-08-01",
        query=_NAME,
        does=job_collections.check_name_by_post,
        writes=documents.NAME_AVAILABILITY,
        evidence=DOCUMENTED,
    ),
    Operation(
        name="CheckJobCollectionNameAvailability",
        family=_FAMILY,
        method="GET",
        path=_CHECK,
        since="2012-08-01",
        query=_NAME,
        does=job_collections.check_name,
        writes=documents.NAME_AVAILABILITY,
        evidence=DOCUMENTED,
    ),
    Operation(
        name="CreateJobCollection",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since="2012-08-01",
        reads=documents.CREATE_JOB_COLLECTION,
        does=job_collections.create,
        status=202,
        accepted=True,
        etag=attrgetter("etag"),
        evidence=SEEN,
    ),
    Operation(
        name="DeleteJobCollection",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2012-08-01",
        does=job_collections.delete,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="GetJobCollection",
        family=_FAMILY,
        method="GET",
        path=f"{_SCHEDULER}/~/jobCollections/{{job_collection_id}}",
        since="2012-08-01",
        does=job_collections.get,
        writes=documents.JOB_COLLECTION,
        speaks=SCHEDULER,
        evidence=SEEN,
    ),
)
