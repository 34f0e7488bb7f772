"""JSON as another dialect of contracts: the same tables of columns, read from and written to objects.

A contract is an object whose members are its columns, a list an array, a group an object about the same record, and
a contract with nothing but one flat column an array itself. What XML says in a place or in an attribute JSON does not
say: members stand in any order, names are found in any case, null is as good as left out, and a number or a truth may
be sent as a text. Answers have their members in the order of the columns; what is None is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from msgspec import DecodeError
from msgspec.json import decode, encode

from emulator.domain.errors import WRONG_JSON
from emulator.domain.refusals import Refusal
from emulator.wire.contract import Column, Contract
from emulator.wire.reading import BodyError, check_parts
from emulator.wire.terms import LATEST
from emulator.wire.values import TEXT, Value
from emulator.wire.writing import Context

JSON = "application/json; charset=utf-8"
_KINDS = {dict: "an object", list: "an array", str: "a text", bool: "a truth", int: "a number", float: "a number"}


def as_it_is(name: str) -> str:
    """Name members as the columns are named, in PascalCase."""
    return name


def camel(name: str) -> str:
    """Name members in camelCase: nextExecutionTime for `NextExecutionTime`."""
    return name[:1].lower() + name[1:]


def _no_text(_value: Any) -> Any:
    raise ValueError("not to be had as a text")


MAPPING = Value(_no_text, _no_text)
"""An object whose members have names of the caller's own choice and texts as values, as a dict."""


class _Reading(NamedTuple):
    version: str
    unread: list[str]
    member: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class JsonContract:
    """A contract whose dialect is JSON. `member` makes a member's name of a column's.

    `slashes` writes a slash with a backslash before it, `keys` makes the names that a MAPPING is written with. A body
    that breaks the contract is refused with `malformed`, which is told why.
    """

    contract: Contract[Any]
    member: Callable[[str], str] = as_it_is
    slashes: bool = False
    keys: Callable[[str], str] = as_it_is
    media_type: str = JSON
    malformed: Refusal = WRONG_JSON

    def read(self, body: bytes, version: str = LATEST, unread: list[str] | None = None) -> Any:
        """Return what a body says; raise `malformed` for one that breaks the contract."""
        try:
            reading = _Reading(version, [] if unread is None else unread, self.member)
            return _read(self.contract, _parsed(body), "", reading)
        except BodyError as error:
            raise self.malformed(why=str(error)) from None

    def write(self, record: object, context: Context) -> bytes:
        """Return the body that shows a record."""
        body = encode(self._shown(self.contract, record, context))
        return body.replace(b"/", b"\\/") if self.slashes else body

    # -- writing

    def _shown(self, contract: Contract[Any], record: Any, context: Context) -> Any:
        if _is_array(contract):
            (col,) = contract.columns
            return self._items(col, _taken(col, record, context), context)
        return self._members(contract.columns, record, context)

    def _members(self, columns: tuple[Column, ...], record: Any, context: Context) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for col in columns:
            if not col.in_version(context.version) or (col.when is not None and not context.parameters.get(col.when)):
                continue
            value = _taken(col, record, context)
            if value is not None:
                shown[self.member(col.name)] = self._value(col, value, context)
            elif col.nil:
                shown[self.member(col.name)] = None
        return shown

    def _value(self, col: Column, value: Any, context: Context) -> Any:
        if col.columns:
            return self._members(col.columns, value, context)
        if col.item:
            return self._items(col, value, context)
        if col.contract is not None:
            return self._shown(col.contract, value, context)
        if col.value is MAPPING:
            return {self.keys(name): text for name, text in value.items()}
        return _simple(col.value or TEXT, value)

    def _items(self, col: Column, values: Any, context: Context) -> list[Any]:
        if col.contract is not None:
            return [self._shown(col.contract, value, context) for value in values]
        return [_simple(col.value or TEXT, value) for value in values]


@dataclass(frozen=True, slots=True)
class EitherContract:
    """A contract that is read in XML and in JSON: what a body begins with tells which of them it is in."""

    xml: Contract[Any]
    json: JsonContract

    def read(self, body: bytes, version: str = LATEST, unread: list[str] | None = None) -> Any:
        """Return what a body says."""
        return (self.json if body.lstrip()[:1] in (b"{", b"[") else self.xml).read(body, version, unread)


def _is_array(contract: Contract[Any]) -> bool:
    return len(contract.columns) == 1 and contract.columns[0].flat


def _taken(col: Column, record: Any, context: Context) -> Any:
    if col.get is not None:
        return col.get(record, context)
    if col.columns or col.attribute == "items":
        return record
    for name in col.attribute.split("."):
        record = getattr(record, name)
    return record


def _simple(kind: Value, value: Any) -> Any:
    """Numbers, truths and texts are JSON's own; of other things, JSON has the text that XML has."""
    own = isinstance(value, bool | int | float) or (kind is TEXT and isinstance(value, str))
    return value if own else kind.write(value)


# ---- reading


def _parsed(body: bytes) -> Any:
    check_parts(body, b",{[")
    try:
        return decode(body)
    except (DecodeError, UnicodeDecodeError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise BodyError("/", None, f"not well-formed JSON: {why}") from None


def _read(contract: Contract[Any], given: Any, path: str, reading: _Reading) -> Any:
    if _is_array(contract):
        (col,) = contract.columns
        return contract.makes(**{col.attribute: _items(col, given, path, reading)})
    contract = contract.subtypes.get(_said(contract, given), contract) if contract.subtypes else contract
    values: dict[str, Any] = {}
    _members(contract.columns, given, path, reading, values)
    return contract.makes(**values)


def _said(contract: Contract[Any], given: Any) -> str:
    """Return what the member that tells subtypes apart says."""
    wanted = (contract.by or "").lower()
    found = (value for name, value in given.items() if name.lower() == wanted) if isinstance(given, dict) else ()
    return str(next(iter(found), ""))


def _members(columns: tuple[Column, ...], given: Any, path: str, reading: _Reading, values: dict[str, Any]) -> None:
    """Put what an object's members say into `values`, by the columns' attributes."""
    members = _of_kind(dict, given, path)
    known = {col.name.lower(): col for col in columns if col.in_version(reading.version)}
    for name, value in members.items():
        col = known.get(name.lower())
        if col is None:
            reading.unread.append(f"{path}/{name}")
        elif value is not None and col.columns:
            _members(col.columns, value, f"{path}/{name}", reading, values)
        elif value is not None:
            values[col.attribute] = _value(col, value, f"{path}/{name}", reading)
    for col in known.values():
        if col.required and values.get(col.attribute) is None:
            name = reading.member(col.name)
            raise BodyError(f"{path}/{name}", None, f'the required member "{name}" is missing')


def _value(col: Column, given: Any, path: str, reading: _Reading) -> Any:
    if col.item:
        return _items(col, given, path, reading)
    if col.contract is not None:
        return _read(col.contract, given, path, reading)
    if col.value is MAPPING:
        members: Mapping[str, Any] = _of_kind(dict, given, path)
        return {name: _text(value, f"{path}/{name}") for name, value in members.items()}
    return _simple_value(col.value or TEXT, given, path)


def _items(col: Column, given: Any, path: str, reading: _Reading) -> list[Any]:
    values = enumerate(_of_kind(list, given, path), 1)
    if col.contract is not None:
        return [_read(col.contract, value, f"{path}[{number}]", reading) for number, value in values]
    return [_simple_value(col.value or TEXT, value, f"{path}[{number}]") for number, value in values]


def _simple_value(kind: Value, given: Any, path: str) -> Any:
    text = _text(given, path)
    try:
        return kind.read(text)
    except ValueError as error:
        raise BodyError(path, None, f'"{text.strip()[:60]}" is {error}') from None


def _text(given: Any, path: str) -> str:
    if given is None or isinstance(given, dict | list):
        raise BodyError(path or "/", None, f"takes a value, not {_kind(given)}")
    return given if isinstance(given, str) else str(given).lower() if isinstance(given, bool) else str(given)


def _of_kind(kind: type, given: Any, path: str) -> Any:
    if not isinstance(given, kind):
        raise BodyError(path or "/", None, f"takes {_KINDS[kind]}, not {_kind(given)}")
    return given


def _kind(given: Any) -> str:
    return _KINDS.get(type(given), "null")
