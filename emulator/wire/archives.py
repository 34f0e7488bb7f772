"""Archives (ZIP) that nobody vouches for, read within bounds: what an entry claims is judged before a byte is unpacked.

The limits are on the directory (its bytes, entries and names), on each entry (method, ratio), on what is unpacked in
all, and against entries that share their bytes. Knows nothing of what an archive is for.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from emulator.wire.schema import short

KIB, MIB = 1024, 1024 * 1024
MAX_DIRECTORY = MIB
MAX_ENTRIES = 10_000
MAX_NAME = 260
MAX_RATIO = 200
"""How many times its packed size an entry of more than a MiB may have."""
MAX_INFLATED = 64 * MIB
"""Bytes that one package may unpack in all; what is stored unpacked counts as it lies in the file."""

_CHUNK = 256 * KIB
_ENCRYPTED = 0x1
_BROKEN = (
    BadZipFile,
    EOFError,
    KeyError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What the standard library raises, one way or another, about files that are no archive."""


class ArchiveError(ValueError):
    """An archive is broken or goes beyond a limit: the message says which."""


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except ArchiveError:
        raise
    except _BROKEN as error:
        raise ArchiveError(f"{name} is no readable archive: {short(str(error) or type(error).__name__, 100)}") from None


class _Bounded:
    """A file of which no more is read at once than the directory of an archive may have.

    The library reads a directory whole, of whatever size it claims to be: so the bound is where it cannot be missed.
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size, self.open = file, size, False
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, count: int | None = -1) -> bytes:
        left = max(0, self._size - self._file.tell())
        wanted = left if count is None or count < 0 else min(count, left)
        if wanted > MAX_DIRECTORY and not self.open:
            raise ArchiveError(f"the directory of the archive has more than {MAX_DIRECTORY} bytes")
        return self._file.read(wanted)


class Budget:
    """What may still be unpacked of a package and the archives in it."""

    def __init__(self, left: int = MAX_INFLATED) -> None:
        self.left = left

    def take(self, name: str, size: int) -> None:
        """Refuse an entry for which nothing is left."""
        self.left -= size
        if self.left < 0:
            raise ArchiveError(f"more than {MAX_INFLATED} bytes would have to be unpacked, {short(name)} among them")


class Archive:
    """An archive whose directory was found good. Names count without regard to case."""

    def __init__(self, file: BinaryIO, name: str, budget: Budget) -> None:
        """Open an archive in a file that can be sought in; `name` is how it is called where it is refused."""
        self.name, self._budget = name, budget
        with _told(name):
            size = file.seek(0, 2)
            bounded = _Bounded(file, size)
            self._zip = ZipFile(cast("BinaryIO", bounded))
            bounded.open = True
            self._entries = self._judged(self._zip.infolist(), size)

    def _judged(self, entries: list[ZipInfo], size: int) -> dict[str, ZipInfo]:
        if len(entries) > MAX_ENTRIES:
            raise ArchiveError(f"{self.name} has {len(entries)} entries, more than {MAX_ENTRIES}")
        if sum(entry.compress_size for entry in entries) > size:
            raise ArchiveError(f"the entries of {self.name} overlap: they are larger than the file")
        if min((entry.header_offset for entry in entries), default=0):
            # Cut off behind an archive that it stores, an archive ends like that one.
            raise ArchiveError(f"{self.name} does not begin with an entry")
        found: dict[str, ZipInfo] = {}
        for entry in entries:
            _judge(entry)
            if found.setdefault(entry.filename.lower(), entry) is not entry:
                raise ArchiveError(f"{short(entry.filename)} stands twice in {self.name}")
        return found

    @property
    def names(self) -> list[str]:
        """The names of the entries, as they are written, in their order."""
        return [entry.filename for entry in self._entries.values()]

    def of_kind(self, suffix: str) -> list[str]:
        """Return the names that end so."""
        return [name for name in self.names if name.lower().endswith(suffix)]

    def has(self, name: str) -> bool:
        """Tell whether there is an entry of that name."""
        return name.lower() in self._entries

    def read(self, name: str, most: int) -> bytes:
        """Return an entry whole, which has at most so many bytes."""
        entry = self._entries[name.lower()]
        if entry.file_size > most:
            raise ArchiveError(f"{short(name)} has {entry.file_size} bytes, more than {most}")
        return b"".join(self._chunks(entry))

    def sha256(self, name: str) -> str:
        """Return the SHA-256 of an entry, in upper-case hex."""
        digest = hashlib.sha256()
        for chunk in self._chunks(self._entries[name.lower()]):
            digest.update(chunk)
        return digest.hexdigest().upper()

    def _chunks(self, entry: ZipInfo) -> Iterator[bytes]:
        if entry.compress_type != ZIP_STORED:
            self._budget.take(entry.filename, entry.file_size)
        with _told(entry.filename), self._zip.open(entry) as part:
            while chunk := part.read(_CHUNK):
                yield chunk


def _judge(entry: ZipInfo) -> None:
    name = entry.orig_filename
    segments = name.replace("\\", "/").split("/")
    if len(name) > MAX_NAME or any(ord(letter) < ord(" ") for letter in name):
        raise ArchiveError(f"{short(ascii(name))} can be no name of a part")
    if ".." in segments or not segments[0] or ":" in segments[0]:
        raise ArchiveError(f"{short(name)} leads out of the archive")
    if entry.flag_bits & _ENCRYPTED:
        raise ArchiveError(f"{short(name)} is encrypted")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ArchiveError(f"{short(name)} is packed by the method {entry.compress_type}, which packages do not use")
    if entry.compress_type == ZIP_STORED and entry.file_size != entry.compress_size:
        raise ArchiveError(f"{short(name)} is not packed and yet has two sizes")
    if entry.file_size > MIB and entry.file_size > MAX_RATIO * entry.compress_size:
        raise ArchiveError(f"{short(name)} would unpack to more than {MAX_RATIO} times its size")
