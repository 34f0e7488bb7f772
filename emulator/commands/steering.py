"""The commands that look into a running emulator and move its time: journal, explain, clock, reset.

Each asks the control API and prints what it answers: as lines, or with --json as it came.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import click

from emulator import telling
from emulator.commands.base import Asked, as_json, ask, examples, of_running, path, subscription, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")


@click.command(
    epilog=examples(
        "journal",
        "journal --subscription 00000000-0000-0000-0000-000000000001 --limit 5",
        "journal --operation CreateDeployment --status 409 --json",
    )
)
@subscription
@click.option("--operation", metavar="NAME", help="Only this operation, such as CreateHostedService.")
@click.option("--status", type=int, metavar="CODE", help="Only what was answered with this status.")
@click.option("--since", metavar="REQUEST-ID", help="Only what came after this request.")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Only the last so many.")
@as_json
@of_running
def journal(asked: Asked, subscription: str | None, as_json: bool, **wanted: object) -> None:
    """Show what was asked and answered.

    A line an exchange, and one more for each thing that is odd about it, such as elements that nobody read.
    """
    query = urlencode({name: value for name, value in wanted.items() if value is not None})
    tell(ask(asked, "GET", f"{path(subscription, 'journal')}?{query}"), as_json, _journal)


def _journal(answer: dict[str, Any]) -> Iterable[str]:
    return list(telling.exchanges(answer["exchanges"])) or ["Nothing was asked."]


@click.command(
    epilog=examples("explain 4f64bebfe9750f63300dcc2e35740a41", "explain 4f64bebfe9750f63300dcc2e35740a41 --json")
)
@click.argument("request_id", metavar="REQUEST-ID")
@subscription
@as_json
@of_running
def explain(asked: Asked, request_id: str, subscription: str | None, as_json: bool) -> None:
    """Explain an answer: what refused it, and when that clears.

    REQUEST-ID is the header x-ms-request-id of the answer; `asm-emulator journal` lists them.
    """
    answer = ask(asked, "GET", path(subscription, "explain", request_id))
    tell(answer, as_json, telling.explanation)


@click.group(epilog=examples("clock show", "clock mode manual", "clock advance 5m"))
def clock() -> None:
    """Show, set and move the time of a subscription, or of all."""


def _tell_clock(answer: dict[str, Any], as_json: bool) -> None:
    tell(answer, as_json, telling.clocks if "subscriptions" in answer else telling.clock)


@clock.command(epilog=examples("clock show", "clock show --subscription 00000000-0000-0000-0000-000000000001"))
@subscription
@as_json
@of_running
def show(asked: Asked, subscription: str | None, as_json: bool) -> None:
    """Show what time it is, how it moves, and what is going to happen."""
    _tell_clock(ask(asked, "GET", path(subscription, "clock")), as_json)


@clock.command(epilog=examples("clock mode manual", "clock mode scaled:60", "clock mode step:5s", "clock mode instant"))
@click.argument("mode", metavar="MODE")
@subscription
@as_json
@of_running
def mode(asked: Asked, mode: str, subscription: str | None, as_json: bool) -> None:
    """Say how time moves.

    MODE is instant, scaled:FACTOR, step:SECONDS (each request) or manual. Without --subscription, in all subscriptions
    and in those to come.
    """
    _tell_clock(ask(asked, "POST", path(subscription, "clock"), {"mode": mode}), as_json)


@clock.command(
    epilog=examples(
        "clock advance 90",
        "clock advance 5m",
        "clock advance next",
        "clock advance quiet",
        "clock advance 2030-01-31T12:00:00Z",
        "clock advance 4f64bebfe9750f63300dcc2e35740a41 --subscription 00000000-0000-0000-0000-000000000001",
    )
)
@click.argument("how", metavar="HOW")
@subscription
@as_json
@of_running
def advance(asked: Asked, how: str, subscription: str | None, as_json: bool) -> None:
    """Move time, and tell what happened.

    HOW is a duration (seconds, or with s, m, h or d), `next` for the next event, `quiet` for as long as anything is
    pending, an instant, or the request id of an operation, which is then ended (with --subscription).
    """
    _tell_clock(ask(asked, "POST", path(subscription, "clock"), _move(how)), as_json)


def _move(how: str) -> dict[str, object]:
    if how in ("next", "quiet"):
        return {"advance": how}
    if re.fullmatch(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", how.lower()):
        return {"until": how}
    if (duration := _DURATION.fullmatch(how)) is not None:
        return {"advance": float(duration[1]) * _SECONDS[duration[2] or "s"]}
    return {"to": how}


@click.command(epilog=examples("reset", "reset --subscription 00000000-0000-0000-0000-000000000001"))
@subscription
@as_json
@of_running
def reset(asked: Asked, subscription: str | None, as_json: bool) -> None:
    """Forget everything, or one subscription.

    What is in it goes, its clock, its journal and its faults.
    """
    where = subscription or "everything"
    tell(ask(asked, "POST", path(subscription, "reset")), as_json, lambda _: [f"Forgotten: {where}."])
