"""The data itself: what its parts say of each other fits together."""

import re
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from emulator.catalog import (
    Location,
    OperatingSystem,
    OperatingSystemFamily,
    OSImage,
    RoleSize,
    VMImage,
    WebRegion,
    load_catalog,
)
from emulator.catalog.files import DATA, Files

CATALOG = load_catalog()
FILES = Files()
ACCOUNT_TYPES = {"Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Premium_LRS"}
SYSTEMS = [system for family in FILES.operating_system_families for system in family.operating_systems]
RECORDED_SIZES = re.compile(r"(\S+) (\S+)").findall("""
    ExtraSmall 1/768/y/1 Small 1/1792/y/2 Medium 2/3584/y/4 Large 4/7168/y/8 ExtraLarge 8/14336/y/16
    A5 2/14336/y/4 A6 4/28672/y/8 A7 8/57344/y/16 A8 8/57344/y/16 A9 16/114688/y/16 A10 8/57344/y/16 A11 16/114688/y/16
    Basic_A0 1/768/n/1 Basic_A1 1/1792/n/2 Basic_A2 2/3584/n/4 Basic_A3 4/7168/n/8 Basic_A4 8/14336/n/16
    Standard_D1 1/3584/y/2 Standard_D2 2/7168/y/4 Standard_D3 4/14336/y/8 Standard_D4 8/28672/y/16
    Standard_D11 2/14336/y/4 Standard_D12 4/28672/y/8 Standard_D13 8/57344/y/16 Standard_D14 16/114688/y/32
    Standard_DS1 1/3584/n/2 Standard_DS2 2/7168/n/4 Standard_DS3 4/14336/n/8 Standard_DS4 8/28672/n/16
    Standard_DS11 2/14336/n/4 Standard_DS12 4/28672/n/8 Standard_DS13 8/57344/n/16 Standard_DS14 16/114688/n/32
    Standard_G1 2/28672/n/4 Standard_G5 32/458752/n/64
""")


def repeated(names):
    return [name for name, count in Counter(name.lower() for name in names).items() if count > 1]


@pytest.mark.parametrize(
    "entries",
    [
        FILES.locations,
        FILES.role_sizes,
        FILES.operating_system_families,
        FILES.images,
        FILES.vm_images,
        FILES.web_regions,
    ],
)
def test_no_name_is_given_twice(entries):
    assert not repeated(entry.name for entry in entries)


@pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name)
def test_every_file_begins_with_its_sources(path):
    comment = re.match(r"(?:#.*\n|\n)+", path.read_text(encoding="utf-8"))
    assert comment
    assert re.search(r"recorded|published", comment[0], re.IGNORECASE)


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        (FILES.locations, Location),
        (FILES.role_sizes, RoleSize),
        (FILES.operating_system_families, OperatingSystemFamily),
        (SYSTEMS, OperatingSystem),
        (FILES.images, OSImage),
        (FILES.web_regions, WebRegion),
        (FILES.vm_images, VMImage),
    ],
)
def test_what_is_marked_as_assumed_are_fields_of_the_entry(entries, kind):
    marked = {field for entry in entries if isinstance(entry.assumed, tuple) for field in entry.assumed}
    assert marked <= set(kind.__struct_fields__)


class TestLocations:
    def test_every_size_is_one_that_exists_and_can_be_used_so(self):
        for location in FILES.locations:
            assert all(CATALOG.role_size(name).supported_by_web_worker_roles for name in location.web_worker_role_sizes)
            assert all(
                CATALOG.role_size(name).supported_by_virtual_machines for name in location.virtual_machine_role_sizes
            )

    def test_sizes_stand_in_the_order_of_the_sizes(self):
        order = {size.name: position for position, size in enumerate(CATALOG.role_sizes)}
        for location in FILES.locations:
            for sizes in (location.web_worker_role_sizes, location.virtual_machine_role_sizes):
                assert sorted(sizes, key=order.__getitem__) == list(sizes)

    def test_a_size_for_machines_only_is_in_the_machines_list_only(self):
        west = CATALOG.location("West US")
        assert "Basic_A0" in west.virtual_machine_role_sizes
        assert "Basic_A0" not in west.web_worker_role_sizes
        assert "Small" in west.web_worker_role_sizes

    def test_every_location_takes_the_default_size(self):
        assert all("Small" in location.web_worker_role_sizes for location in FILES.locations)

    def test_every_role_size_is_offered_somewhere(self):
        offered = {name for location in CATALOG.locations for name in location.virtual_machine_role_sizes}
        assert offered == {size.name for size in CATALOG.role_sizes}

    def test_geo_pairs_are_locations_and_never_the_location_itself(self):
        for location in FILES.locations:
            if location.geo_secondary is not None:
                assert CATALOG.location(location.geo_secondary).name == location.geo_secondary != location.name

    def test_the_recorded_geo_pairs(self):
        pairs = {"West US": "East US", "East US": "West US", "Central US": "East US 2"}
        assert {name: CATALOG.location(name).geo_secondary for name in pairs} == pairs

    def test_codes_are_unique_and_no_other_location_s_name(self):
        codes = [location.code for location in FILES.locations if location.code]
        assert not repeated(codes)
        assert not {location.name.lower() for location in FILES.locations} & set(codes)

    @pytest.mark.parametrize(
        ("code", "name"),
        [
            ("uswest", "West US"),
            ("usnorth", "North Central US"),
            ("europewest", "West Europe"),
            ("europenorth", "North Europe"),
        ],
    )
    def test_the_recorded_codes(self, code, name):
        assert CATALOG.location(code).name == name
        assert "code" not in (CATALOG.location(code).assumed or ())

    def test_services_and_storage_go_together(self):
        for location in FILES.locations:
            assert set(location.storage_account_types) <= ACCOUNT_TYPES
            assert bool(location.storage_account_types) == ("Storage" in location.available_services)
            assert "Compute" in location.available_services

    def test_the_locations_of_the_how_to_guide_are_listed(self):
        names = {location.name for location in CATALOG.locations}
        guide = {"West US", "East US", "North Central US", "South Central US", "North Europe", "West Europe"}
        assert guide | {"East Asia", "Southeast Asia"} <= names


class TestRoleSizes:
    @pytest.mark.parametrize("size", CATALOG.role_sizes, ids=lambda size: size.name)
    def test_the_label_tells_cores_and_memory(self, size):
        assert size.label == f"{size.name} ({size.cores} cores, {size.memory_in_mb} MB)"

    @pytest.mark.parametrize("size", CATALOG.role_sizes, ids=lambda size: size.name)
    def test_a_size_has_a_local_disk_for_each_use_it_supports_and_for_no_other(self, size):
        assert bool(size.web_worker_resource_disk_size_in_mb) == size.supported_by_web_worker_roles
        assert bool(size.virtual_machine_resource_disk_size_in_mb) == size.supported_by_virtual_machines

    @pytest.mark.parametrize(("name", "facts"), RECORDED_SIZES)
    def test_a_size_has_the_recorded_cores_memory_use_and_data_disks(self, name, facts):
        size = CATALOG.role_size(name)
        use = "y" if size.supported_by_web_worker_roles else "n"
        assert f"{size.cores}/{size.memory_in_mb}/{use}/{size.max_data_disk_count}" == facts
        assert size.supported_by_virtual_machines
        assert size.assumed is not True

    @pytest.mark.parametrize(
        ("name", "web_worker", "virtual_machine"),
        [
            ("ExtraSmall", 20480, 20480),
            ("Small", 230400, 71680),
            ("Medium", 501760, 138240),
            ("Large", 1024000, 291840),
            ("ExtraLarge", 2088960, 619520),
            ("A5", 501760, 138240),
        ],
    )
    def test_the_recorded_local_disks(self, name, web_worker, virtual_machine):
        size = CATALOG.role_size(name)
        disks = (size.web_worker_resource_disk_size_in_mb, size.virtual_machine_resource_disk_size_in_mb)
        assert disks == (web_worker, virtual_machine)

    def test_sizes_stand_in_the_service_s_order_with_an_underscore_before_digits(self):
        names = [size.name for size in CATALOG.role_sizes]
        assert names == sorted(names, key=lambda name: name.lower().replace("_", " "))
        assert names[:3] == ["A10", "A11", "A5"]


class TestOperatingSystems:
    def test_there_are_five_families_and_each_knows_its_systems(self):
        assert [family.name for family in CATALOG.operating_system_families] == ["1", "2", "3", "4", "5"]
        for family in CATALOG.operating_system_families:
            assert {(system.family, system.family_label) for system in family.operating_systems} == {
                (family.name, family.label)
            }

    def test_no_version_is_given_twice(self):
        assert not repeated(system.version for system in SYSTEMS)

    def test_versions_stand_in_the_order_of_their_text(self):
        for family in CATALOG.operating_system_families:
            versions = [system.version for system in family.operating_systems]
            assert versions == sorted(versions)

    def test_a_family_has_one_default_and_it_is_its_newest_active_version(self):
        for family in CATALOG.operating_system_families:
            defaults = [system for system in family.operating_systems if system.is_default]
            assert defaults == [CATALOG.resolve_guest_os(family.name, "*")]

    @pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.version)
    def test_a_label_tells_the_version_and_its_release(self, system):
        version = re.fullmatch(r"WA-GUEST-OS-(\d)\.(\d+)_(\d{6}-\d\d)", system.version)
        assert version
        release = "201409-01" if version[3] == "201400-01" else version[3]
        assert system.label == f"Windows Azure Guest OS {version[1]}.{version[2]} (Release {release})"
        assert version[1] == system.family


class TestImages:
    def test_a_good_spread_of_images_is_recorded_or_likely(self):
        assert len(CATALOG.images) >= 60
        assert {image.os for image in CATALOG.images} == {"Linux", "Windows"}
        assert {
            "Canonical",
            "Microsoft BizTalk Server Group",
            "Microsoft SQL Server Group",
            "Microsoft SharePoint Group",
            "Microsoft Visual Studio Group",
            "Microsoft Windows Server Group",
            "OpenLogic",
            "Oracle",
            "RightScale with Linux",
            "RightScale with Windows Server",
            "SUSE",
        } <= {image.publisher_name for image in CATALOG.images}

    def test_none_is_a_user_s(self):
        assert not [image.name for image in FILES.images if image.category == "User"]

    def test_images_are_listed_by_name(self):
        names = [image.name.lower() for image in FILES.images]
        assert names == sorted(names)

    @pytest.mark.parametrize("image", FILES.images, ids=lambda image: image.name)
    def test_an_image_is_whole(self, image):
        assert image.os in {"Linux", "Windows"}
        assert 0 < image.logical_size_in_gb <= CATALOG.limits.data_disk_size_in_gb_max
        assert datetime(2012, 1, 1, tzinfo=UTC) < image.published_date < datetime(2018, 1, 1, tzinfo=UTC)
        assert image.recommended_vm_size is None or CATALOG.role_size(image.recommended_vm_size)
        assert len(image.description) <= 200
        assert image.io_type == "Standard_LRS"

    def test_every_place_of_an_image_is_a_location(self):
        places = {place for image in FILES.images for place in image.locations}
        assert not [place for place in places if CATALOG.location(place) is None]

    @pytest.mark.parametrize(
        "name",
        [
            "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd",
            "03f55de797f546a1b29d1b8d66be687a__Team-Foundation-Server-2013-Update4-WS2012R2",
            "b39f27a8b8c64d52b05eac6a62ebad85__Ubuntu-15_04-amd64-server-20150616.1-en-us-30GB",
            "a699494373c04fc0bc8f2bb1389d6106__Windows-Server-Technical-Preview-201505.01-en.us-127GB.vhd",
        ],
    )
    def test_an_image_that_recorded_machines_and_the_guide_use_can_be_had_in_the_west(self, name):
        assert "West US" in CATALOG.image(name).locations
        assert CATALOG.image(name) in CATALOG.images


class TestVMImages:
    def test_the_recorded_images_are_there(self):
        assert len(CATALOG.vm_images) == 10
        assert {image.publisher_name for image in CATALOG.vm_images} == {
            "Cloudera",
            "Hortonworks",
            "Microsoft Azure Site Recovery group",
        }
        assert {image.os_disk.os_state for image in CATALOG.vm_images} == {"Generalized", "Specialized"}

    @pytest.mark.parametrize("image", FILES.vm_images, ids=lambda image: image.name)
    def test_an_image_is_whole(self, image):
        assert image.category == "Public"
        assert image.os_disk.os in {"Linux", "Windows"}
        assert [disk.lun for disk in image.data_disks] == list(range(len(image.data_disks)))
        assert len({disk.name for disk in image.data_disks}) == len(image.data_disks)
        assert image.recommended_vm_size is None or CATALOG.role_size(image.recommended_vm_size)
        assert len(image.description) <= 200
        assert not [place for place in image.locations if CATALOG.location(place) is None]
        assert CATALOG.vm_image(image.name.upper()) == image

    def test_the_number_of_disks_is_the_one_that_a_label_tells(self):
        told = {image.name: re.search(r"with (\d+) data disks", image.label) for image in CATALOG.vm_images}
        known = {CATALOG.vm_image(name): int(match[1]) for name, match in told.items() if match}
        assert [len(image.data_disks) for image in known] == list(known.values()) == [16, 8]
        assert all(image.assumed == ("data_disks",) for image in known)


class TestNumbers:
    def test_the_lowest_is_not_above_the_highest(self):
        limits = CATALOG.limits
        for field in limits.__struct_fields__:
            if field.endswith("_min"):
                assert getattr(limits, field) <= getattr(limits, f"{field.removesuffix('_min')}_max")

    def test_defaults_lie_within_their_bounds(self):
        limits = CATALOG.limits
        assert limits.idle_timeout_in_minutes_min <= limits.idle_timeout_in_minutes_default
        assert limits.idle_timeout_in_minutes_default <= limits.idle_timeout_in_minutes_max
        assert limits.upgrade_domains_default <= limits.upgrade_domains_max

    def test_what_was_answered_at_once_takes_no_time(self):
        at_once = ["affinity_group.create", "hosted_service.create", "hosted_service.delete", "storage_account.delete"]
        assert {CATALOG.timings[name] for name in at_once} == {0}

    def test_the_parts_of_a_storage_account_s_creation_add_up_to_the_recorded_time(self):
        parts = CATALOG.timings["storage_account.creating"] + CATALOG.timings["storage_account.resolving_dns"]
        assert 18 <= parts <= 31

    def test_a_machine_stays_as_long_as_recorded_before_it_is_provisioned(self):
        timings = CATALOG.timings
        assert timings["vm.role_state_unknown"] + timings["vm.creating_vm"] + timings["vm.starting_vm"] == 115

    def test_stopping_an_instance_is_the_sum_of_its_parts(self):
        timings = CATALOG.timings
        assert timings["instance.stopping"] == timings["instance.stopping_role"] + timings["instance.stopping_vm"]


@pytest.mark.parametrize(
    ("entries", "names"),
    [
        (FILES.extension_images, ("provider_name_space", "type")),
        (FILES.resource_extensions, ("publisher", "name")),
    ],
    ids=["of services", "of machines"],
)
class TestExtensions:
    def test_they_stand_by_their_names_and_versions(self, entries, names):
        def place(entry):
            numbers = [int(part) for part in entry.version.split(".")]
            return *(getattr(entry, name).lower() for name in names), numbers

        places = [place(entry) for entry in entries]
        assert places == sorted(places)
        assert all(one != other for one, other in pairwise(places))

    def test_what_is_assumed_is_said(self, entries, names):
        assumed = {
            path for path in CATALOG.assumed() if path.split("/")[0].endswith(("extensions", "extension images"))
        }
        for entry in entries:
            path = "/".join((*(getattr(entry, name) for name in names), entry.version))
            assert any(one.endswith(path) for one in assumed) == bool(entry.assumed)


def test_the_recorded_versions_of_an_extension_are_not_assumed():
    recorded = [one for one in CATALOG.resource_extensions if one.name == "BGInfo"]
    assert [one.version for one in recorded] == ["1.0", "1.0.1", "1.1", "1.2.2", "2.1"]
    assert not any(one.assumed for one in recorded)


def test_the_editions_of_sql_databases_and_their_service_objectives_fit_together():
    objectives = {one.name: one for one in FILES.service_objectives}
    assert len({one.id for one in FILES.service_objectives}) == len(FILES.service_objectives) == 13
    assert [one.name for one in FILES.service_objectives if one.is_default] == ["Shared"]
    assert [one.name for one in FILES.service_objectives if not one.enabled] == ["P3 deprecated"]
    for edition in FILES.editions:
        assert edition.default_max_size in edition.max_sizes
        assert list(edition.max_sizes) == sorted(set(edition.max_sizes))
        assert {objectives[name].is_system for name in edition.objectives} == {not edition.offered}
        assert all(objectives[name].enabled for name in edition.objectives)
