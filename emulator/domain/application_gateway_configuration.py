"""The configuration of an application gateway: set as a whole, and refused where it does not hang together.

What is refused, and when, is assumption 213: every recorded configuration was accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address
from typing import Any

from msgspec.structs import replace

from emulator.domain import errors_application_gateways, errors_networks, refusals
from emulator.domain.application_gateway_records import (
    ApplicationGateway,
    ApplicationGatewayChange,
    ApplicationGatewayConfiguration,
    BackendHttpSettings,
    FrontendIPConfiguration,
    HttpListener,
    HttpLoadBalancingRule,
    Probe,
)
from emulator.domain.application_gateways import accept, find, free, number
from emulator.domain.gateways import one_of
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

PORT, SECONDS, FAILURES = 65_535, 86_400, 20
PROTOCOLS = ("Http", "Https")


def get(subscription: Subscription, gateway_name: str) -> ApplicationGatewayConfiguration:
    """Return the configuration that was set last; one that never was is empty (assumption 212)."""
    return find(subscription, gateway_name).configuration


def set_configuration(
    subscription: Subscription,
    operation: TrackedOperation,
    command: ApplicationGatewayConfiguration,
    gateway_name: str,
) -> TrackedOperation:
    """Accept a configuration in the place of the one before."""
    gateway = free(subscription, gateway_name)
    _counted(subscription, command)
    change = ApplicationGatewayChange(configuration=_judged(gateway, command))
    return accept(subscription, operation, gateway, "set_configuration", change=change)


def _counted(subscription: Subscription, command: ApplicationGatewayConfiguration) -> None:
    """Refuse more of one kind than there may be (assumption 270)."""
    limit = subscription.catalog.limits.parts_per_application_gateway
    for what, parts in (
        ("frontend IP configurations", command.frontend_ip_configurations),
        ("frontend ports", command.frontend_ports),
        ("probes", command.probes),
        ("backend address pools", command.backend_address_pools),
        ("backend HTTP settings", command.backend_http_settings_list),
        ("HTTP listeners", command.http_listeners),
        ("HTTP load balancing rules", command.http_load_balancing_rules),
        *(("addresses in a backend address pool", pool.ip_addresses) for pool in command.backend_address_pools),
    ):
        if len(parts) > limit:
            raise errors_application_gateways.APPLICATION_GATEWAY_LIMIT(limit=limit, what=what)


def _judged(gateway: ApplicationGateway, command: ApplicationGatewayConfiguration) -> ApplicationGatewayConfiguration:
    """Return a configuration whose words are spelled as the service does, and whose names lead somewhere."""
    ips = _named("frontend IP configuration", command.frontend_ip_configurations)
    ports = _named("frontend port", command.frontend_ports)
    probes = _named("probe", command.probes)
    pools = _named("backend address pool", command.backend_address_pools)
    settings = _named("backend HTTP settings", command.backend_http_settings_list)
    listeners = _named("HTTP listener", command.http_listeners)
    for port in command.frontend_ports:
        number("Port", port.port, PORT)
    for one in command.backend_http_settings_list:
        _refers(f"backend HTTP settings {one.name}", "probe", one.probe, probes)
    for listener in command.http_listeners:
        who = f"HTTP listener {listener.name}"
        _refers(who, "frontend IP configuration", listener.frontend_ip, ips)
        _refers(who, "frontend port", listener.frontend_port, ports)
        _refers(who, "certificate", listener.ssl_cert, set(gateway.certificates))
    _named("HTTP load balancing rule", command.http_load_balancing_rules)
    for rule in command.http_load_balancing_rules:
        who = f"HTTP load balancing rule {rule.name}"
        _refers(who, "backend HTTP settings", rule.backend_http_settings, settings)
        _refers(who, "HTTP listener", rule.listener, listeners)
        _refers(who, "backend address pool", rule.backend_address_pool, pools)
    return ApplicationGatewayConfiguration(
        frontend_ip_configurations=tuple(_frontend_ip(one) for one in command.frontend_ip_configurations),
        frontend_ports=tuple(command.frontend_ports),
        probes=tuple(_probe(one) for one in command.probes),
        backend_address_pools=tuple(
            replace(one, ip_addresses=tuple(one.ip_addresses)) for one in command.backend_address_pools
        ),
        backend_http_settings_list=tuple(_settings(one) for one in command.backend_http_settings_list),
        http_listeners=tuple(_listener(one) for one in command.http_listeners),
        http_load_balancing_rules=tuple(_rule(one) for one in command.http_load_balancing_rules),
    )


def _invalid(why: str) -> refusals.ServiceError:
    return errors_application_gateways.APPLICATION_GATEWAY_CONFIGURATION(why=why)


def _named(what: str, items: Sequence[Any]) -> set[str]:
    """Return the names of items in lower case, which have to have some, and different ones."""
    seen: set[str] = set()
    for one in items:
        if not one.name.strip():
            raise _invalid(f"a {what} has no name.")
        if one.name.lower() in seen:
            raise _invalid(f"the {what} {one.name} stands twice.")
        seen.add(one.name.lower())
    return seen


def _refers(who: str, what: str, name: str | None, known: set[str]) -> None:
    if name and name.lower() not in known:
        raise _invalid(f"the {who} refers to the {what} {name}, which does not exist.")


def _frontend_ip(one: FrontendIPConfiguration) -> FrontendIPConfiguration:
    address = one.static_ip_address or None
    try:
        IPv4Address(address or "0.0.0.0")  # noqa: S104 - no address is as good as any
    except ValueError:
        raise errors_networks.GATEWAY_ADDRESS(address=address) from None
    return replace(one, type=one_of(one.type, ("Private",), "Type"), static_ip_address=address)


def _probe(one: Probe) -> Probe:
    number("Interval", one.interval, SECONDS)
    number("Timeout", one.timeout, SECONDS)
    number("UnhealthyThreshold", one.unhealthy_threshold, FAILURES)
    return replace(one, protocol=one_of(one.protocol, PROTOCOLS, "Protocol"))


def _settings(one: BackendHttpSettings) -> BackendHttpSettings:
    number("Port", one.port, PORT)
    number("RequestTimeout", one.request_timeout, SECONDS)
    return replace(
        one,
        protocol=one_of(one.protocol, PROTOCOLS, "Protocol"),
        cookie_based_affinity=one_of(one.cookie_based_affinity, ("Enabled", "Disabled"), "CookieBasedAffinity"),
        probe=one.probe or None,
    )


def _listener(one: HttpListener) -> HttpListener:
    protocol = one_of(one.protocol, PROTOCOLS, "Protocol")
    if protocol == "Https" and not one.ssl_cert:
        raise _invalid(f"the HTTP listener {one.name} speaks Https and has no certificate.")
    return replace(one, protocol=protocol, frontend_ip=one.frontend_ip or None, ssl_cert=one.ssl_cert or None)


def _rule(one: HttpLoadBalancingRule) -> HttpLoadBalancingRule:
    return replace(one, type=one_of(one.type, ("Basic",), "Type"))
