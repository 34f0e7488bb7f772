"""An authority in a directory: made once, taken up again, never written over."""

import fcntl
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, pkcs12

from emulator.identity import files
from emulator.identity.authority import Authority, AuthorityError
from emulator.identity.certificates import SERVER_NAMES, Issuer

ENDPOINT = "https://localhost:8443"
SECRET = {"ca.key", "server.pem", "client.pem", "client.pfx", "client.publishsettings"}
FILES = SECRET | {"ca.pem", "client.cer"}


def start(directory, *, endpoint=ENDPOINT, hostnames=()):
    """What every start of an emulator asks for."""
    authority = Authority.in_directory(directory)
    return authority, authority.server_certificate(hostnames), authority.default_identity(endpoint=endpoint)


def contents(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}


def changed(before, after):
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Two directories as a first start leaves them: files by name."""
    directories = [tmp_path_factory.mktemp("prepared") for _ in range(2)]
    for directory in directories:
        start(directory)
    return [contents(directory) for directory in directories]


@pytest.fixture
def certs(tmp_path, prepared):
    directory = tmp_path / "certs"
    directory.mkdir()
    for name, data in prepared[0].items():
        (directory / name).write_bytes(data)
    return directory


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_a_first_start_leaves_all_files_and_those_with_keys_private(tmp_path):
    start(tmp_path / "certs")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "certs").iterdir()}
    assert modes == dict.fromkeys(SECRET | {".lock"}, 0o600) | dict.fromkeys(FILES - SECRET, 0o644)


def test_what_is_not_secret_holds_no_key(certs):
    assert b"PRIVATE" not in (certs / "ca.pem").read_bytes()
    assert (certs / "client.cer").read_bytes() == start(certs)[2].certificate_der


def test_the_files_of_the_default_identity_hold_one_certificate_and_its_rsa_key(certs):
    _, _, identity = start(certs)
    key, certificate, _ = pkcs12.load_key_and_certificates((certs / "client.pfx").read_bytes(), None)
    pem = (certs / "client.pem").read_bytes()
    assert identity.pem_path == certs / "client.pem"
    assert b"BEGIN RSA PRIVATE KEY" in pem
    assert key.key_size == 2048
    assert (certs / "client.cer").read_bytes() == identity.certificate_der
    assert certificate.public_bytes(Encoding.DER) == identity.certificate_der
    assert (certs / "client.publishsettings").read_text() == identity.publish_settings()


def test_a_second_start_finds_the_same_and_writes_nothing(certs, prepared):
    authority, (chain, key), identity = start(certs)
    again, (chain_again, key_again), identity_again = start(certs)
    assert authority.ca_pem == again.ca_pem == prepared[0]["ca.pem"]
    assert (chain, key) == (chain_again, key_again)
    assert identity == identity_again
    assert identity.subscription_id == identity_again.subscription_id
    assert again.issued(identity.certificate_der) == identity.subscription_id
    assert contents(certs) == prepared[0]


def test_identities_issued_before_are_known_after_a_restart(certs):
    lent = Authority.in_directory(certs).identity("a-subscription", endpoint=ENDPOINT)
    assert Authority.in_directory(certs).issued(lent.certificate_der) == "a-subscription"


def test_another_endpoint_changes_the_publish_settings_alone(certs, prepared):
    start(certs, endpoint="https://localhost:9999")
    after = contents(certs)
    subscription = ET.fromstring(after["client.publishsettings"]).find("./PublishProfile/Subscription")
    assert changed(prepared[0], after) == {"client.publishsettings"}
    assert subscription.get("ServiceManagementUrl") == "https://localhost:9999"


@pytest.mark.parametrize("name", ["client.cer", "client.pfx", "client.publishsettings"])
def test_a_missing_copy_is_made_again_from_the_kept_identity(certs, prepared, name):
    (certs / name).unlink()
    start(certs)
    assert contents(certs) == prepared[0]


def test_a_removed_identity_is_made_anew(certs, prepared):
    for name in FILES:
        if name.startswith("client"):
            (certs / name).unlink()
    _, _, identity = start(certs)
    assert changed(prepared[0], contents(certs)) == {name for name in FILES if name.startswith("client")}
    assert start(certs)[2] == identity


def test_a_copy_that_somebody_wrote_otherwise_is_kept_as_it_is(certs):
    _, _, identity = start(certs)
    key, certificate, _ = pkcs12.load_key_and_certificates(identity.pfx(), None)
    theirs = pkcs12.serialize_key_and_certificates(b"mine", key, certificate, None, NoEncryption())
    (certs / "client.pfx").write_bytes(theirs)
    renamed = identity.publish_settings("My own name")
    (certs / "client.publishsettings").write_text(renamed)
    start(certs)
    assert (certs / "client.pfx").read_bytes() == theirs
    assert (certs / "client.publishsettings").read_text() == renamed


def test_a_server_certificate_is_made_again_for_a_further_name_and_kept_for_fewer(certs, prepared):
    start(certs, hostnames=["asm.test"])
    after = contents(certs)
    assert changed(prepared[0], after) == {"server.pem"}
    start(certs)
    start(certs, hostnames=["asm.test"])
    assert contents(certs) == after


@pytest.mark.parametrize(("days", "made_again"), [(29, True), (31, False)])
def test_a_server_certificate_is_made_again_in_its_last_month(certs, days, made_again):
    authority = trustme.CA.from_pem((certs / "ca.pem").read_bytes(), (certs / "ca.key").read_bytes())
    leaf = authority.issue_cert(*SERVER_NAMES, not_after=datetime.now(UTC) + timedelta(days=days))
    (certs / "server.pem").write_bytes(leaf.private_key_and_cert_chain_pem.bytes())
    before = contents(certs)
    start(certs)
    assert changed(before, contents(certs)) == ({"server.pem"} if made_again else set())


DAMAGE = {
    "empty": lambda _mine, _theirs: b"",
    "truncated": lambda mine, _theirs: mine[: len(mine) // 2],
    "garbage": lambda _mine, _theirs: b"\x00\xff\xfe" * 100,
    "foreign": lambda _mine, theirs: theirs,
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", sorted(FILES))
def test_a_damaged_or_foreign_file_is_named_and_nothing_is_written(certs, prepared, name, damage):
    (certs / name).write_bytes(DAMAGE[damage](prepared[0][name], prepared[1][name]))
    before = contents(certs)
    with pytest.raises(AuthorityError, match=r"(?i)restore|remove") as caught:
        start(certs, endpoint="https://localhost:9999")
    assert str(certs) in str(caught.value)
    assert name in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert contents(certs) == before


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_directory_in_the_place_of_a_file_is_named_and_nothing_is_written(certs, name):
    (certs / name).unlink()
    (certs / name).mkdir()
    before = contents(certs)
    with pytest.raises(AuthorityError, match=f"{name} cannot be read"):
        start(certs, endpoint="https://localhost:9999")
    assert contents(certs) == before


@pytest.mark.parametrize("name", ["ca.pem", "ca.key"])
def test_half_an_authority_is_not_made_whole(certs, name):
    (certs / name).unlink()
    before = contents(certs)
    with pytest.raises(AuthorityError, match=f"{name} is missing. Restore both"):
        start(certs)
    assert contents(certs) == before


def test_no_authority_is_made_beside_the_files_of_another(certs):
    (certs / "ca.pem").unlink()
    (certs / "ca.key").unlink()
    (certs / "client.pem").unlink()
    before = contents(certs)
    with pytest.raises(AuthorityError, match=r"ca\.pem is missing, but server\.pem, client\.cer, .* is there"):
        start(certs)
    assert contents(certs) == before


def test_an_identity_is_not_made_beside_the_copies_of_another(certs):
    (certs / "client.pem").unlink()
    before = contents(certs)
    with pytest.raises(AuthorityError, match=r"client\.cer cannot be used: .*Remove client\.cer, client\.pfx and"):
        start(certs)
    assert contents(certs) == before


def test_another_authoritys_identity_is_refused(certs):
    (certs / "client.pem").write_bytes(Issuer.new().client("theirs", with_rsa=False).pem())
    with pytest.raises(AuthorityError, match=r"client\.pem cannot be used: its certificate was issued by another"):
        start(certs)


def test_a_server_certificate_is_no_identity(certs):
    (certs / "client.pem").write_bytes((certs / "server.pem").read_bytes())
    with pytest.raises(AuthorityError, match=r"client\.pem cannot be used: its certificate names no subscription"):
        start(certs)


def test_a_client_certificate_is_no_authority(certs):
    pem = (certs / "client.pem").read_bytes()
    (certs / "ca.pem").write_bytes(pem)
    (certs / "ca.key").write_bytes(pem)
    with pytest.raises(AuthorityError, match=r"ca\.pem .*cannot be used: it is not the certificate of an authority"):
        start(certs)


def test_a_protected_pkcs12_file_is_refused(certs):
    key, certificate, _ = pkcs12.load_key_and_certificates((certs / "client.pfx").read_bytes(), None)
    protected = pkcs12.serialize_key_and_certificates(None, key, certificate, None, BestAvailableEncryption(b"secret"))
    (certs / "client.pfx").write_bytes(protected)
    with pytest.raises(AuthorityError, match=r"client\.pfx cannot be used: it is not a PKCS#12 file"):
        start(certs)


def test_what_else_lies_in_the_directory_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    start(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("first", [True, False], ids=["first start", "later start"])
def test_no_file_is_read_or_written_without_the_lock(tmp_path, certs, monkeypatch, first):
    directory = tmp_path / "new" if first else certs
    touched = {"read": set(), "write": set()}

    def watch(name):
        genuine = getattr(files, name)

        def watched(path, *arguments):
            with (directory / ".lock").open("rb") as lock, pytest.raises(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            touched[name].add(path.name)
            return genuine(path, *arguments)

        monkeypatch.setattr(files, name, watched)

    watch("read")
    watch("write")
    start(directory)
    assert touched == {"read": FILES, "write": FILES if first else set()}


def test_processes_that_start_at_once_get_the_same_authority_and_identity(tmp_path):
    program = (
        "import sys, pathlib, hashlib; from emulator.identity.authority import Authority\n"
        "sys.stdin.read()\n"
        "a = Authority.in_directory(pathlib.Path(sys.argv[1]))\n"
        "chain, _ = a.server_certificate()\n"
        "i = a.default_identity(endpoint='https://localhost:8443')\n"
        "print(hashlib.sha256(a.ca_pem + chain).hexdigest(), i.thumbprint, i.subscription_id)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "certs")]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for process in started:
        process.stdin.close()
    told = [process.stdout.read() for process in started]
    assert [process.wait() for process in started] == [0] * 4
    assert len(told[0].split()) == 3
    assert set(told) == {told[0]}
    assert {path.name for path in (tmp_path / "certs").iterdir()} == FILES | {".lock"}
