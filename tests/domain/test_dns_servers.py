"""DNS servers of deployments, and IP forwarding of roles and their network interfaces."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.domain import dns_servers, errors, ip_forwarding, vm_roles
from emulator.domain.ip_forwarding import IPForwarding
from emulator.domain.machines import NetworkInterfaceInput
from emulator.domain.network_records import DnsServer

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


# ---- DNS servers


def test_a_dns_server_is_there_when_its_operation_has_ended(subscription, operation, deployment):
    tracked = operation()

    dns_servers.add(subscription, tracked, DnsServer("one", "10.1.1.4"), "svc", "dep")
    assert (deployment.operation, deployment.dns_servers) == (tracked.id, [])
    seconds = subscription.catalog.timings["deployment.dns_server"]
    subscription.advance_to(subscription.now + timedelta(seconds=seconds))

    assert deployment.dns_servers == [DnsServer("one", "10.1.1.4")]
    assert (deployment.operation, tracked.status) == (None, "Succeeded")


def test_dns_servers_are_changed_and_taken_away_by_name(subscription, operation, cloud, deployment):
    for name in ("one", "two"):
        dns_servers.add(subscription, operation(), DnsServer(name, "10.1.1.4"), "svc", "dep")
        cloud.quiet()

    dns_servers.update(subscription, operation(), DnsServer("ONE", "10.1.1.6"), "svc", "dep", "One")
    cloud.quiet()
    assert deployment.dns_servers == [DnsServer("one", "10.1.1.6"), DnsServer("two", "10.1.1.4")]

    dns_servers.delete(subscription, operation(), "svc", "dep", "ONE")
    cloud.quiet()
    assert deployment.dns_servers == [DnsServer("two", "10.1.1.4")]


def test_a_dns_server_that_cannot_be_is_refused(subscription, operation, cloud, deployment, refuses):
    def add(name="one", address="10.1.1.4"):
        dns_servers.add(subscription, operation(), DnsServer(name, address), "svc", "dep")

    def update(name, given="one"):
        dns_servers.update(subscription, operation(), DnsServer(given, "10.1.1.6"), "svc", "dep", name)

    add()
    refuses(errors.DEPLOYMENT_BUSY, add, "two")
    cloud.quiet()
    refuses(errors.DNS_SERVER_EXISTS, add, "ONE")
    refuses(errors.DNS_SERVER_NAME, add, "a b")
    refuses(errors.DNS_SERVER_ADDRESS, add, "two", "somewhere")
    refuses(errors.DNS_SERVER_NOT_FOUND, update, "two")
    refuses(errors.RENAMED, update, "one", "two")
    refuses(errors.DNS_SERVER_NOT_FOUND, dns_servers.delete, subscription, operation(), "svc", "dep", "two")
    refuses(errors.DEPLOYMENT_NOT_FOUND, dns_servers.delete, subscription, operation(), "svc", "other", "one")


def test_a_deployment_is_born_with_the_dns_servers_that_it_names(cloud, refuses):
    cloud.service()
    twice = [DnsServer("one", "10.1.1.4")] * 2
    refuses(errors.DNS_SERVER_EXISTS, cloud.machines, cloud.role(), dns_servers=twice)

    assert cloud.machines(dns_servers=twice[:1]).dns_servers == twice[:1]


# ---- IP forwarding


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

    vm_roles.update(subscription, operation(), cloud.role(), "svc", "dep", "vm1")
    cloud.quiet()

    assert ip_forwarding.get(subscription, "svc", "dep", "vm1") == ON
    assert ip_forwarding.get(subscription, "svc", "dep", "vm1", "nic") == ON


def test_what_does_not_exist_forwards_nothing(subscription, operation, deployment, refuses):
    def set_state(*where, state=ON):
        ip_forwarding.set_state(subscription, operation(), state, *where)

    refuses(errors.ROLE_NOT_FOUND, set_state, "svc", "dep", "vm2")
    refuses(errors.NETWORK_INTERFACE_NOT_FOUND, set_state, "svc", "dep", "vm1", "other")
    refuses(errors.IP_FORWARDING_INVALID, set_state, "svc", "dep", "vm1", state=IPForwarding(state="Perhaps"))
    refuses(errors.ROLE_NOT_FOUND, ip_forwarding.get, subscription, "svc", "dep", "vm2")
