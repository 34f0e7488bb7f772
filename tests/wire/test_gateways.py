"""Gateways as they are asked for and as they look: elements in the recorded order, absent, empty or nil as recorded."""

from __future__ import annotations

import base64
import ssl
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from lxml import etree

from emulator.domain import errors, vpn_devices
from emulator.domain.gateway_connections import ConnectionDetails
from emulator.domain.gateway_records import (
    BgpSettings,
    ClientRootCertificate,
    Gateway,
    GatewayConnection,
    GatewayEvent,
    GatewayWork,
    IPsecParameters,
    LocalNetworkGateway,
)
from emulator.domain.gateway_tunnels import SiteConnection
from emulator.domain.gateways import CreateGateway, UpdateGateway
from emulator.domain.records import Caller, TrackedOperation
from emulator.wire import (
    common,
    gateway_connections,
    gateway_tunnels,
    gateways,
    local_network_gateways,
    pages,
    virtual_network_gateways,
    vpn_clients,
)
from emulator.wire import vpn_devices as devices
from emulator.wire.dialects import PAGES
from emulator.wire.terms import ARRAYS, AZURE, XSI
from emulator.wire.writing import Context

START, END = datetime(2015, 5, 19, 8, 35, 57, 921640, UTC), datetime(2015, 5, 19, 9, 16, 6, tzinfo=UTC)
EVENT = GatewayEvent(23002, "made", END)
GATEWAY = Gateway(
    id="g",
    virtual_network_id="v",
    virtual_network_name="net",
    name="mine",
    gateway_type="DynamicRouting",
    gateway_size="Default",
    state="Provisioned",
    vip_address="198.18.0.1",
    last_event=EVENT,
    bgp_settings=BgpSettings(asn=65515, bgp_peering_address="10.0.0.14", peer_weight=0),
)


def element(contract, record, version="2017-01-01"):
    """The children of what is written, as text without namespaces that say nothing new."""
    text = contract.write(record, Context(version)).decode()
    inside = text.partition(">")[2].rpartition("</")[0]
    etree.fromstring(text)
    return inside


def body(name, inside):
    return f'<{name} xmlns="{AZURE}" xmlns:i="{XSI}">{inside}</{name}>'.encode()


# ---- operations


def tracked(work, status="InProgress", **changes):
    fixed = {"object_id": "", "parameters": {}, "caller": Caller(), "started": START, "gateway": work}
    return TrackedOperation(id="5c81bd30e9df06308372916930e6228d", name="x", status=status, **fixed, **changes)


def test_a_call_is_answered_with_its_request_id_as_a_guid():
    answer = gateways.GATEWAY_OPERATION_ASYNC_RESPONSE.write(tracked(None), Context())
    guid = "5c81bd30-e9df-0630-8372-916930e6228d"
    start = f'<GatewayOperationAsyncResponse xmlns="{AZURE}" xmlns:i="{XSI}">'
    assert answer.decode() == f"{start}<ID>{guid}</ID></GatewayOperationAsyncResponse>"


def test_an_operation_is_in_progress_and_then_successful():
    guid = "<ID>5c81bd30-e9df-0630-8372-916930e6228d</ID>"
    started = "<OperationStartedTime>2015-05-19T08:35:57.92164</OperationStartedTime>"
    assert element(gateways.GATEWAY_OPERATION, tracked(GatewayWork("CreateGateway"))) == (
        f"<Data/><HealthStatus/>{guid}<OperationName>CreateGateway</OperationName>{started}<Status>InProgress</Status>"
    )
    done = tracked(GatewayWork(None, "there"), "Succeeded", http_status=200, completed=END)
    assert element(gateways.GATEWAY_OPERATION, done) == (
        f"<Data>there</Data><HealthStatus/><HttpStatusCode>OK</HttpStatusCode>{guid}"
        f"<OperationCompletedTime>2015-05-19T09:16:06</OperationCompletedTime>{started}<Status>Successful</Status>"
    )


def test_an_operation_that_failed_says_why():
    failed = tracked(GatewayWork(None), "Failed", http_status=400, code="BadRequest", message="no", completed=END)
    text = element(gateways.GATEWAY_OPERATION, failed)
    assert "<HttpStatusCode>BadRequest</HttpStatusCode>" in text
    assert text.endswith("<Status>Failed</Status><Error><Code>BadRequest</Code><Message>no</Message></Error>")


# ---- gateways


def test_a_gateway_that_never_was_has_a_nil_event_and_a_nil_id():
    never = Gateway(
        id="", virtual_network_id="", virtual_network_name="", gateway_type="StaticRouting", gateway_size="None"
    )
    old = (
        '<GatewayType>StaticRouting</GatewayType><LastEvent i:nil="true"/><State>NotProvisioned</State>'
        "<GatewaySize>None</GatewaySize>"
    )
    assert element(gateways.GATEWAY, never, "2015-02-01") == old
    assert element(gateways.GATEWAY, never, "2015-04-01") == old + '<GatewayId i:nil="true"/>'


def test_a_provisioned_gateway_shows_its_address_and_its_default_sites():
    event = "<LastEvent><Id>23002</Id><Message>made</Message><Timestamp>2015-05-19T09:16:06.0000000Z</Timestamp>"
    assert element(gateways.GATEWAY, GATEWAY) == (
        f"<GatewayType>DynamicRouting</GatewayType>{event}</LastEvent><State>Provisioned</State>"
        "<VIPAddress>198.18.0.1</VIPAddress><DefaultSites/><GatewaySize>Default</GatewaySize><GatewayId>g</GatewayId>"
    )
    sites = Gateway(**{name: getattr(GATEWAY, name) for name in GATEWAY.__struct_fields__} | {"default_sites": ("A",)})
    root = etree.fromstring(gateways.GATEWAY.write(sites, Context()))
    assert root.findtext(f"{{{AZURE}}}DefaultSites/{{{ARRAYS}}}string") == "A"


def test_a_gateway_of_the_second_generation_speaks_bgp_unless_it_is_of_the_default_size():
    def shown(size):
        fields = {name: getattr(GATEWAY, name) for name in GATEWAY.__struct_fields__}
        return element(gateways.VIRTUAL_NETWORK_GATEWAY, Gateway(**fields | {"gateway_size": size}))

    text = shown("Default")
    assert [child.tag for child in etree.fromstring(body("G", text))] == [
        f"{{{AZURE}}}{name}"
        for name in [
            "GatewayId",
            "GatewayName",
            "GatewaySize",
            "GatewayType",
            "LastEvent",
            "State",
            "VIPAddress",
            "DefaultSites",
            "EnableBgp",
            "Location",
            "SubnetId",
            "VnetId",
        ]
    ]
    assert '<EnableBgp>false</EnableBgp><Location i:nil="true"/><SubnetId i:nil="true"/><VnetId>v</VnetId>' in text
    assert shown("Standard").endswith(
        "<BgpSettings><Asn>65515</Asn><BgpPeeringAddress>10.0.0.14</BgpPeeringAddress><PeerWeight>0</PeerWeight>"
        "</BgpSettings>"
    )


def test_a_gateway_may_be_asked_for_without_saying_anything_of_it():
    read = gateways.CREATE_GATEWAY_PARAMETERS.read
    assert read(body("CreateGatewayParameters", "")) == CreateGateway()
    inside = "<GatewaySize>Default</GatewaySize><gatewayType>StaticRouting</gatewayType>"
    assert read(body("CreateGatewayParameters", inside)) == CreateGateway(
        gateway_size="Default", gateway_type="StaticRouting"
    )


def test_commands_about_a_gateway_are_read():
    update = body("UpdateGatewayParameters", "<GatewaySize>Default</GatewaySize><Operation>Reset</Operation>")
    assert gateways.UPDATE_GATEWAY_PARAMETERS.read(update) == UpdateGateway(gateway_size="Default", operation="Reset")
    sites = body("DefaultSiteList", "<string>A</string><string>B</string>")
    assert gateways.DEFAULT_SITE_LIST.read(sites) == ("A", "B")
    assert gateways.DEFAULT_SITE_LIST.read(body("DefaultSiteList", "")) == ()
    assert gateways.UPDATE_GATEWAY_PARAMETERS.read(body("UpdateGatewayParameters", "")) == UpdateGateway()
    inside = "<GatewayName>n</GatewayName><GatewayType>t</GatewayType><BgpSettings><Asn>5</Asn></BgpSettings>"
    command = virtual_network_gateways.CREATE_VIRTUAL_NETWORK_GATEWAY_PARAMETERS.read(
        body("CreateVirtualNetworkGatewayParameters", inside)
    )
    assert (command.gateway_name, command.gateway_size, command.bgp_settings) == ("n", None, BgpSettings(asn=5))


# ---- local network gateways


@pytest.mark.parametrize(
    "ranges",
    [
        f'<AddressSpace xmlns:a="{ARRAYS}"><a:string>10.0.0.0/8</a:string><a:string>x</a:string></AddressSpace>',
        f'<AddressSpace xmlns="{ARRAYS}"><string>10.0.0.0/8</string><string>x</string></AddressSpace>',
    ],
)
def test_the_ranges_of_a_local_network_gateway_are_read_in_either_namespace(ranges):
    inside = f"{ranges}<GatewayName>n</GatewayName><IpAddress>1.2.3.4</IpAddress>"
    contract = local_network_gateways.CREATE_LOCAL_NETWORK_GATEWAY_PARAMETERS
    command = contract.read(body("CreateLocalNetworkGatewayParameters", inside))
    assert (command.address_space, command.gateway_name) == (("10.0.0.0/8", "x"), "n")


def test_a_local_network_gateway_has_an_empty_location_by_itself_and_a_nil_one_in_the_list():
    local = LocalNetworkGateway(id="i", gateway_name="n", ip_address="1.2.3.4", address_space=("10.0.0.0/8",))
    start = (
        f'<AddressSpace xmlns:a="{ARRAYS}"><a:string>10.0.0.0/8</a:string></AddressSpace><GatewayName>n</GatewayName>'
        "<Id>i</Id><IpAddress>1.2.3.4</IpAddress>"
    )
    assert element(local_network_gateways.LOCAL_NETWORK_GATEWAY, local) == f"{start}<Location/>"
    assert element(local_network_gateways.LOCAL_NETWORK_GATEWAYS, [local]) == (
        f'<LocalNetworkGateway>{start}<Location i:nil="true"/></LocalNetworkGateway>'
    )
    local.bgp_settings = BgpSettings(asn=1, bgp_peering_address="10.0.0.1", peer_weight=2)
    assert "<Location/><BgpSettings><Asn>1</Asn>" in element(local_network_gateways.LOCAL_NETWORK_GATEWAY, local)


def test_the_id_of_a_new_one_stands_by_itself():
    assert common.STRING.write("a-b", Context()) == (
        b'<string xmlns="http://schemas.microsoft.com/2003/10/Serialization/">a-b</string>'
    )


# ---- tunnels and connections


def test_keys_and_parameters_come_and_go():
    assert gateway_tunnels.SHARED_KEY.read(body("SharedKey", "")) is None
    assert gateway_tunnels.SHARED_KEY.read(body("SharedKey", "<Value>k</Value>")) == "k"
    assert element(gateway_tunnels.SHARED_KEY_OUT, "k") == "<Value>k</Value>"
    assert gateway_tunnels.RESET_SHARED_KEY.read(body("ResetSharedKey", "<KeyLength>5</KeyLength>")) == 5
    inside = (
        "<EncryptionType>NoEncryption</EncryptionType><PfsGroup>PFS1</PfsGroup>"
        "<SADataSizeKilobytes>1</SADataSizeKilobytes><SALifeTimeSeconds>2</SALifeTimeSeconds>"
    )
    read = gateway_tunnels.IPSEC_PARAMETERS.read(body("IPsecParameters", f"{inside}<HashAlgorithm></HashAlgorithm>"))
    assert read == IPsecParameters(
        encryption_type="NoEncryption", pfs_group="PFS1", sa_data_size_kilobytes=1, sa_life_time_seconds=2
    )
    assert element(gateway_tunnels.IPSEC_PARAMETERS, read) == inside
    assert gateway_tunnels.IPSEC_PARAMETERS.read(body("IPsecParameters", "")) == IPsecParameters()


def test_a_connection_to_a_local_network_site_looks_as_recorded():
    never = datetime(1601, 1, 1, tzinfo=UTC)
    text = element(gateway_tunnels.CONNECTIONS, [SiteConnection("Office", "NotConnected", never, EVENT)])
    assert [child.tag for child in etree.fromstring(text)] == [
        "AllocatedIPAddresses",
        "ConnectivityState",
        "EgressBytesTransferred",
        "EgressPacketsTransferred",
        "IngressBytesTransferred",
        "IngressPacketsTransferred",
        "LastConnectionEstablished",
        "LastEvent",
        "LocalNetworkSiteName",
    ]
    assert "<LastConnectionEstablished>1601-01-01T00:00:00Z</LastConnectionEstablished>" in text


def test_a_gateway_connection_says_whether_it_speaks_bgp_where_that_was_asked():
    def shown(bgp):
        connection = GatewayConnection(
            connected_entity_id="e",
            gateway_connection_name="n",
            gateway_connection_type="IPsec",
            virtual_network_gateway_id="g",
            routing_weight=3,
            enable_bgp=bgp,
        )
        return element(gateway_connections.GATEWAY_CONNECTION, ConnectionDetails(connection, "k"))

    text = (
        "<ConnectedEntityId>e</ConnectedEntityId><GatewayConnectionName>n</GatewayConnectionName>"
        "<GatewayConnectionType>IPsec</GatewayConnectionType><VirtualNetworkGatewayId>g</VirtualNetworkGatewayId>"
        "<RoutingWeight>3</RoutingWeight><SharedKey>k</SharedKey>"
    )
    assert shown(None) == text
    assert shown(bgp=True) == f"{text}<EnableBgp>true</EnableBgp>"


# ---- certificates, devices, and pages


def test_a_certificate_is_read_in_any_form_and_given_back_as_pem(a_certificate):
    der = a_certificate().der
    pem, text = ssl.DER_cert_to_PEM_cert(der), base64.b64encode(der).decode()
    read = vpn_clients.CERTIFICATE.read
    assert read(der) == der
    assert read(text.encode()) == der
    assert read(body("Binary", text)) == der
    assert read(f"\ufeff{pem}".encode()).decode().strip() == pem.strip()
    record = ClientRootCertificate(thumbprint="", subject="", expiration_time=END, data=der)
    assert vpn_clients.CERTIFICATE.write(record, Context()).decode() == pem


def test_the_list_of_devices_has_names_as_attributes_and_no_namespace():
    root = etree.fromstring(devices.DEVICE_LIST.write(vpn_devices.VENDORS, Context()))
    assert (root.tag, root.get("version")) == ("VpnDeviceList", vpn_devices.VERSION)
    names = [(one.get("name"), one[0].tag, one[0][0].tag) for one in root]
    assert names == [(vendor.name, "Platform", "OSFamily") for vendor in vpn_devices.VENDORS]
    odd = (SimpleNamespace(name='"A" & B', platforms=()),)
    assert etree.fromstring(devices.DEVICE_LIST.write(odd, Context()))[0].get("name") == '"A" & B'


def test_a_page_stands_in_a_string_and_nothing_goes_with_it():
    root = etree.fromstring(pages.page_document(errors.ENDPOINT_NOT_FOUND(hint="")))
    assert root.tag == "{http://schemas.microsoft.com/2003/10/Serialization/}string"
    assert root.text.startswith('<?xml version="1.0" encoding="utf-8"?gt;\n<!DOCTYPE html PUBLIC')
    assert "<p>Endpoint not found.</p>" in root.text
    assert PAGES.bare
