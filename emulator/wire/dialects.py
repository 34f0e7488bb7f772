"""How the services below the API put things: the headers of their answers, and what their refusals look like.

The front end speaks `RDFE`. A row names another dialect where it only hands a request on to a service of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from emulator.domain.errors import ServiceError
from emulator.wire.contract import XML
from emulator.wire.errors import error_document, error_object
from emulator.wire.json_contract import JSON

Headers = tuple[tuple[str, str], ...]

COMMON: Headers = (
    ("Cache-Control", "no-cache"),
    ("Server", "1.0.6198.243 (rd_rdfe_stable.150618-1025) Microsoft-HTTPAPI/2.0"),
    ("x-ms-servedbyregion", "ussouth2"),
)
"""What the front end adds to every answer, beside `x-ms-request-id` and what describes the body."""


class Dialect(NamedTuple):
    """A service's way: `headers` stand on all its answers, `refusal` makes the body of its refusals."""

    headers: Headers = COMMON
    refusal: Callable[[ServiceError], bytes] = error_document
    refusal_type: str = XML


RDFE = Dialect()

_BEHIND: Headers = (
    *COMMON,
    ("Pragma", "no-cache"),
    ("Expires", "-1"),
    ("X-AspNet-Version", "4.0.30319"),
    ("X-Powered-By", "ASP.NET"),
)

SCHEDULER = Dialect(headers=_BEHIND)
"""The scheduler about a job collection, which it tells in XML."""

SCHEDULER_JOBS = Dialect(headers=_BEHIND, refusal=error_object, refusal_type=JSON)
"""The scheduler about jobs."""
