"""`asm-emulator demo`: the whole guide, and what happens when a part of it does not work."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from emulator import demo


@pytest.fixture(scope="module")
def walked(environment, tmp_path_factory):
    """The demo in a process of its own, in a directory of its own, on a machine that is set up for something else."""
    directory = tmp_path_factory.mktemp("walked")
    preset = {"REQUESTS_CA_BUNDLE": "/preset/by/the/machine.pem", "HTTPS_PROXY": "http://127.0.0.1:1"}
    process = subprocess.run(
        [sys.executable, "-m", "emulator", "demo"],
        check=False,
        cwd=directory,
        env=environment | preset,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return process, directory


def test_all_eighteen_how_tos_work_in_their_order(walked):
    process, _ = walked
    assert (process.returncode, process.stderr) == (0, "")
    titles = re.findall(r"^ ?(\d+)\. (.*)$", process.stdout, re.MULTILINE)
    assert titles == [(str(number), title) for number, (title, _) in enumerate(demo.STEPS, 1)]
    assert len(titles) == 18
    assert process.stdout.endswith("\nAll 18 steps worked.\n")


def test_leaves_nothing_behind(walked):
    _, directory = walked
    assert list(directory.iterdir()) == []


def test_tells_each_call_and_its_result(walked):
    told = walked[0].stdout
    assert (
        "    sms.create_affinity_group('myAffinityGroup', 'myAffinityGroup', 'West US', 'my affinity group')\n" in told
    )
    assert "    -> myAffinityGroup, my affinity group, West US\n" in told


def test_follows_an_operation_that_takes_its_time(walked):
    last = walked[0].stdout.partition("\n18. ")[2]
    assert re.findall(r"-> (\w+)", last)[-2:] == ["InProgress", "Succeeded"]


def test_a_step_that_fails_is_told_and_the_others_are_walked_all_the_same(invoke, monkeypatch):
    monkeypatch.setattr(demo, "GROUP", "*")
    monkeypatch.setattr(demo, "STEPS", (demo.STEPS[0], *demo.STEPS[10:12], demo.STEPS[1]))
    result = invoke("demo")
    assert (result.exit_code, result.stderr) == (1, "Error: 2 of 4 steps failed\n")
    steps = result.stdout.split("\n\n")[1:]
    assert ["FAILED: " in step for step in steps] == [False, True, True, False]
    assert "-> East US" in steps[3]


def test_a_claim_that_does_not_hold_fails_its_step(invoke, monkeypatch):
    monkeypatch.setattr(demo, "_configuration", lambda _, original=demo._configuration: original(1))
    monkeypatch.setattr(demo, "STEPS", (demo.STEPS[0], *demo.STEPS[4:6]))
    result = invoke("demo")
    assert result.stderr == "Error: 1 of 3 steps failed\n"
    assert "FAILED: ValueError: it is not so that it has three instances" in result.stdout


def test_without_a_connection_nothing_else_is_tried(invoke, monkeypatch):
    def fail(_directory):
        raise OSError("no space left on device")

    monkeypatch.setattr(demo, "_self_signed", fail)
    result = invoke("demo")
    assert result.stderr == "Error: 18 of 18 steps failed\n"
    assert "FAILED: OSError: no space left on device" in result.stdout
    assert "List available locations" not in result.stdout


def test_without_the_sdk_it_says_what_to_install(invoke, monkeypatch, refused):
    monkeypatch.delitem(sys.modules, "emulator.demo")
    monkeypatch.setitem(sys.modules, "azure.servicemanagement", None)
    assert refused(invoke("demo"), 1).endswith(": pip install 'azure-asm-emulator[demo]'")


def test_json_says_of_each_step_whether_it_worked(invoke, monkeypatch):
    monkeypatch.setattr(demo, "GROUP", "*")
    monkeypatch.setattr(demo, "STEPS", (demo.STEPS[0], *demo.STEPS[10:11], demo.STEPS[1]))
    result = invoke("demo", "--json")
    assert (result.exit_code, result.stderr) == (1, "Error: 1 of 3 steps failed\n")
    answer = json.loads(result.stdout)
    assert (list(answer["worked"].values()), answer["failed"]) == ([True, False, True], 1)
    assert list(answer["worked"]) == [title for title, _ in demo.STEPS]
