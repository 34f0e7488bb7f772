"""`asm-emulator fault`: what a running emulator breaks on purpose. Speaks to its control API, which judges the rules.

An option stands for a field of a rule and is handed on as it is said: which fault takes which is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import click

from emulator.commands.base import Asked, as_json, ask, examples, of_running, path, subscription, tell

FAULTS = """\b
FAULT is one of
  refuse    answers with an error: --code or --status, --message; --done: the
            call is carried out all the same
  redirect  answers 307 to the front end of a --region, or --to a HOST
  delay     answers --seconds late
  fail      accepts, then the operation fails: --code or --status, --message,
            --after SECONDS of the subscription's time; --done: all of it is done
  hang      accepts, and the operation stays InProgress
  unready   accepts, and --instances (1, 2, ... or all) of those that the call
            makes never get ready: they end in --state
  reset     resets the connection --when before the answer (--done: the call is
            carried out) or after it
  truncate  ends the answer's body after --bytes
  slow      answers at --bytes-per-second, for --seconds at most
  stall     says nothing to a new connection, for --seconds; --client ADDRESS

\b
It takes the calls of --operation, for --resource (a name, or a path below the
subscription; * for any characters), in --subscription; without these, any. It
fires at the --nth that it matches, and at --count of them in a row, or at all.
"""

EXAMPLES = examples(
    "fault add refuse --code TooManyRequests --operation ListLocations",
    "fault add refuse --operation CreateHostedService --done",
    "fault add fail --operation CreateDeployment --after 60",
    "fault add unready --state ProvisioningFailed --resource myvm",
    "fault add reset --nth 3 --count all",
    "fault list",
    "fault clear fault-2",
)


class Field(NamedTuple):
    """An option, and the field of a rule that it says."""

    name: str
    metavar: str | None
    help: str


FIELDS = (
    Field("operation", "NAME", "Only calls of this operation, such as CreateHostedService."),
    Field("resource", "NAME", "Only calls for what has this name or lies at this path."),
    Field("nth", "N", "Fire at the N-th call that matches, not at the first."),
    Field("count", "N", "Fire at so many calls, or at `all`, not at one."),
    Field("code", "CODE", "The error's code, such as InternalError (default), ConflictError."),
    Field("status", "STATUS", "The error's status, in the place of its code."),
    Field("message", "TEXT", "The error's message, in the place of the service's own."),
    Field("done", None, "What fails is done all the same."),
    Field("region", "NAME", "ussouth (default), ussouth2, ussouth3, usnorth or usnorth2."),
    Field("to", "HOST", "Where else to redirect to, such as localhost:8443."),
    Field("seconds", "SECONDS", "How long, on the wall; 60 at most."),
    Field("after", "SECONDS", "When to fail, in the subscription's time."),
    Field("instances", "N", "How many instances, or `all`."),
    Field("state", "STATE", "The InstanceStatus in which they end, such as ProvisioningFailed."),
    Field("when", "WHEN", "before (default) or after."),
    Field("bytes", "N", "How much of the body comes; by default half."),
    Field("bytes_per_second", "RATE", "How fast the answer comes."),
    Field("client", "ADDRESS", "Only connections from this address."),
)
"""What a rule can say, beside which fault it is."""

TEXT = {"operation", "resource", "code", "message", "region", "to", "state", "when", "client"}
"""Fields whose value is a string in JSON even where it looks like a number."""


@click.group(epilog=EXAMPLES)
def fault() -> None:
    """Break things on purpose: add, list and clear rules."""


def _fields(command: Callable[..., None]) -> Callable[..., None]:
    for field in reversed(FIELDS):
        flag = f"--{field.name.replace('_', '-')}"
        if field.metavar is None:
            command = click.option(flag, is_flag=True, default=None, help=field.help)(command)
        else:
            command = click.option(flag, metavar=field.metavar, help=field.help)(command)
    return command


@fault.command(help=f"Add a rule, and print its id.\n\n{FAULTS}", epilog=EXAMPLES)
@click.argument("kind", metavar="FAULT")
@_fields
@subscription
@as_json
@of_running
def add(asked: Asked, kind: str, subscription: str | None, as_json: bool, **said: Any) -> None:
    """Add a rule, and print its id."""
    fields = {name: _value(name, value) for name, value in said.items() if value is not None}
    answer = ask(asked, "POST", path(subscription, "faults"), {"fault": kind, **fields})
    tell(answer, as_json, lambda added: [added["id"]])


@fault.command("list", epilog=EXAMPLES)
@subscription
@as_json
@of_running
def list_(asked: Asked, subscription: str | None, as_json: bool) -> None:
    """List the rules: id, hits, and what each does.

    They stand in the order in which calls are offered to them.
    """
    tell(ask(asked, "GET", path(subscription, "faults")), as_json, lambda answer: map(_line, answer["faults"]))


def _line(one: dict[str, Any]) -> str:
    rule = dict(one["rule"])
    said = " ".join([rule.pop("fault"), *(f"{name}={_shown(value)}" for name, value in rule.items())])
    hits = "hit " if one["hits"] == 1 else "hits"
    where = f"  in {one['subscription']}" if one["subscription"] else ""
    return f"{one['id']:9} {one['hits']:>5} {hits}  {said}{where}"


@fault.command(epilog=EXAMPLES)
@click.argument("rule", metavar="[ID]", required=False)
@subscription
@as_json
@of_running
def clear(asked: Asked, rule: str | None, subscription: str | None, as_json: bool) -> None:
    """Remove one rule, or all of them, and print how many."""
    parts = ["faults"] if rule is None else ["faults", rule]
    answer = ask(asked, "DELETE", path(subscription, *parts))
    tell(answer, as_json, lambda cleared: [str(cleared["removed"])])


def _value(name: str, said: Any) -> Any:
    """Return what was said as JSON has it: a number where it is one."""
    if name in TEXT or not isinstance(said, str):
        return said
    for number in (int, float):
        try:
            return number(said)
        except ValueError:
            continue
    return said


def _shown(value: object) -> str:
    return json.dumps(value) if not isinstance(value, str) or " " in value else value
