"""Jobs: that they run when the clock comes to their time, what they leave, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from emulator.domain import cloud_services, errors_scheduler, job_collections, jobs
from emulator.domain.clock import Pace
from emulator.domain.cloud_services import CreateCloudService
from emulator.domain.job_collections import CreateJobCollection
from emulator.domain.jobs import CreateJob, UpdateJob
from emulator.domain.scheduler_records import (
    Action,
    HttpRequest,
    MaxRecurrence,
    MonthlyOccurrence,
    QueueMessage,
    Quota,
    Recurrence,
    RetryPolicy,
    Schedule,
)
from emulator.domain.world import Subscription

START = datetime(2015, 7, 1, 0, 0, 5, tzinfo=UTC)
"""When the collection is there."""
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
HERE = ("cs", "jc")
QUEUE = QueueMessage(storage_account="account", queue_name="queue", sas_token="sig", message="text")


def calls(uri="http://example.com/", **more):
    return Action(type="http", request=HttpRequest(uri=uri, method="GET"), **more)


def fails(count=0, minutes=1, **more):
    policy = RetryPolicy(retry_type="fixed", retry_count=count, retry_interval=minutes * MINUTE)
    return calls("http://example.invalid/", retry_policy=policy, **more)


def every(frequency, interval=1, **more):
    return Recurrence(frequency=frequency, interval=interval, **more)


@pytest.fixture
def scheduler(subscription, operation):
    """The subscription with a job collection."""
    cloud_services.create(subscription, operation(), CreateCloudService(geo_region="West US"), "cs")
    job_collections.create(subscription, operation(), CreateJobCollection(), *HERE)
    subscription.advance_until_quiet(9)
    assert subscription.now == START
    return subscription


@pytest.fixture
def create(scheduler, operation):
    """Return a function that makes a job and tells what became of the call."""

    def create(job_id="job", **command):
        command = CreateJob(**{"action": calls()} | command)
        return jobs.create(scheduler, operation(), command, *HERE, job_id)

    return create


@pytest.fixture
def update(scheduler, operation):
    """Return a function that changes a job."""
    return lambda job_id="job", **command: jobs.update(scheduler, operation(), UpdateJob(**command), *HERE, job_id)


def history(scheduler, job_id="job", **page):
    return [line.entry for line in jobs.history(scheduler, *HERE, job_id, **page)]


def pass_time(scheduler, duration):
    return [event.name for event in scheduler.advance_to(scheduler.now + duration)]


# ---- once


def test_a_job_without_recurrence_runs_once_and_is_completed(scheduler, create):
    job = create(start_time=START + HOUR).job

    assert (job.state, job.next_execution_time) == ("enabled", START + HOUR)
    pass_time(scheduler, HOUR - timedelta(seconds=1))
    assert job.execution_count == 0
    pass_time(scheduler, timedelta(seconds=1))
    assert (job.state, job.next_execution_time, job.last_execution_time) == ("completed", None, START + HOUR)
    (entry,) = history(scheduler)
    assert (entry.timestamp, entry.status, entry.action_name) == (START + HOUR, "completed", "MainAction")
    assert (entry.repeat_count, entry.retry_count) == (1, 0)
    assert entry.message == "Http Action - Request to host 'example.com': GET http://example.com/ - recorded, not made."


@pytest.mark.parametrize("start", [None, START - 400 * HOUR])
def test_a_job_that_is_due_already_runs_at_once(scheduler, create, start):
    job = create(start_time=start).job

    assert job.next_execution_time == START
    pass_time(scheduler, timedelta())
    assert (job.execution_count, job.state) == (1, "completed")


def test_a_message_for_a_queue_is_told(scheduler, create):
    create(action=Action(type="storagequeue", queue_message=QUEUE))
    pass_time(scheduler, MINUTE)

    assert jobs.find(scheduler, *HERE, "job").action.type == "storageQueue"
    (entry,) = history(scheduler)
    assert "Message to queue 'queue' of 'account': 'text'" in entry.message


def test_a_job_that_has_ended_is_forgotten_after_sixty_days(scheduler, create, refuses):
    create()
    pass_time(scheduler, timedelta(days=60) - MINUTE)
    assert jobs.find(scheduler, *HERE, "job").state == "completed"
    pass_time(scheduler, MINUTE)

    refuses(errors_scheduler.JOB_NOT_FOUND, jobs.find, scheduler, *HERE, "job")
    assert scheduler.clock.schedule == {}


# ---- again and again


def test_a_start_in_the_past_is_not_made_good(create):
    job = create(start_time=START - timedelta(seconds=15), recurrence=every("minute", 30, count=10)).job

    assert job.next_execution_time == START - timedelta(seconds=15) + 30 * MINUTE
    assert job.execution_count == 0


def test_a_recurring_job_runs_at_each_of_its_times_and_leaves_history(scheduler, create):
    job = create(start_time=START + HOUR, recurrence=every("hour")).job
    assert pass_time(scheduler, 3 * HOUR) == ["run", "run", "run"]

    assert [entry.timestamp for entry in history(scheduler)] == [START + 3 * HOUR, START + 2 * HOUR, START + HOUR]
    assert (job.execution_count, job.next_execution_time, job.state) == (3, START + 4 * HOUR, "enabled")


def test_a_job_ends_with_its_count_or_its_end_whichever_is_first(scheduler, create):
    counted = create("a", recurrence=every("hour", count=3, end_time=START + 9 * HOUR)).job
    ended = create("b", recurrence=every("hour", count=9, end_time=START + 3 * HOUR)).job
    pass_time(scheduler, 20 * HOUR)

    assert (counted.execution_count, counted.last_execution_time) == (3, START + 2 * HOUR)
    assert (ended.execution_count, ended.last_execution_time) == (4, START + 3 * HOUR)
    assert (counted.state, ended.state) == ("completed", "completed")


def test_a_job_whose_end_is_over_is_completed_and_never_ran(create):
    job = create(start_time=START - 9 * HOUR, recurrence=every("hour", end_time=START - HOUR)).job

    assert (job.state, job.execution_count, job.next_execution_time) == ("completed", 0, None)


def test_in_instant_mode_a_job_waits_for_its_time(scheduler, create):
    scheduler.clock.pace = Pace("instant")
    job = create(recurrence=every("minute"), start_time=START + MINUTE).job

    scheduler.settle(START + timedelta(seconds=59))
    assert job.execution_count == 0
    scheduler.settle(START + MINUTE)
    assert job.execution_count == 1
    scheduler.settle(START + 3 * MINUTE)
    assert job.execution_count == 3


def test_it_gets_quiet_although_a_job_recurs_for_ever(scheduler, create):
    create(recurrence=every("minute"), start_time=START + MINUTE)

    assert scheduler.advance_until_quiet(9) == []
    assert scheduler.now == START
    assert scheduler.clock.next_event().due == START + MINUTE


def test_a_clock_that_is_moved_by_decades_counts_what_history_would_have_forgotten(scheduler, create):
    job = create(recurrence=every("minute")).job
    days = 30 * 365
    fired = pass_time(scheduler, timedelta(days=days))

    assert len(fired) == jobs.KEPT + 1
    assert job.execution_count == days * 1440 + 1
    assert job.next_execution_time == scheduler.now + MINUTE
    times = [entry.timestamp for entry in job.history]
    assert times == [scheduler.now - number * MINUTE for number in reversed(range(jobs.KEPT))]


def test_a_count_is_kept_over_decades_too(scheduler, create):
    job = create(recurrence=every("minute", count=123_456)).job
    pass_time(scheduler, timedelta(days=10_000))

    assert scheduler.cloud_services["cs"].job_collections["jc"].jobs == {}
    assert job.execution_count == 123_456
    assert job.last_execution_time == START + 123_455 * MINUTE


def test_the_same_is_counted_in_one_move_and_in_many(scheduler, create):
    one = create("a", recurrence=every("minute", 7, schedule=Schedule(hours=(3, 4)))).job
    moved = msgspec.json.decode(msgspec.json.encode(scheduler), type=Subscription)
    scheduler.world.take_in(moved)
    other = moved.cloud_services["cs"].job_collections["jc"].jobs["a"]
    pass_time(scheduler, timedelta(days=200))
    for _ in range(200):
        pass_time(moved, timedelta(days=1))

    assert one.execution_count == other.execution_count > jobs.KEPT
    assert one.next_execution_time == other.next_execution_time
    assert one.history == other.history


def test_history_is_two_months_at_most(scheduler, create):
    create(recurrence=every("day"))
    pass_time(scheduler, timedelta(days=100))

    assert len(history(scheduler)) == 61


def test_history_comes_in_pages_and_by_status(scheduler, create):
    create(action=fails(1), recurrence=every("hour"))
    pass_time(scheduler, 2 * HOUR)
    every_one = history(scheduler)

    assert history(scheduler, skip=1, top=2) == every_one[1:3]
    assert history(scheduler, only="failed") == every_one
    assert history(scheduler, only="completed") == []


# ---- failures


def test_a_call_that_fails_is_tried_again_and_the_error_action_follows(scheduler, create):
    job = create(action=fails(2, 5, error_action=calls("http://example.com/error")), start_time=START + HOUR).job
    pass_time(scheduler, HOUR)

    assert (job.execution_count, job.failure_count, job.faulted_count) == (1, 1, 0)
    assert job.next_execution_time == START + HOUR + 5 * MINUTE
    pass_time(scheduler, 10 * MINUTE)
    assert (job.execution_count, job.failure_count, job.faulted_count) == (1, 3, 1)
    assert (job.state, job.next_execution_time) == ("faulted", None)
    assert [(one.status, one.action_name, one.retry_count) for one in history(scheduler)] == [
        ("completed", "ErrorAction", 2),
        ("failed", "MainAction", 2),
        ("failed", "MainAction", 1),
        ("failed", "MainAction", 0),
    ]


def test_a_recurring_job_goes_on_after_a_run_that_failed(scheduler, create):
    job = create(action=fails(), recurrence=every("hour", count=2)).job
    pass_time(scheduler, MINUTE)
    assert (job.state, job.faulted_count, job.next_execution_time) == ("enabled", 1, START + HOUR)
    pass_time(scheduler, HOUR)
    assert (job.state, job.faulted_count) == ("faulted", 2)


def test_a_fixed_policy_retries_five_times_a_minute_apart_unless_it_says_otherwise(scheduler, create):
    job = create(action=calls("http://x.invalid/", retry_policy=RetryPolicy(retry_type="Fixed"))).job
    pass_time(scheduler, HOUR)

    assert [entry.timestamp for entry in job.history] == [START + number * MINUTE for number in range(6)]


@pytest.mark.parametrize("policy", [None, RetryPolicy(retry_type="none", retry_count=3)])
def test_without_a_policy_nothing_is_tried_again(scheduler, create, policy):
    job = create(action=calls("http://x.invalid/", retry_policy=policy)).job
    pass_time(scheduler, HOUR)

    assert (job.failure_count, job.state) == (1, "faulted")


def test_a_job_that_always_fails_does_not_hold_up_a_clock_either(scheduler, create):
    job = create(action=fails(20), recurrence=every("hour")).job
    fired = pass_time(scheduler, timedelta(days=10_000))

    assert len(fired) <= 1100
    assert job.execution_count == 240_001
    assert job.faulted_count == 240_000


# ---- what callers do


def test_a_job_that_is_disabled_does_not_run_until_it_is_enabled(scheduler, create, update):
    job = create(recurrence=every("hour"), start_time=START + HOUR).job
    update(state="disabled")

    assert (job.state, job.next_execution_time, scheduler.clock.schedule) == ("disabled", None, {})
    pass_time(scheduler, 5 * HOUR + MINUTE)
    update(state="Enabled")
    assert (job.execution_count, job.next_execution_time) == (0, START + 6 * HOUR)


def test_a_job_may_be_made_disabled(create):
    job = create(state="disabled").job

    assert (job.state, job.next_execution_time) == ("disabled", None)


def test_all_jobs_are_disabled_and_enabled_at_once_but_those_that_have_ended(scheduler, create, operation):
    create("a")
    pass_time(scheduler, MINUTE)
    create("b", recurrence=every("hour"))
    create("c", state="disabled", recurrence=every("hour"))

    for state in ("disabled", "enabled"):
        changed = jobs.update_all(scheduler, operation(), UpdateJob(state=state), *HERE)
        assert [job.state for job in changed] == ["completed", state, state]
    assert len(jobs.list_all(scheduler, *HERE, only="enabled")) == 2
    assert [job.id for job in jobs.list_all(scheduler, *HERE, skip=1, top=1)] == ["b"]


def test_an_update_changes_what_it_names_and_keeps_the_rest(scheduler, create, update):
    create(recurrence=every("hour"), start_time=START + HOUR)
    job = update(recurrence=every("minute", 10), action=calls("http://example.org/"))

    assert (job.start_time, job.recurrence.interval) == (START + HOUR, 10)
    pass_time(scheduler, HOUR + 10 * MINUTE)
    assert job.execution_count == 2
    assert "example.org" in job.history[0].message


def test_a_job_that_is_put_again_is_another_one(scheduler, create):
    first = create(recurrence=every("hour"))
    pass_time(scheduler, HOUR)
    second = create("JOB", recurrence=every("day"), start_time=START + 48 * HOUR)

    assert (first.is_new, second.is_new) == (True, False)
    assert (second.job.execution_count, second.job.next_execution_time) == (0, START + 48 * HOUR)
    assert [event.due for event in scheduler.clock.pending()] == [START + 48 * HOUR]


def test_a_job_without_an_id_gets_one(scheduler, create):
    job = create(None).job

    assert jobs.find(scheduler, *HERE, job.id) is job


def test_a_deleted_job_runs_no_more_nor_do_those_of_a_deleted_collection(scheduler, create, operation):
    job, other = create("a", recurrence=every("hour")).job, create("b", recurrence=every("hour")).job
    jobs.delete(scheduler, operation(), *HERE, "A")
    job_collections.delete(scheduler, operation(), *HERE)
    pass_time(scheduler, 9 * HOUR)

    assert (job.execution_count, other.execution_count) == (0, 1)
    assert scheduler.clock.schedule == {}


# ---- refusals


@pytest.mark.parametrize(
    "command",
    [
        {"action": Action(type="ftp")},
        {"action": Action(type="http")},
        {"action": Action(type="storageQueue")},
        {"action": calls("https://example.com/")},
        {"action": calls("/here")},
        {"action": calls("http://example.com:99999/")},
        {"action": calls("http://[/")},
        {"action": calls("http://example.com/" + "a" * 2048)},
        {"action": Action(type="http", request=HttpRequest(uri="http://a/", method="G T"))},
        {"action": Action(type="http", request=HttpRequest(uri="http://a/", method="GET", body="a" * 8193))},
        {
            "action": Action(
                type="http",
                request=HttpRequest(uri="http://a/", method="GET", headers={str(n): "" for n in range(51)}),
            )
        },
        {"action": calls(retry_policy=RetryPolicy(retry_type="often"))},
        {"action": calls(retry_policy=RetryPolicy(retry_type="fixed", retry_count=21))},
        {"action": calls(retry_policy=RetryPolicy(retry_type="fixed", retry_interval=timedelta(seconds=59)))},
        {"action": calls(error_action=Action(type="http"))},
        {"state": "completed"},
        {"start_time": START + timedelta(days=549)},
        {"recurrence": every("second", 60)},
        {"recurrence": every("hour", 0)},
        {"recurrence": every("month", 20)},
        {"recurrence": every("hour", count=0)},
        {"recurrence": every("day", schedule=Schedule(hours=(24,)))},
        {"recurrence": every("day", schedule=Schedule(minutes=(-1,)))},
        {"recurrence": every("day", schedule=Schedule(week_days=("monday",)))},
        {"recurrence": every("week", schedule=Schedule(week_days=("someday",)))},
        {"recurrence": every("week", schedule=Schedule(month_days=(1,)))},
        {"recurrence": every("month", schedule=Schedule(month_days=(0,)))},
        {"recurrence": every("month", schedule=Schedule(months=(1,)))},
        {"recurrence": every("year", schedule=Schedule(months=(13,)))},
        {
            "recurrence": every(
                "month", schedule=Schedule(monthly_occurrences=(MonthlyOccurrence(day="friday", occurrence=6),))
            )
        },
        {"job_id": "a" * 101},
        {"job_id": "a?b"},
    ],
)
def test_a_job_that_cannot_be_is_refused(create, refuses, command):
    refuses(errors_scheduler.JOB_INVALID, create, **command)


def test_refusals_of_jobs_that_are_not_there_or_have_ended(scheduler, create, update, operation, refuses):
    refuses(errors_scheduler.JOB_NOT_FOUND, update, state="disabled")
    refuses(errors_scheduler.JOB_NOT_FOUND, jobs.delete, scheduler, operation(), *HERE, "job")
    refuses(errors_scheduler.JOB_NOT_FOUND, jobs.history, scheduler, *HERE, "job")
    refuses(errors_scheduler.JOB_COLLECTION_NOT_FOUND, jobs.list_all, scheduler, "cs", "other")
    refuses(errors_scheduler.JOB_INVALID, jobs.update_all, scheduler, operation(), UpdateJob(), *HERE)
    create()
    pass_time(scheduler, MINUTE)
    for call in (update, create):
        assert "completed" in refuses(errors_scheduler.JOB_ENDED, call, state="enabled")


def test_a_collection_takes_as_many_jobs_as_its_plan_or_its_quota(scheduler, create, operation, refuses):
    for number in range(50):
        create(str(number))
    refuses(errors_scheduler.TOO_MANY_JOBS, create)
    assert not create("7").is_new
    few = CreateJobCollection(quota=Quota(max_job_count=49))
    refuses(errors_scheduler.JOB_COLLECTION_TOO_SMALL, job_collections.create, scheduler, operation(), few, *HERE)
    jobs.delete(scheduler, operation(), *HERE, "7")
    job_collections.create(scheduler, operation(), few, *HERE)
    assert "49" in refuses(errors_scheduler.TOO_MANY_JOBS, create)


@pytest.mark.parametrize(
    "recurrence",
    [
        every("minute", 59),
        every("day", schedule=Schedule(minutes=(0, 30))),
        every("week", schedule=Schedule(hours=(1,), minutes=(0, 59))),
    ],
)
def test_a_job_that_recurs_more_often_than_its_collection_allows_is_refused(
    scheduler, create, operation, refuses, recurrence
):
    hourly = Quota(max_recurrence=MaxRecurrence(frequency="Hour", interval=1))
    job_collections.create(scheduler, operation(), CreateJobCollection(quota=hourly), *HERE)

    refuses(errors_scheduler.JOB_TOO_FREQUENT, create, recurrence=recurrence)
    assert create(recurrence=every("minute", 60)).is_new


def test_the_whole_scheduler_is_written_out_and_read_again(scheduler, create):
    create(
        action=fails(2, error_action=Action(type="storageQueue", queue_message=QUEUE)),
        recurrence=every("month", schedule=Schedule(month_days=(-1,), hours=(1, 2))),
    )
    again = msgspec.json.decode(msgspec.json.encode(scheduler), type=Subscription)

    assert again == scheduler
