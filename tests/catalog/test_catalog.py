"""The catalog as its users see it: look-ups, lists, overrides and what is assumed."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.catalog import Catalog, CatalogError, OperatingSystem, OperatingSystemFamily, load_catalog


@pytest.fixture
def catalog() -> Catalog:
    return load_catalog()


def system(version: str, *, active: bool = True) -> OperatingSystem:
    return OperatingSystem(
        version=version, label=version, is_default=False, is_active=active, family="9", family_label="Nine"
    )


def family(*systems: OperatingSystem) -> OperatingSystemFamily:
    return OperatingSystemFamily(name="9", label="Nine", operating_systems=systems)


class TestLookUps:
    @pytest.mark.parametrize("name", ["West US", "west us", "WEST US", "uswest", "USWest"])
    def test_a_location_is_found_by_its_name_or_code_in_any_case(self, catalog, name):
        assert catalog.location(name).name == "West US"

    @pytest.mark.parametrize("name", ["", "Westeros", "West  US", "us"])
    def test_what_is_no_location_is_none(self, catalog, name):
        assert catalog.location(name) is None

    def test_a_role_size_is_found_in_any_case(self, catalog):
        assert catalog.role_size("extrasmall").name == "ExtraSmall"
        assert catalog.role_size("Huge") is None

    def test_the_image_of_the_how_to_guide_is_found_in_any_case(self, catalog):
        name = "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd"
        assert catalog.image(name.upper()).name == name
        assert catalog.image(name).os == "Linux"
        assert catalog.image(name + "x") is None

    def test_every_entry_is_found_by_its_own_name(self, catalog):
        assert all(catalog.location(entry.name) is entry for entry in catalog.locations)
        assert all(catalog.role_size(entry.name) is entry for entry in catalog.role_sizes)
        assert all(catalog.image(entry.name) is entry for entry in catalog.images)

    def test_a_duration_is_found_by_table_and_key(self, catalog):
        assert catalog.timings["hosted_service.create"] == 0
        assert catalog.timings["deployment.create"] == 30

    def test_a_duration_of_an_unknown_name_is_a_key_error(self, catalog):
        with pytest.raises(KeyError):
            catalog.timings["deployment.creation"]

    def test_the_quotas_are_those_of_the_recorded_subscription(self, catalog):
        assert (catalog.quotas.max_core_count, catalog.quotas.max_hosted_services) == (20, 20)
        assert catalog.limits.label_length == 100


class TestLists:
    def test_what_was_not_shown_to_everybody_is_found_and_not_listed(self, catalog):
        stage = catalog.location("East US 2 (Stage)")
        assert stage is not None
        assert stage not in catalog.locations
        hidden = catalog.image(
            "b9a55fa61dad4dd88bab1b26ca2ed075__Test-Windows-Server-2012-R2-201401.01-en.us-127GB.vhd"
        )
        assert hidden is not None
        assert hidden not in catalog.images

    def test_locations_begin_in_the_recorded_order(self, catalog):
        assert [location.name for location in catalog.locations[:6]] == [
            "East US",
            "West US",
            "Central US",
            "South Central US",
            "North Central US",
            "East US 2",
        ]

    def test_an_image_gives_its_locations_as_one_text(self, catalog):
        image = catalog.image("03f55de797f546a1b29d1b8d66be687a__Team-Foundation-Server-2013-Update4-WS2012R2")
        assert image.location.startswith("East Asia;Southeast Asia;")
        assert tuple(image.location.split(";")) == image.locations

    def test_an_absent_element_and_an_empty_one_differ(self, catalog):
        assert catalog.image("03f55de797f546a1b29d1b8d66be687a__Azure-Jenkins-012-2016-12-19").small_icon_uri == ""
        rightscale = catalog.image("0b11de9248dd4d87b18621318e037d37__RightImage-CentOS-6.3-x64-v5.8.8")
        assert rightscale.small_icon_uri is None


class TestGuestSystems:
    @pytest.mark.parametrize(
        ("name", "version"),
        [("2", "WA-GUEST-OS-2.40_201506-01"), ("3", "WA-GUEST-OS-3.28_201506-01"), ("4", "WA-GUEST-OS-4.21_201506-01")],
    )
    def test_a_star_is_the_newest_active_version(self, catalog, name, version):
        assert catalog.resolve_guest_os(name, "*").version == version

    def test_a_star_means_something_in_every_family(self, catalog):
        assert all(catalog.resolve_guest_os(entry.name, "*") for entry in catalog.operating_system_families)

    def test_newest_is_by_number_not_by_text(self, catalog):
        nine = family(
            system("WA-GUEST-OS-9.10_201012-01"),
            system("WA-GUEST-OS-9.10_201012-02"),
            system("WA-GUEST-OS-9.9_201011-01"),
        )
        changed = catalog.with_overrides(operating_system_families=[nine])
        assert changed.resolve_guest_os("9", "*").version == "WA-GUEST-OS-9.10_201012-02"

    def test_a_star_passes_over_retired_versions(self, catalog):
        nine = family(system("WA-GUEST-OS-9.1_201001-01"), system("WA-GUEST-OS-9.2_201002-01", active=False))
        changed = catalog.with_overrides(operating_system_families=[nine])
        assert changed.resolve_guest_os("9", "*").version == "WA-GUEST-OS-9.1_201001-01"

    def test_a_family_without_an_active_version_has_no_newest(self, catalog):
        nine = family(system("WA-GUEST-OS-9.1_201001-01", active=False))
        assert catalog.with_overrides(operating_system_families=[nine]).resolve_guest_os("9", "*") is None

    def test_a_named_version_is_found_though_retired_and_in_any_case(self, catalog):
        found = catalog.resolve_guest_os("2", "wa-guest-os-2.10_201202-01")
        assert (found.version, found.is_active, found.family) == ("WA-GUEST-OS-2.10_201202-01", False, "2")
        assert found.family_label == "Windows Server 2008 R2"

    @pytest.mark.parametrize(("name", "version"), [("6", "*"), ("2", "WA-GUEST-OS-3.28_201506-01"), ("2", "")])
    def test_what_is_no_version_of_the_family_is_none(self, catalog, name, version):
        assert catalog.resolve_guest_os(name, version) is None


class TestOverrides:
    def test_a_changed_number_is_changed_in_the_new_catalog_only(self, catalog):
        changed = catalog.with_overrides(
            quotas={"max_core_count": 350}, limits={"lun_max": 15}, timings={"deployment.create": 2.5}
        )
        assert (changed.quotas.max_core_count, changed.limits.lun_max) == (350, 15)
        assert changed.timings["deployment.create"] == 2.5
        assert (catalog.quotas.max_core_count, catalog.limits.lun_max) == (20, 31)
        assert catalog.timings["deployment.create"] == 30

    def test_what_is_not_changed_stays_as_it_was(self, catalog):
        changed = catalog.with_overrides(quotas={"max_core_count": 350}, timings={"deployment.create": 0})
        assert changed.quotas.max_hosted_services == 20
        assert changed.timings.keys() == catalog.timings.keys()
        assert changed.locations == catalog.locations

    def test_overrides_add_up_and_the_last_one_wins(self, catalog):
        changed = (
            catalog.with_overrides(quotas={"max_core_count": 1, "max_dns_servers": 2})
            .with_overrides(quotas={"max_core_count": 3})
            .with_overrides(timings={"deployment.swap": 4})
        )
        assert (changed.quotas.max_core_count, changed.quotas.max_dns_servers) == (3, 2)
        assert changed.timings["deployment.swap"] == 4

    def test_an_entry_takes_the_place_of_its_namesake(self, catalog):
        dearer = msgspec.structs.replace(catalog.role_size("Small"), cores=3)
        changed = catalog.with_overrides(role_sizes=[dearer])
        assert changed.role_size("small").cores == 3
        assert [size.name for size in changed.role_sizes] == [size.name for size in catalog.role_sizes]
        assert catalog.role_size("small").cores == 1

    def test_an_entry_of_a_new_name_is_added_at_the_end(self, catalog):
        mine = msgspec.structs.replace(catalog.images[0], name="mine.vhd")
        moon = msgspec.structs.replace(catalog.location("West US"), name="Moon", code="MoonBase")
        changed = catalog.with_overrides(images=[mine], locations=[moon])
        assert changed.images == (*catalog.images, mine)
        assert changed.location("moonbase") is moon
        assert catalog.location("Moon") is None
        assert catalog.image("mine.vhd") is None

    def test_entries_may_come_from_any_iterable(self, catalog):
        sizes = (msgspec.structs.replace(catalog.role_size("Small"), name=name) for name in ("One", "Two"))
        changed = catalog.with_overrides(role_sizes=sizes)
        assert changed.role_size("one")
        assert changed.role_size("two")

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"quotas": {"max_cores": 3}}, r"quotas: .*max_cores"),
            ({"quotas": {"max_core_count": -1}}, r"quotas: .*max_core_count"),
            ({"quotas": {"max_core_count": "many"}}, r"quotas: .*max_core_count"),
            ({"limits": {"lun_maximum": 3}}, r"limits: .*lun_maximum"),
            ({"timings": {"deployment.creation": 1}}, r"timings: .*deployment\.creation"),
            ({"timings": {"deployment.create": -1}}, r"timings: .*>= 0"),
            ({"timings": {"deployment.create": "soon"}}, r"timings: .*float"),
        ],
    )
    def test_a_change_that_makes_no_sense_is_refused_at_once(self, catalog, changes, message):
        with pytest.raises(CatalogError, match=message):
            catalog.with_overrides(**changes)

    def test_two_catalogs_have_nothing_in_common(self, catalog):
        other = load_catalog()
        assert other.locations == catalog.locations
        assert other.locations is not catalog.locations

    def test_the_timings_cannot_be_written_to(self, catalog):
        with pytest.raises(TypeError):
            catalog.timings["deployment.create"] = 1
        with pytest.raises(AttributeError):
            catalog.quotas.max_core_count = 1

    @given(seconds=st.floats(min_value=0, max_value=1e6))
    def test_every_duration_can_be_set_to_any_time(self, seconds):
        catalog = load_catalog()
        names = list(catalog.timings)
        changed = catalog.with_overrides(timings=dict.fromkeys(names, seconds))
        assert set(changed.timings.values()) == {seconds}


def test_what_is_assumed_is_told_by_its_place(catalog):
    assumed = set(catalog.assumed())
    assert {
        "timings/vm.creating_vm",
        "limits/hosted_service_name_length",
        "locations/UK South",
        "locations/East US/code",
        "locations/Central US/code",
        "locations/Central US/virtual_machine_role_sizes",
        "role sizes/A10/label",
        "operating systems/WA-GUEST-OS-4.21_201506-01",
        "images/OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd",
    } <= assumed


def test_what_is_recorded_is_not_among_the_assumptions(catalog):
    assumed = set(catalog.assumed())
    assert not assumed & {
        "timings/deployment.create",
        "limits/label_length",
        "locations/West US",
        "locations/West US/code",
        "locations/East US/virtual_machine_role_sizes",
        "role sizes/A5/label",
        "operating systems/WA-GUEST-OS-1.0_200912-01",
        "images/03f55de797f546a1b29d1b8d66be687a__Azure-Jenkins-012-2016-12-19",
    }
