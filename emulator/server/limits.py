"""What one client may cost the server: sizes and times. Knows nothing of sockets, TLS or HTTP."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are in bytes, times in seconds."""

    header_bytes: int = 64 * 1024
    """The request line and the headers together; more is answered 431."""

    body_bytes: int = 16 * 1024 * 1024 + 64 * 1024
    """A request's body after decoding; more is answered 413 and not read."""

    spool_bytes: int = 256 * 1024
    """A body that comes in pieces is kept in memory up to this size, then in a temporary file."""

    handshake_timeout: float = 10.0
    """From the connection to the end of the TLS handshake."""

    keep_alive_timeout: float = 120.0
    """Between two requests, and before the first one."""

    request_timeout: float = 30.0
    """For the head of a request from its first byte on, then for each 64 KiB of its body."""

    write_timeout: float = 30.0
    """For a client to take up the next part of its answer."""

    unsent_bytes: int = 256 * 1024 * 1024
    """Of all answers that wait for their clients: of more, those are given up that nobody took up for the longest."""

    linger_timeout: float = 2.0
    """How long the rest of a refused request is read and thrown away, so that its sender gets to see the refusal."""

    stop_timeout: float = 2.5
    """How long `stop()` waits for the answers in flight."""

    stop_stall_timeout: float = 0.5
    """How long `stop()` waits for a client that has begun a request and sends nothing more."""
