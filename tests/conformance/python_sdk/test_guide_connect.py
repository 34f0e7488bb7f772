"""The guide's first how-to, connecting, with the certificates that its own commands make.

`SLIP` marks where the guide's own words cannot be run as they stand, and what stands there instead.
"""

# ruff: noqa: F403, F405 - the guide imports everything; so does this.

from __future__ import annotations

import base64
import shutil
import ssl
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
import requests
from azure import *
from azure.common import AzureHttpError
from azure.servicemanagement import *
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from requests.adapters import HTTPAdapter

pytestmark = pytest.mark.usefixtures("asm_redirect")

MAKE_PEM = "openssl req -x509 -nodes -days 365 -newkey rsa:{} -keyout mycert.pem -out mycert.pem"
MAKE_CER = "openssl x509 -inform pem -in mycert.pem -outform der -out mycert.cer"
LIKE_MAKECERT = (
    "openssl req -x509 -sha1 -nodes -newkey rsa:2048 -subj /CN=AzureCertificate -keyout mycert.pem -out mycert.pem"
)


def run(directory, command):
    """Run a command in a directory; Enter is the answer to each of its questions."""
    subprocess.run(command.split(), cwd=directory, input=b"\n" * 10, capture_output=True, check=True)


def make_certificate(directory, bits):
    """Make mycert.pem and mycert.cer with the guide's two commands, or the same without the openssl program."""
    if shutil.which("openssl"):
        run(directory, MAKE_PEM.format(bits))
        run(directory, MAKE_CER)
        return
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    name = x509.Name.from_rfc4514_string("O=Internet Widgits Pty Ltd,ST=Some-State,C=AU")
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (directory / "mycert.pem").write_bytes(pem + certificate.public_bytes(Encoding.PEM))
    (directory / "mycert.cer").write_bytes(certificate.public_bytes(Encoding.DER))


@pytest.fixture
def upload(sms, subscription_id):
    """Return a function for what the guide does in the portal: add a .cer file to the management certificates."""

    def upload(cer):
        data = base64.b64encode(cer.read_bytes()).decode()
        sms.perform_post(
            f"/{subscription_id}/certificates",
            '<SubscriptionCertificate xmlns="http://schemas.microsoft.com/windowsazure">'
            f"<SubscriptionCertificateData>{data}</SubscriptionCertificateData></SubscriptionCertificate>",
        )

    return upload


class OldKeysAllowed(HTTPAdapter):
    """Lets requests show a key as short as the guide's.

    OpenSSL of today refuses to load RSA-1024 unless its security level is lowered. OPENSSL_CONF can do that where
    Python was built with the system's default ciphers; the usual build sets its own, and has to be told in code.
    The SDK takes a session of one's own for such purposes, so it stays as it is.
    """

    def init_poolmanager(self, *arguments, **keywords):
        context = ssl.create_default_context()
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        super().init_poolmanager(*arguments, ssl_context=context, **keywords)


def test_connect_with_the_certificate_that_the_openssl_commands_make(subscription_id, upload, tmp_path):
    make_certificate(tmp_path, 1024)
    upload(tmp_path / "mycert.cer")

    certificate_path = str(tmp_path / "mycert.pem")
    session = requests.Session()
    session.mount("https://", OldKeysAllowed())
    session.cert = certificate_path

    sms = ServiceManagementService(subscription_id, certificate_path, request_session=session)

    assert sms.get_subscription().subscription_id == subscription_id


def test_connect_with_the_same_commands_and_a_key_that_needs_no_option(subscription_id, upload, tmp_path):
    make_certificate(tmp_path, 2048)
    upload(tmp_path / "mycert.cer")

    certificate_path = str(tmp_path / "mycert.pem")

    sms = ServiceManagementService(subscription_id, certificate_path)

    assert sms.get_subscription().subscription_id == subscription_id


def test_connect_with_a_certificate_that_nobody_uploaded_is_refused(subscription_id, tmp_path):
    make_certificate(tmp_path, 2048)

    sms = ServiceManagementService(subscription_id, str(tmp_path / "mycert.pem"))

    with pytest.raises(AzureHttpError, match="<Code>ForbiddenError</Code>") as refusal:
        sms.list_locations()
    assert refusal.value.status_code == 403


@pytest.mark.skipif(not shutil.which("openssl"), reason="it takes the openssl program to sign with SHA-1")
def test_connect_with_a_certificate_such_as_makecert_makes(subscription_id, upload, tmp_path):
    # SLIP: makecert and CURRENT_USER\my\AzureCertificate need Windows. The kind of certificate is what matters here.
    run(tmp_path, LIKE_MAKECERT)
    run(tmp_path, MAKE_CER)
    upload(tmp_path / "mycert.cer")

    sms = ServiceManagementService(subscription_id, str(tmp_path / "mycert.pem"))

    assert sms.get_subscription().subscription_id == subscription_id
