"""Jobs and their history, in JSON."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from emulator.domain import errors_scheduler, jobs, scheduler_records
from emulator.domain.scheduler_records import MonthlyOccurrence, Schedule
from emulator.wire.common import nothing, write_duration
from emulator.wire.contract import Contract, child, column, flat, group, many
from emulator.wire.json_contract import JSON, MAPPING, JsonContract, camel
from emulator.wire.values import DATE, INTEGER, TEXT, Value
from emulator.wire.writing import Context

JOB_SIZE = 16 * 1024
"""Bytes of the largest job, as documented."""

_DURATION = re.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?", re.ASCII
)


def _read_duration(text: str) -> timedelta:
    """Read an ISO 8601 duration; of years and months, .NET makes 365 and 30 days."""
    match = _DURATION.fullmatch(text.strip().upper())
    if match is None or not any(match.groups()):
        raise ValueError("not a duration such as PT5M")
    years, months, days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
    return timedelta(days=365 * years + 30 * months + days, hours=hours, minutes=minutes, seconds=seconds)


def _write_time(moment: datetime) -> str:
    """Return UTC with as many decimals as there are, as recorded of a start with six."""
    text = moment.isoformat().partition("+")[0]
    return (text.rstrip("0") if "." in text else text) + "Z"


TIME = Value(DATE.read, _write_time)
DURATION = Value(_read_duration, write_duration)


def _tuples(**values: Any) -> Schedule:
    return Schedule(**{name: None if value is None else tuple(value) for name, value in values.items()})


# ---- what both directions share

AUTHENTICATION = Contract(
    "Authentication",
    scheduler_records.Authentication,
    (
        column("Type", required=True),
        column("Username"),
        column("CertificateThumbprint"),
        column("CertificateExpiration"),
        column("CertificateSubjectName"),
        column("Tenant"),
        column("Audience"),
        column("ClientId"),
    ),
)
HTTP_REQUEST = Contract(
    "Request",
    scheduler_records.HttpRequest,
    (
        column("Uri", required=True),
        column("Method", required=True),
        column("Body"),
        column("Headers", MAPPING),
        child("Authentication", AUTHENTICATION),
    ),
)
QUEUE_MESSAGE = Contract(
    "QueueMessage",
    scheduler_records.QueueMessage,
    (
        column("StorageAccount", required=True),
        column("QueueName", required=True),
        column("SasToken", required=True),
        column("Message", required=True),
    ),
)
RETRY_POLICY = Contract(
    "RetryPolicy",
    scheduler_records.RetryPolicy,
    (column("RetryType", required=True), column("RetryInterval", DURATION), column("RetryCount", INTEGER)),
)
_DONE = (child("Request", HTTP_REQUEST), child("QueueMessage", QUEUE_MESSAGE), column("Type", required=True))
ERROR_ACTION = Contract("ErrorAction", scheduler_records.Action, (*_DONE, child("RetryPolicy", RETRY_POLICY)))
ACTION = Contract(
    "Action",
    scheduler_records.Action,
    (*_DONE, child("RetryPolicy", RETRY_POLICY), child("ErrorAction", ERROR_ACTION)),
)
SCHEDULE = Contract(
    "Schedule",
    _tuples,
    (
        many("Minutes", INTEGER, "int"),
        many("Hours", INTEGER, "int"),
        many("WeekDays", TEXT, "string"),
        many("Months", INTEGER, "int"),
        many("MonthDays", INTEGER, "int"),
        many(
            "MonthlyOccurrences",
            Contract(
                "MonthlyOccurrence",
                MonthlyOccurrence,
                (column("Day", required=True), column("Occurrence", INTEGER)),
            ),
        ),
    ),
)
RECURRENCE = Contract(
    "Recurrence",
    scheduler_records.Recurrence,
    (
        column("Frequency", required=True),
        column("Count", INTEGER),
        column("Interval", INTEGER),
        column("EndTime", TIME),
        child("Schedule", SCHEDULE),
    ),
)


def _job(*, action_required: bool) -> tuple[Any, ...]:
    return (
        column("Id"),
        column("StartTime", TIME),
        child("Action", ACTION, required=action_required),
        child("Recurrence", RECURRENCE),
        column("State"),
    )


# ---- what is read


class _JobReader:
    """Reads a job of a size that the service takes."""

    def __init__(self, contract: Contract[Any]) -> None:
        self._contract = JsonContract(contract, member=camel)

    def read(self, body: bytes, version: str, unread: list[str]) -> Any:
        if len(body) > JOB_SIZE:
            raise errors_scheduler.JOB_TOO_LARGE(limit=JOB_SIZE)
        return self._contract.read(body, version, unread)


CREATE_JOB = _JobReader(Contract("Job", jobs.CreateJob, _job(action_required=True)))
UPDATE_JOB = _JobReader(Contract("Job", jobs.UpdateJob, _job(action_required=False)))

# ---- what is written

_JOB = Contract(
    "Job",
    nothing,
    (
        *_job(action_required=True),
        group(
            "Status",
            column("LastExecutionTime", TIME),
            column("NextExecutionTime", TIME),
            column("ExecutionCount", INTEGER),
            column("FailureCount", INTEGER),
            column("FaultedCount", INTEGER),
        ),
    ),
)
_HISTORY_ENTRY = Contract(
    "JobHistory",
    nothing,
    (
        column("JobId"),
        column("Timestamp", TIME, attribute="entry.timestamp"),
        column("StartTime", TIME, attribute="entry.timestamp"),
        column("EndTime", TIME, attribute="entry.timestamp"),
        column("Status", attribute="entry.status"),
        column("Message", attribute="entry.message"),
        column("State", attribute="entry.state"),
        column("ActionName", attribute="entry.action_name"),
        column("RepeatCount", INTEGER, attribute="entry.repeat_count"),
        column("RetryCount", INTEGER, attribute="entry.retry_count"),
    ),
)


def _written(contract: Contract[Any]) -> JsonContract:
    return JsonContract(contract, member=camel, keys=camel, slashes=True)


JOB = _written(_JOB)
JOBS = _written(Contract("Jobs", nothing, (flat(_JOB),)))
HISTORY = _written(Contract("History", nothing, (flat(_HISTORY_ENTRY),)))


class _MadeWriter:
    """Writes a job that was put as the job that it is."""

    media_type = JSON

    def write(self, made: jobs.Made, context: Context) -> bytes:
        return JOB.write(made.job, context)


MADE = _MadeWriter()
