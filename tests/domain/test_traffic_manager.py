"""Profiles of Traffic Manager and their definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from emulator.domain import errors_networks, traffic_manager
from emulator.domain.traffic_manager import CreateProfile, UpdateProfile
from emulator.domain.traffic_manager_records import Definition, Endpoint, Monitor, TrafficManagerProfile

DOMAIN = "MyDomain.trafficmanager.net"
PROFILE = CreateProfile(name="MyProfile", domain_name=DOMAIN)
MONITOR = Monitor(
    interval_in_seconds=30,
    timeout_in_seconds=10,
    tolerated_number_of_failures=3,
    protocol="http",
    port=80,
    verb="GET",
    relative_path="/",
    expected_status_code=200,
)
SERVICE = Endpoint(domain_name="Service.cloudapp.net", status="Enabled", type="CloudService")
ELSEWHERE = Endpoint(domain_name="Www.Example.org", status="Enabled", type="any", location="West US", weight=5)
DEFINITION = Definition(
    time_to_live_in_seconds=300, monitors=(MONITOR,), load_balancing_method="performance", endpoints=(SERVICE,)
)


@pytest.fixture
def profile(subscription, operation):
    traffic_manager.create_profile(subscription, operation(), PROFILE)
    return traffic_manager.get_profile(subscription, "myprofile")


@pytest.fixture
def define(subscription, operation):
    def define(definition=DEFINITION, **change):
        return traffic_manager.create_definition(subscription, operation(), replace(definition, **change), "MYPROFILE")

    return define


def test_a_profile_is_made_disabled_and_keeps_its_spelling(subscription, profile):
    assert traffic_manager.list_profiles(subscription) == [profile]
    assert (profile.name, profile.domain_name, profile.enabled) == ("MyProfile", DOMAIN, False)
    assert traffic_manager.list_definitions(subscription, "MyProfile") == []


def test_a_name_is_available_until_a_profile_has_it(subscription, operation):
    assert traffic_manager.is_available(subscription, DOMAIN)
    assert not traffic_manager.is_available(subscription, "elsewhere.example.org")
    traffic_manager.create_profile(subscription, operation(), PROFILE)
    assert not traffic_manager.is_available(subscription, DOMAIN.upper())


def test_the_first_definition_enables_a_profile_and_another_takes_its_place(subscription, profile, define):
    assert define() == 1
    assert profile.enabled
    assert traffic_manager.get_definition(subscription, "MyProfile") is profile

    assert define(time_to_live_in_seconds=30) == 1
    assert profile.definition.time_to_live_in_seconds == 30
    assert traffic_manager.list_definitions(subscription, "MyProfile") == [profile]


def test_a_profile_is_disabled_and_enabled_again(subscription, operation, profile, define):
    define()
    traffic_manager.update_profile(subscription, operation(), UpdateProfile(status="disabled"), "myprofile")
    assert not profile.enabled
    define()
    assert not profile.enabled
    enable = UpdateProfile(status="Enabled", enabled_version=1)
    traffic_manager.update_profile(subscription, operation(), enable, "myprofile")
    assert profile.enabled


def test_a_definition_is_spelled_as_the_service_does(profile, define):
    define(endpoints=(SERVICE, ELSEWHERE))
    shown = profile.definition
    assert (shown.load_balancing_method, shown.monitors[0].protocol) == ("Performance", "HTTP")
    # Recorded: only the domain of a cloud service comes back in lower case.
    assert [(one.domain_name, one.type, one.weight) for one in shown.endpoints] == [
        ("service.cloudapp.net", "CloudService", 1),
        ("Www.Example.org", "Any", 5),
    ]


@given(enabled=st.booleans(), statuses=st.lists(st.sampled_from(["Enabled", "Disabled"]), max_size=4))
def test_the_monitor_says_what_follows_from_what_is_enabled(enabled, statuses):
    endpoints = tuple(replace(SERVICE, domain_name=f"s{n}.cloudapp.net", status=s) for n, s in enumerate(statuses))
    profile = TrafficManagerProfile("p", DOMAIN, enabled, replace(DEFINITION, endpoints=endpoints))
    told = [traffic_manager.endpoint_status(profile, one) for one in endpoints]
    assert told == ["CheckingEndpoint" if enabled and s == "Enabled" else "Disabled" for s in statuses]
    whole = "CheckingEndpoints" if "CheckingEndpoint" in told else "Inactive"
    assert traffic_manager.policy_status(profile) == (whole if enabled else "Disabled")


def test_the_last_profile_takes_the_subscription_with_it(subscription, operation, profile, refuses):
    traffic_manager.create_profile(
        subscription, operation(), CreateProfile(name="other", domain_name="o.trafficmanager.net")
    )

    def delete(name):
        traffic_manager.delete_profile(subscription, operation(), name)

    message = refuses(errors_networks.PROFILE_NOT_FOUND, delete, "Nope")
    assert message == "The specified profile name Nope does not exist."
    delete("MYPROFILE")
    delete("other")
    message = refuses(errors_networks.NO_PROFILES, delete, "other")
    assert message == f"The specified subscription {subscription.id} does not exist"
    refuses(errors_networks.PROFILE_NOT_FOUND, traffic_manager.get_profile, subscription, "other")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"domain_name": "INVALID"}, errors_networks.PROFILE_DOMAIN_INVALID),
        ({"domain_name": "trafficmanager.net"}, errors_networks.PROFILE_DOMAIN_INVALID),
        ({"domain_name": ".trafficmanager.net"}, errors_networks.PROFILE_PREFIX_INVALID),
        ({"domain_name": "a_b.trafficmanager.net"}, errors_networks.PROFILE_PREFIX_INVALID),
        ({"name": "a b"}, errors_networks.PROFILE_NAME),
        ({"name": "x" * 257}, errors_networks.PROFILE_NAME),
        ({"name": "MYPROFILE", "domain_name": "other.trafficmanager.net"}, errors_networks.PROFILE_EXISTS),
        ({"name": "other", "domain_name": DOMAIN.lower()}, errors_networks.PROFILE_DOMAIN_TAKEN),
    ],
)
def test_a_profile_that_cannot_be_is_refused(subscription, operation, profile, refuses, change, refusal):
    refuses(refusal, traffic_manager.create_profile, subscription, operation(), replace(PROFILE, **change))


@pytest.mark.parametrize(
    "change",
    [
        {"time_to_live_in_seconds": 29},
        {"load_balancing_method": "Chance"},
        {"monitors": ()},
        {"monitors": (MONITOR, MONITOR)},
        {"monitors": (replace(MONITOR, protocol="ftp"),)},
        {"monitors": (replace(MONITOR, port=0),)},
        {"monitors": (replace(MONITOR, relative_path="x"),)},
        {"monitors": (replace(MONITOR, tolerated_number_of_failures=4),)},
        {"endpoints": (SERVICE, replace(SERVICE, domain_name="SERVICE.cloudapp.net"))},
        {"endpoints": (replace(SERVICE, type="Magic"),)},
        {"endpoints": (replace(SERVICE, status="Perhaps"),)},
        {"endpoints": (replace(SERVICE, weight=0),)},
        {"endpoints": (replace(ELSEWHERE, location=None),)},
    ],
)
def test_a_definition_that_cannot_be_is_refused(profile, define, refuses, change):
    refuses(errors_networks.DEFINITION_INVALID, define, **change)


def test_an_endpoint_elsewhere_needs_a_location_for_performance_only(profile, define):
    define(load_balancing_method="RoundRobin", endpoints=(replace(ELSEWHERE, location=None),))
    assert profile.definition.endpoints[0].location is None


def test_a_profile_without_a_definition_has_none_to_show_and_is_not_enabled(subscription, operation, profile, refuses):
    def update(status, version=None):
        command = UpdateProfile(status=status, enabled_version=version)
        traffic_manager.update_profile(subscription, operation(), command, "MyProfile")

    refuses(errors_networks.DEFINITION_NOT_FOUND, traffic_manager.get_definition, subscription, "MyProfile")
    refuses(errors_networks.PROFILE_UNDEFINED, update, "Enabled", 1)
    refuses(errors_networks.PROFILE_STATUS, update, "Perhaps")
    refuses(errors_networks.PROFILE_NOT_FOUND, traffic_manager.list_definitions, subscription, "nope")
