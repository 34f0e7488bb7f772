"""Any configuration that the values can express, written as XML by other means, is read back the same."""

import random

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

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
from emulator.wire.configuration import NAMESPACE, normalised, read_configuration

CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\t\n\r").filter(
    lambda c: c not in "\ufffe\uffff"
)
TEXT = st.text(CHARACTERS, max_size=12)
NAMES = TEXT.filter(str.strip)
ROLE_NAMES = st.lists(NAMES, min_size=1, max_size=4, unique_by=role_key)
ADDRESSES = st.ip_addresses(v=4).map(str)


def several(items, key=None, size=3):
    return st.lists(items, max_size=size, unique_by=key).map(tuple)


def by_name(item):
    return item.name


SETTINGS = several(st.builds(Setting, NAMES, TEXT), by_name)
THUMBPRINTS = st.text("0123456789ABCDEFabcdef", min_size=40, max_size=40)
CERTIFICATES = several(st.builds(CertificateReference, NAMES, THUMBPRINTS, st.just("sha1")), by_name)
RULES = st.builds(
    AccessControlRule,
    st.integers(0, 65535),
    st.sampled_from(["permit", "deny"]),
    st.builds("{}/{}".format, ADDRESSES, st.integers(0, 32)),
    st.none() | TEXT,
)


@st.composite
def roles(draw, name):
    return RoleConfiguration(
        name=name,
        vm_name=draw(st.none() | st.text(CHARACTERS, max_size=10)),
        instance_count=draw(st.integers(1, 999_999_999)),
        settings=draw(SETTINGS),
        certificates=draw(CERTIFICATES),
        os_image=draw(st.none() | NAMES),
    )


@st.composite
def networks(draw, role_names):
    controls = draw(several(st.builds(AccessControl, NAMES, several(RULES)), by_name))
    acl = st.builds(
        EndpointAcl, st.sampled_from(role_names), NAMES, st.sampled_from([c.name for c in controls] or [""])
    )
    placed = draw(several(st.sampled_from(role_names), role_key))
    return NetworkConfiguration(
        access_controls=controls,
        endpoint_acls=draw(several(acl)) if controls else (),
        dns_servers=draw(several(st.builds(DnsServer, NAMES, ADDRESSES), by_name)),
        virtual_network_site=draw(st.none() | NAMES),
        address_assignments=AddressAssignments(
            tuple(InstanceAddress(name, draw(several(NAMES))) for name in placed),
            draw(several(st.builds(ReservedIP, NAMES))),
        ),
    )


@st.composite
def configurations(draw):
    names = draw(ROLE_NAMES)
    return ServiceConfiguration(
        service_name=draw(NAMES),
        os_family=draw(st.sampled_from("12345")),
        os_version=draw(st.sampled_from(["*", "WA-GUEST-OS-4.20_201506-01"])),
        schema_version=draw(st.none() | st.just("2012-10.1.8")),
        roles=tuple(draw(roles(name)) for name in names),
        network=draw(st.none() | networks(names)),
    )


def element(name, /, *children, **attributes):
    """Write an element: only the attributes that have a value, its children as they come."""
    made = etree.Element(f"{{{NAMESPACE}}}{name}", {k: str(v) for k, v in attributes.items() if v is not None})
    made.extend(child for child in children if child is not None)
    return made


def written_role(role):
    return element(
        "Role",
        element("Instances", count=role.instance_count),
        element("ConfigurationSettings", *(element("Setting", name=s.name, value=s.value) for s in role.settings)),
        element(
            "Certificates",
            *(
                element("Certificate", name=c.name, thumbprint=c.thumbprint, thumbprintAlgorithm=c.thumbprint_algorithm)
                for c in role.certificates
            ),
        ),
        None if role.os_image is None else element("OsImage", href=role.os_image),
        name=role.name,
        vmName=role.vm_name,
    )


def written_control(control):
    rules = (
        element("Rule", order=r.order, action=r.action, remoteSubnet=r.remote_subnet, description=r.description)
        for r in control.rules
    )
    return element("AccessControl", *rules, name=control.name)


def written_addresses(addresses):
    return element(
        "AddressAssignments",
        *(
            element(
                "InstanceAddress",
                element("Subnets", *(element("Subnet", name=s) for s in a.subnets)),
                roleName=a.role_name,
            )
            for a in addresses.instance_addresses
        ),
        element("ReservedIPs", *(element("ReservedIP", name=r.name) for r in addresses.reserved_ips)),
    )


def written_network(network):
    site = network.virtual_network_site
    return element(
        "NetworkConfiguration",
        element("AccessControls", *map(written_control, network.access_controls)),
        element(
            "EndpointAcls",
            *(
                element("EndpointAcl", role=a.role, endpoint=a.endpoint, accessControl=a.access_control)
                for a in network.endpoint_acls
            ),
        ),
        element(
            "Dns",
            element(
                "DnsServers", *(element("DnsServer", name=d.name, IPAddress=d.ip_address) for d in network.dns_servers)
            ),
        ),
        None if site is None else element("VirtualNetworkSite", name=site),
        written_addresses(network.address_assignments),
    )


def written(configuration):
    return element(
        "ServiceConfiguration",
        *map(written_role, configuration.roles),
        None if configuration.network is None else written_network(configuration.network),
        serviceName=configuration.service_name,
        osFamily=configuration.os_family,
        osVersion=configuration.os_version,
        schemaVersion=configuration.schema_version,
    )


def stirred(root, seed):
    """Put the children of every element in another order, those of one name keeping theirs."""
    chance = random.Random(seed)
    for parent in list(root.iter()):
        names = list(dict.fromkeys(child.tag for child in parent))
        chance.shuffle(names)
        parent[:] = sorted(parent, key=lambda child: names.index(child.tag))
    return root


@given(configurations(), st.sampled_from(["utf-8", "utf-16", "us-ascii"]), st.booleans(), st.integers())
def test_what_is_written_is_read_back_the_same(configuration, encoding, pretty, seed):
    tree = stirred(written(configuration), seed)
    text = etree.tostring(tree, encoding=encoding, xml_declaration=True, pretty_print=pretty)
    assert read_configuration(text) == configuration
    assert read_configuration(normalised(text)) == configuration
