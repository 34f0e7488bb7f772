"""The catalogue of refusals, which is written in several modules."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from emulator.domain import errors, errors_networks

PARTS = sorted(Path(errors.__file__).parent.glob("errors*.py"))


def test_every_refusal_is_in_the_catalogue_and_no_name_has_two_meanings():
    lines = [line for part in PARTS for line in ast.parse(part.read_text(encoding="utf-8")).body]
    made = [line for line in lines if isinstance(line, ast.Assign) and isinstance(line.value, ast.Call)]
    names = [line.targets[0].id for line in made if not line.targets[0].id.startswith("_")]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    assert set(names) == set(errors.catalogue())


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("2015-02-01", "The next hop type x is not supported yet. Please use next hop type VPNGateway."),
        ("2015-04-01", errors_networks.NEXT_HOP_INVALID.message),
    ],
)
def test_older_versions_are_told_in_the_words_of_their_time(version, words):
    refusal = errors_networks.NEXT_HOP_INVALID(type="x").worded(version)
    assert (refusal.refusal, refusal.message, str(refusal)) == (errors_networks.NEXT_HOP_INVALID, words, words)


def test_what_was_always_worded_alike_stays_the_same_refusal():
    refusal = errors_networks.ROUTE_TABLE_NOT_FOUND(name="x")
    assert refusal.worded("2009-10-01") is refusal
