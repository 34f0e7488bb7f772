"""Service certificates on the wire, and the places where machines name them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from emulator.domain.records import ServiceCertificate
from emulator.wire.machines import LINUX, WINDOWS
from emulator.wire.reading import BodyError
from emulator.wire.service_certificates import CERTIFICATE, CERTIFICATE_FILE, CERTIFICATES
from emulator.wire.terms import AZURE
from emulator.wire.writing import Context


def body(root, inner):
    return f'<{root} xmlns="{AZURE}">{inner}</{root}>'.encode()


def test_a_file_is_read_with_its_password():
    given = "<Data>AAEC</Data><CertificateFormat>pfx</CertificateFormat><Password> s &amp; t</Password>"
    read = CERTIFICATE_FILE.read(body("CertificateFile", given))
    assert (read.data, read.certificate_format, read.password) == (b"\x00\x01\x02", "pfx", " s & t")


@pytest.mark.parametrize("password", ["", "<Password/>"])
def test_a_file_may_have_no_password(password):
    given = f"<Data>AAEC</Data><CertificateFormat>cer</CertificateFormat>{password}"
    assert not CERTIFICATE_FILE.read(body("CertificateFile", given)).password


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("<CertificateFormat>cer</CertificateFormat>", "<Data> is missing"),
        ("<Data>AAEC</Data>", "<CertificateFormat> is missing"),
        ("<Data>?</Data><CertificateFormat>cer</CertificateFormat>", "not base64"),
        ("<CertificateFormat>cer</CertificateFormat><Data>AAEC</Data>", "wrong order"),
    ],
)
def test_a_file_needs_its_data_and_its_format_in_this_order(given, why):
    with pytest.raises(BodyError, match=why):
        CERTIFICATE_FILE.read(body("CertificateFile", given))


def test_certificates_are_shown_as_recorded():
    context = Context("2014-10-01", SimpleNamespace(id="sub"))
    one = ServiceCertificate("AB12", b"\x00\x01\x02")
    root = '<{} xmlns="http://schemas.microsoft.com/windowsazure" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
    assert CERTIFICATE.write(one, context).decode() == f"{root.format('Certificate')}<Data>AAEC</Data></Certificate>"
    assert CERTIFICATES.write([(SimpleNamespace(name="svc"), one)], context).decode() == (
        f"{root.format('Certificates')}<Certificate><CertificateUrl>https://management.core.windows.net/sub/services/"
        "hostedservices/svc/certificates/sha1-AB12</CertificateUrl><Thumbprint>AB12</Thumbprint>"
        "<ThumbprintAlgorithm>sha1</ThumbprintAlgorithm><Data>AAEC</Data></Certificate></Certificates>"
    )


PROTOCOL, THUMBPRINT = "<Protocol>Https</Protocol>", "<CertificateThumbprint>CD</CertificateThumbprint>"


@pytest.mark.parametrize("listener", [PROTOCOL + THUMBPRINT, THUMBPRINT + PROTOCOL])
def test_a_windows_machine_names_certificates_for_its_stores_and_its_listeners(listener):
    read = WINDOWS.read(
        body(
            WINDOWS.name,
            "<ComputerName>vm</ComputerName><TimeZone>UTC</TimeZone><StoredCertificateSettings><CertificateSetting>"
            "<StoreLocation>LocalMachine</StoreLocation><StoreName>My</StoreName><Thumbprint>AB</Thumbprint>"
            "</CertificateSetting></StoredCertificateSettings>"
            f"<WinRM><Listeners><Listener>{listener}</Listener></Listeners></WinRM>",
        )
    )
    assert [(one.store_name, one.thumbprint) for one in read.stored_certificate_settings] == [("My", "AB")]
    assert [one.certificate_thumbprint for one in read.listeners] == ["CD"]


def test_a_linux_machine_names_certificates_for_its_keys():
    read = LINUX.read(
        body(
            LINUX.name,
            "<HostName>vm</HostName><SSH><PublicKeys><PublicKey><Fingerprint>AB</Fingerprint><Path>/a</Path></PublicKey>"
            "</PublicKeys><KeyPairs><KeyPair><Fingerprint>CD</Fingerprint><Path>/b</Path></KeyPair></KeyPairs></SSH>"
            "<CustomData>AAEC</CustomData>",
        )
    )
    assert [(one.fingerprint, one.path) for one in read.public_keys] == [("AB", "/a")]
    assert [(one.fingerprint, one.path) for one in read.key_pairs] == [("CD", "/b")]
    assert read.custom_data == b"\x00\x01\x02"
