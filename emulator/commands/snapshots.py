"""`asm-emulator snapshot`: save what a running emulator holds, load it again, fork it, and tell what is different.

Speaks to its control API, which judges the documents; knows of them only that they are JSON.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from emulator.commands.base import Asked, Refusal, as_json, ask, examples, nothing, of_running, path, subscription, tell

SECONDS = 120.0
"""How long a world may take to be written down: far longer than one of a reasonable size does."""
SHOWN = 100
"""How much of a value is shown in a line."""

EXAMPLES = examples(
    "snapshot save world.json",
    "snapshot load world.json",
    "snapshot save --subscription ID one.json",
    "snapshot load --subscription ID one.json",
    "snapshot diff world.json",
    "snapshot diff --json world.json later.json",
    "snapshot fork ID NEW-ID",
)

_FILE = click.Path(path_type=Path, allow_dash=True)


@click.group(epilog=EXAMPLES)
def snapshot() -> None:
    """Save, load, fork and compare what a running emulator holds.

    A snapshot is one JSON document with everything in it, the keys of storage accounts too.
    """


@snapshot.command(epilog=EXAMPLES)
@click.argument("file", type=_FILE, metavar="[FILE]", default="-")
@subscription
@as_json
@of_running
def save(asked: Asked, file: Path, subscription: str | None, *, as_json: bool) -> None:
    """Write a snapshot to a file, or to standard output.

    FILE is replaced in one step, and only its owner may read it. On standard output it is JSON anyway.
    """
    text = _written(_ask(asked, "GET", path(subscription, "snapshot")))
    if str(file) == "-":
        click.echo(text)
        return
    from emulator.control.saver import put_in_place  # noqa: PLC0415 - start-up time

    put_in_place(file.resolve(), f"{text}\n".encode())
    tell({"status": "saved", "file": str(file.resolve())}, as_json, nothing)


@snapshot.command(epilog=EXAMPLES)
@click.argument("file", type=_FILE)
@subscription
@as_json
@of_running
def load(asked: Asked, file: Path, subscription: str | None, *, as_json: bool) -> None:
    """Put everything in the state that a snapshot has.

    FILE (- is standard input) says all of it: what was there before is forgotten. With --subscription only that one:
    from a snapshot of itself, of everything, or of any one other.
    """
    tell(_ask(asked, "PUT", path(subscription, "snapshot"), _read(file)), as_json, nothing)


@snapshot.command(epilog=EXAMPLES)
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE, required=False)
@as_json
@of_running
def diff(asked: Asked, before: Path, after: Path | None, *, as_json: bool) -> None:
    """Tell what is different between two snapshots, or since one.

    A line for each path: + for what is new, - for what is gone, ~ for what has changed. Two files are compared without
    an emulator.
    """
    changes = _differences(asked, _read(before), None if after is None else _read(after))
    tell({"changes": changes}, as_json, lambda answer: map(_line, answer["changes"]))


@snapshot.command(epilog=EXAMPLES)
@click.argument("origin", metavar="ID")
@click.argument("to", metavar="NEW-ID")
@as_json
@of_running
def fork(asked: Asked, origin: str, to: str, *, as_json: bool) -> None:
    """Make a new subscription that is what another one is.

    NEW-ID is what ID is, clock and schedule included. From then on each goes its own way.
    """
    tell(_ask(asked, "POST", path(origin, "fork"), {"to": to}), as_json, nothing)


def _ask(asked: Asked, method: str, path: str, body: object = None) -> dict[str, Any]:
    return ask(asked, method, path, body, seconds=SECONDS)


def _differences(asked: Asked, before: object, after: object) -> list[dict[str, Any]]:
    if after is None:
        changes: list[dict[str, Any]] = _ask(asked, "POST", "/snapshot/diff", {"before": before})["changes"]
        return changes
    from msgspec import to_builtins  # noqa: PLC0415 - start-up time

    from emulator.control import snapshots  # noqa: PLC0415 - start-up time

    one, other = (json.dumps(document).encode() for document in (before, after))
    try:
        return [to_builtins(change) for change in snapshots.diff(one, other)]
    except snapshots.SnapshotError as error:
        raise Refusal(error) from None


def _read(file: Path) -> Any:
    with click.open_file(str(file), "rb") as opened:
        data = opened.read()
    try:
        return json.loads(data)
    except ValueError as error:
        raise Refusal(f"{file}: this is no whole snapshot: it is not JSON ({error})") from None


def _written(document: Any) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _line(change: dict[str, Any]) -> str:
    path = change["path"]
    if "before" not in change:
        return f"+ {path} {_short(change['after'])}"
    if "after" not in change:
        return f"- {path} {_short(change['before'])}"
    return f"~ {path} {_short(change['before'])} -> {_short(change['after'])}"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."
