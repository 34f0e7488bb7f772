"""How web sites put things: the headers of their answers, and refusals that tell their words also as a template."""

from __future__ import annotations

from emulator.domain.refusals import ServiceError
from emulator.wire.dialects import COMMON, Dialect
from emulator.wire.terms import ARRAYS, AZURE, XSI
from emulator.wire.values import escape


def _refusal(error: ServiceError) -> bytes:
    """Return the `Error` document: the words also as a template, with what was filled into it."""
    numbers = {name: f"{{{number}}}" for number, name in enumerate(error.values)}
    template = error.refusal.message.format(**numbers) if numbers else error.message
    filled = "".join(f"<a:string>{escape(str(value))}</a:string>" for value in error.values.values())
    code = error.refusal.extended_code
    inside = (
        f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        + (f"<ExtendedCode>{code}</ExtendedCode>" if code else '<ExtendedCode i:nil="true"/>')
        + f"<MessageTemplate>{escape(template)}</MessageTemplate>"
        + (f'<Parameters xmlns:a="{ARRAYS}">{filled}</Parameters>' if filled else f'<Parameters xmlns:a="{ARRAYS}"/>')
        + '<InnerErrors i:nil="true"/>'
    )
    return f'<Error xmlns="{AZURE}" xmlns:i="{XSI}">{inside}</Error>'.encode("utf-8", "replace")


WEB_SITES = Dialect(
    headers=(
        ("Cache-Control", "private"),
        *COMMON[1:],
        ("x-aspnet-version", "4.0.30319"),
        ("x-powered-by", "ASP.NET"),
    ),
    refusal=_refusal,
    bare=True,
    echoes=True,
)
