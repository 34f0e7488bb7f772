"""A little of the fuzzing at every run, and all that it ever found."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.targets import FINDINGS, TARGETS, check

EXAMPLES = 100


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_is_read_is_read_or_refused(name):
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(TARGETS[name].inputs)
    def run(data):
        check(name, data)

    run()


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_found_stays_mended(name):
    for path in (FINDINGS / name).glob("*"):
        check(name, path.read_bytes())


def test_every_target_can_have_findings():
    assert {path.name for path in FINDINGS.iterdir()} <= set(TARGETS)
