"""Gateways through plain requests over mutual TLS: what no client here reads, and the states between."""

from __future__ import annotations

import ssl
from http.client import HTTPSConnection

import pytest
from lxml import etree

from emulator import Emulator, Settings
from emulator.domain.clock import Pace

AZURE = "http://schemas.microsoft.com/windowsazure"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
CONFIGURATION = """<NetworkConfiguration xmlns="http://schemas.microsoft.com/ServiceHosting/2011/07/NetworkConfiguration">
  <VirtualNetworkConfiguration>
    <LocalNetworkSites>
      <LocalNetworkSite name="Office">
        <AddressSpace><AddressPrefix>192.168.0.0/16</AddressPrefix></AddressSpace>
        <VPNGatewayAddress>203.0.113.7</VPNGatewayAddress>
      </LocalNetworkSite>
    </LocalNetworkSites>
    <VirtualNetworkSites>
      <VirtualNetworkSite name="net" Location="West US">
        <AddressSpace><AddressPrefix>10.0.0.0/24</AddressPrefix></AddressSpace>
        <Subnets><Subnet name="GatewaySubnet"><AddressPrefix>10.0.0.0/28</AddressPrefix></Subnet></Subnets>
        <Gateway><ConnectionsToLocalNetwork><LocalNetworkSiteRef name="Office" /></ConnectionsToLocalNetwork></Gateway>
      </VirtualNetworkSite>
    </VirtualNetworkSites>
  </VirtualNetworkConfiguration>
</NetworkConfiguration>"""
CREATE = f'<CreateGatewayParameters xmlns="{AZURE}"><gatewayType>DynamicRouting</gatewayType></CreateGatewayParameters>'


class Client:
    """Asks an emulator for the networking of one subscription."""

    def __init__(self, emulator):
        self.identity = emulator.identity()
        context = ssl.create_default_context(cafile=str(emulator.ca_path))
        context.load_cert_chain(self.identity.pem_path)
        self.connection = HTTPSConnection("localhost", emulator.port, context=context, timeout=10)

    def ask(self, method, path, body=None, status=200):
        """Return the answer's headers and its document, if it has one."""
        headers = {"x-ms-version": "2016-07-01", "Content-Type": "application/xml"}
        self.connection.request(method, f"/{self.identity.subscription_id}/{path}", body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == status, text
        return answer.headers, etree.fromstring(text) if text else None

    def networking(self, method, path, body=None, status=200):
        return self.ask(method, f"services/networking/{path}", body, status)

    def accepted(self, method, path, body=None, status=202):
        """Return the id by which the operation is polled."""
        headers, document = self.networking(method, path, body, status)
        found = said(document, "ID")
        assert found.replace("-", "") == headers["x-ms-request-id"]
        return found


def said(document, path):
    return document.findtext("/".join(f"{{{AZURE}}}{name}" for name in path.split("/")))


@pytest.fixture(scope="module")
def slow():
    """An emulator in which each request takes five minutes."""
    with Emulator(Settings(port=0, control_port=None, clock=Pace.parse("step:300s"))) as running:
        yield running


@pytest.fixture
def client(emulator):
    made = Client(emulator)
    made.networking("PUT", "media", CONFIGURATION, 202)
    yield made
    made.connection.close()


def test_every_state_between_is_seen_and_both_addresses_tell_of_the_operation(slow):
    client = Client(slow)
    client.networking("PUT", "media", CONFIGURATION, 202)
    client.networking("GET", "media")
    operation = client.accepted("POST", "net/gateway", CREATE, 201)
    seen = []
    for _ in range(3):
        _, gateway = client.networking("GET", "net/gateway")
        _, tracked = client.networking("GET", f"operation/{operation}")
        _, plain = client.ask("GET", f"operations/{operation.replace('-', '')}")
        seen.append((said(gateway, "State"), said(tracked, "Status"), said(plain, "Status")))
    assert seen == [
        ("Provisioning", "InProgress", "Succeeded"),
        ("Provisioned", "Successful", "Succeeded"),
        ("Provisioned", "Successful", "Succeeded"),
    ]
    assert said(tracked, "OperationName") == "CreateGateway"
    assert said(tracked, "HttpStatusCode") == "OK"
    client.connection.close()


def test_default_sites_are_strings_in_the_namespace_of_arrays(client):
    client.accepted("POST", "net/gateway", CREATE, 201)
    sites = f'<DefaultSiteList xmlns="{AZURE}"><string>Office</string></DefaultSiteList>'
    operation = client.accepted("POST", "net/gateway/defaultsites", sites)
    _, tracked = client.networking("GET", f"operation/{operation}")
    assert said(tracked, "OperationName") is None
    _, gateway = client.networking("GET", "net/gateway")
    assert [one.text for one in gateway.iter(f"{{{ARRAYS}}}string")] == ["Office"]


def test_a_failover_does_not_delete_the_gateway(client):
    client.accepted("POST", "net/gateway", CREATE, 201)
    body = f'<UpdateGateway xmlns="{AZURE}"><UpdateGatewayOperation>Failover</UpdateGatewayOperation></UpdateGateway>'
    client.accepted("DELETE", "net/gateway", body)
    assert said(client.networking("GET", "net/gateway")[1], "State") == "Provisioned"
    client.accepted("DELETE", "net/gateway")
    assert said(client.networking("GET", "net/gateway")[1], "State") == "NotProvisioned"


def test_a_capture_is_started_with_the_key_of_an_account(client):
    client.accepted("POST", "net/gateway", CREATE, 201)
    account = (
        f'<CreateStorageServiceInput xmlns="{AZURE}"><ServiceName>traces</ServiceName><Label>bA==</Label>'
        "<Location>West US</Location></CreateStorageServiceInput>"
    )
    client.ask("POST", "services/storageservices", account, 202)
    _, keys = client.ask("GET", "services/storageservices/traces/keys")
    body = (
        f'<UpdateGatewayPublicDiagnostics xmlns="{AZURE}"><CaptureDurationInSeconds>30</CaptureDurationInSeconds>'
        "<ContainerName>c</ContainerName><CustomerStorageKey>{key}</CustomerStorageKey><CustomerStorageName>traces"
        "</CustomerStorageName><Operation>StartDiagnostics</Operation></UpdateGatewayPublicDiagnostics>"
    )
    _, refused = client.networking("PUT", "net/gateway/publicdiagnostics", body.format(key="b2Rk"), 400)
    assert said(refused, "Message").startswith("The input stoarge information is incorrect.")
    key = said(keys, "StorageServiceKeys/Primary")
    client.accepted("PUT", "net/gateway/publicdiagnostics", body.format(key=key))
    _, status = client.networking("GET", "net/gateway/publicdiagnostics")
    assert said(status, "State") == "Ready"
    assert said(status, "PublicDiagnosticsUrl").startswith("https://traces.blob.core.windows.net/c/")


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/gateway", 404, "Endpoint not found."),
        ("PATCH", "/gateway", 404, "Endpoint not found."),
        ("PUT", "/gateway/publicdiagnostics", 404, "Endpoint not found."),
        ("GET", "net/gateway/connection//ipsecparameters", 405, "Method not allowed."),
        ("GET", "reservedips/", 404, "Endpoint not found."),
        ("DELETE", "routetables/", 404, "Endpoint not found."),
        ("DELETE", "routetables/table/routes/", 404, "Endpoint not found."),
    ],
)
def test_an_address_without_one_of_its_names_gets_a_page(client, method, path, status, words):
    headers, document = client.networking(method, path, status=status)
    assert f"<p>{words}</p>" in document.text
    assert "x-ms-request-id" not in headers


def test_a_mistyped_address_is_still_told_what_was_probably_meant(client):
    _, refused = client.networking("GET", "reservedip/mine", status=404)
    assert "Did you mean" in refused.text
