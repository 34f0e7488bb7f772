"""Service certificates: what is kept of a file, when it is there, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import to_builtins

from emulator.catalog import Catalog
from emulator.catalog.files import Files
from emulator.domain import hosted_services, service_certificates
from emulator.domain.clock import Pace
from emulator.domain.handlers import HANDLERS
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.operations import begin
from emulator.domain.refusals import ServiceError
from emulator.domain.service_certificates import AddServiceCertificate
from emulator.domain.world import World
from emulator.domain.x509 import thumbprint_of


@pytest.fixture
def service(subscription, operation):
    command = CreateHostedService(service_name="svc", label=b"l", location="West US")
    return hosted_services.create(subscription, operation(), command)


@pytest.fixture
def add(subscription, operation, service):
    """Return a function that adds a file to `svc`, and does not wait."""

    def add(data, certificate_format="cer", password=None):
        tracked = operation("AddCertificates")
        command = AddServiceCertificate(data=data, certificate_format=certificate_format, password=password)
        service_certificates.add(subscription, tracked, command, service.name)
        return tracked

    return add


@pytest.fixture
def held(add, subscription, a_certificate):
    """Return the thumbprint of a certificate that `svc` holds."""
    der = a_certificate().der
    add(der)
    subscription.advance_until_quiet(10)
    return thumbprint_of(der)


@pytest.fixture
def refused(subscription, picture):
    """Return a function that makes a call, which has to be refused and to leave no trace, and returns the error."""

    def refused(function, *arguments):
        before = picture(subscription)
        with pytest.raises(ServiceError) as raised:
            function(*arguments)
        assert picture(subscription) == before
        return raised.value

    return refused


def seconds(subscription, timing):
    return timedelta(seconds=subscription.catalog.timings[timing])


def test_a_certificate_is_there_when_its_operation_has_ended(subscription, add, service, a_certificate):
    der = a_certificate().der
    tracked = add(der)
    assert (tracked.status, service_certificates.list_all(subscription, "svc")) == ("InProgress", [])
    subscription.advance_to(subscription.now + seconds(subscription, "service_certificate.add"))
    assert (tracked.status, tracked.http_status) == ("Succeeded", 200)
    [(owner, found)] = service_certificates.list_all(subscription, "SVC")
    assert (owner, found.thumbprint, found.data) == (service, thumbprint_of(der), der)


def test_of_a_pfx_file_only_the_public_part_is_kept(subscription, add, service, a_certificate):
    one = a_certificate()
    add(one.pfx(b"p4ss-w0rd"), "PFX", "p4ss-w0rd")
    subscription.advance_until_quiet(10)
    [certificate] = service.certificates.values()
    assert certificate.data == one.der
    assert "p4ss-w0rd" not in str(to_builtins(subscription, str_keys=True))


@pytest.mark.parametrize("name", ["sha1-{}", "SHA1-{}"])
def test_a_certificate_is_found_by_algorithm_and_thumbprint_in_any_case(subscription, held, name):
    for thumbprint in (held, held.lower()):
        assert service_certificates.get(subscription, "svc", name.format(thumbprint)).thumbprint == held


@pytest.mark.parametrize("name", ["{}", "md5-{}", "sha1-", "sha1-00", "sha256-{}"])
def test_another_name_is_no_certificate(subscription, held, refused, name):
    error = refused(service_certificates.get, subscription, "svc", name.format(held))
    assert (error.status, error.code, error.message) == (404, "ResourceNotFound", "The certificate was not found.")


def test_what_is_added_again_is_there_once(subscription, add, a_certificate):
    der = a_certificate().der
    for _ in range(2):
        tracked = add(der)
        subscription.advance_until_quiet(10)
        assert tracked.status == "Succeeded"
    assert len(service_certificates.list_all(subscription, "svc")) == 1


@pytest.mark.parametrize(
    ("form", "password", "why"),
    [
        ("pfx", "wrong", "which the password opens"),
        ("pfx", None, "which the password opens"),
        ("cer", None, "base64 of a .cer file"),
        ("pem", None, "'pem' is neither pfx nor cer"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(add, refused, a_certificate, form, password, why):
    error = refused(add, a_certificate().pfx(b"right"), form, password)
    assert (error.status, error.code) == (400, "BadRequest")
    assert why in error.message


def test_a_service_that_is_not_there_or_is_being_deleted_takes_no_certificate(
    subscription, operation, add, held, refused, a_certificate
):
    command = AddServiceCertificate(data=a_certificate().der, certificate_format="cer")
    assert refused(service_certificates.add, subscription, operation(), command, "nobody").status == 404
    hosted_services.delete_with_media(subscription, operation(), "svc")
    assert refused(add, a_certificate().der).code == "ConflictError"
    assert refused(service_certificates.delete, subscription, operation(), "svc", f"sha1-{held}").status == 409


def test_a_service_holds_only_so_many_certificates(a_certificate):
    few = Catalog(Files()).with_overrides(limits={"service_certificates": 1})
    subscription = World(few, HANDLERS, pace=Pace("manual")).subscription("few")
    command = CreateHostedService(service_name="svc", label=b"l", location="West US")
    hosted_services.create(subscription, begin(subscription, "Create"), command)
    first, second = (AddServiceCertificate(data=a_certificate().der, certificate_format="cer") for _ in range(2))
    service_certificates.add(subscription, begin(subscription, "Add"), first, "svc")
    with pytest.raises(ServiceError, match="at most 1 certificates"):
        service_certificates.add(subscription, begin(subscription, "Add"), second, "svc")


def test_the_real_limit_is_199(catalog):
    assert catalog.limits.service_certificates == 199


def test_a_deleted_certificate_is_gone_when_its_operation_has_ended(subscription, operation, held, refused):
    tracked, name = operation("DeleteCertificate"), f"sha1-{held.lower()}"
    service_certificates.delete(subscription, tracked, "svc", name)
    assert service_certificates.get(subscription, "svc", name).thumbprint == held
    subscription.advance_to(subscription.now + seconds(subscription, "service_certificate.delete"))
    assert tracked.status == "Succeeded"
    assert refused(service_certificates.get, subscription, "svc", name).status == 404
    assert refused(service_certificates.delete, subscription, operation(), "svc", name).status == 404


def test_while_a_certificate_comes_or_goes_nobody_else_can_add_or_delete_it(
    subscription, operation, add, refused, a_certificate
):
    der = a_certificate().der
    name = f"sha1-{thumbprint_of(der)}"
    add(der)
    assert refused(add, der).status == 409
    assert refused(service_certificates.delete, subscription, operation(), "svc", name).status == 404
    subscription.advance_until_quiet(10)
    service_certificates.delete(subscription, operation(), "svc", name)
    assert refused(add, der).status == 409
    assert refused(service_certificates.delete, subscription, operation(), "svc", name).status == 409


def test_an_operation_ends_even_if_its_service_went_first(subscription, operation, add, a_certificate):
    tracked = add(a_certificate().der)
    hosted_services.delete(subscription, operation(), "svc")
    subscription.advance_until_quiet(10)
    assert tracked.status == "Succeeded"
    assert subscription.hosted_services == {}
