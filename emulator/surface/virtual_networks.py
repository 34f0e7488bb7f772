"""Rows: the network configuration and the virtual networks that it makes."""

from __future__ import annotations

from emulator.domain import virtual_networks
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation, Query
from emulator.wire import virtual_networks as documents

_NETWORKING = "/{subscription_id}/services/networking"
_FAMILY = "virtual networks"

ROWS = (
    Operation(
        name="ListVirtualNetworkSites",
        family=_FAMILY,
        method="GET",
        path=f"{_NETWORKING}/virtualnetwork",
        since="2012-03-01",
        does=virtual_networks.list_sites,
        writes=documents.VIRTUAL_NETWORK_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="GetNetworkConfiguration",
        family=_FAMILY,
        method="GET",
        path=f"{_NETWORKING}/media",
        since="2012-03-01",
        does=virtual_networks.get_configuration,
        writes=documents.NETWORK_CONFIGURATION,
        evidence=SEEN,
    ),
    Operation(
        name="SetNetworkConfiguration",
        family=_FAMILY,
        method="PUT",
        path=f"{_NETWORKING}/media",
        since="2012-03-01",
        reads=documents.NETWORK_CONFIGURATION,
        does=virtual_networks.set_configuration,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="CheckStaticIPAvailability",
        family=_FAMILY,
        method="GET",
        path=f"{_NETWORKING}/{{virtual_network_name}}?op=checkavailability",
        since="2012-03-01",
        does=virtual_networks.check_availability,
        writes=documents.ADDRESS_AVAILABILITY_RESPONSE,
        query=(Query("address", "address", required=True),),
        evidence=SEEN,
    ),
)
