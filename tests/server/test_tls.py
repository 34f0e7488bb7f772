"""Any client certificate is taken and shown to the application: real handshakes, real certificates."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import shutil
import socket
import ssl
import subprocess

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from OpenSSL import SSL

from emulator.server import Server, tls
from emulator.server.tls import STEPS, ServerCertificate, TLSTransport, make_context

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
NOW = dt.datetime.now(dt.UTC)
YEAR = dt.timedelta(days=365)
SHA256 = hashes.SHA256()
SHA256_WITH_RSA = bytes.fromhex("2a864886f70d01010b")
WEAK = {"sha1": (hashes.SHA1(), "2a864886f70d010105"), "md5": (hashes.MD5(), "2a864886f70d010104")}


def self_signed(key, *, start=NOW - YEAR, end=NOW + YEAR, usage=None, digest=SHA256):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "management")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, start, end)
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return builder.sign(key, digest).public_bytes(Encoding.DER), key


def weakly_signed(bits, digest):
    """Sign anew with a digest that `cryptography` no longer signs certificates with: the two OIDs are as long."""
    der, key = self_signed(rsa.generate_private_key(65537, bits))
    algorithm, oid = WEAK[digest]
    body = x509.load_der_x509_certificate(der).tbs_certificate_bytes.replace(SHA256_WITH_RSA, bytes.fromhex(oid))
    signature = key.sign(body, padding.PKCS1v15(), algorithm)
    head = der.replace(SHA256_WITH_RSA, bytes.fromhex(oid))
    return head[: -len(signature)] + signature, key


def foreign():
    issued = trustme.CA().issue_cert("somebody@example.org")
    leaf = x509.load_pem_x509_certificate(issued.cert_chain_pems[0].bytes())
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    return leaf.public_bytes(Encoding.DER), key


def key(bits=2048):
    return rsa.generate_private_key(65537, bits)


KINDS = {
    "self-signed": lambda: self_signed(key()),
    "RSA-1024 SHA-1": lambda: weakly_signed(1024, "sha1"),
    "RSA-1024 MD5": lambda: weakly_signed(1024, "md5"),
    "RSA-3072": lambda: self_signed(key(3072)),
    "expired": lambda: self_signed(key(), end=NOW - YEAR / 2),
    "not yet valid": lambda: self_signed(key(), start=NOW + YEAR / 2),
    "for servers only": lambda: self_signed(key(), usage=x509.ExtendedKeyUsageOID.SERVER_AUTH),
    "for clients only": lambda: self_signed(key(), usage=x509.ExtendedKeyUsageOID.CLIENT_AUTH),
    "foreign authority": foreign,
    "P-256": lambda: self_signed(ec.generate_private_key(ec.SECP256R1())),
    "P-521": lambda: self_signed(ec.generate_private_key(ec.SECP521R1())),
    "Ed25519": lambda: self_signed(ed25519.Ed25519PrivateKey.generate(), digest=None),
}


@pytest.fixture(scope="module")
def identities(tmp_path_factory):
    """The kinds of certificate, made on demand: a PEM file with certificate and key, and the certificate's digest."""
    made = {}

    def make(kind):
        if kind not in made:
            der, private = KINDS[kind]()
            path = tmp_path_factory.mktemp("identity") / "identity.pem"
            pem = ssl.DER_cert_to_PEM_cert(der).encode()
            path.write_bytes(pem + private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            made[kind] = path, hashlib.sha256(der).hexdigest()
        return made[kind]

    return make


@pytest.fixture
def server(serve):
    return serve(tls=True)


@pytest.mark.parametrize("version", [TLS12, TLS13])
@pytest.mark.parametrize("kind", KINDS)
def test_any_certificate_is_taken_and_shown_to_the_application(server, dial, client_context, identities, kind, version):
    path, digest = identities(kind)
    wire = dial(server, context=client_context(path, version))
    assert wire.get().body.count(digest.encode()) == 1
    assert digest.encode() in wire.get().body, "it holds for the whole connection"


@pytest.mark.parametrize("version", [TLS12, TLS13])
def test_a_client_without_a_certificate_is_taken_too(server, dial, client_context, version):
    assert b'"certificate": null' in dial(server, context=client_context(None, version)).get().body


@pytest.mark.parametrize("version", [TLS12, TLS13])
def test_a_resumed_session_keeps_its_certificate(server, dial, client_context, identities, version):
    path, digest = identities("self-signed")
    context = client_context(path, version)
    first = dial(server, context=context)
    first.get()
    for _ in range(2):
        again = dial(server, context=context, session=first.sock.session)
        assert digest.encode() in again.get().body
        assert again.sock.session_reused


def test_the_environ_tells_that_the_connection_is_secure(server, dial):
    assert b'"wsgi.url_scheme": "https"' in dial(server, tls=True).get().body


def test_a_version_of_tls_before_12_is_refused(server, dial, client_context):
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context = client_context(None, ssl.TLSVersion.TLSv1_1)
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        dial(server, context=context)
    assert dial(server, tls=True).get().status == 200


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
def test_a_client_that_signs_with_sha1_only_is_taken(server, identities):
    path, digest = identities("RSA-1024 SHA-1")
    said = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    command = (
        f"openssl s_client -quiet -connect 127.0.0.1:{server.port} -cert {path} -tls1_2 -cipher DEFAULT:@SECLEVEL=0"
    )
    sha1 = ["-sigalgs", "RSA+SHA1:ECDSA+SHA1"]
    done = subprocess.run([*command.split(), *sha1], input=said.encode(), capture_output=True, timeout=10, check=False)
    assert digest.encode() in done.stdout


@pytest.mark.parametrize("method", ["GET", "DELETE", "MERGE", "OPTIONS"])
def test_plain_http_on_the_secure_port_is_told_so(server, dial, method):
    wire = dial(server)
    got = wire.get(method=method)
    assert got.status == 400
    assert b"This port speaks HTTPS only." in got.body
    assert wire.rest() == b""


def test_tls_on_the_plain_port_gets_an_answer_at_once(serve, dial):
    server = serve()
    with pytest.raises(ssl.SSLError):
        dial(server, tls=True)
    client_hello = dial(server).say(b"\x16\x03\x01\x02\x00\x01\x00")
    assert b"This port speaks plain HTTP, not HTTPS." in client_hello.answer().body


@pytest.mark.parametrize(
    "rubbish",
    [b"\x16", b"\x16\x03\x01\xff\xff" + b"x" * 70000, b"\x16\x03\x01\x00\x04abcd", b"\0" * 9, b"\x80" * 99],
    ids=["one byte", "too long", "no hello", "zeros", "old"],
)
def test_rubbish_in_the_handshake_hurts_nobody(server, dial, capfd, rubbish):
    with contextlib.suppress(ConnectionError):
        wire = dial(server).say(rubbish)
        with contextlib.suppress(OSError):
            wire.sock.shutdown(socket.SHUT_WR)
        wire.rest()
    assert dial(server, tls=True).get().status == 200
    assert capfd.readouterr() == ("", "")


def test_rubbish_after_the_handshake_ends_only_its_connection(server, dial):
    wire = dial(server, tls=True)
    wire.get()
    raw = socket.socket(fileno=wire.sock.detach())
    with raw:
        raw.sendall(b"\x17\x03\x03\x00\x10" + b"x" * 16)
        raw.settimeout(10)
        while raw.recv(1000):
            pass
    assert dial(server, tls=True).get().status == 200


@pytest.mark.parametrize("version", [TLS12, TLS13])
def test_the_end_of_a_connection_is_announced(server, dial, client_context, version):
    context = client_context(None, version)
    wire = dial(server, context=context)
    wire.sock.suppress_ragged_eofs = False
    wire.get("/", "Connection: close")
    assert wire.rest() == b""


def test_a_body_of_sixteen_mebibytes_passes_both_ways(serve, dial):
    def mirror(environ, start_response):
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]

    body = bytes(range(256)) * 65536
    wire = dial(serve(mirror, tls=True), tls=True)
    wire.say(b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body))
    wire.say(body)
    assert wire.answer().body == body


def test_the_chain_is_sent_so_that_clients_who_know_the_authority_trust_it(server, dial, client_context):
    wire = dial(server, context=client_context())
    assert wire.sock.getpeercert()["subjectAltName"][0] == ("DNS", "localhost")


def test_a_certificate_without_its_key_is_refused_when_the_server_is_made(certificate):
    other = ServerCertificate(certificate.certificate_chain_pem, trustme.CA().issue_cert("x").private_key_pem.bytes())
    with pytest.raises(SSL.Error):
        Server(lambda *_: [], host="127.0.0.1", port=0, certificate=other)
    with pytest.raises(ValueError, match="PEM"):
        make_context(ServerCertificate(b"rubbish", certificate.private_key_pem))


def test_a_client_that_renews_its_keys_for_ever_is_taken_to_have_gone(certificate):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        transport = TLSTransport(ours, make_context(certificate))
        client = SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD), theirs)
        client.set_connect_state()
        for each in (ours, theirs):
            each.setblocking(False)
        shaking = [client.do_handshake, transport.handshake]
        while shaking:
            for shake in list(shaking):
                with contextlib.suppress(SSL.WantReadError, tls.WaitForRead):
                    shake()
                    shaking.remove(shake)
        made = transport._tls.get_app_data().number
        assert 5 < made < 50
        client.send(b"one")
        assert transport.recv(100) == b"one"
        for _ in range(STEPS - made):
            tls._count_step(transport._tls, SSL.SSL_CB_LOOP, 1)
        client.send(b"two")
        assert transport.recv(100) == b"two"
        tls._count_step(transport._tls, SSL.SSL_CB_LOOP, 1)
        client.send(b"three")
        assert transport.recv(100) == b""
