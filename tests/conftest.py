"""What all tests share: a world whose time only moves when a test moves it."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import hypothesis
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from msgspec import to_builtins

from emulator.catalog import load_catalog
from emulator.domain.clock import Pace
from emulator.domain.handlers import HANDLERS
from emulator.domain.operations import begin, remember
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription, World

hypothesis.settings.register_profile("busy machines", deadline=None)
hypothesis.settings.load_profile("busy machines")

START = datetime(2015, 7, 1, tzinfo=UTC)
COMPILED = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Let the hundreds of processes that tests start share what they compile, where nothing is to be written beside it.

    Else each of them would compile the whole emulator anew.
    """
    if sys.dont_write_bytecode and os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        config.stash[COMPILED] = os.environ["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp(prefix="compiled-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it again."""
    if COMPILED in config.stash:
        shutil.rmtree(config.stash[COMPILED], ignore_errors=True)


@pytest.fixture(scope="session")
def catalog():
    return load_catalog()


def _azurite():
    from tests import azurite  # noqa: PLC0415 - its SDK takes most of a second

    return azurite


@pytest.fixture(scope="session")
def azurite_command(request):
    """What runs Azurite."""
    return _azurite().script(request.config.cache)


@pytest.fixture(scope="session")
def running_azurite(azurite_command):
    """The URL of an Azurite that runs for all tests."""
    with _azurite().running(azurite_command) as url:
        yield url


@pytest.fixture
def azurite_url(running_azurite):
    """The URL of an Azurite in which there is nothing yet."""
    return _azurite().emptied(running_azurite)


@pytest.fixture
def world(catalog) -> World:
    return World(catalog, HANDLERS, pace=Pace("manual"), wall=lambda: START)


@pytest.fixture
def subscription(world) -> Subscription:
    return world.subscription("11111111-2222-3333-4444-555555555555")


@pytest.fixture
def operation(subscription) -> Callable[[str], TrackedOperation]:
    """Begin an operation that the subscription remembers, as the pipeline does."""

    def make(name: str = "Test") -> TrackedOperation:
        one = begin(subscription, name)
        remember(subscription, one)
        return one

    return make


@pytest.fixture
def picture() -> Callable[[Subscription], dict[str, Any]]:
    """Everything that a subscription holds, save the log of operations and how many ids were drawn for it."""

    def take(subscription: Subscription) -> dict[str, Any]:
        whole = to_builtins(subscription, str_keys=True)
        del whole["operations"], whole["entropy"]
        return whole

    return take


class Certificate:
    """A throw-away certificate (`der`) with its key, and the .pfx files that hold both."""

    def __init__(self, serial_number: int, *, negative_serial_number: bool) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"test {serial_number}")])
        builder = x509.CertificateBuilder(name, name, self.key.public_key(), serial_number, START, START.replace(2030))
        self.der = builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        if negative_serial_number:
            self.der = self.der.replace(b"\x02\x10\x5b", b"\x02\x10\xdb", 1)  # the sign is the first bit

    def pfx(self, password: bytes | None) -> bytes:
        """Return a .pfx file with the certificate and its key."""
        lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Parsed a serial number which wasn't positive")
            read = x509.load_der_x509_certificate(self.der)
        return pkcs12.serialize_key_and_certificates(b"test", self.key, read, None, lock)


@pytest.fixture
def a_certificate() -> Callable[..., Certificate]:
    """Make a certificate, each with another serial number of 16 bytes."""
    numbers = itertools.count(0x5B << 120)
    return lambda *, negative_serial_number=False: Certificate(
        next(numbers), negative_serial_number=negative_serial_number
    )
