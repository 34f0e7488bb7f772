"""Simple values: how each kind is read from the text of an element, and written as one."""

from __future__ import annotations

import base64 as b64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

REMEMBERED_DATES = 1024


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


def _number(text: str) -> float:
    if not re.fullmatch(r"\s*[+-]?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?\s*", text, re.ASCII):
        raise ValueError("not a number")
    return float(text)


def _write_number(number: float) -> str:
    return repr(number).removesuffix(".0")


def _boolean(text: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
    except KeyError:
        raise ValueError("neither true nor false") from None


def _base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64("".join(text.split()), strict_mode=True)
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
NUMBER = Value(_number, _write_number)
BOOLEAN = Value(_boolean, lambda value: "true" if value else "false")
BASE64 = Value(_base64, lambda value: b64.b64encode(value).decode())
DATE = Value(_date, write_date)
PRECISE_DATE = Value(_date, write_precise_date)
MOMENT = Value(_moment, _write_moment)
"""A date and time that comes back as it was sent: with its decimals, and with no zone where it had none."""
