"""Reading packages: what real ones say, and that hostile ones are refused in little time and memory."""

import hashlib
import importlib.util
import io
import struct
import time
import tracemalloc
import zlib
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.domain.definition import (
    InputEndpoint,
    InstanceInputEndpoint,
    LocalStorage,
    PackageDefinition,
    PackageError,
    RoleDefinition,
)
from emulator.wire.archives import MAX_ENTRIES, MIB
from emulator.wire.package_builder import archive, build_package
from emulator.wire.packages import read_package
from emulator.wire.service_definition import NAMESPACE

FIXTURES = Path(__file__).parents[2] / "fixtures" / "packages"
SECONDS, BYTES = 2.0, 100 * MIB


def fixture(name):
    return (FIXTURES / f"{name}.cspkg").read_bytes()


def read(package):
    return read_package(io.BytesIO(package))


def refusal(package):
    """Return why a package is refused, which has to be soon and cheap."""
    begun = time.thread_time()  # others may be busy on this machine
    with pytest.raises(PackageError) as caught:
        read(package)
    assert time.thread_time() - begun < SECONDS
    tracemalloc.start()
    try:
        with pytest.raises(PackageError):
            read(package)
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()
    return str(caught.value)


def definition(inside='<WebRole name="r"/>', attributes='name="s"', before=""):
    return f'{before}<ServiceDefinition xmlns="{NAMESPACE}" {attributes}>{inside}</ServiceDefinition>'.encode()


def plain(text, method=ZIP_DEFLATED):
    """A package of the other form: an archive with a definition in it."""
    return archive([("ServiceDefinition.csdef", text, method)])


def entries(package):
    with ZipFile(io.BytesIO(package)) as opened:
        return [(one.filename, opened.read(one), one.compress_type) for one in opened.infolist()]


def edited(change):
    """WebService.cspkg, each of whose entries was handed to a function that gives back what stands in its place."""
    return archive([new for entry in entries(fixture("WebService")) for new in change(*entry)])


# ---- what is taken ------------------------------------------------------------------------------------------------


def test_a_package_of_one_web_role_is_read():
    assert read(fixture("WebService")) == PackageDefinition(
        service_name="WebService",
        sdk_version="2.2.6492.2",
        roles=(
            RoleDefinition(
                name="WebRole1",
                vm_size="Medium",
                settings=("Greeting",),
                input_endpoints=(InputEndpoint("Endpoint1", "http", 80, 8080),),
                local_storage=(LocalStorage("Scratch", 1024),),
                os_families=("3", "4"),
            ),
        ),
    )


def test_a_package_of_two_roles_has_endpoints_of_all_kinds_certificates_and_imports():
    web, worker = read(fixture("TwoRoles")).roles

    assert web.certificates == ("Tls",)
    assert web.input_endpoints[1] == InputEndpoint("Secure", "https", 443, None, "Tls")
    assert web.internal_endpoints == ("Cache",)
    assert (worker.name, worker.kind, worker.vm_size) == ("WorkerRole1", "WorkerRole", "ExtraSmall")
    assert worker.instance_input_endpoints == (InstanceInputEndpoint("Debug", "tcp", 4020, 4100, 4109),)
    assert worker.imports == ("Diagnostics",)


def test_the_fixtures_are_what_their_script_makes():
    spec = importlib.util.spec_from_file_location("make", FIXTURES / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    made = make.packages()

    assert sorted(made) == sorted(path.name for path in FIXTURES.glob("*.cspkg"))
    for name, package in made.items():
        # How well parts are packed differs between the versions of zlib; what they hold does not.
        assert entries(package) == entries((FIXTURES / name).read_bytes()), name


def test_anything_else_that_is_an_archive_with_one_definition_is_read():
    found = read(archive([("package.xml", b"<x/>", ZIP_STORED), ("ServiceDefinition/a.CSDEF", definition(), 8)]))
    assert [role.name for role in found.roles] == ["r"]


def test_upgrade_domains_are_those_of_the_definition():
    assert read(plain(definition(attributes='name="s" upgradeDomainCount="3"'))).upgrade_domain_count == 3
    assert read(plain(definition())).upgrade_domain_count is None


def test_what_was_built_is_read_as_what_it_was_built_of():
    package, built = build_package(definition(), sdk_version="1.8.31004.1351", os_families=("2",))
    assert read(package) == built
    assert (built.sdk_version, built.roles[0].os_families) == ("1.8.31004.1351", ("2",))


# ---- what is wrong ------------------------------------------------------------------------------------------------


def test_a_part_that_is_not_what_the_manifest_says_is_refused():
    assert "its hash differs" in refusal(fixture("Broken"))


def test_the_hash_of_every_listed_part_counts():
    changed = edited(lambda n, d, m: [(n, d[:-1] + b"!" if n.endswith(".cssx") else d, m)])
    assert "webrole1_" in refusal(changed)
    assert "its hash differs" in refusal(changed)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda n, d, m: [] if n.endswith(".csman") else [(n, d, m)], "no manifests"),
        (lambda n, d, m: [] if n.endswith(".cssx") else [(n, d, m)], "which is not there"),
        (lambda n, d, m: [(n, d.replace(b'hashtype="1"', b'hashtype="9"'), m)], "hashtype '9'"),
        (lambda n, d, m: [(n, d.replace(b"SDPackage", b"XXPackage") if "csman" in n else d, m)], "does not list"),
        (lambda n, d, m: [(n, d, m), ("b.csdx", d, m)] if n.endswith(".csdx") else [(n, d, m)], "more than one"),
        (lambda n, d, m: [(n, b"<PackageManifest", m)] if n.endswith(".csman") else [(n, d, m)], "not well-formed"),
    ],
)
def test_a_package_that_contradicts_itself_is_refused(change, why):
    assert why in refusal(edited(change))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "not well-formed"),
        (b"<a/>", "the root element has to be ServiceDefinition"),
        (definition(""), "1 to 25 roles"),
        (definition("".join(f'<WebRole name="r{n}"/>' for n in range(26))), "not 26"),
        (definition('<WebRole name="r"/><WorkerRole name="R"/>'), "stands twice"),
        (definition('<WebRole name="/r"/>'), "no role's name has a / in it"),
        (definition('<WebRole name="a\\..\\r"/>'), "no role's name has a \\ in it"),
        (definition(attributes=""), "its name has to have"),
        (definition(attributes='name="s" upgradeDomainCount="21"'), "no number from 1 to 20"),
        (definition(before='<!DOCTYPE a [<!ENTITY b "c">]>'), "document type"),
    ],
)
def test_a_definition_that_cannot_be_is_refused(text, why):
    assert why in refusal(plain(text))


def role(*endpoints):
    return definition(f'<WebRole name="r"><Endpoints>{"".join(endpoints)}</Endpoints></WebRole>')


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (role('<InputEndpoint name="e" protocol="ftp" port="1"/>'), "is none of http"),
        (role('<InputEndpoint name="e" protocol="tcp" port="0"/>'), "no number from 1 to 65535"),
        (role('<InputEndpoint name="e" protocol="tcp" port="65536"/>'), "no number from 1 to 65535"),
        (role('<InputEndpoint name="e" protocol="tcp" port="٣"/>'), "no number"),
        (role('<InputEndpoint name="e" protocol="https" port="1"/>'), "needs a certificate"),
        (role('<InputEndpoint name="e" protocol="tcp" port="1"/>', '<InternalEndpoint name="E"/>'), "stands twice"),
        (role(*(f'<InputEndpoint name="{n}" protocol="{n}" port="1"/>' for n in ("tcp", "http"))), "have the port 1"),
        (role('<InstanceInputEndpoint name="e" protocol="tcp" localPort="1"/>'), "one FixedPortRange"),
    ],
)
def test_endpoints_that_cannot_be_are_refused(text, why):
    assert why in refusal(plain(text))


def test_one_port_may_be_of_tcp_and_of_udp():
    both = role(*(f'<InputEndpoint name="{n}" protocol="{n}" port="53"/>' for n in ("tcp", "udp")))
    assert len(read(plain(both)).roles[0].input_endpoints) == 2


# ---- what is hostile ----------------------------------------------------------------------------------------------


def test_the_hostile_fixture_is_refused():
    assert "200 times its size" in refusal(fixture("Hostile"))


def test_one_that_is_cut_off_at_any_byte_is_refused():
    package = fixture("WebService")
    begun = time.thread_time()
    for length in range(len(package)):
        with pytest.raises(PackageError):
            read(package[:length])
    assert (time.thread_time() - begun) / len(package) < SECONDS / 100


def directory(count, name=b"a%07d"):
    """An archive that is nothing but a directory of so many entries."""
    form = struct.Struct("<4s4B4HL2L5H2L")
    lines = []
    for number in range(count):
        text = name % number
        lines.append(form.pack(b"PK\1\2", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, len(text), 0, 0, 0, 0, 0, 0) + text)
    body = b"".join(lines)
    return body + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, len(body), 0, 0)


def test_a_million_entries_are_refused_unread():
    assert "directory" in refusal(directory(1_000_000))


def test_more_entries_than_any_package_has_are_refused():
    assert f"more than {MAX_ENTRIES}" in refusal(directory(MAX_ENTRIES + 1))


def test_a_directory_that_claims_to_be_larger_than_the_file_is_refused():
    whole = fixture("WebService")
    at = whole.rindex(b"PK\5\6") + 12
    for claim in (0xFFFFFFFF, 0xFFFFFFFE, 2**31, len(whole) + 1):
        refusal(whole[:at] + struct.pack("<L", claim) + whole[at + 4 :])


def test_a_bomb_is_refused_whatever_it_claims():
    packed = bytearray(plain(bytes(32 * MIB)))
    assert "200 times" in refusal(bytes(packed))
    at = packed.rindex(b"PK\1\2") + 24
    packed[at : at + 4] = struct.pack("<L", 1000)  # it claims to be small: no more is unpacked, and the check sum tells
    assert "no readable archive" in refusal(bytes(packed))


def test_a_bomb_in_the_inner_archive_is_refused():
    inner = archive([("a.csdef", bytes(32 * MIB), ZIP_DEFLATED)])
    name = next(name for name, *_ in entries(fixture("WebService")) if name.endswith(".csdx"))
    manifest = f'<M><Contents hashtype="1"><I uri="/{name}" hash="{sha(inner)}"/></Contents></M>'.encode()
    assert "200 times" in refusal(archive([(name, inner, ZIP_STORED), ("m.csman", manifest, ZIP_STORED)]))


def sha(data):
    return hashlib.sha256(data).hexdigest().upper()


def test_many_parts_that_unpack_to_more_than_the_budget_are_refused():
    part = bytes(range(256)) * 16 + bytes(900 * 1024)  # less than a MiB, so that no single ratio counts
    parts = [(f"r{n}.cssx", part, ZIP_DEFLATED) for n in range(100)]
    csdx = archive([("a.csdef", definition(), ZIP_STORED)])
    items = "".join(f'<I uri="/{n}" hash="{sha(d)}"/>' for n, d, _ in [*parts, ("s.csdx", csdx, 0)])
    manifest = f'<M><Contents hashtype="1">{items}</Contents></M>'.encode()
    assert "unpacked" in refusal(archive([*parts, ("s.csdx", csdx, ZIP_STORED), ("m.csman", manifest, ZIP_STORED)]))


def test_entries_that_share_their_bytes_are_refused():
    data = zlib.compress(bytes(range(256)) * 20, 0)[2:-4]
    body = b"PK\3\4" + struct.pack("<5H3L2H", 20, 0, 8, 0, 0, zlib.crc32(b""), len(data), 8000, 1, 0) + b"a" + data
    lines = b"".join(
        struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 8, 0, 0, 0, len(data), 8000, 4, 0, 0, 0, 0, 0, 0)
        + b"%04d" % n
        for n in range(5000)
    )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 5000, 5000, len(lines), len(body), 0)
    assert "overlap" in refusal(body + lines + end)


def test_a_name_that_no_answer_could_hold_is_told_of_all_the_same():
    assert "../?" in refusal(archive([("../\ufffe.csdef", definition(), ZIP_STORED)]))


@pytest.mark.parametrize(
    "name", ["../a.csdef", "a/../../b.csdef", "/etc/a.csdef", "C:/a.csdef", "..\\a.csdef", "a\x01.csdef", "a" * 300]
)
def test_names_that_lead_out_or_cannot_be_are_refused(name):
    assert "a" in refusal(archive([(name, definition(), ZIP_STORED)]))


def test_a_name_with_a_null_in_it_is_refused():
    sly = archive([("aXcsdef", definition(), ZIP_STORED)]).replace(b"aXcsdef", b"a\0csdef")
    assert "no name" in refusal(sly)


def test_a_name_that_stands_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = archive([("a.csdef", definition(), ZIP_STORED)] * 2)
    assert "stands twice" in refusal(twice)


def test_archives_in_archives_are_opened_two_deep_only():
    nested = plain(definition())
    for _ in range(100):
        nested = archive([("a.csdx", nested, ZIP_STORED)])
    assert "no manifests" in refusal(nested)
    inner = archive([("a.csdx", plain(definition()), ZIP_STORED)])
    manifest = f'<M><Contents hashtype="1"><I uri="/a.csdx" hash="{sha(inner)}"/></Contents></M>'.encode()
    assert "no service definitions" in refusal(
        archive([("a.csdx", inner, ZIP_STORED), ("m.csman", manifest, ZIP_STORED)])
    )


def test_encrypted_and_strangely_packed_entries_are_refused():
    assert "method 12" in refusal(plain(definition(), ZIP_BZIP2))
    locked = bytearray(plain(definition()))
    locked[locked.rindex(b"PK\1\2") + 8] |= 1
    assert "encrypted" in refusal(bytes(locked))


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 100_000,
        '<WebRole name="r"/>' * 50_000,
        '<WebRole name="r"><ConfigurationSettings>' + "<Setting/>" * 90_000 + "</ConfigurationSettings></WebRole>",
        "<a/>" * 240_000,
    ],
)
def test_a_definition_of_a_mebibyte_is_refused_as_soon(inside):
    refusal(plain(definition(inside), ZIP_STORED))


def test_what_is_no_archive_is_refused():
    for junk in (b"", b"PK", b"dummy", b"PK\5\6" + bytes(18), bytes(MIB), b"PK\5\6" * 10_000):
        refusal(junk)


def test_one_larger_than_the_service_took_is_refused(tmp_path):
    path = tmp_path / "large.cspkg"
    with path.open("wb") as file:
        file.truncate(601 * MIB)
    with path.open("rb") as file, pytest.raises(PackageError, match="600 MB"):
        read_package(file)


# ---- and whatever else --------------------------------------------------------------------------------------------

WHOLE = fixture("TwoRoles")


@settings(max_examples=300, deadline=2000)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_make_another_package_or_none(changes):
    package = bytearray(WHOLE)
    for at, byte in changes:
        package[at] = byte
    try:
        assert isinstance(read(bytes(package)), PackageDefinition)
    except PackageError as error:
        assert str(error).isprintable()


@settings(max_examples=200, deadline=2000)
@given(st.binary(max_size=400), st.binary(max_size=100))
def test_any_bytes_are_refused_or_read(before, after):
    for junk in (before, before + b"PK\5\6" + after, plain(before, ZIP_STORED)):
        with pytest.raises(PackageError):
            read(junk)
