"""What a refusal looks like. Only here: the domain knows codes, statuses and words, not documents."""

from __future__ import annotations

from msgspec.json import encode

from emulator.domain.errors import ServiceError
from emulator.wire.contract import ARRAYS, AZURE, XSI, escape


def error_document(error: ServiceError) -> bytes:
    """Return the `Error` document of compute, storage and networking."""
    inside = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    return f'<Error xmlns="{AZURE}" xmlns:i="{XSI}">{inside}</Error>'.encode("utf-8", "replace")


def extended_error_document(error: ServiceError) -> bytes:
    """Return the `Error` document of web sites: the words also as a template, with what was filled into it."""
    names = iter(range(len(error.values)))
    template = error.refusal.message.format(**{name: f"{{{next(names)}}}" for name in error.values})
    code, filled = (
        error.refusal.extended_code,
        "".join(f"<a:string>{escape(str(v))}</a:string>" for v in error.values.values()),
    )
    inside = (
        f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        + (f"<ExtendedCode>{code}</ExtendedCode>" if code else '<ExtendedCode i:nil="true"/>')
        + f"<MessageTemplate>{escape(template)}</MessageTemplate>"
        + (f'<Parameters xmlns:a="{ARRAYS}">{filled}</Parameters>' if filled else f'<Parameters xmlns:a="{ARRAYS}"/>')
        + '<InnerErrors i:nil="true"/>'
    )
    return f'<Error xmlns="{AZURE}" xmlns:i="{XSI}">{inside}</Error>'.encode("utf-8", "replace")


def error_object(error: ServiceError) -> bytes:
    """Return the refusal of a service that speaks JSON, as recorded of those beside the scheduler's jobs."""
    return encode({"code": error.code, "message": error.message})
