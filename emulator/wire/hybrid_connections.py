"""Hybrid connections of web sites, with the elements that clients send and look for."""

from __future__ import annotations

from emulator.domain.web_records import HybridConnection
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column, flat
from emulator.wire.values import INTEGER

_COLUMNS = (
    column("BiztalkUri"),
    column("EntityConnectionString"),
    column("EntityName", required=True),
    column("Hostname"),
    column("Port", INTEGER),
    column("ResourceConnectionString"),
    column("ResourceType"),
)

HYBRID_CONNECTION = Contract("RelayServiceConnectionEntity", HybridConnection, _COLUMNS, ordered=False)
HYBRID_CONNECTIONS = Contract("ArrayOfRelayServiceConnectionEntity", nothing, (flat(HYBRID_CONNECTION),))
