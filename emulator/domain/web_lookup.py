"""Finding web spaces, sites and server farms, and who may touch a site now: the checks that come first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from emulator.catalog import WebRegion
from emulator.domain import errors_web
from emulator.domain.web_records import DNS_SUFFIX, ServerFarm, Site, WebSpace
from emulator.domain.world import Subscription


class OneSite(Struct, frozen=True):
    """A site and the web space that it is in."""

    space: WebSpace
    site: Site

    @property
    def etag(self) -> str:
        """The site's."""
        return self.site.etag


class OneFarm(Struct, frozen=True):
    """A server farm and the web space that it is in."""

    space: WebSpace
    farm: ServerFarm


def space(subscription: Subscription, webspace_name: str) -> WebSpace:
    """Return the web space of that name."""
    found = subscription.web_spaces.get(webspace_name.lower())
    if found is None:
        raise errors_web.WEB_SPACE_NOT_FOUND(kind="WebSpace", name=webspace_name)
    return found


def site(subscription: Subscription, webspace_name: str, website_name: str) -> OneSite:
    """Return a site with its web space; azure-cli calls the site itself its slot `production` (assumption 262)."""
    holding = subscription.web_spaces.get(webspace_name.lower())
    found = holding.sites.get(website_name.lower().removesuffix("(production)")) if holding else None
    if holding is None or found is None:
        raise errors_web.WEB_SITE_NOT_FOUND(name=website_name)
    return OneSite(holding, found)


def free_site(subscription: Subscription, webspace_name: str, website_name: str) -> OneSite:
    """Return a site that no operation of its own holds."""
    one = site(subscription, webspace_name, website_name)
    if one.site.operation is not None:
        raise errors_web.WEB_SITE_BUSY()
    return one


def farm(holding: WebSpace, server_farm_name: str) -> ServerFarm:
    """Return the server farm of that name."""
    found = holding.server_farms.get(server_farm_name.lower())
    if found is None:
        raise errors_web.SERVER_FARM_NOT_FOUND(name=server_farm_name)
    return found


def farm_of(holding: WebSpace, one: Site) -> ServerFarm:
    """Return the server farm that a site runs in."""
    return holding.server_farms[one.server_farm.lower()]


def region_of(subscription: Subscription, holding: WebSpace) -> WebRegion:
    """Return the region that a web space lies in."""
    found = subscription.catalog.web_region(holding.geo_region)
    if found is None:
        raise LookupError(holding.geo_region)
    return found


def holder(subscription: Subscription, name: str) -> Site | None:
    """Return the site that has a host name, which in azurewebsites.net is given without the domain."""
    names = {name, f"{name}.{DNS_SUFFIX}"}
    return next(
        (
            one
            for neighbour in subscription.world.neighbours(subscription)
            for holding in neighbour.web_spaces.values()
            for one in holding.sites.values()
            if not names.isdisjoint(one.host_names)
        ),
        None,
    )


def word(given: str, known: Sequence[str]) -> str | None:
    """Return the word that is given in any case or, as some clients send them, by its number; None if it is none."""
    return next((one for number, one in enumerate(known) if given.lower() in (one.lower(), str(number))), None)


def milliseconds(moment: datetime) -> datetime:
    """Return a time as precisely as sites keep it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def touch(subscription: Subscription, one: Site) -> None:
    """Note that a site has changed now."""
    one.last_modified_time_utc = milliseconds(subscription.now)
