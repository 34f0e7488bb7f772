"""What the service itself offers: locations, role sizes, guest systems, images, limits and how long things take.

Data with its source (data/*.toml says where each fact comes from). May not know subscriptions, HTTP, XML or time. Each
part is read when it is first asked for; nothing is kept outside the Catalog that was asked.
"""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, structs

from emulator.catalog.files import DATA, CatalogError, Files, Seconds, convert
from emulator.catalog.records import (
    Edition,
    Entries,
    Entry,
    ExtensionImage,
    Limits,
    Location,
    OperatingSystem,
    OperatingSystemFamily,
    OSImage,
    Quotas,
    ResourceExtension,
    RoleSize,
    ServiceObjective,
    VMImage,
    WebRegion,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = [
    "Catalog",
    "CatalogError",
    "Edition",
    "Entries",
    "ExtensionImage",
    "Limits",
    "Location",
    "OSImage",
    "OperatingSystem",
    "OperatingSystemFamily",
    "Quotas",
    "ResourceExtension",
    "RoleSize",
    "ServiceObjective",
    "VMImage",
    "WebRegion",
    "load_catalog",
]


Item = TypeVar("Item", Location, RoleSize, OperatingSystemFamily, OSImage, VMImage, WebRegion)
Numbers = TypeVar("Numbers", Quotas, Limits)


class _Changes(Struct, frozen=True):
    """What a catalog has otherwise than its files."""

    quotas: Mapping[str, int] = {}
    limits: Mapping[str, int] = {}
    timings: Mapping[str, float] = {}
    locations: tuple[Location, ...] = ()
    role_sizes: tuple[RoleSize, ...] = ()
    operating_system_families: tuple[OperatingSystemFamily, ...] = ()
    images: tuple[OSImage, ...] = ()


class Catalog:
    """One picture of what the service offers. It never changes; `with_overrides` makes another one.

    Look-ups by name are indifferent to case, take constant time and answer None for what is not there. Lists are in
    the service's order and leave out the few entries that are accepted by name but were not shown to everybody.
    """

    def __init__(self, files: Files, changes: _Changes = _Changes()) -> None:  # noqa: B008 - frozen
        self._files, self._changes = files, changes

    # Locations and role sizes

    @cached_property
    def _locations(self) -> dict[str, Location]:
        return _by_name((*self._files.locations, *self._changes.locations))

    @cached_property
    def _location_codes(self) -> dict[str, Location]:
        return {entry.code.lower(): entry for entry in self._locations.values() if entry.code}

    @cached_property
    def locations(self) -> tuple[Location, ...]:
        """The locations of List Locations."""
        return tuple(entry for entry in self._locations.values() if entry.listed)

    def location(self, name: str) -> Location | None:
        """Return the location of that name or code: the service took `uswest` for `West US`."""
        key = name.lower()
        return self._locations.get(key) or self._location_codes.get(key)

    @property
    def service_bus_regions(self) -> tuple[str, ...]:
        """The regions in which Service Bus has namespaces."""
        return self._files.service_bus_regions

    @cached_property
    def _role_sizes(self) -> dict[str, RoleSize]:
        return _by_name((*self._files.role_sizes, *self._changes.role_sizes))

    @cached_property
    def role_sizes(self) -> tuple[RoleSize, ...]:
        """The sizes of List Role Sizes."""
        return tuple(self._role_sizes.values())

    def role_size(self, name: str) -> RoleSize | None:
        """Return the role size of that name."""
        return self._role_sizes.get(name.lower())

    # Guest operating systems and images

    @cached_property
    def _families(self) -> dict[str, OperatingSystemFamily]:
        return _by_name((*self._files.operating_system_families, *self._changes.operating_system_families))

    @cached_property
    def operating_system_families(self) -> tuple[OperatingSystemFamily, ...]:
        """The families of guest operating systems, each with its versions."""
        return tuple(self._families.values())

    def resolve_guest_os(self, family: str, version: str) -> OperatingSystem | None:
        """Return the system that a configuration's osFamily and osVersion mean.

        `*` is the newest active version of the family. A version that is named is found whether it is active or not.
        """
        found = self._families.get(family.lower())
        if found is None:
            return None
        if version == "*":
            return max((system for system in found.operating_systems if system.is_active), key=_release, default=None)
        return next((system for system in found.operating_systems if system.version.lower() == version.lower()), None)

    @cached_property
    def _images(self) -> dict[str, OSImage]:
        return _by_name((*self._files.images, *self._changes.images))

    @cached_property
    def images(self) -> tuple[OSImage, ...]:
        """The platform's images of List OS Images."""
        return tuple(entry for entry in self._images.values() if entry.listed)

    def image(self, name: str) -> OSImage | None:
        """Return the platform's image of that name."""
        return self._images.get(name.lower())

    @cached_property
    def _vm_images(self) -> dict[str, VMImage]:
        return _by_name(self._files.vm_images)

    @property
    def vm_images(self) -> tuple[VMImage, ...]:
        """The platform's images of List VM Images."""
        return self._files.vm_images

    def vm_image(self, name: str) -> VMImage | None:
        """Return the platform's image of a whole machine of that name."""
        return self._vm_images.get(name.lower())

    # Extensions

    @property
    def extension_images(self) -> tuple[ExtensionImage, ...]:
        """Every version of every extension of hosted services; the last of a type is its newest."""
        return self._files.extension_images

    @property
    def resource_extensions(self) -> tuple[ResourceExtension, ...]:
        """Every version of every extension of virtual machines; the last of a name is its newest."""
        return self._files.resource_extensions

    # SQL databases

    @property
    def service_objectives(self) -> tuple[ServiceObjective, ...]:
        """The service objectives of SQL databases."""
        return self._files.service_objectives

    def service_objective(self, objective_id: str) -> ServiceObjective | None:
        """Return the service objective of that id."""
        return next((one for one in self.service_objectives if one.id == objective_id.strip().lower()), None)

    @property
    def every_edition(self) -> tuple[Edition, ...]:
        """The editions that a SQL database can have."""
        return self._files.editions

    @cached_property
    def editions(self) -> tuple[Edition, ...]:
        """The editions in which a SQL database can be made."""
        return tuple(one for one in self.every_edition if one.offered)

    # Web sites

    @property
    def web_regions(self) -> tuple[WebRegion, ...]:
        """The regions of web sites."""
        return self._files.web_regions

    @cached_property
    def _web_regions(self) -> dict[str, WebRegion]:
        return _by_name(self._files.web_regions)

    def web_region(self, name: str) -> WebRegion | None:
        """Return the region of web sites of that name."""
        return self._web_regions.get(name.lower())

    # Numbers

    @cached_property
    def quotas(self) -> Quotas:
        """What a subscription may have."""
        return _changed(self._files.quotas, self._changes.quotas, "quotas")

    @cached_property
    def limits(self) -> Limits:
        """The limits that hold for every subscription."""
        return _changed(self._files.limits, self._changes.limits, "limits")

    @cached_property
    def timings(self) -> Mapping[str, float]:
        """Durations in seconds by name (`deployment.create`); a name that is not there raises KeyError."""
        if unknown := self._changes.timings.keys() - self._files.timings.keys():
            raise CatalogError(f"timings: no durations of the name {sorted(unknown)}")
        return MappingProxyType(
            {**self._files.timings, **convert(self._changes.timings, dict[str, Seconds], "timings")}
        )

    # Changes and evidence

    def with_overrides(
        self,
        *,
        quotas: Mapping[str, int] | None = None,
        limits: Mapping[str, int] | None = None,
        timings: Mapping[str, float] | None = None,
        locations: Iterable[Location] = (),
        role_sizes: Iterable[RoleSize] = (),
        operating_system_families: Iterable[OperatingSystemFamily] = (),
        images: Iterable[OSImage] = (),
    ) -> Catalog:
        """Return a catalog with these numbers changed and these entries added, or put in the place of their namesakes.

        What was read from the files is shared, so this costs nothing. Raise CatalogError for a number whose name is
        unknown or that is negative.
        """
        old = self._changes
        changes = _Changes(
            quotas={**old.quotas, **(quotas or {})},
            limits={**old.limits, **(limits or {})},
            timings={**old.timings, **(timings or {})},
            locations=(*old.locations, *locations),
            role_sizes=(*old.role_sizes, *role_sizes),
            operating_system_families=(*old.operating_system_families, *operating_system_families),
            images=(*old.images, *images),
        )
        changed = Catalog(self._files, changes)
        if quotas or limits or timings:
            _ = changed.quotas, changed.limits, changed.timings
        return changed

    def assumed(self) -> Iterator[str]:
        """Yield what is not a recorded or published fact, each as a path.

        Shapes: `timings/vm.creating_vm`, `locations/UK South` (all of it), `locations/East US/code` (one field).
        """
        yield from (f"limits/{name}" for name in self._files.assumed_limits)
        yield from (f"timings/{name}" for name in self._files.assumed_timings)
        for path, entry in self._entries():
            yield from _assumed(path, entry)

    def _entries(self) -> Iterator[tuple[str, Entry]]:
        """Yield what may be assumed in whole or in part, with its path."""
        yield from ((f"locations/{one.name}", one) for one in self._locations.values())
        yield from ((f"role sizes/{one.name}", one) for one in self.role_sizes)
        for family in self.operating_system_families:
            yield f"operating systems/{family.name}", family
            yield from ((f"operating systems/{one.version}", one) for one in family.operating_systems)
        yield from ((f"images/{one.name}", one) for one in self._images.values())
        yield from ((f"vm images/{one.name}", one) for one in self.vm_images)
        for image in self.extension_images:
            yield f"extension images/{image.provider_name_space}/{image.type}/{image.version}", image
        for extension in self.resource_extensions:
            yield f"resource extensions/{extension.publisher}/{extension.name}/{extension.version}", extension
        yield from ((f"SQL database editions/{one.name}", one) for one in self.every_edition)
        yield from ((f"web regions/{one.name}", one) for one in self.web_regions)


def load_catalog(directory: Path = DATA) -> Catalog:
    """Return the catalog of that directory; each file is read when something in it is first asked for.

    A file that is not what it should be raises CatalogError then, with its name and the key.
    """
    return Catalog(Files(directory))


def _by_name(entries: Iterable[Item]) -> dict[str, Item]:
    return {entry.name.lower(): entry for entry in entries}


def _changed(numbers: Numbers, changes: Mapping[str, int], where: str) -> Numbers:
    return convert({**structs.asdict(numbers), **changes}, type(numbers), where) if changes else numbers


def _release(system: OperatingSystem) -> tuple[int, ...]:
    """Order versions by their numbers: 2.40 comes after 2.9, which text order has the other way round."""
    return tuple(
        int(part) for part in system.version.rpartition("OS-")[2].replace("_", ".").replace("-", ".").split(".")
    )


def _assumed(where: str, entry: Entry) -> Iterator[str]:
    if entry.assumed is True:
        yield where
    elif entry.assumed:
        yield from (f"{where}/{field}" for field in entry.assumed)
