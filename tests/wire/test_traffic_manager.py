"""Profiles and definitions on the wire, held against what was recorded."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from emulator.domain.traffic_manager import CreateProfile, UpdateProfile
from emulator.domain.traffic_manager_records import Definition, Endpoint, Monitor, TrafficManagerProfile
from emulator.wire.terms import AZURE, XSI
from emulator.wire.traffic_manager import (
    AVAILABILITY,
    CREATE_DEFINITION,
    CREATE_PROFILE,
    DEFINITION,
    DEFINITION_MADE,
    DEFINITIONS,
    PROFILE,
    PROFILES,
    UPDATE_PROFILE,
)
from emulator.wire.writing import Context

CONTEXT = Context("2011-10-01")
MONITORS = (
    "<Monitors><Monitor><IntervalInSeconds>30</IntervalInSeconds><TimeoutInSeconds>10</TimeoutInSeconds>"
    "<ToleratedNumberOfFailures>3</ToleratedNumberOfFailures><Protocol>HTTP</Protocol><Port>80</Port>"
    "<HttpOptions><Verb>GET</Verb><RelativePath>/</RelativePath><ExpectedStatusCode>200</ExpectedStatusCode>"
    "</HttpOptions></Monitor></Monitors>"
)
OPTIONS = "<DnsOptions><TimeToLiveInSeconds>300</TimeToLiveInSeconds></DnsOptions>"
HEAD = "<DomainName>a.cloudapp.net</DomainName><Status>Enabled</Status><Type>CloudService</Type>"
MONITOR = Monitor(
    interval_in_seconds=30,
    timeout_in_seconds=10,
    tolerated_number_of_failures=3,
    protocol="HTTP",
    port=80,
    verb="GET",
    relative_path="/",
    expected_status_code=200,
)
ENDPOINT = Endpoint(domain_name="a.cloudapp.net", status="Enabled", type="CloudService")
ONE = Definition(
    time_to_live_in_seconds=300, monitors=(MONITOR,), load_balancing_method="RoundRobin", endpoints=(ENDPOINT,)
)
BARE = TrafficManagerProfile("name", "d.trafficmanager.net")
WHOLE = TrafficManagerProfile("name", "d.trafficmanager.net", True, ONE)


def document(name, inside):
    return f'<{name} xmlns="{AZURE}" xmlns:i="{XSI}">{inside}</{name}>'.encode()


def a_definition(endpoints):
    policy = f"<Policy><LoadBalancingMethod>RoundRobin</LoadBalancingMethod>{endpoints}</Policy>"
    return document("Definition", f"{OPTIONS}{MONITORS}{policy}")


NAMED = "<DomainName>d.trafficmanager.net</DomainName><Name>name</Name>"


@pytest.mark.parametrize(
    ("profile", "inside"),
    [
        (BARE, f"{NAMED}<Status>Disabled</Status><Definitions/>"),
        (
            WHOLE,
            (
                f"{NAMED}<Status>Enabled</Status><StatusDetails><EnabledVersion>1</EnabledVersion></StatusDetails>"
                "<Definitions><Definition><Status>Enabled</Status><Version>1</Version></Definition></Definitions>"
            ),
        ),
        (
            TrafficManagerProfile("name", "d.trafficmanager.net", False, ONE),
            (
                f"{NAMED}<Status>Disabled</Status>"
                "<Definitions><Definition><Status>Disabled</Status><Version>1</Version></Definition></Definitions>"
            ),
        ),
    ],
    ids=["fresh", "enabled", "disabled"],
)
def test_a_profile_tells_which_version_is_enabled_while_it_is(profile, inside):
    assert PROFILE.write(profile, CONTEXT) == document("Profile", inside)
    assert PROFILES.write([profile], CONTEXT) == document("Profiles", f"<Profile>{inside}</Profile>")


def test_a_definition_is_shown_with_what_the_monitor_says():
    inside = (
        f"{OPTIONS}<Status>Enabled</Status><Version>1</Version>{MONITORS}"
        f"<Policy><LoadBalancingMethod>RoundRobin</LoadBalancingMethod><Endpoints><Endpoint>{HEAD}"
        "<MonitorStatus>CheckingEndpoint</MonitorStatus><Weight>1</Weight></Endpoint></Endpoints>"
        "<MonitorStatus>CheckingEndpoints</MonitorStatus></Policy>"
    )
    assert DEFINITION.write(WHOLE, CONTEXT) == document("Definition", inside)
    assert DEFINITIONS.write([WHOLE], CONTEXT) == document("Definitions", f"<Definition>{inside}</Definition>")


def test_without_endpoints_a_definition_is_inactive():
    text = DEFINITION.write(TrafficManagerProfile("n", "d", True, replace(ONE, endpoints=())), CONTEXT).decode()
    assert "<Endpoints/><MonitorStatus>Inactive</MonitorStatus></Policy>" in text


def test_answers_that_only_tell_one_thing():
    assert DEFINITION_MADE.write(1, CONTEXT) == document("Definition", "<Version>1</Version>")
    assert AVAILABILITY.write(False, CONTEXT) == document("AvailabilityResponse", "<Result>false</Result>")


def test_a_definition_is_read():
    assert CREATE_DEFINITION.read(a_definition(f"<Endpoints><Endpoint>{HEAD}</Endpoint></Endpoints>")) == ONE
    assert CREATE_DEFINITION.read(a_definition("<Endpoints/>")) == replace(ONE, endpoints=())


def test_what_an_endpoint_has_beside_comes_in_either_order():
    weight, least = "<Weight>2</Weight>", "<MinChildEndpoints>3</MinChildEndpoints>"
    for rest in (f"{weight}{least}", f"{least}{weight}"):
        (read,) = CREATE_DEFINITION.read(
            a_definition(f"<Endpoints><Endpoint>{HEAD}{rest}</Endpoint></Endpoints>")
        ).endpoints
        assert read == replace(ENDPOINT, weight=2, min_child_endpoints=3)


def test_what_goes_without_saying_may_be_left_out():
    body = a_definition(f"<Endpoints><Endpoint>{HEAD}</Endpoint></Endpoints>")
    options = MONITORS[MONITORS.index("<Verb>") : MONITORS.index("</HttpOptions>")]
    assert CREATE_DEFINITION.read(body.replace(options.encode(), b"").replace(b"<Type>CloudService</Type>", b"")) == ONE


def test_profiles_are_read():
    assert CREATE_PROFILE.read(document("Profile", NAMED)) == CreateProfile(
        name="name", domain_name="d.trafficmanager.net"
    )
    details = "<StatusDetails><EnabledVersion>1</EnabledVersion></StatusDetails>"
    read = UPDATE_PROFILE.read(document("Profile", f"<Status>Disabled</Status>{details}"))
    assert read == UpdateProfile(status="Disabled", enabled_version=1)
    assert UPDATE_PROFILE.read(document("Profile", "<Status>Enabled</Status>")) == UpdateProfile(status="Enabled")
