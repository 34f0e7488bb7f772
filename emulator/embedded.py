"""An emulator in this process: the application behind mutual TLS, the control API beside it, and their life."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec

from emulator.app import create_app, create_world, lane, register_all
from emulator.control import saver, token
from emulator.control.faults import Faults
from emulator.control.health import Health
from emulator.control.journal import Journal
from emulator.control.metrics import Metrics
from emulator.identity.authority import Authority
from emulator.server import Limits, Server
from emulator.server.tls import ServerCertificate
from emulator.settings import LOOPBACK_OF, Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from emulator.control.record import Recorder
    from emulator.domain.world import World
    from emulator.identity.authority import Identity
    from emulator.pipeline import Watcher


SNAPSHOT_LIMITS = Limits(body_bytes=1024 * 1024 * 1024)
"""What the control API may be sent: a snapshot is as long as the world is large."""


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
        self._saver: saver.Saver | None = None
        self._faults: Faults | None = None
        self._health: Health | None = None
        self._journal: Journal | None = None
        self._recorder: Recorder | None = None
        self._metrics = Metrics()
        self._control_token: str | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start to serve; returns when requests are answered.

        Raises OSError if a port is taken, AuthorityError for an unusable directory, SettingsError for a setting.
        """
        if self._server is not None:
            raise RuntimeError("the emulator is already running")
        settings = self.settings
        authority = Authority.temporary() if self._temporary else Authority.in_directory(settings.certs)
        try:
            self._world = create_world(settings)
            saver.load(self._world, settings)
            register_all(self._world, settings)
            keeper = saver.of(self._world, settings)
            self._authority = authority
            chain, key = _server_certificate(authority, settings)
            self._faults = Faults(self._world)
            app = create_app(self._world, authority, strict=settings.strict, watchers=self._watchers())
            self._health = Health(app, self._faults.stall)
            self._server = Server(
                self._health,
                host=settings.host,
                port=settings.port,
                certificate=ServerCertificate(chain, key),
                stalls=self._health.stall,
                lane=lane,
            )
            self._server.start()
            self._start_control()
            if not self._temporary:
                self.default_identity()
            if keeper is not None:
                keeper.start()
            self._saver = keeper  # last of all: one that could not start has nothing to save
        except BaseException:
            self.stop()
            authority.close()
            raise

    def _watchers(self) -> list[Watcher]:
        """Return who sees every request, in that order: first who may answer it in the service's place."""
        settings, wall = self.settings, self.world.wall
        self._journal, self._metrics = Journal(settings.journal, wall), Metrics()
        watchers: list[Watcher] = [self.faults]
        if settings.record is not None:
            from emulator.control.record import Recorder  # noqa: PLC0415 - start-up time

            self._recorder = Recorder(settings.record, wall)
            watchers.append(self._recorder)
        if settings.control_port is not None:
            watchers += [self._journal, self._metrics] if settings.journal else [self._metrics]
        return watchers

    def _start_control(self) -> None:
        if self.settings.control_port is None:
            return
        self._control_token = token.needed(self.settings, None if self._temporary else self.ca_path.parent)
        self._control = Server(
            _once_asked(self._control_app),
            host=self.settings.control_host,
            port=self.settings.control_port,
            certificate=None,
            threads=2,
            limits=SNAPSHOT_LIMITS,
        )
        self._control.start()

    def _control_app(self) -> WSGIApplication:
        from emulator.control.api import create_control_app  # noqa: PLC0415 - start-up time
        from emulator.portal.views import add_portal  # noqa: PLC0415

        app = create_control_app(self)
        add_portal(app, self)
        return app

    def stop(self) -> None:
        """Stop to serve, after the answers in flight, and save; stopping twice is no error.

        Raises OSError if the world is to be saved and cannot be.
        """
        for server in (self._server, self._control):
            if server is not None:
                server.stop()
        self._server = self._control = None
        if self._world is not None:
            self._world.blobs.close()
        if self._recorder is not None:
            self._recorder.close()
            self._recorder = None
        if self._authority is not None:
            self._authority.close()
            self._authority = None
        last, self._saver = self._saver, None
        if last is not None:
            last.close()

    @property
    def running(self) -> bool:
        """Whether requests are answered."""
        return self._server is not None

    def answers(self) -> bool:
        """Whether the management API answers a request that nobody else sees, at its own address, over TLS."""
        if self._server is None or self._health is None:
            return False
        settings = self.settings
        host = LOOPBACK_OF.get(settings.host, settings.host)
        return self._health.asked(host, self.port, settings.client_host.strip("[]"), self.ca_path)

    @property
    def world(self) -> World:
        """The world that is served; for tests that look behind the wire."""
        return _started(self._world)

    @property
    def faults(self) -> Faults:
        """What is broken on purpose in it."""
        return _started(self._faults)

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
        return f"{self.settings.client_host}:{self.port}"

    @property
    def endpoint(self) -> str:
        """The address of the management API, such as https://localhost:8443."""
        return f"https://{self.host}"

    @property
    def control_endpoint(self) -> str | None:
        """The address of the control API, or None where it is switched off."""
        return None if self._control is None else f"http://{self.settings.control_client_host}:{self._control.port}"

    @property
    def control_token(self) -> str | None:
        """What the control API wants to be shown, or None where it asks for nothing."""
        return self._control_token

    @property
    def journal(self) -> Journal:
        """What was asked and answered."""
        return _started(self._journal)

    @property
    def metrics(self) -> Metrics:
        """How much was asked, and how long it took."""
        return self._metrics

    @property
    def connections(self) -> int:
        """How many connections to the management API are open."""
        return _started(self._server).connections

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


def _once_asked(make: Callable[[], WSGIApplication]) -> WSGIApplication:
    """Return an application that is made when it is first called: its routes take as long as the rest of a start."""
    made: list[WSGIApplication] = []

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not made:
            made.append(make())
        return made[0](environ, start_response)

    return application


def _server_certificate(authority: Authority, settings: Settings) -> tuple[bytes, bytes]:
    try:
        return authority.server_certificate([*settings.hostname, settings.host])
    except ValueError as error:
        raise SettingsError(f"host, hostname: no name for a certificate: {error}") from None


T = TypeVar("T")


def _started(part: T | None) -> T:
    if part is None:
        raise RuntimeError("the emulator is not running")
    return part
