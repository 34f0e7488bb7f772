"""Contracts that several families share: simple values, extended properties, capabilities, addresses of resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

from msgspec import Struct

from emulator.domain import names
from emulator.wire.contract import Column, Contract, column, group, many
from emulator.wire.terms import SERIALIZATION, XML
from emulator.wire.values import BOOLEAN, TEXT, Value
from emulator.wire.writing import Context

HOST = "https://management.core.windows.net"
"""The service's own name stands in the addresses it gives out, whatever name a client called."""


def nothing(**_values: object) -> None:
    """Stand where a contract is only written: nothing is made of it."""


class Simple(NamedTuple):
    """A document that is one value, in an element of the serializer's own namespace."""

    name: str
    value: Value
    media_type: str = XML

    def write(self, record: object, _context: Context) -> bytes:
        """Return the document of a value."""
        return f'<{self.name} xmlns="{SERIALIZATION}">{self.value.write(record)}</{self.name}>'.encode()


class IfAny(NamedTuple):
    """A document where there is something to show, and an empty body where there is None."""

    of: Contract[Any]
    media_type: str = XML

    def write(self, record: object, context: Context) -> bytes:
        """Return the document of a record, if it is one."""
        return b"" if record is None else self.of.write(record, context)


STRING = Simple("string", TEXT)
YES_OR_NO = Simple("boolean", BOOLEAN)


def write_duration(length: timedelta) -> str:
    """Return a duration of whole seconds as ISO 8601 has it: days, hours, minutes and seconds, those that there are."""
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    time = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if number)
    days = f"{length.days}D" if length.days else ""
    return f"P{days}T{time}" if time else f"P{days}" if days else "PT0S"


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
