"""The certificates of web sites, as they are sent and as sites show them: never with their file or its password."""

from __future__ import annotations

from datetime import datetime

from emulator.domain.site_certificates import ChangedCertificate
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, child, column
from emulator.wire.values import BASE64, BOOLEAN, Value
from emulator.wire.web_spaces import STRINGS, A, constant

FIRST = "2013-08-01"
"""The first x-ms-version in which certificates were seen with all of their elements."""

ZONED = Value(datetime.fromisoformat, datetime.isoformat)
"""A time with its offset from UTC, as only certificates have it."""

SITE_CERTIFICATE = Contract(
    "Certificate",
    nothing,
    (
        constant("CerBlob", None, since=FIRST),
        column("ExpirationDate", ZONED),
        constant("FriendlyName", ""),
        child("HostNames", STRINGS, attributes=A),
        column("IssueDate", ZONED),
        column("Issuer"),
        constant("Password", None),
        constant("PfxBlob", None),
        constant("PublicKeyHash", None, since=FIRST),
        constant("SelfLink", None),
        constant("SiteName", None),
        column("SubjectName"),
        column("Thumbprint"),
        constant("ToDelete", None),
        constant("Valid", None),
    ),
)

CHANGED_CERTIFICATE = Contract(
    "Certificate",
    ChangedCertificate,
    (
        column("Password"),
        column("PfxBlob", BASE64),
        column("Thumbprint"),
        column("ToDelete", BOOLEAN),
    ),
    ordered=False,
)
