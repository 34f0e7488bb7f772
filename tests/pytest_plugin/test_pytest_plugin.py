"""The plugin as its users meet it: pytest in a process of its own, with the fixtures, the marker and the options."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from emulator import running
from emulator.embedded import Emulator
from emulator.pytest_plugin import MARKER
from emulator.pytest_plugin import __all__ as public
from emulator.settings import Settings

pytest_plugins = ["pytester"]

FIXTURES = [
    "asm_server",
    "asm_subscription",
    "asm_clock",
    "asm_faults",
    "asm_journal",
    "asm_snapshot",
    "asm_sdk",
    "asm_redirect",
]
HEAVY = ["OpenSSL", "cryptography", "emulator.embedded", "emulator.server", "flask", "lxml", "msgspec", "trustme"]

UNUSED = f"""
import sys

HEAVY = {HEAVY}


def loaded():
    return [name for name in HEAVY if name in sys.modules]

"""


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    """An emulator that runs already, as `asm-emulator serve` runs one."""
    certs = tmp_path_factory.mktemp("external") / "certs"
    with Emulator(Settings(port=0, control_port=0, certs=certs)) as one:
        yield one


@pytest.fixture
def announced(emulator):
    """The directory of its certificates while it says there where it is."""
    certs = emulator.settings.certs
    with running.announced(certs, running.Address(emulator.endpoint, emulator.control_endpoint)):
        yield certs


def closed(endpoint):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", urlsplit(endpoint).port)) != 0


# ---- unused


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "with workers"])
def test_a_session_without_its_fixtures_imports_nothing_heavy_and_starts_nothing(pytester, run, workers):
    pytester.makepyfile(
        unused=UNUSED,
        conftest="""
            from pathlib import Path
            import unused

            def pytest_sessionfinish(session):
                if not hasattr(session.config, "workerinput"):
                    Path("main.txt").write_text(repr(unused.loaded()))
        """,
        test_it="""
            import unused

            def test_it():
                assert unused.loaded() == []
        """,
    )
    run(*workers, apart=True, passed=1)
    assert (pytester.path / "main.txt").read_text() == "[]"


def test_to_import_it_takes_less_than_five_milliseconds(tmp_path):
    program = """
import sys, time, pytest
seconds = []
for _ in range(10):
    for name in [name for name in sys.modules if name.partition(".")[0] == "emulator"]:
        del sys.modules[name]
    start = time.process_time()
    import emulator.pytest_plugin
    seconds.append(time.process_time() - start)
print(min(seconds))
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment | {"PYTHONPYCACHEPREFIX": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) < 0.005


# ---- fixtures


def test_every_fixture_the_marker_and_every_public_class_are_documented(run):
    shown = run("--fixtures").outlines
    for fixture in FIXTURES:
        line = next(number for number, text in enumerate(shown) if text.startswith(fixture))
        assert len(shown[line + 1].strip()) > 40
    assert "no docstring available" not in "\n".join(shown)
    run("--markers").stdout.fnmatch_lines([f"@pytest.mark.{MARKER}: how *"])
    import emulator.pytest_plugin as plugin  # noqa: PLC0415

    assert all(getattr(plugin, name).__doc__ for name in public)


def test_each_test_has_a_subscription_of_its_own_on_one_server_that_ends_with_the_session(pytester, run):
    pytester.makepyfile("""
        import json
        from pathlib import Path
        import pytest

        seen = []

        @pytest.mark.parametrize("n", range(3))
        def test_it(asm_server, asm_subscription, asm_sdk, asm_clock, n):
            assert asm_sdk.service_management is asm_sdk.service_management
            asm_sdk.service_management.create_hosted_service("svc", "label", location="West US")
            assert asm_sdk.service_management.subscription_id == asm_subscription.id
            assert asm_subscription.server is asm_server
            seen.append([asm_subscription.id, asm_subscription.identity.thumbprint])

        def test_they_differ(asm_server):
            assert len({id for id, _ in seen}) == len({thumbprint for _, thumbprint in seen}) == 3
            assert asm_server.host == f"localhost:{asm_server.port}"
            assert asm_server.endpoint == f"https://{asm_server.host}"
            assert "BEGIN CERTIFICATE" in asm_server.ca_path.read_text()
            Path("seen.json").write_text(json.dumps([asm_server.endpoint, str(asm_server.ca_path)]))
    """)
    run("-p", "no:xdist", passed=4)
    endpoint, ca_path = json.loads((pytester.path / "seen.json").read_text())
    assert closed(endpoint)
    assert not Path(ca_path).exists()


def test_two_hundred_tests_of_four_workers_use_one_name_on_one_server_in_twenty_processor_seconds(pytester, run):
    pytester.makepyfile("""
        from pathlib import Path
        import pytest

        @pytest.mark.parametrize("n", range(200))
        def test_it(asm_server, asm_sdk, worker_id, n):
            sms = asm_sdk.service_management
            sms.create_hosted_service("myhostedservice", "label", location="West US")
            assert [one.service_name for one in sms.list_hosted_services()] == ["myhostedservice"]
            Path(worker_id).write_text(f"{asm_server.endpoint} {asm_server.ca_path}")
    """)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run("-n", "4", passed=200)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Of processor time, of all five processes together: 6 s where nothing else runs, more where tests run beside.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 20
    said = {path.read_text() for path in pytester.path.glob("gw*")}
    assert len(list(pytester.path.glob("gw*"))) == 4
    assert len(said) == 1
    endpoint, ca_path = said.pop().split()
    assert closed(endpoint)
    assert not Path(ca_path).parent.exists()


def test_the_clock_shows_the_schedule_and_moves(pytester, run):
    pytester.makepyfile("""
        from datetime import datetime, timedelta
        import pytest
        from emulator.pytest_plugin import AsmEvent

        def test_it(asm_sdk, asm_clock):
            assert (asm_clock.mode, asm_clock.pending) == ("instant", [])
            asm_clock.mode = "manual"
            start = asm_clock.now
            assert asm_clock.mode == "manual"
            assert isinstance(start, datetime) and start.tzinfo is not None
            done = asm_sdk.service_management.create_storage_account("account", "", "label", location="West US")
            (event,) = asm_clock.pending
            assert event == AsmEvent(
                start + timedelta(seconds=10), "storage account", "account", "created", event.operation
            )
            assert asm_clock.advance(9.5) == []
            assert asm_clock.now == start + timedelta(seconds=9.5)
            assert asm_clock.advance("next") == [event]
            (last,) = asm_clock.advance("quiet")
            assert (last.name, last.operation) == ("resolved", done.request_id)
            assert asm_clock.advance("next") == []

        def test_refused(asm_clock):
            asm_clock.advance("soon")

        def test_refused_too(asm_clock):
            asm_clock.mode = "fast"
    """)
    result = run(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        ["*asm: advance: takes up to * seconds, *", "*asm: mode: 'fast' is not instant, manual, scaled*"]
    )


def test_the_emulator_is_imported_as_it_is_without_a_search_for_asserts(pytester, run):
    pytester.makepyfile("""
        import sys
        from importlib.machinery import SourceFileLoader

        def test_it(asm_sdk):
            ours = {name: module for name, module in sys.modules.items() if name.startswith("emulator.")}
            assert len(ours) > 100
            rewritten = {name for name, module in ours.items() if type(module.__loader__) is not SourceFileLoader}
            assert {name for name in rewritten if not name.startswith("emulator.pytest_")} <= {"emulator.version"}
    """)
    run(apart=True, passed=1)


def test_the_sdk_has_each_of_its_service_classes_ready(pytester, run):
    pytester.makepyfile("""
        import pytest

        NAMES = {
            "service_management": "ServiceManagementService",
            "service_bus": "ServiceBusManagementService",
            "sql_database": "SqlDatabaseManagementService",
            "website": "WebsiteManagementService",
            "scheduler": "SchedulerManagementService",
        }

        def test_it(asm_sdk, asm_subscription):
            for name, service_class in NAMES.items():
                service = getattr(asm_sdk, name)
                assert type(service).__name__ == service_class
                assert (service.subscription_id, service.host) == (asm_subscription.id, asm_subscription.host)
            (asm_sdk.service_management.get_subscription(),)
    """)
    run(passed=1)


def test_without_the_sdk_a_test_that_wants_it_says_what_to_install_and_others_run(pytester, run):
    pytester.makepyfile(
        conftest="import sys\nsys.modules['azure.servicemanagement'] = None\n",
        test_it="def test_it(asm_sdk): pass\ndef test_other(asm_subscription, asm_clock): assert asm_clock.now\n",
    )
    result = run(passed=1, errors=1)
    result.stdout.fnmatch_lines(["asm_sdk needs the Python SDK: pip install azure-servicemanagement-legacy*"])


def test_a_redirect_leads_clients_that_know_no_other_host_in_that_test_only(pytester, run):
    pytester.makepyfile("""
        import http.client
        import os
        import socket
        import ssl
        import warnings
        import pytest

        with warnings.catch_warnings(action="ignore"):
            from azure.servicemanagement import ServiceManagementService

        NAME = "management.core.windows.net"
        BEFORE = socket.getaddrinfo, dict(os.environ)

        def test_the_sdk(asm_redirect, asm_subscription):
            sms = ServiceManagementService(asm_subscription.id, asm_subscription.pem_path)
            assert sms.host == asm_redirect == NAME
            sms.create_hosted_service("svc", "label", location="West US")

        def test_what_trusts_the_default_authorities(asm_redirect, asm_subscription):
            context = ssl.create_default_context()
            context.load_cert_chain(asm_subscription.pem_path)
            connection = http.client.HTTPSConnection(NAME, context=context)
            connection.request("GET", f"/{asm_subscription.id}/locations", headers={"x-ms-version": "2014-10-01"})
            assert connection.getresponse().status == 200
            assert ("DNS", NAME) in connection.sock.getpeercert()["subjectAltName"]
            connection.close()

        def test_afterwards():
            assert socket.getaddrinfo is BEFORE[0]
            assert {**os.environ, "PYTEST_CURRENT_TEST": ""} == {**BEFORE[1], "PYTEST_CURRENT_TEST": ""}
    """)
    run(passed=3)


# ---- the marker


def test_the_marker_says_how_time_moves_and_what_there_is_the_closest_one_first(pytester, run):
    pytester.makepyfile("""
        import pytest

        pytestmark = pytest.mark.asm(clock="manual", quotas={"max_core_count": 3})

        def test_of_the_module(asm_clock, asm_sdk):
            assert asm_clock.mode == "manual"
            assert asm_sdk.service_management.get_subscription().max_core_count == 3

        @pytest.mark.asm(clock="step:5s", timings={"deployment.create": 7})
        class TestOfAClass:
            def test_it(self, asm_subscription):
                assert asm_subscription.clock.mode == "step:5s"
                assert asm_subscription.control("GET", "quotas")["max_core_count"] == 3
                assert asm_subscription.control("GET", "timings")["deployment.create"] == 7

            @pytest.mark.asm(clock="scaled:60", quotas={})
            def test_of_its_own(self, asm_subscription):
                assert asm_subscription.clock.mode == "scaled:60"
                assert asm_subscription.control("GET", "quotas")["max_core_count"] == 20

            @pytest.mark.asm(clock=None)
            def test_of_the_usual_one(self, asm_clock):
                assert asm_clock.mode == "instant"
    """)
    run("--strict-markers", passed=4)


WRONG = {
    '"manual"': "the marker takes asm(clock=None, *by name, and was given ('manual',)",
    'clocks="manual"': "the marker takes asm(clock=None, *by name, and was given {'clocks': 'manual'}",
    'clock="fast"': "asm: mode: 'fast' is not instant, manual*",
    'quotas={"max_cores": 1}': "asm: quotas: 'max_cores' is none; there are *max_core_count, *",
    "quotas=[1]": "asm: The body has to be a JSON object*",
    'timings={"deployment.create": -1}': "asm: timings: deployment.create takes seconds from 0 to *, not -1",
}


def test_what_a_marker_does_not_take_is_an_error_of_the_test_that_says_so(pytester, run):
    tests = (
        f"@pytest.mark.asm({arguments})\ndef test_{number}(asm_subscription): pass\n"
        for number, arguments in enumerate(WRONG)
    )
    pytester.makepyfile("import pytest\n" + "".join(tests))
    run(errors=len(WRONG)).stdout.fnmatch_lines(list(WRONG.values()))


# ---- the options


def test_of_the_settings_the_marker_beats_the_command_line_that_the_environment_and_that_the_ini_file(
    pytester, run, monkeypatch
):
    pytester.makeini("[pytest]\nasm_clock = scaled:1\n")
    pytester.makepyfile("""
        import os
        import pytest

        def test_it(asm_clock):
            assert asm_clock.mode == os.environ["EXPECTED"]

        @pytest.mark.asm(clock="manual")
        def test_marked(asm_clock):
            assert asm_clock.mode == "manual"
    """)
    monkeypatch.setenv("EXPECTED", "scaled:1")
    run(passed=2)
    monkeypatch.setenv("EXPECTED", "scaled:2")
    monkeypatch.setenv("ASM_EMULATOR_CLOCK", "scaled:2")
    run(passed=2)
    monkeypatch.setenv("EXPECTED", "scaled:3")
    run("--asm-clock", "scaled:3", passed=2)


EXTERNAL = """
import os
import pytest


@pytest.mark.parametrize("n", range(4))
def test_it(asm_server, asm_sdk, asm_clock, n):
    assert asm_server.endpoint == os.environ["EXPECTED"]
    asm_sdk.service_management.create_hosted_service("myhostedservice", "label", location="West US")
    assert asm_clock.mode == "instant"
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "with workers"])
def test_an_emulator_that_runs_already_is_used_and_left_running(
    pytester, run, monkeypatch, emulator, announced, workers
):
    pytester.makepyfile(EXTERNAL)
    monkeypatch.setenv("EXPECTED", emulator.endpoint)
    before = len(emulator.world.subscriptions)
    run(*workers, "--asm-endpoint", emulator.endpoint + "/", "--asm-certs", announced, passed=4)
    assert len(emulator.world.subscriptions) == before + 4


def test_an_emulator_is_named_by_the_environment_or_the_ini_file_as_well(
    pytester, run, monkeypatch, emulator, announced
):
    pytester.makepyfile(EXTERNAL)
    monkeypatch.setenv("EXPECTED", emulator.endpoint)
    (pytester.path / "kept").symlink_to(announced)
    inner = pytester.mkdir("inner")
    pytester.makeini(f"[pytest]\nasm_endpoint = {emulator.endpoint}\nasm_certs = kept\n")
    monkeypatch.chdir(inner)  # the ini file's directory is relative to its own
    run("--rootdir", pytester.path, pytester.path, passed=4)
    pytester.makeini("[pytest]\nasm_endpoint = https://localhost:1\n")
    monkeypatch.setenv("ASM_EMULATOR_ENDPOINT", emulator.endpoint)
    monkeypatch.setenv("ASM_EMULATOR_CERTS", "../kept")
    run("--rootdir", pytester.path, pytester.path, passed=4)


def test_the_control_api_is_the_one_that_is_named_or_noted_and_otherwise_not_known(
    pytester, run, monkeypatch, emulator
):
    pytester.makepyfile(EXTERNAL)
    monkeypatch.setenv("EXPECTED", emulator.endpoint)
    named = ("--asm-endpoint", emulator.endpoint, "--asm-certs", emulator.settings.certs)
    run(*named, "--asm-control", emulator.control_endpoint, passed=4)
    result = run(*named, failed=4)
    result.stdout.fnmatch_lines(["the emulator's control API is not known: --asm-control says where it is"])


def test_an_emulator_that_cannot_be_used_is_an_error_that_says_why(pytester, run, emulator, tmp_path):
    pytester.makepyfile("def test_it(asm_server): pass\n")
    result = run("--asm-endpoint", emulator.endpoint, "--asm-certs", "nowhere", errors=1)
    result.stdout.fnmatch_lines([f"asm: no certificates in {pytester.path}/nowhere: --asm-certs names the *"])
    assert not (pytester.path / "nowhere").exists()

    result = run("--asm-endpoint", "https://localhost:1", "--asm-certs", emulator.settings.certs, errors=1)
    result.stdout.fnmatch_lines(["asm: https://localhost:1: Connection refused"])

    (tmp_path / "ca.pem").write_bytes(emulator.ca_path.read_bytes())
    result = run("--asm-endpoint", emulator.endpoint, "--asm-certs", tmp_path, errors=1)
    result.stdout.fnmatch_lines(["asm: *ca.key is missing*"])
