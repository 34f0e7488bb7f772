"""DNS servers of deployments."""

from __future__ import annotations

from typing import Any

from emulator.domain import network_records
from emulator.wire.contract import Column, Contract, column, group, many

DNS_SERVER = Contract(
    "DnsServer", network_records.DnsServer, (column("Name", required=True), column("Address", required=True))
)


def dns(get: Any = None) -> Column:
    """Return the column of a deployment's DNS servers; `get` returns None where it is to be left out."""
    return group("Dns", many("DnsServers", DNS_SERVER), get=get, since="2012-03-01")
