"""What becomes of an accepted operation that is not to go well: the world is as it was, or as it would be, or held."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from emulator.domain import deployments, errors, fates, storage_accounts, updates
from emulator.domain.configuration import RoleConfiguration, ServiceConfiguration
from emulator.domain.deployments import UpdateDeploymentStatus
from emulator.domain.lifecycle import INSTANCE_LIFECYCLES
from emulator.domain.refusals import ServiceError
from emulator.domain.storage_accounts import CreateStorageAccount
from emulator.domain.updates import UpgradeDeployment
from emulator.domain.web_roles import ConfigurationDocument

PACKAGE = "https://account.blob.core.windows.net/packages/b.cspkg"
ERROR = errors.INTERNAL_ERROR()
ACCOUNT = CreateStorageAccount(service_name="account", label=b"bA==", location="West US")


@pytest.fixture
def web(cloud):
    """A running deployment of web roles, of two instances."""
    cloud.service()
    deployment = cloud.web(count=2)
    cloud.quiet()
    return deployment


def looks(deployment):
    return [INSTANCE_LIFECYCLES[one.kind][1][one.state].instance_status for one in deployment.instances.values()]


@pytest.fixture
def suffer(subscription, operation):
    """Return a function that carries a call out under a fate, and returns the operation."""

    def suffer(fate, does, *arguments, **keywords):
        tracked = operation()
        fate(subscription, tracked, partial(does, subscription, tracked, *arguments), **keywords)
        return tracked

    return suffer


# ---- fail


@pytest.mark.parametrize("seconds", [0, 7.5])
def test_what_fails_does_so_after_its_time_and_leaves_the_world_as_it_was(subscription, suffer, picture, seconds):
    before = picture(subscription)
    tracked = suffer(fates.fail, storage_accounts.create, ACCOUNT, error=ERROR, seconds=seconds)
    start = subscription.now
    assert tracked.status == "InProgress"
    assert [event.name for event in subscription.advance_until_quiet(10)] == ["fail"]
    assert (tracked.status, tracked.code, tracked.http_status) == ("Failed", "InternalError", 500)
    assert tracked.completed - start == timedelta(seconds=seconds)
    after = picture(subscription)
    assert {name for name in after if after[name] != before[name]} <= {"clock"}
    assert after["clock"]["schedule"] == {}


def test_by_default_it_fails_when_it_would_have_ended(subscription, suffer, web):
    tracked = suffer(fates.fail, deployments.delete, "svc", "production", error=ERROR)
    subscription.advance_until_quiet(10)
    taken = (tracked.completed - tracked.started).total_seconds()
    assert (tracked.status, taken) == ("Failed", subscription.catalog.timings["deployment.delete"])


def test_a_deletion_that_fails_gives_back_what_was_going_on_in_the_deployment(subscription, suffer, cloud, picture):
    cloud.service()
    cloud.web(count=2)
    subscription.advance_to(subscription.now + timedelta(seconds=100))
    before = picture(subscription)
    suffer(fates.fail, deployments.delete, "svc", "production", error=ERROR, seconds=10**6)
    after = picture(subscription)
    del before["clock"], after["clock"]
    assert after == before
    subscription.advance_to(subscription.now + timedelta(seconds=10**5))
    deployment = subscription.hosted_services["svc"].deployments["Production"]
    assert (deployment.status, looks(deployment)) == ("Suspended", ["StoppedVM", "StoppedVM"])


def test_what_is_refused_is_refused_and_nothing_fails_later(subscription, suffer, picture):
    before = picture(subscription)
    with pytest.raises(ServiceError):
        suffer(fates.fail, deployments.delete, "none", "production", error=ERROR)
    assert picture(subscription) == before


def test_what_is_done_and_reported_as_failed_is_as_if_it_had_gone_well(subscription, suffer):
    tracked = suffer(fates.fail_though_done, storage_accounts.create, ACCOUNT, error=ERROR)
    subscription.advance_until_quiet(10)
    assert subscription.storage_accounts["account"].status == "Created"
    assert (tracked.status, tracked.code, tracked.message) == ("Failed", ERROR.code, ERROR.message)
    taken = (tracked.completed - tracked.started).total_seconds()
    assert taken == sum(
        subscription.catalog.timings[f"storage_account.{name}"] for name in ("creating", "resolving_dns")
    )


def upgrade(subscription, tracked, mode):
    content = ServiceConfiguration(service_name="s", roles=(RoleConfiguration(name="Web", instance_count=2),))
    command = UpgradeDeployment(
        mode=mode, package_url=PACKAGE, configuration=ConfigurationDocument(b"new", content), label=b"new"
    )
    updates.upgrade(subscription, tracked, command, "svc", "production")


def test_an_update_that_fails_gives_back_the_one_whose_place_it_took(subscription, operation, suffer, web, picture):
    running = UpdateDeploymentStatus(status="Running")
    deployments.update_status(subscription, operation(), running, "svc", "production")
    subscription.advance_until_quiet(100)
    older = operation()
    upgrade(subscription, older, "Auto")
    subscription.advance_to(subscription.now + timedelta(seconds=subscription.catalog.timings["deployment.upgrade"]))
    before = picture(subscription)
    tracked = suffer(fates.fail, upgrade, "Auto", error=ERROR, seconds=10**6)
    deployment = subscription.hosted_services["svc"].deployments["Production"]
    assert (deployment.update.upgrade_type, deployment.update.operation) == ("Auto", older.id)
    after = picture(subscription)
    del before["clock"], after["clock"]
    assert after == before
    assert subscription.operations[older.id].status == "InProgress"
    subscription.advance_to(subscription.now + timedelta(seconds=10**5))
    assert subscription.operations[older.id].status == "Succeeded"
    subscription.advance_until_quiet(100)
    assert (tracked.status, looks(deployment)) == ("Failed", ["ReadyRole", "ReadyRole"])


# ---- hang


def test_what_hangs_never_ends_and_holds_what_it_held(subscription, suffer, web):
    tracked = suffer(fates.hang, deployments.delete, "svc", "production")
    subscription.advance_to(subscription.now + timedelta(days=1000))
    assert (tracked.status, tracked.completed) == ("InProgress", None)
    assert (web.status, web.operation) == ("Deleting", tracked.id)
    with pytest.raises(ServiceError, match="exclusive access"):
        suffer(fates.hang, deployments.delete, "svc", "production")


# ---- trouble


def create(subscription, tracked, cloud):
    return cloud.web(count=3)


@pytest.mark.parametrize(("most", "troubled"), [(1, 1), (2, 2), (9, 3), (None, 3)])
def test_the_first_so_many_of_the_instances_made_come_to_grief(subscription, suffer, cloud, most, troubled):
    cloud.service()
    suffer(fates.trouble, create, cloud, event="role_failed", most=most)
    deployment = subscription.hosted_services["svc"].deployments["Production"]
    assert [one.trouble for one in deployment.instances.values()] == ["role_failed"] * troubled + [""] * (3 - troubled)


def test_instances_that_were_there_are_spared(subscription, suffer, cloud, web):
    cloud.service("other")
    suffer(fates.trouble, lambda *_: cloud.web(service="other"), event="vm_failed", most=None)
    assert {one.trouble for one in web.instances.values()} == {""}


def test_an_event_that_a_kind_does_not_know_does_nothing_to_it(subscription, suffer, cloud):
    cloud.service()
    suffer(fates.trouble, create, cloud, event="provisioning_failed", most=None)
    deployment = subscription.hosted_services["svc"].deployments["Production"]
    assert {one.trouble for one in deployment.instances.values()} == {""}


def test_trouble_takes_as_long_as_what_it_takes_the_place_of_and_is_spent(subscription, suffer, cloud):
    cloud.service()
    start = subscription.now
    suffer(fates.trouble, lambda *_: cloud.machines(), event="provisioning_failed", most=1)
    (instance,) = subscription.hosted_services["svc"].deployments["Production"].instances.values()
    subscription.advance_until_quiet(100)
    assert (instance.state, instance.trouble, instance.pending) == ("provisioning-failed", "", 0)
    timings = subscription.catalog.timings
    names = ("role_state_unknown", "creating_vm", "starting_vm", "provisioning_linux")
    until = timings["virtual_machine.create_deployment"] + sum(timings[f"vm.{name}"] for name in names)
    assert (instance.since - start).total_seconds() == until
