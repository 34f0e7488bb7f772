"""Slots of web sites: swapped by an operation of the site's own, which is polled below the site."""

from __future__ import annotations

from datetime import timedelta

from emulator.domain import errors_web, web_lookup
from emulator.domain.clock import Event
from emulator.domain.entropy import dashed
from emulator.domain.records import TrackedOperation
from emulator.domain.site_configuration import moved
from emulator.domain.web_lookup import OneSite
from emulator.domain.web_records import Site, SiteOperation, WebSpace
from emulator.domain.world import Subscription

EXPIRES = timedelta(minutes=15)
EXPIRES_ONCE_DONE = timedelta(minutes=1)


class Swap(SiteOperation):
    """An operation that was just begun, with the ETag of the site that was called."""

    etag: str = ""


def swap(
    subscription: Subscription,
    _operation: TrackedOperation,
    webspace_name: str,
    website_name: str,
    target_slot: str,
) -> Swap:
    """Begin to exchange what two slots of a site run; both are held until it is done."""
    one = web_lookup.free_site(subscription, webspace_name, website_name)
    space, source = one.space, one.site
    target = _slot(space, source, target_slot)
    if target.operation is not None:
        raise errors_web.WEB_SITE_BUSY()
    if target is source:
        raise errors_web.WEB_SITE_INVALID(name=source.name, why="a slot cannot be swapped with itself.")
    now = subscription.now
    begun = Swap(
        id=dashed(subscription.entropy.hex32()),
        name="SwapSiteSlots",
        created_time=now,
        modified_time=now,
        expiration_time=now + EXPIRES,
        etag=source.etag,
    )
    base = space.sites[source.base_name.lower()]
    base.operations[begun.id] = SiteOperation(
        begun.id, begun.name, begun.created_time, begun.modified_time, begun.expiration_time
    )
    source.operation = target.operation = begun.id
    resource = (space.name.lower(), source.name.lower(), target.name.lower(), begun.id)
    subscription.after("web_site.swap", "web site swap", resource, "swapped")
    return begun


def _slot(space: WebSpace, site: Site, slot: str) -> Site:
    """Return a slot of a site by its own name; `Production` is the site itself."""
    name = site.base_name if slot.lower() == "production" else f"{site.base_name}({slot})"
    found = space.sites.get(name.lower())
    if found is None:
        raise errors_web.WEB_SITE_SLOT_NOT_FOUND(name=site.base_name, slot=slot)
    return found


def _swapped(subscription: Subscription, event: Event) -> None:
    space_name, source_name, target_name, operation_id = event.resource
    space = subscription.web_spaces[space_name]
    source, target = space.sites[source_name], space.sites[target_name]
    base = space.sites[source.base_name.lower()]
    names = base.slot_config_names
    source.config, target.config = (
        moved(target.config, source.config, names),
        moved(source.config, target.config, names),
    )
    source.repository, target.repository = target.repository, source.repository
    source.own_config = target.own_config = None
    for site in (source, target):
        site.operation = None
        web_lookup.touch(subscription, site)
    operation = base.operations[operation_id]
    operation.status, operation.modified_time = "Succeeded", subscription.now
    operation.expiration_time = operation.created_time + EXPIRES_ONCE_DONE


def operation(subscription: Subscription, webspace_name: str, website_name: str, operation_id: str) -> SiteOperation:
    """Return an operation of a site or of one of its slots."""
    one = web_lookup.site(subscription, webspace_name, website_name)
    found = one.space.sites[one.site.base_name.lower()].operations.get(operation_id.lower())
    if found is None:
        raise errors_web.WEB_SITE_OPERATION_NOT_FOUND(kind="Operation", name=operation_id)
    return found


def apply_configuration(
    subscription: Subscription,
    _operation: TrackedOperation,
    webspace_name: str,
    website_name: str,
    target_swap_slot: str,
) -> None:
    """Give a slot the settings that stay with another one, to see how it will run there."""
    one = web_lookup.free_site(subscription, webspace_name, website_name)
    site, target = one.site, _slot(one.space, one.site, target_swap_slot)
    names = one.space.sites[site.base_name.lower()].slot_config_names
    site.own_config = site.own_config or site.config
    site.config = moved(site.config, target.config, names)
    web_lookup.touch(subscription, site)


def reset_configuration(
    subscription: Subscription, _operation: TrackedOperation, webspace_name: str, website_name: str
) -> None:
    """Give a slot back the settings that it had before those of another one were applied."""
    one: OneSite = web_lookup.free_site(subscription, webspace_name, website_name)
    if one.site.own_config is not None:
        one.site.config, one.site.own_config = one.site.own_config, None
        web_lookup.touch(subscription, one.site)


HANDLERS = {"web site swap": _swapped}
