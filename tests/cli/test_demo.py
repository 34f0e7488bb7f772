"""`asm-emulator demo`: the whole guide, and what happens when a part of it does not work."""

from __future__ import annotations

import re
import sys

from emulator import demo


def test_walks_all_eighteen_how_tos_with_the_sdk(command, tmp_path):
    result = command("demo", REQUESTS_CA_BUNDLE="/preset/by/the/machine.pem", HTTPS_PROXY="http://127.0.0.1:1")
    assert (result.returncode, result.stderr) == (0, "")
    titles = re.findall(r"^ ?(\d+)\. (.*)$", result.stdout, re.MULTILINE)
    assert titles == [(str(number), title) for number, (title, _) in enumerate(demo.STEPS, 1)]
    assert len(titles) == 18
    assert result.stdout.endswith("\nAll 18 steps worked.\n")
    assert list(tmp_path.iterdir()) == []


def test_tells_each_call_and_its_result(invoke):
    told = invoke("demo").stdout
    assert (
        "    sms.create_affinity_group('myAffinityGroup', 'myAffinityGroup', 'West US', 'my affinity group')\n" in told
    )
    assert "    -> myAffinityGroup, my affinity group, West US\n" in told


def test_follows_an_operation_that_takes_its_time(invoke):
    last = invoke("demo").stdout.partition("\n18. ")[2]
    assert re.findall(r"-> (\w+)", last)[-2:] == ["InProgress", "Succeeded"]


def test_a_step_that_fails_is_told_and_the_others_are_walked_all_the_same(invoke, monkeypatch):
    monkeypatch.setattr(demo, "GROUP", "*")
    result = invoke("demo")
    assert result.exit_code == 1
    assert result.stderr == "Error: 2 of 18 steps failed\n"
    failures = re.findall(r"^(\d+)\. (?:(?!\n\n).)*-> FAILED: \w+", result.stdout, re.MULTILINE | re.DOTALL)
    assert failures == ["11", "12"]
    assert "    -> myvm is gone\n" in result.stdout


def test_a_claim_that_does_not_hold_fails_its_step(invoke, monkeypatch):
    monkeypatch.setattr(demo, "_configuration", lambda _, original=demo._configuration: original(1))
    result = invoke("demo")
    assert result.stderr == "Error: 1 of 18 steps failed\n"
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
