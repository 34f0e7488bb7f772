"""Reserved IPs: kept while deployments come and go, and what their association changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from emulator.domain import deployments, errors, errors_networks, reserved_ips, updates, virtual_ips, vm_power
from emulator.domain.configuration import (
    AddressAssignments,
    NetworkConfiguration,
    ReservedIP,
    RoleConfiguration,
    ServiceConfiguration,
)
from emulator.domain.deployments import Swap
from emulator.domain.reserved_ips import CreateReservedIP, ReservedIPAssociation
from emulator.domain.updates import ChangeConfiguration
from emulator.domain.vm_power import RoleOperation
from emulator.domain.web_roles import ConfigurationDocument


def with_reserved(*names):
    assignments = AddressAssignments(reserved_ips=tuple(ReservedIP(name) for name in names))
    return NetworkConfiguration(address_assignments=assignments)


@pytest.fixture
def reserve(subscription, operation, cloud):
    """Create a reserved IP and let its operation end."""

    def reserve(name="ip", location="West US", **changes):
        tracked = operation("CreateReservedIPAddress")
        reserved_ips.create(subscription, tracked, CreateReservedIP(name=name, location=location, **changes))
        cloud.quiet()
        return subscription.reserved_ips[name.lower()]

    return reserve


@pytest.fixture
def associate(subscription, operation):
    def associate(name="ip", deployment="dep", virtual_ip=None, service="svc"):
        tracked = operation("AssociateReservedIPAddress")
        command = ReservedIPAssociation(service_name=service, deployment_name=deployment, virtual_ip_name=virtual_ip)
        reserved_ips.associate(subscription, tracked, command, name)
        return tracked

    return associate


@pytest.fixture
def disassociate(subscription, operation):
    def disassociate(name="ip", deployment="dep", virtual_ip=None):
        tracked = operation("DisassociateReservedIPAddress")
        command = ReservedIPAssociation(service_name="svc", deployment_name=deployment, virtual_ip_name=virtual_ip)
        reserved_ips.disassociate(subscription, tracked, command, name)
        return tracked

    return disassociate


@pytest.fixture
def deployment(cloud):
    """A deployment of one machine that runs."""
    cloud.service()
    made = cloud.machines()
    cloud.quiet()
    return made


def shown(subscription, name="ip"):
    found = reserved_ips.get(subscription, name)
    return found.service_name, found.deployment_name, found.virtual_ip_name


# ---- create, list, delete


def test_a_reserved_ip_is_creating_until_its_operation_has_ended(subscription, operation):
    tracked = operation()
    command = CreateReservedIP(name="ip", location="uswest", label="my label")

    reserved_ips.create(subscription, tracked, command)

    reserved = reserved_ips.get(subscription, "IP").reserved
    assert (reserved.state, reserved.location, reserved.label, tracked.status) == (
        "Creating",
        "West US",
        "my label",
        "InProgress",
    )
    subscription.advance_to(subscription.now + timedelta(seconds=subscription.catalog.timings["reserved_ip.create"]))
    assert (reserved.state, reserved.operation, tracked.status) == ("Created", None, "Succeeded")


def test_each_reserved_ip_has_an_address_and_an_id_of_its_own_and_they_are_listed_oldest_first(subscription, reserve):
    one, two = reserve("b"), reserve("a")

    assert (one.address != two.address, one.id != two.id) == (True, True)
    assert [found.reserved.name for found in reserved_ips.list_all(subscription)] == ["b", "a"]


def test_a_deleted_one_is_deleting_first_and_then_gone(subscription, operation, reserve, refuses):
    reserved, tracked = reserve(), operation()

    reserved_ips.delete(subscription, tracked, "ip")
    assert (reserved.state, tracked.status) == ("Deleting", "InProgress")
    refuses(errors_networks.RESERVED_IP_BUSY, reserved_ips.delete, subscription, operation(), "ip")
    subscription.advance_to(subscription.now + timedelta(seconds=subscription.catalog.timings["reserved_ip.delete"]))

    assert tracked.status == "Succeeded"
    refuses(errors_networks.RESERVED_IP_NOT_FOUND, reserved_ips.get, subscription, "ip")
    refuses(errors_networks.RESERVED_IP_NOT_FOUND, reserved_ips.delete, subscription, operation(), "ip")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": "IP"}, errors_networks.RESERVED_IP_EXISTS),
        ({"name": "a b"}, errors_networks.RESERVED_IP_NAME),
        ({"location": None}, errors_networks.RESERVED_IP_INVALID),
        ({"location": "Nowhere"}, errors.LOCATION_NOT_FOUND),
        ({"label": "x" * 101}, errors.LABEL_INVALID),
        ({"service_name": "svc"}, errors_networks.RESERVED_IP_INVALID),
        ({"service_name": "svc", "deployment_name": "dep"}, errors.HOSTED_SERVICE_NOT_FOUND),
    ],
)
def test_what_cannot_be_reserved_is_refused(subscription, operation, reserve, refuses, changes, refusal):
    reserve("ip")
    command = CreateReservedIP(**{"name": "other", "location": "West US", **changes})

    refuses(refusal, reserved_ips.create, subscription, operation(), command)


def test_a_subscription_reserves_no_more_than_its_quota(subscription, operation, reserve, refuses):
    for number in range(subscription.catalog.quotas.max_reserved_ips):
        reserve(f"ip{number}")

    command = CreateReservedIP(name="one-more", location="West US")
    said = refuses(errors.OVER_QUOTA, reserved_ips.create, subscription, operation(), command)
    assert "the current count is 20, and the requested increment is 1." in said


# ---- associate and disassociate


def test_an_associated_address_is_the_deployments_from_the_end_of_the_operation_on(
    subscription, cloud, deployment, reserve, associate
):
    reserved, virtual_ip = reserve(), deployment.virtual_ips[0]
    before = virtual_ip.address

    tracked = associate()
    assert (reserved.state, deployment.operation, virtual_ip.address) == ("Updating", tracked.id, before)
    assert shown(subscription) == (None, None, None)
    subscription.advance_to(subscription.now + timedelta(seconds=subscription.catalog.timings["reserved_ip.associate"]))

    assert (reserved.state, deployment.operation, tracked.status) == ("Created", None, "Succeeded")
    assert (virtual_ip.address, virtual_ip.reserved_ip_name) == (reserved.address, "ip")
    assert shown(subscription) == ("svc", "dep", "__PseudoBackEndContractVip")


def test_a_disassociated_one_is_free_again_and_the_deployment_has_another_address(
    subscription, cloud, deployment, reserve, associate, disassociate
):
    reserved = reserve()
    associate()
    cloud.quiet()

    tracked = disassociate()
    cloud.quiet()

    virtual_ip = deployment.virtual_ips[0]
    assert (virtual_ip.reserved_ip_name, virtual_ip.address != reserved.address) == (None, True)
    assert (shown(subscription), reserved.state, tracked.status) == ((None, None, None), "Created", "Succeeded")


def test_the_service_writes_the_reserved_ip_into_the_configuration_of_web_roles(
    cloud, reserve, associate, disassociate
):
    cloud.service()
    web = cloud.web()
    cloud.quiet()
    reserve()

    associate(deployment="web")
    cloud.quiet()
    assert web.configuration.network == with_reserved("ip")
    assert web.configuration_text == b""  # the text is the service's own now

    disassociate(deployment="web")
    cloud.quiet()
    assert web.configuration.network == NetworkConfiguration()


def test_one_in_use_is_neither_deleted_nor_given_to_another(
    subscription, operation, cloud, deployment, reserve, associate, refuses
):
    reserve()
    associate()
    refuses(errors_networks.RESERVED_IP_BUSY, reserved_ips.delete, subscription, operation(), "ip")
    cloud.quiet()
    cloud.service("other")
    cloud.machines(service="other", name="dep2")
    cloud.quiet()

    refuses(errors_networks.RESERVED_IP_IN_USE, reserved_ips.delete, subscription, operation(), "ip")
    refuses(errors_networks.RESERVED_IP_IN_USE, associate, deployment="dep2", service="other")
    reserve("ip2")
    refuses(errors_networks.VIRTUAL_IP_RESERVED, associate, "ip2")


def test_an_association_needs_a_place_that_is_there_and_free(cloud, deployment, reserve, associate, refuses):
    reserve()
    reserve("east", "East US")

    refuses(errors_networks.RESERVED_IP_NOT_FOUND, associate, "nobody")
    refuses(errors.DEPLOYMENT_NOT_FOUND, associate, deployment="nothing")
    refuses(errors.HOSTED_SERVICE_NOT_FOUND, associate, service="nobody")
    refuses(errors_networks.VIRTUAL_IP_NOT_FOUND, associate, virtual_ip="nothing")
    refuses(errors_networks.RESERVED_IP_LOCATION, associate, "east")
    associate()
    refuses(errors.DEPLOYMENT_BUSY, associate)


def test_what_is_not_associated_is_not_disassociated(deployment, reserve, disassociate, refuses):
    reserve()

    refuses(errors_networks.RESERVED_IP_ELSEWHERE, disassociate)


# ---- secondary virtual IPs


def test_a_secondary_virtual_ip_is_reserved_for_itself(
    subscription, operation, cloud, deployment, reserve, associate, disassociate
):
    virtual_ips.add(subscription, operation(), "svc", "dep", "second")
    cloud.quiet()
    reserved = reserve()

    associate(virtual_ip="SECOND")
    cloud.quiet()
    first, second = deployment.virtual_ips
    assert (first.reserved_ip_name, second.reserved_ip_name, second.address) == (None, "ip", reserved.address)
    assert shown(subscription) == ("svc", "dep", "second")

    disassociate(virtual_ip="second")
    cloud.quiet()
    assert second.reserved_ip_name is None


def test_a_configuration_tells_of_the_first_virtual_ip_alone(subscription, operation, cloud, reserve, associate):
    cloud.service()
    web = cloud.web()
    cloud.quiet()
    virtual_ips.add(subscription, operation(), "svc", "web", "second")
    cloud.quiet()
    reserve()

    associate(deployment="web", virtual_ip="second")
    cloud.quiet()

    assert (web.virtual_ips[1].reserved_ip_name, web.configuration_text) == ("ip", b"as it came")


def test_the_address_that_a_deployment_has_already_can_be_reserved(subscription, operation, cloud, deployment):
    address = deployment.virtual_ips[0].address
    command = CreateReservedIP(name="ip", service_name="svc", deployment_name="dep", location="West US")

    reserved_ips.create(subscription, operation(), command)
    assert subscription.reserved_ips["ip"].state == "Creating"
    cloud.quiet()

    reserved = subscription.reserved_ips["ip"]
    assert (reserved.state, reserved.address, deployment.virtual_ips[0].address) == ("Created", address, address)
    assert shown(subscription) == ("svc", "dep", "__PseudoBackEndContractVip")


# ---- deployments that come and go


def test_a_deployment_of_machines_is_born_with_the_reserved_ip_that_it_names(subscription, cloud, reserve):
    reserved = reserve()
    cloud.service()

    deployment = cloud.machines(reserved_ip_name="IP")

    (virtual_ip,) = deployment.virtual_ips
    assert (virtual_ip.name, virtual_ip.address, virtual_ip.reserved_ip_name) == ("ip", reserved.address, "ip")
    assert shown(subscription) == ("svc", "dep", "ip")


def test_a_deployment_of_web_roles_is_born_with_the_one_that_its_configuration_names(subscription, cloud, reserve):
    reserved = reserve()
    cloud.service()

    deployment = cloud.web(with_reserved("ip"))

    (virtual_ip,) = deployment.virtual_ips
    assert (virtual_ip.address, virtual_ip.reserved_ip_name) == (reserved.address, "ip")
    assert deployment.configuration_text == b"as it came"


def test_a_deployment_is_refused_whose_reserved_ip_it_cannot_have(cloud, reserve, deployment, associate, refuses):
    reserve()
    reserve("east", "East US")
    associate()
    cloud.quiet()
    cloud.service("other")

    for name, refusal in [
        ("nobody", errors_networks.RESERVED_IP_NOT_FOUND),
        ("ip", errors_networks.RESERVED_IP_IN_USE),
        ("east", errors_networks.RESERVED_IP_LOCATION),
    ]:
        refuses(refusal, cloud.machines, cloud.role(), service="other", reserved_ip_name=name)
        refuses(refusal, cloud.web, with_reserved(name), service="other")
    refuses(errors.CONFIGURATION_INVALID, cloud.web, with_reserved("ip", "east"), service="other")


def test_a_reserved_ip_that_is_just_being_made_is_given_to_nobody(subscription, operation, cloud, refuses):
    reserved_ips.create(subscription, operation(), CreateReservedIP(name="ip", location="West US"))
    cloud.service()

    refuses(errors_networks.RESERVED_IP_BUSY, cloud.machines, cloud.role(), reserved_ip_name="ip")


def test_when_its_deployment_is_gone_the_address_is_reserved_still(
    subscription, operation, cloud, deployment, reserve, associate
):
    reserve()
    associate()
    cloud.quiet()

    deployments.delete(subscription, operation(), "svc", None, "dep")
    assert shown(subscription)[0] == "svc"
    cloud.quiet()

    assert shown(subscription) == (None, None, None)
    reserved_ips.delete(subscription, operation(), "ip")


def test_machines_that_give_back_their_resources_keep_a_reserved_address(
    subscription, operation, cloud, deployment, reserve, associate, disassociate
):
    reserved = reserve()
    associate()
    cloud.quiet()
    stop = RoleOperation(post_shutdown_action="StoppedDeallocated")

    vm_power.shutdown(subscription, operation(), stop, "svc", "dep", "vm1")
    cloud.quiet()
    assert deployment.virtual_ips[0].address == reserved.address

    disassociate()
    cloud.quiet()
    assert deployment.virtual_ips[0].address == ""


@pytest.fixture
def change(subscription, operation, cloud):
    """Give the web deployment another configuration."""

    def change(network=None):
        content = ServiceConfiguration(
            service_name="s", roles=(RoleConfiguration(name="Web", instance_count=1),), network=network
        )
        command = ChangeConfiguration(configuration=ConfigurationDocument(b"new", content))
        updates.change_configuration(subscription, operation(), command, "svc", "production")
        cloud.quiet()

    return change


def test_another_configuration_takes_and_gives_back_reserved_ips(cloud, reserve, change, refuses):
    reserved = reserve()
    cloud.service()
    deployment = cloud.web()
    cloud.quiet()
    (virtual_ip,) = deployment.virtual_ips
    before = virtual_ip.address

    change(with_reserved("ip"))
    assert (virtual_ip.address, virtual_ip.reserved_ip_name) == (reserved.address, "ip")
    refuses(errors_networks.RESERVED_IP_NOT_FOUND, change, with_reserved("nobody"))

    change()
    assert virtual_ip.reserved_ip_name is None
    assert virtual_ip.address not in (reserved.address, before)


def test_a_swap_is_an_internal_error_while_one_slot_alone_has_a_reserved_ip(
    subscription, operation, cloud, reserve, refuses
):
    reserve()
    cloud.service()
    production = cloud.web(with_reserved("ip"), name="one")
    cloud.quiet()
    staging = cloud.web(slot="staging", name="two")
    cloud.quiet()
    command = Swap(production="one", source_deployment="two")

    refuses(errors.INTERNAL_ERROR, deployments.swap, subscription, operation(), command, "svc")

    staging.virtual_ips[0].reserved_ip_name = "other"
    deployments.swap(subscription, operation(), command, "svc")
    cloud.quiet()
    assert [d.virtual_ips[0].reserved_ip_name for d in (production, staging)] == ["other", "ip"]

    content = replace(production.configuration, os_version="*")
    command = ChangeConfiguration(configuration=ConfigurationDocument(b"same network", content))
    updates.change_configuration(subscription, operation(), command, "svc", "staging")
    assert production.virtual_ips[0].reserved_ip_name == "other"
