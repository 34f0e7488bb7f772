"""Local network gateways."""

from __future__ import annotations

from emulator.domain import local_network_gateways
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, child, column, flat, many
from emulator.wire.gateways import ADDRESS_SPACE, BGP_SETTINGS
from emulator.wire.terms import ARRAYS
from emulator.wire.values import TEXT

_RANGES = (child("AddressSpace", ADDRESS_SPACE), child("AddressSpace", ADDRESS_SPACE, namespace=ARRAYS))
"""The Node SDK spells the element in the namespace of what is in it."""

CREATE_LOCAL_NETWORK_GATEWAY_PARAMETERS = Contract(
    "CreateLocalNetworkGatewayParameters",
    local_network_gateways.CreateLocalNetworkGateway,
    (
        *_RANGES,
        column("GatewayName", required=True),
        column("IpAddress", required=True),
        child("BgpSettings", BGP_SETTINGS),
    ),
)

UPDATE_LOCAL_NETWORK_GATEWAY_PARAMETERS = Contract(
    "UpdateLocalNetworkGatewayParameters",
    local_network_gateways.UpdateLocalNetworkGateway,
    (*_RANGES, child("BgpSettings", BGP_SETTINGS)),
)


def _columns(location: Column) -> tuple[Column, ...]:
    return (
        many("AddressSpace", TEXT, "a:string", attributes=f' xmlns:a="{ARRAYS}"'),
        column("GatewayName"),
        column("Id"),
        column("IpAddress"),
        location,
        child("BgpSettings", BGP_SETTINGS),
    )


LOCAL_NETWORK_GATEWAY = Contract("LocalNetworkGateway", nothing, _columns(column("Location", get=lambda _g, _c: "")))

LOCAL_NETWORK_GATEWAYS = Contract(
    "LocalNetworkGateways",
    nothing,
    (flat(Contract("LocalNetworkGateway", nothing, _columns(column("Location", get=lambda _g, _c: None, nil=True)))),),
)
"""A location that nobody gave is empty in the document of one gateway, and nil in the list."""
