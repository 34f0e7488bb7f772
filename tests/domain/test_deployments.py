"""Deployments of web and worker roles: states step by step, swap, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from emulator.domain import deployments, hosted_services
from emulator.domain.deployments import ConfigurationDocument, CreateDeployment, Swap, UpdateDeploymentStatus
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.lifecycle import INSTANCE_FACES
from emulator.domain.refusals import ServiceError
from emulator.wire.configuration import read_configuration

CONFIGURATIONS = Path(__file__).parents[2] / "fixtures" / "configurations"


def a_configuration(name="one-worker"):
    text = (CONFIGURATIONS / f"{name}.cscfg").read_bytes()
    return ConfigurationDocument(text, read_configuration(text))


def a_deployment(name="v1", **changes):
    return CreateDeployment(
        **{
            "name": name,
            "package_url": "https://account.blob.core.windows.net/packages/a.cspkg",
            "label": b"label",
            "configuration": a_configuration(),
            **changes,
        }
    )


@pytest.fixture
def service(subscription, operation):
    command = CreateHostedService(service_name="svc", label=b"l", location="West US")
    return hosted_services.create(subscription, operation(), command)


@pytest.fixture
def create(subscription, operation, service):
    def make(slot="production", name="v1", **changes):
        tracked = operation("CreateDeployment")
        deployments.create(subscription, tracked, a_deployment(name, **changes), "svc", slot)
        return tracked

    return make


@pytest.fixture
def quiet(subscription):
    """Let time pass until nothing is pending."""
    return lambda: subscription.advance_until_quiet(10_000)


def statuses(deployment):
    return [INSTANCE_FACES[i.state].instance_status for i in deployment.instances.values()]


def test_without_start_a_deployment_ends_up_suspended_with_stopped_machines(subscription, create, service):
    tracked = create()
    deployment = service.deployments["Production"]
    assert (deployment.status, tracked.status) == ("Deploying", "InProgress")
    assert deployment.operation == tracked.id
    assert statuses(deployment) == ["CreatingVM", "CreatingVM"]
    subscription.advance_to(subscription.now + timedelta(seconds=subscription.catalog.timings["deployment.create"]))
    assert (deployment.status, tracked.status, deployment.operation) == ("Suspended", "Succeeded", None)
    subscription.advance_until_quiet(100)
    assert statuses(deployment) == ["StoppedVM", "StoppedVM"]


def test_with_start_the_instances_go_through_the_recorded_states_to_ready(subscription, create, service):
    tracked = create(start_deployment=True)
    deployment = service.deployments["Production"]
    seen = [statuses(deployment)[0]]
    while subscription.clock.next_event() is not None:
        subscription.advance_to(subscription.clock.next_event().due)
        if statuses(deployment)[0] != seen[-1]:
            seen.append(statuses(deployment)[0])
    assert seen == ["CreatingVM", "StartingVM", "RoleStateUnknown", "BusyRole", "ReadyRole"]
    assert (deployment.status, tracked.status) == ("Running", "Succeeded")


def test_instances_are_named_and_spread_over_domains(create, service):
    create(configuration=a_configuration("scaled"))
    instances = service.deployments["Production"].instances.values()
    assert [i.instance_name for i in instances] == [f"WorkerRole1_IN_{n}" for n in range(4)]
    assert [i.instance_upgrade_domain for i in instances] == [0, 1, 2, 3]
    assert [i.instance_fault_domain for i in instances] == [0, 1, 0, 1]


def test_a_status_change_takes_the_instances_along(subscription, operation, create, service, quiet):
    create()
    quiet()
    deployment = service.deployments["Production"]
    deployments.update_status(subscription, operation(), UpdateDeploymentStatus(status="Running"), "svc", "production")
    assert deployment.status == "Starting"
    quiet()
    assert (deployment.status, statuses(deployment)) == ("Running", ["ReadyRole"] * 2)
    tracked = operation()
    suspend = UpdateDeploymentStatus(status="suspended")
    deployments.update_status(subscription, tracked, suspend, "svc", deployment_name="V1")
    assert deployment.status == "Suspending"
    quiet()
    assert (deployment.status, statuses(deployment)) == ("Suspended", ["StoppedVM"] * 2)
    assert tracked.status == "Succeeded"


def test_a_status_that_it_has_is_accepted_and_succeeds(subscription, operation, create, service, quiet):
    create()
    quiet()
    tracked = operation()
    suspend = UpdateDeploymentStatus(status="Suspended")
    deployments.update_status(subscription, tracked, suspend, "svc", "production")
    assert service.deployments["Production"].status == "Suspended"
    quiet()
    assert (tracked.status, service.deployments["Production"].status) == ("Succeeded", "Suspended")


def test_a_deployment_that_an_operation_holds_is_refused_with_the_id_of_that_operation(
    subscription, operation, create, picture
):
    holder = create()
    before = picture(subscription)
    with pytest.raises(ServiceError) as refused:
        deployments.delete(subscription, operation(), "svc", "production")
    assert refused.value.code == "ConflictError"
    assert refused.value.message == (
        f"Windows Azure is currently performing an operation with x-ms-requestid {holder.id} on this deployment that "
        "requires exclusive access."
    )
    assert picture(subscription) == before


def test_while_an_operation_runs_the_service_is_busy(subscription, operation, create):
    create()
    with pytest.raises(ServiceError, match="on this hosted service that requires exclusive access"):
        create("staging", "v2")
    with pytest.raises(ServiceError, match="on this hosted service that requires exclusive access"):
        hosted_services.delete(subscription, operation(), "svc")


@pytest.mark.parametrize(
    ("slot", "changes", "code", "words"),
    [
        ("production", {"name": "v2"}, "ConflictError", "The specified deployment slot Production is occupied."),
        ("staging", {"name": "V1"}, "ConflictError", "already in use"),
        ("middle", {}, "BadRequest", "neither Production nor Staging"),
        ("staging", {"name": "v_2"}, "BadRequest", "deployment name is invalid"),
        ("staging", {"name": "v2", "package_url": "ftp://a/b"}, "BadRequest", "package URL"),
        ("staging", {"name": "v2", "package_url": "http://[bad/x"}, "BadRequest", "package URL"),
        ("staging", {"name": "v2", "label": b"x" * 101}, "BadRequest", "longer than 100"),
    ],
)
def test_a_deployment_that_cannot_be_is_refused_and_nothing_changes(
    subscription, create, quiet, picture, slot, changes, code, words
):
    create()
    quiet()
    before = picture(subscription)
    with pytest.raises(ServiceError, match=words) as refused:
        create(slot, **changes)
    assert refused.value.code == code
    assert picture(subscription) == before


def test_cores_over_the_quota_fail_through_the_operation(subscription, create, service, quiet, catalog):
    subscription.world.catalog = catalog.with_overrides(quotas={"max_core_count": 1})
    tracked = create()
    assert (tracked.status, service.deployments) == ("InProgress", {})
    quiet()
    assert (tracked.status, tracked.http_status, tracked.code) == ("Failed", 400, "BadRequest")
    assert "resource type 'cores count' was exceeded" in (tracked.message or "")
    assert "the current count is 0, and the requested increment is 2." in (tracked.message or "")
    assert subscription.cores_in_use == 0


@pytest.fixture
def both(create, quiet, service):
    create("production", "v1")
    quiet()
    create("staging", "v2")
    quiet()
    return service


def test_a_swap_exchanges_slots_and_addresses_and_leaves_names_and_private_ids(subscription, operation, both, quiet):
    old = {d.name: (d.private_id, d.virtual_ips) for d in both.deployments.values()}
    tracked = operation()
    swap = Swap(production="v1", source_deployment="v2")
    deployments.swap(subscription, tracked, swap, "svc")
    quiet()
    assert tracked.status == "Succeeded"
    assert {slot: d.name for slot, d in both.deployments.items()} == {"Production": "v2", "Staging": "v1"}
    assert {d.slot for d in both.deployments.values()} == {"Production", "Staging"}
    for name, other in (("v1", "v2"), ("v2", "v1")):
        found = next(d for d in both.deployments.values() if d.name == name)
        assert (found.private_id, found.virtual_ips) == (old[name][0], old[other][1])


def test_swapping_twice_is_as_if_nothing_had_been(subscription, operation, both, quiet):
    before = {slot: (d.name, d.virtual_ips) for slot, d in both.deployments.items()}
    deployments.swap(subscription, operation(), Swap(production="v1", source_deployment="v2"), "svc")
    quiet()
    deployments.swap(subscription, operation(), Swap(production="v2", source_deployment="v1"), "svc")
    quiet()
    assert {slot: (d.name, d.virtual_ips) for slot, d in both.deployments.items()} == before


def test_with_an_empty_production_slot_staging_moves_there(subscription, operation, create, service, quiet):
    create("staging", "v2")
    quiet()
    deployments.swap(subscription, operation(), Swap(source_deployment="v2"), "svc")
    quiet()
    assert list(service.deployments) == ["Production"]
    assert service.deployments["Production"].slot == "Production"


@pytest.mark.parametrize(
    ("production", "source"), [("v2", "v1"), ("v1", "v3"), (None, "v2"), ("v1", "v1"), ("other", "v2")]
)
def test_a_swap_of_other_names_is_a_conflict(subscription, operation, both, picture, production, source):
    before = picture(subscription)
    with pytest.raises(ServiceError) as refused:
        swap = Swap(production=production, source_deployment=source)
        deployments.swap(subscription, operation(), swap, "svc")
    assert (refused.value.status, refused.value.code) == (409, "ConflictError")
    assert picture(subscription) == before


def test_during_a_swap_both_deployments_are_held(subscription, operation, both):
    deployments.swap(subscription, operation(), Swap(production="v1", source_deployment="v2"), "svc")
    for slot in ("production", "staging"):
        with pytest.raises(ServiceError, match="exclusive access"):
            deployments.delete(subscription, operation(), "svc", slot)


def test_a_deleted_deployment_gives_back_slot_name_and_cores(subscription, operation, create, service, quiet):
    create(start_deployment=True)
    quiet()
    assert subscription.cores_in_use == 2
    tracked = operation()
    deployments.delete(subscription, tracked, "svc", "production")
    assert service.deployments["Production"].status == "Deleting"
    quiet()
    assert (tracked.status, service.deployments, subscription.cores_in_use) == ("Succeeded", {}, 0)
    with pytest.raises(ServiceError, match="No deployments were found."):
        deployments.get(subscription, "svc", "production")
    create()


def test_a_deployment_deleted_while_its_instances_start_leaves_nothing_on_the_schedule(subscription, operation, create):
    create(start_deployment=True)
    timings = subscription.catalog.timings
    subscription.advance_to(subscription.now + timedelta(seconds=timings["deployment.create"]))
    deployments.delete(subscription, operation(), "svc", "production")
    assert [e.name for e in subscription.clock.pending()] == ["deleted"]


@pytest.mark.parametrize(
    ("delete", "timing"),
    [
        (lambda *call: deployments.delete(*call, "svc", "production"), "deployment.delete"),
        (lambda *call: deployments.delete_with_media(*call, "svc", "production"), "deployment.delete_with_media"),
        (lambda *call: hosted_services.delete_with_media(*call, "svc"), "hosted_service.delete_with_media"),
    ],
)
def test_what_goes_with_a_deployment_tells_how_long_it_takes(subscription, operation, create, quiet, delete, timing):
    create()
    quiet()
    tracked, began = operation(), subscription.now
    delete(subscription, tracked)
    seconds = subscription.catalog.timings[timing]
    subscription.advance_to(began + timedelta(seconds=seconds - 1))
    assert tracked.status == "InProgress"
    subscription.advance_to(began + timedelta(seconds=seconds))
    assert tracked.status == "Succeeded"


def test_a_service_is_deleted_with_all_that_it_holds(subscription, operation, both, quiet):
    with pytest.raises(ServiceError, match="still has the deployment"):
        hosted_services.delete(subscription, operation(), "svc")
    tracked = operation()
    hosted_services.delete_with_media(subscription, tracked, "svc")
    assert both.status == "Deleting"
    quiet()
    assert (subscription.hosted_services, tracked.status, subscription.cores_in_use) == ({}, "Succeeded", 0)
    assert subscription.clock.pending() == []
