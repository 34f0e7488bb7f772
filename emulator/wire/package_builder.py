"""Makes packages (.cspkg) for tests: a stand-in for the SDK's cspack, of which nothing is run.

What is made has the parts, the names, the manifest and the hashes that packages of the SDK have, and the service
definition as it was given: plug-ins are not expanded. The roles' own parts (.cssx) hold a description of the role and
no program. The same input gives the same parts, names and times.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from emulator.domain.definition import SDK_VERSION, PackageDefinition
from emulator.wire.service_definition import read_definition

CONTENT_TYPES = "[Content_Types].xml"
RELATIONSHIPS = "_rels/.rels"
RESOURCE = "http://schemas.microsoft.com/opc/2006/sample/required-resource"
PRODUCT_VERSION = "http://schemas.microsoft.com/ServiceHosting/2009/10/UAR/ProductVersion"
_OPC = "http://schemas.openxmlformats.org/package/2006"
_SERVICE_MODEL = "http://schemas.microsoft.com/dsltools/RDSM"
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_WHEN = (1980, 1, 1, 0, 0, 0)
_TYPES = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "cssx": "binary/software",
    "csmx": "user/user",
    "csdx": "user/user",
    "csnsx": "user/user",
    "csman": "text/ucmanifest",
}


class _Part(NamedTuple):
    name: str
    id: str
    data: bytes


def build_package(
    definition_text: bytes, *, sdk_version: str = SDK_VERSION, os_families: Sequence[str] = ()
) -> tuple[bytes, PackageDefinition]:
    """Return a package of a service definition, and what it says; raise DefinitionError or SchemaError.

    `os_families` are those that every role supports; none given, the package does not say.
    """
    families = dict.fromkeys((role.name for role in read_definition(definition_text).roles), tuple(os_families))
    definition = read_definition(definition_text, os_families=families, sdk_version=sdk_version)
    parts = _parts(definition, definition_text)
    streams = [f"{kind}/{role.name}/1.0" for role in definition.roles for kind in _streams(bool(os_families))]
    manifest_name = f"{_guid(definition_text, 'manifest')}.csman"
    entries = [
        *((part.name, part.data, ZIP_STORED) for part in parts if part.name.endswith((".cssx", ".csmx"))),
        (RELATIONSHIPS, _relationships(parts, manifest_name, sdk_version), ZIP_DEFLATED),
        *((part.name, part.data, ZIP_STORED) for part in parts if part.name.endswith((".csdx", ".csnsx"))),
        (manifest_name, _manifest(parts, streams), ZIP_DEFLATED),
        (CONTENT_TYPES, _content_types(_TYPES), ZIP_DEFLATED),
    ]
    return archive(entries), definition


def archive(entries: Sequence[tuple[str, bytes, int]]) -> bytes:
    """Return an archive of entries: name, bytes, and how they are packed. Every entry has the same time."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as made:
        for name, data, method in entries:
            entry = ZipInfo(name, _WHEN)
            entry.compress_type = method
            made.writestr(entry, data)
    return buffer.getvalue()


# ---- the parts


def _parts(definition: PackageDefinition, text: bytes) -> list[_Part]:
    roles = [
        _Part(f"{role.name}_{_guid(text, role.name)}.cssx", role.name, _inner({"RoleModel.xml": model}))
        for role in definition.roles
        for model in [_role_model(role.name, role.kind, definition.sdk_version)]
    ]
    service_model = f"<RDSM name={quoteattr(definition.service_name)} xmlns={quoteattr(_SERVICE_MODEL)} />"
    return [
        *roles,
        _Part(
            f"SMPackage_{_guid(text, 'model')}.csmx",
            "SERVICEMODEL",
            _inner({"ServiceDefinition.rd": _document(service_model)}),
        ),
        _Part(
            f"SDPackage_{_guid(text, 'description')}.csdx",
            "SERVICEDESCRIPTION",
            _inner({"ServiceDefinition.csdef": text}),
        ),
        _Part(
            f"NamedStreamPackage_{_guid(text, 'streams')}.csnsx",
            "NAMEDSTREAMPACKAGE",
            _inner(_stream_parts(definition)),
        ),
    ]


def _inner(parts: dict[str, bytes]) -> bytes:
    types = {name.rpartition(".")[2]: "user/user" for name in parts}
    entries = [*parts.items(), (CONTENT_TYPES, _content_types(types))]
    return archive([(name, data, ZIP_STORED) for name, data in entries])


def _guid(text: bytes, name: str) -> str:
    """Return a GUID that follows from what it is for."""
    return str(uuid.UUID(bytes=hashlib.sha256(text + name.encode()).digest()[:16], version=4))


def _role_model(name: str, kind: str, version: str) -> bytes:
    return _document(f"<RoleModel name={quoteattr(name)} kind={quoteattr(kind)} version={quoteattr(version)} />")


def _streams(says_families: bool) -> list[str]:
    return ["SupportedOSes", "SupportData"] if says_families else ["SupportData"]


def _stream_parts(definition: PackageDefinition) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    for role in definition.roles:
        if role.os_families:
            families = "".join(f"<OsFamily name={quoteattr(family)} />" for family in role.os_families)
            document = _document(f"<SupportedOsFamilies>{families}</SupportedOsFamilies>")
            parts[f"SupportedOSes/{role.name}/1.0"] = document
        support = f"<SupportData><SDKVersion>{escape(definition.sdk_version)}</SDKVersion></SupportData>"
        parts[f"SupportData/{role.name}/1.0"] = _document(support)
    return parts


def _document(text: str) -> bytes:
    return f"{_DECLARATION}{text}\n".encode()


# ---- what binds them together


def _relationships(parts: Sequence[_Part], manifest_name: str, sdk_version: str) -> bytes:
    known = [(part.id, part.name) for part in parts if not part.name.endswith(".cssx")]
    lines = [
        f'<Relationship Type="{RESOURCE}" Target="/{name}" Id="{id_}" />'
        for id_, name in (*known, ("MANIFEST", manifest_name))
    ]
    version = f"{PRODUCT_VERSION}#{sdk_version}"
    lines.append(
        f'<Relationship Type="{PRODUCT_VERSION}" TargetMode="External" Target={quoteattr(version)} Id="VERSION" />'
    )
    return _document(f'<Relationships xmlns="{_OPC}/relationships">{"".join(lines)}</Relationships>')


def _manifest(parts: Sequence[_Part], streams: Sequence[str]) -> bytes:
    items = "".join(
        f'<Item name={quoteattr(part.id)} hash="{hashlib.sha256(part.data).hexdigest().upper()}" uri="/{part.name}" />'
        for part in parts
    )
    named = "".join(f"<NamedStream name={quoteattr(name)} />" for name in streams)
    return _document(
        '<PackageManifest version="2"><Encryption keytype="1" />'
        f'<Contents hashtype="1">{items}</Contents><NamedStreams>{named}</NamedStreams></PackageManifest>'
    )


def _content_types(types: dict[str, str]) -> bytes:
    lines = "".join(f"<Default Extension={quoteattr(k)} ContentType={quoteattr(v)} />" for k, v in types.items())
    return _document(f'<Types xmlns="{_OPC}/content-types">{lines}</Types>')
