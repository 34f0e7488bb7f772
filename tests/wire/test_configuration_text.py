"""Service configurations as the service writes them after it has changed them."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from emulator.domain.configuration import (
    AddressAssignments,
    NetworkConfiguration,
    ReservedIP,
    RoleConfiguration,
    ServiceConfiguration,
    Setting,
)
from emulator.wire.configuration import read_configuration
from emulator.wire.configuration_text import write_configuration

FIXTURES = Path(__file__).parents[2] / "fixtures" / "configurations"
READABLE = ["network", "one-worker", "scaled", "two-roles"]

WRITTEN = """\
<ServiceConfiguration xmlns:xsd="http://www.w3.org/2001/XMLSchema" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" serviceName="Azure1" osFamily="2" osVersion="*" \
schemaVersion="2012-05.1.7" xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">
  <Role name="Worker">
    <ConfigurationSettings>
      <Setting name="Connection" value="UseDevelopmentStorage=true" />
    </ConfigurationSettings>
    <Instances count="2" />
  </Role>
  <NetworkConfiguration>
    <AddressAssignments>
      <ReservedIPs>
        <ReservedIP name="myip" />
      </ReservedIPs>
    </AddressAssignments>
  </NetworkConfiguration>
</ServiceConfiguration>"""


def test_the_text_has_the_recorded_form():
    role = RoleConfiguration(
        name="Worker", instance_count=2, settings=(Setting("Connection", "UseDevelopmentStorage=true"),)
    )
    network = NetworkConfiguration(address_assignments=AddressAssignments(reserved_ips=(ReservedIP("myip"),)))
    content = ServiceConfiguration(
        service_name="Azure1", os_family="2", schema_version="2012-05.1.7", roles=(role,), network=network
    )

    assert write_configuration(content) == WRITTEN.replace("\n", "\r\n").encode()

    empty = write_configuration(replace(content, network=NetworkConfiguration())).decode().split("\r\n")
    assert empty[-4:-1] == ["  <NetworkConfiguration>", "    <AddressAssignments />", "  </NetworkConfiguration>"]


@pytest.mark.parametrize("name", READABLE)
def test_what_was_written_says_what_was_read(name):
    content = read_configuration((FIXTURES / f"{name}.cscfg").read_bytes())

    assert read_configuration(write_configuration(content)) == content


def test_what_xml_would_take_for_its_own_comes_back():
    settings = (Setting('a"b', "<&>\r\n\tend"),)
    content = ServiceConfiguration(
        service_name="s", roles=(RoleConfiguration(name="r", instance_count=1, settings=settings),)
    )

    assert read_configuration(write_configuration(content)) == content
