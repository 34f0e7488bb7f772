"""Hybrid connections: a web site's ways to machines elsewhere, by what its caller says of them."""

from __future__ import annotations

from emulator.domain import errors_web, web_lookup
from emulator.domain.records import TrackedOperation
from emulator.domain.web_records import HybridConnection, Site
from emulator.domain.world import Subscription


def list_all(subscription: Subscription, webspace_name: str, website_name: str) -> list[HybridConnection]:
    """Return the connections of a site, oldest first."""
    return list(web_lookup.site(subscription, webspace_name, website_name).site.hybrid_connections.values())


def get(subscription: Subscription, webspace_name: str, website_name: str, connection_name: str) -> HybridConnection:
    """Return the connection of that name."""
    return _find(web_lookup.site(subscription, webspace_name, website_name).site, connection_name)


def create(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: HybridConnection,
    webspace_name: str,
    website_name: str,
) -> HybridConnection:
    """Give a site a connection."""
    site = web_lookup.free_site(subscription, webspace_name, website_name).site
    if command.entity_name.lower() in site.hybrid_connections:
        raise errors_web.HYBRID_CONNECTION_EXISTS(name=command.entity_name)
    site.hybrid_connections[command.entity_name.lower()] = command
    return command


def update(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: HybridConnection,
    webspace_name: str,
    website_name: str,
) -> HybridConnection:
    """Replace a connection of a site."""
    site = web_lookup.free_site(subscription, webspace_name, website_name).site
    _find(site, command.entity_name)
    site.hybrid_connections[command.entity_name.lower()] = command
    return command


def delete(
    subscription: Subscription,
    _operation: TrackedOperation,
    webspace_name: str,
    website_name: str,
    connection_name: str,
) -> None:
    """Take a connection from a site."""
    site = web_lookup.free_site(subscription, webspace_name, website_name).site
    _find(site, connection_name)
    del site.hybrid_connections[connection_name.lower()]


def _find(site: Site, name: str) -> HybridConnection:
    found = site.hybrid_connections.get(name.lower())
    if found is None:
        raise errors_web.HYBRID_CONNECTION_NOT_FOUND(kind="RelayServiceConnectionEntity", name=name)
    return found
