"""Extensions of hosted services: what is kept, the certificate that the service makes, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.x509 import load_der_x509_certificate
from msgspec import to_builtins

from emulator.domain import extensions, hosted_services, service_certificates
from emulator.domain.extensions import AddExtension
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.refusals import ServiceError
from emulator.domain.x509 import thumbprint_of

RDP = {"provider_name_space": "Microsoft.Windows.Azure.Extensions", "type": "RDP"}
PUBLIC = b"<PublicConfig>\n  <UserName>user</UserName>\n</PublicConfig>"


@pytest.fixture
def service(subscription, operation):
    command = CreateHostedService(service_name="svc", label=b"l", location="West US")
    return hosted_services.create(subscription, operation(), command)


@pytest.fixture
def add(subscription, operation, service):
    """Return a function that adds an extension to `svc`, and does not wait."""

    def add(extension_id="rdp", **changes):
        tracked = operation("AddExtension")
        extensions.add(subscription, tracked, AddExtension(**{**RDP, "id": extension_id, **changes}), service.name)
        return tracked

    return add


@pytest.fixture
def refused(subscription, picture):
    """Return a function that makes a call, which has to be refused and to leave no trace, and returns the error."""

    def refused(function, *arguments, **keywords):
        before = picture(subscription)
        with pytest.raises(ServiceError) as raised:
            function(*arguments, **keywords)
        assert picture(subscription) == before
        return raised.value

    return refused


@pytest.fixture
def quiet(subscription):
    """Let time pass until nothing is pending."""
    return lambda: subscription.advance_until_quiet(10_000)


def test_an_extension_is_there_when_its_operation_has_ended(subscription, add):
    tracked = add("Mine", version="1.*", public_configuration=PUBLIC)
    assert (tracked.status, extensions.list_all(subscription, "svc")) == ("InProgress", [])
    subscription.advance_to(subscription.now + timedelta(seconds=subscription.catalog.timings["extension.add"]))
    assert tracked.status == "Succeeded"
    [found] = extensions.list_all(subscription, "svc")
    assert (found.provider_name_space, found.type, found.id, found.version) == (*RDP.values(), "Mine", "1.*")
    assert found.public_configuration == PUBLIC
    assert extensions.get(subscription, "SVC", "mine") == found


def test_extensions_are_listed_by_id(subscription, add, quiet):
    for name in ("WebRole1-RDP", "WebRole1-ADDomain", "Default-RDP"):
        add(name)
    quiet()
    listed = [one.id for one in extensions.list_all(subscription, "svc")]
    assert listed == ["Default-RDP", "WebRole1-ADDomain", "WebRole1-RDP"]


def test_a_private_configuration_is_forgotten(subscription, add, quiet):
    add(private_configuration=b"<Password>s3cr3t</Password>")
    quiet()
    assert b"s3cr3t".decode() not in str(to_builtins(subscription, str_keys=True))


@pytest.mark.parametrize(
    "prologue",
    [b'<?xml version="1.0"?>', b'<?xml-stylesheet type="text/xsl"?>', b'\xef\xbb\xbf<?xml version="1.0"?>', b""],
)
def test_of_a_public_configuration_only_its_root_comes_back(subscription, add, quiet, prologue):
    add(public_configuration=prologue + b"\n" + PUBLIC)
    quiet()
    assert extensions.get(subscription, "svc", "rdp").public_configuration == b"\n" + PUBLIC


def test_a_configuration_in_json_comes_back_as_it_was(subscription, add, quiet):
    add(public_configuration=b'{"a": "<?b?>"}')
    quiet()
    assert extensions.get(subscription, "svc", "rdp").public_configuration == b'{"a": "<?b?>"}'


def test_without_a_thumbprint_the_service_makes_one_certificate_for_all_extensions(subscription, add, quiet):
    add("one")
    add("two")
    quiet()
    [(_, made)] = service_certificates.list_all(subscription, "svc")
    thumbprints = {one.thumbprint for one in extensions.list_all(subscription, "svc")}
    assert thumbprints == {made.thumbprint} == {thumbprint_of(made.data)}
    assert {one.thumbprint_algorithm for one in extensions.list_all(subscription, "svc")} == {"sha1"}
    read = load_der_x509_certificate(made.data)
    assert read.subject.rfc4514_string() == "DC=Windows Azure Service Management for Extensions"


def test_a_thumbprint_that_is_given_is_kept_and_no_certificate_made(subscription, add, quiet):
    add(thumbprint="ab" * 20, thumbprint_algorithm="sha1")
    quiet()
    assert extensions.get(subscription, "svc", "rdp").thumbprint == "AB" * 20
    assert service_certificates.list_all(subscription, "svc") == []


@pytest.mark.parametrize("version", ["*", "1.*", "1.2", "1.2.3.4", "", None])
def test_a_version_may_be_exact_the_newest_or_the_newest_of_a_line(subscription, add, quiet, version):
    add(version=version)
    quiet()
    assert extensions.get(subscription, "svc", "rdp").version == (version or "*")


@pytest.mark.parametrize("version", ["newest", "*.1", "1.", "1.2.3.4.5", "٣"])
def test_another_version_is_refused(add, refused, version):
    error = refused(add, version=version)
    assert (error.status, error.code) == (400, "BadRequest")
    assert f"'{version}' is neither" in error.message


def test_an_extension_without_an_id_is_refused(add, refused):
    assert refused(add, "").code == "BadRequest"


def test_an_id_is_taken_once_whether_its_extension_is_there_yet_or_not(add, refused, quiet):
    add("Mine")
    assert (refused(add, "mine").status, refused(add, "mine").code) == (409, "ConflictError")
    quiet()
    assert refused(add, "MINE").status == 409


def test_a_deleted_extension_is_gone_at_once(subscription, operation, add, quiet, refused):
    add("Mine")
    assert refused(extensions.delete, subscription, operation(), "svc", "mine").status == 404
    quiet()
    extensions.delete(subscription, operation(), "svc", "mine")
    assert refused(extensions.get, subscription, "svc", "mine").status == 404
    add("Mine")


def test_a_service_that_is_being_deleted_takes_no_extension(subscription, operation, add, refused):
    hosted_services.delete_with_media(subscription, operation(), "svc")
    assert refused(add).code == "ConflictError"


def test_an_operation_ends_even_if_its_service_went_first(subscription, operation, add, quiet):
    tracked = add()
    hosted_services.delete(subscription, operation(), "svc")
    quiet()
    assert tracked.status == "Succeeded"


@pytest.mark.parametrize("parameters", [{}, {"provider_name_space": "p", "extension_type": "t", "version": "1.0"}])
def test_what_only_publishers_may_do_is_refused(subscription, operation, refused, parameters):
    for call in ((), (operation(),)):
        error = refused(extensions.publishers_only, subscription, *call, **parameters)
        assert (error.status, error.code) == (403, "ForbiddenError")
        assert error.message == "This operation is not allowed for this subscription."


class TestCatalogue:
    def test_of_each_extension_of_services_the_newest_version_is_listed(self, subscription):
        listed = {one.type: one for one in extensions.list_available(subscription)}
        versions = extensions.list_versions(subscription, "microsoft.windows.azure.extensions", "rdp")
        assert len(versions) > 1
        assert versions[-1] == listed["RDP"]
        assert {"RDP", "ADDomain", "PaaSDiagnostics"} <= set(listed)

    def test_of_each_extension_of_machines_the_newest_version_is_listed(self, subscription):
        listed = [(one.publisher, one.name) for one in extensions.list_resource_extensions(subscription)]
        assert len(set(listed)) == len(listed)
        versions = extensions.list_resource_extension_versions(subscription, "MICROSOFT.COMPUTE", "bginfo")
        assert [one.version for one in versions] == ["1.0", "1.0.1", "1.1", "1.2.2", "2.1"]
        assert versions[-1] in extensions.list_resource_extensions(subscription)

    def test_of_an_extension_that_nobody_offers_there_are_no_versions(self, subscription):
        assert extensions.list_versions(subscription, "nobody", "RDP") == []
        assert extensions.list_resource_extension_versions(subscription, "nobody", "BGInfo") == []
