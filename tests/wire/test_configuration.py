"""Reading .cscfg files: what is taken, what is refused and where, and that nothing else can happen."""

import codecs
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.domain.configuration import (
    AccessControl,
    AccessControlRule,
    AddressAssignments,
    CertificateReference,
    DnsServer,
    EndpointAcl,
    InstanceAddress,
    NetworkConfiguration,
    ReservedIP,
    RoleConfiguration,
    ServiceConfiguration,
    Setting,
)
from emulator.wire.configuration import (
    MAX_BYTES,
    MAX_ROLES,
    NAMESPACE,
    ConfigurationError,
    normalised,
    read_configuration,
)

FIXTURES = Path(__file__).parents[2] / "fixtures" / "configurations"
DIAGNOSTICS = Setting("Microsoft.WindowsAzure.Plugins.Diagnostics.ConnectionString", "UseDevelopmentStorage=true")


def fixture(name):
    return (FIXTURES / f"{name}.cscfg").read_bytes()


def service(inside='<Role name="r"><Instances count="1"/></Role>', attributes='serviceName="s"', before=""):
    return f'{before}<ServiceConfiguration xmlns="{NAMESPACE}" {attributes}>{inside}</ServiceConfiguration>'.encode()


def role(inside="", attributes='name="r"'):
    return service(f'<Role {attributes}><Instances count="1"/>{inside}</Role>')


def network(inside):
    return service(
        '<Role name="r"><Instances count="1"/></Role>'
        '<NetworkConfiguration><AccessControls><AccessControl name="a"/></AccessControls>'
        f"{inside}</NetworkConfiguration>"
    )


def refusal(text):
    with pytest.raises(ConfigurationError) as caught:
        read_configuration(text)
    return caught.value


# ---- what is taken ------------------------------------------------------------------------------------------------


def test_one_worker_role_is_read():
    assert read_configuration(fixture("one-worker")) == ServiceConfiguration(
        service_name="WorkerService",
        os_family="4",
        os_version="*",
        schema_version="2014-06.2.4",
        roles=(RoleConfiguration(name="WorkerRole1", instance_count=2, settings=(DIAGNOSTICS,)),),
    )


def test_the_scaled_file_differs_in_the_instance_count_alone():
    assert normalised(fixture("scaled")) == fixture("one-worker").replace(b'count="2"', b'count="4"')
    assert read_configuration(fixture("scaled")).instance_count == 4


def test_settings_certificates_and_computer_names_of_two_roles_are_read_behind_a_mark_and_a_comment():
    read = read_configuration(fixture("two-roles"))
    assert fixture("two-roles").startswith(codecs.BOM_UTF8)
    assert read.os_version == "WA-GUEST-OS-5.23_201809-01"
    assert read.roles == (
        RoleConfiguration(
            name="ShopWeb",
            vm_name="shopweb",
            instance_count=3,
            settings=(
                DIAGNOSTICS,
                Setting("CatalogUrl", "https://shop.example.com/catalog?page=1&size=50"),
                Setting("Banner", ""),
            ),
            certificates=(CertificateReference("ShopTls", "0123456789ABCDEF0123456789ABCDEF01234567", "sha1"),),
        ),
        RoleConfiguration(name="ShopOrders", instance_count=2, settings=(DIAGNOSTICS, Setting("QueueName", "orders"))),
    )


def test_every_part_of_a_network_configuration_is_read():
    assert read_configuration(fixture("network")).network == NetworkConfiguration(
        access_controls=(
            AccessControl(
                "OfficeOnly",
                (
                    AccessControlRule(100, "permit", "192.0.2.0/24", "the office"),
                    AccessControlRule(200, "deny", "0.0.0.0/0", "everybody else"),
                ),
            ),
        ),
        endpoint_acls=(EndpointAcl("Front", "Https", "OfficeOnly"),),
        dns_servers=(DnsServer("dns1", "10.0.0.4"), DnsServer("dns2", "10.0.0.5")),
        virtual_network_site="InsideNetwork",
        address_assignments=AddressAssignments(
            (InstanceAddress("Front", ("FrontSubnet", "SpareSubnet")), InstanceAddress("Back", ("BackSubnet",))),
            (ReservedIP("InsideAddress"),),
        ),
    )


def test_empty_lists_are_the_same_as_absent_ones():
    empty = "<ConfigurationSettings/><Certificates></Certificates>"
    assert read_configuration(role(empty)) == read_configuration(role())


def test_empty_network_parts_are_read():
    inside = "<EndpointAcls/><Dns/><AddressAssignments/>"
    assert read_configuration(network(inside)).network == NetworkConfiguration(access_controls=(AccessControl("a"),))


def test_the_image_of_an_old_vm_role_is_kept():
    assert read_configuration(role('<OsImage href="base.vhd"/>')).roles[0].os_image == "base.vhd"


def test_children_stand_in_any_order():
    settings = '<ConfigurationSettings><Setting name="k" value="v"/></ConfigurationSettings>'
    instances = '<Instances count="1"/>'
    one = read_configuration(service(f'<Role name="r">{settings}{instances}</Role>'))
    assert one == read_configuration(service(f'<Role name="r">{instances}{settings}</Role>'))


def test_attributes_of_schema_instances_are_passed_over():
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" serviceName="s"'
    assert read_configuration(service(attributes=xsi)) == read_configuration(service())


def test_any_prefix_serves_for_the_namespace():
    text = f'<c:ServiceConfiguration xmlns:c="{NAMESPACE}" serviceName="s"><c:Role name="r"><c:Instances count="1"/>'
    assert read_configuration(f"{text}</c:Role></c:ServiceConfiguration>".encode()) == read_configuration(service())


def test_comments_and_processing_instructions_are_passed_over():
    inside = '<!-- a --><Role name="r"><?b c?><Instances count="1"><!-- d --></Instances></Role>'
    assert read_configuration(service(inside, before="<!-- e -->")) == read_configuration(service())


def test_a_space_around_a_number_does_not_matter():
    assert read_configuration(service('<Role name="r"><Instances count=" 07 "/></Role>')).instance_count == 7


def test_a_role_of_any_name_is_taken():
    name = "Web Role.1-ü"
    assert read_configuration(role(attributes=f'name="{name}"')).roles[0].name == name


def test_line_ends_are_read_alike():
    text = fixture("network")
    assert read_configuration(text.replace(b"\n", b"\r\n")) == read_configuration(text)


@pytest.mark.parametrize(
    ("mark", "codec"),
    [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"", "utf-16-le"), (b"", "utf-16-be")],
)
def test_utf_16_is_read_with_and_without_a_mark(mark, codec):
    text = fixture("network").decode().replace('"utf-8"', '"utf-16"')
    assert read_configuration(mark + text.encode(codec)) == read_configuration(fixture("network"))


# ---- what is refused, and where -----------------------------------------------------------------------------------


def test_a_refusal_names_the_path_the_line_and_the_reason():
    error = refusal(fixture("broken"))
    assert (error.path, error.line) == ("/ServiceConfiguration/Role/Instances", 3)
    assert str(error) == "/ServiceConfiguration/Role/Instances (line 3): required element is missing"
    assert isinstance(error, ValueError)


def test_the_path_counts_siblings_of_one_name():
    text = fixture("two-roles").replace(b'name="QueueName"', b'nam="QueueName"')
    error = refusal(text)
    assert error.path == "/ServiceConfiguration/Role[2]/ConfigurationSettings/Setting[2]/@nam"
    assert error.line == text[: text.index(b"QueueName")].count(b"\n") + 1


SETTING = '<ConfigurationSettings><Setting name="k" value="1"/>{}</ConfigurationSettings>'
CERTIFICATE = '<Certificates><Certificate name="k" thumbprint="{}" thumbprintAlgorithm="{}"/></Certificates>'
ADDRESS = '<AddressAssignments><InstanceAddress roleName="{}"/>{}</AddressAssignments>'
DIGITS = "0123456789abcdefABCDEF012345678901234567"
ROOT = "/ServiceConfiguration"


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        (service(attributes='osFamily="2"'), "/@serviceName", "required attribute is missing"),
        (service(attributes='serviceName=" "'), "/@serviceName", "is not a name"),
        (service(attributes='serviceName="s" osFamily="two"'), "/@osFamily", "number of a guest OS family"),
        (service(attributes='serviceName="s" osVersion="latest"'), "/@osVersion", "WA-GUEST-OS"),
        (service(attributes='serviceName="s" slot="staging"'), "/@slot", "unknown attribute"),
        (service(attributes='serviceName="s" xml:lang="en"'), "/@{http", "unknown attribute"),
        (service(""), "/Role", "required element is missing"),
        (service("words"), "", 'text "words" is not allowed'),
        (service('<Role name="r"><Instances count="1"/>words</Role>'), "/Role", 'text "words" is not allowed'),
        (service('<WebRole name="r"/>'), "/WebRole", "unknown element"),
        (service('<Role xmlns="urn:other" name="r"/>'), "/{urn:other}Role", "unknown element"),
        (service('<Role name="r"><Instances/></Role>'), "/Role/Instances/@count", "required attribute is missing"),
        (service('<Role name="r"><Instances count="0"/></Role>'), "/Role/Instances/@count", "less than 1"),
        (service('<Role name="r"><Instances count="-1"/></Role>'), "/Role/Instances/@count", "whole number"),
        (service('<Role name="r"><Instances count="٣"/></Role>'), "/Role/Instances/@count", "whole number"),
        (service('<Role name="r"><Instances count="9999999999"/></Role>'), "/Role/Instances/@count", "whole number"),
        (role('<Instances count="2"/>'), "/Role/Instances[2]", "no more than 1"),
        (role(attributes='name="r" vmName="elevencharsx"'), "/Role/@vmName", "at most 10 characters"),
        (role(attributes="Name='r'"), "/Role/@Name", "unknown attribute"),
        (role(SETTING.format('<Setting name="l"/>')), "/Role/ConfigurationSettings/Setting[2]/@value", "missing"),
        (
            role(SETTING.format('<Setting name="k" value="2"/>')),
            "/Role/ConfigurationSettings/Setting[2]/@name",
            '"k" stands twice',
        ),
        (role(CERTIFICATE.format(DIGITS[1:], "sha1")), "/Role/Certificates/Certificate/@thumbprint", "40 hexadecimal"),
        (
            role(CERTIFICATE.format("\u200e" + DIGITS, "sha1")),
            "/Role/Certificates/Certificate/@thumbprint",
            "40 hexadecimal",
        ),
        (
            role(CERTIFICATE.format(" ".join(DIGITS), "sha1")),
            "/Role/Certificates/Certificate/@thumbprint",
            "without spaces",
        ),
        (
            role(CERTIFICATE.format(DIGITS, "md5")),
            "/Role/Certificates/Certificate/@thumbprintAlgorithm",
            'only algorithm known, "sha1"',
        ),
        (
            service('<Role name="r"><Instances count="1"/></Role><Role name="R"><Instances count="1"/></Role>'),
            "/Role[2]/@name",
            "stands twice",
        ),
        (
            network('<EndpointAcls><EndpointAcl role="x" endpoint="e" accessControl="a"/></EndpointAcls>'),
            "/NetworkConfiguration/EndpointAcls/EndpointAcl/@role",
            'no Role "x"',
        ),
        (
            network('<EndpointAcls><EndpointAcl role="R" endpoint="e" accessControl="A"/></EndpointAcls>'),
            "/NetworkConfiguration/EndpointAcls/EndpointAcl/@accessControl",
            'no AccessControl "A"',
        ),
        (
            network(ADDRESS.format("x", "")),
            "/NetworkConfiguration/AddressAssignments/InstanceAddress/@roleName",
            'no Role "x"',
        ),
        (
            network(ADDRESS.format("r", '<InstanceAddress roleName="R"/>')),
            "/NetworkConfiguration/AddressAssignments/InstanceAddress[2]/@roleName",
            "stands twice",
        ),
        (
            network('<Dns><DnsServers><DnsServer name="d" IPAddress="10.0.0"/></DnsServers></Dns>'),
            "/NetworkConfiguration/Dns/DnsServers/DnsServer/@IPAddress",
            '"10.0.0" is not an IPv4 address',
        ),
        (
            network("").replace(b'<AccessControl name="a"/>', b'<AccessControl name="a"><Rule/></AccessControl>'),
            "/NetworkConfiguration/AccessControls/AccessControl/Rule/@order",
            "required attribute is missing",
        ),
    ],
)
def test_what_the_schema_forbids_is_refused_at_its_place(text, path, why):
    error = refusal(text)
    assert error.path.startswith(ROOT + path)
    assert error.line == 1
    assert why in error.why


@pytest.mark.parametrize(
    ("attributes", "wrong"),
    [
        ('order="x" action="deny" remoteSubnet="10.0.0.0/8"', "order"),
        ('order="1" action="allow" remoteSubnet="10.0.0.0/8"', "action"),
        ('order="1" action="deny" remoteSubnet="10.0.0.0/33"', "remoteSubnet"),
    ],
)
def test_a_rule_has_an_order_an_action_and_a_subnet(attributes, wrong):
    rule = f'<AccessControl name="a"><Rule {attributes}/></AccessControl>'
    text = network("").replace(b'<AccessControl name="a"/>', rule.encode())
    assert refusal(text).path.endswith(f"/AccessControl/Rule/@{wrong}")


NAMED = {
    "Setting": role('<ConfigurationSettings><Setting name="k" value=""/>{}</ConfigurationSettings>'),
    "Certificate": role(CERTIFICATE.format(DIGITS, "sha1").replace("</", "{}</")),
    "AccessControl": network("").replace(b'<AccessControl name="a"/>', b'<AccessControl name="k"/>{}'),
    "DnsServer": network('<Dns><DnsServers><DnsServer name="k" IPAddress="10.0.0.4"/>{}</DnsServers></Dns>'),
}


@pytest.mark.parametrize(("name", "text"), NAMED.items(), ids=NAMED)
def test_names_other_than_of_roles_are_unique_to_the_letter(name, text):
    twin = text[text.index(b'name="k"') - len(name) - 2 : text.index(b"{}")]
    read_configuration(text.replace(b"{}", twin.replace(b'"k"', b'"K"')))
    error = refusal(text.replace(b"{}", twin))
    assert error.path.endswith(f"/{name}[2]/@name")
    assert error.why == '"k" stands twice'


def test_a_role_is_meant_in_any_case():
    assert read_configuration(network(ADDRESS.format("R", ""))).network.address_assignments.instance_addresses == (
        InstanceAddress("R"),
    )


def test_a_line_too_far_down_to_be_known_is_not_named():
    error = refusal(service('<Role name="r"/>', before="\n" * 70_000))
    assert error.line is None
    assert str(error) == "/ServiceConfiguration/Role/Instances: required element is missing"


def test_a_definition_is_not_a_configuration():
    assert "root element" in refusal(b'<ServiceDefinition name="s"/>').why
    assert "root element" in refusal(service().replace(NAMESPACE.encode(), b"urn:other")).why


def test_one_role_more_than_allowed_is_refused():
    roles = [f'<Role name="r{n}"><Instances count="1"/></Role>' for n in range(MAX_ROLES + 1)]
    assert len(read_configuration(service("".join(roles[:MAX_ROLES]))).roles) == MAX_ROLES
    assert refusal(service("".join(roles))).path == f"{ROOT}/Role[{MAX_ROLES + 1}]"


def test_text_that_is_not_xml_is_refused_with_its_line():
    error = refusal(b"<a>\n<b>\n</a>")
    assert (error.path, error.line) == ("/", 3)
    assert error.why.startswith("not well-formed XML")


def test_other_encodings_are_refused():
    declared = '<?xml version="1.0" encoding="{}"?>'
    assert "neither UTF-8 nor UTF-16" in refusal(service(before=declared.format("windows-1252"))).why
    assert "neither UTF-8 nor UTF-16" in refusal(codecs.BOM_UTF32_LE + service().decode().encode("utf-32-le")).why


@pytest.mark.parametrize("doctype", ["<!DOCTYPE a>", '<!DOCTYPE a SYSTEM "file:///etc/passwd">'])
def test_a_document_type_is_refused(doctype):
    assert "document type" in refusal(service(before=doctype)).why


def test_an_entity_is_never_filled_in():
    with_entity = '<!DOCTYPE a [<!ENTITY e "x"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    assert "document type" in refusal(service("&e;&f;", before=with_entity)).why
    assert "document type" in refusal(service(attributes='serviceName="&e;"', before=with_entity)).why


# ---- nothing else can happen --------------------------------------------------------------------------------------


def was_read(text):
    try:
        return isinstance(read_configuration(text), ServiceConfiguration)
    except ConfigurationError:
        return False


def bomb():
    steps = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 30))
    return f'<!DOCTYPE a [<!ENTITY e0 "lol">{steps}]>'


XSI = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" serviceName="s" '
HOSTILE = {
    "entities in entities": service("&e29;", before=bomb()),
    "entities in an attribute": service(attributes='serviceName="&e29;"', before=bomb()),
    "one long entity often": service("&e;" * 50_000, before=f'<!DOCTYPE a [<!ENTITY e "{"x" * 800_000}">]>'),
    "deep nesting": service("<Role>" * 100_000),
    "deep nesting, closed": service("<Role>" * 70_000 + "</Role>" * 70_000),
    "a long attribute": service(attributes=f'serviceName="{"s" * 20_000_000}"'),
    "a long name": service(f"<{'r' * 900_000}/>"),
    "a long address": network(f'<Dns><DnsServers><DnsServer name="d" IPAddress="{"1" * 900_000}"/></DnsServers></Dns>'),
    "many attributes": service(attributes=" ".join(f'a{n}=""' for n in range(80_000))),
    "many attributes of schema instances": service("x", attributes=XSI + " ".join(f"i:a{n}=''" for n in range(60_000))),
    "many namespaces": service(attributes=" ".join(f'xmlns:n{n}="u"' for n in range(60_000))),
    "many roles": service('<Role name="r"/>' * 60_000),
    "many settings of one name": role(SETTING.format('<Setting name="k" value=""/>' * 30_000)),
    "a long number": service(f'<Role name="r"><Instances count="{"9" * 900_000}"/></Role>'),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_quickly_and_in_few_words(text):
    start = time.process_time()
    error = refusal(text)
    assert time.process_time() - start < 2
    assert len(str(error)) < 500


def test_the_bound_of_the_size_is_met_to_the_byte():
    padding = MAX_BYTES - len(service())
    assert read_configuration(service() + b" " * padding) == read_configuration(service())
    assert "bytes are more than" in refusal(service() + b" " * (padding + 1)).why


@pytest.mark.parametrize("name", ["one-worker", "two-roles", "network"])
def test_a_file_cut_anywhere_is_refused(name):
    whole = fixture(name).rstrip()
    for end in range(len(whole)):
        refusal(whole[:end])


@pytest.mark.parametrize("name", ["one-worker", "two-roles", "network"])
def test_a_flipped_bit_is_read_or_refused_and_nothing_else(name):
    whole = fixture(name)
    refused = 0
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        refused += not was_read(bytes(changed))
    assert 0 < refused < len(whole)


@given(st.binary(max_size=200), st.integers(0, 800), st.sampled_from(["one-worker", "two-roles", "network"]))
def test_any_bytes_anywhere_are_read_or_refused_and_nothing_else(noise, place, name):
    whole = fixture(name)
    for text in (noise, whole[:place] + noise + whole[place:], whole[:place] + noise + whole[place + len(noise) :]):
        was_read(text)  # which lets through every error that is no ConfigurationError


# ---- the text that is given back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_only_carriage_returns_before_line_feeds_are_taken_from_the_text(mark):
    assert normalised(mark + b"<!-- a\r\n\r\nb\rc\n\td -->\r\n<e f='&#13;'/>") == mark + (
        b"<!-- a\n\nb\rc\n\td -->\n<e f='&#13;'/>"
    )


@pytest.mark.parametrize("name", ["one-worker", "two-roles", "scaled", "network", "broken"])
def test_a_text_without_carriage_returns_is_given_back_byte_for_byte(name):
    assert normalised(fixture(name)) == fixture(name)
    assert normalised(fixture(name).replace(b"\n", b"\r\n")) == fixture(name)


@given(
    st.text(st.sampled_from("\r\n\u0a0d\u0d0a\u0d00\u0a00<a\U0001f600")), st.sampled_from(["utf-16-le", "utf-16-be"])
)
def test_utf_16_loses_whole_characters_and_no_others(tail, codec):
    for text in ("<" + tail, "\ufeff" + tail):
        assert normalised(text.encode(codec)) == text.replace("\r\n", "\n").encode(codec)
