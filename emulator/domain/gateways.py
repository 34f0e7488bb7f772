"""Gateways: what both generations share, and the first, of which a virtual network has one.

A gateway is held by one operation at a time. What the operation changes is in the gateway's `pending` until it ends.
"""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct

from emulator.domain import addresses, errors, errors_networks, instances, lookup, operations
from emulator.domain.application_gateway_records import ApplicationGateway
from emulator.domain.clock import Event
from emulator.domain.gateway_records import Gateway, GatewayChange, GatewayEvent, GatewayWork, PublicDiagnostics, Tunnel
from emulator.domain.lifecycle import GATEWAY
from emulator.domain.network_records import LocalNetworkSiteRef, VirtualNetwork
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

AnyGateway = TypeVar("AnyGateway", Gateway, ApplicationGateway)
STATIC, DYNAMIC = "StaticRouting", "DynamicRouting"
GATEWAY_TYPES = (STATIC, DYNAMIC, "Dedicated")
GATEWAY_SIZES = ("Default", "Standard", "HighPerformance")
NOT_PROVISIONED, PROVISIONED = "NotProvisioned", "Provisioned"

_CREATED = 23002, "Successfully created a gateway for the following virtual network: {name}"
_DELETED = 23004, "Successfully deleted the gateway for the following virtual network: {name}"
_UPDATED = 23007, "Successfully updated the gateway for the following virtual network: {name}"
_CONNECTIVITY = 23401, "The connectivity state for the local network site '{site}' changed from {old} to {new}."


class CreateGateway(Struct, frozen=True, kw_only=True):
    """A gateway of the first generation: without a type it routes statically."""

    gateway_size: str | None = None
    gateway_type: str | None = None


class UpdateGateway(Struct, frozen=True, kw_only=True):
    """What is to be done to a gateway: Resize or Reset; the size means something for the first only.

    azure-cli names neither: where a size is said that is a Resize, and otherwise a Reset (assumption 260).
    """

    gateway_size: str | None = None
    operation: str | None = None


# ---- finding


def network(subscription: Subscription, virtual_network_name: str) -> VirtualNetwork:
    """Return the virtual network of that name."""
    found = subscription.virtual_networks.get(virtual_network_name.lower())
    if found is None:
        raise errors_networks.GATEWAY_NETWORK_NOT_FOUND(name=virtual_network_name)
    return found


def of_network(subscription: Subscription, virtual_network_name: str) -> Gateway | None:
    """Return the first-generation gateway that a virtual network has, or had."""
    there = network(subscription, virtual_network_name)
    mine = (one for one in subscription.gateways.values() if one.virtual_network_id == there.id)
    return next((one for one in mine if one.name is None), None)


def provisioned(subscription: Subscription, virtual_network_name: str) -> Gateway:
    """Return the first-generation gateway of a virtual network, which has to be there."""
    return ready(of_network(subscription, virtual_network_name))


def ready(gateway: Gateway | None) -> Gateway:
    """Return a gateway that has to be there and provisioned."""
    if gateway is None or gateway.state != PROVISIONED:
        raise errors_networks.GATEWAY_STATE()
    return gateway


def free(gateway: AnyGateway) -> AnyGateway:
    """Return a gateway that no other operation may hold (assumption 100)."""
    if gateway.operation is not None:
        raise errors_networks.GATEWAY_BUSY(operation=gateway.operation)
    return gateway


def connected_sites(subscription: Subscription, gateway: Gateway) -> tuple[LocalNetworkSiteRef, ...]:
    """Return the local network sites that the configuration connects a gateway to."""
    site = network(subscription, gateway.virtual_network_name).site
    return site.gateway.connections if site.gateway else ()


def connected_site(subscription: Subscription, gateway: Gateway, name: str) -> str:
    """Return a local network site's name as the configuration spells it, which connects the gateway to it."""
    for reference in connected_sites(subscription, gateway):
        if reference.name.lower() == name.lower():
            return reference.name
    raise errors_networks.GATEWAY_SITE_NOT_FOUND(name=name)


def known_type(name: str) -> str:
    """Return a type of gateway as the service spells it."""
    return one_of(name, GATEWAY_TYPES, "GatewayType")


def known_size(name: str) -> str:
    """Return a size of gateways as the service spells it."""
    return one_of(name, GATEWAY_SIZES, "GatewaySize")


def one_of(name: str, all_of_them: tuple[str, ...], what: str) -> str:
    """Return one of several words as the service spells it; `what` is the element it stands in."""
    found = next((one for one in all_of_them if one.lower() == name.strip().lower()), None)
    if found is None:
        raise errors_networks.GATEWAY_PARAMETER(name=what, value=name, known=", ".join(all_of_them))
    return found


# ---- accepting


def accept(
    subscription: Subscription,
    operation: TrackedOperation,
    gateway: Gateway,
    work: str | None,
    timing: str,
    event: str = "changed",
    change: GatewayChange | None = None,
) -> TrackedOperation:
    """Let an operation hold a gateway until `event` happens to it; `work` is what the operation is called there."""
    gateway.operation, gateway.pending = operation.id, change
    operation.gateway = GatewayWork(work)
    subscription.after(timing, "gateway", (gateway.id,), event, operation.id)
    return operation


def place(there: VirtualNetwork) -> None:
    """A gateway's machines stand in a subnet of their own (assumption 101), in a network that is not being migrated."""
    lookup.staying("Virtual network", there.site.name, there.migration_state)
    if not any(subnet.name.lower() == addresses.GATEWAY_SUBNET for subnet in there.site.subnets):
        raise errors_networks.GATEWAY_SUBNET_MISSING(name=there.site.name)


def timing(gateway: Gateway, work: str) -> str:
    """Return the duration of a work that takes another time in the second generation, whose gateways have names."""
    return f"gateway.{work}" if gateway.name is None else f"gateway.{work}_second_generation"


def start(subscription: Subscription, operation: TrackedOperation, gateway: Gateway) -> TrackedOperation:
    """Begin to provision a gateway."""
    gateway.state = GATEWAY.next(gateway.state, "create")
    subscription.gateways[gateway.id] = gateway
    return accept(subscription, operation, gateway, "CreateGateway", timing(gateway, "create"), "created")


def stop(subscription: Subscription, operation: TrackedOperation, gateway: Gateway) -> TrackedOperation:
    """Begin to take a gateway down."""
    free(ready(gateway))
    gateway.state = GATEWAY.next(gateway.state, "delete")
    return accept(subscription, operation, gateway, "DeleteGateway", timing(gateway, "delete"), "deleted")


def change(
    subscription: Subscription, operation: TrackedOperation, gateway: Gateway, command: UpdateGateway
) -> TrackedOperation:
    """Accept to resize or to reset a gateway."""
    implied = "Resize" if command.gateway_size else "Reset"
    what = implied if command.operation is None else one_of(command.operation, ("Resize", "Reset"), "Operation")
    if what == "Reset":
        return accept(subscription, operation, free(gateway), "ResetGateway", "gateway.reset")
    if gateway.gateway_type == STATIC:
        raise errors_networks.GATEWAY_STATIC()
    size = known_size(command.gateway_size or "")
    wish = GatewayChange(gateway_size=size)
    return accept(subscription, operation, free(gateway), "UpgradeGateway", timing(gateway, "resize"), change=wish)


# ---- the first generation


def get(subscription: Subscription, virtual_network_name: str) -> Gateway:
    """Return a virtual network's gateway; one that never was is not provisioned, and of the size None."""
    return of_network(subscription, virtual_network_name) or Gateway(
        id="", virtual_network_id="", virtual_network_name="", gateway_type=STATIC, gateway_size="None"
    )


def create(
    subscription: Subscription, operation: TrackedOperation, command: CreateGateway, virtual_network_name: str
) -> TrackedOperation:
    """Accept a gateway for a virtual network that has none."""
    there = network(subscription, virtual_network_name)
    before = of_network(subscription, virtual_network_name)
    if before is not None and before.state != NOT_PROVISIONED:
        raise errors_networks.GATEWAY_STATE()
    place(there)
    gateway = Gateway(
        id="",
        virtual_network_id=there.id,
        virtual_network_name=there.site.name,
        gateway_type=known_type(command.gateway_type or STATIC),
        gateway_size=known_size(command.gateway_size or "Default"),
        last_event=before.last_event if before else None,
    )
    gateway.id = subscription.entropy.guid()
    if before is not None:
        del subscription.gateways[before.id]
    return start(subscription, operation, gateway)


def delete(subscription: Subscription, operation: TrackedOperation, virtual_network_name: str) -> TrackedOperation:
    """Accept to take down the gateway of a virtual network."""
    gateway = provisioned(subscription, virtual_network_name)
    return stop(subscription, operation, gateway)


def update(
    subscription: Subscription, operation: TrackedOperation, command: UpdateGateway, virtual_network_name: str
) -> TrackedOperation:
    """Accept to resize or to reset the gateway of a virtual network."""
    return change(subscription, operation, provisioned(subscription, virtual_network_name), command)


def fail_over(
    subscription: Subscription, operation: TrackedOperation, _command: object, virtual_network_name: str
) -> TrackedOperation:
    """Accept to let the other machine of a gateway take over: nothing of it is to be seen (assumption 102)."""
    gateway = free(provisioned(subscription, virtual_network_name))
    return accept(subscription, operation, gateway, "FailoverGateway", "gateway.failover")


def set_default_sites(
    subscription: Subscription, operation: TrackedOperation, command: tuple[str, ...], virtual_network_name: str
) -> TrackedOperation:
    """Accept the local network sites through which all other traffic goes; only dynamic routing knows that."""
    gateway = provisioned(subscription, virtual_network_name)
    sites = tuple(connected_site(subscription, gateway, name) for name in command)
    return _default_sites(subscription, operation, gateway, sites)


def remove_default_sites(
    subscription: Subscription, operation: TrackedOperation, virtual_network_name: str
) -> TrackedOperation:
    """Accept to have no default sites any more."""
    return _default_sites(subscription, operation, provisioned(subscription, virtual_network_name), ())


def _default_sites(
    subscription: Subscription, operation: TrackedOperation, gateway: Gateway, sites: tuple[str, ...]
) -> TrackedOperation:
    routes_dynamically(gateway)
    wish = GatewayChange(default_sites=sites)
    return accept(subscription, operation, free(gateway), None, "gateway.default_sites", change=wish)


def routes_dynamically(gateway: Gateway) -> None:
    """Refuse what only gateways can that route dynamically."""
    if gateway.gateway_type != DYNAMIC:
        raise errors_networks.GATEWAY_MODE()


def get_operation(subscription: Subscription, request_id: str) -> TrackedOperation:
    """Return the operation of a call about gateways."""
    found = operations.get(subscription, request_id)
    if found.gateway is None:
        raise errors.OPERATION_NOT_FOUND()
    return found


# ---- what the schedule brings


def _happened(subscription: Subscription, event: Event) -> None:
    gateway = subscription.gateways[event.resource[0]]
    gateway.operation, pending, gateway.pending = None, gateway.pending, None
    if event.name == "created":
        _tell(subscription, gateway, _CREATED)
        gateway.state = GATEWAY.next(gateway.state, event.name)
        gateway.vip_address = instances.public_address(subscription)
    elif event.name == "deleted":
        _gone(subscription, gateway)
    elif event.name == "disconnected":
        del subscription.gateway_connections[gateway.id + "/" + event.resource[1]]
        gateway.tunnels.pop(event.resource[1], None)
    elif pending is not None:
        _become(subscription, gateway, pending)
    operations.finish(subscription, event.operation)


def _gone(subscription: Subscription, gateway: Gateway) -> None:
    """Of the first generation something remains: what happened last (in part assumption 116)."""
    subscription.clock.cancel(gateway.diagnostics.pending)
    if gateway.name is not None:
        del subscription.gateways[gateway.id]
        return
    _tell(subscription, gateway, _DELETED)
    gateway.state = GATEWAY.next(gateway.state, "deleted")
    gateway.vip_address, gateway.gateway_size, gateway.default_sites = None, "Default", ()
    gateway.diagnostics = PublicDiagnostics()
    gateway.tunnels.clear()
    gateway.client_root_certificates.clear()


def _become(subscription: Subscription, gateway: Gateway, change: GatewayChange) -> None:
    if change.gateway_size is not None:
        gateway.gateway_size = change.gateway_size
        _tell(subscription, gateway, _UPDATED)
    if change.default_sites is not None:
        gateway.default_sites = change.default_sites
    if change.connection is not None:
        key = f"{gateway.id}/{change.connection.connected_entity_id}"
        subscription.gateway_connections[key] = change.connection
    if change.entity:
        _retune(subscription, gateway, change)


def _retune(subscription: Subscription, gateway: Gateway, change: GatewayChange) -> None:
    tunnel = gateway.tunnels.setdefault(change.entity, Tunnel())
    if change.shared_key is not None:
        tunnel.shared_key = change.shared_key
    if change.ipsec_parameters is not None:
        tunnel.ipsec_parameters = change.ipsec_parameters
    if change.connectivity_state is not None:
        connectivity(subscription, tunnel, change.entity, change.connectivity_state)


def connectivity(subscription: Subscription, tunnel: Tunnel, site: str, state: str) -> None:
    """Bring a tunnel into a state, and say so in its last event (assumption 103)."""
    number, words = _CONNECTIVITY
    message = words.format(site=site, old=tunnel.connectivity_state, new=state)
    tunnel.last_event = GatewayEvent(number, message, subscription.now)
    tunnel.connectivity_state = state
    if state == "Connected":
        tunnel.last_connection_established = subscription.now


def _tell(subscription: Subscription, gateway: Gateway, event: tuple[int, str]) -> None:
    number, words = event
    message = words.format(name=gateway.virtual_network_name)
    gateway.last_event = GatewayEvent(number, message, subscription.now)


HANDLERS = {"gateway": _happened}
