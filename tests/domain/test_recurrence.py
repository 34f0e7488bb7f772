"""Calendars of recurring jobs, held against a walk over every minute or every day that asks each what it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from emulator.domain.recurrence import EMPTY_PERIODS, WEEK_DAYS, Calendar
from emulator.domain.scheduler_records import MonthlyOccurrence, Recurrence, Schedule

STEP = timedelta(microseconds=1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def calendar(start, frequency, interval=1, **rest):
    schedule = Schedule(**{k: rest.pop(k) for k in list(rest) if k in Schedule.__struct_fields__})
    named = schedule if schedule != Schedule() else None
    return Calendar(at(start), Recurrence(frequency=frequency, interval=interval, schedule=named, **rest))


def moments(days, most):
    found, moment = [], days.first(days.start)
    while moment is not None and len(found) < most:
        found.append(moment)
        moment = days.following(moment)
    return found


def shown(days, most):
    return [moment.strftime("%Y-%m-%d %H:%M") for moment in moments(days, most)]


# ---- the walk: what a moment has to be, said of the moment alone


def is_last_of_month(day):
    return (day + timedelta(days=1)).month != day.month


def days_left(day):
    """How many days of its month follow a day."""
    left = 0
    while not is_last_of_month(day):
        day, left = day + timedelta(days=1), left + 1
    return left


def same_day_of_month(day, start):
    return day.day == start.day or (day.day < start.day and is_last_of_month(day))


def is_named(day, schedule):
    """Whether a day is among the days of a month that a schedule names."""
    if day.day in (schedule.month_days or ()) or -1 - days_left(day) in (schedule.month_days or ()):
        return True
    for one in schedule.monthly_occurrences or ():
        if WEEK_DAYS[day.weekday()] == one.day:
            numbers = (None, (day.day - 1) // 7 + 1, -1 - days_left(day) // 7)
            if one.occurrence in numbers:
                return True
    return False


def is_right_day(day, start, recurrence):
    schedule, interval = recurrence.schedule or Schedule(), recurrence.interval
    match recurrence.frequency:
        case "day":
            return (day - start).days % interval == 0
        case "week":
            monday = start - timedelta(days=start.weekday())
            named = schedule.week_days or (WEEK_DAYS[start.weekday()],)
            return (day - monday).days // 7 % interval == 0 and WEEK_DAYS[day.weekday()] in named
        case "month":
            months = (day.year - start.year) * 12 + day.month - start.month
            by_name = schedule.month_days or schedule.monthly_occurrences
            right = is_named(day, schedule) if by_name else same_day_of_month(day, start)
            return months % interval == 0 and right
        case "year":
            months = schedule.months or (start.month,)
            return (day.year - start.year) % interval == 0 and day.month in months and same_day_of_month(day, start)


def walked_by_days(start, recurrence, days):
    schedule = recurrence.schedule or Schedule()
    for number in range(days):
        day = start.date() + timedelta(days=number)
        if is_right_day(day, start.date(), recurrence):
            for hour in sorted(set(schedule.hours or (start.hour,))):
                for minute in sorted(set(schedule.minutes or (start.minute,))):
                    moment = start.replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=minute)
                    if moment >= start:
                        yield moment


def walked_by_minutes(start, recurrence, days):
    schedule, interval = recurrence.schedule or Schedule(), recurrence.interval
    hour = start.replace(minute=0, second=0, microsecond=0)
    for number in range(days * 1440):
        moment = start + timedelta(minutes=number)
        if recurrence.frequency == "minute":
            right = number % interval == 0 and moment.minute in (schedule.minutes or range(60))
        else:
            hours = int((moment - hour).total_seconds()) // 3600
            right = hours % interval == 0 and moment.minute in (schedule.minutes or (start.minute,))
        if right and moment.hour in (schedule.hours or range(24)):
            yield moment


# ---- hypothesis

EDGES = ("2016-02-29T23:59:59", "2015-12-31T00:00:00", "2000-02-29T12:30:00", "2015-01-31T08:15:00")
STARTS = st.integers(0, 100 * 365 * 86_400).map(lambda seconds: at("1999-01-01") + timedelta(seconds=seconds))
STARTS |= st.sampled_from(EDGES).map(at)
SMALL = st.integers(1, 5)


def some(numbers, most=4):
    return st.none() | st.lists(numbers, min_size=1, max_size=most).map(tuple)


MINUTES, HOURS = some(st.integers(0, 59)), some(st.integers(0, 23))
MONTH_DAYS = some(st.integers(-31, 31).filter(bool))
OCCURRENCES = some(
    st.builds(
        MonthlyOccurrence,
        day=st.sampled_from(WEEK_DAYS),
        occurrence=st.none() | st.integers(-5, 5).filter(bool),
    )
)


def schedules(**parts):
    return st.none() | st.builds(Schedule, minutes=MINUTES, hours=HOURS, **parts)


RECURRENCES = {
    "day": schedules(),
    "week": schedules(week_days=some(st.sampled_from(WEEK_DAYS))),
    "month": schedules(month_days=MONTH_DAYS, monthly_occurrences=OCCURRENCES),
    "year": schedules(months=some(st.integers(1, 12))),
}
LONG = st.sampled_from(sorted(RECURRENCES)).flatmap(
    lambda frequency: st.builds(
        Recurrence, frequency=st.just(frequency), interval=SMALL, schedule=RECURRENCES[frequency]
    )
)
SHORT = st.builds(
    Recurrence,
    frequency=st.sampled_from(["minute", "hour"]),
    interval=st.integers(1, 200),
    schedule=schedules(),
)


def agree(days, expected, until):
    """Whether a calendar has just these moments up to `until`, one after the other, by number and in count."""
    found, moment = [], days.first(days.start)
    while moment is not None and moment <= until:
        found.append(moment)
        moment = days.following(moment)
    assert found == expected
    assert days.count(until) == len(expected)
    assert days.count(days.start - STEP) == 0
    for index in {0, len(expected) // 2, len(expected) - 1} if expected else ():
        assert days.nth(index, until) == expected[index]
        assert days.count(expected[index]) == index + 1
        assert days.count(expected[index] - STEP) == index
        assert days.first(expected[index]) == expected[index]
    assert all(later - earlier >= days.shortest_gap for earlier, later in pairwise(expected))


@settings(max_examples=60, deadline=None)
@given(STARTS, LONG)
def test_days_weeks_months_and_years_are_those_of_a_walk_over_the_days(start, recurrence):
    span = 700
    expected = list(walked_by_days(start, recurrence, span))
    until = (start + timedelta(days=span)).replace(hour=0, minute=0, second=0, microsecond=0) - STEP

    agree(Calendar(start, recurrence), [moment for moment in expected if moment <= until], until)


@settings(max_examples=60, deadline=None)
@given(STARTS, SHORT)
def test_minutes_and_hours_are_those_of_a_walk_over_the_minutes(start, recurrence):
    until = start + timedelta(days=2) - STEP

    agree(Calendar(start, recurrence), list(walked_by_minutes(start, recurrence, 2)), until)


@settings(deadline=None)
@given(STARTS, LONG | SHORT, st.timedeltas(timedelta(days=-3), timedelta(days=400)))
def test_what_follows_a_moment_is_later_and_nothing_lies_between(start, recurrence, ahead):
    days = Calendar(start, recurrence)
    moment = start + ahead
    found = days.following(moment)

    assume(found is not None)
    assert found > moment
    assert found >= start
    assert days.count(found) == days.count(moment) + 1


# ---- facts


def test_the_last_day_of_february_follows_the_31st_of_january_and_the_31st_comes_back():
    assert shown(calendar("2015-12-31T10:00:00", "month"), 4) == [
        "2015-12-31 10:00",
        "2016-01-31 10:00",
        "2016-02-29 10:00",
        "2016-03-31 10:00",
    ]
    assert shown(calendar("2015-01-31T10:00:00", "month"), 2)[1] == "2015-02-28 10:00"


def test_a_leap_day_is_the_28th_in_other_years():
    assert shown(calendar("2016-02-29T10:00:00", "year"), 5) == [
        "2016-02-29 10:00",
        "2017-02-28 10:00",
        "2018-02-28 10:00",
        "2019-02-28 10:00",
        "2020-02-29 10:00",
    ]


def test_2000_had_a_leap_day_and_2100_has_none():
    assert shown(calendar("1999-12-29T10:00:00", "month", month_days=(29,)), 3)[2] == "2000-02-29 10:00"
    assert shown(calendar("2100-01-29T10:00:00", "month", month_days=(29,)), 2)[1] == "2100-03-29 10:00"


def test_a_day_that_a_schedule_names_is_left_out_of_months_that_have_it_not():
    assert shown(calendar("2015-01-01T00:00:00", "month", month_days=(31,)), 3) == [
        "2015-01-31 00:00",
        "2015-03-31 00:00",
        "2015-05-31 00:00",
    ]


def test_the_last_day_and_the_last_friday_of_a_month():
    last = MonthlyOccurrence(day="friday", occurrence=-1)

    assert shown(calendar("2016-02-01T09:30:00", "month", month_days=(-1,), monthly_occurrences=(last,)), 3) == [
        "2016-02-26 09:30",
        "2016-02-29 09:30",
        "2016-03-25 09:30",
    ]


def test_hours_and_minutes_are_matched_each_with_each():
    assert shown(calendar("2015-07-01T12:25:00", "day", hours=(5, 17), minutes=(15, 45)), 5) == [
        "2015-07-01 17:15",
        "2015-07-01 17:45",
        "2015-07-02 05:15",
        "2015-07-02 05:45",
        "2015-07-02 17:15",
    ]


def test_without_minutes_in_the_schedule_those_of_the_start_count():
    assert shown(calendar("2015-07-01T12:25:00", "day", hours=(5,)), 1) == ["2015-07-02 05:25"]


def test_an_end_is_the_last_moment_that_may_be():
    days = calendar("2015-07-01T12:00:00", "day", end_time=at("2015-07-03T12:00:00"))

    assert shown(days, 9) == ["2015-07-01 12:00", "2015-07-02 12:00", "2015-07-03 12:00"]
    assert days.count(at("2099-01-01")) == 3


@pytest.mark.parametrize(
    "days",
    [
        calendar("2015-07-01T12:00:00", "minute", 1440, hours=(5,)),
        calendar("2015-02-01T12:00:00", "month", 12, month_days=(30,)),
        calendar("9999-12-31T12:00:00", "year", minutes=(1,), hours=(1,)),
    ],
)
def test_a_schedule_that_never_comes_true_is_given_up(days):
    assert days.first(days.start) is None
    assert days.count(days.start) == 0


def test_a_fifth_friday_of_february_is_waited_for_as_long_as_it_takes():
    fifth = MonthlyOccurrence(day="friday", occurrence=5)
    days = calendar("2017-02-01T00:00:00", "month", 12, monthly_occurrences=(fifth,))

    assert shown(days, 1) == ["2036-02-29 00:00"]
    assert EMPTY_PERIODS > 40


def test_moments_are_counted_over_decades_at_once():
    days = calendar("2000-01-01T00:00:00", "minute")
    later = at("2030-01-01T00:00:00")

    assert days.count(later) == (later - days.start) // timedelta(minutes=1) + 1
    assert days.nth(10_000_000, later) == days.start + timedelta(minutes=10_000_000)
