"""X.509: what is read out of .cer and .pfx files, and the certificates that the service makes itself.

Knows bytes only: no resource, no refusal. What cannot be read raises ValueError with the reason.
"""

from __future__ import annotations

import hashlib
import warnings
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cryptography import x509

VALIDITY = 5
"""How many years the service's own certificates are valid, as recorded."""

_NEGATIVE = "Parsed a serial number which wasn't positive"
"""The warning with which makecert's certificates are read, whose serial numbers are negative."""


def thumbprint_of(der: bytes) -> str:
    """Return what a certificate is known by: SHA-1 of its DER in upper-case hex."""
    return hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()


def read_cer(data: bytes) -> bytes:
    """Return the DER of the certificate in a .cer file, which is DER or PEM."""
    import ssl  # noqa: PLC0415

    from OpenSSL import crypto  # noqa: PLC0415 - slow to import, and seldom needed

    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            data = ssl.PEM_cert_to_DER_cert(data.decode("ascii").strip())
        # OpenSSL takes the negative serial numbers that makecert gave; the stricter parsers refuse them.
        return crypto.dump_certificate(crypto.FILETYPE_ASN1, crypto.load_certificate(crypto.FILETYPE_ASN1, data))
    except (crypto.Error, ValueError):
        raise ValueError("It has to be the base64 of a .cer file.") from None


def described(der: bytes) -> tuple[str, datetime]:
    """Return whom a certificate is about, as CN=…, O=…, and when it expires."""
    from cryptography import x509  # noqa: PLC0415

    warnings.filterwarnings("ignore", _NEGATIVE)
    try:
        certificate = x509.load_der_x509_certificate(der)
        subject = ", ".join(part.rfc4514_string() for part in reversed(certificate.subject.rdns))
    except ValueError:
        raise ValueError("It does not say whom it is about.") from None
    return subject, certificate.not_valid_after_utc


class ServerCertificate(NamedTuple):
    """What a certificate of a server says: whose it is and who issued it, by their common names, when, and where."""

    subject: str
    issuer: str
    begins: datetime
    expires: datetime
    names: tuple[str, ...]


def server_certificate(der: bytes) -> ServerCertificate:
    """Return what a certificate says of the server that shows it; its host names are those of the subject first."""
    from cryptography import x509  # noqa: PLC0415

    warnings.filterwarnings("ignore", _NEGATIVE)
    try:
        one = x509.load_der_x509_certificate(der)
        subject, issuer = _common_name(one.subject), _common_name(one.issuer)
        others = [name for more in one.extensions for name in _host_names(more.value)]
    except ValueError:
        raise ValueError("It does not say whose it is.") from None
    names = tuple(dict.fromkeys([subject, *others]))
    return ServerCertificate(subject, issuer, one.not_valid_before_utc, one.not_valid_after_utc, names)


def _host_names(extension: x509.ExtensionType) -> list[str]:
    from cryptography import x509  # noqa: PLC0415

    return extension.get_values_for_type(x509.DNSName) if isinstance(extension, x509.SubjectAlternativeName) else []


def _common_name(name: x509.Name) -> str:
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def read_pfx(data: bytes, password: str | None) -> bytes:
    """Return the DER of the certificate in a .pfx file: the one of its key, or else its first. The key is not kept.

    A certificate by itself is taken too: azure-cli calls the one it uploads for SSH a .pfx file, and it is PEM.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12  # noqa: PLC0415

    warnings.filterwarnings("ignore", _NEGATIVE)
    for secret in (password.encode(),) if password else (None, b""):
        try:
            store = pkcs12.load_pkcs12(data, secret)
        except (ValueError, UnsupportedAlgorithm):
            continue
        for one in (store.cert, *store.additional_certs):
            if one is not None:
                return one.certificate.public_bytes(Encoding.DER)
        raise ValueError("The .pfx file holds no certificate.")
    try:
        return read_cer(data)
    except ValueError:
        raise ValueError("It has to be the base64 of a .pfx file which the password opens.") from None


def self_issued(domain_component: str, secret: bytes, serial_number: int, now: datetime) -> bytes:
    """Return the DER of a certificate that vouches for itself, valid for five years. `secret` has 32 bytes.

    The recorded ones have RSA keys. Here the key is Ed25519, so that the same secret gives the same certificate.
    """
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    key = Ed25519PrivateKey.from_private_bytes(secret)
    name = x509.Name([x509.NameAttribute(x509.NameOID.DOMAIN_COMPONENT, domain_component)])
    last_day = 28 if (now.month, now.day) == (2, 29) else now.day
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=serial_number,
        not_valid_before=now,
        not_valid_after=now.replace(year=now.year + VALIDITY, day=last_day),
    )
    return builder.sign(key, None).public_bytes(Encoding.DER)
