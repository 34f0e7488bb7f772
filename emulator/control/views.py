"""What the control API does beside time and journal: health, settings, metrics, identities, reset, quotas, timings."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs
from werkzeug.exceptions import BadRequest, ServiceUnavailable

from emulator.app import register
from emulator.catalog import Entries
from emulator.control.clock import LONGEST
from emulator.domain.refusals import ServiceError
from emulator.settings import OPTIONS
from emulator.version import VERSION

if TYPE_CHECKING:
    from emulator.catalog import Catalog, Quotas
    from emulator.control.routes import Served

NUMBERS = {"quotas": "a whole number", "timings": "seconds"}
"""What of a subscription's catalog can be set, and what the numbers are."""


class Health(Struct, frozen=True, kw_only=True):
    """That the management API is served, where, by which version, and how many subscriptions are in use."""

    status: str
    endpoint: str
    subscriptions: int
    version: str


class Done(Struct, frozen=True, kw_only=True):
    """That it is done: `status` says what."""

    status: str


class IdentityToAdd(Struct, frozen=True, kw_only=True):
    """A certificate (base64 of its DER) and the subscription that it is to open."""

    subscription: str
    certificate: str


class IdentityAdded(Struct, frozen=True, kw_only=True):
    """The subscription, and the thumbprint of the certificate that opens it from now on."""

    subscription: str
    thumbprint: str


def health(emulator: Served) -> Health:
    """Tell that the management API answers, and where; 503 where it does not."""
    if not emulator.answers():
        raise ServiceUnavailable(f"The management API does not answer at {emulator.endpoint}.")
    return Health(
        status="serving",
        endpoint=emulator.endpoint,
        subscriptions=len(emulator.world.subscriptions),
        version=VERSION,
    )


def openapi(_emulator: Served) -> dict[str, Any]:
    """Describe this API, as OpenAPI 3.1."""
    from emulator.control.openapi import document  # noqa: PLC0415 - start-up time
    from emulator.control.routes import ROUTES  # noqa: PLC0415 - the table names this function

    return document(ROUTES)


def settings(emulator: Served) -> dict[str, Any]:
    """Show the settings, as text where they are neither numbers nor switches; secrets are blanked."""
    return {option.name: option.shown(emulator.settings) for option in OPTIONS}


def metrics(emulator: Served) -> str:
    """Give counts and durations of requests, and what there is, as Prometheus reads them."""
    return emulator.metrics.text(emulator.world, emulator.connections)


def add_identity(emulator: Served, body: IdentityToAdd) -> IdentityAdded:
    """Let a certificate open a subscription."""
    try:
        der = base64.b64decode(body.certificate, validate=True)
        thumbprint = register(emulator.world, body.subscription, der)
    except (ValueError, ServiceError) as error:
        raise BadRequest(f"certificate: {error}") from None
    return IdentityAdded(subscription=body.subscription, thumbprint=thumbprint)


def reset(emulator: Served, subscription_id: str | None = None) -> Done:
    """Forget everything, or one subscription, its journal and its faults too."""
    emulator.world.reset(subscription_id)
    if subscription_id is None:
        emulator.world.pace = emulator.settings.clock
    emulator.journal.forget(subscription_id)
    emulator.faults.forget(subscription_id)
    return Done(status="reset")


def quotas(emulator: Served, subscription_id: str) -> Quotas:
    """Show what a subscription may have, by name."""
    return emulator.world.shown(subscription_id).catalog.quotas


def timings(emulator: Served, subscription_id: str) -> dict[str, float]:
    """Show how long things take in a subscription, in seconds by name."""
    return dict(emulator.world.shown(subscription_id).catalog.timings)


def set_quotas(emulator: Served, subscription_id: str, body: dict[str, Any]) -> Quotas:
    """Give a subscription quotas of its own, by name; all others are the catalog's again."""
    _set(emulator, subscription_id, "quotas", body)
    return quotas(emulator, subscription_id)


def set_timings(emulator: Served, subscription_id: str, body: dict[str, Any]) -> dict[str, float]:
    """Give a subscription timings of its own, in seconds by name; all others are the catalog's again."""
    _set(emulator, subscription_id, "timings", body)
    return timings(emulator, subscription_id)


def entries(emulator: Served, subscription_id: str) -> Entries:
    """Show the catalog entries that a subscription has beside the catalog's."""
    return emulator.world.shown(subscription_id).entries


def set_entries(emulator: Served, subscription_id: str, body: Entries) -> Entries:
    """Give a subscription locations, role sizes, systems and images of its own, and take away those it had."""
    with emulator.world.changing(subscription_id) as subscription:
        subscription.override(entries=body)
    return body


def _set(emulator: Served, subscription_id: str, of: str, asked: dict[str, Any]) -> None:
    world = emulator.world
    changes: dict[str, Any] = {of: _checked(asked, of, _numbers(world.catalog, of))}
    with world.changing(subscription_id) as subscription:
        subscription.override(**changes)


def _numbers(catalog: Catalog, of: str) -> dict[str, Any]:
    return structs.asdict(catalog.quotas) if of == "quotas" else dict(catalog.timings)


def _checked(asked: dict[str, Any], of: str, known: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked if its names are known and its values are numbers of the kind."""
    kinds = int if of == "quotas" else int | float
    for name, value in asked.items():
        if name not in known:
            raise BadRequest(f"{of}: {name!r} is none; there are {', '.join(known)}")
        if not isinstance(value, kinds) or isinstance(value, bool) or not 0 <= value <= LONGEST:
            raise BadRequest(f"{of}: {name} takes {NUMBERS[of]} from 0 to {LONGEST}, not {value!r}")
    return asked
