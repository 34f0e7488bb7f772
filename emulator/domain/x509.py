"""X.509: what is read out of .cer and .pfx files, and the certificates that the service makes itself.

Knows bytes only: no resource, no refusal. What cannot be read raises ValueError with the reason.
"""

from __future__ import annotations

import hashlib
import warnings
from datetime import datetime

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
