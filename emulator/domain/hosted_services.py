"""Hosted services, also called cloud services: a DNS name, a place, and up to two deployments."""

from __future__ import annotations

from msgspec import Struct

from emulator.domain import cores, errors, instances, lookup, media, names, operations, web_roles
from emulator.domain.clock import Event
from emulator.domain.names import ExtendedProperty
from emulator.domain.records import HostedService, TrackedOperation
from emulator.domain.world import Subscription

PROPERTIES = 50


class CreateHostedService(Struct, frozen=True, kw_only=True):
    """What a caller says of a new service: exactly one of `location` and `affinity_group`."""

    service_name: str
    label: bytes
    description: str | None = None
    location: str | None = None
    affinity_group: str | None = None
    extended_properties: list[ExtendedProperty] | None = None
    reverse_dns_fqdn: str | None = None


class UpdateHostedService(Struct, frozen=True, kw_only=True):
    """What a caller may change of a service; what is left out stays."""

    label: bytes | None = None
    description: str | None = None
    extended_properties: list[ExtendedProperty] | None = None
    reverse_dns_fqdn: str | None = None


class Availability(Struct, frozen=True):
    """Whether a name is free, and why not."""

    result: bool
    reason: str | None = None


def create(subscription: Subscription, _operation: TrackedOperation, command: CreateHostedService) -> HostedService:
    """Make a service; its name is a DNS label that is free."""
    names.dns_label(command.service_name, errors.HOSTED_SERVICE_NAME)
    location, affinity_group = lookup.placed(subscription, command.location, command.affinity_group)
    now = subscription.now
    service = HostedService(
        name=command.service_name,
        label=names.label(command.label),
        description=names.description(command.description),
        location=location,
        affinity_group=affinity_group,
        date_created=now,
        date_last_modified=now,
        extended_properties=names.extended_properties(command.extended_properties, PROPERTIES),
        reverse_dns_fqdn=command.reverse_dns_fqdn,
    )
    if _holder(subscription, command.service_name) is not None:
        raise errors.DNS_NAME_TAKEN()
    limit, current = subscription.catalog.quotas.max_hosted_services, len(subscription.hosted_services)
    if current >= limit:
        raise errors.OVER_QUOTA(
            resource="hosted service count", quota="max_hosted_services", limit=limit, current=current, increment=1
        )
    subscription.hosted_services[service.name.lower()] = service
    return service


def get(subscription: Subscription, service_name: str) -> HostedService:
    """Return the service of that name."""
    return lookup.hosted_service(subscription, service_name)


def list_all(subscription: Subscription) -> list[HostedService]:
    """Return every service, oldest first."""
    return list(subscription.hosted_services.values())


def check_availability(subscription: Subscription, service_name: str) -> Availability:
    """Tell whether a service could be created under a name."""
    if _holder(subscription, service_name) is not None:
        return Availability(result=False, reason="A hosted service with the specified name already exists.")
    names.dns_label(service_name, errors.HOSTED_SERVICE_NAME)
    return Availability(result=True)


def update(
    subscription: Subscription, _operation: TrackedOperation, command: UpdateHostedService, service_name: str
) -> None:
    """Change label, description and extended properties; at least one of them has to be given."""
    service = lookup.hosted_service(subscription, service_name)
    given = (command.label, command.description, command.extended_properties, command.reverse_dns_fqdn)
    if all(value is None for value in given):
        raise errors.NOTHING_TO_UPDATE()
    label = service.label if command.label is None else names.label(command.label)
    description = service.description if command.description is None else names.description(command.description)
    properties = names.extended_properties(command.extended_properties, PROPERTIES, service.extended_properties)
    service.label, service.description, service.extended_properties = label, description, properties
    if command.reverse_dns_fqdn is not None:
        service.reverse_dns_fqdn = command.reverse_dns_fqdn
    service.date_last_modified = subscription.now


def delete(subscription: Subscription, _operation: TrackedOperation, service_name: str) -> None:
    """Delete a service that has no deployment."""
    service = lookup.departing_service(subscription, service_name)
    if service.deployments:
        first = next(iter(service.deployments.values()))
        raise errors.HOSTED_SERVICE_HAS_DEPLOYMENTS(name=service.name, deployment=first.name)
    del subscription.hosted_services[service.name.lower()]


def delete_with_media(subscription: Subscription, operation: TrackedOperation, service_name: str) -> None:
    """Accept to delete a service with its deployments, their disks and the blobs of those."""
    service = lookup.departing_service(subscription, service_name)
    service.status = "Deleting"
    for deployment in service.deployments.values():
        deployment.operation, deployment.status = operation.id, "Deleting"
        web_roles.abandon_update(subscription, deployment, operation)
        instances.halt(subscription, deployment)
    where = (service.name.lower(),)
    subscription.after("hosted_service.delete_with_media", "hosted service", where, "deleted", operation.id)


def _holder(subscription: Subscription, name: str) -> Subscription | None:
    """Return which of the subscriptions that share DNS names has a service of that name."""
    key = name.lower()
    for one in subscription.world.neighbours(subscription):
        if key in one.hosted_services:
            return one
    return None


def _deleted(subscription: Subscription, event: Event) -> None:
    service = subscription.hosted_services.pop(event.resource[0])
    for deployment in service.deployments.values():
        cores.release(subscription, deployment)
    for key, disk in list(subscription.disks.items()):
        if disk.attached_to is not None and disk.attached_to.hosted_service_name == service.name:
            del subscription.disks[key]
            media.let_go(subscription, disk.media_link, delete=True)
    operations.finish(subscription, event.operation)


HANDLERS = {"hosted service": _deleted}
