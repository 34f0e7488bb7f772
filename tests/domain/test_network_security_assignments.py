"""What network security groups are assigned to: subnets, roles and network interfaces."""

from __future__ import annotations

import pytest

from emulator.domain import deployments, errors, errors_networks, virtual_networks, vm_roles
from emulator.domain import network_security_assignments as assignments
from emulator.domain import network_security_groups as groups
from emulator.domain.machines import NetworkInterfaceInput
from emulator.domain.network_security_assignments import Assignment
from emulator.domain.network_security_groups import CreateNetworkSecurityGroup

DONE = ("Succeeded", None, None)
GROUP = Assignment(name="group")


@pytest.fixture
def group(told):
    """Two groups in the place of the network, and one elsewhere."""
    for name, location in (("Group", "West US"), ("Other", "West US"), ("Far", "North Central US")):
        told(groups.create, CreateNetworkSecurityGroup(name=name, location=location))


@pytest.fixture
def network(cloud, group):
    cloud.networks(cloud.site())
    cloud.quiet()


@pytest.fixture
def deployment(cloud, network):
    """A machine with a further network interface."""
    cloud.service()
    interface = NetworkInterfaceInput(name="nic", subnet_name="back")
    made = cloud.machines(cloud.role(network_interfaces=[interface]), virtual_network_name="net")
    cloud.quiet()
    return made


# ---- subnets


def test_a_subnet_has_a_group_until_it_is_removed(subscription, told, network, refuses):
    assert told(assignments.add_to_subnet, GROUP, "NET", "FRONT") == DONE
    assert assignments.get_for_subnet(subscription, "net", "front") == Assignment(name="Group")
    (shown,) = virtual_networks.list_sites(subscription)
    assert shown.network.network_security_groups == {"front": "Group"}

    assert told(assignments.remove_from_subnet, "net", "front", "GROUP") == DONE
    message = refuses(
        errors_networks.NO_SECURITY_GROUP_ON_SUBNET, assignments.get_for_subnet, subscription, "Net", "Front"
    )
    assert message == (
        "The virtual network name Net and subnet Front does not have any network security group assigned."
    )


def test_a_subnet_has_one_group_at_most(subscription, told, network):
    told(assignments.add_to_subnet, GROUP, "net", "front")
    id_ = subscription.virtual_networks["net"].id
    message = f"The virtual network name {id_} is already mapped to network security group."
    again = told(assignments.add_to_subnet, Assignment(name="Other"), "net", "front")
    assert again == ("Failed", "BadRequest", message)
    assert told(assignments.add_to_subnet, GROUP, "net", "back") == DONE


def test_a_group_and_its_virtual_network_are_in_one_region(told, network):
    message = (
        "The region usnorth specified for the Network Security Group Far is different than the region uswest that "
        "Virtual Network net belongs to, they need to belong to the same region."
    )
    far = told(assignments.add_to_subnet, Assignment(name="Far"), "net", "front")
    assert far == ("Failed", "BadRequest", message)


def test_what_is_not_there_is_told_by_the_operation(told, network):
    not_found = ("Failed", "ResourceNotFound")
    no_group = (*not_found, "The Network Security Group nope does not exist.")
    assert told(assignments.add_to_subnet, Assignment(name="nope"), "net", "front") == no_group
    no_network = (*not_found, "The virtual network nope does not exist.")
    assert told(assignments.add_to_subnet, GROUP, "nope", "front") == no_network
    no_subnet = (*not_found, "Subnet name nope was not found in Virtual Network net.")
    assert told(assignments.add_to_subnet, GROUP, "net", "nope") == no_subnet
    assert told(assignments.remove_from_subnet, "net", "front", "group")[:2] == not_found
    told(assignments.add_to_subnet, GROUP, "net", "front")
    assert told(assignments.remove_from_subnet, "net", "front", "other")[:2] == not_found
    assert told(assignments.remove_from_subnet, "net", "front", "nope") == no_group


def test_a_group_in_use_is_not_deleted(subscription, told, deployment):
    told(assignments.add_to_subnet, GROUP, "net", "front")
    told(assignments.add_to_role, Assignment(name="other"), "svc", "dep", "vm1", "nic")
    assert told(groups.delete, "group")[:2] == ("Failed", "BadRequest")
    assert told(groups.delete, "other")[:2] == ("Failed", "BadRequest")
    assert told(groups.delete, "far") == DONE
    told(assignments.remove_from_subnet, "net", "front", "group")
    assert told(groups.delete, "group") == DONE


def test_the_group_of_a_subnet_stays_with_it_in_another_configuration(subscription, cloud, told, network):
    told(assignments.add_to_subnet, GROUP, "net", "front")
    told(assignments.add_to_subnet, GROUP, "net", "back")
    cloud.networks(cloud.site(subnets={"front": "10.0.0.0/28", "new": "10.0.0.32/28"}))
    cloud.quiet()
    assert subscription.virtual_networks["net"].network_security_groups == {"front": "Group"}


# ---- roles and network interfaces


@pytest.mark.parametrize("interface", [(), ("NIC",)])
def test_a_role_or_an_interface_has_a_group_until_it_is_removed(
    subscription, operation, told, deployment, refuses, interface
):
    where = ("svc", "dep", "vm1", *interface)
    tracked = operation()
    assignments.add_to_role(subscription, tracked, GROUP, *where)
    assert deployment.operation == tracked.id
    refuses(errors.DEPLOYMENT_BUSY, assignments.add_to_role, subscription, operation(), GROUP, *where)
    subscription.advance_until_quiet(10_000)

    assert assignments.get_for_role(subscription, *where) == Assignment(name="Group")
    assert (tracked.status, deployment.operation) == ("Succeeded", None)
    other = ("svc", "dep", "vm1") if interface else ("svc", "dep", "vm1", "nic")
    message = refuses(errors_networks.NO_SECURITY_GROUP_ON_ROLE, assignments.get_for_role, subscription, *other)
    named = "role vm1" if interface else "network interface nic"
    assert message == f"The {named} does not have any network security group assigned."

    assert told(assignments.add_to_role, Assignment(name="other"), *where)[:2] == ("Failed", "BadRequest")
    assert told(assignments.remove_from_role, *where[:3], "other", *interface)[:2] == ("Failed", "ResourceNotFound")
    assert told(assignments.remove_from_role, *where[:3], "GROUP", *interface) == DONE
    refuses(errors_networks.NO_SECURITY_GROUP_ON_ROLE, assignments.get_for_role, subscription, *where)
    assert deployment.operation is None


def test_a_web_role_has_one_too(subscription, told, cloud, group):
    cloud.service()
    cloud.web()
    cloud.quiet()
    assert told(assignments.add_to_role, GROUP, "svc", "web", "web") == DONE
    assert assignments.get_for_role(subscription, "svc", "web", "Web") == Assignment(name="Group")


def test_a_group_that_is_not_there_or_elsewhere_is_told_by_the_operation(told, deployment):
    nowhere = told(assignments.add_to_role, Assignment(name="nope"), "svc", "dep", "vm1")
    assert nowhere == ("Failed", "ResourceNotFound", "The Network Security Group nope does not exist.")
    assert told(assignments.add_to_role, Assignment(name="far"), "svc", "dep", "vm1")[:2] == ("Failed", "BadRequest")
    assert deployment.operation is None


def test_a_role_or_interface_that_is_not_there_is_refused_at_once(subscription, operation, deployment, refuses):
    def add(*where):
        assignments.add_to_role(subscription, operation(), GROUP, *where)

    refuses(errors.HOSTED_SERVICE_NOT_FOUND, add, "nope", "dep", "vm1")
    refuses(errors.DEPLOYMENT_NOT_FOUND, add, "svc", "nope", "vm1")
    refuses(errors.ROLE_NOT_FOUND, add, "svc", "dep", "nope")
    refuses(errors_networks.NETWORK_INTERFACE_NOT_FOUND, add, "svc", "dep", "vm1", "nope")


def test_a_machine_is_made_with_groups_and_keeps_them_when_it_is_described_anew(
    subscription, operation, cloud, network
):
    cloud.service()
    interface = NetworkInterfaceInput(name="nic", subnet_name="back", network_security_group="other")
    role = cloud.role(network_interfaces=[interface], network_security_group="GROUP")
    cloud.machines(role, virtual_network_name="net")
    cloud.quiet()
    again = [NetworkInterfaceInput(name="nic", subnet_name="back")]
    for anew in (cloud.role(), cloud.role(network_interfaces=again)):
        assert assignments.get_for_role(subscription, "svc", "dep", "vm1") == Assignment(name="Group")
        assert assignments.get_for_role(subscription, "svc", "dep", "vm1", "nic") == Assignment(name="Other")
        vm_roles.update(subscription, operation(), anew, "svc", "dep", "vm1")
        cloud.quiet()
    changed = cloud.role(network_security_group="other")
    vm_roles.update(subscription, operation(), changed, "svc", "dep", "vm1")
    assert assignments.get_for_role(subscription, "svc", "dep", "vm1") == Assignment(name="Other")


def test_a_machine_of_a_group_that_is_not_there_is_refused(cloud, network, refuses):
    cloud.service()
    nic = NetworkInterfaceInput(name="nic", network_security_group="nope")
    for role in (cloud.role(network_security_group="nope"), cloud.role(network_interfaces=[nic])):
        refuses(errors_networks.NETWORK_SECURITY_GROUP_NOT_FOUND, cloud.machines, role, virtual_network_name="net")


def test_a_group_is_free_again_when_its_machine_is_gone(subscription, operation, cloud, told, deployment):
    told(assignments.add_to_role, GROUP, "svc", "dep", "vm1")
    deployments.delete(subscription, operation(), "svc", deployment_name="dep")
    cloud.quiet()
    assert told(groups.delete, "group") == DONE
