"""docs/snapshots.md: every example runs as it stands."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from emulator.settings import PREFIX

PAGE = Path(__file__).parents[2] / "docs" / "snapshots.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SECTIONS = {
    heading: BLOCK.findall(body)
    for heading, _, body in (section.partition("\n") for section in PAGE.read_text().split("\n## ")[1:])
    if "```" in body
}


@pytest.fixture
def environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PYTEST_"))}
    kept["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), kept["PATH"]))
    return kept | {"ASM_EMULATOR_PORT": "0", "ASM_EMULATOR_CONTROL_PORT": "0"}


def run_to_its_end(script, directory, environment):
    """Run a script of bash, and end what it has left running when it fails; return its status and output."""
    shell = subprocess.Popen(
        ["bash", "-e", "-c", script],
        cwd=directory,
        env=environment,
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


def test_every_example_is_a_file_or_commands():
    assert {language for blocks in SECTIONS.values() for language, _ in blocks} == {"python", "sh"}


@pytest.mark.parametrize("heading", SECTIONS)
def test_the_examples_of_a_section_work_as_they_stand(tmp_path, environment, heading):
    scripts = []
    for language, text in SECTIONS[heading]:
        if language == "sh":
            scripts.append(text)
        else:
            name, _, content = text.removeprefix("# ").partition("\n")
            (tmp_path / name).write_text(content)
    for number, script in enumerate(scripts):
        (tmp_path / "world.json").unlink(missing_ok=True)
        status, output = run_to_its_end(script, tmp_path, environment)
        assert status == 0, f"example {number} of {heading}:\n{output}"
