"""The footer of a fixed disk: what is written can be read, and what is none is told from it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.domain.vhd import FOOTER_BYTES, GIB, MIB, footer, virtual_size

WHEN = datetime(2015, 7, 1, tzinfo=UTC)


def changed(at, data, size=GIB):
    made = bytearray(footer(size, WHEN, bytes(16)))
    made[at : at + len(data)] = data
    made[64:68] = bytes(4)
    made[64:68] = (~sum(made) & 0xFFFFFFFF).to_bytes(4, "big")
    return bytes(made)


@given(st.integers(1, 1024 * 1024), st.binary(min_size=16, max_size=16))
def test_a_footer_tells_the_size_that_it_was_made_for(mebibytes, unique_id):
    size = mebibytes * MIB
    assert virtual_size(footer(size, WHEN, unique_id), size + FOOTER_BYTES) == size


def test_a_footer_is_what_the_specification_of_the_format_says():
    made = footer(30 * GIB, WHEN, b"0123456789abcdef")
    assert len(made) == FOOTER_BYTES
    assert made[:24] == b"conectix" + bytes.fromhex("00000002 00010000 ffffffffffffffff")
    assert int.from_bytes(made[24:28], "big") == (WHEN - datetime(2000, 1, 1, tzinfo=UTC)).total_seconds()
    assert made[40:48] == made[48:56] == (30 * GIB).to_bytes(8, "big")
    assert made[56:60] == (62_415).to_bytes(2, "big") + bytes((16, 63))  # cylinders, heads, sectors a track
    assert made[60:64] == bytes.fromhex("00000002")
    assert made[68:84] == b"0123456789abcdef"
    assert not any(made[84:])


@pytest.mark.parametrize(
    ("last", "size", "why"),
    [
        (bytes(512), GIB + 512, "does not end in the footer"),
        (b"short", GIB + 512, "no page blob"),
        (footer(GIB, WHEN, bytes(16)), GIB + 100, "no page blob"),
        (footer(GIB, WHEN, bytes(16)), GIB, "speaks of"),
        (footer(GIB, WHEN, bytes(16))[:-1] + b"x", GIB + 512, "checksum"),
        (changed(60, b"\0\0\0\3"), GIB + 512, "its type is 3"),
        (footer(MIB + 512, WHEN, bytes(16)), MIB + 1024, "whole number"),
    ],
)
def test_what_is_no_footer_of_a_fixed_disk_is_told(last, size, why):
    with pytest.raises(ValueError, match=why):
        virtual_size(last, size)
