"""What all conformance tests share: one running emulator, a cloud of its own per test, and the default host.

The clients are unmodified packages, and everything they do crosses a real socket with mutual TLS and name checking.
"""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from emulator.embedded import Emulator

MANAGEMENT_HOST = "management.core.windows.net"
CONFIGURATIONS = Path(__file__).parents[2] / "fixtures" / "configurations"


@pytest.fixture(scope="module")
def emulator():
    """One emulator a module: tests elsewhere count threads and descriptors, and must see none of it."""
    with Emulator() as running:
        yield running


@pytest.fixture
def identity(emulator):
    """A client certificate for a subscription that nobody has used yet."""
    return emulator.identity()


@pytest.fixture
def default_host(emulator, monkeypatch):
    """Lead management.core.windows.net:443 to the emulator and trust its authority, in this test and process only.

    Only the lookup of that one name and port is changed, as a line in the hosts file would do it. Whoever connects by
    way of `socket` gets the emulator's address and goes on to check the certificate, which is valid for the name.
    """
    lookup, port = socket.getaddrinfo, emulator.port

    def getaddrinfo(host, service, *arguments, **keywords):
        name = host.decode() if isinstance(host, bytes) else host
        if name == MANAGEMENT_HOST and str(service) in ("443", "https"):
            host, service = "127.0.0.1", port
        return lookup(host, service, *arguments, **keywords)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    # Machines often preset this, so it is overridden; it is what requests, and with it the SDK, trusts.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_path))
    for variable in ("NO_PROXY", "no_proxy"):  # a proxy would look the name up by itself
        monkeypatch.setenv(variable, MANAGEMENT_HOST)
    return MANAGEMENT_HOST


@pytest.fixture(scope="session")
def configuration():
    """Return a function that reads one of the service configurations (.cscfg) in fixtures, as bytes."""
    return lambda name: (CONFIGURATIONS / f"{name}.cscfg").read_bytes()
