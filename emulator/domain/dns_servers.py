"""The DNS servers of a deployment."""

from __future__ import annotations

from emulator.domain import changes, errors_networks, lookup, networking
from emulator.domain.clock import Event
from emulator.domain.network_records import DnsServer
from emulator.domain.records import Deployment, TrackedOperation
from emulator.domain.world import Subscription

TIMING = "deployment.dns_server"


def _position(deployment: Deployment, name: str) -> int | None:
    return next((n for n, one in enumerate(deployment.dns_servers) if one.name.lower() == name.lower()), None)


def _found(deployment: Deployment, name: str) -> DnsServer:
    position = _position(deployment, name)
    if position is None:
        raise errors_networks.DNS_SERVER_NOT_FOUND(name=name, deployment=deployment.name)
    return deployment.dns_servers[position]


def add(
    subscription: Subscription,
    operation: TrackedOperation,
    command: DnsServer,
    service_name: str,
    deployment_name: str,
) -> None:
    """Accept another DNS server for a deployment."""
    service, deployment = lookup.free_deployment(subscription, service_name, None, deployment_name)
    networking.check_dns_servers([command])
    if _position(deployment, command.name) is not None:
        raise errors_networks.DNS_SERVER_EXISTS(name=command.name)
    changes.accept(
        subscription, operation, service, deployment, TIMING, "dns_server", "added", command.name, command.address
    )


def update(
    subscription: Subscription,
    operation: TrackedOperation,
    command: DnsServer,
    service_name: str,
    deployment_name: str,
    dns_server_name: str,
) -> None:
    """Accept another address for a DNS server of a deployment."""
    service, deployment = lookup.free_deployment(subscription, service_name, None, deployment_name)
    found = _found(deployment, dns_server_name)
    networking.check_dns_servers([command])
    if command.name.lower() != found.name.lower():
        raise errors_networks.RENAMED(kind="DNS server", name=found.name, given=command.name)
    changes.accept(
        subscription, operation, service, deployment, TIMING, "dns_server", "updated", found.name, command.address
    )


def delete(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    deployment_name: str,
    dns_server_name: str,
) -> None:
    """Accept to take a DNS server away from a deployment."""
    service, deployment = lookup.free_deployment(subscription, service_name, None, deployment_name)
    found = _found(deployment, dns_server_name)
    changes.accept(subscription, operation, service, deployment, TIMING, "dns_server", "deleted", found.name)


def _happened(subscription: Subscription, event: Event) -> None:
    deployment, (name, *address) = changes.land(subscription, event)
    position = _position(deployment, name)
    if event.name == "deleted":
        del deployment.dns_servers[position or 0]
    elif position is None:
        deployment.dns_servers.append(DnsServer(name, *address))
    else:
        deployment.dns_servers[position] = DnsServer(name, *address)


HANDLERS = {"dns_server": _happened}
