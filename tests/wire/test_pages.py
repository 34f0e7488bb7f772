"""The web server's own pages."""

from __future__ import annotations

from lxml import etree

from emulator.domain import errors
from emulator.wire.errors import SERIALIZATION
from emulator.wire.pages import page_document


def test_a_page_comes_as_text_in_a_string_and_begins_with_the_services_own_mistake():
    root = etree.fromstring(page_document(errors.NO_ENDPOINT()))

    assert root.tag == f"{{{SERIALIZATION}}}string"
    declaration, _, page = root.text.partition("\n")
    assert declaration == '<?xml version="1.0" encoding="utf-8"?gt;'
    shown = etree.fromstring(page).findall(".//{http://www.w3.org/1999/xhtml}p")
    assert [(p.get("class"), p.text) for p in shown] == [("heading1", "Service"), (None, "Endpoint not found.")]


def test_its_lines_end_as_the_web_server_ends_them():
    lines = page_document(errors.NO_ENDPOINT()).split(b"\r\n")
    assert len(lines) == 14
    assert not any(b"\n" in line for line in lines)
