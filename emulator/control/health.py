"""Asks the management API whether it answers, as a client would: a handshake, a request, an answer of the service.

No watcher sees that request and no fault befalls it: who polls it leaves nothing in a journal and uses up no rule.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from emulator.app import ManagementApp

SECONDS = 2.0
"""How long the management API may take for each step of its answer before it is not healthy."""

FORBIDDEN = 403
"""What it answers to who shows no certificate."""


class Health:
    """Stands before the application and its stalls, and knows its own connections by where they come from."""

    def __init__(self, app: ManagementApp, stalls: Callable[[str], float]) -> None:
        self.app = app
        self._stalls = stalls
        self._own: set[tuple[str, int]] = set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, unwatched if it is one of its own."""
        if self._own and (environ["REMOTE_ADDR"], int(environ["REMOTE_PORT"])) in self._own:
            return self.app.unwatched(environ, start_response)
        return self.app.wsgi_app(environ, start_response)

    def stall(self, client: tuple[str, int]) -> float:
        """Return for how many seconds a new connection is to hear nothing, 0 if it is served."""
        return 0.0 if client in self._own else self._stalls(client[0])

    def asked(self, host: str, port: int, name: str, ca_path: Path) -> bool:
        """Tell whether the API that listens there, on an address of this machine, answers under that name."""
        from http.client import HTTPException  # noqa: PLC0415 - start-up time

        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            return False
        for family, *_, address in found:
            try:
                if self._status(family, address, name, ca_path) == FORBIDDEN:
                    return True
            except (OSError, HTTPException):
                continue
        return False

    def _status(self, family: int, address: Any, name: str, ca_path: Path) -> int:
        from http.client import HTTPResponse  # noqa: PLC0415 - start-up time
        from ssl import create_default_context  # noqa: PLC0415

        with socket.socket(family) as plain:
            plain.settimeout(SECONDS)
            # To one of its own addresses a machine may connect from that address: so it is known where the connection
            # comes from before it is accepted.
            plain.bind((address[0], 0))
            own = plain.getsockname()[:2]
            self._own.add(own)
            try:
                plain.connect(address)
                with create_default_context(cafile=ca_path).wrap_socket(plain, server_hostname=name) as secure:
                    secure.sendall(b"GET / HTTP/1.1\r\nHost: management.core.windows.net\r\nConnection: close\r\n\r\n")
                    response = HTTPResponse(secure)
                    response.begin()
                    return response.status
            finally:
                self._own.discard(own)
