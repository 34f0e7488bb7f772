"""`asm-emulator coverage`: what it tells is what the rows say."""

from __future__ import annotations

import json

import pytest

from emulator.surface import rows


@pytest.fixture
def coverage(invoke):
    """Return a function that runs the command, which has to work, and returns what it printed."""

    def coverage(*arguments):
        result = invoke("coverage", *arguments)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    return coverage


def test_every_family_has_a_line_and_the_last_is_all(coverage):
    lines = coverage().splitlines()
    served = sum(row.does is not None for row in rows())
    assert lines[-1].split() == ["all", str(served), "of", str(len(rows()))]
    assert [line.rsplit(None, 3)[0] for line in lines[:-1]] == list(dict.fromkeys(row.family for row in rows()))
    assert len({line.rindex(" of ") for line in lines}) == 1


def test_json_has_every_operation(coverage):
    answer = json.loads(coverage("--json"))
    assert [one["name"] for one in answer["operations"]] == [row.name for row in rows()]
    assert (answer["served"], answer["of"]) == (sum(row.does is not None for row in rows()), len(rows()))
    assert sum(one["of"] for one in answer["families"]) == len(rows())
    assert all(one["served"] is (one["why_not"] is None) for one in answer["operations"])


def test_a_family_is_told_one_by_one_whatever_its_case(coverage):
    members = [row for row in rows() if row.family == "disks"]
    told = coverage("--family", "Disks")
    assert all(f"\n    {row.method} {row.path}" in told for row in members)
    assert told.startswith(f"{members[0].name}  served, since {members[0].since}, ")
    assert told.endswith(f"\n{len(members)} of {len(members)} served\n")


def test_what_is_declined_is_told_with_the_reason(coverage):
    declined = [row for row in rows() if row.does is None]
    told = coverage("--declined")
    assert told.count("  declined, since ") == len(declined)
    assert "  served, since " not in told
    assert all(f"\n    {row.note}\n" in told for row in declined)
    both = json.loads(coverage("--declined", "--family", "deployments", "--json"))
    assert {one["family"] for one in both["operations"]} == {"deployments"}
    assert both["served"] == 0


def test_a_family_that_there_is_not_is_bad_usage_that_names_those_there_are(invoke, refused):
    line = refused(invoke("coverage", "--family", "diskettes"), 2)
    assert line.startswith("there is no family 'diskettes'; there are subscription, ")
