"""Contracts as tables: one declaration, columns in wire order, serves the reader and the writer.

A contract names an element and what is made of it (`makes`, a frozen record of the domain); its columns are the
element's children in the order in which the service's DataContract serializer has them. How a body is read by them is
in reading.py, how one is written in writing.py.

Answers are written the service's way: default namespace and `i:` on the root, no XML declaration, no white space.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from lxml import etree

from emulator.wire.reading import BodyError, Expected, Reading, expected, parse, read_columns, shown
from emulator.wire.terms import AZURE, LATEST, XML, XSI
from emulator.wire.values import TEXT, Value
from emulator.wire.writing import Context, Emit, emitters, joined

T = TypeVar("T")


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


VERSIONS = 256
"""For how many versions a contract remembers what it has worked out: clients know a few, and there may be thousands."""


def _make_room(remembered: dict[Any, Any]) -> None:
    if len(remembered) >= VERSIONS:
        remembered.clear()


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
    _expected: dict[tuple[int, str], Expected] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _tag(self) -> str:
        return f"{{{self.namespace}}}{self.name}"

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
        return joined(pieces)

    def emit(self, record: object, pieces: list[str], context: Context) -> None:
        """Add the children of this element to the pieces of a document."""
        inside = self._emitters.get(context.version)
        if inside is None:
            _make_room(self._emitters)
            inside = self._emitters[context.version] = emitters(self.columns, context.version)
        for one in inside:
            one(record, pieces, context)

    # -- reading

    def read(self, body: bytes, version: str = LATEST, unread: list[str] | None = None) -> T:
        """Return what a body says; paths of elements that nobody knows are added to `unread`. Raises BodyError."""
        return self.read_root(parse(body), "", version, [] if unread is None else unread)

    def read_root(self, root: etree._Element, above: str, version: str, unread: list[str]) -> T:
        """Return what an element that has to be this contract's says; it stands below the path `above`."""
        if root.tag != self._tag:
            found = "root element" if not above else "element"
            why = f"the {found} is <{shown(root.tag)}>, expected <{self.name}> in namespace {self.namespace}"
            raise BodyError(above or "/", root.sourceline, why)
        return self.read_element(root, f"{above}/{self.name}", Reading(version, unread))

    def read_element(self, element: etree._Element, path: str, reading: Reading) -> T:
        """Return what an element says."""
        contract = self._of(element, path) if self.subtypes else self
        values: dict[str, Any] = {}
        read_columns(contract, contract.columns, element, path, reading, values)
        made: T = contract.makes(**values)
        return made

    def expected(self, columns: tuple[Column, ...], version: str) -> Expected:
        """Return what may stand among columns that are this contract's own, or a group's in it, in that version."""
        found = self._expected.get((id(columns), version))
        if found is None:
            _make_room(self._expected)
            found = self._expected[id(columns), version] = expected(columns, version, self.namespace)
        return found

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
