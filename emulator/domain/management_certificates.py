"""Management certificates: each opens the subscription it is added to."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from emulator.domain import errors
from emulator.domain.records import ManagementCertificate, TrackedOperation
from emulator.domain.world import Subscription
from emulator.domain.x509 import thumbprint_of


class AddManagementCertificate(Struct, frozen=True, kw_only=True):
    """A certificate to add: `data` is the DER of the .cer file, the rest has to agree with it where it is given."""

    public_key: bytes | None = None
    thumbprint: str | None = None
    data: bytes


def _public_key(der: bytes) -> bytes:
    """Return the public key of a certificate (PKCS#1 where it is RSA); refuse what is no certificate."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415
    from OpenSSL import crypto  # noqa: PLC0415 - slow to import, and seldom needed

    try:
        # OpenSSL takes the negative serial numbers that makecert gave; the stricter parsers refuse them.
        key: Any = crypto.load_certificate(crypto.FILETYPE_ASN1, der).get_pubkey().to_cryptography_key()
    except (crypto.Error, ValueError, TypeError):
        raise errors.CERTIFICATE_INVALID(why="It has to be the base64 of a .cer file in DER.") from None
    layout = PublicFormat.PKCS1 if isinstance(key, RSAPublicKey) else PublicFormat.SubjectPublicKeyInfo
    public_key: bytes = key.public_bytes(Encoding.DER, layout)
    return public_key


def add(
    subscription: Subscription, _operation: TrackedOperation, command: AddManagementCertificate
) -> ManagementCertificate:
    """Add a certificate; one that is there already is replaced by itself."""
    public_key, thumbprint = _public_key(command.data), thumbprint_of(command.data)
    if command.thumbprint and command.thumbprint.strip().upper() != thumbprint:
        raise errors.CERTIFICATE_MISMATCH(part="SubscriptionCertificateThumbprint")
    known = subscription.management_certificates
    limit = subscription.catalog.limits.management_certificates
    if thumbprint not in known and len(known) >= limit:
        raise errors.TOO_MANY_CERTIFICATES(limit=limit)
    certificate = ManagementCertificate(
        thumbprint=thumbprint,
        public_key=command.public_key or public_key,
        data=command.data,
        created=subscription.now,
    )
    known[thumbprint] = certificate
    return certificate


def get(subscription: Subscription, thumbprint: str) -> ManagementCertificate:
    """Return the certificate of a thumbprint, in any case."""
    try:
        return subscription.management_certificates[thumbprint.upper()]
    except KeyError:
        raise errors.CERTIFICATE_NOT_FOUND() from None


def list_all(subscription: Subscription) -> list[ManagementCertificate]:
    """Return every certificate, oldest first."""
    return list(subscription.management_certificates.values())


def delete(subscription: Subscription, _operation: TrackedOperation, thumbprint: str) -> None:
    """Take a certificate away, the last one, too."""
    del subscription.management_certificates[get(subscription, thumbprint).thumbprint]
