"""How the services below the API put things: the headers of their answers, and what their refusals look like.

The front end speaks `RDFE`. A row names another dialect where it only hands a request on to a service of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from emulator.domain.refusals import ServiceError
from emulator.wire.errors import error_document
from emulator.wire.pages import page_document
from emulator.wire.terms import XML

Headers = tuple[tuple[str, str], ...]

COMMON: Headers = (
    ("Cache-Control", "no-cache"),
    ("Server", "1.0.6198.243 (rd_rdfe_stable.150618-1025) Microsoft-HTTPAPI/2.0"),
    ("x-ms-servedbyregion", "ussouth2"),
)
"""What the front end adds to every answer, beside `x-ms-request-id` and what describes the body."""


class Dialect(NamedTuple):
    """A service's way: `headers` stand on all its answers, `refusal` makes the body of its refusals.

    The refusals of a service that is `bare` come with nothing but what describes their body: not even a request id.
    One that `echoes` answers in XML under the media type that the request's body was sent as.
    """

    headers: Headers = COMMON
    refusal: Callable[[ServiceError], bytes] = error_document
    refusal_type: str = XML
    bare: bool = False
    echoes: bool = False


RDFE = Dialect()
PAGES = Dialect(refusal=page_document, bare=True)
"""How networking says that an address leads nowhere."""
