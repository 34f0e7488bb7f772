"""Service certificates: what a hosted service holds for its deployments. Of a .pfx only the public part is kept."""

from __future__ import annotations

from msgspec import Struct

from emulator.domain import errors, lookup, operations, references, x509
from emulator.domain.clock import Event
from emulator.domain.records import HostedService, ServiceCertificate, TrackedOperation
from emulator.domain.world import Subscription

ALGORITHM = "sha1"


class AddServiceCertificate(Struct, frozen=True, kw_only=True):
    """A file to add: .pfx (DER of PKCS #12, opened by `password`) or .cer (DER or PEM)."""

    data: bytes
    certificate_format: str
    password: str | None = None


def list_all(subscription: Subscription, service_name: str) -> list[tuple[HostedService, ServiceCertificate]]:
    """Return every certificate of a service with the service, oldest first."""
    service = lookup.hosted_service(subscription, service_name)
    return [(service, one) for one in service.certificates.values() if one.state != "Adding"]


def get(subscription: Subscription, service_name: str, certificate: str) -> ServiceCertificate:
    """Return the certificate named `sha1-THUMBPRINT`, in any case."""
    return _find(lookup.hosted_service(subscription, service_name), certificate)


def add(
    subscription: Subscription, operation: TrackedOperation, command: AddServiceCertificate, service_name: str
) -> None:
    """Accept a certificate, which is there when the operation has ended. One that is there already stays."""
    service = references.open_service(subscription, service_name)
    data = public_part(command)
    thumbprint = x509.thumbprint_of(data)
    known = service.certificates.get(thumbprint)
    if known is None:
        _room(subscription, service)
        service.certificates[thumbprint] = ServiceCertificate(thumbprint=thumbprint, data=data)
    elif known.state != "Held":
        raise errors.HOSTED_SERVICE_BUSY()
    where = (service.name.lower(), thumbprint)
    subscription.after("service_certificate.add", "service certificate", where, "added", operation.id)


def delete(subscription: Subscription, operation: TrackedOperation, service_name: str, certificate: str) -> None:
    """Accept to take away a certificate that no deployment names; it is gone when the operation has ended."""
    service = references.open_service(subscription, service_name)
    found = _find(service, certificate)
    if found.state == "Deleting":
        raise errors.HOSTED_SERVICE_BUSY()
    for deployment in references.certificate_users(service, found.thumbprint):
        raise errors.CERTIFICATE_IN_USE(thumbprint=found.thumbprint, deployment=deployment.name)
    found.state = "Deleting"
    where = (service.name.lower(), found.thumbprint)
    subscription.after("service_certificate.delete", "service certificate", where, "deleted", operation.id)


def public_part(command: AddServiceCertificate) -> bytes:
    """Return the DER of the certificate in a file; its key is not kept."""
    try:
        match command.certificate_format.strip().lower():
            case "pfx":
                return x509.read_pfx(command.data, command.password)
            case "cer":
                return x509.read_cer(command.data)
    except ValueError as error:
        raise errors.CERTIFICATE_INVALID(why=error) from None
    raise errors.CERTIFICATE_FORMAT_INVALID(format=command.certificate_format)


def _room(subscription: Subscription, service: HostedService) -> None:
    limit = subscription.catalog.limits.service_certificates
    if len(service.certificates) >= limit:
        raise errors.TOO_MANY_SERVICE_CERTIFICATES(limit=limit)


def _find(service: HostedService, name: str) -> ServiceCertificate:
    algorithm, _, thumbprint = name.partition("-")
    found = service.certificates.get(thumbprint.upper())
    if algorithm.lower() != ALGORITHM or found is None or found.state == "Adding":
        raise errors.CERTIFICATE_NOT_FOUND()
    return found


def _happened(subscription: Subscription, event: Event) -> None:
    service = subscription.hosted_services.get(event.resource[0])
    found = service.certificates.get(event.resource[1]) if service else None
    if service and found:  # the service may have been deleted in the meantime
        if event.name == "deleted":
            del service.certificates[found.thumbprint]
        else:
            found.state = "Held"
    operations.finish(subscription, event.operation)


HANDLERS = {"service certificate": _happened}
