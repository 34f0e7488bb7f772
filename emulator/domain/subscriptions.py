"""The subscription itself: what it may have and what it has. And what the service offers to everybody."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.catalog import Location, OperatingSystemFamily, RoleSize
from emulator.domain.world import Subscription, World


def get(subscription: Subscription) -> Subscription:
    """Return the subscription."""
    return subscription


def list_locations(subscription: Subscription) -> Sequence[Location]:
    """Return the locations of the catalog."""
    return subscription.catalog.locations


def list_role_sizes(subscription: Subscription) -> Sequence[RoleSize]:
    """Return the role sizes of the catalog."""
    return subscription.catalog.role_sizes


def list_operating_system_families(subscription: Subscription) -> Sequence[OperatingSystemFamily]:
    """Return the guest operating systems of the catalog by family."""
    return subscription.catalog.operating_system_families


def list_reachable(world: World, thumbprint: str) -> list[Subscription]:
    """Return the subscriptions that a certificate opens: those it is registered with, and those it has opened."""
    return [
        one
        for one in list(world.subscriptions.values())
        if thumbprint in one.callers or thumbprint in one.management_certificates
    ]
