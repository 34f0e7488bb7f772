"""Network security groups and their rules; what they are assigned to is told in network_security_assignments.py.

Whether what a call names is there, the service found out behind the call: it is told by the operation. So a change is
judged against what there is when it happens (assumption 170). What is wrong with a rule by itself is refused at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network

from msgspec import Struct, json

from emulator.domain import changes, errors, errors_networks, names, network_lookup, operations, refusals
from emulator.domain.clock import Event
from emulator.domain.network_records import NetworkSecurityGroup, NetworkSecurityRule
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

_ANY = "*"
_TYPES, _ACTIONS, _PROTOCOLS = ("Inbound", "Outbound"), ("Allow", "Deny"), ("TCP", "UDP", _ANY)
_TAGS = frozenset({_ANY, "virtual_network", "azure_loadbalancer", "internet", "virtualnetwork", "azureloadbalancer"})
_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?", re.ASCII)
_LAST_PORT = 65535
_MACHINE = "network_security_group"


class CreateNetworkSecurityGroup(Struct, frozen=True, kw_only=True):
    """A new group, in a location."""

    name: str | None = None
    label: str | None = None
    location: str | None = None


class SetRule(Struct, frozen=True, kw_only=True):
    """A rule as the caller describes it; one without a type is Inbound, one without an action is Allow.

    Its name is the one in the address: what the body says of that is not looked at (assumption 171).
    """

    priority: int
    source_address_prefix: str
    source_port_range: str
    destination_address_prefix: str
    destination_port_range: str
    protocol: str
    name: str | None = None
    type: str | None = None
    action: str | None = None


def _default(name: str, type_: str, priority: int, action: str, source: str, destination: str) -> NetworkSecurityRule:
    return NetworkSecurityRule(
        name=name,
        type=type_,
        priority=priority,
        action=action,
        source_address_prefix=source,
        source_port_range=_ANY,
        destination_address_prefix=destination,
        destination_port_range=_ANY,
        protocol=_ANY,
        is_default=True,
    )


_NETWORK, _BALANCER, _INTERNET = "VIRTUAL_NETWORK", "AZURE_LOADBALANCER", "INTERNET"
DEFAULT_RULES = (
    _default("ALLOW VNET INBOUND", "Inbound", 65000, "Allow", _NETWORK, _NETWORK),
    _default("ALLOW VNET OUTBOUND", "Outbound", 65000, "Allow", _NETWORK, _NETWORK),
    _default("ALLOW AZURE LOAD BALANCER INBOUND", "Inbound", 65001, "Allow", _BALANCER, _ANY),
    _default("ALLOW INTERNET OUTBOUND", "Outbound", 65001, "Allow", _ANY, _INTERNET),
    _default("DENY ALL OUTBOUND", "Outbound", 65500, "Deny", _ANY, _ANY),
    _default("DENY ALL INBOUND", "Inbound", 65500, "Deny", _ANY, _ANY),
)
"""What every group has behind its own rules, as recorded."""


# ---- reading


def list_all(subscription: Subscription) -> list[NetworkSecurityGroup]:
    """Return every group, oldest first."""
    return list(subscription.network_security_groups.values())


def get(subscription: Subscription, network_security_group_name: str) -> NetworkSecurityGroup:
    """Return the group of that name."""
    return network_lookup.security_group(subscription, network_security_group_name)


def rules_of(group: NetworkSecurityGroup) -> list[NetworkSecurityRule]:
    """Return the rules of a group in the order in which they are applied, the defaults last."""
    return [*sorted(group.rules.values(), key=lambda rule: rule.priority), *DEFAULT_RULES]


# ---- asked for


def create(subscription: Subscription, operation: TrackedOperation, command: CreateNetworkSecurityGroup) -> None:
    """Accept a new group."""
    name = names.resource_name(command.name or "", errors_networks.NETWORK_SECURITY_GROUP_NAME)
    limits = subscription.catalog.limits
    if len(command.label or "") > limits.network_security_group_label_length:
        raise errors_networks.NETWORK_SECURITY_GROUP_LABEL(name=name, limit=limits.network_security_group_label_length)
    location = subscription.catalog.location(command.location or "")
    if location is None:
        raise errors.LOCATION_NOT_FOUND(name=command.location)
    limit, current = subscription.catalog.quotas.max_network_security_groups, len(subscription.network_security_groups)
    if current >= limit:
        raise errors.OVER_QUOTA(resource="network security groups", limit=limit, current=current, increment=1)
    _accept(subscription, operation, "network.security_group", "create", name, command.label or "", location.name)


def delete(subscription: Subscription, operation: TrackedOperation, network_security_group_name: str) -> None:
    """Accept to take a group away that is assigned to nothing."""
    _accept(subscription, operation, "network.security_group", "delete", network_security_group_name)


def set_rule(
    subscription: Subscription,
    operation: TrackedOperation,
    command: SetRule,
    network_security_group_name: str,
    rule_name: str,
) -> None:
    """Accept a rule, new or in the place of the one of its name."""
    names.resource_name(rule_name, errors_networks.NETWORK_SECURITY_RULE_NAME)
    rule = json.encode(_judged(subscription, command, rule_name)).decode()
    _accept(subscription, operation, "network.security_rule", "set rule", network_security_group_name, rule)


def delete_rule(
    subscription: Subscription, operation: TrackedOperation, network_security_group_name: str, rule_name: str
) -> None:
    """Accept to take away a rule that is no default."""
    _accept(subscription, operation, "network.security_rule", "delete rule", network_security_group_name, rule_name)


def _accept(subscription: Subscription, operation: TrackedOperation, timing: str, name: str, *values: str) -> None:
    subscription.after(timing, _MACHINE, values, name, operation.id)


def _judged(subscription: Subscription, command: SetRule, name: str) -> NetworkSecurityRule:
    limits = subscription.catalog.limits
    least, most = limits.security_rule_priority_min, limits.security_rule_priority_max
    _check_prefix("Source", command.source_address_prefix)
    _check_prefix("Destination", command.destination_address_prefix)
    if not least <= command.priority <= most:
        raise _invalid(name, "priority", command.priority, f"between {least} and {most}")
    return NetworkSecurityRule(
        name=name,
        type=_one_of(_TYPES, name, "type", command.type or "Inbound"),
        priority=command.priority,
        action=_one_of(_ACTIONS, name, "action", command.action or "Allow"),
        source_address_prefix=command.source_address_prefix,
        source_port_range=_ports(name, "source port range", command.source_port_range),
        destination_address_prefix=command.destination_address_prefix,
        destination_port_range=_ports(name, "destination port range", command.destination_port_range),
        protocol=_one_of(_PROTOCOLS, name, "protocol", command.protocol),
    )


def _invalid(name: str, what: str, value: object, wanted: str) -> refusals.ServiceError:
    return errors_networks.NETWORK_SECURITY_RULE_INVALID(name=name, what=what, value=value, wanted=wanted)


def _check_prefix(which: str, prefix: str) -> None:
    if prefix.lower() in _TAGS:
        return
    try:
        IPv4Network(prefix, strict=False)  # assumption 200
    except ValueError:
        raise errors_networks.NETWORK_SECURITY_PREFIX_INVALID(which=which, prefix=prefix) from None


def _one_of(known: tuple[str, ...], name: str, what: str, given: str) -> str:
    found = next((one for one in known if one.lower() == given.lower()), None)
    if found is None:
        raise _invalid(name, what, given, f"one of {', '.join(known)}")
    return found


def _ports(name: str, what: str, given: str) -> str:
    match = _PORTS.fullmatch(given)
    if given != _ANY and (match is None or not int(match[1]) <= int(match[2] or match[1]) <= _LAST_PORT):
        raise _invalid(name, what, given, "a port, two ports with a hyphen between them, or *")
    return given


# ---- what the schedule brings


def _create(subscription: Subscription, name: str, label: str, location: str) -> None:
    if name.lower() in subscription.network_security_groups:
        raise errors_networks.NETWORK_SECURITY_GROUP_EXISTS(name=name)
    subscription.network_security_groups[name.lower()] = NetworkSecurityGroup(name, label or None, location)


def _delete(subscription: Subscription, name: str) -> None:
    group = network_lookup.changeable_group(subscription, name)
    holder = holder_of(subscription, group)
    if holder is not None:
        raise errors_networks.NETWORK_SECURITY_GROUP_IN_USE(name=group.name, holder=holder)
    del subscription.network_security_groups[name.lower()]


def holder_of(subscription: Subscription, group: NetworkSecurityGroup) -> str | None:
    """Return what has a group, in words: the first that is found."""
    return next((holder for holder, held in _holders(subscription) if held == group.name), None)


def _holders(subscription: Subscription) -> Iterator[tuple[str, str | None]]:
    """Yield what may have a group, in words, and the group that it has."""
    for network in subscription.virtual_networks.values():
        for subnet, group in network.network_security_groups.items():
            yield f"the subnet {subnet} of the virtual network {network.site.name}", group
    for service in subscription.hosted_services.values():
        for deployment in service.deployments.values():
            for role in deployment.roles.values():
                yield f"the role {role.role_name}", role.network_security_group
                for interface in role.machine.network_interfaces if role.machine else ():
                    yield f"the network interface {interface.name}", interface.network_security_group


def _set_rule(subscription: Subscription, group_name: str, text: str) -> None:
    group = network_lookup.changeable_group(subscription, group_name)
    rule = json.decode(text, type=NetworkSecurityRule)
    others = [one for key, one in group.rules.items() if key != rule.name.lower()]
    for one in others:
        if (one.type, one.priority) == (rule.type, rule.priority):
            raise errors_networks.NETWORK_SECURITY_PRIORITY_TAKEN(type=one.type, other=one.name, priority=one.priority)
    limit = subscription.catalog.quotas.max_network_security_rules_per_group
    if len(others) >= limit:
        raise errors_networks.NETWORK_SECURITY_RULE_QUOTA(name=group.name, limit=limit)
    group.rules[rule.name.lower()] = rule


def _delete_rule(subscription: Subscription, group_name: str, name: str) -> None:
    group = network_lookup.changeable_group(subscription, group_name)
    if name.lower() not in group.rules:
        raise errors_networks.NETWORK_SECURITY_RULE_NOT_FOUND(name=name)
    del group.rules[name.lower()]


_CHANGES: dict[str, Callable[..., None]] = {
    "create": _create,
    "delete": _delete,
    "set rule": _set_rule,
    "delete rule": _delete_rule,
}


def _happened(subscription: Subscription, event: Event) -> None:
    changes.attempt(subscription, event, _CHANGES[event.name], *event.resource)
    operations.finish(subscription, event.operation)


HANDLERS = {_MACHINE: _happened}
