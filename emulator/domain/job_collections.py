"""Job collections of the scheduler: plans, quotas, and the names that are free."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from emulator.catalog import Catalog
from emulator.domain import cloud_services, errors_scheduler, operations
from emulator.domain.clock import Event
from emulator.domain.records import TrackedOperation
from emulator.domain.recurrence import SHORTEST
from emulator.domain.scheduler_records import CloudService, JobCollection, MaxRecurrence, Quota, ResourceStatus
from emulator.domain.world import Subscription

SCHEMA_VERSION = "1.1"
DEFAULT_PLAN = "Standard"
MOST_OFTEN = {
    "Free": MaxRecurrence(frequency="Hour", interval=1),
    "Standard": MaxRecurrence(frequency="Minute", interval=1),
}


class CreateJobCollection(Struct, frozen=True, kw_only=True):
    """What a caller says of a job collection; one client writes the plan with a small letter."""

    schema_version: str | None = None
    etag: str | None = None
    plan: str | None = None
    small_plan: str | None = None
    quota: Quota | None = None
    label: str | None = None


class JobCollectionDetails(NamedTuple):
    """A job collection and the cloud service that holds it."""

    collection: JobCollection
    service: CloudService


class NameAvailability(Struct, frozen=True):
    """Whether a job collection could be created under a name."""

    is_available: bool


def find(subscription: Subscription, cloud_service_id: str, job_collection_id: str) -> JobCollection:
    """Return a job collection."""
    service = cloud_services.find(subscription, cloud_service_id)
    found = service.job_collections.get(job_collection_id.lower())
    if found is None:
        raise errors_scheduler.JOB_COLLECTION_NOT_FOUND()
    return found


def get(subscription: Subscription, cloud_service_id: str, job_collection_id: str) -> JobCollectionDetails:
    """Return a job collection with its cloud service."""
    collection = find(subscription, cloud_service_id, job_collection_id)
    return JobCollectionDetails(collection, cloud_services.find(subscription, cloud_service_id))


def check_name(subscription: Subscription, cloud_service_id: str, resource_name: str) -> NameAvailability:
    """Tell whether a name is free in its cloud service."""
    service = cloud_services.find(subscription, cloud_service_id)
    _name(subscription, resource_name)
    return NameAvailability(is_available=resource_name.lower() not in service.job_collections)


def check_name_by_post(
    subscription: Subscription, _operation: TrackedOperation, cloud_service_id: str, resource_name: str
) -> NameAvailability:
    """Tell the same to those who post the question."""
    return check_name(subscription, cloud_service_id, resource_name)


def create(
    subscription: Subscription,
    operation: TrackedOperation,
    command: CreateJobCollection,
    cloud_service_id: str,
    job_collection_id: str,
) -> JobCollection:
    """Accept a job collection, or a change of one that is there: what is left out of a change stays."""
    service = cloud_services.usable(subscription, cloud_service_id)
    _name(subscription, job_collection_id)
    found = service.job_collections.get(job_collection_id.lower())
    if found is not None:
        cloud_services.unchanged(found.name, found.etag, found.operation, command.etag)
    plan = _plan(command, found)
    quota = command.quota if command.quota or found is None else found.quota
    _checked(subscription.catalog, plan, quota, found)
    collection = JobCollection(
        name=job_collection_id if found is None else found.name,
        etag=subscription.entropy.guid(),
        plan=plan,
        quota=quota,
        label=command.label or (found.label if found else job_collection_id),
        schema_version=command.schema_version or (found.schema_version if found else SCHEMA_VERSION),
        status=ResourceStatus("Create" if found is None else "Update", "InProgress"),
        operation=operation.id,
        jobs={} if found is None else found.jobs,
    )
    service.job_collections[job_collection_id.lower()] = collection
    _schedule(subscription, service, collection, "job_collection.create", "created")
    return collection


def delete(
    subscription: Subscription, operation: TrackedOperation, cloud_service_id: str, job_collection_id: str
) -> None:
    """Accept to delete a job collection with its jobs."""
    service = cloud_services.find(subscription, cloud_service_id)
    found = find(subscription, cloud_service_id, job_collection_id)
    cloud_services.unchanged(found.name, found.etag, found.operation, None)
    found.operation, found.status = operation.id, ResourceStatus("Delete", "InProgress")
    _schedule(subscription, service, found, "job_collection.delete", "deleted")


def _schedule(
    subscription: Subscription, service: CloudService, collection: JobCollection, timing: str, name: str
) -> None:
    key = service.name.lower(), collection.name.lower()
    subscription.after(timing, "job collection", key, name, collection.operation)


# ---- rules


def most_jobs(catalog: Catalog, plan: str, quota: Quota | None) -> int:
    """Return how many jobs a collection holds at most."""
    limits = catalog.limits
    most = limits.jobs_per_free_job_collection if plan == "Free" else limits.jobs_per_standard_job_collection
    return most if quota is None or quota.max_job_count is None else quota.max_job_count


def most_often(collection: JobCollection) -> MaxRecurrence:
    """Return how often a job of a collection may recur."""
    own = collection.quota.max_recurrence if collection.quota else None
    return own or MOST_OFTEN[collection.plan]


def _name(subscription: Subscription, name: str) -> None:
    limit = subscription.catalog.limits.job_collection_name_length
    if not 0 < len(name) <= limit or not name.isprintable():
        raise errors_scheduler.JOB_COLLECTION_NAME(name=name[:limit], limit=limit)


def _plan(command: CreateJobCollection, found: JobCollection | None) -> str:
    asked = command.plan or command.small_plan
    if not asked:
        return found.plan if found else DEFAULT_PLAN
    plan = next((one for one in MOST_OFTEN if one.lower() == asked.lower()), None)
    if plan is None:
        raise errors_scheduler.JOB_COLLECTION_PLAN(plan=asked)
    return plan


def _checked(catalog: Catalog, plan: str, quota: Quota | None, found: JobCollection | None) -> None:
    """Refuse a quota that allows more than its plan, or less than there is already."""
    most, limit = most_jobs(catalog, plan, None), most_jobs(catalog, plan, quota)
    if not 0 <= limit <= most:
        raise errors_scheduler.JOB_COLLECTION_QUOTA(why=f"the plan {plan} has at most {most} jobs, not {limit}.")
    if found is not None and len(found.jobs) > limit:
        raise errors_scheduler.JOB_COLLECTION_TOO_SMALL(count=len(found.jobs), limit=limit)
    own, plans = quota.max_recurrence if quota else None, MOST_OFTEN[plan]
    if own is None:
        return
    if own.frequency.lower() not in SHORTEST or own.interval < 1:
        raise errors_scheduler.JOB_COLLECTION_QUOTA(why=f"jobs cannot recur every {own.interval} {own.frequency}.")
    if SHORTEST[own.frequency.lower()] * own.interval < SHORTEST[plans.frequency.lower()]:
        why = f"in the plan {plan}, jobs recur at most every {plans.interval} {plans.frequency}."
        raise errors_scheduler.JOB_COLLECTION_QUOTA(why=why)


# ---- what the schedule brings


def _happened(subscription: Subscription, event: Event) -> None:
    collections = subscription.cloud_services[event.resource[0]].job_collections
    collection = collections[event.resource[1]]
    if event.name == "deleted":
        for job in collection.jobs.values():
            subscription.clock.cancel(job.pending)
        del collections[event.resource[1]]
    else:
        collection.operation, collection.status = None, ResourceStatus(collection.status.type, "Succeeded")
    operations.finish(subscription, event.operation)


HANDLERS = {"job collection": _happened}
