"""Rules for what callers name and describe: names, labels, descriptions, extended properties."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from emulator.domain import errors
from emulator.domain.refusals import Refusal

_STORAGE_NAME = re.compile(r"[a-z0-9]{3,24}", re.ASCII)
_PROPERTY_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_RESOURCE_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,254}[A-Za-z0-9_])?", re.ASCII)

DNS_LABEL_LENGTH = 63
LABEL_LENGTH = 100
DESCRIPTION_LENGTH = 1024
PROPERTY_NAME_LENGTH = 64
PROPERTY_VALUE_LENGTH = 255


class ExtendedProperty(Struct, frozen=True):
    """A name and a value that the caller keeps with a resource; a value of None takes it away in an update."""

    name: str
    value: str | None = None


def is_dns_label(name: str) -> bool:
    """Tell whether `name` can be a DNS label: 1 to 63 letters, digits and inner hyphens."""
    if not name.isascii() or not name.replace("-", "").isalnum():
        return False
    return len(name) <= DNS_LABEL_LENGTH and "-" not in (name[0], name[-1])


def dns_label(name: str, refusal: Refusal) -> str:
    """Return `name` if it can be a DNS label; else raise `refusal`."""
    if not is_dns_label(name):
        raise refusal()
    return name


def storage_name(name: str) -> str:
    """Return `name` if it can name a storage account: 3 to 24 lower-case letters and digits."""
    if _STORAGE_NAME.fullmatch(name) is None:
        raise errors.STORAGE_ACCOUNT_NAME()
    return name


def resource_name(name: str, refusal: Refusal) -> str:
    """Return `name` if it can name an image or a disk; else raise `refusal`, with the name in it."""
    if _RESOURCE_NAME.fullmatch(name) is None:
        raise refusal(name=name)
    return name


def label(value: bytes, *, may_be_empty: bool = False) -> bytes:
    """Return a label, UTF-8 of at most 100 characters, as it was before its base64."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise errors.LABEL_INVALID(why="it is not UTF-8 in base64.") from None
    if not text and not may_be_empty:
        raise errors.LABEL_INVALID(why="it is empty.")
    if len(text) > LABEL_LENGTH:
        raise errors.LABEL_INVALID(why=f"it is longer than {LABEL_LENGTH} characters.")
    return value


def description(value: str | None) -> str | None:
    """Return a description of at most 1024 characters."""
    if value is not None and len(value) > DESCRIPTION_LENGTH:
        raise errors.DESCRIPTION_TOO_LONG(limit=DESCRIPTION_LENGTH)
    return value


def extended_properties(
    given: Sequence[ExtendedProperty] | None, limit: int, known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return `known` with what is given: set, replaced, or taken away where the value is None or empty."""
    result = dict(known or {})
    seen: set[str] = set()
    for item in given or ():
        _check_property(item, seen)
        if item.value:
            result[item.name] = item.value
        else:
            result.pop(item.name, None)
    if len(result) > limit:
        raise errors.TOO_MANY_EXTENDED_PROPERTIES(limit=limit)
    return result


def _check_property(item: ExtendedProperty, seen: set[str]) -> None:
    why = None
    if _PROPERTY_NAME.fullmatch(item.name) is None or len(item.name) > PROPERTY_NAME_LENGTH:
        why = f"a name has up to {PROPERTY_NAME_LENGTH} letters, digits and underscores, a letter first."
    elif item.name in seen:
        why = "its name stands twice."
    elif item.value is not None and len(item.value) > PROPERTY_VALUE_LENGTH:
        why = f"its value is longer than {PROPERTY_VALUE_LENGTH} characters."
    if why:
        raise errors.EXTENDED_PROPERTY_INVALID(name=item.name, why=why)
    seen.add(item.name)
