"""The entries of the catalog: plain frozen data with the API's names. May not know files, state, HTTP or XML.

A field that is None was absent from the service's answer, and an empty string was an empty element: on the wire the
two differ. `assumed` says what of an entry is not a recorded or published fact: nothing, all of it (True), or the
fields that it names.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0)]
Sent = Annotated[datetime, Meta(description="As it was sent: in no zone where it named none.")]


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every entry has: how much of it is assumed."""

    assumed: bool | tuple[str, ...] = False


class Location(Entry, frozen=True, kw_only=True):
    """A place where the service runs. Role sizes are names, in the order of the service's own lists."""

    name: str
    display_name: str
    available_services: tuple[str, ...]
    web_worker_role_sizes: tuple[str, ...]
    virtual_machine_role_sizes: tuple[str, ...]
    storage_account_types: tuple[str, ...]
    code: str | None = None
    """The short name (`uswest`) that error texts use and that is accepted for `name`."""
    geo_secondary: str | None = None
    """The location that geo-redundant storage is copied to: GeoSecondaryRegion."""
    listed: bool = True


class WebRegion(Entry, frozen=True, kw_only=True):
    """A region of web sites: the code of its place, the stamp that new sites come to, and from where they call out."""

    name: str
    geo_location: str
    stamp: str
    outbound_ip_addresses: tuple[str, ...] = ()


class RoleSize(Entry, frozen=True, kw_only=True):
    """A size of role instances. Memory and disks are in MB; `series` is the catalog's own grouping."""

    name: str
    series: str
    label: str
    cores: Count
    memory_in_mb: Count
    supported_by_web_worker_roles: bool
    supported_by_virtual_machines: bool
    max_data_disk_count: Count
    web_worker_resource_disk_size_in_mb: Count
    virtual_machine_resource_disk_size_in_mb: Count


class OperatingSystem(Entry, frozen=True, kw_only=True):
    """A version of a guest operating system, with the family it belongs to. Labels are plain text, not base64."""

    version: str
    label: str
    is_default: bool
    is_active: bool
    family: str
    family_label: str


class OperatingSystemFamily(Entry, frozen=True, kw_only=True):
    """A family of guest operating systems (`name` is "1" to "5") with its versions in the service's order."""

    name: str
    label: str
    operating_systems: tuple[OperatingSystem, ...]


class OSImage(Entry, frozen=True, kw_only=True):
    """An operating-system image of the platform."""

    name: str
    label: str
    category: str
    os: str
    logical_size_in_gb: Count
    locations: tuple[str, ...]
    eula: str | None = None
    description: str | None = None
    image_family: str | None = None
    show_in_gui: bool | None = None
    published_date: Sent | None = None
    is_premium: bool | None = None
    icon_uri: str | None = None
    privacy_uri: str | None = None
    recommended_vm_size: str | None = None
    publisher_name: str | None = None
    pricing_detail_link: str | None = None
    small_icon_uri: str | None = None
    language: str | None = None
    io_type: str | None = None
    listed: bool = True

    @property
    def location(self) -> str:
        """The locations as the wire has them: one text, parted by semicolons."""
        return ";".join(self.locations)


class ImageDisk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A disk of an image of a whole virtual machine."""

    name: str
    host_caching: str
    logical_disk_size_in_gb: Count
    io_type: str | None = None


class ImageOSDisk(ImageDisk, frozen=True, kw_only=True):
    """The operating-system disk of such an image: generalized, or as it was when it was captured."""

    os_state: str
    os: str


class ImageDataDisk(ImageDisk, frozen=True, kw_only=True):
    """A data disk of such an image."""

    lun: Count


class VMImage(Entry, frozen=True, kw_only=True):
    """An image of a whole virtual machine, of the platform."""

    name: str
    label: str
    category: str
    locations: tuple[str, ...]
    os_disk: ImageOSDisk
    data_disks: tuple[ImageDataDisk, ...] = ()
    description: str | None = None
    language: str | None = None
    image_family: str | None = None
    recommended_vm_size: str | None = None
    is_premium: bool | None = None
    eula: str | None = None
    icon_uri: str | None = None
    small_icon_uri: str | None = None
    privacy_uri: str | None = None
    publisher_name: str | None = None
    published_date: Sent | None = None
    show_in_gui: bool | None = None
    pricing_detail_link: str | None = None

    @property
    def location(self) -> str:
        """The locations as the wire has them: one text, parted by semicolons."""
        return ";".join(self.locations)


class Extension(Entry, frozen=True, kw_only=True):
    """What both kinds of extension have in each version. Schemas and the sample are text, not base64."""

    version: str
    label: str
    description: str
    public_configuration_schema: str | None = None
    private_configuration_schema: str | None = None
    sample_config: str | None = None
    replication_completed: bool = True
    eula: str | None = None
    privacy_uri: str | None = None
    homepage_uri: str | None = None
    is_json_extension: bool | None = None
    disallow_major_version_upgrade: bool | None = None
    supported_os: str | None = None
    company_name: str | None = None
    published_date: Sent | None = None
    regions: str | None = None


class ResourceExtension(Extension, frozen=True, kw_only=True):
    """A version of an extension of virtual machines."""

    publisher: str
    name: str


class ExtensionImage(Extension, frozen=True, kw_only=True):
    """A version of an extension of hosted services, which runs in the roles of their deployments."""

    provider_name_space: str
    type: str
    hosting_resources: str = "WebRole|WorkerRole"
    thumbprint_algorithm: str | None = "sha1"
    block_role_upon_failure: bool | None = None


class DimensionSetting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a service objective gives out; `name` and `description` are the objective's where they are None."""

    id: str
    ordinal: int
    is_default: bool = False
    name: str | None = None
    description: str | None = None


class ServiceObjective(Entry, frozen=True, kw_only=True):
    """A performance level of SQL databases."""

    name: str
    id: str
    description: str
    dimension: DimensionSetting
    is_default: bool = False
    is_system: bool = False
    enabled: bool = True


class Edition(Entry, frozen=True, kw_only=True):
    """An edition of SQL databases: the names of its objectives, the default first, and its sizes in MiB.

    `days_restorable` says for how long a dropped database can be restored; one not `offered` is the service's own.
    """

    name: str
    objectives: tuple[str, ...]
    max_sizes: tuple[int, ...]
    default_max_size: int
    days_restorable: int = 0
    offered: bool = True


class Quotas(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one subscription may have: the Max… elements of Get Subscription."""

    max_core_count: Count
    max_storage_accounts: Count
    max_hosted_services: Count
    max_virtual_network_sites: Count
    max_local_network_sites: Count
    max_dns_servers: Count
    max_reserved_ips: Count
    max_public_ip_count: Count
    max_network_security_groups: Count
    max_network_security_rules_per_group: Count
    max_route_tables: Count
    max_routes_per_route_table: Count


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The limits that hold for every subscription; lengths are in characters. Sources: data/limits.toml."""

    label_length: Count
    description_length: Count
    extended_property_name_length: Count
    extended_property_value_length: Count
    extended_properties_per_hosted_service: Count
    extended_properties_per_storage_account: Count
    extended_properties_per_deployment: Count
    hosted_service_name_length: Count
    deployment_name_length: Count
    storage_account_name_length_min: Count
    storage_account_name_length_max: Count
    virtual_network_name_length: Count
    network_security_group_label_length: Count

    affinity_groups: Count
    management_certificates: Count
    co_administrators: Count
    sql_servers: Count
    sql_server_dtus: Count
    service_bus_namespaces: Count
    application_gateways: Count
    free_server_farms: Count

    deployments_per_hosted_service: Count
    virtual_machines_per_hosted_service: Count
    endpoints_per_hosted_service: Count
    service_certificates: Count

    roles_per_deployment: Count
    input_endpoints_per_deployment: Count
    internal_endpoints_per_deployment: Count
    instance_input_endpoints_per_deployment: Count
    certificates_per_deployment: Count
    instances_per_application_gateway: Count
    certificates_per_application_gateway: Count
    parts_per_application_gateway: Count
    internal_load_balancers_per_deployment: Count
    package_size_in_mb: Count
    upgrade_domains_default: Count
    upgrade_domains_max: Count
    fault_domains: Count

    idle_timeout_in_minutes_min: Count
    idle_timeout_in_minutes_max: Count
    idle_timeout_in_minutes_default: Count
    security_rule_priority_min: Count
    security_rule_priority_max: Count

    lun_max: Count
    data_disk_size_in_gb_max: Count
    windows_computer_name_length: Count
    linux_host_name_length: Count
    linux_user_name_length: Count
    linux_password_length_min: Count
    linux_password_length_max: Count
    role_instance_silence_in_minutes: Count

    operation_history_in_days: Count
    job_collection_name_length: Count
    jobs_per_free_job_collection: Count
    jobs_per_standard_job_collection: Count


class Entries(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Entries that a subscription has beside the catalog's, or in the place of their namesakes."""

    locations: tuple[Location, ...] = ()
    role_sizes: tuple[RoleSize, ...] = ()
    operating_system_families: tuple[OperatingSystemFamily, ...] = ()
    images: tuple[OSImage, ...] = ()
