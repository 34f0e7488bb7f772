"""Namespaces of Service Bus, their regions and whether a name is free."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from emulator.domain import service_bus_namespaces, service_bus_rules
from emulator.domain.service_bus_namespaces import CreateNamespace
from emulator.domain.service_bus_records import ServiceBusNamespace
from emulator.wire.atom import Entry, Feed
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, column
from emulator.wire.service_bus import CONNECT, MILLISECONDS, PROVIDER
from emulator.wire.values import BOOLEAN, INTEGER
from emulator.wire.writing import Context

SECRETS_UNTIL = "2013-08-01"
"""The x-ms-version from which a namespace that is read does not show its key."""
CHOICE_SINCE = "2014-06-01"
"""The x-ms-version from which a namespace has a type, and access control only if asked for; before it always has."""


class _CreateNamespace(Entry):
    def read(self, body: bytes, version: str, unread: list[str]) -> CreateNamespace:
        """Return what a body says; in the older versions it says with it that access control is wanted."""
        command: CreateNamespace = super().read(body, version, unread)
        return command if version >= CHOICE_SINCE else replace(command, create_acs_namespace=True)


CREATE_NAMESPACE = _CreateNamespace(
    Contract(
        "NamespaceDescription",
        CreateNamespace,
        (
            column("Region"),
            column("CreateACSNamespace", BOOLEAN, attribute="create_acs_namespace", since=CHOICE_SINCE),
            column("NamespaceType", since=CHOICE_SINCE),
        ),
        namespace=CONNECT,
    ),
    PROVIDER,
)

Shown = Callable[[ServiceBusNamespace, Context], bool]


def _if(shown: Shown, take: Callable[[ServiceBusNamespace], Any]) -> Callable[[ServiceBusNamespace, Context], Any]:
    return lambda namespace, context: take(namespace) if shown(namespace, context) else None


def _with_acs(namespace: ServiceBusNamespace, _context: Context) -> bool:
    return namespace.acs


def _secrets_are_shown(namespace: ServiceBusNamespace, context: Context) -> bool:
    return namespace.acs and namespace.status == "Active" and context.version < SECRETS_UNTIL


def _is_for_events(namespace: ServiceBusNamespace, _context: Context) -> bool:
    return namespace.namespace_type == "EventHub"


def _resource_group(namespace: ServiceBusNamespace, context: Context) -> str:
    """Recorded: empty with 2012-03-01; the group's name, or no element at all, with later versions."""
    return "" if context.version < SECRETS_UNTIL else f"Default-ServiceBus-{namespace.region.replace(' ', '')}"


def _columns(secrets: Shown, events: Shown, *, again: bool) -> tuple[Column, ...]:
    """What is shown of a namespace: to whom made it, or `again` to who reads it."""
    later = (column("UpdatedAt", MILLISECONDS),) if again else ()
    sku = (column("MessagingSku", INTEGER, get=_if(_is_for_events, lambda n: 2 if n.status == "Active" else None)),)
    return (
        column("Name"),
        column("Region"),
        column("DefaultKey", get=_if(secrets, lambda n: n.default_key)),
        column("Status"),
        column("CreatedAt", MILLISECONDS),
        column(
            "AcsManagementEndpoint", get=_if(_with_acs, lambda n: f"https://{n.name}-sb.accesscontrol.windows.net/")
        ),
        column("ServiceBusEndpoint", get=lambda n, _c: f"https://{n.host}/"),
        column("ConnectionString", get=_if(secrets, service_bus_rules.secret)),
        column("SubscriptionId", get=lambda _n, c: c.subscription.id.replace("-", "")),
        column("Enabled", BOOLEAN, get=lambda n, _c: n.status != "Removing"),
        column("Critical", BOOLEAN, get=lambda _n, _c: False),
        *later,
        column("CreateACSNamespace", BOOLEAN, get=_if(_with_acs, lambda _n: True)),
        column("EventHubEnabled", BOOLEAN, get=_if(events, lambda _n: True)),
        column("NamespaceType"),
        *(sku if again else ()),
        column("ResourceGroup", get=_resource_group),
    )


_READ = Contract(
    "NamespaceDescription",
    nothing,
    _columns(_secrets_are_shown, lambda _n, _c: True, again=True),
    namespace=CONNECT,
)
_MADE = Contract("NamespaceDescription", nothing, _columns(_with_acs, _is_for_events, again=False), namespace=CONNECT)

NAMESPACE = Entry(_READ, PROVIDER)
NAMESPACE_MADE = Entry(_MADE, PROVIDER)
NAMESPACES = Feed(_READ, PROVIDER)

REGIONS = Feed(
    Contract(
        "RegionCodeDescription",
        nothing,
        (column("Code", get=lambda region, _c: region), column("FullName", get=lambda region, _c: region)),
        namespace=CONNECT,
    ),
    PROVIDER,
)

AVAILABILITY = Entry(
    Contract(
        "NamespaceAvailability",
        service_bus_namespaces.Availability,
        (column("Result", BOOLEAN), column("ReasonDetail", nil=True)),
        namespace=CONNECT,
    ),
    PROVIDER,
)
