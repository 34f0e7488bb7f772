"""What may befall a connection on purpose: an answer that comes late, slowly, in part, or not at all.

An application asks for one by putting it into the environ at `asm.mishap`. Plain values; knows no sockets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LONGEST_SECONDS = 60.0
"""How long a mishap may last: a connection that it keeps is cut then, so that none is ever stuck."""


@dataclass(frozen=True, slots=True)
class Mishap:
    """How an answer goes out otherwise than whole and at once."""

    wait: float = 0.0
    """Seconds before its first byte."""

    reset: Literal["before", "after"] | None = None
    """TCP reset in the place of the answer, or after it, as soon as the client uses the connection again."""

    body_bytes: int | None = None
    """How many bytes of its body come before the connection is closed."""

    bytes_per_second: float | None = None
    """How fast it comes, head and body."""

    seconds: float = LONGEST_SECONDS
    """How long a slow answer may take before the connection is reset."""


def cut(output: list[bytes], body_bytes: int) -> list[bytes]:
    """Return the head of an encoded answer and that many bytes of its body."""
    data = b"".join(output)
    return [data[: data.index(b"\r\n\r\n") + 4 + body_bytes]]
