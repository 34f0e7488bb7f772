"""What the tests of the plugin share: pytest in processes of its own, and no settings from outside."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from emulator.settings import PREFIX

SECONDS = 120
"""For what takes a few, on a machine that is busy with much else."""


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in [name for name in os.environ if name.startswith((PREFIX, "PYTEST_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))


@pytest.fixture
def run(pytester):
    """Return a function that runs pytest in a process of its own, on the tests given, with warnings as errors.

    It has to end as it is told: so many tests in each outcome, by default all passed that there are.
    """

    def run(*arguments, **outcomes):
        fixed = ("-W", "error", "-p", "no:cacheprovider")
        result = pytester.runpytest_subprocess(*fixed, *map(str, arguments), timeout=SECONDS)
        if outcomes:
            result.assert_outcomes(**outcomes)
        else:
            assert result.ret == 0
        return result

    return run
