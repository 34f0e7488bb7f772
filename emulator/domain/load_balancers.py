"""The internal load balancer of a deployment: one at most, at a private address, which it has from the first moment."""

from __future__ import annotations

from msgspec.structs import replace

from emulator.domain import addresses, changes, errors_networks, lookup, networking
from emulator.domain.clock import Event
from emulator.domain.machines import LoadBalancerInput
from emulator.domain.network_records import LoadBalancer
from emulator.domain.records import Deployment, TrackedOperation
from emulator.domain.world import Subscription

TIMING = "deployment.load_balancer"


def _found(deployment: Deployment, name: str) -> LoadBalancer:
    for one in deployment.load_balancers:
        if one.name.lower() == name.lower():
            return one
    raise errors_networks.LOAD_BALANCER_NOT_FOUND(name=name, deployment=deployment.name)


def add(
    subscription: Subscription,
    operation: TrackedOperation,
    command: LoadBalancerInput,
    service_name: str,
    deployment_name: str,
) -> None:
    """Accept an internal load balancer for a deployment that has none."""
    service, deployment = lookup.free_deployment(subscription, service_name, None, deployment_name)
    if deployment.load_balancers:
        raise errors_networks.LOAD_BALANCER_EXISTS(name=deployment.load_balancers[0].name)
    networking.check_load_balancer(command)
    if any(one.name.lower() == command.name.lower() for one in deployment.virtual_ips):
        raise errors_networks.VIRTUAL_IP_EXISTS(name=command.name, deployment=deployment.name)
    addresses.judge(subscription, addresses.of(subscription, deployment), [networking.wish_of(command)])
    deployment.load_balancers = [networking.make_load_balancer(subscription, deployment, command)]
    changes.accept(subscription, operation, service, deployment, TIMING, "load_balancer", "changed", command.name)


def update(
    subscription: Subscription,
    operation: TrackedOperation,
    command: LoadBalancerInput,
    service_name: str,
    deployment_name: str,
    load_balancer_name: str,
) -> None:
    """Accept another place in the virtual network for a load balancer; its name cannot change."""
    service, deployment = lookup.free_deployment(subscription, service_name, None, deployment_name)
    found = _found(deployment, load_balancer_name)
    networking.check_load_balancer(command)
    if command.name.lower() != found.name.lower():
        raise errors_networks.RENAMED(kind="load balancer", name=found.name, given=command.name)
    deployment.load_balancers = [_moved(subscription, deployment, found, command)]
    changes.accept(subscription, operation, service, deployment, TIMING, "load_balancer", "changed", found.name)


def _moved(
    subscription: Subscription, deployment: Deployment, old: LoadBalancer, command: LoadBalancerInput
) -> LoadBalancer:
    """Return the load balancer at its new place; where nothing says that it has to move, it keeps its address."""
    address = command.static_virtual_network_ip_address or None
    if address in (None, old.address) and (command.subnet_name or "").lower() == (old.subnet_name or "").lower():
        return replace(old, static_virtual_network_ip_address=address)
    addresses.judge(subscription, addresses.of(subscription, deployment), [networking.wish_of(command)])
    new = networking.make_load_balancer(subscription, deployment, command)
    return replace(new, name=old.name)


def delete(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    deployment_name: str,
    load_balancer_name: str,
) -> None:
    """Accept to take a load balancer away that no endpoint is behind."""
    service, deployment = lookup.free_deployment(subscription, service_name, None, deployment_name)
    found = _found(deployment, load_balancer_name)
    if addresses.has_endpoints(deployment, found.name):
        raise errors_networks.LOAD_BALANCER_IN_USE(name=found.name)
    changes.accept(subscription, operation, service, deployment, TIMING, "load_balancer", "deleted", found.name)


def _happened(subscription: Subscription, event: Event) -> None:
    deployment, (name,) = changes.land(subscription, event)
    if event.name == "deleted":
        deployment.load_balancers = [one for one in deployment.load_balancers if one.name != name]


HANDLERS = {"load_balancer": _happened}
