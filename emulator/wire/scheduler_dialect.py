"""How the scheduler puts things: what stands on its answers, and what its refusals look like in JSON."""

from __future__ import annotations

from msgspec.json import encode

from emulator.domain.refusals import ServiceError
from emulator.wire.dialects import COMMON, Dialect, Headers
from emulator.wire.json_contract import JSON

SHORT = {"ResourceNotFound": "NotFound", "ConflictError": "Conflict"}
"""Codes that are shorter in JSON."""


def _refusal(error: ServiceError) -> bytes:
    """Return a refusal in JSON, as recorded of others beside the scheduler's jobs."""
    return encode({"code": SHORT.get(error.code, error.code), "message": error.message})


_BEHIND: Headers = (
    *COMMON,
    ("Pragma", "no-cache"),
    ("Expires", "-1"),
    ("X-AspNet-Version", "4.0.30319"),
    ("X-Powered-By", "ASP.NET"),
)

SCHEDULER = Dialect(headers=_BEHIND)
"""The scheduler about a job collection, which it tells in XML."""

SCHEDULER_JOBS = Dialect(headers=_BEHIND, refusal=_refusal, refusal_type=JSON)
"""The scheduler about jobs."""
