"""The control API: health, identities, time and reset, over real HTTP."""

from __future__ import annotations

import base64
import json
import time
from datetime import datetime

import msgspec
import pytest
import requests
from azure.common import AzureHttpError
from azure.servicemanagement import ServiceManagementService

from emulator.control import health
from emulator.control.routes import ONE, ROUTES
from emulator.embedded import Emulator
from emulator.pipeline import Pipeline


@pytest.fixture
def clock(emulator, identity):
    url = f"{emulator.control_endpoint}/subscriptions/{identity.subscription_id}/clock"

    def use(**change):
        answer = requests.post(url, json=change, timeout=5) if change else requests.get(url, timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return use


def post(emulator, path, **options):
    return requests.post(f"{emulator.control_endpoint}{path}", timeout=5, **options)


def test_health_is_none_where_the_api_does_not_answer():
    with Emulator() as emulator:
        url = f"{emulator.control_endpoint}/health"
        assert requests.get(url, timeout=5).status_code == 200
        emulator._server.stop()
        answer = requests.get(url, timeout=5)
    assert answer.status_code == 503
    assert answer.json()["error"].startswith("The management API does not answer at https://localhost:")


def test_who_asks_for_health_leaves_no_trace():
    with Emulator() as emulator:
        assert post(emulator, "/faults", json={"fault": "stall", "count": 1}).ok
        before = msgspec.json.encode(emulator.world.entropy)
        for _ in range(3):
            assert requests.get(f"{emulator.control_endpoint}/health", timeout=5).status_code == 200
        assert [rule.seen for rule in emulator.faults.standing()] == [0]
        assert emulator.journal.entries() == []
        assert "_requests_total{" not in requests.get(f"{emulator.control_endpoint}/metrics", timeout=5).text
        assert msgspec.json.encode(emulator.world.entropy) == before


@pytest.mark.parametrize("ill", [lambda *_: 1 / 0, lambda *_: time.sleep(0.2)])
def test_health_is_none_where_the_server_greets_but_the_api_does_not_answer(monkeypatch, ill):
    monkeypatch.setattr(Pipeline, "unwatched", ill)
    monkeypatch.setattr(health, "SECONDS", 0.1)
    with Emulator() as emulator:
        assert requests.get(f"{emulator.control_endpoint}/health", timeout=5).status_code == 503


@pytest.mark.parametrize("host", ["::1", "127.0.0.3", "localhost"])
def test_health_is_asked_where_the_api_listens(host):
    with Emulator(host=host) as emulator:
        assert emulator.answers()


def test_health_tells_where_the_api_is(emulator):
    answer = requests.get(f"{emulator.control_endpoint}/health", timeout=5).json()
    assert (answer["status"], answer["endpoint"]) == ("serving", emulator.endpoint)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80"])
def test_a_name_that_was_rebound_to_it_is_refused(emulator, host):
    answer = requests.get(f"{emulator.control_endpoint}/health", headers={"Host": host}, timeout=5)
    assert answer.status_code == 403
    assert "loopback" in answer.json()["error"]


def test_in_manual_mode_time_moves_only_when_it_is_told_to(sms, clock):
    clock(mode="manual")
    asked = sms.create_storage_account("account", "d", "label", location="West US")
    assert sms.get_operation_status(asked.request_id).status == "InProgress"
    pending = clock()["pending"]
    assert [(e["machine"], e["resource"], e["name"]) for e in pending] == [("storage account", "account", "created")]
    moved = clock(advance="next")
    assert [e["name"] for e in moved["fired"]] == ["created"]
    assert sms.get_storage_account_properties("account").storage_service_properties.status == "ResolvingDns"
    clock(advance=3600)
    assert sms.get_operation_status(asked.request_id).status == "Succeeded"


def test_a_clock_goes_on_until_nothing_is_pending(sms, clock):
    clock(mode="manual")
    sms.create_storage_account("other", "d", "label", location="West US")
    moved = clock(advance="quiet")
    assert ([e["name"] for e in moved["fired"]], moved["pending"]) == (["created", "resolved"], [])


def test_one_subscriptions_clock_is_not_anothers(emulator, sms, clock):
    clock(mode="manual")
    other = emulator.identity()
    asked = other.sdk(ServiceManagementService).create_storage_account("third", "d", "l", location="West US")
    status = other.sdk(ServiceManagementService).get_operation_status(asked.request_id).status
    assert status == "Succeeded"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mode": "fast"}, "instant, manual, scaled"),
        ({"advance": "soon"}, "seconds"),
        ({"advance": -1}, "seconds"),
        ({"advance": 1e300}, "seconds"),
        ({"advance": [1]}, "at `$.advance`"),
        ({"advanse": 1}, "advanse"),
        ({"to": "noon"}, "no instant"),
        ({"to": "1999-01-01"}, "not within"),
        ({"advance": 1, "to": "2999-01-01"}, "one of these ways"),
    ],
)
def test_what_a_clock_does_not_take_is_refused(emulator, identity, change, words):
    answer = post(emulator, f"/subscriptions/{identity.subscription_id}/clock", json=change)
    assert answer.status_code == 400
    assert words in answer.json()["error"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"1", b'{"subscription": "a"}'])
def test_a_body_that_is_none_is_refused(emulator, body):
    answer = post(emulator, "/identities", data=body)
    assert answer.status_code == 400
    assert "JSON object" in answer.json()["error"]


@pytest.mark.parametrize("certificate", ["!", "\u00e9", base64.b64encode(b"no certificate").decode()])
def test_what_is_no_certificate_opens_nothing(emulator, certificate):
    answer = post(emulator, "/identities", json={"subscription": "s", "certificate": certificate})
    assert answer.status_code == 400
    assert "certificate" in answer.json()["error"]


def test_reset_forgets_one_subscription(emulator, identity, sms):
    sms.create_hosted_service("svc", "l", location="West US")
    assert post(emulator, f"/subscriptions/{identity.subscription_id}/reset").status_code == 200
    assert list(sms.list_hosted_services()) == []


@pytest.fixture
def numbers(emulator, identity):
    """Return a function that asks for quotas or timings, or sets them, and returns the answer."""

    def use(of, change=None):
        url = f"{emulator.control_endpoint}/subscriptions/{identity.subscription_id}/{of}"
        # Written by json, which also writes the numbers that JSON does not have.
        return requests.get(url, timeout=5) if change is None else requests.put(url, json.dumps(change), timeout=5)

    return use


def test_a_quota_that_was_set_is_what_the_service_tells_and_holds_to(sms, numbers):
    assert numbers("quotas").json()["max_hosted_services"] == 20
    answer = numbers("quotas", {"max_hosted_services": 1})
    assert (answer.status_code, answer.json()["max_hosted_services"]) == (200, 1)
    assert sms.get_subscription().max_hosted_services == 1
    sms.create_hosted_service("one", "l", location="West US")
    with pytest.raises(AzureHttpError, match="is 1 per subscription, the current count is 1"):
        sms.create_hosted_service("two", "l", location="West US")


def test_a_timing_that_was_set_is_how_long_it_takes_from_then_on(sms, numbers, clock):
    clock(mode="manual")
    assert numbers("timings", {"storage_account.creating": 1234.5}).status_code == 200
    before = clock()["now"]
    sms.create_storage_account("account", "d", "label", location="West US")
    due = clock()["pending"][0]["due"]
    assert (datetime.fromisoformat(due) - datetime.fromisoformat(before)).total_seconds() == 1234.5


@pytest.mark.parametrize(("of", "name"), [("quotas", "max_core_count"), ("timings", "deployment.create")])
def test_what_is_set_takes_the_place_of_all_that_was_set_before(numbers, of, name):
    usual = numbers(of).json()
    assert numbers(of, {name: 7}).json() == usual | {name: 7}
    assert numbers(of, numbers(of).json()).json() == usual | {name: 7}
    assert numbers(of, {}).json() == usual


def test_quotas_and_timings_are_set_apart_and_for_one_subscription_only(emulator, numbers):
    numbers("quotas", {"max_core_count": 1})
    numbers("timings", {"deployment.create": 1})
    assert numbers("quotas").json()["max_core_count"] == 1
    other = emulator.world.subscription("another").catalog
    assert (other.quotas.max_core_count, other.timings["deployment.create"]) == (20, 30)


def test_a_reset_takes_away_what_was_set(emulator, identity, numbers):
    numbers("quotas", {"max_core_count": 1})
    post(emulator, f"/subscriptions/{identity.subscription_id}/reset")
    assert numbers("quotas").json()["max_core_count"] == 20


@pytest.mark.parametrize("value", [-1, True, "2", 2.5, None, [1], 10**10])
def test_a_number_that_a_quota_cannot_be_is_refused_and_changes_nothing(numbers, value):
    answer = numbers("quotas", {"max_storage_accounts": 3, "max_core_count": value})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("quotas: max_core_count takes a whole number from 0 to 1000000000, not ")
    assert (numbers("quotas").json()["max_core_count"], numbers("quotas").json()["max_storage_accounts"]) == (20, 100)


@pytest.mark.parametrize("value", [-0.5, False, "2", 1e300])
def test_a_number_that_a_timing_cannot_be_is_refused(numbers, value):
    answer = numbers("timings", {"deployment.create": value})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("timings: deployment.create takes seconds from 0 to 1000000000, not ")


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_what_is_no_json_is_refused(numbers, value):
    answer = numbers("timings", {"deployment.create": value})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("The body has to be a JSON object: JSON is malformed")


@pytest.mark.parametrize("of", ["quotas", "timings"])
def test_a_name_that_there_is_none_of_is_refused_with_those_that_there_are(numbers, of):
    answer = numbers(of, {"max_everything": 1})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(f"{of}: 'max_everything' is none; there are ")
    assert all(name in answer.json()["error"] for name in numbers(of).json())


def test_it_answers_under_the_names_that_it_was_given_and_no_others():
    with Emulator(hostname=("emulator.test",)) as emulator:
        for host, status in (("emulator.test", 200), ("emulator.test:8444", 200), ("other.test", 403)):
            answer = requests.get(f"{emulator.control_endpoint}/health", headers={"Host": host}, timeout=5)
            assert answer.status_code == status, host


def test_a_subscription_id_that_no_request_can_reach_is_refused(emulator):
    body = {"subscription": "a/b", "certificate": base64.b64encode(b"x").decode()}
    answer = post(emulator, "/identities", json=body)
    assert answer.status_code == 400
    assert "can be no subscription id" in answer.json()["error"]


@pytest.mark.parametrize("name", ["a%20b", "%00", "x" * 65, "%C4%B0", "<script>", "..%5C"])
def test_what_can_be_no_subscription_id_is_not_found_and_comes_into_no_snapshot(emulator, name):
    before = requests.get(f"{emulator.control_endpoint}/snapshot", timeout=5).json()
    paths = [route.path.format(subscription_id=name, rule_id=1, request_id=1) for route in ROUTES if ONE in route.path]
    for path in [*paths, f"/portal/subscriptions/{name}"]:
        assert requests.get(f"{emulator.control_endpoint}{path}", timeout=5).status_code in (404, 405), path
    assert requests.get(f"{emulator.control_endpoint}/snapshot", timeout=5).json() == before


NO_CERTIFICATE = base64.b64encode(b"no certificate").decode()
OTHER_KIND = {"location": [{"name": 1}]}
REFUSED = [
    ("POST", "/identities", {"subscription": "{id}", "certificate": NO_CERTIFICATE}),
    ("POST", "/clock", {"mode": "manual", "advance": -1}),
    ("POST", f"{ONE}/clock", {"mode": "manual", "advance": -1}),
    ("POST", f"{ONE}/clock", {"mode": "manual", "to": "1999-01-01"}),
    ("POST", f"{ONE}/clock", {"until": "none"}),
    ("PUT", f"{ONE}/quotas", {"max_core_count": 1, "max_everything": 1}),
    ("PUT", f"{ONE}/timings", {"deployment.create": -1}),
    ("PUT", f"{ONE}/catalog", OTHER_KIND),
    ("POST", "/faults", {"fault": "none"}),
    ("POST", f"{ONE}/faults", {"fault": "none"}),
    ("DELETE", "/faults/none", None),
    ("DELETE", f"{ONE}/faults/none", None),
    ("PUT", "/snapshot", {"format": 1, "emulator": "", "subscriptions": {"{id}": {}}}),
    ("PUT", f"{ONE}/snapshot", {"format": 1, "emulator": "", "subscriptions": {"{id}": {}}}),
    ("POST", "/snapshot/diff", {"before": {}}),
    ("POST", f"{ONE}/fork", {"to": "{id}"}),
    ("POST", f"{ONE}/fork", {"to": "in-use"}),
    ("POST", f"{ONE}/fork", {"to": "a b"}),
]
"""What each route refuses; `{id}` is that of a subscription that nobody has used."""
NEVER_REFUSED = {"/reset", f"{ONE}/reset", "/journal", f"{ONE}/journal", "/faults", f"{ONE}/faults"}


def test_every_route_that_changes_something_is_tried_with_what_it_refuses():
    changing = {(route.method, route.path) for route in ROUTES if route.method != "GET"}
    tried = {(method, path.replace("none", "{rule_id}")) for method, path, _ in REFUSED}
    assert {path for method, path in changing - tried} <= NEVER_REFUSED


@pytest.mark.parametrize(("method", "path", "body"), REFUSED)
def test_what_is_refused_changes_nothing(emulator, method, path, body):
    emulator.world.subscription("in-use")
    before = requests.get(f"{emulator.control_endpoint}/snapshot", timeout=5).json()
    said = json.dumps(body).replace("{id}", "unused")
    url = f"{emulator.control_endpoint}{path.format(subscription_id='unused')}"
    answer = requests.request(method, url, data=said, timeout=5)
    assert 400 <= answer.status_code < 500, answer.text
    assert "unused" not in emulator.world.subscriptions
    assert requests.get(f"{emulator.control_endpoint}/snapshot", timeout=5).json() == before


@pytest.mark.parametrize("view", ["clock", "quotas", "timings", "catalog", "journal", "faults", "snapshot"])
def test_who_looks_at_a_subscription_does_not_make_it(emulator, view):
    url = f"{emulator.control_endpoint}/subscriptions/unused/{view}"
    first = requests.get(url, timeout=5)
    assert first.status_code == 200
    assert "unused" not in emulator.world.subscriptions
