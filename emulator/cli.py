"""The command `asm-emulator`: which sub-commands there are, and in which module of `emulator.commands` each is.

A module is imported when one of its commands is asked for: `serve` pays for none of the others.
"""

from __future__ import annotations

from importlib import import_module

import click

from emulator import __version__
from emulator.commands.base import NAME, examples

COMMANDS = {
    "serve": "serving",
    "start": "background",
    "stop": "background",
    "status": "background",
    "wait": "background",
    "env": "environment",
    "doctor": "doctor",
    "identity": "identities",
    "clock": "steering",
    "fault": "faults",
    "snapshot": "snapshots",
    "journal": "steering",
    "explain": "steering",
    "reset": "steering",
    "package": "packages",
    "storage-keys": "storage_keys",
    "coverage": "coverage",
    "demo": "demo",
}
"""Every sub-command, in the order of the help, with its module, in which it has its own name (with _ for -)."""


class Commands(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names, in the order in which one comes to need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        """Return a command, or None where there is none of that name."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(import_module(f"emulator.commands.{module}"), cmd_name.replace("-", "_"))
        return command


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples("start", 'eval "$(asm-emulator env)"', "status", "journal", "doctor", "stop"),
)
@click.version_option(__version__, prog_name=NAME, message="%(prog)s %(version)s")
def main() -> None:
    """Emulate the classic Azure Service Management API (ASM, RDFE) on this machine."""
