"""Role instances: restarts of three kinds, deletion, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.domain import deployments, hosted_services, role_instances, updates
from emulator.domain.deployments import CreateDeployment
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.lifecycle import INSTANCE_FACES
from emulator.domain.refusals import ServiceError
from emulator.domain.role_instances import RoleInstances
from emulator.domain.updates import ChangeConfiguration, RollbackUpdateOrUpgrade, UpgradeDeployment
from emulator.domain.web_roles import ConfigurationDocument
from emulator.wire.configuration import read_configuration

PACKAGE = "https://account.blob.core.windows.net/packages/a.cspkg"
HERE = {"service_name": "svc", "slot_name": "production"}
RESTARTS = [role_instances.reboot, role_instances.reimage, role_instances.rebuild]


def document(**counts):
    roles = "".join(f'<Role name="{name}"><Instances count="{count}"/></Role>' for name, count in counts.items())
    text = (
        '<ServiceConfiguration serviceName="s" osFamily="4" '
        f'xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">{roles}'
        "</ServiceConfiguration>"
    ).encode()
    return ConfigurationDocument(text, read_configuration(text))


@pytest.fixture
def deployed(subscription, operation):
    """Return a function that puts a deployment into production and waits until its instances are at rest."""

    def make(*, start=True, **counts):
        service = hosted_services.create(
            subscription, operation(), CreateHostedService(service_name="svc", label=b"l", location="West US")
        )
        command = CreateDeployment(
            name="v1", package_url=PACKAGE, label=b"l", configuration=document(**counts), start_deployment=start
        )
        deployments.create(subscription, operation(), command, "svc", "production")
        subscription.advance_until_quiet(1000)
        return service.deployments["Production"]

    return make


@pytest.fixture
def delete(subscription, operation):
    def call(*names):
        tracked = operation("DeleteRoleInstances")
        role_instances.delete(subscription, tracked, RoleInstances(list(names)), **HERE)
        return tracked

    return call


def seen(subscription, instance):
    """Let everything happen, and return the statuses that an instance goes through."""
    found = [INSTANCE_FACES[instance.state].instance_status]
    while (event := subscription.clock.next_event()) is not None:
        subscription.advance_to(event.due)
        if (status := INSTANCE_FACES[instance.state].instance_status) != found[-1]:
            found.append(status)
    return found


# ---- restart


@pytest.mark.parametrize(
    ("restart", "states"),
    [
        (role_instances.reboot, ["StoppingRole", "StartingVM"]),
        (role_instances.reimage, ["StoppingRole", "StoppingVM", "CreatingVM", "StartingVM"]),
        (role_instances.rebuild, ["StoppingRole", "StoppingVM", "CreatingVM", "StartingVM"]),
    ],
)
def test_one_instance_goes_down_and_comes_back(subscription, operation, deployed, restart, states):
    deployment = deployed(Web=2)
    tracked = operation()
    restart(subscription, tracked, role_instance_name="WEB_in_1", **HERE)
    instance = deployment.instances["web_in_1"]
    assert seen(subscription, instance) == [*states, "RoleStateUnknown", "BusyRole", "ReadyRole"]
    assert INSTANCE_FACES[deployment.instances["web_in_0"].state].instance_status == "ReadyRole"
    assert (tracked.status, deployment.operation, deployment.status) == ("Succeeded", None, "Running")


@pytest.mark.parametrize("restart", RESTARTS)
def test_a_restart_holds_the_deployment_for_the_recorded_time(subscription, operation, deployed, restart):
    deployment = deployed(Web=1)
    tracked = operation()
    restart(subscription, tracked, role_instance_name="Web_IN_0", **HERE)
    with pytest.raises(ServiceError, match=f"x-ms-requestid {tracked.id} on this deployment"):
        restart(subscription, operation(), role_instance_name="Web_IN_0", **HERE)
    subscription.advance_until_quiet(1000)
    assert 121 <= (tracked.completed - tracked.started).total_seconds() <= 150
    assert deployment.operation is None


@pytest.mark.parametrize("restart", RESTARTS)
def test_a_stopped_instance_stays_stopped(subscription, operation, deployed, restart):
    deployment = deployed(start=False, Web=1)
    tracked = operation()
    restart(subscription, tracked, role_instance_name="Web_IN_0", **HERE)
    assert seen(subscription, deployment.instances["web_in_0"]) == ["StoppedVM"]
    assert tracked.status == "Succeeded"


@pytest.mark.parametrize("restart", RESTARTS)
def test_an_instance_that_is_not_there_is_refused(subscription, operation, deployed, picture, restart):
    deployed(Web=1)
    before = picture(subscription)
    with pytest.raises(ServiceError, match="role instance Web_IN_1 was not found in the deployment v1") as refused:
        restart(subscription, operation(), role_instance_name="Web_IN_1", **HERE)
    assert (refused.value.status, picture(subscription)) == (404, before)


def test_a_restart_does_not_disturb_an_update_under_way(subscription, operation, deployed):
    deployment = deployed(Web=3)
    upgrading = operation()
    command = UpgradeDeployment(package_url=PACKAGE, configuration=document(Web=3), label=b"l")
    updates.upgrade(subscription, upgrading, command, **HERE)
    timings = subscription.catalog.timings
    subscription.advance_to(subscription.now + timedelta(seconds=timings["deployment.upgrade"]))
    for name in ("Web_IN_0", "Web_IN_2"):  # the one that is walked, and one whose turn will come
        role_instances.reboot(subscription, operation(), role_instance_name=name, **HERE)
        subscription.advance_to(subscription.now + timedelta(seconds=timings["role_instance.reboot"]))
    subscription.advance_until_quiet(1000)
    assert (upgrading.status, deployment.status) == ("Succeeded", "Running")
    assert {INSTANCE_FACES[one.state].instance_status for one in deployment.instances.values()} == {"ReadyRole"}
    assert {one.revision_id for one in deployment.instances.values()} == {upgrading.id}


# ---- delete


def test_deleted_instances_stop_and_are_gone_with_their_cores_and_counts(subscription, deployed, delete):
    deployment = deployed(Web=4, Worker=2)
    tracked = delete("Web_IN_0", "web_in_2", "Worker_IN_1")
    stopping = [k for k, one in deployment.instances.items() if one.state == "stopping"]
    assert stopping == ["web_in_0", "web_in_2", "worker_in_1"]
    assert subscription.cores_in_use == 6
    subscription.advance_until_quiet(1000)
    assert list(deployment.instances) == ["web_in_1", "web_in_3", "worker_in_0"]
    assert [(r.name, r.instance_count) for r in deployment.configuration.roles] == [("Web", 2), ("Worker", 1)]
    assert (subscription.cores_in_use, tracked.status, deployment.operation) == (3, "Succeeded", None)
    assert 180 <= (tracked.completed - tracked.started).total_seconds() <= 212


def test_those_that_stay_keep_number_and_domain_and_new_ones_fill_the_gaps(subscription, operation, deployed, delete):
    deployment = deployed(Web=4)
    delete("Web_IN_0", "Web_IN_1")
    subscription.advance_until_quiet(1000)
    assert [(k, one.instance_upgrade_domain) for k, one in deployment.instances.items()] == [
        ("web_in_2", 2),
        ("web_in_3", 3),
    ]
    command = ChangeConfiguration(configuration=document(Web=5))
    updates.change_configuration(subscription, operation(), command, **HERE)
    subscription.advance_until_quiet(1000)
    assert list(deployment.instances) == [f"web_in_{n}" for n in range(5)]
    assert (subscription.cores_in_use, deployment.recounted) == (5, False)


def test_what_was_deleted_during_an_update_comes_back_with_a_rollback(subscription, operation, deployed, delete):
    deployment = deployed(Web=3)
    command = UpgradeDeployment(mode="Manual", package_url=PACKAGE, configuration=document(Web=3), label=b"l")
    updates.upgrade(subscription, operation(), command, **HERE)
    subscription.advance_until_quiet(1000)
    delete("Web_IN_2")
    subscription.advance_until_quiet(1000)
    back = RollbackUpdateOrUpgrade(mode="Auto", force=False)
    updates.rollback(subscription, operation(), back, **HERE)
    subscription.advance_until_quiet(1000)
    assert (list(deployment.instances), deployment.recounted) == (["web_in_0", "web_in_1", "web_in_2"], False)
    assert (deployment.status, subscription.cores_in_use) == ("Running", 3)


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ([], 400, "at least one name"),
        (["Web_IN_0", "WEB_IN_0"], 400, "none twice"),
        (["Web_IN_0", "Web_IN_9"], 404, "Web_IN_9 was not found"),
        (["Web_IN_0", "Web_IN_1"], 400, "the role Web would have none left"),
    ],
)
def test_a_deletion_that_cannot_be_is_refused_and_nothing_changes(
    subscription, deployed, delete, picture, given, status, words
):
    deployed(Web=2)
    before = picture(subscription)
    with pytest.raises(ServiceError, match=words) as refused:
        delete(*given)
    assert (refused.value.status, picture(subscription)) == (status, before)


# ---- events and packages


def test_there_are_no_reboots_for_maintenance(subscription, deployed):
    deployed(Web=1)
    now = subscription.now
    assert role_instances.list_reboot_events(subscription, "svc", now - timedelta(1), now, "production") == []
    with pytest.raises(ServiceError, match="EndTime lies before StartTime"):
        role_instances.list_reboot_events(subscription, "svc", now, now - timedelta(1), "production")
    with pytest.raises(ServiceError, match="No deployments were found."):
        role_instances.list_reboot_events(subscription, "svc", now, now, "staging")


def test_a_package_is_fetched_while_the_deployment_stays_free(subscription, operation, deployed):
    deployment = deployed(Web=1)
    tracked = operation()
    deployments.get_package(subscription, tracked, container_uri="https://account.blob.core.windows.net/c +", **HERE)
    assert (deployment.operation, tracked.status) == (None, "InProgress")
    subscription.advance_until_quiet(10)
    assert tracked.status == "Succeeded"
    with pytest.raises(ServiceError, match="no address of a container"):
        deployments.get_package(subscription, operation(), container_uri="container", **HERE)
