"""What callers say of virtual machines: the commands of virtual_machines.py, as the API has them."""

from __future__ import annotations

from msgspec import Struct

from emulator.domain.network_records import DnsServer
from emulator.domain.records import AccessControlRule, LoadBalancerProbe, ResourceExtensionReference


class EndpointInput(Struct, frozen=True, kw_only=True):
    """A public endpoint as the caller asks for it; without a port the service picks one."""

    load_balanced_endpoint_set_name: str | None = None
    local_port: int | None = None
    name: str | None = None
    port: int | None = None
    protocol: str | None = None
    enable_direct_server_return: bool | None = None
    load_balancer_name: str | None = None
    idle_timeout_in_minutes: int | None = None
    virtual_ip_name: str | None = None
    load_balancer_probe: LoadBalancerProbe | None = None
    rules: list[AccessControlRule] | None = None
    load_balancer_distribution: str | None = None


class ConfigurationSet(Struct, frozen=True, kw_only=True):
    """A configuration set of a kind that says nothing to a machine."""

    configuration_set_type: str | None = None


class Listener(Struct, frozen=True, kw_only=True):
    """A WinRM listener."""

    protocol: str
    certificate_thumbprint: str | None = None


class CertificateSetting(Struct, frozen=True, kw_only=True):
    """A certificate of the service, and the store of the machine that it goes to."""

    store_location: str | None = None
    store_name: str | None = None
    thumbprint: str | None = None


class SSHKey(Struct, frozen=True, kw_only=True):
    """A certificate of the service by its thumbprint, and the file that its key goes to."""

    fingerprint: str | None = None
    path: str | None = None


class DomainJoin(Struct, frozen=True, kw_only=True):
    """The domain that a Windows machine joins, with credentials or with data prepared for it."""

    domain: str | None = None
    username: str | None = None
    password: str | None = None
    account_data: str | None = None
    join_domain: str | None = None
    machine_object_ou: str | None = None


class UnattendSetting(Struct, frozen=True, kw_only=True):
    """Content for one setting of an answer file."""

    setting_name: str | None = None
    content: bytes | None = None


class UnattendComponent(Struct, frozen=True, kw_only=True):
    """The settings of a component of an answer file."""

    component_name: str | None = None
    component_settings: list[UnattendSetting] | None = None


class UnattendPass(Struct, frozen=True, kw_only=True):
    """The components of a pass of an answer file."""

    pass_name: str | None = None
    components: list[UnattendComponent] | None = None


class WindowsProvisioning(ConfigurationSet, frozen=True, kw_only=True):
    """What makes a Windows machine. The password is read and forgotten."""

    computer_name: str | None = None
    admin_password: str | None = None
    enable_automatic_updates: bool | None = None
    reset_password_on_first_logon: bool | None = None
    time_zone: str | None = None
    domain_join: DomainJoin | None = None
    stored_certificate_settings: list[CertificateSetting] | None = None
    listeners: list[Listener] | None = None
    admin_username: str | None = None
    custom_data: bytes | None = None
    unattend_passes: list[UnattendPass] | None = None


class LinuxProvisioning(ConfigurationSet, frozen=True, kw_only=True):
    """What makes a Linux machine. The password is read and forgotten."""

    host_name: str | None = None
    user_name: str | None = None
    user_password: str | None = None
    disable_ssh_password_authentication: bool | None = None
    public_keys: list[SSHKey] | None = None
    key_pairs: list[SSHKey] | None = None
    custom_data: bytes | None = None


class NetworkInterfaceInput(Struct, frozen=True, kw_only=True):
    """A network interface beside the first one, in one subnet."""

    name: str | None = None
    subnet_name: str | None = None
    static_virtual_network_ip_address: str | None = None
    ip_forwarding: str | None = None
    network_security_group: str | None = None


class PublicIPInput(Struct, frozen=True, kw_only=True):
    """A public address that a machine asks for itself."""

    name: str | None = None
    idle_timeout_in_minutes: int | None = None
    domain_name_label: str | None = None


class LoadBalancerInput(Struct, frozen=True, kw_only=True):
    """An internal load balancer as the caller describes it."""

    name: str
    type: str = "Private"
    subnet_name: str | None = None
    static_virtual_network_ip_address: str | None = None


class NetworkConfiguration(ConfigurationSet, frozen=True, kw_only=True):
    """A machine's endpoints, subnets, own public addresses and further network interfaces."""

    input_endpoints: list[EndpointInput] | None = None
    public_ips: list[PublicIPInput] | None = None
    subnet_names: list[str] | None = None
    static_virtual_network_ip_address: str | None = None
    network_interfaces: list[NetworkInterfaceInput] | None = None
    ip_forwarding: str | None = None
    network_security_group: str | None = None


class OSVirtualHardDisk(Struct, frozen=True, kw_only=True):
    """The operating-system disk: from an image, a blob anywhere (`remote_…`), or a disk that is there.

    `copied_from` is no caller's: the blob that an image of a whole machine gives it.
    """

    host_caching: str | None = None
    disk_label: str | None = None
    disk_name: str | None = None
    media_link: str | None = None
    source_image_name: str | None = None
    os: str | None = None
    remote_source_image_link: str | None = None
    io_type: str | None = None
    resized_size_in_gb: int | None = None
    copied_from: str | None = None


class DataVirtualHardDisk(Struct, frozen=True, kw_only=True):
    """A data disk: new, one that is there (`disk_name`), or a blob (`source_media_link`).

    `copied_from` is no caller's: the blob that an image of a whole machine gives it.
    """

    host_caching: str | None = None
    disk_label: str | None = None
    disk_name: str | None = None
    lun: int | None = None
    logical_disk_size_in_gb: int | None = None
    media_link: str | None = None
    source_media_link: str | None = None
    io_type: str | None = None
    copied_from: str | None = None


class UpdateDataVirtualHardDisk(Struct, frozen=True, kw_only=True):
    """What a caller may change of a data disk."""

    host_caching: str | None = None
    disk_label: str | None = None
    disk_name: str | None = None
    lun: int | None = None
    logical_disk_size_in_gb: int | None = None
    media_link: str | None = None


class ResizedDisk(Struct, frozen=True, kw_only=True):
    """A data disk of an image, and the size that the machine's copy of it is to have."""

    name: str | None = None
    resized_size_in_gb: int | None = None


class VMImageInput(Struct, frozen=True, kw_only=True):
    """How a machine's disks are to differ from those of the image that it is made of."""

    os_disk_size_in_gb: int | None = None
    data_disks: list[ResizedDisk] | None = None


class RoleInput(Struct, frozen=True, kw_only=True):
    """A machine as the caller describes it; one that is there may go unnamed."""

    role_name: str = ""
    role_type: str | None = None
    configuration_sets: list[ConfigurationSet] | None = None
    vm_image_name: str | None = None
    media_location: str | None = None
    resource_extension_references: list[ResourceExtensionReference] | None = None
    availability_set_name: str | None = None
    data_virtual_hard_disks: list[DataVirtualHardDisk] | None = None
    label: str | None = None
    os_virtual_hard_disk: OSVirtualHardDisk | None = None
    role_size: str | None = None
    provision_guest_agent: bool | None = None
    vm_image_input: VMImageInput | None = None
    license_type: str | None = None
    boot_diagnostics_enabled: bool | None = None


class CreateVMDeployment(Struct, frozen=True, kw_only=True):
    """A deployment of machines as the caller describes it; its label is plain text."""

    name: str
    deployment_slot: str
    label: bytes
    role_list: list[RoleInput]
    virtual_network_name: str | None = None
    dns_servers: list[DnsServer] | None = None
    reserved_ip_name: str | None = None
    load_balancers: list[LoadBalancerInput] | None = None
