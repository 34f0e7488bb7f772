"""Route tables on the wire, held against what was recorded."""

from __future__ import annotations

from emulator.domain.network_records import Route, RouteTable
from emulator.domain.route_tables import EffectiveRoute, NextHop, RouteTableAssociation, SetRoute
from emulator.wire.route_tables import (
    EFFECTIVE_ROUTE_TABLE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    ROUTE_TABLES,
    SET_ROUTE,
)
from emulator.wire.terms import AZURE, XSI
from emulator.wire.writing import Context

NOW = "2015-04-01"
TABLE = RouteTable("Table", "a label", "West US")
SUMMARY = "<Name>Table</Name><Label>a label</Label><Location>West US</Location>"


def document(name, inside):
    return f'<{name} xmlns="{AZURE}" xmlns:i="{XSI}">{inside}</{name}>'.encode()


def test_a_table_is_shown_without_its_routes_unless_they_are_asked_for():
    assert ROUTE_TABLE.write(TABLE, Context(NOW)) == document("RouteTable", SUMMARY)
    full = Context(NOW, None, {"full": True})
    assert ROUTE_TABLE.write(TABLE, full) == document("RouteTable", f"{SUMMARY}<RouteList/>")
    assert ROUTE_TABLES.write([TABLE], full) == document("RouteTables", f"<RouteTable>{SUMMARY}</RouteTable>")


def test_a_route_shows_the_address_of_its_next_hop_if_it_has_one():
    routes = {"a": Route("a", "0.0.0.0/0", "VPNGateway"), "b": Route("b", "10.0.0.0/8", "VirtualAppliance", "10.1.1.1")}
    table = RouteTable("Table", "a label", "West US", routes)
    assert ROUTE_TABLE.write(table, Context(NOW, None, {"full": True})) == document(
        "RouteTable",
        f"{SUMMARY}<RouteList>"
        "<Route><Name>a</Name><AddressPrefix>0.0.0.0/0</AddressPrefix>"
        "<NextHopType><Type>VPNGateway</Type></NextHopType></Route>"
        "<Route><Name>b</Name><AddressPrefix>10.0.0.0/8</AddressPrefix>"
        "<NextHopType><Type>VirtualAppliance</Type><IpAddress>10.1.1.1</IpAddress></NextHopType></Route>"
        "</RouteList>",
    )


def test_a_route_is_read_with_whatever_it_lacks():
    empty = document("Route", "<Name></Name><AddressPrefix/><NextHopType><Type></Type></NextHopType>")
    assert SET_ROUTE.read(empty) == SetRoute(name="", address_prefix="", next_hop_type=NextHop(type=""))
    assert SET_ROUTE.read(document("Route", "<Name>a</Name>")) == SetRoute(name="a")
    hop = "<NextHopType><Type>VirtualAppliance</Type><IpAddress>10.1.1.1</IpAddress></NextHopType>"
    whole = document("Route", f"<Name>a</Name><AddressPrefix>0.0.0.0/0</AddressPrefix>{hop}")
    next_hop = NextHop(type="VirtualAppliance", ip_address="10.1.1.1")
    assert SET_ROUTE.read(whole) == SetRoute(name="a", address_prefix="0.0.0.0/0", next_hop_type=next_hop)


def test_an_association_comes_back_as_it_came():
    text = document("RouteTableAssociation", "<RouteTableName>t</RouteTableName>")
    read = ROUTE_TABLE_ASSOCIATION.read(text)
    assert read == RouteTableAssociation(route_table_name="t")
    assert ROUTE_TABLE_ASSOCIATION.write(read, Context(NOW)) == text


def test_the_routes_that_hold_are_shown_with_empty_lists():
    space = EffectiveRoute(name="", source="Default", address_prefixes=("10.0.0.0/8",), next_hop_type="VNETLocal")
    own = EffectiveRoute(
        name="own",
        source="User",
        address_prefixes=("0.0.0.0/0",),
        next_hop_type="VirtualAppliance",
        ip_addresses=("10.0.0.4",),
    )
    assert EFFECTIVE_ROUTE_TABLE.write([space, own], Context(NOW)) == document(
        "EffectiveRouteTable",
        "<EffectiveRouteList><EffectiveRoute><Name/><Source>Default</Source><Status>Active</Status>"
        "<AddressPrefixes><AddressPrefix>10.0.0.0/8</AddressPrefix></AddressPrefixes>"
        "<EffectiveNextHop><Type>VNETLocal</Type><IpAddresses/></EffectiveNextHop></EffectiveRoute>"
        "<EffectiveRoute><Name>own</Name><Source>User</Source><Status>Active</Status>"
        "<AddressPrefixes><AddressPrefix>0.0.0.0/0</AddressPrefix></AddressPrefixes>"
        "<EffectiveNextHop><Type>VirtualAppliance</Type><IpAddresses><IpAddress>10.0.0.4</IpAddress></IpAddresses>"
        "</EffectiveNextHop></EffectiveRoute></EffectiveRouteList>",
    )
    assert EFFECTIVE_ROUTE_TABLE.write([], Context(NOW)) == document("EffectiveRouteTable", "<EffectiveRouteList/>")
