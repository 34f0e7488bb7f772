"""What the tests of the plugin share: runs of pytest, and no settings from outside."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from pathlib import Path

import azure.servicemanagement  # noqa: F401 - one of those that must not be forgotten
import pytest

import emulator
from emulator.settings import PREFIX

SECONDS = 120
"""For what takes a few, on a machine that is busy with much else."""


@pytest.fixture(scope="session", autouse=True)
def _all_that_is_imported_late():
    """Import all that a run of pytest in this process may import: what it is the first to import is forgotten again."""
    for module in pkgutil.walk_packages(emulator.__path__, "emulator."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in [name for name in os.environ if name.startswith((PREFIX, "PYTEST_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest")  # it is half of what a short run takes
    monkeypatch.setenv("PATH", os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))


@pytest.fixture
def run(pytester):
    """Return a function that runs pytest on the tests given, with warnings as errors.

    It has to end as it is told: so many tests in each outcome, by default all passed that there are. It runs in this
    process, which is quicker, unless it has workers or is to be `apart`.
    """

    def run(*arguments, apart=False, **outcomes):
        arguments = ("-W", "error", "-p", "no:cacheprovider", *map(str, arguments))
        if apart or "-n" in arguments:
            result = pytester.runpytest_subprocess(*arguments, timeout=SECONDS)
        else:
            result = pytester.runpytest_inprocess(*arguments)
        if outcomes:
            result.assert_outcomes(**outcomes)
        else:
            assert result.ret == 0
        return result

    return run
