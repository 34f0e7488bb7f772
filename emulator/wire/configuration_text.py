"""Service configurations as the service wrote them itself, once it had changed what the customer had sent."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.domain.configuration import NetworkConfiguration, RoleConfiguration, ServiceConfiguration
from emulator.wire.configuration import NAMESPACE
from emulator.wire.indented import Node, document, wrapped


def write_configuration(content: ServiceConfiguration) -> bytes:
    """Return the text of a configuration, in the order and the form in which recorded ones came back."""
    attributes = {
        "serviceName": content.service_name,
        "osFamily": content.os_family,
        "osVersion": content.os_version,
        "schemaVersion": content.schema_version,
    }
    network = [_network(content.network)] if content.network else []
    return document(Node("ServiceConfiguration", attributes, [*map(_role, content.roles), *network]), NAMESPACE)


def _names(element: str, names: Iterable[str]) -> list[Node]:
    return [Node(element, {"name": name}) for name in names]


def _role(role: RoleConfiguration) -> Node:
    image = [Node("OsImage", {"href": role.os_image})] if role.os_image else []
    settings = (Node("Setting", {"name": one.name, "value": one.value}) for one in role.settings)
    certificates = (
        Node(
            "Certificate",
            {"name": one.name, "thumbprint": one.thumbprint, "thumbprintAlgorithm": one.thumbprint_algorithm},
        )
        for one in role.certificates
    )
    content = [
        *image,
        *wrapped("ConfigurationSettings", settings),
        Node("Instances", {"count": str(role.instance_count)}),
        *wrapped("Certificates", certificates),
    ]
    return Node("Role", {"name": role.name, "vmName": role.vm_name}, content)


def _network(network: NetworkConfiguration) -> Node:
    site = [] if network.virtual_network_site is None else _names("VirtualNetworkSite", [network.virtual_network_site])
    servers = (Node("DnsServer", {"name": one.name, "IPAddress": one.ip_address}) for one in network.dns_servers)
    content = [*_access(network), *wrapped("Dns", wrapped("DnsServers", servers)), *site, _assignments(network)]
    return Node("NetworkConfiguration", {}, content)


def _access(network: NetworkConfiguration) -> list[Node]:
    controls = (
        Node(
            "AccessControl",
            {"name": control.name},
            [
                Node(
                    "Rule",
                    {
                        "order": str(rule.order),
                        "action": rule.action,
                        "remoteSubnet": rule.remote_subnet,
                        "description": rule.description,
                    },
                )
                for rule in control.rules
            ],
        )
        for control in network.access_controls
    )
    acls = (
        Node("EndpointAcl", {"role": one.role, "endpoint": one.endpoint, "accessControl": one.access_control})
        for one in network.endpoint_acls
    )
    return [*wrapped("AccessControls", controls), *wrapped("EndpointAcls", acls)]


def _assignments(network: NetworkConfiguration) -> Node:
    instances = (
        Node("InstanceAddress", {"roleName": one.role_name}, wrapped("Subnets", _names("Subnet", one.subnets)))
        for one in network.address_assignments.instance_addresses
    )
    reserved = _names("ReservedIP", (one.name for one in network.address_assignments.reserved_ips))
    return Node("AddressAssignments", {}, [*instances, *wrapped("ReservedIPs", reserved)])
