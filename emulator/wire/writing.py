"""Writes records by the columns of a contract: what each column has to say is made a function, once a version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.wire.terms import LATEST

if TYPE_CHECKING:
    from emulator.wire.contract import Column

REMEMBERED = 64
"""Texts that a constant group remembers, a version."""

PIECES = 4096
"""How many pieces of a document are joined in one step: a megabyte or so, which takes a millisecond."""

Emit = Callable[[Any, list[str], "Context"], None]
"""Adds what a column has to say of a record to the pieces of a document."""


class Context(NamedTuple):
    """What an answer depends on beside the record that is written."""

    version: str = LATEST
    subscription: Any = None
    parameters: Mapping[str, Any] = {}


def joined(pieces: list[str]) -> bytes:
    """Return a document of its pieces; a long one in many steps, for in the midst of one nobody else is served."""
    if len(pieces) <= PIECES:
        return "".join(pieces).encode("utf-8", "replace")
    document = BytesIO()
    for first in range(0, len(pieces), PIECES):
        document.write("".join(pieces[first : first + PIECES]).encode("utf-8", "replace"))
    return document.getvalue()


def emitters(columns: Iterable[Column], version: str) -> tuple[Emit, ...]:
    """Return what writes the columns of one version, in their order."""
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
    get, take = _getter(col), attrgetter(col.attribute)
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
    inside = emitters(col.columns, version)
    take = col.get
    start, end = f"<{col.name}{col.attributes}>", f"</{col.name}>"

    def whole(about: Any, pieces: list[str], context: Context) -> None:
        pieces.append(start)
        for one in inside:
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
