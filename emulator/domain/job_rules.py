"""What a job may be: its action, its recurrence and their limits, as documented. Refuses, and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from emulator.domain import errors_scheduler
from emulator.domain.job_collections import most_often
from emulator.domain.recurrence import FREQUENCIES, SHORTEST, WEEK_DAYS, calendar_of
from emulator.domain.scheduler_records import (
    Action,
    HttpRequest,
    JobCollection,
    QueueMessage,
    Recurrence,
    RetryPolicy,
    Schedule,
)

LONGEST = timedelta(days=548)
"""Eighteen months: the longest interval, the farthest start and the longest wait before a retry."""
MOST_RETRIES = 20
SHORTEST_RETRY = timedelta(minutes=1)
URL_LENGTH = 2048
HEADERS = 50
HEADERS_LENGTH = 4096
BODY_LENGTH = 8192
TYPES = ("http", "https", "storageQueue")
RETRIES = ("none", "fixed")
COMPARED = 50
"""Moments of a calendar that are compared to tell how often it recurs."""

T = TypeVar("T", HttpRequest, QueueMessage)

_METHOD = re.compile(r"[A-Za-z]{1,20}", re.ASCII)
_ID = re.compile(r"[^/\\?#%&<>*:\x00-\x1f\x7f]{1,100}")


def job_id(given: str) -> str:
    """Return an id that a job can have."""
    if _ID.fullmatch(given) is None:
        raise errors_scheduler.JOB_INVALID(why="its id has 1 to 100 characters, none of them special in an address.")
    return given


def start_time(given: datetime | None, now: datetime) -> datetime:
    """Return when a job begins: now, where nothing else is said."""
    if given is not None and given > now + LONGEST:
        raise errors_scheduler.JOB_INVALID(why="its startTime is more than 18 months ahead.")
    return given or now


# ---- actions


def action(given: Action) -> Action:
    """Return an action with the names of its kinds as the service spells them."""
    kind = _one_of(given.type, TYPES, "action type")
    if kind == "storageQueue":
        _needs(given.queue_message, "queueMessage", kind)
    else:
        _request(_needs(given.request, "request", kind), kind)
    return Action(
        type=kind,
        request=given.request if kind != "storageQueue" else None,
        queue_message=given.queue_message if kind == "storageQueue" else None,
        retry_policy=given.retry_policy and _retry_policy(given.retry_policy),
        error_action=given.error_action and action(given.error_action),
    )


def _needs(given: T | None, member: str, kind: str) -> T:
    if given is None:
        raise errors_scheduler.JOB_INVALID(why=f"an action of the type {kind} has a {member}.")
    return given


def _request(given: HttpRequest, kind: str) -> None:
    headers = given.headers or {}
    why = None
    if not _is_address(given.uri, kind):
        why = f"the uri of an action of the type {kind} is an absolute one that begins with {kind}."
    elif len(given.uri) > URL_LENGTH:
        why = f"its uri is longer than {URL_LENGTH} characters."
    elif _METHOD.fullmatch(given.method) is None:
        why = f"its method {given.method[:20]!r} is none of HTTP's."
    elif len(headers) > HEADERS or sum(len(name) + len(value) for name, value in headers.items()) > HEADERS_LENGTH:
        why = f"its headers are more than {HEADERS}, or longer than {HEADERS_LENGTH} characters."
    elif len(given.body or "") > BODY_LENGTH:
        why = f"its body is longer than {BODY_LENGTH} characters."
    if why:
        raise errors_scheduler.JOB_INVALID(why=why)


def _is_address(uri: str, kind: str) -> bool:
    try:
        parts = urlsplit(uri)
        return parts.scheme.lower() == kind and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _retry_policy(given: RetryPolicy) -> RetryPolicy:
    kind = _one_of(given.retry_type, RETRIES, "retryType")
    if given.retry_interval is not None and not SHORTEST_RETRY <= given.retry_interval <= LONGEST:
        raise errors_scheduler.JOB_INVALID(why="its retryInterval is not between a minute and 18 months.")
    if given.retry_count is not None and not 0 <= given.retry_count <= MOST_RETRIES:
        raise errors_scheduler.JOB_INVALID(why=f"its retryCount is not between 0 and {MOST_RETRIES}.")
    return RetryPolicy(retry_type=kind, retry_interval=given.retry_interval, retry_count=given.retry_count)


# ---- recurrences


def recurrence(given: Recurrence, start: datetime, collection: JobCollection) -> Recurrence:
    """Return a recurrence with its names as the service spells them: not more often than its collection allows."""
    frequency = _one_of(given.frequency, FREQUENCIES, "frequency")
    if given.interval < 1 or SHORTEST[frequency] * given.interval > LONGEST:
        raise errors_scheduler.JOB_INVALID(why="its interval is less than 1 or longer than 18 months.")
    if given.count is not None and given.count < 1:
        raise errors_scheduler.JOB_INVALID(why="its count is less than 1.")
    checked = Recurrence(
        frequency=frequency,
        interval=given.interval,
        count=given.count,
        end_time=given.end_time,
        schedule=given.schedule and _schedule(given.schedule, frequency),
    )
    limit = most_often(collection)
    if _shortest_gap(start, checked) < SHORTEST[limit.frequency.lower()] * limit.interval:
        raise errors_scheduler.JOB_TOO_FREQUENT(interval=limit.interval, frequency=limit.frequency)
    return checked


def _schedule(given: Schedule, frequency: str) -> Schedule:
    _within(given.minutes, range(60), "minutes")
    _within(given.hours, range(24), "hours")
    _within(given.month_days, [day for day in range(-31, 32) if day], "monthDays")
    _within([one.occurrence or 1 for one in given.monthly_occurrences or ()], (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5), "")
    _within(given.months, range(1, 13), "months")
    for member, value, needed in (
        ("weekDays", given.week_days, "week"),
        ("monthDays", given.month_days, "month"),
        ("monthlyOccurrences", given.monthly_occurrences, "month"),
        ("months", given.months, "year"),
    ):
        if value is not None and frequency != needed:
            raise errors_scheduler.JOB_INVALID(why=f"its schedule has {member}, which need the frequency {needed}.")
    return Schedule(
        minutes=given.minutes,
        hours=given.hours,
        week_days=given.week_days and tuple(_one_of(day, WEEK_DAYS, "day") for day in given.week_days),
        months=given.months,
        month_days=given.month_days,
        monthly_occurrences=given.monthly_occurrences
        and tuple(
            type(one)(day=_one_of(one.day, WEEK_DAYS, "day"), occurrence=one.occurrence)
            for one in given.monthly_occurrences
        ),
    )


def _within(given: Iterable[int] | None, known: Iterable[int], name: str) -> None:
    wrong = [number for number in given or () if number not in known]
    if wrong:
        raise errors_scheduler.JOB_INVALID(why=f"its schedule has no such {name or 'occurrence'}: {wrong[0]}.")


def _shortest_gap(start: datetime, given: Recurrence) -> timedelta:
    if given.schedule is None:
        return SHORTEST[given.frequency] * given.interval
    days, gap, moment = calendar_of(start, given), LONGEST, None
    for _ in range(COMPARED):
        found = days.first(start) if moment is None else days.following(moment)
        if found is None:
            break
        gap = gap if moment is None else min(gap, found - moment)
        moment = found
    return gap


def _one_of(given: str, known: tuple[str, ...], name: str) -> str:
    found = next((one for one in known if one.lower() == given.lower()), None)
    if found is None:
        raise errors_scheduler.JOB_INVALID(why=f"its {name} {given[:40]!r} is none of {', '.join(known)}.")
    return found
