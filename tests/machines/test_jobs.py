"""A rule-based machine over the jobs of a collection: made, changed, disabled and deleted while time passes.

What a job has to have done follows from a plain list that is kept beside it: every moment of its calendar at which the
clock passed it and it was enabled, computed one by one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from emulator.domain import cloud_services, job_collections, jobs
from emulator.domain.jobs import CreateJob, UpdateJob
from emulator.domain.lifecycle import JOB
from emulator.domain.recurrence import Calendar
from emulator.domain.scheduler_records import Action, HttpRequest, Recurrence, RetryPolicy, Schedule
from emulator.domain.world import Subscription
from tests.machines.calls import Calls

HERE = ("cs", "jc")
LIMIT = 5
IDS = st.sampled_from(["a", "b", "c", "D", "e", "f"])
RECURRENCES = st.none() | st.one_of(
    st.builds(
        Recurrence,
        frequency=st.sampled_from(["minute", "hour", "day"]),
        interval=st.integers(60, 90),
        count=st.none() | st.integers(1, 4),
    ),
    st.builds(
        Recurrence,
        frequency=st.just("day"),
        schedule=st.builds(Schedule, hours=st.lists(st.integers(0, 23), min_size=1, max_size=3).map(tuple)),
        count=st.none() | st.integers(1, 40),
    ),
    st.builds(Recurrence, frequency=st.just("hour"), interval=st.integers(1, 5)),
)
STATES = st.sampled_from(["enabled", "enabled", "enabled", "disabled"])
AHEAD = st.none() | st.integers(-100_000, 100_000).map(lambda seconds: timedelta(seconds=seconds))
RETRIES = st.none() | st.builds(
    RetryPolicy,
    retry_type=st.just("fixed"),
    retry_count=st.integers(0, 3),
    retry_interval=st.integers(1, 90).map(lambda minutes: timedelta(minutes=minutes)),
)


class Expected:
    """What is kept of a job beside it: when it is due next, and what it has done. Jobs that fail are not followed."""

    def __init__(self, job, now):
        self.job, self.runs, self.enabled = job, 0, job.state == "enabled"
        self.fails = "invalid" in job.action.request.uri
        self.next = self.first(now)

    def first(self, now):
        if self.job.recurrence is None:
            return max(self.job.start_time, now) if not self.runs else None
        return Calendar(self.job.start_time, self.job.recurrence).first(now)

    def pass_to(self, now):
        count = self.job.recurrence.count if self.job.recurrence else 1
        while self.enabled and self.next is not None and self.next <= now and self.runs != count:
            self.runs += 1
            days = Calendar(self.job.start_time, self.job.recurrence) if self.job.recurrence else None
            self.next = days.following(self.next) if days else None


class Jobs(Calls):
    start = datetime(2015, 12, 30, 22, 59, 59, tzinfo=UTC)

    def __init__(self):
        super().__init__()
        self.expected = {}
        self.states = {}

    @initialize()
    def begin(self):
        self.call(cloud_services.create, cloud_services.CreateCloudService(geo_region="West US"), "cs")
        command = job_collections.CreateJobCollection(plan="Free")
        self.call(job_collections.create, command, *HERE)
        self.subscription.advance_until_quiet(9)

    @property
    def jobs(self):
        return self.subscription.cloud_services["cs"].job_collections["jc"].jobs

    # ---- what callers do

    @rule(job_id=IDS, ahead=AHEAD, recurrence=RECURRENCES, state=STATES, fails=st.booleans(), policy=RETRIES)
    def put(self, job_id, ahead, recurrence, state, fails, policy):
        host = "example.invalid" if fails else "example.com"
        action = Action(type="http", request=HttpRequest(uri=f"http://{host}/", method="GET"), retry_policy=policy)
        start = None if ahead is None else self.subscription.now + ahead
        command = CreateJob(start_time=start, action=action, recurrence=recurrence, state=state)
        made = self.call(jobs.create, command, *HERE, job_id)
        if made is not None:
            self.expected[job_id.lower()] = Expected(made.job, self.subscription.now)
            self.states.pop(job_id.lower(), None)

    @rule(job_id=IDS, state=STATES)
    def change(self, job_id, state):
        if self.call(jobs.update, UpdateJob(state=state), *HERE, job_id) is not None:
            self.set_state(job_id.lower(), state)

    @rule(state=STATES)
    def change_all(self, state):
        lively = [key for key, job in self.jobs.items() if job.state in ("enabled", "disabled")]
        self.call(jobs.update_all, UpdateJob(state=state), *HERE)
        for key in lively:
            self.set_state(key, state)

    def set_state(self, key, state):
        expected = self.expected[key]
        expected.enabled, expected.next = state == "enabled", expected.first(self.subscription.now)

    @rule(job_id=IDS)
    def delete(self, job_id):
        known = job_id.lower() in self.jobs
        self.call(jobs.delete, *HERE, job_id)
        if known:
            del self.expected[job_id.lower()]

    # ---- time

    @rule(minutes=st.integers(0, 6000))
    def pass_time(self, minutes):
        now = self.subscription.now + timedelta(minutes=minutes)
        self.subscription.advance_to(now)
        for expected in self.expected.values():
            expected.pass_to(now)

    @rule()
    def next(self):
        event = self.subscription.clock.next_event()
        if event is not None:
            self.subscription.advance_to(event.due)
            for expected in self.expected.values():
                expected.pass_to(self.subscription.now)

    @rule()
    def restore(self):
        """Write the whole subscription out and go on with what is read."""
        again = msgspec.json.decode(msgspec.json.encode(self.subscription), type=Subscription)
        assert again == self.subscription
        self.subscription = self.subscription.world.take_in(again)
        for key, expected in list(self.expected.items()):
            if key in self.jobs:
                expected.job = self.jobs[key]

    # ---- what is true always

    @invariant()
    def jobs_have_run_as_often_as_their_calendars_say(self):
        for key, expected in self.expected.items():
            job = self.jobs.get(key)
            if job is not None and not expected.fails:
                assert job.execution_count == expected.runs
                assert job.failure_count == job.faulted_count == 0
                if job.state == "enabled":
                    assert job.next_execution_time == expected.next

    @invariant()
    def what_is_scheduled_belongs_to_a_job_and_each_job_has_what_it_waits_for(self):
        if not self.subscription.cloud_services:
            return
        pending = {event.sequence: event for event in self.subscription.clock.pending()}
        assert all(event.timed and event.due >= self.subscription.now for event in pending.values())
        held = {job.pending for job in self.jobs.values() if job.state != "disabled"}
        assert held == set(pending)
        assert len(self.jobs) <= LIMIT

    @invariant()
    def states_move_as_their_table_lets_them(self):
        if not self.subscription.cloud_services:
            return
        for key, job in self.jobs.items():
            before = self.states.get(key, "enabled")
            reachable, grown = {before}, {before}
            while grown:
                grown = {t.target for t in JOB.transitions if t.source in reachable} - reachable
                reachable |= grown
            assert job.state in reachable
            assert (job.next_execution_time is not None) == (job.state == "enabled")
            assert job.faulted_count <= job.execution_count or job.recurrence is None
            assert job.faulted_count <= job.failure_count
        self.states = {key: job.state for key, job in self.jobs.items()}


TestJobs = Jobs.TestCase
TestJobs.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
