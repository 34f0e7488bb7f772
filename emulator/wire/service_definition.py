"""Service definitions (.csdef): what the emulator needs of one, and nothing more.

Unlike configurations, definitions are read leniently: their schema grew with every SDK, and of what stands in them
(tasks, sites, virtual directories) little shows through the API. What is read has to be good.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from emulator.domain.configuration import role_key
from emulator.domain.definition import (
    SDK_VERSION,
    InputEndpoint,
    InstanceInputEndpoint,
    LocalStorage,
    PackageDefinition,
    RoleDefinition,
)
from emulator.wire.schema import SchemaError, parse_document, short

NAMESPACE = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition"
KINDS = ("WebRole", "WorkerRole")
MAX_ROLES = 25
MAX_UPGRADE_DOMAINS = 20
HIGHEST_PORT = 65535
MAX_NAME = 100
NOT_IN_ROLE_NAMES = frozenset('\\/:*?"<>|')
"""A role's parts of the package are files named after it."""

_IN = {"d": NAMESPACE}


class DefinitionError(ValueError):
    """The text is no good service definition: the message names the element and its line."""


def read_definition(
    text: bytes,
    *,
    os_families: Mapping[str, tuple[str, ...]] | None = None,
    sdk_version: str = SDK_VERSION,
) -> PackageDefinition:
    """Read a .csdef; raise DefinitionError or SchemaError. The rest is what a package knows besides of its roles."""
    root = parse_document(text)
    if root.tag != f"{{{NAMESPACE}}}ServiceDefinition":
        raise SchemaError("/", None, f"the root element has to be ServiceDefinition in the namespace {NAMESPACE}")
    known = {role_key(name): families for name, families in (os_families or {}).items()}
    elements = [element for element in root if _kind(element) in KINDS]
    if not 0 < len(elements) <= MAX_ROLES:
        raise DefinitionError(f"a service definition has 1 to {MAX_ROLES} roles, not {len(elements)}")
    roles = tuple(_role(element, known) for element in elements)
    _distinct("role", (role_key(role.name) for role in roles))
    _distinct_ports(roles)
    domains = root.get("upgradeDomainCount")
    return PackageDefinition(
        service_name=_name(root),
        roles=roles,
        upgrade_domain_count=None if domains is None else _number(root, "upgradeDomainCount", 1, MAX_UPGRADE_DOMAINS),
        sdk_version=sdk_version,
    )


def _role(element: etree._Element, os_families: Mapping[str, tuple[str, ...]]) -> RoleDefinition:
    name = _role_name(element)
    role = RoleDefinition(
        name=name,
        kind=_kind(element),
        vm_size=element.get("vmsize") or "Small",
        settings=_names(element, "ConfigurationSettings/Setting"),
        certificates=_names(element, "Certificates/Certificate"),
        input_endpoints=tuple(map(_input_endpoint, _all(element, "Endpoints/InputEndpoint"))),
        internal_endpoints=_names(element, "Endpoints/InternalEndpoint"),
        instance_input_endpoints=tuple(map(_instance_endpoint, _all(element, "Endpoints/InstanceInputEndpoint"))),
        local_storage=tuple(map(_local_storage, _all(element, "LocalResources/LocalStorage"))),
        imports=tuple(one.get("moduleName", "") for one in _all(element, "Imports/Import")),
        os_families=os_families.get(role_key(name), ()),
    )
    public = [*(e.name for e in role.input_endpoints), *(e.name for e in role.instance_input_endpoints)]
    _distinct("endpoint", map(str.lower, [*public, *role.internal_endpoints]))
    _distinct("setting", role.settings)
    _distinct("certificate", role.certificates)
    return role


def _input_endpoint(element: etree._Element) -> InputEndpoint:
    protocol = _choice(element, "protocol", ("http", "https", "tcp", "udp"))
    certificate = element.get("certificate")
    if protocol == "https" and not certificate:
        raise _bad(element, "an https endpoint needs a certificate")
    local = element.get("localPort", "*")
    return InputEndpoint(
        name=_name(element),
        protocol=protocol,
        port=_number(element, "port", 1, HIGHEST_PORT),
        local_port=None if local == "*" else _number(element, "localPort", 1, HIGHEST_PORT),
        certificate=certificate or None,
    )


def _instance_endpoint(element: etree._Element) -> InstanceInputEndpoint:
    ranges = _all(element, "AllocatePublicPortFrom/FixedPortRange")
    if len(ranges) != 1:
        raise _bad(element, "it needs one FixedPortRange")
    first = _number(ranges[0], "min", 1, HIGHEST_PORT)
    return InstanceInputEndpoint(
        name=_name(element),
        protocol=_choice(element, "protocol", ("tcp", "udp")),
        local_port=_number(element, "localPort", 1, HIGHEST_PORT),
        first_port=first,
        last_port=_number(ranges[0], "max", first, HIGHEST_PORT),
    )


def _local_storage(element: etree._Element) -> LocalStorage:
    size = 100 if element.get("sizeInMB") is None else _number(element, "sizeInMB", 1, 10**9)
    return LocalStorage(_name(element), size)


def _distinct_ports(roles: Iterable[RoleDefinition]) -> None:
    """Refuse public ports that two endpoints of the deployment would have, of TCP or of UDP."""
    taken = []
    for role in roles:
        taken += [(one.port, one.port, one.protocol == "udp", one.name) for one in role.input_endpoints]
        taken += [(r.first_port, r.last_port, r.protocol == "udp", r.name) for r in role.instance_input_endpoints]
    for udp in (True, False):
        last, holder = 0, ""
        for low, high, _, name in sorted(one for one in taken if one[2] == udp):
            if low <= last:
                raise DefinitionError(f"the endpoints {short(holder)} and {short(name)} have the port {low}")
            last, holder = high, name


# ---- elements and attributes


def _kind(element: etree._Element) -> str:
    return str(element.tag).removeprefix(f"{{{NAMESPACE}}}")


def _all(element: etree._Element, path: str) -> list[etree._Element]:
    return element.findall("/".join(f"d:{step}" for step in path.split("/")), _IN)


def _names(element: etree._Element, path: str) -> tuple[str, ...]:
    return tuple(map(_name, _all(element, path)))


def _name(element: etree._Element) -> str:
    name = (element.get("name") or "").strip()
    if not 0 < len(name) <= MAX_NAME:
        raise _bad(element, f"its name has to have 1 to {MAX_NAME} characters")
    return name


def _role_name(element: etree._Element) -> str:
    name = _name(element)
    wrong = NOT_IN_ROLE_NAMES.intersection(name)
    if wrong:
        raise _bad(element, f"no role's name has a {min(wrong)} in it")
    return name


def _choice(element: etree._Element, attribute: str, known: tuple[str, ...]) -> str:
    value = (element.get(attribute) or "").lower()
    if value not in known:
        raise _bad(element, f'its {attribute} "{short(value)}" is none of {", ".join(known)}')
    return value


def _number(element: etree._Element, attribute: str, low: int, high: int) -> int:
    text = (element.get(attribute) or "").strip()
    if text.isascii() and text.isdigit() and len(text) <= len(str(high)) and low <= int(text) <= high:
        return int(text)
    raise _bad(element, f'its {attribute} "{short(text)}" is no number from {low} to {high}')


def _distinct(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DefinitionError(f'the {what} "{short(name)}" stands twice')
        seen.add(name)


def _bad(element: etree._Element, why: str) -> DefinitionError:
    return DefinitionError(f"{_kind(element)} {short(element.get('name') or '')!r} (line {element.sourceline}): {why}")
