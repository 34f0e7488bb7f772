"""A world kept in a file: begun with, written whole or not at all, at intervals and at the end."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
import tempfile
import threading
from base64 import b64encode
from pathlib import Path

import pytest

from emulator import Emulator, Settings
from emulator.control import saver, snapshots
from emulator.control.saver import Saver, put_in_place
from emulator.server import CannotListenError
from emulator.settings import RegisteredIdentity, SettingsError

SUBSCRIPTION = "kept"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "world.json"


def drafts(path):
    return [one.name for one in path.parent.iterdir() if one.name.startswith(".")]


def test_what_one_emulator_held_at_its_end_another_begins_with(path):
    with Emulator(save=path) as first:
        first.world.subscription(SUBSCRIPTION).override(quotas={"max_core_count": 5})
        assert not path.exists()
    with Emulator(load=path) as second:
        assert second.world.subscription(SUBSCRIPTION).catalog.quotas.max_core_count == 5
        assert second.world.subscriptions.keys() == {SUBSCRIPTION}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert drafts(path) == []


def test_a_file_that_is_to_be_written_need_not_be_there_when_it_is_begun_with(path):
    for cores in (1, 2):
        with Emulator(load=path, save=path) as one:
            subscription = one.world.subscription(SUBSCRIPTION)
            assert subscription.quotas == ({} if cores == 1 else {"max_core_count": 1})
            subscription.override(quotas={"max_core_count": cores})


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "load: there is no file PATH"),
        (b'{"format": 1,', "load: PATH: this is no whole snapshot: it is not JSON (Input data was truncated)"),
        (b"{}", "load: PATH: this is no snapshot: it has no format"),
        ("directory", "load: PATH cannot be read: Is a directory"),
    ],
)
def test_what_cannot_be_loaded_is_named_and_nothing_is_served_and_nothing_saved(path, content, why):
    other = path.with_name("other.json")
    other.write_bytes(b"precious")
    if content == "directory":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    emulator = Emulator(load=path, save=other)
    with pytest.raises(SettingsError) as caught:
        emulator.start()
    assert str(caught.value) == why.replace("PATH", str(path))
    assert not emulator.running
    assert other.read_bytes() == b"precious"


def test_one_that_could_not_start_saves_nothing(path):
    path.write_bytes(b"precious")
    with Emulator() as one, pytest.raises(CannotListenError):
        Emulator(port=one.port, save=path).start()
    assert path.read_bytes() == b"precious"


@pytest.mark.parametrize("path", ["no/such/directory/world.json", "."])
def test_where_nothing_can_be_written_is_said_at_the_start(path, tmp_path):
    with pytest.raises(SettingsError, match=r"^save: .* cannot be written"):
        Emulator(save=tmp_path / path).start()


def test_how_often_nothing_is_to_be_saved_is_refused():
    with pytest.raises(SettingsError, match=r"^save-interval: there is no file to save to: --save names it$"):
        Emulator(save_interval=1.0).start()


def test_a_certificate_of_the_settings_is_registered_beside_what_was_loaded(path, tmp_path, a_certificate):
    certificate = tmp_path / "mine.cer"
    certificate.write_bytes(a_certificate().der)
    identities = (RegisteredIdentity(certificate=certificate, subscription=SUBSCRIPTION.upper()),)
    with Emulator(identities=identities, save=path, load=path) as one:
        (registered,) = one.world.subscription(SUBSCRIPTION).management_certificates.values()
    written = path.read_bytes()
    with Emulator(identities=identities, save=path, load=path) as one:
        assert one.world.subscription(SUBSCRIPTION).management_certificates == {registered.thumbprint: registered}
    assert path.read_bytes() == written
    assert b64encode(certificate.read_bytes()) in written


def test_while_it_runs_it_is_written_at_intervals_and_only_if_something_is_new(world, path, monkeypatch):
    written, wanted = [], threading.Semaphore(0)

    def put(where, data):
        put_in_place(where, data)
        written.append(json.loads(data)["subscriptions"].keys())
        wanted.release()

    monkeypatch.setattr(saver, "put_in_place", put)
    one = Saver(world, path, 0.001)
    one.start()
    for name in ("a", "b"):
        world.subscription(name)
        while not (wanted.acquire(timeout=10) and name in written[-1]):
            pass
    one.close()
    assert path.read_bytes() == snapshots.save(world)
    assert len(written) <= 3
    assert not any(thread.name == "asm-emulator-saver" for thread in threading.enumerate())


def test_a_file_that_somebody_removed_is_written_again(world, path):
    one = Saver(world, path, None)
    one.save()
    path.unlink()
    one.save()
    assert path.exists()


def test_a_link_stays_one(world, path, tmp_path):
    path.symlink_to(tmp_path / "real.json")
    Saver(world, path, None).save()
    assert path.is_symlink()
    assert path.read_bytes() == snapshots.save(world)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_where_writing_fails_the_old_file_stays_and_no_draft(path, monkeypatch, step):
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[step], fail)
    with pytest.raises(OSError, match="No space left"):
        put_in_place(path, b"new")
    assert path.read_bytes() == b"old"
    assert drafts(path) == []


def test_a_disk_that_was_full_is_tried_again_and_logged(world, path, monkeypatch, caplog):
    tried, failures = threading.Semaphore(0), iter([OSError(errno.ENOSPC, "full")])

    def put(where, data):
        tried.release()
        for error in failures:
            raise error
        put_in_place(where, data)

    monkeypatch.setattr(saver, "put_in_place", put)
    one = Saver(world, path, 0.001)
    one.start()
    for _ in range(2):
        assert tried.acquire(timeout=10)
    one.close()
    assert path.exists()
    assert [record.message for record in caplog.records] == [f"{path} could not be saved"]


def test_drafts_of_the_dead_are_cleared_away_and_those_of_the_living_stay(world, path):
    stale, live = (tempfile.mkstemp(prefix=f".{path.name}.", suffix=saver.DRAFT, dir=path.parent) for _ in range(2))
    os.close(stale[0])
    fcntl.flock(live[0], fcntl.LOCK_EX)
    Saver(world, path, None)
    assert drafts(path) == [Path(live[1]).name]
    os.close(live[0])


def test_a_world_that_cannot_be_saved_at_the_end_is_told_and_all_the_rest_is_stopped(path, tmp_path):
    emulator = Emulator(Settings(port=0, control_port=0, certs=tmp_path / "certs"), save=path)
    emulator.start()
    path.mkdir()
    with pytest.raises(OSError, match="Is a directory"):
        emulator.stop()
    assert not emulator.running
    emulator.stop()
