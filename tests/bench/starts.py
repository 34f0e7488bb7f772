"""How long it takes to start: the command until it answers, the import, and an emulator in a process."""

from __future__ import annotations

import contextlib
import socket
import ssl
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from emulator import Emulator
from tests.bench.requests import get_service

GIVE_UP_SECONDS = 30.0
POLL_SECONDS = 0.002
TIMED_IMPORT = "import time; t = time.perf_counter(); import emulator; print(time.perf_counter() - t)"


def time_import() -> float:
    """Return the seconds that `import emulator` takes in a new interpreter."""
    command = [sys.executable, "-c", TIMED_IMPORT]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


@contextlib.contextmanager
def serving(certs: Path, pem: Path) -> Iterator[tuple[int, float]]:
    """Run `asm-emulator serve` and give its process id and the seconds from its start to its first answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--port", str(port), "--control-port", "0", "--certs", str(certs), "--log-level", "error"]
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "emulator", "serve", *options], stdout=subprocess.DEVNULL) as process:
        try:
            _await_answer(port, pem, started)
            yield process.pid, time.perf_counter() - started
        finally:
            process.terminate()


def _await_answer(port: int, pem: Path, started: float) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(pem)
    while True:
        try:
            with context.wrap_socket(socket.create_connection(("127.0.0.1", port), GIVE_UP_SECONDS)) as client:
                client.sendall(get_service())
                client.recv(1)
                return
        except ConnectionRefusedError:
            if time.perf_counter() - started > GIVE_UP_SECONDS:
                raise
            time.sleep(POLL_SECONDS)


def measure_emulators(hear: Callable[[], Any], say: Callable[[Any], None], times: int) -> None:
    """Say the median seconds of `Emulator().start()`, and how many threads and descriptors so many have left."""
    _start_and_stop()  # whatever is imported late, or kept once for all, is there now
    threads, descriptors = threading.active_count(), _descriptors()
    seconds = statistics.median(_start_and_stop() for _ in range(times))
    say((seconds, threading.active_count() - threads + _descriptors() - descriptors))
    hear()


def _start_and_stop() -> float:
    emulator = Emulator()
    started = time.perf_counter()
    emulator.start()
    seconds = time.perf_counter() - started
    emulator.stop()
    return seconds


def _descriptors() -> int:
    """Return how many files and sockets this process has open, where the system tells."""
    places = [place for place in (Path("/proc/self/fd"), Path("/dev/fd")) if place.is_dir()]
    return len(list(places[0].iterdir())) if places else 0
