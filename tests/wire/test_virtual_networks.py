"""Network configurations: what is read, what is refused, what is given back; and networks as they are listed."""

from __future__ import annotations

import codecs

import pytest
from lxml import etree

from emulator.domain.errors_networks import NETWORK_CONFIGURATION_SCHEMA
from emulator.domain.network_records import (
    DnsServer,
    LocalNetworkSite,
    LocalNetworkSiteRef,
    NetworkDocument,
    SiteGateway,
    Subnet,
    VirtualNetwork,
    VirtualNetworkSite,
)
from emulator.domain.refusals import ServiceError
from emulator.domain.virtual_networks import AddressAvailability, VirtualNetworkDetails
from emulator.wire.terms import AZURE, XSI
from emulator.wire.virtual_networks import (
    ADDRESS_AVAILABILITY_RESPONSE,
    NAMESPACE,
    NETWORK_CONFIGURATION,
    VIRTUAL_NETWORK_SITES,
)
from emulator.wire.writing import Context

OFFICE = LocalNetworkSite(name="Office", address_prefixes=("192.168.0.0/16",), vpn_gateway_address="1.2.3.4")
NETWORK = VirtualNetworkSite(
    name="Net",
    location="West US",
    address_prefixes=("10.0.0.0/8",),
    subnets=(Subnet("Front", "10.0.0.0/28"), Subnet("GatewaySubnet", "10.0.1.0/28")),
    dns_servers=("google",),
    gateway=SiteGateway(
        vpn_client_address_pool=("172.16.0.0/24",), connections=(LocalNetworkSiteRef("Office", ("IPsec",)),)
    ),
)
DOCUMENT = NetworkDocument(
    dns_servers=(DnsServer("google", "8.8.8.8"),), local_network_sites=(OFFICE,), virtual_network_sites=(NETWORK,)
)

SENT = f"""<?xml version="1.0" encoding="utf-8"?>
<NetworkConfiguration xmlns="{NAMESPACE}" xmlns:xsi="{XSI}">
  <VirtualNetworkConfiguration>
    <VirtualNetworkSites>
      <VirtualNetworkSite Location="West US" name="Net">
        <Gateway profile="Small">
          <ConnectionsToLocalNetwork><LocalNetworkSiteRef name="Office" /></ConnectionsToLocalNetwork>
          <VPNClientAddressPool><AddressPrefix>172.16.0.0/24</AddressPrefix></VPNClientAddressPool>
        </Gateway>
        <Label>ours</Label>
        <DnsServersRef><DnsServerRef name="google" /></DnsServersRef>
        <Subnets>
          <Subnet name="Front"><AddressPrefix> 10.0.0.0/28 </AddressPrefix></Subnet>
          <Subnet name="GatewaySubnet"><AddressPrefix>10.0.1.0/28</AddressPrefix></Subnet>
        </Subnets>
        <!-- as wide as it gets -->
        <AddressSpace><AddressPrefix>10.0.0.0/8</AddressPrefix></AddressSpace>
      </VirtualNetworkSite>
    </VirtualNetworkSites>
    <LocalNetworkSites>
      <LocalNetworkSite name="Office">
        <VPNGatewayAddress>1.2.3.4</VPNGatewayAddress>
        <AddressSpace><AddressPrefix>192.168.0.0/16</AddressPrefix></AddressSpace>
      </LocalNetworkSite>
    </LocalNetworkSites>
    <Dns><DnsServers><DnsServer name="google" IPAddress="8.8.8.8" /></DnsServers></Dns>
  </VirtualNetworkConfiguration>
</NetworkConfiguration>
"""

GIVEN_BACK = f"""\
<NetworkConfiguration xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="{XSI}" xmlns="{NAMESPACE}">
  <VirtualNetworkConfiguration>
    <Dns>
      <DnsServers>
        <DnsServer name="google" IPAddress="8.8.8.8" />
      </DnsServers>
    </Dns>
    <LocalNetworkSites>
      <LocalNetworkSite name="Office">
        <AddressSpace>
          <AddressPrefix>192.168.0.0/16</AddressPrefix>
        </AddressSpace>
        <VPNGatewayAddress>1.2.3.4</VPNGatewayAddress>
      </LocalNetworkSite>
    </LocalNetworkSites>
    <VirtualNetworkSites>
      <VirtualNetworkSite name="Net" Location="West US">
        <AddressSpace>
          <AddressPrefix>10.0.0.0/8</AddressPrefix>
        </AddressSpace>
        <Subnets>
          <Subnet name="Front">
            <AddressPrefix>10.0.0.0/28</AddressPrefix>
          </Subnet>
          <Subnet name="GatewaySubnet">
            <AddressPrefix>10.0.1.0/28</AddressPrefix>
          </Subnet>
        </Subnets>
        <DnsServersRef>
          <DnsServerRef name="google" />
        </DnsServersRef>
        <Gateway>
          <VPNClientAddressPool>
            <AddressPrefix>172.16.0.0/24</AddressPrefix>
          </VPNClientAddressPool>
          <ConnectionsToLocalNetwork>
            <LocalNetworkSiteRef name="Office">
              <Connection type="IPsec" />
            </LocalNetworkSiteRef>
          </ConnectionsToLocalNetwork>
        </Gateway>
      </VirtualNetworkSite>
    </VirtualNetworkSites>
  </VirtualNetworkConfiguration>
</NetworkConfiguration>"""


def read(text):
    return NETWORK_CONFIGURATION.read(text.encode() if isinstance(text, str) else text)


def inside(text):
    return f'<NetworkConfiguration xmlns="{NAMESPACE}">{text}</NetworkConfiguration>'


def sites(text):
    return inside(
        "<VirtualNetworkConfiguration><VirtualNetworkSites>"
        f'<VirtualNetworkSite name="n" Location="West US">{text}</VirtualNetworkSite>'
        "</VirtualNetworkSites></VirtualNetworkConfiguration>"
    )


# ---- the document


def test_a_configuration_is_read_whatever_the_order_of_its_parts():
    assert read(SENT) == DOCUMENT


def test_a_byte_order_mark_and_the_other_encoding_are_no_obstacle():
    assert read(codecs.BOM_UTF8 + SENT.encode()) == DOCUMENT
    assert read(SENT.replace("utf-8", "utf-16").encode("utf-16")) == DOCUMENT


def test_what_is_given_back_is_the_services_own_text():
    assert NETWORK_CONFIGURATION.write(read(SENT), Context()) == GIVEN_BACK.replace("\n", "\r\n").encode()
    assert read(GIVEN_BACK) == DOCUMENT
    assert NETWORK_CONFIGURATION.media_type == "text/plain"


def test_what_says_nothing_is_not_given_back():
    text = inside(
        "<VirtualNetworkConfiguration><Dns><DnsServers /></Dns><LocalNetworkSites /><VirtualNetworkSites>"
        '<VirtualNetworkSite name="n" AffinityGroup="g"><AddressSpace><AddressPrefix>10.0.0.0/8</AddressPrefix>'
        '</AddressSpace><Subnets /><DnsServersRef /><Gateway profile="Small"></Gateway></VirtualNetworkSite>'
        "</VirtualNetworkSites></VirtualNetworkConfiguration>"
    )

    lines = NETWORK_CONFIGURATION.write(read(text), Context()).decode().split("\r\n")

    assert [line.strip() for line in lines[2:-3]] == [
        "<Dns />",
        "<VirtualNetworkSites>",
        '<VirtualNetworkSite name="n" AffinityGroup="g">',
        "<AddressSpace>",
        "<AddressPrefix>10.0.0.0/8</AddressPrefix>",
        "</AddressSpace>",
        "</VirtualNetworkSite>",
    ]


def test_names_that_need_it_are_escaped():
    site = VirtualNetworkSite(name='a&b"<c>', location="West US", address_prefixes=("10.0.0.0/8",))
    document = NetworkDocument(virtual_network_sites=(site,))

    assert NETWORK_CONFIGURATION.read(NETWORK_CONFIGURATION.write(document, Context())) == document


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no XML",
        "<NetworkConfiguration/>",
        inside(""),
        inside("<VirtualNetworkConfiguration/><VirtualNetworkConfiguration/>"),
        inside("<VirtualNetworkConfiguration><Other/></VirtualNetworkConfiguration>"),
        inside("<VirtualNetworkConfiguration>text</VirtualNetworkConfiguration>"),
        sites(""),
        sites("<AddressSpace/><Subnets><Subnet name='s'/></Subnets>"),
        sites("<AddressSpace><AddressPrefix>10.0.0.0</AddressPrefix></AddressSpace>"),
        sites("<AddressSpace><AddressPrefix>10.0.0.256/8</AddressPrefix></AddressSpace>"),
        sites("<AddressSpace><AddressPrefix>10.0.0.0/33</AddressPrefix></AddressSpace>"),
        sites("<AddressSpace><AddressPrefix><a/></AddressPrefix></AddressSpace>"),
        SENT.replace("8.8.8.8", "nowhere"),
        SENT.replace(' name="Net"', ""),
        SENT.replace('name="Net"', 'name="Net" color="blue"'),
        SENT.replace("1.2.3.4", "1.2.3"),
        SENT.replace(
            '<LocalNetworkSiteRef name="Office" />',
            '<LocalNetworkSiteRef name="Office"><Connection type="x"/></LocalNetworkSiteRef>',
        ),
        '<!DOCTYPE a [<!ENTITY e "x">]>' + inside("<VirtualNetworkConfiguration/>"),
    ],
)
def test_what_breaks_the_schema_is_refused_in_the_recorded_words(text):
    with pytest.raises(ServiceError) as caught:
        read(text)

    assert caught.value.refusal is NETWORK_CONFIGURATION_SCHEMA
    assert caught.value.message == "XML Schema validation error in network configuration at line 0,0."
    assert caught.value.__cause__ is not None  # which says what it was


# ---- as they are listed


def listed(*details):
    return etree.fromstring(VIRTUAL_NETWORK_SITES.write(list(details), Context()))


def test_no_network_is_an_empty_list():
    assert (
        VIRTUAL_NETWORK_SITES.write([], Context()) == f'<VirtualNetworkSites xmlns="{AZURE}" xmlns:i="{XSI}"/>'.encode()
    )


def test_a_network_is_listed_with_what_its_references_lead_to():
    network = VirtualNetwork(id="the-id", site=NETWORK, state="Created")
    (site,) = listed(VirtualNetworkDetails(network, True, [DnsServer("google", "8.8.8.8")], {"Office": OFFICE}))

    assert [etree.QName(e).localname for e in site] == [
        "Name",
        "Id",
        "State",
        "InUse",
        "AddressSpace",
        "Subnets",
        "Dns",
        "Gateway",
        "Location",
    ]
    w = {"w": AZURE}
    assert site.xpath("string(w:Subnets/w:Subnet[2]/w:AddressPrefix)", namespaces=w) == "10.0.1.0/28"
    assert site.xpath("string(w:Dns/w:DnsServers/w:DnsServer/w:Address)", namespaces=w) == "8.8.8.8"
    (gateway,) = site.xpath("w:Gateway", namespaces=w)
    assert [etree.QName(e).localname for e in gateway] == ["Profile", "Sites", "VPNClientAddressPool", "VnetNames"]
    (local,) = gateway.xpath("w:Sites/w:LocalNetworkSite", namespaces=w)
    assert [etree.QName(e).localname for e in local] == ["Name", "AddressSpace", "VpnGatewayAddress", "Connections"]
    assert local.xpath("string(w:Connections/w:Connection/w:Type)", namespaces=w) == "IPsec"


def test_a_subnet_is_listed_with_what_stands_before_it():
    network = VirtualNetwork(
        id="i",
        site=NETWORK,
        route_tables={NETWORK.subnets[0].name.lower(): "Table"},
        network_security_groups={NETWORK.subnets[0].name.lower(): "Group"},
    )
    (site,) = listed(VirtualNetworkDetails(network, False, [], {"Office": OFFICE}))
    first, second = site.find(f"{{{AZURE}}}Subnets")
    assert [(etree.QName(e).localname, e.text) for e in first[2:]] == [
        ("RouteTableName", "Table"),
        ("NetworkSecurityGroup", "Group"),
    ]
    assert len(second) == 2


def test_what_a_network_does_not_have_is_left_out():
    site = VirtualNetworkSite(name="n", affinity_group="g", address_prefixes=("10.0.0.0/8",))
    (shown,) = listed(VirtualNetworkDetails(VirtualNetwork(id="i", site=site), False, [], {}))

    names = [etree.QName(e).localname for e in shown]
    assert names == ["Name", "Id", "AffinityGroup", "State", "AddressSpace", "Subnets"]


def test_other_addresses_are_named_where_one_is_not_free():
    written = ADDRESS_AVAILABILITY_RESPONSE.write(AddressAvailability(False, ["10.0.0.5", "10.0.0.6"]), Context())

    assert (
        b"<IsAvailable>false</IsAvailable><AvailableAddresses><AvailableAddress>10.0.0.5</AvailableAddress>" in written
    )
