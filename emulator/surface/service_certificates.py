"""Rows: certificates of hosted services."""

from __future__ import annotations

from emulator.domain import service_certificates
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.wire import service_certificates as documents

_ALL = "/{subscription_id}/services/hostedservices/{service_name}/certificates"
_ONE = f"{_ALL}/{{certificate}}"
_FAMILY = "service certificates"

ROWS = (
    Operation(
        name="ListCertificates",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since="2009-10-01",
        does=service_certificates.list_all,
        writes=documents.CERTIFICATES,
        evidence=SEEN,
    ),
    Operation(
        name="AddCertificates",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since="2009-10-01",
        reads=documents.CERTIFICATE_FILE,
        does=service_certificates.add,
        confidential=True,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="GetCertificate",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since="2009-10-01",
        does=service_certificates.get,
        writes=documents.CERTIFICATE,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteCertificate",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2009-10-01",
        does=service_certificates.delete,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
)
