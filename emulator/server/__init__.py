"""HTTP/1.1 over TLS or in the clear, for one WSGI application: sockets, timeouts, threads.

Knows nothing of the service that the application stands for. OpenSSL is loaded only for a server with a certificate.
"""

from __future__ import annotations

import os
import socket
import sys
from functools import partial
from typing import TYPE_CHECKING, Self

from emulator.server.connection import Site
from emulator.server.limits import Limits
from emulator.server.loop import Loop

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from OpenSSL import SSL

    from emulator.server.tls import ServerCertificate

__all__ = ["CannotListenError", "Limits", "Server"]

BACKLOG = 1024


class CannotListenError(OSError):
    """The address cannot be bound: the port is taken, or the host is not one of this machine's."""


class Server:
    """Serves `app` on one port; a context manager that starts and stops it."""

    def __init__(
        self,
        app: WSGIApplication,
        *,
        host: str,
        port: int,
        certificate: ServerCertificate | None,
        threads: int = 10,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        stalls: Callable[[tuple[str, int]], float] | None = None,
        lane: Callable[[WSGIEnvironment], object] | None = None,
    ) -> None:
        """Without a certificate it speaks plain HTTP. `threads` is how many calls of `app` may run at a time.

        `stalls` is asked of every new connection, by the client's address and port: for how many seconds it is to hear
        nothing before it is closed, 0 where it is served.

        `lane` is asked of a request's environ: requests of one lane, which wait for each other in `app`, have no more
        than half of the threads, so that others are served beside any number of them.

        The environ has, beside what WSGI asks for, `asm.client_certificate` (DER, or None) and `asm.raw_path` (the
        path as it was sent, before percent-decoding). `app` must give its whole body: it is gathered before it is
        sent. It may put a Mishap (see mishaps.py) at `asm.mishap`: what befalls the connection then. Raises what
        `make_context` raises for a certificate that is none.
        """
        self.host = host
        self.port = port
        """0 asks for any free port; the real one once started."""
        self._app = app
        self._tls_context = _tls_context(certificate)
        self._threads = threads
        self._limits = limits
        self._stalls = stalls
        self._lane = lane
        self._loop: Loop | None = None

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return 0 if self._loop is None else self._loop.connections

    def start(self) -> None:
        """Bind the port and serve; returns when connections are accepted. Raises CannotListenError."""
        if self._loop is not None and not self._loop.ended:
            raise RuntimeError("this server is running")
        listener = _listen(self.host, self.port)
        self.port = listener.getsockname()[1]
        self._loop = Loop(listener, self._site(), threads=self._threads)
        self._loop.start()

    def stop(self) -> None:
        """Finish the answers in flight, close every socket, end every thread. Does nothing if it is not running."""
        if self._loop is not None:
            self._loop.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _site(self) -> Site:
        secure = None
        if self._tls_context is not None:
            from emulator.server.tls import TLSTransport  # noqa: PLC0415 - start-up time

            secure = partial(TLSTransport, context=self._tls_context)
        return Site(
            app=self._app,
            limits=self._limits,
            environ=self._base_environ(),
            secure=secure,
            stalls=self._stalls,
            lane=self._lane,
        )

    def _base_environ(self) -> dict[str, object]:
        secure = self._tls_context is not None
        return {
            "SCRIPT_NAME": "",
            "SERVER_NAME": self.host,
            "SERVER_PORT": str(self.port),
            "asm.client_certificate": None,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https" if secure else "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
        }


def _tls_context(certificate: ServerCertificate | None) -> SSL.Context | None:
    if certificate is None:
        return None
    from emulator.server.tls import make_context  # noqa: PLC0415 - start-up time

    return make_context(certificate)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        raise CannotListenError(f"cannot listen on {host} port {port}: {_reason(error)}") from error
    listener.setblocking(False)
    return listener


def _reason(error: OSError | OverflowError) -> str:
    if isinstance(error, socket.gaierror) or not isinstance(error, OSError) or error.errno is None:
        return str(getattr(error, "strerror", None) or error)
    return os.strerror(error.errno)
