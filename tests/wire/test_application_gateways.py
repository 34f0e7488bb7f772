"""Application gateways as they are asked for and as they look: elements in the recorded order, empty or nil."""

from __future__ import annotations

import pytest

from emulator.domain.application_gateway_records import (
    ApplicationGateway,
    ApplicationGatewayCertificate,
    ApplicationGatewayConfiguration,
    BackendAddressPool,
    BackendHttpSettings,
    FrontendIPConfiguration,
    FrontendPort,
    HttpListener,
    HttpLoadBalancingRule,
    Probe,
)
from emulator.domain.application_gateways import CreateApplicationGateway, UpdateApplicationGateway
from emulator.wire import application_gateways as documents
from emulator.wire.reading import BodyError
from emulator.wire.terms import AZURE, XSI
from emulator.wire.writing import Context

GATEWAY = ApplicationGateway(
    name="mine", description="", gateway_size="Small", instance_count=1, vnet_name="net", subnets=("front", "back")
)
CONFIGURATION = ApplicationGatewayConfiguration(
    frontend_ip_configurations=[FrontendIPConfiguration(name="ip", static_ip_address="10.0.0.9")],
    frontend_ports=[FrontendPort(name="web", port=80)],
    probes=[Probe(name="probe", host="www.example.com", path="/well", interval=45, timeout=25, unhealthy_threshold=2)],
    backend_address_pools=[BackendAddressPool(name="pool", ip_addresses=["1.1.1.1", "2.2.2.2"])],
    backend_http_settings_list=[BackendHttpSettings(name="settings", port=80, probe="probe")],
    http_listeners=[HttpListener(name="listener", frontend_ip="ip", frontend_port="web", ssl_cert="cert")],
    http_load_balancing_rules=[
        HttpLoadBalancingRule(
            name="rule", backend_http_settings="settings", listener="listener", backend_address_pool="pool"
        )
    ],
)
WRITTEN = (
    "<FrontendIPConfigurations><FrontendIPConfiguration><Name>ip</Name><Type>Private</Type>"
    "<StaticIPAddress>10.0.0.9</StaticIPAddress></FrontendIPConfiguration></FrontendIPConfigurations>"
    "<FrontendPorts><FrontendPort><Name>web</Name><Port>80</Port></FrontendPort></FrontendPorts>"
    "<Probes><Probe><Name>probe</Name><Protocol>Http</Protocol><Host>www.example.com</Host><Path>/well</Path>"
    "<Interval>45</Interval><Timeout>25</Timeout><UnhealthyThreshold>2</UnhealthyThreshold></Probe></Probes>"
    "<BackendAddressPools><BackendAddressPool><Name>pool</Name><IPAddresses><IPAddress>1.1.1.1</IPAddress>"
    "<IPAddress>2.2.2.2</IPAddress></IPAddresses></BackendAddressPool></BackendAddressPools>"
    "<BackendHttpSettingsList><BackendHttpSettings><Name>settings</Name><Port>80</Port><Protocol>Http</Protocol>"
    "<CookieBasedAffinity>Disabled</CookieBasedAffinity><RequestTimeout>30</RequestTimeout>"
    '<AuthenticationCertificates i:nil="true"/><Probe>probe</Probe></BackendHttpSettings></BackendHttpSettingsList>'
    "<HttpListeners><HttpListener><Name>listener</Name><FrontendIP>ip</FrontendIP><FrontendPort>web</FrontendPort>"
    "<Protocol>Http</Protocol><SslCert>cert</SslCert></HttpListener></HttpListeners>"
    "<HttpLoadBalancingRules><HttpLoadBalancingRule><Name>rule</Name><Type>Basic</Type>"
    "<BackendHttpSettings>settings</BackendHttpSettings><Listener>listener</Listener>"
    "<BackendAddressPool>pool</BackendAddressPool></HttpLoadBalancingRule></HttpLoadBalancingRules>"
)


def element(contract, record):
    """The children of what is written, as text."""
    return contract.write(record, Context("2016-07-01")).decode().partition(">")[2].rpartition("</")[0]


def body(name, inside):
    return f'<{name} xmlns="{AZURE}" xmlns:i="{XSI}">{inside}</{name}>'.encode()


def test_a_gateway_that_is_stopped_has_neither_name_nor_addresses():
    looks = (
        '<Description/><DnsName i:nil="true"/><GatewaySize>Small</GatewaySize><InstanceCount>1</InstanceCount>'
        "<Name>mine</Name><State>Stopped</State><Subnets><Subnet>front</Subnet><Subnet>back</Subnet></Subnets>"
        '<VirtualIPs i:nil="true"/><VnetName>net</VnetName>'
    )
    assert element(documents.APPLICATION_GATEWAY, GATEWAY) == looks
    listed = f"<ApplicationGateway>{looks}</ApplicationGateway>"
    assert element(documents.APPLICATION_GATEWAYS, [GATEWAY, GATEWAY]) == listed * 2


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("Starting", '<VirtualIPs i:nil="true"/>'),
        ("Running", "<VirtualIPs><VirtualIP>10.0.0.9</VirtualIP></VirtualIPs>"),
    ],
)
def test_addresses_are_shown_of_a_gateway_that_runs(state, shown):
    record = ApplicationGateway(
        name="mine",
        description="d",
        gateway_size="Small",
        instance_count=1,
        vnet_name="net",
        subnets=(),
        state=state,
        dns_name="appgw.cloudapp.net",
        virtual_ips=("10.0.0.9",),
    )
    text = element(documents.APPLICATION_GATEWAY, record)
    assert text.startswith("<Description>d</Description><DnsName>appgw.cloudapp.net</DnsName>")
    assert text.endswith(f"{shown}<VnetName>net</VnetName>")


def test_a_configuration_is_written_in_the_recorded_order_and_read_again():
    assert element(documents.APPLICATION_GATEWAY_CONFIGURATION, CONFIGURATION) == WRITTEN

    unread = []
    whole = body("ApplicationGatewayConfiguration", WRITTEN)
    assert documents.APPLICATION_GATEWAY_CONFIGURATION.read(whole, unread=unread) == CONFIGURATION
    assert unread == []


def test_lists_of_an_empty_configuration_are_there_and_empty():
    nothing = documents.APPLICATION_GATEWAY_CONFIGURATION.read(body("ApplicationGatewayConfiguration", ""))
    assert element(documents.APPLICATION_GATEWAY_CONFIGURATION, nothing) == (
        "<FrontendIPConfigurations/><FrontendPorts/><Probes/><BackendAddressPools/><BackendHttpSettingsList/>"
        "<HttpListeners/><HttpLoadBalancingRules/>"
    )


def test_a_part_of_a_configuration_without_what_it_needs_is_refused_with_its_path():
    ports = "<FrontendPorts><FrontendPort><Name>web</Name></FrontendPort></FrontendPorts>"
    with pytest.raises(BodyError, match="FrontendPorts/FrontendPort.*/Port"):
        documents.APPLICATION_GATEWAY_CONFIGURATION.read(body("ApplicationGatewayConfiguration", ports))


def test_what_is_asked_for_is_read_as_clients_write_it():
    parts = "<Description>d</Description><GatewaySize>Small</GatewaySize><InstanceCount>3</InstanceCount>{}"
    parts += "<Subnets><Subnet>a</Subnet><Subnet>b</Subnet></Subnets><VnetName>net</VnetName>"
    command = {"description": "d", "gateway_size": "Small", "instance_count": 3}
    command |= {"subnets": ["a", "b"], "vnet_name": "net"}

    create = body("CreateApplicationGatewayParameters", parts.format("<Name>mine</Name>"))
    read = documents.CREATE_APPLICATION_GATEWAY_PARAMETERS.read(create)
    assert read == CreateApplicationGateway(name="mine", **command)
    update = body("UpdateApplicationGatewayParameters", parts.format(""))
    assert documents.UPDATE_APPLICATION_GATEWAY_PARAMETERS.read(update) == UpdateApplicationGateway(**command)
    start = body("ApplicationGatewayOperation", "<OperationType>start</OperationType>")
    assert documents.APPLICATION_GATEWAY_OPERATION.read(start) == "start"


def test_certificates_are_written_with_their_state():
    certificate = ApplicationGatewayCertificate(name="cert", data=b"abc")
    looks = "<Name>cert</Name><Data>YWJj</Data><State>Provisioned</State>"
    assert element(documents.APPLICATION_GATEWAY_CERTIFICATE, certificate) == looks
    assert element(documents.APPLICATION_GATEWAY_CERTIFICATES, [certificate]) == (
        f"<ApplicationGatewayCertificate>{looks}</ApplicationGatewayCertificate>"
    )
