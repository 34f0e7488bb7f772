"""Certificates out of files, those with the negative serial numbers of old tools among them."""

from __future__ import annotations

import hashlib
import ssl
import subprocess
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, pkcs12
from cryptography.x509 import (
    CertificateBuilder,
    DNSName,
    Name,
    NameAttribute,
    NameOID,
    SubjectAlternativeName,
    load_der_x509_certificate,
)

from emulator.domain import x509

NOW = datetime(2015, 7, 1, tzinfo=UTC)


def test_a_thumbprint_is_the_sha1_of_the_certificate_in_upper_case_hex(a_certificate):
    der = a_certificate().der
    assert x509.thumbprint_of(der) == hashlib.sha1(der).hexdigest().upper()


def test_a_cer_file_is_read_in_der_and_in_pem(a_certificate):
    der = a_certificate().der
    assert x509.read_cer(der) == der
    assert x509.read_cer(ssl.DER_cert_to_PEM_cert(der).encode()) == der


def test_a_negative_serial_number_is_no_reason_to_refuse_a_certificate(a_certificate):
    old = a_certificate(negative_serial_number=True)
    shown = ["openssl", "x509", "-inform", "DER", "-noout", "-serial"]
    assert subprocess.run(shown, input=old.der, capture_output=True, check=True).stdout.startswith(b"serial=-")
    assert x509.read_cer(old.der) == old.der
    assert x509.read_pfx(old.pfx(b"secret"), "secret") == old.der


@pytest.mark.parametrize("data", [b"", b"nothing of the kind", b"-----BEGIN CERTIFICATE-----", b"\x30\x82\x01\x00"])
def test_what_is_no_certificate_is_refused_with_a_reason(data):
    with pytest.raises(ValueError, match=r"base64 of a \.cer file"):
        x509.read_cer(data)
    with pytest.raises(ValueError, match=r"base64 of a \.pfx file"):
        x509.read_pfx(data, "secret")


@pytest.mark.parametrize("password", [None, "", "another"])
def test_a_pfx_file_is_read_with_its_own_password_only(a_certificate, password):
    one = a_certificate()
    assert x509.read_pfx(one.pfx(b"secret"), "secret") == one.der
    with pytest.raises(ValueError, match="which the password opens"):
        x509.read_pfx(one.pfx(b"secret"), password)


@pytest.mark.parametrize("password", [None, ""])
def test_a_pfx_file_without_a_password_is_read_without_one(a_certificate, password):
    one = a_certificate()
    assert x509.read_pfx(one.pfx(None), password) == one.der


@pytest.mark.parametrize("password", [None, "", "secret"])
def test_a_certificate_by_itself_passes_for_a_pfx_file_without_a_key(a_certificate, password):
    der = a_certificate().der
    assert x509.read_pfx(der, password) == der
    assert x509.read_pfx(ssl.DER_cert_to_PEM_cert(der).encode(), password) == der


def test_of_several_certificates_in_a_pfx_file_the_one_of_the_key_is_taken(a_certificate):
    one, other = a_certificate(), a_certificate()
    both = pkcs12.serialize_key_and_certificates(
        b"both",
        one.key,
        load_der_x509_certificate(one.der),
        [load_der_x509_certificate(other.der)],
        BestAvailableEncryption(b"secret"),
    )
    assert x509.read_pfx(both, "secret") == one.der


def test_a_pfx_file_that_holds_only_certificates_gives_its_first(a_certificate):
    der = a_certificate().der
    bare = pkcs12.serialize_key_and_certificates(
        b"bare", None, None, [load_der_x509_certificate(der)], BestAvailableEncryption(b"secret")
    )
    assert x509.read_pfx(bare, "secret") == der


def test_a_pfx_file_that_holds_only_a_key_is_refused(a_certificate):
    keyed = pkcs12.serialize_key_and_certificates(b"key", a_certificate().key, None, None, NoEncryption())
    with pytest.raises(ValueError, match="holds no certificate"):
        x509.read_pfx(keyed, None)


def test_the_same_secret_makes_the_same_certificate_valid_for_five_years():
    made = x509.self_issued("A name", b"s" * 32, 77, NOW)
    assert made == x509.self_issued("A name", b"s" * 32, 77, NOW)
    assert made != x509.self_issued("A name", b"t" * 32, 77, NOW)
    read = load_der_x509_certificate(made)
    assert (read.subject.rfc4514_string(), read.issuer, read.serial_number) == ("DC=A name", read.subject, 77)
    assert (read.not_valid_before_utc, read.not_valid_after_utc) == (NOW, datetime(2020, 7, 1, tzinfo=UTC))
    read.verify_directly_issued_by(read)


def test_a_certificate_made_on_a_leap_day_ends_on_the_last_of_february():
    read = load_der_x509_certificate(x509.self_issued("A name", b"s" * 32, 77, datetime(2016, 2, 29, tzinfo=UTC)))
    assert read.not_valid_after_utc == datetime(2021, 2, 28, tzinfo=UTC)


def test_a_certificate_says_whom_it_is_about_and_until_when(a_certificate):
    for made in (a_certificate(), a_certificate(negative_serial_number=True)):
        subject, expires = x509.described(made.der)
        assert subject.startswith("CN=")
        assert expires == load_der_x509_certificate(made.der).not_valid_after_utc


def test_what_is_no_certificate_is_not_described():
    with pytest.raises(ValueError, match="whom it is about"):
        x509.described(b"nothing of the kind")


def test_a_server_certificate_says_whose_it_is_and_what_hosts_it_is_for(a_certificate):
    one = a_certificate()
    told = x509.server_certificate(one.der)
    read = load_der_x509_certificate(one.der)
    assert f"CN={told.subject}" in read.subject.rfc4514_string()
    assert f"CN={told.issuer}" in read.issuer.rfc4514_string()
    assert (told.begins, told.expires) == (read.not_valid_before_utc, read.not_valid_after_utc)
    assert told.names == (told.subject,)


def test_the_names_of_a_server_certificate_are_its_subject_and_its_alternatives():
    key = ec.generate_private_key(ec.SECP256R1())
    subject = Name([NameAttribute(NameOID.ORGANIZATION_NAME, "Shop"), NameAttribute(NameOID.COMMON_NAME, "a.example")])
    now = datetime(2015, 7, 1, tzinfo=UTC)
    builder = CertificateBuilder(subject, subject, key.public_key(), 1, now, now.replace(year=2016))
    names = SubjectAlternativeName([DNSName("a.example"), DNSName("b.example")])
    made = builder.add_extension(names, critical=False).sign(key, SHA256())
    told = x509.server_certificate(made.public_bytes(Encoding.DER))
    assert (told.subject, told.names) == ("a.example", ("a.example", "b.example"))


def test_of_what_is_no_certificate_nobody_knows_whose_it_is():
    with pytest.raises(ValueError, match="whose it is"):
        x509.server_certificate(b"nothing of the kind")
