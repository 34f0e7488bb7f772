"""What all conformance tests share: the fixtures of the emulator's own pytest plugin, on one emulator a module.

The clients are unmodified packages, and everything they do crosses a real socket with mutual TLS and name checking.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.embedded import Emulator
from emulator.pytest_plugin import AsmServer

CONFIGURATIONS = Path(__file__).parents[2] / "fixtures" / "configurations"


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
