"""Role instances on the wire: names to delete, reboots, and the counts in a configuration's text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from emulator.domain.role_instances import RebootEvent, RoleInstances
from emulator.wire.configuration import read_configuration
from emulator.wire.role_instances import DEPLOYMENT_EVENT_COLLECTION, ROLE_INSTANCES, with_counts
from emulator.wire.writing import Context

NAMESPACE = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"
PLAIN = f"""<?xml version="1.0"?>
<!-- <Role name="Web"><Instances count="1"/></Role> -->
<ServiceConfiguration serviceName="ä" osFamily="4" xmlns="{NAMESPACE}">
  <Role name="Web"><ConfigurationSettings><Setting name="x" value="&lt;Instances count='1'/&gt;"/>
    </ConfigurationSettings><Instances  count = '{11:<30}' /></Role>
  <Role name="Worker"><Instances
     count="2"></Instances></Role>
</ServiceConfiguration>
"""


def test_names_are_read_one_after_the_other():
    names = "<Name>a_IN_0</Name><Name>b</Name>"
    body = f'<RoleInstances  xmlns="http://schemas.microsoft.com/windowsazure">{names}</RoleInstances >'.encode()
    assert ROLE_INSTANCES.read(body) == RoleInstances(["a_IN_0", "b"])


def test_no_names_are_an_empty_list():
    assert ROLE_INSTANCES.read(b'<RoleInstances xmlns="http://schemas.microsoft.com/windowsazure"/>').names == []


def test_a_reboot_is_shown_with_seven_decimals():
    moment = datetime(2014, 9, 14, 3, 50, 9, 429987, tzinfo=UTC)
    written = DEPLOYMENT_EVENT_COLLECTION.write([RebootEvent("r", "r_IN_0", "why", moment)], Context())
    assert written.endswith(
        b"<RebootEvents><RebootEvent><RoleName>r</RoleName><InstanceName>r_IN_0</InstanceName><RebootReason>why"
        b"</RebootReason><RebootStartTime>2014-09-14T03:50:09.4299870Z</RebootStartTime></RebootEvent></RebootEvents>"
        b"</DeploymentEventCollection>"
    )


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", ""), ("utf-8", "\ufeff"), ("utf-16-le", "\ufeff"), ("utf-16-be", "\ufeff")],
)
def test_counts_change_and_nothing_else(encoding, mark):
    declared = PLAIN if encoding == "utf-8" else PLAIN.replace('1.0"?', '1.0" encoding="utf-16"?')
    text = (mark + declared).encode(encoding)
    content = read_configuration(text)
    fewer = replace(content, roles=tuple(replace(role, instance_count=3) for role in content.roles))
    changed = with_counts(text, fewer)
    expected = mark + declared.replace(f"'{11:<30}'", "'3'").replace('count="2"', 'count="3"')
    assert changed == expected.encode(encoding)
    assert read_configuration(changed) == fewer
    assert with_counts(changed, fewer) == changed
