"""Virtual machines: roles as they are asked for, and the disks of a role as they are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from emulator.domain import lookup, machines, records
from emulator.domain.entropy import dashed
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, child, column, group, many
from emulator.wire.dns_servers import dns
from emulator.wire.load_balancers import LOAD_BALANCERS_IN
from emulator.wire.migration import MIGRATES_SINCE
from emulator.wire.network_interfaces import NETWORK_IN
from emulator.wire.values import BASE64, BOOLEAN, INTEGER, TEXT, Value
from emulator.wire.writing import Context

PROBE = Contract(
    "LoadBalancerProbe",
    records.LoadBalancerProbe,
    (
        column("Path"),
        column("Port", INTEGER),
        column("Protocol"),
        column("IntervalInSeconds", INTEGER),
        column("TimeoutInSeconds", INTEGER),
    ),
)

RULE = Contract(
    "Rule",
    records.AccessControlRule,
    (
        column("Order", INTEGER, required=True),
        column("Action", required=True),
        column("RemoteSubnet", required=True),
        column("Description"),
    ),
)

ENDPOINT = Contract(
    "InputEndpoint",
    machines.EndpointInput,
    (
        column("LoadBalancedEndpointSetName"),
        column("LocalPort", INTEGER),
        column("Name"),
        column("Port", INTEGER),
        child("LoadBalancerProbe", PROBE),
        column("Protocol"),
        column("EnableDirectServerReturn", BOOLEAN),
        column("LoadBalancerName", since="2014-05-01"),
        group("EndpointAcl", many("Rules", RULE)),
        column("IdleTimeoutInMinutes", INTEGER, since="2014-06-01"),
        column("LoadBalancerDistribution", since="2014-06-01"),
        column("VirtualIPName", attribute="virtual_ip_name"),
    ),
)

_KIND = column("ConfigurationSetType")

_DOMAIN_JOIN = Contract(
    "DomainJoin",
    machines.DomainJoin,
    (
        group("Credentials", column("Domain"), column("Username"), column("Password")),
        group("Provisioning", column("AccountData")),
        column("JoinDomain"),
        column("MachineObjectOU", attribute="machine_object_ou"),
    ),
)

_UNATTEND_SETTING = Contract(
    "ComponentSetting", machines.UnattendSetting, (column("SettingName"), column("Content", BASE64))
)

_UNATTEND_COMPONENT = Contract(
    "UnattendComponent",
    machines.UnattendComponent,
    (column("ComponentName"), many("ComponentSettings", _UNATTEND_SETTING)),
)

_UNATTEND_PASS = Contract(
    "UnattendPass", machines.UnattendPass, (column("PassName"), many("Components", _UNATTEND_COMPONENT))
)

# The service's own contract has the thumbprint first, as the generated clients send it; the other order was recorded.
_LISTENER = Contract(
    "Listener",
    machines.Listener,
    (column("CertificateThumbprint"), column("Protocol", required=True)),
    ordered=False,
)

WINDOWS = Contract(
    "WindowsProvisioningConfigurationSet",
    machines.WindowsProvisioning,
    (
        _KIND,
        column("ComputerName"),
        column("AdminPassword"),
        column("ResetPasswordOnFirstLogon", BOOLEAN),
        column("EnableAutomaticUpdates", BOOLEAN),
        column("TimeZone"),
        child("DomainJoin", _DOMAIN_JOIN),
        many(
            "StoredCertificateSettings",
            Contract(
                "CertificateSetting",
                machines.CertificateSetting,
                (column("StoreLocation"), column("StoreName"), column("Thumbprint")),
            ),
        ),
        group(
            "WinRM",
            many("Listeners", _LISTENER),
        ),
        column("AdminUsername"),
        column("CustomData", BASE64),
        group("AdditionalUnattendContent", many("Passes", _UNATTEND_PASS, attribute="unattend_passes")),
    ),
)

_SSH_KEY = (column("Fingerprint"), column("Path"))

LINUX = Contract(
    "LinuxProvisioningConfigurationSet",
    machines.LinuxProvisioning,
    (
        _KIND,
        column("HostName"),
        column("UserName"),
        column("UserPassword"),
        column("DisableSshPasswordAuthentication", BOOLEAN),
        group(
            "SSH",
            many("PublicKeys", Contract("PublicKey", machines.SSHKey, _SSH_KEY)),
            many("KeyPairs", Contract("KeyPair", machines.SSHKey, _SSH_KEY)),
        ),
        column("CustomData", BASE64),
    ),
)

NETWORK = Contract(
    "NetworkConfigurationSet",
    machines.NetworkConfiguration,
    (
        _KIND,
        many("InputEndpoints", ENDPOINT),
        many("SubnetNames", TEXT, "SubnetName"),
        *NETWORK_IN,
    ),
)

CONFIGURATION_SET = Contract(
    "ConfigurationSet",
    machines.ConfigurationSet,
    (_KIND,),
    by="ConfigurationSetType",
    subtypes={
        "WindowsProvisioningConfiguration": WINDOWS,
        "LinuxProvisioningConfiguration": LINUX,
        "NetworkConfiguration": NETWORK,
    },
)

_RESIZED = column("ResizedSizeInGB", INTEGER, attribute="resized_size_in_gb")

# In the order of the answers, and of what azure-cli sent: the service refused the IOType that it had read there.
OS_DISK = Contract(
    "OSVirtualHardDisk",
    machines.OSVirtualHardDisk,
    (
        column("HostCaching"),
        column("DiskLabel"),
        column("DiskName"),
        column("MediaLink"),
        column("SourceImageName"),
        column("OS"),
        column("RemoteSourceImageLink", since="2014-05-01"),
        column("IOType"),
        replace(_RESIZED, since="2014-10-01"),
    ),
)

DATA_DISK = Contract(
    "DataVirtualHardDisk",
    machines.DataVirtualHardDisk,
    (
        column("HostCaching"),
        column("DiskLabel"),
        column("DiskName"),
        column("Lun", INTEGER),
        column("LogicalDiskSizeInGB", INTEGER, attribute="logical_disk_size_in_gb"),
        column("MediaLink"),
        column("SourceMediaLink"),
        column("IOType"),
    ),
)

_PARAMETER = Contract(
    "ResourceExtensionParameterValue",
    records.ResourceExtensionParameter,
    (column("Key"), column("Value"), column("Type")),
)

EXTENSION_REFERENCE = Contract(
    "ResourceExtensionReference",
    records.ResourceExtensionReference,
    (
        column("ReferenceName"),
        column("Publisher"),
        column("Name"),
        column("Version"),
        many("ResourceExtensionParameterValues", _PARAMETER, attribute="parameter_values"),
        column("State"),
    ),
)

VM_IMAGE_INPUT = Contract(
    "VMImageInput",
    machines.VMImageInput,
    (
        group(
            "OSDiskConfiguration",
            column("ResizedSizeInGB", INTEGER, attribute="os_disk_size_in_gb"),
        ),
        many(
            "DataDiskConfigurations",
            Contract("DataDiskConfiguration", machines.ResizedDisk, (column("Name"), _RESIZED)),
            attribute="data_disks",
        ),
    ),
)

ROLE_INPUT = Contract(
    "Role",
    machines.RoleInput,
    (
        column("RoleName", required=True),
        column("RoleType"),
        many("ConfigurationSets", CONFIGURATION_SET),
        many("ResourceExtensionReferences", EXTENSION_REFERENCE, since="2014-02-01"),
        column("VMImageName"),
        column("MediaLocation", since="2014-05-01"),
        column("AvailabilitySetName"),
        many("DataVirtualHardDisks", DATA_DISK),
        column("Label"),
        child("OSVirtualHardDisk", OS_DISK),
        column("RoleSize"),
        column("ProvisionGuestAgent", BOOLEAN),
        child("VMImageInput", VM_IMAGE_INPUT, since="2014-10-01"),
        column("LicenseType"),
        group("DebugSettings", column("BootDiagnosticsEnabled", BOOLEAN)),
    ),
)

PLAIN_LABEL = Value(str.encode, bytes.decode)
"""The label of a deployment of machines is sent as plain text, and shown in base64."""

CREATE_VM_DEPLOYMENT = Contract(
    "Deployment",
    machines.CreateVMDeployment,
    (
        column("Name", required=True),
        column("DeploymentSlot", required=True),
        column("Label", PLAIN_LABEL, required=True),
        many("RoleList", ROLE_INPUT, required=True),
        column("VirtualNetworkName"),
        dns(),
        column("ReservedIPName", since="2014-05-01"),
        LOAD_BALANCERS_IN,
    ),
)


def _of_machine(name: str) -> Any:
    return lambda pair, _context: None if pair[1].machine is None else getattr(pair[1].machine, name)


_IO_TYPE = column("IOType", get=lambda _d, _c: "Standard", since="2014-10-01")

LOCAL_HARD_DISKS = (
    many(
        "DataVirtualHardDisks",
        Contract(
            "DataVirtualHardDisk",
            nothing,
            (
                column("HostCaching"),
                column("DiskLabel"),
                column("DiskName"),
                column("Lun", INTEGER, get=lambda d, _c: d.lun or None),
                column("LogicalDiskSizeInGB", INTEGER, attribute="logical_disk_size_in_gb"),
                column("MediaLink"),
                _IO_TYPE,
            ),
        ),
        get=_of_machine("data_disks"),
    ),
    child(
        "OSVirtualHardDisk",
        Contract(
            "OSVirtualHardDisk",
            nothing,
            (
                column("HostCaching"),
                column("DiskLabel"),
                column("DiskName"),
                column("MediaLink"),
                column("SourceImageName"),
                column("OS"),
                column("RemoteSourceImageLink", since="2014-05-01"),
                _IO_TYPE,
            ),
        ),
        get=_of_machine("os_disk"),
    ),
)
"""The disks of a role, about a pair (deployment, role)."""


def _public(reference: records.ResourceExtensionReference, _context: Context) -> Any:
    """Private parameters are never shown again. An empty list comes back empty, and none at all as none."""
    given = reference.parameter_values
    return None if given is None else [p for p in given if (p.type or "Public").lower() == "public"]


EXTENSION_REFERENCES = many(
    "ResourceExtensionReferences",
    Contract(
        "ResourceExtensionReference",
        nothing,
        (
            column("ReferenceName"),
            column("Publisher"),
            column("Name"),
            column("Version"),
            many("ResourceExtensionParameterValues", _PARAMETER, get=_public),
            column("State", get=lambda r, _c: r.state or "Enable"),
        ),
    ),
    get=_of_machine("resource_extension_references"),
    since="2014-02-01",
)
"""The extensions that run on a machine, about a pair (deployment, role)."""


def _diagnostics(name: str) -> Any:
    """Return where the boot diagnostics of a machine lie: beside its disk, in a container of their own."""

    def get(pair: Any, _context: Context) -> str | None:
        deployment, role = pair
        if not role.machine.boot_diagnostics_enabled:
            return None
        host = urlsplit(role.machine.os_disk.media_link).netloc
        container = f"bootdiagnostics{dashed(deployment.private_id)}"
        return f"http://{host}/{container}/{deployment.name}.{deployment.private_id}.{role.role_name}-{name}"

    return get


SETTINGS = (
    column("RoleSize", get=lambda p, _c: p[1].role_size if p[1].machine else None),
    column("DefaultWinRmCertificateThumbprint", get=_of_machine("default_win_rm_certificate_thumbprint")),
    column("ProvisionGuestAgent", BOOLEAN, get=_of_machine("provision_guest_agent"), since="2014-04-01"),
    column("MigrationState", get=lambda p, c: lookup.migration_state(c.subscription, p[0]), since=MIGRATES_SINCE),
    column("LicenseType", get=_of_machine("license_type")),
    group(
        "DebugSettings",
        column("BootDiagnosticsEnabled", BOOLEAN, get=_of_machine("boot_diagnostics_enabled")),
        column("ConsoleScreenshotBlobUri", get=_diagnostics("screenshot.bmp")),
        column("SerialOutputBlobUri", get=_diagnostics("serialconsole.log")),
        get=lambda p, _c: p if p[1].machine and p[1].machine.boot_diagnostics_enabled is not None else None,
    ),
)
"""What a role ends with, about a pair (deployment, role)."""
