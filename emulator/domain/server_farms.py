"""Server farms (web hosting plans): how many workers of which size, and in which mode their sites run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count

from msgspec import Struct

from emulator.domain import errors_web, web_lookup
from emulator.domain.records import TrackedOperation
from emulator.domain.web_lookup import OneFarm
from emulator.domain.web_records import ServerFarm, Site, WebSpace
from emulator.domain.world import Subscription

MOST_WORKERS = {"Free": 1, "Shared": 6, "Standard": 10}
"""SKU -> the workers that a farm of it may have."""
WORKER_SIZES = ("Small", "Medium", "Large")
NAME_LENGTH = 60
DEFAULT = re.compile(r"default[0-9]+")


class CreateServerFarm(Struct, frozen=True, kw_only=True):
    """What a caller says of a farm; in an update, what is left out stays."""

    name: str | None = None
    number_of_workers: int | None = None
    sku: str | None = None
    worker_size: str | None = None
    admin_site_name: str | None = None


def list_all(subscription: Subscription, webspace_name: str) -> list[OneFarm]:
    """Return the farms of a web space, oldest first."""
    space = web_lookup.space(subscription, webspace_name)
    return [OneFarm(space, farm) for farm in space.server_farms.values()]


def get(subscription: Subscription, webspace_name: str, server_farm_name: str) -> OneFarm:
    """Return a farm with its web space; where there is not even that, it is the farm that is missed, as with sites."""
    space = subscription.web_spaces.get(webspace_name.lower())
    if space is None:
        raise errors_web.SERVER_FARM_NOT_FOUND(name=server_farm_name)
    return OneFarm(space, web_lookup.farm(space, server_farm_name))


def create(
    subscription: Subscription, _operation: TrackedOperation, command: CreateServerFarm, webspace_name: str
) -> OneFarm:
    """Make a farm in a web space that is there."""
    space = web_lookup.space(subscription, webspace_name)
    name = command.name or ""
    if not name or len(name) > NAME_LENGTH:
        raise errors_web.SERVER_FARM_INVALID(name=name, why=f"a name has 1 to {NAME_LENGTH} characters.")
    if name.lower() in space.server_farms:
        raise errors_web.SERVER_FARM_EXISTS(name=name)
    # As its reference has it: Standard where the caller does not say.
    farm = ServerFarm(name, "Standard", 1, "Small", subscription.now)
    _change(subscription, farm, command, [])
    space.server_farms[name.lower()] = farm
    return OneFarm(space, farm)


def update(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: CreateServerFarm,
    webspace_name: str,
    server_farm_name: str,
) -> OneFarm:
    """Change a farm, and with it the mode of its sites."""
    one = get(subscription, webspace_name, server_farm_name)
    _change(subscription, one.farm, command, sites_of(one.space, one.farm))
    return one


def _no_custom_names(sites: list[Site]) -> None:
    """Refuse where a site has a host name that it cannot have in a free farm."""
    for site in sites:
        for name in site.host_names:
            if name != site.own_host_name:
                raise errors_web.WEB_SITE_FREE_MODE(name=name)


def _change(subscription: Subscription, farm: ServerFarm, command: CreateServerFarm, sites: list[Site]) -> None:
    sku = _known(farm, "SKU", command.sku, tuple(MOST_WORKERS)) or farm.sku
    size = _known(farm, "WorkerSize", command.worker_size, WORKER_SIZES) or farm.worker_size
    workers = farm.number_of_workers if command.number_of_workers is None else command.number_of_workers
    if not 1 <= workers <= MOST_WORKERS[sku]:
        why = f"a farm in {sku} mode has 1 to {MOST_WORKERS[sku]} workers, not {workers}."
        raise errors_web.SERVER_FARM_INVALID(name=farm.name, why=why)
    if sku == "Free":
        _one_more_free(subscription, farm)
        _no_custom_names(sites)
    farm.sku, farm.worker_size, farm.number_of_workers = sku, size, workers
    farm.admin_site_name = command.admin_site_name or farm.admin_site_name
    farm.last_modified_time_utc = subscription.now


def _known(farm: ServerFarm, element: str, given: str | None, known: Sequence[str]) -> str | None:
    found = web_lookup.word(given, known) if given else None
    if given and found is None:
        why = f"the {element} {given} is none of {', '.join(known)}."
        raise errors_web.SERVER_FARM_INVALID(name=farm.name, why=why)
    return found


def _one_more_free(subscription: Subscription, farm: ServerFarm | None) -> None:
    """Refuse where a farm that becomes a free one would be one too many."""
    limit = subscription.catalog.limits.free_server_farms
    farms = (one for space in subscription.web_spaces.values() for one in space.server_farms.values())
    if sum(one.sku == "Free" and one is not farm for one in farms) >= limit:
        raise errors_web.TOO_MANY_FREE_SERVER_FARMS(limit=limit)


def default(subscription: Subscription, space: WebSpace, sku: str) -> ServerFarm:
    """Return the farm for sites that name none: one that is called `Default0` or the like and has their mode.

    One that is new is not in the web space yet.
    """
    farms = [farm for key, farm in space.server_farms.items() if DEFAULT.fullmatch(key)]
    found = next((farm for farm in farms if farm.sku == sku), None)
    if found is not None:
        return found
    if sku == "Free":
        _one_more_free(subscription, None)
    number = next(number for number in count() if f"default{number}" not in space.server_farms)
    return ServerFarm(f"Default{number}", sku, 1, "Small", subscription.now)


def sites_of(space: WebSpace, farm: ServerFarm) -> list[Site]:
    """Return the sites that run in a farm."""
    return [site for site in space.sites.values() if site.server_farm.lower() == farm.name.lower()]


def delete(subscription: Subscription, _operation: TrackedOperation, webspace_name: str, server_farm_name: str) -> None:
    """Delete a farm that has no sites."""
    one = get(subscription, webspace_name, server_farm_name)
    if sites_of(one.space, one.farm):
        raise errors_web.SERVER_FARM_IN_USE(name=one.farm.name)
    del one.space.server_farms[one.farm.name.lower()]
