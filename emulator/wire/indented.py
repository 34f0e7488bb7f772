"""Documents as the service's XML serializer wrote them when they were given back as text, such as configurations.

Two spaces a level, CRLF between lines, no declaration, ` />` for what is empty; `xsd` and `xsi` are declared first and
the default namespace last. Knows no document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from emulator.wire.values import escape

_DECLARED = {
    "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


class Node(NamedTuple):
    """An element: its name, its attributes (those that are None are left out), and its children or its text."""

    name: str
    attributes: Mapping[str, str | None] = {}
    content: Sequence[Node] | str = ()


def wrapped(name: str, items: Iterable[Node]) -> list[Node]:
    """Return an element around the items, or nothing where there are none."""
    content = list(items)
    return [Node(name, {}, content)] if content else []


def document(root: Node, namespace: str) -> bytes:
    """Return the text of a document."""
    whole = root._replace(attributes={**_DECLARED, **root.attributes, "xmlns": namespace})
    return "\r\n".join(_lines(whole, "")).encode()


def _lines(node: Node, margin: str) -> Iterator[str]:
    start = f"{margin}<{node.name}" + "".join(
        f' {name}="{_quoted(value)}"' for name, value in node.attributes.items() if value is not None
    )
    if not node.content:
        yield f"{start} />"
    elif isinstance(node.content, str):
        yield f"{start}>{escape(node.content)}</{node.name}>"
    else:
        yield f"{start}>"
        for child in node.content:
            yield from _lines(child, f"{margin}  ")
        yield f"{margin}</{node.name}>"


def _quoted(value: str) -> str:
    return escape(value).replace('"', "&quot;").replace("\t", "&#x9;").replace("\n", "&#xA;")
