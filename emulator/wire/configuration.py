"""Service configurations (.cscfg): bytes in, values of `domain/configuration.py` out, or a refusal naming the place.

The grammar is the table in the middle of this file: what an element may carry, what it must, and what it becomes.
Knows nothing of packages, subscriptions or deployments: whether a certificate, a subnet or a guest OS exists, and
whether the roles are those of the definition, is for others to say.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import IPv4Address, IPv4Network
from math import inf
from typing import Final, cast

from lxml import etree
from msgspec import Struct

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

NAMESPACE: Final = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"
# Assumed: the bound of the service is not known; the largest configuration ever recorded has 1,225 bytes.
MAX_BYTES: Final = 1024 * 1024
MAX_ROLES: Final = 25

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_ENCODINGS = frozenset({"UTF-8", "UTF8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII"})
_UNKNOWN_LINE = 65535  # libxml2 keeps a line in sixteen bits, and finds greater ones only beside text


class ConfigurationError(ValueError):
    """The text is no valid configuration: `path` names the element or attribute, `line` where it begins, if known."""

    def __init__(self, path: str, line: int | None, why: str) -> None:
        super().__init__(f"{path} (line {line}): {why}" if line else f"{path}: {why}")
        self.path, self.line, self.why = path, line, why


def read_configuration(text: bytes) -> ServiceConfiguration:
    """Read a .cscfg file, in UTF-8 or UTF-16, with or without a byte order mark; raise ConfigurationError."""
    root = _parse(text)
    if _name(root) != "ServiceConfiguration":
        raise _refusal(root, f"the root element has to be ServiceConfiguration in the namespace {NAMESPACE}")
    configuration = cast("ServiceConfiguration", _read(root, _SERVICE))
    _check_unique(root)
    _check_references(root)
    return configuration


def normalised(text: bytes) -> bytes:
    """Return the text as Get Deployment gives it back: CRLF has become LF, all else is byte for byte what came."""
    if text[:2] in (b"\xff\xfe", b"<\0"):
        return re.sub(rb"(?s)\r\0(\n\0)|(..)", rb"\1\2", text)
    if text[:2] in (b"\xfe\xff", b"\0<"):
        return re.sub(rb"(?s)\0\r(\0\n)|(..)", rb"\1\2", text)
    return text.replace(b"\r\n", b"\n")


# ---- the values of attributes: text in, value out, ValueError with the reason -------------------------------------


def _form(pattern: str, expected: str) -> Callable[[str], str]:
    form = re.compile(pattern, re.DOTALL)

    def read(value: str) -> str:
        if form.fullmatch(value) is None:
            raise ValueError(f'"{_short(value)}" is not {expected}')
        return value

    return read


def _whole(least: int) -> Callable[[str], int]:
    read_digits = _form(r" *[0-9]{1,9} *", f"a whole number from {least} to 999999999")

    def read(value: str) -> int:
        number = int(read_digits(value))
        if number < least:
            raise ValueError(f"{number} is less than {least}")
        return number

    return read


def _ipv4(kind: Callable[[str], object], expected: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        try:
            kind(value)
        except ValueError:
            raise ValueError(f'"{_short(value)}" is not {expected}') from None
        return value

    return read


_NAME = _form(r"\s*\S.*", "a name")
_VM_NAME = _form(r".{0,10}", "at most 10 characters long")
_THUMBPRINT = _form(r"[0-9A-Fa-f]{40}", "40 hexadecimal digits without spaces")
_SHA1 = _form(r"sha1", 'the only algorithm known, "sha1"')
_OS_FAMILY = _form(r"[0-9]+", "the number of a guest OS family")
_OS_VERSION = _form(
    r"\*|WA-GUEST-OS-[0-9]+\.[0-9]+_[0-9]{6}-[0-9]{2}", '"*" or a version like WA-GUEST-OS-4.1_201401-01'
)
_ADDRESS = _ipv4(IPv4Address, "an IPv4 address")
# Assumed: bits set beyond the prefix do no harm.
_SUBNET = _ipv4(partial(IPv4Network, strict=False), "an IPv4 subnet like 10.0.0.0/8")
_ACTION = _form(r"permit|deny", '"permit" or "deny"')


# ---- the table ----------------------------------------------------------------------------------------------------


class _Attribute(Struct, frozen=True):
    field: str
    read: Callable[[str], object] = _NAME
    required: bool = True


class _Element(Struct, frozen=True):
    """What an element becomes: `build`, called with the fields of those attributes and children that are there."""

    build: Callable[..., object]
    attributes: dict[str, _Attribute] = {}
    children: dict[str, "_Child"] = {}


class _Child(Struct, frozen=True):
    """A child, in any order among its siblings; more than one allowed (`most`) makes its field a tuple."""

    field: str
    element: _Element
    required: bool = False
    most: float = 1


def _it(it: object = ()) -> object:
    return it


def _one(attribute: str, read: Callable[[str], object] = _NAME) -> _Element:
    return _Element(_it, {attribute: _Attribute("it", read)})


def _list(name: str, element: _Element) -> _Element:
    return _Element(_it, {}, {name: _Child("it", element, most=inf)})


_SETTING = _Element(Setting, {"name": _Attribute("name"), "value": _Attribute("value", str)})
_CERTIFICATE = _Element(
    CertificateReference,
    {
        "name": _Attribute("name"),
        "thumbprint": _Attribute("thumbprint", _THUMBPRINT),
        "thumbprintAlgorithm": _Attribute("thumbprint_algorithm", _SHA1),
    },
)
_ROLE = _Element(
    RoleConfiguration,
    {"name": _Attribute("name"), "vmName": _Attribute("vm_name", _VM_NAME, required=False)},
    {
        "OsImage": _Child("os_image", _one("href")),
        # Assumed: the service refused a web or worker role of no instances.
        "Instances": _Child("instance_count", _one("count", _whole(least=1)), required=True),
        "ConfigurationSettings": _Child("settings", _list("Setting", _SETTING)),
        "Certificates": _Child("certificates", _list("Certificate", _CERTIFICATE)),
    },
)
_RULE = _Element(
    AccessControlRule,
    {
        "order": _Attribute("order", _whole(least=0)),
        "action": _Attribute("action", _ACTION),
        "remoteSubnet": _Attribute("remote_subnet", _SUBNET),
        "description": _Attribute("description", str, required=False),
    },
)
_ACCESS_CONTROL = _Element(AccessControl, {"name": _Attribute("name")}, {"Rule": _Child("rules", _RULE, most=inf)})
_ENDPOINT_ACL = _Element(
    EndpointAcl,
    {"role": _Attribute("role"), "endpoint": _Attribute("endpoint"), "accessControl": _Attribute("access_control")},
)
_DNS_SERVER = _Element(DnsServer, {"name": _Attribute("name"), "IPAddress": _Attribute("ip_address", _ADDRESS)})
_INSTANCE_ADDRESS = _Element(
    InstanceAddress,
    {"roleName": _Attribute("role_name")},
    {"Subnets": _Child("subnets", _list("Subnet", _one("name")))},
)
_ADDRESSES = _Element(
    AddressAssignments,
    {},
    {
        "InstanceAddress": _Child("instance_addresses", _INSTANCE_ADDRESS, most=inf),
        "ReservedIPs": _Child("reserved_ips", _list("ReservedIP", _Element(ReservedIP, {"name": _Attribute("name")}))),
    },
)
_NETWORK = _Element(
    NetworkConfiguration,
    {},
    {
        "AccessControls": _Child("access_controls", _list("AccessControl", _ACCESS_CONTROL)),
        "EndpointAcls": _Child("endpoint_acls", _list("EndpointAcl", _ENDPOINT_ACL)),
        "Dns": _Child("dns_servers", _Element(_it, {}, {"DnsServers": _Child("it", _list("DnsServer", _DNS_SERVER))})),
        "VirtualNetworkSite": _Child("virtual_network_site", _one("name")),
        "AddressAssignments": _Child("address_assignments", _ADDRESSES),
    },
)
_SERVICE = _Element(
    ServiceConfiguration,
    {
        "serviceName": _Attribute("service_name"),
        "osFamily": _Attribute("os_family", _OS_FAMILY, required=False),
        "osVersion": _Attribute("os_version", _OS_VERSION, required=False),
        "schemaVersion": _Attribute("schema_version", str, required=False),
    },
    {
        "Role": _Child("roles", _ROLE, required=True, most=MAX_ROLES),
        "NetworkConfiguration": _Child("network", _NETWORK),
    },
)

# No two elements of one parent agree in this attribute.
_UNIQUE: Final = (
    ("Role", "name", role_key),
    ("Setting", "name", str),
    ("Certificate", "name", str),
    ("AccessControl", "name", str),
    ("DnsServer", "name", str),
    ("InstanceAddress", "roleName", role_key),
)
# This attribute names another element of the document.
_REFERENCES: Final = (
    ("EndpointAcl", "role", "Role", role_key),
    ("EndpointAcl", "accessControl", "AccessControl", str),
    ("InstanceAddress", "roleName", "Role", role_key),
)


# ---- reading ------------------------------------------------------------------------------------------------------


def _parse(text: bytes) -> etree._Element:
    if len(text) > MAX_BYTES:
        raise ConfigurationError("/", None, f"{len(text)} bytes are more than the {MAX_BYTES} allowed")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise ConfigurationError(
            "/", error.lineno or None, f"not well-formed XML: {_short(error.msg or '', 200)}"
        ) from None
    _check_document(root.getroottree().docinfo)
    return root


def _check_document(document: etree.DocInfo) -> None:
    if document.internalDTD is not None:
        raise ConfigurationError("/", None, "a document type declaration is not allowed")
    if (document.encoding or "").upper() not in _ENCODINGS:
        raise ConfigurationError("/", 1, f'encoding "{_short(document.encoding or "")}" is neither UTF-8 nor UTF-16')


def _read(element: etree._Element, table: _Element) -> object:
    for text in (element.text, *(child.tail for child in element)):
        if text and not text.isspace():
            raise _refusal(element, f'text "{_short(text.strip())}" is not allowed here')
    return table.build(**_attributes(element, table.attributes), **_children(element, table.children))


def _attributes(element: etree._Element, table: dict[str, _Attribute]) -> dict[str, object]:
    fields = {}
    # Names first: lxml looks up each value from the start of the list, so a long list is not to be read whole.
    for name in element.attrib:
        if name not in table:
            if str(name).startswith(_XSI):
                continue
            raise _refusal(element, "unknown attribute", f"/@{_short(str(name))}")
        try:
            fields[table[name].field] = table[name].read(element.get(name, ""))
        except ValueError as error:
            raise _refusal(element, str(error), f"/@{name}") from None
    for name, row in table.items():
        if row.required and row.field not in fields:
            raise _refusal(element, "required attribute is missing", f"/@{name}")
    return fields


def _children(element: etree._Element, table: dict[str, _Child]) -> dict[str, object]:
    found: dict[str, list[etree._Element]] = {name: [] for name in table}
    for child in element:
        if _name(child) not in found:
            raise _refusal(child, "unknown element")
        found[_name(child)].append(child)
    fields = {}
    for name, row in table.items():
        values = [_read(child, row.element) for child in _counted(element, name, row, found[name])]
        if values:
            fields[row.field] = tuple(values) if row.most > 1 else values[0]
    return fields


def _counted(parent: etree._Element, name: str, row: _Child, children: list[etree._Element]) -> list[etree._Element]:
    if row.required and not children:
        raise _refusal(parent, "required element is missing", f"/{name}")
    if len(children) > row.most:
        raise _refusal(children[int(row.most)], f"no more than {row.most} may stand here")
    return children


def _check_unique(root: etree._Element) -> None:
    for name, attribute, key in _UNIQUE:
        seen = set()
        for element in _all(root, name):
            this = element.getparent(), key(element.get(attribute, ""))
            if this in seen:
                raise _refusal(element, f'"{_short(this[1])}" stands twice', f"/@{attribute}")
            seen.add(this)


def _check_references(root: etree._Element) -> None:
    for name, attribute, target, key in _REFERENCES:
        known = {key(element.get("name", "")) for element in _all(root, target)}
        for element in _all(root, name):
            value = element.get(attribute, "")
            if key(value) not in known:
                raise _refusal(element, f'there is no {target} "{_short(value)}"', f"/@{attribute}")


def _all(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return root.iter(f"{{{NAMESPACE}}}{name}")


# ---- saying where -------------------------------------------------------------------------------------------------


def _refusal(element: etree._Element, why: str, below: str = "") -> ConfigurationError:
    line = element.sourceline
    return ConfigurationError(_path(element) + below, None if line == _UNKNOWN_LINE else line, why)


def _path(element: etree._Element) -> str:
    parent = element.getparent()
    if parent is None:
        return f"/{_short(_name(element))}"
    twins = [sibling for sibling in parent if sibling.tag == element.tag]
    place = f"[{twins.index(element) + 1}]" if len(twins) > 1 else ""
    return f"{_path(parent)}/{_short(_name(element))}{place}"


def _name(element: etree._Element) -> str:
    """Return the name alone in the namespace of configurations, else with its namespace in braces."""
    return str(element.tag).removeprefix(f"{{{NAMESPACE}}}")


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[:limit] + "…"
