"""How web sites run: their settings, and which of those stay with a slot when sites are swapped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msgspec import structs

from emulator.domain import errors_web, web_lookup
from emulator.domain.records import TrackedOperation
from emulator.domain.web_records import (
    ConnectionString,
    NameValuePair,
    Site,
    SiteConfig,
    SlotConfigNames,
    VirtualApplication,
)
from emulator.domain.world import Subscription

Named = TypeVar("Named", NameValuePair, ConnectionString)

NEW_SITE = SiteConfig(
    always_on=False,
    app_settings=[NameValuePair("WEBSITE_NODE_DEFAULT_VERSION", "0.10.29")],
    auto_heal_enabled=False,
    connection_strings=[],
    custom_app_pool_identity_admin_state=True,
    custom_app_pool_identity_tenant_state=False,
    default_documents=[
        "Default.htm",
        "Default.html",
        "Default.asp",
        "index.htm",
        "index.html",
        "iisstart.htm",
        "default.aspx",
        "index.php",
        "hostingstart.html",
    ],
    detailed_error_logging_enabled=False,
    http_logging_enabled=False,
    load_balancing="LeastRequests",
    logs_directory_size_limit=35,
    managed_pipeline_mode="Integrated",
    metadata=[],
    net_framework_version="v4.0",
    number_of_workers=1,
    php_version="5.4",
    python_version="",
    remote_debugging_enabled=False,
    request_tracing_enabled=False,
    routing_rules=[],
    scm_type="None",
    use32_bit_worker_process=True,
    virtual_applications=[VirtualApplication("site\\wwwroot", preload_enabled=False, virtual_path="/")],
    web_sockets_enabled=False,
    win_auth_admin_state=0,
    win_auth_tenant_state=0,
)
"""What a new site has, as recorded of 2014."""

ENUMERATIONS = {
    "managed_pipeline_mode": ("Integrated", "Classic"),
    "scm_type": ("None", "Dropbox", "Tfs", "LocalGit", "GitHub", "CodePlexGit", "CodePlexHg", "BitbucketGit"),
}
"""Field -> what it may be; a number counts them."""
CONNECTION_STRING_TYPES = ("MySql", "SQLServer", "SQLAzure", "Custom")


def get(subscription: Subscription, webspace_name: str, website_name: str) -> Site:
    """Return a site, whose configuration is to be shown."""
    return web_lookup.site(subscription, webspace_name, website_name).site


def update(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: SiteConfig,
    webspace_name: str,
    website_name: str,
) -> None:
    """Replace what is said of a site's configuration; what is left out stays (assumption 151)."""
    site = web_lookup.free_site(subscription, webspace_name, website_name).site
    said = {name: value for name, value in structs.asdict(command).items() if value is not None}
    for name, known in ENUMERATIONS.items():
        if name in said:
            said[name] = _known(site, name, said[name], known)
    if "connection_strings" in said:
        said["connection_strings"] = [
            structs.replace(one, type=_known(site, one.name, one.type or "Custom", CONNECTION_STRING_TYPES))
            for one in said["connection_strings"]
        ]
    if said.get("handler_mappings") == []:
        said["handler_mappings"] = None  # none were shown as nil, also after they were sent as an empty list
    site.config = structs.replace(site.config, **said)
    web_lookup.touch(subscription, site)


def _known(site: Site, what: str, given: str, known: Sequence[str]) -> str:
    found = web_lookup.word(given, known)
    if found is None:
        why = f"{what}: {given} is none of {', '.join(known)}."
        raise errors_web.WEB_SITE_CONFIGURATION_INVALID(name=site.name, why=why)
    return found


def slot_config_names(subscription: Subscription, webspace_name: str, website_name: str) -> SlotConfigNames:
    """Return the settings that stay with the slots of a site."""
    return _base(subscription, webspace_name, website_name).slot_config_names


def update_slot_config_names(
    subscription: Subscription,
    _operation: TrackedOperation,
    command: SlotConfigNames,
    webspace_name: str,
    website_name: str,
) -> None:
    """Say which settings stay with the slots of a site."""
    _base(subscription, webspace_name, website_name).slot_config_names = command


def _base(subscription: Subscription, webspace_name: str, website_name: str) -> Site:
    """Return the site that a slot is of."""
    site = web_lookup.site(subscription, webspace_name, website_name).site
    return web_lookup.site(subscription, webspace_name, site.base_name).site


def moved(coming: SiteConfig, staying: SiteConfig, names: SlotConfigNames) -> SiteConfig:
    """Return the configuration that comes to a slot: all but the settings that stay there."""
    return structs.replace(
        coming,
        app_settings=_joined(coming.app_settings, staying.app_settings, names.app_setting_names),
        connection_strings=_joined(
            coming.connection_strings, staying.connection_strings, names.connection_string_names
        ),
    )


def _joined(coming: list[Named] | None, staying: list[Named] | None, names: Sequence[str]) -> list[Named]:
    sticky = {name.lower() for name in names}
    comes = [one for one in coming or () if one.name.lower() not in sticky]
    return comes + [one for one in staying or () if one.name.lower() in sticky]
