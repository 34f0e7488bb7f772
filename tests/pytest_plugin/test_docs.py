"""docs/pytest.md and docs/faults.md: every example runs as it stands, and the tables are the product's."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from emulator.control.fault_rules import KINDS, REFUSALS, Fault, Rule
from emulator.pytest_plugin import OPTIONS

pytest_plugins = ["pytester"]

DOCS = Path(__file__).parents[2] / "docs"
PAGE, FAULTS = DOCS / "pytest.md", DOCS / "faults.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SECTIONS = {
    f"{page.stem}: {heading}": BLOCK.findall(body)
    for page in (PAGE, FAULTS)
    for heading, _, body in (section.partition("\n") for section in page.read_text().split("\n## ")[1:])
}


def run_to_its_end(script, directory):
    """Run a script of bash, and end what it has left running when it fails; return its status and output."""
    shell = subprocess.Popen(
        ["bash", "-e", "-c", script],
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = shell.communicate(timeout=120)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGTERM)
    return shell.returncode, output


def test_every_section_has_an_example_and_every_example_is_a_file_or_commands():
    assert all(SECTIONS.values())
    assert {language for blocks in SECTIONS.values() for language, _ in blocks} == {"python", "ini", "sh"}


@pytest.mark.parametrize("heading", SECTIONS)
def test_the_examples_of_a_section_work_as_they_stand(pytester, monkeypatch, heading):
    for variable in ("ASM_EMULATOR_PORT", "ASM_EMULATOR_CONTROL_PORT"):
        monkeypatch.setenv(variable, "0")  # others may run an emulator on this machine
    script = None
    for language, text in SECTIONS[heading]:
        if language == "sh":
            script = text
        else:
            name, _, content = text.removeprefix("# ").partition("\n")
            (pytester.path / name).write_text(content)
    if script is None:
        result = pytester.runpytest_inprocess()
        status, output = result.ret, result.stdout.str()
    else:
        status, output = run_to_its_end(script, pytester.path)
    assert status == 0, output
    assert re.search(r"^=+ \d+ passed in ", output, re.MULTILINE), output


def test_the_table_of_options_is_the_plugins():
    rows = [
        f"| `--asm-{o.name} {o.metavar}` | `asm_{o.name}` | `{o.variable}` | {o.help}"
        + (f" Default: `{o.default}`" if o.default else "")
        + " |"
        for o in OPTIONS
    ]
    assert "\n".join(rows) in PAGE.read_text()


def test_the_table_of_faults_has_every_kind_with_its_depth_and_fields():
    rows = re.findall(
        r"^\| `(\w+)` \| (answer|operation|connection) \| .* \| (.*)\|$", FAULTS.read_text(), re.MULTILINE
    )
    shown = [(word, depth, sorted(re.findall(r"`(\w+)`", fields))) for word, depth, fields in rows]
    assert shown == [(word, kind.depth, sorted(own_fields(kind))) for word, kind in KINDS.items()]


def own_fields(kind):
    common = (Fault if issubclass(kind, Fault) else Rule).__struct_encode_fields__
    return [name for name in kind.__struct_encode_fields__ if name not in common]


def test_every_code_is_named():
    assert [code for code in REFUSALS if f"`{code}`" not in FAULTS.read_text()] == []
