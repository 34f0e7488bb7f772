"""Service configurations (.cscfg): bytes in, values of `domain/configuration.py` out, or a refusal naming the place.

The grammar is the table in the middle of this file: what an element may carry, what it must, and what it becomes.
Knows nothing of packages, subscriptions or deployments: whether a certificate, a subnet or a guest OS exists, and
whether the roles are those of the definition, is for others to say.
"""

import re
from math import inf
from typing import Final, cast

from emulator.domain.configuration import (
    AccessControl,
    AccessControlRule,
    AddressAssignments,
    CertificateReference,
    DnsServer,
    EndpointAcl,
    InstanceAddress,
    NetworkConfiguration,
    ReservedIP,
    RoleConfiguration,
    ServiceConfiguration,
    Setting,
    role_key,
)
from emulator.wire.schema import (
    ADDRESS,
    MAX_BYTES,
    SUBNET,
    Attribute,
    Child,
    Element,
    Schema,
    SchemaError,
    form,
    it,
    listed,
    one,
    whole,
)

__all__ = ["MAX_BYTES", "MAX_ROLES", "NAMESPACE", "ConfigurationError", "normalised", "read_configuration"]

NAMESPACE: Final = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"
MAX_ROLES: Final = 25

ConfigurationError = SchemaError
"""The text is no valid configuration: `path` names the element or attribute, `line` where it begins, if known."""


def read_configuration(text: bytes) -> ServiceConfiguration:
    """Read a .cscfg file, in UTF-8 or UTF-16, with or without a byte order mark; raise ConfigurationError."""
    return cast("ServiceConfiguration", _SCHEMA.read(text))


def normalised(text: bytes) -> bytes:
    """Return the text as Get Deployment gives it back: CRLF has become LF, all else is byte for byte what came."""
    if text[:2] in (b"\xff\xfe", b"<\0"):
        return re.sub(rb"(?s)\r\0(\n\0)|(..)", rb"\1\2", text)
    if text[:2] in (b"\xfe\xff", b"\0<"):
        return re.sub(rb"(?s)\0\r(\0\n)|(..)", rb"\1\2", text)
    return text.replace(b"\r\n", b"\n")


# ---- the values of attributes: text in, value out, ValueError with the reason -------------------------------------

_VM_NAME = form(r".{0,10}", "at most 10 characters long")
_THUMBPRINT = form(r"[0-9A-Fa-f]{40}", "40 hexadecimal digits without spaces")
_SHA1 = form(r"sha1", 'the only algorithm known, "sha1"')
_OS_FAMILY = form(r"[0-9]+", "the number of a guest OS family")
_OS_VERSION = form(
    r"\*|WA-GUEST-OS-[0-9]+\.[0-9]+_[0-9]{6}-[0-9]{2}", '"*" or a version like WA-GUEST-OS-4.1_201401-01'
)
_ACTION = form(r"permit|deny", '"permit" or "deny"')


# ---- the table ----------------------------------------------------------------------------------------------------

_SETTING = Element(Setting, {"name": Attribute("name"), "value": Attribute("value", str)})
_CERTIFICATE = Element(
    CertificateReference,
    {
        "name": Attribute("name"),
        "thumbprint": Attribute("thumbprint", _THUMBPRINT),
        "thumbprintAlgorithm": Attribute("thumbprint_algorithm", _SHA1),
    },
)
_ROLE = Element(
    RoleConfiguration,
    {"name": Attribute("name"), "vmName": Attribute("vm_name", _VM_NAME, required=False)},
    {
        "OsImage": Child("os_image", one("href")),
        # Assumed: the service refused a web or worker role of no instances.
        "Instances": Child("instance_count", one("count", whole(least=1)), required=True),
        "ConfigurationSettings": Child("settings", listed("Setting", _SETTING)),
        "Certificates": Child("certificates", listed("Certificate", _CERTIFICATE)),
    },
)
_RULE = Element(
    AccessControlRule,
    {
        "order": Attribute("order", whole(least=0)),
        "action": Attribute("action", _ACTION),
        "remoteSubnet": Attribute("remote_subnet", SUBNET),
        "description": Attribute("description", str, required=False),
    },
)
_ACCESS_CONTROL = Element(AccessControl, {"name": Attribute("name")}, {"Rule": Child("rules", _RULE, most=inf)})
_ENDPOINT_ACL = Element(
    EndpointAcl,
    {"role": Attribute("role"), "endpoint": Attribute("endpoint"), "accessControl": Attribute("access_control")},
)
_DNS_SERVER = Element(DnsServer, {"name": Attribute("name"), "IPAddress": Attribute("ip_address", ADDRESS)})
_INSTANCE_ADDRESS = Element(
    InstanceAddress,
    {"roleName": Attribute("role_name")},
    {"Subnets": Child("subnets", listed("Subnet", one("name")))},
)
_ADDRESSES = Element(
    AddressAssignments,
    {},
    {
        "InstanceAddress": Child("instance_addresses", _INSTANCE_ADDRESS, most=inf),
        "ReservedIPs": Child("reserved_ips", listed("ReservedIP", Element(ReservedIP, {"name": Attribute("name")}))),
    },
)
_NETWORK = Element(
    NetworkConfiguration,
    {},
    {
        "AccessControls": Child("access_controls", listed("AccessControl", _ACCESS_CONTROL)),
        "EndpointAcls": Child("endpoint_acls", listed("EndpointAcl", _ENDPOINT_ACL)),
        "Dns": Child("dns_servers", Element(it, {}, {"DnsServers": Child("it", listed("DnsServer", _DNS_SERVER))})),
        "VirtualNetworkSite": Child("virtual_network_site", one("name")),
        "AddressAssignments": Child("address_assignments", _ADDRESSES),
    },
)
_SERVICE = Element(
    ServiceConfiguration,
    {
        "serviceName": Attribute("service_name"),
        "osFamily": Attribute("os_family", _OS_FAMILY, required=False),
        "osVersion": Attribute("os_version", _OS_VERSION, required=False),
        "schemaVersion": Attribute("schema_version", str, required=False),
    },
    {
        "Role": Child("roles", _ROLE, required=True, most=MAX_ROLES),
        "NetworkConfiguration": Child("network", _NETWORK),
    },
)

_SCHEMA = Schema(
    NAMESPACE,
    "ServiceConfiguration",
    _SERVICE,
    unique=(
        ("Role", "name", role_key),
        ("Setting", "name", str),
        ("Certificate", "name", str),
        ("AccessControl", "name", str),
        ("DnsServer", "name", str),
        ("InstanceAddress", "roleName", role_key),
    ),
    references=(
        ("EndpointAcl", "role", "Role", role_key),
        ("EndpointAcl", "accessControl", "AccessControl", str),
        ("InstanceAddress", "roleName", "Role", role_key),
    ),
)
