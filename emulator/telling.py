"""What the control API answers, as lines for people: for a terminal, and for the report of a test that failed.

Takes what was read from JSON. Imports nothing, so that whoever may have to tell something pays nothing before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Shown = Mapping[str, Any]


def exchanges(shown: Iterable[Shown]) -> Iterator[str]:
    """Yield the lines of a journal: one an exchange, and one more for each thing that is odd about it."""
    for one in shown:
        query = f"?{one['query']}" if one["query"] else ""
        yield (
            f"{one['request_id']} {instant(one['at'])} {one['status']} {one['method']} {one['path']}{query}"
            f"  {one['operation'] or 'no operation'}, {one['milliseconds']:.1f} ms"
        )
        for name, value in _oddities(one):
            yield f"    {name}: {value}"


def _oddities(one: Shown) -> Iterator[tuple[str, str]]:
    if one["code"]:
        yield "refused", f"{one['code']}: {one['message']}"
    if one["fault"]:
        yield "broken on purpose, by the fault rule", one["fault"]
    if one["unread"]:
        yield "elements that nobody read", ", ".join(one["unread"])
    if one["nearest"] and not one["operation"]:
        yield "nearest", ", ".join(one["nearest"])


def explanation(shown: Shown) -> Iterator[str]:
    """Yield the lines of an explanation."""
    yield from shown["words"]
    refused = shown["refused"] or {}
    limit = refused.get("limit")
    if limit and limit["quota"]:
        yield f"The limit is the quota {limit['quota']}, {limit['limit']}; {limit['current']} are in use."
    clears = refused.get("clears") or {}
    if clears.get("events"):
        yield "Until then:"
        yield from events(clears["events"])


def clock(shown: Shown) -> Iterator[str]:
    """Yield the lines of a clock: now, its mode, what happened if it was moved, and what is to come."""
    yield f"{instant(shown['now'])}, {shown['mode']}"
    if "fired" in shown:
        yield "Happened:" if shown["fired"] else "Nothing happened."
        yield from events(shown["fired"])
    yield "Pending:" if shown["pending"] else "Nothing is pending."
    yield from events(shown["pending"])


def clocks(shown: Shown) -> Iterator[str]:
    """Yield the lines of all clocks."""
    yield f"New subscriptions: {shown['mode']}"
    for name, one in shown["subscriptions"].items():
        yield f"{name}:"
        yield from (f"  {line}" for line in clock(one))


def status(shown: Shown) -> Iterator[str]:
    """Yield the lines of where an emulator serves, and of what is in it as far as that is known."""
    yield f"Serves at      {shown['endpoint']}"
    yield f"Control API    {shown['control_endpoint'] or 'switched off'}"
    if shown["control_endpoint"]:
        yield f"Portal         {shown['control_endpoint']}/portal/"
    yield f"Certificates   {shown['certs']}"
    if shown["since"]:
        yield f"Since          {instant(shown['since'])}, pid {shown['pid']}"
    if "refused" in shown:
        yield f"What is in it  {shown['refused']}"
    if "version" in shown:
        own = ", ".join(f"{mode} in {name}" for name, mode in shown["clocks_of_their_own"].items())
        yield f"Version        {shown['version']}"
        yield f"Subscriptions  {shown['subscriptions']}"
        yield f"Clock          {shown['clock']}{f'; {own}' if own else ''}"
        yield f"Faults         {shown['faults'] or 'none'}"


def events(shown: Iterable[Shown]) -> Iterator[str]:
    """Yield a line an event."""
    for one in shown:
        ends = f", of operation {one['operation']}" if one["operation"] else ""
        yield f"  {instant(one['due'])} {one['machine']} {one['resource']} {one['name']}{ends}"


def instant(text: str) -> str:
    """Return an instant in UTC as it was read, to the second."""
    return f"{text[:19]}Z"
