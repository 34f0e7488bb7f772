"""What deployments of web and worker roles share, whichever call is about them: what they run, and their instances.

Used where deployments are made, updated and lose instances; knows none of these calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from emulator.domain import errors, instances, names, networking, operations, references
from emulator.domain.configuration import RoleConfiguration, ServiceConfiguration
from emulator.domain.definition import SDK_VERSION, PackageDefinition, RoleDefinition
from emulator.domain.names import ExtendedProperty
from emulator.domain.records import (
    Deployment,
    ExtensionReference,
    HostedService,
    InputEndpoint,
    Revision,
    Role,
    RoleInstance,
    TrackedOperation,
)
from emulator.domain.references import ExtensionConfiguration
from emulator.domain.world import Subscription

PROPERTIES = 25
"""Extended properties that a deployment may have."""
FAULT_DOMAINS = 2
WITHOUT_ENDPOINTS = "__PseudoBackEndContractVip"
"""The name of the virtual IP of a deployment without public endpoints."""
ROLE_SIZE = "Small"
"""The size of a role whose package is taken on trust: the default of a service definition."""


class ConfigurationDocument(Struct, frozen=True):
    """A service configuration: its text as it is given back, and what it says."""

    text: bytes
    content: ServiceConfiguration


# ---- what a deployment runs


def revision(
    subscription: Subscription,
    service: HostedService,
    operation: TrackedOperation,
    document: ConfigurationDocument,
    *,
    definition: PackageDefinition | None,
    package_url: str,
    label: bytes,
    extended_properties: Sequence[ExtendedProperty] | None,
    extension_configuration: ExtensionConfiguration | None,
    known: Revision | None = None,
) -> Revision:
    """Return what `operation` brings; extended properties that are `known` already are kept.

    Roles are those of the `definition`; without one they are kept, too, or made up. The certificates and extensions
    that it names have to be the service's.
    """
    version = _os_version(subscription, document.content)
    references.certificates(service, references.thumbprints(document.content))
    known_roles = known.roles if known else {}
    roles = {r.name.lower(): _role(r, known_roles, version, definition) for r in document.content.roles}
    return Revision(
        revision_id=operation.id,
        package_url=package_url,
        label=label,
        configuration=document.content,
        configuration_text=document.text,
        recounted=False,
        roles=roles,
        extended_properties=names.extended_properties(
            extended_properties, PROPERTIES, known.extended_properties if known else None
        ),
        extensions=_extensions(service, roles, extension_configuration, known.extensions if known else None),
        sdk_version=definition.sdk_version if definition else known.sdk_version if known else SDK_VERSION,
        definition=definition,
    )


def _extensions(
    service: HostedService,
    roles: Mapping[str, Role],
    given: ExtensionConfiguration | None,
    known: Mapping[str, tuple[ExtensionReference, ...]] | None,
) -> dict[str, tuple[ExtensionReference, ...]] | None:
    """Return the extensions of the roles. That they stay where no others are given is assumed."""
    if given is not None:
        return references.extensions(service, (role.role_name for role in roles.values()), given)
    return None if known is None else {name: found for name, found in known.items() if name.lower() in roles}


def _role(
    role: RoleConfiguration, known: Mapping[str, Role], os_version: str, definition: PackageDefinition | None
) -> Role:
    defined = definition.role(role.name) if definition else None
    if defined is not None:
        return _defined(defined, role.name, os_version)
    found = known.get(role.name.lower())
    return replace(found, os_version=os_version) if found else Role(role.name, ROLE_SIZE, os_version)


def _defined(defined: RoleDefinition, name: str, os_version: str) -> Role:
    """Return a role as its package has it. What its endpoints show is assumption 52."""
    endpoints = tuple(
        InputEndpoint(one.name, one.protocol, one.local_port or one.port, one.port) for one in defined.input_endpoints
    )
    return Role(name, defined.vm_size, os_version, endpoints, instance_input_endpoints=defined.instance_input_endpoints)


def _os_version(subscription: Subscription, content: ServiceConfiguration) -> str:
    found = subscription.catalog.resolve_guest_os(content.os_family, content.os_version)
    if found is None:
        raise errors.OS_FAMILY_UNKNOWN(family=content.os_family, version=content.os_version)
    return found.version


def current(deployment: Deployment) -> Revision:
    """Return what a deployment of web and worker roles runs."""
    fields: dict[str, Any] = {name: getattr(deployment, name) for name in Revision.__struct_fields__}
    return Revision(**fields)


def take_on(deployment: Deployment, new: Revision) -> None:
    """Make `new` what the deployment runs; its instances are another matter."""
    for name, value in asdict(new).items():
        setattr(deployment, name, value)
    if deployment.virtual_ips[0].name == WITHOUT_ENDPOINTS:
        deployment.virtual_ips[0].name = virtual_ip_name(new.definition)


def virtual_ip_name(definition: PackageDefinition | None) -> str:
    """Name a virtual IP after the service definition where that has public endpoints, as recorded names are."""
    if definition is None or not definition.public_endpoint_count:
        return WITHOUT_ENDPOINTS
    return f"{definition.service_name}ContractContract"


def abandon_update(subscription: Subscription, deployment: Deployment, operation: TrackedOperation) -> None:
    """Walk an update no further, because `operation` takes its place. What it was to end has failed.

    That a new update may begin while another is walked is documented; what became of the other's operation is not.
    """
    update, deployment.update = deployment.update, None
    if update is None:
        return
    subscription.clock.cancel(update.pending)
    abandoned = subscription.operations.get(update.operation or "")
    if abandoned is not None and abandoned.status == "InProgress":
        operations.fail(subscription, abandoned, errors.UPDATE_ABANDONED(operation=operation.id))


# ---- its instances: in the order of the roles, and of each role in the order of their numbers


def shrink(subscription: Subscription, deployment: Deployment) -> None:
    """Drop the instances beyond what the configuration says: of each role those with the highest numbers."""
    room = {role.name.lower(): role.instance_count for role in _roles(deployment)}
    for key, instance in list(deployment.instances.items()):
        role = instance.role_name.lower()
        room[role] = room.get(role, 0) - 1
        if room[role] < 0:
            instances.leave(subscription, instance)
            del deployment.instances[key]


def grow(subscription: Subscription, service: HostedService, deployment: Deployment, state: str) -> None:
    """Add the instances that the configuration has and the deployment has not, in `state`, by the lowest free numbers.

    The order of the instances becomes that of the configuration.
    """
    ordered: dict[str, RoleInstance] = {}
    for role in _roles(deployment):
        mine = {k: one for k, one in deployment.instances.items() if one.role_name.lower() == role.name.lower()}
        numbers = (n for n in count() if f"{role.name}_IN_{n}".lower() not in mine)
        for _ in range(role.instance_count - len(mine)):
            instance = _instance(subscription, deployment, role, next(numbers))
            key = instance.instance_name.lower()
            mine[key] = deployment.instances[key] = instance  # the next one's address depends on it
            instances.enter(subscription, service, deployment, instance, state)
        ordered.update(sorted(mine.items(), key=lambda item: int(item[0].rpartition("_")[2])))
    deployment.instances = ordered


def _roles(deployment: Deployment) -> tuple[RoleConfiguration, ...]:
    return deployment.configuration.roles if deployment.configuration else ()


def _instance(subscription: Subscription, deployment: Deployment, role: RoleConfiguration, number: int) -> RoleInstance:
    return RoleInstance(
        role_name=deployment.roles[role.name.lower()].role_name,
        instance_name=f"{role.name}_IN_{number}",
        kind="PaaS",
        state="",
        since=subscription.now,
        instance_upgrade_domain=number % _domains(subscription, deployment),
        instance_fault_domain=number % FAULT_DOMAINS,
        instance_size=deployment.roles[role.name.lower()].role_size,
        ip_address=networking.web_address(subscription, deployment, role.name),
        revision_id=deployment.revision_id,
    )


def _domains(subscription: Subscription, deployment: Deployment) -> int:
    defined = deployment.definition.upgrade_domain_count if deployment.definition else None
    return defined or subscription.catalog.limits.upgrade_domains_default


def upgrade_domain_count(deployment: Deployment) -> int:
    """Return how many upgrade domains are in use: one more than the highest that an instance is in."""
    return 1 + max((i.instance_upgrade_domain for i in deployment.instances.values()), default=0)
