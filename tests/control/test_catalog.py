"""Catalog entries of a subscription's own, set by the control API."""

from __future__ import annotations

import pytest
import requests

CITY = {
    "name": "Atlantis",
    "display_name": "Atlantis",
    "available_services": ["Compute", "Storage"],
    "web_worker_role_sizes": ["Small"],
    "virtual_machine_role_sizes": ["Small"],
    "storage_account_types": ["Standard_LRS"],
}


@pytest.fixture
def catalog(emulator, identity):
    def ask(body=None):
        url = f"{emulator.control_endpoint}/subscriptions/{identity.subscription_id}/catalog"
        return requests.get(url) if body is None else requests.put(url, json=body)

    return ask


def own(emulator, identity):
    return emulator.world.subscription(identity.subscription_id).catalog


def test_a_subscription_has_entries_of_its_own(emulator, identity, catalog):
    assert catalog().json() == {}
    assert catalog({"locations": [CITY]}).status_code == 200
    assert [one["name"] for one in catalog().json()["locations"]] == ["Atlantis"]
    assert own(emulator, identity).location("atlantis").display_name == "Atlantis"
    assert own(emulator, identity).location("West US") is not None
    assert emulator.world.subscription("another").catalog.location("Atlantis") is None


def test_they_take_the_place_of_those_it_had_and_of_namesakes(emulator, identity, catalog):
    catalog({"locations": [CITY]})
    catalog({"locations": [{**CITY, "name": "West US", "display_name": "Far West"}]})
    assert own(emulator, identity).location("Atlantis") is None
    assert own(emulator, identity).location("West US").display_name == "Far West"
    assert catalog({}).json() == {}
    assert own(emulator, identity) is emulator.world.catalog


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"cities": []}, "unknown field `cities`"),
        ({"locations": [{"name": "Atlantis"}]}, "$.locations[0]"),
        ({"role_sizes": [{"name": "X", "cores": -1}]}, "$.role_sizes[0].cores"),
        ([], "Expected `object`, got `array`"),
    ],
)
def test_what_is_no_entry_is_refused_and_changes_nothing(emulator, identity, catalog, body, why):
    catalog({"locations": [CITY]})
    answer = catalog(body)
    assert answer.status_code == 400
    assert why in answer.json()["error"]
    assert own(emulator, identity).location("Atlantis") is not None


def test_they_are_in_a_snapshot(emulator, identity, catalog):
    catalog({"locations": [CITY]})
    one = f"{emulator.control_endpoint}/subscriptions/{identity.subscription_id}"
    document = requests.get(f"{one}/snapshot").json()
    requests.post(f"{one}/reset")
    assert own(emulator, identity).location("Atlantis") is None
    requests.put(f"{one}/snapshot", json=document)
    assert own(emulator, identity).location("Atlantis") is not None
