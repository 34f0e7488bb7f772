"""Route tables, their routes, and the subnets that they are associated with; and what comes of that for an instance.

Whether what a call names is there, the service found out behind the call: it is told by the operation. So a change is
judged against what there is when it happens (assumption 170). What is wrong with a route by itself is refused at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Network

from msgspec import Struct, json

from emulator.domain import addresses, changes, errors, errors_networks, lookup, names, network_lookup, operations
from emulator.domain.clock import Event
from emulator.domain.network_records import Route, RouteTable
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

APPLIANCE, LOCAL = "VirtualAppliance", "VNETLocal"
# Assumption 183: whatever the version.
_NEXT_HOPS = ("VPNGateway", APPLIANCE, "Internet", LOCAL, "Null")
_MACHINE = "route_table"


class CreateRouteTable(Struct, frozen=True, kw_only=True):
    """A new route table, in a location."""

    name: str | None = None
    label: str | None = None
    location: str | None = None


class NextHop(Struct, frozen=True, kw_only=True):
    """Where traffic goes next: a type, and an address where that is an appliance."""

    type: str | None = None
    ip_address: str | None = None


class SetRoute(Struct, frozen=True, kw_only=True):
    """A route as the caller describes it."""

    name: str | None = None
    address_prefix: str | None = None
    next_hop_type: NextHop | None = None


class RouteTableAssociation(Struct, frozen=True, kw_only=True):
    """The route table that a subnet has, or is to have."""

    route_table_name: str | None = None


class EffectiveRoute(Struct, frozen=True, kw_only=True):
    """A route that holds for an instance: of its virtual network, or of a table."""

    name: str
    source: str
    address_prefixes: tuple[str, ...]
    next_hop_type: str
    ip_addresses: tuple[str, ...] = ()


# ---- reading


def list_all(subscription: Subscription) -> list[RouteTable]:
    """Return every route table, oldest first."""
    return list(subscription.route_tables.values())


def get(subscription: Subscription, route_table_name: str) -> RouteTable:
    """Return the route table of that name."""
    found = subscription.route_tables.get(route_table_name.lower())
    if found is None:
        raise errors_networks.ROUTE_TABLE_NOT_FOUND(name=route_table_name)
    return found


def _staying(subscription: Subscription, route_table_name: str) -> RouteTable:
    table = get(subscription, route_table_name)
    lookup.staying("Route Table", table.name, table.migration_state)
    return table


def subnets_of(subscription: Subscription, table: RouteTable) -> Iterator[tuple[str, str]]:
    """Yield the subnets that are associated with a table: the network's name and the subnet's, that in lower case."""
    for network in subscription.virtual_networks.values():
        for subnet, held in network.route_tables.items():
            if held == table.name:
                yield network.site.name, subnet


def get_for_subnet(subscription: Subscription, virtual_network_name: str, subnet_name: str) -> RouteTableAssociation:
    """Return what a subnet is associated with."""
    network, subnet = network_lookup.find(subscription, virtual_network_name, subnet_name)
    found = network.route_tables.get(subnet.name.lower())
    if found is None:
        raise errors_networks.NO_ROUTE_TABLE_ON_SUBNET(name=virtual_network_name, subnet=subnet_name)
    return RouteTableAssociation(route_table_name=found)


def effective(
    subscription: Subscription,
    service_name: str,
    deployment_name: str,
    role_instance_name: str,
    network_interface_name: str | None = None,
) -> list[EffectiveRoute]:
    """Return the routes of an instance, or of one of its network interfaces.

    First comes the address space of its virtual network, then what its subnet's table says (assumption 175).
    """
    _, deployment = lookup.deployment(subscription, service_name, None, deployment_name)
    instance = deployment.instances.get(role_instance_name.lower())
    if instance is None:
        raise errors.ROLE_INSTANCE_NOT_FOUND(name=role_instance_name, deployment=deployment.name)
    address = instance.ip_address
    if network_interface_name is not None:
        address = lookup.network_interface(deployment.roles[instance.role_name.lower()], network_interface_name).address
    network = addresses.of(subscription, deployment)
    if network is None:
        return []
    space = EffectiveRoute(
        name="", source="Default", address_prefixes=network.site.address_prefixes, next_hop_type=LOCAL
    )
    subnet = network_lookup.holding(network, address)
    table = network.route_tables.get(subnet.name.lower()) if subnet else None
    return [space, *_routes(subscription, table)]


def _routes(subscription: Subscription, table: str | None) -> Iterator[EffectiveRoute]:
    for route in subscription.route_tables[table.lower()].routes.values() if table else ():
        yield EffectiveRoute(
            name=route.name,
            source="User",
            address_prefixes=(route.address_prefix,),
            next_hop_type=route.next_hop_type,
            ip_addresses=(route.next_hop_ip_address,) if route.next_hop_ip_address else (),
        )


# ---- tables and routes: asked for


def create(subscription: Subscription, operation: TrackedOperation, command: CreateRouteTable) -> None:
    """Accept a new route table."""
    if not command.name:
        raise errors_networks.ROUTE_TABLE_UNNAMED()
    name = names.resource_name(command.name, errors_networks.ROUTE_TABLE_NAME)
    location = subscription.catalog.location(command.location or "")
    if location is None:
        raise errors.LOCATION_NOT_FOUND(name=command.location)
    limit, current = subscription.catalog.quotas.max_route_tables, len(subscription.route_tables)
    if current >= limit:
        raise errors.OVER_QUOTA(resource="route tables", limit=limit, current=current, increment=1)
    _accept(subscription, operation, "network.route_table", "create", name, command.label or "", location.name)


def delete(subscription: Subscription, operation: TrackedOperation, route_table_name: str) -> None:
    """Accept to take away a route table that no subnet is associated with."""
    _accept(subscription, operation, "network.route_table", "delete", route_table_name)


def set_route(
    subscription: Subscription, operation: TrackedOperation, command: SetRoute, route_table_name: str, route_name: str
) -> None:
    """Accept a route, whose name the table does not have yet."""
    text = json.encode(_judged(command, route_name)).decode()
    _accept(subscription, operation, "network.route", "set route", route_table_name, route_name, text)


def delete_route(
    subscription: Subscription, operation: TrackedOperation, route_table_name: str, route_name: str
) -> None:
    """Accept to take a route away."""
    _accept(subscription, operation, "network.route", "delete route", route_table_name, route_name)


def _accept(subscription: Subscription, operation: TrackedOperation, timing: str, name: str, *values: str) -> None:
    subscription.after(timing, _MACHINE, values, name, operation.id)


def _judged(command: SetRoute, name: str) -> Route:
    """Return what is wanted; the first that is wrong of name, prefix and next hop is told, as recorded."""
    if (command.name or "").lower() != name.lower():
        raise errors_networks.ROUTE_NAME(name=command.name or "")
    names.resource_name(name, errors_networks.ROUTE_NAME)
    if not command.address_prefix:
        raise errors_networks.ROUTE_PREFIX_MISSING(prefix="")
    if command.next_hop_type is None:
        raise errors_networks.NEXT_HOP_MISSING()
    try:
        IPv4Network(command.address_prefix, strict=False)  # assumption 200
    except ValueError:
        raise errors_networks.ROUTE_PREFIX_INVALID(prefix=command.address_prefix) from None
    return Route(name.lower(), command.address_prefix, *_next_hop(command.next_hop_type))


def _next_hop(wanted: NextHop) -> tuple[str, str | None]:
    type_ = next((one for one in _NEXT_HOPS if one.lower() == (wanted.type or "").lower()), None)
    if type_ is None:
        raise errors_networks.NEXT_HOP_INVALID(type=wanted.type or "")
    if type_ != APPLIANCE:
        return type_, None
    try:
        return type_, str(IPv4Address(wanted.ip_address or ""))
    except ValueError:
        raise errors_networks.NEXT_HOP_ADDRESS(address=wanted.ip_address or "", type=type_) from None


# ---- subnets: asked for


def add_to_subnet(
    subscription: Subscription,
    operation: TrackedOperation,
    command: RouteTableAssociation,
    virtual_network_name: str,
    subnet_name: str,
) -> None:
    """Accept to associate a subnet with a table, in the place of any other (assumption 176)."""
    if not command.route_table_name:
        raise errors_networks.ROUTE_TABLE_UNNAMED()
    values = (virtual_network_name, subnet_name, command.route_table_name)
    _accept(subscription, operation, "network.route_table_to_subnet", "add to subnet", *values)


def remove_from_subnet(
    subscription: Subscription, operation: TrackedOperation, virtual_network_name: str, subnet_name: str
) -> None:
    """Accept to take its table away from a subnet."""
    values = (virtual_network_name, subnet_name)
    _accept(subscription, operation, "network.route_table_to_subnet", "remove from subnet", *values)


# ---- what the schedule brings


def _create(subscription: Subscription, name: str, label: str, location: str) -> None:
    if name.lower() in subscription.route_tables:
        raise errors_networks.ROUTE_TABLE_EXISTS(name=name)
    subscription.route_tables[name.lower()] = RouteTable(name, label or None, location)


def _delete(subscription: Subscription, name: str) -> None:
    table = _staying(subscription, name)
    for network, subnet in subnets_of(subscription, table):
        raise errors_networks.ROUTE_TABLE_IN_USE(name=table.name, subnet=subnet, network=network)
    del subscription.route_tables[name.lower()]


def _set_route(subscription: Subscription, table_name: str, name: str, text: str) -> None:
    table, route = _staying(subscription, table_name), json.decode(text, type=Route)
    if route.name in table.routes:
        raise errors_networks.ROUTE_EXISTS(table=table_name, name=name)
    limit = subscription.catalog.quotas.max_routes_per_route_table
    if len(table.routes) >= limit:
        raise errors_networks.ROUTE_QUOTA(name=table.name, limit=limit)
    table.routes[route.name] = route


def _delete_route(subscription: Subscription, table_name: str, name: str) -> None:
    table = _staying(subscription, table_name)
    if name.lower() not in table.routes:
        raise errors_networks.ROUTE_NOT_FOUND(name=name)
    del table.routes[name.lower()]


def _add_to_subnet(subscription: Subscription, network_name: str, subnet_name: str, name: str) -> None:
    network, subnet = network_lookup.changeable(subscription, network_name, subnet_name)
    table = _staying(subscription, name)
    there = addresses.site_location(subscription, network.site)
    if there is not None and there != table.location:
        raise errors_networks.ROUTE_TABLE_REGION(
            here=network_lookup.region(subscription, table.location),
            name=name,
            there=network_lookup.region(subscription, there),
            network=network_name,
        )
    network.route_tables[subnet.name.lower()] = table.name


def _remove_from_subnet(subscription: Subscription, network_name: str, subnet_name: str) -> None:
    get_for_subnet(subscription, network_name, subnet_name)
    network, subnet = network_lookup.changeable(subscription, network_name, subnet_name)
    del network.route_tables[subnet.name.lower()]


_CHANGES: dict[str, Callable[..., None]] = {
    "create": _create,
    "delete": _delete,
    "set route": _set_route,
    "delete route": _delete_route,
    "add to subnet": _add_to_subnet,
    "remove from subnet": _remove_from_subnet,
}


def _happened(subscription: Subscription, event: Event) -> None:
    changes.attempt(subscription, event, _CHANGES[event.name], *event.resource)
    operations.finish(subscription, event.operation)


HANDLERS = {_MACHINE: _happened}
