"""Everything the service would have picked at random: request ids, private ids, keys, addresses, free ports.

All of it follows from the world's seed, a name and a counter, so that the same calls give the same answers in every
run, and a snapshot holds the whole of it in one number.
"""

from __future__ import annotations

import base64
import string
from hashlib import blake2b

from msgspec import Struct

LETTERS = string.ascii_letters + string.digits


class Entropy(Struct):
    """A deterministic source: `seed` names it, `drawn` counts what was taken from it."""

    seed: str
    drawn: int = 0

    def _bytes(self, size: int) -> bytes:
        self.drawn += 1
        return blake2b(f"{self.seed}\0{self.drawn}".encode(), digest_size=size).digest()

    def hex32(self) -> str:
        """Return 32 lower-case hex digits, as request ids and private ids have them."""
        self.drawn += 1
        return blake2b(f"{self.seed}\0{self.drawn}".encode(), digest_size=16).hexdigest()

    def guid(self) -> str:
        """Return a lower-case dashed GUID."""
        return dashed(self.hex32())

    def key(self, size: int = 64) -> str:
        """Return a key of that many bytes in base64; a storage account's has 64."""
        return base64.b64encode(self._bytes(size)).decode()

    def letters(self, length: int) -> str:
        """Return that many letters and digits."""
        self.drawn += 1
        return derived_letters(self.seed, str(self.drawn), length=length)

    def serial(self) -> int:
        """Return a number above all that were drawn before."""
        self.drawn += 1
        return self.drawn

    def number(self, low: int, high: int) -> int:
        """Return an integer from `low` to `high`, both included."""
        return low + int.from_bytes(self._bytes(8), "big") % (high - low + 1)


def dashed(digits: str) -> str:
    """Write 32 hex digits as a dashed GUID, the form in which a request id is an operation's `ID`."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def derived_key(seed: str, *names: str, size: int = 64) -> str:
    """Return the key, of `size` bytes, that follows from a seed and names alone, whatever was drawn before."""
    return base64.b64encode(blake2b("\0".join((seed, *names)).encode(), digest_size=size).digest()).decode()


def derived_letters(seed: str, *names: str, length: int) -> str:
    """Return the letters and digits that follow from a seed and names alone."""
    parts = range(-(-length // 64))
    drawn = b"".join(blake2b("\0".join((seed, *names, str(part))).encode()).digest() for part in parts)
    return "".join(LETTERS[byte % len(LETTERS)] for byte in drawn[:length])


def derived_guid(seed: str, *names: str) -> str:
    """Return the GUID that follows from a seed and names alone."""
    return dashed(blake2b("\0".join((seed, *names)).encode(), digest_size=16).hexdigest())
