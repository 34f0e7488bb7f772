"""docs/packages.md and docs/blobs.md: every example works as it stands, in the order of the page."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.wire import archives, packages
from tests import pages

NAME = re.compile(r"(?:# |<!-- )(\S+)(?: -->)?\n")


@pytest.fixture
def environment(tmp_path):
    """A shell in which the command of this tree is `asm-emulator`."""
    command = tmp_path / "bin" / "asm-emulator"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m emulator "$@"\n')
    command.chmod(0o755)
    paths = os.pathsep.join([str(command.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    return os.environ | {"PATH": paths, "PYTHONPATH": str(pages.ROOT), "PYTHONWARNINGS": "ignore"}


@pytest.mark.parametrize("page", ["packages", "blobs"])
def test_the_examples_of_a_page_work_as_they_stand(page, environment, tmp_path, request):
    if page == "blobs":
        _with_azurite(environment, tmp_path, request.getfixturevalue("azurite_command"))
    blocks = pages.blocks((pages.DOCS / f"{page}.md").read_text())
    assert {language for language, _ in blocks} <= {"python", "xml", "sh"}
    for language, text in blocks:
        if language == "sh":
            done = subprocess.run(
                ["bash", "-e", "-c", text],
                cwd=tmp_path,
                env=environment,
                timeout=60,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
        else:
            (tmp_path / NAME.match(text)[1]).write_text(text)
    assert blocks[-1][0] == "sh"


def _with_azurite(environment, directory, command):
    """Let there be what a reader of the page has: the fixtures, Azurite, and a pip with nothing left to install."""
    (directory / "fixtures").symlink_to(pages.ROOT / "fixtures")
    for name, line in (("azurite-blob", f'exec {shlex.join(command)} --disableTelemetry "$@"'), ("pip", "")):
        script = directory / "bin" / name
        script.write_text(f"#!/bin/sh\n{line}\n")
        script.chmod(0o755)
    environment.pop("AZURITE_ACCOUNTS", None)


def test_the_limits_of_packages_are_those_that_hold():
    page = (pages.DOCS / "packages.md").read_text()
    assert f"| {packages.MAX_PACKAGE // archives.MIB} MB |" in page
    assert f"{archives.MAX_ENTRIES:,} entries, names of {archives.MAX_NAME} characters" in page
    assert f"{packages.MAX_PART // archives.MIB} MiB; XML of 1 MiB" in page
    assert f"{archives.MAX_RATIO} times its packed size" in page
    assert f"| {archives.MAX_INFLATED // archives.MIB} MiB |" in page
