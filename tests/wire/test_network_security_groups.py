"""Network security groups on the wire, held against what was recorded."""

from __future__ import annotations

from lxml import etree

from emulator.domain.network_records import NetworkSecurityGroup, NetworkSecurityRule
from emulator.domain.network_security_assignments import Assignment
from emulator.domain.network_security_groups import SetRule
from emulator.wire.machines import CONFIGURATION_SET
from emulator.wire.network_security_groups import (
    ASSIGN_GROUP,
    ASSIGNED_GROUP,
    NETWORK_SECURITY_GROUP,
    NETWORK_SECURITY_GROUPS,
    SET_RULE,
)
from emulator.wire.terms import AZURE, XSI
from emulator.wire.writing import Context

NOW, PREVIEW = "2015-04-01", "2014-09-01"
W = {"w": AZURE}
BODY = (
    f'<Rule xmlns="{AZURE}">{{}}<Priority>500</Priority>{{}}'
    "<SourceAddressPrefix>*</SourceAddressPrefix><SourcePortRange>*</SourcePortRange>"
    "<DestinationAddressPrefix>INTERNET</DestinationAddressPrefix><DestinationPortRange>80</DestinationPortRange>"
    "<Protocol>TCP</Protocol></Rule>"
)
FIELDS = {
    "priority": 500,
    "source_address_prefix": "*",
    "source_port_range": "*",
    "destination_address_prefix": "INTERNET",
    "destination_port_range": "80",
    "protocol": "TCP",
}
GROUP = NetworkSecurityGroup(
    "name", None, "West US", {"rule": NetworkSecurityRule(name="rule", type="Inbound", action="Deny", **FIELDS)}
)


def written(version=NOW, **shown):
    return etree.fromstring(NETWORK_SECURITY_GROUP.write(GROUP, Context(version, None, shown)))


def names(element):
    return [etree.QName(child).localname for child in element]


def test_a_group_is_shown_without_its_rules_unless_they_are_asked_for():
    assert (
        NETWORK_SECURITY_GROUP.write(GROUP, Context(NOW))
        == (
            f'<NetworkSecurityGroup xmlns="{AZURE}" xmlns:i="{XSI}"><Name>name</Name><Location>West US</Location>'
            "<State>Created</State></NetworkSecurityGroup>"
        ).encode()
    )
    assert names(written(full=False)) == ["Name", "Location", "State"]
    assert names(written(full=True)) == ["Name", "Location", "State", "Rules"]


def test_groups_are_listed_without_a_state():
    labelled = NetworkSecurityGroup("name", "a label", "West US")
    assert (
        NETWORK_SECURITY_GROUPS.write([labelled], Context(NOW))
        == (
            f'<NetworkSecurityGroups xmlns="{AZURE}" xmlns:i="{XSI}"><NetworkSecurityGroup><Name>name</Name>'
            "<Label>a label</Label><Location>West US</Location></NetworkSecurityGroup></NetworkSecurityGroups>"
        ).encode()
    )


def test_a_rule_tells_that_it_is_a_default_only_if_it_is():
    own, first, *_ = written(full=True).find("w:Rules", W)
    common = [
        *("Name", "Type", "Priority", "Action", "SourceAddressPrefix", "SourcePortRange"),
        *("DestinationAddressPrefix", "DestinationPortRange", "Protocol", "State"),
    ]
    assert names(own) == common
    assert names(first) == [*common, "IsDefault"]
    assert first.findtext("w:SourceAddressPrefix", None, W) == "VIRTUAL_NETWORK"


def test_the_preview_had_other_default_rules_and_left_out_what_goes_without_saying():
    rules = written(PREVIEW, full=True).find("w:Rules", W)
    shown = [
        tuple(rule.findtext(f"w:{name}", None, W) for name in ("Type", "Action", "SourceAddressPrefix"))
        for rule in rules
    ]
    assert shown == [
        (None, "Deny", "*"),
        (None, None, "VirtualNetwork"),
        ("Outbound", None, "VirtualNetwork"),
        ("Outbound", None, "*"),
        ("Outbound", "Deny", "*"),
        (None, "Deny", "*"),
    ]
    # What the caller wrote comes back as it was written.
    prefixes = [rule.findtext("w:DestinationAddressPrefix", None, W) for rule in rules]
    assert prefixes[0] == "INTERNET"
    assert prefixes[3] == "Internet"


def test_a_rule_is_read_with_and_without_what_goes_without_saying():
    whole = BODY.format("<Name>rule</Name><Type>Outbound</Type>", "<Action>Deny</Action>")
    assert SET_RULE.read(whole.encode()) == SetRule(name="rule", type="Outbound", action="Deny", **FIELDS)
    assert SET_RULE.read(BODY.format("", "").encode()) == SetRule(**FIELDS)


def test_an_assignment_is_read_and_shown_with_a_state():
    read = ASSIGN_GROUP.read(f'<NetworkSecurityGroup xmlns="{AZURE}"><Name>n</Name></NetworkSecurityGroup>'.encode())
    assert read == Assignment(name="n")
    assert (
        ASSIGNED_GROUP.write(read, Context(NOW))
        == (
            f'<NetworkSecurityGroup xmlns="{AZURE}" xmlns:i="{XSI}"><Name>n</Name><State>Created</State>'
            "</NetworkSecurityGroup>"
        ).encode()
    )


def test_a_machine_names_its_group_once_groups_are_public():
    body = (
        f'<ConfigurationSet xmlns="{AZURE}"><ConfigurationSetType>NetworkConfiguration</ConfigurationSetType>'
        "<NetworkSecurityGroup>mygroup</NetworkSecurityGroup></ConfigurationSet>"
    ).encode()

    read = {
        version: CONFIGURATION_SET.read(body, version).network_security_group for version in (PREVIEW, "2014-10-01")
    }

    assert read == {PREVIEW: None, "2014-10-01": "mygroup"}


def test_a_machine_and_its_interfaces_name_their_group_before_they_say_whether_they_forward():
    both = "<NetworkSecurityGroup>{}</NetworkSecurityGroup><IPForwarding>Enabled</IPForwarding>"
    body = (
        f'<ConfigurationSet xmlns="{AZURE}"><ConfigurationSetType>NetworkConfiguration</ConfigurationSetType>'
        f"<NetworkInterfaces><NetworkInterface><Name>n</Name>{both.format('inner')}</NetworkInterface>"
        f"</NetworkInterfaces>{both.format('outer')}</ConfigurationSet>"
    ).encode()

    read = CONFIGURATION_SET.read(body, "2016-07-01")

    (interface,) = read.network_interfaces
    assert (interface.network_security_group, interface.ip_forwarding) == ("inner", "Enabled")
    assert (read.network_security_group, read.ip_forwarding) == ("outer", "Enabled")
