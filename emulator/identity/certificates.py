"""Makes and reads the certificates: the authority's own, the server's, the clients'.

Knows X.509 and nothing of files. Importing it loads the cryptographic libraries, so it is imported when an authority
is made and not before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import trustme
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from emulator.identity import formats

if TYPE_CHECKING:
    from collections.abc import Sequence

SERVER_NAMES = ("localhost", "127.0.0.1", "::1", "management.core.windows.net")
"""The names that a server certificate always has."""

_ORGANIZATION = "Azure ASM emulator"
# The place of the home subscription in a client certificate: an authority's key may be one that people use for other
# things as well, so a common name alone would not tell a client identity from those.
_HOME = "urn:azure-asm-emulator:subscription:"

_BACKDATED = timedelta(days=1)
_CLIENT_LIFETIME = timedelta(days=20 * 365)
# macOS refuses a server certificate that is valid for more than 825 days.
_SERVER_LIFETIME = timedelta(days=800)
_RENEWED_BEFORE = timedelta(days=30)

# What the cryptography package raises on bytes of unknown origin; Warning where warnings are made errors.
_MALFORMED = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    InvalidSignature,
    x509.InvalidVersion,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    Warning,
)

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Credentials:
    """A certificate and the private key that belongs to it."""

    key: PrivateKey
    certificate: x509.Certificate

    @classmethod
    def from_pem(cls, data: bytes) -> Credentials:
        """Read both from one PEM text, in any order; ValueError when they are not there or are not a pair."""
        key, certificate = _private_key(data), _certificate(data)
        if key.public_key() != certificate.public_key():
            raise ValueError("its private key belongs to another certificate")
        return cls(key, certificate)

    @property
    def has_rsa_key(self) -> bool:
        """Whether the key is RSA, which some clients insist on."""
        return isinstance(self.key, rsa.RSAPrivateKey)

    def der(self) -> bytes:
        """Return the certificate in DER."""
        return self.certificate.public_bytes(Encoding.DER)

    def certificate_pem(self) -> bytes:
        """Return the certificate in PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    def key_pem(self) -> bytes:
        """Return the key in PEM, in the form that OpenSSL before 1.0 wrote: every client reads it."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())

    def pem(self) -> bytes:
        """Return key and certificate in one PEM text."""
        return self.key_pem() + self.certificate_pem()

    def pfx(self, password: bytes | None) -> bytes:
        """Return both as PKCS#12; see `formats.pfx` for the password."""
        return formats.pfx(
            self.der(), self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), password
        )


@dataclass(frozen=True)
class ClientCredentials(Credentials):
    """A client certificate and its key, made for one subscription."""

    subscription_id: str

    def publish_settings(self, endpoint: str, name: str) -> str:
        """Return the text of a publishsettings file with both; `name` is the subscription's."""
        return formats.publish_settings(
            self.pfx(None), endpoint=endpoint, subscription_id=self.subscription_id, name=name
        )


class Issuer:
    """A certificate authority in memory."""

    def __init__(self, authority: trustme.CA) -> None:
        self._authority = authority
        self.credentials = Credentials.from_pem(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
        identifier = self.credentials.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        self._identifier = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier.value)

    @classmethod
    def new(cls) -> Issuer:
        """Make an authority that nobody knows yet."""
        return cls(trustme.CA(organization_name=_ORGANIZATION))

    @classmethod
    def from_pem(cls, certificate: bytes, key: bytes) -> Issuer:
        """Take up an authority again; ValueError when the two are no pair, or not those of an authority."""
        own = Credentials.from_pem(key + certificate)
        try:
            extensions = own.certificate.extensions
            is_authority = extensions.get_extension_for_class(x509.BasicConstraints).value.ca
            extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except _MALFORMED:
            is_authority = False
        if not is_authority:
            raise ValueError("it is not the certificate of an authority (a CA with a key identifier)")
        return cls(trustme.CA.from_pem(own.certificate_pem(), own.key_pem()))

    def server(self, hostnames: Sequence[str]) -> Credentials:
        """Issue a server certificate for the names and IP addresses given and for SERVER_NAMES.

        Raises ValueError for what cannot be a host name.
        """
        now = datetime.now(UTC)
        leaf = self._authority.issue_cert(
            *dict.fromkeys((*SERVER_NAMES, *hostnames)),
            organization_name=_ORGANIZATION,
            not_before=now - _BACKDATED,
            not_after=now + _SERVER_LIFETIME,
        )
        return Credentials.from_pem(leaf.private_key_and_cert_chain_pem.bytes())

    def client(self, subscription_id: str, *, with_rsa: bool) -> ClientCredentials:
        """Issue a client certificate whose home is the subscription, with an RSA-2048 key or, far cheaper, a P-256 one.

        Raises ValueError when the id is empty or longer than 64 bytes.
        """
        key = rsa.generate_private_key(65537, 2048) if with_rsa else ec.generate_private_key(ec.SECP256R1())
        public = key.public_key()
        issuer = self.credentials
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_client_name(subscription_id))
            .issuer_name(issuer.certificate.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _BACKDATED)
            .not_valid_after(now + _CLIENT_LIFETIME)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(_home_name(subscription_id), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(self._identifier, critical=False)
            .sign(issuer.key, hashes.SHA256())
        )
        return ClientCredentials(key, certificate, subscription_id)

    def check(self, pair: Credentials) -> Credentials:
        """Return the pair when its certificate was issued here; ValueError otherwise."""
        if not self._has_signed(pair.certificate):
            raise ValueError("its certificate was issued by another authority")
        return pair

    def check_client(self, pair: Credentials) -> ClientCredentials:
        """Return the pair as a client's when it was issued here as that; ValueError otherwise."""
        self.check(pair)
        subscription_id = self.home(pair.der())
        if subscription_id is None:
            raise ValueError("its certificate names no subscription")
        return ClientCredentials(pair.key, pair.certificate, subscription_id)

    def home(self, der: bytes) -> str | None:
        """Return the home subscription of a client certificate (DER) from here; None for any other bytes."""
        try:
            certificate = x509.load_der_x509_certificate(der)
            return _home(certificate) if self._has_signed(certificate) else None
        except _MALFORMED:
            return None

    def _has_signed(self, certificate: x509.Certificate) -> bool:
        try:
            certificate.verify_directly_issued_by(self.credentials.certificate)
        except _MALFORMED:
            return False
        return True


def serves_as(kept: Credentials, fresh: Credentials) -> bool:
    """Tell whether a server certificate has all the names of a fresh one and stays valid for a month."""
    now = datetime.now(UTC)
    valid = kept.certificate.not_valid_before_utc <= now < kept.certificate.not_valid_after_utc - _RENEWED_BEFORE
    return valid and _names(kept) >= _names(fresh)


def certificate_in_pfx(data: bytes) -> bytes:
    """Return the certificate (DER) in a PKCS#12 file without a password; ValueError when it is no such file."""
    try:
        certificate = pkcs12.load_key_and_certificates(data, None)[1]
    except _MALFORMED:
        certificate = None
    if certificate is None:
        raise ValueError("it is not a PKCS#12 file with a certificate and without a password")
    return certificate.public_bytes(Encoding.DER)


def _private_key(data: bytes) -> PrivateKey:
    try:
        # The full check of an RSA key's primes takes 40 ms; that it is the certificate's key is checked anyway.
        key = load_pem_private_key(data, password=None, unsafe_skip_rsa_key_validation=True)
    except _MALFORMED:
        key = None
    if not isinstance(key, PrivateKey):
        raise ValueError("there is no readable RSA or EC private key without a password in it")  # noqa: TRY004 - a file's
    return key


def _certificate(data: bytes) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(data)
        certificate.public_key()
    except _MALFORMED:
        raise ValueError("there is no readable certificate in it") from None
    return certificate


def _client_name(subscription_id: str) -> x509.Name:
    return x509.Name(
        (
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, subscription_id),
        )
    )


def _home_name(subscription_id: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.UniformResourceIdentifier(_HOME + quote(subscription_id, safe=""))])


def _home(certificate: x509.Certificate) -> str | None:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    return next((unquote(uri.removeprefix(_HOME)) for uri in uris if uri.startswith(_HOME)), None)


def _names(server: Credentials) -> set[x509.GeneralName]:
    try:
        return set(server.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except _MALFORMED:
        return set()
