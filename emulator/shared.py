"""One emulator for several processes: it starts when the first of them asks where it is.

Whoever is to share it asks at a port of the loopback address, and is told in JSON. The answer holds no secret: the
keys lie in a directory that only this user can read. May not know who asks, nor why.
"""

from __future__ import annotations

import json
import socket
import tempfile
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

LOOPBACK = "127.0.0.1"
START_SECONDS = 60.0
"""How long a start may take, on a machine that is busy with much else."""


class NotSharedError(Exception):
    """Nobody shares an emulator there, or it cannot be started: the text says which."""


class Shared(NamedTuple):
    """Where a shared emulator is."""

    endpoint: str
    control_endpoint: str
    certs: Path
    """The directory of its certificates."""


class Reception:
    """Tells where the shared emulator is to whoever asks at `port`; the first one to ask has it started."""

    def __init__(self) -> None:
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._life = ExitStack()
        self._answer: bytes | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="asm-emulator-reception", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop the emulator, if it was started, and answer nobody any more."""
        self._closing = True
        # A thread that waits in accept() is not woken by close() on every system, and by a connection it is.
        socket.create_connection((LOOPBACK, self.port)).close()
        self._thread.join()
        self._listener.close()
        self._life.close()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                if self._closing:
                    return
                self._answer = self._answer or self._started()
                with suppress(OSError):  # whoever asked may be gone
                    connection.sendall(self._answer)

    def _started(self) -> bytes:
        from emulator.embedded import Emulator  # noqa: PLC0415 - only once somebody asks
        from emulator.settings import Settings  # noqa: PLC0415

        try:
            folder = self._life.enter_context(tempfile.TemporaryDirectory(prefix="asm-emulator-"))
            emulator = self._life.enter_context(Emulator(Settings(port=0, control_port=0, certs=Path(folder))))
        except Exception as error:  # noqa: BLE001 - whoever asked is to be told, whatever it is
            return json.dumps({"error": f"{type(error).__name__}: {error}"}).encode()
        return json.dumps([emulator.endpoint, emulator.control_endpoint, folder]).encode()


def ask(port: int) -> Shared:
    """Return where the emulator is that is shared at a port; raises NotSharedError."""
    try:
        with socket.create_connection((LOOPBACK, port), START_SECONDS) as connection, connection.makefile("rb") as said:
            answer = json.loads(said.read())
    except (OSError, ValueError) as error:
        raise NotSharedError(f"nobody shares an emulator at port {port}: {error}") from None
    if isinstance(answer, dict):
        raise NotSharedError(f"the shared emulator cannot be started: {answer['error']}")
    endpoint, control_endpoint, certs = answer
    return Shared(endpoint, control_endpoint, Path(certs))
