"""What an authority's certificates say, and whose certificates it takes for its own."""

import ipaddress
import warnings
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.identity import certificates
from emulator.identity.certificates import SERVER_NAMES, Credentials, Issuer

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
ISSUER = Issuer.new()
CLIENT = ISSUER.client(SUBSCRIPTION, with_rsa=False)


def extension(certificate, kind):
    return certificate.extensions.get_extension_for_class(kind).value


def server_names(server):
    names = extension(server.certificate, x509.SubjectAlternativeName)
    return {*names.get_values_for_type(x509.DNSName), *names.get_values_for_type(x509.IPAddress)}


def signed_like(client, *, issuer, key, uris):
    """A certificate with a client's names and any signature."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(client.certificate.subject)
        .issuer_name(issuer)
        .public_key(client.key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri) for uri in uris]), critical=False
        )
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


@pytest.mark.parametrize("issued", [ISSUER.credentials, CLIENT], ids=["authority", "client"])
def test_certificates_are_valid_since_yesterday_and_for_more_than_ten_years(issued):
    now = datetime.now(UTC)
    assert issued.certificate.not_valid_before_utc <= now - timedelta(hours=23)
    assert issued.certificate.not_valid_after_utc > now + timedelta(days=3653)


def test_a_server_certificate_is_valid_since_yesterday_and_for_no_more_than_the_825_days_that_macos_takes():
    server = ISSUER.server([]).certificate
    assert server.not_valid_before_utc <= datetime.now(UTC) - timedelta(hours=23)
    lifetime = server.not_valid_after_utc - server.not_valid_before_utc
    assert timedelta(days=700) < lifetime <= timedelta(days=825)


def test_a_server_certificate_always_has_the_names_of_this_machine_and_of_the_service():
    assert server_names(ISSUER.server([])) == {
        "localhost",
        "management.core.windows.net",
        ipaddress.ip_address("127.0.0.1"),
        ipaddress.ip_address("::1"),
    }


def test_a_server_certificate_has_further_names_and_addresses_as_what_they_are():
    more = server_names(ISSUER.server(["asm.test", "10.1.2.3", "*.asm.test", "bücher.test", "localhost"]))
    assert more - server_names(ISSUER.server([])) == {
        "asm.test",
        "*.asm.test",
        "xn--bcher-kva.test",
        ipaddress.ip_address("10.1.2.3"),
    }


@pytest.mark.parametrize("name", ["", "two words", "a..b"])
def test_what_cannot_be_a_host_name_is_a_value_error(name):
    with pytest.raises(ValueError, match=r"."):
        ISSUER.server([name])


def test_a_server_certificate_is_for_servers_and_a_client_certificate_for_clients_alone():
    assert ExtendedKeyUsageOID.SERVER_AUTH in extension(ISSUER.server([]).certificate, x509.ExtendedKeyUsage)
    assert list(extension(CLIENT.certificate, x509.ExtendedKeyUsage)) == [ExtendedKeyUsageOID.CLIENT_AUTH]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=16))
@settings(max_examples=50)
def test_a_client_certificate_carries_its_subscription_id_whatever_it_is(subscription_id):
    client = ISSUER.client(subscription_id, with_rsa=False)
    (name,) = client.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == subscription_id
    assert ISSUER.home(client.der()) == client.subscription_id == subscription_id


@pytest.mark.parametrize("subscription_id", ["", "x" * 65])
def test_a_subscription_id_has_1_to_64_bytes(subscription_id):
    with pytest.raises(ValueError, match="length"):
        ISSUER.client(subscription_id, with_rsa=False)


def test_another_authoritys_client_has_no_home_here():
    assert ISSUER.home(Issuer.new().client(SUBSCRIPTION, with_rsa=False).der()) is None


def test_a_certificate_that_only_names_this_authority_has_no_home_here():
    uris = extension(CLIENT.certificate, x509.SubjectAlternativeName).get_values_for_type(
        x509.UniformResourceIdentifier
    )
    forged = signed_like(
        CLIENT, issuer=CLIENT.certificate.issuer, key=ec.generate_private_key(ec.SECP256R1()), uris=uris
    )
    genuine = signed_like(CLIENT, issuer=CLIENT.certificate.issuer, key=ISSUER.credentials.key, uris=uris)
    assert ISSUER.home(forged) is None
    assert ISSUER.home(genuine) == SUBSCRIPTION


def test_what_this_authority_signed_for_something_else_has_no_home():
    other = signed_like(CLIENT, issuer=CLIENT.certificate.issuer, key=ISSUER.credentials.key, uris=["urn:other:1"])
    assert ISSUER.home(ISSUER.server([]).der()) is None
    assert ISSUER.home(ISSUER.credentials.der()) is None
    assert ISSUER.home(other) is None


@given(st.binary(max_size=200))
def test_bytes_that_are_no_certificate_have_no_home(der):
    assert ISSUER.home(der) is None


@given(at=st.integers(0, len(CLIENT.certificate.tbs_certificate_bytes) - 1), flip=st.integers(1, 255))
@settings(max_examples=500)
def test_a_certificate_with_one_signed_byte_changed_has_no_home(at, flip):
    signed = CLIENT.certificate.tbs_certificate_bytes
    changed = signed[:at] + bytes([signed[at] ^ flip]) + signed[at + 1 :]
    assert ISSUER.home(CLIENT.der().replace(signed, changed)) is None


def test_a_certificate_that_the_library_warns_of_has_no_home_also_where_warnings_are_errors():
    serial = CLIENT.certificate.serial_number.to_bytes(20, "big")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ISSUER.home(CLIENT.der().replace(serial, b"\x80" + serial[1:])) is None


@given(st.integers(0, len(CLIENT.der()) - 1))
def test_a_truncated_certificate_has_no_home(size):
    assert ISSUER.home(CLIENT.der()[:size]) is None


def test_an_rsa_key_of_2048_bits_is_made_on_request():
    client = ISSUER.client(SUBSCRIPTION, with_rsa=True)
    assert client.has_rsa_key
    assert client.key.key_size == 2048
    assert not CLIENT.has_rsa_key


def test_certificate_and_key_are_read_from_one_pem_in_either_order():
    for pem in (CLIENT.pem(), CLIENT.certificate_pem() + CLIENT.key_pem()):
        pair = Credentials.from_pem(pem)
        assert pair.certificate == CLIENT.certificate
        assert pair.key_pem() == CLIENT.key_pem()


def encrypted_key():
    return CLIENT.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))


def ed25519_key():
    return ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("pem", "reason"),
    [
        (b"", "private key"),
        (b"\x00\xff", "private key"),
        (CLIENT.certificate_pem(), "private key"),
        (CLIENT.key_pem(), "certificate"),
        (CLIENT.key_pem()[:-40] + CLIENT.certificate_pem(), "private key"),
        (CLIENT.key_pem() + CLIENT.certificate_pem()[:-40], "certificate"),
        (ISSUER.credentials.key_pem() + CLIENT.certificate_pem(), "belongs to another"),
        (encrypted_key() + CLIENT.certificate_pem(), "without a password"),
        (ed25519_key() + CLIENT.certificate_pem(), "RSA or EC"),
    ],
)
def test_what_is_no_pair_is_refused_with_a_reason(pem, reason):
    with pytest.raises(ValueError, match=reason):
        Credentials.from_pem(pem)


def test_an_authority_is_taken_up_again_from_its_pem():
    again = Issuer.from_pem(ISSUER.credentials.certificate_pem(), ISSUER.credentials.key_pem())
    assert again.home(CLIENT.der()) == SUBSCRIPTION
    assert ISSUER.home(again.client("other", with_rsa=False).der()) == "other"


def test_an_rsa_authority_made_elsewhere_serves_as_well():
    theirs = trustme.CA(key_type=trustme.KeyType.RSA)
    issuer = Issuer.from_pem(theirs.cert_pem.bytes(), theirs.private_key_pem.bytes())
    assert issuer.home(issuer.client(SUBSCRIPTION, with_rsa=False).der()) == SUBSCRIPTION


def test_a_certificate_that_may_not_sign_is_no_authority():
    with pytest.raises(ValueError, match="not the certificate of an authority"):
        Issuer.from_pem(CLIENT.certificate_pem(), CLIENT.key_pem())


def test_pairs_are_checked_for_their_issuer_and_purpose():
    server = ISSUER.server([])
    assert ISSUER.check(server) is server
    assert ISSUER.check_client(Credentials(CLIENT.key, CLIENT.certificate)) == CLIENT
    with pytest.raises(ValueError, match="another authority"):
        Issuer.new().check(server)
    with pytest.raises(ValueError, match="names no subscription"):
        ISSUER.check_client(server)


def server_until(days, *names, since=-1):
    now = datetime.now(UTC)
    leaf = ISSUER._authority.issue_cert(
        *SERVER_NAMES, *names, not_before=now + timedelta(days=since), not_after=now + timedelta(days=days)
    )
    return Credentials.from_pem(leaf.private_key_and_cert_chain_pem.bytes())


@pytest.mark.parametrize(
    ("kept", "serves"),
    [
        (server_until(31), True),
        (server_until(29), False),
        (server_until(-1, since=-5), False),
        (server_until(31, since=1), False),
        (server_until(31, "a.test"), True),
    ],
    ids=["a month left", "less than a month left", "expired", "not yet valid", "another name too"],
)
def test_a_kept_server_certificate_serves_while_it_is_valid_for_a_month(kept, serves):
    assert certificates.serves_as(kept, ISSUER.server([])) is serves


def test_a_kept_server_certificate_serves_only_with_all_names():
    kept = ISSUER.server(["a.test", "10.0.0.1"])
    assert certificates.serves_as(kept, ISSUER.server(["10.0.0.1"]))
    assert certificates.serves_as(kept, ISSUER.server(["A.TEST"]))
    assert not certificates.serves_as(kept, ISSUER.server(["b.test"]))
    assert not certificates.serves_as(CLIENT, ISSUER.server([]))


@pytest.mark.parametrize("data", [b"", b"\x30\x00", CLIENT.der(), CLIENT.pfx(None)[:-20], CLIENT.pfx(b"secret")])
def test_what_is_no_open_pkcs12_file_is_a_value_error(data):
    with pytest.raises(ValueError, match="not a PKCS#12 file"):
        certificates.certificate_in_pfx(data)
    assert certificates.certificate_in_pfx(CLIENT.pfx(None)) == CLIENT.der()
