"""Web spaces, the regions that they can be in, and what else is told of no site in particular."""

from __future__ import annotations

from typing import Any

from emulator.domain import web_lookup, web_spaces
from emulator.domain.web_records import WebSpace
from emulator.wire.common import Simple, nothing
from emulator.wire.contract import Column, Contract, column, flat
from emulator.wire.terms import ARRAYS
from emulator.wire.values import INTEGER, TEXT
from emulator.wire.writing import Context

A = f' xmlns:a="{ARRAYS}"'
"""Clients look for `a:string` by that very prefix."""
NEWER = "2014-04-01"
"""The x-ms-version from which web spaces were seen with what came after the summer of 2014."""


def constant(name: str, text: str | None, **options: Any) -> Column:
    """Return a column that says the same of every record; None is nil."""
    return Column(name, "", value=TEXT, get=lambda _record, _context: text, nil=text is None, **options)


def same(items: list[str] | tuple[str, ...] = ()) -> list[str]:
    """Make the strings of an array what they are."""
    return list(items)


STRINGS = Contract("ArrayOfstring", same, (Column("string", "items", value=TEXT, item="a:string", flat=True),), ARRAYS)
"""What stands in an element whose children are strings: read in their namespace, written with the prefix."""
ARRAY_OF_STRING = Contract(
    "ArrayOfstring", same, (Column("string", "items", value=TEXT, item="string", flat=True),), ARRAYS
)
ANY_URI = Simple("anyURI", TEXT)


def _location(space: WebSpace, context: Context) -> str:
    return web_lookup.region_of(context.subscription, space).geo_location


WEB_SPACE = Contract(
    "WebSpace",
    nothing,
    (
        constant("AvailabilityState", "Normal"),
        constant("ComputeMode", None),
        constant("CurrentNumberOfWorkers", None),
        constant("CurrentWorkerSize", None),
        column("GeoLocation", get=_location),
        column("GeoRegion"),
        constant("HostingEnvironment", None, since=NEWER),
        column("Name"),
        constant("NumberOfWorkers", None),
        constant("Plan", "VirtualDedicatedPlan"),
        constant("Status", "Ready"),
        column("Subscription", get=lambda _s, c: c.subscription.id),
        constant("WorkerSize", None),
    ),
)
WEB_SPACES = Contract("WebSpaces", nothing, (flat(WEB_SPACE),))

GEO_REGIONS = Contract(
    "GeoRegions",
    nothing,
    (
        flat(
            Contract(
                "GeoRegion",
                nothing,
                (
                    constant("Description", None),
                    column("DisplayName", attribute="name"),
                    column("Name"),
                    column(
                        "SortOrder",
                        INTEGER,
                        get=lambda r, c: [one.name for one in c.subscription.catalog.web_regions].index(r.name),
                    ),
                ),
            )
        ),
    ),
)

WEB_SPACE_TO_CREATE = Contract(
    "WebSpaceToCreate",
    web_spaces.WebSpaceToCreate,
    (column("GeoRegion"), column("Name"), column("Plan")),
    ordered=False,
)

PUBLISHING_USER = Contract(
    "User",
    web_spaces.PublishingUser,
    (column("Name"), column("PublishingPassword"), column("PublishingUserName")),
    ordered=False,
)
