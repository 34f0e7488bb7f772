"""Migration to Resource Manager: what is prepared and refuses to be changed, comes back, or is gone."""

from __future__ import annotations

import pytest

from emulator.domain import (
    application_gateways,
    data_disks,
    deployments,
    errors,
    errors_networks,
    fates,
    gateways,
    hosted_services,
    network_security_assignments,
    network_security_groups,
    operations,
    reserved_ips,
    route_tables,
    storage_accounts,
    virtual_networks,
    vm_power,
    vm_roles,
)
from emulator.domain.configuration import AddressAssignments, InstanceAddress, NetworkConfiguration
from emulator.domain.migration import (
    KINDS,
    DeploymentMigration,
    DeploymentNetworkResource,
    NetworkSecurityGroupMigration,
    ReservedIPMigration,
    RouteTableMigration,
    StorageAccountMigration,
    ValidationMessage,
    VirtualNetworkMigration,
)
from emulator.domain.network_records import NetworkDocument
from emulator.domain.refusals import ServiceError

DONE = ("Succeeded", None, None)
DEPLOYMENT = {"service_name": "Svc", "deployment_name": "Dep"}
NETWORK = {"virtual_network_name": "Net"}
ACCOUNT = {"service_name": "account"}
GROUP = {"network_security_group_name": "Group"}
ADDRESS = {"reserved_ip_name": "Address"}
TABLE = {"route_table_name": "Table"}
WANTED = DeploymentNetworkResource(destination_virtual_network="New")


@pytest.fixture
def make(subscription, operation, cloud):
    """Return a function that makes one of a kind of resource, ready to migrate, and returns what finds it."""

    def make(kind):
        match kind.resource_type:
            case "Deployment":
                cloud.service()
                cloud.machines(cloud.role())
                names = DEPLOYMENT
            case "VirtualNetwork":
                cloud.networks(cloud.site())
                names = NETWORK
            case "Storage":
                command = storage_accounts.CreateStorageAccount(service_name="account", label=b"l", location="West US")
                storage_accounts.create(subscription, operation(), command)
                names = ACCOUNT
            case "NetworkSecurityGroup":
                wanted = network_security_groups.CreateNetworkSecurityGroup(name="Group", location="West US")
                network_security_groups.create(subscription, operation(), wanted)
                names = GROUP
            case "ReservedIP":
                asked = reserved_ips.CreateReservedIP(name="Address", location="West US")
                reserved_ips.create(subscription, operation(), asked)
                names = ADDRESS
            case _:
                table = route_tables.CreateRouteTable(name="Table", location="West US")
                route_tables.create(subscription, operation(), table)
                names = TABLE
        cloud.quiet()
        return names

    return make


@pytest.fixture
def told(subscription, operation):
    """Return a function that makes a call by names and lets its time pass: what the operation ended with."""

    def told(call, *arguments, **names):
        tracked = operation()
        call(subscription, tracked, *arguments, **names)
        assert tracked.status == "InProgress"
        subscription.advance_until_quiet(10_000)
        return tracked.status, tracked.code, tracked.message

    return told


@pytest.fixture
def state(subscription):
    def state(kind, names):
        return kind(subscription, *names.values()).record.migration_state

    return state


kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


@kinds
def test_it_is_prepared_in_its_time_and_comes_back_as_it_was(subscription, operation, picture, make, told, state, kind):
    names = make(kind)
    record = kind(subscription, *names.values()).record
    assert kind.validate(subscription, operation(), **names) == []
    kind.prepare(subscription, operation(), **names)
    assert state(kind, names) == "Preparing"
    subscription.advance_until_quiet(10_000)
    assert state(kind, names) == "Prepared"
    kind.abort(subscription, operation(), **names)
    assert state(kind, names) == "Aborting"
    subscription.advance_until_quiet(10_000)
    assert kind(subscription, *names.values()).record is record
    assert record.migration_state is None
    assert told(kind.prepare, **names) == DONE


@kinds
def test_it_is_gone_when_it_was_committed(subscription, operation, make, told, kind):
    names = make(kind)
    told(kind.prepare, **{name: value.upper() for name, value in names.items()})
    kind.commit(subscription, operation(), **names)
    kind(subscription, *names.values())
    subscription.advance_until_quiet(10_000)
    with pytest.raises(ServiceError) as missing:
        kind(subscription, *names.values())
    (message,) = kind.validate(subscription, operation(), **names)
    name = list(names.values())[-1]
    assert message == ValidationMessage(
        resource_type=kind.resource_type, resource_name=name, message=missing.value.message
    )
    assert message.category == "Error"
    assert subscription.clock.pending() == []


@pytest.mark.parametrize(
    ("kind", "names", "message", "status"),
    [
        (DeploymentMigration, DEPLOYMENT, "The deployment name 'Dep' does not exist.", 404),
        (VirtualNetworkMigration, NETWORK, "The virtual network Net does not exist.", 400),
        (StorageAccountMigration, ACCOUNT, "The storage account 'account' was not found.", 404),
        (NetworkSecurityGroupMigration, GROUP, "The Network Security Group Group does not exist.", 404),
        (ReservedIPMigration, ADDRESS, "The reserved IP Address does not exist.", 404),
        (RouteTableMigration, TABLE, "The Route Table Table does not exist.", 404),
    ],
    ids=list(KINDS),
)
def test_what_is_not_there_is_refused_at_once_and_told_by_validation(
    subscription, operation, kind, names, message, status
):
    for call in (kind.prepare, kind.commit, kind.abort):
        with pytest.raises(ServiceError, match=message) as caught:
            call(subscription, operation(), **names)
        assert caught.value.status == status
    (told,) = kind.validate(subscription, operation(), **names)
    assert told.message == message


def test_a_deployment_is_missed_by_its_name_even_without_its_service(subscription, operation, cloud, refuses):
    cloud.service()
    wrong = {"service_name": "svc", "deployment_name": "123"}
    said = refuses(errors.DEPLOYMENT_NOT_FOUND, DeploymentMigration.commit, subscription, operation(), **wrong)
    assert said == "The deployment name '123' does not exist."
    nowhere = {"service_name": "1 2 3", "deployment_name": "123"}
    refuses(errors.DEPLOYMENT_NOT_FOUND, DeploymentMigration.commit, subscription, operation(), **nowhere)


@kinds
def test_what_is_not_prepared_is_neither_committed_nor_aborted(subscription, operation, make, refuses, kind):
    names = make(kind)
    said = refuses(errors.MIGRATION_STATE, kind.commit, subscription, operation(), **names)
    assert said.endswith("is in the state None, in which it cannot be committed.")
    refuses(errors.MIGRATION_STATE, kind.abort, subscription, operation(), **names)


@kinds
def test_what_is_prepared_may_be_prepared_again(subscription, operation, make, told, state, kind):
    names = make(kind)
    told(kind.prepare, **names)
    assert kind.validate(subscription, operation(), **names) == []
    assert told(kind.prepare, **names) == DONE
    assert state(kind, names) == "Prepared"


@kinds
def test_one_operation_at_a_time(subscription, operation, make, refuses, kind):
    names = make(kind)
    kind.prepare(subscription, operation(), **names)
    busy = errors.DEPLOYMENT_BUSY if kind is DeploymentMigration else errors.MIGRATION_BUSY
    for call in (kind.prepare, kind.commit, kind.abort):
        refuses(busy, call, subscription, operation(), **names)


@kinds
def test_an_operation_that_is_to_fail_leaves_a_state_of_failure(subscription, operation, make, told, state, kind):
    names = make(kind)

    def failing(call):
        tracked = operation()

        def do():
            return call(subscription, tracked, **names)

        fates.fail_though_done(subscription, tracked, do, errors.INTERNAL_ERROR())
        subscription.advance_until_quiet(10_000)
        assert (tracked.status, tracked.http_status) == ("Failed", 500)
        return state(kind, names)

    assert failing(kind.prepare) == "PrepareFailed"
    assert failing(kind.abort) == "AbortFailed"
    assert told(kind.abort, **names) == DONE
    assert state(kind, names) is None
    told(kind.prepare, **names)
    assert failing(kind.commit) == "CommitFailed"
    with pytest.raises(ServiceError, match="in the state CommitFailed, in which it cannot be aborted"):
        kind.abort(subscription, operation(), **names)
    assert told(kind.commit, **names) == DONE


# ---- what refuses to be changed


def test_a_prepared_deployment_refuses_to_be_changed_in_the_recorded_words(
    subscription, operation, make, told, refuses
):
    make(DeploymentMigration)
    told(DeploymentMigration.prepare, **DEPLOYMENT)
    at = (subscription, operation())
    said = refuses(errors.DEPLOYMENT_MIGRATING, deployments.delete, *at, "svc", deployment_name="dep")
    assert said == (
        "Deployment dep in HostedService svc is in the process of being migrated and hence cannot be changed."
    )
    command = vm_power.RoleOperation()
    refuses(errors.DEPLOYMENT_MIGRATING, vm_power.shutdown, *at, command, "svc", "dep", "vm1")
    refuses(errors.DEPLOYMENT_MIGRATING, vm_roles.delete, *at, "svc", "dep", "vm1")
    refuses(errors.DEPLOYMENT_MIGRATING, data_disks.delete_data_disk, *at, "svc", "dep", "vm1", "0")
    refuses(errors.DEPLOYMENT_MIGRATING, hosted_services.delete_with_media, *at, "svc")


def test_a_prepared_network_may_stay_in_the_configuration_but_only_as_it_is(
    subscription, operation, cloud, make, told, refuses, state
):
    make(VirtualNetworkMigration)
    told(VirtualNetworkMigration.prepare, **NETWORK)
    change = virtual_networks.set_configuration
    larger = NetworkDocument(virtual_network_sites=(cloud.site(subnets={"front": "10.0.0.0/28"}),))
    refuses(errors.MIGRATING, change, subscription, operation(), larger)
    refuses(errors.MIGRATING, change, subscription, operation(), NetworkDocument())
    cloud.networks(cloud.site(), cloud.site("other", prefix="10.1.0.0/24", subnets={"a": "10.1.0.0/28"}))
    cloud.quiet()
    assert state(VirtualNetworkMigration, NETWORK) == "Prepared"
    told(VirtualNetworkMigration.commit, **NETWORK)
    assert [site.name for site in virtual_networks.get_configuration(subscription).virtual_network_sites] == ["other"]


def test_nothing_new_comes_into_a_prepared_network(subscription, operation, cloud, make, told, refuses):
    make(VirtualNetworkMigration)
    make(NetworkSecurityGroupMigration)
    make(RouteTableMigration)
    cloud.service()
    told(VirtualNetworkMigration.prepare, **NETWORK)
    refuses(errors.MIGRATING, cloud.machines, cloud.role(), virtual_network_name="net")
    wanted = gateways.CreateGateway()
    refuses(errors.MIGRATING, gateways.create, subscription, operation(), wanted, "net")
    said = ("Failed", "BadRequest", errors.MIGRATING(kind="Virtual network", name="net").message)
    group = network_security_assignments.Assignment(name="group")
    assert told(network_security_assignments.add_to_subnet, group, "net", "front") == said
    table = route_tables.RouteTableAssociation(route_table_name="table")
    assert told(route_tables.add_to_subnet, table, "net", "front") == said


def test_the_others_refuse_when_their_families_tell_it(subscription, operation, make, told, refuses):
    for kind in (StorageAccountMigration, NetworkSecurityGroupMigration, ReservedIPMigration, RouteTableMigration):
        told(kind.prepare, **make(kind))
    refuses(errors.MIGRATING, storage_accounts.delete, subscription, operation(), "account")
    keys = storage_accounts.RegenerateKeys(key_type="Primary")
    refuses(errors.MIGRATING, storage_accounts.regenerate_keys, subscription, operation(), keys, "account")
    update = storage_accounts.UpdateStorageAccount(description="d")
    refuses(errors.MIGRATING, storage_accounts.update, subscription, operation(), update, "account")
    refuses(errors.MIGRATING, reserved_ips.delete, subscription, operation(), "address")
    group = errors.MIGRATING(kind="Network Security Group", name="Group").message
    assert told(network_security_groups.delete, "group") == ("Failed", "BadRequest", group)
    table = errors.MIGRATING(kind="Route Table", name="Table").message
    assert told(route_tables.delete, "table") == ("Failed", "BadRequest", table)


# ---- what cannot migrate


def test_machines_have_to_run_or_to_be_stopped(subscription, operation, cloud, refuses, told):
    cloud.service()
    deployment = cloud.machines(cloud.role("vm1"), cloud.role("vm2"))
    while not all(one.state == "unknown" for one in deployment.instances.values()):
        subscription.advance_to(subscription.clock.pending()[0].due)
    operations.finish(subscription, deployment.operation)
    deployment.operation = None
    said = refuses(errors.MIGRATION_VM_STATE, DeploymentMigration.prepare, subscription, operation(), **DEPLOYMENT)
    assert said == (
        "Migration is not allowed for HostedService svc because it has VM vm1 in State : RoleStateUnknown. Migration "
        "is allowed only when the VM is in one of the following states - Running, Stopped, Stopped Deallocated."
    )
    messages = DeploymentMigration.validate(subscription, operation(), **DEPLOYMENT)
    assert [(one.resource_type, one.resource_name, one.category) for one in messages] == 2 * [
        ("Deployment", "Dep", "Error")
    ]
    assert [one.message for one in messages] == [said, said.replace("vm1", "vm2")]
    cloud.quiet()
    for role, action in (("vm1", "Stopped"), ("vm2", "StoppedDeallocated")):
        command = vm_power.RoleOperation(post_shutdown_action=action)
        told(vm_power.shutdown, command, service_name="svc", deployment_name="dep", role_name=role)
    assert DeploymentMigration.validate(subscription, operation(), **DEPLOYMENT) == []
    assert told(DeploymentMigration.prepare, **DEPLOYMENT) == DONE


def test_web_roles_cannot_migrate(subscription, operation, cloud, refuses):
    cloud.service()
    cloud.web(name="dep")
    cloud.quiet()
    refuses(errors.MIGRATION_OF_WEB_ROLES, DeploymentMigration.prepare, subscription, operation(), **DEPLOYMENT)


def test_where_a_deployment_goes_to_is_taken_on_trust_if_it_is_named(subscription, operation, make, told, refuses):
    def prepare(**wanted):
        command = DeploymentNetworkResource(**wanted)
        DeploymentMigration.prepare_into(subscription, operation(), command, **DEPLOYMENT)

    with pytest.raises(ServiceError, match="does not exist"):
        prepare(destination_virtual_network="Nowhere")
    make(DeploymentMigration)
    refuses(errors.MIGRATION_DESTINATION, prepare)
    refuses(errors.MIGRATION_DESTINATION, prepare, destination_virtual_network="Nowhere")
    refuses(errors.MIGRATION_DESTINATION, prepare, destination_virtual_network="Existing", sub_net_name="s")
    validate = DeploymentMigration.validate_into
    assert validate(subscription, operation(), WANTED, **DEPLOYMENT) == []
    existing = DeploymentNetworkResource(
        destination_virtual_network="existing", resource_group_name="g", virtual_network_name="n", sub_net_name="s"
    )
    assert told(DeploymentMigration.prepare_into, existing, **DEPLOYMENT) == DONE


def test_a_storage_account_has_to_be_rid_of_disks(subscription, operation, make, told, refuses):
    make(StorageAccountMigration)
    make(DeploymentMigration)
    said = refuses(errors.MIGRATION_NOT_ALLOWED, StorageAccountMigration.prepare, subscription, operation(), **ACCOUNT)
    (disk,) = subscription.disks.values()
    assert disk.name in said
    told(DeploymentMigration.prepare, **DEPLOYMENT)
    told(DeploymentMigration.commit, **DEPLOYMENT)
    assert subscription.disks == {}
    assert told(StorageAccountMigration.prepare, **ACCOUNT) == DONE


def test_what_somebody_has_does_not_migrate_by_itself(subscription, operation, cloud, make, told, refuses):
    make(VirtualNetworkMigration)
    make(NetworkSecurityGroupMigration)
    make(RouteTableMigration)
    make(ReservedIPMigration)
    group = network_security_assignments.Assignment(name="group")
    told(network_security_assignments.add_to_subnet, group, "net", "front")
    told(route_tables.add_to_subnet, route_tables.RouteTableAssociation(route_table_name="table"), "net", "front")
    cloud.service()
    cloud.machines(cloud.role(), reserved_ip_name="address", virtual_network_name="net")
    cloud.quiet()
    for kind, names in (
        (NetworkSecurityGroupMigration, GROUP),
        (RouteTableMigration, TABLE),
        (ReservedIPMigration, ADDRESS),
        (DeploymentMigration, DEPLOYMENT),
    ):
        refuses(errors.MIGRATION_NOT_ALLOWED, kind.prepare, subscription, operation(), **names)


# ---- what goes with it


def test_a_deployment_goes_with_its_network_and_takes_its_cores_disks_and_addresses(
    subscription, operation, cloud, make, told, refuses
):
    make(ReservedIPMigration)
    make(VirtualNetworkMigration)
    cloud.service()
    deployment = cloud.machines(cloud.role(), reserved_ip_name="address", virtual_network_name="net")
    cloud.quiet()
    tracked = operation()
    VirtualNetworkMigration.prepare(subscription, tracked, **NETWORK)
    assert deployment.operation == tracked.id
    refuses(errors.DEPLOYMENT_BUSY, deployments.delete, subscription, operation(), "svc", deployment_name="dep")
    refuses(errors.DEPLOYMENT_BUSY, VirtualNetworkMigration.abort, subscription, operation(), **NETWORK)
    cloud.quiet()
    assert deployment.operation is None
    refuses(errors.DEPLOYMENT_MIGRATING, deployments.delete, subscription, operation(), "svc", deployment_name="dep")
    told(VirtualNetworkMigration.commit, **NETWORK)
    assert subscription.hosted_services["svc"].deployments == {}
    assert subscription.cores_in_use == 0
    assert (subscription.disks, subscription.reserved_ips, subscription.virtual_networks) == ({}, {}, {})
    assert subscription.network_document is None


def test_a_web_deployment_keeps_its_network(subscription, operation, cloud, make, refuses):
    make(VirtualNetworkMigration)
    cloud.service()
    inside = AddressAssignments(instance_addresses=(InstanceAddress("Web", ("front",)),))
    cloud.web(NetworkConfiguration(virtual_network_site="net", address_assignments=inside))
    cloud.quiet()
    said = refuses(errors.MIGRATION_OF_WEB_ROLES, VirtualNetworkMigration.prepare, subscription, operation(), **NETWORK)
    (message,) = VirtualNetworkMigration.validate(subscription, operation(), **NETWORK)
    assert (message.resource_type, message.resource_name, message.message) == ("VirtualNetwork", "Net", said)


def test_an_application_gateway_keeps_its_network_and_comes_into_none_that_migrates(
    subscription, operation, make, told, refuses
):
    make(VirtualNetworkMigration)
    command = application_gateways.CreateApplicationGateway(name="gateway", subnets=["front"], vnet_name="net")
    told(VirtualNetworkMigration.prepare, **NETWORK)
    refuses(errors.MIGRATING, application_gateways.create, subscription, operation(), command)
    told(VirtualNetworkMigration.abort, **NETWORK)
    told(application_gateways.create, command)
    prepare = VirtualNetworkMigration.prepare
    said = refuses(errors.MIGRATION_NOT_ALLOWED, prepare, subscription, operation(), **NETWORK)
    assert said == "Migration is not allowed for Virtual network net because it has an application gateway."


def test_a_network_waits_for_its_configuration_and_takes_its_gateway_along(
    subscription, operation, cloud, told, refuses
):
    subnets = {"front": "10.0.0.0/28", "GatewaySubnet": "10.0.0.16/28"}
    cloud.networks(cloud.site(subnets=subnets))
    prepare = VirtualNetworkMigration.prepare
    refuses(errors_networks.NETWORK_CONFIGURATION_BUSY, prepare, subscription, operation(), **NETWORK)
    cloud.quiet()
    gateways.create(subscription, operation(), gateways.CreateGateway(), "net")
    refuses(errors_networks.GATEWAY_BUSY, prepare, subscription, operation(), **NETWORK)
    cloud.quiet()
    prepare(subscription, operation(), **NETWORK)
    reset = gateways.UpdateGateway(operation="Reset")
    refuses(errors_networks.GATEWAY_BUSY, gateways.update, subscription, operation(), reset, "net")
    cloud.quiet()
    told(VirtualNetworkMigration.commit, **NETWORK)
    assert subscription.gateways == {}
