"""Authorities and identities in use: handshakes, the SDK, and no trace when they are closed."""

import http.server
import re
import ssl
import stat
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64decode
from xml.etree import ElementTree as ET

import pytest
from azure.servicemanagement import SchedulerManagementService, ServiceManagementService
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from emulator.identity.authority import Authority

ENDPOINT = "https://localhost:8443"
HOME = "11111111-2222-3333-4444-555555555555"


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    """Where temporary directories are made: this test's own place."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def authority():
    made = Authority.temporary()
    yield made
    made.close()


def server_context(authority, folder, hostnames=()):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (folder / "served.pem").write_bytes(b"".join(authority.server_certificate(hostnames)))
    context.load_cert_chain(folder / "served.pem")
    context.load_verify_locations(cadata=authority.ca_pem.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_context(ca_path, pem_path):
    context = ssl.create_default_context(cafile=ca_path)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.load_cert_chain(pem_path)
    return context


def shake_hands(server, client, hostname):
    """A whole TLS handshake in memory; the server's end comes back."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=hostname),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    unfinished = list(ends)
    for _ in range(10):
        for end in list(unfinished):
            try:
                end.do_handshake()
                unfinished.remove(end)
            except ssl.SSLWantReadError:
                continue
        if not unfinished:
            return ends[1]
    pytest.fail("the handshake does not end")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize(
    "hostname", ["localhost", "127.0.0.1", "::1", "management.core.windows.net", "asm.test", "10.1.2.3"]
)
def test_client_and_server_accept_each_other_under_every_name(authority, scratch, hostname, version):
    identity = authority.identity(HOME, endpoint=ENDPOINT)
    client = client_context(identity.ca_path, identity.pem_path)
    client.maximum_version = version
    server = shake_hands(server_context(authority, scratch, ["asm.test", "10.1.2.3"]), client, hostname)
    assert server.version() == version.name.replace("_", ".")
    assert authority.issued(server.getpeercert(binary_form=True)) == HOME


def test_a_client_refuses_a_name_that_the_server_was_not_given(authority, scratch):
    identity = authority.identity(HOME, endpoint=ENDPOINT)
    client = client_context(identity.ca_path, identity.pem_path)
    with pytest.raises(ssl.SSLCertVerificationError, match=r"asm\.test"):
        shake_hands(server_context(authority, scratch), client, "asm.test")


def test_a_client_of_one_authority_refuses_the_server_of_another(authority, scratch):
    stranger = Authority.temporary()
    identity = stranger.identity(HOME, endpoint=ENDPOINT)
    client = client_context(identity.ca_path, identity.pem_path)
    with pytest.raises(ssl.SSLCertVerificationError, match="verify failed"):
        shake_hands(server_context(authority, scratch), client, "localhost")


def test_the_default_identity_of_a_directory_shakes_hands(scratch):
    authority = Authority.in_directory(scratch / "certs")
    identity = authority.default_identity(endpoint=ENDPOINT)
    client = client_context(scratch / "certs" / "ca.pem", scratch / "certs" / "client.pem")
    server = shake_hands(server_context(authority, scratch), client, "localhost")
    assert server.getpeercert(binary_form=True) == identity.certificate_der
    assert authority.issued(identity.certificate_der) == identity.subscription_id


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "temporary"])
def test_what_publish_settings_hold_gets_in_and_has_an_rsa_key(scratch, kept):
    authority = Authority.in_directory(scratch / "certs") if kept else Authority.temporary()
    identity = authority.default_identity(endpoint=ENDPOINT)
    subscription = ET.fromstring(identity.publish_settings("Mine")).find("./PublishProfile/Subscription")
    pfx = b64decode(subscription.get("ManagementCertificate"))
    key, certificate, _ = pkcs12.load_key_and_certificates(pfx, None)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    (scratch / "imported.pem").write_bytes(pem + certificate.public_bytes(Encoding.PEM))
    server = shake_hands(
        server_context(authority, scratch), client_context(identity.ca_path, scratch / "imported.pem"), "localhost"
    )
    assert b"BEGIN RSA PRIVATE KEY" in pem
    assert authority.issued(server.getpeercert(binary_form=True)) == identity.subscription_id
    assert subscription.get("Id") == identity.subscription_id
    assert subscription.get("ServiceManagementUrl") == ENDPOINT
    assert subscription.get("Name") == "Mine"
    assert identity.publish_settings("Mine") == identity.publish_settings("Mine")


def test_a_kept_identity_is_published_with_its_own_certificate(scratch):
    identity = Authority.in_directory(scratch / "certs").default_identity(endpoint=ENDPOINT)
    subscription = ET.fromstring(identity.publish_settings()).find("./PublishProfile/Subscription")
    assert b64decode(subscription.get("ManagementCertificate")) == identity.pfx()


def test_an_identity_says_what_a_client_asks_for(authority):
    identity = authority.identity(HOME, endpoint="https://127.0.0.1:8443")
    certificate = x509.load_pem_x509_certificate(identity.pem_path.read_bytes())
    assert identity.cer() == identity.certificate_der == certificate.public_bytes(Encoding.DER)
    assert identity.thumbprint == certificate.fingerprint(hashes.SHA1()).hex().upper()
    assert identity.host == "127.0.0.1:8443"
    assert identity.subscription_id == HOME
    assert identity.ca_path.read_bytes() == authority.ca_pem
    assert pkcs12.load_key_and_certificates(identity.pfx(b"secret"), b"secret")[1] == certificate


def test_an_identity_shows_no_key(authority):
    assert "PRIVATE" not in repr(authority.identity(HOME, endpoint=ENDPOINT))
    assert "_credentials" not in repr(authority.identity(HOME, endpoint=ENDPOINT))


def test_every_identity_has_a_certificate_of_its_own(authority):
    one, other = (authority.identity(HOME, endpoint=ENDPOINT) for _ in range(2))
    assert one.thumbprint != other.thumbprint
    assert one.pem_path.read_bytes() != other.pem_path.read_bytes()
    assert one != other


def test_the_default_identity_is_always_the_same(authority):
    one, other = (authority.default_identity(endpoint=ENDPOINT) for _ in range(2))
    assert one == other
    assert one.certificate_der == other.certificate_der
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one.subscription_id)
    assert Authority.temporary().default_identity(endpoint=ENDPOINT).subscription_id != one.subscription_id


@pytest.mark.parametrize("der", [b"", b"\x00", b"-----BEGIN CERTIFICATE-----", b"\x30\x82" + b"\xff" * 5000])
def test_bytes_that_are_no_certificate_were_not_issued_here(authority, der):
    assert authority.issued(der) is None


def test_a_certificate_is_judged_once_and_the_memory_of_it_is_bounded(authority):
    der = authority.identity(HOME, endpoint=ENDPOINT).certificate_der
    for _ in range(3):
        assert authority.issued(der) == HOME
    for number in range(1000):
        authority.issued(b"%d" % number)
    known = authority._home.cache_info()
    assert known.hits == 2
    assert known.currsize == known.maxsize < 1000


def test_a_temporary_authority_writes_nothing_until_a_file_is_asked_for(authority, scratch):
    authority.server_certificate()
    assert authority.issued(authority.ca_pem) is None
    assert list(scratch.iterdir()) == []


def test_temporary_files_are_private_and_go_with_the_authority(authority, scratch):
    identity = authority.identity(HOME, endpoint=ENDPOINT)
    (folder,) = scratch.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(identity.pem_path.stat().st_mode) == 0o600
    authority.close()
    authority.close()
    assert list(scratch.iterdir()) == []


def test_closing_leaves_a_directory_alone_and_takes_the_identities_that_are_not_kept(scratch):
    authority = Authority.in_directory(scratch / "certs")
    kept = authority.default_identity(endpoint=ENDPOINT).pem_path
    lent = authority.identity(HOME, endpoint=ENDPOINT).pem_path
    assert lent.exists()
    authority.close()
    assert kept.exists()
    assert not lent.exists()


@pytest.fixture
def locations(authority, scratch):
    """An HTTPS server that asks for a client certificate and knows one answer; it tells who asked."""
    callers = []

    class Locations(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            callers.append((authority.issued(self.connection.getpeercert(binary_form=True)), self.path))
            body = b'<Locations xmlns="http://schemas.microsoft.com/windowsazure"/>'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Locations)
    server.socket = server_context(authority, scratch).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://localhost:{server.server_port}", callers
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_sdk_works_on_a_machine_that_trusts_others(authority, locations, monkeypatch):
    endpoint, callers = locations
    stranger = Authority.temporary()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(stranger.ca_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    service = authority.identity(HOME, endpoint=endpoint).sdk(ServiceManagementService)
    assert list(service.list_locations()) == []
    assert callers == [(HOME, f"/{HOME}/locations")]


def test_the_sdk_takes_further_keywords(authority):
    identity = authority.identity(HOME, endpoint=ENDPOINT)
    service = identity.sdk(SchedulerManagementService, timeout=7)
    assert isinstance(service, SchedulerManagementService)
    assert (service.timeout, service.host, service.cert_file) == (7, "localhost:8443", str(identity.pem_path))


def test_importing_the_module_loads_no_cryptographic_library():
    program = "import sys, emulator.identity.authority; print({'cryptography', 'trustme', 'ssl'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"


def test_a_temporary_authority_with_server_and_client_is_made_in_20_ms():
    def seconds():
        began = time.process_time()
        authority = Authority.temporary()
        authority.server_certificate()
        authority.identity(HOME, endpoint=ENDPOINT)
        took = time.process_time() - began
        authority.close()
        return took

    assert min(seconds() for _ in range(5)) < 0.020
