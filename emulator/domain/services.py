"""The services beside compute that an emulator may be without, and the resource types by which they are registered.

A service that is switched off is unknown: its paths are none of the API's, and its resource type has no provider.
"""

from __future__ import annotations

SERVICES = ("sql", "service-bus", "websites", "scheduler")

RESOURCE_TYPES: dict[str, str | None] = {
    "website": "websites",
    "scheduler.JobCollections": "scheduler",
    "mobileservice": None,
    "rdst15": None,
    "rdsr8": None,
}
"""The service behind each resource type; None where it is one that is never switched off, or not emulated.

`sqlserver` is none, though clients ask for it: thousands of recorded answers say so, and one does not (assumption 137).
"""

REGISTERED = ("website", "mobileservice", "rdst15", "rdsr8")
"""The resource types that a subscription has from the start: no recorded one was without them (assumption 235)."""
