"""Deployments of web and worker roles: create, run and suspend, swap. Get and delete serve virtual machines, too.

A deployment's Status, its instances, `Locked` and the tracked operation move together:

- an accepted call puts its operation's id into `deployment.operation` (that is `Locked`), moves the status by the
  DEPLOYMENT table, and schedules one event that ends both the state and the operation;
- instances follow by their own table (see instances.py), each on its own events;
- an update goes its own way, domain by domain (see updates.py).
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import asdict

from emulator.domain import (
    cores,
    errors,
    fitting,
    instances,
    lookup,
    media,
    names,
    networking,
    operations,
    packages,
    web_roles,
)
from emulator.domain.clock import Event
from emulator.domain.lifecycle import DEPLOYMENT
from emulator.domain.names import ExtendedProperty
from emulator.domain.packages import Packaged
from emulator.domain.records import Deployment, HostedService, Revision, Slot, TrackedOperation, VirtualIP
from emulator.domain.references import ExtensionConfiguration
from emulator.domain.web_roles import ConfigurationDocument
from emulator.domain.world import Subscription


class CreateDeployment(Packaged, frozen=True, kw_only=True):
    """What a caller says of a new deployment."""

    name: str
    label: bytes
    configuration: ConfigurationDocument
    start_deployment: bool | None = None
    treat_warnings_as_error: bool | None = None
    extended_properties: list[ExtendedProperty] | None = None
    extension_configuration: ExtensionConfiguration | None = None


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
    lookup.free_service(subscription, service)
    lookup.claim_slot(service, slot, command.name)
    media.host_of(command.package_url, errors.PACKAGE_URL_INVALID)
    strict = bool(command.treat_warnings_as_error)
    judged = fitting.judge(subscription.catalog, command.package, command.configuration.content, strict=strict)
    revision = web_roles.revision(
        subscription,
        service,
        operation,
        command.configuration,
        definition=judged.definition,
        package_url=command.package_url,
        label=names.label(command.label),
        extended_properties=command.extended_properties,
        extension_configuration=command.extension_configuration,
    )
    granted = networking.judge(subscription, service, networking.of_configuration(revision.configuration))
    if not fitting.passes(subscription, operation, judged, "deployment.create"):
        return
    if not cores.take(subscription, operation, cores.of(subscription, revision), "deployment.create"):
        return
    deployment = service.deployments[slot] = _new(subscription, slot, command.name, revision)
    networking.give(subscription, deployment, granted)
    start = bool(command.start_deployment)
    web_roles.grow(subscription, service, deployment, "creating" if start else "creating-stopped")
    where = lookup.hold(subscription, service, deployment, operation)
    event = "deployed_running" if start else "deployed"
    subscription.after("deployment.create", "deployment", where, event, operation.id)


def _new(subscription: Subscription, slot: Slot, name: str, revision: Revision) -> Deployment:
    return Deployment(
        name=name,
        slot=slot,
        private_id=subscription.entropy.hex32(),
        status="Deploying",
        created_time=subscription.now,
        last_modified_time=subscription.now,
        instances={},
        virtual_ips=[VirtualIP(web_roles.virtual_ip_name(revision.definition), instances.public_address(subscription))],
        **asdict(revision),
    )


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
    service, deployment = lookup.web_deployment(subscription, service_name, slot_name, deployment_name)
    if deployment.update is not None:
        raise errors.DEPLOYMENT_TRANSITIONING(name=deployment.name, status=deployment.status)
    action, ended = ("start", "started") if status == "Running" else ("suspend", "suspended")
    if deployment.status == status:
        ended = "settled"
    else:
        deployment.status = DEPLOYMENT.next(deployment.status, action)
        instances.happen(subscription, service, deployment, "start" if action == "start" else "stop")
    where = lookup.hold(subscription, service, deployment, operation)
    subscription.after("deployment.status_change", "deployment", where, ended, operation.id)


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
        if deployment.update is not None:
            raise errors.INTERNAL_ERROR()  # documented: a swap during an update is an internal error
    if len({d.definition.public_endpoint_count for d in both if d.definition is not None}) > 1:
        raise errors.SWAP_ENDPOINTS()
    if len({deployment.virtual_ips[0].reserved_ip_name is None for deployment in both}) > 1:
        raise errors.INTERNAL_ERROR()  # documented: and so is one where a single slot has a reserved IP
    for deployment in both:
        lookup.hold(subscription, service, deployment, operation)
    subscription.after("deployment.swap", "swap", (service.name.lower(),), "swapped", operation.id)


def _named(service: HostedService, name: str | None, deployment: Deployment | None, slot: Slot) -> None:
    held = deployment.name if deployment else None
    if (name or "").lower() != (held or "").lower():
        there = f"holds the deployment {held}" if held else "is empty"
        raise errors.SWAP_NEEDS_STAGING(why=f"the {slot} slot of {service.name} {there}, not {name or 'nothing'}.")


def get_package(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    container_uri: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
    *,
    overwrite_existing: bool = False,
    text_of: Callable[[Deployment], bytes] = attrgetter("configuration_text"),
) -> None:
    """Accept to put a deployment's package and configuration (`text_of` it) into a container."""
    _, deployment = lookup.web_deployment(subscription, service_name, slot_name, deployment_name)
    container = container_uri.strip().partition("?")[0].rstrip("/")
    media.host_of(container, errors.CONTAINER_URI_INVALID)
    text = text_of(deployment)
    fault = packages.store(subscription, deployment, container, text, overwrite=overwrite_existing)
    if fault is not None:
        operations.fail_later(subscription, operation, fault, "deployment.get_package")
        return
    subscription.after("deployment.get_package", "operation", (operation.id,), "succeed", operation.id)


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
    web_roles.abandon_update(subscription, deployment, operation)
    instances.halt(subscription, deployment)
    where = lookup.hold(subscription, service, deployment, operation)
    timing = "virtual_machine.delete" if deployment.of_virtual_machines else "deployment.delete"
    if event == "deleted_with_media":
        timing = "deployment.delete_with_media"
    subscription.after(timing, "deployment", where, event, operation.id)


# ---- what the schedule brings


def _happened(subscription: Subscription, event: Event) -> None:
    """Move the status by the event's name; `settled` changes nothing but ends the operation."""
    service, deployment = lookup.by_key(subscription, event.resource)
    deployment.last_modified_time = subscription.now
    match event.name:
        case "settled":
            pass
        case "deleted" | "deleted_with_media":
            del service.deployments[deployment.slot]
            cores.release(subscription, deployment)
            media.give_up_disks(subscription, service, deployment, None, delete=event.name == "deleted_with_media")
        case _:
            deployment.status = DEPLOYMENT.next(deployment.status, event.name)
    if event.operation is not None:
        deployment.operation = None
        operations.finish(subscription, event.operation)


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
