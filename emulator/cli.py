"""The command `asm-emulator`: serve, and find, await and prepare what is served.

Each command imports what it needs when it runs: `serve` is to answer soon, and `--help` at once. What a user can mend
is told in one line on standard error, with status 2 for a setting or an argument and 1 for all else.
"""

from __future__ import annotations

import json
import logging
import shlex
import signal
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from emulator import __version__, running, steering
from emulator.blobs.listed import AZURITE_ACCOUNTS
from emulator.cli_faults import fault
from emulator.cli_snapshots import snapshot
from emulator.command_line import Asked, Refusal, control, plainly, with_settings
from emulator.running import Address, NotServingError

if TYPE_CHECKING:
    from emulator.identity.authority import Identity

NAME = "asm-emulator"
ENDING = {signal.SIGINT, signal.SIGTERM}
WAIT_SECONDS = 30.0
POLL_SECONDS = 0.05

STARTED = """\
The Azure Service Management API is served at {endpoint}
The control API is {control}
Certificates are in {certs}:
  ca.pem (clients must trust it), client.pem, client.cer, client.pfx, client.publishsettings

To point the clients of another shell at it:
  eval "$({command} env --certs {shell_certs})"
Python SDK
  ServiceManagementService(host={host})
libcloud
  get_driver(Provider.AZURE)({subscription}, {pem}, host={hostname}, port={port})
Node, with a subscription's credentials
  createComputeManagementClient(credentials, {url})
Go
  management.ClientFromPublishSettingsFile({publish_settings}, "")
curl
  curl --cacert {shell_ca} --cert {shell_pem} -H x-ms-version:2014-10-01 {endpoint}/{id}/locations

Ctrl+C ends it.\
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name=NAME, message="%(prog)s %(version)s")
def main() -> None:
    """Emulate the classic Azure Service Management API (ASM, RDFE) on this machine."""


for _command in (*steering.COMMANDS, fault, snapshot):
    main.add_command(_command)


@main.command()
@with_settings
def serve(asked: Asked) -> None:
    """Serve until interrupted (SIGINT) or told to end (SIGTERM)."""
    # Blocked in this thread and all that it starts, a signal waits until it is asked for: one that comes early is not
    # lost, and one that comes while the emulator stops is never delivered.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    _log_to_stderr(asked.settings.log_level)
    from emulator.embedded import Emulator  # noqa: PLC0415 - start-up time

    with Emulator(asked.settings) as emulator:
        address = Address(emulator.endpoint, emulator.control_endpoint)
        with running.announced(emulator.ca_path.parent, address):
            click.echo(_started(address, emulator.default_identity()))
            signal.sigwait(ENDING)


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("emulator").setLevel(level.upper())


def _started(address: Address, identity: Identity) -> str:
    hostname, _, port = identity.host.rpartition(":")
    certs = identity.ca_path.parent
    return STARTED.format(
        endpoint=address.endpoint,
        control=f"at {address.control_endpoint}" if address.control_endpoint else "switched off",
        certs=certs,
        command=_this_command(),
        shell_certs=shlex.quote(str(certs)),
        shell_ca=shlex.quote(str(identity.ca_path)),
        shell_pem=shlex.quote(str(identity.pem_path)),
        id=identity.subscription_id,
        # JSON's string literals are also Python's, JavaScript's and Go's.
        subscription=json.dumps(identity.subscription_id),
        pem=json.dumps(str(identity.pem_path)),
        publish_settings=json.dumps(_publish_settings(identity)),
        url=json.dumps(address.endpoint),
        host=json.dumps(identity.host),
        hostname=json.dumps(hostname),
        port=port,
    )


def _this_command() -> str:
    """Return how to run this command from another shell, where its virtual environment may not be active."""
    script = Path(sys.argv[0])
    if script.name == NAME:
        return shlex.quote(str(script.absolute()))
    return f"{shlex.quote(sys.executable)} -m {__package__}"


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
    Export("ASM_EMULATOR_HOST_PORT", "HOST:PORT, as the Python SDK takes it", lambda _, i: i.host),
    Export("ASM_EMULATOR_CONTROL_ENDPOINT", "http://HOST:PORT, unless it is off", lambda a, _: a.control_endpoint),
)
"""What `env` prints. The Python SDK reads the two of AZURE_MANAGEMENT by itself."""


def _publish_settings(identity: Identity) -> str:
    return str(identity.ca_path.parent / "client.publishsettings")


@main.command(epilog="\b\n" + "\n".join(f"{row.name:32} {row.meaning}" for row in EXPORTS))
@with_settings
def env(asked: Asked) -> None:
    """Print what clients need as exports for a shell: eval "$(asm-emulator env)".

    Takes the settings of `serve`. With a free port (0) the emulator has to run. Certificates are made if they are not
    there yet. What the variables had before is overridden.
    """
    from emulator.identity.authority import Authority  # noqa: PLC0415 - loads OpenSSL

    address = running.find(asked.settings, asked.flags)
    identity = Authority.in_directory(asked.settings.certs).default_identity(endpoint=address.endpoint)
    for row in EXPORTS:
        if value := row.value(address, identity):
            click.echo(f"export {row.name}={shlex.quote(value)}")


@main.command()
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=WAIT_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="When to give up, with status 1.",
)
@with_settings
def wait(asked: Asked, timeout: float) -> None:
    """Wait until the emulator of these settings serves."""
    end = time.monotonic() + timeout
    while True:
        left = max(end - time.monotonic(), POLL_SECONDS)
        try:
            address = running.find(asked.settings, asked.flags)
            running.check(address, asked.settings.certs / "ca.pem", min(left, running.ANSWER_SECONDS))
        except NotServingError as error:
            if time.monotonic() + POLL_SECONDS > end:
                raise Refusal(f"not serving after {timeout:g} s: {error}") from None
            time.sleep(POLL_SECONDS)
        else:
            return


@main.group()
def identity() -> None:
    """Say which certificates open which subscriptions."""


@identity.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.cer")
@click.option("--subscription", required=True, metavar="ID", help="The subscription that it is to open.")
@with_settings
def add(asked: Asked, file: Path, subscription: str) -> None:
    """Let a certificate open a subscription of the running emulator, and print its thumbprint.

    FILE.cer holds a certificate in DER or in PEM. The settings say where the emulator runs.
    """
    from emulator.app import read_certificate  # noqa: PLC0415 - start-up time

    certificate = read_certificate(file)
    click.echo(running.register(control(asked), subscription, certificate, running.token(asked.settings)))


@main.group()
def package() -> None:
    """Make packages of cloud services (.cspkg) for tests."""


@package.command()
@click.argument("definition", type=click.Path(path_type=Path), metavar="DEF.csdef")
@click.argument("configuration", type=click.Path(path_type=Path), metavar="CFG.cscfg")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help="What to write.")
@click.option("--sdk-version", metavar="VERSION", help="The version of the SDK that it says it was made by.")
@click.option("--os-family", multiple=True, metavar="NUMBER", help="A family of guest systems that all roles support.")
def build(
    definition: Path, configuration: Path, output: Path, sdk_version: str | None, os_family: tuple[str, ...]
) -> None:
    """Make a package of a service definition that fits a configuration: what cspack did, without programs in it."""
    from emulator.catalog import load_catalog  # noqa: PLC0415 - start-up time
    from emulator.domain.definition import SDK_VERSION  # noqa: PLC0415
    from emulator.domain.fitting import misfit  # noqa: PLC0415
    from emulator.wire.configuration import read_configuration  # noqa: PLC0415
    from emulator.wire.package_builder import build_package  # noqa: PLC0415

    with plainly():
        texts = [(path, path.read_bytes()) for path in (definition, configuration)]
    try:
        content = read_configuration(texts[1][1])
        made, defined = build_package(texts[0][1], sdk_version=sdk_version or SDK_VERSION, os_families=os_family)
    except ValueError as error:
        raise Refusal(error) from None
    wrong = misfit(load_catalog(), defined, content)
    if wrong is not None:
        raise Refusal(wrong)
    with plainly():
        output.write_bytes(made)


@main.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@with_settings
def storage_keys(asked: Asked, names: tuple[str, ...]) -> None:
    """Print the keys that storage accounts will have: eval "$(asm-emulator storage-keys mystorageaccount)".

    That exports the variable AZURITE_ACCOUNTS, which Azurite reads, too. The keys are those that the variable has
    already, and else follow from the settings' seed.
    """
    from emulator.domain.blobs import account_keys  # noqa: PLC0415 - start-up time
    from emulator.domain.errors import ServiceError  # noqa: PLC0415
    from emulator.domain.names import storage_name  # noqa: PLC0415

    known = asked.settings.azurite_accounts
    try:
        accounts = {
            name: known.get(name) or account_keys(asked.settings.seed, name) for name in map(storage_name, names)
        }
    except ServiceError as error:
        raise Refusal(error) from None
    value = ";".join(f"{name}:{keys.primary}:{keys.secondary}" for name, keys in accounts.items())
    click.echo(f"export {AZURITE_ACCOUNTS}={shlex.quote(value)}")


@main.command()
def demo() -> None:
    """Start an emulator, and do on it all that the guide to the Python SDK teaches.

    Ends with status 1 if any of it fails. Needs the extra `demo`, which brings the SDK.
    """
    try:
        # The SDK is of 2015: today's Python has something to say of its string literals.
        with warnings.catch_warnings(action="ignore"):
            from emulator.demo import STEPS, walk  # noqa: PLC0415 - the SDK is an extra
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("azure"):
            raise
        raise Refusal(f"the demo needs the SDK ({error}): pip install 'azure-asm-emulator[demo]'") from None
    with plainly():
        failed = walk(click.echo)
    if failed:
        raise Refusal(f"{failed} of {len(STEPS)} steps failed")
    click.echo(f"\nAll {len(STEPS)} steps worked.")
