"""How web sites run, in XML and in JSON by one table. The password and the user of a site are shown, never taken."""

from __future__ import annotations

from dataclasses import replace

from emulator.domain.web_records import (
    ConnectionString,
    HandlerMapping,
    RampUpRule,
    Site,
    SiteAuthSettings,
    SiteConfig,
    SiteLimits,
    SlotConfigNames,
    VirtualApplication,
)
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, child, column, many
from emulator.wire.json_contract import EitherContract, JsonContract
from emulator.wire.values import BOOLEAN, INTEGER, MOMENT, NUMBER
from emulator.wire.web_sites import LATER, NAME_VALUE_PAIR
from emulator.wire.web_spaces import STRINGS, A, constant

CONNECTION_STRING = Contract(
    "ConnStringInfo",
    ConnectionString,
    (column("ConnectionString", nil=True), column("Name", required=True), column("Type")),
    ordered=False,
)

HANDLER_MAPPING = Contract(
    "HandlerMapping",
    HandlerMapping,
    (column("Arguments", nil=True), column("Extension"), column("ScriptProcessor")),
    ordered=False,
)

VIRTUAL_APPLICATION = Contract(
    "VirtualApplication",
    VirtualApplication,
    (
        column("PhysicalPath"),
        column("PreloadEnabled", BOOLEAN),
        constant("VirtualDirectories", None),
        column("VirtualPath"),
    ),
    ordered=False,
)

SITE_AUTH_SETTINGS = Contract(
    "SiteAuthSettings",
    SiteAuthSettings,
    (column("AADClientId", attribute="aad_client_id", nil=True), column("OpenIdIssuer", nil=True)),
    ordered=False,
)

_ROUTING_RULE = (
    column("ActionHostName"),
    column("ReroutePercentage", NUMBER),
    column("ChangeStep", NUMBER),
    column("ChangeIntervalInMinutes", INTEGER),
    column("MinReroutePercentage", NUMBER),
    column("MaxReroutePercentage", NUMBER),
    column("ChangeDecisionCallbackUrl"),
    column("Name"),
)
ROUTING_RULE = Contract("RoutingRule", RampUpRule, _ROUTING_RULE, ordered=False)
ROUTING_RULE_JSON = replace(ROUTING_RULE, columns=(column("__type", attribute="kind"), *_ROUTING_RULE))

SITE_LIMITS = Contract(
    "limits",
    SiteLimits,
    (
        column("maxPercentageCpu", NUMBER, attribute="max_percentage_cpu"),
        column("maxMemoryInMb", INTEGER, attribute="max_memory_in_mb"),
        column("maxDiskSizeInMb", INTEGER, attribute="max_disk_size_in_mb"),
    ),
    ordered=False,
)


def _in_json(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return columns as JSON has them: rules with the names of their types, and the limits (assumption 267)."""
    rules = many("RoutingRules", ROUTING_RULE_JSON)
    return (*(rules if one.name == rules.name else one for one in columns), child("limits", SITE_LIMITS))


def _of_config(*columns: Column) -> tuple[Column, ...]:
    """Return columns that are read into a configuration for showing those of the configuration of a site."""
    return tuple(one if one.get else replace(one, attribute=f"config.{one.attribute}") for one in columns)


_BEFORE_PASSWORD = (
    column("AlwaysOn", BOOLEAN),
    many("AppSettings", NAME_VALUE_PAIR),
    column("AutoHealEnabled", BOOLEAN, since=LATER),
    constant("AutoHealRules", None, since=LATER),
    column("AutoSwapSlotName"),
    many("ConnectionStrings", CONNECTION_STRING),
    column("CustomAppPoolIdentityAdminState", BOOLEAN),
    column("CustomAppPoolIdentityTenantState", BOOLEAN),
    child("DefaultDocuments", STRINGS, attributes=A),
    column("DetailedErrorLoggingEnabled", BOOLEAN),
    column("DocumentRoot", nil=True),
    constant("Experiments", None, since=LATER),
    many("HandlerMappings", HANDLER_MAPPING, nil=True),
    column("HttpLoggingEnabled", BOOLEAN),
    column("JavaContainer", nil=True),
    column("JavaContainerVersion", nil=True),
    column("JavaVersion", nil=True),
    column("LoadBalancing"),
    column("LogsDirectorySizeLimit", INTEGER),
    column("ManagedPipelineMode"),
    many("Metadata", NAME_VALUE_PAIR),
    column("NetFrameworkVersion"),
    column("NumberOfWorkers", INTEGER),
    column("PhpVersion"),
)
_AFTER_PASSWORD = (
    column("PythonVersion"),
    column("RemoteDebuggingEnabled", BOOLEAN),
    column("RemoteDebuggingVersion", nil=True),
    column("RequestTracingEnabled", BOOLEAN),
    column("RequestTracingExpirationTime", MOMENT, nil=True),
    many("RoutingRules", ROUTING_RULE),
    constant("RuntimeADUser", None),
    constant("RuntimeADUserPassword", None),
    column("ScmType"),
    column("SiteAuthEnabled", BOOLEAN),
    child("SiteAuthSettings", SITE_AUTH_SETTINGS),
    constant("TracingOptions", None, since=LATER),
    column("Use32BitWorkerProcess", BOOLEAN),
    many("VirtualApplications", VIRTUAL_APPLICATION),
    constant("VnetName", "", since=LATER),
    column("WebSocketsEnabled", BOOLEAN),
    column("WinAuthAdminState", INTEGER),
    column("WinAuthTenantState", INTEGER),
)


def _password(site: Site, _context: object) -> str:
    return site.publishing_password


def _user(site: Site, _context: object) -> str:
    return f"${site.publishing_name}"


def _shown(after_password: tuple[Column, ...]) -> Contract[None]:
    credentials = (column("PublishingPassword", get=_password), column("PublishingUsername", get=_user))
    return Contract("SiteConfig", nothing, (*_of_config(*_BEFORE_PASSWORD), *credentials, *_of_config(*after_password)))


def _read(after_password: tuple[Column, ...]) -> Contract[SiteConfig]:
    said = tuple(one for one in (*_BEFORE_PASSWORD, *after_password) if one.get is None)
    return Contract("SiteConfig", SiteConfig, said, ordered=False)


SITE_CONFIG = _shown(_AFTER_PASSWORD)
SITE_CONFIG_JSON = JsonContract(_shown(_in_json(_AFTER_PASSWORD)))

UPDATE_SITE_CONFIG = EitherContract(_read(_AFTER_PASSWORD), JsonContract(_read(_in_json(_AFTER_PASSWORD))))

SLOT_CONFIG_NAMES = Contract(
    "SlotConfigNames",
    SlotConfigNames,
    (child("AppSettingNames", STRINGS, attributes=A), child("ConnectionStringNames", STRINGS, attributes=A)),
    ordered=False,
)
SLOT_CONFIG_NAMES_JSON = JsonContract(SLOT_CONFIG_NAMES)
UPDATE_SLOT_CONFIG_NAMES = EitherContract(SLOT_CONFIG_NAMES, SLOT_CONFIG_NAMES_JSON)
