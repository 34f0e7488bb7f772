"""How query parameters are read from their text."""

from __future__ import annotations

import re
from datetime import UTC, datetime


def boolean(text: str) -> bool:
    """Read true or false in any case."""
    try:
        return {"true": True, "false": False}[text.strip().lower()]
    except KeyError:
        raise ValueError(f"{text!r} is neither true nor false") from None


def full(text: str) -> bool:
    """Read a level of detail; whatever is not Full shows no more than none does (assumption 173)."""
    return text.strip().lower() == "full"


_TIMES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ")


def time(text: str) -> datetime:
    """Read a time in one of the three documented forms: a date, seconds, or seconds with up to seven decimals."""
    whole, point, rest = text.strip().partition(".")
    decimals = rest.removesuffix("Z")
    if point and (not decimals.isdigit() or len(decimals) > 7):  # noqa: PLR2004
        raise ValueError(f"{text!r} is not a time")
    candidate = f"{whole}.{decimals[:6]}Z" if point else whole
    for form in _TIMES:
        try:
            return datetime.strptime(candidate, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(f"{text!r} is not of the form YYYY-MM-DD, YYYY-MM-DDTHH:MM:SSZ or YYYY-MM-DDTHH:MM:SS.fffffffZ")


def any_time(text: str) -> datetime:
    """Read a time in any form of ISO 8601, of UTC where it names no zone, as SQL and web sites take it."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a time") from None


def number(text: str) -> int:
    """Read a whole number of up to nine digits."""
    if re.fullmatch(r"\d{1,9}", text.strip(), re.ASCII) is None:
        raise ValueError(f"{text[:20]!r} is not a whole number")
    return int(text)


def words(text: str) -> list[str]:
    """Read words between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def outcome(text: str) -> str:
    """Read the name of an operation's status."""
    for known in ("Succeeded", "Failed", "InProgress"):
        if known.lower() == text.strip().lower():
            return known
    raise ValueError(f"{text!r} is none of Succeeded, Failed and InProgress")
