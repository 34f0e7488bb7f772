"""Reads the catalog's data files into entries. A wrong key or type fails with the file and the place in it.

The files are written for people, so some of what they say is put together here: a location names series of role sizes,
an image names a set of locations, and what is only assumed stands in tables of its own. Knows nothing of overrides.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from emulator.catalog.records import (
    Edition,
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
    from collections.abc import Mapping

DATA = Path(__file__).parent / "data"

Seconds = Annotated[float, Meta(ge=0)]
T = TypeVar("T")


class CatalogError(Exception):
    """The catalog's data, or a change to it, is not what it should be; the message names the file and the key."""


class _LocationRow(Entry, frozen=True, kw_only=True):
    name: str
    display_name: str
    available_services: tuple[str, ...]
    storage_account_types: tuple[str, ...]
    role_size_series: tuple[str, ...] = ()
    assumed_role_size_series: tuple[str, ...] = ()
    code: str | None = None
    geo_secondary: str | None = None
    listed: bool = True


class _VersionRow(Entry, frozen=True, kw_only=True):
    version: str
    label: str
    is_default: bool
    is_active: bool


class _FamilyRow(Entry, frozen=True, kw_only=True):
    name: str
    label: str
    operating_systems: tuple[_VersionRow, ...]


class _Locations(Struct, frozen=True, forbid_unknown_fields=True):
    service_bus_regions: tuple[str, ...]
    locations: tuple[_LocationRow, ...]


class _RoleSizes(Struct, frozen=True, forbid_unknown_fields=True):
    role_sizes: tuple[RoleSize, ...]


class _OperatingSystems(Struct, frozen=True, forbid_unknown_fields=True):
    families: tuple[_FamilyRow, ...]


class _Images(Struct, frozen=True, forbid_unknown_fields=True):
    location_sets: dict[str, tuple[str, ...]]
    images: tuple[dict[str, object], ...]


class _VMImages(Struct, frozen=True, forbid_unknown_fields=True):
    location_sets: dict[str, tuple[str, ...]]
    vm_images: tuple[dict[str, object], ...]


class _WebRegions(Struct, frozen=True, forbid_unknown_fields=True):
    web_regions: tuple[WebRegion, ...]


class _Extensions(Struct, frozen=True, forbid_unknown_fields=True):
    extension_images: tuple[ExtensionImage, ...]
    resource_extensions: tuple[ResourceExtension, ...]


class _SqlDatabases(Struct, frozen=True, forbid_unknown_fields=True):
    service_objectives: tuple[ServiceObjective, ...]
    editions: tuple[Edition, ...]


class _Limits(Struct, frozen=True, forbid_unknown_fields=True):
    quotas: Quotas
    limits: dict[str, int]
    assumed: dict[str, int]


def convert(value: object, shape: type[T], where: str) -> T:
    """Return `value` as a `shape`; raise CatalogError that begins with `where` and names the key."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise CatalogError(f"{where}: {error}") from error


class Files:
    """The data files of one directory, each read when it is first asked for."""

    def __init__(self, directory: Path = DATA) -> None:
        self.directory = directory

    def _table(self, name: str) -> dict[str, object]:
        import tomllib  # noqa: PLC0415 - dear to import, and not needed before something is looked up

        try:
            return tomllib.loads((self.directory / name).read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise CatalogError(f"{name}: {error}") from error

    def _read(self, name: str, shape: type[T]) -> T:
        return convert(self._table(name), shape, name)

    @cached_property
    def role_sizes(self) -> tuple[RoleSize, ...]:
        """Every role size in the service's order."""
        return self._read("role_sizes.toml", _RoleSizes).role_sizes

    @cached_property
    def service_bus_regions(self) -> tuple[str, ...]:
        """The regions of Service Bus in the order of its own list."""
        return self._read("locations.toml", _Locations).service_bus_regions

    @cached_property
    def locations(self) -> tuple[Location, ...]:
        """Every location in the service's order, those that are not listed last."""
        return tuple(self._location(row) for row in self._read("locations.toml", _Locations).locations)

    def _location(self, row: _LocationRow) -> Location:
        series = {*row.role_size_series, *row.assumed_role_size_series}
        if unknown := series - {size.series for size in self.role_sizes}:
            raise CatalogError(f"locations.toml: {row.name}: no role size has the series {sorted(unknown)}")
        sizes = [size for size in self.role_sizes if size.series in series]
        return Location(
            name=row.name,
            display_name=row.display_name,
            available_services=row.available_services,
            web_worker_role_sizes=tuple(size.name for size in sizes if size.supported_by_web_worker_roles),
            virtual_machine_role_sizes=tuple(size.name for size in sizes if size.supported_by_virtual_machines),
            storage_account_types=row.storage_account_types,
            code=row.code,
            geo_secondary=row.geo_secondary,
            listed=row.listed,
            assumed=_assumed_of(row),
        )

    @cached_property
    def operating_system_families(self) -> tuple[OperatingSystemFamily, ...]:
        """Every family of guest operating systems, with its versions."""
        return tuple(_family(row) for row in self._read("operating_systems.toml", _OperatingSystems).families)

    @cached_property
    def images(self) -> tuple[OSImage, ...]:
        """Every image of the platform, by name."""
        file = self._read("images.toml", _Images)
        return tuple(_image(row, file.location_sets, "images.toml", OSImage) for row in file.images)

    @cached_property
    def vm_images(self) -> tuple[VMImage, ...]:
        """Every image of a whole machine of the platform, by name."""
        file = self._read("vm_images.toml", _VMImages)
        return tuple(
            _image({**row, "data_disks": _data_disks(row)}, file.location_sets, "vm_images.toml", VMImage)
            for row in file.vm_images
        )

    @cached_property
    def _extensions(self) -> _Extensions:
        return self._read("extensions.toml", _Extensions)

    @property
    def extension_images(self) -> tuple[ExtensionImage, ...]:
        """Every version of every extension of hosted services, by name space and type."""
        return self._extensions.extension_images

    @property
    def resource_extensions(self) -> tuple[ResourceExtension, ...]:
        """Every version of every extension of virtual machines, by publisher and name."""
        return self._extensions.resource_extensions

    @cached_property
    def _sql_databases(self) -> _SqlDatabases:
        return self._read("sql_databases.toml", _SqlDatabases)

    @property
    def service_objectives(self) -> tuple[ServiceObjective, ...]:
        """Every service objective of SQL databases, in the service's order."""
        return self._sql_databases.service_objectives

    @property
    def editions(self) -> tuple[Edition, ...]:
        """Every edition of SQL databases."""
        return self._sql_databases.editions

    @cached_property
    def web_regions(self) -> tuple[WebRegion, ...]:
        """Every region of web sites."""
        return self._read("web_regions.toml", _WebRegions).web_regions

    @cached_property
    def _limits(self) -> _Limits:
        return self._read("limits.toml", _Limits)

    @property
    def quotas(self) -> Quotas:
        """What a subscription may have by default."""
        return self._limits.quotas

    @cached_property
    def limits(self) -> Limits:
        """The limits for every subscription."""
        return convert(_joined(self._limits.limits, self._limits.assumed, "limits.toml"), Limits, "limits.toml")

    @property
    def assumed_limits(self) -> tuple[str, ...]:
        """The names of the limits that are assumed."""
        return tuple(self._limits.assumed)

    @cached_property
    def _timings(self) -> tuple[dict[str, float], dict[str, float]]:
        tables = self._table("timings.toml")
        assumed = tables.pop("assumed", {})
        return _durations(tables), _durations(assumed)

    @cached_property
    def timings(self) -> Mapping[str, float]:
        """Durations in seconds by name, `table.key`."""
        return MappingProxyType(_joined(*self._timings, "timings.toml"))

    @property
    def assumed_timings(self) -> tuple[str, ...]:
        """The names of the durations that are assumed."""
        return tuple(self._timings[1])


def _assumed_of(row: _LocationRow) -> bool | tuple[str, ...]:
    if row.assumed is True or not row.assumed_role_size_series:
        return row.assumed
    return (*(row.assumed or ()), "web_worker_role_sizes", "virtual_machine_role_sizes")


def _family(row: _FamilyRow) -> OperatingSystemFamily:
    systems = (
        OperatingSystem(
            version=version.version,
            label=version.label,
            is_default=version.is_default,
            is_active=version.is_active,
            family=row.name,
            family_label=row.label,
            assumed=version.assumed,
        )
        for version in row.operating_systems
    )
    return OperatingSystemFamily(name=row.name, label=row.label, operating_systems=tuple(systems), assumed=row.assumed)


def _image(row: dict[str, object], location_sets: Mapping[str, tuple[str, ...]], file: str, shape: type[T]) -> T:
    where = f"{file}: {row.get('name')}"
    chosen = row.pop("location_set", None)
    if not isinstance(chosen, str) or chosen not in location_sets:
        raise CatalogError(f"{where}: location_set {chosen!r} is none of {sorted(location_sets)}")
    return convert({**row, "locations": location_sets[chosen]}, shape, where)


def _data_disks(row: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the disks that a row describes by their number and what they have in common."""
    alike = row.get("data_disks", {"count": 0, "name": ""})
    where = f"vm_images.toml: {row.get('name')}: data_disks"
    common = convert(alike, dict[str, object], where)
    count, name = convert((common.pop("count", None), common.pop("name", None)), tuple[int, str], where)
    return [{**common, "lun": lun, "name": name.format(lun=lun)} for lun in range(count)]


def _durations(tables: object) -> dict[str, float]:
    nested = convert(tables, dict[str, dict[str, Seconds]], "timings.toml")
    return {f"{table}.{key}": seconds for table, keys in nested.items() for key, seconds in keys.items()}


def _joined(known: Mapping[str, T], assumed: Mapping[str, T], file: str) -> dict[str, T]:
    if twice := sorted(known.keys() & assumed.keys()):
        raise CatalogError(f"{file}: both known and assumed: {twice}")
    return {**known, **assumed}
