"""Where a value as JSON gives it does not fit the records that it is to become, as a JSON pointer (RFC 6901).

A decoder says that some service of ten thousand has a wrong label; here is found out which. Knows records by their
fields alone.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Union, get_args, get_origin

import msgspec
from msgspec import Struct, structs

from emulator.catalog.records import Sent


class Damage(NamedTuple):
    """What is wrong, and where."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"at {self.pointer or '/'}: {self.reason}"


def step(name: object) -> str:
    """Return one step of a JSON pointer."""
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def steps(pointer: str) -> list[str]:
    """Return the names that a JSON pointer goes through."""
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]


def misfit(said: object, kind: Any, pointer: str = "") -> Damage | None:
    """Return the innermost place at which `said` cannot become a `kind`, or None if it can."""
    try:
        msgspec.convert(said, kind, str_keys=True)
    except msgspec.ValidationError as error:
        for name, part, its_kind in _parts(said, kind):
            if found := misfit(part, its_kind, pointer + step(name)):
                return found
        return Damage(pointer, str(error).partition(" - at `")[0])
    return None


def _parts(said: Any, kind: Any) -> Iterator[tuple[object, object, object]]:
    """Return the parts of a value, each with its name and the type that it is to become."""
    arguments = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType):
        for one in arguments:
            yield from _parts(said, one)
    elif isinstance(said, dict) and isinstance(kind, type) and issubclass(kind, Struct):
        for one in structs.fields(kind):
            if one.encode_name in said:
                yield one.encode_name, said[one.encode_name], one.type
    elif isinstance(said, dict) and get_origin(kind) is dict:
        for name, part in said.items():
            yield name, part, arguments[1]
    elif isinstance(said, list) and get_origin(kind) in (list, tuple):
        for index, part in enumerate(said):
            yield index, part, arguments[min(index, 0 if Ellipsis in arguments else len(arguments) - 1)]


def stray(said: Any, value: object) -> Damage | None:
    """Return a place at which `value`, made of `said`, has no such field, or is a time without its zone; or None."""
    match value:
        case datetime():
            return Damage("", "a time needs its zone, such as Z") if value.tzinfo is None else None
        case dict():
            pairs: Any = ((name, said.get(str(name)), part) for name, part in value.items())
        case list() | tuple():
            pairs = zip(range(len(value)), said, value, strict=True)
        case Struct() if not isinstance(said, dict):
            return Damage("", "its number is not written as it is meant")
        case Struct():
            names = fields_of(type(value))
            if not said.keys() <= names.keys():
                return Damage(step(min(said.keys() - names.keys())), "no such field is known")
            pairs = ((name, said[name], getattr(value, name)) for name in said if not names[name])
        case _:
            return None
    for name, one, part in pairs:
        if type(part) not in _PLAIN and (found := stray(one, part)):
            return Damage(step(name) + found.pointer, found.reason)
    return None


_PLAIN = {str, bytes, int, float, bool, type(None)}


@cache
def fields_of(kind: type[Struct]) -> dict[str, bool]:
    """Return the fields of a record, and of each whether it is a plain value without parts, or a time in any form."""
    return {one.name: one.type in _PLAIN or Sent in get_args(one.type) for one in structs.fields(kind)}
