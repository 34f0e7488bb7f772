"""`asm-emulator fault`: rules are added, listed and cleared in a running emulator, which judges them."""

from __future__ import annotations

import json
import re
import shlex
import uuid

import msgspec
import pytest

from emulator.commands.faults import EXAMPLES, FAULTS, FIELDS, TEXT
from emulator.control.fault_rules import KINDS

COMMANDS = re.findall(r"^ +asm-emulator fault (.+)$", EXAMPLES, re.MULTILINE)


@pytest.fixture
def fault(invoke, emulated):
    """Return a function that runs a command of the group; rules that are left go after the test."""
    yield lambda *arguments: invoke("fault", *arguments, "--certs", emulated.settings.certs)
    emulated.faults.forget()


@pytest.fixture
def said(fault):
    """Return a function that runs a command, which has to work, and returns what it prints."""

    def said(*arguments):
        result = fault(*arguments)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    return said


def test_a_rule_is_added_listed_and_cleared(said):
    subscription = str(uuid.uuid4())
    first = said("add", "refuse", "--code", "TooManyRequests", "--operation", "ListLocations", "--count", "all").strip()
    second = said("add", "fail", "--done", "--message", "Out of luck", "--subscription", subscription).strip()
    assert said("list").splitlines() == [
        f"{first:9}     0 hits  refuse operation=ListLocations code=TooManyRequests count=all",
        f'{second:9}     0 hits  fail message="Out of luck" done=true  in {subscription}',
    ]
    assert said("list", "--subscription", subscription).count("\n") == 1
    assert said("clear", first) == "1\n"
    assert said("clear") == "1\n"
    assert said("list") == ""


def test_json_is_what_the_control_api_answers(said):
    added = json.loads(said("add", "slow", "--bytes-per-second", "2.5", "--seconds", "10", "--nth", "3", "--json"))
    rule = {"fault": "slow", "bytes_per_second": 2.5, "seconds": 10.0, "nth": 3}
    assert (added["rule"], added["hits"], added["subscription"]) == (rule, 0, None)
    assert json.loads(said("list", "--json")) == {"faults": [added]}
    assert json.loads(said("clear", added["id"], "--json")) == {"removed": 1}


def test_text_stays_text_where_it_looks_like_a_number(said):
    added = json.loads(said("add", "refuse", "--message", "42", "--resource", "1", "--json"))
    assert added["rule"] == {"fault": "refuse", "message": "42", "resource": "1"}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["add", "refuze"], "fault: there is no 'refuze'; did you mean refuse"),
        (["add", "refuse", "--operation", "ListLocation"], "operation: there is no 'ListLocation'; did you mean"),
        (["add", "refuse", "--count", "0"], "count: Expected `int` >= 1"),
        (["add", "delay", "--seconds", "soon"], "seconds: Expected `float`, got `str`"),
        (["add", "stall", "--subscription", "some"], "stall: before the handshake no subscription is known"),
        (["clear", "fault-0"], "There is no rule 'fault-0'."),
    ],
)
def test_what_is_refused_is_so_in_one_line(fault, refused, arguments, why):
    assert refused(fault(*arguments), 1).startswith(why)


def test_without_a_control_api_it_says_so(invoke, refused, tmp_path):
    result = invoke("fault", "list", "--control-port", "none", "--certs", tmp_path)
    assert "switched off" in refused(result, 1)


@pytest.mark.parametrize("command", [one for one in COMMANDS if not one.startswith("clear")])
def test_the_examples_work(said, command):
    said(*shlex.split(command))


def test_the_options_are_the_fields_of_the_rules_and_the_help_has_every_fault():
    fields = {field.encode_name: field for kind in KINDS.values() for field in msgspec.structs.fields(kind)}
    assert {field.name for field in FIELDS} == set(fields)
    assert {field.name for field in FIELDS if field.metavar is None} == {"done"}
    assert set(fields) >= TEXT
    assert re.findall(r"^  (\w+) ", FAULTS, re.MULTILINE) == list(KINDS)
