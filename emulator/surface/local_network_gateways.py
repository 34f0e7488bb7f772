"""Rows: local network gateways. Alone among gateways, they are changed at once."""

from __future__ import annotations

from functools import partial

from emulator.domain import local_network_gateways
from emulator.domain.refusals import SEEN
from emulator.surface.gateways import FAMILY, NETWORKING, SECOND_GENERATION
from emulator.surface.operation import Operation
from emulator.wire import local_network_gateways as documents
from emulator.wire.common import STRING

_ALL = f"{NETWORKING}/localnetworkgateways"
_ONE = f"{_ALL}/{{gateway_id}}"
_row = partial(Operation, family=FAMILY, since=SECOND_GENERATION, evidence=SEEN)

ROWS = (
    _row(
        name="ListLocalNetworkGateways",
        method="GET",
        path=_ALL,
        does=local_network_gateways.list_all,
        writes=documents.LOCAL_NETWORK_GATEWAYS,
    ),
    _row(
        name="CreateLocalNetworkGateway",
        method="POST",
        path=_ALL,
        reads=documents.CREATE_LOCAL_NETWORK_GATEWAY_PARAMETERS,
        does=local_network_gateways.create,
        writes=STRING,
    ),
    _row(
        name="GetLocalNetworkGateway",
        method="GET",
        path=_ONE,
        does=local_network_gateways.find,
        writes=documents.LOCAL_NETWORK_GATEWAY,
    ),
    _row(
        name="UpdateLocalNetworkGateway",
        method="PATCH",
        path=_ONE,
        reads=documents.UPDATE_LOCAL_NETWORK_GATEWAY_PARAMETERS,
        does=local_network_gateways.update,
    ),
    _row(name="DeleteLocalNetworkGateway", method="DELETE", path=_ONE, does=local_network_gateways.delete),
)
