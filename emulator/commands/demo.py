"""`asm-emulator demo`: the guide to the Python SDK, walked through; `emulator.demo` is the walk."""

from __future__ import annotations

import warnings

import click

from emulator.commands.base import Refusal, as_json, examples, nothing, plainly, tell


@click.command(epilog=examples("demo", "demo --json"))
@as_json
def demo(as_json: bool) -> None:
    """Walk through the guide to the Python SDK.

    Each of its how-tos is done on an emulator of its own, and told call by call. Ends with status 1 if any of it fails.
    Needs the extra `demo`, which brings the SDK.
    """
    try:
        # The SDK is of 2015: today's Python has something to say of its string literals.
        with warnings.catch_warnings(action="ignore"):
            from emulator.demo import walk  # noqa: PLC0415 - the SDK is an extra
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("azure"):
            raise
        raise Refusal(f"the demo needs the SDK ({error}): pip install 'azure-asm-emulator[demo]'") from None
    with plainly():
        worked = walk(nothing if as_json else click.echo)
    failed = sum(not one for one in worked.values())
    if as_json:
        tell({"worked": worked, "failed": failed}, as_json, nothing)
    if failed:
        raise Refusal(f"{failed} of {len(worked)} steps failed")
    if not as_json:
        click.echo(f"\nAll {len(worked)} steps worked.")
