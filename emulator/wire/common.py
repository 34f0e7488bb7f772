"""Contracts that several families share: extended properties, capabilities, addresses of resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from emulator.domain import names
from emulator.wire.contract import TEXT, Column, Context, Contract, column, group, many

HOST = "https://management.core.windows.net"
"""The service's own name stands in the addresses it gives out, whatever name a client called."""


def nothing(**_values: object) -> None:
    """Stand where a contract is only written: nothing is made of it."""


EXTENDED_PROPERTY = Contract(
    "ExtendedProperty", names.ExtendedProperty, (column("Name", required=True), column("Value"))
)

EXTENDED_PROPERTIES_IN = many("ExtendedProperties", EXTENDED_PROPERTY, since="2012-03-01")


class _Pair(Struct, frozen=True):
    name: str
    value: str


def pairs(properties: Mapping[str, str]) -> list[_Pair]:
    """Return a mapping as the items of an ExtendedProperties element."""
    return [_Pair(name, value) for name, value in properties.items()]


def extended_properties_out(get: Callable[[Any, Context], Mapping[str, str]], since: str = "2012-03-01") -> Column:
    """Return the column that shows extended properties."""
    return many("ExtendedProperties", EXTENDED_PROPERTY, since=since, get=lambda r, c: pairs(get(r, c)))


def place(value: str | None) -> bytes:
    """Return a segment of an address, quoted."""
    return quote(value or "", safe="").encode()


def service_url(context: Context, family: str, name: str) -> str:
    """Return the address of a resource as the service writes it into its answers."""
    return f"{HOST}/{context.subscription.id}/services/{family}/{name}"


def role_sizes(since: str, get: Callable[[Any, Context], Any] | None = None) -> Column:
    """Return the column that lists the role sizes of a place."""
    return group(
        "ComputeCapabilities",
        many("WebWorkerRoleSizes", TEXT, "RoleSize"),
        many("VirtualMachinesRoleSizes", TEXT, "RoleSize", attribute="virtual_machine_role_sizes"),
        since=since,
        get=get,
        constant=True,
    )
