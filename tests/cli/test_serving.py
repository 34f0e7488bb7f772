"""`asm-emulator serve`, in processes of its own: what it prints, how it ends, how it fails."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from emulator.commands.banner import banner

SIGNALLED_WHILE_IT_STARTS = """
import os, signal, sys
from emulator.cli import main

class Interrupter:
    def find_spec(self, name, *_):
        if name == "emulator.app":
            os.kill(os.getpid(), signal.SIGTERM)

sys.meta_path.insert(0, Interrupter())
main()
"""


FREES_LARGE_BLOCKS_AMONG_SMALL_ONES = """
import os
from pathlib import Path
from emulator.commands.serving import give_back_memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

give_back_memory()
large, small = [b"x" * (20 << 20)], []
large.clear()  # from the first that is freed glibc learns how large blocks are
before = resident()
for _ in range(8):
    large.append(b"x" * (10 << 20))
    small.append(b"x" * (100 << 10))
large.clear()
print((resident() - before) >> 20)
"""


def _api(certs, process):
    """Return a connection to the management API that shows the default identity's certificate."""
    port = int(re.search(r"https://localhost:(\d+)", process.banner)[1])
    context = ssl.create_default_context(cafile=certs / "ca.pem")
    context.load_cert_chain(certs / "client.pem")
    return http.client.HTTPSConnection("localhost", port, context=context, timeout=10)


def _get(connection):
    connection.request("GET", "/fresh-subscription/locations", headers={"x-ms-version": "2014-10-01"})
    response = connection.getresponse()
    return response.status, response.read()


def _ended(process, timeout=10):
    _, errors = process.communicate(timeout=timeout)
    return process.returncode, errors


def test_says_where_it_listens_and_where_the_certificates_lie(serve, certs):
    with serve() as process:
        announced = json.loads((certs / "endpoint.json").read_bytes())
        assert f"served at {announced['endpoint']}\n" in process.banner
        assert f"The control API is at {announced['control_endpoint']}\n" in process.banner
        assert f"Certificates are in {certs}:\n" in process.banner
        assert announced["pid"] == process.pid
        assert _get(_api(certs, process))[0] == 200


def test_prints_a_line_for_curl_that_can_be_pasted(serve, command):
    with serve() as process:
        line = re.search(r"curl --cacert .*", process.banner)[0]
        answer = command("-c", f"{line} --silent --noproxy '*'", executable=["sh"])
    assert "<Name>West US</Name>" in answer.stdout


def test_prints_a_line_for_the_shell_that_can_be_pasted_and_finds_this_emulator(serve, command, certs):
    with serve() as process:
        line = re.search(r"eval .*", process.banner)[0]
        shown = command("-c", f'{line}; echo "$ASM_EMULATOR_ENDPOINT"', executable=["sh"])
        assert shown.stdout.strip() == json.loads((certs / "endpoint.json").read_bytes())["endpoint"]


def test_says_that_the_control_api_is_off(emulated):
    facts = {"endpoint": emulated.endpoint, "control_endpoint": None, "certs": "c", "client": "c", "subscription": "s"}
    assert "The control API is switched off\n" in banner(facts)
    assert "portal" not in banner(facts)


def test_json_is_one_line_with_the_same_facts(environment, certs):
    arguments = ["--port", "0", "--control-port", "0", "--certs", str(certs), "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "emulator", "serve", *arguments], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        facts = json.loads(process.stdout.readline())
        announced = json.loads((certs / "endpoint.json").read_bytes())
        process.terminate()
        assert process.stdout.read() == ""
    names = ("endpoint", "control_endpoint", "pid")
    assert {name: facts[name] for name in names} == {name: announced[name] for name in names}
    assert (facts["certs"], facts["client"]) == (str(certs), str(certs / "client.pem"))


def test_a_file_in_the_certificate_directory_says_where_it_is_and_goes_with_it(serve, certs):
    with serve() as process:
        assert stat.S_IMODE((certs / "endpoint.json").stat().st_mode) == 0o600
        process.terminate()
        _ended(process)
    assert not (certs / "endpoint.json").exists()
    assert (certs / "client.publishsettings").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_status_0_and_it_has_logged_nothing(serve, certs, number):
    with serve() as process:
        _get(_api(certs, process))
        process.send_signal(number)
        assert _ended(process) == (0, "")


def test_a_signal_that_comes_while_it_starts_ends_it_cleanly_too(serve):
    with serve(executable=(sys.executable, "-c", SIGNALLED_WHILE_IT_STARTS)) as process:
        assert _ended(process) == (0, "")


def test_under_load_it_ends_cleanly_and_every_answer_is_whole_however_many_signals_come(serve, certs):
    answers, loaded = [], threading.Event()

    def load():
        connection = _api(certs, process)
        try:
            while True:
                answers.append(_get(connection))
                loaded.set()
        except (OSError, http.client.HTTPException):
            connection.close()

    with serve() as process:
        clients = [threading.Thread(target=load, daemon=True) for _ in range(4)]
        for client in clients:
            client.start()
        assert loaded.wait(10)
        for _ in range(1000):
            os.kill(process.pid, signal.SIGTERM)
        assert _ended(process) == (0, "")
        for client in clients:
            client.join(10)
    assert {status for status, _ in answers} == {200}
    assert len({body for _, body in answers}) == 1


@pytest.mark.parametrize("option", ["--port", "--control-port"])
def test_a_taken_port_is_named_in_one_line(invoke, certs, refused, option):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = invoke("serve", "--port", 0, "--control-port", 0, option, port, "--certs", certs)
    assert f"cannot listen on 127.0.0.1 port {port}" in refused(result, 1)
    assert not (certs / "endpoint.json").exists()


def test_a_certificate_directory_that_is_none_is_named_in_one_line_of_a_real_process_too(command, certs, refused):
    certs.write_text("a file")
    assert f"{certs} is not a directory" in refused(command("serve", "--port", 0, "--certs", certs), 1)


def test_a_host_name_that_no_certificate_can_have_is_bad_usage(invoke, certs, refused):
    result = invoke("serve", "--port", 0, "--certs", certs, "--hostname", "two words")
    assert "no name for a certificate" in refused(result, 2)


def test_an_identity_of_the_file_that_is_no_certificate_is_bad_usage(invoke, tmp_path, certs, refused):
    (tmp_path / "asm.toml").write_text('[[identity]]\ncertificate = "asm.toml"\nsubscription = "s"')
    result = invoke("serve", "--port", 0, "--certs", certs, "--config", "asm.toml")
    assert "asm.toml: The certificate data is not a valid X.509 certificate" in refused(result, 2)


def test_at_level_debug_it_logs_a_line_for_each_request(serve, certs):
    with serve("--log-level", "debug") as process:
        _get(_api(certs, process))
        process.terminate()
        _, errors = _ended(process)
    assert errors.count("GET /fresh-subscription/locations 200\n") == 1


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="tells nobody how much memory it has")
def test_memory_of_large_bodies_is_given_back():
    ran = subprocess.run(
        [sys.executable, "-c", FREES_LARGE_BLOCKS_AMONG_SMALL_ONES], capture_output=True, text=True, check=True
    )
    assert int(ran.stdout) < 10, "MiB of 80"
