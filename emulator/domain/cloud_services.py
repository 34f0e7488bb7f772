"""Cloud services: regional groups of add-on resources, and the add-ons of providers that nothing more is known of."""

from __future__ import annotations

import re
from datetime import datetime

from msgspec import Struct

from emulator.domain import errors, errors_scheduler, operations
from emulator.domain.clock import Event
from emulator.domain.records import TrackedOperation
from emulator.domain.scheduler_records import AddOn, CloudService, Entitlement, ResourceStatus
from emulator.domain.services import SERVICES
from emulator.domain.world import Subscription

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9])?", re.ASCII)


class CreateCloudService(Struct, frozen=True, kw_only=True):
    """What a caller says of a cloud service; its name stands in the path, and some clients repeat it."""

    name: str | None = None
    label: str | None = None
    description: str | None = None
    geo_region: str
    email: str | None = None


class CreateAddOn(Struct, frozen=True, kw_only=True):
    """What a caller says of a resource. `type` is the provider's namespace there, and the path says it too."""

    type: str | None = None
    plan: str | None = None
    promotion_code: str | None = None
    schema_version: str | None = None
    etag: str | None = None
    intrinsic_settings: str | None = None
    label: str | None = None


class EntitleResource(Struct, frozen=True, kw_only=True):
    """A type of resource that the subscription is to be entitled to."""

    resource_provider_namespace: str
    type: str
    registration_date: datetime | None = None


# ---- cloud services


def find(subscription: Subscription, cloud_service_id: str) -> CloudService:
    """Return the cloud service of that name."""
    found = subscription.cloud_services.get(cloud_service_id.lower())
    if found is None:
        raise errors_scheduler.CLOUD_SERVICE_NOT_FOUND(name=cloud_service_id)
    return found


def list_all(subscription: Subscription) -> list[CloudService]:
    """Return every cloud service by its name, as the service lists them."""
    return sorted(subscription.cloud_services.values(), key=lambda one: one.name)


def create(
    subscription: Subscription, operation: TrackedOperation, command: CreateCloudService, cloud_service_id: str
) -> CloudService:
    """Accept a cloud service, or a new label and description of one that is there."""
    if _NAME.fullmatch(cloud_service_id) is None:
        raise errors_scheduler.CLOUD_SERVICE_NAME(name=cloud_service_id)
    if command.name and command.name.lower() != cloud_service_id.lower():
        raise errors_scheduler.CLOUD_SERVICE_INVALID(
            name=cloud_service_id, why=f"its name in the body is {command.name}."
        )
    region = subscription.catalog.location(command.geo_region)
    if region is None:
        raise errors.LOCATION_NOT_FOUND(name=command.geo_region)
    found = subscription.cloud_services.get(cloud_service_id.lower())
    if found is not None:
        _settled(found)
        if found.geo_region.lower() != region.name.lower():
            raise errors_scheduler.CLOUD_SERVICE_REGION(name=found.name, region=found.geo_region)
    service = CloudService(
        name=cloud_service_id if found is None else found.name,
        label=command.label or cloud_service_id,
        description=command.description or "",
        geo_region=region.name,
        etag=subscription.entropy.guid(),
        email=command.email,
        operation=operation.id,
        job_collections={} if found is None else found.job_collections,
        add_ons={} if found is None else found.add_ons,
    )
    subscription.cloud_services[cloud_service_id.lower()] = service
    subscription.after("cloud_service.create", "cloud service", (cloud_service_id.lower(),), "created", operation.id)
    return service


def delete(subscription: Subscription, operation: TrackedOperation, cloud_service_id: str) -> None:
    """Accept to delete a cloud service that holds nothing any more."""
    service = find(subscription, cloud_service_id)
    _settled(service)
    names = [*(one.name for one in service.job_collections.values()), *(one.name for one in service.add_ons.values())]
    if names:
        raise errors_scheduler.CLOUD_SERVICE_IN_USE(name=service.name, resource=names[0])
    service.operation = operation.id
    subscription.after("cloud_service.delete", "cloud service", (service.name.lower(),), "deleted", operation.id)


def usable(subscription: Subscription, cloud_service_id: str) -> CloudService:
    """Return the cloud service of that name to put a resource into: one that is being deleted takes none."""
    service = find(subscription, cloud_service_id)
    pending = subscription.operations.get(service.operation or "")
    if pending is not None and pending.name == "DeleteCloudService":
        _settled(service)
    return service


def _settled(service: CloudService) -> None:
    if service.operation is not None:
        raise errors_scheduler.CLOUD_RESOURCE_BUSY(name=service.name)


def _happened(subscription: Subscription, event: Event) -> None:
    if event.name == "deleted":
        del subscription.cloud_services[event.resource[0]]
    else:
        subscription.cloud_services[event.resource[0]].operation = None
    operations.finish(subscription, event.operation)


# ---- add-ons


def create_add_on(
    subscription: Subscription,
    operation: TrackedOperation,
    command: CreateAddOn,
    cloud_service_id: str,
    provider_namespace: str,
    resource_type: str,
    resource_name: str,
) -> AddOn:
    """Accept a resource of any provider, or a change of one that is there; a service that is switched off is none."""
    if provider_namespace.lower() in set(SERVICES) - subscription.world.services:
        raise errors.RESOURCE_TYPE_UNKNOWN()
    service = usable(subscription, cloud_service_id)
    key = _key(provider_namespace, resource_type, resource_name)
    found = service.add_ons.get(key)
    if found is not None:
        unchanged(found.name, found.etag, found.operation, command.etag)
    add_on = AddOn(
        provider_namespace=provider_namespace,
        type=resource_type,
        name=resource_name,
        etag=subscription.entropy.guid(),
        status=ResourceStatus("Create" if found is None else "Update", "InProgress"),
        plan=command.plan,
        promotion_code=command.promotion_code,
        schema_version=command.schema_version,
        intrinsic_settings=command.intrinsic_settings or (found.intrinsic_settings if found else None),
        label=command.label or (found.label if found else None),
        operation=operation.id,
    )
    service.add_ons[key] = add_on
    subscription.after("add_on.create", "add-on", (service.name.lower(), key), "created", operation.id)
    return add_on


def delete_add_on(
    subscription: Subscription,
    operation: TrackedOperation,
    cloud_service_id: str,
    provider_namespace: str,
    resource_type: str,
    resource_name: str,
) -> None:
    """Accept to delete a resource."""
    service = find(subscription, cloud_service_id)
    key = _key(provider_namespace, resource_type, resource_name)
    found = service.add_ons.get(key)
    if found is None:
        raise errors_scheduler.CLOUD_RESOURCE_NOT_FOUND(name=resource_name, type=resource_type)
    unchanged(found.name, found.etag, found.operation, None)
    found.operation, found.status = operation.id, ResourceStatus("Delete", "InProgress")
    subscription.after("add_on.delete", "add-on", (service.name.lower(), key), "deleted", operation.id)


def unchanged(name: str, etag: str, operation: str | None, given: str | None) -> None:
    """Refuse to touch a resource that an operation holds, or one of another ETag than the caller knows."""
    if operation is not None:
        raise errors_scheduler.CLOUD_RESOURCE_BUSY(name=name)
    if given and given.strip('"').lower() != etag:
        raise errors_scheduler.CLOUD_RESOURCE_CHANGED(given=given, name=name)


def _key(*parts: str) -> str:
    return "/".join(parts).lower()


def _add_on_happened(subscription: Subscription, event: Event) -> None:
    service, key = subscription.cloud_services[event.resource[0]], event.resource[1]
    if event.name == "deleted":
        del service.add_ons[key]
    else:
        add_on = service.add_ons[key]
        add_on.operation, add_on.status = None, ResourceStatus(add_on.status.type, "Succeeded")
    operations.finish(subscription, event.operation)


def entitle(subscription: Subscription, operation: TrackedOperation, command: EntitleResource) -> None:
    """Accept that a subscription is entitled to a type of resource. Nothing asks for it: it is remembered only."""
    key = _key(command.resource_provider_namespace, command.type)
    subscription.entitlements[key] = Entitlement(
        command.resource_provider_namespace, command.type, command.registration_date
    )
    subscription.after("cloud_service.entitle", "operation", (operation.id,), "succeed", operation.id)


HANDLERS = {"cloud service": _happened, "add-on": _add_on_happened}
