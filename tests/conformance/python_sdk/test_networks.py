"""The SDK's methods for virtual networks, reserved IPs and DNS servers.

It has none for the network configuration, load balancers, virtual IPs and IP forwarding: what its users called for
those were its raw requests.
"""

from __future__ import annotations

import base64
from xml.etree import ElementTree as ET

import pytest
from azure.servicemanagement import (
    ConfigurationSet,
    DnsServer,
)

from emulator.wire.configuration import read_configuration

AZURE = "{http://schemas.microsoft.com/windowsazure}"
NETWORKS = """\
<NetworkConfiguration xmlns="http://schemas.microsoft.com/ServiceHosting/2011/07/NetworkConfiguration">
  <VirtualNetworkConfiguration>
    <Dns />
    <VirtualNetworkSites>
      <VirtualNetworkSite name="mynetwork" Location="West US">
        <AddressSpace><AddressPrefix>10.1.0.0/16</AddressPrefix></AddressSpace>
        <Subnets>
          <Subnet name="front"><AddressPrefix>10.1.1.0/24</AddressPrefix></Subnet>
          <Subnet name="back"><AddressPrefix>10.1.2.0/24</AddressPrefix></Subnet>
        </Subnets>
      </VirtualNetworkSite>
    </VirtualNetworkSites>
  </VirtualNetworkConfiguration>
</NetworkConfiguration>"""
CONFIGURATION = """\
<ServiceConfiguration serviceName="s" xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">
  <Role name="Worker"><Instances count="2" /></Role>
  <NetworkConfiguration>
    <VirtualNetworkSite name="mynetwork" />
    <AddressAssignments>
      <InstanceAddress roleName="Worker"><Subnets><Subnet name="back" /></Subnets></InstanceAddress>
    </AddressAssignments>
  </NetworkConfiguration>
</ServiceConfiguration>"""


@pytest.fixture
def raw(sms, subscription_id):
    """Make a raw request to a path below the subscription; return what it answers, or its operation."""

    def raw(method, path, body=None, version="2016-03-01"):
        path = f"/{subscription_id}/services/{path}"
        if method == "GET":
            return sms.perform_get(path, version)
        call = {"PUT": sms.perform_put, "POST": sms.perform_post}.get(method)
        response = call(path, body or "", version) if call else sms.perform_delete(path, version)
        request_id = dict(response.headers)["x-ms-request-id"]
        assert response.status == 202
        return sms.get_operation_status(request_id)

    return raw


@pytest.fixture
def networks(raw):
    return raw("PUT", "networking/media", NETWORKS)


def elements(response):
    return ET.fromstring(response.body)


# ---- virtual networks


def test_a_network_configuration_is_set_and_given_back_as_plain_text(raw, refused):
    with refused(404, "ResourceNotFound", "Network configuration does not exist."):
        raw("GET", "networking/media")

    assert raw("PUT", "networking/media", NETWORKS).status == "Succeeded"

    response = raw("GET", "networking/media")
    assert {name.lower(): value for name, value in response.headers}["content-type"] == "text/plain"
    text = response.body.decode()
    assert text.startswith("<NetworkConfiguration xmlns:xsd=")
    assert '<Subnet name="front">\r\n            <AddressPrefix>10.1.1.0/24</AddressPrefix>' in text


def test_what_is_no_network_configuration_is_refused_in_the_recorded_words(raw, refused):
    with refused(400, "BadRequest", "XML Schema validation error in network configuration at line 0,0."):
        raw("PUT", "networking/media", "<NetworkConfiguration />")


def test_virtual_networks_are_listed_with_their_subnets(sms, networks):
    (site,) = sms.list_virtual_network_sites()

    assert (site.name, site.affinity_group) == ("mynetwork", "")
    assert len(site.id) == 36
    assert [(s.name, s.address_prefix) for s in site.subnets] == [("front", "10.1.1.0/24"), ("back", "10.1.2.0/24")]


def test_a_machine_is_deployed_into_a_subnet(sms, machine, service, networks, raw, refused):
    network = ConfigurationSet()
    network.subnet_names.append("back")
    machine(service, "vm1", network_config=network, virtual_network_name="mynetwork")

    deployment = sms.get_deployment_by_name(service, "vm1")
    assert deployment.virtual_network_name == "mynetwork"
    assert deployment.role_instance_list[0].ip_address == "10.1.2.4"
    found = elements(raw("GET", "hostedservices/myhostedservice/deployments/vm1"))
    (site,) = sms.list_virtual_network_sites()
    assert found.findtext(f"{AZURE}VirtualNetworkId") == site.id
    answer = elements(raw("GET", "networking/mynetwork?op=checkavailability&address=10.1.2.4"))
    assert answer.findtext(f"{AZURE}IsAvailable") == "false"
    with refused(400, "BadRequest", "Cannot delete or modify virtual network while in use 'mynetwork'."):
        raw("PUT", "networking/media", NETWORKS.replace("mynetwork", "another"))


def test_worker_roles_are_deployed_into_a_subnet(sms, service, networks):
    text = base64.b64encode(CONFIGURATION.encode()).decode()
    package = "https://mystorageaccount.blob.core.windows.net/deployments/WorkerService.cspkg"
    sms.create_deployment(service, "production", "v1", package, "label", text)

    deployment = sms.get_deployment_by_name(service, "v1")

    assert [one.ip_address for one in deployment.role_instance_list] == ["10.1.2.4", "10.1.2.5"]
    assert deployment.virtual_network_name == "mynetwork"


def test_a_machine_for_a_network_that_is_not_there_is_refused_in_the_recorded_words(machine, service, refused):
    with refused(400, "BadRequest", "The virtual network utnetdonotdelete does not exist."):
        machine(service, "vm1", virtual_network_name="utnetdonotdelete")


# ---- reserved IPs


def test_a_reserved_ip_is_created_listed_read_and_deleted(sms, refused):
    result = sms.create_reserved_ip_address("myip", "my label", "West US")
    assert sms.get_operation_status(result.request_id).status == "Succeeded"

    (listed,) = sms.list_reserved_ip_addresses()
    found = sms.get_reserved_ip_address("myip")
    for one in (listed, found):
        assert (one.name, one.label, one.location, one.state) == ("myip", "my label", "West US", "Created")
        assert (one.in_use, one.service_name, one.deployment_name) == (False, "", "")
        assert len(one.id) == 36
    assert found.address == listed.address

    sms.delete_reserved_ip_address("myip")
    assert len(sms.list_reserved_ip_addresses()) == 0
    with refused(404, "ResourceNotFound", "The reserved IP myip does not exist."):
        sms.get_reserved_ip_address("myip")


def test_a_reserved_ip_is_created_and_deleted_step_by_step(slow_sms):
    created = slow_sms.create_reserved_ip_address("myip", "label", "West US")
    assert slow_sms.get_reserved_ip_address("myip").state == "Created"
    assert slow_sms.get_operation_status(created.request_id).status == "Succeeded"

    deleted = slow_sms.delete_reserved_ip_address("myip")
    assert slow_sms.get_reserved_ip_address("myip").state == "Deleting"
    assert slow_sms.get_operation_status(deleted.request_id).status == "Succeeded"


def test_a_reserved_ip_is_associated_with_a_deployment_and_taken_from_it(sms, deploy, service):
    deploy("production", "v1")
    sms.create_reserved_ip_address("myip", "my label", "West US")
    address = sms.get_reserved_ip_address("myip").address

    result = sms.associate_reserved_ip_address("myip", service, "v1")
    assert sms.get_operation_status(result.request_id).status == "Succeeded"

    (deployment,) = sms.get_hosted_service_properties(service, True).deployments
    (virtual_ip,) = deployment.virtual_ips
    assert (virtual_ip.address, virtual_ip.is_reserved) == (address, True)
    assert deployment.configuration.endswith(
        "  <NetworkConfiguration>\r\n    <AddressAssignments>\r\n      <ReservedIPs>\r\n"
        '        <ReservedIP name="myip" />\r\n      </ReservedIPs>\r\n    </AddressAssignments>\r\n'
        "  </NetworkConfiguration>\r\n</ServiceConfiguration>"
    )
    found = sms.get_reserved_ip_address("myip")
    assert (found.in_use, found.service_name, found.deployment_name) == (True, service, "v1")

    sms.disassociate_reserved_ip_address("myip", service, "v1")

    (deployment,) = sms.get_hosted_service_properties(service, True).deployments
    (virtual_ip,) = deployment.virtual_ips
    assert (virtual_ip.address != address, virtual_ip.is_reserved) == (True, False)
    content = read_configuration(deployment.configuration.encode())
    assert content.network.address_assignments.reserved_ips == ()
    assert sms.get_reserved_ip_address("myip").in_use is False


def test_a_machine_is_born_with_a_reserved_ip_which_outlives_it(sms, machine, service, raw, refused):
    sms.create_reserved_ip_address("myip", "my label", "West US")
    address = sms.get_reserved_ip_address("myip").address

    machine(service, "vm1", ports=[22], reserved_ip_name="myip")

    deployment = sms.get_deployment_by_name(service, "vm1")
    (virtual_ip,) = deployment.virtual_ips
    assert (virtual_ip.address, virtual_ip.is_reserved) == (address, True)
    assert deployment.role_instance_list[0].instance_endpoints[0].vip == address
    found = elements(raw("GET", "hostedservices/myhostedservice/deployments/vm1"))
    assert found.findtext(f"{AZURE}ReservedIPName") == "myip"
    in_use = "The reserved IP myip is in use by the deployment vm1 of the hosted service myhostedservice."
    with refused(400, "BadRequest", in_use):
        sms.delete_reserved_ip_address("myip")

    sms.delete_deployment(service, "vm1")
    found = sms.get_reserved_ip_address("myip")
    assert (found.address, found.in_use) == (address, False)
    sms.delete_reserved_ip_address("myip")


def test_the_subscription_counts_what_there_is_of_networks(sms, networks, raw, subscription_id):
    counted = ("CurrentVirtualNetworkSites", "CurrentReservedIPs", "CurrentDnsServers", "CurrentLocalNetworkSites")
    sms.create_reserved_ip_address("myip", "my label", "West US")

    found = elements(sms.perform_get(f"/{subscription_id}", "2015-04-01"))

    assert [found.findtext(AZURE + name) for name in counted] == ["1", "1", None, None]


# ---- DNS servers


@pytest.fixture
def servers(raw):
    """Return a function that tells the deployment's DNS servers; the SDK does not read them."""

    def servers():
        deployment = elements(raw("GET", "hostedservices/myhostedservice/deployments/vm1"))
        found = deployment.findall(f"{AZURE}Dns/{AZURE}DnsServers/{AZURE}DnsServer")
        return [tuple(part.text for part in one) for one in found]

    return servers


def test_a_dns_server_is_added_updated_and_deleted(sms, machine, service, servers):
    machine(service, "vm1")
    result = sms.add_dns_server(service, "vm1", "mydnsserver", "192.168.144.1")
    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    assert servers() == [("mydnsserver", "192.168.144.1")]

    sms.update_dns_server(service, "vm1", "mydnsserver", "192.168.144.2")
    assert servers() == [("mydnsserver", "192.168.144.2")]

    sms.delete_dns_server(service, "vm1", "mydnsserver")
    assert servers() == []


def test_a_machine_is_born_with_dns_servers(machine, service, servers):
    wanted = [("one", "10.0.0.4"), ("two", "10.0.0.5")]
    given = []
    for name, address in wanted:
        server = DnsServer()
        server.name, server.address = name, address
        given.append(server)

    machine(service, "vm1", dns_servers=given)

    assert servers() == wanted


# ---- load balancers, virtual IPs and IP forwarding, by raw requests

BALANCER = """<LoadBalancer xmlns="http://schemas.microsoft.com/windowsazure"><Name>{}</Name>
<FrontendIpConfiguration><Type>Private</Type></FrontendIpConfiguration></LoadBalancer>"""


def shown(raw):
    """Return the names of the deployment's virtual IPs, and for each what else it tells."""
    found = elements(raw("GET", "hostedservices/myhostedservice/deployments/vm1")).iter(f"{AZURE}VirtualIP")
    return {one.findtext(f"{AZURE}Name"): {e.tag[len(AZURE) :] for e in one} - {"Name"} for one in found}


def test_a_load_balancer_is_added_once_and_shown_among_the_virtual_ips(machine, service, raw, refused):
    machine(service, "vm1")
    path = "hostedservices/myhostedservice/deployments/vm1/loadbalancers"
    raw("POST", path, BALANCER.format("testload"))

    assert shown(raw) == {
        "__PseudoBackEndContractVip": {"Address", "IsDnsProgrammed"},
        "testload": {"Address", "Type"},
    }
    words = "LoadBalancer already exists: testload. Only one internal load balancer allowed per deployment."
    with refused(400, "BadRequest", words):
        raw("POST", path, BALANCER.format("other"))
    raw("PUT", f"{path}/testload", BALANCER.format("testload"))
    raw("DELETE", f"{path}/testload")
    assert list(shown(raw)) == ["__PseudoBackEndContractVip"]


def test_another_virtual_ip_has_an_address_once_an_endpoint_is_behind_it_or_it_is_reserved(sms, machine, service, raw):
    machine(service, "vm1", ports=[22])
    raw("POST", "hostedservices/myhostedservice/deployments/vm1/second")
    assert shown(raw)["second"] == {"IsSecondaryVip"}

    sms.create_reserved_ip_address("myip", "my label", "West US")
    body = (
        '<ReservedIPAssociation xmlns="http://schemas.microsoft.com/windowsazure"><ServiceName>myhostedservice</ServiceName>'
        "<DeploymentName>vm1</DeploymentName><VirtualIPName>second</VirtualIPName></ReservedIPAssociation>"
    )
    raw("POST", "networking/reservedips/myip/operations/associate", body)

    assert shown(raw)["second"] == {"Address", "IsReserved", "ReservedIPName", "IsSecondaryVip"}
    deployment = elements(raw("GET", "hostedservices/myhostedservice/deployments/vm1"))
    assert deployment.find(f"{AZURE}ReservedIPName") is None  # which tells of the first virtual IP alone
    (endpoint,) = deployment.iter(f"{AZURE}InputEndpoint")
    assert endpoint.findtext(f"{AZURE}VirtualIPName") == "vm1ContractContract"
    raw("DELETE", "hostedservices/myhostedservice/deployments/vm1/virtualIPs/second")
    assert list(shown(raw)) == ["vm1ContractContract"]
    assert sms.get_reserved_ip_address("myip").in_use is False


def test_ip_forwarding_is_switched_on_for_a_role(machine, service, raw):
    machine(service, "vm1")
    path = "hostedservices/myhostedservice/deployments/vm1/roles/vm1/ipforwarding"
    assert elements(raw("GET", path)).findtext(f"{AZURE}State") == "Disabled"

    on = '<IPForwarding xmlns="http://schemas.microsoft.com/windowsazure"><State>Enabled</State></IPForwarding>'
    raw("POST", path, on)

    assert elements(raw("GET", path)).findtext(f"{AZURE}State") == "Enabled"
    deployment = elements(raw("GET", "hostedservices/myhostedservice/deployments/vm1"))
    assert [one.text for one in deployment.iter(f"{AZURE}IPForwarding")] == ["Enabled"]
