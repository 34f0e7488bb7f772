"""docs/service-bus.md: every example works as it stands, and its tables are the model's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from emulator.domain.service_bus_metrics import METRICS, ROLLUPS
from emulator.embedded import Emulator
from emulator.pytest_plugin import AsmServer

TEXT = (Path(__file__).parents[2] / "docs" / "service-bus.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
PROGRAMS = [example for example in EXAMPLES if not example.startswith("def test_")]


@pytest.fixture
def asm_server():
    """An emulator for the example that is a test."""
    with Emulator() as running:
        yield AsmServer.of(running)


def test_every_example_is_executed_here():
    assert TEXT.count("```") == 2 * len(EXAMPLES)
    assert (len(PROGRAMS), len(EXAMPLES)) == (2, 3)


@pytest.mark.parametrize("example", PROGRAMS, ids=["states", "queue"])
def test_an_example_runs(example):
    exec(compile(example, "service-bus.md", "exec"), {})


def test_the_example_that_is_a_test_passes(asm_sdk, asm_clock):
    (example,) = set(EXAMPLES) - set(PROGRAMS)
    names: dict[str, object] = {}
    exec(compile(example, "service-bus.md", "exec"), names)
    names["test_a_day_has_1584_messages"](asm_sdk, asm_clock)


def test_the_table_of_metrics_has_all_of_them_and_whose_they_are():
    rows = re.findall(r"^\| (`[a-z].*?) \| .*? \| ([a-z ,]+) \|$", TEXT, re.MULTILINE)
    told = {name: kinds for names, kinds in rows for name in re.findall(r"`(.+?)`", names)}
    words = {"Queues": "queues", "Topics": "topics", "Relays": "relays", "NotificationHubs": "notification hubs"}
    offered: dict[str, list[str]] = {}
    for kind, metrics in METRICS.items():
        for metric in metrics:
            offered.setdefault(metric.name, []).append(words[kind.title])

    assert told == {
        name: ", ".join(kinds) for name, kinds in offered.items() if not name.startswith("requests.failed.")
    }


def test_the_table_of_rollups_has_all_of_them():
    assert re.findall(r"^\| `(P\w+)` \|", TEXT, re.MULTILINE) == [rollup.name for rollup in ROLLUPS]
