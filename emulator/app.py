"""The one place that wires everything: catalog, world, identity, rows and pipeline, into a Flask app."""

from __future__ import annotations

import base64
import logging
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask

from emulator.blobs.listed import DEVELOPMENT
from emulator.catalog import load_catalog
from emulator.domain import errors, management_certificates, operations
from emulator.domain.blob_names import Endpoint
from emulator.domain.blobs import Blobs, Registry
from emulator.domain.handlers import HANDLERS
from emulator.domain.refusals import ServiceError
from emulator.domain.world import World
from emulator.domain.x509 import thumbprint_of
from emulator.identity.authentication import Authentication
from emulator.pipeline import MAX_BODY, SUBSCRIPTION, Pipeline, Request
from emulator.settings import REGISTRY, Settings, SettingsError
from emulator.surface import rows
from emulator.surface.operation import Surface

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import BinaryIO
    from wsgiref.types import StartResponse, WSGIEnvironment

    from emulator.domain.definition import PackageDefinition
    from emulator.domain.outside import Outside
    from emulator.identity.authority import Authority
    from emulator.pipeline import Answer, Watcher

log = logging.getLogger("emulator.requests")

CERTIFICATE = "asm.client_certificate"
RAW_PATH = "asm.raw_path"
MISHAP = "asm.mishap"

_STATUS_LINES = {status.value: f"{status} {status.phrase}" for status in HTTPStatus}


class ManagementApp(Flask):
    """A Flask app whose every request goes through the pipeline: its rows are the routes.

    So the router, sessions and hooks of Flask have no part in a request, nor need they be paid for: they would cost
    more than all that is done here.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        super().__init__("emulator", static_folder=None)
        self.pipeline = pipeline

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer whatever was asked, by whatever method."""
        answer = self.pipeline.answer(_request(environ))
        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s %s %d", environ["REQUEST_METHOD"], environ.get("REQUEST_URI"), answer.status)
        if answer.mishap is not None:
            environ[MISHAP] = answer.mishap
        return _sent(answer, start_response)

    def unwatched(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request as if it had never been made, which MUST be one that is refused."""
        return _sent(self.pipeline.unwatched(_request(environ)), start_response)


def _sent(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    start_response(_STATUS_LINES.get(answer.status) or f"{answer.status} Unknown", answer.headers)
    return [answer.body]


def _request(environ: WSGIEnvironment) -> Request:
    given = environ.get
    return Request(
        environ["REQUEST_METHOD"],
        given(RAW_PATH) or quote(environ["PATH_INFO"], encoding="latin-1"),
        given("QUERY_STRING", ""),
        given("HTTP_X_MS_VERSION"),
        given(CERTIFICATE),
        given("REMOTE_ADDR", ""),
        lambda: environ["wsgi.input"].read(MAX_BODY + 1),
        given("CONTENT_TYPE") or "",
        given("HTTP_ACCEPT", ""),
        given("HTTP_IF_MATCH", ""),
    )


def lane(environ: WSGIEnvironment) -> str:
    """Return the subscription that a request is about: those of one wait for each other, for its lock."""
    path: str = environ.get(RAW_PATH) or environ["PATH_INFO"]
    return path.lstrip("/").partition("/")[0].lower()


def create_world(settings: Settings) -> World:
    """Return a new world as the settings have it, with nobody and nothing in it."""
    return World(
        load_catalog(),
        HANDLERS,
        seed=settings.seed,
        pace=settings.clock,
        dns_names="global" if settings.dns_names == "global" else "subscription",
        services=settings.services,
        outside=_caller(settings),
        blobs=_blobs(settings),
        packages="verify" if settings.packages == "verify" else "trust",
        package_reader=_read_package,
    )


def register_all(world: World, settings: Settings) -> None:
    """Register the certificates of the settings that are not registered yet; raise SettingsError."""
    for identity in settings.identities:
        der = read_certificate(identity.certificate)
        known = world.subscriptions.get(identity.subscription.lower())
        if known is not None and thumbprint_of(der) in known.management_certificates:
            continue
        try:
            register(world, identity.subscription, der)
        except ServiceError as error:
            raise SettingsError(f"{identity.certificate}: {error}") from None


def _blobs(settings: Settings) -> Blobs:
    endpoint = Endpoint(settings.blob_endpoint)
    if settings.blobs == REGISTRY:
        return Registry(endpoint)
    if "://" in str(settings.blobs):
        return _azurite(settings, endpoint)
    directory = Path(settings.blobs)
    if directory.exists() and not directory.is_dir():
        raise SettingsError(f"blobs: {directory} is no directory")
    from emulator.blobs.directory import Directory  # noqa: PLC0415 - most never need it

    return Directory(directory, endpoint)


def _azurite(settings: Settings, endpoint: Endpoint) -> Blobs:
    try:
        from emulator.blobs.azurite import Azurite  # noqa: PLC0415 - an extra, and most never need it
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("azure"):
            raise
        why = f"{settings.blobs} needs azure-storage-blob ({error}): pip install 'azure-asm-emulator[azurite]'"
        raise SettingsError(f"blobs: {why}") from None
    return Azurite(str(settings.blobs), endpoint, settings.azurite_accounts or DEVELOPMENT, settings.seed)


def _read_package(file: BinaryIO) -> PackageDefinition:
    from emulator.wire.packages import read_package  # noqa: PLC0415 - most never open one

    return read_package(file)


def _caller(settings: Settings) -> Outside | None:
    if not settings.outside_calls:
        return None
    from emulator.server.outside import Caller  # noqa: PLC0415 - few make calls, and all start

    return Caller(settings.outside_calls)


def register(world: World, subscription_id: str, der: bytes) -> str:
    """Let a certificate (DER) open a subscription, as the portal's upload did; return its thumbprint."""
    if SUBSCRIPTION.fullmatch(subscription_id) is None:
        raise errors.BAD_PARAMETER(why=f"{subscription_id!r} can be no subscription id.")
    with world.changing(subscription_id) as subscription:
        operation = operations.begin(subscription, "AddManagementCertificate")
        added = management_certificates.add(
            subscription, operation, management_certificates.AddManagementCertificate(data=der)
        )
    return added.thumbprint


def read_certificate(path: Path) -> bytes:
    """Return the DER of a certificate file, which may be DER (.cer) or PEM; raise SettingsError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    if b"-----BEGIN CERTIFICATE-----" not in data:
        return data
    body = data.split(b"-----BEGIN CERTIFICATE-----", 1)[1].split(b"-----END", 1)[0]
    try:
        return base64.b64decode(body)
    except ValueError:
        raise SettingsError(f"{path}: is no certificate") from None


def create_app(
    world: World, authority: Authority, *, strict: bool = False, watchers: Sequence[Watcher] = ()
) -> ManagementApp:
    """Return the WSGI application of the management API for a world; `watchers` see every call."""
    authentication = Authentication(world, authority.issued, strict=strict)
    return ManagementApp(Pipeline(world, _surface(frozenset(world.services)), authentication, watchers))


@lru_cache(maxsize=4)
def _surface(services: frozenset[str]) -> Surface:
    """Return the rows of these services, ready to be searched: a value that emulators of one process may share."""
    return Surface(rows(services))
