"""What the tests of the command share: real processes of it, the command in this process, and an emulator to find."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

import emulator
from emulator import running
from emulator.cli import main
from emulator.embedded import Emulator
from emulator.identity.authority import Authority
from emulator.settings import PREFIX, Settings

ROOT = Path(emulator.__file__).parents[1]
SECONDS = 30
"""For what takes well under one."""


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """The environment of a user's shell, with bytecode kept between the processes as an installation keeps it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PYTHON"))}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("bytecode"))}


@pytest.fixture
def command(environment, tmp_path):
    """Return a function that runs the command to its end in a process of its own, and returns the process."""

    def run(*arguments, executable=(sys.executable, "-m", "emulator"), **variables):
        return subprocess.run(
            [*executable, *map(str, arguments)],
            check=False,
            env=environment | variables,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )

    return run


@pytest.fixture
def certs(tmp_path):
    """A certificate directory whose name a shell would stumble over."""
    return tmp_path / "it's $HOME of certs"


@pytest.fixture(scope="session")
def made_certs(tmp_path_factory):
    """A certificate directory as the first start leaves it; to make one takes longer than to serve."""
    path = tmp_path_factory.mktemp("made") / "certs"
    Authority.in_directory(path).default_identity(endpoint="https://localhost:8443")
    return path


@pytest.fixture
def serve(environment, tmp_path, certs, made_certs):
    """Return a context manager that serves in a process of its own, on free ports, and gives the process.

    It has the attribute `banner`: what it printed first. Whoever does not end it has it killed.
    """

    @contextmanager
    def serve(*arguments, executable=(sys.executable, "-m", "emulator")):
        shutil.copytree(made_certs, certs)
        fixed = ["serve", "--port", "0", "--control-port", "0", "--certs", str(certs)]
        process = subprocess.Popen(
            [*executable, *fixed, *arguments],
            env=environment,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            process.banner = "".join(iter(process.stdout.readline, "Ctrl+C ends it.\n"))
            yield process
        finally:
            process.kill()
            process.communicate()

    return serve


@pytest.fixture
def invoke():
    """Return a function that runs the command in this process, and returns click's result."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, set())
    yield lambda *arguments, **variables: CliRunner().invoke(main, list(map(str, arguments)), env=variables)
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


@pytest.fixture
def refused():
    """Return a function that asserts a refusal in one line, with this status, and returns the line."""

    def refused(result, status):
        code = result.returncode if isinstance(result, subprocess.CompletedProcess) else result.exit_code
        assert (code, result.stdout) == (status, "")
        assert result.stderr.startswith("Error: ")
        assert result.stderr.count("\n") == 1
        return result.stderr.removeprefix("Error: ").strip()

    return refused


@pytest.fixture(scope="session")
def emulated(tmp_path_factory):
    """An emulator in this process that is announced as `serve` announces its own."""
    certs = tmp_path_factory.mktemp("shared") / "certs"
    with (
        Emulator(Settings(port=0, control_port=0, certs=certs)) as one,
        running.announced(certs, running.Address(one.endpoint, one.control_endpoint)),
    ):
        yield one


@pytest.fixture
def free_port(unused):
    """A port that nobody listens on."""
    return unused.getsockname()[1]


@pytest.fixture
def unused():
    """A socket that holds a port of 127.0.0.1 without listening on it."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield one
