"""Finding a hosted service or a deployment, and who may touch it now: the checks that come first in every family."""

from __future__ import annotations

import re
from collections.abc import Sequence

from emulator.catalog import OSImage as PlatformImage
from emulator.domain import errors, errors_networks, names
from emulator.domain.image_records import Disk, Image
from emulator.domain.network_records import NetworkInterface
from emulator.domain.records import Deployment, HostedService, Role, Slot, TrackedOperation
from emulator.domain.refusals import Refusal
from emulator.domain.world import Subscription

LUNS = 32
DEFAULT_LOCATION = "West US"
"""Where a blob is taken to lie whose storage account is not known here."""
_PUBLISHED = re.compile(r"[0-9a-f]{32}__.+", re.ASCII)
_SYSTEMS = {"linux": "Linux", "windows": "Windows"}
_SLOTS: dict[str, Slot] = {"production": "Production", "staging": "Staging"}


def hosted_service(subscription: Subscription, service_name: str) -> HostedService:
    """Return the service of that name; a name that no service can have is refused as such."""
    return _service(subscription, service_name, errors.HOSTED_SERVICE_NOT_FOUND)


def _service(subscription: Subscription, name: str, missing: Refusal) -> HostedService:
    found = subscription.hosted_services.get(name.lower())
    if found is None:
        names.dns_label(name, errors.HOSTED_SERVICE_NAME)
        raise missing()
    return found


def departing_service(subscription: Subscription, service_name: str) -> HostedService:
    """Return a service that is to be deleted, which no operation holds.

    One that is not there has no deployments, and that is what its caller hears, as recorded (assumption 230).
    """
    service = _service(subscription, service_name, errors.NO_DEPLOYMENTS)
    free_service(subscription, service)
    return service


def slot(name: str) -> Slot:
    """Return a deployment slot by its name in any case."""
    try:
        return _SLOTS[name.lower()]
    except KeyError:
        raise errors.SLOT_INVALID(slot=name) from None


def find(
    subscription: Subscription, service_name: str, slot_name: str | None, deployment_name: str | None
) -> tuple[HostedService, Deployment | None]:
    """Return a service and its deployment in that slot or of that name, if it is there."""
    service = hosted_service(subscription, service_name)
    if slot_name is not None:
        return service, service.deployments.get(slot(slot_name))
    wanted = (deployment_name or "").lower()
    return service, next((d for d in service.deployments.values() if d.name.lower() == wanted), None)


def deployment(
    subscription: Subscription, service_name: str, slot_name: str | None, deployment_name: str | None
) -> tuple[HostedService, Deployment]:
    """Return a service and its deployment in that slot or of that name; refuse if none is there.

    Who reads of a service that is not there hears of no deployments as well (assumption 230).
    """
    _service(subscription, service_name, errors.NO_DEPLOYMENTS)
    service, found = find(subscription, service_name, slot_name, deployment_name)
    if found is None:
        raise errors.NO_DEPLOYMENTS()
    return service, found


def free_deployment(
    subscription: Subscription, service_name: str, slot_name: str | None, deployment_name: str | None
) -> tuple[HostedService, Deployment]:
    """Return a service and its deployment, which no other operation holds.

    Who acts on a name that is not there hears of the name; who reads it, as `deployment` has it, of no deployments.
    """
    service, found = find(subscription, service_name, slot_name, deployment_name)
    if found is None:
        raise errors.NO_DEPLOYMENTS() if slot_name else errors.DEPLOYMENT_NOT_FOUND(name=deployment_name)
    unlocked(found)
    _staying(subscription, service, found)
    return service, found


def migration_state(subscription: Subscription, deployment: Deployment) -> str | None:
    """Return how far a deployment is on its way out of this API, by itself or with its virtual network."""
    network = subscription.virtual_networks.get((deployment.virtual_network_name or "").lower())
    return deployment.migration_state or (network.migration_state if network else None)


def staying(kind: str, name: str, state: str | None) -> None:
    """Refuse to change what is in any state of migration (assumption 221)."""
    if state is not None:
        raise errors.MIGRATING(kind=kind, name=name)


def _staying(subscription: Subscription, service: HostedService, found: Deployment) -> None:
    if migration_state(subscription, found) is not None:
        raise errors.DEPLOYMENT_MIGRATING(name=found.name, service=service.name)


def role_or_interface(
    deployment: Deployment, role_name: str, network_interface_name: str | None
) -> Role | NetworkInterface:
    """Return the role of that name, or where one is named its network interface."""
    role = deployment.roles.get(role_name.lower())
    if role is None:
        raise errors.ROLE_NOT_FOUND(role=role_name)
    return role if network_interface_name is None else network_interface(role, network_interface_name)


def network_interface(role: Role, name: str) -> NetworkInterface:
    """Return a role's network interface of that name, beside its first one."""
    for one in role.machine.network_interfaces if role.machine else ():
        if one.name.lower() == name.lower():
            return one
    raise errors_networks.NETWORK_INTERFACE_NOT_FOUND(name=name, role=role.role_name)


def unlocked(found: Deployment) -> None:
    """Refuse while an operation holds the deployment."""
    if found.operation is not None:
        raise errors.DEPLOYMENT_BUSY(operation=found.operation)


def hold(
    subscription: Subscription, service: HostedService, found: Deployment, operation: TrackedOperation
) -> tuple[str, str]:
    """Let an operation hold a deployment; return what names that on the schedule, whichever slot it is in."""
    found.operation = operation.id
    found.last_modified_time = service.date_last_modified = subscription.now
    return key(service, found)


def key(service: HostedService, found: Deployment) -> tuple[str, str]:
    """Return what names a deployment on the schedule: it keeps its name when it changes slots."""
    return service.name.lower(), found.name.lower()


def by_key(subscription: Subscription, resource: Sequence[str]) -> tuple[HostedService, Deployment]:
    """Return the deployment that an event on the schedule is about, with its service."""
    service = subscription.hosted_services[resource[0]]
    return service, next(d for d in service.deployments.values() if d.name.lower() == resource[1])


def web_deployment(
    subscription: Subscription, service_name: str, slot_name: str | None, deployment_name: str | None
) -> tuple[HostedService, Deployment]:
    """Return a service and its deployment of web and worker roles, which no other operation holds."""
    service, found = free_deployment(subscription, service_name, slot_name, deployment_name)
    if found.of_virtual_machines:
        raise errors.NOT_FOR_VIRTUAL_MACHINES()
    return service, found


def free_service(subscription: Subscription, service: HostedService) -> None:
    """Refuse while an operation holds the service or one of its deployments, or one of those is being migrated."""
    holder = next((d.operation for d in service.deployments.values() if d.operation is not None), None)
    if service.status != "Created" or holder is not None:
        raise errors.HOSTED_SERVICE_BUSY(operation=holder)
    for found in service.deployments.values():
        _staying(subscription, service, found)


def location_of(subscription: Subscription, location: str | None, affinity_group: str | None) -> str:
    """Return the location that a resource is in, by itself or through its affinity group."""
    if affinity_group is not None:
        return subscription.affinity_groups[affinity_group.lower()].location
    return location or ""


def placed(
    subscription: Subscription, location: str | None, affinity_group: str | None
) -> tuple[str | None, str | None]:
    """Return (location, affinity group) as the service spells them: exactly one has to be given, and known."""
    if bool(location) == bool(affinity_group):
        raise errors.LOCATION_OR_GROUP()
    if affinity_group:
        group = subscription.affinity_groups.get(affinity_group.lower())
        if group is None:
            raise errors.AFFINITY_GROUP_NOT_FOUND()
        return None, group.name
    found = subscription.catalog.location(location or "")
    if found is None:
        raise errors.LOCATION_NOT_FOUND(name=location)
    return found.name, None


def claim_slot(service: HostedService, slot_: Slot, name: str) -> None:
    """Refuse a deployment where the slot is occupied or its name is in use in the other one."""
    names.dns_label(name, errors.DEPLOYMENT_NAME)
    if slot_ in service.deployments:
        raise errors.SLOT_OCCUPIED(slot=slot_)
    if any(d.name.lower() == name.lower() for d in service.deployments.values()):
        raise errors.DEPLOYMENT_NAME_TAKEN(name=name)


def image(subscription: Subscription, image_name: str, os: str | None = None) -> Image | PlatformImage:
    """Return an image, of the user or of the platform.

    The catalog holds a spread of platform images only. A name of their form (32 hex digits of the publisher, two
    underscores) that is not among them is taken on trust where a machine is made of it, that is, with `os`.
    """
    found = subscription.images.get(image_name.lower()) or subscription.catalog.image(image_name)
    if found is not None:
        return found
    if os is not None and is_published_name(image_name):
        return Image(name=image_name, label=image_name, os=os, category="Public")
    raise errors.IMAGE_NOT_FOUND()


def is_published_name(image_name: str) -> bool:
    """Tell whether a name has the form of a published image's: 32 hex digits of the publisher, two underscores."""
    return _PUBLISHED.fullmatch(image_name) is not None


def operating_system(name: str | None) -> str:
    """Return `Linux` or `Windows` by its name in any case."""
    found = _SYSTEMS.get((name or "").lower())
    if found is None:
        raise errors.OS_INVALID(os=name)
    return found


def disk_is_free(disk: Disk) -> None:
    """Refuse while a machine uses the disk, or has not let go of it yet."""
    holder = disk.attached_to
    if holder is not None:
        raise errors.DISK_IN_USE(
            name=disk.name,
            role=holder.role_name,
            service=holder.hosted_service_name,
            deployment=holder.deployment_name,
        )
