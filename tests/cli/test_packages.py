"""`asm-emulator package build`: what cspack did, for tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.wire.packages import read_package

PACKAGES = Path(__file__).parents[2] / "fixtures" / "packages"
WEB = (PACKAGES / "WebService.csdef", PACKAGES / "WebService.cscfg")


def test_it_makes_a_package_that_can_be_opened(invoke, tmp_path):
    output = tmp_path / "web.cspkg"
    done = invoke("package", "build", *map(str, WEB), "-o", str(output), "--os-family", "4", "--sdk-version", "2.2.1.0")
    assert (done.exit_code, done.output) == (0, "")
    with output.open("rb") as file:
        found = read_package(file)
    assert (found.service_name, found.sdk_version, found.roles[0].os_families) == ("WebService", "2.2.1.0", ("4",))


def test_the_same_input_makes_the_same_package(invoke, tmp_path):
    for name in ("a", "b"):
        invoke("package", "build", *map(str, WEB), "--output", str(tmp_path / name))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ((WEB[0], PACKAGES / "TwoRoles.cscfg"), "does not fit the service definition: there is no role WorkerRole1."),
        ((WEB[1], WEB[1]), "the root element has to be ServiceDefinition"),
        ((WEB[0], WEB[0]), "the root element has to be ServiceConfiguration"),
        ((Path("missing.csdef"), WEB[1]), "No such file or directory: 'missing.csdef'"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line_and_nothing_is_written(invoke, refused, tmp_path, files, why):
    output = tmp_path / "web.cspkg"
    assert why in refused(invoke("package", "build", *map(str, files), "-o", str(output)), 1)
    assert not output.exists()
