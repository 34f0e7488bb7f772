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

_SQL = "SQL database"
_SQL_NOTE = "SQL servers and databases are not emulated yet."
_SERVERS = f"{SERVICES}/sqlservers/servers"
_SERVER = f"{_SERVERS}/{{server_name}}"

_SQL_ROWS = (
    *declined(
        _SQL,
        _SQL_NOTE,
        _SERVERS,
        ("ListServers", "GET", "", "2012-03-01", 200),
        ("CreateServer", "POST", "", "2012-03-01", 201),
        ("DeleteServer", "DELETE", "/{server_name}", "2012-03-01", 200),
        ("SetServerAdminPassword", "POST", "/{server_name}?op=ResetPassword", "2012-03-01", 200),
    ),
    *declined(
        _SQL,
        _SQL_NOTE,
        _SERVER,
        ("GetServerEventLogs", "GET", "/events", "2014-10-01?", 200),
        ("ListQuotas", "GET", "/serverquotas", "2012-03-01", 200),
        ("GetQuota", "GET", "/serverquotas/{quota_name}", "2012-03-01", 200),
        ("ListServiceLevelObjectives", "GET", "/serviceobjectives", "2012-03-01", 200),
        ("GetServiceLevelObjective", "GET", "/serviceobjectives/{service_objective_id}", "2012-03-01", 200),
        ("ListFirewallRules", "GET", "/firewallrules", "2012-03-01", 200),
        ("CreateFirewallRule", "POST", "/firewallrules", "2012-03-01", 201),
        ("GetFirewallRule", "GET", "/firewallrules/{rule_name}", "2012-03-01", 200),
        ("UpdateFirewallRule", "PUT", "/firewallrules/{rule_name}", "2012-03-01", 200),
        ("DeleteFirewallRule", "DELETE", "/firewallrules/{rule_name}", "2012-03-01", 200),
        ("DacExport", "POST", "/DacOperations/Export", "2012-03-01", 200),
        ("DacImport", "POST", "/DacOperations/Import", "2012-03-01", 200),
        ("DacGetStatus", "GET", "/DacOperations/Status", "2012-03-01", 200),
        ("DacGetStatusPost", "POST", "/DacOperations/Status", "2012-03-01", 200),
        ("ListDatabaseOperationsByServer", "GET", "/databaseoperations", "2012-03-01", 200),
        (
            "ListDatabaseOperationsByDatabase",
            "GET",
            "/databaseoperations?databaseName={database_name}",
            "2012-03-01",
            200,
        ),
        ("GetDatabaseOperation", "GET", "/databaseoperations/{operation_id}", "2012-03-01", 200),
        ("ListRecoverableDatabases", "GET", "/recoverabledatabases", "2012-03-01", 200),
        ("GetRecoverableDatabase", "GET", "/recoverabledatabases/{database_name}", "2012-03-01", 200),
        ("RecoverDatabase", "POST", "/recoverdatabaseoperations", "2012-03-01", 201),
        ("ListRestorableDroppedDatabases", "GET", "/restorabledroppeddatabases", "2012-03-01", 200),
        ("GetRestorableDroppedDatabase", "GET", "/restorabledroppeddatabases/{entity_id}", "2012-03-01", 200),
        ("RestoreDatabase", "POST", "/restoredatabaseoperations", "2012-03-01", 201),
    ),
    *declined(
        _SQL,
        _SQL_NOTE,
        f"{_SERVER}/databases",
        ("ListDatabases", "GET", "", "2012-03-01", 200),
        ("CreateDatabase", "POST", "", "2012-03-01", 201),
        ("GetDatabase", "GET", "/{database_name}", "2012-03-01", 200),
        ("UpdateDatabase", "PUT", "/{database_name}", "2012-03-01", 200),
        ("DeleteDatabase", "DELETE", "/{database_name}", "2012-03-01", 200),
        ("GetDatabaseEventLogs", "GET", "/{database_name}/events", "2014-10-01?", 200),
        ("ListDatabaseCopies", "GET", "/{database_name}/databasecopies", "2012-03-01", 200),
        ("CreateDatabaseCopy", "POST", "/{database_name}/databasecopies", "2012-03-01", 201),
        ("GetDatabaseCopy", "GET", "/{database_name}/databasecopies/{database_copy_name}", "2012-03-01", 200),
        ("UpdateDatabaseCopy", "PUT", "/{database_name}/databasecopies/{database_copy_name}", "2012-03-01", 200),
        ("DeleteDatabaseCopy", "DELETE", "/{database_name}/databasecopies/{database_copy_name}", "2012-03-01", 200),
    ),
)

_BUS = "service bus"
_BUS_NOTE = "Service Bus is not emulated yet."
_NAMESPACES = f"{SERVICES}/serviceBus/Namespaces"
_RULES = "/AuthorizationRules"
_ENTITIES = (
    ("Queue", "/Queues/{queue_name}"),
    ("Topic", "/Topics/{topic_name}"),
    ("Relay", "/Relays/{relay_name}"),
    ("NotificationHub", "/NotificationHubs/{hub_name}"),
)

_SERVICE_BUS = (
    *declined(
        _BUS,
        _BUS_NOTE,
        f"{SERVICES}/serviceBus",
        ("GetRegions", "GET", "/Regions", "2012-03-01", 200),
        ("CheckNamespaceAvailability", "GET", "/CheckNamespaceAvailability", "2012-03-01", 200),
        ("ListNamespaces", "GET", "/Namespaces", "2012-03-01", 200),
        ("GetNamespace", "GET", "/Namespaces/{namespace}", "2012-03-01", 200),
        ("CreateNamespace", "PUT", "/Namespaces/{namespace}", "2012-03-01", 200),
        ("DeleteNamespace", "DELETE", "/Namespaces/{namespace}", "2012-03-01", 200),
    ),
    *declined(
        _BUS,
        _BUS_NOTE,
        f"{_NAMESPACES}/{{namespace}}",
        ("GetNamespaceConnectionDetails", "GET", "/ConnectionDetails", "2012-03-01", 200),
        ("ListNamespaceAuthorizationRules", "GET", _RULES, "2012-03-01", 200),
        ("CreateNamespaceAuthorizationRule", "POST", _RULES, "2012-03-01", 201),
        ("GetNamespaceAuthorizationRule", "GET", f"{_RULES}/{{rule_name}}", "2012-03-01", 200),
        ("UpdateNamespaceAuthorizationRule", "PUT", f"{_RULES}/{{rule_name}}", "2012-03-01", 201),
        ("DeleteNamespaceAuthorizationRule", "DELETE", f"{_RULES}/{{rule_name}}", "2012-03-01", 204),
        ("ListQueues", "GET", "/Queues", "2012-03-01", 200),
        ("GetQueue", "GET", "/Queues/{queue_name}", "2012-03-01", 200),
        ("CreateQueue", "PUT", "/Queues/{queue_name}", "2012-03-01", 201),
        ("DeleteQueue", "DELETE", "/Queues/{queue_name}", "2012-03-01", 200),
        ("ListTopics", "GET", "/Topics", "2012-03-01", 200),
        ("GetTopic", "GET", "/Topics/{topic_name}", "2012-03-01", 200),
        ("CreateTopic", "PUT", "/Topics/{topic_name}", "2012-03-01", 201),
        ("DeleteTopic", "DELETE", "/Topics/{topic_name}", "2012-03-01", 200),
        ("ListRelays", "GET", "/Relays", "2012-03-01", 200),
        ("ListNotificationHubs", "GET", "/NotificationHubs", "2012-03-01", 200),
        ("GetNotificationHub", "GET", "/NotificationHubs/{hub_name}", "2012-03-01", 200),
        ("DeleteNotificationHub", "DELETE", "/NotificationHubs/{hub_name}", "2012-03-01", 200),
    ),
    *(
        row
        for entity, path in _ENTITIES
        for row in declined(
            _BUS,
            _BUS_NOTE,
            f"{_NAMESPACES}/{{namespace}}{path}",
            (f"Get{entity}ConnectionDetails", "GET", "/ConnectionDetails", "2012-03-01", 200),
            (f"GetSupportedMetrics{entity}", "GET", "/Metrics", "2012-03-01", 200),
            (f"GetMetricsRollups{entity}", "GET", "/Metrics/{metric}/Rollups", "2012-03-01", 200),
            (f"GetMetricsData{entity}", "GET", "/Metrics/{metric}/Rollups/{rollup}/Values", "2012-03-01", 200),
        )
    ),
)

_WEB = "websites"
_WEB_NOTE = "Web sites are not emulated yet."
_SPACES = f"{SERVICES}/WebSpaces"
_HYBRID = "/hybridconnection"

_WEB_SITES = (
    *declined(
        _WEB,
        _WEB_NOTE,
        _SPACES,
        ("ListWebspaces", "GET", "", "2012-08-01", 200),
        ("IsHostnameAvailable", "GET", "?ishostnameavailable={website_name}", "2012-08-01", 200),
        ("GetDnsSuffix", "GET", "?properties=dnssuffix", "2012-08-01", 200),
        ("ListGeoRegions", "GET", "?properties=georegions", "2012-08-01", 200),
        ("ListPublishingUsers", "GET", "?properties=publishingUsers", "2012-08-01", 200),
        ("CreatePublishingUser", "PUT", "?properties=publishingCredentials", "2012-08-01", 200),
        ("GetWebspace", "GET", "/{webspace_name}", "2012-08-01", 200),
        ("ListSites", "GET", "/{webspace_name}/sites", "2012-08-01", 200),
        ("CreateSite", "POST", "/{webspace_name}/sites", "2012-08-01", 200),
    ),
    *declined(
        _WEB,
        _WEB_NOTE,
        f"{_SPACES}/{{webspace_name}}/ServerFarms",
        ("ListWebHostingPlans", "GET", "", "2012-08-01", 200),
        ("CreateWebHostingPlan", "POST", "", "2012-08-01", 200),
        ("GetWebHostingPlan", "GET", "/{server_farm_name}", "2012-08-01", 200),
        ("UpdateWebHostingPlan", "PUT", "/{server_farm_name}", "2012-08-01", 200),
        ("DeleteWebHostingPlan", "DELETE", "/{server_farm_name}", "2012-08-01", 200),
        ("GetWebHostingPlanMetrics", "GET", "/{server_farm_name}/metrics", "2012-08-01", 200),
    ),
    *declined(
        _WEB,
        _WEB_NOTE,
        f"{_SPACES}/{{webspace_name}}/sites/{{website_name}}",
        ("GetSite", "GET", "", "2012-08-01", 200),
        ("UpdateSite", "PUT", "", "2012-08-01", 200),
        ("DeleteSite", "DELETE", "", "2012-08-01", 200),
        ("RestartSite", "POST", "/restart", "2012-08-01", 200),
        ("GetMetricDefinitions", "GET", "/metricdefinitions", "2012-08-01", 200),
        ("GetHistoricalUsageMetrics", "GET", "/metrics", "2012-08-01", 200),
        ("GetUsageMetrics", "GET", "/usages", "2012-08-01", 200),
        ("GetPublishProfile", "GET", "/publishxml", "2012-08-01", 200),
        ("GeneratePassword", "POST", "/newpassword", "2012-08-01", 200),
        ("GetSiteConfiguration", "GET", "/config", "2012-08-01", 200),
        ("UpdateSiteConfiguration", "PUT", "/config", "2012-08-01", 200),
        ("GetInstanceIds", "GET", "/instanceids", "2012-08-01", 200),
        ("GetSiteOperationStatus", "GET", "/operations/{operation_id}", "2012-08-01", 200),
        # The site is named with the slot to swap: name(slot).
        ("SwapSlots", "POST", "/slots?Command=swap", "2012-08-01", 202),
        ("ApplySlotConfiguration", "POST", "/applySlotConfig", "2012-08-01", 200),
        ("ResetSlotConfiguration", "POST", "/resetSlotConfig", "2012-08-01", 200),
        ("GetSlotConfigNames", "GET", "/slotConfigNames", "2012-08-01", 200),
        ("UpdateSlotConfigNames", "POST", "/slotConfigNames", "2012-08-01", 200),
        ("BackupSite", "PUT", "/backup", "2012-08-01", 200),
        ("GetBackupConfiguration", "GET", "/backup/config", "2012-08-01", 200),
        ("UpdateBackupConfiguration", "PUT", "/backup/config", "2012-08-01", 200),
        ("ListBackups", "GET", "/restore", "2012-08-01", 200),
        ("RestoreSite", "PUT", "/restore", "2012-08-01", 200),
        ("DiscoverBackup", "PUT", "/restore/discover", "2012-08-01", 200),
        ("GetRepository", "GET", "/repository", "2012-08-01", 200),
        ("CreateRepository", "POST", "/repository", "2012-08-01", 200),
        ("SyncRepository", "POST", "/repository?action=sync", "2012-08-01", 200),
        ("DeleteRepository", "DELETE", "/repository", "2012-08-01", 200),
        ("ListHybridConnections", "GET", _HYBRID, "2012-08-01", 200),
        ("CreateHybridConnection", "POST", _HYBRID, "2012-08-01", 200),
        ("UpdateHybridConnection", "PUT", _HYBRID, "2012-08-01", 200),
        ("GetHybridConnection", "GET", f"{_HYBRID}/{{connection_name}}", "2012-08-01", 200),
        ("DeleteHybridConnection", "DELETE", f"{_HYBRID}/{{connection_name}}", "2012-08-01", 200),
    ),
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
    *declined(
        "resource provider registration",
        "Registration of resource providers is not emulated yet.",
        "/{subscription_id}",
        ("RegisterResource", "PUT", "/services?action=register", "2009-10-01", 200),
        ("UnregisterResource", "PUT", "/services?action=unregister", "2009-10-01", 200),
        ("GetResourceProviderProperties", "GET", "/resourceproviders/scheduler/Properties", "2012-08-01", 200),
    ),
)

ROWS = (*_TRAFFIC_MANAGER, *_SQL_ROWS, *_SERVICE_BUS, *_WEB_SITES, *_RESOURCE_PROVIDERS)
