"""Atom around contracts: what an entry reads, what feeds and entries look like, and that one reads what it wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec import Struct

from emulator.domain.entropy import Entropy, derived_guid
from emulator.wire.atom import Entry, Feed
from emulator.wire.contract import Contract, column
from emulator.wire.reading import BodyError
from emulator.wire.service_bus import PROVIDER
from emulator.wire.values import INTEGER
from emulator.wire.writing import Context

START = datetime(2015, 7, 1, tzinfo=UTC)
ATOM = "http://www.w3.org/2005/Atom"


class Thing(Struct, frozen=True):
    name: str | None = None
    size: int | None = None


THING = Contract("Thing", Thing, (column("Name"), column("Size", INTEGER)), namespace="urn:things")
IDENTITY = f"uuid:{derived_guid('seed', 'atom')}"
ENTRY, FEED = Entry(THING, PROVIDER), Feed(THING, PROVIDER)


def context():
    return Context("2012-03-01", SimpleNamespace(entropy=Entropy("seed"), now=START))


@given(st.builds(Thing, st.text() | st.none(), st.integers(-(2**31), 2**31 - 1) | st.none()))
def test_an_entry_reads_what_it_wrote(thing):
    written = ENTRY.write(thing, context())

    again = ENTRY.read(written, "2012-03-01", [])

    assert ENTRY.write(again, context()) == written
    assert again.size == thing.size


def test_an_entry_is_written_as_the_service_wrote_it():
    assert ENTRY.write(Thing("a<b", 3), context()).decode() == (
        '<?xml version="1.0" encoding="utf-8"?><entry xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{IDENTITY};id=1</id>"
        '<title type="text"></title><updated>2015-07-01T00:00:00Z</updated><content type="application/xml">'
        '<Thing xmlns="urn:things" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
        "<Name>a&lt;b</Name><Size>3</Size></Thing></content></entry>"
    )


def test_ids_keep_their_guid_and_count_up_from_a_feed_to_its_entries_and_on_to_the_next_answer():
    where = context()
    feed, entry = FEED.write([Thing("a"), Thing("b")], where), ENTRY.write(Thing("c"), where)

    ids = [one.text.split(";id=") for body in (feed, entry) for one in etree.fromstring(body).iter(f"{{{ATOM}}}id")]

    assert len({guid for guid, _ in ids}) == 1
    assert [int(number) for _, number in ids] == [1, 2, 3, 4]


def test_a_feed_of_nothing_has_no_entries():
    root = etree.fromstring(FEED.write([], context()))
    assert [etree.QName(child).localname for child in root] == ["title", "id", "updated"]


CONTENT = '<Thing xmlns="urn:things"><Name>a</Name></Thing></content></entry>'
FROM_PYTHON = (
    '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'
    f'<entry xmlns:d="urn:d" xmlns:m="urn:m" xmlns="{ATOM}" >\n'
    "<title /><updated>2015-07-01T00:02:22.9+00:00</updated><author><name /></author><id />\n"
    f'<content type="application/xml">\n    {CONTENT}'
)
FROM_NODE = f'<entry xmlns="{ATOM}"><content type="application/atom+xml;type=entry;charset=utf-8">{CONTENT}'


@pytest.mark.parametrize("body", [FROM_PYTHON, FROM_NODE])
def test_what_stands_around_the_content_does_not_matter(body):
    assert ENTRY.read(body.encode(), "2012-03-01", []) == Thing("a")


@pytest.mark.parametrize(
    ("body", "path", "why"),
    [
        ("<entry/>", "/", "the root element is not <entry>"),
        (f'<entry xmlns="{ATOM}"/>', "/entry/content", "it has no <Thing>"),
        (f'<entry xmlns="{ATOM}"><content/></entry>', "/entry/content", "it has no <Thing>"),
        (f'<entry xmlns="{ATOM}"><content>text</content></entry>', "/entry/content", "it has no <Thing>"),
        (
            f'<entry xmlns="{ATOM}"><content><Thing/></content></entry>',
            "/entry/content",
            "expected <Thing> in namespace urn:things",
        ),
        (
            f'<entry xmlns="{ATOM}"><content><Thing xmlns="urn:things"><Size>x</Size></Thing></content></entry>',
            "/entry/content/Thing/Size",
            '"x" is not a 32-bit integer',
        ),
    ],
)
def test_a_body_that_breaks_its_contract_is_refused_with_its_place(body, path, why):
    with pytest.raises(BodyError) as raised:
        ENTRY.read(body.encode(), "2012-03-01", [])

    assert raised.value.path == path
    assert why in raised.value.why


def test_elements_that_nobody_knows_are_told():
    unread = []
    body = f'<entry xmlns="{ATOM}"><content><Thing xmlns="urn:things"><Colour>red</Colour></Thing></content></entry>'
    ENTRY.read(body.encode(), "2012-03-01", unread)
    assert unread == ["/entry/content/Thing/Colour"]
