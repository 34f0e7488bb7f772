"""Extensions on the wire: order, first versions, and what a deployment shows of those it names."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from lxml import etree

from emulator.catalog import ExtensionImage, ResourceExtension
from emulator.domain.records import ExtensionReference, HostedServiceExtension
from emulator.wire.contract import Contract
from emulator.wire.extensions import (
    ADD_EXTENSION,
    EXTENSION_CONFIGURATION_IN,
    EXTENSION_IMAGES,
    EXTENSIONS,
    RESOURCE_EXTENSIONS,
    extension_configuration_out,
)
from emulator.wire.reading import BodyError
from emulator.wire.terms import AZURE
from emulator.wire.writing import Context

EVERYTHING = {
    "version": "1.0",
    "label": "Label",
    "description": "Description",
    "public_configuration_schema": "<xs/>",
    "private_configuration_schema": "",
    "sample_config": "{}",
    "eula": "http://eula",
    "privacy_uri": "http://privacy",
    "homepage_uri": "http://home",
    "is_json_extension": True,
    "disallow_major_version_upgrade": True,
    "supported_os": "Windows",
    "company_name": "Company",
    "published_date": datetime(2015, 2, 26, 21, 41, 50, 359463, tzinfo=UTC),
    "regions": "",
}


def children(document):
    [item] = etree.fromstring(document)
    return [etree.QName(child).localname for child in item]


def test_a_resource_extension_has_its_elements_in_the_recorded_order():
    one = ResourceExtension(publisher="P", name="N", **EVERYTHING)
    document = RESOURCE_EXTENSIONS.write([one], Context("2015-04-01"))
    assert " ".join(children(document)) == (
        "Publisher Name Version Label Description PublicConfigurationSchema PrivateConfigurationSchema SampleConfig "
        "ReplicationCompleted Eula PrivacyUri HomepageUri IsJsonExtension DisallowMajorVersionUpgrade SupportedOS "
        "CompanyName PublishedDate Regions"
    )
    assert b"<PublicConfigurationSchema>PHhzLz4=</PublicConfigurationSchema><PrivateConfigurationSchema/>" in document
    assert b"<PublishedDate>2015-02-26T21:41:50.359463Z</PublishedDate><Regions/>" in document


def test_what_a_resource_extension_does_not_have_is_left_out():
    one = ResourceExtension(publisher="P", name="N", version="1", label="L", description="D")
    shown = "Publisher Name Version Label Description ReplicationCompleted"
    assert " ".join(children(RESOURCE_EXTENSIONS.write([one], Context()))) == shown


@pytest.mark.parametrize(
    ("version", "last"),
    [
        ("2013-03-01", "PrivateConfigurationSchema BlockRoleUponFailure"),
        ("2013-11-01", "BlockRoleUponFailure SampleConfig"),
        ("2014-04-01", "HomepageUri IsJsonExtension"),
        ("2014-06-01", "PublishedDate Regions"),
    ],
)
def test_an_extension_image_grew_with_the_versions(version, last):
    one = ExtensionImage(provider_name_space="P", type="T", block_role_upon_failure=True, **EVERYTHING)
    shown = " ".join(children(EXTENSION_IMAGES.write([one], Context(version))))
    assert shown.startswith("ProviderNameSpace Type Version Label Description HostingResources ThumbprintAlgorithm Pub")
    assert shown.endswith(last)


def test_an_extension_of_a_service_shows_no_private_configuration():
    one = HostedServiceExtension("P", "RDP", "rdp", "1.*", "AB", "sha1", b"<a/>")
    assert " ".join(children(EXTENSIONS.write([one], Context()))) == (
        "ProviderNameSpace Type Id Version Thumbprint ThumbprintAlgorithm PublicConfiguration"
    )


def test_an_extension_is_read_with_empty_elements_for_what_is_left_out():
    body = (
        f'<Extension xmlns="{AZURE}"><ProviderNameSpace>P</ProviderNameSpace><Type>T</Type><Id>i</Id><Thumbprint/>'
        "<ThumbprintAlgorithm/><PublicConfiguration>PGEvPg==</PublicConfiguration><Version>1.*</Version></Extension>"
    )
    command = ADD_EXTENSION.read(body.encode())
    assert (command.id, command.thumbprint, command.public_configuration, command.version) == ("i", "", b"<a/>", "1.*")


@pytest.mark.parametrize("missing", ["ProviderNameSpace", "Type", "Id"])
def test_an_extension_needs_name_space_type_and_id(missing):
    given = "".join(f"<{name}>x</{name}>" for name in ("ProviderNameSpace", "Type", "Id") if name != missing)
    with pytest.raises(BodyError, match=f"required element <{missing}> is missing"):
        ADD_EXTENSION.read(f'<Extension xmlns="{AZURE}">{given}</Extension>'.encode())


class TestConfiguration:
    READ = Contract("Root", lambda extension_configuration=None: extension_configuration, (EXTENSION_CONFIGURATION_IN,))
    SHOW = Contract("Root", SimpleNamespace, (extension_configuration_out(lambda record, _context: record),))

    def shown(self, extensions, *roles, version="2014-06-01"):
        named = {role.lower(): SimpleNamespace(role_name=role) for role in roles}
        document = self.SHOW.write(SimpleNamespace(extensions=extensions, roles=named), Context(version)).decode()
        return document[document.index(">") + 1 :].removesuffix("</Root>")

    def read(self, inner, version="2014-06-01"):
        inside = f"<ExtensionConfiguration>{inner}</ExtensionConfiguration>"
        return self.READ.read(f'<Root xmlns="{AZURE}">{inside}</Root>'.encode(), version)

    def test_it_is_read_with_its_states(self):
        found = self.read(
            "<AllRoles><Extension><Id>a</Id><State>Uninstall</State></Extension></AllRoles><NamedRoles><Role>"
            "<RoleName>Web</RoleName><Extensions><Extension><Id>b</Id><SequenceNumber>3</SequenceNumber>"
            "<State>Disable</State></Extension></Extensions></Role></NamedRoles>"
        )
        assert [(one.id, one.state) for one in found.all_roles] == [("a", "Uninstall")]
        [role] = found.named_roles
        assert (role.role_name, role.extensions[0].sequence_number) == ("Web", 3)

    def test_it_is_not_read_before_its_first_version(self):
        assert self.read("<AllRoles/>", "2012-12-01") is None
        assert self.read("<AllRoles/>", "2013-03-01").all_roles == []

    def test_nothing_is_shown_where_nobody_ever_gave_any(self):
        assert self.shown(None, "Web") == ""

    def test_all_roles_is_absent_where_a_role_has_no_extension(self):
        assert self.shown({}, "Web") == "<ExtensionConfiguration><NamedRoles/></ExtensionConfiguration>"

    def test_what_all_roles_have_in_common_stands_in_all_roles_and_the_rest_by_role(self):
        a, b = ExtensionReference("a", "enable"), ExtensionReference("b", "enable")
        assert self.shown({"Worker": (a, b), "Web": (a,)}, "Web", "Worker") == (
            "<ExtensionConfiguration><AllRoles><Extension><Id>a</Id><State>enable</State></Extension></AllRoles>"
            "<NamedRoles><Role><RoleName>Worker</RoleName><Extensions><Extension><Id>b</Id><State>enable</State>"
            "</Extension></Extensions></Role></NamedRoles></ExtensionConfiguration>"
        )

    def test_all_roles_is_empty_where_they_have_nothing_in_common(self):
        shown = self.shown(
            {"Web": (ExtensionReference("a", "enable"),), "Worker": (ExtensionReference("b", "enable"),)},
            "Web",
            "Worker",
        )
        assert shown.startswith("<ExtensionConfiguration><AllRoles/><NamedRoles><Role>")

    def test_an_older_version_does_not_know_states(self):
        extensions = {"Web": (ExtensionReference("a", "enable"),)}
        assert "State" not in self.shown(extensions, "Web", version="2014-05-01")
        assert self.shown(extensions, "Web", version="2012-12-01") == ""
