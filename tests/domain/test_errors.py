"""The catalogue of refusals, which is written in several modules."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from emulator.domain import errors

PARTS = sorted(Path(errors.__file__).parent.glob("errors*.py"))


def test_every_refusal_is_in_the_catalogue_and_no_name_has_two_meanings():
    lines = [line for part in PARTS for line in ast.parse(part.read_text(encoding="utf-8")).body]
    names = [line.targets[0].id for line in lines if isinstance(line, ast.Assign) and isinstance(line.value, ast.Call)]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    assert set(names) == set(errors.catalogue())
