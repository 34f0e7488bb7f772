"""The records of the world: what a subscription holds. Plain data with names as the API has them; no behaviour.

They are msgspec structs, so a whole subscription is one value that can be compared, copied and written out. A record is
a tree: nothing in it leads back to it. So those that a world has thousands of are none of the garbage collector's
business, which else goes through all of them again and again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from emulator.domain.configuration import ServiceConfiguration
from emulator.domain.definition import InstanceInputEndpoint, PackageDefinition
from emulator.domain.gateway_records import GatewayWork
from emulator.domain.network_records import DnsServer, LoadBalancer, NetworkInterface, PublicIP

Slot = Literal["Production", "Staging"]


class Caller(Struct, frozen=True):
    """Who asked: the client certificate's thumbprint and the address it came from."""

    thumbprint: str = ""
    client_ip: str = ""


class ConfigurationWarning(Struct, frozen=True):
    """What is unwise in a configuration or a package, and yet allowed."""

    code: str
    message: str


class TrackedOperation(Struct, gc=False):
    """What `GET operations/{id}` tells of a mutating call. `id` is 32 hex digits: the request id of that call."""

    id: str
    name: str
    object_id: str
    parameters: dict[str, str]
    caller: Caller
    started: datetime
    status: str = "InProgress"
    completed: datetime | None = None
    gateway: GatewayWork | None = None
    http_status: int | None = None
    code: str | None = None
    message: str | None = None
    warnings: tuple[ConfigurationWarning, ...] = ()


class AffinityGroup(Struct):
    """A named place in a location for services and storage accounts."""

    name: str
    label: bytes
    description: str | None
    location: str
    created_time: datetime


class ManagementCertificate(Struct):
    """A certificate that opens the subscription."""

    thumbprint: str
    public_key: bytes
    data: bytes
    created: datetime


class LoadBalancerProbe(Struct, frozen=True, kw_only=True):
    """How the load balancer finds out whether an endpoint answers."""

    path: str | None = None
    port: int | None = None
    protocol: str | None = None
    interval_in_seconds: int | None = None
    timeout_in_seconds: int | None = None


class AccessControlRule(Struct, frozen=True, kw_only=True):
    """Who may come in through an endpoint: `action` is permit or deny, for a subnet, by order."""

    order: int
    action: str
    remote_subnet: str
    description: str | None = None


class InputEndpoint(Struct, frozen=True):
    """A public endpoint of a role; its `port` is chosen by the service where the caller leaves it out."""

    name: str
    protocol: str
    local_port: int
    port: int
    load_balanced_endpoint_set_name: str | None = None
    enable_direct_server_return: bool = False
    load_balancer_name: str | None = None
    idle_timeout_in_minutes: int | None = None
    virtual_ip_name: str | None = None
    load_balancer_probe: LoadBalancerProbe | None = None
    rules: tuple[AccessControlRule, ...] = ()
    load_balancer_distribution: str | None = None


class OSDisk(Struct, frozen=True):
    """A machine's operating-system disk as its role shows it."""

    disk_name: str
    media_link: str
    host_caching: str
    os: str
    disk_label: str | None = None
    source_image_name: str | None = None
    remote_source_image_link: str | None = None


class DataDisk(Struct, frozen=True):
    """A machine's data disk as its role shows it; `lun` 0 is not shown."""

    disk_name: str
    media_link: str
    host_caching: str
    lun: int
    logical_disk_size_in_gb: int
    disk_label: str | None = None


class ResourceExtensionParameter(Struct, frozen=True, kw_only=True):
    """A parameter of an extension; private ones are read and forgotten."""

    key: str | None = None
    value: str | None = None
    type: str | None = None


class ResourceExtensionReference(Struct, frozen=True, kw_only=True):
    """An extension that runs on a machine."""

    reference_name: str | None = None
    publisher: str | None = None
    name: str | None = None
    version: str | None = None
    parameter_values: tuple[ResourceExtensionParameter, ...] | None = None
    state: str | None = None


class Machine(Struct, gc=False):
    """What makes a role a `PersistentVMRole`. Passwords and other provisioning data are never kept."""

    os: str
    host_name: str
    os_disk: OSDisk
    data_disks: tuple[DataDisk, ...] = ()
    availability_set_name: str | None = None
    provision_guest_agent: bool | None = None
    default_win_rm_certificate_thumbprint: str | None = None
    remote_access_certificate_thumbprint: str | None = None
    resource_extension_references: tuple[ResourceExtensionReference, ...] | None = None
    license_type: str | None = None
    boot_diagnostics_enabled: bool | None = None
    subnet_names: tuple[str, ...] = ()
    public_ips: tuple[PublicIP, ...] = ()
    static_virtual_network_ip_address: str | None = None
    network_interfaces: tuple[NetworkInterface, ...] = ()
    certificate_thumbprints: tuple[str, ...] = ()
    vm_image_name: str | None = None


class Role(Struct, gc=False):
    """A role of a deployment: web or worker, or one virtual machine (`machine`)."""

    role_name: str
    role_size: str
    os_version: str = ""
    input_endpoints: tuple[InputEndpoint, ...] = ()
    machine: Machine | None = None
    ip_forwarding: str | None = None
    network_security_group: str | None = None
    instance_input_endpoints: tuple[InstanceInputEndpoint, ...] = ()


class RoleInstance(Struct, gc=False):
    """One instance of a role. `state` is a state of the lifecycle of its `kind`; `pending` the event that moves it.

    `revision_id` names what it runs: while that is not the deployment's own, an update has not come to it yet.
    `trouble` is the event of its lifecycle that happens to it as soon as it can, instead of what would by itself.
    """

    role_name: str
    instance_name: str
    kind: str
    state: str
    since: datetime
    instance_upgrade_domain: int
    instance_fault_domain: int
    instance_size: str
    ip_address: str
    pending: int = 0
    revision_id: str = ""
    trouble: str = ""


class VirtualIP(Struct):
    """A public address of a deployment. A secondary one shows its address once it is reserved or has an endpoint."""

    name: str
    address: str
    reserved_ip_name: str | None = None
    secondary: bool = False


class ExtensionReference(Struct, frozen=True):
    """An extension of the service as a role of a deployment names it: `state` is enable, Disable or Uninstall."""

    id: str
    state: str


class Revision(Struct, frozen=True):
    """What a deployment of web and worker roles runs, by the names that its fields have in `Deployment`.

    `revision_id` is the id of the operation that brought it; `recounted` tells that instances were deleted since, so
    that the text's numbers are no longer those of `configuration`. A package without a `definition` was not opened.
    """

    revision_id: str
    package_url: str
    label: bytes
    configuration: ServiceConfiguration
    configuration_text: bytes
    recounted: bool
    roles: dict[str, Role]
    extended_properties: dict[str, str]
    extensions: dict[str, tuple[ExtensionReference, ...]] | None
    sdk_version: str
    definition: PackageDefinition | None


class Update(Struct):
    """An update, upgrade or rollback in progress.

    `upgrade_type` says by which lifecycle `state` moves, `pending` is the event that moves it, `operation` ends with
    what goes on now. `previous` is what a rollback brings back; a rollback itself has none. The roles in `affected`
    (their keys) restart.
    """

    upgrade_type: str
    state: str
    operation: str | None
    affected: list[str]
    previous: Revision | None = None
    domain: int = 0
    pending: int = 0


class Deployment(Struct, gc=False):
    """A deployment in a slot. `operation` is the request id of the operation that holds it, if any.

    `extensions` are those that each role names, by the role's name; None where nobody ever gave any.
    """

    name: str
    slot: Slot
    private_id: str
    status: str
    label: bytes
    configuration_text: bytes
    created_time: datetime
    last_modified_time: datetime
    roles: dict[str, Role]
    instances: dict[str, RoleInstance]
    virtual_ips: list[VirtualIP]
    configuration: ServiceConfiguration | None = None
    package_url: str | None = None
    sdk_version: str = ""
    revision_id: str = ""
    recounted: bool = False
    update: Update | None = None
    operation: str | None = None
    extended_properties: dict[str, str] = field(default_factory=dict)
    virtual_network_name: str | None = None
    dns_servers: list[DnsServer] = field(default_factory=list)
    load_balancers: list[LoadBalancer] = field(default_factory=list)
    extensions: dict[str, tuple[ExtensionReference, ...]] | None = None
    definition: PackageDefinition | None = None
    migration_state: str | None = None

    @property
    def of_virtual_machines(self) -> bool:
        """Whether its roles are virtual machines rather than web and worker roles."""
        return self.configuration is None


class ServiceCertificate(Struct):
    """A certificate that a hosted service holds: the DER of its public part. Its private key is never kept.

    `made` tells those that the service made for its extensions.
    """

    thumbprint: str
    data: bytes
    state: Literal["Adding", "Held", "Deleting"] = "Adding"
    made: bool = False


class HostedServiceExtension(Struct):
    """An extension that was added to a hosted service. Its private configuration is never kept.

    While it is `adding`, deployments cannot name it. Without a thumbprint the service makes a certificate then.
    """

    provider_name_space: str
    type: str
    id: str
    version: str
    thumbprint: str | None
    thumbprint_algorithm: str | None
    public_configuration: bytes | None
    adding: bool = True


class HostedService(Struct, gc=False):
    """A cloud service: a DNS name that holds up to two deployments, by slot."""

    name: str
    label: bytes
    description: str | None
    location: str | None
    affinity_group: str | None
    date_created: datetime
    date_last_modified: datetime
    status: str = "Created"
    extended_properties: dict[str, str] = field(default_factory=dict)
    reverse_dns_fqdn: str | None = None
    default_win_rm_certificate_thumbprint: str | None = None
    certificates: dict[str, ServiceCertificate] = field(default_factory=dict)
    extensions: dict[str, HostedServiceExtension] = field(default_factory=dict)
    deployments: dict[Slot, Deployment] = field(default_factory=dict)


class StorageAccount(Struct, gc=False):
    """A storage account: its names, keys and replication; what lies in it is the blob service's business."""

    name: str
    label: bytes
    description: str | None
    location: str | None
    affinity_group: str | None
    account_type: str
    primary_key: str
    secondary_key: str
    creation_time: datetime
    status: str = "Creating"
    operation: str | None = None
    extended_properties: dict[str, str] = field(default_factory=dict)
    migration_state: str | None = None


class Blob(Struct):
    """A blob that is known of: a PageBlob or a BlockBlob (None: not known) of `size` bytes (None: not known).

    One that an image or a disk lies in is `leased`.
    """

    kind: str | None = None
    size: int | None = None
    leased: bool = False
