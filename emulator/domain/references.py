"""What a deployment names of its hosted service: certificates by their thumbprints, extensions by their ids.

Both sides meet here: a deployment may only name what its service holds, and what a deployment names stays there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from emulator.domain import errors, lookup
from emulator.domain.configuration import ServiceConfiguration
from emulator.domain.records import Deployment, ExtensionReference, HostedService, Revision
from emulator.domain.world import Subscription

ENABLED, UNINSTALLED = "enable", "uninstall"
STATES = (ENABLED, "disable", UNINSTALLED)


class NamedExtension(Struct, frozen=True, kw_only=True):
    """An extension as a caller names it; it is enabled unless `state` says otherwise."""

    id: str
    sequence_number: int | None = None
    state: str | None = None


class RoleExtensions(Struct, frozen=True, kw_only=True):
    """The extensions of one role."""

    role_name: str
    extensions: list[NamedExtension] | None = None


class ExtensionConfiguration(Struct, frozen=True, kw_only=True):
    """The extensions of a deployment: those of all roles, and those of single ones."""

    all_roles: list[NamedExtension] | None = None
    named_roles: list[RoleExtensions] | None = None


def open_service(subscription: Subscription, service_name: str) -> HostedService:
    """Return a service that is not on its way out; what it holds may be changed while its deployments are busy."""
    service = lookup.hosted_service(subscription, service_name)
    if service.status != "Created":
        raise errors.HOSTED_SERVICE_BUSY()
    return service


# ---- certificates


def certificates(service: HostedService, thumbprints: Iterable[str]) -> None:
    """Refuse a thumbprint, in any case, of a certificate that the service does not hold."""
    for thumbprint in thumbprints:
        found = service.certificates.get(thumbprint.upper())
        if found is None or found.state != "Held":
            raise errors.SERVICE_CERTIFICATE_NOT_FOUND(thumbprint=thumbprint)


def thumbprints(content: ServiceConfiguration) -> Iterator[str]:
    """Yield the thumbprints that a configuration names, as it writes them."""
    return (certificate.thumbprint for role in content.roles for certificate in role.certificates)


def certificate_users(service: HostedService, thumbprint: str) -> Iterator[Deployment]:
    """Yield the deployments that name a certificate: in their configuration, their machines or their extensions."""
    return (one for one in service.deployments.values() if thumbprint in _named(service, one))


def _named(service: HostedService, deployment: Deployment) -> set[str]:
    found = {one for run in _runs(deployment) if run.configuration for one in thumbprints(run.configuration)}
    for role in deployment.roles.values():
        found.update(role.machine.certificate_thumbprints if role.machine else ())
    for key in _used(deployment):
        extension = service.extensions.get(key)
        found.add((extension and extension.thumbprint) or "")
    return {thumbprint.upper() for thumbprint in found}


def _runs(deployment: Deployment) -> list[Deployment | Revision]:
    """Return what a deployment runs, and what a rollback would bring back."""
    previous = deployment.update.previous if deployment.update else None
    return [deployment, previous] if previous else [deployment]


# ---- extensions


def extensions(
    service: HostedService, role_names: Iterable[str], given: ExtensionConfiguration
) -> dict[str, tuple[ExtensionReference, ...]]:
    """Return the extensions of each role, by its name; refuse what the service or the deployment does not have.

    What is said of a single role goes before what is said of all. Roles come in the order in which they are named.
    """
    known = {name.lower(): name for name in role_names}
    for_all = _references(service, given.all_roles)
    single: dict[str, dict[str, ExtensionReference]] = {}
    for role in given.named_roles or ():
        if role.role_name.lower() not in known:
            raise errors.EXTENSION_CONFIGURATION_INVALID(why=f"there is no role {role.role_name}.")
        single.setdefault(role.role_name.lower(), {}).update(_references(service, role.extensions))
    return {known[key]: tuple(found.values()) for key in (single | known) if (found := for_all | single.get(key, {}))}


def _references(service: HostedService, given: Iterable[NamedExtension] | None) -> dict[str, ExtensionReference]:
    return {one.id.lower(): _reference(service, one) for one in given or ()}


def _reference(service: HostedService, named: NamedExtension) -> ExtensionReference:
    found = service.extensions.get(named.id.lower())
    if found is None or found.adding:
        raise errors.EXTENSION_CONFIGURATION_INVALID(why=f"the service has no extension with the ID {named.id}.")
    if (named.state or ENABLED).lower() not in STATES:
        why = f"the state '{named.state}' is none of Enable, Disable and Uninstall."
        raise errors.EXTENSION_CONFIGURATION_INVALID(why=why)
    return ExtensionReference(found.id, named.state or ENABLED)


def extension_is_used(service: HostedService, extension_id: str) -> bool:
    """Tell whether a deployment names an extension, other than to uninstall it."""
    return any(extension_id.lower() in _used(deployment) for deployment in service.deployments.values())


def _used(deployment: Deployment) -> set[str]:
    return {
        reference.id.lower()
        for run in _runs(deployment)
        for references in (run.extensions or {}).values()
        for reference in references
        if reference.state.lower() != UNINSTALLED
    }


def common_extensions(deployment: Deployment) -> tuple[ExtensionReference, ...] | None:
    """Return the enabled extensions that all roles have; None where a role has no enabled one at all.

    Recorded answers give these as AllRoles, whether they were asked for as such or role by role, and the others as
    NamedRoles; AllRoles is empty where every role has extensions but none in common, and absent where one has none.
    """
    named = deployment.extensions or {}
    enabled = [
        [one for one in named.get(role.role_name, ()) if one.state.lower() == ENABLED]
        for role in deployment.roles.values()
    ]
    if not enabled or not all(enabled):
        return None
    first, *others = enabled
    return tuple(one for one in first if all(one in references for references in others))
