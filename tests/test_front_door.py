"""The front door over real mutual TLS: who gets in, what a request must have, and what every answer has."""

from __future__ import annotations

import base64
import datetime as dt
import re
import ssl
import uuid
from http.client import HTTPSConnection

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree

from emulator.embedded import Emulator
from emulator.surface import declined

AZURE = "{http://schemas.microsoft.com/windowsazure}"
FORBIDDEN = (
    "The server failed to authenticate the request. Verify that the certificate is valid and is associated with this "
    "subscription."
)
CREATE = (
    '<CreateHostedService xmlns="http://schemas.microsoft.com/windowsazure"><ServiceName>{name}</ServiceName>'
    "<Label>bA==</Label><Location>West US</Location></CreateHostedService>"
)


@pytest.fixture(scope="module")
def emulator():
    with Emulator() as running:
        yield running


@pytest.fixture
def identity(emulator):
    return emulator.identity()


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, dict(response.getheaders()), response.read()

    @property
    def code(self):
        return etree.fromstring(self.body).findtext(f"{AZURE}Code")

    @property
    def message(self):
        return etree.fromstring(self.body).findtext(f"{AZURE}Message")


def ask(emulator, path, *, pem, method="GET", body=None, version="2014-10-01", headers=()):
    context = ssl.create_default_context(cafile=str(emulator.ca_path))
    if pem is not None:
        context.load_cert_chain(pem)
    connection = HTTPSConnection("localhost", emulator.port, context=context, timeout=10)
    given = {"x-ms-version": version} if version else {}
    try:
        connection.request(method, path, body=body, headers={**given, **dict(headers)})
        return Answer(connection.getresponse())
    finally:
        connection.close()


@pytest.fixture
def call(emulator, identity):
    """Ask something of the subscription, with its certificate."""

    def make(path="", **options):
        return ask(emulator, f"/{identity.subscription_id}{path}", **{"pem": identity.pem_path, **options})

    return make


@pytest.fixture
def stranger(tmp_path):
    """A self-signed certificate that nobody issued: (PEM with its key, DER)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stranger")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=9))
        .not_valid_after(now - dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "stranger.pem"
    encoding = serialization.Encoding
    private = key.private_bytes(encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(private + certificate.public_bytes(encoding.PEM))
    return pem, certificate.public_bytes(encoding.DER)


# ---- who gets in


def test_without_a_certificate_the_api_itself_refuses(call):
    answer = call(pem=None)
    assert (answer.status, answer.code, answer.message) == (403, "ForbiddenError", FORBIDDEN)


def test_an_unknown_certificate_is_refused_by_the_api_not_by_the_handshake(call, stranger):
    answer = call(pem=stranger[0])
    assert (answer.status, answer.code, answer.message) == (403, "ForbiddenError", FORBIDDEN)


def test_an_unknown_certificate_makes_no_subscription(emulator, stranger):
    subscription = str(uuid.uuid4())
    assert ask(emulator, f"/{subscription}", pem=stranger[0]).status == 403
    assert subscription not in emulator.world.subscriptions


def test_a_certificate_that_is_added_opens_its_subscription_and_no_other(emulator, call, stranger):
    data = base64.b64encode(stranger[1]).decode()
    body = (
        '<SubscriptionCertificate xmlns="http://schemas.microsoft.com/windowsazure">'
        f"<SubscriptionCertificateData>{data}</SubscriptionCertificateData></SubscriptionCertificate>"
    )
    added = call("/certificates", method="POST", body=body)
    assert added.status == 201
    thumbprint = added.headers["Location"].rpartition("/")[2]
    assert call("/locations", pem=stranger[0]).status == 200
    assert ask(emulator, f"/{uuid.uuid4()}/locations", pem=stranger[0]).status == 403
    assert call(f"/certificates/{thumbprint.lower()}", method="DELETE").status == 200
    assert call("/locations", pem=stranger[0]).status == 403


def test_an_issued_certificate_opens_any_subscription_which_exists_from_then_on(emulator, identity):
    other = str(uuid.uuid4())
    answer = ask(emulator, f"/{other}", pem=identity.pem_path)
    assert etree.fromstring(answer.body).findtext(f"{AZURE}SubscriptionID") == other
    listed = etree.fromstring(ask(emulator, "/subscriptions", pem=identity.pem_path).body)
    assert [one.text for one in listed.iter(f"{AZURE}SubscriptionID")] == [other]


def test_strictly_an_issued_certificate_opens_only_its_own_subscription():
    with Emulator(strict=True) as emulator:
        identity = emulator.identity()
        assert ask(emulator, f"/{identity.subscription_id}", pem=identity.pem_path).status == 200
        assert ask(emulator, f"/{uuid.uuid4()}", pem=identity.pem_path).status == 403


# ---- what a request must have


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (None, "missing"),
        ("yesterday", "no version"),
        ("2009-09-30", "no version"),
        ("2099-01-01", "no version"),
        ("2014-13-01", "no version"),
        ("2010-01-01", "Get Subscription needs x-ms-version 2011-10-01 or later"),
    ],
)
def test_a_missing_or_wrong_version_is_refused(call, version, words):
    answer = call(version=version)
    assert (answer.status, answer.code) == (400, "MissingOrIncorrectVersionHeader")
    assert words in answer.message


def test_an_unknown_path_is_not_found_with_the_nearest_that_exists(call):
    answer = call("/services/hostedservice")
    assert (answer.status, answer.code) == (404, "ResourceNotFound")
    assert "/{subscription_id}/services/hostedservices" in answer.message


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/routetables/", 404, b"Endpoint not found."),
        ("DELETE", "/routetables/", 404, b"Endpoint not found."),
        ("PUT", "/routetables/table/routes/", 404, b"Endpoint not found."),
        ("GET", "/virtualnetwork//subnets/front/routetables", 404, b"Endpoint not found."),
        ("PATCH", "//gateway", 404, b"Endpoint not found."),
        ("GET", "/net/gateway/connection//ipsecparameters", 405, b"Method not allowed."),
        ("GET", "/net/gateway/connection/local", 405, b"Method not allowed. Possible are PUT."),
        ("GET", "/gateway", 404, b"Endpoint not found. This path needs one of: op=checkavailability."),
        ("PATCH", "/gateway", 404, b"Endpoint not found.&lt;"),
        ("GET", "/virtualnetwork/net/subnets/front", 404, b"Endpoint not found. Did you mean "),
    ],
)
def test_below_networking_the_web_server_answers_what_leads_nowhere(call, method, path, status, words):
    answer = call(f"/services/networking{path}", method=method)
    assert answer.status == status
    assert words in answer.body
    assert not {"x-ms-request-id", "Cache-Control"} & set(answer.headers)


def test_elsewhere_slashes_too_many_are_forgiven(call):
    assert call("/services//hostedservices/").status == 200


def test_a_wrong_method_is_refused_with_the_right_ones(call):
    answer = call("/services/hostedservices", method="PATCH")
    assert (answer.status, answer.code) == (400, "InvalidHttpVerb")
    assert "GET, POST" in answer.message


def test_what_is_known_and_not_served_says_so(call):
    row = next(row for row in declined.ROWS if (row.method, "?" in row.path) == ("GET", False))
    answer = call(re.sub(r"\{\w+\}", "name", row.path.removeprefix("/{subscription_id}")), version="2017-01-01")
    assert (answer.status, answer.code) == (501, "NotImplemented")
    assert "is known to this emulator, which declines it" in answer.message


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/operations", "StartTime is missing"),
        ("/operations?StartTime=2015-01-01", "EndTime is missing"),
        ("/operations?StartTime=soon&EndTime=2015-01-01", "'soon' is not of the form YYYY-MM-DD"),
        ("/operations?StartTime=2015-01-02&EndTime=2015-01-01", "EndTime lies before StartTime"),
        ("/services/hostedservices/x?embed-detail=maybe", "neither true nor false"),
        ("/services/storageservices/x/keys?action=forget", "action=regenerate"),
    ],
)
def test_a_query_that_is_missing_or_wrong_is_refused(call, path, words):
    method = "POST" if "keys" in path else "GET"
    answer = call(path, method=method, body="" if method == "POST" else None)
    assert (answer.status, answer.code) == (400, "MissingOrInvalidRequiredQueryParameter")
    assert words in answer.message


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "not well-formed XML"),
        ("<CreateHostedService/>", "the root element is <CreateHostedService> in namespace <>"),
        (CREATE.format(name="a").replace("<Label>bA==</Label>", ""), "/CreateHostedService/Label"),
        (CREATE.format(name="a").replace("bA==", "!"), '"!" is not base64'),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]>" + CREATE.format(name="&b;"), "document type"),
        (
            CREATE.format(name="a").replace(
                "<ServiceName>a</ServiceName><Label>bA==</Label>", "<Label>bA==</Label><ServiceName>a</ServiceName>"
            ),
            "wrong order: the required <ServiceName> must not stand after <Label>",
        ),
    ],
)
def test_a_body_that_breaks_its_contract_is_refused_with_the_place_and_the_reason(call, emulator, body, words):
    answer = call("/services/hostedservices", method="POST", body=body)
    assert (answer.status, answer.code) == (400, "InvalidXmlRequest")
    assert answer.message.startswith("The request body's XML was invalid or not correctly specified. ")
    assert words in answer.message
    assert call("/services/hostedservices/a").status == 404


def test_a_body_of_more_than_16_mib_is_refused(call):
    answer = call("/services/hostedservices", method="POST", body=b"x" * (16 * 1024 * 1024 + 1))
    assert answer.status in (400, 413)
    assert answer.code


def test_paths_are_taken_as_clients_write_them(call):
    assert call("/services/hostedservices", method="POST", body=CREATE.format(name="MyService")).status == 201
    for path in (
        "/services/hostedservices/myservice",
        "/Services/HostedServices/MYSERVICE/",
        "//services//hostedservices//MyService",
        "/services/hostedservices/My%53ervice?embed-detail=True",
    ):
        assert call(path).status == 200, path


# ---- what every answer has


def test_a_path_is_looked_for_once_unless_more_than_the_path_tells_rows_apart(emulator, call, monkeypatch):
    pipeline, looked = emulator._health.app.pipeline, []
    match = pipeline.surface.match
    monkeypatch.setattr(pipeline.surface, "match", lambda *given: looked.append(given[0]) or match(*given))
    monkeypatch.setattr("emulator.pipeline.REMEMBERED", 1)

    def asked(path, status, **options):
        looked.clear()
        assert call(path, **options).status == status
        return len(looked)

    assert [asked("/services/hostedservices/nowhere", 404) for _ in range(2)] == [1, 0]
    assert asked("/services/hostedservices/nowhere", 404, method="DELETE") == 1
    assert asked("/services/hostedservices/nowhere", 404) == 1  # only so many are remembered
    assert [asked("/services/hostedservices/nowhere?embed-detail=true", 404) for _ in range(2)] == [1, 1]
    assert [asked("/services/hostedservices/" + "x" * 300, 400) for _ in range(2)] == [1, 1]
    operations = "/services/hostedservices/a/deployments/b/roleinstances/c/Operations"
    body = '<StartRoleOperation xmlns="http://schemas.microsoft.com/windowsazure"/>'
    assert [asked(operations, 404, method="POST", body=body) for _ in range(2)] == [1, 1]


def test_every_answer_has_the_services_headers(call, identity):
    for answer in (call(), call("/services/hostedservices/nope"), call("/nothing/here"), call(pem=None)):
        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-ms-request-id"])
        assert answer.headers["Server"].endswith("Microsoft-HTTPAPI/2.0")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["x-ms-servedbyregion"]
        assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
        assert answer.headers["Date"]
        assert answer.body.startswith(b"<")
        assert b"<?xml" not in answer.body


def test_request_ids_are_never_given_twice(call):
    seen = [call("/locations" if n % 2 else "/nothing").headers["x-ms-request-id"] for n in range(10)]
    assert len(set(seen)) == 10


def test_an_answer_without_a_body_has_no_type(call):
    answer = call("/services/hostedservices", method="POST", body=CREATE.format(name="empty"))
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (201, b"", "0")
    assert "Content-Type" not in answer.headers
    assert answer.headers["Location"].startswith("https://management.core.windows.net/subscriptions/")


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("2015-02-01", "The address prefix x is not supported yet. Please use address prefix 0.0.0.0/0."),
        ("2015-04-01", "The address prefix x is invalid. Please use valid CIDR notation."),
    ],
)
def test_a_refusal_is_worded_as_the_callers_version_knows_it(call, version, words):
    route = (
        b'<Route xmlns="http://schemas.microsoft.com/windowsazure"><Name>r</Name><AddressPrefix>x</AddressPrefix>'
        b"<NextHopType><Type>VPNGateway</Type></NextHopType></Route>"
    )
    path = "/services/networking/routetables/table/routes/r"
    answer = call(path, method="PUT", body=route, version=version)
    assert (answer.status, answer.message) == (400, words)
    left = call(f"/operations/{answer.headers['x-ms-request-id']}")
    assert words.encode() in left.body


def test_every_mutating_call_leaves_an_operation_refused_ones_too(call):
    made = call("/services/hostedservices", method="POST", body=CREATE.format(name="tracked"))
    again = call("/services/hostedservices", method="POST", body=CREATE.format(name="tracked"))
    first = etree.fromstring(call(f"/operations/{made.headers['x-ms-request-id']}").body)
    second = etree.fromstring(call(f"/operations/{again.headers['x-ms-request-id']}").body)
    assert [e.text for e in first[1:]] == ["Succeeded", "200"]
    assert [e.text for e in second[1:3]] == ["Failed", "409"]
    assert second.findtext(f"{AZURE}Error/{AZURE}Code") == "ConflictError"
    listed = etree.fromstring(call("/operations?StartTime=2015-06-01&EndTime=2099-07-01").body)
    assert [e.text for e in listed.iter(f"{AZURE}OperationName")] == ["CreateHostedService"] * 2


def test_passwords_are_not_in_the_list_of_operations(call):
    call("/services/hostedservices", method="POST", body=CREATE.format(name="vms"))
    body = (
        '<Deployment xmlns="http://schemas.microsoft.com/windowsazure"><Name>d</Name><DeploymentSlot>Production'
        "</DeploymentSlot><Label>l</Label><RoleList><Role><RoleName>r</RoleName><RoleType>PersistentVMRole</RoleType>"
        "<ConfigurationSets><ConfigurationSet><ConfigurationSetType>LinuxProvisioningConfiguration"
        "</ConfigurationSetType><HostName>h</HostName><UserName>u</UserName><UserPassword>SecretWord</UserPassword>"
        "</ConfigurationSet></ConfigurationSets><OSVirtualHardDisk><MediaLink>http://a.blob.core.windows.net/v/x.vhd"
        f"</MediaLink><SourceImageName>{'0' * 32}__i</SourceImageName></OSVirtualHardDisk></Role></RoleList>"
        "</Deployment>"
    )
    assert call("/services/hostedservices/vms/deployments", method="POST", body=body).status == 202
    for path in (
        "/operations?StartTime=2015-06-01&EndTime=2099-07-01",
        "/services/hostedservices/vms/deployments/d",
        "/services/hostedservices/vms/deployments/d/roles/r",
    ):
        answer = call(path)
        assert answer.status == 200
        assert b"SecretWord" not in answer.body
