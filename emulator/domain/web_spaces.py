"""Web spaces: the regions of a subscription that hold web sites and server farms.

A web space comes to be with the first site that asks for it, and stays.
"""

from __future__ import annotations

from msgspec import Struct

from emulator.catalog import WebRegion
from emulator.domain import errors_web, web_lookup
from emulator.domain.records import TrackedOperation
from emulator.domain.web_records import DNS_SUFFIX, WebSpace
from emulator.domain.world import Subscription


class WebSpaceToCreate(Struct, frozen=True, kw_only=True):
    """The web space that a new site wants, where it is not there yet."""

    geo_region: str | None = None
    name: str | None = None
    plan: str | None = None


class PublishingUser(Struct, frozen=True, kw_only=True):
    """A user who may publish to every site."""

    name: str | None = None
    publishing_password: str | None = None
    publishing_user_name: str | None = None


def list_all(subscription: Subscription) -> list[WebSpace]:
    """Return every web space, oldest first."""
    return list(subscription.web_spaces.values())


def get(subscription: Subscription, webspace_name: str) -> WebSpace:
    """Return the web space of that name."""
    return web_lookup.space(subscription, webspace_name)


def find_or_make(subscription: Subscription, webspace_name: str, wanted: WebSpaceToCreate | None) -> WebSpace:
    """Return the web space of that name, or a new one as it is wanted, not in the subscription yet."""
    if wanted is None or webspace_name.lower() in subscription.web_spaces:
        return web_lookup.space(subscription, webspace_name)
    region = subscription.catalog.web_region(wanted.geo_region or "")
    if region is None:
        raise errors_web.WEB_REGION_NOT_FOUND(kind="GeoRegion", name=wanted.geo_region or "")
    return WebSpace(name=webspace_name, geo_region=region.name)


def geo_regions(subscription: Subscription) -> tuple[WebRegion, ...]:
    """Return the regions that a web space can be in."""
    return subscription.catalog.web_regions


def dns_suffix(_subscription: Subscription) -> str:
    """Return the domain that sites are named in."""
    return DNS_SUFFIX


def is_hostname_available(subscription: Subscription, website_name: str) -> bool:
    """Tell whether no site has a name, with or without the domain."""
    wanted = website_name.lower().removesuffix(f".{DNS_SUFFIX}")
    return web_lookup.holder(subscription, wanted) is None


def list_publishing_users(_subscription: Subscription) -> list[str]:
    """Return the users who publish to every site: a certificate's owner has none."""
    return []


def create_publishing_user(_subscription: Subscription, _operation: TrackedOperation, _command: PublishingUser) -> None:
    """Refuse: who calls with a certificate is no user, and was answered so."""
    raise errors_web.PUBLISHING_USER_REFUSED()
