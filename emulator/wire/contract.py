"""Contracts as tables: one declaration, columns in wire order, serves the reader and the writer.

A contract names an element and what is made of it (`makes`, a frozen record of the domain); its columns are the
element's children in the order in which the service's DataContract serializer has them. As that serializer does,
the reader skips elements it does not know, and those that stand after one they should precede: their values are
lost, which is an error only where one was required. What was skipped is noted, so that it can be told.

Answers are written the service's way: default namespace and `i:` on the root, no XML declaration, no white space.
"""

from __future__ import annotations

import base64 as b64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from lxml import etree

AZURE = "http://schemas.microsoft.com/windowsazure"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SERIALIZATION = "http://schemas.microsoft.com/2003/10/Serialization/"
ARRAYS = f"{SERIALIZATION}Arrays"
LATEST = "9999-99-99"
XML = "application/xml; charset=utf-8"
REMEMBERED = 64
"""Texts that a constant group remembers, a version."""

REMEMBERED_DATES = 1024

T = TypeVar("T")
Emit = Callable[[Any, list[str], "Context"], None]
"""Adds what a column has to say of a record to the pieces of a document."""


class BodyError(ValueError):
    """A body breaks its contract: `path` names the element, `line` is where it stands, `why` is the reason."""

    def __init__(self, path: str, line: int | None, why: str) -> None:
        super().__init__(f"{path} (line {line}): {why}" if line else f"{path}: {why}")
        self.path, self.line, self.why = path, line, why


class Context(NamedTuple):
    """What an answer depends on beside the record that is written."""

    version: str = LATEST
    subscription: Any = None
    parameters: Mapping[str, Any] = {}


# ---- what reads and writes bodies


class Reader(Protocol):
    """Makes a command of a body; raises BodyError, or a refusal of the service's own."""

    def read(self, body: bytes, version: str, unread: list[str]) -> Any:
        """Return what a body says, in that x-ms-version; paths of elements that nobody knows are added to `unread`."""


class Writer(Protocol):
    """Makes a body of that media type of what the domain returns."""

    @property
    def media_type(self) -> str:
        """The Content-Type of the body."""

    def write(self, record: Any, context: Context) -> bytes:
        """Return the body."""


# ---- simple values


class Value(NamedTuple):
    """How a simple value is read from text and written as text; reading raises ValueError("not …")."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]


_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}


def escape(text: str) -> str:
    """Return text as character data; what XML cannot hold becomes U+FFFD."""
    return text if _SPECIAL.search(text) is None else _SPECIAL.sub(lambda m: _ESCAPES.get(m[0], "\ufffd"), text)


def _integer(text: str) -> int:
    if not re.fullmatch(r"\s*[+-]?[0-9]{1,10}\s*", text, re.ASCII) or not -(2**31) <= int(text) < 2**31:
        raise ValueError("not a 32-bit integer")
    return int(text)


def _boolean(text: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
    except KeyError:
        raise ValueError("neither true nor false") from None


def _base64(text: str) -> bytes:
    try:
        return b64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None


def _date(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("not a date and time") from None


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("not a date and time") from None


def _write_moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        return moment.isoformat()
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


@lru_cache(maxsize=REMEMBERED_DATES)
def write_date(moment: datetime) -> str:
    """Return whole seconds of UTC as the service wrote them."""
    return f"{moment.isoformat(timespec='seconds')[:19]}Z"


def write_precise_date(moment: datetime) -> str:
    """Return UTC with seven decimals, as few elements have it."""
    return f"{moment.isoformat(timespec='microseconds')[:26]}0Z"


TEXT = Value(str, escape)
INTEGER = Value(_integer, str)
BOOLEAN = Value(_boolean, lambda value: "true" if value else "false")
BASE64 = Value(_base64, lambda value: b64.b64encode(value).decode())
DATE = Value(_date, write_date)
PRECISE_DATE = Value(_date, write_precise_date)
MOMENT = Value(_moment, _write_moment)
"""A date and time that comes back as it was sent: with its decimals, and with no zone where it had none."""


# ---- columns


@dataclass(frozen=True, slots=True)
class Column:
    """One child element: a simple value, another contract, a list, or a group that shares its parent's record.

    `since` and `until` are the first x-ms-version that has it and the first that has it no more; `when` names a
    parameter of the request that has to be true for it to be shown; `nil` writes None as `i:nil`, else it is left
    out; `get` takes it from somewhere else than the attribute of its name.
    """

    name: str
    attribute: str
    value: Value | None = None
    contract: Contract[Any] | None = None
    item: str | None = None
    columns: tuple[Column, ...] = ()
    flat: bool = False
    constant: bool = False
    required: bool = False
    nil: bool = False
    since: str = ""
    until: str = LATEST + "~"
    when: str | None = None
    get: Callable[[Any, Context], Any] | None = None
    attributes: str = ""
    item_attributes: str | Callable[[Any], str] = ""
    namespace: str | None = None

    def in_version(self, version: str) -> bool:
        """Tell whether that x-ms-version has this element."""
        return self.since <= version < self.until


_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """Return an element's name as Python spells it: private_id for `PrivateID`."""
    return _WORD.sub("_", name.replace("InGB", "InGb").replace("IPs", "Ips")).lower()


def column(name: str, value: Value = TEXT, **options: Any) -> Column:
    """Return a column of a simple value."""
    return Column(name, options.pop("attribute", snake(name)), value=value, **options)


def child(name: str, contract: Contract[Any], **options: Any) -> Column:
    """Return a column that holds one record of another contract."""
    return Column(name, options.pop("attribute", snake(name)), contract=contract, **options)


def many(name: str, of: Contract[Any] | Value, item: str | None = None, **options: Any) -> Column:
    """Return a column that holds a list; None leaves it out, an empty list is an empty element."""
    attribute = options.pop("attribute", snake(name))
    if isinstance(of, Contract):
        return Column(name, attribute, contract=of, item=item or of.name, **options)
    return Column(name, attribute, value=of, item=item, **options)


def flat(of: Contract[Any], **options: Any) -> Column:
    """Return a column whose items stand directly in the parent."""
    return Column(of.name, options.pop("attribute", "items"), contract=of, item=of.name, flat=True, **options)


def group(name: str, *columns: Column, **options: Any) -> Column:
    """Return an element whose children are about the same record as itself."""
    return Column(name, "", columns=columns, **options)


# ---- contracts


@dataclass(frozen=True)
class Contract(Generic[T]):
    """An element by its name, what is made of it, and its columns in wire order.

    `subtypes` tell by the text of the child `by`, or by `i:type`, which contract an element really has. Children of
    one that is not `ordered` are read wherever they stand.
    """

    name: str
    makes: Callable[..., T]
    columns: tuple[Column, ...]
    namespace: str = AZURE
    media_type: ClassVar[str] = XML
    by: str | None = None
    ordered: bool = True
    subtypes: Mapping[str, Contract[Any]] = field(default_factory=dict)
    _emitters: dict[str, tuple[Emit, ...]] = field(default_factory=dict, compare=False, repr=False)
    _expected: dict[tuple[int, str], _Expected] = field(default_factory=dict, compare=False, repr=False)

    def renamed(self, name: str) -> Contract[T]:
        """Return the same contract for an element of another name."""
        return replace(self, name=name, _emitters={}, _expected={})

    # -- writing

    def write(self, record: object, context: Context) -> bytes:
        """Return the document of a record."""
        pieces = [f'<{self.name} xmlns="{self.namespace}" xmlns:i="{XSI}"']
        self.emit(record, pieces, context)
        if len(pieces) == 1:
            pieces.append("/>")
        else:
            pieces[0] += ">"
            pieces.append(f"</{self.name}>")
        return "".join(pieces).encode("utf-8", "replace")

    def emit(self, record: object, pieces: list[str], context: Context) -> None:
        """Add the children of this element to the pieces of a document."""
        emitters = self._emitters.get(context.version)
        if emitters is None:
            emitters = self._emitters[context.version] = _emitters(self.columns, context.version)
        for one in emitters:
            one(record, pieces, context)

    # -- reading

    def read(self, body: bytes, version: str = LATEST, unread: list[str] | None = None) -> T:
        """Return what a body says; paths of elements that nobody knows are added to `unread`. Raises BodyError."""
        return self.read_root(parse(body), "", version, [] if unread is None else unread)

    def read_root(self, root: etree._Element, above: str, version: str, unread: list[str]) -> T:
        """Return what an element that has to be this contract's says; it stands below the path `above`."""
        if root.tag != f"{{{self.namespace}}}{self.name}":
            found = "root element" if not above else "element"
            why = f"the {found} is <{_shown(root.tag)}>, expected <{self.name}> in namespace {self.namespace}"
            raise BodyError(above or "/", root.sourceline, why)
        return self.read_element(root, f"{above}/{self.name}", _Reading(version, unread))

    def read_element(self, element: etree._Element, path: str, reading: _Reading) -> T:
        """Return what an element says."""
        contract = self._of(element, path) if self.subtypes else self
        values: dict[str, Any] = {}
        _read_columns(contract, contract.columns, element, path, reading, values)
        made: T = contract.makes(**values)
        return made

    def expected(self, columns: tuple[Column, ...], version: str) -> _Expected:
        """Return what may stand among columns that are this contract's own, or a group's in it, in that version."""
        expected = self._expected.get((id(columns), version))
        if expected is None:
            there = [c for c in columns if c.in_version(version)]
            places: dict[object, tuple[int, Column | None]]
            places = {f"{{{c.namespace or self.namespace}}}{c.name}": (place, c) for place, c in enumerate(there)}
            required = tuple(c for c in there if c.required)
            expected = self._expected[id(columns), version] = _Expected(places, required)
        return expected

    def _of(self, element: etree._Element, path: str) -> Contract[Any]:
        said = element.get(f"{{{XSI}}}type")
        if said is not None:
            said = said.strip().rpartition(":")[2]
            found = next((c for c in self.subtypes.values() if c.name == said), None)
            if found is None and said != self.name:
                known = ", ".join(c.name for c in self.subtypes.values())
                raise BodyError(path, element.sourceline, f'i:type "{said}" is not one of {known}')
            return found or self
        return self.subtypes.get(element.findtext(f"{{{self.namespace}}}{self.by}") or "", self)


# ---- writing


def _emitters(columns: Iterable[Column], version: str) -> tuple[Emit, ...]:
    return tuple(_emitter(col, version) for col in columns if col.in_version(version))


def _emitter(col: Column, version: str) -> Emit:
    emit = _group(col, version) if col.columns else _list(col) if col.item else _single(col)
    if col.when is None:
        return emit
    when = col.when

    def conditional(record: Any, pieces: list[str], context: Context) -> None:
        if context.parameters.get(when):
            emit(record, pieces, context)

    return conditional


def _getter(col: Column) -> Callable[[Any, Context], Any]:
    if col.get is not None:
        return col.get
    if col.attribute == "items":
        return lambda record, _context: record
    take = attrgetter(col.attribute)
    return lambda record, _context: take(record)


def _absent(col: Column) -> str:
    return f'<{col.name} i:nil="true"{col.attributes}/>' if col.nil else ""


def _single(col: Column) -> Emit:
    if col.value is None:
        return _nested(col)
    write, absent = col.value.write, _absent(col)
    start, end, empty = f"<{col.name}{col.attributes}>", f"</{col.name}>", f"<{col.name}{col.attributes}/>"
    get, take = _getter(col), attrgetter(col.attribute or "_")
    from_elsewhere = col.get is not None or col.attribute == "items"

    def single(record: Any, pieces: list[str], context: Context) -> None:
        value = get(record, context) if from_elsewhere else take(record)
        if value is not None:
            text = write(value)
            pieces.append(f"{start}{text}{end}" if text else empty)
        elif absent:
            pieces.append(absent)

    return single


def _nested(col: Column) -> Emit:
    take, absent = _getter(col), _absent(col)

    def nested(record: Any, pieces: list[str], context: Context) -> None:
        value = take(record, context)
        if value is not None:
            _element(col, col.name, col.attributes, value, pieces, context)
        elif absent:
            pieces.append(absent)

    return nested


def _element(col: Column, name: str, attributes: str, value: Any, pieces: list[str], context: Context) -> None:
    if col.contract is None:
        raise TypeError(f"{name} is no contract's")
    place = len(pieces)
    pieces.append(f"<{name}{attributes}>")
    col.contract.emit(value, pieces, context)
    if len(pieces) > place + 1:  # nobody adds a piece that is empty
        pieces.append(f"</{name}>")
    else:
        pieces[place] = f"<{name}{attributes}/>"


def _list(col: Column) -> Emit:
    take, item = _getter(col), col.item or ""
    dynamic = col.item_attributes if callable(col.item_attributes) else None
    fixed = "" if callable(col.item_attributes) else col.item_attributes

    def items(values: Iterable[Any], pieces: list[str], context: Context) -> None:
        for value in values:
            attributes = dynamic(value) if dynamic else fixed
            if col.value is not None:
                pieces.append(f"<{item}{attributes}>{col.value.write(value)}</{item}>")
            else:
                _element(col, item, attributes, value, pieces, context)

    if col.flat:
        return lambda record, pieces, context: items(take(record, context), pieces, context)
    absent = f'<{col.name} i:nil="true"/>' if col.nil else ""
    start, end, empty = f"<{col.name}{col.attributes}>", f"</{col.name}>", f"<{col.name}{col.attributes}/>"

    def listed(record: Any, pieces: list[str], context: Context) -> None:
        values = take(record, context)
        if values:
            pieces.append(start)
            items(values, pieces, context)
            pieces.append(end)
        elif values is not None:
            pieces.append(empty)
        elif absent:
            pieces.append(absent)

    return listed


def _group(col: Column, version: str) -> Emit:
    emitters = _emitters(col.columns, version)
    take = col.get

    start, end = f"<{col.name}{col.attributes}>", f"</{col.name}>"

    def whole(about: Any, pieces: list[str], context: Context) -> None:
        pieces.append(start)
        for one in emitters:
            one(about, pieces, context)
        pieces.append(end)

    write = _once(whole, version) if col.constant else whole

    def grouped(record: Any, pieces: list[str], context: Context) -> None:
        about = record if take is None else take(record, context)
        if about is not None:
            write(about, pieces, context)

    return grouped


def _once(emit: Emit, version: str) -> Emit:
    @lru_cache(maxsize=REMEMBERED)
    def text(record: Any) -> str:
        parts: list[str] = []
        emit(record, parts, Context(version))
        return "".join(parts)

    return lambda record, pieces, _context: pieces.append(text(record))


# ---- reading


_NIL = f"{{{XSI}}}nil"
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
)
"""Threads may share it: lxml lets them wait for each other."""


class _Reading(NamedTuple):
    version: str
    unread: list[str]


class _Expected(NamedTuple):
    """The columns of one version: each by its element's name, with its place; and those that have to be there."""

    places: Mapping[object, tuple[int, Column | None]]
    required: tuple[Column, ...]


_NOWHERE: tuple[int, Column | None] = (-1, None)


def parse(body: bytes) -> etree._Element:
    """Return the root of a body that is well-formed and has no document type; raise BodyError otherwise."""
    try:
        root = etree.fromstring(body, _PARSER)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        reason = str(error).partition("\n")[0] or "it is empty"
        raise BodyError("/", getattr(error, "lineno", None), f"not well-formed XML: {reason}") from None
    if root.getroottree().docinfo.doctype:
        raise BodyError("/", None, "a document type declaration is not allowed")
    return root


def _local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _shown(tag: object) -> str:
    namespace, _, name = str(tag).rpartition("}")
    return name if namespace[1:] == AZURE else f"{name}> in namespace <{namespace[1:]}"


def _read_columns(
    contract: Contract[Any],
    columns: tuple[Column, ...],
    element: etree._Element,
    path: str,
    reading: _Reading,
    values: dict[str, Any],
) -> None:
    """Put what the children of `element` say into `values`, by the columns' attributes."""
    places, required = contract.expected(columns, reading.version)
    _no_text(element.text, path, element)
    last = -1
    late: dict[str, etree._Element] = {}
    groups: set[str] = set()
    for kid in element:
        _no_text(kid.tail, path, kid)
        place, col = places.get(kid.tag, _NOWHERE)
        if col is None:
            reading.unread.append(f"{path}/{_local_name(kid)}")
        elif contract.ordered and (place < last or (place == last and not col.flat)):
            late.setdefault(col.name, kid)
            reading.unread.append(f"{path}/{col.name}")
        else:
            last = place
            if not col.columns:
                _read_child(contract, col, kid, path, reading, values)
            elif not _is_nil(kid):
                groups.add(col.name)
                _read_columns(contract, col.columns, kid, f"{path}/{col.name}", reading, values)
    for col in required:
        if col.name not in groups if col.columns else values.get(col.attribute) is None:
            raise _missing(col, element, path, late.get(col.name))


def _missing(col: Column, element: etree._Element, path: str, late: etree._Element | None) -> BodyError:
    here = f"{path}/{col.name}"
    if late is None:
        return BodyError(here, element.sourceline, f"the required element <{col.name}> is missing")
    before = late.getprevious()
    after = _shown(before.tag) if before is not None else "others"
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
    reading: _Reading,
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
    contract: Contract[Any], col: Column, element: etree._Element, path: str, reading: _Reading
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


def _read_one(col: Column, element: etree._Element, above: str, name: str, reading: _Reading) -> Any:
    if col.contract is not None:
        return col.contract.read_element(element, f"{above}/{name}", reading)
    if len(element):
        why = f"takes a value, not elements (found <{_shown(element[0].tag)}>)"
        raise BodyError(f"{above}/{name}", element.sourceline, why)
    text = element.text or ""
    try:
        return (col.value or TEXT).read(text)
    except ValueError as error:
        raise BodyError(f"{above}/{name}", element.sourceline, f'"{text.strip()[:60]}" is {error}') from None
