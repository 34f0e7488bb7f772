"""`journal`, `explain`, `clock` and `reset`: what they tell of a running emulator, and what they do to it."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
from azure.common import AzureHttpError
from azure.servicemanagement import ServiceManagementService

from emulator import running
from emulator.commands.steering import _move
from emulator.embedded import Emulator
from emulator.settings import Settings


@pytest.fixture
def identity(emulated):
    return emulated.identity()


@pytest.fixture
def sms(identity):
    return identity.sdk(ServiceManagementService)


@pytest.fixture
def asm(invoke, emulated):
    """Return a function that runs a command on the emulator, which has to work, and returns what it printed."""

    def run(*arguments):
        result = invoke(*arguments, "--certs", emulated.settings.certs)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    return run


@pytest.fixture
def one(asm, identity):
    """The same for the subscription of this test."""
    return lambda *arguments: asm(*arguments, "--subscription", identity.subscription_id)


@pytest.fixture
def conflict(one, sms):
    """The request id of a call that was refused because another operation holds what it is about."""
    one("clock", "mode", "manual")
    sms.create_storage_account("account", "d", "label", location="West US")
    with pytest.raises(AzureHttpError, match="Conflict"):
        sms.delete_storage_account("account")
    return json.loads(one("journal", "--json"))["exchanges"][-1]["request_id"]


def test_the_journal_has_a_line_an_exchange_and_one_for_each_oddity(one, conflict):
    lines = one("journal").splitlines()
    assert len(lines) == 3
    assert re.fullmatch(
        r"[0-9a-f]{32} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ 202 POST /\S+/services/storageservices"
        r"  CreateStorageService, \d+\.\d ms",
        lines[0],
    )
    assert lines[1].startswith(f"{conflict} ")
    assert lines[2].startswith("    refused: ConflictError: Windows Azure is currently performing an operation")


def test_an_unknown_path_has_the_nearest_one_below_it(one, sms):
    with pytest.raises(AzureHttpError):
        sms._perform_get(f"/{sms.subscription_id}/services/hostedservises", None)
    said = one("journal")
    assert "  no operation, " in said
    assert "    nearest: /{subscription_id}/services/hostedservices\n" in said


def test_the_journal_is_searched(one, conflict, sms):
    sms.list_locations()
    assert "ListLocations" in one("journal", "--limit", 1)
    assert one("journal", "--limit", 1).count("\n") == 1
    assert one("journal", "--status", 409).count("\n") == 2
    assert one("journal", "--operation", "CreateStorageService").count("\n") == 1
    assert one("journal", "--since", conflict).count("\n") == 1
    assert one("journal", "--status", 599) == "Nothing was asked.\n"


def test_an_explanation_says_who_holds_it_and_when_it_clears(one, conflict):
    said = one("explain", conflict)
    assert "It is held by the operation " in said
    assert "CreateStorageService: InProgress" in said
    assert "in 20 s on this clock: once it is advanced by that much" in said
    assert "Until then:\n" in said
    assert said.endswith(" storage account account resolved, of operation " + said.split()[-1] + "\n")


def test_an_explanation_in_json_is_the_control_apis(emulated, one, conflict):
    answer = running.ask(emulated.control_endpoint, "GET", f"/explain/{conflict}")
    assert json.loads(one("explain", conflict, "--json")) == answer


def test_a_limit_is_explained_by_its_name(emulated, one, sms, identity):
    path = f"/subscriptions/{identity.subscription_id}/quotas"
    running.ask(emulated.control_endpoint, "PUT", path, {"max_hosted_services": 0})
    with pytest.raises(AzureHttpError):
        sms.create_hosted_service("svc", "label", location="West US")
    request_id = json.loads(one("journal", "--json"))["exchanges"][-1]["request_id"]
    assert "The limit is the quota max_hosted_services, 0; 0 are in use.\n" in one("explain", request_id)


def test_what_the_journal_does_not_have_is_refused_in_one_line(invoke, emulated, refused):
    result = invoke("explain", "no/such id", "--certs", emulated.settings.certs)
    assert "has no request" in refused(result, 1) or "not found" in refused(result, 1)
    result = invoke("explain", "0" * 32, "--certs", emulated.settings.certs)
    assert refused(result, 1).startswith("The journal has no request '0000")


def test_a_clock_is_shown_set_and_moved(one, conflict, sms):
    shown = one("clock", "show").splitlines()
    assert shown[0].endswith("Z, manual")
    assert shown[1] == "Pending:"
    assert " storage account account created, of operation " in shown[2]
    moved = one("clock", "advance", "next").splitlines()
    assert moved[1] == "Happened:"
    assert " storage account account created" in moved[2]
    assert one("clock", "advance", "quiet").splitlines()[-1] == "Nothing is pending."
    assert "Nothing happened." in one("clock", "advance", "5m")
    assert one("clock", "mode", "step:5s").splitlines()[0].endswith("Z, step:5s")
    sms.delete_storage_account("account")


def test_a_clock_goes_to_an_instant_and_until_an_operation_ends(one, conflict):
    holder = json.loads(one("explain", conflict, "--json"))["refused"]["held_by"]["id"]
    assert " resolved, of operation " in one("clock", "advance", holder)
    now = datetime.fromisoformat(json.loads(one("clock", "show", "--json"))["now"])
    wanted = (now + timedelta(days=1)).isoformat()
    assert datetime.fromisoformat(json.loads(one("clock", "advance", wanted, "--json"))["now"]).isoformat() == wanted


@pytest.mark.parametrize(
    ("how", "move"),
    [
        ("30", {"advance": 30}),
        ("1.5s", {"advance": 1.5}),
        ("2h", {"advance": 7200}),
        ("1d", {"advance": 86400}),
        ("next", {"advance": "next"}),
        ("4F64bebfe9750f63300dcc2e35740a41", {"until": "4F64bebfe9750f63300dcc2e35740a41"}),
        ("2030-01-31T12:00:00Z", {"to": "2030-01-31T12:00:00Z"}),
        ("soon", {"to": "soon"}),
    ],
)
def test_what_a_clock_is_moved_by_is_told_from_how_it_is_written(how, move):
    assert _move(how) == move


def test_what_a_clock_does_not_take_is_refused_in_one_line(invoke, emulated, refused):
    certs = ["--certs", emulated.settings.certs, "--subscription", "some"]
    assert "no instant" in refused(invoke("clock", "advance", "soon", *certs), 1)
    assert "instant, manual, scaled" in refused(invoke("clock", "mode", "fast", *certs), 1)


def test_without_a_subscription_all_clocks_are_shown(asm, one, sms):
    one("clock", "mode", "manual")
    said = asm("clock", "show")
    assert said.startswith("New subscriptions: instant\n")
    assert f"\n{sms.subscription_id}:\n  " in said


def test_reset_forgets_a_subscription(one, sms, identity):
    sms.create_hosted_service("svc", "label", location="West US")
    assert one("reset") == f"Forgotten: {identity.subscription_id}.\n"
    assert list(sms.list_hosted_services()) == []
    assert one("journal").count("\n") == 1


def test_a_command_shows_the_token_that_lies_with_the_certificates(invoke, tmp_path, refused):
    with (
        Emulator(Settings(port=0, control_port=0, control_token="a-token", certs=tmp_path / "certs")) as one,
        running.announced(tmp_path / "certs", running.Address(one.endpoint, one.control_endpoint)),
    ):
        assert invoke("reset", "--certs", tmp_path / "certs").stdout == "Forgotten: everything.\n"
        result = invoke("reset", "--certs", tmp_path / "certs", "--control-token", "wrong")
        assert "needs its token" in refused(result, 1)
