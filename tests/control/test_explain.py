"""Explanations: what refused a request, and that the call which was to clear at an instant does clear then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests

from emulator.control.explain import _fork, explain
from emulator.control.journal import FAULT, noted
from emulator.demo import walk
from emulator.embedded import Emulator
from emulator.identity.authority import Authority
from emulator.pipeline import Answer, Call, Pipeline, Request


@pytest.fixture
def clock(control):
    """Return a function that moves the subscription's clock, which is manual."""
    control("POST", "clock", {"mode": "manual"})
    return lambda **change: control("POST", "clock", change)


def _seconds_until(moment, now):
    return (datetime.fromisoformat(moment) - datetime.fromisoformat(now)).total_seconds()


def test_a_lock_is_explained_by_who_holds_it_and_when_it_clears(sms, clock, control, refused):
    held = sms.create_storage_account("account", "d", "label", location="West US").request_id
    shown = refused("delete_storage_account", "account")
    why = shown["refused"]
    assert (why["kind"], why["refusal"], why["evidence"]) == (
        "lock",
        "STORAGE_ACCOUNT_BUSY",
        "seen in recorded answers",
    )
    assert (why["held_by"]["id"], why["held_by"]["name"], why["held_by"]["status"]) == (
        held,
        "CreateStorageService",
        "InProgress",
    )
    assert [one["name"] for one in why["held_by"]["pending"]] == ["created"]
    clears = why["clears"]
    assert [one["name"] for one in clears["events"]] == ["created", "resolved"]
    assert _seconds_until(clears["at"], control("GET", "clock")["now"]) == clears["in_seconds"] == 20
    assert (shown["operation"]["status"], shown["operation"]["code"]) == ("Failed", "ConflictError")
    assert any("once it is advanced" in line for line in shown["words"])


def test_at_the_instant_that_it_names_the_same_call_is_served_and_not_before(sms, clock, control, refused):
    sms.create_storage_account("account", "d", "label", location="West US")
    at = datetime.fromisoformat(refused("delete_storage_account", "account")["refused"]["clears"]["at"])
    clock(to=(at - timedelta(seconds=1)).isoformat())
    shown = refused("delete_storage_account", "account")
    assert shown["refused"]["clears"]["in_seconds"] == 1
    clock(to=at.isoformat())
    later = control("GET", f"explain/{shown['exchange']['request_id']}")["refused"]["clears"]
    assert (later["now"], later["in_seconds"]) == (True, 0)
    sms.delete_storage_account("account")


def test_to_explain_changes_nothing(emulator, identity, sms, clock, control, refused, picture):
    sms.create_storage_account("account", "d", "label", location="West US")
    request_id = refused("delete_storage_account", "account")["exchange"]["request_id"]
    subscription = emulator.world.subscription(identity.subscription_id)
    before, drawn, operations = picture(subscription), subscription.entropy.drawn, len(subscription.operations)
    control("GET", f"explain/{request_id}")
    assert (picture(subscription), subscription.entropy.drawn, len(subscription.operations)) == (
        before,
        drawn,
        operations,
    )
    assert emulator.world.subscription(identity.subscription_id) is subscription


def test_a_limit_is_explained_by_its_quota_and_does_not_clear_by_itself(sms, control, refused):
    control("PUT", "quotas", {"max_hosted_services": 1})
    sms.create_hosted_service("one", "label", location="West US")
    why = refused("create_hosted_service", "two", "label", location="West US")["refused"]
    assert (why["kind"], why["limit"]) == ("limit", {"quota": "max_hosted_services", "limit": 1, "current": 1})
    assert (why["clears"]["now"], why["clears"]["at"]) == (False, None)


def test_a_limit_that_was_raised_is_out_of_the_way(sms, control, refused):
    control("PUT", "quotas", {"max_storage_accounts": 0})
    shown = refused("create_storage_account", "one", "d", "label", location="West US")
    control("PUT", "quotas", {})
    again = control("GET", f"explain/{shown['exchange']['request_id']}")
    assert again["refused"]["clears"]["now"] is True


@pytest.mark.parametrize(
    ("mode", "words"), [("scaled:2", "0:00:0"), ("step:5s", "after 3 more requests"), ("manual", "once it is advanced")]
)
def test_it_says_what_it_takes_as_the_clock_moves(sms, control, refused, mode, words):
    control("POST", "clock", {"mode": mode})
    sms.create_storage_account("account", "d", "label", location="West US")
    clears = refused("delete_storage_account", "account")["refused"]["clears"]
    assert words in clears["words"]


def test_after_as_many_requests_as_it_says_the_call_is_served(sms, control, refused):
    control("POST", "clock", {"mode": "step:7s"})
    sms.create_storage_account("account", "d", "label", location="West US")
    words = refused("delete_storage_account", "account")["refused"]["clears"]["words"]
    assert "after 2 more requests" in words
    sms.get_subscription()
    sms.delete_storage_account("account")


def test_what_is_not_there_is_missing_until_it_is(sms, control, refused):
    shown = refused("get_hosted_service_properties", "svc")
    assert (shown["refused"]["kind"], shown["refused"]["clears"]["at"]) == ("missing", None)
    sms.create_hosted_service("svc", "label", location="West US")
    again = control("GET", f"explain/{shown['exchange']['request_id']}")
    assert again["refused"]["clears"]["now"] is True


@pytest.mark.parametrize(
    ("method", "path", "version", "kind", "words"),
    [
        ("GET", "services/hostedservises", "2014-10-01", "request", "Nearest: /{subscription_id}/services/hosted"),
        ("GET", "locations", None, "request", "ListLocations"),
        ("POST", "services/hostedservices", "2014-10-01", "request", "CreateHostedService"),
        ("GET", "machineimages", "2014-10-01", "declined", "declines it"),
    ],
)
def test_what_time_does_not_mend_has_no_time(raw, control, method, path, version, kind, words):
    request_id = raw(method, path, version=version).headers["x-ms-request-id"]
    shown = control("GET", f"explain/{request_id}")
    assert (shown["refused"]["kind"], shown["refused"]["clears"]) == (kind, None)
    assert any(words in line for line in shown["words"])


def test_who_is_kept_out_learns_by_what(raw, control, journal):
    stranger = Authority.temporary()
    try:
        pem = stranger.identity("any", endpoint="https://localhost:1")
        answer = raw("GET", "locations", certificate=str(pem.pem_path))
        shown = control("GET", f"explain/{answer.headers['x-ms-request-id']}")
    finally:
        stranger.close()
    assert shown["refused"]["kind"] == "certificate"
    assert (shown["who"]["admitted"], shown["who"]["thumbprint"]) == (False, pem.thumbprint)
    assert "did not issue" in shown["who"]["words"]
    assert "was not looked at" in shown["matched"]


def test_who_is_let_in_learns_why(sms, identity, control, journal):
    sms.list_locations()
    shown = control("GET", f"explain/{journal()[0]['request_id']}")
    assert (shown["who"]["admitted"], shown["refused"]) == (True, None)
    assert f"issued for the subscription {identity.subscription_id}" in shown["who"]["words"]
    assert shown["who"]["subject"].startswith(f"CN={identity.subscription_id}")


def test_what_was_accepted_is_explained_by_its_operation(sms, clock, control):
    request_id = sms.create_storage_account("account", "d", "label", location="West US").request_id
    operation = control("GET", f"explain/{request_id}")["operation"]
    assert (operation["status"], len(operation["pending"])) == ("InProgress", 1)
    clock(until=request_id)
    operation = control("GET", f"explain/{request_id.upper()}")["operation"]
    assert (operation["status"], operation["pending"]) == ("Succeeded", [])


def test_a_request_that_the_journal_does_not_know_cannot_be_explained(emulator):
    answer = requests.get(f"{emulator.control_endpoint}/explain/{'0' * 32}", timeout=5)
    assert answer.status_code == 404
    assert "--journal" in answer.json()["error"]


def test_an_answer_that_was_broken_on_purpose_is_explained_by_its_rule(emulator, identity):
    call = Call(Request("GET", f"/{identity.subscription_id}/locations", "", None, None, "", bytes))
    entry = noted(call, Answer(503, [(FAULT, "rule-7")], b""), datetime.now(UTC))
    refused = explain(emulator.world, emulator.authority, entry).refused
    assert (refused.kind, refused.fault, refused.clears) == ("fault", "rule-7", None)


def test_elements_that_nobody_read_are_named(raw, control):
    body = (
        '<CreateHostedService xmlns="http://schemas.microsoft.com/windowsazure"><ServiceName>svc</ServiceName>'
        "<Label>bGFiZWw=</Label><Location>West US</Location><Colour>red</Colour></CreateHostedService>"
    )
    request_id = raw("POST", "services/hostedservices", body).headers["x-ms-request-id"]
    assert control("GET", f"explain/{request_id}")["words"][-1] == (
        "Nobody read, of the body: /CreateHostedService/Colour."
    )


def test_a_copy_is_equal_whatever_a_subscription_holds(monkeypatch):
    answer, copies = Pipeline.answer, []

    def answer_and_copy(pipeline, request):
        answered = answer(pipeline, request)
        copies.extend((one, _fork(pipeline.world, one)) for one in pipeline.world.subscriptions.values())
        assert copies[-1][0] == copies[-1][1]
        return answered

    monkeypatch.setattr(Pipeline, "answer", answer_and_copy)
    assert all(walk(lambda _: None).values())
    assert len(copies) > 50


def test_where_names_are_global_a_copy_takes_the_place_of_its_subscription():
    with Emulator(dns_names="global") as emulator:
        world = emulator.world
        one = world.subscription("one")
        fork = _fork(world, one)
        assert fork == one
        assert fork is not one
        assert fork.world.neighbours(fork) == [fork]
        assert world.neighbours(one) == [one]
        assert world.neighbours(one)[0] is one
