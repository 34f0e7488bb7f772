"""Rows: gateways of the first generation, of which a virtual network has one, and how operations on any are tracked."""

from __future__ import annotations

from functools import partial

from emulator.domain import gateways
from emulator.domain.refusals import DOCUMENTED, SEEN
from emulator.surface.operation import Operation
from emulator.wire import gateways as documents

NETWORKING = "/{subscription_id}/services/networking"
FAMILY = "gateways and local networks"
FIRST_GENERATION, SECOND_GENERATION = "2012-03-01", "2015-02-01"
GATEWAY = f"{NETWORKING}/{{virtual_network_name}}/gateway"

_read = partial(Operation, family=FAMILY, method="GET", since=FIRST_GENERATION, evidence=SEEN)
_change = partial(
    Operation,
    family=FAMILY,
    since=FIRST_GENERATION,
    writes=documents.GATEWAY_OPERATION_ASYNC_RESPONSE,
    status=202,
    accepted=True,
    evidence=SEEN,
)

ROWS = (
    _read(
        name="GetGatewayOperationStatus",
        path=f"{NETWORKING}/operation/{{request_id}}",
        does=gateways.get_operation,
        writes=documents.GATEWAY_OPERATION,
    ),
    _read(name="GetGateway", path=GATEWAY, does=gateways.get, writes=documents.GATEWAY),
    _change(
        name="CreateGateway",
        method="POST",
        path=GATEWAY,
        reads=documents.CREATE_GATEWAY_PARAMETERS,
        does=gateways.create,
        status=201,
    ),
    _change(
        name="ResetGateway",
        method="PATCH",
        path=GATEWAY,
        reads=documents.UPDATE_GATEWAY_PARAMETERS,
        does=gateways.update,
    ),
    _change(name="DeleteGateway", method="DELETE", path=GATEWAY, does=gateways.delete),
    _change(
        name="FailoverGateway",
        method="DELETE",
        path=GATEWAY,
        body_root="UpdateGateway",
        reads=documents.UPDATE_GATEWAY,
        does=gateways.fail_over,
        evidence=DOCUMENTED,
    ),
    _change(
        name="SetGatewayDefaultSites",
        method="POST",
        path=f"{GATEWAY}/defaultsites",
        reads=documents.DEFAULT_SITE_LIST,
        does=gateways.set_default_sites,
    ),
    _change(
        name="RemoveGatewayDefaultSites",
        method="DELETE",
        path=f"{GATEWAY}/defaultsites",
        does=gateways.remove_default_sites,
    ),
)
