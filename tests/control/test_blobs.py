"""Blobs in earnest and blobs in thought: an explanation, or a failure on purpose, leaves the files as they are."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from azure.common import AzureHttpError
from azure.servicemanagement import LinuxConfigurationSet, OSVirtualHardDisk

from emulator.embedded import Emulator
from emulator.settings import Settings

IMAGE = "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd"
PACKAGES = Path(__file__).parents[2] / "fixtures" / "packages"
VHD = "https://account.blob.core.windows.net/vhds/{}.vhd"
PACKAGE = "https://account.blob.core.windows.net/packages/a.cspkg"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("blobs")


@pytest.fixture(scope="module")
def emulator(directory):
    with Emulator(Settings(port=0, control_port=0, certs=directory.parent / "certs", blobs=directory)) as running:
        yield running


@pytest.fixture
def files(directory):
    """Return a function that tells what files there are, of which size, and when each was written."""

    def files():
        stats = [(path, path.stat()) for path in directory.rglob("*") if path.is_file()]
        return {str(path.relative_to(directory)): (stat.st_size, stat.st_mtime_ns, stat.st_ino) for path, stat in stats}

    return files


@pytest.fixture
def machine(sms):
    def machine(name):
        sms.create_virtual_machine_deployment(
            "service",
            name,
            "production",
            "label",
            name,
            LinuxConfigurationSet("host", "user", "secret1", True),
            OSVirtualHardDisk(IMAGE, VHD.format(name)),
        )

    sms.create_storage_account("account", "d", "label", location="West US")
    return machine


def test_what_is_only_tried_again_makes_and_deletes_no_file(sms, control, journal, machine, files):
    with pytest.raises(AzureHttpError):
        machine("tried")
    request_id = journal()[-1]["request_id"]
    sms.create_hosted_service("service", "label", location="West US")
    assert control("GET", f"explain/{request_id}")["refused"]["clears"]["now"] is True
    assert files() == {}

    machine("kept")
    (disk,) = sms.list_disks().disks
    before = files()
    assert list(before) == ["account/vhds/kept.vhd"]
    with pytest.raises(AzureHttpError):
        sms.delete_disk(disk.name, delete_vhd=True)
    request_id = journal()[-1]["request_id"]
    sms.delete_deployment("service", "kept")
    control("POST", "clock", {"advance": "quiet"})
    assert control("GET", f"explain/{request_id}")["refused"]["clears"]["now"] is True
    assert files() == before
    sms.delete_disk(disk.name, delete_vhd=True)
    assert files() == {}


def test_the_package_of_a_call_that_is_tried_again_is_opened_again(sms, control, journal, machine, directory):
    configuration = b64encode((PACKAGES / "WebService.cscfg").read_bytes()).decode()
    arguments = ("service", "production", "web", PACKAGE, "label", configuration)
    place = directory / "account" / "packages"
    place.mkdir(parents=True, exist_ok=True)
    (place / "a.cspkg").write_bytes((PACKAGES / "WebService.cspkg").read_bytes())
    with pytest.raises(AzureHttpError):
        sms.create_deployment(*arguments)
    request_id = journal()[-1]["request_id"]
    assert control("GET", f"explain/{request_id}")["refused"]["clears"]["now"] is False
    sms.create_hosted_service("service", "label", location="West US")
    assert control("GET", f"explain/{request_id}")["refused"]["clears"]["now"] is True


def test_an_operation_that_is_made_to_fail_makes_no_file(sms, control, machine, files):
    before = files()
    sms.create_hosted_service("service", "label", location="West US")
    control("POST", "faults", {"fault": "fail", "operation": "CreateVirtualMachineDeployment"})
    machine("broken")
    assert sms.list_disks().disks == []
    assert files() == before
