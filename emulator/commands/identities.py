"""`asm-emulator identity`: which certificates open which subscriptions of a running emulator."""

from __future__ import annotations

from pathlib import Path

import click

from emulator import running
from emulator.commands.base import Asked, as_json, control, examples, of_running, tell

EXAMPLES = examples("identity add mycert.cer --subscription 00000000-0000-0000-0000-000000000001")


@click.group(epilog=EXAMPLES)
def identity() -> None:
    """Say which certificates open which subscriptions."""


@identity.command(epilog=EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.cer")
@click.option("--subscription", required=True, metavar="ID", help="The subscription that it is to open.")
@as_json
@of_running
def add(asked: Asked, file: Path, subscription: str, as_json: bool) -> None:
    """Let a certificate open a subscription, and print its thumbprint.

    FILE.cer holds a certificate in DER or in PEM. The settings say where the emulator runs.
    """
    from emulator.app import read_certificate  # noqa: PLC0415 - start-up time

    thumbprint = running.register(control(asked), subscription, read_certificate(file), running.token(asked.settings))
    added = {"subscription": subscription, "thumbprint": thumbprint}
    tell(added, as_json, lambda told: [told["thumbprint"]])
