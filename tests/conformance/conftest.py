"""What all conformance tests share: the fixtures of the emulator's own pytest plugin, on one emulator a module.

The clients are unmodified packages, and everything they do crosses a real socket with mutual TLS and name checking.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from emulator.embedded import Emulator
from emulator.pytest_plugin import AsmServer

HERE = Path(__file__).parent
CONFIGURATIONS = HERE.parents[1] / "fixtures" / "configurations"
DIRECTORY = "ASM_CONFORMANCE_NODE_PACKAGES"
OLD_PYTHON_DIRECTORY, OLD_PYTHON = "ASM_CONFORMANCE_OLD_PYTHON_SDK", "ASM_CONFORMANCE_PYTHON36"
OLDEST_NODE = 18
INSTALL = [
    "npm",
    "install",
    "--no-save",
    "--no-package-lock",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
]


@pytest.fixture(scope="module")
def emulator():
    """One emulator a module: tests elsewhere count threads and descriptors, and must see none of it."""
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def asm_server(emulator):
    """That emulator instead of the one a session that the plugin starts."""
    return AsmServer.of(emulator)


@pytest.fixture
def identity(asm_subscription):
    """A client certificate for a subscription that nobody has used yet."""
    return asm_subscription.identity


@pytest.fixture(scope="session")
def configuration():
    """Return a function that reads one of the service configurations (.cscfg) in fixtures, as bytes."""
    return lambda name: (CONFIGURATIONS / f"{name}.cscfg").read_bytes()


# ---- packages of npm, installed once: below the directory that DIRECTORY names, or else in pytest's cache


def node_version(node):
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    return int(answer.stdout.lstrip("v").partition(".")[0])


def installed(manifest, packages):
    """Tell whether a directory holds the packages that a manifest asks for, in these versions."""
    wanted = json.loads(manifest.read_text())["dependencies"]
    with suppress(OSError, ValueError):
        return all(
            json.loads((packages / "node_modules" / name / "package.json").read_text())["version"] == version
            for name, version in wanted.items()
        )
    return False


def install(manifest, packages):
    """Install packages next to where they belong and move them there in one step; a failure skips the tests."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    draft = Path(tempfile.mkdtemp(prefix=f".{packages.name}-", dir=packages.parent))
    try:
        shutil.copy(manifest, draft)
        command = [*INSTALL, "--prefix", str(draft)]
        answer = subprocess.run(command, cwd=draft, capture_output=True, text=True, timeout=120, check=False)
        if answer.returncode:
            told = [line for line in answer.stderr.splitlines() if line.startswith("npm error")]
            pytest.skip(f"npm cannot install the packages: {' '.join(told[:4]) or 'it does not say why'}")
        shutil.rmtree(packages, ignore_errors=True)
        draft.rename(packages)
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not install the packages within two minutes")
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def alone(packages):
    """Keep other workers that would install the same packages waiting."""
    packages.parent.mkdir(parents=True, exist_ok=True)
    with (packages.parent / f".{packages.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def node():
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed")
    if node_version(found) < OLDEST_NODE:
        pytest.skip(f"the scripts need node {OLDEST_NODE} or later")
    return found


@pytest.fixture(scope="session")
def kept(request):
    """The directory in which clients from elsewhere are kept from one run to the next."""
    return request.config.cache.mkdir("asm-emulator")


@pytest.fixture(scope="session")
def npm_packages(node, kept):
    """Return a function that returns node_modules with what a manifest asks for; `name` is its place in the cache."""
    assert node
    chosen = os.environ.get(DIRECTORY)

    def npm_packages(manifest, name):
        # A directory of its own: what stands in its place is replaced when it holds other versions.
        directory = (Path(chosen).absolute() if chosen else kept) / name
        with alone(directory):
            if not installed(manifest, directory):
                install(manifest, directory)
        return directory / "node_modules"

    return npm_packages


@pytest.fixture(scope="session")
def asm_packages(npm_packages):
    """The directory node_modules with the classic Azure SDK for Node.js."""
    return npm_packages(HERE / "node" / "package.json", "azure-asm-for-node")


@pytest.fixture(scope="session")
def azure_cli_packages(npm_packages):
    """The directory node_modules with the classic azure-cli."""
    return npm_packages(HERE / "azure_cli" / "package.json", "azure-cli")


# ---- packages for Python 3.6, each set in an environment of its own


def run(*command):
    """Run a command that installs something; where it fails, the reason is told and the tests are skipped."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"{command[0]} did not end within three minutes")
    if done.returncode:
        pytest.skip(f"{command[0]}: {' '.join(done.stderr.splitlines()[-2:])}")


def is_python36(candidate):
    done = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.startswith("Python 3.6.")


@pytest.fixture(scope="session")
def python36():
    named = os.environ.get(OLD_PYTHON)
    kept_by_pyenv = sorted(Path.home().glob(".pyenv/versions/3.6.*/bin/python"))
    candidates = [named] if named else [*filter(None, [shutil.which("python3.6")]), *kept_by_pyenv]
    found = next(filter(is_python36, candidates), None)
    if found is None:
        pytest.skip(f"Python 3.6 was not found; {OLD_PYTHON} may name it")
    return str(found)


@pytest.fixture(scope="session")
def python36_with(python36, kept):
    """Return a function that returns the interpreter of an environment with packages; `name` is its place in the cache.

    `installs` are lists of arguments of `pip install`, one for each call of it.
    """
    chosen = os.environ.get(OLD_PYTHON_DIRECTORY)

    def python36_with(name, *installs):
        home = (Path(chosen).absolute() if chosen else kept) / name
        python, ready = home / "bin" / "python", home / "ready"
        with alone(home):
            if not ready.exists():
                run(python36, "-m", "venv", "--clear", str(home))
                for arguments in installs:
                    run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)
                ready.touch()
        return python

    return python36_with
