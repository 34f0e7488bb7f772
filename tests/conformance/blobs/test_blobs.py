"""What the SDKs' users did with blobs: uploaded packages and disks, and saw what became of them.

Against a directory, and against an Azurite through the blob clients of two times: today's, and azure-storage-blob 2.1,
which is installed once, under the directory that ASM_CONFORMANCE_OLD_BLOBS names or else in pytest's cache.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from azure.core.exceptions import HttpResponseError
from azure.servicemanagement import LinuxConfigurationSet, OSVirtualHardDisk, ServiceManagementService

from emulator.domain.vhd import MIB, footer
from emulator.embedded import Emulator
from tests.azurite import KEYS, client

HERE = Path(__file__).parent
PACKAGES = HERE.parents[2] / "fixtures" / "packages"
DIRECTORY = "ASM_CONFORMANCE_OLD_BLOBS"
OLD_CLIENT = "azure-storage-blob==2.1.0"
ACCOUNT = "mystorageaccount"
IMAGE = "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd"


class Directory:
    """Blobs that are files, put there by a copy."""

    def __init__(self, root):
        self.setting, self._root = root, root

    def upload(self, container, name, path, **_kind):
        target = self._root / ACCOUNT / container / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        return f"https://{ACCOUNT}.blob.core.windows.net/{container}/{name}"

    def names(self, container):
        return sorted(path.name for path in (self._root / ACCOUNT / container).glob("*"))


class Storage:
    """Blobs in an Azurite, by the client of today."""

    def __init__(self, url):
        self.setting, self._blobs = url, client(url, ACCOUNT)

    def upload(self, container, name, path, *, page=False):
        with self._blobs.get_container_client(container) as there:
            if not there.exists():
                there.create_container()
            blob = there.get_blob_client(name)
            blob.upload_blob(Path(path).read_bytes(), blob_type="PageBlob" if page else "BlockBlob")
            return blob.url

    def names(self, container):
        return [blob.name for blob in self._blobs.get_container_client(container).list_blobs()]

    def remove(self, container, name):
        self._blobs.get_blob_client(container, name).delete_blob()


class OldStorage(Storage):
    """The same, but uploads are by the client of 2019, which clashes with today's: in a process of its own."""

    def __init__(self, url, packages):
        super().__init__(url)
        self._packages = packages

    def upload(self, container, name, path, *, page=False):
        done = subprocess.run(
            [sys.executable, "-S", HERE / "upload.py", self.setting, ACCOUNT, KEYS[ACCOUNT].primary],
            input=json.dumps([(container, name, str(path), page)]),
            env={**os.environ, "PYTHONPATH": str(self._packages)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="session")
def old_client(request):
    """The directory in which the old client is installed."""
    chosen = os.environ.get(DIRECTORY)
    home = (Path(chosen).absolute() if chosen else request.config.cache.mkdir("asm-emulator")) / "old-blobs"
    ready = home / "ready"
    if not ready.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
        done = subprocess.run(
            [*command, "--target", home, OLD_CLIENT], capture_output=True, text=True, timeout=180, check=False
        )
        if done.returncode:
            pytest.skip(f"pip cannot install {OLD_CLIENT}: {done.stderr[-300:]}")
        ready.touch()
    return home


@pytest.fixture(params=["directory", "azurite", "azurite, old client"])
def storage(request, tmp_path):
    if request.param == "directory":
        return Directory(tmp_path / "blobs")
    url = request.getfixturevalue("azurite_url")
    return Storage(url) if request.param == "azurite" else OldStorage(url, request.getfixturevalue("old_client"))


@pytest.fixture
def sms(storage):
    with Emulator(blobs=storage.setting, azurite_accounts=KEYS) as running:
        sms = running.identity().sdk(ServiceManagementService)
        sms.create_storage_account(ACCOUNT, "description", "label", location="West US")
        sms.create_hosted_service("service", "label", location="West US")
        yield sms


def succeeded(sms, result):
    ended = sms.get_operation_status(result.request_id)
    assert ended.status == "Succeeded", ended.error.message
    return ended


def configuration(name):
    return base64.b64encode((PACKAGES / f"{name}.cscfg").read_bytes()).decode()


def roles(sms, deployment):
    found = sms.get_deployment_by_name("service", deployment)
    return {(one.role_name, one.instance_size) for one in found.role_instance_list}


def test_a_package_is_uploaded_deployed_upgraded_swapped_and_deleted(sms, storage):
    first, second = (storage.upload(n, f"{n}.cspkg", PACKAGES / f"{n}.cspkg") for n in ("worker", "worker-2"))
    text = configuration("worker")
    result = sms.create_deployment("service", "production", "v1", first, "l", text, start_deployment=True)
    succeeded(sms, result)
    assert roles(sms, "v1") == {("Worker", "Small")}
    result = sms.upgrade_deployment("service", "v1", "Auto", second, configuration("worker-2"), "second", force=True)
    succeeded(sms, result)
    assert roles(sms, "v1") == {("Worker", "Small"), ("Janitor", "ExtraSmall")}

    succeeded(sms, sms.create_deployment("service", "staging", "v2", first, "l", text))
    sms.swap_deployment("service", "v1", "v2")
    assert sms.get_deployment_by_slot("service", "production").name == "v2"
    for name in ("v1", "v2"):
        succeeded(sms, sms.delete_deployment("service", name))
    # What was uploaded is its user's.
    assert storage.names("worker") == ["worker.cspkg"]


def test_a_package_that_was_not_uploaded_cannot_be_deployed(sms, storage):
    url = storage.upload("worker", "worker.cspkg", PACKAGES / "worker.cspkg").replace("worker.cspkg", "other.cspkg")
    ended = sms.get_operation_status(
        sms.create_deployment("service", "production", "v1", url, "l", configuration("worker")).request_id
    )
    assert (ended.status, ended.error.code) == ("Failed", "BadRequest")
    assert "cannot be read" in ended.error.message


@pytest.fixture
def vhd(tmp_path):
    """A fixed disk of one MiB, as a file."""
    path = tmp_path / "small.vhd"
    path.write_bytes(b"boot".ljust(MIB, b"\0") + footer(MIB, datetime(2015, 7, 1, tzinfo=UTC), bytes(16)))
    return path


def test_a_machine_of_an_uploaded_disk_is_captured_and_deleted_with_its_media(sms, storage, vhd):
    url = storage.upload("vhds", "mine.vhd", vhd, page=True)
    sms.add_disk(True, "label", url, "mine", "Linux")
    link = url.replace("mine.vhd", "vm.vhd")
    sms.add_os_image("label", url, "my-image", "Linux")
    sms.create_virtual_machine_deployment(
        "service",
        "vm",
        "production",
        "label",
        "vm",
        LinuxConfigurationSet("vm", "user", "secret1", True),
        OSVirtualHardDisk("my-image", link),
    )
    assert storage.names("vhds") == ["mine.vhd", "vm.vhd"]
    sms.shutdown_role("service", "vm", "vm")
    sms.capture_role("service", "vm", "vm", "Delete", "captured", "captured")
    assert sms.get_os_image("captured").logical_size_in_gb == 1
    assert len(storage.names("vhds")) == 3

    sms.delete_os_image("captured", delete_vhd=True)
    sms.delete_os_image("my-image")
    for disk in sms.list_disks().disks:
        if disk.name != "mine":
            sms.delete_disk(disk.name, delete_vhd=True)
    assert storage.names("vhds") == ["mine.vhd"]
    if isinstance(storage, Storage):
        with pytest.raises(HttpResponseError, match="LeaseIdMissing"):
            storage.remove("vhds", "mine.vhd")
        sms.delete_disk("mine")
        storage.remove("vhds", "mine.vhd")
        assert storage.names("vhds") == []


def test_a_machine_goes_with_its_media_at_once(sms, storage, vhd):
    url = storage.upload("vhds", "mine.vhd", vhd, page=True)
    sms.add_disk(True, "label", url, "mine", "Linux")
    sms.create_virtual_machine_deployment(
        "service",
        "vm",
        "production",
        "label",
        "vm",
        None,
        OSVirtualHardDisk(disk_name="mine"),
    )
    sms.perform_delete(
        f"/{sms.subscription_id}/services/hostedservices/service/deployments/vm?comp=media", "2013-08-01"
    )
    assert sms.list_disks().disks == []
    assert storage.names("vhds") == []
