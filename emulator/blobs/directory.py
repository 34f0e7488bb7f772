"""Blobs as files: `DIR/<account>/<container>/<blob>`. Disks are sparse: they take the room of what is written to them.

Files have no kind and no lease. A file whose size is a whole number of 512 bytes can be a page blob, and leases are
remembered in the subscription. Knows no images and no disks; it is told what to make.
"""

from __future__ import annotations

import errno
import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from emulator.domain.blob_names import Address, Endpoint
from emulator.domain.blobs import BLOCK, PAGE, Registry
from emulator.domain.records import Blob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from emulator.domain.world import Subscription

log = logging.getLogger("emulator.blobs")

PAGE_BYTES = 512
_CHUNK = 1024 * 1024


class Directory(Registry):
    """The blobs of a directory. An account of the subscription needs no directory of its own before its first blob."""

    def __init__(self, root: Path, endpoint: Endpoint = Endpoint()) -> None:  # noqa: B008 - frozen
        super().__init__(endpoint)
        self.root = root

    def _path(self, address: Address) -> Path:
        return self.root / address.account / address.container / address.name

    def sees(self, subscription: Subscription, account: str) -> bool:
        """See into the subscription's accounts, and those that have a directory."""
        return account in subscription.storage_accounts or (self.root / account).is_dir()

    def look(self, subscription: Subscription, address: Address) -> Blob | None:
        """Return the kind and size of a file, and whether it is known to be leased."""
        try:
            path = self._path(address)
            size = path.stat().st_size if path.is_file() else None
        except OSError:
            size = None
        if size is None:
            return None
        known = subscription.blobs.get(str(address), Blob())
        kind = known.kind if known.size == size else None
        return Blob(kind or (BLOCK if size % PAGE_BYTES else PAGE), size, known.leased)

    def open(self, _subscription: Subscription, address: Address) -> BinaryIO | None:
        """Open a file, but nothing that one would wait for, such as a pipe."""
        path = self._path(address)
        try:
            return path.open("rb") if path.is_file() else None
        except OSError as error:
            log.warning("%s cannot be read: %s", path, error.strerror)
            return None

    def last(self, subscription: Subscription, address: Address, count: int) -> bytes:
        """Return the last bytes of a file."""
        file = self.open(subscription, address)
        if file is None:
            return b""
        with file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - count))
            return file.read(count)

    def make_disk(
        self, subscription: Subscription, address: Address, footer: bytes, size: int, source: Address | None
    ) -> bool:
        """Write a sparse file."""

        def fill(file: BinaryIO) -> None:
            file.truncate(size + len(footer))
            if source is not None and self._path(source).is_file():
                _copy_data(self._path(source), file, size, len(footer))
            file.seek(size)
            file.write(footer)

        return self._made(address, fill) and super().make_disk(subscription, address, footer, size, source)

    def write(self, subscription: Subscription, address: Address, data: bytes) -> bool:
        """Write a file."""

        def fill(file: BinaryIO) -> None:
            file.write(data)

        return self._made(address, fill) and super().write(subscription, address, data)

    def copy(self, subscription: Subscription, source: Address, target: Address) -> bool:
        """Copy a file, its holes as holes."""
        there = self.look(subscription, source)
        size = there.size if there else None
        if there is None or size is None:
            return False

        def fill(file: BinaryIO) -> None:
            file.truncate(size)
            _copy_data(self._path(source), file, size)

        done = self._made(target, fill)
        if done:
            subscription.blobs[str(target)] = Blob(there.kind, size)
        return done

    def delete(self, subscription: Subscription, address: Address) -> None:
        """Remove a file; its directories stay."""
        super().delete(subscription, address)
        try:
            self._path(address).unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s cannot be deleted: %s", self._path(address), error.strerror)

    def _made(self, address: Address, fill: Callable[[BinaryIO], None]) -> bool:
        """Make a file that takes its place when all was written to it, and leaves no trace if it could not be."""
        path = self._path(address)
        temporary = path.with_name(f"{address.name.rpartition('/')[2][:200]}.new~")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                fill(file)
            temporary.replace(path)
        except OSError as error:
            log.warning("%s cannot be written: %s", path, error.strerror)
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            return False
        return True


def _copy_data(path: Path, target: BinaryIO, most: int, footer: int = 0) -> None:
    """Copy the first bytes of a file, at most so many and none of its last `footer`, but no holes."""
    with path.open("rb") as source:
        end = min(most, source.seek(0, os.SEEK_END) - footer)
        for start, stop in _data(source.fileno(), end):
            source.seek(start)
            target.seek(start)
            _copy(source, target, stop - start)


def _copy(source: BinaryIO, target: BinaryIO, count: int) -> None:
    while count > 0 and (chunk := source.read(min(count, _CHUNK))):
        target.write(chunk)
        count -= len(chunk)


def _data(descriptor: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield from where to where there is data in a file; all of it where the system cannot tell."""
    at = 0 if hasattr(os, "SEEK_DATA") else end
    if at == end:
        yield 0, end
    while at < end:
        try:
            start = os.lseek(descriptor, at, os.SEEK_DATA)
            at = os.lseek(descriptor, start, os.SEEK_HOLE)
        except OSError as error:
            if error.errno != errno.ENXIO:  # no more data
                yield at, end
            return
        if start < end:
            yield start, min(at, end)
