"""The virtual IPs of a deployment: the one it is born with, and secondary ones that endpoints may be put behind."""

from __future__ import annotations

from emulator.domain import addresses, changes, errors_networks, instances, lookup, names
from emulator.domain.clock import Event
from emulator.domain.records import TrackedOperation, VirtualIP
from emulator.domain.world import Subscription

TIMING = "deployment.virtual_ip"


def add(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    deployment_name: str,
    virtual_ip_name: str,
) -> None:
    """Accept another public address for a deployment."""
    service, deployment = lookup.free_deployment(subscription, service_name, None, deployment_name)
    names.resource_name(virtual_ip_name, errors_networks.VIRTUAL_IP_NAME)
    taken = [*(one.name for one in deployment.virtual_ips), *(one.name for one in deployment.load_balancers)]
    if virtual_ip_name.lower() in (name.lower() for name in taken):
        raise errors_networks.VIRTUAL_IP_EXISTS(name=virtual_ip_name, deployment=deployment.name)
    changes.accept(subscription, operation, service, deployment, TIMING, "virtual_ip", "added", virtual_ip_name)


def delete(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    deployment_name: str,
    virtual_ip_name: str,
) -> None:
    """Accept to take a secondary virtual IP away that no endpoint is behind."""
    service, deployment = lookup.free_deployment(subscription, service_name, None, deployment_name)
    found = addresses.virtual_ip(deployment, virtual_ip_name)
    if not found.secondary or addresses.has_endpoints(deployment, found.name):
        why = "an endpoint is behind it." if found.secondary else "it is the first one of its deployment."
        raise errors_networks.VIRTUAL_IP_IN_USE(name=found.name, why=why)
    changes.accept(subscription, operation, service, deployment, TIMING, "virtual_ip", "deleted", found.name)


def _happened(subscription: Subscription, event: Event) -> None:
    deployment, (name,) = changes.land(subscription, event)
    if event.name == "added":
        deployment.virtual_ips.append(VirtualIP(name, instances.public_address(subscription), secondary=True))
    else:
        deployment.virtual_ips.remove(addresses.virtual_ip(deployment, name))


HANDLERS = {"virtual_ip": _happened}
