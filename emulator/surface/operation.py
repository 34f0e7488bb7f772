"""The row type: one operation of the API as data, and how a request finds its row.

From the rows are derived: routing, version gates, near-miss answers, the labels of logs, and the coverage page.
There are no handlers to write: `reads` -> `does` -> `writes` is the handler. A row without `does` is known and
declined. Rows are values; a `Surface` is made of them and handed to whoever serves requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from emulator.domain.refusals import DOCUMENTED, Evidence
from emulator.wire.contract import Reader, Writer
from emulator.wire.dialects import RDFE, Dialect

PARAMETER = re.compile(r"\{(\w+)\}")
IF_MATCH = "if-match"
"""Under which the If-Match header stands beside the query: it tells rows apart as a query does."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query parameter: its name on the wire, how its text is read (raises ValueError), and whether it must be there.

    `shows` parameters say what an answer contains; the others are handed to the domain.
    """

    name: str
    attribute: str
    read: Callable[[str], Any] = str
    required: bool = False
    shows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation. `path` is a template; its query is what tells this row from others with the same path.

    A query `comp=media` needs that value, and `name={parameter}` any value.

    `does` is called with the subscription, the tracked operation (where `mutates`), the command (where `reads`) and
    the path's and query's parameters by name. `fetches` is called with the subscription and the command before the
    lock is taken, and returns the command with what was read outside of the cloud. `location`, of the subscription's
    id and the result, and `etag`, of the result, make those headers of its answer; `status_of` tells its status where
    that depends on the result, and `status` is the usual one. The body of a `confidential` one holds passwords and is
    never shown again. `speaks` is the dialect of the service that answers: what the front end refuses before it gets
    there is in the front end's own.
    An `if_match` row is meant by requests with an If-Match header. Who asks for JSON gets what `json` writes, where a
    row has it.
    """

    name: str
    family: str
    method: str
    path: str
    since: str
    reads: Reader | None = None
    fetches: Callable[[Any, Any], Any] | None = None
    does: Callable[..., Any] | None = None
    writes: Writer | None = None
    status: int = 200
    status_of: Callable[[Any], int] | None = None
    accepted: bool = False
    query: tuple[Query, ...] = ()
    body_root: str | None = None
    location: Callable[[str, Any], str] | None = None
    etag: Callable[[Any], str] | None = None
    confidential: bool = False
    if_match: bool = False
    json: Writer | None = None
    speaks: Dialect = RDFE
    evidence: Evidence = DOCUMENTED
    note: str = ""

    @property
    def mutates(self) -> bool:
        """Whether a call leaves a tracked operation."""
        return self.method != "GET"

    @property
    def title(self) -> str:
        """The name in words: `CreateHostedService` is Create Hosted Service."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", self.name)

    @property
    def segments(self) -> list[str]:
        """The segments of the path, parameters in braces."""
        return [s for s in self.path.partition("?")[0].split("/") if s]

    @property
    def distinguishing(self) -> dict[str, str | None]:
        """The query that this row needs, in lower case, or the header; None where any value will do."""
        pairs = (p.partition("=") for p in self.path.partition("?")[2].split("&") if p)
        query = {name.lower(): None if PARAMETER.fullmatch(value) else value.lower() for name, _, value in pairs}
        return {**query, IF_MATCH: None} if self.if_match else query


@dataclass(frozen=True, slots=True)
class Found:
    """A row and the parameters that its path was called with."""

    operation: Operation
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WrongMethod:
    """The path is known, but not with this method."""

    allowed: Sequence[str]


@dataclass(frozen=True, slots=True)
class WrongQuery:
    """The path is known, but needs one of these queries (or bodies)."""

    choices: Sequence[str]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No row has this path; `nearest` is the path of the row most like it, if one is."""

    nearest: Sequence[str]


Match = Found | WrongMethod | WrongQuery | Unknown


class Entry(NamedTuple):
    """A row, the places of its parameters in the path, and the query that it needs."""

    row: Operation
    places: tuple[tuple[str, int], ...]
    needed: tuple[tuple[str, str | None], ...]


@dataclass(slots=True)
class Node:
    """A place in the tree of paths: what follows by name, what follows whatever its name, and rows that end here."""

    literal: dict[str, Node] = field(default_factory=dict)
    anything: Node | None = None
    rows: dict[str, list[Entry]] = field(default_factory=dict)


class Surface:
    """All rows, ready to be searched. Where two want the same request, one that is served beats one that is not."""

    def __init__(self, rows: Iterable[Operation]) -> None:
        self.rows = tuple(rows)
        self._root = Node()
        for row in self.rows:
            self._add(row)

    def _add(self, row: Operation) -> None:
        node, places = self._root, []
        for index, segment in enumerate(row.segments):
            parameter = PARAMETER.fullmatch(segment)
            if parameter:
                places.append((parameter[1], index))
                node.anything = node = node.anything or Node()
            else:
                node = node.literal.setdefault(segment.lower(), Node())
        entries = node.rows.setdefault(row.method, [])
        entries.append(Entry(row, tuple(places), tuple(row.distinguishing.items())))
        entries.sort(key=lambda entry: (-len(entry.needed), entry.row.body_root is None, entry.row.does is None))

    def match(
        self, method: str, segments: Sequence[str], query: Mapping[str, str], body_root: Callable[[], str | None]
    ) -> Match:
        """Find the row for a request. Segments are decoded; `query` has lower-case names; case does not matter.

        `body_root` is called at most once, and only where the body's root element tells rows apart.
        """
        node = _walk(self._root, segments, 0, method) or _walk(self._root, segments, 0, None)
        if node is None:
            return Unknown(_nearest(self._root, segments))
        entries = node.rows.get(method)
        if entries is None:
            return WrongMethod(sorted(node.rows))
        root, asked = None, False
        for row, places, needed in entries:
            if needed and not _has(query, needed):
                continue
            if row.body_root is not None and not asked:
                root, asked = body_root(), True
            if row.body_root is None or row.body_root == root:
                return Found(row, {name: segments[index] for name, index in places})
        return WrongQuery([entry.row.path.partition("?")[2] or f"a body <{entry.row.body_root}>" for entry in entries])


def _walk(node: Node, segments: Sequence[str], at: int, method: str | None) -> Node | None:
    """Return the node of a path; one that has rows of that method where `method` is given.

    A name beats a parameter. Where the name leads nowhere the parameter is tried: a service may be called `operations`.
    """
    if at == len(segments):
        return node if (method in node.rows if method else node.rows) else None
    literal = node.literal.get(segments[at].lower())
    if literal is not None and (found := _walk(literal, segments, at + 1, method)) is not None:
        return found
    return _walk(node.anything, segments, at + 1, method) if node.anything is not None else None


def _has(query: Mapping[str, str], needed: tuple[tuple[str, str | None], ...]) -> bool:
    for name, value in needed:
        given = query.get(name)
        if given is None or (value is not None and given.lower() != value):
            return False
    return True


def _nearest(root: Node, segments: Sequence[str]) -> list[str]:
    from emulator.surface.nearest import nearest  # noqa: PLC0415 - loads difflib, for a lost request only

    found = nearest(root, segments)
    return [found] if found else []
