"""What a refusal looks like. Only here: the domain knows codes, statuses and words, not documents."""

from __future__ import annotations

from emulator.domain.refusals import ServiceError
from emulator.wire.terms import AZURE, SERIALIZATION, XSI
from emulator.wire.values import escape


def error_document(error: ServiceError) -> bytes:
    """Return the `Error` document of compute, storage and networking."""
    inside = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    return f'<Error xmlns="{AZURE}" xmlns:i="{XSI}">{inside}</Error>'.encode("utf-8", "replace")


def string_document(error: ServiceError) -> bytes:
    """Return the bare `string` of services that only let it be known that they refuse."""
    return f'<string xmlns="{SERIALIZATION}">{escape(error.message)}</string>'.encode("utf-8", "replace")
