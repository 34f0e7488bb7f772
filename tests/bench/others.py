"""Other emulators, where they are installed: started on free ports, with nothing in them, in plain HTTP."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.bench.processes import SERVER_CORE, pin
from tests.bench.requests import list_buckets, list_containers

START_SECONDS = 60.0
POLL_SECONDS = 0.05


class Other(NamedTuple):
    """An emulator of something else: its name, its program and the options, and what it is asked."""

    name: str
    program: str
    options: Callable[[int, str], list[str]]
    request: Callable[[], bytes]
    keeps_alive: bool


OTHERS = (
    Other(
        "moto_server, list buckets",
        "moto_server",
        lambda port, _: ["--host", "127.0.0.1", "--port", str(port)],
        list_buckets,
        keeps_alive=False,
    ),
    Other(
        "Azurite, list containers",
        "azurite-blob",
        lambda port, scratch: ["--blobPort", str(port), "--location", scratch, "--silent", "--skipApiVersionCheck"],
        list_containers,
        keeps_alive=True,
    ),
)
"""moto_server closes a connection after each answer."""


@contextlib.contextmanager
def running(other: Other) -> Iterator[int | None]:
    """Start it on the core of the servers and give its port; None where it is not installed."""
    program = shutil.which(other.program)
    if program is None:
        yield None
        return
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as scratch:
        command = [program, *other.options(port, scratch)]
        with subprocess.Popen(command, cwd=scratch, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as process:
            pin(SERVER_CORE, process.pid)
            try:
                _await(port)
                yield port
            finally:
                process.terminate()


def _await(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return
