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
_COLLECTION = "/jobCollections/{job_collection_id}"
_SCHEDULER = "scheduler"
_SCHEDULER_NOTE = "The scheduler is not emulated yet."

_STORE = (
    *declined(
        "store / cloud services",
        "Cloud services of the scheduler and the store are not emulated yet.",
        _CLOUD_SERVICES,
        ("ListCloudServices", "GET", "", "2012-08-01", 200),
        ("GetCloudService", "GET", "/{cloud_service_id}", "2012-08-01", 200),
        ("CreateCloudService", "PUT", "/{cloud_service_id}", "2012-08-01", 202),
        ("DeleteCloudService", "DELETE", "/{cloud_service_id}", "2012-08-01", 202),
    ),
    *declined(
        "store / cloud services",
        "Add-ons of the store are not emulated.",
        f"{_RESOURCES}/{{provider_namespace}}/{{resource_type}}/{{resource_name}}",
        ("CreateAddOn", "PUT", "", "2012-08-01", 202),
        ("DeleteAddOn", "DELETE", "", "2012-08-01", 202),
    ),
    *declined(
        _SCHEDULER,
        _SCHEDULER_NOTE,
        f"{_RESOURCES}/scheduler",
        # Clients ask for a free name with either method.
        ("CheckJobCollectionName", "POST", "/jobCollections?op=checknameavailability", "2012-08-01", 202),
        ("CheckJobCollectionNameAvailability", "GET", "/jobCollections?op=checknameavailability", "2012-08-01", 200),
        ("CreateJobCollection", "PUT", _COLLECTION, "2012-08-01", 202),
        ("DeleteJobCollection", "DELETE", _COLLECTION, "2012-08-01", 202),
        ("GetJobCollection", "GET", f"/~{_COLLECTION}", "2012-08-01", 200),
        ("GetAllJobs", "GET", f"/~{_COLLECTION}/jobs", "2012-08-01", 200),
        ("CreateJobWithoutId", "POST", f"/~{_COLLECTION}/jobs", "2012-08-01", 201),
        ("UpdateJobCollectionState", "PATCH", f"/~{_COLLECTION}/jobs", "2012-08-01", 200),
        ("GetJob", "GET", f"/~{_COLLECTION}/jobs/{{job_id}}", "2012-08-01", 200),
        ("CreateJob", "PUT", f"/~{_COLLECTION}/jobs/{{job_id}}", "2012-08-01", 201),
        ("UpdateJobState", "PATCH", f"/~{_COLLECTION}/jobs/{{job_id}}", "2012-08-01", 200),
        ("DeleteJob", "DELETE", f"/~{_COLLECTION}/jobs/{{job_id}}", "2012-08-01", 200),
        ("GetJobHistory", "GET", f"/~{_COLLECTION}/jobs/{{job_id}}/history", "2012-08-01", 200),
    ),
    *declined(
        _SCHEDULER,
        _SCHEDULER_NOTE,
        "/{subscription_id}/EntitleResource",
        ("EntitleResource", "POST", "", "2012-08-01", 202),
    ),
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

ROWS = (*_TRAFFIC_MANAGER, *_STORE)
