"""`asm-emulator identity add`: a certificate from elsewhere opens a subscription of a running emulator."""

from __future__ import annotations

import hashlib
import json
import uuid

import pytest
from azure.common import AzureHttpError
from azure.servicemanagement import ServiceManagementService
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from emulator.embedded import Emulator
from emulator.identity.authority import Authority
from emulator.settings import Settings


@pytest.fixture
def stranger(emulated):
    """A client identity that another authority issued: to this emulator a stranger's, until it is added."""
    authority = Authority.temporary()
    yield authority.identity(str(uuid.uuid4()), endpoint=emulated.endpoint)
    authority.close()


@pytest.fixture
def cer(tmp_path, stranger):
    path = tmp_path / "stranger.cer"
    path.write_bytes(stranger.cer())
    return path


@pytest.fixture
def add(invoke, emulated):
    return lambda *arguments: invoke("identity", "add", "--certs", emulated.settings.certs, *arguments)


def _connected(stranger, emulated):
    session = stranger.sdk(ServiceManagementService)
    session.request_session.verify = str(emulated.ca_path)
    return session


def test_an_added_certificate_opens_its_subscription_and_no_other(add, emulated, stranger, cer):
    sms = _connected(stranger, emulated)
    with pytest.raises(AzureHttpError, match="Forbidden"):
        sms.list_locations()
    result = add(cer, "--subscription", stranger.subscription_id)
    assert (result.exit_code, result.stdout) == (0, stranger.thumbprint + "\n")
    assert len(sms.list_locations()) > 0
    told = json.loads(add(cer, "--subscription", stranger.subscription_id, "--json").stdout)
    assert told == {"subscription": stranger.subscription_id, "thumbprint": stranger.thumbprint}
    sms.subscription_id = str(uuid.uuid4())
    with pytest.raises(AzureHttpError, match="Forbidden"):
        sms.list_locations()


def test_the_thumbprint_is_the_sha_1_of_the_certificate(add, cer):
    assert add(cer, "--subscription", "some").stdout.strip() == hashlib.sha1(cer.read_bytes()).hexdigest().upper()


def test_a_file_in_pem_does_as_well(add, stranger, tmp_path):
    pem = tmp_path / "stranger.pem"
    pem.write_bytes(x509.load_der_x509_certificate(stranger.cer()).public_bytes(Encoding.PEM))
    assert add(pem, "--subscription", "some").stdout == stranger.thumbprint + "\n"


def test_a_file_that_is_no_certificate_is_refused_in_one_line(add, tmp_path, refused):
    (tmp_path / "notes.txt").write_text("not a certificate")
    assert "not a valid X.509 certificate" in refused(add("notes.txt", "--subscription", "some"), 1)


def test_a_file_that_is_not_there_is_named_in_one_line(add, refused):
    assert (
        refused(add("none.cer", "--subscription", "some"), 2) == "none.cer: cannot be read: No such file or directory"
    )


def test_without_a_running_emulator_it_says_so_in_one_line(invoke, cer, certs, free_port, refused):
    arguments = ["identity", "add", cer, "--subscription", "some", "--certs", certs]
    line = refused(invoke(*arguments, "--control-port", free_port), 1)
    assert line.startswith(f"no emulator answers at http://127.0.0.1:{free_port}: ")
    assert "no emulator runs with the certificates in" in refused(invoke(*arguments, "--control-port", 0), 1)


def test_what_listens_there_may_be_no_control_api(invoke, cer, certs, refused, tmp_path):
    with Emulator(Settings(port=0, control_port=0, certs=tmp_path / "other")) as one:
        result = invoke("identity", "add", cer, "--subscription", "some", "--certs", certs, "--control-port", one.port)
        assert refused(result, 1) == f"what answers at http://127.0.0.1:{one.port} is no emulator's control API"


def test_with_the_control_api_off_there_is_nobody_to_take_it(invoke, cer, certs, refused):
    arguments = ["identity", "add", cer, "--subscription", "some", "--certs", certs, "--control-port", "none"]
    assert "the control API, which would do that, is switched off" in refused(invoke(*arguments), 1)


def test_the_subscription_has_to_be_given(add, cer):
    result = add(cer)
    assert result.exit_code == 2
    assert "--subscription" in result.stderr
