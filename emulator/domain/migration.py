"""Migration to Resource Manager: what is prepared for it, comes back from it, or leaves this API for good.

Six kinds of resource migrate in the same way, by the MIGRATION table; a class for each says what is particular to it.
What is in any state of migration refuses to be changed, as the family that it belongs to sees to (`lookup.staying`).
A deployment in a virtual network migrates with that, and what is prepared is what the network's state says. Where a
resource goes to is another API's business, so all that is asked for there is taken on trust.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Protocol

from msgspec import Struct

from emulator.domain import (
    addresses,
    cores,
    errors,
    errors_networks,
    gateways,
    instances,
    lookup,
    network_lookup,
    network_security_groups,
    operations,
    route_tables,
    storage_accounts,
    virtual_networks,
)
from emulator.domain.clock import Event
from emulator.domain.gateway_records import Gateway
from emulator.domain.lifecycle import INSTANCE_LIFECYCLES, MIGRATION
from emulator.domain.network_records import NetworkSecurityGroup, ReservedIP, RouteTable, VirtualNetwork
from emulator.domain.records import Deployment, HostedService, StorageAccount, TrackedOperation
from emulator.domain.refusals import ServiceError
from emulator.domain.world import Subscription

DESTINATIONS = ("Default", "New", "Existing")
MIGRATING_STATES = ("ReadyRole", "StoppedVM", "StoppedDeallocated")
"""The InstanceStatus of machines that may migrate: what the refusal calls Running, Stopped and Stopped Deallocated."""

_NOT_MIGRATING = "None"
_IN_PROGRESS = ("Preparing", "Aborting", "Committing")
_FOLLOWING = {"prepare": "prepared", "commit": "committed", "abort": "aborted"}
_FAILED = {"prepared": "prepare_failed", "committed": "commit_failed", "aborted": "abort_failed"}


class DeploymentNetworkResource(Struct, frozen=True, kw_only=True):
    """The virtual network that a deployment is to be in afterwards: the default one, a new one, or one that exists."""

    resource_group_name: str | None = None
    virtual_network_name: str | None = None
    sub_net_name: str | None = None
    destination_virtual_network: str | None = None


class ValidationMessage(Struct, frozen=True, kw_only=True):
    """Why a resource cannot migrate as it is."""

    resource_type: str
    resource_name: str
    category: str = "Error"
    message: str


class Migrating(Protocol):
    """A record that has a state of migration; None while it is in none."""

    migration_state: str | None


class Migration(ABC):
    """A resource on its way: found by the names in its path, refused if it is not there.

    Its `record` holds the state. `deployments` and `gateways` go with it, and are held by what is done to it.
    """

    called: ClassVar[str]
    resource_type: ClassVar[str]
    timing: ClassVar[str] = "migration.{}"
    record: Migrating
    deployments: Sequence[tuple[HostedService, Deployment]] = ()
    gateways: Sequence[Gateway] = ()

    def __init__(self, subscription: Subscription, *names: str) -> None:
        self.subscription, self.name = subscription, names[-1]

    @abstractmethod
    def problems(self) -> Iterator[ServiceError]:
        """Yield what prevents it from migrating as it is."""

    @abstractmethod
    def leave(self) -> None:
        """Let it go, with what goes with it."""

    def settled(self) -> None:
        """Refuse while another operation holds it."""
        for _, deployment in self.deployments:
            lookup.unlocked(deployment)
        for gateway in self.gateways:
            gateways.free(gateway)

    # ---- asked for

    @classmethod
    def validate(
        cls, subscription: Subscription, _operation: TrackedOperation, **names: str
    ) -> list[ValidationMessage]:
        """Tell what prevents a resource from being prepared; that it is not there is told alike (assumption 222)."""
        try:
            found = list(cls(subscription, *names.values()).problems())
        except ServiceError as missing:
            found = [missing]
        name = list(names.values())[-1]
        return [
            ValidationMessage(resource_type=cls.resource_type, resource_name=name, message=error.message)
            for error in found
        ]

    @classmethod
    def prepare(cls, subscription: Subscription, operation: TrackedOperation, **names: str) -> None:
        """Accept to prepare a resource: it is shown as such, and cannot be changed until the migration is aborted."""
        cls._accept(subscription, operation, "prepare", names)

    @classmethod
    def commit(cls, subscription: Subscription, operation: TrackedOperation, **names: str) -> None:
        """Accept to let a resource go that is prepared: it is in this API no more."""
        cls._accept(subscription, operation, "commit", names)

    @classmethod
    def abort(cls, subscription: Subscription, operation: TrackedOperation, **names: str) -> None:
        """Accept to let a resource stay that is prepared, or was to be."""
        cls._accept(subscription, operation, "abort", names)

    @classmethod
    def _accept(
        cls, subscription: Subscription, operation: TrackedOperation, event: str, names: Mapping[str, str]
    ) -> None:
        one = cls(subscription, *names.values())
        one.settled()
        state = one.record.migration_state or _NOT_MIGRATING
        if state in _IN_PROGRESS:
            raise errors.MIGRATION_BUSY(kind=cls.called, name=one.name, state=state)
        if not MIGRATION.allows(state, event):  # assumption 228
            raise errors.MIGRATION_STATE(kind=cls.called, name=one.name, state=state, wanted=_FOLLOWING[event])
        if event != "abort" and (problem := next(one.problems(), None)) is not None:
            raise problem
        one.move(event)
        one.hold(operation.id)
        key = (cls.resource_type, *names.values())
        subscription.after(cls.timing.format(event), "migration", key, _FOLLOWING[event], operation.id)

    # ---- what becomes of it

    def move(self, event: str) -> None:
        """Bring it into its next state."""
        state = MIGRATION.next(self.record.migration_state or _NOT_MIGRATING, event)
        self.record.migration_state = None if state == _NOT_MIGRATING else state

    def hold(self, operation: str | None) -> None:
        """Let an operation hold what goes with it, or nothing any more."""
        for _, deployment in self.deployments:
            deployment.operation, deployment.last_modified_time = operation, self.subscription.now
        for gateway in self.gateways:
            gateway.operation = operation


class DeploymentMigration(Migration):
    """Of a deployment of machines that is in no virtual network."""

    called, resource_type, timing = "Deployment", "Deployment", "migration.{}_deployment"
    record: Deployment

    def __init__(self, subscription: Subscription, service_name: str, deployment_name: str) -> None:
        super().__init__(subscription, service_name, deployment_name)
        # Assumption 222: also where there is no such service. A name that was not there was told as the deployment's.
        service = subscription.hosted_services.get(service_name.lower())
        held = service.deployments.values() if service else ()
        found = next((one for one in held if one.name.lower() == deployment_name.lower()), None)
        if service is None or found is None:
            raise errors.DEPLOYMENT_NOT_FOUND(name=deployment_name)
        self.service, self.record = service, found
        self.deployments = [(service, found)]

    @classmethod
    def validate_into(
        cls,
        subscription: Subscription,
        operation: TrackedOperation,
        command: DeploymentNetworkResource,
        **names: str,
    ) -> list[ValidationMessage]:
        """Tell what prevents a deployment from being prepared for a virtual network."""
        found = cls.validate(subscription, operation, **names)
        _judge(command)
        return found

    @classmethod
    def prepare_into(
        cls,
        subscription: Subscription,
        operation: TrackedOperation,
        command: DeploymentNetworkResource,
        **names: str,
    ) -> None:
        """Accept to prepare a deployment for a virtual network."""
        cls(subscription, *names.values())
        _judge(command)
        cls.prepare(subscription, operation, **names)

    def problems(self) -> Iterator[ServiceError]:
        """Yield what its machines and its place prevent; it migrates with its virtual network (assumption 223)."""
        network = self.record.virtual_network_name
        if network is not None:
            why = f"it is in the Virtual Network {network}, which is to be migrated as a whole"
            yield errors.MIGRATION_NOT_ALLOWED(kind=self.called, name=self.record.name, why=why)
        yield from _problems(self.service, self.record)

    def leave(self) -> None:
        """Let it go; its service stays (assumption 224)."""
        _leave(self.subscription, self.service, self.record)


class VirtualNetworkMigration(Migration):
    """Of a virtual network, with the deployments and the gateways in it."""

    called, resource_type = "Virtual network", "VirtualNetwork"
    record: VirtualNetwork

    def __init__(self, subscription: Subscription, virtual_network_name: str) -> None:
        super().__init__(subscription, virtual_network_name)
        found = subscription.virtual_networks.get(virtual_network_name.lower())
        if found is None:
            raise errors_networks.VIRTUAL_NETWORK_NOT_FOUND(name=virtual_network_name)
        self.record = found
        inside = {id(one) for one in addresses.deployments_in(subscription, found.site.name)}
        services = subscription.hosted_services.values()
        self.deployments = [(s, d) for s in services for d in s.deployments.values() if id(d) in inside]
        self.gateways = [one for one in subscription.gateways.values() if one.virtual_network_id == found.id]

    def settled(self) -> None:
        """Refuse while the configuration is being set, too: the network may be in the making."""
        if self.subscription.network_operation is not None:
            raise errors_networks.NETWORK_CONFIGURATION_BUSY(operation=self.subscription.network_operation)
        super().settled()

    def problems(self) -> Iterator[ServiceError]:
        """Yield what the deployments and application gateways in it prevent (assumption 223)."""
        if virtual_networks.has_application_gateway(self.subscription, self.record):
            name = self.record.site.name
            yield errors.MIGRATION_NOT_ALLOWED(kind=self.called, name=name, why="it has an application gateway")
        for service, deployment in self.deployments:
            yield from _problems(service, deployment)

    def leave(self) -> None:
        """Let it go. What stood before its subnets stays, and stands before none of them (assumption 225)."""
        for service, deployment in self.deployments:
            _leave(self.subscription, service, deployment)
        virtual_networks.forget(self.subscription, self.record)


class StorageAccountMigration(Migration):
    """Of a storage account in which no image and no disk lies."""

    called, resource_type = "Storage account", "Storage"
    record: StorageAccount

    def __init__(self, subscription: Subscription, service_name: str) -> None:
        super().__init__(subscription, service_name)
        self.record = storage_accounts.find(subscription, service_name)

    def settled(self) -> None:
        """Refuse while it is in the making."""
        if self.record.status != "Created":
            raise errors.STORAGE_ACCOUNT_BUSY(operation=self.record.operation)

    def problems(self) -> Iterator[ServiceError]:
        """Yield the image or the disk that has to be gone before (assumption 226)."""
        example = storage_accounts.blob_in_use(self.subscription, self.record)
        if example is not None:
            why = f"it has some active image(s) and/or disk(s), e.g. {example}"
            yield errors.MIGRATION_NOT_ALLOWED(kind=self.called, name=self.record.name, why=why)

    def leave(self) -> None:
        """Let it go; its name is free here."""
        storage_accounts.forget(self.subscription, self.record)


class NetworkSecurityGroupMigration(Migration):
    """Of a network security group that nothing has assigned (assumption 225)."""

    called, resource_type = "Network Security Group", "NetworkSecurityGroup"
    record: NetworkSecurityGroup

    def __init__(self, subscription: Subscription, network_security_group_name: str) -> None:
        super().__init__(subscription, network_security_group_name)
        self.record = network_lookup.security_group(subscription, network_security_group_name)

    def problems(self) -> Iterator[ServiceError]:
        """Yield what has it assigned."""
        holder = network_security_groups.holder_of(self.subscription, self.record)
        if holder is not None:
            yield errors.MIGRATION_NOT_ALLOWED(kind=self.called, name=self.name, why=f"{holder} has it assigned")

    def leave(self) -> None:
        """Let it go with its rules."""
        del self.subscription.network_security_groups[self.record.name.lower()]


class ReservedIPMigration(Migration):
    """Of a reserved IP that no deployment has (assumption 225)."""

    called, resource_type = "Reserved IP", "ReservedIP"
    record: ReservedIP

    def __init__(self, subscription: Subscription, reserved_ip_name: str) -> None:
        super().__init__(subscription, reserved_ip_name)
        self.record = addresses.find_reserved(subscription, reserved_ip_name)

    def settled(self) -> None:
        """Refuse while it is being made, associated or given up."""
        if self.record.operation is not None:
            raise errors_networks.RESERVED_IP_BUSY(name=self.record.name, operation=self.record.operation)

    def problems(self) -> Iterator[ServiceError]:
        """Yield the deployment that has it."""
        held = addresses.holder(self.subscription, self.record)
        if held is not None:
            why = f"the deployment {held[1].name} of the hosted service {held[0].name} has it"
            yield errors.MIGRATION_NOT_ALLOWED(kind=self.called, name=self.record.name, why=why)

    def leave(self) -> None:
        """Let it go."""
        del self.subscription.reserved_ips[self.record.name.lower()]


class RouteTableMigration(Migration):
    """Of a route table that no subnet is associated with (assumption 225)."""

    called, resource_type = "Route Table", "RouteTable"
    record: RouteTable

    def __init__(self, subscription: Subscription, route_table_name: str) -> None:
        super().__init__(subscription, route_table_name)
        self.record = route_tables.get(subscription, route_table_name)

    def problems(self) -> Iterator[ServiceError]:
        """Yield the subnet that is associated with it."""
        for network, subnet in route_tables.subnets_of(self.subscription, self.record):
            why = f"the subnet {subnet} of {network} is associated with it"
            yield errors.MIGRATION_NOT_ALLOWED(kind=self.called, name=self.record.name, why=why)

    def leave(self) -> None:
        """Let it go with its routes."""
        del self.subscription.route_tables[self.record.name.lower()]


# ---- deployments, alone or in a virtual network


def _judge(command: DeploymentNetworkResource) -> None:
    """Refuse a destination that cannot be (assumption 227)."""
    wanted = (command.destination_virtual_network or "").lower()
    if wanted not in (one.lower() for one in DESTINATIONS):
        why = f"DestinationVirtualNetwork is none of {', '.join(DESTINATIONS)}"
        raise errors.MIGRATION_DESTINATION(why=why)
    named = (command.resource_group_name, command.virtual_network_name, command.sub_net_name)
    if wanted == "existing" and not all(named):
        why = "an existing one needs ResourceGroupName, VirtualNetworkName and SubNetName"
        raise errors.MIGRATION_DESTINATION(why=why)


def _problems(service: HostedService, deployment: Deployment) -> Iterator[ServiceError]:
    if not deployment.of_virtual_machines:
        yield errors.MIGRATION_OF_WEB_ROLES(name=deployment.name, service=service.name)
        return
    for one in deployment.instances.values():
        status = INSTANCE_LIFECYCLES[one.kind][1][one.state].instance_status
        if status not in MIGRATING_STATES:
            yield errors.MIGRATION_VM_STATE(service=service.name, role=one.role_name, status=status)


def _leave(subscription: Subscription, service: HostedService, deployment: Deployment) -> None:
    """Let a deployment go with its disks and its reserved addresses; the blobs stay leased (assumption 224)."""
    instances.halt(subscription, deployment)
    del service.deployments[deployment.slot]
    service.date_last_modified = subscription.now
    cores.release(subscription, deployment)
    for virtual_ip in deployment.virtual_ips:
        subscription.reserved_ips.pop((virtual_ip.reserved_ip_name or "").lower(), None)
    for name, disk in list(subscription.disks.items()):
        holder = disk.attached_to
        mine = holder and (holder.hosted_service_name, holder.deployment_name) == (service.name, deployment.name)
        if mine and not disk.releasing:
            del subscription.disks[name]


# ---- what the schedule brings

KINDS: dict[str, type[Migration]] = {
    one.resource_type: one
    for one in (
        DeploymentMigration,
        VirtualNetworkMigration,
        StorageAccountMigration,
        NetworkSecurityGroupMigration,
        ReservedIPMigration,
        RouteTableMigration,
    )
}


def _happened(subscription: Subscription, event: Event) -> None:
    """What an operation began ends with it: in the state of a failure, where the operation is to fail."""
    resource_type, *names = event.resource
    one = KINDS[resource_type](subscription, *names)
    operation = subscription.operations.get(event.operation or "")
    doomed = operation is not None and operation.code is not None
    one.move(_FAILED[event.name] if doomed else event.name)
    one.hold(None)
    if one.record.migration_state == "Committed":
        one.leave()
    operations.finish(subscription, event.operation)


HANDLERS = {"migration": _happened}
