"""A configuration held against a definition: what fits, what does not and why, and what is merely unwise."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from emulator.domain import errors, fitting
from emulator.domain.configuration import (
    CertificateReference,
    EndpointAcl,
    NetworkConfiguration,
    RoleConfiguration,
    ServiceConfiguration,
    Setting,
)
from emulator.domain.definition import (
    InputEndpoint,
    InstanceInputEndpoint,
    LocalStorage,
    PackageDefinition,
    RoleDefinition,
)
from emulator.domain.fitting import Judged
from emulator.domain.packages import TRUSTED, Package

WEB = RoleDefinition(
    name="Web",
    settings=("Greeting",),
    certificates=("Tls",),
    input_endpoints=(InputEndpoint("Http", "http", 80), InputEndpoint("Https", "https", 443, certificate="Tls")),
    instance_input_endpoints=(InstanceInputEndpoint("Debug", "tcp", 4020, 4100, 4102),),
    local_storage=(LocalStorage("Scratch", 100),),
)
DEFINITION = PackageDefinition(service_name="Shop", roles=(WEB,))
ROLE = RoleConfiguration(
    name="Web",
    instance_count=2,
    settings=(Setting("Greeting", "hello"),),
    certificates=(CertificateReference("Tls", "0" * 40, "sha1"),),
)
CONTENT = ServiceConfiguration(service_name="Shop", os_family="4", roles=(ROLE,))


def defined(**changes):
    return replace(DEFINITION, roles=(replace(WEB, **changes),))


def configured(**changes):
    return replace(CONTENT, roles=(replace(ROLE, **changes),))


def why(catalog, definition, content):
    found = fitting.misfit(catalog, definition, content)
    return found and found.message.partition("definition: ")[2]


def test_what_fits_is_not_refused(catalog):
    assert fitting.misfit(catalog, DEFINITION, CONTENT) is None
    assert fitting.misfit(catalog, DEFINITION, replace(configured(name="WEB"), service_name="shop")) is None
    assert fitting.misfit(catalog, defined(os_families=("3", "4")), CONTENT) is None


@pytest.mark.parametrize(
    ("definition", "content", "reason"),
    [
        (DEFINITION, replace(CONTENT, service_name="Other"), "it is of the service Other, the definition of Shop."),
        (DEFINITION, configured(name="Worker"), "the role Web is missing."),
        (DEFINITION, replace(CONTENT, roles=(ROLE, replace(ROLE, name="Two"))), "there is no role Two."),
        (DEFINITION, configured(settings=()), "role Web: the setting Greeting is missing."),
        (
            DEFINITION,
            configured(settings=(*ROLE.settings, Setting("More", ""))),
            "role Web: there is no setting More.",
        ),
        (DEFINITION, configured(certificates=()), "role Web: the certificate Tls is missing."),
        (defined(certificates=()), CONTENT, "role Web: there is no certificate Tls."),
        (
            defined(certificates=()),
            configured(certificates=()),
            "role Web: the endpoint Https needs the certificate Tls, which is not defined.",
        ),
        (
            DEFINITION,
            configured(instance_count=4),
            "role Web: the endpoint Debug has 3 ports for 4 instances.",
        ),
        (
            defined(os_families=("2", "3")),
            CONTENT,
            "role Web: guest operating systems of family 4 are not among those it supports: 2, 3.",
        ),
        (
            DEFINITION,
            replace(CONTENT, network=NetworkConfiguration(endpoint_acls=(EndpointAcl("web", "Ftp", "acl"),))),
            "role Web: there is no input endpoint Ftp, which an access control list is for.",
        ),
        (
            defined(input_endpoints=tuple(InputEndpoint(f"e{n}", "tcp", n + 1) for n in range(26))),
            CONTENT,
            "the definition has 26 input endpoints, more than 25.",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(catalog, definition, content, reason):
    assert why(catalog, definition, content) == reason


def test_a_size_that_web_roles_cannot_have_is_refused(catalog):
    for size in ("Enormous", ""):
        found = fitting.misfit(catalog, defined(vm_size=size), CONTENT)
        assert found.refusal is errors.ROLE_SIZE_UNKNOWN


def test_settings_and_certificates_of_imported_plugins_need_no_definition(catalog):
    setting = Setting("Microsoft.WindowsAzure.Plugins.Diagnostics.ConnectionString", "x")
    content = configured(settings=(*ROLE.settings, setting))
    assert why(catalog, DEFINITION, content) == f"role Web: there is no setting {setting.name}."
    assert why(catalog, defined(imports=("Diagnostics",)), content) is None
    assert why(catalog, defined(imports=("Diag",)), content) == f"role Web: there is no setting {setting.name}."


# ---- warnings


def test_what_is_unwise_is_a_warning_and_an_error_only_where_asked_for(catalog):
    package = Package(DEFINITION)
    assert fitting.judge(catalog, package, CONTENT, strict=True) == Judged(DEFINITION)
    unwise = configured(instance_count=1, settings=(Setting("Greeting", "UseDevelopmentStorage = true"),))
    judged = fitting.judge(catalog, package, unwise, strict=False)
    assert (judged.definition, judged.fault) == (DEFINITION, None)
    assert [one.code for one in judged.warnings] == ["SingleInstanceRole", "DevelopmentStorage"]
    strict = fitting.judge(catalog, package, unwise, strict=True)
    assert strict.fault.refusal is errors.WARNINGS_AS_ERRORS
    assert all(one.message in strict.fault.message for one in judged.warnings)


def test_what_is_taken_on_trust_has_neither_definition_nor_warnings(catalog):
    assert fitting.judge(catalog, TRUSTED, configured(instance_count=1), strict=True) == Judged()


# ---- upgrades


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (replace(DEFINITION, upgrade_domain_count=3), "it changes the number of upgrade domains."),
        (defined(local_storage=(LocalStorage("scratch", 99),)), "it makes the local storage scratch smaller."),
    ],
)
def test_what_an_upgrade_cannot_change_is_refused(new, reason):
    assert fitting.unchangeable(DEFINITION, new).message.endswith(reason)
    assert fitting.unchangeable(None, new) is None
    assert fitting.unchangeable(DEFINITION, None) is None


def test_larger_local_storage_and_other_roles_are_no_obstacle():
    assert fitting.unchangeable(DEFINITION, defined(local_storage=(LocalStorage("Scratch", 101),))) is None
    assert fitting.unchangeable(DEFINITION, defined(name="Other", local_storage=(LocalStorage("Scratch", 1),))) is None
