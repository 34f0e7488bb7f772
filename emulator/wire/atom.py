"""Atom: feeds and entries around the content that a contract writes and reads. Knows no service and no record.

What an envelope says beside the content is the service's own: ids, titles, times, links. It is given as an `Envelope`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from emulator.wire.contract import Contract
from emulator.wire.reading import BodyError, parse
from emulator.wire.values import write_date
from emulator.wire.writing import Context

ATOM = "http://www.w3.org/2005/Atom"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'


def _same(record: Any) -> Any:
    return record


def _no_attributes(_record: Any) -> str:
    return ""


class Envelope(NamedTuple):
    """What stands around contents: `feed` in a feed before its entries, `entry` in an entry before its content.

    `items` are the entries of a feed's record, `content` is what of an entry's record the contract writes. The
    attributes begin with a space where there are any.
    """

    feed: Callable[[Any, Context], str]
    entry: Callable[[Any, Context], str]
    items: Callable[[Any], Iterable[Any]] = _same
    content: Callable[[Any], Any] = _same
    feed_attributes: str = ""
    entry_attributes: Callable[[Any], str] = _no_attributes
    declaration: str = ""


class Entry(NamedTuple):
    """An entry with one content: read as what the contract makes, written of what its envelope takes."""

    contract: Contract[Any]
    envelope: Envelope
    media_type: str = "application/atom+xml; type=entry; charset=utf-8"

    def write(self, record: object, context: Context) -> bytes:
        """Return the document of an entry."""
        inside = _entry(self.contract, self.envelope, record, context)
        return f'{self.envelope.declaration}<entry xmlns="{ATOM}">{inside}</entry>'.encode("utf-8", "replace")

    def read(self, body: bytes, version: str, unread: list[str]) -> Any:
        """Return what the content of an entry says, whatever else the entry says. Raises BodyError."""
        root = parse(body)
        if root.tag != f"{{{ATOM}}}entry":
            raise BodyError("/", root.sourceline, f"the root element is not <entry> in namespace {ATOM}")
        content = root.find(f"{{{ATOM}}}content")
        if content is None or not len(content):
            raise BodyError("/entry/content", root.sourceline, f"it has no <{self.contract.name}>")
        return self.contract.read_root(content[0], "/entry/content", version, unread)


class Feed(NamedTuple):
    """A feed of entries; it is only written."""

    contract: Contract[Any]
    envelope: Envelope
    media_type: str = "application/atom+xml; type=feed; charset=utf-8"

    def write(self, record: object, context: Context) -> bytes:
        """Return the document of a feed."""
        envelope = self.envelope
        parts = [f'{envelope.declaration}<feed xmlns="{ATOM}"{envelope.feed_attributes}>']
        parts.append(envelope.feed(record, context))
        for item in envelope.items(record):
            inside = _entry(self.contract, envelope, item, context)
            parts.append(f"<entry{envelope.entry_attributes(item)}>{inside}</entry>")
        parts.append("</feed>")
        return "".join(parts).encode("utf-8", "replace")


def _entry(contract: Contract[Any], envelope: Envelope, record: Any, context: Context) -> str:
    before = envelope.entry(record, context)
    content = contract.write(envelope.content(record), context).decode()
    return f'{before}<content type="application/xml">{content}</content>'


def title(text: str) -> str:
    """Return the title of a feed or an entry, which may be empty but is always there."""
    return f'<title type="text">{text}</title>'


def updated(context: Context) -> str:
    """Return the time of an answer."""
    return f"<updated>{write_date(context.subscription.now)}</updated>"
