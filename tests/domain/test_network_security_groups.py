"""Network security groups and their rules."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from emulator.domain import errors, errors_networks
from emulator.domain import network_security_groups as groups
from emulator.domain.network_security_groups import CreateNetworkSecurityGroup, SetRule
from emulator.domain.refusals import ServiceError

DONE = ("Succeeded", None, None)
GROUP = CreateNetworkSecurityGroup(name="Group", label="a label", location="West US")
RULE = SetRule(
    type="Outbound",
    priority=500,
    action="Deny",
    source_address_prefix="*",
    source_port_range="*",
    destination_address_prefix="INTERNET",
    destination_port_range="80-81",
    protocol="TCP",
)


@pytest.fixture
def group(subscription, told):
    told(groups.create, GROUP)
    return groups.get(subscription, "group")


def names(group):
    return [rule.name for rule in groups.rules_of(group)]


def test_a_group_is_there_when_its_operation_ends_and_gone_when_it_is_deleted(subscription, operation, told):
    tracked = operation()
    groups.create(subscription, tracked, GROUP)
    assert groups.list_all(subscription) == []

    seconds = subscription.catalog.timings["network.security_group"]
    subscription.advance_to(subscription.now + timedelta(seconds=seconds))

    assert tracked.status == "Succeeded"
    (made,) = groups.list_all(subscription)
    assert (made.name, made.label, made.location) == ("Group", "a label", "West US")
    assert groups.get(subscription, "GROUP") is made
    assert told(groups.delete, "group") == DONE
    assert groups.list_all(subscription) == []


def test_a_location_may_be_given_by_its_short_name(subscription, told):
    assert told(groups.create, replace(GROUP, location="usnorth")) == DONE
    assert groups.get(subscription, "Group").location == "North Central US"


def test_every_group_ends_with_the_six_default_rules(subscription, group):
    assert [(rule.name, rule.type, rule.priority, rule.action) for rule in groups.rules_of(group)] == [
        ("ALLOW VNET INBOUND", "Inbound", 65000, "Allow"),
        ("ALLOW VNET OUTBOUND", "Outbound", 65000, "Allow"),
        ("ALLOW AZURE LOAD BALANCER INBOUND", "Inbound", 65001, "Allow"),
        ("ALLOW INTERNET OUTBOUND", "Outbound", 65001, "Allow"),
        ("DENY ALL OUTBOUND", "Outbound", 65500, "Deny"),
        ("DENY ALL INBOUND", "Inbound", 65500, "Deny"),
    ]


def test_own_rules_come_first_by_their_priority(group, told):
    assert told(groups.set_rule, RULE, "group", "second") == DONE
    assert told(groups.set_rule, replace(RULE, priority=100), "GROUP", "first") == DONE
    assert names(group)[:3] == ["first", "second", "ALLOW VNET INBOUND"]

    # A rule of the same name takes the place of the one before.
    assert told(groups.set_rule, replace(RULE, priority=600), "group", "First") == DONE
    assert names(group)[:3] == ["second", "First", "ALLOW VNET INBOUND"]

    assert told(groups.delete_rule, "group", "SECOND") == DONE
    assert names(group)[:2] == ["First", "ALLOW VNET INBOUND"]


def test_a_rule_is_inbound_and_allows_unless_it_says_otherwise(group, told):
    told(groups.set_rule, replace(RULE, type=None, action=None, protocol="udp"), "group", "rule")
    rule = group.rules["rule"]
    assert (rule.type, rule.action, rule.protocol) == ("Inbound", "Allow", "UDP")


def test_a_priority_is_one_rules_in_each_direction(group, told):
    told(groups.set_rule, RULE, "group", "out")
    assert told(groups.set_rule, replace(RULE, type="Inbound"), "group", "in") == DONE
    status, code, message = told(groups.set_rule, RULE, "group", "other")
    assert (status, code) == ("Failed", "BadRequest")
    assert "out has the priority 500" in message
    assert sorted(group.rules) == ["in", "out"]


def test_what_is_not_there_is_told_by_the_operation(group, told):
    missing = ("Failed", "ResourceNotFound", "The Network Security Group nope does not exist.")
    assert told(groups.delete, "nope") == missing
    assert told(groups.set_rule, RULE, "nope", "rule") == missing
    assert told(groups.delete_rule, "nope", "rule") == missing
    assert told(groups.delete_rule, "group", "rule")[:2] == ("Failed", "ResourceNotFound")
    assert told(groups.create, replace(GROUP, name="GROUP"))[:2] == ("Failed", "BadRequest")


def test_a_group_that_is_not_there_cannot_be_read(subscription, refuses):
    message = refuses(errors_networks.NETWORK_SECURITY_GROUP_NOT_FOUND, groups.get, subscription, "Nope")
    assert message == "The Network Security Group Nope does not exist."


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": None}, errors_networks.NETWORK_SECURITY_GROUP_NAME),
        ({"name": "a/b"}, errors_networks.NETWORK_SECURITY_GROUP_NAME),
        ({"label": "x" * 1025}, errors_networks.NETWORK_SECURITY_GROUP_LABEL),
        ({"location": None}, errors.LOCATION_NOT_FOUND),
        ({"location": "Atlantis"}, errors.LOCATION_NOT_FOUND),
    ],
)
def test_a_group_that_cannot_be_is_refused_at_once(subscription, operation, refuses, change, refusal):
    refuses(refusal, groups.create, subscription, operation(), replace(GROUP, **change))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"source_address_prefix": "INVALID"}, errors_networks.NETWORK_SECURITY_PREFIX_INVALID),
        ({"destination_address_prefix": "10.0.0.0/33"}, errors_networks.NETWORK_SECURITY_PREFIX_INVALID),
        ({"priority": 99}, errors_networks.NETWORK_SECURITY_RULE_INVALID),
        ({"priority": 4097}, errors_networks.NETWORK_SECURITY_RULE_INVALID),
        ({"type": "Sideways"}, errors_networks.NETWORK_SECURITY_RULE_INVALID),
        ({"action": "Ponder"}, errors_networks.NETWORK_SECURITY_RULE_INVALID),
        ({"protocol": "ICMP"}, errors_networks.NETWORK_SECURITY_RULE_INVALID),
        ({"source_port_range": "81-80"}, errors_networks.NETWORK_SECURITY_RULE_INVALID),
        ({"destination_port_range": "65536"}, errors_networks.NETWORK_SECURITY_RULE_INVALID),
        ({"destination_port_range": ""}, errors_networks.NETWORK_SECURITY_RULE_INVALID),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_once(subscription, operation, group, refuses, change, refusal):
    refuses(refusal, groups.set_rule, subscription, operation(), replace(RULE, **change), "group", "rule")


def test_which_prefix_is_wrong_is_said(subscription, operation, group):
    for which in ("Source", "Destination"):
        wrong = replace(RULE, **{f"{which.lower()}_address_prefix": "INVALID"})
        with pytest.raises(ServiceError, match=f"^The {which} Address Prefix provided 'INVALID' is invalid\\. Please"):
            groups.set_rule(subscription, operation(), wrong, "group", "rule")


@given(first=st.integers(0, 70_000), last=st.integers(0, 70_000))
def test_a_range_of_ports_rises_and_has_ports_only(first, last):
    text = f"{first}-{last}"
    try:
        groups._ports("rule", "source port range", text)
    except ServiceError:
        assert first > last or last > 65535
    else:
        assert first <= last <= 65535


def test_a_subscription_has_so_many_groups_and_a_group_so_many_rules(subscription, operation, told, refuses):
    subscription.override(quotas={"max_network_security_groups": 1, "max_network_security_rules_per_group": 1})
    told(groups.create, GROUP)
    refuses(errors.OVER_QUOTA, groups.create, subscription, operation(), replace(GROUP, name="other"))
    told(groups.set_rule, RULE, "Group", "rule")
    assert told(groups.set_rule, replace(RULE, priority=501), "Group", "other")[:2] == ("Failed", "BadRequest")
    assert told(groups.set_rule, replace(RULE, priority=501), "Group", "rule") == DONE
