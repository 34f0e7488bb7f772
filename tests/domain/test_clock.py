"""Virtual time: what is scheduled fires when the clock passes it, in order, and never because somebody reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.domain.clock import LAST, Clock, Pace

NOON = datetime(2015, 7, 1, 12, tzinfo=UTC)


def a_clock(pace: str) -> Clock:
    return Clock(now=NOON, wall=NOON, pace=Pace.parse(pace))


@pytest.mark.parametrize("text", ["instant", "manual", "scaled:60", "step:5s", "step:0.5s", "scaled:1.5"])
def test_a_mode_is_written_as_it_is_read(text):
    assert str(Pace.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "fast", "scaled", "scaled:", "scaled:-1", "scaled:nan", "step:inf", "instant:1", "step:0"]
)
def test_a_mode_that_is_none_is_refused_with_what_there_is(text):
    with pytest.raises(ValueError, match="instant, manual, scaled:FACTOR"):
        Pace.parse(text)


def test_nothing_is_due_before_its_time():
    clock = a_clock("manual")
    clock.after(10, "machine", ("a",), "go", None)
    clock.now += timedelta(seconds=9)
    assert clock.pop_due() is None
    clock.now += timedelta(seconds=1)
    assert clock.pop_due().name == "go"
    assert clock.pop_due() is None


def test_in_instant_mode_everything_is_due():
    clock = a_clock("instant")
    clock.after(3600, "machine", ("a",), "go", None)
    assert clock.pop_due().due == NOON + timedelta(hours=1)


def test_a_scaled_clock_multiplies_the_walls_time():
    clock = a_clock("scaled:60")
    clock.passed(NOON + timedelta(seconds=2))
    assert clock.now == NOON + timedelta(minutes=2)


def test_a_step_clock_moves_with_each_request_whatever_the_wall_says():
    clock = a_clock("step:5s")
    clock.passed(NOON + timedelta(days=1))
    clock.passed(NOON)
    assert clock.now == NOON + timedelta(seconds=10)


def test_a_manual_clock_stands_still():
    clock = a_clock("manual")
    clock.passed(NOON + timedelta(days=1))
    assert clock.now == NOON


@pytest.mark.parametrize("mode", ["instant", "scaled:10"])
def test_time_never_goes_back_with_the_wall(mode):
    clock = a_clock(mode)
    clock.passed(NOON - timedelta(hours=1))
    assert clock.now == NOON


def test_a_cancelled_event_never_fires():
    clock = a_clock("instant")
    first = clock.after(1, "machine", ("a",), "one", None)
    clock.after(2, "machine", ("a",), "two", None)
    clock.cancel(first)
    clock.cancel(first)
    assert [e.name for e in clock.pending()] == ["two"]
    assert clock.pop_due().name == "two"
    assert clock.pop_due() is None


@given(st.lists(st.integers(0, 50), max_size=30), st.sets(st.integers(1, 30)))
def test_events_fire_by_time_and_then_by_the_order_in_which_they_were_caused(delays, cancelled):
    clock = a_clock("instant")
    for delay in delays:
        clock.after(delay, "machine", (), "go", None)
    for sequence in cancelled:
        clock.cancel(sequence)
    expected = [(e.due, e.sequence) for e in clock.pending()]
    fired = []
    while (event := clock.pop_due()) is not None:
        fired.append((event.due, event.sequence))
    assert fired == expected == sorted(expected)


def test_a_clock_that_was_written_out_and_read_back_goes_on_with_its_schedule():
    clock = a_clock("manual")
    clock.after(5, "machine", ("a", "b"), "go", "op")
    clock.after(1, "machine", ("c",), "first", None)
    again = msgspec.json.decode(msgspec.json.encode(clock), type=Clock)
    assert again == clock
    again.now += timedelta(seconds=5)
    assert [again.pop_due().name, again.pop_due().name] == ["first", "go"]


def test_what_is_timed_happens_at_its_time_in_every_mode():
    for pace in ("instant", "manual", "scaled:60", "step:5s"):
        clock = a_clock(pace)
        clock.at(NOON + timedelta(minutes=1), "machine", ("a",), "go")
        clock.now = NOON + timedelta(seconds=59)
        assert clock.pop_due() is None
        clock.now = NOON + timedelta(minutes=1)
        assert clock.pop_due().name == "go"


def test_in_instant_mode_a_transition_does_not_wait_for_what_is_timed_before_it():
    clock = a_clock("instant")
    clock.at(NOON + timedelta(minutes=1), "machine", ("a",), "timed")
    clock.after(3600, "machine", ("a",), "go", None)

    assert clock.next_event().name == "timed"
    assert clock.pop_due().name == "go"
    assert clock.pop_due() is None
    assert [event.name for event in clock.pending()] == ["timed"]


def test_in_instant_mode_what_lingers_is_there_for_one_more_request():
    clock = a_clock("instant")
    clock.passed(NOON)
    clock.after(60, "machine", ("a",), "removed", None, lingers=True)
    clock.after(3600, "machine", ("b",), "created", None)
    clock.passed(NOON)
    assert [clock.pop_due().name, clock.pop_due()] == ["created", None]
    clock.passed(NOON)
    assert [clock.pop_due().name, clock.pop_due()] == ["removed", None]


def test_what_lingers_is_as_any_other_where_time_is_told():
    for pace in ("manual", "scaled:60", "step:5s"):
        clock = a_clock(pace)
        clock.after(60, "machine", ("a",), "removed", None, lingers=True)
        assert clock.pop_due() is None
        clock.now += timedelta(minutes=1)
        assert clock.pop_due().name == "removed"


def test_what_is_timed_and_what_is_not_fire_in_the_order_of_their_times():
    clock = a_clock("manual")
    clock.at(NOON + timedelta(seconds=20), "machine", ("a",), "second")
    clock.after(10, "machine", ("a",), "first", None)
    clock.after(30, "machine", ("a",), "third", None)
    clock.cancel(clock.at(NOON, "machine", ("a",), "cancelled"))
    clock.now += timedelta(minutes=1)

    assert [clock.pop_due().name for _ in range(3)] == ["first", "second", "third"]


def test_a_clock_from_a_snapshot_knows_what_is_timed():
    clock = a_clock("instant")
    clock.at(NOON + timedelta(minutes=1), "machine", ("a",), "timed")
    clock.after(10, "machine", ("a",), "go", None)
    again = msgspec.json.decode(msgspec.json.encode(clock), type=Clock)

    assert again.pop_due().name == "go"
    assert again.pop_due() is None
    again.now += timedelta(minutes=1)
    assert again.pop_due().name == "timed"


@pytest.mark.parametrize("pace", ["scaled:999999999", "step:999999999s"])
def test_however_fast_a_clock_goes_it_stands_still_at_the_last_time_there_is(pace):
    clock, wall = a_clock(pace), NOON
    for _ in range(300):
        wall += timedelta(days=365)
        clock.passed(wall)
    assert clock.now == LAST
    clock.after(10, "machine", ("a",), "go", None)
    assert clock.pop_due().name == "go"


def test_what_would_be_after_the_last_time_there_is_is_not_waited_for():
    clock = a_clock("manual")
    clock.cancel(clock.at(LAST + timedelta(seconds=1), "job", ("a",), "run"))
    assert (clock.at(LAST + timedelta(seconds=1), "job", ("a",), "run"), clock.next_event()) == (2, None)
    assert clock.at(LAST, "job", ("a",), "run") == clock.next_event().sequence == 3
