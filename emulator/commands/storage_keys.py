"""`asm-emulator storage-keys`: the keys that storage accounts will have, before there are any."""

from __future__ import annotations

import shlex

import click

from emulator.blobs.listed import AZURITE_ACCOUNTS
from emulator.commands.base import Asked, Refusal, as_json, examples, tell, with_settings


@click.command(
    "storage-keys",
    epilog=examples(
        'eval "$(asm-emulator storage-keys mystorageaccount)"',
        "storage-keys mystorageaccount myotheraccount --seed mine --json",
    ),
)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@as_json
@with_settings
def storage_keys(asked: Asked, names: tuple[str, ...], as_json: bool) -> None:
    """Print the keys that storage accounts will have.

    As an export of the variable AZURITE_ACCOUNTS, which Azurite reads, too. The keys are those that the variable has
    already, and else follow from the settings' seed.
    """
    from emulator.domain.blobs import account_keys  # noqa: PLC0415 - start-up time
    from emulator.domain.names import storage_name  # noqa: PLC0415
    from emulator.domain.refusals import ServiceError  # noqa: PLC0415

    known = asked.settings.azurite_accounts
    try:
        accounts = {
            name: known.get(name) or account_keys(asked.settings.seed, name) for name in map(storage_name, names)
        }
    except ServiceError as error:
        raise Refusal(error) from None
    shown = {name: {"primary": keys.primary, "secondary": keys.secondary} for name, keys in accounts.items()}
    tell(shown, as_json, _export)


def _export(accounts: dict[str, dict[str, str]]) -> list[str]:
    value = ";".join(f"{name}:{keys['primary']}:{keys['secondary']}" for name, keys in accounts.items())
    return [f"export {AZURITE_ACCOUNTS}={shlex.quote(value)}"]
