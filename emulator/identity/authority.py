"""The certificate authority of one emulator, and the client identities that it hands out.

Light to import: the cryptographic libraries are loaded when an authority is made. Knows nothing of requests; what a
certificate may do is decided in `emulator.identity.authentication`.
"""

from __future__ import annotations

import functools
import hashlib
import tempfile
import threading
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from emulator.identity import files
from emulator.identity.files import AuthorityError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from emulator.identity.certificates import ClientCredentials, Issuer
    from emulator.identity.directory import CertificateDirectory

__all__ = ["Authority", "AuthorityError", "Identity"]

T = TypeVar("T")

_SUBSCRIPTION_NAME = "Azure ASM emulator"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A client certificate with its key and the subscription that it was made for: what a client needs to get in."""

    subscription_id: str
    pem_path: Path
    """Key and certificate in one PEM file, mode 0600."""
    ca_path: Path
    """The certificate (PEM) that the client must trust."""
    endpoint: str
    """Where the emulator listens: https://HOST:PORT."""
    _credentials: ClientCredentials = field(repr=False, compare=False)
    _issuer: Issuer = field(repr=False, compare=False)

    @functools.cached_property
    def certificate_der(self) -> bytes:
        """The certificate in DER."""
        return self._credentials.der()

    @property
    def thumbprint(self) -> str:
        """The certificate's SHA-1 digest as the portal wrote it: 40 upper-case hex digits."""
        return _thumbprint(self.certificate_der)

    @property
    def host(self) -> str:
        """The endpoint as the Python SDK takes it: HOST:PORT."""
        return urlsplit(self.endpoint).netloc

    def cer(self) -> bytes:
        """Return what a .cer file holds: the certificate in DER, without the key."""
        return self.certificate_der

    def pfx(self, password: bytes | None = None) -> bytes:
        """Return certificate and key as PKCS#12: without a password, or under one (UTF-8)."""
        return self._credentials.pfx(password)

    def publish_settings(self, name: str = _SUBSCRIPTION_NAME) -> str:
        """Return the XML text of a publishsettings file that names the subscription `name`.

        As with the portal's downloads, the certificate in it may be another one of the same subscription: azure-cli
        reads RSA keys only, and one is made here, once, where the identity's own key is not RSA.
        """
        return self._published.publish_settings(self.endpoint, name)

    def sdk(self, service_class: Callable[..., T], **keywords: object) -> T:
        """Return an instance of one of azure.servicemanagement's service classes, ready to use.

        `keywords` go to its constructor, for instance timeout (seconds). Needs the packages of the SDK.
        """
        import requests  # noqa: PLC0415 - the SDK's dependency, not ours

        session = requests.Session()
        session.cert = str(self.pem_path)
        session.verify = str(self.ca_path)
        # Otherwise REQUESTS_CA_BUNDLE, preset on many machines, would win over session.verify.
        session.trust_env = False
        settings = {"cert_file": str(self.pem_path), "host": self.host, "request_session": session}
        return service_class(self.subscription_id, **(settings | keywords))

    @functools.cached_property
    def _published(self) -> ClientCredentials:
        if self._credentials.has_rsa_key:
            return self._credentials
        return self._issuer.client(self.subscription_id, with_rsa=True)


class Authority:
    """The CA of one emulator: signs its server certificate and its client identities. Threads may share it."""

    def __init__(self, issuer: Issuer, directory: CertificateDirectory | None = None) -> None:
        self._issuer = issuer
        self._directory = directory
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._default: ClientCredentials | None = None
        self._mutex = threading.RLock()
        # Bounded: every test may come with an identity of its own, and strangers may come with anything.
        self._home = functools.lru_cache(maxsize=256)(issuer.home)

    @classmethod
    def temporary(cls) -> Authority:
        """Make an authority in memory; files for its identities lie in a private temporary directory until close()."""
        from emulator.identity.certificates import Issuer  # noqa: PLC0415 - loads the cryptographic libraries

        return cls(Issuer.new())

    @classmethod
    def in_directory(cls, directory: Path) -> Authority:
        """Take up the authority kept in a directory, or make both; `emulator.identity.directory` lists the files.

        Processes that do so at once get the same authority. Raises AuthorityError when a file there is damaged, was
        not made here, or cannot be read or written; nothing is changed then.
        """
        from emulator.identity.directory import CertificateDirectory  # noqa: PLC0415 - loads the cryptographic libraries

        kept = CertificateDirectory(directory)
        return cls(kept.issuer, kept)

    @property
    def ca_pem(self) -> bytes:
        """The authority's certificate in PEM."""
        return self._issuer.credentials.certificate_pem()

    @property
    def ca_path(self) -> Path:
        """The file with `ca_pem`: what clients must trust."""
        if self._directory is not None:
            return self._directory.path / "ca.pem"
        return self._scratch_file("ca.pem", self.ca_pem, files.PUBLIC)

    def server_certificate(self, hostnames: Sequence[str] = ()) -> tuple[bytes, bytes]:
        """Return the server's certificate chain (PEM, leaf first) and its key (PEM).

        It is valid for localhost, 127.0.0.1, ::1, management.core.windows.net and the names or IP addresses given. In
        a directory it is kept, and made again when a name is missing or it expires within 30 days. Raises ValueError
        for what cannot be a host name, AuthorityError for a kept one that is damaged or another authority's.
        """
        issued = self._issuer if self._directory is None else self._directory
        server = issued.server(hostnames)
        return server.certificate_pem(), server.key_pem()

    def identity(self, subscription_id: str, *, endpoint: str) -> Identity:
        """Issue a client certificate of its own for a subscription.

        `endpoint` is https://HOST:PORT. The files are there until close(), or until the authority itself is gone.
        Raises ValueError when the id is empty or longer than 64 bytes.
        """
        return self._scratch_identity(self._issuer.client(subscription_id, with_rsa=False), endpoint)

    def default_identity(self, *, endpoint: str) -> Identity:
        """Return the identity for who asks for none: always the same certificate, with one generated subscription id.

        In a directory that is client.pem and the files beside it; what is missing there is made, and
        client.publishsettings follows the endpoint. Raises AuthorityError when one of them is damaged or another's;
        nothing is changed then.
        """
        if self._directory is not None:
            client = self._directory.client(endpoint=endpoint, name=_SUBSCRIPTION_NAME)
            return self._identity(client, self._directory.path / "client.pem", endpoint)
        with self._mutex:
            self._default = self._default or self._issuer.client(str(uuid.uuid4()), with_rsa=False)
        return self._scratch_identity(self._default, endpoint)

    def issued(self, der: bytes) -> str | None:
        """Return the home subscription id of a client certificate (DER) that this authority signed; None for others.

        The certificate's dates are not looked at. Never raises, whatever the bytes.
        """
        return self._home(der)

    def close(self) -> None:
        """Remove the temporary files; what is kept in a directory stays. May be called twice."""
        with self._mutex:
            if self._scratch is not None:
                self._scratch.cleanup()
                self._scratch = None

    def _identity(self, client: ClientCredentials, pem_path: Path, endpoint: str) -> Identity:
        return Identity(
            subscription_id=client.subscription_id,
            pem_path=pem_path,
            ca_path=self.ca_path,
            endpoint=endpoint,
            _credentials=client,
            _issuer=self._issuer,
        )

    def _scratch_identity(self, client: ClientCredentials, endpoint: str) -> Identity:
        path = self._scratch_file(f"{_thumbprint(client.der())}.pem", client.pem(), files.PRIVATE)
        return self._identity(client, path, endpoint)

    def _scratch_file(self, name: str, data: bytes, mode: int) -> Path:
        with self._mutex:
            if self._scratch is None:
                self._scratch = tempfile.TemporaryDirectory(prefix="asm-emulator-")
            path = Path(self._scratch.name, name)
            if not path.exists():
                files.write(path, data, mode)
            return path


def _thumbprint(der: bytes) -> str:
    return hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()
