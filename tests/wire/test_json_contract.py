"""JSON as a dialect of contracts: what a table reads and writes, and what is refused, with the place and the reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from emulator.domain import errors
from emulator.domain.refusals import ServiceError
from emulator.wire import reading
from emulator.wire.contract import Contract, child, column, flat, group, many
from emulator.wire.json_contract import MAPPING, JsonContract, as_it_is, camel
from emulator.wire.terms import AZURE
from emulator.wire.values import BASE64, BOOLEAN, DATE, INTEGER, NUMBER, TEXT
from emulator.wire.writing import Context

NOON = datetime(2015, 7, 1, 12, tzinfo=UTC)


class Inner(Struct, frozen=True, kw_only=True):
    name: str
    lun: int | None = None


class Thing(Struct, frozen=True, kw_only=True):
    name: str
    label: bytes | None = None
    enabled: bool | None = None
    created: datetime | None = None
    fast: str | None = None
    inner: Inner | None = None
    tags: list[str] | None = None
    inners: list[Inner] | None = None
    newer: str | None = None
    headers: dict[str, str] | None = None


INNER = Contract("Inner", Inner, (column("Name", required=True), column("Lun", INTEGER)))
THING = Contract(
    "Thing",
    Thing,
    (
        column("Name", required=True),
        column("Label", BASE64, nil=True),
        column("Enabled", BOOLEAN),
        column("Created", DATE),
        group("Speed", column("Fast")),
        child("Inner", INNER),
        many("Tags", TEXT, "Tag"),
        many("Inners", INNER),
        column("Newer", since="2014-01-01"),
        column("Headers", MAPPING),
    ),
)
PASCAL, CAMEL = JsonContract(THING), JsonContract(THING, member=camel, keys=camel, slashes=True)
FULL = Thing(
    name="a/b <c> & é",
    label=b"label",
    enabled=False,
    created=NOON,
    fast="very",
    inner=Inner(name="one", lun=0),
    tags=["x", "y"],
    inners=[Inner(name="two")],
    newer="yes",
    headers={"Content-Type": "text/plain"},
)


def test_members_stand_in_the_order_of_the_columns_and_have_the_kinds_of_json():
    assert PASCAL.write(FULL, Context()).decode() == (
        '{"Name":"a/b <c> & é","Label":"bGFiZWw=","Enabled":false,"Created":"2015-07-01T12:00:00Z",'
        '"Speed":{"Fast":"very"},"Inner":{"Name":"one","Lun":0},"Tags":["x","y"],"Inners":[{"Name":"two"}],'
        '"Newer":"yes","Headers":{"Content-Type":"text/plain"}}'
    )


def test_members_in_camel_case_with_escaped_slashes():
    written = CAMEL.write(FULL, Context()).decode()

    assert written.startswith('{"name":"a\\/b <c> & é","label"')
    assert '"headers":{"content-Type":"text\\/plain"}' in written
    assert json.loads(written)["speed"] == {"fast": "very"}


def test_what_is_none_is_left_out_unless_it_is_nil_and_what_a_version_has_not_too():
    assert PASCAL.write(Thing(name="n", newer="yes"), Context("2013-01-01")) == b'{"Name":"n","Label":null,"Speed":{}}'


def test_a_contract_of_one_flat_column_is_an_array():
    things = JsonContract(Contract("Inners", list, (flat(INNER),)), member=camel)

    assert things.write([Inner(name="a"), Inner(name="b", lun=1)], Context()) == b'[{"name":"a"},{"name":"b","lun":1}]'
    assert JsonContract(Contract("Inners", dict, (flat(INNER),))).read(b'[{"name": "a"}]') == {
        "items": [Inner(name="a")]
    }


def test_members_are_read_in_any_order_and_case_and_numbers_from_texts():
    body = b'{"INNER": {"lun": "7", "name": "one"}, "enabled": "True", "name": "n", "label": null}'

    assert PASCAL.read(body) == Thing(name="n", enabled=True, inner=Inner(name="one", lun=7))


@pytest.mark.parametrize(
    ("sent", "written"), [("50", "50"), ("-1", "-1"), ("33.333333", "33.333333"), ("0.00001", "1e-05"), ("1e3", "1000")]
)
def test_a_number_keeps_all_its_digits_in_json_and_in_xml(sent, written):
    share = Contract("Share", dict, (column("Percent", NUMBER),))

    (in_json,) = JsonContract(share).read(f'{{"Percent": {sent}}}'.encode()).values()
    (in_xml,) = share.read(f'<Share xmlns="{AZURE}"><Percent>{sent}</Percent></Share>'.encode()).values()

    assert in_json == in_xml == float(sent)
    assert NUMBER.write(in_json) == written


@pytest.mark.parametrize("text", ["", "many", "NaN", "inf", "1_0", "0x10", "1e999"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="not a number"):
        NUMBER.read(text)


def test_members_that_nobody_knows_are_noted_and_those_of_a_later_version_too():
    unread = []
    body = b'{"Name": "n", "Newer": "x", "Inner": {"Name": "i", "Other": [1]}}'

    assert PASCAL.read(body, "2013-01-01", unread) == Thing(name="n", inner=Inner(name="i"))
    assert unread == ["/Newer", "/Inner/Other"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "/: not well-formed JSON: Input data was truncated"),
        (b"{", "/: not well-formed JSON: Input data was truncated"),
        (b"<Thing/>", "/: not well-formed JSON: JSON is malformed: invalid character (byte 0)"),
        (b"[]", "/: takes an object, not an array"),
        (b"null", "/: takes an object, not null"),
        (b'{"enabled": true}', '/name: the required member "name" is missing'),
        (b'{"name": null}', '/name: the required member "name" is missing'),
        (b'{"name": {}}', "/name: takes a value, not an object"),
        (b'{"name": "n", "enabled": 2}', '/enabled: "2" is neither true nor false'),
        (b'{"name": "n", "inner": {"name": "i", "lun": 1.5}}', '/inner/lun: "1.5" is not a 32-bit integer'),
        (b'{"name": "n", "inners": [{"name": "i"}, 3]}', "/inners[2]: takes an object, not a number"),
        (b'{"name": "n", "tags": "x"}', "/tags: takes an array, not a text"),
        (b'{"name": "n", "tags": [null]}', "/tags[1]: takes a value, not null"),
        (b'{"name": "n", "headers": {"a": {}}}', "/headers/a: takes a value, not an object"),
        (b'{"name": "n", "created": "soon"}', '/created: "soon" is not a date and time'),
    ],
)
def test_a_body_that_breaks_the_contract_is_refused_with_the_place_and_the_reason(body, why):
    with pytest.raises(ServiceError) as refused:
        CAMEL.read(body)

    assert refused.value.refusal is errors.WRONG_JSON
    assert refused.value.message.endswith(f"specified. {why}")


def test_subtypes_are_told_apart_by_a_member():
    special = Contract("Special", lambda **values: ("special", values), (column("Kind"), column("More")))
    plain = Contract("Plain", lambda **values: ("plain", values), (column("Kind"),), by="Kind", subtypes={"s": special})

    assert JsonContract(plain).read(b'{"kind": "s", "more": 1}') == ("special", {"kind": "s", "more": "1"})
    assert JsonContract(plain).read(b'{"more": 1}') == ("plain", {})


def test_a_body_of_very_many_values_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(reading, "MOST_PARTS", 60)
    for body in (b"[" * 61, b"[" + b"1," * 60 + b"1]", b"[" + b"{}," * 31 + b"{}]"):
        with pytest.raises(ServiceError, match="more than 60 parts"):
            PASCAL.read(body)


def test_deep_nesting_is_refused():
    with pytest.raises(ServiceError, match="JSON was invalid"):
        PASCAL.read(b"[" * 100_000)


@given(st.binary() | st.text().map(str.encode))
def test_whatever_is_sent_is_read_or_refused(body):
    try:
        PASCAL.read(body)
    except ServiceError as refused:
        assert refused.refusal is errors.WRONG_JSON


TEXTS = st.text()
INNERS = st.builds(Inner, name=TEXTS, lun=st.none() | st.integers(-(2**31), 2**31 - 1))
THINGS = st.builds(
    Thing,
    name=TEXTS,
    label=st.none() | st.binary(),
    enabled=st.none() | st.booleans(),
    created=st.none() | st.just(NOON),
    fast=st.none() | TEXTS,
    inner=st.none() | INNERS,
    tags=st.none() | st.lists(TEXTS),
    inners=st.none() | st.lists(INNERS),
    newer=st.none() | TEXTS,
    headers=st.none() | st.dictionaries(TEXTS, TEXTS),
)


@given(THINGS, st.sampled_from([as_it_is, camel]), st.booleans())
def test_what_is_written_is_read_again(thing, member, slashes):
    contract = JsonContract(THING, member=member, slashes=slashes)

    assert contract.read(contract.write(thing, Context())) == thing
