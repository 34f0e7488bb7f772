"""Reads bodies by the columns of a contract: what is not known is noted, what must not be is refused.

As the service's DataContract serializer does, elements that nobody knows are skipped, and those that stand after one
they should precede: their values are lost, which is an error only where one was required.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from emulator.wire.terms import AZURE, XSI
from emulator.wire.values import TEXT

if TYPE_CHECKING:
    from emulator.wire.contract import Column, Contract


class BodyError(ValueError):
    """A body breaks its contract: `path` names the element, `line` is where it stands, `why` is the reason."""

    def __init__(self, path: str, line: int | None, why: str) -> None:
        super().__init__(f"{path} (line {line}): {why}" if line else f"{path}: {why}")
        self.path, self.line, self.why = path, line, why


_NIL = f"{{{XSI}}}nil"
MOST_PARTS = 100_000
"""How many tags and attributes a body may have, or values if it is JSON (assumption 280).

Each takes thirty times the memory of its shortest form, and sixteen megabytes of them take a second to read.
"""


def new_parser() -> etree.XMLParser:
    """Return a parser that fetches nothing, expands no entities, and leaves out comments and instructions."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


class _Parsers(threading.local):
    """A parser for each thread: one that they shared would let them wait for each other."""

    def __init__(self) -> None:
        self.parser = new_parser()


_PARSERS = _Parsers()


class Reading(NamedTuple):
    """What holds for a whole body: its x-ms-version, and the paths of elements that nobody reads."""

    version: str
    unread: list[str]


class Place(NamedTuple):
    """Where a column stands among the others, and what reads its text where it is a simple value."""

    number: int
    column: Column | None
    read: Callable[[str], Any] | None


class Expected(NamedTuple):
    """The columns of one version: each by its element's name, those that have to be there, and their attributes."""

    places: Mapping[object, Place]
    required: tuple[Column, ...]
    attributes: frozenset[str]


_NOWHERE = Place(-1, None, None)


def expected(columns: Iterable[Column], version: str, namespace: str) -> Expected:
    """Return what may stand among columns, in that version; their elements are of that namespace if of no other."""
    there = [col for col in columns if col.in_version(version)]
    places: dict[object, Place] = {}
    for number, col in enumerate(there):
        read = col.value.read if col.value is not None and not (col.item or col.flat) else None
        places[f"{{{col.namespace or namespace}}}{col.name}"] = Place(number, col, read)
    required = tuple(col for col in there if col.required)
    return Expected(places, required, frozenset(col.attribute for col in required))


def parse(body: bytes) -> etree._Element:
    """Return the root of a body that is well-formed and has no document type; raise BodyError otherwise."""
    if len(body) > MOST_PARTS:
        check_parts(body, b"<=")
    try:
        root = _parsed(body, _PARSERS.parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        reason = str(error).partition("\n")[0] or "it is empty"
        raise BodyError("/", getattr(error, "lineno", None), f"not well-formed XML: {reason}") from None
    if b"!" in body and root.getroottree().docinfo.doctype:
        raise BodyError("/", None, "a document type declaration is not allowed")
    return root


def _parsed(body: bytes, parser: etree.XMLParser) -> etree._Element:
    """Return the root of a body that is fed to the parser, which costs a quarter less than to parse it as a whole.

    As a whole it is parsed where that fails: then it is told better what is wrong, and UTF-32 is known.
    """
    try:
        parser.feed(body)
        return parser.close()
    except etree.XMLSyntaxError:
        return etree.fromstring(body, parser)


def check_parts(body: bytes, marks: bytes) -> None:
    """Raise BodyError for a body that has too many parts, by the characters that each of them begins with."""
    if sum(body.count(mark) for mark in marks) > MOST_PARTS:
        raise BodyError("/", None, f"it has more than {MOST_PARTS} parts")


def _local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def shown(tag: object) -> str:
    """Return an element's name as an error tells it."""
    namespace, _, name = str(tag).rpartition("}")
    return name if namespace[1:] == AZURE else f"{name}> in namespace <{namespace[1:]}"


def read_columns(
    contract: Contract[Any],
    columns: tuple[Column, ...],
    element: etree._Element,
    path: str,
    reading: Reading,
    values: dict[str, Any],
) -> None:
    """Put what the children of `element` say into `values`, by the columns' attributes."""
    places, required, attributes = contract.expected(columns, reading.version)
    ordered, last = contract.ordered, -1
    _no_text(element.text, path, element)
    late: dict[object, etree._Element] = {}
    groups: set[str] = set()
    for kid in element:
        if text := kid.tail:
            _no_text(text, path, kid)
        place: Place = places.get(kid.tag, _NOWHERE)
        number, col, read = place
        if col is None or (ordered and number <= last and (number < last or not col.flat)):
            reading.unread.append(f"{path}/{_local_name(kid)}")
            late.setdefault(kid.tag, kid)
            continue
        last = number
        if read is not None and (text := kid.text) and not kid.keys() and not len(kid):  # nearly all
            try:
                values[col.attribute] = read(text)
            except ValueError as error:
                raise _unreadable(f"{path}/{col.name}", kid, error) from None
        elif not col.columns:
            _read_child(contract, col, kid, path, reading, values)
        elif not _is_nil(kid):
            groups.add(col.name)
            read_columns(contract, col.columns, kid, f"{path}/{col.name}", reading, values)
    for one in () if values.keys() >= attributes else required:
        if one.attribute not in values and one.name not in groups:
            raise _missing(one, element, path, late.get(f"{{{one.namespace or contract.namespace}}}{one.name}"))


def _missing(col: Column, element: etree._Element, path: str, late: etree._Element | None) -> BodyError:
    here = f"{path}/{col.name}"
    if late is None:
        return BodyError(here, element.sourceline, f"the required element <{col.name}> is missing")
    before = late.getprevious()
    after = shown(before.tag) if before is not None else "others"
    return BodyError(here, late.sourceline, f"wrong order: the required <{col.name}> must not stand after <{after}>")


def _no_text(text: str | None, path: str, element: etree._Element) -> None:
    if text and not text.isspace():
        raise BodyError(path, element.sourceline, f'text "{text.strip()[:30]}" is not allowed here')


def _is_nil(element: etree._Element) -> bool:
    return element.get(_NIL) in ("true", "1")


def _read_child(
    contract: Contract[Any],
    col: Column,
    kid: etree._Element,
    above: str,
    reading: Reading,
    values: dict[str, Any],
) -> None:
    if col.flat:
        found = values.setdefault(col.attribute, [])
        if not _is_nil(kid):
            found.append(_read_one(col, kid, above, col.name, reading))
    elif _is_nil(kid):
        return  # as if it were left out
    elif col.item:
        values[col.attribute] = _read_items(contract, col, kid, f"{above}/{col.name}", reading)
    elif col.value is not None and col.value is not TEXT and not col.required and not len(kid) and not kid.text:
        return  # some clients write an empty element for what they leave out
    else:
        values[col.attribute] = _read_one(col, kid, above, col.name, reading)


def _read_items(
    contract: Contract[Any], col: Column, element: etree._Element, path: str, reading: Reading
) -> list[Any]:
    _no_text(element.text, path, element)
    wanted, found = f"{{{col.namespace or contract.namespace}}}{col.item}", []
    for number, kid in enumerate(element, 1):
        _no_text(kid.tail, path, kid)
        if kid.tag == wanted:
            found.append(_read_one(col, kid, path, f"{col.item}[{number}]", reading))
        else:
            reading.unread.append(f"{path}/{_local_name(kid)}")
    return found


def _read_one(col: Column, element: etree._Element, above: str, name: str, reading: Reading) -> Any:
    if col.contract is not None:
        return col.contract.read_element(element, f"{above}/{name}", reading)
    if len(element):
        why = f"takes a value, not elements (found <{shown(element[0].tag)}>)"
        raise BodyError(f"{above}/{name}", element.sourceline, why)
    try:
        return (col.value or TEXT).read(element.text or "")
    except ValueError as error:
        raise _unreadable(f"{above}/{name}", element, error) from None


def _unreadable(path: str, element: etree._Element, error: ValueError) -> BodyError:
    return BodyError(path, element.sourceline, f'"{(element.text or "").strip()[:60]}" is {error}')
