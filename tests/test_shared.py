"""One emulator for several processes: started for the first who asks, told to all, ended with its reception."""

from __future__ import annotations

import socket
import threading
from urllib.parse import urlsplit

import pytest

from emulator import running, shared
from emulator.embedded import Emulator
from emulator.shared import NotSharedError, Reception


@pytest.fixture
def reception():
    one = Reception()
    yield one
    one.close()


def test_all_who_ask_are_told_of_one_emulator_which_ends_with_the_reception():
    reception = Reception()
    try:
        asked = [shared.ask(reception.port) for _ in range(3)]
        assert len(set(asked)) == 1
        assert running.ask(asked[0].control_endpoint, "GET", "/health")["endpoint"] == asked[0].endpoint
        assert (asked[0].certs / "ca.pem").exists()
    finally:
        reception.close()
    assert not asked[0].certs.exists()
    with socket.socket() as one:
        assert one.connect_ex(("127.0.0.1", urlsplit(asked[0].endpoint).port)) != 0
    with pytest.raises(NotSharedError, match=f"nobody shares an emulator at port {reception.port}"):
        shared.ask(reception.port)
    assert "asm-emulator-reception" not in [one.name for one in threading.enumerate()]


def test_nothing_is_started_for_nobody(monkeypatch):
    started = []
    monkeypatch.setattr(Emulator, "start", started.append)
    Reception().close()
    assert started == []


def test_who_asks_for_what_cannot_be_started_is_told_why(monkeypatch, reception):
    def start(_emulator):
        raise OSError("no more sockets")

    monkeypatch.setattr(Emulator, "start", start)
    for _ in range(2):
        with pytest.raises(NotSharedError, match="cannot be started: OSError: no more sockets"):
            shared.ask(reception.port)


def test_what_answers_otherwise_is_no_reception():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def hang_up():
            listener.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(NotSharedError, match="nobody shares an emulator"):
            shared.ask(listener.getsockname()[1])
        thread.join()


def test_who_goes_away_at_once_disturbs_nobody(reception):
    with socket.create_connection(("127.0.0.1", reception.port)) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset instead of an end
    assert shared.ask(reception.port).endpoint.startswith("https://localhost:")
