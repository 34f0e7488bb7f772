"""Finding an emulator that runs in another process, by the file that it leaves beside its certificates."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from emulator import running
from emulator.running import Address, NotServingError
from emulator.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(certs=tmp_path)


@pytest.fixture
def here(emulated):
    return Address(emulated.endpoint, emulated.control_endpoint)


FIXED = Address("https://localhost:8443", "http://127.0.0.1:8444")


def test_what_is_announced_is_found_until_it_is_over(settings, here):
    with running.announced(settings.certs, here):
        assert running.find(settings, {}) == here
    assert running.find(settings, {}) == FIXED


def test_it_is_over_also_when_an_error_ends_it(settings, here):
    with pytest.raises(ZeroDivisionError), running.announced(settings.certs, here):
        raise ZeroDivisionError
    assert list(settings.certs.iterdir()) == []


def test_one_that_was_killed_is_not_taken_for_running(settings, free_port):
    with running.announced(settings.certs, Address(f"https://localhost:{free_port}", None)):
        assert running.find(settings, {}) == FIXED


@pytest.mark.parametrize("text", ["", "[]", "{", '{"endpoint": "https://localhost:1"}'])
def test_a_damaged_file_is_nobody(settings, text):
    (settings.certs / "endpoint.json").write_text(text)
    assert running.find(settings, {}) == FIXED


def test_whoever_ends_leaves_the_file_of_another_alone(settings, here):
    with running.announced(settings.certs, FIXED):
        (settings.certs / "endpoint.json").write_text("another's")
    assert (settings.certs / "endpoint.json").read_text() == "another's"


def test_a_directory_that_went_away_is_no_error_at_the_end(settings, here):
    with running.announced(settings.certs, here):
        (settings.certs / "endpoint.json").unlink()


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        ({"port": None, "control_port": None}, True),
        ({"port": "0", "control_port": "0"}, True),
        ({"port": "same", "control_port": "same"}, True),
        ({"port": "9443"}, False),
        ({"control_port": "9444"}, False),
        ({"control_port": "none"}, False),
    ],
)
def test_the_one_that_runs_is_meant_unless_flags_name_other_ports(settings, emulated, here, flags, found):
    known = {"port": emulated.port, "control_port": int(here.control_endpoint.rpartition(":")[2])}
    numbers = {"none": None, "0": 0, "9443": 9443, "9444": 9444}
    asked = {name: known[name] if said == "same" else numbers[said] for name, said in flags.items() if said is not None}
    one = Settings(certs=settings.certs, **asked)
    with running.announced(settings.certs, here):
        assert (running.find(one, flags) == here) is found


def test_where_the_control_api_is_off_there_is_no_address_of_it(tmp_path):
    assert running.find(Settings(certs=tmp_path, control_port=None), {}).control_endpoint is None


@pytest.mark.parametrize("port", ["port", "control_port"])
def test_a_free_port_is_known_only_of_a_running_one(tmp_path, port):
    with pytest.raises(NotServingError, match="known only once it does"):
        running.find(Settings(certs=tmp_path, **{port: 0}), {})


def test_one_that_serves_passes_the_check_by_either_way(here, emulated):
    running.check(here, emulated.ca_path)
    running.check(here._replace(control_endpoint=None), emulated.ca_path)


def test_a_refusal_of_the_control_api_is_told_in_its_own_words(here):
    with pytest.raises(NotServingError, match="has to be a JSON object with subscription, certificate"):
        running.ask(here.control_endpoint, "POST", "/identities", {})


@pytest.fixture(params=["files", "ps"])
def born(request, monkeypatch, tmp_path):
    """How the system tells when a process began: by files where it has them, and otherwise by a program."""
    if request.param == "ps":
        if shutil.which("ps") is None:
            pytest.skip("there is no ps")
        monkeypatch.setattr(running, "PROC", tmp_path)
    return running.born


def test_a_process_is_told_by_when_it_began(born):
    assert born(os.getpid()) == born(os.getpid()) is not None


def test_a_process_that_is_gone_or_waits_only_to_be_forgotten_has_none(born):
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        if running.PROC.name == "proc":
            assert born(child.pid) is None
    assert born(child.pid) is None


def test_what_is_noted_lives_as_long_as_its_process_and_not_with_another_of_its_number(settings, here):
    with running.announced(settings.certs, here):
        one = running.noted(settings.certs)
    assert (one.address, one.pid) == (here, os.getpid())
    assert one.lives()
    assert not one._replace(born="before").lives()
    assert not one._replace(born=None).lives()
