"""Lifecycles are tables: what is in them happens, what is not raises, and nothing happens."""

from __future__ import annotations

import pytest

from emulator.domain.lifecycle import (
    INSTANCE_LIFECYCLES,
    LIFECYCLES,
    IllegalTransitionError,
    Lifecycle,
    Transition,
)


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda one: one.name)
def test_every_transition_of_a_table_leads_where_it_says(lifecycle):
    for transition in lifecycle.transitions:
        assert lifecycle.allows(transition.source, transition.event)
        assert lifecycle.next(transition.source, transition.event) == transition.target


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda one: one.name)
def test_every_other_pair_is_illegal(lifecycle):
    known = {(t.source, t.event) for t in lifecycle.transitions}
    events = {t.event for t in lifecycle.transitions}
    for pair in {(state, event) for state in lifecycle.states for event in events} - known:
        assert not lifecycle.allows(*pair)
        with pytest.raises(IllegalTransitionError):
            lifecycle.next(*pair)


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda one: one.name)
def test_every_duration_is_in_the_catalog(lifecycle, catalog):
    for transition in lifecycle.automatic.values():
        assert catalog.timings[transition.after] > 0


@pytest.mark.parametrize("kind", INSTANCE_LIFECYCLES)
def test_every_state_of_an_instance_has_a_face(kind):
    lifecycle, faces = INSTANCE_LIFECYCLES[kind]
    assert set(lifecycle.states) <= set(faces)


@pytest.mark.parametrize("kind", INSTANCE_LIFECYCLES)
def test_left_alone_an_instance_comes_to_rest(kind):
    lifecycle, _ = INSTANCE_LIFECYCLES[kind]
    for state in lifecycle.states:
        seen = []
        while state in lifecycle.automatic:
            assert state not in seen, f"{kind} goes round in {seen}"
            seen.append(state)
            state = lifecycle.automatic[state].target  # noqa: PLW2901


def test_an_event_cannot_lead_to_two_states():
    with pytest.raises(ValueError, match="two states"):
        Lifecycle("odd", Transition("a", "go", "b"), Transition("a", "go", "c"))


def test_a_state_cannot_leave_by_itself_in_two_ways():
    with pytest.raises(ValueError, match="by themselves"):
        Lifecycle("odd", Transition("a", "x", "b", after="t"), Transition("a", "y", "c", after="t"))
