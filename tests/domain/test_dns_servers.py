"""DNS servers of deployments."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.domain import dns_servers, errors, errors_networks
from emulator.domain.network_records import DnsServer


@pytest.fixture
def deployment(cloud):
    cloud.service()
    made = cloud.machines()
    cloud.quiet()
    return made


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
    refuses(errors_networks.DNS_SERVER_EXISTS, add, "ONE")
    refuses(errors_networks.DNS_SERVER_NAME, add, "a b")
    refuses(errors_networks.DNS_SERVER_ADDRESS, add, "two", "somewhere")
    refuses(errors_networks.DNS_SERVER_NOT_FOUND, update, "two")
    refuses(errors_networks.RENAMED, update, "one", "two")
    refuses(errors_networks.DNS_SERVER_NOT_FOUND, dns_servers.delete, subscription, operation(), "svc", "dep", "two")
    refuses(errors.DEPLOYMENT_NOT_FOUND, dns_servers.delete, subscription, operation(), "svc", "other", "one")


def test_a_deployment_is_born_with_the_dns_servers_that_it_names(cloud, refuses):
    cloud.service()
    twice = [DnsServer("one", "10.1.1.4")] * 2
    refuses(errors_networks.DNS_SERVER_EXISTS, cloud.machines, cloud.role(), dns_servers=twice)

    assert cloud.machines(dns_servers=twice[:1]).dns_servers == twice[:1]
