"""Tracked operations: the status document and the list of a subscription's operations."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from emulator.domain.entropy import dashed
from emulator.domain.records import ConfigurationWarning, TrackedOperation
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column, group, many
from emulator.wire.values import INTEGER, write_date
from emulator.wire.writing import Context

PARAMETERS = "http://schemas.datacontract.org/2004/07/Microsoft.WindowsAzure.ServiceManagement"

CONFIGURATION_WARNING = Contract(
    "ConfigurationWarning",
    nothing,
    (column("WarningCode", attribute="code"), column("WarningMessage", attribute="message")),
)


def _warned(operation: TrackedOperation, _context: Context) -> tuple[ConfigurationWarning, ...] | None:
    return operation.warnings or None


def _error(operation: TrackedOperation, _context: Context) -> TrackedOperation | None:
    """Tell of an error; and of warnings when all is done, though nothing failed: their only place is in an error.

    That an operation which succeeded has one for them is assumption 51.
    """
    ended = operation.status != "InProgress"
    return operation if operation.status == "Failed" or (ended and operation.warnings) else None


_STATUS = (
    column("ID", get=lambda o, _c: dashed(o.id)),
    column("Status"),
    column("HttpStatusCode", INTEGER, get=lambda o, _c: None if o.status == "InProgress" else o.http_status),
    group(
        "Error",
        column("Code"),
        column("Message"),
        many("ConfigurationWarnings", CONFIGURATION_WARNING, get=_warned),
        get=_error,
    ),
)

OPERATION = Contract("Operation", nothing, _STATUS)


class _Parameter(Struct, frozen=True):
    name: str
    value: str


def _parameters(operation: TrackedOperation, _context: Context) -> list[_Parameter]:
    return [_Parameter(name, value) for name, value in operation.parameters.items()]


_PARAMETER = Contract(
    "OperationParameter", nothing, (column("a:Name", attribute="name"), column("a:Value", attribute="value"))
)


def _time(name: str) -> Any:
    return lambda operation, _c: None if (moment := getattr(operation, name)) is None else write_date(moment)


SUBSCRIPTION_OPERATION = Contract(
    "SubscriptionOperation",
    nothing,
    (
        column("OperationId", get=lambda o, _c: dashed(o.id)),
        column("OperationObjectId", attribute="object_id"),
        column("OperationName", attribute="name"),
        many("OperationParameters", _PARAMETER, attributes=f' xmlns:a="{PARAMETERS}"', get=_parameters),
        group(
            "OperationCaller",
            column("UsedServiceManagementApi", get=lambda _o, _c: "true"),
            column("UserEmailAddress", get=lambda _o, _c: "Unknown"),
            column("SubscriptionCertificateThumbprint", attribute="caller.thumbprint"),
            column("ClientIP", attribute="caller.client_ip"),
        ),
        group("OperationStatus", *_STATUS),
        column("OperationStartedTime", get=_time("started")),
        column("OperationCompletedTime", get=_time("completed")),
        column("OperationKind", get=lambda o, _c: f"{o.name}Operation"),
    ),
)

SUBSCRIPTION_OPERATION_COLLECTION = Contract(
    "SubscriptionOperationCollection",
    nothing,
    (
        many("SubscriptionOperations", SUBSCRIPTION_OPERATION, attribute="operations"),
        column("ContinuationToken"),
    ),
)
