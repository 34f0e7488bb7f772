"""When a job recurs: the calendar that a start time and a recurrence make. Pure dates; knows no jobs and no clock.

Time is cut into periods of `interval` minutes, hours, days, weeks (from Monday), months or years, the first of which
holds the start. In each, the calendar has every moment that the schedule names; what the schedule leaves out follows
from the start time: a daily job without `hours` runs at the hour of its start. A day that a month has not is left out
where the schedule names it, and is the month's last where it is the start's own.

Moments are counted by arithmetic and not one by one, for a clock may be moved by years.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from math import gcd

from emulator.domain.scheduler_records import Recurrence, Schedule

FREQUENCIES = ("minute", "hour", "day", "week", "month", "year")
WEEK_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORTEST = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=28),
    "year": timedelta(days=365),
}
"""The least that a period of a frequency lasts."""

EMPTY_PERIODS = 1500
"""Periods without a moment after which none is looked for any more: there are schedules that never come true."""

_STEP = timedelta(microseconds=1)
_CYCLES = {"minute": 1440, "hour": 24, "day": 1, "week": 1}
"""Periods after which the number of moments in each repeats, for an interval of 1; months have none."""


class Calendar:
    """The moments at which a job recurs, first to last, without regard to its `count`."""

    def __init__(self, start: datetime, recurrence: Recurrence) -> None:
        self.start, self.recurrence = start, recurrence
        self._interval, self._frequency = recurrence.interval, recurrence.frequency
        self._schedule = recurrence.schedule or Schedule()
        self._minutes = self._allowed(self._schedule.minutes, "minute", start.minute, 60)
        self._hours = self._allowed(self._schedule.hours, "hour", start.hour, 24)
        self._sums = [0]

    def _allowed(self, given: tuple[int, ...] | None, frequency: str, own: int, size: int) -> tuple[int, ...]:
        if given:
            return tuple(sorted(set(given)))
        coarser = FREQUENCIES.index(self._frequency) > FREQUENCIES.index(frequency)
        return (own,) if coarser else tuple(range(size))

    # ---- what others ask

    @property
    def shortest_gap(self) -> timedelta:
        """No two moments are nearer than that to each other."""
        if self.recurrence.schedule is None:
            return SHORTEST[self._frequency] * self._interval
        return SHORTEST["minute" if len(self._minutes) > 1 else "hour" if len(self._hours) > 1 else "day"]

    def following(self, moment: datetime) -> datetime | None:
        """Return the first moment after another one; None where there is none."""
        first = max(0, self._period(moment))
        end = self.recurrence.end_time
        for period in range(first, first + EMPTY_PERIODS):
            try:
                found = next((one for one in self._moments(period, moment) if one > moment and one >= self.start), None)
            except (OverflowError, ValueError):  # past the year 9999
                return None
            if found is not None:
                return found if end is None or found <= end else None
        return None

    def first(self, moment: datetime) -> datetime | None:
        """Return the first moment that is not before another one."""
        return self.following(moment - _STEP)

    def count(self, until: datetime) -> int:
        """Return how many moments there are up to and with `until`."""
        end = self.recurrence.end_time
        until = until if end is None else min(until, end)
        if until < self.start:
            return 0
        period = self._period(until)
        return self._before(period) + sum(one <= until for one in self._moments(period)) - self._skipped

    def nth(self, index: int, until: datetime) -> datetime:
        """Return the moment that `index` others precede, one of those up to `until`."""
        index += self._skipped
        low, high = 0, self._period(until)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._before(middle + 1) > index else (middle + 1, high)
        return list(self._moments(low))[index - self._before(low)]

    # ---- periods

    def _period(self, moment: datetime) -> int:
        """Return the number of the period that a moment lies in, or in whose gap before the next one."""
        start, interval = self.start, self._interval
        match self._frequency:
            case "minute":
                return (moment - start) // timedelta(minutes=interval)
            case "hour":
                return (moment - _hour(start)) // timedelta(hours=interval)
            case "day":
                return (moment.date() - start.date()).days // interval
            case "week":
                return (_monday(moment.date()) - _monday(start.date())).days // (7 * interval)
            case "month":
                return ((moment.year - start.year) * 12 + moment.month - start.month) // interval
            case _:
                return (moment.year - start.year) // interval

    def _moments(self, period: int, after: datetime | None = None) -> Iterator[datetime]:
        """Yield the moments of a period in order; those of the days and hours before `after` may be left out."""
        start, steps = self.start, period * self._interval
        if self._frequency == "minute":
            moment = start + timedelta(minutes=steps)
            if moment.minute in self._minutes and moment.hour in self._hours:
                yield moment
        elif self._frequency == "hour":
            moment = _hour(start) + timedelta(hours=steps, seconds=start.second, microseconds=start.microsecond)
            if moment.hour in self._hours:
                yield from (moment.replace(minute=minute) for minute in self._minutes)
        else:
            for day in self._days(steps):
                if after is None or day >= after.date():
                    yield from self._on(day, after)

    def _on(self, day: date, after: datetime | None) -> Iterator[datetime]:
        start = self.start
        for hour in self._hours:
            if after is None or day > after.date() or hour >= after.hour:
                for minute in self._minutes:
                    yield datetime.combine(day, time(hour, minute, start.second, start.microsecond, UTC))

    def _days(self, steps: int) -> list[date]:
        start, names = self.start.date(), self._schedule.week_days
        match self._frequency:
            case "day":
                return [start + timedelta(days=steps)]
            case "week":
                monday = _monday(start) + timedelta(weeks=steps)
                numbers = {WEEK_DAYS.index(name) for name in names} if names else {start.weekday()}
                return [monday + timedelta(days=number) for number in sorted(numbers)]
            case "month":
                year, month = divmod(start.year * 12 + start.month - 1 + steps, 12)
                return [date(year, month + 1, day) for day in self._days_of_month(year, month + 1)]
            case _:
                year, months = start.year + steps, sorted(set(self._schedule.months or (start.month,)))
                return [date(year, month, min(start.day, calendar.monthrange(year, month)[1])) for month in months]

    def _days_of_month(self, year: int, month: int) -> list[int]:
        first, length = calendar.monthrange(year, month)
        named, weekly = self._schedule.month_days, self._schedule.monthly_occurrences
        if not named and not weekly:
            return [min(self.start.day, length)]
        days = {day if day > 0 else length + 1 + day for day in named or ()}
        for one in weekly or ():
            such = range(1 + (WEEK_DAYS.index(one.day) - first) % 7, length + 1, 7)
            if one.occurrence is None:
                days.update(such)
            elif abs(one.occurrence) <= len(such):
                days.add(such[one.occurrence - (one.occurrence > 0)])
        return sorted(day for day in days if 1 <= day <= length)

    # ---- counting

    def _size(self, period: int) -> int:
        if self._frequency in ("minute", "hour"):
            return sum(1 for _ in self._moments(period))
        return len(self._days(period * self._interval)) * len(self._hours) * len(self._minutes)

    @cached_property
    def _skipped(self) -> int:
        """How many moments of the first period lie before the start."""
        return sum(moment < self.start for moment in self._moments(0))

    def _before(self, period: int) -> int:
        """Return how many moments lie in the periods before one, those before the start included."""
        length = _CYCLES.get(self._frequency)
        if length is None:
            return self._sum(period)
        cycle = length // gcd(length, self._interval)
        cycles, rest = divmod(period, cycle)
        return cycles * self._sum(cycle) + self._sum(rest)

    def _sum(self, period: int) -> int:
        sums = self._sums
        while len(sums) <= period:
            sums.append(sums[-1] + self._size(len(sums) - 1))
        return sums[period]


@lru_cache(maxsize=256)
def calendar_of(start: datetime, recurrence: Recurrence) -> Calendar:
    """Return the calendar of a start and a recurrence; it is nothing but those two."""
    return Calendar(start, recurrence)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
