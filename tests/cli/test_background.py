"""`start`, `stop`, `status` and `wait`: an emulator in a process of its own, and no other process taken for it."""

from __future__ import annotations

import http.client
import json
import os
import shlex
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys

import pytest

from emulator import __version__, running
from emulator.embedded import Emulator
from emulator.running import Address
from emulator.settings import Settings

FREE = ["--port", "0", "--control-port", "0"]


@pytest.fixture
def start(command, certs, made_certs):
    """Return a function that starts one in the background; it is killed after the test, if it is still there."""
    shutil.copytree(made_certs, certs)
    yield lambda *arguments, **variables: command("start", "--certs", certs, *arguments, **variables)
    one = running.noted(certs)
    if one is not None and one.lives():
        os.kill(one.pid, signal.SIGKILL)


@pytest.fixture
def bystander():
    """A process that has nothing to do with it."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


@pytest.fixture
def note(certs, made_certs):
    """Return a function that writes what an emulator writes beside its certificates, about any process."""
    shutil.copytree(made_certs, certs)

    def note(**changes):
        said = {"endpoint": "https://localhost:1", "control_endpoint": None, "since": "2030-01-01T00:00:00+00:00"}
        (certs / "endpoint.json").write_text(json.dumps({**said, **changes}))

    return note


# ---- start and stop


def test_what_is_started_serves_on_its_own_and_what_is_stopped_is_gone(start, command, certs):
    started = start(*FREE)
    assert (started.returncode, started.stderr) == (0, "")
    one = running.noted(certs)
    assert one.lives()
    assert f"served at {one.address.endpoint}\n" in started.stdout
    assert started.stdout.endswith(f"stop --certs {shlex.quote(str(certs))} ends it.\n")
    assert os.getsid(one.pid) == one.pid
    assert running.ask(one.address.control_endpoint, "GET", "/health")["endpoint"] == one.address.endpoint
    stopped = command("stop", "--certs", certs)
    assert (stopped.returncode, stopped.stdout) == (0, f"Stopped: {one.address.endpoint}.\n")
    assert not one.lives()
    assert not (certs / "endpoint.json").exists()


def test_both_say_it_in_json(start, command, certs):
    started = json.loads(start(*FREE, "--json").stdout)
    assert {*started} == {*["endpoint", "control_endpoint", "certs", "client", "subscription", "version", "pid", "log"]}
    assert (started["certs"], started["log"]) == (str(certs), str(certs / "serve.log"))
    stopped = json.loads(command("stop", "--certs", certs, "--json").stdout)
    assert stopped == {"status": "stopped", "endpoint": started["endpoint"], "pid": started["pid"]}


def test_it_is_started_with_the_settings_that_were_given(start, certs, tmp_path):
    (tmp_path / "asm.toml").write_text('seed = "of the file"')
    given = ["--config", "asm.toml", "--strict", "--hostname", "one", "--hostname", "two", "--clock", "step:5s"]
    start(*FREE, *given, ASM_EMULATOR_JOURNAL="7")
    shown = running.ask(running.noted(certs).address.control_endpoint, "GET", "/settings")
    assert (shown["seed"], shown["strict"], shown["journal"], shown["clock"]) == ("of the file", True, 7, "step:5s")
    assert shown["hostname"] == ["one", "two"]


def test_its_log_lies_beside_its_certificates_for_nobody_elses_eyes(start, certs):
    start(*FREE, "--log-level", "debug")
    log = certs / "serve.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    context = ssl.create_default_context(cafile=certs / "ca.pem")
    context.load_cert_chain(certs / "client.pem")
    host = running.noted(certs).address.endpoint.removeprefix("https://")
    connection = http.client.HTTPSConnection(host, context=context, timeout=10)
    connection.request("GET", "/some/locations", headers={"x-ms-version": "2014-10-01"})
    assert connection.getresponse().status == 200
    connection.close()
    assert "GET /some/locations 200\n" in log.read_text()


def test_a_second_one_with_the_same_certificates_is_refused(start, command, certs, refused):
    start(*FREE)
    one = running.noted(certs)
    line = refused(start(*FREE), 1)
    assert line == f"one already runs with the certificates in {certs}: {one.address.endpoint}, pid {one.pid}"
    assert one.lives()


def test_where_one_was_killed_another_starts(start, certs):
    start(*FREE)
    first = running.noted(certs)
    os.kill(first.pid, signal.SIGKILL)
    assert start(*FREE).returncode == 0
    assert running.noted(certs).pid != first.pid


def test_why_it_does_not_start_is_told_in_one_line(start, refused, certs, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1 port {port}" in refused(start("--port", port, "--control-port", 0), 1)
    (tmp_path / "none.json").write_text("{}")
    assert refused(start(*FREE, "--load", "none.json"), 2).startswith("load: none.json: this is no snapshot")
    assert not (certs / "endpoint.json").exists()


def test_one_that_is_not_there_in_time_is_ended_again(start, refused, certs):
    line = refused(start(*FREE, "--timeout", "0.001"), 1)
    assert line == f"not serving after 0.001 s; it was ended again; {certs}/serve.log has its log"
    one = running.noted(certs)
    assert one is None or not one.lives()


def test_where_none_runs_there_is_none_to_stop(invoke, certs, refused):
    assert refused(invoke("stop", "--certs", certs), 1) == f"no emulator runs with the certificates in {certs}"


def test_a_process_that_only_has_its_number_is_let_alone(invoke, certs, refused, note, bystander):
    note(pid=bystander.pid, born="another time")
    assert refused(invoke("stop", "--certs", certs), 1) == f"no emulator runs with the certificates in {certs}"
    assert bystander.poll() is None


def test_one_that_has_other_ports_than_are_asked_for_is_let_alone(invoke, certs, refused, note, bystander):
    note(pid=bystander.pid, born=running.born(bystander.pid))
    line = refused(invoke("stop", "--certs", certs, "--port", 2), 1)
    assert line == "the emulator that runs with these certificates has other ports: https://localhost:1"
    assert bystander.poll() is None


def test_one_that_does_not_end_in_time_is_told(invoke, certs, refused, note):
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as deaf:
        deaf.stdout.readline()
        note(pid=deaf.pid, born=running.born(deaf.pid))
        line = refused(invoke("stop", "--certs", certs, "--timeout", 0), 1)
        deaf.kill()
    assert line == f"told to end, but still there after 0 s: pid {deaf.pid}"


# ---- status


def test_status_tells_where_it_serves_since_when_and_what_is_in_it(invoke, emulated):
    arguments = ["status", "--certs", emulated.settings.certs]
    shown = json.loads(invoke(*arguments, "--json").stdout)
    assert (shown["serving"], shown["pid"], shown["version"]) == (True, os.getpid(), __version__)
    assert (shown["endpoint"], shown["control_endpoint"]) == (emulated.endpoint, emulated.control_endpoint)
    assert shown["subscriptions"] == len(emulated.world.subscriptions)
    result = invoke(*arguments)
    assert result.exit_code == 0
    lines = dict(line.split(None, 1) for line in result.stdout.splitlines() if line[:3] not in ("Ser", "Con"))
    assert lines["Since"] == f"{shown['since'][:19]}Z, pid {os.getpid()}"
    assert lines["Clock"].startswith("instant")
    assert f"Serves at      {emulated.endpoint}\n" in result.stdout
    assert f"Portal         {emulated.control_endpoint}/portal/\n" in result.stdout


def test_status_counts_faults_and_names_clocks_of_their_own(invoke, emulated):
    certs = ["--certs", emulated.settings.certs]
    invoke("fault", "add", "refuse", "--operation", "ListDisks", *certs)
    invoke("clock", "mode", "manual", "--subscription", "of-its-own", *certs)
    shown = invoke("status", *certs).stdout
    emulated.faults.forget()
    assert "Faults         1\n" in shown
    assert "manual in of-its-own" in shown


def test_without_the_control_api_status_tells_what_is_known_without_it(invoke, tmp_path):
    with (
        Emulator(Settings(port=0, control_port=None, certs=tmp_path)) as one,
        running.announced(tmp_path, Address(one.endpoint, None)),
    ):
        result = invoke("status", "--certs", tmp_path)
    assert result.exit_code == 0
    assert "Control API    switched off\n" in result.stdout
    assert "Portal" not in result.stdout
    assert "Subscriptions" not in result.stdout


def test_without_its_token_status_tells_that_it_serves_and_no_more(invoke, tmp_path):
    with (
        Emulator(Settings(port=0, control_port=0, control_token="a-token", certs=tmp_path)) as one,
        running.announced(tmp_path, Address(one.endpoint, one.control_endpoint)),
    ):
        result = invoke("status", "--certs", tmp_path, "--control-token", "wrong")
        told = invoke("status", "--certs", tmp_path)
    assert result.exit_code == 0
    assert "\nWhat is in it  " in result.stdout
    assert "needs its token" in result.stdout
    assert "\nSubscriptions  0\n" in told.stdout


def test_where_none_serves_the_status_is_1_and_the_reason_is_told(invoke, certs, free_port):
    arguments = ["status", "--certs", certs, "--port", free_port, "--control-port", free_port]
    result = invoke(*arguments)
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.startswith(f"Not serving: no emulator answers at http://127.0.0.1:{free_port}: ")
    result = invoke(*arguments, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["serving"] is False


def test_another_emulator_that_has_the_ports_is_not_the_one_that_is_asked_for(invoke, emulated, made_certs, certs):
    control = emulated.control_endpoint.rpartition(":")[2]
    ports = ["--port", emulated.port, "--control-port", control]
    result = invoke("status", "--certs", made_certs, *ports)
    assert result.exit_code == 1
    assert "certificate verify failed" in result.stdout
    certs.mkdir()
    (certs / "ca.pem").write_bytes(emulated.ca_path.read_bytes())
    result = invoke("status", "--certs", certs, *ports)
    assert (result.exit_code, "Since" in result.stdout) == (0, False)


# ---- wait


def test_waiting_tells_in_json_where_it_serves(invoke, emulated):
    result = invoke("wait", "--certs", emulated.settings.certs, "--json")
    assert json.loads(result.stdout) == {
        "endpoint": emulated.endpoint,
        "control_endpoint": emulated.control_endpoint,
    }


def test_ends_at_once_where_one_serves(invoke, emulated):
    result = invoke("wait", "--certs", emulated.settings.certs, "--timeout", 0)
    assert (result.exit_code, result.output) == (0, "")


def test_ends_as_soon_as_the_one_that_starts_serves(serve, certs, command):
    with serve() as process:
        result = command("wait", "--port", 0, "--certs", certs, "--timeout", 20)
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
        assert process.poll() is None


def test_gives_up_in_one_line_when_the_time_is_up(invoke, certs, free_port, refused):
    line = refused(invoke("wait", "--certs", certs, "--control-port", free_port, "--timeout", 0.2), 1)
    assert line.startswith(f"not serving after 0.2 s: no emulator answers at http://127.0.0.1:{free_port}: ")


def test_without_the_control_api_it_asks_the_management_api(invoke, tmp_path):
    with Emulator(Settings(port=0, control_port=None, certs=tmp_path)) as one:
        result = invoke("wait", "--certs", tmp_path, "--port", one.port, "--control-port", "none", "--timeout", 0)
    assert (result.exit_code, result.output) == (0, "")


def test_another_authority_is_not_the_one_that_is_waited_for(invoke, emulated, certs, refused):
    invoke("env", "--certs", certs)
    arguments = ["--certs", certs, "--port", emulated.port, "--control-port", "none", "--timeout", 0]
    assert "certificate verify failed" in refused(invoke("wait", *arguments), 1)


def test_without_certificates_there_is_nothing_to_ask_the_management_api_with(invoke, certs, refused):
    line = refused(invoke("wait", "--certs", certs, "--control-port", "none", "--timeout", 0), 1)
    assert line.endswith(f"there is no {certs / 'ca.pem'} yet")


@pytest.mark.parametrize("timeout", ["-1", "soon"])
def test_a_time_that_is_none_is_bad_usage(invoke, timeout):
    assert invoke("wait", "--timeout", timeout).exit_code == 2
