"""Jobs of the scheduler: what callers do with them, and how they run when the clock comes to their time.

A job's next run stands on the schedule as a timed event: nothing but the passing of time makes it due, and a clock that
is moved over many runs fires them one by one, each at its own time. Of more runs than a job's history holds, those that
it would have forgotten are counted and not made, so that a clock may be moved by years.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from emulator.domain import errors_scheduler, job_collections, job_rules, outside
from emulator.domain.clock import Event
from emulator.domain.lifecycle import JOB
from emulator.domain.records import TrackedOperation
from emulator.domain.recurrence import calendar_of
from emulator.domain.scheduler_records import Action, HistoryEntry, Job, JobCollection, Recurrence, RetryPolicy
from emulator.domain.world import Subscription, World

KEPT = 1000
"""Attempts that a job's history holds, none of them older than two months."""
KEPT_FOR = timedelta(days=60)
"""How long history is kept, and a job that has ended."""
RETRY = RetryPolicy(retry_type="fixed", retry_interval=timedelta(minutes=1), retry_count=5)
"""What a fixed policy means where it does not say."""
STATES = {"enabled": "enable", "disabled": "disable"}
"""States that a caller may give to a job, and the events that lead to them."""

Key = tuple[str, str, str]
T = TypeVar("T")


class CreateJob(Struct, frozen=True, kw_only=True):
    """A new job; its id stands in the path, or is the service's to choose."""

    id: str | None = None
    start_time: datetime | None = None
    action: Action
    recurrence: Recurrence | None = None
    state: str | None = None


class UpdateJob(Struct, frozen=True, kw_only=True):
    """What is to be another in a job; what is left out stays."""

    id: str | None = None
    start_time: datetime | None = None
    action: Action | None = None
    recurrence: Recurrence | None = None
    state: str | None = None


class Made(Struct, frozen=True):
    """A job that was put, and whether it was new."""

    job: Job
    is_new: bool


# ---- reading


def find(subscription: Subscription, cloud_service_id: str, job_collection_id: str, job_id: str) -> Job:
    """Return a job."""
    found = job_collections.find(subscription, cloud_service_id, job_collection_id).jobs.get(job_id.lower())
    if found is None:
        raise errors_scheduler.JOB_NOT_FOUND()
    return found


def list_all(
    subscription: Subscription,
    cloud_service_id: str,
    job_collection_id: str,
    skip: int = 0,
    top: int | None = None,
    only: str | None = None,
) -> list[Job]:
    """Return the jobs of a collection, oldest first: those in the state `only`, `top` of them after `skip`."""
    found = job_collections.find(subscription, cloud_service_id, job_collection_id).jobs.values()
    return _page([job for job in found if only is None or job.state == only], skip, top)


class HistoryLine(Struct, frozen=True):
    """An attempt and the job that made it."""

    job_id: str
    entry: HistoryEntry


def history(
    subscription: Subscription,
    cloud_service_id: str,
    job_collection_id: str,
    job_id: str,
    skip: int = 0,
    top: int | None = None,
    only: str | None = None,
) -> list[HistoryLine]:
    """Return what a job has done, latest first: what ended in the status `only`, `top` of it after `skip`."""
    job = find(subscription, cloud_service_id, job_collection_id, job_id)
    since = subscription.now - KEPT_FOR
    such = (one for one in reversed(job.history) if one.timestamp >= since and (only is None or one.status == only))
    return _page([HistoryLine(job.id, one) for one in such], skip, top)


def _page(found: list[T], skip: int, top: int | None) -> list[T]:
    return found[skip:] if top is None else found[skip : skip + top]


# ---- what callers do


def create(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: CreateJob,
    cloud_service_id: str,
    job_collection_id: str,
    job_id: str | None = None,
) -> Made:
    """Make a job, or another one in the place of a job that has not ended; without an id, under one of our own."""
    collection = job_collections.find(subscription, cloud_service_id, job_collection_id)
    found = collection.jobs.get(job_id.lower()) if job_id is not None else None
    start = job_rules.start_time(command.start_time, subscription.now)
    job = Job(
        id=job_rules.job_id(job_id) if job_id is not None else "",
        start_time=start,
        action=job_rules.action(command.action),
        recurrence=command.recurrence and job_rules.recurrence(command.recurrence, start, collection),
        state=_state(command.state or "enabled"),
    )
    if found is not None:
        _lives(found)
    else:
        _room(subscription, collection)
    job.id = job.id or subscription.entropy.guid()
    if found is not None:
        subscription.clock.cancel(found.pending)
    collection.jobs[job.id.lower()] = job
    _begin(subscription, (cloud_service_id.lower(), job_collection_id.lower(), job.id.lower()), job)
    return Made(job, found is None)


def _room(subscription: Subscription, collection: JobCollection) -> None:
    limit = job_collections.most_jobs(subscription.catalog, collection.plan, collection.quota)
    if len(collection.jobs) >= limit:
        raise errors_scheduler.TOO_MANY_JOBS(limit=limit)


def update(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: UpdateJob,
    cloud_service_id: str,
    job_collection_id: str,
    job_id: str,
) -> Job:
    """Change a job that has not ended: its state, or what it does and when."""
    collection = job_collections.find(subscription, cloud_service_id, job_collection_id)
    job = find(subscription, cloud_service_id, job_collection_id, job_id)
    _lives(job)
    start = job_rules.start_time(command.start_time or job.start_time, subscription.now)
    action = job_rules.action(command.action or job.action)
    recurrence = command.recurrence or job.recurrence
    checked = recurrence and job_rules.recurrence(recurrence, start, collection)
    state = _state(command.state or job.state)
    job.start_time, job.action, job.recurrence = start, action, checked
    _move(subscription, (cloud_service_id.lower(), job_collection_id.lower(), job.id.lower()), job, state)
    return job


def update_all(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: UpdateJob,
    cloud_service_id: str,
    job_collection_id: str,
) -> list[Job]:
    """Enable or disable every job of a collection that has not ended; return all its jobs."""
    collection = job_collections.find(subscription, cloud_service_id, job_collection_id)
    if command.state is None:
        raise errors_scheduler.JOB_INVALID(why="it has no state, and nothing else can be changed of all jobs.")
    state = _state(command.state)
    for job in collection.jobs.values():
        if job.state in STATES:
            _move(subscription, (cloud_service_id.lower(), job_collection_id.lower(), job.id.lower()), job, state)
    return list(collection.jobs.values())


def delete(
    subscription: Subscription,
    _operation: TrackedOperation,
    cloud_service_id: str,
    job_collection_id: str,
    job_id: str,
) -> None:
    """Delete a job, whatever its state."""
    job = find(subscription, cloud_service_id, job_collection_id, job_id)
    subscription.clock.cancel(job.pending)
    del job_collections.find(subscription, cloud_service_id, job_collection_id).jobs[job.id.lower()]


def _state(given: str) -> str:
    found = next((state for state in STATES if state == given.lower()), None)
    if found is None:
        raise errors_scheduler.JOB_INVALID(why=f"its state {given[:40]!r} is neither enabled nor disabled.")
    return found


def _lives(job: Job) -> None:
    if job.state not in STATES:
        raise errors_scheduler.JOB_ENDED(state=job.state)


def _move(subscription: Subscription, key: Key, job: Job, state: str) -> None:
    """Bring a job to a state and plan its next run anew."""
    if job.state != state:
        job.state = JOB.next(job.state, STATES[state])
    subscription.clock.cancel(job.pending)
    job.retries = 0
    _begin(subscription, key, job)


# ---- planning


def _begin(subscription: Subscription, key: Key, job: Job) -> None:
    """Plan the first run that is not over yet; one that recurs does not make good what came before it was made."""
    if job.state == "enabled":
        now = subscription.now
        once = max(job.start_time, now) if job.execution_count == 0 else None
        recurs = calendar_of(job.start_time, job.recurrence).first(now) if job.recurrence else once
        _plan(subscription, key, job, recurs)
    else:
        job.next_execution_time, job.pending = None, 0


def _go_on(subscription: Subscription, key: Key, job: Job, *, failed: bool) -> None:
    """Plan the run after this one."""
    recurs = calendar_of(job.start_time, job.recurrence) if job.recurrence else None
    following = recurs.following(subscription.now) if recurs else None
    _plan(subscription, key, job, following, failed=failed)


def _plan(subscription: Subscription, key: Key, job: Job, moment: datetime | None, *, failed: bool = False) -> None:
    """Plan a run; where there is none, or the job has run as often as it may, it ends and is forgotten in time."""
    left = _left(job)
    if moment is None or left == 0:
        job.state, job.next_execution_time = JOB.next(job.state, "failed" if failed else "ended"), None
        job.pending = subscription.clock.at(subscription.now + KEPT_FOR, "job", key, "forgotten")
    else:
        job.state, job.next_execution_time = JOB.next(job.state, "ran"), moment
        job.pending = subscription.clock.at(moment, "job", key, "run")


def _left(job: Job) -> int | None:
    """Return how often a job may run yet; None for ever."""
    most = job.recurrence.count if job.recurrence else None
    return None if most is None else max(0, most - job.execution_count)


# ---- running


def _due(subscription: Subscription, event: Event) -> None:
    service, collection, key = event.resource
    jobs = subscription.cloud_services[service].job_collections[collection].jobs
    if event.name == "forgotten":
        del jobs[key]
    elif event.name == "retry" or not _skip(subscription, (service, collection, key), jobs[key]):
        _run(subscription, (service, collection, key), jobs[key])


def _skip(subscription: Subscription, key: Key, job: Job) -> bool:
    """Count the runs before those that history will hold, and plan the first of these, if the clock goes so far."""
    if job.recurrence is None:
        return False
    now, horizon, days = subscription.now, subscription.horizon, calendar_of(job.start_time, job.recurrence)
    fails = not outside.answers(job.action)
    kept = KEPT // (1 + (_policy(job.action).retry_count or 0)) if fails else KEPT
    if horizon - now <= kept * days.shortest_gap:
        return False
    done = days.count(now - timedelta(microseconds=1))
    due = days.count(horizon) - done
    left = _left(job)
    skipped = (due if left is None else min(due, left)) - kept
    if skipped <= 0:
        return False
    job.execution_count += skipped
    job.failure_count += skipped if fails else 0
    job.faulted_count += skipped if fails else 0
    _plan(subscription, key, job, days.nth(done + skipped, horizon))
    return True


def _run(subscription: Subscription, key: Key, job: Job) -> None:
    """Do what a job does, once: it succeeds, is tried again later, or has failed."""
    if job.retries == 0:
        job.execution_count += 1
    job.last_execution_time = subscription.now
    succeeded, message = outside.call(job.action)
    _tell(subscription, job, "MainAction", succeeded=succeeded, message=message)
    _make(subscription, key, job, job.action)
    policy = _policy(job.action)
    again = not succeeded and job.retries < (policy.retry_count or 0)
    job.failure_count += not succeeded
    if again and policy.retry_interval is not None:
        job.retries += 1
        job.next_execution_time = subscription.now + policy.retry_interval
        job.pending = subscription.clock.at(job.next_execution_time, "job", key, "retry")
        return
    if not succeeded:
        job.faulted_count += 1
        if job.action.error_action is not None:
            succeeded_then, message = outside.call(job.action.error_action)
            _tell(subscription, job, "ErrorAction", succeeded=succeeded_then, message=message)
            _make(subscription, key, job, job.action.error_action)
    job.retries = 0
    _go_on(subscription, key, job, failed=not succeeded)


def _policy(action: Action) -> RetryPolicy:
    """Return how an action is tried again, with the numbers that a fixed policy leaves out."""
    given = action.retry_policy
    if given is None or given.retry_type == "none":
        return RetryPolicy(retry_type="none")
    return replace(
        given,
        retry_interval=given.retry_interval or RETRY.retry_interval,
        retry_count=RETRY.retry_count if given.retry_count is None else given.retry_count,
    )


def _tell(subscription: Subscription, job: Job, name: str, *, succeeded: bool, message: str) -> None:
    entry = HistoryEntry(
        timestamp=subscription.now,
        status="completed" if succeeded else "failed",
        message=message,
        state=job.state,
        action_name=name,
        repeat_count=job.execution_count,
        retry_count=job.retries,
    )
    job.history.append(entry)
    del job.history[:-KEPT]


# ---- calls that are made


def _make(subscription: Subscription, key: Key, job: Job, action: Action) -> None:
    """Have the call made, if the world has somebody for its host; the entry that was told last is told anew then."""
    world = subscription.world
    if world.outside is None or action.request is None or not world.outside.makes(outside.host(action)):
        return
    told = partial(_answered, world, subscription.id, key, job.history[-1])
    world.outside.call(action.request, told)


def _answered(world: World, subscription_id: str, key: Key, entry: HistoryEntry, succeeded: bool, message: str) -> None:
    """Tell in history how a call went. It was the run's one attempt: where it failed, the run has failed."""
    subscription = world.subscriptions.get(subscription_id)
    if subscription is None:
        return
    with world.lock_of(subscription):
        service = subscription.cloud_services.get(key[0])
        collection = service and service.job_collections.get(key[1])
        job = collection and collection.jobs.get(key[2])
        if not job or entry not in job.history:
            return
        status = "completed" if succeeded else "failed"
        job.history[job.history.index(entry)] = replace(entry, status=status, message=message[: outside.MESSAGE_LENGTH])
        job.failure_count += not succeeded
        job.faulted_count += not succeeded


HANDLERS = {"job": _due}
