"""Certificates of a hosted service."""

from __future__ import annotations

from emulator.domain import service_certificates
from emulator.wire.common import nothing, service_url
from emulator.wire.contract import Contract, column, flat
from emulator.wire.values import BASE64

CERTIFICATE_FILE = Contract(
    "CertificateFile",
    service_certificates.AddServiceCertificate,
    (
        column("Data", BASE64, required=True),
        column("CertificateFormat", required=True),
        column("Password"),
    ),
)

CERTIFICATE = Contract("Certificate", nothing, (column("Data", BASE64),))

CERTIFICATES = Contract(
    "Certificates",
    nothing,
    (
        flat(
            Contract(
                "Certificate",
                nothing,
                (
                    column(
                        "CertificateUrl",
                        get=lambda p, c: (
                            f"{service_url(c, 'hostedservices', p[0].name)}/certificates/"
                            f"{service_certificates.ALGORITHM}-{p[1].thumbprint}"
                        ),
                    ),
                    column("Thumbprint", get=lambda p, _c: p[1].thumbprint),
                    column("ThumbprintAlgorithm", get=lambda _p, _c: service_certificates.ALGORITHM),
                    column("Data", BASE64, get=lambda p, _c: p[1].data),
                ),
            )
        ),
    ),
)
"""A list of pairs: the service and its certificate."""
