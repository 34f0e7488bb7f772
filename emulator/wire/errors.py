"""What a refusal looks like. Only here: the domain knows codes, statuses and words, not documents."""

from __future__ import annotations

from msgspec.json import encode

from emulator.domain.errors import ServiceError
from emulator.wire.contract import AZURE, XSI, escape


def error_document(error: ServiceError) -> bytes:
    """Return the `Error` document of compute, storage and networking."""
    inside = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    return f'<Error xmlns="{AZURE}" xmlns:i="{XSI}">{inside}</Error>'.encode("utf-8", "replace")


SHORT = {"ResourceNotFound": "NotFound", "ConflictError": "Conflict"}
"""Codes that are shorter in JSON."""


def error_object(error: ServiceError) -> bytes:
    """Return the refusal of a service that speaks JSON, as recorded of those beside the scheduler's jobs."""
    return encode({"code": SHORT.get(error.code, error.code), "message": error.message})
