"""Application gateways: load balancers of HTTP with machines of their own in subnets of a virtual network.

A gateway is made Stopped, is configured, and does its work when it was started. One operation at a time holds it; what
the operation changes is in the gateway's `pending` until it ends.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from emulator.domain import (
    addresses,
    errors_application_gateways,
    errors_networks,
    gateways,
    instances,
    lookup,
    names,
    operations,
)
from emulator.domain.application_gateway_records import ApplicationGateway, ApplicationGatewayChange
from emulator.domain.clock import Event
from emulator.domain.gateway_records import GatewayWork
from emulator.domain.lifecycle import APPLICATION_GATEWAY
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

GATEWAY_SIZES = ("Small", "Medium", "Large", "ExtraLarge", "A8")
DEFAULT_SIZE, DEFAULT_COUNT = "Medium", 2
STOPPED, RUNNING = "Stopped", "Running"
WORK = "ApplicationGatewayWorkItem"

# Assumption 214: what a gateway cannot do its work without.
_NEEDED = {
    "FrontendPorts": "frontend_ports",
    "BackendAddressPools": "backend_address_pools",
    "BackendHttpSettingsList": "backend_http_settings_list",
    "HttpListeners": "http_listeners",
    "HttpLoadBalancingRules": "http_load_balancing_rules",
}


class CreateApplicationGateway(Struct, frozen=True, kw_only=True):
    """A new application gateway; without a size and a count it has two instances of the size Medium."""

    description: str | None = None
    gateway_size: str | None = None
    instance_count: int | None = None
    name: str
    subnets: list[str]
    vnet_name: str


class UpdateApplicationGateway(Struct, frozen=True, kw_only=True):
    """What of an application gateway is to be another; None stays as it is."""

    description: str | None = None
    gateway_size: str | None = None
    instance_count: int | None = None
    subnets: list[str] | None = None
    vnet_name: str | None = None


# ---- finding


def find(subscription: Subscription, gateway_name: str) -> ApplicationGateway:
    """Return the application gateway of that name."""
    found = subscription.application_gateways.get(gateway_name.lower())
    if found is None:
        raise errors_networks.GATEWAY_NOT_FOUND()
    return found


def list_all(subscription: Subscription) -> list[ApplicationGateway]:
    """Return every application gateway, oldest first."""
    return list(subscription.application_gateways.values())


def free(subscription: Subscription, gateway_name: str) -> ApplicationGateway:
    """Return the application gateway of that name, which no other operation may hold (assumption 100)."""
    return gateways.free(find(subscription, gateway_name))


def number(name: str, value: int, most: int, least: int = 1) -> int:
    """Return a number that has to lie between two others."""
    if not least <= value <= most:
        raise errors_application_gateways.APPLICATION_GATEWAY_NUMBER(name=name, value=value, least=least, most=most)
    return value


# ---- accepting


def accept(
    subscription: Subscription,
    operation: TrackedOperation,
    gateway: ApplicationGateway,
    timing: str,
    event: str = "changed",
    change: ApplicationGatewayChange | None = None,
    what: tuple[str, ...] = (),
) -> TrackedOperation:
    """Let an operation hold a gateway until `event` happens to it, or to `what` of it."""
    gateway.operation, gateway.pending = operation.id, change
    operation.gateway = GatewayWork(WORK)
    resource = (gateway.name.lower(), *what)
    subscription.after(f"application_gateway.{timing}", "application gateway", resource, event, operation.id)
    return operation


def create(
    subscription: Subscription, operation: TrackedOperation, command: CreateApplicationGateway
) -> TrackedOperation:
    """Accept an application gateway, whose name is new, in subnets of a virtual network."""
    name = names.resource_name(command.name, errors_networks.GATEWAY_NAME)
    if name.lower() in subscription.application_gateways:
        raise errors_networks.GATEWAY_EXISTS(name=name)
    limit = subscription.catalog.limits.application_gateways
    if len(subscription.application_gateways) >= limit:
        raise errors_application_gateways.APPLICATION_GATEWAY_LIMIT(limit=limit, what="application gateways")
    vnet_name, subnets = _place(subscription, command.vnet_name, command.subnets)
    gateway = ApplicationGateway(
        name=name,
        description=names.description(command.description) or "",
        gateway_size=_size(command.gateway_size or DEFAULT_SIZE),
        instance_count=_count(
            subscription, DEFAULT_COUNT if command.instance_count is None else command.instance_count
        ),
        vnet_name=vnet_name,
        subnets=subnets,
    )
    subscription.application_gateways[name.lower()] = gateway
    return accept(subscription, operation, gateway, "create")


def update(
    subscription: Subscription, operation: TrackedOperation, command: UpdateApplicationGateway, gateway_name: str
) -> TrackedOperation:
    """Accept to change a gateway; only one that is stopped may move to other subnets (assumption 215)."""
    gateway = free(subscription, gateway_name)
    size, count, wanted = command.gateway_size, command.instance_count, command.subnets
    vnet_name, subnets = _place(
        subscription, command.vnet_name or gateway.vnet_name, gateway.subnets if wanted is None else wanted
    )
    if gateway.state != STOPPED and (vnet_name, subnets) != (gateway.vnet_name, gateway.subnets):
        raise errors_networks.GATEWAY_STATE()
    change = ApplicationGatewayChange(
        description=names.description(command.description),
        gateway_size=_size(size) if size else None,
        instance_count=None if count is None else _count(subscription, count),
        vnet_name=vnet_name,
        subnets=subnets,
    )
    return accept(subscription, operation, gateway, "update", change=change)


def delete(subscription: Subscription, operation: TrackedOperation, gateway_name: str) -> TrackedOperation:
    """Accept to delete a gateway, which has to be stopped (assumption 215)."""
    gateway = free(subscription, gateway_name)
    if gateway.state != STOPPED:
        raise errors_networks.GATEWAY_STATE()
    return accept(subscription, operation, gateway, "delete", "deleted")


def execute(
    subscription: Subscription, operation: TrackedOperation, command: str, gateway_name: str
) -> TrackedOperation:
    """Accept to start a gateway that is stopped and configured, or to stop one that runs (assumption 215)."""
    gateway = free(subscription, gateway_name)
    event = gateways.one_of(command, ("Start", "Stop"), "OperationType").lower()
    if not APPLICATION_GATEWAY.allows(gateway.state, event):
        raise errors_networks.GATEWAY_STATE()
    if event == "start":
        for what, part in _NEEDED.items():
            if not getattr(gateway.configuration, part):
                raise errors_application_gateways.APPLICATION_GATEWAY_NOT_CONFIGURED(name=gateway.name, what=what)
        gateway.virtual_ips = _virtual_ips(subscription, gateway)
    gateway.state = APPLICATION_GATEWAY.next(gateway.state, event)
    return accept(subscription, operation, gateway, event, "started" if event == "start" else "stopped")


def _place(subscription: Subscription, network: str, subnets: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the names of a virtual network and of subnets in it as its configuration spells them, each once.

    Which have to be there is assumption 211.
    """
    found = subscription.virtual_networks.get(network.lower())
    if found is None:
        raise errors_networks.SUBNET_NETWORK_NOT_FOUND(name=network)
    lookup.staying("Virtual network", found.site.name, found.migration_state)
    known = {subnet.name.lower(): subnet.name for subnet in found.site.subnets}
    for name in subnets or ("",):
        if name.lower() not in known:
            raise errors_networks.SUBNET_NOT_IN_NETWORK(subnet=name, name=found.site.name)
    return found.site.name, tuple(dict.fromkeys(known[name.lower()] for name in subnets))


def _size(name: str) -> str:
    return gateways.one_of(name, GATEWAY_SIZES, "GatewaySize")


def _count(subscription: Subscription, count: int) -> int:
    return number("InstanceCount", count, subscription.catalog.limits.instances_per_application_gateway)


def _virtual_ips(subscription: Subscription, gateway: ApplicationGateway) -> tuple[str, ...]:
    """Return the addresses that a gateway is called at: those of its configuration, or else a public one.

    Assumption 216: a static address is taken as it is, another is the lowest that is free in the subnets.
    """
    wanted = [one.static_ip_address for one in gateway.configuration.frontend_ip_configurations]
    if not wanted:
        return (instances.public_address(subscription),)
    network = subscription.virtual_networks[gateway.vnet_name.lower()]
    static = [address for address in wanted if address]
    wish = addresses.Wish(subnets=gateway.subnets, count=len(wanted) - len(static))
    others = iter(addresses.take(subscription, network, [wish], held=static))
    return tuple(address or next(others) for address in wanted)


# ---- what the schedule brings


def _happened(subscription: Subscription, event: Event) -> None:
    key, *what = event.resource
    gateway = subscription.application_gateways[key]
    gateway.operation, pending, gateway.pending = None, gateway.pending, None
    if event.name == "deleted":
        del subscription.application_gateways[key]
    elif event.name == "certificate_deleted":
        del gateway.certificates[what[0]]
    elif event.name == "started":
        gateway.state = APPLICATION_GATEWAY.next(gateway.state, event.name)
        gateway.dns_name = f"appgw-{subscription.entropy.guid()}.cloudapp.net"
    elif event.name == "stopped":
        gateway.state = APPLICATION_GATEWAY.next(gateway.state, event.name)
        gateway.dns_name, gateway.virtual_ips = None, ()
    elif pending is not None:
        _become(gateway, pending)
    operations.finish(subscription, event.operation)


def _become(gateway: ApplicationGateway, change: ApplicationGatewayChange) -> None:
    for name in ("description", "gateway_size", "instance_count", "vnet_name", "subnets", "configuration"):
        if (value := getattr(change, name)) is not None:
            setattr(gateway, name, value)
    if change.certificate is not None:
        gateway.certificates[change.certificate.name.lower()] = change.certificate


HANDLERS = {"application gateway": _happened}
