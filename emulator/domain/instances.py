"""Role instances: entering a state, and what follows by itself. Serves web and worker roles and virtual machines."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.domain.clock import Event
from emulator.domain.lifecycle import DEPLOYMENT, INSTANCE_LIFECYCLES
from emulator.domain.records import Deployment, HostedService, RoleInstance
from emulator.domain.world import Subscription


def enter(
    subscription: Subscription, service: HostedService, deployment: Deployment, instance: RoleInstance, state: str
) -> None:
    """Put an instance into a state; what follows by itself goes on the schedule, what was to follow comes off it."""
    leave(subscription, instance)
    instance.state, instance.since = state, subscription.now
    lifecycle = INSTANCE_LIFECYCLES[instance.kind][0]
    following = lifecycle.automatic.get(state)
    if following is not None and following.after:
        event = instance.trouble if lifecycle.allows(state, instance.trouble) else following.event
        resource = (service.name.lower(), deployment.name.lower(), instance.instance_name.lower())
        instance.pending = subscription.after(following.after, "instance", resource, event)


def leave(subscription: Subscription, instance: RoleInstance) -> None:
    """Take what was to happen to an instance off the schedule."""
    if instance.pending:
        subscription.clock.cancel(instance.pending)
        instance.pending = 0


def halt(subscription: Subscription, deployment: Deployment) -> None:
    """Take everything that was to happen to a deployment's instances by itself off the schedule."""
    for instance in deployment.instances.values():
        leave(subscription, instance)


def happen(
    subscription: Subscription,
    service: HostedService,
    deployment: Deployment,
    event: str,
    which: Iterable[RoleInstance] | None = None,
) -> None:
    """Let `event` happen to instances of a deployment, by default to all of them, in whose state it can."""
    for instance in deployment.instances.values() if which is None else which:
        lifecycle = INSTANCE_LIFECYCLES[instance.kind][0]
        if lifecycle.allows(instance.state, event):
            enter(subscription, service, deployment, instance, lifecycle.next(instance.state, event))


def address(subscription: Subscription) -> str:
    """Pick an address of the range that the service gave its instances (100.64.0.0/10)."""
    n = subscription.entropy.number(0, 2**22 - 3)
    return f"100.{64 + (n >> 16)}.{n >> 8 & 255}.{n & 255}"


def public_address(subscription: Subscription) -> str:
    """Pick a public address, of a range that is set aside for documentation, so that it leads nowhere."""
    n = subscription.entropy.number(0, 2**17 - 1)
    return f"198.{18 + (n >> 16)}.{n >> 8 & 255}.{n & 255}"


def _moved(subscription: Subscription, event: Event) -> None:
    service_key, deployment_key, instance_key = event.resource
    service = subscription.hosted_services[service_key]
    deployment = next(d for d in service.deployments.values() if d.name.lower() == deployment_key)
    instance = deployment.instances[instance_key]
    instance.pending = 0
    if event.name == instance.trouble:
        instance.trouble = ""
    lifecycle = INSTANCE_LIFECYCLES[instance.kind][0]
    enter(subscription, service, deployment, instance, lifecycle.next(instance.state, event.name))
    follow(subscription, deployment)


def follow(subscription: Subscription, deployment: Deployment) -> None:
    """Let a deployment of machines follow them: without resources it is Suspended, and its address is given back."""
    if not deployment.of_virtual_machines or not deployment.instances:
        return
    idle = all(instance.state == "deallocated" for instance in deployment.instances.values())
    if idle and deployment.status == "Running":
        deployment.status = DEPLOYMENT.next(deployment.status, "all_deallocated")
        for virtual_ip in deployment.virtual_ips:
            virtual_ip.address = "" if virtual_ip.reserved_ip_name is None else virtual_ip.address
    elif not idle and deployment.status == "Suspended":
        deployment.status = DEPLOYMENT.next(deployment.status, "machine_started")
        for virtual_ip in deployment.virtual_ips:
            virtual_ip.address = virtual_ip.address or public_address(subscription)


HANDLERS = {"instance": _moved}
