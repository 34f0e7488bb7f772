"""TLS that takes any client certificate, or none, and keeps it for the application to judge.

The standard library cannot do this: `ssl` has no verify callback, and its CERT_OPTIONAL ends the handshake of a
self-signed client. Knows sockets and OpenSSL, nothing of HTTP.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from OpenSSL import SSL, crypto

from emulator.server.transport import Transport, WaitForRead, WaitForWrite

if TYPE_CHECKING:
    import socket

log = logging.getLogger("emulator.server")

END_OF_STREAM = -1
"""What pyOpenSSL puts in the place of an error number when the peer went without a close_notify."""


STEPS = 2_000
"""How many steps of handshakes a connection may make: the first takes twenty, to renew its keys seven.

OpenSSL reads on as long as there is nothing else to read, and nobody else is served meanwhile: of a client that sends
nothing but new keys it would never be done.
"""


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """What the server shows to its clients, in PEM."""

    certificate_chain_pem: bytes
    """The leaf first, then the authority that issued it."""

    private_key_pem: bytes


def make_context(certificate: ServerCertificate) -> SSL.Context:
    """Build the context of a server that asks for a client certificate and takes whatever comes.

    Raises ValueError if the PEM cannot be read, OpenSSL.SSL.Error if key and certificate do not belong together.
    """
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - start-up time
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    # Clients of the time may know no better signature than SHA-1; OpenSSL's default level refuses them.
    context.set_cipher_list(b"DEFAULT@SECLEVEL=0")
    leaf, *issuers = load_pem_x509_certificates(certificate.certificate_chain_pem)
    context.use_certificate(leaf)
    for issuer in issuers:
        context.add_extra_chain_cert(issuer)
    context.use_privatekey(load_pem_private_key(certificate.private_key_pem, None))  # type: ignore[arg-type]
    context.check_privatekey()
    context.set_verify(SSL.VERIFY_PEER, _accept_any)
    # Without a session id context OpenSSL fails every resuming handshake once client certificates are asked for.
    context.set_session_id(b"asm-emulator")
    # Tickets carry the sessions; the cache on the server's side would keep twenty thousand client certificates.
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_mode(SSL.MODE_RELEASE_BUFFERS)
    context.set_options(SSL.OP_NO_RENEGOTIATION)
    context.set_info_callback(_count_step)
    return context


def _accept_any(*_verdict: object) -> bool:
    return True


def _count_step(connection: SSL.Connection, _where: int, _result: int) -> None:
    """Count a step of a handshake; after too many, let the connection end as if its client had closed it."""
    steps: Steps = connection.get_app_data()
    steps.number += 1
    if steps.number > STEPS:
        connection.set_shutdown(SSL.RECEIVED_SHUTDOWN)


@dataclass(slots=True)
class Steps:
    """How many a connection has made."""

    number: int = 0


class TLSTransport(Transport):
    """The server's side of one TLS connection, on a non-blocking socket."""

    __slots__ = ("_tls",)

    def __init__(self, sock: socket.socket, context: SSL.Context) -> None:
        super().__init__(sock)
        self._tls = SSL.Connection(context, sock)
        self._tls.set_app_data(Steps())
        self._tls.set_accept_state()

    def handshake(self) -> None:
        """Go on with the handshake; raises what `recv` raises, and ConnectionAbortedError when it failed."""
        try:
            self._tls.do_handshake()
        except SSL.Error as error:
            raise _translated(error) from None

    def client_certificate(self) -> bytes | None:
        """Return the certificate of the peer in DER, also on a resumed session; None if it sent none."""
        certificate = self._tls.get_peer_certificate()
        # Not through `cryptography`, whose parser is stricter than OpenSSL's: it refuses odd serial numbers.
        return None if certificate is None else crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)

    def recv(self, size: int) -> bytes:
        """Return up to `size` bytes, b"" at the end of the stream."""
        try:
            return self._tls.recv(size)
        except SSL.ZeroReturnError:
            return b""
        except SSL.Error as error:
            if isinstance(error, SSL.SysCallError) and error.args[0] == END_OF_STREAM:
                return b""
            raise _translated(error) from None

    def send(self, data: bytes | memoryview) -> int:
        """Send what fits; returns how many bytes that was."""
        try:
            return self._tls.send(data)
        except SSL.Error as error:
            raise _translated(error) from None

    def finish(self) -> None:
        """Tell the peer that nothing more will come."""
        try:
            self._tls.shutdown()
        except SSL.Error:
            log.debug("no close_notify: the peer is gone or the handshake was not over")
        super().finish()


def _translated(error: SSL.Error) -> Exception:
    if isinstance(error, SSL.WantReadError):
        return WaitForRead()
    if isinstance(error, SSL.WantWriteError):
        return WaitForWrite()
    if isinstance(error, SSL.SysCallError):
        return ConnectionResetError(*error.args)
    return ConnectionAbortedError(_reason(error))


def _reason(error: SSL.Error) -> str:
    """Return OpenSSL's own words: [("SSL routines", "", "tlsv1 alert unknown ca")] becomes its last part."""
    entries = error.args[0] if error.args else ()
    return "; ".join(str(entry[-1]) for entry in entries) or "connection closed"
