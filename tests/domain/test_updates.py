"""Updates of web and worker deployments, step by step over the schedule: who is down when, what holds, what ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import to_builtins

from emulator.domain import deployments, hosted_services, updates, web_roles
from emulator.domain.deployments import CreateDeployment, Swap, UpdateDeploymentStatus
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.lifecycle import INSTANCE_FACES, UPDATE_FACES, UPDATE_LIFECYCLES
from emulator.domain.refusals import ServiceError
from emulator.domain.updates import (
    ChangeConfiguration,
    RollbackUpdateOrUpgrade,
    UpgradeDeployment,
    WalkUpgradeDomain,
)
from emulator.domain.web_roles import ConfigurationDocument
from emulator.wire.configuration import read_configuration

PACKAGE = "https://account.blob.core.windows.net/packages/{}.cspkg"
HERE = {"service_name": "svc", "slot_name": "production"}


def document(value="old", os_version="*", **counts):
    roles = "".join(
        f'<Role name="{name}"><Instances count="{count}"/><ConfigurationSettings><Setting name="a" value="{value}"/>'
        "</ConfigurationSettings></Role>"
        for name, count in (counts or {"Web": 3}).items()
    )
    text = (
        '<ServiceConfiguration serviceName="s" osFamily="4" '
        f'osVersion="{os_version}" xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">'
        f"{roles}</ServiceConfiguration>"
    ).encode()
    return ConfigurationDocument(text, read_configuration(text))


@pytest.fixture
def service(subscription, operation):
    command = CreateHostedService(service_name="svc", label=b"l", location="West US")
    return hosted_services.create(subscription, operation(), command)


@pytest.fixture
def deployed(subscription, operation, service):
    """Return a function that puts a deployment into production and waits until its instances are at rest."""

    def make(configuration=None, *, start=True):
        command = CreateDeployment(
            name="v1",
            package_url=PACKAGE.format("v1"),
            label=b"old label",
            configuration=configuration or document(),
            start_deployment=start,
        )
        deployments.create(subscription, operation(), command, "svc", "production")
        subscription.advance_until_quiet(1000)
        return service.deployments["Production"]

    return make


@pytest.fixture
def upgrade(subscription, operation):
    def call(mode="Auto", configuration=None, **changes):
        tracked = operation("UpgradeDeployment")
        command = {"package_url": PACKAGE.format("v2"), "configuration": configuration or document(), "label": b"new"}
        updates.upgrade(subscription, tracked, UpgradeDeployment(mode=mode, **(command | changes)), **HERE)
        return tracked

    return call


@pytest.fixture
def configure(subscription, operation):
    def call(mode=None, configuration=None):
        tracked = operation("ChangeConfiguration")
        command = ChangeConfiguration(configuration=configuration or document("new"), mode=mode)
        updates.change_configuration(subscription, tracked, command, **HERE)
        return tracked

    return call


@pytest.fixture
def walk(subscription, operation):
    def call(domain):
        tracked = operation("WalkUpgradeDomain")
        updates.walk_upgrade_domain(subscription, tracked, WalkUpgradeDomain(upgrade_domain=domain), **HERE)
        return tracked

    return call


@pytest.fixture
def rollback(subscription, operation):
    def call(mode="Auto", *, force=False):
        tracked = operation("RollbackUpdateOrUpgrade")
        command = RollbackUpdateOrUpgrade(mode=mode, force=force)
        updates.rollback(subscription, tracked, command, **HERE)
        return tracked

    return call


@pytest.fixture
def wait(subscription):
    """Return a function that lets the durations of some names pass, or everything that happens by itself."""

    def passed(*timings):
        if timings:
            seconds = sum(subscription.catalog.timings[name] for name in timings)
            subscription.advance_to(subscription.now + timedelta(seconds=seconds))
        else:
            subscription.advance_until_quiet(1000)

    return passed


PREPARED, WALKED, SETTLED = "deployment.upgrade", "deployment.upgrade_domain", "deployment.update_settling"
CHANGED, BACK = "deployment.configuration_change", "deployment.rollback"


def statuses(deployment):
    return [INSTANCE_FACES[one.state].instance_status for one in deployment.instances.values()]


def progress(deployment):
    update = deployment.update
    return (
        deployment.status,
        update and (update.upgrade_type, UPDATE_FACES[update.state], update.domain),
        deployment.operation is not None,
        updates.rollback_allowed(deployment),
    )


@pytest.mark.parametrize("mode", UPDATE_LIFECYCLES)
def test_every_state_of_an_update_in_progress_has_a_face(mode):
    assert set(UPDATE_LIFECYCLES[mode].states) - {"over"} <= set(UPDATE_FACES)


# ---- automatic


def test_an_automatic_upgrade_takes_one_domain_after_the_other_down_and_up_again(deployed, upgrade, wait):
    deployment = deployed()
    tracked = upgrade()
    assert progress(deployment) == ("RunningTransitioning", ("Auto", "Before", 0), True, True)
    assert (statuses(deployment), tracked.status) == (["ReadyRole"] * 3, "InProgress")
    for domain in range(3):
        wait(PREPARED if domain == 0 else WALKED)
        assert progress(deployment) == ("RunningTransitioning", ("Auto", "During", domain), False, True)
        down = ["StoppingRole" if n == domain else "ReadyRole" for n in range(3)]
        assert (statuses(deployment), tracked.status) == (down, "InProgress")
    wait(WALKED)
    assert progress(deployment) == ("RunningTransitioning", ("Auto", "Before", 0), False, False)
    assert (statuses(deployment), tracked.status) == (["ReadyRole"] * 3, "Succeeded")
    wait(SETTLED)
    assert progress(deployment) == ("Running", None, False, False)


def test_an_instance_that_is_updated_goes_through_busy_to_ready_within_its_domain(subscription, deployed, upgrade):
    deployment = deployed()
    first = deployment.instances["web_in_0"]
    upgrade()
    seen = [("ReadyRole", "")]
    while deployment.update.domain == 0:
        subscription.advance_to(subscription.clock.next_event().due)
        if (face := INSTANCE_FACES[first.state][::2]) != seen[-1]:
            seen.append(face)
    assert seen == [
        ("ReadyRole", ""),
        ("StoppingRole", ""),
        ("BusyRole", "Starting role... System is initializing. [{now}]"),
        ("BusyRole", "Starting role... Calling OnRoleRun. [{now}]"),
        ("ReadyRole", ""),
    ]


def test_an_upgrade_of_four_domains_takes_as_long_as_recorded(subscription, deployed, upgrade):
    deployed(document(Web=4))
    tracked = upgrade(configuration=document(Web=4))
    subscription.advance_until_quiet(1000)
    assert 546 <= (tracked.completed - tracked.started).total_seconds() <= 576


def test_an_upgrade_brings_package_configuration_label_and_properties(deployed, upgrade, wait):
    deployment = deployed()
    new = document("new")
    upgrade(configuration=new)
    wait()
    assert (deployment.package_url, deployment.label) == (PACKAGE.format("v2"), b"new")
    assert (deployment.configuration, deployment.configuration_text) == (new.content, new.text)


def test_a_simultaneous_upgrade_takes_all_domains_at_once(deployed, upgrade, wait):
    deployment = deployed()
    tracked = upgrade("simultaneous")
    wait(PREPARED)
    assert progress(deployment) == ("RunningTransitioning", ("Simultaneous", "During", 0), False, True)
    assert statuses(deployment) == ["StoppingRole"] * 3
    wait(WALKED)
    assert (statuses(deployment), tracked.status) == (["ReadyRole"] * 3, "Succeeded")
    wait(SETTLED)
    assert deployment.status == "Running"


def test_instances_beyond_five_share_the_five_upgrade_domains(deployed, upgrade, wait):
    deployment = deployed(document(Web=6))
    assert web_roles.upgrade_domain_count(deployment) == 5
    upgrade(configuration=document(Web=6))
    wait(PREPARED)
    assert [n for n, status in enumerate(statuses(deployment)) if status != "ReadyRole"] == [0, 5]


def test_an_upgrade_of_one_role_leaves_the_others_as_they_are(deployed, upgrade, wait):
    both = document(Web=1, Worker=1)
    deployment = deployed(both)
    upgrade(configuration=both, role_to_upgrade="worker")
    wait(PREPARED)
    assert statuses(deployment) == ["ReadyRole", "StoppingRole"]
    wait()
    assert deployment.status == "Running"


def test_a_suspended_deployment_has_nothing_to_restart(deployed, upgrade, wait):
    deployment = deployed(start=False)
    tracked = upgrade()
    assert deployment.status == "SuspendedTransitioning"
    wait(PREPARED)
    assert (tracked.status, deployment.status, statuses(deployment)) == (
        "Succeeded",
        "SuspendedTransitioning",
        ["StoppedVM"] * 3,
    )
    wait(SETTLED)
    assert progress(deployment) == ("Suspended", None, False, False)


# ---- configuration


def test_new_counts_add_instances_and_leave_the_others_alone(subscription, deployed, configure, wait):
    """As recorded: the operation has succeeded, the old instances are stopped, the new ones are made."""
    deployment = deployed(start=False)
    tracked = configure(configuration=document(Web=5))
    wait(CHANGED)
    assert (tracked.status, deployment.status) == ("Succeeded", "SuspendedTransitioning")
    assert statuses(deployment) == ["StoppedVM"] * 3 + ["CreatingVM"] * 2
    assert web_roles.upgrade_domain_count(deployment) == 5
    wait()
    assert (deployment.status, statuses(deployment)) == ("Suspended", ["StoppedVM"] * 5)
    assert subscription.cores_in_use == 5


def test_fewer_instances_are_those_with_the_lowest_numbers(subscription, deployed, configure, wait):
    deployment = deployed(document(Web=3, Worker=3))
    configure(configuration=document(Web=1, Worker=2))
    wait()
    assert list(deployment.instances) == ["web_in_0", "worker_in_0", "worker_in_1"]
    assert subscription.cores_in_use == 3


def test_new_settings_restart_the_instances_domain_by_domain(deployed, configure, wait):
    deployment = deployed()
    tracked = configure()
    wait(CHANGED)
    assert statuses(deployment) == ["StoppingRole", "ReadyRole", "ReadyRole"]
    wait()
    assert (deployment.status, tracked.status) == ("Running", "Succeeded")


def test_another_guest_system_restarts_the_instances(deployed, configure, wait, catalog):
    deployment = deployed()
    family = next(one for one in catalog.operating_system_families if one.name == "4")
    newest = deployment.roles["web"].os_version
    older = next(one.version for one in family.operating_systems if one.version != newest)
    configure(configuration=document("old", older))
    wait(CHANGED)
    assert deployment.roles["web"].os_version == older
    assert statuses(deployment)[0] == "StoppingRole"


@pytest.mark.parametrize("counts", [{"Web": 1, "Other": 1}, {"Other": 1}])
def test_a_configuration_of_other_roles_is_refused(subscription, deployed, configure, picture, counts):
    deployed()
    before = picture(subscription)
    with pytest.raises(ServiceError, match="does not fit the service definition"):
        configure(configuration=document(**counts))
    assert picture(subscription) == before


# ---- manual


def test_a_manual_upgrade_waits_for_each_of_its_walks(deployed, upgrade, walk, wait):
    deployment = deployed()
    tracked = upgrade("manual")
    wait(PREPARED)
    assert tracked.status == "Succeeded"
    for domain in range(3):
        wait()
        assert progress(deployment) == ("RunningTransitioning", ("Manual", "Before", domain), False, True)
        step = walk(domain)
        assert progress(deployment) == ("RunningTransitioning", ("Manual", "During", domain), True, True)
        down = ["StoppingRole" if n == domain else "ReadyRole" for n in range(3)]
        assert (statuses(deployment), step.status) == (down, "InProgress")
        wait(WALKED)
        assert (statuses(deployment), step.status) == (["ReadyRole"] * 3, "Succeeded")
    assert progress(deployment) == ("RunningTransitioning", ("Manual", "Before", 0), False, False)
    wait(SETTLED)
    assert progress(deployment) == ("Running", None, False, False)


def test_a_manual_change_of_configuration_is_walked_too(deployed, configure, walk, wait):
    deployment = deployed(document(Web=1))
    tracked = configure("Manual", document("new", Web=1))
    wait()
    assert (tracked.status, progress(deployment)[1]) == ("Succeeded", ("Manual", "Before", 0))
    step = walk(0)
    wait()
    assert (step.status, deployment.status) == ("Succeeded", "Running")


def test_a_walk_in_which_nothing_restarts_is_over_at_once(deployed, configure, walk, wait):
    deployment = deployed(document(Web=1), start=False)
    configure("Manual", document("new", Web=1))
    wait()
    assert (walk(0).status, deployment.operation) == ("Succeeded", None)


@pytest.mark.parametrize("domain", [-1, 1, 2, 7])
def test_domains_are_walked_in_order(subscription, deployed, upgrade, walk, wait, picture, domain):
    deployed()
    upgrade("manual")
    wait()
    before = picture(subscription)
    with pytest.raises(ServiceError, match="upgrade domain 0 is the next one") as refused:
        walk(domain)
    assert (refused.value.status, refused.value.code) == (400, "BadRequest")
    assert picture(subscription) == before


def test_a_walk_during_a_walk_is_refused_with_the_other_ones_id(deployed, upgrade, walk, wait):
    deployed()
    upgrade("manual")
    wait()
    first = walk(0)
    with pytest.raises(ServiceError, match=f"x-ms-requestid {first.id} on this deployment"):
        walk(1)


@pytest.mark.parametrize("mode", [None, "Auto"])
def test_there_is_nothing_to_walk_without_a_manual_update(deployed, upgrade, walk, wait, mode):
    deployed()
    if mode:
        upgrade(mode)
        wait(PREPARED)
    with pytest.raises(ServiceError, match="no manual update or upgrade waiting to be walked") as refused:
        walk(0)
    assert refused.value.status == 409


# ---- rollback


def test_a_rollback_brings_back_what_was_there_and_restarts_only_what_was_updated(deployed, upgrade, rollback, wait):
    deployment = deployed()
    old = to_builtins(web_roles.current(deployment))
    tracked = upgrade(configuration=document("new"))
    wait(PREPARED, WALKED)  # the second domain is on its way
    back = rollback()
    assert (tracked.status, tracked.code) == ("Failed", "ConflictError")
    assert back.id in tracked.message
    assert to_builtins(web_roles.current(deployment)) == old
    assert progress(deployment) == ("RunningTransitioning", ("Auto", "Before", 0), True, False)
    wait(BACK)
    assert statuses(deployment)[0] == "StoppingRole"
    assert statuses(deployment)[2] == "ReadyRole"
    wait(WALKED)
    assert (back.status, deployment.status) == ("Succeeded", "RunningTransitioning")
    wait()
    assert (deployment.status, statuses(deployment)) == ("Running", ["ReadyRole"] * 3)


def test_a_manual_rollback_is_walked(deployed, upgrade, walk, rollback, wait):
    deployment = deployed()
    upgrade("manual")
    wait()
    walk(0)
    wait()
    back = rollback("manual")
    wait()
    assert (back.status, progress(deployment)[1]) == ("Succeeded", ("Manual", "Before", 0))
    for domain in range(3):
        walk(domain)
        wait()
    assert (deployment.status, deployment.label) == ("Running", b"old label")


def test_a_rollback_takes_instances_away_that_the_update_had_added(subscription, deployed, upgrade, rollback, wait):
    deployment = deployed()
    upgrade("manual", document(Web=5))
    wait()
    assert len(deployment.instances) == 5
    rollback()
    wait()
    assert (len(deployment.instances), subscription.cores_in_use) == (3, 3)


def test_without_an_update_or_with_every_instance_updated_there_is_no_rollback(
    subscription, deployed, upgrade, rollback, wait, picture
):
    deployed()
    for _ in range(2):
        before = picture(subscription)
        with pytest.raises(ServiceError, match="can be rolled back") as refused:
            rollback()
        assert (refused.value.status, picture(subscription)) == (409, before)
        upgrade("simultaneous")
        wait(PREPARED, WALKED)


def test_a_rollback_cannot_be_rolled_back(deployed, upgrade, rollback, wait):
    deployment = deployed()
    upgrade("manual")
    wait()
    rollback("manual")
    wait()
    assert not updates.rollback_allowed(deployment)
    with pytest.raises(ServiceError, match="can be rolled back"):
        rollback()


# ---- one upon the other


def test_until_it_is_prepared_an_update_holds_the_deployment(subscription, deployed, upgrade, picture):
    deployed()
    tracked = upgrade()
    before = picture(subscription)
    with pytest.raises(ServiceError, match=f"x-ms-requestid {tracked.id} on this deployment") as refused:
        upgrade()
    assert (refused.value.status, picture(subscription)) == (409, before)


def test_an_update_in_the_place_of_another_walks_all_that_is_not_its_own(deployed, upgrade, wait):
    deployment = deployed()
    first = upgrade()
    wait(PREPARED, WALKED)
    second = upgrade(label=b"third")
    assert first.status == "Failed"
    wait()
    assert (second.status, deployment.status, deployment.label) == ("Succeeded", "Running", b"third")
    assert {one.revision_id for one in deployment.instances.values()} == {second.id}


def test_an_update_that_does_not_concern_a_role_still_updates_what_another_left_behind(
    subscription, deployed, upgrade, configure, wait
):
    deployment = deployed()
    upgrade("manual")
    wait()
    tracked = configure(configuration=document(Web=4))
    subscription.advance_to(subscription.now + timedelta(seconds=subscription.catalog.timings[CHANGED]))
    assert statuses(deployment)[0] == "StoppingRole"
    wait()
    assert {one.revision_id for one in deployment.instances.values()} == {tracked.id}


def test_deleting_ends_an_update_and_its_operation(subscription, operation, service, deployed, upgrade, wait):
    deployed()
    tracked = upgrade()
    wait(PREPARED)
    deployments.delete(subscription, operation(), **HERE)
    assert (tracked.status, [event.name for event in subscription.clock.pending()]) == ("Failed", ["deleted"])
    wait()
    assert (service.deployments, subscription.cores_in_use) == ({}, 0)


def test_deleting_the_service_ends_an_update_and_its_operation(subscription, operation, deployed, upgrade, wait):
    deployed()
    tracked = upgrade()
    wait(PREPARED)
    hosted_services.delete_with_media(subscription, operation(), "svc")
    assert tracked.status == "Failed"
    wait()
    assert (subscription.hosted_services, subscription.clock.pending()) == ({}, [])


def test_during_an_update_there_is_no_swap_and_no_change_of_status(subscription, operation, deployed, upgrade, wait):
    deployed()
    upgrade("manual")
    wait()
    with pytest.raises(ServiceError) as refused:
        deployments.update_status(subscription, operation(), UpdateDeploymentStatus(status="Suspended"), **HERE)
    assert refused.value.status == 409
    staged = CreateDeployment(
        name="v2", package_url=PACKAGE.format("v2"), label=b"l", configuration=document(), start_deployment=True
    )
    deployments.create(subscription, operation(), staged, "svc", "staging")
    wait()
    with pytest.raises(ServiceError) as refused:
        deployments.swap(subscription, operation(), Swap(production="v1", source_deployment="v2"), "svc")
    assert (refused.value.status, refused.value.code) == (500, "InternalError")


# ---- refused, or failed later


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"mode": "Quick"}, 400, "'Quick' is none of Auto, Manual, Simultaneous"),
        ({"package_url": "nowhere"}, 400, "package URL"),
        ({"label": b""}, 400, "label"),
        ({"role_to_upgrade": "Other"}, 404, "Role Other was not found"),
        ({"configuration": document(Web=3, Other=1)}, 400, r"removes or resizes roles \(Other\).* needs Force"),
        ({"configuration": document(Other=1)}, 400, r"\(Other, Web\)"),
    ],
)
def test_an_upgrade_that_cannot_be_is_refused_and_nothing_changes(
    subscription, deployed, upgrade, picture, changes, status, words
):
    deployed()
    before = picture(subscription)
    with pytest.raises(ServiceError, match=words) as refused:
        upgrade(**changes)
    assert (refused.value.status, picture(subscription)) == (status, before)


def test_with_force_roles_come_and_go(subscription, deployed, upgrade, wait):
    deployment = deployed(document(Web=2, Worker=1))
    upgrade(configuration=document(Web=1, Other=2), force=True)
    assert list(deployment.instances) == ["web_in_0"]
    wait()
    assert list(deployment.roles) == ["web", "other"]
    assert list(deployment.instances) == ["web_in_0", "other_in_0", "other_in_1"]
    assert (statuses(deployment), subscription.cores_in_use) == (["ReadyRole"] * 3, 3)


def test_a_rollback_that_removes_roles_needs_force(deployed, upgrade, rollback, wait):
    deployment = deployed()
    upgrade("manual", document(Web=3, Other=1), force=True)
    wait()
    with pytest.raises(ServiceError, match="needs Force"):
        rollback()
    rollback(force=True)
    wait()
    assert (list(deployment.roles), len(deployment.instances)) == (["web"], 3)


def test_a_rollback_is_never_simultaneous(deployed, upgrade, rollback, wait):
    deployed()
    upgrade("manual")
    wait()
    with pytest.raises(ServiceError, match="none of Auto, Manual"):
        rollback("Simultaneous")


def test_cores_over_the_quota_fail_the_upgrade_and_an_update_under_way_goes_on(subscription, deployed, upgrade, wait):
    deployment = deployed()
    first = upgrade()
    wait(PREPARED)
    tracked = upgrade(configuration=document(Web=21))
    wait()
    assert (tracked.status, tracked.code) == ("Failed", "BadRequest")
    assert (first.status, deployment.status, len(deployment.instances)) == ("Succeeded", "Running", 3)
