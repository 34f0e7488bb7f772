"""A world kept in a file: read from it at the start, written to it at intervals and at the end.

The file is replaced in one step by one that is on the disk as a whole, so that whenever a process dies, or its machine,
the file is the last one written. Its contents are keys of storage accounts, among others: only its owner may read it.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from emulator.control import snapshots
from emulator.control.snapshots import SnapshotError
from emulator.settings import SettingsError

if TYPE_CHECKING:
    from emulator.domain.world import World

log = logging.getLogger("emulator.saver")

DRAFT = ".part"


class Kept(Protocol):
    """The settings that say where a world is kept."""

    @property
    def load(self) -> Path | None:
        """The file to begin with."""

    @property
    def save(self) -> Path | None:
        """The file to write."""

    @property
    def save_interval(self) -> float | None:
        """Seconds between two times of writing it."""


def load(world: World, kept: Kept) -> None:
    """Load what the settings say; raise SettingsError if that cannot be.

    A file that is not there yet is one to begin with only if it is also the one to save to.
    """
    if kept.load is None:
        return
    try:
        snapshots.load(world, kept.load.read_bytes())
    except FileNotFoundError:
        if kept.save is None or kept.save.absolute() != kept.load.absolute():
            raise SettingsError(f"load: there is no file {kept.load}") from None
    except OSError as error:
        raise SettingsError(f"load: {kept.load} cannot be read: {error.strerror}") from None
    except SnapshotError as error:
        raise SettingsError(f"load: {kept.load}: {error}") from None


def of(world: World, kept: Kept) -> Saver | None:
    """Return what saves a world as the settings say, or None if nothing does; raise SettingsError."""
    if kept.save is None:
        if kept.save_interval is not None:
            raise SettingsError("save-interval: there is no file to save to: --save names it")
        return None
    return Saver(world, kept.save, kept.save_interval)


class Saver:
    """Saves a world to a file until it is closed, and then once more."""

    def __init__(self, world: World, path: Path, interval: float | None) -> None:
        """Raises SettingsError where the file cannot be written."""
        self._world, self._interval = world, interval
        self._path = path.resolve()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        folder = self._path.parent
        if self._path.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            raise SettingsError(f"save: {path} cannot be written: {folder} has to be a directory that one may write to")
        _clear_away(self._path)

    def start(self) -> None:
        """Begin to save at intervals, if there are to be any."""
        if self._interval is not None:
            self._thread = threading.Thread(target=self._run, args=[self._interval], name="asm-emulator-saver")
            self._thread.start()

    def close(self) -> None:
        """Save a last time; OSError where that fails."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        self.save()

    def save(self) -> None:
        """Write the file, unless it says already what is to be in it; OSError where that fails."""
        data = snapshots.save(self._world)
        with suppress(OSError):
            if self._path.read_bytes() == data:
                return
        put_in_place(self._path, data)

    def _run(self, interval: float) -> None:
        while not self._ended.wait(interval):
            try:
                self.save()
            except Exception:  # a disk may be full now and have room the next time
                log.exception("%s could not be saved", self._path)


def put_in_place(path: Path, data: bytes) -> None:
    """Put a file in place of another, or of none, in one step; OSError where that fails, and the old one stays."""
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", suffix=DRAFT, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _is_free(file.fileno())
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise
    _on_disk(path.parent)


def _clear_away(path: Path) -> None:
    """Remove the drafts of processes that died while they wrote; one that is being written is locked."""
    for draft in path.parent.glob(f".{path.name}.*{DRAFT}"):
        with suppress(OSError), draft.open("rb") as file:
            if _is_free(file.fileno()):
                draft.unlink()


if sys.platform == "win32":

    def _is_free(descriptor: int) -> bool:
        """Tell whether nobody writes a draft: there, what is open cannot be removed anyway."""
        return descriptor >= 0

    def _on_disk(directory: Path) -> None:
        """Directories are written through there."""

else:
    import fcntl

    def _is_free(descriptor: int) -> bool:
        """Tell whether nobody writes a draft, and lock it as long as it is open."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _on_disk(directory: Path) -> None:
        """Wait until a directory's new entry is on the disk."""
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
