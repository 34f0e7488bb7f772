"""What SQL servers and all that is on them share on the wire: dialects, links, and the head of every resource."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from emulator.domain.refusals import ServiceError
from emulator.wire.common import HOST, nothing
from emulator.wire.contract import Column, Contract, column, flat
from emulator.wire.dialects import COMMON, Dialect
from emulator.wire.terms import AZURE, XSI
from emulator.wire.values import BOOLEAN, Value, escape
from emulator.wire.writing import Context

SQL = "http://schemas.microsoft.com/sqlazure/2010/12/"
FRAMEWORK = "Microsoft.SqlServer.Management.Framework.Web.Services"

_NUMBERS = {"InternalError": "40640"}
_SCHEMA = "40639"
"""Request does not conform to schema: what a server has to say of all that is no error of SQL's own."""


def _server_refusal(error: ServiceError) -> bytes:
    """Return what servers are refused with: their errors are numbered. Severity and State never differed."""
    code = error.code if error.code.isdigit() else _NUMBERS.get(error.code, _SCHEMA)
    inside = f"<Code>{code}</Code><Message>{escape(error.message)}</Message><Severity>16</Severity><State>1</State>"
    return f'<Error xmlns="{SQL}">{inside}</Error>'.encode("utf-8", "replace")


def _resource_refusal(error: ServiceError) -> bytes:
    """Return what anything on a server is refused with: words, and no code."""
    inside = f'<Message>{escape(error.message)}</Message><InnerError i:nil="true"/>'
    return f'<Error xmlns="{FRAMEWORK}" xmlns:i="{XSI}">{inside}</Error>'.encode("utf-8", "replace")


_UNSTORED = (("Cache-Control", "no-store,no-cache"), ("X-Content-Type-Options", "nosniff"), *COMMON[1:])

SERVERS = Dialect(COMMON, _server_refusal)
PASSWORDS = Dialect(_UNSTORED, _server_refusal)
RESOURCES = Dialect(_UNSTORED, _resource_refusal)


def _long(text: str) -> int:
    if not text.strip().isascii() or not text.strip().removeprefix("-").isdigit() or len(text.strip()) > 19:  # noqa: PLR2004
        raise ValueError("not a 64-bit integer")
    return int(text)


def _write_date(moment: datetime) -> str:
    """Return a time as recorded: of seven decimals the last four are zeros, as SQL keeps milliseconds."""
    return f"{moment.isoformat(timespec='milliseconds')[:23]}0000Z"


LONG = Value(_long, str)
CAPITAL = Value(BOOLEAN.read, lambda value: "True" if value else "False")
SQL_DATE = Value(datetime.fromisoformat, _write_date)


def server_link(context: Context, server_name: str) -> str:
    """Return the address of a server as answers have it."""
    return f"{HOST}/{context.subscription.id}/services/sqlservers/servers/{server_name}"


def resource(
    kind: str,
    collection: str,
    *columns: Column,
    on: Callable[[Any], str] = lambda record: record.server_name,
    name: Callable[[Any], str] = lambda record: record.name,
    key: Callable[[Any], object] | None = None,
    state: Callable[[Any], str] = lambda _record: "Normal",
) -> Contract[Any]:
    """Return the contract of something on a server: its head, its links, and columns of its own.

    `on` tells its server, `key` what its address ends in where that is not its name.
    """
    ends = key or name
    head = (
        column("Name", get=lambda record, _c: name(record)),
        column("Type", get=lambda _r, _c: f"Microsoft.SqlAzure.{kind}"),
        column("State", get=lambda record, _c: state(record)),
        column("SelfLink", get=lambda r, c: f"{server_link(c, on(r))}/{collection}/{quote(str(ends(r)), safe='/,')}"),
        column("ParentLink", get=lambda record, c: server_link(c, on(record))),
    )
    return Contract("ServiceResource", nothing, (*head, *columns))


def listed(one: Contract[Any]) -> Contract[Any]:
    """Return the contract of a list of resources."""
    return Contract("ServiceResources", nothing, (flat(one),), namespace=AZURE)
