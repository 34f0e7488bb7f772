"""Conversations: several calls one after the other, of every row there is, in a world that has a little of everything.

An input is JSON: a list of calls, each [operation, values of its path, query, version, body], or of seconds that pass.
Whatever they are, none is an error of the emulator's own, a refused one leaves the world as it was, and what all of
them left can be saved, loaded, read and carried on.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from msgspec import to_builtins

from emulator.catalog import load_catalog
from emulator.control import snapshots
from emulator.domain.clock import Pace
from emulator.domain.handlers import HANDLERS
from emulator.domain.world import Subscription, World
from emulator.identity.authentication import Authentication
from emulator.pipeline import Answer, Pipeline, Request
from emulator.surface import rows
from emulator.surface.operation import PARAMETER, Operation, Surface
from emulator.wire.atom import ATOM, Entry
from emulator.wire.contract import Column, Contract
from emulator.wire.json_contract import EitherContract, JsonContract
from emulator.wire.terms import XSI

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
START = datetime(2015, 7, 1, tzinfo=UTC)
SURFACE = Surface(rows())
ROWS: dict[str, Operation] = {row.name: row for row in SURFACE.rows if row.does is not None}
SINGLES = [row for row in ROWS.values() if row.path.startswith("/{subscription_id}")]
VERSIONS = ("2009-10-01", "2012-03-01", "2013-06-01", "2014-10-01", "2015-04-01", "2015-04-01", "2016-06-01")
BEFORE = Path(__file__).with_name("before.json")
"""The conversation that every other one follows."""
PARTS = 4
"""Of how many of what can be read one part is read after a conversation."""

# What has names of its own; everything else is called one or two.
NAMES = {
    "location": ("West US", "East US"),
    "slot": ("production", "staging"),
    "version": ("1.0", "1.*"),
    "webspace": ("westuswebspace",),
    "provider": ("scheduler",),
    "servername": ("sa2irque4o",),
    "gatewayid": ("0e81ef1b-56f5-c0ba-df0a-0608aad96a64", "one"),
    "namespace": ("namespace1", "namespace2"),
    "resourcetype": ("jobcollections",),
    "lun": ("0", "1"),
    "subnet": ("front", "GatewaySubnet"),
    "operationtype": ("Start", "Stop", "StartRoleOperation"),
    "protocol": ("Http", "Https", "tcp"),
    "port": ("80", "443"),
    "gatewaysize": ("Small", "Medium", "Large", "Default"),
    "instancecount": ("1", "2", "10"),
    "status": ("Running", "Suspended", "Enabled"),
    "state": ("Running", "Stopped", "enabled", "disabled"),
    "medialink": ("https://one.blob.core.windows.net/vhds/one.vhd",),
    "destinationvirtualnetwork": ("New", "Existing", "Default"),
    "vnetname": ("one", "two"),
    "data": ("bGFiZWw=",),
    "label": ("bGFiZWw=",),
    "type": ("Basic", "Private", "Public", "Allow"),
    "prefix": ("10.0.0.0/8", "0.0.0.0/0", "*"),
    "ipaddress": ("10.0.0.5", "www.example.com"),
    "staticipaddress": ("10.0.0.5",),
    "interval": ("30",),
    "timeout": ("30",),
    "threshold": ("3",),
    "frequency": ("minute", "hour", "day"),
    "uri": ("http://example.com/",),
    "method": ("GET",),
    "edition": ("Standard", "Web"),
    "time": ("2015-07-01", "2015-07-02T00:00:00Z"),
    "date": ("2015-07-01", "2015-07-02T00:00:00Z"),
}
STRANGE: tuple[str, ...] = (
    "",
    " ",
    "\x00",
    "\u00e4\U0001f600",
    "\ufffe",
    "\u0130",
    "<script>alert(1)</script>",
    "{name}",
    "%s",
    "..",
    "a/b",
    "a b",
    "-1",
    "0",
    "NaN",
    "1e400",
    "2147483647",
    "2147483648",
    "9" * 30,
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00-23:59",
    "P99999999D",
    "https://[",
    "https://one.blob.core.windows.net/",
    "0.0.0.0/0",
    "::1",
    "====",
    "bGFiZWw=",
    "x" * 300,
    "y" * 65_536,
)


# ---- how conversations are made


class Maker:
    """Makes calls by chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def conversation(self) -> bytes:
        """Return a conversation of up to twelve steps."""
        steps = [self.step() for _ in range(self.chance.randint(1, 12))]
        return json.dumps(steps).encode()

    def step(self) -> Any:
        if self.chance.random() < 0.1:
            return self.chance.choice((1, 60, 3600, 10**6, 10**9))
        row = self.chance.choice(SINGLES)
        if row.method == "GET" and self.chance.random() < 0.5:
            row = self.chance.choice(SINGLES)
        version = max(self.chance.choice(VERSIONS), row.since)
        path = {name: self.text(name) for name in PARAMETER.findall(row.path)}
        query = {one.name: self.text(one.name) for one in row.query if one.required or self.chance.random() < 0.3}
        return [row.name, path, query, version, self.body(row.reads)]

    def text(self, name: str) -> str:
        """Return a value for what has that name, a strange one now and then."""
        if self.chance.random() < 0.08:
            return self.chance.choice(STRANGE)
        key = name.replace("_", "").lower()
        for part, values in NAMES.items():
            if key.endswith(part) or (len(part) > 4 and part in key):
                return self.chance.choice(values)
        return self.chance.choice(("one", "one", "one", "two", "ONE"))

    def body(self, reads: Any) -> str:
        match reads:
            case None:
                return self.chance.choice(("", "", "", "<a/>", "{}"))
            case JsonContract():
                return json.dumps(self.members(reads.contract))
            case EitherContract():
                return self.body(self.chance.choice((reads.xml, reads.json)))
            case Contract():
                return self.document(reads)
            case Entry():
                return f'<entry xmlns="{ATOM}"><content>{self.document(reads.contract)}</content></entry>'
        return self.chance.choice(("", "{}", "[]", "<a/>", '{"a": [null]}'))

    def document(self, contract: Contract[Any]) -> str:
        if self.chance.random() < 0.02:
            return self.chance.choice(("", "<", "<a/>", "{}", "\x00"))
        inside = self.children(contract, contract.columns, 4)
        return f'<{contract.name} xmlns="{contract.namespace}" xmlns:i="{XSI}">{inside}</{contract.name}>'

    def children(self, contract: Contract[Any], columns: Sequence[Column], depth: int) -> str:
        parts = [
            self.child(contract, one, depth)
            for one in columns
            if (depth or one.value) and self.chance.random() < (0.97 if one.required else 0.5)
        ]
        if parts and self.chance.random() < 0.03:
            parts.append(self.chance.choice(parts))
        return "".join(parts)

    def child(self, contract: Contract[Any], one: Column, depth: int) -> str:
        space = f' xmlns="{one.namespace}"' if one.namespace else ""
        if self.chance.random() < 0.04:
            return f'<{one.name}{space} i:nil="true"/>'
        if one.columns:
            inside = self.children(contract, one.columns, depth - 1)
        elif one.item and not one.flat:
            inside = "".join([self.item(one, depth) for _ in range(self.chance.choice((0, 1, 1, 2)))])
        elif one.contract is not None:
            return "".join([self.item(one, depth) for _ in range(self.chance.choice((1, 1, 2)))])
        else:
            inside = self.said(one.name)
        return f"<{one.name}{space}>{inside}</{one.name}>"

    def item(self, one: Column, depth: int) -> str:
        name = one.item or one.name
        if one.contract is None:
            return f"<{name}>{self.said(name)}</{name}>"
        kind = self.chance.choice([one.contract, *one.contract.subtypes.values()])
        said = "" if kind is one.contract else f' i:type="{self.chance.choice((kind.name, kind.name, "Nothing"))}"'
        return f"<{name}{said}>{self.children(kind, kind.columns, depth - 1) if depth else ''}</{name}>"

    def said(self, name: str) -> str:
        return escape(self.text(name)).replace("\x00", "&#0;")

    def members(self, contract: Contract[Any], depth: int = 4) -> Any:
        return {one.name: self.member(one, depth) for one in contract.columns if self.chance.random() < 0.6}

    def member(self, one: Column, depth: int) -> Any:
        if not depth or self.chance.random() < 0.05:
            return self.chance.choice((None, [], {}, True, -1, 1e308, 10**30, "", "one"))
        if one.columns:
            return {part.name: self.member(part, depth - 1) for part in one.columns}
        if one.contract is not None:
            made = self.members(one.contract, depth - 1)
            return [made] if one.item else made
        return [self.text(one.name)] if one.item else self.text(one.name)


@st.composite
def conversations(draw: st.DrawFn) -> bytes:
    """Return a conversation that can be made smaller."""
    return Maker(draw(st.randoms(use_true_random=False))).conversation()


# ---- what has to hold of them


class Asked:
    """Asks of a world what the steps of a conversation say."""

    def __init__(self, snapshot: bytes | None = None) -> None:
        self.world = World(_catalog(), HANDLERS, pace=Pace("manual"), wall=lambda: START)
        if snapshot is not None:
            snapshots.load(self.world, snapshot)
        self.pipeline = Pipeline(self.world, SURFACE, Authentication(self.world, lambda _certificate: SUBSCRIPTION))

    @property
    def subscription(self) -> Subscription:
        return self.world.subscription(SUBSCRIPTION)

    def step(self, step: Any) -> Answer | None:
        """Let time pass, or ask."""
        if isinstance(step, int):
            self.subscription.advance_to(self.subscription.now + timedelta(seconds=step))
            return None
        name, path, query, version, body = step
        row = ROWS[name]
        place, _, needed = row.path.format_map(_Quoted(path)).partition("?")
        asked = "&".join(part for part in (needed, urlencode(query, errors="replace")) if part)
        data = body.encode("utf-8", "replace")
        return self.pipeline.answer(Request(row.method, place, asked, version, b"any", "127.0.0.1", lambda: data))

    def picture(self) -> Any:
        """Return all that a refused call leaves as it was."""
        whole = to_builtins(self.subscription, str_keys=True)
        del whole["operations"], whole["entropy"], whole["callers"]
        return whole


class _Quoted(dict[str, str]):
    def __init__(self, values: Mapping[str, str]) -> None:
        quoted = {name: quote(value, safe="", errors="replace") for name, value in values.items()}
        super().__init__({**quoted, "subscription_id": SUBSCRIPTION})


def check_conversation(data: bytes) -> None:
    """See that a conversation comes to an end of which all can be told."""
    asked = Asked(a_little_of_everything())
    for step in json.loads(data):
        asked.subscription.settle(START)
        before = asked.picture()
        answer = asked.step(step)
        if answer is not None:
            assert answer.status != 500, (step, answer.body)
            if answer.status >= 400:
                assert asked.picture() == before, (step, answer.body)
    document = snapshots.save(asked.world)
    twin = Asked(document)
    assert snapshots.save(twin.world) == document
    for one in (asked, twin):
        one.subscription.advance_until_quiet(10_000)
    assert snapshots.save(twin.world) == snapshots.save(asked.world)
    for step in reads()[len(data) % PARTS :: PARTS]:
        answer = twin.step(step)
        assert answer is not None
        assert answer.status != 500, (step, answer.body)


@cache
def _catalog() -> Any:
    return load_catalog()


@cache
def a_little_of_everything() -> bytes:
    """Return the snapshot of a world that has one of most things."""
    asked = Asked()
    for step in json.loads(BEFORE.read_bytes()):
        answer = asked.step(step)
        assert answer is None or answer.status < 300, (step, answer.body)
        asked.subscription.advance_until_quiet(1000)
    return snapshots.save(asked.world)


@cache
def reads() -> list[Any]:
    """Return a call of every row that reads and needs no query, of what has the first of the names."""
    maker = Maker(random.Random(0))
    maker.text = lambda name: next(  # type: ignore[method-assign]
        (values[0] for part, values in NAMES.items() if name.replace("_", "").lower().endswith(part)), "one"
    )
    found = [row for row in SINGLES if row.method == "GET" and not any(one.required for one in row.query)]
    version = "2015-04-01"
    return [
        [row.name, {name: maker.text(name) for name in PARAMETER.findall(row.path)}, {}, max(version, row.since), ""]
        for row in found
    ]
