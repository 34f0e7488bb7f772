"""Gateways of the second generation: how one is asked for. How they look is in gateways.py."""

from __future__ import annotations

from emulator.domain import virtual_network_gateways
from emulator.wire.contract import Contract, child, column
from emulator.wire.gateways import BGP_SETTINGS

CREATE_VIRTUAL_NETWORK_GATEWAY_PARAMETERS = Contract(
    "CreateVirtualNetworkGatewayParameters",
    virtual_network_gateways.CreateVirtualNetworkGateway,
    (
        column("GatewayName", required=True),
        column("GatewaySize"),
        column("GatewayType", required=True),
        column("Location"),
        column("VnetId"),
        child("BgpSettings", BGP_SETTINGS),
    ),
)
