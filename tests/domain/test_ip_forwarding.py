"""IP forwarding of roles and of their network interfaces."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.domain import errors, errors_networks, ip_forwarding, vm_roles
from emulator.domain.ip_forwarding import IPForwarding
from emulator.domain.machines import NetworkInterfaceInput

ON, OFF = IPForwarding(state="Enabled"), IPForwarding(state="Disabled")


@pytest.fixture
def deployment(cloud):
    """A machine with a further network interface."""
    cloud.service()
    cloud.networks(cloud.site())
    interface = NetworkInterfaceInput(name="nic", subnet_name="back")
    made = cloud.machines(cloud.role(network_interfaces=[interface]), virtual_network_name="net")
    cloud.quiet()
    return made


@pytest.mark.parametrize("interface", [(), ("nic",)])
def test_ip_forwarding_is_off_until_it_is_set(subscription, operation, deployment, interface):
    where = ("svc", "dep", "VM1", *interface)
    assert ip_forwarding.get(subscription, *where) == OFF

    tracked = operation()
    ip_forwarding.set_state(subscription, tracked, ON, *where)
    assert (deployment.operation, ip_forwarding.get(subscription, *where)) == (tracked.id, OFF)
    seconds = subscription.catalog.timings["virtual_machine.ip_forwarding"]
    subscription.advance_to(subscription.now + timedelta(seconds=seconds))

    assert (tracked.status, ip_forwarding.get(subscription, *where)) == ("Succeeded", ON)
    other = ("svc", "dep", "vm1") if interface else ("svc", "dep", "vm1", "nic")
    assert ip_forwarding.get(subscription, *other) == OFF


def test_a_web_role_forwards_too(subscription, operation, cloud):
    cloud.service()
    cloud.web()
    cloud.quiet()

    ip_forwarding.set_state(subscription, operation(), ON, "svc", "web", "web")
    cloud.quiet()

    assert ip_forwarding.get(subscription, "svc", "web", "Web") == ON


def test_it_stays_when_the_machine_is_described_anew(subscription, operation, cloud, deployment):
    for where in (("vm1",), ("vm1", "nic")):
        ip_forwarding.set_state(subscription, operation(), ON, "svc", "dep", *where)
        cloud.quiet()

    again = [NetworkInterfaceInput(name="nic", subnet_name="back")]
    for role in (cloud.role(), cloud.role(network_interfaces=again)):
        vm_roles.update(subscription, operation(), role, "svc", "dep", "vm1")
        cloud.quiet()
        assert ip_forwarding.get(subscription, "svc", "dep", "vm1") == ON
        assert ip_forwarding.get(subscription, "svc", "dep", "vm1", "nic") == ON

    off = [NetworkInterfaceInput(name="nic", subnet_name="back", ip_forwarding="disabled")]
    vm_roles.update(subscription, operation(), cloud.role(network_interfaces=off), "svc", "dep", "vm1")
    assert ip_forwarding.get(subscription, "svc", "dep", "vm1", "nic") == OFF


def test_what_does_not_exist_forwards_nothing(subscription, operation, deployment, refuses):
    def set_state(*where, state=ON):
        ip_forwarding.set_state(subscription, operation(), state, *where)

    refuses(errors.ROLE_NOT_FOUND, set_state, "svc", "dep", "vm2")
    refuses(errors_networks.NETWORK_INTERFACE_NOT_FOUND, set_state, "svc", "dep", "vm1", "other")
    refuses(errors_networks.IP_FORWARDING_INVALID, set_state, "svc", "dep", "vm1", state=IPForwarding(state="Perhaps"))
    refuses(errors.ROLE_NOT_FOUND, ip_forwarding.get, subscription, "svc", "dep", "vm2")
