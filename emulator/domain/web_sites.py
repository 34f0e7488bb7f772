"""Web sites: made, changed, started, stopped and deleted; their host names, passwords and repositories.

No program runs: a site is a state, and whatever a host name outside of azurewebsites.net needs is taken on trust.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

from msgspec import Struct

from emulator.domain import errors_web, server_farms, site_certificates, web_lookup, web_spaces
from emulator.domain.records import TrackedOperation
from emulator.domain.site_certificates import ChangedCertificate
from emulator.domain.site_configuration import NEW_SITE
from emulator.domain.web_lookup import OneSite
from emulator.domain.web_records import DNS_SUFFIX, HostNameSslState, ServerFarm, Site, WebSpace
from emulator.domain.web_spaces import WebSpaceToCreate
from emulator.domain.world import Subscription

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,58}[A-Za-z0-9])(?:\([A-Za-z0-9][A-Za-z0-9-]{0,58}\))?", re.ASCII)
HOST_NAME = re.compile(r"(?:\*\.)?(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+[A-Za-z0-9-]{1,63}", re.ASCII)
STATES = ("Running", "Stopped")
PASSWORD_LETTERS = 60
SSL_STATES = ("Disabled", "SniEnabled", "IpBasedEnabled")


class CreateSite(Struct, frozen=True, kw_only=True):
    """What a caller says of a new site. `compute_mode` Dedicated needs a `server_farm`."""

    name: str
    host_names: list[str] | None = None
    compute_mode: str | None = None
    server_farm: str | None = None
    site_mode: str | None = None
    web_space: str | None = None
    web_space_to_create: WebSpaceToCreate | None = None


class ChangedSslState(Struct, frozen=True, kw_only=True):
    """A host name whose certificate is to change, where `to_update` does not say otherwise."""

    name: str
    ssl_state: str | None = None
    thumbprint: str | None = None
    to_update: bool | None = None


class UpdateSite(Struct, frozen=True, kw_only=True):
    """What a caller may change of a site; what is left out stays."""

    host_name_ssl_states: list[ChangedSslState] | None = None
    host_names: list[str] | None = None
    ssl_certificates: list[ChangedCertificate] | None = None
    server_farm: str | None = None
    state: str | None = None


def get(subscription: Subscription, webspace_name: str, website_name: str) -> OneSite:
    """Return a site with its web space."""
    return web_lookup.site(subscription, webspace_name, website_name)


def list_all(subscription: Subscription, webspace_name: str) -> list[OneSite]:
    """Return the sites of a web space, slots too, oldest first."""
    space = web_lookup.space(subscription, webspace_name)
    return [OneSite(space, site) for site in space.sites.values()]


def create(
    subscription: Subscription, _operation: TrackedOperation, command: CreateSite, webspace_name: str
) -> OneSite:
    """Make a site, with its web space and the farm that sites get which name none, where they are not there."""
    space = web_spaces.find_or_make(subscription, webspace_name, command.web_space_to_create)
    if NAME.fullmatch(command.name) is None:
        why = "a name has 2 to 60 letters, digits and inner hyphens."
        raise errors_web.WEB_SITE_INVALID(name=command.name, why=why)
    site = Site(
        name=command.name,
        server_farm="",
        host_names=[],
        last_modified_time_utc=web_lookup.milliseconds(subscription.now),
        publishing_password="",
        instance_seed="",
        config=NEW_SITE,
    )
    if "(" in site.name and site.base_name.lower() not in space.sites:
        raise errors_web.WEB_SITE_NOT_FOUND(name=site.base_name)
    if web_lookup.holder(subscription, site.label) is not None:
        raise errors_web.WEB_SITE_EXISTS(name=command.name)
    farm = _farm(subscription, space, command, site)
    _host_names(subscription, site, farm, command.host_names)
    site.server_farm = farm.name
    site.publishing_password, site.instance_seed = (
        subscription.entropy.letters(PASSWORD_LETTERS),
        subscription.entropy.hex32(),
    )
    space.sites[site.name.lower()] = site
    space.server_farms[farm.name.lower()] = farm
    subscription.web_spaces[space.name.lower()] = space
    return OneSite(space, site)


def _farm(subscription: Subscription, space: WebSpace, command: CreateSite, site: Site) -> ServerFarm:
    """Return the farm that a new site runs in, a slot in that of its site."""
    if command.server_farm:
        return web_lookup.farm(space, command.server_farm)
    if "(" in site.name:
        return web_lookup.farm_of(space, space.sites[site.base_name.lower()])
    if (command.compute_mode or "").lower() == "dedicated":
        raise errors_web.WEB_SITE_INVALID(name=command.name, why="the ComputeMode Dedicated needs a ServerFarm.")
    return server_farms.default(
        subscription, space, "Shared" if (command.site_mode or "").lower() == "basic" else "Free"
    )


def _host_names(subscription: Subscription, site: Site, farm: ServerFarm, given: list[str] | None) -> None:
    """Give a site its host names: its own among them, each nobody else's."""
    names = list(dict.fromkeys(name.lower() for name in given or [site.own_host_name]))
    if site.own_host_name not in names:
        why = f"its host names have to contain {site.own_host_name}."
        raise errors_web.WEB_SITE_INVALID(name=site.name, why=why)
    for name in names:
        if name == site.own_host_name:
            continue
        if HOST_NAME.fullmatch(name) is None or name.endswith(f".{DNS_SUFFIX}"):
            raise errors_web.WEB_SITE_INVALID(name=site.name, why=f"{name} can be no host name of it.")
        if name.endswith(".invalid"):
            raise errors_web.WEB_SITE_NO_CNAME(name=name, site=site.own_host_name)
        if farm.sku == "Free":
            raise errors_web.WEB_SITE_FREE_MODE(name=name)
        if web_lookup.holder(subscription, name) not in (None, site):
            raise errors_web.WEB_SITE_INVALID(name=site.name, why=f"the host name {name} is another site's.")
    site.host_names = names


def update(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: UpdateSite,
    webspace_name: str,
    website_name: str,
) -> OneSite:
    """Start or stop a site, move it to another farm, change its host names and their certificates."""
    one = web_lookup.free_site(subscription, webspace_name, website_name)
    space, site = one.space, one.site
    state = _one_of(site, "State", command.state, STATES) or site.state
    farm = web_lookup.farm(space, command.server_farm) if command.server_farm else web_lookup.farm_of(space, site)
    ssl_states = _ssl_states(site, command)
    certificates = site_certificates.changed(site, command.ssl_certificates or ())
    _host_names(subscription, site, farm, command.host_names or site.host_names)
    site.state, site.server_farm, site.ssl_states = state, farm.name, ssl_states
    site.certificates = certificates
    web_lookup.touch(subscription, site)
    return one


def _one_of(site: Site, element: str, given: str | None, known: Sequence[str]) -> str | None:
    found = web_lookup.word(given, known) if given else None
    if given and found is None:
        raise errors_web.WEB_SITE_INVALID(name=site.name, why=f"the {element} {given} is none of {', '.join(known)}.")
    return found


def _ssl_states(site: Site, command: UpdateSite) -> dict[str, HostNameSslState]:
    names = {name.lower() for name in (*site.host_names, *(command.host_names or ()), site.scm_host_name)}
    states = dict(site.ssl_states)
    for change in command.host_name_ssl_states or ():
        if change.to_update is False:
            continue
        if change.name.lower() not in names:
            raise errors_web.WEB_SITE_INVALID(name=site.name, why=f"{change.name} is no host name of it.")
        state = _one_of(site, "SslState", change.ssl_state, SSL_STATES) or "Disabled"
        states[change.name.lower()] = HostNameSslState(change.name.lower(), state, change.thumbprint)
    return states


def restart(subscription: Subscription, _operation: TrackedOperation, webspace_name: str, website_name: str) -> None:
    """Start a site's programs anew: nothing of that is to be seen."""
    web_lookup.free_site(subscription, webspace_name, website_name)


def delete(
    subscription: Subscription,
    _operation: TrackedOperation,
    webspace_name: str,
    website_name: str,
    *,
    delete_empty_server_farm: bool = False,
    delete_metrics: bool = False,  # noqa: ARG001 - a site of which nothing is measured leaves no metrics
    delete_all_slots: bool = False,
) -> Site:
    """Delete a site, with its slots and with a farm that is empty then where that is asked for."""
    one = web_lookup.free_site(subscription, webspace_name, website_name)
    space, site = one.space, one.site
    slots = [] if "(" in site.name else [key for key in space.sites if key.startswith(f"{site.name.lower()}(")]
    if slots and not delete_all_slots:
        raise errors_web.WEB_SITE_HAS_SLOTS(name=site.name)
    if any(space.sites[key].operation is not None for key in slots):
        raise errors_web.WEB_SITE_BUSY()
    for key in (*slots, site.name.lower()):
        del space.sites[key]
    farm = web_lookup.farm_of(space, site)
    if delete_empty_server_farm and not server_farms.sites_of(space, farm):
        del space.server_farms[farm.name.lower()]
    return site


def instance_ids(subscription: Subscription, webspace_name: str, website_name: str) -> list[str]:
    """Return the ids of the workers that run a site, 64 hexadecimal digits each; a stopped one has none."""
    one = web_lookup.site(subscription, webspace_name, website_name)
    if one.site.state != "Running":
        return []
    count = web_lookup.farm_of(one.space, one.site).number_of_workers
    seeds = (f"{one.site.instance_seed}{number}" for number in range(count))
    return [blake2b(seed.encode(), digest_size=32).hexdigest() for seed in seeds]


def generate_password(
    subscription: Subscription, _operation: TrackedOperation, webspace_name: str, website_name: str
) -> None:
    """Give a site a new password for publishing."""
    site = web_lookup.free_site(subscription, webspace_name, website_name).site
    site.publishing_password = subscription.entropy.letters(PASSWORD_LETTERS)


def get_repository(subscription: Subscription, webspace_name: str, website_name: str) -> str:
    """Return the address of a site's repository."""
    site = web_lookup.site(subscription, webspace_name, website_name).site
    if not site.repository:
        raise errors_web.WEB_SITE_REPOSITORY_NOT_FOUND(name=site.name)
    return f"https://{site.scm_host_name}/{site.name}.git"


def create_repository(
    subscription: Subscription, _operation: TrackedOperation, webspace_name: str, website_name: str
) -> None:
    """Give a site a repository; one that has it keeps it."""
    web_lookup.free_site(subscription, webspace_name, website_name).site.repository = True


def sync_repository(
    subscription: Subscription, _operation: TrackedOperation, webspace_name: str, website_name: str
) -> None:
    """Let a site fetch from its repository: nothing of that is to be seen."""
    site = web_lookup.free_site(subscription, webspace_name, website_name).site
    if not site.repository:
        raise errors_web.WEB_SITE_REPOSITORY_NOT_FOUND(name=site.name)


def delete_repository(
    subscription: Subscription, _operation: TrackedOperation, webspace_name: str, website_name: str
) -> str:
    """Take its repository from a site; return its address."""
    address = get_repository(subscription, webspace_name, website_name)
    web_lookup.free_site(subscription, webspace_name, website_name).site.repository = False
    return address
