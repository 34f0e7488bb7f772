"""Rows: jobs of the scheduler, which speaks JSON about them. Their bodies hold passwords and signatures."""

from __future__ import annotations

import re
from collections.abc import Callable

from emulator.domain import jobs
from emulator.domain.refusals import DOCUMENTED, SEEN
from emulator.surface.operation import Operation, Query
from emulator.surface.parameters import number
from emulator.wire import jobs as documents
from emulator.wire.scheduler_dialect import SCHEDULER_JOBS

_ALL = (
    "/{subscription_id}/cloudservices/{cloud_service_id}/resources/scheduler/~/jobCollections/{job_collection_id}/jobs"
)
_ONE = f"{_ALL}/{{job_id}}"
_FAMILY = "scheduler"


def _equals(name: str) -> Callable[[str], str]:
    """Return a reader of the one filter that there is: `status eq failed`, its value with or without quotes."""

    def read(text: str) -> str:
        match = re.fullmatch(rf"\s*{name}\s+eq\s+'?(\w+)'?\s*", text, re.IGNORECASE | re.ASCII)
        if match is None:
            raise ValueError(f"takes {name} eq VALUE")
        return match[1].lower()

    return read


def _paged(filtered_by: str) -> tuple[Query, ...]:
    return (
        Query("$skip", "skip", number),
        Query("$top", "top", number),
        Query("$filter", "only", _equals(filtered_by)),
    )


ROWS = (
    Operation(
        name="GetAllJobs",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since="2012-08-01",
        query=_paged("state"),
        does=jobs.list_all,
        writes=documents.JOBS,
        speaks=SCHEDULER_JOBS,
        evidence=SEEN,
    ),
    Operation(
        name="CreateJobWithoutId",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since="2012-08-01",
        reads=documents.CREATE_JOB,
        confidential=True,
        does=jobs.create,
        writes=documents.MADE,
        status=201,
        speaks=SCHEDULER_JOBS,
        evidence=DOCUMENTED,
    ),
    Operation(
        name="UpdateJobCollectionState",
        family=_FAMILY,
        method="PATCH",
        path=_ALL,
        since="2012-08-01",
        reads=documents.UPDATE_JOB,
        confidential=True,
        does=jobs.update_all,
        writes=documents.JOBS,
        speaks=SCHEDULER_JOBS,
        evidence=DOCUMENTED,
    ),
    Operation(
        name="GetJob",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since="2012-08-01",
        does=jobs.find,
        writes=documents.JOB,
        speaks=SCHEDULER_JOBS,
        evidence=SEEN,
    ),
    Operation(
        name="CreateJob",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since="2012-08-01",
        reads=documents.CREATE_JOB,
        confidential=True,
        does=jobs.create,
        writes=documents.MADE,
        status=201,
        status_of=lambda made: 201 if made.is_new else 200,
        speaks=SCHEDULER_JOBS,
        evidence=SEEN,
    ),
    Operation(
        name="UpdateJobState",
        family=_FAMILY,
        method="PATCH",
        path=_ONE,
        since="2012-08-01",
        reads=documents.UPDATE_JOB,
        confidential=True,
        does=jobs.update,
        writes=documents.JOB,
        speaks=SCHEDULER_JOBS,
        evidence=DOCUMENTED,
    ),
    Operation(
        name="DeleteJob",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2012-08-01",
        does=jobs.delete,
        speaks=SCHEDULER_JOBS,
        evidence=SEEN,
    ),
    Operation(
        name="GetJobHistory",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/history",
        since="2012-08-01",
        query=_paged("status"),
        does=jobs.history,
        writes=documents.HISTORY,
        speaks=SCHEDULER_JOBS,
        evidence=DOCUMENTED,
    ),
)
