"""Jobs on the wire: recorded answers, what their members mean, and bodies that are refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from emulator.domain import errors, errors_scheduler
from emulator.domain.jobs import HistoryLine, Made
from emulator.domain.refusals import ServiceError
from emulator.domain.scheduler_records import Action, HistoryEntry, HttpRequest, Job, Recurrence, Schedule
from emulator.wire.jobs import CREATE_JOB, DURATION, HISTORY, JOB, JOB_SIZE, JOBS, MADE, TIME, UPDATE_JOB
from emulator.wire.writing import Context

START = datetime(2015, 7, 1, 0, 2, 10, 501722, tzinfo=UTC)
SENT = (
    b'{"startTime": "2015-07-01T00:02:10.501722", "action": {"type": "http", "request": {"method": "GET", '
    b'"uri": "http://bing.com/", "headers": {"Content-Type": "text/plain"}}}, "state": "enabled", '
    b'"recurrence": {"count": 10, "frequency": "minute", "interval": 30}}'
)
ANSWERED = (
    b'{"id":"job_id","startTime":"2015-07-01T00:02:10.501722Z","action":{"request":{"uri":"http:\\/\\/bing.com\\/",'
    b'"method":"GET","headers":{"content-Type":"text\\/plain"}},"type":"http"},"recurrence":{"frequency":"minute",'
    b'"count":10,"interval":30},"state":"enabled","status":{"nextExecutionTime":"2015-07-01T00:32:10.501722Z",'
    b'"executionCount":0,"failureCount":0,"faultedCount":0}}'
)
"""As recorded."""
REQUEST = HttpRequest(uri="http://bing.com/", method="GET", headers={"Content-Type": "text/plain"})


def create(body):
    return CREATE_JOB.read(body if isinstance(body, bytes) else json.dumps(body).encode(), "2014-10-01", [])


def test_a_job_is_read_and_answered_as_recorded():
    command = create(SENT)
    assert (command.start_time, command.action) == (START, Action(type="http", request=REQUEST))
    assert command.recurrence == Recurrence(frequency="minute", interval=30, count=10)

    job = Job(
        id="job_id",
        start_time=command.start_time,
        action=command.action,
        recurrence=command.recurrence,
        next_execution_time=START + timedelta(minutes=30),
    )
    assert JOB.write(job, Context()) == ANSWERED
    assert MADE.write(Made(job, is_new=True), Context()) == ANSWERED
    assert JOBS.write([job], Context()) == b"[" + ANSWERED + b"]"
    assert JOBS.write([], Context()) == b"[]"


def test_all_that_a_job_may_say_comes_back():
    said = {
        "startTime": "2015-07-01T02:00:00+02:00",
        "action": {
            "type": "storageQueue",
            "queueMessage": {"storageAccount": "a", "queueName": "q", "sasToken": "s", "message": "m"},
            "retryPolicy": {"retryType": "fixed", "retryInterval": "PT1H30M", "retryCount": 3},
            "errorAction": {
                "type": "http",
                "request": {
                    "uri": "http://a/",
                    "method": "POST",
                    "body": "{}",
                    "authentication": {"type": "Basic", "username": "me"},
                },
            },
        },
        "recurrence": {
            "frequency": "month",
            "interval": 2,
            "endTime": "2015-12-31T00:00:00Z",
            "schedule": {
                "minutes": [0, 30],
                "hours": [5],
                "monthDays": [-1, 15],
                "monthlyOccurrences": [{"day": "friday", "occurrence": -1}],
            },
        },
        "state": "disabled",
    }
    command = create(said)
    job = Job(
        id="j", start_time=command.start_time, action=command.action, recurrence=command.recurrence, state="disabled"
    )
    shown = json.loads(JOB.write(job, Context()))

    assert {name: shown[name] for name in ("action", "recurrence", "state")} == {
        name: said[name] for name in ("action", "recurrence", "state")
    }
    assert shown["startTime"] == "2015-07-01T00:00:00Z"
    assert command.recurrence.schedule == Schedule(
        minutes=(0, 30),
        hours=(5,),
        month_days=(-1, 15),
        monthly_occurrences=command.recurrence.schedule.monthly_occurrences,
    )


def test_the_secrets_of_a_request_are_not_kept():
    request = {"uri": "http://a/", "method": "GET", "authentication": {"type": "Basic", "password": "hidden"}}
    command = create({"action": {"type": "http", "request": request}})

    assert command.action.request.authentication.type == "Basic"
    assert "hidden" not in repr(command)


def test_an_update_needs_no_member():
    assert UPDATE_JOB.read(b'{"state": "disabled"}', "2014-10-01", []).state == "disabled"
    assert UPDATE_JOB.read(b"{}", "2014-10-01", []).action is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, '/action: the required member "action" is missing'),
        ({"action": {}}, '/action/type: the required member "type" is missing'),
        (
            {"action": {"type": "http", "request": {"uri": "a"}}},
            '/action/request/method: the required member "method" is missing',
        ),
        (
            {"action": {"type": "http", "retryPolicy": {"retryType": "fixed", "retryInterval": "5"}}},
            '/action/retryPolicy/retryInterval: "5" is not a duration such as PT5M',
        ),
        (
            {"action": {"type": "http"}, "recurrence": {"frequency": "day", "schedule": {"hours": ["x"]}}},
            '/recurrence/schedule/hours[1]: "x" is not a 32-bit integer',
        ),
    ],
)
def test_a_job_that_breaks_its_contract_is_refused_with_the_place(body, why):
    with pytest.raises(ServiceError) as refused:
        create(body)

    assert (refused.value.refusal, refused.value.message.endswith(why)) == (errors.WRONG_JSON, True)


def test_a_job_of_more_than_16_k_is_refused():
    assert create(SENT.ljust(JOB_SIZE))
    with pytest.raises(ServiceError) as refused:
        create(SENT.ljust(JOB_SIZE + 1))
    assert refused.value.refusal is errors_scheduler.JOB_TOO_LARGE


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("PT1M", timedelta(minutes=1)),
        ("PT1H30M", timedelta(minutes=90)),
        ("P2DT1S", timedelta(days=2, seconds=1)),
        ("P30D", timedelta(days=30)),
        ("PT0S", timedelta()),
    ],
)
def test_durations(text, value):
    assert DURATION.read(text) == value
    assert DURATION.write(value) == text


def test_years_and_months_of_a_duration_are_365_and_30_days():
    assert DURATION.read("P1Y6M") == timedelta(days=365 + 180)


@pytest.mark.parametrize("text", ["", "P", "PT", "1M", "PT1X", "P1H"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="not a duration"):
        DURATION.read(text)


def test_times_have_the_decimals_that_they_have():
    assert TIME.write(START) == "2015-07-01T00:02:10.501722Z"
    assert TIME.write(START.replace(microsecond=500_000)) == "2015-07-01T00:02:10.5Z"
    assert TIME.write(START.replace(second=0, microsecond=0)) == "2015-07-01T00:02:00Z"


def test_history_tells_an_attempt_a_line():
    entry = HistoryEntry(
        timestamp=START.replace(microsecond=0),
        status="failed",
        message="m",
        state="enabled",
        action_name="MainAction",
        repeat_count=2,
        retry_count=1,
    )

    assert json.loads(HISTORY.write([HistoryLine("job", entry)], Context())) == [
        {
            "jobId": "job",
            "timestamp": "2015-07-01T00:02:10Z",
            "startTime": "2015-07-01T00:02:10Z",
            "endTime": "2015-07-01T00:02:10Z",
            "status": "failed",
            "message": "m",
            "state": "enabled",
            "actionName": "MainAction",
            "repeatCount": 2,
            "retryCount": 1,
        }
    ]
