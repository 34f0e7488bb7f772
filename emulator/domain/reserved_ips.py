"""Reserved IPs: public addresses that a subscription keeps while deployments come and go.

What a reserved IP is associated with is told by the virtual IPs of the deployments alone (`addresses.holder`): when a
deployment is gone, its address is reserved still and in use no more.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from emulator.domain import addresses, changes, errors, errors_networks, instances, lookup, names, operations
from emulator.domain.clock import Event
from emulator.domain.configuration import AddressAssignments, NetworkConfiguration
from emulator.domain.configuration import ReservedIP as ReservedIPName
from emulator.domain.lifecycle import RESERVED_IP
from emulator.domain.network_records import IPTag, ReservedIP
from emulator.domain.records import Deployment, HostedService, TrackedOperation, VirtualIP
from emulator.domain.world import Subscription


class CreateReservedIP(Struct, frozen=True, kw_only=True):
    """A new reserved IP; with a service and a deployment, it is the address that the deployment has already."""

    name: str
    label: str | None = None
    service_name: str | None = None
    deployment_name: str | None = None
    location: str | None = None
    virtual_ip_name: str | None = None
    ip_tags: list[IPTag] | None = None


class ReservedIPAssociation(Struct, frozen=True, kw_only=True):
    """The virtual IP of a deployment that is meant: where none is named, its first one."""

    service_name: str
    deployment_name: str
    virtual_ip_name: str | None = None


class ReservedIPDetails(Struct, frozen=True):
    """A reserved IP and what it is associated with."""

    reserved: ReservedIP
    service_name: str | None = None
    deployment_name: str | None = None
    virtual_ip_name: str | None = None


# ---- reading


def get(subscription: Subscription, reserved_ip_name: str) -> ReservedIPDetails:
    """Return a reserved IP with what it is associated with."""
    return _details(subscription, addresses.find_reserved(subscription, reserved_ip_name))


def list_all(subscription: Subscription) -> list[ReservedIPDetails]:
    """Return every reserved IP, oldest first."""
    return [_details(subscription, one) for one in subscription.reserved_ips.values()]


def _details(subscription: Subscription, reserved: ReservedIP) -> ReservedIPDetails:
    held = addresses.holder(subscription, reserved)
    if held is None:
        return ReservedIPDetails(reserved)
    service, deployment, virtual_ip = held
    return ReservedIPDetails(reserved, service.name, deployment.name, virtual_ip.name)


# ---- create and delete


def create(subscription: Subscription, operation: TrackedOperation, command: CreateReservedIP) -> None:
    """Accept a reserved IP, whose name is new: an address of its own, or the one that a deployment has."""
    names.resource_name(command.name, errors_networks.RESERVED_IP_NAME)
    if command.name.lower() in subscription.reserved_ips:
        raise errors_networks.RESERVED_IP_EXISTS(name=command.name)
    if command.label:
        names.label(command.label.encode())
    _room(subscription)
    held, location = _in_place(subscription, command)
    reserved = ReservedIP(
        name=command.name,
        address=(held and held[2].address) or instances.public_address(subscription),
        id=subscription.entropy.guid(),
        label=command.label or None,
        location=location,
        operation=operation.id,
        ip_tags=tuple(command.ip_tags or ()),
    )
    subscription.reserved_ips[command.name.lower()] = reserved
    if held is None:
        subscription.after("reserved_ip.create", "reserved_ip", (command.name.lower(),), "created", operation.id)
    else:
        _accept(subscription, operation, held, "reserved_ip.create", "created", reserved)


def _room(subscription: Subscription) -> None:
    limit, current = subscription.catalog.quotas.max_reserved_ips, len(subscription.reserved_ips)
    if current >= limit:
        raise errors.OVER_QUOTA(
            resource="reserved IPs", quota="max_reserved_ips", limit=limit, current=current, increment=1
        )


Held = tuple[HostedService, Deployment, VirtualIP]


def _in_place(subscription: Subscription, command: CreateReservedIP) -> tuple[Held | None, str]:
    """Return the virtual IP whose address is to be reserved, if one is, and the location of the reserved IP."""
    location = None
    if command.location:
        location = subscription.catalog.location(command.location)
        if location is None:
            raise errors.LOCATION_NOT_FOUND(name=command.location)
    if not command.service_name and not command.deployment_name:
        if location is None:
            raise errors_networks.RESERVED_IP_INVALID(name=command.name, why="it has no Location.")
        return None, location.name
    if not command.service_name or not command.deployment_name:
        why = "it names only one of a ServiceName and a DeploymentName."
        raise errors_networks.RESERVED_IP_INVALID(name=command.name, why=why)
    held = _virtual_ip(subscription, command.service_name, command.deployment_name, command.virtual_ip_name)
    here = lookup.location_of(subscription, held[0].location, held[0].affinity_group)
    if location is not None and location.name != here:
        raise errors_networks.RESERVED_IP_LOCATION(name=command.name, there=location.name, here=here)
    _unreserved(held[2])
    return held, here


def delete(subscription: Subscription, operation: TrackedOperation, reserved_ip_name: str) -> None:
    """Accept to give up a reserved IP that no deployment has."""
    reserved = addresses.find_reserved(subscription, reserved_ip_name)
    addresses.settled(reserved)
    held = addresses.holder(subscription, reserved)
    if held is not None:
        raise errors_networks.RESERVED_IP_IN_USE(name=reserved.name, deployment=held[1].name, service=held[0].name)
    _move(reserved, "delete", operation.id)
    subscription.after("reserved_ip.delete", "reserved_ip", (reserved.name.lower(),), "deleted", operation.id)


# ---- associate and disassociate


def associate(
    subscription: Subscription, operation: TrackedOperation, command: ReservedIPAssociation, reserved_ip_name: str
) -> None:
    """Accept to make a reserved IP the address of a deployment's virtual IP."""
    reserved = addresses.find_reserved(subscription, reserved_ip_name)
    held = _virtual_ip(subscription, command.service_name, command.deployment_name, command.virtual_ip_name)
    addresses.reserved_ip(subscription, held[0], reserved.name)
    _unreserved(held[2])
    _move(reserved, "associate", operation.id)
    _accept(subscription, operation, held, "reserved_ip.associate", "associated", reserved)


def disassociate(
    subscription: Subscription, operation: TrackedOperation, command: ReservedIPAssociation, reserved_ip_name: str
) -> None:
    """Accept to take a reserved IP away from the virtual IP that has it, which gets another address."""
    reserved = addresses.find_reserved(subscription, reserved_ip_name)
    held = _virtual_ip(subscription, command.service_name, command.deployment_name, command.virtual_ip_name)
    addresses.settled(reserved)
    if held[2].reserved_ip_name != reserved.name:
        raise errors_networks.RESERVED_IP_ELSEWHERE(
            name=reserved.name, virtual_ip=held[2].name, deployment=held[1].name
        )
    _move(reserved, "disassociate", operation.id)
    _accept(subscription, operation, held, "reserved_ip.disassociate", "disassociated", reserved)


def _virtual_ip(subscription: Subscription, service_name: str, deployment_name: str, name: str | None) -> Held:
    service, deployment = lookup.free_deployment(subscription, service_name, None, deployment_name)
    return service, deployment, addresses.virtual_ip(deployment, name)


def _unreserved(virtual_ip: VirtualIP) -> None:
    if virtual_ip.reserved_ip_name is not None:
        raise errors_networks.VIRTUAL_IP_RESERVED(name=virtual_ip.name, reserved=virtual_ip.reserved_ip_name)


def _accept(
    subscription: Subscription,
    operation: TrackedOperation,
    held: Held,
    timing: str,
    name: str,
    reserved: ReservedIP,
) -> None:
    service, deployment, virtual_ip = held
    changes.accept(
        subscription,
        operation,
        service,
        deployment,
        timing,
        "association",
        name,
        virtual_ip.name,
        reserved.name.lower(),
    )


def _move(reserved: ReservedIP, event: str, operation: str | None) -> None:
    reserved.state = RESERVED_IP.next(reserved.state, event)
    reserved.operation = operation


# ---- what the schedule brings


def _happened(subscription: Subscription, event: Event) -> None:
    (key,) = event.resource
    if event.name == "deleted":
        del subscription.reserved_ips[key]
    else:
        _move(subscription.reserved_ips[key], event.name, None)
    operations.finish(subscription, event.operation)


def _associated(subscription: Subscription, event: Event) -> None:
    """A virtual IP gets or loses a reserved address."""
    deployment, (virtual_ip_name, key) = changes.land(subscription, event)
    reserved, virtual_ip = subscription.reserved_ips[key], addresses.virtual_ip(deployment, virtual_ip_name)
    _move(reserved, event.name, None)
    if event.name == "disassociated":
        virtual_ip.reserved_ip_name, virtual_ip.address = None, _another(subscription, deployment)
    else:
        virtual_ip.reserved_ip_name, virtual_ip.address = reserved.name, reserved.address
    if virtual_ip is deployment.virtual_ips[0]:
        _tell(deployment)


def _another(subscription: Subscription, deployment: Deployment) -> str:
    """Return an address in the place of the reserved one; machines that gave back their resources have none."""
    idle = deployment.of_virtual_machines and deployment.status == "Suspended"
    return "" if idle else instances.public_address(subscription)


def _tell(deployment: Deployment) -> None:
    """The service writes the first virtual IP's into the configuration, whose text is its own from then on."""
    if deployment.configuration is None:
        return
    name = deployment.virtual_ips[0].reserved_ip_name
    network = deployment.configuration.network or NetworkConfiguration()
    assignments = AddressAssignments(
        instance_addresses=network.address_assignments.instance_addresses,
        reserved_ips=() if name is None else (ReservedIPName(name),),
    )
    network = replace(network, address_assignments=assignments)
    deployment.configuration = replace(deployment.configuration, network=network)
    deployment.configuration_text = b""


HANDLERS = {"reserved_ip": _happened, "association": _associated}
