"""Gateways of virtual networks: what is said of those of both generations, and how their operations are tracked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from emulator.domain import gateway_records, gateways
from emulator.domain.entropy import dashed
from emulator.domain.gateway_records import Gateway
from emulator.domain.records import TrackedOperation
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, child, column, flat, group, many
from emulator.wire.terms import ARRAYS
from emulator.wire.values import BOOLEAN, INTEGER, PRECISE_DATE, TEXT
from emulator.wire.writing import Context

# ---- operations


def _zoneless(moment: datetime) -> str:
    """Return UTC as the manager of gateways wrote it: with its decimals and without a zone."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds").rstrip("0").rstrip(".")


def _time(name: str) -> Any:
    return lambda o, _c: None if (moment := getattr(o, name)) is None else _zoneless(moment)


def _status(operation: TrackedOperation, _context: Context) -> str | None:
    if operation.status == "InProgress" or operation.http_status is None:
        return None
    return HTTPStatus(operation.http_status).phrase.replace(" ", "")


_WORDS = {"Succeeded": "Successful"}

GATEWAY_OPERATION_ASYNC_RESPONSE = Contract(
    "GatewayOperationAsyncResponse", nothing, (column("ID", get=lambda o, _c: dashed(o.id)),)
)

# Data and HealthStatus depended on the build of the service that answered, not on the version that was asked for: these
# are the answers of the last build that was recorded (assumption 114).
GATEWAY_OPERATION = Contract(
    "GatewayOperation",
    nothing,
    (
        column("Data", get=lambda o, _c: o.gateway.data),
        column("HealthStatus", get=lambda _o, _c: ""),
        column("HttpStatusCode", get=_status),
        column("ID", get=lambda o, _c: dashed(o.id)),
        column("OperationCompletedTime", get=_time("completed")),
        column("OperationName", get=lambda o, _c: o.gateway.name),
        column("OperationStartedTime", get=_time("started")),
        column("Status", get=lambda o, _c: _WORDS.get(o.status, o.status)),
        group("Error", column("Code"), column("Message"), get=lambda o, _c: o if o.status == "Failed" else None),
    ),
)

# ---- what is asked


def _texts(strings: Iterable[str] = ()) -> tuple[str, ...]:
    return tuple(strings)


def strings_in(namespace: str | None) -> Column:
    """Return the column of strings that stand directly in their parent."""
    return Column("string", "strings", value=TEXT, item="string", flat=True, namespace=namespace)


CREATE_GATEWAY_PARAMETERS = Contract(
    "CreateGatewayParameters", gateways.CreateGateway, (column("GatewaySize"), column("gatewayType"))
)

UPDATE_GATEWAY_PARAMETERS = Contract(
    "UpdateGatewayParameters", gateways.UpdateGateway, (column("GatewaySize"), column("Operation"))
)


def _failover(operation: str) -> str:
    return operation


UPDATE_GATEWAY = Contract(
    "UpdateGateway", _failover, (column("UpdateGatewayOperation", attribute="operation", required=True),)
)

DEFAULT_SITE_LIST = Contract("DefaultSiteList", _texts, (strings_in(None),))

BGP_SETTINGS = Contract(
    "BgpSettings",
    gateway_records.BgpSettings,
    (column("Asn", INTEGER), column("BgpPeeringAddress"), column("PeerWeight", INTEGER)),
)

ADDRESS_SPACE = Contract("AddressSpace", _texts, (strings_in(ARRAYS),))

# ---- what is answered

LAST_EVENT = Contract(
    "LastEvent", nothing, (column("Id", INTEGER), column("Message"), column("Timestamp", PRECISE_DATE))
)


def strings_out(name: str, **options: Any) -> Column:
    """Return the column of an array of strings; as recorded, an empty one declares no namespace."""
    return many(name, TEXT, "string", item_attributes=f' xmlns="{ARRAYS}"', **options)


def _default_sites(gateway: Gateway, _context: Context) -> tuple[str, ...] | None:
    return gateway.default_sites if gateway.state == gateways.PROVISIONED else None


GATEWAY = Contract(
    "Gateway",
    nothing,
    (
        column("GatewayType"),
        child("LastEvent", LAST_EVENT, nil=True),
        column("State"),
        column("VIPAddress", attribute="vip_address"),
        strings_out("DefaultSites", get=_default_sites),
        column("GatewaySize"),
        column("GatewayId", get=lambda g, _c: g.id or None, nil=True, since="2015-04-01"),
    ),
)


def _spoken(gateway: Gateway, _context: Context) -> Any:
    """Gateways of the smallest size do not speak BGP."""
    return gateway.bgp_settings if gateway.gateway_size != "Default" else None


VIRTUAL_NETWORK_GATEWAY = Contract(
    "VirtualNetworkGateway",
    nothing,
    (
        column("GatewayId", attribute="id"),
        column("GatewayName", attribute="name"),
        column("GatewaySize"),
        column("GatewayType"),
        child("LastEvent", LAST_EVENT, nil=True),
        column("State"),
        column("VIPAddress", attribute="vip_address"),
        strings_out("DefaultSites"),
        column("EnableBgp", BOOLEAN, get=lambda _g, _c: False),
        column("Location", get=lambda _g, _c: None, nil=True),
        column("SubnetId", get=lambda _g, _c: None, nil=True),
        column("VnetId", attribute="virtual_network_id"),
        child("BgpSettings", BGP_SETTINGS, get=_spoken),
    ),
)

VIRTUAL_NETWORK_GATEWAYS = Contract("VirtualNetworkGateways", nothing, (flat(VIRTUAL_NETWORK_GATEWAY),))
