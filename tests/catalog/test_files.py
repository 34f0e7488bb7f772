"""Reading the data files: nothing before it is needed, and no fault in the data goes unnoticed."""

import shutil

import pytest

from emulator.catalog import CatalogError, load_catalog
from emulator.catalog.files import DATA

FILES = {
    "locations": "locations.toml",
    "role_sizes": "role_sizes.toml",
    "operating_system_families": "operating_systems.toml",
    "images": "images.toml",
    "vm_images": "vm_images.toml",
    "web_regions": "web_regions.toml",
    "extension_images": "extensions.toml",
    "resource_extensions": "extensions.toml",
    "service_objectives": "sql_databases.toml",
    "editions": "sql_databases.toml",
    "quotas": "limits.toml",
    "limits": "limits.toml",
    "timings": "timings.toml",
}


@pytest.fixture
def data(tmp_path):
    return shutil.copytree(DATA, tmp_path / "data")


def spoil(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_file_is_part_of_the_catalog():
    assert {path.name for path in DATA.iterdir()} == set(FILES.values())


def test_nothing_is_read_before_it_is_asked_for(tmp_path):
    catalog = load_catalog(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"timings\.toml"):
        _ = catalog.timings


@pytest.mark.parametrize(("part", "file"), FILES.items())
def test_a_part_needs_no_file_but_its_own(tmp_path, part, file):
    needed = {file, "role_sizes.toml"} if part == "locations" else {file}
    for name in needed:
        shutil.copy(DATA / name, tmp_path)
    assert getattr(load_catalog(tmp_path), part) == getattr(load_catalog(), part)


def test_a_part_is_read_once(data):
    catalog = load_catalog(data)
    images = catalog.images
    (data / "images.toml").unlink()
    assert catalog.images is images
    assert catalog.with_overrides(timings={"deployment.create": 1}).images == images


@pytest.mark.parametrize(
    ("part", "old", "new", "message"),
    [
        ("locations", 'code = "uswest"', 'kode = "uswest"', r"locations\.toml: .*`kode`.*locations\[1\]"),
        ("locations", 'code = "uswest"', "code = 5", r"locations\.toml: .*`int`.*locations\[1\]\.code"),
        ("locations", "[[locations]]", "[[places]]", r"locations\.toml: .*places"),
        ("locations", '"compute"', '"quantum"', r"locations\.toml: East US: .*quantum"),
        ("role_sizes", "cores = 8", 'cores = "8"', r"role_sizes\.toml: .*role_sizes\[0\]\.cores"),
        ("role_sizes", "cores = 8", "cores = -8", r"role_sizes\.toml: .*role_sizes\[0\]\.cores"),
        ("role_sizes", "cores = 8, ", "", r"role_sizes\.toml: .*`cores`.*role_sizes\[0\]"),
        ("role_sizes", ", assumed = [", ", assumption = [", r"role_sizes\.toml: .*`assumption`"),
        ("operating_system_families", "is_active = false", "is_active = 0", r"operating_systems\.toml: .*is_active"),
        ("operating_system_families", "is_default", "default", r"operating_systems\.toml: .*operating_systems\[0\]"),
        ("images", "is_premium = false", 'is_premium = "no"', r"images\.toml: 03f5\S+Jenkins\S+: .*is_premium"),
        ("images", "recommended_vm_size", "vm_size", r"images\.toml: 03f5\S+Jenkins\S+: .*`vm_size`"),
        ("images", "2016-12-19T08:00:00Z", '"in December"', r"images\.toml: 03f5\S+Jenkins\S+: .*published_date"),
        ("images", 'location_set = "spring-2017"', 'location_set = "all"', r"images\.toml: 03f5\S+: .*'all'"),
        ("images", 'location_set = "spring-2017"\n', "", r"images\.toml: 03f5\S+: location_set None"),
        ("vm_images", 'location_set = "eight"', 'location_set = "all"', r"vm_images\.toml: d4a6\S+VPN\S+: .*'all'"),
        ("vm_images", "count = 16", 'count = "many"', r"vm_images\.toml: d570\S+: data_disks: .*`int`"),
        ("vm_images", 'os_state = "Spec', 'state = "Spec', r"vm_images\.toml: 1acf\S+: .*`\w*state`.*os_disk"),
        ("quotas", "max_core_count", "max_cores", r"limits\.toml: .*`max_cores`.*quotas"),
        ("quotas", "max_core_count = 20 ", "max_core_count = 20.5 ", r"limits\.toml: .*quotas\.max_core_count"),
        ("limits", "lun_max = 31", "lun = 31", r"limits\.toml: .*`lun`"),
        ("limits", "[assumed]", "[assumed]\nlun_max = 15", r"limits\.toml: .*lun_max"),
        ("timings", "create = 30", 'create = "30 s"', r"timings\.toml: .*float"),
        ("timings", "create = 30", "create = -30", r"timings\.toml: .*>= 0"),
        (
            "timings",
            "[assumed.vm]",
            "[assumed.vm]\nprovisioning_windows = 1",
            r"timings\.toml: .*vm\.provisioning_windows",
        ),
        ("timings", "[vm]", "[vm", r"timings\.toml: "),
    ],
)
def test_a_fault_in_the_data_fails_with_the_file_and_the_key(data, part, old, new, message):
    spoil(data / FILES[part], old, new)
    with pytest.raises(CatalogError, match=message):
        getattr(load_catalog(data), part)
