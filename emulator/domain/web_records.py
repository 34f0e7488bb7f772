"""The records of web sites: what a web space holds. Plain data with names as the API has them; no behaviour.

Of a site's configuration None is what was not said: in a change of it, what is to stay.
"""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct, field

from emulator.catalog.records import Sent

DNS_SUFFIX = "azurewebsites.net"
FILETIME_BEGINS = datetime(1601, 1, 1, tzinfo=UTC)


class NameValuePair(Struct, frozen=True):
    """An application setting, or a property of a site."""

    name: str
    value: str | None = None


class ConnectionString(Struct, frozen=True):
    """A connection string of a site; `type` is Custom, SQLAzure, SQLServer or MySql."""

    name: str
    connection_string: str | None = None
    type: str | None = None


class HandlerMapping(Struct, frozen=True):
    """A program that runs files of an extension."""

    extension: str | None = None
    script_processor: str | None = None
    arguments: str | None = None


class VirtualApplication(Struct, frozen=True):
    """A path of a site, and where its files lie."""

    physical_path: str | None = None
    preload_enabled: bool | None = None
    virtual_path: str | None = None


class SiteAuthSettings(Struct, frozen=True):
    """By which directory a site lets users in."""

    aad_client_id: str | None = None
    open_id_issuer: str | None = None


class RampUpRule(Struct, frozen=True, kw_only=True):
    """Which share of the requests goes to another host, in percent, and how that share grows.

    `kind` is the name of the rule's type in JSON.
    """

    kind: str | None = None
    action_host_name: str | None = None
    reroute_percentage: float | None = None
    change_step: float | None = None
    change_interval_in_minutes: int | None = None
    min_reroute_percentage: float | None = None
    max_reroute_percentage: float | None = None
    change_decision_callback_url: str | None = None
    name: str | None = None


class SiteLimits(Struct, frozen=True, kw_only=True):
    """What a site may take: a percentage of the processor, and MB of memory and of disk."""

    max_percentage_cpu: float | None = None
    max_memory_in_mb: int | None = None
    max_disk_size_in_mb: int | None = None


class SiteConfig(Struct, frozen=True, kw_only=True):
    """How a site runs, or a change of that."""

    always_on: bool | None = None
    app_settings: list[NameValuePair] | None = None
    auto_heal_enabled: bool | None = None
    auto_swap_slot_name: str | None = None
    connection_strings: list[ConnectionString] | None = None
    custom_app_pool_identity_admin_state: bool | None = None
    custom_app_pool_identity_tenant_state: bool | None = None
    default_documents: list[str] | None = None
    detailed_error_logging_enabled: bool | None = None
    document_root: str | None = None
    handler_mappings: list[HandlerMapping] | None = None
    http_logging_enabled: bool | None = None
    java_container: str | None = None
    java_container_version: str | None = None
    java_version: str | None = None
    limits: SiteLimits | None = None
    load_balancing: str | None = None
    logs_directory_size_limit: int | None = None
    managed_pipeline_mode: str | None = None
    metadata: list[NameValuePair] | None = None
    net_framework_version: str | None = None
    number_of_workers: int | None = None
    php_version: str | None = None
    python_version: str | None = None
    remote_debugging_enabled: bool | None = None
    remote_debugging_version: str | None = None
    request_tracing_enabled: bool | None = None
    request_tracing_expiration_time: datetime | None = None
    routing_rules: list[RampUpRule] | None = None
    scm_type: str | None = None
    site_auth_enabled: bool | None = None
    site_auth_settings: SiteAuthSettings | None = None
    use32_bit_worker_process: bool | None = None
    virtual_applications: list[VirtualApplication] | None = None
    web_sockets_enabled: bool | None = None
    win_auth_admin_state: int | None = None
    win_auth_tenant_state: int | None = None


class SlotConfigNames(Struct, frozen=True):
    """The settings that stay with a slot when sites are swapped."""

    app_setting_names: list[str] = field(default_factory=list)
    connection_string_names: list[str] = field(default_factory=list)


class HostNameSslState(Struct, frozen=True):
    """How a host name of a site is served over TLS: Disabled, SniEnabled or IpBasedEnabled."""

    name: str
    ssl_state: str = "Disabled"
    thumbprint: str | None = None


class DatabaseBackupSetting(Struct, frozen=True):
    """A database that is backed up with a site."""

    connection_string: str | None = None
    connection_string_name: str | None = None
    database_type: str | None = None
    name: str | None = None


class BackupSchedule(Struct, frozen=True, kw_only=True):
    """How often a site is backed up."""

    frequency_interval: int | None = None
    frequency_unit: str | None = None
    keep_at_least_one_backup: bool | None = None
    last_execution_time: Sent | None = None
    retention_period_in_days: int | None = None
    start_time: Sent | None = None


class BackupRequest(Struct, frozen=True, kw_only=True):
    """What of a site is backed up, and whereto."""

    backup_schedule: BackupSchedule | None = None
    databases: list[DatabaseBackupSetting] | None = None
    enabled: bool | None = None
    name: str | None = None
    storage_account_url: str | None = None


class BackupItem(Struct, frozen=True, kw_only=True):
    """A backup of a site, with what it keeps of its configuration."""

    blob_name: str
    name: str
    created: datetime
    storage_account_url: str
    correlation_id: str
    databases: list[DatabaseBackupSetting]
    config: SiteConfig


class HybridConnection(Struct, frozen=True, kw_only=True):
    """A way for a site to a machine elsewhere: RelayServiceConnectionEntity."""

    entity_name: str
    biztalk_uri: str | None = None
    entity_connection_string: str | None = None
    hostname: str | None = None
    port: int | None = None
    resource_connection_string: str | None = None
    resource_type: str | None = None


class SiteCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that a site shows, by what is public of it."""

    thumbprint: str
    subject_name: str
    issuer: str
    issue_date: datetime
    expiration_date: datetime
    host_names: list[str]


class SiteOperation(Struct):
    """What a site's own `operations/{id}` tells: `status` is InProgress or Succeeded."""

    id: str
    name: str
    created_time: datetime
    modified_time: datetime
    expiration_time: datetime
    status: str = "InProgress"


class Site(Struct):
    """A web site, or a slot of one: then its name is `site(slot)`. `operation` is what holds it now."""

    name: str
    server_farm: str
    host_names: list[str]
    last_modified_time_utc: datetime
    publishing_password: str
    instance_seed: str
    config: SiteConfig
    state: str = "Running"
    ssl_states: dict[str, HostNameSslState] = field(default_factory=dict)
    repository: bool = False
    operation: str | None = None
    operations: dict[str, SiteOperation] = field(default_factory=dict)
    slot_config_names: SlotConfigNames = SlotConfigNames()
    own_config: SiteConfig | None = None
    backup_configuration: BackupRequest | None = None
    backups: list[BackupItem] = field(default_factory=list)
    hybrid_connections: dict[str, HybridConnection] = field(default_factory=dict)
    certificates: dict[str, SiteCertificate] = field(default_factory=dict)

    @property
    def base_name(self) -> str:
        """The name of the site, without a slot's."""
        return self.name.partition("(")[0]

    @property
    def label(self) -> str:
        """The name in host names: `site-slot` for a slot."""
        return self.name.rstrip(")").replace("(", "-").lower()

    @property
    def publishing_name(self) -> str:
        """The name that those log in with who publish to it, after a `$`."""
        return self.name.rstrip(")").replace("(", "__")

    @property
    def own_host_name(self) -> str:
        """The host name that a site always has."""
        return f"{self.label}.{DNS_SUFFIX}"

    @property
    def scm_host_name(self) -> str:
        """The host name of a site's repository."""
        return f"{self.label}.scm.{DNS_SUFFIX}"

    @property
    def etag(self) -> str:
        """The time of the last change as a Windows FILETIME (100 ns since 1601), in hexadecimal."""
        since = self.last_modified_time_utc - FILETIME_BEGINS
        return f"{((since.days * 86400 + since.seconds) * 1000000 + since.microseconds) * 10:X}"


class ServerFarm(Struct):
    """A web hosting plan: the workers that its sites share. `sku` is Free, Shared or Standard."""

    name: str
    sku: str
    number_of_workers: int
    worker_size: str
    last_modified_time_utc: datetime
    admin_site_name: str | None = None

    @property
    def compute_mode(self) -> str:
        """Whether its workers are its own: Dedicated, or Shared."""
        return "Dedicated" if self.sku == "Standard" else "Shared"

    @property
    def site_mode(self) -> str | None:
        """The mode that sites on shared workers run in."""
        return {"Free": "Limited", "Shared": "Basic"}.get(self.sku)


class WebSpace(Struct):
    """A region of the subscription in which sites and server farms live, keyed by their lower-case names."""

    name: str
    geo_region: str
    sites: dict[str, Site] = field(default_factory=dict)
    server_farms: dict[str, ServerFarm] = field(default_factory=dict)
