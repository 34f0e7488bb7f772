"""What deployments name of their service: it has to be there, and stays there as long as it is named."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from emulator.domain import (
    deployments,
    extensions,
    hosted_services,
    references,
    service_certificates,
    updates,
    virtual_machines,
)
from emulator.domain.configuration import CertificateReference, RoleConfiguration, ServiceConfiguration
from emulator.domain.deployments import CreateDeployment
from emulator.domain.extensions import AddExtension
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.machines import (
    CertificateSetting,
    CreateVMDeployment,
    LinuxProvisioning,
    Listener,
    OSVirtualHardDisk,
    RoleInput,
    SSHKey,
    WindowsProvisioning,
)
from emulator.domain.references import ExtensionConfiguration, NamedExtension, RoleExtensions
from emulator.domain.refusals import ServiceError
from emulator.domain.service_certificates import AddServiceCertificate
from emulator.domain.updates import ChangeConfiguration, UpgradeDeployment
from emulator.domain.web_roles import ConfigurationDocument
from emulator.domain.x509 import thumbprint_of

PACKAGE = "https://account.blob.core.windows.net/packages/a.cspkg"
UNKNOWN = "00112233445566778899aabbccddeeff00112233"


@pytest.fixture
def quiet(subscription):
    """Let time pass until nothing is pending."""
    return lambda: subscription.advance_until_quiet(10_000)


@pytest.fixture
def service(subscription, operation):
    command = CreateHostedService(service_name="svc", label=b"l", location="West US")
    return hosted_services.create(subscription, operation(), command)


@pytest.fixture
def thumbprint(subscription, operation, service, quiet, a_certificate):
    """The thumbprint of a certificate that `svc` holds."""
    der = a_certificate().der
    command = AddServiceCertificate(data=der, certificate_format="cer")
    service_certificates.add(subscription, operation(), command, service.name)
    quiet()
    return thumbprint_of(der)


@pytest.fixture
def extension(subscription, operation, service, quiet):
    """Return a function that adds an extension to `svc`."""

    def extension(extension_id, thumbprint=UNKNOWN):
        command = AddExtension(provider_name_space="p", type="t", id=extension_id, thumbprint=thumbprint)
        extensions.add(subscription, operation(), command, service.name)
        quiet()

    return extension


def a_document(*thumbprints, roles=("Web", "Worker")):
    named = tuple(CertificateReference(f"c{number}", one, "sha1") for number, one in enumerate(thumbprints))
    content = ServiceConfiguration(
        service_name="s", roles=tuple(RoleConfiguration(name=r, instance_count=1, certificates=named) for r in roles)
    )
    return ConfigurationDocument(b"<text/>", content)


@pytest.fixture
def create(subscription, operation, service, quiet):
    """Return a function that deploys to `svc`, and waits."""

    def create(*thumbprints, slot="production", given=None, roles=("Web", "Worker")):
        command = CreateDeployment(
            name=slot,
            package_url=PACKAGE,
            label=b"label",
            configuration=a_document(*thumbprints, roles=roles),
            extension_configuration=given,
        )
        deployments.create(subscription, operation(), command, service.name, slot)
        quiet()
        return service.deployments[slot.capitalize()]

    return create


@pytest.fixture
def change(subscription, operation, service, quiet):
    """Return a function that changes the configuration of the production deployment, and waits."""

    def change(*thumbprints, given=None, wait=True):
        command = ChangeConfiguration(configuration=a_document(*thumbprints), extension_configuration=given)
        updates.change_configuration(subscription, operation(), command, service.name, "production")
        if wait:
            quiet()

    return change


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
def delete_certificate(subscription, operation, thumbprint):
    return lambda: service_certificates.delete(subscription, operation(), "svc", f"sha1-{thumbprint}")


@pytest.fixture
def delete_extension(subscription, operation):
    return lambda extension_id: extensions.delete(subscription, operation(), "svc", extension_id)


def for_all(*ids, state=None):
    return ExtensionConfiguration(all_roles=[NamedExtension(id=one, state=state) for one in ids])


def for_roles(**ids):
    roles = [RoleExtensions(role_name=r, extensions=[NamedExtension(id=i) for i in of]) for r, of in ids.items()]
    return ExtensionConfiguration(all_roles=[], named_roles=roles)


class TestCertificates:
    def test_a_deployment_may_name_certificates_of_its_service_in_any_case(self, create, thumbprint):
        assert create(thumbprint.lower(), thumbprint).status == "Suspended"

    @pytest.mark.parametrize("unknown", [UNKNOWN, UNKNOWN.upper(), "not hex"])
    def test_a_thumbprint_that_the_service_does_not_hold_is_refused_as_it_was_written(self, create, refused, unknown):
        error = refused(create, unknown)
        assert (error.status, error.code) == (400, "BadRequest")
        assert error.message == f"The certificate with thumbprint {unknown} was not found."

    def test_a_changed_configuration_is_judged_in_the_same_way(self, create, change, refused, thumbprint):
        create()
        assert refused(change, UNKNOWN).message == f"The certificate with thumbprint {UNKNOWN} was not found."
        change(thumbprint)

    def test_a_certificate_that_comes_or_goes_is_not_held(
        self, subscription, operation, service, create, refused, delete_certificate, thumbprint, a_certificate
    ):
        coming = a_certificate().der
        command = AddServiceCertificate(data=coming, certificate_format="cer")
        service_certificates.add(subscription, operation(), command, service.name)
        delete_certificate()
        for one in (thumbprint_of(coming), thumbprint):
            assert refused(create, one).code == "BadRequest"

    def test_a_certificate_in_use_cannot_be_deleted(self, create, refused, delete_certificate, thumbprint):
        create(thumbprint.lower(), slot="staging")
        error = refused(delete_certificate)
        assert (error.status, error.code) == (409, "ConflictError")
        assert thumbprint in error.message

    def test_what_a_rollback_would_bring_back_is_in_use(
        self, create, change, refused, delete_certificate, thumbprint, quiet
    ):
        create(thumbprint)
        change(wait=False)
        assert refused(delete_certificate).status == 409
        quiet()
        delete_certificate()

    def test_a_certificate_of_an_extension_is_in_use_where_the_extension_is(
        self, create, extension, refused, delete_certificate, thumbprint
    ):
        extension("rdp", thumbprint)
        create(given=for_all("rdp"))
        assert refused(delete_certificate).status == 409

    def test_a_certificate_that_nobody_names_any_more_can_be_deleted(
        self, create, change, delete_certificate, thumbprint, quiet, service
    ):
        create(thumbprint)
        change()
        delete_certificate()
        quiet()
        assert service.certificates == {}


def stored(thumbprint):
    return WindowsProvisioning(
        computer_name="vm",
        stored_certificate_settings=[CertificateSetting(thumbprint=thumbprint), CertificateSetting()],
    )


def listening(thumbprint):
    listeners = [Listener(protocol="Http"), Listener(protocol="Https", certificate_thumbprint=thumbprint)]
    return WindowsProvisioning(computer_name="vm", listeners=listeners)


def logging_in(thumbprint):
    return LinuxProvisioning(host_name="vm", user_name="u", public_keys=[SSHKey(fingerprint=thumbprint)])


def identified(thumbprint):
    return LinuxProvisioning(host_name="vm", user_name="u", key_pairs=[SSHKey(fingerprint=thumbprint), SSHKey()])


@pytest.mark.parametrize("provisioning", [stored, listening, logging_in, identified])
class TestCertificatesOfMachines:
    @pytest.fixture
    def deploy(self, subscription, operation, service, provisioning):
        def deploy(thumbprint):
            disk = OSVirtualHardDisk(
                media_link="https://a.blob.core.windows.net/vhds/vm.vhd",
                remote_source_image_link="https://a.blob.core.windows.net/images/i.vhd",
                os="Linux",
            )
            role = RoleInput(role_name="vm", configuration_sets=[provisioning(thumbprint)], os_virtual_hard_disk=disk)
            command = CreateVMDeployment(name="vm", deployment_slot="Production", label=b"l", role_list=[role])
            virtual_machines.create_deployment(subscription, operation(), command, service.name)

        return deploy

    def test_a_machine_may_name_a_certificate_of_its_service_only(self, deploy, refused, thumbprint, service):
        error = refused(deploy, UNKNOWN)
        assert (error.status, error.message) == (400, f"The certificate with thumbprint {UNKNOWN} was not found.")
        deploy(thumbprint.lower())
        assert service.deployments["Production"].status == "Deploying"

    def test_a_machine_s_certificate_cannot_be_deleted(self, deploy, refused, delete_certificate, thumbprint):
        deploy(thumbprint.lower())
        assert refused(delete_certificate).status == 409


class TestExtensions:
    def test_what_is_said_of_all_roles_is_said_of_each(self, create, extension):
        extension("rdp")
        deployment = create(given=for_all("RDP"))
        assert {name: [(e.id, e.state) for e in found] for name, found in deployment.extensions.items()} == {
            "Web": [("rdp", "enable")],
            "Worker": [("rdp", "enable")],
        }

    def test_what_is_said_of_one_role_goes_before_what_is_said_of_all(self, create, extension):
        extension("rdp")
        extension("ad")
        web = RoleExtensions(
            role_name="WEB", extensions=[NamedExtension(id="rdp", state="Disable"), NamedExtension(id="ad")]
        )
        deployment = create(given=replace(for_all("rdp"), named_roles=[web]))
        assert [(e.id, e.state) for e in deployment.extensions["Web"]] == [("rdp", "Disable"), ("ad", "enable")]
        assert [(e.id, e.state) for e in deployment.extensions["Worker"]] == [("rdp", "enable")]

    @pytest.mark.parametrize(
        ("given", "why"),
        [
            (for_all("other"), "no extension with the ID other"),
            (for_roles(Web=["rdp"], Nobody=["rdp"]), "no role Nobody"),
            (for_all("rdp", state="on"), "'on' is none of"),
        ],
    )
    def test_what_neither_service_nor_deployment_have_is_refused(self, create, extension, refused, given, why):
        extension("rdp")
        error = refused(create, given=given)
        assert (error.status, error.code) == (400, "BadRequest")
        assert why in error.message

    def test_an_extension_that_is_still_being_added_is_not_there(self, subscription, operation, create, refused):
        command = AddExtension(provider_name_space="p", type="t", id="rdp")
        extensions.add(subscription, operation(), command, "svc")
        assert "no extension with the ID rdp" in refused(create, given=for_all("rdp")).message

    def test_roles_come_in_the_order_in_which_they_are_named(self, create, extension):
        extension("rdp")
        assert list(create(given=for_roles(Worker=["rdp"], Web=["rdp"])).extensions) == ["Worker", "Web"]

    def test_an_upgrade_that_drops_a_role_drops_its_extensions(self, subscription, operation, create, extension, quiet):
        extension("rdp")
        deployment = create(given=for_all("rdp"))
        command = UpgradeDeployment(
            mode="Auto", package_url=PACKAGE, configuration=a_document(roles=("Web",)), label=b"l", force=True
        )
        updates.upgrade(subscription, operation(), command, "svc", "production")
        quiet()
        assert list(deployment.extensions) == ["Web"]

    def test_a_deployment_keeps_its_extensions_where_a_change_gives_none(self, create, extension, change):
        extension("rdp")
        deployment = create(given=for_all("rdp"))
        before = deployment.extensions
        change()
        assert deployment.extensions == before
        change(given=for_all())
        assert deployment.extensions == {}

    def test_an_extension_in_use_cannot_be_deleted(self, create, change, extension, refused, delete_extension):
        extension("Rdp")
        create(given=for_roles(Worker=["rdp"]))
        error = refused(delete_extension, "RDP")
        assert (error.status, error.code) == (409, "ConflictError")
        assert error.message == "The extension ID Rdp is already in use for this deployment"
        change(given=for_all("rdp", state="Uninstall"))
        delete_extension("rdp")


class TestCommonExtensions:
    @pytest.fixture
    def common(self, create, extension):
        def common(given, roles=("Web", "Worker")):
            for one in ("rdp", "ad"):
                extension(one)
            found = references.common_extensions(create(given=given, roles=roles))
            return None if found is None else [one.id for one in found]

        return common

    def test_an_extension_of_every_role_is_common(self, common):
        assert common(for_roles(Worker=["ad", "rdp"], Web=["rdp"])) == ["rdp"]

    def test_where_every_role_has_another_none_is_common(self, common):
        assert common(for_roles(Worker=["ad"], Web=["rdp"])) == []

    def test_where_a_role_has_none_there_is_nothing_to_be_common(self, common):
        assert common(for_roles(Worker=["ad", "rdp"])) is None

    def test_an_extension_that_is_to_be_uninstalled_is_not_common(self, common):
        assert common(for_all("rdp", state="Uninstall"), roles=("Web",)) is None
