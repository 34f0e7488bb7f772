"""The certificates that a web site shows to who calls its host names by https. Their keys are not kept.

A caller who changes a site sends it back whole, certificates included: only those with a file are new, and only those
that say so are to go.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from emulator.domain import errors_web, x509
from emulator.domain.web_records import Site, SiteCertificate


class ChangedCertificate(Struct, frozen=True, kw_only=True):
    """A certificate of a site: a new one has its .pfx file, one that is known its thumbprint."""

    pfx_blob: bytes | None = None
    password: str | None = None
    thumbprint: str | None = None
    to_delete: bool | None = None


def changed(site: Site, changes: Sequence[ChangedCertificate]) -> dict[str, SiteCertificate]:
    """Return the certificates of a site as they are after the changes, by thumbprint."""
    certificates = dict(site.certificates)
    for change in changes:
        if change.to_delete:
            certificates.pop((change.thumbprint or "").upper(), None)
        elif change.pfx_blob:
            made = _made(site, change.pfx_blob, change.password)
            certificates[made.thumbprint] = made
    return certificates


def _made(site: Site, pfx_blob: bytes, password: str | None) -> SiteCertificate:
    try:
        der = x509.read_pfx(pfx_blob, password)
        told = x509.server_certificate(der)
    except ValueError as error:
        raise errors_web.WEB_SITE_INVALID(name=site.name, why=f"a certificate cannot be read. {error}") from None
    return SiteCertificate(
        thumbprint=x509.thumbprint_of(der),
        subject_name=told.subject,
        issuer=told.issuer,
        issue_date=told.begins,
        expiration_date=told.expires,
        host_names=list(told.names),
    )
