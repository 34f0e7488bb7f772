"""`asm-emulator coverage`: the operations that there are, which are served, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import click

from emulator.commands.base import BadSetting, as_json, examples, tell


@click.command(
    epilog=examples(
        "coverage", "coverage --family 'storage accounts'", "coverage --declined", "coverage --family disks --json"
    )
)
@click.option("--family", metavar="NAME", help="The operations of this family, one by one.")
@click.option("--declined", is_flag=True, help="The operations that are not served, one by one, and why.")
@as_json
def coverage(family: str | None, declined: bool, as_json: bool) -> None:
    """Tell which operations are served: by family, or one by one."""
    rows = list(_rows())
    families = {row["family"].lower(): row["family"] for row in rows}
    if family is not None:
        name = families.get(family.strip().lower())
        if name is None:
            raise BadSetting(f"there is no family {family!r}; there are {', '.join(families.values())}")
        rows = [row for row in rows if row["family"] == name]
    if declined:
        rows = [row for row in rows if not row["served"]]
    answer = {
        "served": sum(row["served"] for row in rows),
        "of": len(rows),
        "families": [_family(name, rows) for name in dict.fromkeys(row["family"] for row in rows)],
        "operations": rows,
    }
    one_by_one = declined or family is not None
    tell(answer, as_json, _operations if one_by_one else _summary)


def _rows() -> Iterator[dict[str, Any]]:
    from emulator.surface import rows  # noqa: PLC0415 - start-up time

    for row in rows():
        yield {
            "family": row.family,
            "name": row.name,
            "method": row.method,
            "path": row.path,
            "body": row.body_root,
            "since": row.since,
            "served": row.does is not None,
            "why_not": None if row.does else row.note,
            "evidence": row.evidence.value,
        }


def _family(name: str, rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    served = [row["served"] for row in rows if row["family"] == name]
    return {"name": name, "served": sum(served), "of": len(served)}


def _summary(answer: dict[str, Any]) -> Iterator[str]:
    width = max(len(one["name"]) for one in answer["families"])
    for one in (*answer["families"], {"name": "all", **answer}):
        yield f"{one['name']:{width}}  {one['served']:>4} of {one['of']:>4}"


def _operations(answer: dict[str, Any]) -> Iterator[str]:
    for row in answer["operations"]:
        body = f" <{row['body']}>" if row["body"] else ""
        yield f"{row['name']}  {'served' if row['served'] else 'declined'}, since {row['since']}, {row['evidence']}"
        yield f"    {row['method']} {row['path']}{body}"
        if row["why_not"]:
            yield f"    {row['why_not']}"
    yield f"{answer['served']} of {answer['of']} served"
