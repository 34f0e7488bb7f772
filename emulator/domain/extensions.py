"""Extensions: what the platform offers to roles and machines, and what of it was added to a hosted service.

The catalog holds a spread of the extensions there were. An extension that is added to a service is taken on trust:
it need not be one of the catalog, for the service had more of them than are known.
"""

from __future__ import annotations

import re
from typing import NoReturn, TypeVar

from msgspec import Struct

from emulator.catalog import ExtensionImage, ResourceExtension
from emulator.domain import errors, lookup, operations, references, x509
from emulator.domain.clock import Event
from emulator.domain.records import (
    HostedService,
    HostedServiceExtension,
    ResourceExtensionReference,
    ServiceCertificate,
    TrackedOperation,
)
from emulator.domain.world import Subscription

ALGORITHM = "sha1"
NEWEST = "*"
ISSUER = "Windows Azure Service Management for Extensions"
"""The name in the certificates that the service makes for extensions, as recorded."""
_VERSION = re.compile(r"\*|\d{1,9}(\.\d{1,9}){0,3}(\.\*)?", re.ASCII)
_PROLOGUE = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s*<\?.*?\?>)+", re.DOTALL)

Versioned = TypeVar("Versioned", ExtensionImage, ResourceExtension)


class AddExtension(Struct, frozen=True, kw_only=True):
    """An extension to add. The private configuration is read and forgotten."""

    provider_name_space: str
    type: str
    id: str
    thumbprint: str | None = None
    thumbprint_algorithm: str | None = None
    public_configuration: bytes | None = None
    private_configuration: bytes | None = None
    version: str | None = None


# ---- what the platform offers


def list_available(subscription: Subscription) -> list[ExtensionImage]:
    """Return the newest version of each extension of hosted services."""
    found = subscription.catalog.extension_images
    return list({(one.provider_name_space, one.type): one for one in found}.values())


def list_versions(subscription: Subscription, provider_name_space: str, extension_type: str) -> list[ExtensionImage]:
    """Return every version of an extension of hosted services, oldest first; none of one that nobody offers."""
    wanted = (provider_name_space.lower(), extension_type.lower())
    found = subscription.catalog.extension_images
    return [one for one in found if (one.provider_name_space.lower(), one.type.lower()) == wanted]


def list_resource_extensions(subscription: Subscription) -> list[ResourceExtension]:
    """Return the newest version of each extension of virtual machines."""
    found = subscription.catalog.resource_extensions
    return list({(one.publisher, one.name): one for one in found}.values())


def list_resource_extension_versions(
    subscription: Subscription, publisher_name: str, extension_name: str
) -> list[ResourceExtension]:
    """Return every version of an extension of virtual machines, oldest first; none of one that nobody offers."""
    wanted = (publisher_name.lower(), extension_name.lower())
    found = subscription.catalog.resource_extensions
    return [one for one in found if (one.publisher.lower(), one.name.lower()) == wanted]


def running_version(subscription: Subscription, reference: ResourceExtensionReference) -> str:
    """Return the version that a machine runs of an extension: of the line that it asked for, the newest one.

    A line is 1.*, and so is 2.13: recorded as 1.2.2 and 2.13.2.0. What the catalog does not hold runs as it was named.
    """
    line = (reference.version or NEWEST).rstrip("*").rstrip(".")
    offered = list_resource_extension_versions(subscription, reference.publisher or "", reference.name or "")
    found = [one.version for one in offered if not line or f"{one.version}.".startswith(f"{line}.")]
    return found[-1] if found else line


def publishers_only(_subscription: Subscription, *_call: TrackedOperation, **_parameters: str) -> NoReturn:
    """Refuse what only publishers of extensions may do; no subscription here is one."""
    raise errors.NOT_A_PUBLISHER()


# ---- what a service has


def list_all(subscription: Subscription, service_name: str) -> list[HostedServiceExtension]:
    """Return the extensions of a service, by id."""
    service = lookup.hosted_service(subscription, service_name)
    return sorted((one for one in service.extensions.values() if not one.adding), key=lambda one: one.id)


def get(subscription: Subscription, service_name: str, extension_id: str) -> HostedServiceExtension:
    """Return the extension of that id, in any case."""
    return _find(lookup.hosted_service(subscription, service_name), extension_id)


def add(subscription: Subscription, operation: TrackedOperation, command: AddExtension, service_name: str) -> None:
    """Accept an extension under an id that is new in the service; it is there when the operation has ended.

    A thumbprint is taken as it is: in recorded conversations it can come before the certificate it names.
    """
    service = references.open_service(subscription, service_name)
    version = command.version or NEWEST
    if not command.id:
        raise errors.EXTENSION_INVALID(id="", why="it has no ID.")
    if _VERSION.fullmatch(version) is None:
        raise errors.EXTENSION_INVALID(id=command.id, why=f"'{version}' is neither *, X.* nor X.Y.")
    if command.id.lower() in service.extensions:
        raise errors.EXTENSION_EXISTS(id=command.id)
    service.extensions[command.id.lower()] = HostedServiceExtension(
        provider_name_space=command.provider_name_space,
        type=command.type,
        id=command.id,
        version=version,
        thumbprint=(command.thumbprint or "").upper() or None,
        thumbprint_algorithm=command.thumbprint_algorithm or None,
        public_configuration=_shown(command.public_configuration),
    )
    where = (service.name.lower(), command.id.lower())
    subscription.after("extension.add", "extension", where, "added", operation.id)


def _shown(configuration: bytes | None) -> bytes | None:
    """Return a configuration as the service gives it back: without XML declaration and processing instructions."""
    return None if configuration is None else _PROLOGUE.sub(b"", configuration)


def delete(subscription: Subscription, _operation: TrackedOperation, service_name: str, extension_id: str) -> None:
    """Take away an extension that no deployment names."""
    service = references.open_service(subscription, service_name)
    found = _find(service, extension_id)
    if references.extension_is_used(service, found.id):
        raise errors.EXTENSION_IN_USE(id=found.id)
    del service.extensions[found.id.lower()]


def _find(service: HostedService, extension_id: str) -> HostedServiceExtension:
    found = service.extensions.get(extension_id.lower())
    if found is None or found.adding:
        raise errors.EXTENSION_NOT_FOUND(id=extension_id)
    return found


# ---- what the schedule brings


def _added(subscription: Subscription, event: Event) -> None:
    service = subscription.hosted_services.get(event.resource[0])
    found = service.extensions.get(event.resource[1]) if service else None
    if service and found:  # the service may have been deleted in the meantime
        found.adding = False
        found.thumbprint = found.thumbprint or _certificate(subscription, service).thumbprint
        found.thumbprint_algorithm = found.thumbprint_algorithm or ALGORITHM
    operations.finish(subscription, event.operation)


def _certificate(subscription: Subscription, service: HostedService) -> ServiceCertificate:
    """Return the certificate that the service made for the extensions that came without one: one for all of them."""
    for one in service.certificates.values():
        if one.made and one.state == "Held":
            return one
    entropy = subscription.entropy
    secret, serial_number = bytes.fromhex(entropy.hex32() + entropy.hex32()), int(entropy.hex32(), 16) >> 1
    data = x509.self_issued(ISSUER, secret, serial_number, subscription.now)
    made = ServiceCertificate(thumbprint=x509.thumbprint_of(data), data=data, state="Held", made=True)
    service.certificates[made.thumbprint] = made
    return made


HANDLERS = {"extension": _added}
