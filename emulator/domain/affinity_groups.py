"""Affinity groups: a name for a place, which services and storage accounts can share."""

from __future__ import annotations

from msgspec import Struct

from emulator.domain import errors, names
from emulator.domain.records import AffinityGroup, HostedService, StorageAccount, TrackedOperation
from emulator.domain.world import Subscription


class CreateAffinityGroup(Struct, frozen=True, kw_only=True):
    """What a caller says of a new group."""

    name: str
    label: bytes
    description: str | None = None
    location: str


class UpdateAffinityGroup(Struct, frozen=True, kw_only=True):
    """What a caller may change of a group."""

    label: bytes
    description: str | None = None


class AffinityGroupDetails(Struct, frozen=True):
    """A group and its members."""

    group: AffinityGroup
    hosted_services: list[HostedService]
    storage_services: list[StorageAccount]


def create(subscription: Subscription, _operation: TrackedOperation, command: CreateAffinityGroup) -> AffinityGroup:
    """Make a group, whose name is new in this subscription."""
    names.dns_label(command.name, errors.AFFINITY_GROUP_NAME)
    if command.name.lower() in subscription.affinity_groups:
        raise errors.AFFINITY_GROUP_EXISTS()
    location = subscription.catalog.location(command.location)
    if location is None:
        raise errors.LOCATION_NOT_FOUND(name=command.location)
    group = AffinityGroup(
        name=command.name,
        label=names.label(command.label, may_be_empty=True),  # azure-cli sends an empty one where none is given
        description=names.description(command.description),
        location=location.name,
        created_time=subscription.now,
    )
    subscription.affinity_groups[command.name.lower()] = group
    return group


def find(subscription: Subscription, affinity_group_name: str) -> AffinityGroup:
    """Return the group of that name; a name that no group can have is refused as such."""
    found = subscription.affinity_groups.get(affinity_group_name.lower())
    if found is None:
        raise errors.AFFINITY_GROUP_NOT_FOUND()
    return found


def get(subscription: Subscription, affinity_group_name: str) -> AffinityGroupDetails:
    """Return a group with the services and storage accounts in it."""
    group = find(subscription, affinity_group_name)
    services, accounts = _members(subscription, group)
    return AffinityGroupDetails(group, services, accounts)


def list_all(subscription: Subscription) -> list[AffinityGroup]:
    """Return every group, oldest first."""
    return list(subscription.affinity_groups.values())


def update(
    subscription: Subscription, _operation: TrackedOperation, command: UpdateAffinityGroup, affinity_group_name: str
) -> None:
    """Change a group's label and description."""
    group = find(subscription, affinity_group_name)
    label, description = names.label(command.label), names.description(command.description)
    group.label, group.description = label, description


def delete(subscription: Subscription, _operation: TrackedOperation, affinity_group_name: str) -> None:
    """Delete a group that nothing belongs to."""
    names.dns_label(affinity_group_name, errors.AFFINITY_GROUP_NAME)
    group = find(subscription, affinity_group_name)
    services, accounts = _members(subscription, group)
    networks = [one.site for one in subscription.virtual_networks.values() if one.site.affinity_group == group.name]
    if services or accounts or networks:
        members = [*(s.name for s in services), *(a.name for a in accounts), *(site.name for site in networks)]
        raise errors.AFFINITY_GROUP_IN_USE(members=", ".join(members[:3]))
    del subscription.affinity_groups[group.name.lower()]


def _members(subscription: Subscription, group: AffinityGroup) -> tuple[list[HostedService], list[StorageAccount]]:
    return (
        [s for s in subscription.hosted_services.values() if s.affinity_group == group.name],
        [a for a in subscription.storage_accounts.values() if a.affinity_group == group.name],
    )
