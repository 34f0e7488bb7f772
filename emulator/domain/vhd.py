"""The footer of a fixed virtual hard disk: its last 512 bytes, which say how large it is. Bytes in, bytes out."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

FOOTER_BYTES = 512
MIB, GIB = 2**20, 2**30
FIXED = 2

_FORM = struct.Struct(">8sIIQI4sI4sQQHBBII16sB")
_COOKIE, _FEATURES, _VERSION, _NO_HEADER = b"conectix", 2, 0x00010000, 0xFFFFFFFFFFFFFFFF
_CREATOR, _CREATOR_VERSION, _CREATOR_SYSTEM = b"win ", 0x00060001, b"Wi2k"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_CHECKSUM = slice(64, 68)
_SECTOR = 512
_MOST_CYLINDERS, _MOST_HEADS, _SMALL_TRACK, _TRACK, _LARGE_TRACK = 65535, 16, 17, 31, 63


def footer(size: int, when: datetime, unique_id: bytes) -> bytes:
    """Return the footer of a fixed disk of `size` bytes, a whole number of MiB; `unique_id` has 16 bytes."""
    seconds = int((when - _EPOCH).total_seconds()) & 0xFFFFFFFF
    fields = (_COOKIE, _FEATURES, _VERSION, _NO_HEADER, seconds, _CREATOR, _CREATOR_VERSION, _CREATOR_SYSTEM)
    packed = _FORM.pack(*fields, size, size, *_geometry(size), FIXED, 0, unique_id, 0)
    whole = bytearray(packed.ljust(FOOTER_BYTES, b"\0"))
    whole[_CHECKSUM] = _checksum(whole).to_bytes(4, "big")
    return bytes(whole)


def virtual_size(last: bytes, blob_size: int) -> int:
    """Return the size of the disk that the last bytes of a blob are the footer of; raise ValueError with the reason."""
    if blob_size % _SECTOR or len(last) != FOOTER_BYTES or blob_size < FOOTER_BYTES:
        raise ValueError(f"it has {blob_size} bytes, which no page blob with a footer can have.")
    if last[:8] != _COOKIE:
        raise ValueError("it does not end in the footer of a virtual hard disk.")
    blank = bytearray(last)
    blank[_CHECKSUM] = bytes(4)
    if int.from_bytes(last[_CHECKSUM], "big") != _checksum(blank):
        raise ValueError("the checksum of its footer is wrong.")
    _, _, _, _, _, _, _, _, _, size, _, _, _, kind, _, _, _ = _FORM.unpack_from(last)
    if kind != FIXED:
        raise ValueError(f"its type is {kind}; only fixed disks (type {FIXED}) can be used.")
    if size != blob_size - FOOTER_BYTES:
        raise ValueError(f"its footer speaks of {size} bytes, the blob has {blob_size - FOOTER_BYTES} before it.")
    if size % MIB or not size:
        raise ValueError(f"its virtual size of {size} bytes must be a whole number (in MBs).")
    return int(size)


def _checksum(data: bytes | bytearray) -> int:
    return ~sum(data) & 0xFFFFFFFF


def _geometry(size: int) -> tuple[int, int, int]:
    """Return cylinders, heads and sectors per track as the format's specification calculates them."""
    sectors = min(size // _SECTOR, _MOST_CYLINDERS * _MOST_HEADS * 255)
    if sectors >= _MOST_CYLINDERS * _MOST_HEADS * _LARGE_TRACK:
        return sectors // 255 // _MOST_HEADS, _MOST_HEADS, 255
    track = _SMALL_TRACK
    tracks = sectors // track
    heads = max((tracks + 1023) // 1024, 4)
    if tracks >= heads * 1024 or heads > _MOST_HEADS:
        track, heads = _TRACK, _MOST_HEADS
        tracks = sectors // track
    if tracks >= heads * 1024:
        track, heads = _LARGE_TRACK, _MOST_HEADS
        tracks = sectors // track
    return tracks // heads, heads, track
