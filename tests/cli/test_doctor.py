"""`asm-emulator doctor`: whatever keeps a client from connecting is provoked, found, and told with what to do."""

from __future__ import annotations

import json
import shlex
import socket
import subprocess
import sys
import uuid
from datetime import UTC, datetime

import pytest

from emulator.commands import diagnosis, probing
from emulator.commands.doctor import COLOURS
from emulator.identity.authority import Authority

DEFAULT = "management.core.windows.net"
TRUST = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


@pytest.fixture(autouse=True)
def names(monkeypatch):
    """The names that lead somewhere else than on this machine, or nowhere; a test may add some."""
    names = {DEFAULT: None}
    real = socket.getaddrinfo

    def getaddrinfo(host, *arguments, **keywords):
        if host not in names:
            return real(host, *arguments, **keywords)
        if names[host] is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(names[host], *arguments, **keywords)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return names


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    for name in (*TRUST, *PROXIES):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def doctor(invoke, emulated):
    """Return a function that has the emulator examined; it returns the findings by what they are about.

    Only those that are named as `wrong` may be so.
    """

    def doctor(*arguments, wrong=(), certs=emulated.settings.certs, **variables):
        result = invoke("doctor", "--certs", certs, *arguments, "--json", **variables)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        answer = json.loads(result.stdout)
        found = {one["about"]: one for one in answer["findings"]}
        assert {one["about"] for one in answer["findings"] if one["verdict"] == "wrong"} == {*wrong}
        assert all(found[about]["remedy"] for about in wrong)
        assert result.exit_code == (1 if wrong else 0)
        return found

    return doctor


@pytest.fixture
def stranger(tmp_path):
    """The directory of another authority, with a client certificate that it issued."""
    certs = tmp_path / "stranger"
    Authority.in_directory(certs).default_identity(endpoint="https://localhost:8443")
    return certs


def test_where_nothing_is_wrong_all_is_said_to_be_well(doctor, emulated):
    trusting = dict.fromkeys(TRUST, str(emulated.ca_path))
    found = doctor(**trusting)
    assert {about for about, one in found.items() if one["verdict"] != "ok"} == {"default host"}
    assert found["certificate"]["says"] == "It is valid for localhost."
    home = emulated.default_identity().subscription_id
    assert found["client"]["says"] == f"{emulated.settings.certs}/client.pem opens the subscription {home}."


def test_it_is_told_in_words_a_line_a_finding_with_what_to_do_below(invoke, emulated, stranger):
    certs = ["--certs", emulated.settings.certs]
    told = invoke("doctor", *certs, REQUESTS_CA_BUNDLE=str(stranger / "ca.pem"))
    assert told.exit_code == 1
    assert told.stdout.startswith("ok       emulator: One runs with the certificates in ")
    lines = told.stdout.splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.startswith("wrong ")]
    assert lines[at].startswith(f"wrong    REQUESTS_CA_BUNDLE: {stranger}/ca.pem has not the authority in ")
    assert lines[at + 1].startswith('         -> eval "$(')
    assert lines[-1] == "1 thing is wrong."
    assert invoke("doctor", *certs).stdout.endswith("\nNothing is wrong.\n")


def test_the_remedy_of_a_variable_is_one(doctor, invoke, emulated, command):
    says = doctor(NODE_EXTRA_CA_CERTS="none.pem", wrong={"NODE_EXTRA_CA_CERTS"})["NODE_EXTRA_CA_CERTS"]
    assert says["says"].endswith("none.pem cannot be read: No such file or directory.")
    shown = command("-c", f"{says['remedy']}; echo $NODE_EXTRA_CA_CERTS", executable=["sh"])
    assert shown.stdout.strip() == str(emulated.ca_path)


# ---- is it there


def test_where_none_runs_it_is_to_be_started(doctor, certs, free_port):
    wrong = {"emulator", "port", "authority", "client"}
    found = doctor("--port", free_port, certs=certs, wrong=wrong)
    assert found["emulator"]["says"] == f"None runs with the certificates in {certs}."
    assert f"start --certs {shlex.quote(str(certs))}" in found["emulator"]["remedy"]
    assert found["port"]["says"].endswith("Connection refused.")
    assert found["authority"]["says"] == f"{certs}/ca.pem cannot be read: No such file or directory."
    assert found["TLS"]["verdict"] == found["certificate"]["verdict"] == found["clock"]["verdict"] == "skipped"
    assert not certs.exists()


def test_a_free_port_that_nobody_has_is_no_reason_to_say_nothing(doctor, certs):
    assert "emulator" in doctor("--port", 0, "--host", "nowhere.example", certs=certs, wrong=_NOWHERE)


_NOWHERE = {"emulator", "name", "authority", "client"}


def test_one_that_was_killed_is_told_from_one_that_never_ran(doctor, made_certs, free_port):
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    address = {"endpoint": f"https://localhost:{free_port}", "control_endpoint": None}
    file = made_certs / "endpoint.json"
    file.write_text(json.dumps({**address, "pid": gone.pid, "born": "once", "since": "2030-01-01T00:00:00"}))
    try:
        found = doctor("--port", free_port, certs=made_certs, wrong={"emulator", "port"})
    finally:
        file.unlink()
    assert f"was killed: its process {gone.pid} is gone." in found["emulator"]["says"]


def test_another_port_than_it_has_is_told_with_the_right_one(doctor, emulated, free_port):
    found = doctor("--port", free_port, wrong={"emulator", "port"})
    assert found["emulator"]["says"].endswith(f"but not at port {free_port}: its address is {emulated.endpoint}.")
    assert found["port"]["remedy"] == f"The emulator is at {emulated.endpoint}: give the client that address."


def test_one_in_a_container_or_elsewhere_is_examined_all_the_same(doctor, emulated, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("ca.pem", "client.pem"):
        (copy / name).write_bytes((emulated.settings.certs / name).read_bytes())
    found = doctor("--port", emulated.port, "--subscription", "some", certs=copy)
    assert found["emulator"]["verdict"] == "note"
    assert found["client"]["verdict"] == "ok"


def test_a_name_that_leads_nowhere(doctor, names):
    names["emulator.example"] = None
    found = doctor("--host", "emulator.example", wrong={"name"})
    assert found["name"]["says"] == "The name emulator.example leads nowhere: Name or service not known."
    assert "127.0.0.1 emulator.example" in found["name"]["remedy"]
    assert found["port"]["verdict"] == "skipped"


def test_a_name_that_nobody_answers_for_in_time(doctor, monkeypatch):
    monkeypatch.setattr(probing, "LOOKUP_SECONDS", 0)
    monkeypatch.setattr(probing.threading.Thread, "start", lambda _thread: None)
    monkeypatch.setattr(probing.threading.Thread, "join", lambda _thread, _seconds: None)
    assert doctor(wrong={"name"})["name"]["says"].endswith("no answer within 0 s.")


def test_a_name_that_leads_to_another_machine(doctor, names, monkeypatch):
    def refuse(*_arguments):
        raise TimeoutError("timed out")

    names["emulator.example"] = "192.0.2.1"
    monkeypatch.setattr(probing.socket, "create_connection", refuse)
    monkeypatch.setattr(diagnosis.Case, "running", None)
    found = doctor("--host", "emulator.example", wrong={"emulator", "port"})
    assert "(192.0.2.1): timed out." in found["port"]["says"]
    assert found["port"]["remedy"].startswith("Is that the emulator's machine?")


def test_the_control_api_is_no_management_api(doctor, emulated):
    port = emulated.control_endpoint.rpartition(":")[2]
    found = doctor("--port", port, wrong={"emulator", "TLS"})
    assert found["TLS"]["says"].startswith(f"What answers at localhost port {port} speaks no TLS: ")
    assert found["TLS"]["remedy"].endswith(f"the management API is at {emulated.endpoint}.")


def test_another_program_at_the_port(doctor, emulated, certs):
    port = emulated.control_endpoint.rpartition(":")[2]
    found = doctor("--port", port, certs=certs, wrong={"emulator", "TLS", "authority", "client"})
    assert found["TLS"]["remedy"].startswith("Another program has this port")


# ---- certificates


def test_another_authority_than_the_one_that_is_trusted(doctor, stranger):
    found = doctor("--ca", stranger / "ca.pem", wrong={"authority"})
    assert " is another: its certificate was issued by 'OU=Testing CA " in found["authority"]["says"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no certificate in PEM."),
        ("-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n", "holds no certificate in PEM."),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds a certificate that cannot be read: "),
    ],
)
def test_an_authority_that_is_no_certificate(doctor, tmp_path, text, says):
    (tmp_path / "ca.pem").write_text(text)
    assert says in doctor("--ca", tmp_path / "ca.pem", wrong={"authority"})["authority"]["says"]


def test_a_name_that_the_certificate_has_not(doctor, names):
    names["emulator.example"] = "127.0.0.1"
    found = doctor("--host", "emulator.example", wrong={"certificate"})
    assert found["certificate"]["says"].startswith(
        "The server's certificate is not valid for emulator.example, only for localhost, "
    )
    assert found["certificate"]["remedy"].startswith("Serve with --hostname emulator.example")
    assert "default host" not in found


def test_the_name_of_the_service_and_an_address_are_in_the_certificate(doctor, names):
    names[DEFAULT] = "127.0.0.1"
    assert doctor("--host", DEFAULT)["certificate"]["verdict"] == "ok"
    assert doctor("--host", "127.0.0.1")["certificate"]["says"] == "It is valid for 127.0.0.1."


@pytest.mark.parametrize(("year", "remedy"), [(1999, "Set the clock."), (2999, "If the clock is right, move ")])
def test_a_clock_that_is_wrong(doctor, monkeypatch, year, remedy):
    monkeypatch.setattr(diagnosis, "wall_clock", lambda: datetime(year, 1, 1, tzinfo=UTC))
    found = doctor(wrong={"clock"})
    assert found["clock"]["says"].startswith(f"This machine's clock says {year}-01-01 00:00 UTC; ")
    assert remedy in found["clock"]["remedy"]


# ---- the client's side


def test_a_variable_that_is_not_set_is_noted(doctor):
    found = doctor()
    assert {found[name]["verdict"] for name in TRUST} == {"note"}
    assert "Node trusts the emulator only if told so otherwise" in found["NODE_EXTRA_CA_CERTS"]["says"]


@pytest.mark.parametrize("name", TRUST)
def test_a_bundle_without_the_authority(doctor, stranger, name):
    assert "has not the authority" in doctor(**{name: str(stranger / "ca.pem")}, wrong={name})[name]["says"]


def test_a_bundle_that_has_the_authority_among_others(doctor, emulated, stranger, tmp_path):
    (tmp_path / "bundle.pem").write_bytes((stranger / "ca.pem").read_bytes() + emulated.ca_path.read_bytes())
    assert doctor(SSL_CERT_FILE="bundle.pem")["SSL_CERT_FILE"]["verdict"] == "ok"


def test_a_client_certificate_that_is_not_there(doctor):
    found = doctor("--cert", "none.pem", wrong={"client"})
    assert found["client"]["says"].endswith("/none.pem.")


def test_a_client_certificate_without_its_key_or_with_another(doctor, emulated, stranger, tmp_path):
    pem = (emulated.settings.certs / "client.pem").read_text()
    key, _, certificate = pem.partition("-----BEGIN CERTIFICATE-----")
    theirs = (stranger / "client.pem").read_text().partition("-----BEGIN CERTIFICATE-----")[0]
    for text in (f"-----BEGIN CERTIFICATE-----{certificate}", key, theirs + pem.removeprefix(key)):
        (tmp_path / "client.pem").write_text(text)
        found = doctor("--cert", "client.pem", wrong={"client"})
        assert " is not a client's key with its certificate, in PEM: " in found["client"]["says"]


def test_a_client_certificate_that_opens_another_subscription(doctor, stranger, invoke):
    subscription = str(uuid.uuid4())
    arguments = ["--cert", stranger / "client.pem", "--subscription", subscription]
    found = doctor(*arguments, wrong={"client"})
    assert found["client"]["says"].endswith(f"opens the subscription {subscription}: the answer is 403.")
    remedy = shlex.split(found["client"]["remedy"])
    added = invoke(*remedy[remedy.index("identity") :])
    assert added.exit_code == 0
    assert doctor(*arguments)["client"]["verdict"] == "ok"


def test_without_a_subscription_a_strangers_certificate_is_asked_which(doctor, stranger):
    found = doctor("--cert", stranger / "client.pem")
    assert found["client"]["says"] == "Which subscription is it to open? Say --subscription ID."


@pytest.mark.parametrize(
    ("rule", "says"), [(["reset"], "cannot be told: "), (["refuse", "--status", "503"], "the answer is 503.")]
)
def test_what_is_broken_on_purpose_is_told_too(doctor, invoke, emulated, rule, says):
    invoke("fault", "add", *rule, "--certs", emulated.settings.certs)
    try:
        assert says in doctor("--subscription", str(uuid.uuid4()), wrong={"client"})["client"]["says"]
    finally:
        emulated.faults.forget()


def test_a_proxy_that_would_swallow_it(doctor):
    proxy = "http://user:secret@proxy.example:3128"
    found = doctor(HTTPS_PROXY=proxy, NO_PROXY="other.example", wrong={"proxy"})["proxy"]
    assert "clients that want localhost to proxy.example:3128," in found["says"]
    assert "secret" not in json.dumps(found)
    assert found["remedy"] == "export NO_PROXY=other.example,localhost no_proxy=other.example,localhost"
    assert doctor(HTTPS_PROXY=proxy, NO_PROXY="other.example,localhost")["proxy"]["verdict"] == "ok"
    assert doctor(ALL_PROXY=proxy, wrong={"proxy"})["proxy"]["verdict"] == "wrong"


@pytest.mark.parametrize(
    ("leads_to", "why"),
    [
        (None, "that name leads nowhere."),
        ("192.0.2.1", "that name leads to 192.0.2.1."),
        ("127.0.0.1", "and they go to 443."),
    ],
)
def test_clients_that_cannot_be_told_a_host_are_noted(doctor, names, leads_to, why):
    names[DEFAULT] = leads_to
    found = doctor()["default host"]
    assert found["verdict"] == "note"
    assert found["says"].endswith(why)


def test_clients_that_cannot_be_told_a_host_get_to_an_emulator_at_their_port(names, tmp_path):
    names[DEFAULT] = "127.0.0.1"
    case = probing.Case(tmp_path, None, "localhost", 443, tmp_path, tmp_path, None)
    (found,) = diagnosis._default_host(case, probing.Probe(addresses=["127.0.0.1"]))
    assert found.verdict == "ok"


def test_every_verdict_has_a_colour_on_a_terminal():
    assert set(COLOURS) == {diagnosis.OK, diagnosis.NOTE, diagnosis.WRONG, diagnosis.SKIPPED}
