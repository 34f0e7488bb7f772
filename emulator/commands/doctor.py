"""`asm-emulator doctor`: says in words why a client cannot connect, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from emulator import running
from emulator.commands.base import Asked, as_json, examples, of_running, tell
from emulator.running import Address, NotServingError
from emulator.settings import Settings

COLOURS = {"ok": "green", "note": "yellow", "wrong": "red", "skipped": "bright_black"}
_FILE = click.Path(path_type=Path)


def _of_running(command: Any) -> Any:
    return of_running(command, but="host")


@click.command(
    epilog=examples(
        "doctor",
        "doctor --host management.core.windows.net --port 443",
        "doctor --cert mycert.pem --subscription 00000000-0000-0000-0000-000000000001",
        "doctor --host emulator.example --port 8443 --ca ca.pem --cert client.pem",
        "doctor --json",
    )
)
@click.option("--host", metavar="NAME", help="Where the client goes: a name or an address. Default: the emulator's.")
@click.option("--ca", type=_FILE, metavar="FILE", help="What the client trusts. Default: ca.pem in --certs.")
@click.option("--cert", type=_FILE, metavar="FILE", help="Its key and certificate. Default: client.pem in --certs.")
@click.option("--subscription", metavar="ID", help="What it asks for. Default: what its certificate was made for.")
@as_json
@_of_running
@click.pass_context
def doctor(
    context: click.Context,
    asked: Asked,
    host: str | None,
    ca: Path | None,
    cert: Path | None,
    subscription: str | None,
    as_json: bool,
) -> None:
    """Say why a client cannot connect, and what to do about it.

    Goes step by step where a client would go, with its files and in its environment. The status is 1 if something is
    wrong; a note is for some clients only.
    """
    from emulator.commands.diagnosis import examine  # noqa: PLC0415 - loads OpenSSL
    from emulator.commands.probing import Case  # noqa: PLC0415

    settings = asked.settings
    certs = settings.certs.absolute()
    known_host, port = running.host_and_port(_address(asked).endpoint)
    client = (cert or certs / "client.pem").absolute()
    findings = examine(
        Case(
            certs=certs,
            noted=running.noted(certs),
            host=host or known_host,
            port=port,
            ca=(ca or certs / "ca.pem").absolute(),
            cert=client,
            subscription=subscription or _home(certs, client),
            asked_for_host=host is not None,
        )
    )
    wrong = sum(one.verdict == "wrong" for one in findings)
    tell({"wrong": wrong, "findings": [one._asdict() for one in findings]}, as_json, _lines)
    context.exit(1 if wrong else 0)


def _address(asked: Asked) -> Address:
    try:
        return running.find(asked.settings, asked.flags)
    except NotServingError:  # a free port is asked for, and nobody has one: that is a finding, not a refusal
        fixed = Settings()
        return Address(f"https://{asked.settings.client_host}:{asked.settings.port or fixed.port}", None)


def _home(certs: Path, client: Path) -> str | None:
    """Return the subscription that a client certificate was made for, if that was with these certificates."""
    from cryptography import x509  # noqa: PLC0415 - loads OpenSSL
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    from emulator.identity.authority import Authority, AuthorityError  # noqa: PLC0415

    if not (certs / "ca.key").exists():
        return None
    try:
        der = x509.load_pem_x509_certificate(client.read_bytes()).public_bytes(Encoding.DER)
        return Authority.in_directory(certs).issued(der)
    except (OSError, ValueError, AuthorityError):  # what is wrong with the file is for the checks to say
        return None


def _lines(answer: dict[str, Any]) -> Iterator[str]:
    for one in answer["findings"]:
        verdict = click.style(f"{one['verdict']:7}", fg=COLOURS[one["verdict"]])
        yield f"{verdict}  {one['about']}: {one['says']}"
        if one["remedy"]:
            yield f"{'':7}  -> {one['remedy']}"
    wrong = answer["wrong"]
    yield "Nothing is wrong." if not wrong else f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong."
