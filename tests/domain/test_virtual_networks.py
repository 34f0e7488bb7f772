"""The network configuration, the virtual networks that it makes, and the deployments that are in them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.domain import (
    affinity_groups,
    deployments,
    errors,
    errors_networks,
    updates,
    virtual_machines,
    virtual_networks,
    vm_roles,
)
from emulator.domain.affinity_groups import CreateAffinityGroup
from emulator.domain.configuration import (
    AddressAssignments,
    DnsServer,
    InstanceAddress,
    NetworkConfiguration,
    RoleConfiguration,
    ServiceConfiguration,
)
from emulator.domain.machines import EndpointInput, NetworkInterfaceInput
from emulator.domain.network_records import (
    DnsServer as NetworkDnsServer,
)
from emulator.domain.network_records import (
    LocalNetworkSite,
    LocalNetworkSiteRef,
    NetworkDocument,
    SiteGateway,
)
from emulator.domain.updates import ChangeConfiguration
from emulator.domain.web_roles import ConfigurationDocument

LOCAL = LocalNetworkSite(name="office", address_prefixes=("192.168.0.0/24",), vpn_gateway_address="1.2.3.4")


def in_network(name="net", subnets=("front",)):
    return NetworkConfiguration(
        virtual_network_site=name,
        address_assignments=AddressAssignments(instance_addresses=(InstanceAddress("Web", subnets),)),
    )


@pytest.fixture
def connected(cloud):
    """A service, and a virtual network that is there already."""
    cloud.service()
    cloud.networks(cloud.site())
    cloud.quiet()
    return cloud


# ---- the configuration


def test_without_a_configuration_there_is_nothing_to_get_and_no_network_to_list(subscription, refuses):
    refuses(errors_networks.NETWORK_CONFIGURATION_MISSING, virtual_networks.get_configuration, subscription)
    assert virtual_networks.list_sites(subscription) == []


def test_a_network_is_creating_until_the_operation_has_ended(subscription, cloud):
    tracked = cloud.networks(cloud.site())

    seconds = subscription.catalog.timings["network.set_configuration"]
    subscription.advance_to(subscription.now + timedelta(seconds=seconds - 1))
    (shown,) = virtual_networks.list_sites(subscription)
    assert (shown.network.state, tracked.status) == ("Creating", "InProgress")

    subscription.advance_to(subscription.now + timedelta(seconds=1))
    assert (shown.network.state, tracked.status) == ("Created", "Succeeded")


def test_a_second_configuration_has_to_wait_for_the_first(cloud, refuses):
    cloud.networks(cloud.site())

    refuses(errors_networks.NETWORK_CONFIGURATION_BUSY, cloud.networks, cloud.site())
    cloud.quiet()
    cloud.networks(cloud.site())


def test_a_network_keeps_its_id_and_state_as_long_as_the_configuration_names_it(subscription, connected):
    (before,) = virtual_networks.list_sites(subscription)

    connected.networks(connected.site("NET"), connected.site("other"))

    after, other = virtual_networks.list_sites(subscription)
    assert (after.network.site.name, after.network.id, after.network.state) == ("NET", before.network.id, "Created")
    assert (other.network.id != before.network.id, other.network.state) == (True, "Creating")


def test_an_empty_configuration_takes_every_network_away(subscription, connected, refuses):
    connected.networks()

    assert virtual_networks.list_sites(subscription) == []
    refuses(errors_networks.NETWORK_CONFIGURATION_MISSING, virtual_networks.get_configuration, subscription)


def test_locations_and_affinity_groups_are_spelled_as_the_service_does_and_unknown_ones_taken_on_trust(
    subscription, operation, cloud
):
    command = CreateAffinityGroup(name="MyGroup", label=b"l", location="West US")
    affinity_groups.create(subscription, operation(), command)

    cloud.networks(
        cloud.site("a", location="uswest"),
        cloud.site("b", location=None, affinity_group="mygroup"),
        cloud.site("c", location=None, affinity_group="elsewhere"),
    )

    sites = virtual_networks.get_configuration(subscription).virtual_network_sites
    places = [(site.affinity_group, site.location) for site in sites]
    assert places == [(None, "West US"), ("MyGroup", None), ("elsewhere", None)]


def test_an_affinity_group_stays_while_a_network_is_in_it(subscription, operation, cloud, refuses):
    command = CreateAffinityGroup(name="group", label=b"l", location="West US")
    affinity_groups.create(subscription, operation(), command)
    cloud.networks(cloud.site(location=None, affinity_group="GROUP"))
    cloud.quiet()

    refuses(errors.AFFINITY_GROUP_IN_USE, affinity_groups.delete, subscription, operation(), "group")
    cloud.networks()
    affinity_groups.delete(subscription, operation(), "group")


def test_a_network_lists_the_dns_servers_that_it_refers_to_alone(subscription, cloud):
    servers = (NetworkDnsServer("one", "10.0.0.4"), NetworkDnsServer("two", "10.0.0.5"))

    cloud.networks(cloud.site(dns_servers=("two",)), dns_servers=servers)

    (shown,) = virtual_networks.list_sites(subscription)
    assert shown.dns_servers == [servers[1]]


def gateway(name="office"):
    return SiteGateway(connections=(LocalNetworkSiteRef(name),))


@pytest.mark.parametrize(
    ("site", "document", "refusal"),
    [
        ({"location": None}, {}, errors_networks.VIRTUAL_NETWORK_PLACE),
        ({"affinity_group": "group"}, {}, errors_networks.NETWORK_CONFIGURATION_INVALID),
        ({"dns_servers": ("nobody",)}, {}, errors_networks.NETWORK_CONFIGURATION_INVALID),
        (
            {"gateway": gateway("nowhere")},
            {"local_network_sites": (LOCAL,)},
            errors_networks.NETWORK_CONFIGURATION_INVALID,
        ),
        ({"subnets": {"front": "10.0.1.0/28"}}, {}, errors_networks.NETWORK_CONFIGURATION_INVALID),
        ({"subnets": {"a": "10.0.0.0/28", "b": "10.0.0.8/29"}}, {}, errors_networks.NETWORK_PREFIX_INVALID),
        ({"prefix": "10.0.0.1/24", "subnets": {"a": "10.0.0.0/28"}}, {}, errors_networks.NETWORK_PREFIX_INVALID),
        (
            {"prefix": "192.168.0.0/16", "subnets": {"a": "192.168.4.0/28"}, "gateway": gateway()},
            {"local_network_sites": (LOCAL,)},
            errors_networks.NETWORK_PREFIX_INVALID,
        ),
        ({}, {"local_network_sites": (LOCAL, LOCAL)}, errors_networks.NETWORK_CONFIGURATION_INVALID),
        ({}, {"dns_servers": (NetworkDnsServer("a", "1.1.1.1"),) * 2}, errors_networks.NETWORK_CONFIGURATION_INVALID),
        (
            {},
            {"dns_servers": tuple(NetworkDnsServer(f"n{i}", "1.1.1.1") for i in range(21))},
            errors.OVER_QUOTA,
        ),
    ],
)
def test_a_configuration_that_contradicts_itself_is_refused(cloud, refuses, site, document, refusal):
    refuses(refusal, cloud.networks, cloud.site(**site), **document)


def test_networks_and_subnets_are_named_apart(cloud, refuses):
    refuses(errors_networks.NETWORK_CONFIGURATION_INVALID, cloud.networks, cloud.site("net"), cloud.site("NET"))
    subnets = {"front": "10.0.0.0/28", "Front": "10.0.0.16/28"}
    refuses(errors_networks.NETWORK_CONFIGURATION_INVALID, cloud.networks, cloud.site(subnets=subnets))


# ---- deployments in a network


def test_machines_take_the_lowest_free_addresses_of_their_subnet_from_the_fourth_on(subscription, connected):
    interface = NetworkInterfaceInput(name="nic", subnet_name="front")
    deployment = connected.machines(
        connected.role("vm1", subnet_names=["back"]),
        connected.role("vm2", subnet_names=["front"], network_interfaces=[interface]),
        connected.role("vm3", static_virtual_network_ip_address="10.0.0.9"),
        connected.role("vm4"),
        virtual_network_name="NET",
    )

    assert [one.ip_address for one in deployment.instances.values()] == [
        "10.0.0.20",
        "10.0.0.4",
        "10.0.0.9",
        "10.0.0.6",
    ]
    assert deployment.roles["vm2"].machine.network_interfaces[0].address == "10.0.0.5"
    (shown,) = virtual_networks.list_sites(subscription)
    assert (deployment.virtual_network_name, shown.in_use) == ("net", True)


def test_the_gateways_subnet_is_for_no_machine_that_does_not_name_it(cloud):
    cloud.service()
    cloud.networks(cloud.site(subnets={"GatewaySubnet": "10.0.0.0/28", "front": "10.0.0.16/28"}))

    deployment = cloud.machines(virtual_network_name="net")

    assert deployment.instances["vm1"].ip_address == "10.0.0.20"


def test_web_roles_take_theirs_where_the_configuration_assigns_them(connected):
    deployment = connected.web(in_network(subnets=("back",)), count=2)

    assert [one.ip_address for one in deployment.instances.values()] == ["10.0.0.20", "10.0.0.21"]


def test_an_instance_that_is_added_later_is_in_the_same_subnet(subscription, operation, connected):
    deployment = connected.web(in_network())
    connected.quiet()

    content = ServiceConfiguration(
        service_name="s", roles=(RoleConfiguration(name="Web", instance_count=3),), network=in_network()
    )
    command = ChangeConfiguration(configuration=ConfigurationDocument(b"new", content))
    updates.change_configuration(subscription, operation(), command, "svc", "production")
    connected.quiet()

    assert [one.ip_address for one in deployment.instances.values()] == ["10.0.0.4", "10.0.0.5", "10.0.0.6"]


def test_a_subnet_gives_no_more_addresses_than_it_has(subscription, connected, refuses):
    refuses(errors_networks.SUBNET_FULL, connected.web, in_network(), count=12)
    connected.web(in_network(), count=11)

    (shown,) = virtual_networks.list_sites(subscription)
    found = virtual_networks.check_availability(subscription, "net", "10.0.0.14")
    assert (found.is_available, found.available_addresses[0], shown.in_use) == (False, "10.0.0.20", True)


@pytest.mark.parametrize(
    ("network", "refusal"),
    [
        ({"subnet_names": ["nowhere"]}, errors_networks.SUBNET_NOT_FOUND),
        (
            {"subnet_names": ["front"], "static_virtual_network_ip_address": "10.0.0.20"},
            errors_networks.ADDRESS_UNAVAILABLE,
        ),
        ({"static_virtual_network_ip_address": "10.0.0.3"}, errors_networks.ADDRESS_UNAVAILABLE),
        ({"static_virtual_network_ip_address": "10.0.0.15"}, errors_networks.ADDRESS_UNAVAILABLE),
        ({"static_virtual_network_ip_address": "not an address"}, errors_networks.ADDRESS_UNAVAILABLE),
        ({"network_interfaces": [NetworkInterfaceInput(subnet_name="front")]}, errors_networks.NETWORK_INTERFACE_NAME),
    ],
)
def test_a_machine_that_its_network_cannot_take_is_refused(connected, refuses, network, refusal):
    role = connected.role(**network)

    refuses(refusal, connected.machines, role, virtual_network_name="net")


def test_a_network_that_is_not_there_or_elsewhere_takes_no_deployment(connected, refuses):
    said = refuses(
        errors_networks.VIRTUAL_NETWORK_NOT_FOUND, connected.machines, connected.role(), virtual_network_name="other"
    )
    assert said == "The virtual network other does not exist."
    refuses(errors_networks.VIRTUAL_NETWORK_NOT_FOUND, connected.web, in_network("other"))
    refuses(errors_networks.SUBNET_WITHOUT_NETWORK, connected.machines, connected.role(subnet_names=["front"]))

    connected.service("east", "East US")
    refuses(
        errors_networks.VIRTUAL_NETWORK_LOCATION,
        connected.machines,
        connected.role(),
        service="east",
        virtual_network_name="net",
    )


def test_a_network_in_use_may_grow_but_neither_go_nor_shrink_nor_move(subscription, operation, connected, refuses):
    connected.machines(virtual_network_name="net")
    connected.quiet()

    refuses(errors_networks.VIRTUAL_NETWORK_IN_USE, connected.networks)
    refuses(
        errors_networks.VIRTUAL_NETWORK_IN_USE, connected.networks, connected.site(subnets={"front": "10.0.0.0/28"})
    )
    refuses(errors_networks.VIRTUAL_NETWORK_IN_USE, connected.networks, connected.site(location="East US"))
    refuses(errors_networks.VIRTUAL_NETWORK_IN_USE, connected.networks, connected.site(prefix="10.0.0.0/16"))
    grown = {"front": "10.0.0.0/28", "back": "10.0.0.16/28", "more": "10.0.0.32/28"}
    connected.networks(connected.site(subnets=grown))
    connected.quiet()

    deployments.delete(subscription, operation(), "svc", None, "dep")
    connected.quiet()
    connected.networks()
    assert subscription.virtual_networks == {}


def test_a_deployment_is_not_moved_from_one_network_to_another(subscription, operation, connected, refuses):
    connected.web(in_network())
    connected.quiet()
    content = ServiceConfiguration(service_name="s", roles=(RoleConfiguration(name="Web", instance_count=1),))
    command = ChangeConfiguration(configuration=ConfigurationDocument(b"new", content))

    refuses(
        errors_networks.VIRTUAL_NETWORK_CHANGE,
        updates.change_configuration,
        subscription,
        operation(),
        command,
        "svc",
        "production",
    )


def test_a_configuration_brings_its_dns_servers(subscription, operation, connected):
    deployment = connected.web(NetworkConfiguration(dns_servers=(DnsServer("one", "10.0.0.4"),)))
    assert [(one.name, one.address) for one in deployment.dns_servers] == [("one", "10.0.0.4")]
    connected.quiet()

    content = ServiceConfiguration(service_name="s", roles=(RoleConfiguration(name="Web", instance_count=1),))
    command = ChangeConfiguration(configuration=ConfigurationDocument(b"new", content))
    updates.change_configuration(subscription, operation(), command, "svc", "production")
    assert deployment.dns_servers == []


# ---- machines that move within it


def test_a_machine_that_is_added_or_moved_gets_an_address_of_its_new_subnet(subscription, operation, connected):
    deployment = connected.machines(connected.role("vm1", subnet_names=["front"]), virtual_network_name="net")
    connected.quiet()

    vm_roles.add(subscription, operation(), connected.role("vm2", subnet_names=["front"]), "svc", "dep")
    connected.quiet()
    assert deployment.instances["vm2"].ip_address == "10.0.0.5"

    vm_roles.update(subscription, operation(), connected.role("vm1", subnet_names=["back"]), "svc", "dep", "vm1")
    connected.quiet()
    assert deployment.instances["vm1"].ip_address == "10.0.0.20"
    assert deployment.roles["vm1"].machine.subnet_names == ("back",)


def test_a_machine_whose_description_asks_for_nothing_new_stays_where_it_is(subscription, operation, connected):
    interface = NetworkInterfaceInput(name="nic", subnet_name="back")
    deployment = connected.machines(
        connected.role("vm1"), connected.role("vm2", network_interfaces=[interface]), virtual_network_name="net"
    )
    connected.quiet()
    vm_roles.delete(subscription, operation(), "svc", "dep", "vm1")
    connected.quiet()
    before = deployment.instances["vm2"].ip_address, deployment.roles["vm2"].machine.network_interfaces

    vm_roles.update(subscription, operation(), connected.role("vm2"), "svc", "dep", "vm2")

    assert (deployment.instances["vm2"].ip_address, deployment.roles["vm2"].machine.network_interfaces) == before
    assert before[0] == "10.0.0.5"


def test_a_machine_may_ask_to_keep_the_address_that_it_has(subscription, operation, connected):
    deployment = connected.machines(virtual_network_name="net")
    connected.quiet()

    fixed = connected.role(static_virtual_network_ip_address="10.0.0.4")
    vm_roles.update(subscription, operation(), fixed, "svc", "dep", "vm1")

    assert deployment.instances["vm1"].ip_address == "10.0.0.4"
    assert deployment.roles["vm1"].machine.static_virtual_network_ip_address == "10.0.0.4"


def test_a_move_that_cannot_be_is_refused(subscription, operation, connected, refuses):
    connected.machines(connected.role("vm1"), connected.role("vm2"), virtual_network_name="net")
    connected.quiet()

    moved = connected.role("vm2", static_virtual_network_ip_address="10.0.0.4")
    refuses(errors_networks.ADDRESS_UNAVAILABLE, vm_roles.update, subscription, operation(), moved, "svc", "dep", "vm2")
    added = connected.role("vm3", static_virtual_network_ip_address="10.0.0.4")
    refuses(errors_networks.ADDRESS_UNAVAILABLE, vm_roles.add, subscription, operation(), added, "svc", "dep")


# ---- is an address free?


def test_an_address_is_free_until_a_machine_has_it_and_others_are_offered_then(subscription, connected):
    assert virtual_networks.check_availability(subscription, "NET", "10.0.0.4").is_available
    connected.machines(virtual_network_name="net")

    found = virtual_networks.check_availability(subscription, "net", "10.0.0.4")
    assert (found.is_available, found.available_addresses) == (
        False,
        ["10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.8", "10.0.0.9"],
    )


def test_an_address_of_no_known_network_is_nobodys(subscription, refuses):
    refuses(
        errors_networks.VIRTUAL_NETWORK_NOT_FOUND, virtual_networks.check_availability, subscription, "net", "10.0.0.4"
    )


def test_the_configuration_is_given_back_as_it_was_set(subscription, cloud):
    site = cloud.site(gateway=gateway())
    cloud.networks(site, local_network_sites=(LOCAL,))

    expected = NetworkDocument(local_network_sites=(LOCAL,), virtual_network_sites=(site,))
    assert virtual_networks.get_configuration(subscription) == expected
    (shown,) = virtual_networks.list_sites(subscription)
    assert shown.local_network_sites == {"office": LOCAL}


def test_a_port_may_be_taken_twice_at_two_addresses_but_not_at_one():
    one = EndpointInput(name="a", port=443, protocol="tcp")
    two = EndpointInput(name="b", port=443, protocol="tcp", load_balancer_name="inside")

    assert virtual_machines.port_clash([("vm1", [one]), ("vm2", [two])]) is None
    assert virtual_machines.port_clash([("vm1", [one]), ("vm2", [one])]) == 443
