"""What a refusal is: a code, a status, words, and how we know them. The refusals are in errors.py and its parts.

The domain raises them; `emulator.wire.errors` alone knows what they look like on the wire. `{name}` in a message
is filled in where it is raised. `Evidence` says how much to believe:

SEEN        recorded answers of the service carry these very words
QUOTED      several independent third parties quote these words
DOCUMENTED  Microsoft's pages state the refusal, its code or its words
ASSUMED     somebody's guess, ours included; listed on the page of assumptions
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

TOLD = 1024
"""How much of a text that came with a request a refusal says again, in characters: names have no more."""


class Evidence(Enum):
    """How a claim about the service is known."""

    SEEN = "seen in recorded answers"
    QUOTED = "quoted by several third parties"
    DOCUMENTED = "documented"
    ASSUMED = "assumed"


SEEN, QUOTED, DOCUMENTED, ASSUMED = Evidence


class ServiceError(Exception):
    """A refusal: `refusal` is its kind, `message` its words with the names filled in. The world is unchanged.

    `values` are those names, and what else is known of why: `operation` is the id of the one that is in the way. Some
    services tell them apart from the words.
    """

    def __init__(self, refusal: Refusal, message: str, values: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.refusal, self.message, self.values = refusal, message, values or {}

    def worded(self, version: str) -> ServiceError:
        """Return the refusal in the words for callers of that version of the API, which may have other ones."""
        earlier = self.refusal.earlier
        if earlier is None or version >= earlier.until:
            return self
        return ServiceError(self.refusal, earlier.message.format(**self.values), self.values)

    @property
    def code(self) -> str:
        """The `Code` element, such as `ResourceNotFound`."""
        return self.refusal.code

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return self.refusal.status


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the service said instead to callers of a version before `until`. It uses the same values."""

    until: str
    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """One way in which the service says no. Call it with the values of its message to get what is raised.

    `extended_code` is the number that web sites give beside the code, where it is known. `earlier` is what older
    versions of the API were told.
    """

    code: str
    status: int
    message: str
    evidence: Evidence
    extended_code: str | None = None
    earlier: Earlier | None = None

    def __call__(self, **values: object) -> ServiceError:
        """Return what is raised, the values filled into the message; it may have more of them than the message."""
        told = {name: value[:TOLD] if isinstance(value, str) else value for name, value in values.items()}
        return ServiceError(self, self.message.format(**told) if told else self.message, told)


def bad(message: str, evidence: Evidence = ASSUMED, earlier: Earlier | None = None) -> Refusal:
    """Return a refusal of what was asked for, as most services give it."""
    return Refusal("BadRequest", 400, message, evidence, earlier=earlier)


def missing(message: str, evidence: Evidence = SEEN, earlier: Earlier | None = None) -> Refusal:
    """Return a refusal for want of what was named."""
    return Refusal("ResourceNotFound", 404, message, evidence, earlier=earlier)


def conflict(message: str, evidence: Evidence = ASSUMED) -> Refusal:
    """Return a refusal because of the state that something is in."""
    return Refusal("ConflictError", 409, message, evidence)
