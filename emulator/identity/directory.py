"""The directory in which an authority lives from one start to the next.

    ca.pem, ca.key           the authority's certificate, which clients must trust, and its key
    server.pem               the server's key and certificate
    client.pem               the default identity: key and certificate, as the Python SDK and curl want them
    client.cer, client.pfx, client.publishsettings
                             the same identity in DER, in PKCS#12 without a password, and as the portal offered it

All but ca.pem and client.cer hold keys and have mode 0600. What is there is never overwritten unless it was made here
and is out of date: a server certificate that expires soon or lacks a name, publish settings that name another endpoint.
Anything else that does not fit is refused with an AuthorityError before a file is written. Knows nothing of requests.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from emulator.identity import files
from emulator.identity.certificates import ClientCredentials, Credentials, Issuer, certificate_in_pfx, serves_as
from emulator.identity.files import AuthorityError
from emulator.identity.formats import read_publish_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

CA, CA_KEY, SERVER, CLIENT = "ca.pem", "ca.key", "server.pem", "client.pem"
CER, PFX, PUBLISH_SETTINGS = "client.cer", "client.pfx", "client.publishsettings"

_ISSUED = (SERVER, CLIENT, CER, PFX, PUBLISH_SETTINGS)
_SERVER_REMEDY = "Restore it, or remove it to have a new one made."
_CLIENT_REMEDY = f"Restore it, or remove it and {CER}, {PFX} and {PUBLISH_SETTINGS} to have new ones made."
_COPY_REMEDY = f"Remove {CER}, {PFX} and {PUBLISH_SETTINGS} to have them made again from {CLIENT}."


class CertificateDirectory:
    """An authority that is kept in a directory. Safe against other processes that use the same directory."""

    def __init__(self, directory: Path) -> None:
        self.path = files.ensure_directory(directory)
        with files.locked(self.path):
            self.issuer = self._kept_issuer() or self._new_issuer()

    def server(self, hostnames: Sequence[str]) -> Credentials:
        """Return the kept server certificate; make it again when it lacks a name or expires within 30 days."""
        fresh = self.issuer.server(hostnames)
        with files.locked(self.path):
            kept = self._kept_server()
            if kept and serves_as(kept, fresh):
                return kept
            files.write(self.path / SERVER, fresh.pem())
        return fresh

    def client(self, *, endpoint: str, name: str) -> ClientCredentials:
        """Return the default identity; see to it that all its files are there and name the endpoint."""
        with files.locked(self.path):
            kept = self._kept_client()
            client = kept or self.issuer.client(str(uuid.uuid4()), with_rsa=True)
            missing = self._missing(client, endpoint, name)
            if kept is None:
                files.write(self.path / CLIENT, client.pem())
            for file, data in missing.items():
                files.write(self.path / file, data, files.PUBLIC if file == CER else files.PRIVATE)
        return client

    def _new_issuer(self) -> Issuer:
        orphans = ", ".join(name for name in _ISSUED if (self.path / name).exists())
        if orphans:
            raise AuthorityError(
                f"{self.path / CA} is missing, but {orphans} is there: restore it, or remove the rest."
            )
        issuer = Issuer.new()
        files.write(self.path / CA_KEY, issuer.credentials.key_pem())
        files.write(self.path / CA, issuer.credentials.certificate_pem(), files.PUBLIC)
        return issuer

    def _kept_issuer(self) -> Issuer | None:
        certificate, key = files.read(self.path / CA), files.read(self.path / CA_KEY)
        if certificate is None and key is None:
            return None
        remedy = f"Restore both as they were, or move {self.path} away to start with a new authority."
        with _refused(f"{self.path / CA} (with {CA_KEY})", remedy):
            if certificate is None or key is None:
                raise ValueError(f"{CA if certificate is None else CA_KEY} is missing")
            return Issuer.from_pem(certificate, key)

    def _kept_server(self) -> Credentials | None:
        path = self.path / SERVER
        data = files.read(path)
        with _refused(path, _SERVER_REMEDY):
            return None if data is None else self.issuer.check(Credentials.from_pem(data))

    def _kept_client(self) -> ClientCredentials | None:
        path = self.path / CLIENT
        data = files.read(path)
        with _refused(path, _CLIENT_REMEDY):
            return None if data is None else self.issuer.check_client(Credentials.from_pem(data))

    def _missing(self, client: ClientCredentials, endpoint: str, name: str) -> dict[str, bytes]:
        pfx = client.pfx(None)

        def is_ours(data: bytes) -> bool:
            # Reading PKCS#12 takes 40 ms, so the usual case is told by its bytes.
            return data == pfx or certificate_in_pfx(data) == client.der()

        missing = {}
        if self._kept_copy(CER, lambda data: data == client.der()) is None:
            missing[CER] = client.der()
        if self._kept_copy(PFX, is_ours) is None:
            missing[PFX] = pfx
        published = self._kept_copy(PUBLISH_SETTINGS, lambda text: is_ours(read_publish_settings(text)[1]))
        if published is None or read_publish_settings(published)[0] != endpoint:
            missing[PUBLISH_SETTINGS] = client.publish_settings(endpoint, name).encode()
        return missing

    def _kept_copy(self, name: str, is_ours: Callable[[bytes], bool]) -> bytes | None:
        path = self.path / name
        data = files.read(path)
        with _refused(path, _COPY_REMEDY):
            if data is not None and not is_ours(data):
                raise ValueError(f"it holds another certificate than {CLIENT}")
        return data


@contextmanager
def _refused(subject: Path | str, remedy: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise AuthorityError(f"{subject} cannot be used: {error}. {remedy}") from None
