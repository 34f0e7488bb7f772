"""The control API: health, identities, time and reset, over real HTTP."""

from __future__ import annotations

import base64

import pytest
import requests
from azure.servicemanagement import ServiceManagementService

from emulator.embedded import Emulator


@pytest.fixture(scope="module")
def emulator():
    with Emulator() as running:
        yield running


@pytest.fixture
def identity(emulator):
    return emulator.identity()


@pytest.fixture
def sms(identity):
    return identity.sdk(ServiceManagementService)


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
        ({"advance": [1]}, "seconds"),
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


@pytest.mark.parametrize("certificate", ["!", base64.b64encode(b"no certificate").decode()])
def test_what_is_no_certificate_opens_nothing(emulator, certificate):
    answer = post(emulator, "/identities", json={"subscription": "s", "certificate": certificate})
    assert answer.status_code == 400
    assert "certificate" in answer.json()["error"]


def test_reset_forgets_one_subscription(emulator, identity, sms):
    sms.create_hosted_service("svc", "l", location="West US")
    assert post(emulator, f"/subscriptions/{identity.subscription_id}/reset").status_code == 200
    assert list(sms.list_hosted_services()) == []
