"""The token: who needs one, where it lies, and that without it nothing but health is told."""

from __future__ import annotations

import pytest
import requests

from emulator import running
from emulator.control.routes import PARAMETER, ROUTES
from emulator.control.token import is_loopback, needed
from emulator.embedded import Emulator
from emulator.settings import Settings


@pytest.fixture(scope="module")
def emulator():
    with Emulator(control_token="a-token") as one:
        yield one


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_without_it_only_health_is_told(emulator, route):
    url = emulator.control_endpoint + PARAMETER.sub("some", route.path)
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "a-token"}):
        answer = requests.request(route.method, url, headers=headers, json={}, timeout=5)
        if route.path == "/health":
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.headers["WWW-Authenticate"].split(", ")[0]) == (401, "Bearer")
            assert "control.token" in answer.json()["error"]


def test_with_it_everything_is_told_but_the_token(emulator):
    answer = running.ask(emulator.control_endpoint, "GET", "/settings", token="a-token")
    assert answer["control-token"] == "***"
    assert "a-token" not in str(answer)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_on_the_loopback_address_none_is_needed(tmp_path, host):
    assert needed(Settings(control_host=host), tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "some.host", "127.evil.example"])
def test_elsewhere_one_is_made_that_only_the_owner_can_read_and_that_stays(tmp_path, host):
    assert not is_loopback(host)
    settings = Settings(control_host=host, certs=tmp_path)
    token = needed(settings, tmp_path)
    path = tmp_path / "control.token"
    assert (len(token) > 40, path.stat().st_mode & 0o777) == (True, 0o600)
    assert needed(settings, tmp_path) == token == running.token(settings)
    assert needed(settings, None) not in (None, token)


def test_one_that_is_given_is_kept_where_commands_find_it(tmp_path):
    assert needed(Settings(control_token="given"), tmp_path) == "given"
    assert running.token(Settings(certs=tmp_path)) == "given"
    assert running.token(Settings(certs=tmp_path, control_token="other")) == "other"
    assert running.token(Settings(certs=tmp_path / "none")) is None


def test_an_emulator_that_others_can_reach_has_one(tmp_path):
    with Emulator(Settings(port=0, control_port=0, control_host="0.0.0.0", certs=tmp_path)) as emulator:
        assert emulator.control_token == (tmp_path / "control.token").read_text().strip()
        with pytest.raises(running.NotServingError, match="needs its token"):
            running.ask(emulator.control_endpoint, "GET", "/settings")
        assert running.ask(emulator.control_endpoint, "POST", "/reset", token=emulator.control_token)
