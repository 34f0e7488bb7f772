"""What the service would have picked at random follows from a seed and a counter."""

from __future__ import annotations

import base64
import re

import pytest

from emulator.domain.entropy import Entropy, dashed, derived_guid, derived_key


def test_the_same_seed_gives_the_same_ids():
    assert [Entropy("a").hex32() for _ in range(2)] == [Entropy("a").hex32()] * 2
    assert Entropy("a").hex32() != Entropy("b").hex32()


def test_long_seeds_that_differ_at_the_end_differ():
    assert Entropy("x" * 200 + "1").hex32() != Entropy("x" * 200 + "2").hex32()


def test_what_is_drawn_has_the_services_form():
    entropy = Entropy("a")
    assert re.fullmatch(r"[0-9a-f]{32}", entropy.hex32())
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", entropy.guid())
    assert len(base64.b64decode(entropy.key())) == 64
    assert len(base64.b64decode(entropy.key(32))) == len(base64.b64decode(derived_key("a", size=32))) == 32
    assert all(3 <= entropy.number(3, 5) <= 5 for _ in range(50))


def test_nothing_is_drawn_twice():
    entropy = Entropy("a")
    assert len({entropy.hex32() for _ in range(1000)}) == 1000


def test_an_operations_id_is_its_request_id_with_dashes():
    assert dashed("0123456789abcdef0123456789abcdef") == "01234567-89ab-cdef-0123-456789abcdef"


def test_a_derived_key_does_not_depend_on_what_was_drawn_before():
    assert derived_key("seed", "account", "primary") == derived_key("seed", "account", "primary")
    assert derived_key("seed", "account", "primary") != derived_key("seed", "account", "secondary")


def test_a_derived_guid_is_one_and_another_for_another_name():
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", derived_guid("seed", "a"))
    assert derived_guid("seed", "a") == derived_guid("seed", "a") != derived_guid("seed", "b")


def test_serial_numbers_rise():
    entropy = Entropy("a")
    first = entropy.serial()
    entropy.hex32()
    assert entropy.serial() > first


@pytest.mark.parametrize("length", [1, 32, 64, 65, 128])
def test_letters_are_letters_and_digits_and_follow_from_what_was_drawn(length):
    one, same = Entropy("seed"), Entropy("seed")
    drawn = one.letters(length)
    assert len(drawn) == length
    assert drawn.isalnum()
    assert drawn.isascii()
    assert drawn == same.letters(length) != one.letters(length) or length == 1
    assert one.drawn == 2
