"""Snapshots over the control API's port, with a client that knows nothing of it."""

from __future__ import annotations

import pytest
import requests
from azure.servicemanagement import ServiceManagementService


@pytest.fixture
def ask(emulator):
    def ask(method, path, status=200, **options):
        answer = requests.request(method, f"{emulator.control_endpoint}{path}", timeout=30, **options)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/json"), answer.text
        return answer.json()

    return ask


@pytest.fixture
def one(identity):
    return f"/subscriptions/{identity.subscription_id}"


def names(sms):
    return [service.service_name for service in sms.list_hosted_services()]


def test_a_subscription_goes_back_to_what_it_was(ask, one, sms):
    sms.create_hosted_service("b", "label", location="West US")
    sms.create_hosted_service("a", "label", location="West US")
    document = ask("GET", f"{one}/snapshot")
    sms.delete_hosted_service("b")
    assert ask("PUT", f"{one}/snapshot", json=document)["status"] == "loaded"
    assert names(sms) == ["b", "a"]


def test_a_deployment_in_between_is_loaded_with_its_schedule(ask, one, sms):
    ask("POST", f"{one}/clock", json={"mode": "manual"})
    request = sms.create_storage_account("account", "", "label", location="West US").request_id
    document, seen = ask("GET", f"{one}/snapshot"), []
    for _ in range(2):
        moved = ask("POST", f"{one}/clock", json={"advance": "quiet"})
        seen.append((moved["fired"], moved["now"], sms.get_operation_status(request).status))
        ask("PUT", f"{one}/snapshot", json=document)
    assert seen[0] == seen[1]
    assert seen[0][2] == "Succeeded"


def test_everything_goes_back_to_what_it_was(ask, emulator, sms, identity):
    sms.create_hosted_service("one", "label", location="West US")
    document = ask("GET", "/snapshot")
    other = emulator.identity()
    other.sdk(ServiceManagementService).list_locations()
    assert ask("PUT", "/snapshot", json=document)["subscriptions"] == len(document["subscriptions"])
    assert other.subscription_id not in emulator.world.subscriptions
    assert names(sms) == ["one"]


def test_a_fork_has_what_its_origin_has_and_goes_its_own_way(ask, emulator, one, sms):
    sms.create_hosted_service("one", "label", location="West US")
    other = emulator.identity()
    ask("POST", f"{one}/fork", 201, json={"to": other.subscription_id})
    fork = other.sdk(ServiceManagementService)
    (service,) = fork.list_hosted_services()
    assert other.subscription_id in service.url
    fork.create_hosted_service("two", "label", location="West US")
    assert (names(sms), names(fork)) == (["one"], ["one", "two"])
    answer = ask("POST", f"{one}/fork", 400, json={"to": other.subscription_id})
    assert answer["error"].startswith(f"there is a subscription {other.subscription_id} already")


def test_what_is_different_is_told_of_two_documents_and_of_one_and_now(ask, one, sms, identity):
    before = ask("GET", f"{one}/snapshot")
    sms.create_hosted_service("one", "label", location="West US")
    after = ask("GET", f"{one}/snapshot")
    path = f"/subscriptions/{identity.subscription_id}/hosted_services/one"
    for body in ({"before": before, "after": after}, {"before": before}):
        (change,) = [c for c in ask("POST", "/snapshot/diff", json=body)["changes"] if c["path"] == path]
        assert change.keys() == {"path", "after"}
        assert change["after"]["name"] == "one"
    assert ask("POST", "/snapshot/diff", json={"before": after})["changes"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "why"),
    [
        ("PUT", "/snapshot", b"{", "The body has to be a JSON object: Input data was truncated"),
        ("PUT", "/snapshot", b"[]", "this is no snapshot: it is no JSON object"),
        ("PUT", "/subscriptions/s/snapshot", b"{}", "this is no snapshot: it has no format"),
        ("POST", "/subscriptions/s/fork", b"{}", "The body has to be a JSON object with to: Object missing"),
        ("POST", "/subscriptions/s/fork", b'{"to": "s"}', "there is a subscription s already"),
        ("POST", "/snapshot/diff", b"[]", "The body has to be a JSON object with before, after: Expected"),
        ("POST", "/snapshot/diff", b'{"before": {}}', "this is no snapshot: it has no format"),
    ],
)
def test_a_body_that_is_none_is_refused_with_the_reason(ask, method, path, body, why):
    assert ask(method, path, 400, data=body)["error"].startswith(why)


def test_a_snapshot_may_be_longer_than_what_the_service_takes(ask, emulator, one, sms):
    sms.list_locations()
    document = ask("GET", f"{one}/snapshot")
    (state,) = document["subscriptions"].values()
    state["name"] = "n" * 20_000_000
    ask("PUT", f"{one}/snapshot", json=document)
    assert len(emulator.world.subscription(state["id"]).name) == 20_000_000
    ask("POST", f"{one}/reset")
