"""PKCS#12 and publishsettings, read by others than their writer."""

import hashlib
import hmac
import shutil
import subprocess
from xml.etree import ElementTree as ET

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from emulator.identity import formats
from emulator.identity.certificates import Issuer

ENDPOINT = "https://localhost:8443"


@pytest.fixture(scope="module")
def issuer():
    return Issuer.new()


@pytest.fixture(scope="module")
def rsa_client(issuer):
    return issuer.client("11111111-2222-3333-4444-555555555555", with_rsa=True)


@pytest.fixture(scope="module", params=[True, False], ids=["RSA", "P-256"])
def client(issuer, request):
    return issuer.client("11111111-2222-3333-4444-555555555555", with_rsa=request.param)


def pkcs8(key):
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def elements(der):
    """The contents of the DER values that stand one after another."""
    found = []
    while der:
        size, start = der[1], 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(der[2:start], "big")
        found.append(der[start : start + size])
        der = der[start + size :]
    return found


@pytest.mark.parametrize("password", [None, b"", b"secret", "密碼 пароль".encode(), b"x" * 100])
def test_pkcs12_gives_back_certificate_and_key_under_its_password(client, password):
    key, certificate, others = pkcs12.load_key_and_certificates(client.pfx(password), password)
    assert pkcs8(key) == pkcs8(client.key)
    assert certificate == client.certificate
    assert others == []


def test_pkcs12_under_a_password_opens_with_no_other(rsa_client):
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_key_and_certificates(rsa_client.pfx(b"secret"), b"Secret")


def test_without_a_password_nothing_goes_into_the_key_where_the_empty_password_is_two_zero_bytes(rsa_client):
    def has_mac_of_nothing(pfx):
        _version, safe, mac = elements(elements(pfx)[0])
        digest_info, salt, iterations = elements(mac)
        key = b"\x03" * 64 + salt * 8
        for _ in range(int.from_bytes(iterations, "big")):
            key = hashlib.sha1(key).digest()
        contents = elements(elements(safe)[1])[0]
        return hmac.digest(key, contents, "sha1") == elements(digest_info)[1]

    assert has_mac_of_nothing(rsa_client.pfx(None))
    assert not has_mac_of_nothing(rsa_client.pfx(b""))


def test_the_same_identity_gives_the_same_pkcs12(rsa_client):
    assert rsa_client.pfx(None) == rsa_client.pfx(None)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
@pytest.mark.parametrize("options", [[], ["-legacy"]], ids=["default", "legacy"])
def test_openssl_finds_a_sha1_mac_and_two_contents_under_3des(rsa_client, tmp_path, options):
    (tmp_path / "client.pfx").write_bytes(rsa_client.pfx(None))
    command = ["openssl", "pkcs12", "-in", "client.pfx", "-nodes", "-passin", "pass:", "-info", *options]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    described = [line for line in done.stderr.splitlines() if not line.startswith("MAC length")]
    assert described == [
        "MAC: sha1, Iteration 2000",
        "PKCS7 Encrypted data: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2000",
        "Certificate bag",
        "PKCS7 Data",
        "Shrouded Keybag: pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2000",
    ]
    assert rsa_client.certificate_pem().decode() in done.stdout
    key = rsa_client.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert key in done.stdout


def test_publish_settings_have_the_layout_of_schema_2():
    text = formats.publish_settings(b"pfx", endpoint=ENDPOINT, subscription_id="id", name="My <own> \"one\" & 'other'")
    root = ET.fromstring(text)
    (profile,) = root
    (subscription,) = profile
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    assert (root.tag, profile.tag, subscription.tag) == ("PublishData", "PublishProfile", "Subscription")
    assert profile.attrib == {"SchemaVersion": "2.0", "PublishMethod": "AzureServiceManagementAPI"}
    assert subscription.attrib == {
        "ServiceManagementUrl": ENDPOINT,
        "Id": "id",
        "Name": "My <own> \"one\" & 'other'",
        "ManagementCertificate": "cGZ4",
    }


def test_publish_settings_are_read_back():
    text = formats.publish_settings(b"pfx", endpoint=ENDPOINT, subscription_id="id", name="n")
    assert formats.read_publish_settings(text.encode()) == (ENDPOINT, b"pfx")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\x00\xff",
        b"<PublishData>",
        b"<PublishData/>",
        b"<PublishData><PublishProfile/></PublishData>",
        b'<PublishData><PublishProfile><Subscription ManagementCertificate="a"/></PublishProfile></PublishData>',
    ],
)
def test_what_is_no_publish_settings_file_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"not XML|no subscription|base64"):
        formats.read_publish_settings(text)
