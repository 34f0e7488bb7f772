"""Reads documents that have a schema of their own: bytes in, values out, or a refusal that names the place.

A schema is a table: what an element may carry, what it must, and what it becomes. Children may stand in any order.
Knows no document of the service: service and network configurations bring their tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from math import inf

from lxml import etree

from emulator.wire.reading import new_parser

MAX_BYTES = 1024 * 1024
"""Assumed: the bound of the service is not known; the largest document ever recorded has some 5,000 bytes."""

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_ENCODINGS = frozenset({"UTF-8", "UTF8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII"})
_UNKNOWN_LINE = 65535  # libxml2 keeps a line in sixteen bits, and finds greater ones only beside text


class SchemaError(ValueError):
    """A document breaks its schema: `path` names the element or attribute, `line` where it begins, if known."""

    def __init__(self, path: str, line: int | None, why: str) -> None:
        super().__init__(f"{path} (line {line}): {why}" if line else f"{path}: {why}")
        self.path, self.line, self.why = path, line, why


# ---- the values of attributes and texts: text in, value out, ValueError with the reason ----------------------------


def form(pattern: str, expected: str) -> Callable[[str], str]:
    """Return a reader of texts that have this form."""
    compiled = re.compile(pattern, re.DOTALL)

    def read(value: str) -> str:
        if compiled.fullmatch(value) is None:
            raise ValueError(f'"{short(value)}" is not {expected}')
        return value

    return read


def whole(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers of up to nine digits."""
    read_digits = form(r" *[0-9]{1,9} *", f"a whole number from {least} to 999999999")

    def read(value: str) -> int:
        number = int(read_digits(value))
        if number < least:
            raise ValueError(f"{number} is less than {least}")
        return number

    return read


def _checked(check: Callable[[str], object], expected: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        try:
            check(value)
        except ValueError:
            raise ValueError(f'"{short(value)}" is not {expected}') from None
        return value

    return read


NAME = form(r"\s*\S.*", "a name")
ADDRESS = _checked(IPv4Address, "an IPv4 address")
# Assumed: bits set beyond the prefix do no harm.
SUBNET = _checked(lambda value: IPv4Network(value, strict=False), "an IPv4 subnet like 10.0.0.0/8")


# ---- the table ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute (or the text of an element), and the field that it fills."""

    field: str
    read: Callable[[str], object] = NAME
    required: bool = True


@dataclass(frozen=True, slots=True)
class Element:
    """What an element becomes: `build`, called with the fields of those attributes and children that are there.

    An element with `text` holds a value instead of children.
    """

    build: Callable[..., object]
    attributes: dict[str, Attribute] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    text: Attribute | None = None


@dataclass(frozen=True, slots=True)
class Child:
    """A child, in any order among its siblings; more than one allowed (`most`) makes its field a tuple."""

    field: str
    element: Element
    required: bool = False
    most: float = 1


def it(it: object = ()) -> object:
    """Build what stands for an element that only wraps one thing: that thing."""
    return it


def one(attribute: str, read: Callable[[str], object] = NAME) -> Element:
    """Return an element that is nothing but one attribute's value."""
    return Element(it, {attribute: Attribute("it", read)})


def value(read: Callable[[str], object]) -> Element:
    """Return an element that is nothing but its text."""
    return Element(it, text=Attribute("it", read))


def listed(name: str, element: Element) -> Element:
    """Return an element that is a list of others."""
    return Element(it, {}, {name: Child("it", element, most=inf)})


Key = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Schema:
    """A document by its namespace, the name of its root and the table of it.

    `unique`: no two elements (first) of one parent agree in this attribute (second).
    `references`: this attribute (second) of an element (first) is the name of another one (third).
    """

    namespace: str
    root: str
    table: Element
    unique: tuple[tuple[str, str, Key], ...] = ()
    references: tuple[tuple[str, str, str, Key], ...] = ()

    def read(self, text: bytes) -> object:
        """Read a document, in UTF-8 or UTF-16, with or without a byte order mark; raise SchemaError."""
        root = parse_document(text)
        if self._name(root) != self.root:
            why = f"the root element has to be {self.root} in the namespace {self.namespace}"
            raise self._refusal(root, why)
        found = self._read(root, self.table)
        self._check_unique(root)
        self._check_references(root)
        return found

    def _read(self, element: etree._Element, table: Element) -> object:
        if table.text is not None and len(element) == 0:
            return table.build(**self._attributes(element, table.attributes), **self._text(element, table.text))
        for text in (element.text, *(child.tail for child in element)):
            if text and not text.isspace():
                raise self._refusal(element, f'text "{short(text.strip())}" is not allowed here')
        return table.build(**self._attributes(element, table.attributes), **self._children(element, table.children))

    def _text(self, element: etree._Element, row: Attribute) -> dict[str, object]:
        try:
            return {row.field: row.read((element.text or "").strip())}
        except ValueError as error:
            raise self._refusal(element, str(error)) from None

    def _attributes(self, element: etree._Element, table: dict[str, Attribute]) -> dict[str, object]:
        fields = {}
        # Names first: lxml looks up each value from the start of the list, so a long list is not to be read whole.
        for name in element.attrib:
            if name not in table:
                if str(name).startswith(_XSI):
                    continue
                raise self._refusal(element, "unknown attribute", f"/@{short(str(name))}")
            try:
                fields[table[name].field] = table[name].read(element.get(name, ""))
            except ValueError as error:
                raise self._refusal(element, str(error), f"/@{name}") from None
        for name, row in table.items():
            if row.required and row.field not in fields:
                raise self._refusal(element, "required attribute is missing", f"/@{name}")
        return fields

    def _children(self, element: etree._Element, table: dict[str, Child]) -> dict[str, object]:
        found: dict[str, list[etree._Element]] = {name: [] for name in table}
        for child in element:
            if self._name(child) not in found:
                raise self._refusal(child, "unknown element")
            found[self._name(child)].append(child)
        fields = {}
        for name, row in table.items():
            values = [self._read(child, row.element) for child in self._counted(element, name, row, found[name])]
            if values:
                fields[row.field] = tuple(values) if row.most > 1 else values[0]
        return fields

    def _counted(
        self, parent: etree._Element, name: str, row: Child, children: list[etree._Element]
    ) -> list[etree._Element]:
        if row.required and not children:
            raise self._refusal(parent, "required element is missing", f"/{name}")
        if len(children) > row.most:
            raise self._refusal(children[int(row.most)], f"no more than {row.most} may stand here")
        return children

    def _check_unique(self, root: etree._Element) -> None:
        for name, attribute, key in self.unique:
            seen = set()
            for element in self._all(root, name):
                this = element.getparent(), key(element.get(attribute, ""))
                if this in seen:
                    raise self._refusal(element, f'"{short(this[1])}" stands twice', f"/@{attribute}")
                seen.add(this)

    def _check_references(self, root: etree._Element) -> None:
        for name, attribute, target, key in self.references:
            known = {key(element.get("name", "")) for element in self._all(root, target)}
            for element in self._all(root, name):
                given = element.get(attribute, "")
                if key(given) not in known:
                    raise self._refusal(element, f'there is no {target} "{short(given)}"', f"/@{attribute}")

    def _all(self, root: etree._Element, name: str) -> Iterator[etree._Element]:
        return root.iter(f"{{{self.namespace}}}{name}")

    # -- saying where

    def _refusal(self, element: etree._Element, why: str, below: str = "") -> SchemaError:
        line = element.sourceline
        return SchemaError(self._path(element) + below, None if line == _UNKNOWN_LINE else line, why)

    def _path(self, element: etree._Element) -> str:
        parent = element.getparent()
        if parent is None:
            return f"/{short(self._name(element))}"
        twins = [sibling for sibling in parent if sibling.tag == element.tag]
        place = f"[{twins.index(element) + 1}]" if len(twins) > 1 else ""
        return f"{self._path(parent)}/{short(self._name(element))}{place}"

    def _name(self, element: etree._Element) -> str:
        """Return the name alone in the schema's namespace, else with its namespace in braces."""
        return str(element.tag).removeprefix(f"{{{self.namespace}}}")


def parse_document(text: bytes) -> etree._Element:
    """Return the root of a document without entities, comments and document type; raise SchemaError."""
    if len(text) > MAX_BYTES:
        raise SchemaError("/", None, f"{len(text)} bytes are more than the {MAX_BYTES} allowed")
    try:
        root = etree.fromstring(text, new_parser())
    except etree.XMLSyntaxError as error:
        raise SchemaError("/", error.lineno or None, f"not well-formed XML: {short(error.msg or '', 200)}") from None
    _check_document(root.getroottree().docinfo)
    return root


def _check_document(document: etree.DocInfo) -> None:
    if document.internalDTD is not None:
        raise SchemaError("/", None, "a document type declaration is not allowed")
    if (document.encoding or "").upper() not in _ENCODINGS:
        raise SchemaError("/", 1, f'encoding "{short(document.encoding or "")}" is neither UTF-8 nor UTF-16')


def short(text: str, limit: int = 60) -> str:
    """Return a text as it is told in a refusal: cut after so many characters."""
    return text if len(text) <= limit else text[:limit] + "…"
