"""Declined: the services with an API of their own below this one."""

from __future__ import annotations

from emulator.surface.declined.table import SERVICES, declined

_TRAFFIC_MANAGER = declined(
    "traffic manager",
    "Traffic Manager is not emulated yet.",
    f"{SERVICES}/WATM",
    ("CheckDnsPrefixAvailability", "GET", "/operations/isavailable/{dns_name}", "2011-10-01", 200),
    ("ListProfiles", "GET", "/profiles", "2011-10-01", 200),
    ("CreateProfile", "POST", "/profiles", "2011-10-01", 200),
    ("GetProfile", "GET", "/profiles/{profile_name}", "2011-10-01", 200),
    ("UpdateProfile", "PUT", "/profiles/{profile_name}", "2011-10-01", 200),
    ("DeleteProfile", "DELETE", "/profiles/{profile_name}", "2011-10-01", 200),
    ("ListDefinitions", "GET", "/profiles/{profile_name}/definitions", "2011-10-01", 200),
    ("CreateDefinition", "POST", "/profiles/{profile_name}/definitions", "2011-10-01", 200),
    # A profile has one definition, whose version is always 1.
    ("GetDefinition", "GET", "/profiles/{profile_name}/definitions/1", "2011-10-01", 200),
)

_CLOUD_SERVICES = "/{subscription_id}/cloudservices"
_RESOURCES = f"{_CLOUD_SERVICES}/{{cloud_service_id}}/resources"

_RESOURCE_PROVIDERS = (
    *declined(
        "HDInsight",
        "HDInsight is not emulated.",
        f"{_RESOURCES}/hdinsight",
        ("GetCluster", "GET", "/~/clusters/{cluster_name}", "2012-08-01", 200),
        ("CreateCluster", "PUT", "/clusters/{cluster_name}", "2012-08-01", 202),
        ("DeleteCluster", "DELETE", "/clusters/{cluster_name}", "2012-08-01", 202),
        ("GetIaasCluster", "GET", "/~/iaasclusters/{cluster_name}", "2012-08-01", 200),
        ("CreateIaasCluster", "PUT", "/iaasclusters/{cluster_name}", "2012-08-01", 202),
        ("DeleteIaasCluster", "DELETE", "/iaasclusters/{cluster_name}", "2012-08-01", 202),
    ),
)

ROWS = (*_TRAFFIC_MANAGER, *_RESOURCE_PROVIDERS)
