"""The one place that wires everything: catalog, world, identity, rows and pipeline, a Flask app, and the servers.

`create_app` makes the WSGI application; `Emulator` runs it in this process behind mutual TLS.
"""

from __future__ import annotations

import base64
import uuid
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec
from flask import Flask, Response, request

from emulator.catalog import load_catalog
from emulator.domain import management_certificates, operations
from emulator.domain.handlers import HANDLERS
from emulator.domain.world import World
from emulator.identity.authentication import Authentication
from emulator.identity.authority import Authority
from emulator.pipeline import MAX_BODY, Answer, Pipeline, Request
from emulator.server import Server
from emulator.server.tls import ServerCertificate
from emulator.settings import Settings, SettingsError
from emulator.surface import rows
from emulator.surface.operation import Surface

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from werkzeug.wrappers import Response as BaseResponse

    from emulator.identity.authority import Identity

CERTIFICATE = "asm.client_certificate"
RAW_PATH = "asm.raw_path"


class ManagementApp(Flask):
    """A Flask app whose every request goes through the pipeline: its rows are the routes."""

    def __init__(self, pipeline: Pipeline) -> None:
        super().__init__("emulator", static_folder=None)
        self.pipeline = pipeline

    def dispatch_request(self) -> BaseResponse:
        """Answer whatever was asked, by whatever method."""
        environ = request.environ
        answer = self.pipeline.answer(
            Request(
                method=request.method,
                path=environ.get(RAW_PATH) or request.path,
                query=environ.get("QUERY_STRING", ""),
                version=environ.get("HTTP_X_MS_VERSION"),
                certificate=environ.get(CERTIFICATE),
                client_ip=environ.get("REMOTE_ADDR", ""),
                body=_body,
            )
        )
        return _response(answer)


def _body() -> bytes:
    return request.environ["wsgi.input"].read(MAX_BODY + 1) if _has_body() else b""


def _has_body() -> bool:
    return request.content_length != 0


def _response(answer: Answer) -> BaseResponse:
    return Response(answer.body, answer.status, answer.headers)


def create_world(settings: Settings) -> World:
    """Return a new world as the settings have it, with the certificates that open subscriptions from the start."""
    world = World(
        load_catalog(),
        HANDLERS,
        seed=settings.seed,
        pace=settings.clock,
        dns_names="global" if settings.dns_names == "global" else "subscription",
    )
    for identity in settings.identities:
        register(world, identity.subscription, read_certificate(identity.certificate))
    return world


def register(world: World, subscription_id: str, der: bytes) -> str:
    """Let a certificate (DER) open a subscription, as the portal's upload did; return its thumbprint."""
    subscription = world.subscription(subscription_id)
    with world.lock_of(subscription):
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


def create_app(world: World, authority: Authority, *, strict: bool = False) -> ManagementApp:
    """Return the WSGI application of the management API for a world."""
    authentication = Authentication(world, authority.issued, strict=strict)
    return ManagementApp(Pipeline(world, Surface(rows()), authentication))


class Emulator:
    """An emulator in this process. Use it as a context manager, or call `start` and `stop`.

    With no settings it listens on free ports, keeps everything in memory and leaves nothing behind::

        with Emulator() as e:
            sms = e.identity().sdk(ServiceManagementService)
    """

    def __init__(self, settings: Settings | None = None, **changes: object) -> None:
        self._temporary = settings is None
        base = settings or Settings(port=0, control_port=0)
        self.settings: Settings = msgspec.structs.replace(base, **changes)
        self._server: Server | None = None
        self._control: Server | None = None
        self._authority: Authority | None = None
        self._world: World | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start to serve; returns when requests are answered. Raises OSError if a port is taken."""
        if self._server is not None:
            raise RuntimeError("the emulator is already running")
        settings = self.settings
        authority = Authority.temporary() if self._temporary else Authority.in_directory(settings.certs)
        try:
            self._world = create_world(settings)
            self._authority = authority
            chain, key = authority.server_certificate([*settings.hostname, settings.host])
            application = create_app(self._world, authority, strict=settings.strict)
            self._server = Server(
                application, host=settings.host, port=settings.port, certificate=ServerCertificate(chain, key)
            )
            self._server.start()
            self._start_control()
            if not self._temporary:
                self.default_identity()
        except BaseException:
            self.stop()
            authority.close()
            raise

    def _start_control(self) -> None:
        if self.settings.control_port is None:
            return
        from emulator.control.api import create_control_app  # noqa: PLC0415 - control stands above this layer

        self._control = Server(
            create_control_app(self), host="127.0.0.1", port=self.settings.control_port, certificate=None, threads=2
        )
        self._control.start()

    def stop(self) -> None:
        """Stop to serve, after the answers in flight; stopping twice is no error."""
        for server in (self._server, self._control):
            if server is not None:
                server.stop()
        self._server = self._control = None
        if self._authority is not None:
            self._authority.close()
            self._authority = None

    @property
    def running(self) -> bool:
        """Whether requests are answered."""
        return self._server is not None

    @property
    def world(self) -> World:
        """The world that is served; for tests that look behind the wire."""
        return _started(self._world)

    @property
    def authority(self) -> Authority:
        """The certificate authority that issues identities."""
        return _started(self._authority)

    @property
    def port(self) -> int:
        """The port of the management API."""
        return _started(self._server).port

    @property
    def host(self) -> str:
        """What the SDK takes as `host`: name and port."""
        return f"localhost:{self.port}"

    @property
    def endpoint(self) -> str:
        """The address of the management API, such as https://localhost:8443."""
        return f"https://{self.host}"

    @property
    def control_endpoint(self) -> str | None:
        """The address of the control API, or None where it is switched off."""
        return None if self._control is None else f"http://127.0.0.1:{self._control.port}"

    @property
    def ca_path(self) -> Path:
        """The certificate (PEM) that a client must trust."""
        return self.authority.ca_path

    def default_identity(self) -> Identity:
        """Return the identity whose files lie in the directory of certificates (client.pem and its like)."""
        return self.authority.default_identity(endpoint=self.endpoint)

    def identity(self, subscription_id: str | None = None) -> Identity:
        """Return a client identity for a subscription, by default for a new one of its own."""
        return self.authority.identity(subscription_id or str(uuid.uuid4()), endpoint=self.endpoint)


T = TypeVar("T")


def _started(part: T | None) -> T:
    if part is None:
        raise RuntimeError("the emulator is not running")
    return part
