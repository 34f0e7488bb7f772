"""What network security groups are assigned to: subnets, and roles and their network interfaces.

One of each has one group at most. Whether what a call names is there is told by the operation (assumption 170); but the
deployment that a role is in, which the call holds meanwhile, is looked for at once.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from emulator.domain import addresses, changes, errors_networks, lookup, network_lookup, operations
from emulator.domain.clock import Event
from emulator.domain.records import Deployment, HostedService, TrackedOperation
from emulator.domain.world import Subscription

_TO_SUBNET, _TO_ROLE = "network.security_group_to_subnet", "virtual_machine.network_security_group"
_SUBNET, _ROLE = "subnet_security_group", "role_security_group"


class Assignment(Struct, frozen=True, kw_only=True):
    """The group that something has, or is to have."""

    name: str


# ---- reading


def get_for_subnet(subscription: Subscription, virtual_network_name: str, subnet_name: str) -> Assignment:
    """Return what is assigned to a subnet."""
    network, subnet = network_lookup.find(subscription, virtual_network_name, subnet_name)
    found = network.network_security_groups.get(subnet.name.lower())
    if found is None:
        raise errors_networks.NO_SECURITY_GROUP_ON_SUBNET(name=virtual_network_name, subnet=subnet_name)
    return Assignment(name=found)


def get_for_role(
    subscription: Subscription,
    service_name: str,
    deployment_name: str,
    role_name: str,
    network_interface_name: str | None = None,
) -> Assignment:
    """Return what is assigned to a role, or to one of its network interfaces."""
    _, deployment = lookup.deployment(subscription, service_name, None, deployment_name)
    found = lookup.role_or_interface(deployment, role_name, network_interface_name).network_security_group
    if found is None:
        raise errors_networks.NO_SECURITY_GROUP_ON_ROLE(**_named(role_name, network_interface_name))
    return Assignment(name=found)


def _named(role_name: str, interface_name: str | None) -> dict[str, str]:
    if interface_name:
        return {"kind": "network interface", "name": interface_name}
    return {"kind": "role", "name": role_name}


# ---- subnets


def add_to_subnet(
    subscription: Subscription,
    operation: TrackedOperation,
    command: Assignment,
    virtual_network_name: str,
    subnet_name: str,
) -> None:
    """Accept to assign a group to a subnet that has none."""
    values = (virtual_network_name, subnet_name, command.name)
    subscription.after(_TO_SUBNET, _SUBNET, values, "add", operation.id)


def remove_from_subnet(
    subscription: Subscription,
    operation: TrackedOperation,
    virtual_network_name: str,
    subnet_name: str,
    network_security_group_name: str,
) -> None:
    """Accept to take a group away from the subnet that has it."""
    values = (virtual_network_name, subnet_name, network_security_group_name)
    subscription.after(_TO_SUBNET, _SUBNET, values, "remove", operation.id)


def _add_to_subnet(subscription: Subscription, network_name: str, subnet_name: str, name: str) -> None:
    group = network_lookup.changeable_group(subscription, name)
    network, subnet = network_lookup.changeable(subscription, network_name, subnet_name)
    there = addresses.site_location(subscription, network.site)
    if there is not None and there != group.location:
        raise errors_networks.NETWORK_SECURITY_GROUP_REGION(
            here=network_lookup.region(subscription, group.location),
            name=name,
            there=network_lookup.region(subscription, there),
            network=network_name,
        )
    if subnet.name.lower() in network.network_security_groups:
        raise errors_networks.SUBNET_HAS_SECURITY_GROUP(id=network.id)
    network.network_security_groups[subnet.name.lower()] = group.name


def _remove_from_subnet(subscription: Subscription, network_name: str, subnet_name: str, name: str) -> None:
    held = get_for_subnet(subscription, network_name, subnet_name).name
    if not _is(subscription, held, name):
        raise errors_networks.NO_SECURITY_GROUP_ON_SUBNET(name=network_name, subnet=subnet_name)
    network, subnet = network_lookup.changeable(subscription, network_name, subnet_name)
    del network.network_security_groups[subnet.name.lower()]


def _is(subscription: Subscription, held: str | None, name: str) -> bool:
    """Tell whether what is held is the group of that name; refuse a name that no group has."""
    return (held or "").lower() == name.lower() or network_lookup.security_group(subscription, name).name == held


# ---- roles and network interfaces


def add_to_role(
    subscription: Subscription,
    operation: TrackedOperation,
    command: Assignment,
    service_name: str,
    deployment_name: str,
    role_name: str,
    network_interface_name: str | None = None,
) -> None:
    """Accept to assign a group to a role, or to one of its network interfaces, that has none."""
    where = (service_name, deployment_name, role_name, network_interface_name)
    _change_role(subscription, operation, "add", where, command.name)


def remove_from_role(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    deployment_name: str,
    role_name: str,
    network_security_group_name: str,
    network_interface_name: str | None = None,
) -> None:
    """Accept to take a group away from the role, or the network interface, that has it."""
    where = (service_name, deployment_name, role_name, network_interface_name)
    _change_role(subscription, operation, "remove", where, network_security_group_name)


def _change_role(
    subscription: Subscription,
    operation: TrackedOperation,
    what: str,
    where: tuple[str, str, str, str | None],
    group_name: str,
) -> None:
    service_name, deployment_name, role_name, interface_name = where
    service, deployment = lookup.free_deployment(subscription, service_name, None, deployment_name)
    lookup.role_or_interface(deployment, role_name, interface_name)
    values = (role_name, interface_name, group_name)
    changes.accept(subscription, operation, service, deployment, _TO_ROLE, _ROLE, what, *values)


def _add_to_role(
    subscription: Subscription,
    service: HostedService,
    deployment: Deployment,
    role_name: str,
    interface_name: str,
    name: str,
) -> None:
    group = network_lookup.changeable_group(subscription, name)
    there = lookup.location_of(subscription, service.location, service.affinity_group)
    if there != group.location:
        raise errors_networks.NETWORK_SECURITY_GROUP_ROLE_REGION(
            here=network_lookup.region(subscription, group.location),
            name=name,
            there=network_lookup.region(subscription, there),
            service=service.name,
        )
    if lookup.role_or_interface(deployment, role_name, interface_name or None).network_security_group is not None:
        raise errors_networks.ROLE_HAS_SECURITY_GROUP(**_named(role_name, interface_name))
    changes.alter_role(deployment, role_name, interface_name, network_security_group=group.name)


def _remove_from_role(
    subscription: Subscription,
    _service: HostedService,
    deployment: Deployment,
    role_name: str,
    interface_name: str,
    name: str,
) -> None:
    held = lookup.role_or_interface(deployment, role_name, interface_name or None).network_security_group
    if not _is(subscription, held, name):
        raise errors_networks.NO_SECURITY_GROUP_ON_ROLE(**_named(role_name, interface_name))
    changes.alter_role(deployment, role_name, interface_name, network_security_group=None)


# ---- what the schedule brings

_CHANGES: dict[str, Callable[..., None]] = {"add": _add_to_subnet, "remove": _remove_from_subnet}
_ROLE_CHANGES: dict[str, Callable[..., None]] = {"add": _add_to_role, "remove": _remove_from_role}


def _happened(subscription: Subscription, event: Event) -> None:
    changes.attempt(subscription, event, _CHANGES[event.name], *event.resource)
    operations.finish(subscription, event.operation)


def _happened_to_role(subscription: Subscription, event: Event) -> None:
    about = (*lookup.by_key(subscription, event.resource), *event.resource[2:])
    changes.attempt(subscription, event, _ROLE_CHANGES[event.name], *about)
    changes.land(subscription, event)


HANDLERS = {_SUBNET: _happened, _ROLE: _happened_to_role}
