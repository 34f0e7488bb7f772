"""Route tables, their routes, what subnets are associated with, and the routes that hold for an instance."""

from __future__ import annotations

from emulator.domain import route_tables as domain
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, child, column, flat, group, many
from emulator.wire.values import TEXT

_SUMMARY: tuple[Column, ...] = (column("Name"), column("Label"), column("Location"))

CREATE_ROUTE_TABLE = Contract("RouteTable", domain.CreateRouteTable, _SUMMARY)

SET_ROUTE = Contract(
    "Route",
    domain.SetRoute,
    (
        column("Name"),
        column("AddressPrefix"),
        child("NextHopType", Contract("NextHopType", domain.NextHop, (column("Type"), column("IpAddress")))),
    ),
)

ROUTE_TABLE_ASSOCIATION = Contract("RouteTableAssociation", domain.RouteTableAssociation, (column("RouteTableName"),))

ROUTE_TABLES = Contract("RouteTables", nothing, (flat(Contract("RouteTable", nothing, _SUMMARY)),))

ROUTE_TABLE = Contract(
    "RouteTable",
    nothing,
    (
        *_SUMMARY,
        many(
            "RouteList",
            Contract(
                "Route",
                nothing,
                (
                    column("Name"),
                    column("AddressPrefix"),
                    group(
                        "NextHopType",
                        column("Type", attribute="next_hop_type"),
                        column("IpAddress", attribute="next_hop_ip_address"),
                    ),
                ),
            ),
            get=lambda table, _c: list(table.routes.values()),
            when="full",
        ),
    ),
)

EFFECTIVE_ROUTE_TABLE = Contract(
    "EffectiveRouteTable",
    nothing,
    (
        many(
            "EffectiveRouteList",
            Contract(
                "EffectiveRoute",
                nothing,
                (
                    column("Name"),
                    column("Source"),
                    column("Status", get=lambda _r, _c: "Active"),
                    many("AddressPrefixes", TEXT, "AddressPrefix"),
                    group(
                        "EffectiveNextHop",
                        column("Type", attribute="next_hop_type"),
                        many("IpAddresses", TEXT, "IpAddress"),
                    ),
                ),
            ),
            attribute="items",
        ),
    ),
)
