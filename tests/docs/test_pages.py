"""Pages whose examples run as they stand, one after the other, and print what is shown below them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import emulator
from emulator.cli import COMMANDS
from emulator.settings import PREFIX

DOCS = Path(emulator.__file__).parents[1] / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SECONDS = 60
VARYING = (
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "GUID"),
    (r"\b[0-9A-F]{40}\b", "THUMBPRINT"),
    (r"\b[0-9a-f]{32}\b", "REQUEST-ID"),
    (r"\d+\.\d ms", "MS"),
    (r"localhost port \d+", "PLACE"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "INSTANT"),
)
"""What is another one each time."""


def steady(text):
    for pattern, name in VARYING:
        text = re.sub(pattern, name, text)
    return text


@pytest.fixture
def environment(tmp_path):
    """The environment of a user's shell whose emulators listen on free ports, and that has the command on its path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "AZURE_", "PYTHON"))}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    free = {f"{PREFIX}PORT": "0", f"{PREFIX}CONTROL_PORT": "0"}
    return kept | free | {"PATH": path, "PYTHONPATH": str(DOCS.parent), "PYTHONWARNINGS": "ignore"}


def run_to_its_end(script, directory, environment):
    """Run a script of bash, and end what it has left running; return its status and output."""
    output = directory / "output.txt"
    with output.open("w") as file:  # a pipe would stay open as long as something is left running
        shell = subprocess.Popen(
            ["bash", "-e", "-c", script],
            cwd=directory,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        shell.wait(timeout=SECONDS)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGTERM)
    return shell.returncode, output.read_text()


@pytest.mark.parametrize("page", ["cli.md", "journal.md", "time.md"])
def test_the_examples_of_a_page_work_as_they_stand_and_print_what_they_show(page, tmp_path, environment):
    blocks = BLOCK.findall((DOCS / page).read_text())
    for language, text in blocks:
        if language == "python":
            name, _, content = text.removeprefix("# ").partition("\n")
            (tmp_path / name).write_text(content)
    script = "".join(text for language, text in blocks if language == "sh")
    status, output = run_to_its_end(script, tmp_path, environment)
    assert status == 0, output
    for language, text in blocks:
        assert language in ("python", "sh", "text")
        if language == "text":
            assert steady(text) in steady(output), output


def test_the_table_of_commands_has_all_of_them():
    told = re.findall(r"^\| `([\w-]+)` \|", (DOCS / "cli.md").read_text(), re.MULTILINE)
    assert told == list(COMMANDS)
