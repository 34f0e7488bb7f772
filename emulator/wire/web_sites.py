"""Web sites as they are shown and as they are sent.

Three clients send the children of a site in three orders, and the service took them all: they are read wherever they
stand. What is shown is told apart by x-ms-version, each as it was recorded: 2012-10-10 in 2013, 2013-08-01 in 2014,
2014-10-01 in 2015, and 2014-04-01, which clients sent until the end, with what came in 2016 (assumption 150).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from emulator.domain import web_lookup, web_sites
from emulator.domain.web_lookup import OneSite
from emulator.domain.web_records import HostNameSslState, NameValuePair, ServerFarm, Site
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, child, column, flat, group, many
from emulator.wire.site_certificates import CHANGED_CERTIFICATE, SITE_CERTIFICATE
from emulator.wire.terms import XML
from emulator.wire.values import BOOLEAN, Value, escape
from emulator.wire.web_spaces import STRINGS, WEB_SPACE_TO_CREATE, A, constant
from emulator.wire.writing import Context

FIRST = "2013-08-01"
"""The first x-ms-version in which sites were seen with certificates, deployments and their SKU."""
LATER = "2014-04-01"
"""The x-ms-version from which sites were seen with what came after the summer of 2014."""
PYTHON = "2014-10-01"
"""The x-ms-version that was never seen with what came in 2016."""
IN_2016: dict[str, Any] = {"since": LATER, "until": PYTHON}
OUTBOUND = ("203.0.113.10", "203.0.113.11", "203.0.113.12", "203.0.113.13")
"""Assumption 156: addresses of nobody, where those of the region are not recorded."""


def write_moment(moment: datetime) -> str:
    """Return a time as sites have it: without a zone, and with no more decimals than it needs."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds").rstrip("0").rstrip(".")


SITE_TIME = Value(datetime.fromisoformat, write_moment)

# ---- what is shown


class _Host(Struct, frozen=True):
    host_type: str
    state: HostNameSslState


def _ssl_states(one: OneSite, _context: Context) -> list[_Host]:
    site = one.site
    named = [("Standard", name) for name in site.host_names] + [("Repository", site.scm_host_name)]
    return [_Host(kind, site.ssl_states.get(name) or HostNameSslState(name)) for kind, name in named]


def ip_based(host: _Host, _context: Context) -> str:
    """Return what IP-based TLS of a host name has come to."""
    return "Configured" if host.state.ssl_state == "IpBasedEnabled" else "NotConfigured"


HOST_NAME_SSL_STATE = Contract(
    "HostNameSslState",
    nothing,
    (
        column("HostType", since=LATER),
        column("IPBasedSslState", get=ip_based, since=FIRST),
        constant("IpBasedSslResult", None),
        column("Name", attribute="state.name"),
        column("SslState", attribute="state.ssl_state"),
        column("Thumbprint", attribute="state.thumbprint", nil=True),
        constant("ToUpdate", None),
        constant("ToUpdateIpBasedSsl", None),
        constant("VirtualIP", None),
    ),
)

NAME_VALUE_PAIR = Contract("NameValuePair", NameValuePair, (column("Name", required=True), column("Value", nil=True)))


def _farm(one: OneSite) -> ServerFarm:
    return web_lookup.farm_of(one.space, one.site)


def _outbound(one: OneSite, context: Context) -> str:
    return ",".join(web_lookup.region_of(context.subscription, one.space).outbound_ip_addresses or OUTBOUND)


def _self_link(one: OneSite, context: Context) -> str:
    stamp = web_lookup.region_of(context.subscription, one.space).stamp
    return (
        f"https://{stamp}.api.azurewebsites.windows.net:454/20130801/websystems/websites/web/subscriptions/"
        f"{context.subscription.id}/webspaces/{one.space.name}/sites/{one.site.name}"
    )


def properties(site: Site, include: str) -> list[NameValuePair]:
    """Return those properties that are asked for, in the service's order whatever the request's is."""
    asked = {name.strip().lower() for name in include.split(",")}
    all_of_them = (
        NameValuePair("RepositoryUri", f"https://{site.scm_host_name}"),
        NameValuePair("PublishingUsername", f"${site.publishing_name}"),
        NameValuePair("PublishingPassword", site.publishing_password),
    )
    return [one for one in all_of_them if one.name.lower() in asked]


def _properties(one: OneSite, context: Context) -> list[NameValuePair]:
    return properties(one.site, context.parameters.get("properties_to_include", ""))


def _not_in_2016(get: Any) -> Any:
    """Return what a site has, but for the answers of 2016: there it is nil, as recorded (assumption 150)."""
    return lambda one, context: None if LATER <= context.version < PYTHON else get(one)


def _farm_name(one: OneSite, context: Context) -> str | None:
    """A site that pays for no farm of its own had none to be seen at first, as recorded."""
    return None if context.version < FIRST and _farm(one).sku != "Standard" else one.site.server_farm


def _strings(name: str, get: Any) -> Column:
    return child(name, STRINGS, get=get, attributes=A)


_COLUMNS = (
    constant("AdminEnabled", "true"),
    constant("AvailabilityState", "Normal"),
    constant("Cers", None, since=FIRST),
    column("ClientAffinityEnabled", get=lambda _o, c: None if c.version >= PYTHON else "true", nil=True, since=LATER),
    column("ClientCertEnabled", get=lambda _o, c: None if c.version >= PYTHON else "false", nil=True, since=LATER),
    constant("CloningInfo", None, since=LATER),
    column("ComputeMode", get=_not_in_2016(lambda o: _farm(o).compute_mode), nil=True),
    constant("ContainerSize", "0", **IN_2016),
    constant("ContentAvailabilityState", "Normal"),
    constant("Csrs", "", since=FIRST),
    column("DefaultHostName", get=lambda o, _c: o.site.own_host_name, **IN_2016),
    column("DeploymentId", attribute="site.name", since=FIRST),
    constant("DomainVerificationIdentifiers", None, **IN_2016),
    constant("Enabled", "true"),
    _strings("EnabledHostNames", lambda o, _c: [*o.site.host_names, o.site.scm_host_name]),
    constant("GatewaySiteName", None, since=LATER),
    column("HomeStamp", get=lambda o, c: web_lookup.region_of(c.subscription, o.space).stamp, **IN_2016),
    many("HostNameSslStates", HOST_NAME_SSL_STATE, get=_ssl_states),
    _strings("HostNames", lambda o, _c: o.site.host_names),
    constant("HostNamesDisabled", "false", **IN_2016),
    constant("HostingEnvironment", None, since=LATER),
    constant("HostingEnvironmentId", None, since=LATER),
    constant("HostingEnvironmentProfile", None, **IN_2016),
    constant("Kind", None, since=LATER),
    column("LastModifiedTimeUtc", SITE_TIME, attribute="site.last_modified_time_utc"),
    constant("MaxNumberOfWorkers", None, **IN_2016),
    constant("MicroService", "WebSites", since=LATER),
    column("Name", attribute="site.name"),
    column("OutboundIpAddresses", get=_outbound, since=LATER),
    constant("Owner", None),
    constant("PremiumAppDeployed", None, since=LATER),
    column("RepositorySiteName", attribute="site.name"),
    constant("Reserved", None, **IN_2016),
    column("ResourceGroup", attribute="space.name", **IN_2016),
    constant("RuntimeAvailabilityState", "Normal"),
    column("SKU", get=lambda o, _c: _farm(o).sku, since=FIRST),
    many("SSLCertificates", SITE_CERTIFICATE, get=_not_in_2016(lambda o: [*o.site.certificates.values()]), nil=True),
    constant("ScmSiteAlsoStopped", "false", since=LATER),
    column("SelfLink", get=_self_link),
    column("ServerFarm", get=_farm_name, nil=True),
    constant("ServerFarmId", None, since=LATER),
    constant("SiteConfig", None, since=FIRST),
    column("SiteMode", get=_not_in_2016(lambda o: _farm(o).site_mode), nil=True),
    group(
        "SiteProperties",
        constant("AppSettings", None),
        constant("Metadata", None),
        many("Properties", NAME_VALUE_PAIR, get=_properties),
    ),
    column("State", attribute="site.state"),
    constant("StorageRecoveryDefaultState", "Running"),
    constant("Tags", None, **IN_2016),
    constant("TargetSwapSlot", None, since=LATER),
    constant("TrafficManagerHostNames", None, attributes=A, since=FIRST),
    constant("UsageState", "Normal"),
    constant("WebHostingPlan", None, since=FIRST, until=LATER),
    column("WebSpace", attribute="space.name"),
)
SITE = Contract("Site", nothing, _COLUMNS)
SITES = Contract("Sites", nothing, (flat(SITE),))

# ---- what is sent

CREATE_SITE = Contract(
    "Site",
    web_sites.CreateSite,
    (
        column("ComputeMode"),
        child("HostNames", STRINGS),
        column("Name", required=True),
        column("ServerFarm"),
        column("SiteMode"),
        column("WebSpace"),
        child("WebSpaceToCreate", WEB_SPACE_TO_CREATE),
    ),
    ordered=False,
)

_CHANGED_SSL_STATE = Contract(
    "HostNameSslState",
    web_sites.ChangedSslState,
    (column("Name", required=True), column("SslState"), column("Thumbprint"), column("ToUpdate", BOOLEAN)),
    ordered=False,
)


def _either(
    items: list[web_sites.ChangedSslState] | None = None, others: list[web_sites.ChangedSslState] | None = None
) -> list[web_sites.ChangedSslState]:
    return [*(items or ()), *(others or ())]


_CHANGED_SSL_STATES = Contract(
    "HostNameSslStates",
    _either,
    (
        flat(_CHANGED_SSL_STATE),
        flat(_CHANGED_SSL_STATE.renamed("WebSiteHostNameSslState"), attribute="others"),
    ),
)

UPDATE_SITE = Contract(
    "Site",
    web_sites.UpdateSite,
    (
        child("HostNameSslStates", _CHANGED_SSL_STATES),
        child("HostNames", STRINGS),
        many("SSLCertificates", CHANGED_CERTIFICATE, attribute="ssl_certificates"),
        column("ServerFarm"),
        column("State"),
    ),
    ordered=False,
)


# ---- publish profile


class PublishProfile:
    """What tools for publishing read: two ways to a site, with everything in attributes."""

    media_type = XML

    def write(self, one: OneSite, context: Context) -> bytes:
        """Return the profile of a site."""
        site = one.site
        stamp = web_lookup.region_of(context.subscription, one.space).stamp
        name, login = site.name, site.publishing_name
        deploy = {"publishUrl": f"{site.scm_host_name}:443", "msdeploySite": login, "userName": f"${login}"}
        ftp = {
            "publishUrl": f"ftp://{stamp}.ftp.azurewebsites.windows.net/site/wwwroot",
            "ftpPassiveMode": "True",
            "userName": f"{login}\\${login}",
        }
        profiles = (
            {"profileName": f"{name} - Web Deploy", "publishMethod": "MSDeploy", **deploy},
            {"profileName": f"{name} - FTP", "publishMethod": "FTP", **ftp},
        )
        return f"<publishData>{''.join(_profile(one, ways) for ways in profiles)}</publishData>".encode()


def quoted(value: str) -> str:
    """Return a text as the value of an attribute."""
    return escape(value).replace('"', "&quot;")


def _profile(one: OneSite, ways: dict[str, str]) -> str:
    attributes = {
        **ways,
        "userPWD": one.site.publishing_password,
        "destinationAppUrl": f"http://{one.site.own_host_name}",
        "SQLServerDBConnectionString": "",
        "mySQLDBConnectionString": "",
        "hostingProviderForumLink": "",
        "controlPanelLink": "",
        "webSystem": "WebSites",
    }
    told = "".join(f' {name}="{quoted(value)}"' for name, value in attributes.items())
    return f"<publishProfile{told}><databases/></publishProfile>"


PUBLISH_PROFILE = PublishProfile()
