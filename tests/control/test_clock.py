"""Time as the control API moves it: to an instant, until an operation ends, and that of all subscriptions at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import requests
from azure.servicemanagement import ServiceManagementService

from emulator.embedded import Emulator


@pytest.mark.parametrize(("mode", "rate"), [("manual", None), ("instant", None), ("scaled:60", 60), ("step:5s", 5)])
def test_a_clock_shows_its_mode_and_its_rate(control, mode, rate):
    shown = control("POST", "clock", {"mode": mode})
    assert (shown["mode"], shown["rate"]) == (mode, rate)


def test_a_clock_goes_to_an_instant_and_fires_what_is_due_by_then(sms, control):
    now = datetime.fromisoformat(control("POST", "clock", {"mode": "manual"})["now"])
    sms.create_storage_account("account", "d", "label", location="West US")
    moved = control("POST", "clock", {"to": (now + timedelta(seconds=12)).isoformat()})
    assert datetime.fromisoformat(moved["now"]) == now + timedelta(seconds=12)
    assert ([e["name"] for e in moved["fired"]], [e["name"] for e in moved["pending"]]) == (["created"], ["resolved"])


def test_an_instant_without_a_zone_is_utc(control):
    control("POST", "clock", {"mode": "manual"})
    now = datetime.fromisoformat(control("GET", "clock")["now"])
    wanted = (now + timedelta(hours=1)).replace(tzinfo=None).isoformat()
    assert datetime.fromisoformat(control("POST", "clock", {"to": wanted})["now"]) == now + timedelta(hours=1)


def test_a_clock_goes_on_until_an_operation_has_ended_and_no_further(sms, control):
    control("POST", "clock", {"mode": "manual"})
    first = sms.create_storage_account("first", "d", "label", location="West US").request_id
    control("POST", "clock", {"advance": 1})
    second = sms.create_storage_account("second", "d", "label", location="West US").request_id
    moved = control("POST", "clock", {"until": first})
    assert sms.get_operation_status(first).status == "Succeeded"
    assert sms.get_operation_status(second).status == "InProgress"
    assert moved["fired"][-1]["operation"] == first
    assert control("POST", "clock", {"until": first})["fired"] == []


def test_an_operation_that_is_not_there_cannot_be_waited_for(emulator, identity):
    url = f"{emulator.control_endpoint}/subscriptions/{identity.subscription_id}/clock"
    answer = requests.post(url, json={"until": "0" * 32}, timeout=5)
    assert (answer.status_code, "no operation" in answer.json()["error"]) == (404, True)


def test_a_bad_move_does_not_change_the_mode_either(emulator, identity, control):
    url = f"{emulator.control_endpoint}/subscriptions/{identity.subscription_id}/clock"
    assert requests.post(url, json={"mode": "manual", "advance": "soon"}, timeout=5).status_code == 400
    assert control("GET", "clock")["mode"] == "instant"


def test_the_clocks_of_all_are_moved_and_those_to_come_have_the_mode():
    with Emulator() as emulator:
        url = f"{emulator.control_endpoint}/clock"
        one, other = emulator.identity("one"), emulator.identity("other")
        one.sdk(ServiceManagementService).list_locations()
        assert list(requests.get(url, timeout=5).json()["subscriptions"]) == ["one"]
        moved = requests.post(url, json={"mode": "manual"}, timeout=5).json()
        assert (moved["mode"], moved["subscriptions"]["one"]["mode"]) == ("manual", "manual")
        for identity in (one, other):
            identity.sdk(ServiceManagementService).create_storage_account("account", "d", "l", location="West US")
        moved = requests.post(url, json={"advance": 11}, timeout=5).json()["subscriptions"]
        assert {name: [e["name"] for e in clock["fired"]] for name, clock in moved.items()} == {
            "one": ["created"],
            "other": ["created"],
        }


def test_a_reset_of_everything_also_resets_how_time_moves():
    with Emulator() as emulator:
        requests.post(f"{emulator.control_endpoint}/clock", json={"mode": "manual"}, timeout=5)
        requests.post(f"{emulator.control_endpoint}/subscriptions/some/reset", timeout=5)
        assert requests.get(f"{emulator.control_endpoint}/clock", timeout=5).json()["mode"] == "manual"
        requests.post(f"{emulator.control_endpoint}/reset", timeout=5)
        assert requests.get(f"{emulator.control_endpoint}/clock", timeout=5).json()["mode"] == "instant"


def test_an_operation_belongs_to_one_subscription(emulator):
    answer = requests.post(f"{emulator.control_endpoint}/clock", json={"until": "0" * 32}, timeout=5)
    assert (answer.status_code, "belongs to one subscription" in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize("change", [{"advance": 10**9}, {"to": "9000-01-02T00:00:00Z"}])
def test_no_clock_is_moved_past_the_end_of_time_and_at_the_end_all_is_served(emulator, identity, control, change):
    control("POST", "clock", {"mode": "manual"})
    for _ in range(219):
        control("POST", "clock", {"advance": 10**9})
    control("POST", "clock", {"mode": "step:999999999"})
    sms = identity.sdk(ServiceManagementService)
    for _ in range(3):
        assert sms.list_locations()
    control("POST", "clock", {"mode": "manual"})
    before = control("GET", "clock")
    assert before["now"].startswith("9000-01-01")
    url = f"{emulator.control_endpoint}/subscriptions/{identity.subscription_id}/clock"
    answer = requests.post(url, json=change, timeout=5)
    assert (answer.status_code, control("GET", "clock")) == (400, before)


def test_a_move_that_one_clock_refuses_moves_none():
    with Emulator() as emulator:
        url = f"{emulator.control_endpoint}/clock"
        for name in ("one", "other"):
            emulator.identity(name).sdk(ServiceManagementService).list_locations()
        requests.post(url, json={"mode": "manual"}, timeout=5)
        ahead = f"{emulator.control_endpoint}/subscriptions/other/clock"
        now = requests.post(ahead, json={"advance": 3600}, timeout=5).json()["now"]
        before = requests.get(url, timeout=5).json()
        between = (datetime.fromisoformat(now) - timedelta(seconds=60)).isoformat()
        for change in ({"to": between}, {"advance": -1}, {"advance": "soon"}, {"to": "soon"}):
            answer = requests.post(url, json={"mode": "step:5", **change}, timeout=5)
            assert (answer.status_code, requests.get(url, timeout=5).json()) == (400, before)


def test_a_move_is_judged_where_there_is_nothing_to_move_yet():
    with Emulator() as emulator:
        for change in ({"advance": -1}, {"to": "soon"}, {"advance": 1, "to": "2030-01-01"}):
            assert requests.post(f"{emulator.control_endpoint}/clock", json=change, timeout=5).status_code == 400
