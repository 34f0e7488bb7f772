"""Client root certificates, which come and go as texts, and the programs that dial in to a gateway."""

from __future__ import annotations

import base64
import binascii

from emulator.domain.gateway_records import ClientRootCertificate
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column, flat
from emulator.wire.reading import parse
from emulator.wire.values import DATE
from emulator.wire.writing import Context


def _architecture(processor_architecture: str) -> str:
    return processor_architecture


VPN_CLIENT_PARAMETERS = Contract(
    "VpnClientParameters", _architecture, (column("ProcessorArchitecture", required=True),)
)

CLIENT_ROOT_CERTIFICATES = Contract(
    "ClientRootCertificates",
    nothing,
    (
        flat(
            Contract(
                "ClientRootCertificate",
                nothing,
                (column("ExpirationTime", DATE), column("Subject"), column("Thumbprint")),
            )
        ),
    ),
)


class Certificate:
    """Reads and writes a certificate by itself: DER, PEM or base64, also within an element; written as PEM.

    No source says more than that the body is the certificate (assumption 110).
    """

    media_type = "text/plain"

    def read(self, body: bytes, version: str = "", unread: list[str] | None = None) -> bytes:
        """Return the .cer file that a body holds, or the body as it is: whether it is one is judged elsewhere."""
        del version, unread
        text = body.strip().removeprefix(b"\xef\xbb\xbf")
        if text.startswith(b"<"):
            text = (parse(text).text or "").strip().encode()
        if text.startswith(b"-----BEGIN"):
            return text
        try:
            return base64.b64decode(b"".join(text.split()), validate=True)
        except binascii.Error:
            return body

    def write(self, record: ClientRootCertificate, _context: Context) -> bytes:
        """Return the PEM of a certificate."""
        import ssl  # noqa: PLC0415 - seldom needed

        return ssl.DER_cert_to_PEM_cert(record.data).encode()


CERTIFICATE = Certificate()
