"""The journal in tests: the fixture, the report of a test that failed, and what fails one that passed."""

from __future__ import annotations

import pytest

from emulator.embedded import Emulator
from emulator.settings import Settings

pytest_plugins = ["pytester"]

CREATE = """
import pytest
import requests

BODY = (
    '<CreateHostedService xmlns="http://schemas.microsoft.com/windowsazure"><ServiceName>svc</ServiceName>'
    '<Label>bGFiZWw=</Label><Location>West US</Location><Colour>red</Colour></CreateHostedService>'
)


def create(asm_subscription, path="services/hostedservices"):
    return requests.post(
        f"https://{asm_subscription.host}/{asm_subscription.id}/{path}",
        data=BODY,
        headers={"x-ms-version": "2014-10-01"},
        cert=asm_subscription.pem_path,
        verify=asm_subscription.ca_path,
    ).status_code

"""


def test_the_fixture_has_the_exchanges_and_what_nobody_read(pytester, run):
    pytester.makepyfile(
        CREATE
        + """
def test_it(asm_subscription, asm_journal):
    assert create(asm_subscription) == 201
    assert create(asm_subscription, "services/hostedservises") == 404
    created, lost = asm_journal.entries
    assert (created.operation, created.status, created.at.tzinfo is not None) == ("CreateHostedService", 201, True)
    assert (lost.unknown, lost.code) == (True, "ResourceNotFound")
    assert asm_journal.unread == ["/CreateHostedService/Colour"]
    assert asm_journal.unknown_paths == [f"POST {lost.path} (nearest: {lost.nearest[0]})"]
    assert asm_journal.explain(lost.request_id)["refused"]["kind"] == "request"
    asm_journal.forget()
    assert asm_journal.entries == []
"""
    )
    run()


def test_the_report_of_a_failed_test_shows_the_journal_of_its_subscription(pytester, run):
    pytester.makepyfile(
        CREATE
        + """
def test_bad(asm_subscription):
    assert create(asm_subscription, "services/hostedservises") == 201

def test_silent(asm_subscription):
    assert False

def test_good(asm_subscription):
    assert create(asm_subscription) == 201

@pytest.fixture
def broken(asm_subscription):
    yield create(asm_subscription)
    assert False

def test_ends_badly(broken):
    pass
"""
    )
    result = run(passed=2, failed=2, errors=1)
    result.stdout.fnmatch_lines(
        [
            "* asm-emulator journal of ????????-*",
            "* 404 POST /*/services/hostedservises  no operation, * ms",
            "    refused: ResourceNotFound: *",
            "    nearest: /{subscription_id}/services/hostedservices",
        ]
    )
    said = result.stdout.str()
    assert said.count("asm-emulator journal of") == 3
    assert said.count("Nothing was asked.") == 1


def test_the_report_shows_no_more_than_the_last_exchanges(pytester, run):
    pytester.makepyfile(
        CREATE
        + """
def test_bad(asm_subscription):
    for number in range(25):
        create(asm_subscription, f"nothing{number}x")
    assert False
"""
    )
    said = run(failed=1).stdout.str()
    assert "/nothing4x " not in said
    assert "/nothing5x " in said
    assert "/nothing24x " in said


def test_without_strictness_nothing_more_fails(pytester, run):
    pytester.makepyfile(CREATE + "def test_it(asm_subscription):\n    create(asm_subscription)\n")
    run(passed=1)


@pytest.mark.parametrize(
    ("word", "path", "found"),
    [
        ("unread", "services/hostedservices", "/CreateHostedService/Colour"),
        ("unknown-path", "services/hostedservises", "POST /*/services/hostedservises (nearest: *"),
    ],
)
@pytest.mark.parametrize("where", ["option", "variable", "ini"])
def test_a_word_fails_what_it_names_and_nothing_else(pytester, run, monkeypatch, word, path, found, where):
    pytester.makepyfile(
        CREATE
        + f"""
def test_bad(asm_subscription):
    create(asm_subscription, {path!r})

def test_good(asm_sdk):
    asm_sdk.service_management.list_locations()

def test_unused():
    pass

@pytest.mark.asm(strict="")
def test_allowed(asm_subscription):
    create(asm_subscription, {path!r})
"""
    )
    arguments = []
    match where:
        case "option":
            arguments = ["--asm-strict", word]
        case "variable":
            monkeypatch.setenv("ASM_EMULATOR_PYTEST_STRICT", word)
        case "ini":
            pytester.makeini(f"[pytest]\nasm_strict = {word}\n")
    result = run(*arguments, passed=3, failed=1)
    result.stdout.fnmatch_lines([f"asm_strict, {word}:", f"  {found}"])


def test_a_marker_makes_one_test_strict(pytester, run):
    pytester.makepyfile(
        CREATE
        + """
@pytest.mark.asm(strict="unread, unknown-path")
def test_bad(asm_subscription):
    create(asm_subscription)

def test_good(asm_subscription):
    create(asm_subscription)
"""
    )
    run(passed=1, failed=1)


def test_a_test_that_failed_fails_for_its_own_reason(pytester, run):
    pytester.makepyfile(CREATE + "def test_it(asm_subscription):\n    assert create(asm_subscription) == 'mine'\n")
    result = run("--asm-strict", "unread", failed=1)
    result.stdout.fnmatch_lines(["*assert 201 == 'mine'*"])
    result.stdout.no_fnmatch_line("asm_strict*")


def test_a_word_that_is_none_is_refused_at_once(pytester, run):
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_subprocess("--asm-strict", "unread,colour")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*asm_strict: 'colour' is none of faults, unread, unknown-path*"])


def test_the_token_of_an_emulator_that_runs_already_is_found_or_named(pytester, run, tmp_path):
    pytester.makepyfile(
        "def test_it(asm_sdk, asm_journal):\n"
        "    asm_sdk.service_management.list_locations()\n"
        "    assert len(asm_journal.entries) == 1\n"
    )
    with Emulator(Settings(port=0, control_port=0, control_token="a-token", certs=tmp_path / "certs")) as one:
        named = ["--asm-endpoint", one.endpoint, "--asm-certs", tmp_path / "certs", "--asm-control"]
        run(*named, one.control_endpoint, passed=1)
        result = run(*named, one.control_endpoint, "--asm-token", "wrong", failed=1)
        result.stdout.fnmatch_lines(["*The control API needs its token*"])


def test_an_emulator_without_a_journal_cannot_be_strict(pytester, run):
    pytester.makepyfile(
        """
import pytest
from emulator import Emulator
from emulator.pytest_plugin import AsmServer

@pytest.fixture(scope="session")
def asm_server():
    with Emulator(journal=0, control_token="secret") as emulator:
        yield AsmServer.of(emulator)

@pytest.mark.asm(strict="unread")
def test_it(asm_sdk):
    asm_sdk.service_management.list_locations()
"""
    )
    run(failed=1).stdout.fnmatch_lines(["*the emulator keeps no journal*"])
