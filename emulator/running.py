"""An emulator that runs in another process: where it is, whether it serves, what is asked of its control API.

While `serve` runs, the file endpoint.json in its certificate directory says where and which process it is; it goes when
`serve` ends. One left behind by a process that was killed is told by nobody listening there, or by the process: a later
one that got its number began later. Of the emulator itself it knows nothing but the control API and that HTTPS is
answered; light to import.
"""

from __future__ import annotations

import json
import os
import socket
from base64 import b64encode
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from emulator.domain.clock import wall_clock
from emulator.identity import files
from emulator.settings import TOKEN_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from emulator.settings import Settings

FILE = "endpoint.json"
PROC = Path("/proc")
"""Where the system tells of its processes, if it does so in files."""
ANSWER_SECONDS = 5.0
"""How long an emulator may take to answer, unless somebody has less time than that."""


class NotServingError(Exception):
    """No emulator answers there, or it refuses what was asked: the text says which."""


class Address(NamedTuple):
    """Where an emulator is."""

    endpoint: str
    """Of the management API: https://HOST:PORT."""
    control_endpoint: str | None
    """Of the control API: http://HOST:PORT, or None where it is switched off."""


class Noted(NamedTuple):
    """What stands in the file that an emulator leaves beside its certificates."""

    address: Address
    pid: int
    born: str | None
    """What tells its process from a later one of the same number; None where the system does not say."""
    since: str
    """When it began to serve, in ISO 8601."""

    def lives(self) -> bool:
        """Tell whether that very process is still there."""
        return self.born is not None and born(self.pid) == self.born


@contextmanager
def announced(directory: Path, address: Address) -> Iterator[None]:
    """Say in a certificate directory where an emulator is, for as long as it runs there.

    Raises AuthorityError when the directory cannot be written to.
    """
    path, pid = directory / FILE, os.getpid()
    here = {**address._asdict(), "pid": pid, "born": born(pid), "since": wall_clock().isoformat()}
    data = json.dumps(here).encode()
    files.write(path, data)
    try:
        yield
    finally:
        # Another emulator may have been started with the same certificates: the file is then about that one.
        with suppress(OSError):
            if path.read_bytes() == data:
                path.unlink()


def find(settings: Settings, flags: Mapping[str, object]) -> Address:
    """Return where the emulator of these settings is, or would be.

    That is the one which runs with the same certificates, unless the flags (by name, None where not given) ask for
    other ports than it has. Without one the settings say it; raises NotServingError where they ask for a free port.
    """
    known = noted(settings.certs)
    if known is not None and agrees(known.address, settings, flags) and _listens(known.address):
        return known.address
    if settings.port == 0 or settings.control_port == 0:
        raise NotServingError(
            f"no emulator runs with the certificates in {settings.certs.absolute()}, "
            "and a free port (0) is known only once it does"
        )
    control = None if settings.control_port is None else f"{settings.control_client_host}:{settings.control_port}"
    return Address(f"https://{settings.client_host}:{settings.port}", None if control is None else f"http://{control}")


def check(address: Address, ca: Path, seconds: float = ANSWER_SECONDS) -> None:
    """Return if the emulator there serves; raise NotServingError if not, or not within `seconds`.

    Its control API is asked, or the management API where that is switched off: whatever it answers, if it has a
    certificate that `ca` (a file) vouches for.
    """
    if address.control_endpoint is not None:
        ask(address.control_endpoint, "GET", "/health", seconds=seconds)
        return
    from http.client import HTTPSConnection  # noqa: PLC0415 - loads OpenSSL
    from ssl import create_default_context  # noqa: PLC0415

    if not ca.exists():
        raise NotServingError(f"there is no {ca.absolute()} yet")
    host, port = host_and_port(address.endpoint)
    try:
        context = create_default_context(cafile=ca)
        with closing(HTTPSConnection(host, port, timeout=seconds, context=context)) as connection:
            connection.request("GET", "/")
            connection.getresponse()
    except (OSError, HTTPException) as error:
        raise NotServingError(f"{address.endpoint}: {_reason(error)}") from None


def token(settings: Settings) -> str | None:
    """Return what the control API wants to be shown: what the settings say, or what lies with the certificates.

    None where nothing does, or where it may not be read.
    """
    if settings.control_token is not None:
        return settings.control_token
    try:
        return (settings.certs / TOKEN_FILE).read_text(encoding="ascii").strip() or None
    except (OSError, ValueError):
        return None


def register(control_endpoint: str, subscription_id: str, der: bytes, token: str | None = None) -> str:
    """Let a certificate open a subscription, and return its thumbprint; raises NotServingError."""
    body = {"subscription": subscription_id, "certificate": b64encode(der).decode()}
    return str(ask(control_endpoint, "POST", "/identities", body, token=token)["thumbprint"])


def ask(
    control_endpoint: str,
    method: str,
    path: str,
    body: object = None,
    *,
    token: str | None = None,
    seconds: float = ANSWER_SECONDS,
) -> dict[str, Any]:
    """Return what the control API answers; raises NotServingError, with its own words where it refuses."""
    host, port = host_and_port(control_endpoint)
    try:
        # Not through urllib, which would ask a proxy for it where the environment names one.
        with closing(HTTPConnection(host, port, timeout=seconds)) as connection:
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
    except (OSError, HTTPException) as error:
        raise NotServingError(f"no emulator answers at {control_endpoint}: {_reason(error)}") from None
    except ValueError:
        raise NotServingError(f"what answers at {control_endpoint} is no emulator's control API") from None
    if not isinstance(answer, dict) or response.status >= 400:  # noqa: PLR2004 - where refusals begin
        raise NotServingError(str(answer.get("error", answer) if isinstance(answer, dict) else answer))
    return answer


def noted(directory: Path) -> Noted | None:
    """Return what stands in a certificate directory of an emulator, whether it still runs or was killed."""
    try:
        said = json.loads((directory / FILE).read_bytes())
        return Noted(Address(said["endpoint"], said["control_endpoint"]), int(said["pid"]), said["born"], said["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def born(pid: int) -> str | None:
    """Return what tells a process from a later one of the same number: when it began. None where there is none."""
    if not (PROC / "self/stat").exists():
        import subprocess  # noqa: PLC0415 - start-up time

        told = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
        return told.stdout.strip() or None
    try:
        said = (PROC / f"{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # Behind the name, which may hold spaces and brackets: the state is field 3, the time of the start field 22.
    state, *fields = said.rpartition(")")[2].split()
    return None if state in "ZX" else fields[18]


def agrees(running: Address, settings: Settings, flags: Mapping[str, object]) -> bool:
    """Tell whether an emulator has the ports that flags ask for, if they ask for any."""
    control = None if running.control_endpoint is None else host_and_port(running.control_endpoint)[1]
    ports = {
        "port": (settings.port, host_and_port(running.endpoint)[1]),
        "control_port": (settings.control_port, control),
    }
    return all(flags.get(name) is None or asked in (0, actual) for name, (asked, actual) in ports.items())


def _listens(address: Address) -> bool:
    try:
        socket.create_connection(host_and_port(address.endpoint), ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


def host_and_port(endpoint: str) -> tuple[str, int]:
    """Return the host and the port of an endpoint."""
    parts = urlsplit(endpoint)
    return parts.hostname or "", parts.port or 0


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
