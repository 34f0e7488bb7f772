"""Which path was probably meant: for the answer to a request for a path that nothing has.

Knows the tree of paths; no request, and nothing of what the rows do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.surface.operation import Node

_LIKE = 0.8
"""How alike a mistyped name must be (difflib's ratio)."""
_SUPERFLUOUS, _MISSING = 0.2, 0.25
_ENOUGH = 0.5
_LONGEST_PATH, _LONGEST_NAME = 14, 40


def nearest(root: Node, segments: Sequence[str]) -> str | None:
    """Return the template most like a path that nothing has, or None where none has anything to do with it.

    The usual alignment of two sequences, done for all templates at once along the tree. Paths and names are cut, so
    that a hostile path costs no more than a long one.
    """
    alike = _Alike([segment[:_LONGEST_NAME].lower() for segment in segments[:_LONGEST_PATH]])
    best, found = _ENOUGH, None
    for score, path in _scores(root, [-_SUPERFLUOUS * i for i in range(len(alike.wanted) + 1)], alike):
        if score > best:
            best, found = score, path
    return found


def _scores(node: Node, row: list[float], alike: _Alike) -> Iterator[tuple[float, str]]:
    """Yield the score of every template below a node; `row` has those of this node for each beginning of the path."""
    for entries in node.rows.values():
        yield row[-1], entries[0].row.path.partition("?")[0]
    for name, child in node.literal.items():
        yield from _scores(child, _aligned(row, alike.gains(name)), alike)
    if node.anything is not None:
        yield from _scores(node.anything, _aligned(row, [0.0] * len(alike.wanted)), alike)


def _aligned(row: list[float], gains: list[float | None]) -> list[float]:
    after = [row[0] - _MISSING]
    for index, gain in enumerate(gains):
        score = max(row[index + 1] - _MISSING, after[index] - _SUPERFLUOUS)
        after.append(score if gain is None else max(score, row[index] + gain))
    return after


class _Alike:
    """How much each segment of a path is like a name; None for not at all."""

    def __init__(self, wanted: list[str]) -> None:
        self.wanted = wanted
        self._matchers = [SequenceMatcher(b=segment, autojunk=False) for segment in wanted]
        self._gains: dict[str, list[float | None]] = {}

    def gains(self, name: str) -> list[float | None]:
        known = self._gains.get(name)
        if known is None:
            # Nearly every path has `services`, so it says next to nothing.
            weight = 0.25 if name == "services" else 1.0
            known = self._gains[name] = [self._gain(matcher, name, weight) for matcher in self._matchers]
        return known

    @staticmethod
    def _gain(matcher: SequenceMatcher[str], name: str, weight: float) -> float | None:
        matcher.set_seq1(name)
        if matcher.real_quick_ratio() < _LIKE or matcher.quick_ratio() < _LIKE:
            return None
        ratio = matcher.ratio()
        return weight * ratio if ratio >= _LIKE else None
