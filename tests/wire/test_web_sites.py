"""Web sites on the wire: what stands in their documents in which version, and bodies as three clients send them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from lxml import etree

from emulator.catalog import load_catalog
from emulator.domain import errors, errors_web, refusals
from emulator.domain.site_certificates import ChangedCertificate
from emulator.domain.site_metrics import DEFINITIONS, MEASURED, Measurement
from emulator.domain.web_lookup import OneFarm, OneSite
from emulator.domain.web_records import (
    ConnectionString,
    NameValuePair,
    ServerFarm,
    Site,
    SiteCertificate,
    SiteConfig,
    WebSpace,
)
from emulator.domain.web_sites import ChangedSslState, CreateSite, UpdateSite
from emulator.domain.web_spaces import WebSpaceToCreate
from emulator.wire.common import STRING, YES_OR_NO
from emulator.wire.dialects import RDFE
from emulator.wire.server_farms import SERVER_FARM
from emulator.wire.site_configuration import (
    SITE_CONFIG,
    SITE_CONFIG_JSON,
    SLOT_CONFIG_NAMES,
    UPDATE_SITE_CONFIG,
    UPDATE_SLOT_CONFIG_NAMES,
)
from emulator.wire.site_metrics import METRIC_DEFINITIONS, METRIC_RESPONSES
from emulator.wire.terms import XSI
from emulator.wire.values import write_precise_date
from emulator.wire.web_dialect import WEB_SITES
from emulator.wire.web_sites import CREATE_SITE, PUBLISH_PROFILE, SITE, SITES, UPDATE_SITE
from emulator.wire.web_spaces import ARRAY_OF_STRING, WEB_SPACE
from emulator.wire.writing import Context

CHANGED = datetime(2015, 7, 1, 0, 14, 6, 160_000, tzinfo=UTC)
A = 'xmlns:a="http://schemas.microsoft.com/2003/10/Serialization/Arrays"'
W = 'xmlns="http://schemas.microsoft.com/windowsazure"'
SUBSCRIPTION = SimpleNamespace(id="sub", catalog=load_catalog())
INCLUDED = {"properties_to_include": "publishingpassword,repositoryuri"}


def context(version="2014-10-01", **shown):
    return Context(version, SUBSCRIPTION, shown)


@pytest.fixture
def one():
    farm = ServerFarm("Default0", "Free", 1, "Small", CHANGED)
    site = Site("my", "Default0", ["my.azurewebsites.net"], CHANGED, "secret", "seed", SiteConfig(app_settings=[]))
    return OneSite(WebSpace("eastuswebspace", "East US", {"my": site}, {"default0": farm}), site)


def names(document):
    return [etree.QName(child).localname for child in etree.fromstring(document)]


def test_strings_stand_under_the_prefix_that_clients_look_for(one):
    document = SITE.write(one, context()).decode()
    assert f"<HostNames {A}><a:string>my.azurewebsites.net</a:string></HostNames>" in document
    assert f'<TrafficManagerHostNames i:nil="true" {A}/>' in document
    ids = ARRAY_OF_STRING.write(["ab"], context()).decode()
    assert ids.endswith("><string>ab</string></ArrayOfstring>")
    assert ids.startswith('<ArrayOfstring xmlns="http://schemas.microsoft.com/2003/10/Serialization/Arrays"')


def test_a_change_has_no_zone_and_no_more_decimals_than_it_needs(one):
    assert b"<LastModifiedTimeUtc>2015-07-01T00:14:06.16</LastModifiedTimeUtc>" in SITE.write(one, context())
    one.site.last_modified_time_utc = CHANGED.replace(microsecond=0)
    assert b"<LastModifiedTimeUtc>2015-07-01T00:14:06</LastModifiedTimeUtc>" in SITE.write(one, context())


def test_what_is_shown_of_a_site_depends_on_the_version(one):
    shown = {version: set(names(SITE.write(one, context(version)))) for version in VERSIONS}
    oldest, recorded_2014, recorded_2016, recorded_2015 = (shown[version] for version in VERSIONS)
    assert recorded_2014 - oldest == {
        "Cers", "Csrs", "DeploymentId", "SKU", "SiteConfig", "TrafficManagerHostNames", "WebHostingPlan",
    }  # fmt: skip
    assert recorded_2014 - recorded_2015 == {"WebHostingPlan"}
    assert {"CloningInfo", "MicroService", "OutboundIpAddresses", "TargetSwapSlot"} <= recorded_2015 - recorded_2014
    assert {"ContainerSize", "DefaultHostName", "HomeStamp", "Tags"} <= recorded_2016 - recorded_2015
    assert recorded_2015 <= recorded_2016


VERSIONS = ("2012-10-10", "2013-08-01", "2014-04-01", "2014-10-01")


def are_nil(one, version):
    return {
        etree.QName(child).localname
        for child in etree.fromstring(SITE.write(one, context(version)))
        if child.get(f"{{{XSI}}}nil")
    }


@pytest.mark.parametrize(("version", "nil"), [*zip(VERSIONS, (False, False, True, False), strict=True)])
def test_how_a_site_is_run_is_nil_in_the_answers_of_2016(one, version, nil):
    how = {"ComputeMode", "SSLCertificates", "SiteMode"}
    assert how & are_nil(one, version) == (how if nil else set())


def test_at_first_a_site_had_a_server_farm_only_if_it_was_one_of_its_own(one):
    assert ["ServerFarm" in are_nil(one, version) for version in VERSIONS] == [True, False, False, False]
    one.space.server_farms["default0"].sku = "Standard"
    assert "ServerFarm" not in are_nil(one, VERSIONS[0])


@pytest.mark.parametrize("version", VERSIONS)
def test_elements_stand_in_the_order_of_their_letters(one, version):
    """As the serializer has it: capitals before small letters."""
    for document in (SITE.write(one, context(version)), SITE_CONFIG.write(one.site, context(version))):
        assert names(document) == sorted(names(document))
    farm = SERVER_FARM.write(OneFarm(one.space, one.space.server_farms["default0"]), context(version))
    assert names(farm) == sorted(names(farm))
    assert names(WEB_SPACE.write(one.space, context(version))) == sorted(
        names(WEB_SPACE.write(one.space, context(version)))
    )


def test_properties_are_shown_where_they_are_asked_for_in_the_services_order(one):
    assert b"<Properties/>" in SITES.write([one], context())
    document = etree.fromstring(SITES.write([one], context(**INCLUDED)))
    told = [child.text for child in document.iter("{*}NameValuePair") for child in child]
    assert told == ["RepositoryUri", "https://my.scm.azurewebsites.net", "PublishingPassword", "secret"]


CERTIFICATE = SiteCertificate(
    thumbprint="AB" * 20,
    subject_name="a.example",
    issuer="issuer",
    issue_date=datetime(2013, 2, 7, tzinfo=UTC),
    expiration_date=datetime(2014, 2, 7, 23, 59, 59, tzinfo=UTC),
    host_names=["a.example", "b.example"],
)


def test_a_certificate_is_shown_by_what_is_public_of_it(one):
    one.site.certificates["x"] = CERTIFICATE
    for version, more in (("2012-10-10", ""), ("2013-08-01", '<CerBlob i:nil="true"/>')):
        document = SITE.write(one, context(version)).decode()
        hash_ = '<PublicKeyHash i:nil="true"/>' if more else ""
        assert (
            f"<SSLCertificates><Certificate>{more}<ExpirationDate>2014-02-07T23:59:59+00:00</ExpirationDate>"
            f"<FriendlyName/><HostNames {A}><a:string>a.example</a:string><a:string>b.example</a:string></HostNames>"
            "<IssueDate>2013-02-07T00:00:00+00:00</IssueDate><Issuer>issuer</Issuer>"
            f'<Password i:nil="true"/><PfxBlob i:nil="true"/>{hash_}<SelfLink i:nil="true"/><SiteName i:nil="true"/>'
            f"<SubjectName>a.example</SubjectName><Thumbprint>{'AB' * 20}</Thumbprint>"
            '<ToDelete i:nil="true"/><Valid i:nil="true"/></Certificate></SSLCertificates>'
        ) in document


def test_a_site_that_is_sent_back_has_certificates_old_and_new():
    body = (
        f'<Site {W} xmlns:i="{XSI}"><SSLCertificates><Certificate><Thumbprint>AB</Thumbprint><PfxBlob i:nil="true"/>'
        "<ToDelete>true</ToDelete></Certificate><Certificate><PfxBlob>YQ==</PfxBlob><Password>secret</Password>"
        "</Certificate></SSLCertificates></Site>"
    )
    assert UPDATE_SITE.read(body.encode()).ssl_certificates == [
        ChangedCertificate(thumbprint="AB", to_delete=True),
        ChangedCertificate(pfx_blob=b"a", password="secret"),
    ]


def test_a_publish_profile_is_of_no_namespace_and_all_in_attributes(one):
    one.site.publishing_password = 'a"<'
    document = etree.fromstring(PUBLISH_PROFILE.write(one, context()))
    assert document.tag == "publishData"
    deploy, ftp = document
    assert list(deploy.attrib) == [
        "profileName", "publishMethod", "publishUrl", "msdeploySite", "userName", "userPWD", "destinationAppUrl",
        "SQLServerDBConnectionString", "mySQLDBConnectionString", "hostingProviderForumLink", "controlPanelLink",
        "webSystem",
    ]  # fmt: skip
    assert list(ftp.attrib)[3] == "ftpPassiveMode"
    assert (ftp.get("userName"), ftp.get("userPWD")) == ("my\\$my", 'a"<')


def test_a_metrics_availability_is_misspelt():
    document = etree.fromstring(METRIC_DEFINITIONS.write(DEFINITIONS, context()))
    assert {etree.QName(one).localname for one in document[0][1]} == {"MetricAvailabilily"}
    assert [one.findtext("{*}Name") for one in document] == [one.name for one in DEFINITIONS]


def test_a_measurement_ends_with_seven_decimals():
    measured = Measurement(MEASURED[0], CHANGED.replace(minute=0, second=0, microsecond=0), CHANGED, "PT1H")
    document = METRIC_RESPONSES.write([measured], context()).decode()
    assert "<StartTime>2015-07-01T00:00:00Z</StartTime>" in document
    assert f"<EndTime>{write_precise_date(CHANGED)}</EndTime>" in document
    assert "<Values/></Data><Message/>" in document


def test_values_without_a_contract_stand_in_the_serializers_namespace():
    namespace = "http://schemas.microsoft.com/2003/10/Serialization/"
    assert STRING.write("a<b", context()).decode() == f'<string xmlns="{namespace}">a&lt;b</string>'
    assert YES_OR_NO.write(True, context()).decode() == f'<boolean xmlns="{namespace}">true</boolean>'


# ---- bodies

TO_CREATE = "<WebSpaceToCreate><GeoRegion>East US</GeoRegion><Name>ws</Name><Plan>plan</Plan></WebSpaceToCreate>"
WANTED = WebSpaceToCreate(geo_region="East US", name="ws", plan="plan")


def test_python_sends_a_site_with_its_mode_after_its_name():
    body = (
        f"<Site {W}><HostNames {A}><a:string>one.example.com</a:string></HostNames><Name>my</Name>"
        f"<ComputeMode>Dedicated</ComputeMode><ServerFarm>farm</ServerFarm>{TO_CREATE}</Site>"
    )
    assert CREATE_SITE.read(body.encode()) == CreateSite(
        name="my",
        host_names=["one.example.com"],
        compute_mode="Dedicated",
        server_farm="farm",
        web_space_to_create=WANTED,
    )


def test_powershell_sends_strings_without_a_prefix():
    arrays = 'xmlns="http://schemas.microsoft.com/2003/10/Serialization/Arrays"'
    body = (
        f"<Site {W}>\n  <HostNames>\n    <string {arrays}>one.example.com</string>\n  </HostNames>\n  <Name>my</Name>"
        f"<WebSpace>ws</WebSpace>{TO_CREATE}</Site>"
    )
    assert CREATE_SITE.read(body.encode()) == CreateSite(
        name="my", host_names=["one.example.com"], web_space="ws", web_space_to_create=WANTED
    )


def test_certificates_of_host_names_are_sent_under_two_names():
    states = (
        "<HostNameSslStates><HostNameSslState><Name>a</Name><SslState>Disabled</SslState></HostNameSslState>"
        "<WebSiteHostNameSslState><Name>b</Name><SslState>1</SslState><Thumbprint>AB</Thumbprint>"
        "<ToUpdate>true</ToUpdate></WebSiteHostNameSslState></HostNameSslStates>"
    )
    unread = []
    assert UPDATE_SITE.read(f"<Site {W}><State>Stopped</State>{states}</Site>".encode(), unread=unread) == UpdateSite(
        state="Stopped",
        host_name_ssl_states=[
            ChangedSslState(name="a", ssl_state="Disabled"),
            ChangedSslState(name="b", ssl_state="1", thumbprint="AB", to_update=True),
        ],
    )
    assert unread == []


def test_a_configuration_is_read_alike_in_xml_and_in_json():
    xml = (
        f"<SiteConfig {W}><AppSettings><NameValuePair><Name>a</Name><Value>1</Value></NameValuePair></AppSettings>"
        f"<ConnectionStrings><ConnStringInfo><ConnectionString>c</ConnectionString><Name>n</Name><Type>Custom</Type>"
        f"</ConnStringInfo></ConnectionStrings><DefaultDocuments {A}><a:string>index.html</a:string></DefaultDocuments>"
        "<NumberOfWorkers>2</NumberOfWorkers><PublishingPassword>p</PublishingPassword>"
        "<Use32BitWorkerProcess>false</Use32BitWorkerProcess></SiteConfig>"
    )
    members = {
        "AppSettings": [{"Name": "a", "Value": "1"}],
        "ConnectionStrings": [{"ConnectionString": "c", "Name": "n", "Type": "Custom"}],
        "DefaultDocuments": ["index.html"],
        "NumberOfWorkers": 2,
        "PublishingPassword": "p",
        "Use32BitWorkerProcess": False,
    }
    unread = [[], []]
    read = [
        UPDATE_SITE_CONFIG.read(body, "2014-04-01", paths)
        for body, paths in zip((xml.encode(), json.dumps(members).encode()), unread, strict=True)
    ]
    assert (
        read[0]
        == read[1]
        == SiteConfig(
            app_settings=[NameValuePair("a", "1")],
            connection_strings=[ConnectionString("n", "c", "Custom")],
            default_documents=["index.html"],
            number_of_workers=2,
            use32_bit_worker_process=False,
        )
    )
    assert unread == [["/SiteConfig/PublishingPassword"], ["/PublishingPassword"]]


def test_a_configuration_that_is_shown_can_be_sent_back(one):
    one.site.config = SiteConfig(
        always_on=False,
        app_settings=[NameValuePair("a", "1")],
        connection_strings=[ConnectionString("n", "c", "Custom")],
        default_documents=["index.html"],
        logs_directory_size_limit=35,
        php_version="5.4",
    )
    assert UPDATE_SITE_CONFIG.read(SITE_CONFIG.write(one.site, context())) == one.site.config
    assert UPDATE_SITE_CONFIG.read(SITE_CONFIG_JSON.write(one.site, context())) == one.site.config
    shown = json.loads(SITE_CONFIG_JSON.write(one.site, context()))
    assert (shown["AlwaysOn"], shown["LogsDirectorySizeLimit"], shown["DocumentRoot"]) == (False, 35, None)
    assert (shown["PublishingUsername"], shown["DefaultDocuments"]) == ("$my", ["index.html"])


def test_names_that_stay_with_a_slot_are_lists_of_texts():
    names = UPDATE_SLOT_CONFIG_NAMES.read(b'{"AppSettingNames": ["a"], "ConnectionStringNames": []}')
    assert (names.app_setting_names, names.connection_string_names) == (["a"], [])
    assert UPDATE_SLOT_CONFIG_NAMES.read(SLOT_CONFIG_NAMES.write(names, context())) == names


# ---- refusals


def test_words_of_somebody_else_are_a_template_without_anything_to_fill_in():
    words = "Say {what} you like"
    told = etree.fromstring(WEB_SITES.refusal(refusals.ServiceError(errors_web.WEB_SITE_NOT_FOUND, words)))
    shown = [told.findtext(f"{{*}}{name}") for name in ("Message", "MessageTemplate", "Parameters")]
    assert shown == [words, words, ""]


def test_a_refusal_has_its_words_as_a_template_too():
    document = etree.fromstring(WEB_SITES.refusal(errors_web.WEB_SPACE_NOT_FOUND(kind="WebSpace", name="a<b")))
    told = {etree.QName(child).localname: child for child in document}
    assert list(told) == ["Code", "Message", "ExtendedCode", "MessageTemplate", "Parameters", "InnerErrors"]
    assert (told["Code"].text, told["ExtendedCode"].text) == ("NotFound", "51004")
    assert told["Message"].text == "Cannot find WebSpace with name a<b."
    assert told["MessageTemplate"].text == "Cannot find {0} with name {1}."
    assert [(child.prefix, child.text) for child in told["Parameters"]] == [("a", "WebSpace"), ("a", "a<b")]


def test_a_refusal_without_parameters_is_as_it_was_recorded():
    assert WEB_SITES.refusal(errors_web.PUBLISHING_USER_REFUSED()).decode() == (
        f'<Error {W} xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Code>Unauthorized</Code>'
        "<Message>Access is denied.</Message><ExtendedCode>01001</ExtendedCode>"
        f"<MessageTemplate>Access is denied.</MessageTemplate><Parameters {A}/>"
        '<InnerErrors i:nil="true"/></Error>'
    )


def test_words_with_braces_are_told_as_they_are():
    refusal = errors.WRONG_XML(why='"{x}" is not {0}')
    told = {etree.QName(c).localname: c.text for c in etree.fromstring(WEB_SITES.refusal(refusal))}
    assert told["MessageTemplate"].endswith("correctly specified. {0}")
    assert told["Message"].endswith('"{x}" is not {0}')
    assert "ExtendedCode" not in RDFE.refusal(refusal).decode()
