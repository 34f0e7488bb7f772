"""The pages of docs/ as what can be run: their examples, and a shell that runs them to their end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from emulator.settings import PREFIX

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SECONDS = 120
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

Block = tuple[str, str]
"""An example: the language that its fence names, and its text."""


def blocks(text: str) -> list[Block]:
    """Return the examples of a page, or of a part of one."""
    return _BLOCK.findall(text)


def sections(page: str) -> dict[str, list[Block]]:
    """Return the examples of a page by the headings that they stand under."""
    split = (one.partition("\n") for one in (DOCS / page).read_text().split("\n## ")[1:])
    return {heading: blocks(body) for heading, _, body in split}


def write_files(examples: list[Block], directory: Path) -> None:
    """Write the examples that begin with a comment which names a file."""
    for language, text in examples:
        if language not in ("sh", "text", "json"):
            name, _, content = text.lstrip("#/ ").partition("\n")
            (directory / name).write_text(content)


def user_environment() -> dict[str, str]:
    """Return the environment of a user's shell whose emulators listen on free ports; it has the command on its path."""
    dropped = (PREFIX, "AZURE_", "PYTHON", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    path = os.pathsep.join((str(Path(sys.executable).parent), kept["PATH"]))
    free = {f"{PREFIX}PORT": "0", f"{PREFIX}CONTROL_PORT": "0"}
    return kept | free | {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}


def run_to_its_end(script: str, directory: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a script of bash, and end what it has left running; return its status and output."""
    output = directory / "output.txt"
    with output.open("w") as file:  # a pipe would stay open as long as something is left running
        shell = subprocess.Popen(
            ["bash", "-e", "-c", script],
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
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
