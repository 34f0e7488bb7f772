"""Route tables, their routes and their subnets, and the routes that hold for an instance."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from emulator.domain import errors, errors_networks, route_tables, virtual_networks
from emulator.domain.configuration import AddressAssignments, InstanceAddress, NetworkConfiguration
from emulator.domain.machines import NetworkInterfaceInput
from emulator.domain.route_tables import (
    CreateRouteTable,
    EffectiveRoute,
    NextHop,
    RouteTableAssociation,
    SetRoute,
)

DONE = ("Succeeded", None, None)
TABLE = CreateRouteTable(name="Table", label="a label", location="West US")
ROUTE = SetRoute(name="MyRoute", address_prefix="0.0.0.0/0", next_hop_type=NextHop(type="VPNGateway"))
APPLIANCE = replace(ROUTE, next_hop_type=NextHop(type="virtualappliance", ip_address="10.0.0.4"))
TO_TABLE = RouteTableAssociation(route_table_name="table")


@pytest.fixture
def table(subscription, told):
    told(route_tables.create, TABLE)
    return route_tables.get(subscription, "table")


@pytest.fixture
def network(cloud):
    cloud.networks(cloud.site())
    cloud.quiet()


def test_a_table_is_there_when_its_operation_ends_and_gone_when_it_is_deleted(subscription, told):
    assert told(route_tables.create, TABLE) == DONE
    (made,) = route_tables.list_all(subscription)
    assert (made.name, made.label, made.location, made.routes) == ("Table", "a label", "West US", {})
    assert route_tables.get(subscription, "TABLE") is made
    assert told(route_tables.delete, "table") == DONE
    assert route_tables.list_all(subscription) == []


def test_a_routes_name_is_kept_in_lower_case(table, told):
    assert told(route_tables.set_route, ROUTE, "table", "MyRoute") == DONE
    (route,) = table.routes.values()
    assert (route.name, route.address_prefix, route.next_hop_type) == ("myroute", "0.0.0.0/0", "VPNGateway")
    assert told(route_tables.delete_route, "table", "MYROUTE") == DONE
    assert table.routes == {}


def test_an_appliance_has_an_address(table, told):
    assert told(route_tables.set_route, APPLIANCE, "table", "MyRoute") == DONE
    (route,) = table.routes.values()
    assert (route.next_hop_type, route.next_hop_ip_address) == ("VirtualAppliance", "10.0.0.4")


def test_a_route_is_not_replaced_and_the_service_exchanges_the_names(table, told):
    told(route_tables.set_route, ROUTE, "Table", "MyRoute")
    assert told(route_tables.set_route, ROUTE, "Table", "MyRoute") == (
        "Failed",
        "BadRequest",
        "The Route Table cannot be added to Route Table MyRoute. A Route with the specified name already exists.",
    )


def test_what_is_not_there_is_told_by_the_operation(table, told, network):
    not_found = ("Failed", "ResourceNotFound")
    no_table = (*not_found, "The Route Table nope does not exist.")
    assert told(route_tables.delete, "nope") == no_table
    assert told(route_tables.set_route, ROUTE, "nope", "MyRoute") == no_table
    assert told(route_tables.delete_route, "nope", "MyRoute") == no_table
    assert told(route_tables.delete_route, "table", "MyRoute") == (*not_found, "The Route MyRoute does not exist.")
    elsewhere = RouteTableAssociation(route_table_name="nope")
    assert told(route_tables.add_to_subnet, elsewhere, "net", "front") == no_table
    no_network = (*not_found, "The virtual network nope does not exist.")
    assert told(route_tables.add_to_subnet, TO_TABLE, "nope", "front") == no_network
    assert told(route_tables.remove_from_subnet, "nope", "front") == no_network
    no_subnet = (*not_found, "Subnet name nope was not found in Virtual Network net.")
    assert told(route_tables.add_to_subnet, TO_TABLE, "net", "nope") == no_subnet
    without = "The virtual network name net and subnet front does not have any Route Table associated."
    assert told(route_tables.remove_from_subnet, "net", "front") == (*not_found, without)
    assert told(route_tables.create, replace(TABLE, name="TABLE"))[:2] == ("Failed", "BadRequest")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": ""}, errors_networks.ROUTE_NAME),
        ({"name": "Other", "address_prefix": "wrong"}, errors_networks.ROUTE_NAME),
        ({"address_prefix": None, "next_hop_type": None}, errors_networks.ROUTE_PREFIX_MISSING),
        ({"address_prefix": ""}, errors_networks.ROUTE_PREFIX_MISSING),
        ({"next_hop_type": None}, errors_networks.NEXT_HOP_MISSING),
        ({"address_prefix": "wrong", "next_hop_type": NextHop(type="wrong")}, errors_networks.ROUTE_PREFIX_INVALID),
        ({"next_hop_type": NextHop(type="")}, errors_networks.NEXT_HOP_INVALID),
        ({"next_hop_type": NextHop(type="VirtualAppliance")}, errors_networks.NEXT_HOP_ADDRESS),
    ],
)
def test_a_route_that_cannot_be_is_refused_at_once_the_table_there_or_not(
    subscription, operation, refuses, change, refusal
):
    refuses(refusal, route_tables.set_route, subscription, operation(), replace(ROUTE, **change), "no", "MyRoute")


def test_a_table_that_cannot_be_is_refused_at_once(subscription, operation, refuses):
    def create(**change):
        route_tables.create(subscription, operation(), replace(TABLE, **change))

    refuses(errors_networks.ROUTE_TABLE_UNNAMED, create, name=None)
    refuses(errors_networks.ROUTE_TABLE_UNNAMED, create, name="")
    refuses(errors_networks.ROUTE_TABLE_NAME, create, name="a/b")
    refuses(errors.LOCATION_NOT_FOUND, create, location="Atlantis")
    empty = RouteTableAssociation(route_table_name="")
    add = route_tables.add_to_subnet
    refuses(errors_networks.ROUTE_TABLE_UNNAMED, add, subscription, operation(), empty, "net", "front")


def test_a_subscription_has_so_many_tables_and_a_table_so_many_routes(subscription, operation, told, refuses):
    subscription.override(quotas={"max_route_tables": 1, "max_routes_per_route_table": 1})
    told(route_tables.create, TABLE)
    refuses(errors.OVER_QUOTA, route_tables.create, subscription, operation(), replace(TABLE, name="other"))
    told(route_tables.set_route, ROUTE, "table", "MyRoute")
    assert told(route_tables.set_route, replace(ROUTE, name="b"), "table", "b")[:2] == ("Failed", "BadRequest")


# ---- subnets


def test_a_subnet_has_a_table_until_it_is_removed(subscription, told, table, network, refuses):
    assert told(route_tables.add_to_subnet, TO_TABLE, "NET", "Front") == DONE
    found = route_tables.get_for_subnet(subscription, "net", "front")
    assert found == RouteTableAssociation(route_table_name="Table")
    (shown,) = virtual_networks.list_sites(subscription)
    assert shown.network.route_tables == {"front": "Table"}
    assert told(route_tables.delete, "table")[:2] == ("Failed", "BadRequest")

    assert told(route_tables.remove_from_subnet, "net", "front") == DONE
    refuses(errors_networks.NO_ROUTE_TABLE_ON_SUBNET, route_tables.get_for_subnet, subscription, "net", "front")
    assert told(route_tables.delete, "table") == DONE


def test_a_subnet_gets_another_table_in_the_place_of_its_own_if_it_is_in_the_same_region(
    subscription, told, table, network
):
    told(route_tables.create, replace(TABLE, name="near"))
    told(route_tables.create, replace(TABLE, name="far", location="North Central US"))
    told(route_tables.add_to_subnet, TO_TABLE, "net", "front")
    far = RouteTableAssociation(route_table_name="far")
    assert told(route_tables.add_to_subnet, far, "net", "front")[:2] == ("Failed", "BadRequest")
    near = RouteTableAssociation(route_table_name="near")
    assert told(route_tables.add_to_subnet, near, "net", "front") == DONE
    assert route_tables.get_for_subnet(subscription, "net", "front") == near


def test_what_is_read_of_a_subnet_that_is_not_there_is_refused(subscription, network, refuses):
    def read(*where):
        route_tables.get_for_subnet(subscription, *where)

    assert (
        refuses(errors_networks.SUBNET_NETWORK_NOT_FOUND, read, "Nope", "s")
        == "The virtual network Nope does not exist."
    )
    message = refuses(errors_networks.SUBNET_NOT_IN_NETWORK, read, "net", "Nope")
    assert message == "Subnet name Nope was not found in Virtual Network net."


# ---- routes that hold

SPACE = EffectiveRoute(name="", source="Default", address_prefixes=("10.0.0.0/24",), next_hop_type="VNETLocal")
OWN = EffectiveRoute(
    name="myroute",
    source="User",
    address_prefixes=("0.0.0.0/0",),
    next_hop_type="VirtualAppliance",
    ip_addresses=("10.0.0.4",),
)


def test_an_instance_has_the_routes_of_its_network_and_of_its_subnets_table(subscription, cloud, told, table, network):
    cloud.service()
    assignments = AddressAssignments(instance_addresses=(InstanceAddress("Web", ("back",)),))
    cloud.web(NetworkConfiguration(virtual_network_site="net", address_assignments=assignments))
    cloud.quiet()
    assert route_tables.effective(subscription, "svc", "web", "Web_IN_0") == [SPACE]

    told(route_tables.set_route, APPLIANCE, "table", "MyRoute")
    told(route_tables.add_to_subnet, TO_TABLE, "net", "back")

    assert route_tables.effective(subscription, "svc", "web", "web_in_0") == [SPACE, OWN]


def test_a_network_interface_has_the_routes_of_its_own_subnet(subscription, cloud, told, table, network, refuses):
    cloud.service()
    interface = NetworkInterfaceInput(name="nic", subnet_name="back")
    cloud.machines(cloud.role(network_interfaces=[interface], subnet_names=["front"]), virtual_network_name="net")
    cloud.quiet()
    told(route_tables.set_route, APPLIANCE, "table", "MyRoute")
    told(route_tables.add_to_subnet, TO_TABLE, "net", "back")

    assert route_tables.effective(subscription, "svc", "dep", "vm1") == [SPACE]
    assert route_tables.effective(subscription, "svc", "dep", "vm1", "NIC") == [SPACE, OWN]
    effective = route_tables.effective
    refuses(errors.ROLE_INSTANCE_NOT_FOUND, effective, subscription, "svc", "dep", "nope")
    refuses(errors_networks.NETWORK_INTERFACE_NOT_FOUND, effective, subscription, "svc", "dep", "vm1", "nope")


def test_an_instance_in_no_network_has_no_routes(subscription, cloud):
    cloud.service()
    cloud.machines()
    cloud.quiet()
    assert route_tables.effective(subscription, "svc", "dep", "vm1") == []
