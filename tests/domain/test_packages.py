"""Packages in the domain: fetched or trusted, what a deployment takes from one, and how failing leaves no trace."""

from __future__ import annotations

import threading

import pytest
from msgspec.structs import replace

from emulator.blobs.directory import Directory
from emulator.domain import deployments, errors, hosted_services, packages, updates
from emulator.domain.configuration import RoleConfiguration, ServiceConfiguration
from emulator.domain.definition import (
    InputEndpoint,
    InstanceInputEndpoint,
    PackageDefinition,
    PackageError,
    RoleDefinition,
)
from emulator.domain.deployments import CreateDeployment
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.packages import TRUSTED, Package
from emulator.domain.refusals import ServiceError
from emulator.domain.updates import ChangeConfiguration, RollbackUpdateOrUpgrade, UpgradeDeployment
from emulator.domain.web_roles import ConfigurationDocument

URL = "https://account1.blob.core.windows.net/packages/a.cspkg"
HERE = {"service_name": "svc", "slot_name": "production"}
WEB = RoleDefinition(name="Web", vm_size="Large", input_endpoints=(InputEndpoint("Http", "http", 80, 8080),))
DEFINITION = PackageDefinition(service_name="Shop", roles=(WEB,), sdk_version="2.2", upgrade_domain_count=2)
OPENED = Package(DEFINITION)


def document(**counts):
    roles = tuple(RoleConfiguration(name=name, instance_count=count) for name, count in counts.items())
    return ConfigurationDocument(b"text", ServiceConfiguration(service_name="Shop", os_family="4", roles=roles))


@pytest.fixture
def create(subscription, operation):
    """Return a function that deploys a package into production, and returns the operation."""
    hosted_services.create(
        subscription, operation(), CreateHostedService(service_name="svc", label=b"l", location="West US")
    )

    def create(package=OPENED, configuration=None, **changes):
        command = CreateDeployment(
            name="v1",
            package_url=URL,
            label=b"l",
            configuration=configuration or document(Web=3),
            start_deployment=True,
            package=package,
            **changes,
        )
        tracked = operation("CreateDeployment")
        deployments.create(subscription, tracked, command, "svc", "production")
        return tracked

    return create


@pytest.fixture
def deployed(subscription, create):
    def deployed(*arguments, **keywords):
        create(*arguments, **keywords)
        subscription.advance_until_quiet(10_000)
        return subscription.hosted_services["svc"].deployments["Production"]

    return deployed


@pytest.fixture
def upgrade(subscription, operation):
    def upgrade(package, configuration=None, *, force=False, **changes):
        command = UpgradeDeployment(
            package_url=URL, configuration=configuration or document(Web=3), label=b"l", package=package, force=force
        )
        tracked = operation("UpgradeDeployment")
        updates.upgrade(subscription, tracked, command, **HERE, **changes)
        return tracked

    return upgrade


# ---- fetching


@pytest.fixture
def stored(world, tmp_path):
    """Return a function that gives the world a directory with a package in it, and a reader of packages."""
    world.blobs = Directory(tmp_path)

    def stored(reader):
        world.package_reader = reader
        path = tmp_path / "account1" / "packages" / "a.cspkg"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"package")

    return stored


def test_a_package_is_read_where_it_can_be_seen_and_no_lock_is_held(world, subscription, stored):
    files = []

    def reader(file):
        free = []
        other = threading.Thread(target=lambda: free.append(world.lock_of(subscription).acquire(blocking=False)))
        other.start()
        other.join()
        assert (file.read(), free) == (b"package", [True])
        files.append(file)
        return DEFINITION

    stored(reader)
    command = CreateDeployment(name="v1", package_url=URL, label=b"l", configuration=document(Web=1))
    assert packages.opened(subscription, command).package == Package(DEFINITION)
    assert files[0].closed


def test_one_that_cannot_be_read_is_a_fault_that_travels_with_the_command(subscription, stored):
    def reader(_file):
        raise PackageError("it is torn.")

    stored(reader)
    fault = packages.fetch(subscription, URL).fault
    assert (fault.refusal, fault.message) == (errors.PACKAGE_INVALID, "The package is invalid: it is torn.")


def test_one_that_can_be_seen_not_to_be_there_is_a_fault(subscription, stored):
    stored(lambda _file: DEFINITION)
    missing = URL.replace("a.cspkg", "b.cspkg")
    assert packages.fetch(subscription, missing).fault.refusal is errors.PACKAGE_NOT_FOUND
    assert packages.fetch(subscription, missing.replace("account1", "account2")) == TRUSTED


def test_without_bytes_it_depends_on_the_policy(world, subscription):
    assert packages.fetch(subscription, URL) == TRUSTED
    world.packages = "verify"
    assert packages.fetch(subscription, URL).fault.refusal is errors.PACKAGE_NOT_FOUND


# ---- what a deployment takes from a package


def test_sizes_endpoints_domains_and_version_come_from_the_package(subscription, deployed):
    deployment = deployed()
    role = deployment.roles["web"]
    assert (role.role_size, deployment.sdk_version) == ("Large", "2.2")
    (endpoint,) = role.input_endpoints
    assert (endpoint.name, endpoint.protocol, endpoint.port, endpoint.local_port) == ("Http", "http", 80, 8080)
    assert [one.instance_upgrade_domain for one in deployment.instances.values()] == [0, 1, 0]
    assert {one.instance_size for one in deployment.instances.values()} == {"Large"}
    assert deployment.virtual_ips[0].name == "ShopContractContract"
    assert subscription.cores_in_use == 3 * 4


def test_without_one_they_are_the_defaults(subscription, deployed):
    deployment = deployed(TRUSTED)
    assert deployment.roles["web"].role_size == "Small"
    assert deployment.virtual_ips[0].name == "__PseudoBackEndContractVip"
    assert deployment.definition is None
    assert subscription.cores_in_use == 3


@pytest.mark.parametrize(
    ("package", "configuration", "refusal"),
    [
        (Package(fault=errors.PACKAGE_INVALID(why="x")), None, errors.PACKAGE_INVALID),
        (Package(DEFINITION), document(Worker=1), errors.CONFIGURATION_MISMATCH),
    ],
)
def test_a_package_that_will_not_do_fails_the_operation_and_leaves_the_world_as_it_was(
    subscription, create, picture, package, configuration, refusal
):
    before = picture(subscription)
    tracked = create(package, configuration)
    assert tracked.status == "InProgress"
    subscription.advance_until_quiet(10)
    assert (tracked.status, tracked.http_status, tracked.code) == ("Failed", 400, "BadRequest")
    assert tracked.message.startswith(refusal.message.partition("{")[0])
    after = picture(subscription)
    del before["clock"], after["clock"]
    assert after == before


def test_warnings_are_told_of_by_the_operation(subscription, create):
    tracked = create(configuration=document(Web=1))
    subscription.advance_until_quiet(10_000)
    assert (tracked.status, [one.code for one in tracked.warnings]) == ("Succeeded", ["SingleInstanceRole"])


# ---- upgrades and changes of the configuration


def test_an_upgrade_to_another_size_needs_force_and_resizes_the_instances(subscription, deployed, upgrade, refuses):
    deployment = deployed()
    small = PackageDefinition(service_name="Shop", roles=(RoleDefinition(name="Web"),), upgrade_domain_count=2)
    message = refuses(errors.FORCE_NEEDED, upgrade, Package(small))
    assert "(Web)" in message
    upgrade(Package(small), force=True)
    subscription.advance_until_quiet(10_000)
    assert {one.instance_size for one in deployment.instances.values()} == {"Small"}
    assert deployment.roles["web"].input_endpoints == ()
    assert subscription.cores_in_use == 3


def test_an_upgrade_to_the_first_public_endpoint_names_the_virtual_ip(subscription, deployed, upgrade):
    deployment = deployed(TRUSTED, document(Web=2))
    definition = PackageDefinition(service_name="Shop", roles=(replace(WEB, vm_size="Small"),))
    upgrade(Package(definition), document(Web=2))
    subscription.advance_until_quiet(10_000)
    assert deployment.virtual_ips[0].name == "ShopContractContract"


def test_an_upgrade_that_cannot_be_fails_its_operation(subscription, deployed, upgrade):
    deployment = deployed()
    other = PackageDefinition(service_name="Shop", roles=(WEB,), upgrade_domain_count=3)
    tracked = upgrade(Package(other))
    subscription.advance_until_quiet(10)
    assert (tracked.status, tracked.code) == ("Failed", "BadRequest")
    assert (deployment.definition, deployment.update, deployment.operation) == (DEFINITION, None, None)


def test_a_rollback_brings_back_what_the_package_said(subscription, operation, deployed):
    deployment = deployed()
    new = PackageDefinition(service_name="Shop", roles=(WEB,), sdk_version="2.3", upgrade_domain_count=2)
    command = UpgradeDeployment(
        mode="Manual", package_url=URL, configuration=document(Web=3), label=b"l", package=Package(new)
    )
    updates.upgrade(subscription, operation(), command, **HERE)
    subscription.advance_until_quiet(10_000)
    assert (deployment.sdk_version, deployment.definition) == ("2.3", new)
    updates.rollback(subscription, operation(), RollbackUpdateOrUpgrade(mode="Auto", force=False), **HERE)
    subscription.advance_until_quiet(10_000)
    assert (deployment.sdk_version, deployment.definition) == ("2.2", DEFINITION)


def test_a_new_configuration_is_held_against_the_definition_that_is_there(subscription, operation, deployed):
    ports = (InstanceInputEndpoint("Debug", "tcp", 4020, 4100, 4102),)
    role = RoleDefinition(name="Web", instance_input_endpoints=ports)
    deployment = deployed(Package(PackageDefinition(service_name="Shop", roles=(role,))))
    tracked = operation()
    updates.change_configuration(subscription, tracked, ChangeConfiguration(configuration=document(Web=4)), **HERE)
    subscription.advance_until_quiet(10_000)
    assert tracked.status == "Failed"
    assert "3 ports for 4 instances" in tracked.message
    assert len(deployment.instances) == 3
    with pytest.raises(ServiceError, match="there is no role Other"):
        updates.change_configuration(
            subscription, operation(), ChangeConfiguration(configuration=document(Web=1, Other=1)), **HERE
        )


# ---- get package


@pytest.fixture
def get(subscription, operation):
    def get(container, **keywords):
        tracked = operation()
        deployments.get_package(subscription, tracked, container_uri=container, **HERE, **keywords)
        subscription.advance_until_quiet(10)
        return tracked

    return get


def test_the_registry_knows_what_get_package_wrote(subscription, deployed, get):
    deployed(TRUSTED)
    assert get("https://account1.blob.core.windows.net/saved/?sig=x").status == "Succeeded"
    assert list(subscription.blobs) == ["account1/saved/v1.cscfg"]
    again = get("https://account1.blob.core.windows.net/saved")
    assert (again.status, again.http_status) == ("Failed", 409)
    assert get("https://account1.blob.core.windows.net/saved", overwrite_existing=True).status == "Succeeded"


def test_a_container_elsewhere_is_taken_on_trust(subscription, deployed, get):
    deployed(TRUSTED)
    assert get("https://example.com/saved").status == "Succeeded"
    assert subscription.blobs == {}


def test_get_package_fails_where_the_package_is_gone_or_nothing_can_be_written(
    subscription, deployed, get, stored, tmp_path
):
    stored(lambda _file: DEFINITION)
    deployed()
    container = "https://account1.blob.core.windows.net/saved"
    (tmp_path / "account1" / "saved").write_text("in the way")
    assert get(container).code == "InternalError"
    (tmp_path / "account1" / "packages" / "a.cspkg").unlink()
    assert get(container).message.startswith(f"The package {URL} cannot be read")
