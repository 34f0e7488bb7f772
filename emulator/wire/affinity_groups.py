"""Affinity groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from emulator.domain import affinity_groups
from emulator.wire.common import extended_properties_out, nothing, role_sizes, service_url
from emulator.wire.contract import Column, Contract, column, flat, many
from emulator.wire.hosted_services import PROPERTIES
from emulator.wire.values import BASE64, DATE, TEXT
from emulator.wire.writing import Context

CREATE_AFFINITY_GROUP = Contract(
    "CreateAffinityGroup",
    affinity_groups.CreateAffinityGroup,
    (
        column("Name", required=True),
        column("Label", BASE64, required=True),
        column("Description"),
        column("Location", required=True),
    ),
)

UPDATE_AFFINITY_GROUP = Contract(
    "UpdateAffinityGroup",
    affinity_groups.UpdateAffinityGroup,
    (column("Label", BASE64, required=True), column("Description")),
)


def _capabilities(_group: object, _context: Context) -> list[str]:
    return ["PersistentVMRole", "HighMemory"]


def _sizes(group: Any, context: Context) -> Any:
    return context.subscription.catalog.location(group.location)


AFFINITY_GROUPS = Contract(
    "AffinityGroups",
    nothing,
    (
        flat(
            Contract(
                "AffinityGroup",
                nothing,
                (
                    column("Name"),
                    column("Label", BASE64),
                    column("Description", nil=True),
                    column("Location"),
                    many("Capabilities", TEXT, "Capability", get=_capabilities, since="2012-03-01"),
                    column("CreatedTime", DATE, since="2012-03-01"),
                    role_sizes("2014-05-01", _sizes),
                ),
            )
        ),
    ),
)

# Recorded of members that had extended properties: none is told here.
_NO_EXTENDED_PROPERTIES = extended_properties_out(lambda _member, _context: {})


def _hidden(one: Column) -> Column:
    return _NO_EXTENDED_PROPERTIES if one.name == _NO_EXTENDED_PROPERTIES.name else one


_SERVICE = Contract(
    "HostedService",
    nothing,
    (
        column("Url", get=lambda s, c: service_url(c, "hostedservices", s.name)),
        column("ServiceName", attribute="name"),
        replace(PROPERTIES, columns=tuple(map(_hidden, PROPERTIES.columns))),
    ),
)

_ACCOUNT = Contract(
    "StorageService",
    nothing,
    (
        column("Url", get=lambda a, c: service_url(c, "storageservices", a.name)),
        column("ServiceName", attribute="name"),
        _NO_EXTENDED_PROPERTIES,
    ),
)

AFFINITY_GROUP = Contract(
    "AffinityGroup",
    nothing,
    (
        column("Name", attribute="group.name"),
        column("Label", BASE64, attribute="group.label"),
        column("Description", nil=True, attribute="group.description"),
        column("Location", attribute="group.location"),
        many("HostedServices", _SERVICE),
        many("StorageServices", _ACCOUNT),
        many("Capabilities", TEXT, "Capability", get=_capabilities, since="2012-03-01"),
        column("CreatedTime", DATE, attribute="group.created_time", since="2012-03-01"),
    ),
)
