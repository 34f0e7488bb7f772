"""`asm-emulator storage-keys`: what an Azurite and the emulator have to agree upon."""

from __future__ import annotations

import shlex

import click

from emulator.blobs.listed import AZURITE_ACCOUNTS
from emulator.commands.base import Asked, Refusal, as_json, examples, tell, with_settings


@click.command(
    epilog=examples('eval "$(asm-emulator storage-keys mystorageaccount)"', "storage-keys account1 account2 --json")
)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@as_json
@with_settings
def storage_keys(asked: Asked, names: tuple[str, ...], as_json: bool) -> None:
    """Print the keys that storage accounts will have.

    They are exported in the variable AZURITE_ACCOUNTS, which Azurite reads, too. The keys are those that the variable
    has already, and else follow from the settings' seed.
    """
    from emulator.domain.blobs import account_keys  # noqa: PLC0415 - start-up time
    from emulator.domain.errors import ServiceError  # noqa: PLC0415
    from emulator.domain.names import storage_name  # noqa: PLC0415

    known, seed = asked.settings.azurite_accounts, asked.settings.seed
    try:
        accounts = {storage_name(name): known.get(name) or account_keys(seed, name) for name in names}
    except ServiceError as error:
        raise Refusal(error) from None
    value = ";".join(f"{name}:{keys.primary}:{keys.secondary}" for name, keys in accounts.items())
    tell({AZURITE_ACCOUNTS: value}, as_json, lambda _: [f"export {AZURITE_ACCOUNTS}={shlex.quote(value)}"])
