"""The pytest plugin: an emulator for a test session, and in it a cloud of its own for every test.

Loaded by every pytest of the environment it is installed in, used or not: so it imports nothing that pytest has not
imported, and nothing is started before a fixture is asked for. Steers an emulator as any other program does, by its
control API. docs/pytest.md is the manual.
"""

from __future__ import annotations

import os
import socket
import sys
import uuid
from contextlib import contextmanager
from functools import cached_property
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import pytest

from emulator.pytest_clock import AsmClock, AsmEvent
from emulator.pytest_faults import AsmFault, AsmFaults
from emulator.pytest_journal import STRICT, AsmExchange, AsmJournal, strictness, told
from emulator.pytest_sdk import AsmSdk
from emulator.pytest_snapshots import AsmChange, AsmSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from emulator.embedded import Emulator
    from emulator.identity.authority import Authority, Identity
    from emulator.shared import Reception

__all__ = [
    "AsmChange",
    "AsmClock",
    "AsmEvent",
    "AsmExchange",
    "AsmFault",
    "AsmFaults",
    "AsmJournal",
    "AsmSdk",
    "AsmServer",
    "AsmSnapshot",
    "AsmSubscription",
]


class _AsTheyAre:
    """Finds the emulator's modules before pytest does.

    Pytest rewrites the assert statements of every module of a plugin's package. Here are none to rewrite, and to look
    for them takes longer than all the rest of a start.
    """

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return what `import` without pytest would find; None for what is not the emulator's."""
        return PathFinder.find_spec(name, path, target) if name.startswith("emulator.") else None


sys.meta_path.insert(0, _AsTheyAre)

T = TypeVar("T")

MANAGEMENT_HOST = "management.core.windows.net"
MARKER = "asm(clock=None, quotas=None, timings=None, catalog=None, load=None, strict=None)"
MARKS = ("clock", "quotas", "timings", "catalog", "load", "strict")


class _Option(NamedTuple):
    """A setting: --asm-NAME on the command line, asm_NAME in the ini file, and a variable of the environment."""

    name: str
    variable: str
    metavar: str
    help: str
    default: str = ""


OPTIONS = (
    _Option("endpoint", "ASM_EMULATOR_ENDPOINT", "URL", "An emulator that runs already; without it, one is started."),
    _Option(
        "certs",
        "ASM_EMULATOR_CERTS",
        "DIR",
        "The directory of that emulator's certificates, as `asm-emulator serve` made it.",
        ".asm-emulator",
    ),
    _Option(
        "control",
        "ASM_EMULATOR_CONTROL_ENDPOINT",
        "URL",
        "That emulator's control API; without it, what it has noted in the directory of its certificates.",
    ),
    _Option(
        "token",
        "ASM_EMULATOR_CONTROL_TOKEN",
        "TOKEN",
        "What that control API wants to be shown; without it, what lies in the directory of its certificates.",
    ),
    _Option(
        "strict",
        "ASM_EMULATOR_PYTEST_STRICT",
        "WORDS",
        "What else fails a test, separated by commas: faults (one that never fired), unread (elements that nobody "
        "read), unknown-path.",
    ),
    _Option("clock", "ASM_EMULATOR_CLOCK", "MODE", "How time moves: instant, scaled:FACTOR, step:SECONDS or manual."),
)
"""Each beats the next: the command line, the environment, the ini file, the default."""

_RECEPTION: pytest.StashKey[Reception] = pytest.StashKey()
_SUBSCRIPTION: pytest.StashKey[AsmSubscription] = pytest.StashKey()
_PORT = "asm_emulator_port"


# ---- what the fixtures give


class AsmServer:
    """The emulator that the tests of a session share."""

    def __init__(
        self, endpoint: str, control_endpoint: str | None, authority: Authority, control_token: str | None = None
    ) -> None:
        self.endpoint = endpoint
        """Of the management API: https://HOST:PORT."""
        self.control_endpoint = control_endpoint
        """Of the control API: http://HOST:PORT, or None where it is switched off."""
        self.control_token = control_token
        """What the control API wants to be shown, if anything."""
        self._authority = authority

    @classmethod
    def of(cls, emulator: Emulator) -> AsmServer:
        """Return a running emulator of this process as what `asm_server` gives, for an override of that fixture."""
        return cls(emulator.endpoint, emulator.control_endpoint, emulator.authority, emulator.control_token)

    @property
    def host(self) -> str:
        """What the Python SDK takes as `host`: name and port."""
        return urlsplit(self.endpoint).netloc

    @property
    def port(self) -> int:
        """The port of the management API."""
        return urlsplit(self.endpoint).port or 443

    @property
    def ca_path(self) -> Path:
        """The certificate (PEM) that a client must trust."""
        return self._authority.ca_path

    def subscription(self, subscription_id: str | None = None) -> AsmSubscription:
        """Return a subscription with a client certificate of its own, by default one that nobody has used yet."""
        identity = self._authority.identity(subscription_id or str(uuid.uuid4()), endpoint=self.endpoint)
        return AsmSubscription(self, identity)

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Ask the control API and return its answer; the test fails with its words where it refuses."""
        from emulator import running  # noqa: PLC0415 - start-up time

        if self.control_endpoint is None:
            pytest.fail("the emulator's control API is not known: --asm-control says where it is", pytrace=False)
        try:
            return running.ask(self.control_endpoint, method, path, body, token=self.control_token)
        except running.NotServingError as error:
            pytest.fail(f"asm: {error}", pytrace=False)


class AsmSubscription:
    """A subscription that only one test knows, and the client certificate that opens it."""

    def __init__(self, server: AsmServer, identity: Identity) -> None:
        self.server = server
        self.identity = identity
        """The certificate in all its forms: .cer, .pfx, publish settings, thumbprint."""

    @property
    def id(self) -> str:
        """The subscription's id, a GUID."""
        return self.identity.subscription_id

    @property
    def pem_path(self) -> str:
        """The file with the client's key and certificate in PEM, as the Python SDK takes it."""
        return str(self.identity.pem_path)

    @property
    def ca_path(self) -> str:
        """The file with the certificate (PEM) that the client must trust."""
        return str(self.identity.ca_path)

    @property
    def host(self) -> str:
        """What the Python SDK takes as `host`: name and port."""
        return self.server.host

    @property
    def clock(self) -> AsmClock:
        """The subscription's clock."""
        return AsmClock(self)

    @property
    def journal(self) -> AsmJournal:
        """What was asked of the subscription, and answered."""
        return AsmJournal(self)

    @cached_property
    def faults(self) -> AsmFaults:
        """What is broken on purpose in the subscription."""
        return AsmFaults(self)

    def control(self, method: str, part: str, body: object = None) -> dict[str, Any]:
        """Ask the control API about a part of this subscription, such as `quotas`, and return its answer."""
        return self.server.control(method, f"/subscriptions/{self.id}/{part}", body)

    @property
    def snapshot(self) -> AsmSnapshot[AsmSubscription]:
        """The subscription's state as a document."""
        return AsmSnapshot(self, self.server.subscription)

    def compare(self, before: object, after: object) -> list[dict[str, Any]]:
        """Return what is different between two snapshots, as the control API tells it."""
        changes: list[dict[str, Any]] = self.server.control(
            "POST", "/snapshot/diff", {"before": before, "after": after}
        )["changes"]
        return changes

    def sdk(self, service_class: Callable[..., T], **keywords: object) -> T:
        """Return an instance of one of azure.servicemanagement's service classes for this subscription."""
        return self.identity.sdk(service_class, **keywords)


# ---- fixtures


@pytest.fixture(scope="session")
def asm_server(request: pytest.FixtureRequest) -> Iterator[AsmServer]:
    """The emulator (AsmServer: endpoint, control_endpoint, host, port, ca_path), started when first asked for.

    One for the session, and under pytest-xdist one for all workers; or the one that --asm-endpoint names.
    """
    with _server(request.config) as server:
        yield server


@pytest.fixture
def asm_subscription(request: pytest.FixtureRequest, asm_server: AsmServer) -> Iterator[AsmSubscription]:
    """A subscription that only this test knows (AsmSubscription: id, pem_path, ca_path, host, sdk(), identity).

    The marker asm says how its clock moves, what quotas and timings it has, and with which snapshot it begins.
    """
    subscription = request.node.stash[_SUBSCRIPTION] = asm_server.subscription()
    marked = _marked(request.node)
    marked.pop("strict", None)
    clock = marked.pop("clock", None)
    if load := marked.pop("load", None):
        subscription.snapshot.load(_beside(request, load))
    else:
        clock = clock or _said(request.config, "clock")
    if clock:
        subscription.clock.mode = str(clock)
    for part, numbers in marked.items():
        subscription.control("PUT", part, numbers)
    yield subscription
    subscription.faults.end()


@pytest.fixture
def asm_clock(asm_subscription: AsmSubscription) -> AsmClock:
    """The clock of asm_subscription (AsmClock: now, pending, mode, advance(seconds | "next" | "quiet"))."""
    return asm_subscription.clock


@pytest.fixture
def asm_snapshot(asm_subscription: AsmSubscription) -> AsmSnapshot[AsmSubscription]:
    """The state of asm_subscription as a document (AsmSnapshot: save(), load(document), diff(before), fork())."""
    return asm_subscription.snapshot


@pytest.fixture
def asm_journal(asm_subscription: AsmSubscription) -> AsmJournal:
    """What was asked of asm_subscription (AsmJournal: entries, unread, unknown_paths, explain(request_id))."""
    return asm_subscription.journal


@pytest.fixture
def asm_faults(asm_subscription: AsmSubscription) -> AsmFaults:
    """What is broken on purpose in asm_subscription (AsmFaults: add(fault, ...), rules, unfired, clear())."""
    return asm_subscription.faults


@pytest.fixture
def asm_sdk(asm_subscription: AsmSubscription) -> AsmSdk:
    """The Python SDK on asm_subscription (AsmSdk: service_management, service_bus, sql_database, website, scheduler).

    Needs the package azure-servicemanagement-legacy.
    """
    return AsmSdk(asm_subscription)


@pytest.fixture
def asm_redirect(asm_server: AsmServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name management.core.windows.net, which leads to the emulator in this test: for code without a host option.

    Only in this process: the look-up of that name at port 443 is changed, as a line in the hosts file would do it, and
    the emulator's certificate, which is valid for the name, is trusted by way of REQUESTS_CA_BUNDLE and SSL_CERT_FILE.
    """
    lookup, address = socket.getaddrinfo, _address(asm_server)

    def getaddrinfo(host: Any, port: Any, *arguments: Any, **keywords: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name == MANAGEMENT_HOST and str(port) in ("443", "https"):
            host, port = address
        return lookup(host, port, *arguments, **keywords)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    # Machines often preset these, so they are overridden.
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(variable, str(asm_server.ca_path))
    for variable in ("NO_PROXY", "no_proxy"):  # a proxy would look the name up by itself
        monkeypatch.setenv(variable, MANAGEMENT_HOST)
    return MANAGEMENT_HOST


# ---- hooks


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the command-line and ini options."""
    group = parser.getgroup("asm-emulator", "Azure Service Management emulator")
    for option in OPTIONS:
        where = f"{option.help} [{option.variable}]"
        group.addoption(f"--asm-{option.name}", metavar=option.metavar, default=None, help=where)
        parser.addini(f"asm_{option.name}", option.help, default=option.default)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}: how the clock of asm_subscription moves, its quotas and timings (by name), entries of its "
        "catalog, the snapshot with which it begins (a file, beside the test's or below the root directory), what "
        "fails the test.",
    )
    strictness(_said(config, "strict"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where to ask for the emulator that all workers share."""
    config: pytest.Config = node.config
    if _said(config, "endpoint"):
        return
    from emulator.shared import Reception  # noqa: PLC0415 - start-up time

    if _RECEPTION not in config.stash:
        config.stash[_RECEPTION] = Reception()
    node.workerinput[_PORT] = config.stash[_RECEPTION].port


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the workers shared."""
    reception = config.stash.get(_RECEPTION, None)
    if reception is not None:
        reception.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test that passed, but in which happened what is not to happen."""
    yield
    subscription = item.stash.get(_SUBSCRIPTION, None)
    if subscription is None:
        return
    marked = _marked(item).get("strict")
    for word in strictness(_said(item.config, "strict") if marked is None else marked):
        if found := STRICT[word](subscription):
            pytest.fail(f"asm_strict, {word}:\n  " + "\n  ".join(found), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the journal of its subscription in the report of a test that failed."""
    report = yield
    subscription = item.stash.get(_SUBSCRIPTION, None)
    if report.failed and subscription is not None:
        server = subscription.server
        text = told(server.control_endpoint, server.control_token, subscription.id)
        report.sections.append((f"asm-emulator journal of {subscription.id}", text))
    return report


# ---- how they do it


def _said(config: pytest.Config, name: str) -> str:
    """Return the value of a setting, or nothing where nobody says anything of it."""
    option = next(option for option in OPTIONS if option.name == name)
    return str(
        config.getoption(f"asm_{name}") or os.environ.get(option.variable) or config.getini(f"asm_{name}") or ""
    ).rstrip("/")


@contextmanager
def _server(config: pytest.Config) -> Iterator[AsmServer]:
    from emulator import running  # noqa: PLC0415 - start-up time
    from emulator.identity.authority import Authority, AuthorityError  # noqa: PLC0415 - start-up time
    from emulator.settings import Settings  # noqa: PLC0415 - start-up time

    shared_at: int | None = getattr(config, "workerinput", {}).get(_PORT)
    if shared_at is None and not _said(config, "endpoint"):
        from emulator.embedded import Emulator  # noqa: PLC0415 - start-up time

        with Emulator() as emulator:
            yield AsmServer.of(emulator)
        return
    endpoint, control_endpoint, certs = _external(config) if shared_at is None else _shared(shared_at)
    try:
        authority = Authority.in_directory(certs)
    except AuthorityError as error:
        pytest.fail(f"asm: {error}", pytrace=False)
    token = running.token(Settings(certs=certs, control_token=_said(config, "token") or None))
    try:
        yield AsmServer(endpoint, control_endpoint, authority, token)
    finally:
        authority.close()


def _shared(port: int) -> tuple[str, str | None, Path]:
    from emulator import shared  # noqa: PLC0415 - start-up time

    try:
        return shared.ask(port)
    except shared.NotSharedError as error:
        pytest.fail(f"asm: {error}", pytrace=False)


def _external(config: pytest.Config) -> tuple[str, str | None, Path]:
    """Return where the emulator is that the options name, once it has answered."""
    from emulator import running  # noqa: PLC0415 - start-up time
    from emulator.settings import Settings  # noqa: PLC0415 - start-up time

    endpoint, certs = _said(config, "endpoint"), _certs(config)
    port = urlsplit(endpoint).port or 443
    if not (certs / "ca.pem").exists():
        pytest.fail(
            f"asm: no certificates in {certs}: --asm-certs names the directory of the emulator's", pytrace=False
        )
    noted = running.find(Settings(port=port, control_port=None, certs=certs), {"port": port}).control_endpoint
    address = running.Address(endpoint, _said(config, "control") or noted)
    try:
        running.check(address, certs / "ca.pem")
    except running.NotServingError as error:
        pytest.fail(f"asm: {error}", pytrace=False)
    return (*address, certs)


def _certs(config: pytest.Config) -> Path:
    """Return the directory of certificates: relative to where pytest was started, or to the ini file that names it."""
    asked = config.getoption("asm_certs") or os.environ.get("ASM_EMULATOR_CERTS")
    if asked:
        return config.invocation_params.dir / Path(asked).expanduser()
    return config.rootpath / Path(config.getini("asm_certs")).expanduser()


def _marked(item: pytest.Item) -> dict[str, Any]:
    """Return what the markers of a test say, the closest one first."""
    said: dict[str, Any] = {}
    for mark in item.iter_markers("asm"):
        if mark.args or not mark.kwargs.keys() <= set(MARKS):
            pytest.fail(f"the marker takes {MARKER}, by name, and was given {mark.args or mark.kwargs}", pytrace=False)
        said = {**mark.kwargs, **said}
    return {name: value for name, value in said.items() if value is not None}


def _beside(request: pytest.FixtureRequest, name: str) -> Path:
    """Return a file that lies beside the test's, or else below pytest's root directory."""
    places = [request.path.parent / name, request.config.rootpath / name]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        pytest.fail(f"asm: load: there is neither {places[0]} nor {places[1]}", pytrace=False)
    return found


def _address(server: AsmServer) -> tuple[str, int]:
    name = urlsplit(server.endpoint).hostname or ""
    # An emulator on this machine listens on 127.0.0.1, where localhost may be ::1 first.
    return "127.0.0.1" if name == "localhost" else name, server.port
