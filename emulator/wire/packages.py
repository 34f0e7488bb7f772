"""Packages (.cspkg): an archive of archives in, a `PackageDefinition` out, or a refusal that says why.

Two forms are read. What the SDKs wrote: a part .csdx (itself an archive) with the service definition, a manifest
.csman with the hash of every part, a part .csnsx with the guest operating systems that each role supports, and the
SDK's version in the relationships. And anything else that is an archive with one .csdef in it. What the roles run
(.cssx) is never unpacked. Archives are opened two deep and no deeper.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import unquote

from lxml import etree

from emulator.domain.definition import SDK_VERSION, PackageDefinition, PackageError
from emulator.wire.archives import KIB, MIB, Archive, ArchiveError, Budget
from emulator.wire.schema import SchemaError, parse_document, short
from emulator.wire.service_definition import MAX_ROLES, DefinitionError, read_definition

MAX_PACKAGE = 600 * MIB
MAX_PART = 4 * MIB
"""Bytes of a part that is read whole. Those of real packages have some 50,000 (assumption 56)."""
MAX_STREAM = 64 * KIB
RELATIONSHIPS = "_rels/.rels"
PRODUCT_VERSION = "/ServiceHosting/2009/10/UAR/ProductVersion"
SHA256 = "1"
"""The `hashtype` of a manifest whose hashes are SHA-256."""


def read_package(file: BinaryIO) -> PackageDefinition:
    """Read a package of a file that can be sought in; raise PackageError, whatever the file holds."""
    if file.seek(0, 2) > MAX_PACKAGE:
        raise PackageError(f"it has more than {MAX_PACKAGE // MIB} MB.")
    try:
        budget = Budget()
        return _read(Archive(file, "the package", budget), budget)
    except (ArchiveError, SchemaError, DefinitionError) as error:
        # Names in a package may be of letters that no answer could hold.
        told = "".join(letter if letter.isprintable() else "?" for letter in str(error))
        raise PackageError(f"{told}.") from None


def _read(archive: Archive, budget: Budget) -> PackageDefinition:
    description = _only(archive, ".csdx")
    if description is None:
        return read_definition(_definition(archive))
    _check_hashes(archive, description)
    text = _definition(_inner(archive, description, budget))
    streams = _only(archive, ".csnsx")
    os_families = dict(_os_families(_inner(archive, streams, budget))) if streams else {}
    return read_definition(text, os_families=os_families, sdk_version=_sdk_version(archive))


def _only(archive: Archive, suffix: str) -> str | None:
    """Return the part of a kind of which there may be one."""
    found = archive.of_kind(suffix)
    if len(found) > 1:
        raise ArchiveError(f"it has more than one part {suffix}")
    return found[0] if found else None


def _inner(archive: Archive, name: str, budget: Budget) -> Archive:
    return Archive(io.BytesIO(archive.read(name, MAX_PART)), short(name), budget)


def _definition(archive: Archive) -> bytes:
    found = archive.of_kind(".csdef")
    if len(found) != 1:
        raise ArchiveError(f"{archive.name} has {len(found) or 'no'} service definitions (.csdef), not one")
    return archive.read(found[0], MAX_PART)


# ---- the manifest


def _check_hashes(archive: Archive, description: str) -> None:
    """Refuse a package that is not what its manifest says."""
    manifests = archive.of_kind(".csman")
    if len(manifests) != 1:
        raise ArchiveError(f"it has {len(manifests) or 'no'} manifests (.csman), not one")
    listed = dict(_listed(parse_document(archive.read(manifests[0], MAX_PART))))
    if description.lower() not in listed:
        raise ArchiveError(f"its manifest does not list {short(description)}")
    for name, digest in listed.items():
        if not archive.has(name):
            raise ArchiveError(f"its manifest lists {short(name)}, which is not there")
        if archive.sha256(name) != digest:
            raise ArchiveError(f"{short(name)} is not what the manifest says: its hash differs")


def _listed(manifest: etree._Element) -> Iterator[tuple[str, str]]:
    for contents in manifest.iter("{*}Contents"):
        if contents.get("hashtype") != SHA256:
            raise ArchiveError(f"the hashtype {short(contents.get('hashtype') or '')!r} of its manifest is not known")
        for item in contents:
            uri, digest = item.get("uri"), item.get("hash")
            if uri and digest:
                yield unquote(uri).lstrip("/").lower(), digest.strip().upper()


# ---- other parts


def _sdk_version(archive: Archive) -> str:
    if not archive.has(RELATIONSHIPS):
        return SDK_VERSION
    for relationship in parse_document(archive.read(RELATIONSHIPS, MAX_PART)).iter("{*}Relationship"):
        if (relationship.get("Type") or "").endswith(PRODUCT_VERSION):
            return short((relationship.get("Target") or "").rpartition("#")[2]) or SDK_VERSION
    return SDK_VERSION


def _os_families(streams: Archive) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the roles that say which guest operating systems they support, with those."""
    named = [name for name in streams.names if name.lower().startswith("supportedoses/")]
    if len(named) > MAX_ROLES:
        raise ArchiveError(f"{streams.name} speaks of {len(named)} roles")
    for name in named:
        root = parse_document(streams.read(name, MAX_STREAM))
        families = (family.get("name") for family in root.iter("{*}OsFamily"))
        yield unquote(name.split("/")[1]), tuple(family for family in families if family)
