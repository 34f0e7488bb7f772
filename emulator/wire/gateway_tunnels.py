"""Shared keys, IPsec parameters and the connections of gateways' tunnels."""

from __future__ import annotations

from typing import Any

from emulator.domain import gateway_tunnels
from emulator.domain.gateway_records import IPsecParameters
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, child, column, flat
from emulator.wire.gateways import LAST_EVENT, strings_out
from emulator.wire.values import DATE, INTEGER


def _key(value: str | None = None) -> str | None:
    return value


def _length(key_length: int) -> int:
    return key_length


def _given(**values: Any) -> IPsecParameters:
    """What is left out, or empty, is the default."""
    return IPsecParameters(**{name: value for name, value in values.items() if value is not None and value != ""})


SHARED_KEY = Contract("SharedKey", _key, (column("Value", attribute="value"),))
SHARED_KEY_OUT = Contract("SharedKey", nothing, (column("Value", get=lambda key, _c: key),))
RESET_SHARED_KEY = Contract("ResetSharedKey", _length, (column("KeyLength", INTEGER, required=True),))

IPSEC_PARAMETERS = Contract(
    "IPsecParameters",
    _given,
    (
        column("EncryptionType"),
        column("PfsGroup"),
        column("SADataSizeKilobytes", INTEGER),
        column("SALifeTimeSeconds", INTEGER),
        column("HashAlgorithm"),
    ),
)

UPDATE_CONNECTION = Contract(
    "UpdateConnection",
    gateway_tunnels.UpdateConnection,
    (column("Operation", required=True), column("IPAddress", attribute="ip_address")),
)


def _no_traffic(name: str) -> Any:
    return column(name, INTEGER, get=lambda _s, _c: 0)


CONNECTIONS = Contract(
    "Connections",
    nothing,
    (
        flat(
            Contract(
                "Connection",
                nothing,
                (
                    strings_out("AllocatedIPAddresses", get=lambda _s, _c: ()),
                    column("ConnectivityState"),
                    _no_traffic("EgressBytesTransferred"),
                    _no_traffic("EgressPacketsTransferred"),
                    _no_traffic("IngressBytesTransferred"),
                    _no_traffic("IngressPacketsTransferred"),
                    column("LastConnectionEstablished", DATE),
                    child("LastEvent", LAST_EVENT),
                    column("LocalNetworkSiteName"),
                ),
            )
        ),
    ),
)
