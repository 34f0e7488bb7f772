"""An emulator in this process: starts and stops cleanly, many times, side by side."""

from __future__ import annotations

import gc
import sys
import threading
from pathlib import Path

import pytest
from azure.servicemanagement import ServiceManagementService

from emulator import Emulator, Settings, running
from emulator.blobs.directory import Directory
from emulator.server import CannotListenError
from emulator.settings import SettingsError

DESCRIPTORS = Path("/proc/self/fd")


@pytest.fixture
def threads():
    """Tell the threads that a test has started: there may be an emulator that other tests share."""
    before = set(threading.enumerate())
    return lambda: [t.name for t in threading.enumerate() if t not in before]


def descriptors():
    gc.collect()
    return len(list(DESCRIPTORS.iterdir()))


def test_two_run_side_by_side_each_with_a_world_of_its_own():
    with Emulator() as one, Emulator() as two:
        assert one.port != two.port
        assert one.world is not two.world
        assert one.endpoint == f"https://localhost:{one.port}"


@pytest.mark.skipif(not DESCRIPTORS.is_dir(), reason="descriptors are counted in /proc")
def test_fifty_starts_and_stops_leave_no_thread_and_no_socket(threads):
    with Emulator() as first:
        first.identity()
    before = descriptors()
    for _ in range(50):
        with Emulator() as emulator:
            assert emulator.running
    assert threads() == []
    assert descriptors() <= before


def test_what_is_asked_of_one_that_does_not_run_is_refused():
    emulator = Emulator()
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.endpoint
    emulator.stop()


def test_it_starts_once():
    with Emulator() as emulator, pytest.raises(RuntimeError, match="already running"):
        emulator.start()


def test_a_taken_port_is_an_error_and_leaves_nothing_behind(threads):
    with Emulator() as one:
        with pytest.raises(CannotListenError):
            Emulator(port=one.port).start()
        assert one.running
    assert threads() == []


def test_it_can_be_started_again_with_a_new_world():
    emulator = Emulator()
    with emulator:
        world = emulator.world
    with emulator:
        assert emulator.world is not world


def test_settings_choose_where_certificates_are_kept(tmp_path):
    settings = Settings(port=0, control_port=None, certs=tmp_path / "certs")
    with Emulator(settings) as emulator:
        assert emulator.control_endpoint is None
        assert emulator.default_identity().pem_path == tmp_path / "certs" / "client.pem"
        thumbprint = emulator.default_identity().thumbprint
    with Emulator(settings) as emulator:
        assert emulator.default_identity().thumbprint == thumbprint


def test_the_control_api_says_where_it_listens():
    with Emulator(control_host="127.0.0.2") as emulator:
        assert emulator.control_endpoint.startswith("http://127.0.0.2:")
        assert running.ask(emulator.control_endpoint, "GET", "/health")["endpoint"] == emulator.endpoint


def test_blobs_that_can_lie_nowhere_are_a_setting_that_cannot_be_used(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SettingsError, match="is no directory"):
        Emulator(blobs=file).start()
    with Emulator(blobs=str(tmp_path / "new")) as running:
        assert isinstance(running.world.blobs, Directory)


def test_a_blob_service_needs_its_client_and_says_so_where_that_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "azure.storage.blob", None)
    monkeypatch.delitem(sys.modules, "emulator.blobs.azurite", raising=False)
    with pytest.raises(SettingsError, match=r"pip install 'azure-asm-emulator\[azurite\]'"):
        Emulator(blobs="http://127.0.0.1:1").start()


def test_storage_accounts_show_where_their_blobs_are(tmp_path):
    with Emulator(blob_endpoint="http://127.0.0.1:10000/{account}") as running:
        sms = running.identity().sdk(ServiceManagementService)
        sms.create_storage_account("myaccount", "description", "label", location="West US")
        found = sms.get_storage_account_properties("myaccount").storage_service_properties.endpoints
        assert found[:2] == ["http://127.0.0.1:10000/myaccount/", "https://myaccount.queue.core.windows.net/"]
