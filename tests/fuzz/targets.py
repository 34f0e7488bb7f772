"""What is fuzzed: how inputs are made, and what has to hold whatever they are.

An input is bytes, so that one that broke something can be kept as a file (see findings/). Whoever reads it either makes
something of it or refuses it as its reader says; everything else, and whatever takes long, is a finding.
"""

from __future__ import annotations

import io
import time
import warnings
from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED

from hypothesis import strategies as st

from emulator.catalog import load_catalog
from emulator.domain.clock import Pace
from emulator.domain.configuration import ServiceConfiguration
from emulator.domain.definition import PackageError
from emulator.domain.handlers import HANDLERS
from emulator.domain.world import World
from emulator.identity.authentication import Authentication
from emulator.pipeline import Answer, Pipeline, Request
from emulator.surface import rows
from emulator.surface.operation import Operation, Surface
from emulator.wire.configuration import read_configuration
from emulator.wire.contract import Column, Contract
from emulator.wire.package_builder import archive, build_package
from emulator.wire.packages import read_package
from emulator.wire.schema import SchemaError
from emulator.wire.terms import AZURE, XSI
from tests.fuzz.conversations import check_conversation, conversations

FIXTURES = Path(__file__).parents[2] / "fixtures"
FINDINGS = Path(__file__).parent / "findings"
SECONDS = 10.0
CATALOG, SURFACE, START = load_catalog(), Surface(rows()), datetime(2015, 7, 1, tzinfo=UTC)
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"


class Target(NamedTuple):
    """Inputs, and what raises AssertionError for one that is treated wrongly."""

    inputs: st.SearchStrategy[bytes]
    check: Callable[[bytes], None]


# ---- bytes that are nearly right


class Seeds(tuple[bytes, ...]):
    """What mutations begin with; it is too long to be shown."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} seeds>"


def _read(*patterns: str) -> Seeds:
    return Seeds(path.read_bytes() for pattern in patterns for path in sorted(FIXTURES.glob(pattern)))


TOKENS = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"<![CDATA[",
    b"<",
    b'"',
    b"-1",
    b"99999999999999999999",
    b"\xc3\x28",
    b"PK\x05\x06",
    b"name=",
    b"..",
    b"/",
)


@st.composite
def mutated(draw: st.DrawFn, seeds: Seeds) -> bytes:
    """Return one of the seeds, with up to six edits."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data)))
        to = min(len(data), at + draw(st.sampled_from((0, 1, 2, 8, 64, 4096))))
        match draw(st.sampled_from(("cut", "double", "insert", "replace", "flip", "splice", "end"))):
            case "cut":
                data = data[:at] + data[to:]
            case "double":
                data = data[:to] + data[at:]
            case "insert":
                data = data[:at] + draw(st.sampled_from(TOKENS)) + data[at:]
            case "replace":
                data = data[:at] + draw(st.binary(max_size=8)) + data[to:]
            case "flip":
                mask = 1 << draw(st.integers(0, 7))
                data = data[:at] + bytes(byte ^ mask for byte in data[at : at + 1]) + data[at + 1 :]
            case "splice":
                data = data[:at] + draw(st.sampled_from(seeds))[at:]
            case "end":
                data = data[:at]
    return data


# ---- packages, definitions, configurations

DEFINITIONS = _read("packages/*.csdef")
_PLAIN = _read("packages/*.cscfg", "configurations/*.cscfg")
CONFIGURATIONS = Seeds((*_PLAIN, *(text.decode().encode("utf-16") for text in _PLAIN[:2])))
BODIES = Seeds((*DEFINITIONS, *CONFIGURATIONS, b"{}", b"[]", b'{"Name": "a", "Properties": {"Plan": null}}'))


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """Return an archive of parts with the names and contents that packages have, or nearly have."""
    names = st.sampled_from(
        ("a.csdef", "b.csdef", "a.csdx", "a.csman", "a.csnsx", "_rels/.rels", "../x", "a", "x.cssx")
    )
    contents = mutated(DEFINITIONS) | st.binary(max_size=64) | mutated(_read("packages/worker*.cspkg"))
    entries = draw(st.lists(st.tuples(names, contents, st.sampled_from((ZIP_STORED, ZIP_DEFLATED))), max_size=4))
    with warnings.catch_warnings(action="ignore"):  # two parts of one name
        return archive(entries)


def check_package(data: bytes) -> None:
    """A package is opened or refused with a PackageError."""
    try:
        found = read_package(io.BytesIO(data))
    except PackageError as error:
        assert str(error)
    else:
        assert found.roles


def check_definition(data: bytes) -> None:
    """A definition is refused with a ValueError, or makes a package that can be opened and says the same."""
    try:
        package, definition = build_package(data, sdk_version="2.2.6492.2")
    except ValueError as error:
        assert str(error)
    else:
        found = read_package(io.BytesIO(package))
        assert [role.name for role in found.roles] == [role.name for role in definition.roles]


def check_configuration(data: bytes) -> None:
    """A configuration is read or refused as what breaks its schema."""
    try:
        assert isinstance(read_configuration(data), ServiceConfiguration)
    except SchemaError as error:
        assert str(error)


# ---- calls: the bodies of contracts, to the operations that they are for

ROWS: dict[str, Operation] = {row.name: row for row in rows() if row.does is not None and row.reads is not None}
NAMES = {"service_name": "service", "slot_name": "production", "slot": "staging", "deployment_name": "web"}
TEXTS = (
    "",
    "a",
    "service",
    "web",
    "West US",
    "Production",
    "true",
    "0",
    "1",
    "-1",
    "2147483648",
    "9" * 30,
    "bGFiZWw=",
    "====",
    "2015-01-01T00:00:00Z",
    "0001-01-01T00:00:00-23:59",
    "https://account.blob.core.windows.net/vhds/a.vhd",
    "http://[",
    "10.0.0.0/8",
    "Small",
    "Linux",
    "\u00e4\U0001f600",
    "x" * 300,
)
DOCUMENTS = [b64encode(text).decode() for text in CONFIGURATIONS]


@st.composite
def calls(draw: st.DrawFn) -> bytes:
    """Return the name of an operation and an x-ms-version in a first line, and after it a body."""
    row = ROWS[draw(st.sampled_from(sorted(ROWS)))]
    version = draw(st.sampled_from(("2009-10-01", "2012-03-01", "2013-06-01", "2014-10-01", "2015-04-01")))
    if isinstance(row.reads, Contract) and draw(st.integers(0, 9)):
        inside = draw(_children(row.reads, row.reads.columns, 4))
        body = f'<{row.reads.name} xmlns="{row.reads.namespace}">{inside}</{row.reads.name}>'.encode()
    else:
        body = draw(mutated(BODIES))
    return f"{row.name} {max(version, row.since)}\n".encode() + body


@st.composite
def _children(draw: st.DrawFn, contract: Contract[Any], columns: Sequence[Column], depth: int) -> str:
    chosen = [one for one in columns if one.required or draw(st.booleans())]
    return "".join([draw(_child(contract, one, depth)) for one in chosen if depth or one.value])


@st.composite
def _child(draw: st.DrawFn, contract: Contract[Any], one: Column, depth: int) -> str:
    namespace = f' xmlns="{one.namespace}"' if one.namespace else ""
    if not draw(st.integers(0, 15)):
        return f'<{one.name}{namespace} xmlns:i="{XSI}" i:nil="true"/>'
    if one.columns:
        inside = draw(_children(contract, one.columns, depth - 1))
    elif one.item and not one.flat:
        inside = "".join([draw(_item(one, depth)) for _ in range(draw(st.integers(0, 3)))])
    elif one.contract is not None:
        return "".join([draw(_item(one, depth)) for _ in range(draw(st.integers(1, 2)))])
    else:
        texts = (*TEXTS, *DOCUMENTS) if one.name == "Configuration" else TEXTS
        inside = escape(draw(st.sampled_from(texts)))
    return f"<{one.name}{namespace}>{inside}</{one.name}>"


@st.composite
def _item(draw: st.DrawFn, one: Column, depth: int) -> str:
    name = one.item or one.name
    if one.contract is None:
        return f"<{name}>{escape(draw(st.sampled_from(TEXTS)))}</{name}>"
    kinds = [one.contract, *one.contract.subtypes.values()]
    kind = draw(st.sampled_from(kinds))
    said = "" if kind is one.contract else f' xmlns:i="{XSI}" i:type="{kind.name}"'
    return f"<{name}{said}>{draw(_children(kind, kind.columns, depth - 1)) if depth else ''}</{name}>"


def check_call(data: bytes) -> None:
    """A call is done or refused: it is never an error of the emulator's own, and what it left can be carried on."""
    head, _, body = data.partition(b"\n")
    name, _, version = head.decode().partition(" ")
    pipeline = _pipeline()
    path, _, query = ROWS[name].path.removeprefix("/{subscription_id}/").format_map(_Names()).partition("?")
    answer = _asked(pipeline, ROWS[name].method, path, body, version, query)
    assert answer.status != 500, answer.body
    subscription = pipeline.world.subscription(SUBSCRIPTION)
    subscription.advance_until_quiet(1000)
    for read in READS:
        again = _asked(pipeline, "GET", read)
        assert again.status in (200, 404), again.body


READS = (
    "services/hostedservices",
    "services/hostedservices/service/deploymentslots/production",
    "services/storageservices",
    "services/disks",
    "services/images",
    "services/vmimages",
    "services/networking/media",
    "affinitygroups",
)


class _Names(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return NAMES.get(key, "service")


def _pipeline() -> Pipeline:
    """Return a world with a service and a deployment, so that calls get further than to what is missing."""
    world = World(CATALOG, HANDLERS, pace=Pace("manual"), wall=lambda: START)
    pipeline = Pipeline(world, SURFACE, Authentication(world, lambda _certificate: SUBSCRIPTION))
    for path, body in BEFORE.items():
        assert _asked(pipeline, "POST", path, body.encode()).status == 201 + path.count("slots")
    world.subscription(SUBSCRIPTION).advance_until_quiet(1000)
    return pipeline


def _asked(
    pipeline: Pipeline, method: str, path: str, body: bytes = b"", version: str = "2014-10-01", query: str = ""
) -> Answer:
    return pipeline.answer(Request(method, f"/{SUBSCRIPTION}/{path}", query, version, b"anybody", "", lambda: body))


_START = f'xmlns="{AZURE}"'
_CONFIGURATION = b64encode((FIXTURES / "packages" / "worker.cscfg").read_bytes()).decode()
_SERVICE = "<ServiceName>service</ServiceName><Label>bGFiZWw=</Label><Location>West US</Location>"
_DEPLOYMENT = (
    "<Name>web</Name><PackageUrl>https://account.blob.core.windows.net/p/a.cspkg</PackageUrl><Label>bGFiZWw=</Label>"
    f"<Configuration>{_CONFIGURATION}</Configuration>"
)
BEFORE = {
    "services/hostedservices": f"<CreateHostedService {_START}>{_SERVICE}</CreateHostedService>",
    "services/hostedservices/service/deploymentslots/production": (
        f"<CreateDeployment {_START}>{_DEPLOYMENT}</CreateDeployment>"
    ),
}

TARGETS = {
    "package": Target(mutated(_read("packages/*.cspkg")) | archives(), check_package),
    "definition": Target(mutated(DEFINITIONS), check_definition),
    "configuration": Target(mutated(CONFIGURATIONS), check_configuration),
    "call": Target(calls(), check_call),
    "conversation": Target(conversations(), check_conversation),
}


def check(name: str, data: bytes) -> None:
    """Check one input of a target, and that it does not take long."""
    begun = time.thread_time()
    TARGETS[name].check(data)
    assert time.thread_time() - begun < SECONDS, f"it takes {time.thread_time() - begun:.1f} s"
