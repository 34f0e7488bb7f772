"""The row type: one operation of the API as data, and how a request finds its row.

From the rows are derived: routing, version gates, near-miss answers, the labels of logs, and the coverage page.
There are no handlers to write: `reads` -> `does` -> `writes` is the handler. A row without `does` is known and
declined. Rows are values; a `Surface` is made of them and handed to whoever serves requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.domain.errors import DOCUMENTED, Evidence
from emulator.wire.contract import Contract

PARAMETER = re.compile(r"\{(\w+)\}")


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

    `does` is called with the subscription, the tracked operation (where `mutates`), the command (where `reads`) and
    the path's and query's parameters by name. `location` is the template of the Location header of its answer;
    the body of a `confidential` one holds passwords and is never shown again.
    """

    name: str
    family: str
    method: str
    path: str
    since: str
    reads: Contract[Any] | None = None
    does: Callable[..., Any] | None = None
    writes: Contract[Any] | None = None
    status: int = 200
    accepted: bool = False
    query: tuple[Query, ...] = ()
    body_root: str | None = None
    location: str | None = None
    confidential: bool = False
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
    def distinguishing(self) -> dict[str, str]:
        """The query that this row needs, in lower case."""
        pairs = (p.partition("=") for p in self.path.partition("?")[2].split("&") if p)
        return {name.lower(): value.lower() for name, _, value in pairs}


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
    """No row has this path; `nearest` are the paths of those that begin like it."""

    nearest: Sequence[str]


Match = Found | WrongMethod | WrongQuery | Unknown


@dataclass(slots=True)
class _Node:
    """A place in the tree of paths: what follows by its name, what follows under any name, and the rows ending here."""

    literal: dict[str, _Node] = field(default_factory=dict)
    anything: _Node | None = None
    rows: dict[str, list[tuple[Operation, list[str], dict[str, str]]]] = field(default_factory=dict)


class Surface:
    """All rows, ready to be searched."""

    def __init__(self, rows: Iterable[Operation]) -> None:
        self.rows = tuple(rows)
        self._root = _Node()
        for row in self.rows:
            self._add(row)

    def _add(self, row: Operation) -> None:
        node, names = self._root, []
        for segment in row.segments:
            parameter = PARAMETER.fullmatch(segment)
            if parameter:
                names.append(parameter[1])
                node.anything = node = node.anything or _Node()
            else:
                node = node.literal.setdefault(segment.lower(), _Node())
        entries = node.rows.setdefault(row.method, [])
        entries.append((row, names, row.distinguishing))
        entries.sort(key=lambda entry: (-len(entry[2]), entry[0].body_root is None))

    def match(
        self, method: str, segments: Sequence[str], query: Mapping[str, str], body_root: Callable[[], str | None]
    ) -> Match:
        """Find the row for a request. Segments are decoded; `query` has lower-case names; case does not matter."""
        found = _walk(self._root, segments, 0, [])
        if found is None:
            return Unknown(self._nearest(segments))
        node, values = found
        entries = node.rows.get(method)
        if entries is None:
            return WrongMethod(sorted(node.rows))
        for row, names, needed in entries:
            if all(query.get(name, "").lower() == value for name, value in needed.items()) and (
                row.body_root is None or row.body_root == body_root()
            ):
                return Found(row, dict(zip(names, values, strict=True)))
        return WrongQuery([row.path.partition("?")[2] or f"a body <{row.body_root}>" for row, _, _ in entries])

    def _nearest(self, segments: Sequence[str]) -> list[str]:
        wanted = [s.lower() for s in segments]
        scored = sorted({(_alike(wanted, row.segments), row.path.partition("?")[0]) for row in self.rows}, reverse=True)
        return [path for score, path in scored[:1] if score > 1]


def _walk(node: _Node, segments: Sequence[str], at: int, values: list[str]) -> tuple[_Node, list[str]] | None:
    if at == len(segments):
        return (node, values) if node.rows else None
    literal = node.literal.get(segments[at].lower())
    if literal is not None and (found := _walk(literal, segments, at + 1, values)) is not None:
        return found
    if node.anything is not None:
        return _walk(node.anything, segments, at + 1, [*values, segments[at]])
    return None


def _alike(wanted: Sequence[str], template: Sequence[str]) -> int:
    """Count the leading segments that fit, literal ones twice, less the difference in length."""
    score = 0
    for given, known in zip(wanted, template, strict=False):
        if not PARAMETER.fullmatch(known) and known.lower() != given:
            break
        score += 1 if PARAMETER.fullmatch(known) else 2
    return score - abs(len(wanted) - len(template))
