"""`asm-emulator env`: what a shell has to know so that the clients started from it find the emulator."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import click

from emulator import running
from emulator.commands.base import Asked, as_json, examples, of_running, tell
from emulator.running import Address

if TYPE_CHECKING:
    from emulator.identity.authority import Identity


class Export(NamedTuple):
    """A variable that `env` prints: its name, what it is, and its value (None: it is not exported)."""

    name: str
    meaning: str
    value: Callable[[Address, Identity], str | None]


EXPORTS = (
    Export("SSL_CERT_FILE", "what clients have to trust (Go, libcloud, old Python)", lambda _, i: str(i.ca_path)),
    Export("REQUESTS_CA_BUNDLE", "the same (Python)", lambda _, i: str(i.ca_path)),
    Export("NODE_EXTRA_CA_CERTS", "the same (Node)", lambda _, i: str(i.ca_path)),
    Export("AZURE_MANAGEMENT_CERTFILE", "a client's key and certificate, in PEM", lambda _, i: str(i.pem_path)),
    Export("AZURE_MANAGEMENT_SUBSCRIPTIONID", "the subscription it was made for", lambda _, i: i.subscription_id),
    Export("AZURE_SUBSCRIPTION_ID", "the same", lambda _, i: i.subscription_id),
    Export("ASM_EMULATOR_PUBLISH_SETTINGS", "all that as a publishsettings file", lambda _, i: _publish_settings(i)),
    Export("ASM_EMULATOR_ENDPOINT", "https://HOST:PORT", lambda a, _: a.endpoint),
    Export("AZURE_MANAGEMENTENDPOINT_URL", "the same (azure-cli 0.10)", lambda a, _: a.endpoint),
    Export("ASM_EMULATOR_HOST_PORT", "HOST:PORT, as the Python SDK takes it", lambda _, i: i.host),
    Export("ASM_EMULATOR_CONTROL_ENDPOINT", "http://HOST:PORT, unless it is off", lambda a, _: a.control_endpoint),
    Export("ASM_EMULATOR_CERTS", "--certs of the other commands, and of pytest", lambda _, i: str(i.ca_path.parent)),
)
"""What `env` prints. The Python SDK reads the two of AZURE_MANAGEMENT by itself."""


def _quoted_for_fish(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _quoted_for_powershell(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


SHELLS: dict[str, Callable[[str, str], str]] = {
    "sh": lambda name, value: f"export {name}={shlex.quote(value)}",
    "fish": lambda name, value: f"set -gx {name} {_quoted_for_fish(value)}",
    "powershell": lambda name, value: f"$Env:{name} = {_quoted_for_powershell(value)}",
}
"""How a variable is exported in each."""


def _publish_settings(identity: Identity) -> str:
    return str(identity.ca_path.parent / "client.publishsettings")


@click.command(
    epilog="\b\n"
    + "\n".join(f"{row.name:32} {row.meaning}" for row in EXPORTS)
    + "\n\n"
    + examples(
        'eval "$(asm-emulator env)"',
        'eval "$(asm-emulator env --certs other)"',
        "asm-emulator env --shell fish | source",
        "asm-emulator env --shell powershell | Out-String | Invoke-Expression",
        "env --json",
    )
)
@click.option("--shell", type=click.Choice(list(SHELLS)), default="sh", show_default=True, help="Whose exports.")
@as_json
@of_running
def env(asked: Asked, shell: str, as_json: bool) -> None:
    """Print what clients need, as exports for a shell.

    Takes the settings of `serve`. With a free port (0) the emulator has to run. Certificates are made if they are not
    there yet. What the variables had before is overridden.
    """
    from emulator.identity.authority import Authority  # noqa: PLC0415 - loads OpenSSL

    address = running.find(asked.settings, asked.flags)
    identity = Authority.in_directory(asked.settings.certs).default_identity(endpoint=address.endpoint)
    values = {row.name: value for row in EXPORTS if (value := row.value(address, identity))}
    tell(values, as_json, lambda exports: (SHELLS[shell](*one) for one in exports.items()))
