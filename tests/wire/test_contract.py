"""Contracts: one table reads and writes; bad bodies are refused with the place and the reason."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from emulator.wire import reading, writing
from emulator.wire.contract import VERSIONS, Contract, child, column, flat, group, many, snake
from emulator.wire.reading import BodyError, parse
from emulator.wire.values import BASE64, BOOLEAN, DATE, INTEGER, MOMENT, TEXT, escape
from emulator.wire.writing import Context

AZURE = 'xmlns="http://schemas.microsoft.com/windowsazure" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'


class Inner(Struct, frozen=True, kw_only=True):
    name: str
    lun: int | None = None


class Thing(Struct, frozen=True, kw_only=True):
    name: str
    label: bytes | None = None
    enabled: bool | None = None
    created: datetime | None = None
    fast: str | None = None
    slow: str | None = None
    inner: Inner | None = None
    tags: list[str] | None = None
    inners: list[Inner] | None = None
    newer: str | None = None


INNER = Contract("Inner", Inner, (column("Name", required=True), column("Lun", INTEGER)))
THING = Contract(
    "Thing",
    Thing,
    (
        column("Name", required=True),
        column("Label", BASE64, nil=True),
        column("Enabled", BOOLEAN),
        column("Created", DATE),
        group("Speeds", column("Fast"), column("Slow")),
        child("Inner", INNER),
        many("Tags", TEXT, "Tag"),
        many("Inners", INNER),
        column("Newer", since="2014-01-01"),
    ),
)


def read(inside, version="2015-01-01", unread=None):
    return THING.read(f"<Thing {AZURE}>{inside}</Thing>".encode(), version, unread)


def write(thing, version="2015-01-01"):
    return THING.write(thing, Context(version)).decode()


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20
)
inners = st.builds(Inner, name=texts, lun=st.none() | st.integers(-(2**31), 2**31 - 1))
things = st.builds(
    Thing,
    name=texts,
    label=st.none() | st.binary(min_size=1, max_size=20),
    enabled=st.none() | st.booleans(),
    created=st.none() | st.datetimes(timezones=st.just(UTC)).map(lambda d: d.replace(microsecond=0)),
    fast=texts,
    slow=st.none() | texts,
    inner=st.none() | inners,
    tags=st.none() | st.lists(texts),
    inners=st.none() | st.lists(inners),
    newer=st.none() | texts,
)


@given(things)
def test_what_is_written_reads_back_equal(thing):
    assert THING.read(THING.write(thing, Context("2015-01-01")), "2015-01-01") == thing


def test_a_document_is_written_as_the_service_wrote_it():
    thing = Thing(name="a & b", enabled=True, inner=Inner(name=""), tags=[], inners=[Inner(name="x", lun=0)])
    assert write(thing) == (
        f'<Thing {AZURE}><Name>a &amp; b</Name><Label i:nil="true"/><Enabled>true</Enabled><Speeds></Speeds>'
        "<Inner><Name/></Inner><Tags/><Inners><Inner><Name>x</Name><Lun>0</Lun></Inner></Inners></Thing>"
    )


def test_an_element_is_shown_and_read_from_its_first_version_on():
    thing = Thing(name="a", newer="n")
    assert "<Newer>" in write(thing, "2014-01-01")
    assert "<Newer>" not in write(thing, "2013-12-31")
    unread = []
    assert read("<Name>a</Name><Newer>n</Newer>", "2013-01-01", unread).newer is None
    assert unread == ["/Thing/Newer"]


def test_unknown_elements_are_skipped_and_noted():
    unread = []
    thing = read("<Odd><Name>b</Name></Odd><Name>a</Name><Inner><Name>i</Name><What/></Inner>", unread=unread)
    assert (thing.name, thing.inner) == ("a", Inner(name="i"))
    assert unread == ["/Thing/Odd", "/Thing/Inner/What"]


def test_an_element_that_comes_too_late_is_lost_and_noted_as_the_service_lost_it():
    unread = []
    thing = read("<Name>a</Name><Tags/><Enabled>true</Enabled>", unread=unread)
    assert (thing.enabled, thing.tags) == (None, [])
    assert unread == ["/Thing/Enabled"]


def test_a_required_element_that_comes_too_late_is_refused_and_said_so():
    with pytest.raises(
        BodyError, match=r"^/Thing/Name \(line 1\): wrong order: the required <Name> .* after <Enabled>"
    ):
        read("<Enabled>true</Enabled><Name>a</Name>")


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("", "/Thing/Name (line 1): the required element <Name> is missing"),
        ("<Name i:nil='true'/>", "/Thing/Name (line 1): the required element <Name> is missing"),
        ("<Name>a</Name>\n<Enabled>maybe</Enabled>", '/Thing/Enabled (line 2): "maybe" is neither true nor false'),
        (
            "<Name>a</Name><Inner><Name>x</Name><Lun>1.5</Lun></Inner>",
            '/Thing/Inner/Lun (line 1): "1.5" is not a 32-bit',
        ),
        ("<Name>a</Name><Inner><Name>x</Name><Lun>2147483648</Lun></Inner>", "not a 32-bit integer"),
        ("<Name>a</Name><Label>!</Label>", '/Thing/Label (line 1): "!" is not base64'),
        ("<Name>a</Name><Created>soon</Created>", '"soon" is not a date and time'),
        ("<Name><b/></Name>", "takes a value, not elements (found <b>)"),
        ("<Name>a</Name>text", 'text "text" is not allowed here'),
        (
            "<Name>a</Name><Inners><Inner><Name>x</Name></Inner><Inner/></Inners>",
            "/Thing/Inners/Inner[2]/Name (line 1)",
        ),
    ],
)
def test_a_body_that_breaks_its_contract_is_refused_with_path_line_and_reason(inside, message):
    with pytest.raises(BodyError) as refused:
        read(inside)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "not well-formed XML"),
        (b"no xml", "not well-formed XML"),
        (b"<Thing", "not well-formed XML"),
        (b"<Thing/>", "the root element is <Thing> in namespace <>, expected <Thing> in namespace"),
        (f"<Other {AZURE}/>".encode(), "the root element is <Other>, expected <Thing>"),
        (b"<!DOCTYPE Thing [<!ENTITY a 'b'>]><Thing>&a;</Thing>", "a document type declaration is not allowed"),
        (b"<!DOCTYPE Thing><Thing/>", "a document type declaration is not allowed"),
        (b"\xff\xfe<\0", "not well-formed XML"),
        (f"<Thing {AZURE}><Name>\0</Name></Thing>".encode(), "not well-formed XML"),
        (b"<a>" * 100_000, "not well-formed XML"),
    ],
)
def test_what_is_no_document_of_the_kind_is_refused(body, message):
    with pytest.raises(BodyError) as refused:
        THING.read(body)
    assert message in str(refused.value)


def test_an_entity_bomb_is_refused_before_it_goes_off():
    layers = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    with pytest.raises(BodyError):
        parse(f"<!DOCTYPE a [<!ENTITY e0 'x'>{layers}]><a>&e11;</a>".encode())


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(body):
    with pytest.raises(BodyError):
        THING.read(body)


@given(st.integers(0, 200), st.integers(0, 255))
def test_no_broken_document_raises_anything_else(position, byte):
    body = bytearray(f"<Thing {AZURE}><Name>a</Name><Tags><Tag>t</Tag></Tags></Thing>".encode())
    body[position % len(body)] = byte
    with contextlib.suppress(BodyError):
        THING.read(bytes(body))


def test_a_body_of_very_many_parts_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(reading, "MOST_PARTS", 60)
    for parts in (b"<a/>" * 60, b"<b>c</b>" * 30, b'<b c="d"/>' * 30):
        with pytest.raises(BodyError, match="more than 60 parts"):
            parse(b"<r>" + parts + b"</r>")
    assert len(parse(b"<r>" + b"<a/>" * 58 + b"</r>")) == 58
    assert parse(b"<r>" + b"x" * 1000 + b"</r>").text == "x" * 1000


def test_however_many_versions_are_asked_for_few_are_remembered():
    for version in range(3000):
        body = THING.write(Thing(name="a"), Context(str(version)))
        assert THING.read(body, str(version)) == Thing(name="a")
    assert len(THING._emitters) <= VERSIONS
    assert len(THING._expected) <= VERSIONS


def test_empty_elements_stand_for_what_a_client_leaves_out():
    thing = read("<Name>a</Name><Label></Label><Enabled/><Created></Created><Speeds/><Tags/>")
    assert (thing.label, thing.enabled, thing.created, thing.tags) == (None, None, None, [])


def test_comments_instructions_prefixes_and_declarations_make_no_difference():
    body = (
        '<?xml version="1.0" encoding="utf-8" standalone="yes"?><!-- c --><a:Thing '
        'xmlns:a="http://schemas.microsoft.com/windowsazure"><a:Name>x<!-- c -->y</a:Name><?pi?></a:Thing >'
    )
    assert THING.read(body.encode()).name == "xy"


class Base(Struct, frozen=True, kw_only=True):
    kind: str | None = None


class Special(Base, frozen=True, kw_only=True):
    extra: str | None = None


SPECIAL = Contract("SpecialSet", Special, (column("Kind"), column("Extra")))
BASE = Contract("Set", Base, (column("Kind"),), by="Kind", subtypes={"Special": SPECIAL})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<Set {}><Kind>Special</Kind><Extra>e</Extra></Set>", Special(kind="Special", extra="e")),
        ('<Set {} i:type="SpecialSet"><Extra>e</Extra></Set>', Special(extra="e")),
        ("<Set {}><Kind>Other</Kind><Extra>e</Extra></Set>", Base(kind="Other")),
    ],
)
def test_a_subtype_is_told_by_a_child_or_by_its_type(body, expected):
    assert BASE.read(body.format(AZURE).encode()) == expected


def test_an_unknown_type_is_refused():
    with pytest.raises(BodyError, match='i:type "Strange" is not one of SpecialSet'):
        BASE.read(f'<Set {AZURE} i:type="Strange"/>'.encode())


def test_a_list_stands_directly_in_its_root():
    listed = Contract("Things", list, (flat(INNER),))
    assert listed.write([], Context()) == f"<Things {AZURE}/>".encode()
    assert (
        listed.write([Inner(name="a")], Context()) == f"<Things {AZURE}><Inner><Name>a</Name></Inner></Things>".encode()
    )


@pytest.mark.parametrize(
    ("name", "python"),
    [
        ("PrivateID", "private_id"),
        ("OSVirtualHardDisk", "os_virtual_hard_disk"),
        ("VirtualIPs", "virtual_ips"),
        ("OS", "os"),
    ],
)
def test_names_are_spelt_the_python_way(name, python):
    assert snake(name) == python


@pytest.mark.parametrize(
    "text", ["2016-09-09", "2016-09-09T00:00:00", "2016-09-09T10:11:12.757685Z", "2016-09-09T10:11:12Z"]
)
def test_a_moment_comes_back_with_its_decimals_and_its_zone_or_none(text):
    written = MOMENT.write(MOMENT.read(text))
    assert written == (text if "T" in text else f"{text}T00:00:00")


@given(st.text())
def test_whatever_is_escaped_is_well_formed(text):
    parse(f"<a>{escape(text)}</a>".encode())


def test_a_contract_that_is_not_ordered_is_read_wherever_its_children_stand():
    columns = (column("First"), column("Second", required=True))
    strict = Contract("Pair", dict, columns)
    loose = Contract("Pair", dict, columns, ordered=False)
    body = b'<Pair xmlns="http://schemas.microsoft.com/windowsazure"><Second>2</Second><First>1</First></Pair>'
    unread = [[], []]
    assert strict.read(body, unread=unread[0]) == {"second": "2"}
    assert loose.read(body, unread=unread[1]) == {"first": "1", "second": "2"}
    assert unread == [["/Pair/First"], []]


def test_what_is_nil_keeps_its_attributes():
    contract = Contract(
        "Root", dict, (column("Nothing", nil=True, attributes=' xmlns:a="b"', get=lambda _r, _c: None),)
    )
    assert contract.write({}, Context()).decode().endswith('<Nothing i:nil="true" xmlns:a="b"/></Root>')


@given(st.lists(st.text(), max_size=20), st.integers(1, 5))
def test_a_long_document_is_joined_in_steps_to_the_same_bytes(pieces, number):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "PIECES", number)
        assert writing.joined(pieces) == "".join(pieces).encode("utf-8", "replace")
