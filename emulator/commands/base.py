"""What commands have in common: options out of the table of settings, examples, output, refusals, the control API.

Knows settings and where an emulator runs; no command. What a user can mend is told in one line on standard error, with
status 2 for a setting or an argument and 1 for all else.
"""

from __future__ import annotations

import functools
import json
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click

from emulator import running
from emulator.identity.files import AuthorityError
from emulator.running import NotServingError
from emulator.settings import CONFIG_VARIABLE, OPTIONS, Option, Settings, SettingsError, load

NAME = "asm-emulator"
WHERE = ("host", "port", "control-host", "control-port", "control-token", "certs")
"""The settings that say which emulator is meant."""

Command = Callable[..., None]


class Refusal(click.ClickException):
    """What a user can mend, in one line."""

    exit_code = 1

    def __init__(self, reason: object) -> None:
        super().__init__(" ".join(str(reason).split()))


class BadSetting(Refusal):
    """A refusal with the status of bad usage."""

    exit_code = 2


class Asked(NamedTuple):
    """What a command line asks for: the settings, by name what its flags say of them (None: nothing), the file."""

    settings: Settings
    flags: dict[str, object]
    config: Path | None = None


# ---- options


def with_settings(command: Command) -> Command:
    """Give a command an option for every setting, and the settings that they make as its first argument."""
    return _with(OPTIONS, command, {option.name for option in OPTIONS})


def of_running(command: Command, *, but: str | None = None) -> Command:
    """Do the same for a command that looks for an emulator: its help shows only what says which one is meant.

    The other settings are taken too, so that what follows `serve` can follow any command. `but` is a setting for
    which the command has an option of its own.
    """
    return _with([option for option in OPTIONS if option.name != but], command, set(WHERE))


def _with(options: Iterable[Option], command: Command, shown: set[str]) -> Command:
    options = tuple(options)

    @functools.wraps(command)
    def run(config: Path | None, **values: object) -> None:
        flags = {option.attribute: values.pop(option.attribute) for option in options}
        with plainly():
            command(Asked(load(flags, config=config), flags, config), **values)

    text = f"Settings in TOML.  [{CONFIG_VARIABLE}]"
    complete: Command = click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help=text)(run)
    for option in reversed(options):
        complete = _parameter(option, hidden=option.name not in shown)(complete)
    return complete


def _parameter(option: Option, *, hidden: bool) -> Callable[[Command], Command]:
    default = f"; default: {option.default}" if option.default else ""
    text = f"{option.help}  [{option.variable}{default}]"
    if option.is_switch:
        return click.option(f"{option.flag}/--no-{option.name}", default=None, help=text, hidden=hidden)
    return click.option(option.flag, metavar=option.metavar, multiple=option.repeated, help=text, hidden=hidden)


as_json = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
subscription = click.option("--subscription", metavar="ID", help="Only this subscription; without it, all.")


def timeout(seconds: float) -> Callable[[Command], Command]:
    """Return the option of a command that waits for something."""
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0),
        default=seconds,
        show_default=True,
        metavar="SECONDS",
        help="When to give up, with status 1.",
    )


def examples(*lines: str) -> str:
    """Return what stands below a command's options: lines for a shell, or what follows `asm-emulator`."""
    return "\b\nExamples:\n" + "\n".join(f"  {line if NAME in line else f'{NAME} {line}'}" for line in lines)


# ---- output


def tell(answer: Any, as_json: bool, lines: Callable[[Any], Iterable[str]]) -> None:
    """Print an answer: as JSON, or as the lines that `lines` makes of it."""
    if as_json:
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
        return
    for line in lines(answer):
        click.echo(line)


def nothing(_answer: object) -> Iterable[str]:
    """Make no lines: that it is done is said by the status alone."""
    return ()


def this_command() -> list[str]:
    """Return how this command was started, which does without the virtual environment that may be active."""
    script = Path(sys.argv[0])
    return [str(script.absolute())] if script.name == NAME else [sys.executable, "-m", "emulator"]


def typed(*arguments: str) -> str:
    """Return this command with arguments, as a shell takes it."""
    return shlex.join([*this_command(), *arguments])


@contextmanager
def plainly() -> Iterator[None]:
    """Turn what a user can mend into a refusal."""
    try:
        yield
    except SettingsError as error:
        raise BadSetting(error) from None
    except (AuthorityError, NotServingError, OSError) as error:
        raise Refusal(error) from None


# ---- the control API


def path(subscription_id: str | None, *parts: str) -> str:
    """Return the path of something that is there for all, and below each subscription for that one."""
    from urllib.parse import quote  # noqa: PLC0415 - start-up time

    segments = [*(("subscriptions", subscription_id) if subscription_id is not None else ()), *parts]
    return "".join(f"/{quote(segment, safe='')}" for segment in segments)


def control(asked: Asked) -> str:
    """Return where the control API is of the emulator that is asked for; raises Refusal where it is switched off."""
    endpoint = running.find(asked.settings, asked.flags).control_endpoint
    if endpoint is None:
        raise Refusal("the control API, which would do that, is switched off")
    return endpoint


def ask(
    asked: Asked, method: str, path: str, body: object = None, *, seconds: float = running.ANSWER_SECONDS
) -> dict[str, Any]:
    """Return what the control API answers; raises NotServingError, with its own words where it refuses."""
    return running.ask(control(asked), method, path, body, token=running.token(asked.settings), seconds=seconds)
