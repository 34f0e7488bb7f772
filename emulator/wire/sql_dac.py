"""Imports and exports of SQL databases: bodies of the service behind them, in a namespace of its own."""

from __future__ import annotations

from operator import attrgetter

from emulator.domain import sql_dac
from emulator.wire.common import Simple, nothing
from emulator.wire.contract import Contract, child, column, flat
from emulator.wire.values import INTEGER, PRECISE_DATE, Value

DAC = "http://schemas.datacontract.org/2004/07/Microsoft.SqlServer.Management.Dac.ServiceTypes"

_BLOB = Contract(
    "BlobCredentials",
    sql_dac.BlobCredentials,
    (column("Uri"), column("StorageAccessKey")),
    namespace=DAC,
)
_CONNECTION = Contract(
    "ConnectionInfo",
    sql_dac.ConnectionInfo,
    (column("DatabaseName"), column("Password"), column("ServerName"), column("UserName")),
    namespace=DAC,
)


def _input(name: str) -> Contract[sql_dac.DacInput]:
    columns = (
        column("AzureEdition"),
        child("BlobCredentials", _BLOB),
        child("ConnectionInfo", _CONNECTION),
        column("DatabaseSizeInGB", INTEGER, attribute="database_size_in_gb"),
    )
    return Contract(name, sql_dac.DacInput, columns, namespace=DAC)


EXPORT_INPUT, IMPORT_INPUT = _input("ExportInput"), _input("ImportInput")

STATUS_INPUT = Contract(
    "StatusInput",
    sql_dac.StatusInput,
    (
        column("Password", required=True),
        column("RequestId"),
        column("ServerName"),
        column("UserName", required=True),
    ),
    namespace=DAC,
)

STATUS = Contract(
    "ArrayOfStatusInfo",
    nothing,
    (
        flat(
            Contract(
                "StatusInfo",
                nothing,
                (
                    column("BlobUri"),
                    column("DatabaseName"),
                    column("ErrorMessage", get=lambda _r, _c: None, nil=True),
                    column("LastModifiedTime", PRECISE_DATE),
                    column("QueuedTime", PRECISE_DATE),
                    column("RequestId", attribute="id"),
                    column("RequestType"),
                    column("ServerName", get=lambda one, _c: f"{one.server_name}.database.windows.net"),
                    column("Status"),
                ),
                namespace=DAC,
            )
        ),
    ),
    namespace=DAC,
)


GUID = Simple("guid", Value(str, attrgetter("id")))
"""The id of a request."""
