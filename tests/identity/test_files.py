"""Certificate files on disk: whole or not there, private from the start, refused in one sentence."""

import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path

import pytest

from emulator.identity import files
from emulator.identity.files import AuthorityError


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def stranger():
    """A directory of somebody else's, and this process without the rights of root."""
    directory = Path(tempfile.mkdtemp())
    (directory / "secret").write_text("x")
    (directory / "secret").chmod(0)
    directory.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield directory
    if root:
        os.seteuid(0)
    directory.chmod(0o700)
    shutil.rmtree(directory)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("open_umask")
def test_a_missing_directory_is_made_for_its_owner_alone(tmp_path):
    made = files.ensure_directory(tmp_path / "a" / "b")
    assert made.is_dir()
    assert mode(made) == 0o700


def test_a_directory_that_is_there_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o755)
    files.ensure_directory(tmp_path)
    assert mode(tmp_path) == 0o755


def test_a_relative_directory_stays_where_it_was_when_the_process_moves(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = files.ensure_directory(Path("certs"))
    monkeypatch.chdir("/")
    assert made == tmp_path / "certs"


def test_a_file_in_the_place_of_the_directory_is_refused_by_name(tmp_path):
    (tmp_path / "certs").write_text("mine")
    with pytest.raises(AuthorityError, match=f"^{tmp_path}/certs is not a directory: name another"):
        files.ensure_directory(tmp_path / "certs")
    assert (tmp_path / "certs").read_text() == "mine"


def test_a_directory_below_a_file_is_refused_by_name(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(AuthorityError, match=r"file/certs cannot be made \(Not a directory\)"):
        files.ensure_directory(tmp_path / "file" / "certs")


def test_a_file_that_is_not_there_reads_as_none(tmp_path):
    assert files.read(tmp_path / "ca.pem") is None


def test_a_file_that_cannot_be_read_is_refused_by_name(stranger):
    with pytest.raises(AuthorityError, match=r"secret cannot be read \(Permission denied\): mend that, or"):
        files.read(stranger / "secret")


def test_a_directory_that_cannot_be_written_to_is_refused_by_name(stranger):
    with pytest.raises(AuthorityError, match=r"ca.pem cannot be written \(Permission denied\)"):
        files.write(stranger / "ca.pem", b"x")
    with pytest.raises(AuthorityError, match=r"\.lock cannot be written \(Permission denied\)"), files.locked(stranger):
        pytest.fail("a lock that nobody holds")


@pytest.mark.usefixtures("open_umask")
def test_a_private_file_is_private_before_anything_is_in_it(tmp_path, monkeypatch):
    seen = []
    write_bytes = Path.write_bytes

    def watched(path, data):
        seen.append((mode(path), path.stat().st_size))
        return write_bytes(path, data)

    monkeypatch.setattr(Path, "write_bytes", watched)
    files.write(tmp_path / "ca.key", b"secret")
    assert seen == [(0o600, 0)]
    assert mode(tmp_path / "ca.key") == 0o600


@pytest.mark.usefixtures("open_umask")
def test_a_public_file_is_public(tmp_path):
    files.write(tmp_path / "ca.pem", b"x", files.PUBLIC)
    assert mode(tmp_path / "ca.pem") == 0o644


def test_a_file_is_replaced_whole_and_those_who_have_it_open_keep_the_old_one(tmp_path):
    path = tmp_path / "server.pem"
    files.write(path, b"old")
    with path.open("rb") as reader:
        files.write(path, b"new and longer")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new and longer"
    assert [entry.name for entry in tmp_path.iterdir()] == ["server.pem"]


def test_a_write_that_fails_leaves_nothing_behind(tmp_path):
    (tmp_path / "ca.pem").mkdir()
    with pytest.raises(AuthorityError, match=r"ca\.pem cannot be written"):
        files.write(tmp_path / "ca.pem", b"x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["ca.pem"]


def is_free(directory):
    with (directory / ".lock").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_a_locked_directory_is_free_again_afterwards_also_after_an_error(tmp_path):
    with files.locked(tmp_path):
        assert not is_free(tmp_path)
    assert is_free(tmp_path)
    with pytest.raises(ZeroDivisionError), files.locked(tmp_path):
        1 / 0  # noqa: B018
    assert is_free(tmp_path)
