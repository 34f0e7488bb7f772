"""What commands have in common: options out of the table of settings, refusals in one line, the control API.

Knows settings and where an emulator runs; no command.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from emulator import running
from emulator.identity.files import AuthorityError
from emulator.running import NotServingError
from emulator.settings import CONFIG_VARIABLE, OPTIONS, Option, Settings, SettingsError, load

if TYPE_CHECKING:
    from collections.abc import Iterator


class Refusal(click.ClickException):
    """What a user can mend, in one line."""

    exit_code = 1

    def __init__(self, reason: object) -> None:
        super().__init__(" ".join(str(reason).split()))


class BadSetting(Refusal):
    """A refusal with the status of bad usage."""

    exit_code = 2


class Asked(NamedTuple):
    """What a command line asks for: the settings, and by name what its flags say of them (None: nothing)."""

    settings: Settings
    flags: dict[str, object]


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for every setting, and the settings that they make as its first argument."""

    @functools.wraps(command)
    def run(config: Path | None, **values: object) -> None:
        flags = {option.attribute: values.pop(option.attribute) for option in OPTIONS}
        with plainly():
            command(Asked(load(flags, config=config), flags), **values)

    config = f"Settings in TOML.  [{CONFIG_VARIABLE}]"
    complete: Callable[..., None] = click.option(
        "--config", type=click.Path(path_type=Path), metavar="FILE", help=config
    )(run)
    for option in reversed(OPTIONS):
        complete = _parameter(option)(complete)
    return complete


def _parameter(option: Option) -> Callable[[Callable[..., None]], Callable[..., None]]:
    default = f"; default: {option.default}" if option.default else ""
    text = f"{option.help}  [{option.variable}{default}]"
    if option.is_switch:
        return click.option(f"{option.flag}/--no-{option.name}", default=None, help=text)
    return click.option(option.flag, metavar=option.metavar, multiple=option.repeated, help=text)


@contextmanager
def plainly() -> Iterator[None]:
    """Turn what a user can mend into a refusal."""
    try:
        yield
    except SettingsError as error:
        raise BadSetting(error) from None
    except (AuthorityError, NotServingError, OSError) as error:
        raise Refusal(error) from None


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
