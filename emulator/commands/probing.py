"""How far a client gets on its way to an emulator, and what it finds there: facts, without a judgement.

Knows the emulator as a client does, and certificates as files; what the facts mean is said in `diagnosis`.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cryptography import x509

from emulator.running import Noted

SECONDS = 5.0
LOOKUP_SECONDS = 2.0
PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class Case(NamedTuple):
    """What a client would do: go to `host` and `port`, trust `ca`, show `cert`, ask for `subscription`."""

    certs: Path
    noted: Noted | None
    host: str
    port: int
    ca: Path
    cert: Path
    subscription: str | None
    asked_for_host: bool = False

    @property
    def there(self) -> str:
        """Where the client goes."""
        return f"{self.host} port {self.port}"

    @property
    def running(self) -> Noted | None:
        """The emulator that has these certificates, if its process is there."""
        return self.noted if self.noted is not None and self.noted.lives() else None


@dataclass
class Probe:
    """How far one gets: each step is there, or why it failed; neither where none came so far."""

    addresses: list[str] = field(default_factory=list)
    lookup_error: str | None = None
    connected: bool = False
    connect_error: str | None = None
    certificate: x509.Certificate | None = None
    tls_error: str | None = None


def probe(case: Case) -> Probe:
    """Go as far as one gets."""
    found = Probe()
    addresses = lookup(case.host)
    if isinstance(addresses, str):
        found.lookup_error = addresses
        return found
    found.addresses = addresses
    try:
        connection = socket.create_connection((case.host, case.port), SECONDS)
    except OSError as error:
        found.connect_error = reason(error)
        return found
    found.connected = True
    with connection:
        try:
            with open_context().wrap_socket(connection, server_hostname=case.host) as secured:
                found.certificate = x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")
        except (OSError, ValueError) as error:
            found.tls_error = reason(error)
    return found


def lookup(host: str) -> list[str] | str:
    """Return the addresses that a name leads to, or why it leads nowhere."""
    found: list[list[str] | str] = []

    def look() -> None:
        try:
            infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found.append(list(dict.fromkeys(str(info[4][0]) for info in infos)))
        except (OSError, UnicodeError) as error:
            found.append(reason(error))

    thread = threading.Thread(target=look, daemon=True)  # a resolver without a network may take a minute
    thread.start()
    thread.join(LOOKUP_SECONDS)
    return found[0] if found else f"no answer within {LOOKUP_SECONDS:g} s"


def open_context() -> ssl.SSLContext:
    """Return a context that judges nothing, so that each fault is found by the check that has words for it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT@SECLEVEL=0")  # a client's key may be as old as the API
    return context


def reason(error: Exception) -> str:
    """Return why something could not be done, in words."""
    return getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error) or type(error).__name__


def certificates(file: Path) -> list[x509.Certificate] | str:
    """Return the certificates of a PEM file, or why there are none."""
    found = in_der(file)
    try:
        return found if isinstance(found, str) else [x509.load_der_x509_certificate(one) for one in found]
    except ValueError as error:
        return f"{file} holds a certificate that cannot be read: {reason(error)}."


def in_der(file: Path) -> list[bytes] | str:
    """Do the same without reading what is in them: a bundle has many, and some that are hardly valid."""
    try:
        found = [ssl.PEM_cert_to_DER_cert(one) for one in PEM.findall(file.read_text(encoding="latin-1"))]
    except OSError as error:
        return f"{file} cannot be read: {reason(error)}."
    except ValueError:
        found = []
    return found or f"{file} holds no certificate in PEM."
