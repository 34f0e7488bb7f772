"""Snapshots that earlier versions wrote: each loads, with all that was in it, and goes on.

`python tests/control/test_versions.py` writes the one of this version, once, before it is released.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from azure.servicemanagement import (
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
    ServiceManagementService,
)
from msgspec import UNSET

from emulator import Emulator
from emulator.control import snapshots
from emulator.domain.clock import Pace
from emulator.version import VERSION

SNAPSHOTS = Path(__file__).parents[2] / "fixtures" / "snapshots"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
BLOBS = "https://account.blob.core.windows.net"


def write(path):
    """Write what an emulator holds in the middle of much: the calls of a real client, of which some are under way."""
    with Emulator(clock=Pace("manual"), save=path) as emulator:
        sms = emulator.identity(SUBSCRIPTION).sdk(ServiceManagementService)
        here = emulator.world.subscription(SUBSCRIPTION)
        sms.create_affinity_group("group", "label", "West US")
        sms.create_hosted_service("web", "label", affinity_group="group", extended_properties={"one": "1", "a": "2"})
        sms.create_hosted_service("machines", "label", location="West US")
        sms.create_storage_account("account", "", "label", location="West US")
        sms.create_reserved_ip_address("address", location="West US")
        here.advance_until_quiet(100)
        sms.add_os_image("image", f"{BLOBS}/v/image.vhd", "image", "Linux")
        network = ConfigurationSet()
        network.configuration_set_type = "NetworkConfiguration"
        network.input_endpoints.input_endpoints.append(ConfigurationSetInputEndpoint("ssh", "tcp", "22", "22"))
        sms.create_virtual_machine_deployment(
            "machines",
            "machines",
            "production",
            "label",
            "vm",
            LinuxConfigurationSet("vm", "user", "Secret-1", disable_ssh_password_authentication=False),
            OSVirtualHardDisk("image", f"{BLOBS}/v/vm.vhd"),
            network_config=network,
        )
        here.advance_to(here.clock.next_event().due)
        here.override(quotas={"max_core_count": 7}, timings={"deployment.create": 5})
        sms.create_storage_account("more", "", "label", location="West US")
    path.write_text(json.dumps(json.loads(path.read_bytes()), indent=1, sort_keys=True) + "\n")
    path.chmod(0o644)


@pytest.mark.parametrize("path", sorted(SNAPSHOTS.glob("*.json")), ids=lambda path: path.stem)
def test_what_every_version_wrote_is_loaded_and_goes_on(path):
    with Emulator(load=path) as emulator:
        sms = emulator.identity(SUBSCRIPTION).sdk(ServiceManagementService)
        here = emulator.world.subscription(SUBSCRIPTION)
        assert here.catalog.quotas.max_core_count == 7
        assert here.clock.pending()
        here.advance_until_quiet(100)
        assert {operation.status for operation in here.operations.values()} == {"Succeeded"}
        assert [service.service_name for service in sms.list_hosted_services()] == ["web", "machines"]
        deployment = sms.get_deployment_by_slot("machines", "production")
        assert [one.instance_status for one in deployment.role_instance_list] == ["ReadyRole"]
        accounts = {one.service_name: one for one in sms.list_storage_accounts()}
        assert accounts["more"].storage_service_properties.status == "Created"
        assert [address.name for address in sms.list_reserved_ip_addresses()] == ["address"]
        sms.delete_deployment("machines", "machines", delete_vhd=True)


def test_this_version_has_one():
    assert VERSION in [path.stem for path in SNAPSHOTS.glob("*.json")]


def test_nothing_that_was_written_is_lost(world):
    data = (SNAPSHOTS / f"{VERSION}.json").read_bytes()
    snapshots.load(world, data)
    assert [change for change in snapshots.diff(data, world) if change.before is not UNSET] == []


if __name__ == "__main__":
    SNAPSHOTS.mkdir(exist_ok=True)
    write(SNAPSHOTS / f"{VERSION}.json")
