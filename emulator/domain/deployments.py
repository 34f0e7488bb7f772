"""Deployments of web and worker roles, and what is common to those of virtual machines: get and delete.

A deployment's Status, its instances, `Locked` and the tracked operation move together:

- an accepted call puts its operation's id into `deployment.operation` (that is `Locked`), moves the status by the
  DEPLOYMENT table, and schedules one event that ends both the state and the operation;
- an update goes on after its operation has succeeded: `settled` ends the operation, `updated` the transition;
- instances follow by their own table (see instances.py), each on its own events.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct

from emulator.domain import cores, errors, instances, lookup, names, operations
from emulator.domain.clock import Event
from emulator.domain.configuration import RoleConfiguration, ServiceConfiguration
from emulator.domain.lifecycle import DEPLOYMENT
from emulator.domain.names import ExtendedProperty
from emulator.domain.records import (
    Deployment,
    HostedService,
    Role,
    RoleInstance,
    Slot,
    TrackedOperation,
    UpgradeStatus,
    VirtualIP,
)
from emulator.domain.world import Subscription

PROPERTIES = 25
UPGRADE_DOMAINS = 5
"""Upgrade domains of a service definition that names no number."""
FAULT_DOMAINS = 2
ROLE_SIZE = "Small"
"""The size of a role whose package is taken on trust: the default of a service definition."""
SDK_VERSION = "2.0.6493.2"
"""What is reported for a package that was not opened; one of the recorded versions."""
MODES = ("auto", "manual", "simultaneous")


class ConfigurationDocument(Struct, frozen=True):
    """A service configuration: its text as it is given back, and what it says."""

    text: bytes
    content: ServiceConfiguration


class CreateDeployment(Struct, frozen=True, kw_only=True):
    """What a caller says of a new deployment."""

    name: str
    package_url: str
    label: bytes
    configuration: ConfigurationDocument
    start_deployment: bool | None = None
    treat_warnings_as_error: bool | None = None
    extended_properties: list[ExtendedProperty] | None = None


class ChangeConfiguration(Struct, frozen=True, kw_only=True):
    """A new configuration for a deployment, and how it is rolled out."""

    configuration: ConfigurationDocument
    treat_warnings_as_error: bool | None = None
    mode: str | None = None
    extended_properties: list[ExtendedProperty] | None = None


class UpdateDeploymentStatus(Struct, frozen=True, kw_only=True):
    """The status a deployment shall have."""

    status: str


class Swap(Struct, frozen=True, kw_only=True):
    """The names of the deployments now in production (absent if there is none) and in staging."""

    production: str | None = None
    source_deployment: str


# ---- create


def create(
    subscription: Subscription,
    operation: TrackedOperation,
    command: CreateDeployment,
    service_name: str,
    slot_name: str,
) -> None:
    """Accept a deployment into a free slot; it ends up Suspended, or Running where the caller asks for it."""
    service = lookup.hosted_service(subscription, service_name)
    slot = lookup.slot(slot_name)
    lookup.free_service(service)
    lookup.claim_slot(service, slot, command.name)
    _package_address(command.package_url)
    deployment = _new(subscription, slot, command)
    if not cores.take(subscription, operation, cores.of(subscription, deployment), "deployment.create"):
        return
    service.deployments[slot] = deployment
    start = bool(command.start_deployment)
    _scale(subscription, service, deployment, "creating" if start else "creating-stopped")
    _hold(subscription, service, deployment, operation)
    event = "deployed_running" if start else "deployed"
    subscription.after("deployment.create", "deployment", key(service, deployment), event, operation.id)


def key(service: HostedService, deployment: Deployment) -> tuple[str, str]:
    """Return what names a deployment on the schedule: it keeps its name when it changes slots."""
    return service.name.lower(), deployment.name.lower()


def _package_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(parts.path) < 2:  # noqa: PLR2004
        raise errors.PACKAGE_URL_INVALID(url=url)


def _new(subscription: Subscription, slot: Slot, command: CreateDeployment) -> Deployment:
    content = command.configuration.content
    os_version = _os_version(subscription, content)
    deployment = Deployment(
        name=command.name,
        slot=slot,
        private_id="",
        status="Deploying",
        label=names.label(command.label),
        configuration_text=command.configuration.text,
        configuration=content,
        package_url=command.package_url,
        sdk_version=SDK_VERSION,
        created_time=subscription.now,
        last_modified_time=subscription.now,
        roles={r.name.lower(): Role(r.name, ROLE_SIZE, os_version) for r in content.roles},
        instances={},
        virtual_ips=[],
        extended_properties=names.extended_properties(command.extended_properties, PROPERTIES),
    )
    deployment.private_id = subscription.entropy.hex32()
    deployment.virtual_ips.append(VirtualIP("__PseudoBackEndContractVip", instances.public_address(subscription)))
    return deployment


def _os_version(subscription: Subscription, content: ServiceConfiguration) -> str:
    found = subscription.catalog.resolve_guest_os(content.os_family, content.os_version)
    if found is None:
        raise errors.OS_FAMILY_UNKNOWN(family=content.os_family, version=content.os_version)
    return found.version


def _scale(subscription: Subscription, service: HostedService, deployment: Deployment, state: str) -> None:
    """Make the instances what the configuration says: new ones begin in `state`, those too many go."""
    known, deployment.instances = deployment.instances, {}
    domains, new = upgrade_domain_count(deployment), []
    for role in deployment.configuration.roles if deployment.configuration else ():
        for number in range(role.instance_count):
            name = f"{role.name}_IN_{number}"
            instance = known.pop(name.lower(), None)
            if instance is None:
                instance = _instance(subscription, deployment, role, number)
                new.append(instance)
            instance.instance_upgrade_domain = number % domains
            deployment.instances[name.lower()] = instance
    for surplus in known.values():
        instances.leave(subscription, surplus)
    for instance in new:
        instances.enter(subscription, service, deployment, instance, state)


def _instance(subscription: Subscription, deployment: Deployment, role: RoleConfiguration, number: int) -> RoleInstance:
    return RoleInstance(
        role_name=role.name,
        instance_name=f"{role.name}_IN_{number}",
        kind="PaaS",
        state="",
        since=subscription.now,
        instance_upgrade_domain=0,
        instance_fault_domain=number % FAULT_DOMAINS,
        instance_size=deployment.roles[role.name.lower()].role_size,
        ip_address=instances.address(subscription),
    )


def upgrade_domain_count(deployment: Deployment) -> int:
    """Return how many upgrade domains are in use: as many as the largest role has instances, up to five."""
    if deployment.configuration is None:
        return 1 + max((i.instance_upgrade_domain for i in deployment.instances.values()), default=0)
    return min(max(r.instance_count for r in deployment.configuration.roles), UPGRADE_DOMAINS)


# ---- get


def get(
    subscription: Subscription, service_name: str, slot_name: str | None = None, deployment_name: str | None = None
) -> tuple[HostedService, Deployment]:
    """Return the deployment in a slot or of a name, with its service."""
    return lookup.deployment(subscription, service_name, slot_name, deployment_name)


# ---- change


def update_status(
    subscription: Subscription,
    operation: TrackedOperation,
    command: UpdateDeploymentStatus,
    service_name: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> None:
    """Accept to run or suspend a deployment; a status that it already has is accepted, too."""
    status = command.status.capitalize()
    if status not in ("Running", "Suspended"):
        raise errors.DEPLOYMENT_STATUS_INVALID(status=command.status)
    service, deployment = lookup.free_deployment(subscription, service_name, slot_name, deployment_name)
    _not_virtual_machines(deployment)
    _not_transitioning(deployment)
    action, ended = ("start", "started") if status == "Running" else ("suspend", "suspended")
    if deployment.status == status:
        ended = "settled"
    else:
        deployment.status = DEPLOYMENT.next(deployment.status, action)
        instances.happen(subscription, service, deployment, "start" if action == "start" else "stop")
    _hold(subscription, service, deployment, operation)
    subscription.after("deployment.status_change", "deployment", key(service, deployment), ended, operation.id)


def change_configuration(
    subscription: Subscription,
    operation: TrackedOperation,
    command: ChangeConfiguration,
    service_name: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> None:
    """Accept a new configuration: instances are added or removed now, the transition outlasts the operation."""
    mode = (command.mode or "Auto").lower()
    if mode not in MODES:
        raise errors.MODE_INVALID(mode=command.mode)
    service, deployment = lookup.free_deployment(subscription, service_name, slot_name, deployment_name)
    _not_virtual_machines(deployment)
    content = command.configuration.content
    _same_roles(deployment, content)
    os_version = _os_version(subscription, content)
    properties = names.extended_properties(command.extended_properties, PROPERTIES, deployment.extended_properties)
    increment = cores.of(subscription, deployment, content) - cores.of(subscription, deployment)
    if not cores.take(subscription, operation, increment, "deployment.configuration_change"):
        return
    deployment.configuration, deployment.configuration_text = content, command.configuration.text
    deployment.extended_properties = properties
    for role in deployment.roles.values():
        role.os_version = os_version
    subscription.clock.cancel(deployment.updating)
    running = deployment.status.startswith("Running")
    _scale(subscription, service, deployment, "creating" if running else "creating-stopped")
    deployment.status = DEPLOYMENT.next(deployment.status, "update")
    deployment.upgrade_status = UpgradeStatus(mode.capitalize())
    _hold(subscription, service, deployment, operation)
    where = key(service, deployment)
    subscription.after("deployment.configuration_change", "deployment", where, "settled", operation.id)


def _same_roles(deployment: Deployment, content: ServiceConfiguration) -> None:
    given, known = {r.name.lower() for r in content.roles}, set(deployment.roles)
    for name in sorted(known - given):
        raise errors.CONFIGURATION_MISMATCH(why=f"the role {deployment.roles[name].role_name} is missing.")
    for role in content.roles:
        if role.name.lower() not in known:
            raise errors.CONFIGURATION_MISMATCH(why=f"there is no role {role.name}.")


def swap(subscription: Subscription, operation: TrackedOperation, command: Swap, service_name: str) -> None:
    """Accept to exchange production and staging, or to move staging to an empty production slot."""
    service = lookup.hosted_service(subscription, service_name)
    production, staging = service.deployments.get("Production"), service.deployments.get("Staging")
    _named(service, command.production, production, "Production")
    _named(service, command.source_deployment, staging, "Staging")
    both = [d for d in (production, staging) if d is not None]
    for deployment in both:
        lookup.unlocked(deployment)
        if deployment.of_virtual_machines:
            raise errors.SWAP_VIRTUAL_MACHINES()
        if deployment.upgrade_status is not None:
            raise errors.INTERNAL_ERROR()  # documented: a swap during an update is an internal error
    for deployment in both:
        _hold(subscription, service, deployment, operation)
    subscription.after("deployment.swap", "swap", (service.name.lower(),), "swapped", operation.id)


def _named(service: HostedService, name: str | None, deployment: Deployment | None, slot: Slot) -> None:
    held = deployment.name if deployment else None
    if (name or "").lower() != (held or "").lower():
        there = f"holds the deployment {held}" if held else "is empty"
        raise errors.SWAP_NEEDS_STAGING(why=f"the {slot} slot of {service.name} {there}, not {name or 'nothing'}.")


# ---- delete


def delete(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> None:
    """Accept to delete a deployment; the disks of its machines stay, unattached after a while."""
    _delete(subscription, operation, service_name, slot_name, deployment_name, "deleted")


def delete_with_media(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> None:
    """Accept to delete a deployment with its machines' disks and their blobs."""
    _delete(subscription, operation, service_name, slot_name, deployment_name, "deleted_with_media")


def _delete(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    slot_name: str | None,
    deployment_name: str | None,
    event: str,
) -> None:
    service, deployment = lookup.free_deployment(subscription, service_name, slot_name, deployment_name)
    deployment.status = DEPLOYMENT.next(deployment.status, "delete")
    instances.halt(subscription, deployment)
    _hold(subscription, service, deployment, operation)
    subscription.after("deployment.delete", "deployment", key(service, deployment), event, operation.id)


# ---- shared


def _hold(
    subscription: Subscription, service: HostedService, deployment: Deployment, operation: TrackedOperation
) -> None:
    deployment.operation = operation.id
    deployment.last_modified_time = service.date_last_modified = subscription.now


def _not_virtual_machines(deployment: Deployment) -> None:
    if deployment.of_virtual_machines:
        raise errors.NOT_FOR_VIRTUAL_MACHINES()


def _not_transitioning(deployment: Deployment) -> None:
    if deployment.upgrade_status is not None:
        raise errors.DEPLOYMENT_TRANSITIONING(name=deployment.name, status=deployment.status)


# ---- what the schedule brings


def _happened(subscription: Subscription, event: Event) -> None:
    service = subscription.hosted_services[event.resource[0]]
    deployment = next(d for d in service.deployments.values() if d.name.lower() == event.resource[1])
    deployment.last_modified_time = subscription.now
    match event.name:
        case "settled":
            _settled(subscription, service, deployment)
        case "updated":
            deployment.status = DEPLOYMENT.next(deployment.status, "updated")
            deployment.upgrade_status = None
        case "deleted" | "deleted_with_media":
            del service.deployments[deployment.slot]
            cores.release(subscription, deployment)
            _give_up_disks(subscription, service, deployment, delete=event.name == "deleted_with_media")
        case _:
            deployment.status = DEPLOYMENT.next(deployment.status, event.name)
    if event.operation is not None:
        deployment.operation = None
        operations.finish(subscription, event.operation)


def _settled(subscription: Subscription, service: HostedService, deployment: Deployment) -> None:
    """The operation ends here; an update of several domains goes on by itself until all were walked."""
    if deployment.upgrade_status is not None:
        where = key(service, deployment)
        deployment.updating = subscription.after("deployment.upgrade_domain", "deployment", where, "updated")


def _give_up_disks(subscription: Subscription, service: HostedService, deployment: Deployment, *, delete: bool) -> None:
    for name, disk in list(subscription.disks.items()):
        holder = disk.attached_to
        if holder is None or (holder.hosted_service_name, holder.deployment_name) != (service.name, deployment.name):
            continue
        if delete:
            del subscription.disks[name]
        else:
            disk.releasing = subscription.after("disk.release_after_delete", "disk", (name,), "released")


def _swapped(subscription: Subscription, event: Event) -> None:
    """Slots and virtual IPs trade places; names and private ids stay with the deployments."""
    service = subscription.hosted_services[event.resource[0]]
    production, staging = service.deployments.pop("Production", None), service.deployments.pop("Staging")
    staging.slot = "Production"
    service.deployments["Production"] = staging
    if production is not None:
        production.slot = "Staging"
        service.deployments["Staging"] = production
        production.virtual_ips, staging.virtual_ips = staging.virtual_ips, production.virtual_ips
    for deployment in service.deployments.values():
        deployment.operation, deployment.last_modified_time = None, subscription.now
    operations.finish(subscription, event.operation)


HANDLERS = {"deployment": _happened, "swap": _swapped}
