"""Cloud services and the add-ons in them: what a call does, and what is refused."""

from __future__ import annotations

import pytest

from emulator.domain import cloud_services, errors, errors_scheduler, job_collections
from emulator.domain.cloud_services import CreateAddOn, CreateCloudService, EntitleResource
from emulator.domain.handlers import HANDLERS
from emulator.domain.job_collections import CreateJobCollection
from emulator.domain.scheduler_records import ResourceStatus
from emulator.domain.world import World

CACHE = {"provider_namespace": "cacheservice", "resource_type": "Caching", "resource_name": "mycache"}


@pytest.fixture
def create(subscription, operation):
    """Return a function that creates a cloud service and tells its operation."""

    def create(service_id="cs", **command):
        tracked = operation("CreateCloudService")
        cloud_services.create(
            subscription, tracked, CreateCloudService(**{"geo_region": "West US"} | command), service_id
        )
        return tracked

    return create


def test_a_cloud_service_is_there_at_once_and_its_operation_ends_after_five_seconds(subscription, create):
    tracked = create(label="label", description="text", geo_region="west us")

    service = cloud_services.find(subscription, "CS")
    assert (service.name, service.label, service.description, service.geo_region) == ("cs", "label", "text", "West US")
    assert tracked.status == "InProgress"
    assert [event.operation for event in subscription.advance_until_quiet(9)] == [tracked.id]
    assert tracked.status == "Succeeded"
    assert (tracked.completed - tracked.started).total_seconds() == 5


def test_cloud_services_are_listed_by_name(subscription, create):
    create("b")
    create("a")

    assert [service.name for service in cloud_services.list_all(subscription)] == ["a", "b"]


def test_a_cloud_service_is_created_again_with_another_label_and_etag(subscription, create):
    create(label="one")
    etag = cloud_services.find(subscription, "cs").etag
    subscription.advance_until_quiet(9)
    create("CS", label="two")

    service = cloud_services.find(subscription, "cs")
    assert (service.name, service.label) == ("cs", "two")
    assert service.etag != etag


def test_a_cloud_service_is_gone_when_its_deletion_ends(subscription, create, operation):
    create()
    subscription.advance_until_quiet(9)
    tracked = operation("DeleteCloudService")
    cloud_services.delete(subscription, tracked, "cs")

    assert cloud_services.find(subscription, "cs")
    subscription.advance_until_quiet(9)
    assert (subscription.cloud_services, tracked.status) == ({}, "Succeeded")


def test_refusals_of_cloud_services(subscription, create, operation, refuses):
    create()
    refuses(errors_scheduler.CLOUD_RESOURCE_BUSY, create)
    refuses(errors_scheduler.CLOUD_RESOURCE_BUSY, cloud_services.delete, subscription, operation(), "cs")
    subscription.advance_until_quiet(9)

    refuses(errors_scheduler.CLOUD_SERVICE_NOT_FOUND, cloud_services.find, subscription, "other")
    refuses(errors_scheduler.CLOUD_SERVICE_NOT_FOUND, cloud_services.delete, subscription, operation(), "other")
    refuses(errors_scheduler.CLOUD_SERVICE_NAME, create, "no/name")
    refuses(errors_scheduler.CLOUD_SERVICE_NAME, create, "a" * 101)
    refuses(errors_scheduler.CLOUD_SERVICE_INVALID, create, "other", name="another")
    refuses(errors.LOCATION_NOT_FOUND, create, "other", geo_region="Atlantis")
    refuses(errors_scheduler.CLOUD_SERVICE_REGION, create, geo_region="West Europe")


def test_a_cloud_service_with_a_resource_stays_and_one_that_goes_takes_none(subscription, create, operation, refuses):
    create()
    job_collections.create(subscription, operation(), CreateJobCollection(), "cs", "jc")
    subscription.advance_until_quiet(9)
    assert "jc" in refuses(
        errors_scheduler.CLOUD_SERVICE_IN_USE, cloud_services.delete, subscription, operation(), "cs"
    )
    job_collections.delete(subscription, operation(), "cs", "jc")
    subscription.advance_until_quiet(9)

    cloud_services.delete(subscription, operation("DeleteCloudService"), "cs")
    refuses(
        errors_scheduler.CLOUD_RESOURCE_BUSY,
        job_collections.create,
        subscription,
        operation(),
        CreateJobCollection(),
        "cs",
        "jc",
    )


def test_an_add_on_is_started_and_its_operation_takes_half_a_minute(subscription, create, operation):
    create()
    tracked = operation("CreateAddOn")
    command = CreateAddOn(plan="free", intrinsic_settings="<a/>")
    made = cloud_services.create_add_on(subscription, tracked, command, "cs", **CACHE)

    assert (made.state, made.status) == ("Started", ResourceStatus("Create", "InProgress"))
    subscription.advance_until_quiet(9)
    assert made.status == ResourceStatus("Create", "Succeeded")
    assert (tracked.completed - tracked.started).total_seconds() == 30
    again = cloud_services.create_add_on(subscription, operation(), CreateAddOn(label="l"), "cs", **CACHE)
    assert (again.status.type, again.intrinsic_settings, again.label) == ("Update", "<a/>", "l")


def test_a_service_that_is_switched_off_provides_no_resource(catalog, operation, refuses):
    collection = {"provider_namespace": "Scheduler", "resource_type": "JobCollections", "resource_name": "jc"}
    subscription = World(catalog, HANDLERS, services=("sql",)).subscription("s")
    cloud_services.create(subscription, operation(), CreateCloudService(geo_region="West US"), "cs")
    subscription.advance_until_quiet(9)

    add_on = subscription, operation(), CreateAddOn(), "cs"
    refuses(errors.RESOURCE_TYPE_UNKNOWN, cloud_services.create_add_on, *add_on, **collection)
    assert cloud_services.create_add_on(*add_on, **CACHE)


def test_an_add_on_is_deleted_and_one_that_is_not_there_or_busy_is_refused(subscription, create, operation, refuses):
    create()
    refuses(
        errors_scheduler.CLOUD_RESOURCE_NOT_FOUND,
        cloud_services.delete_add_on,
        subscription,
        operation(),
        "cs",
        **CACHE,
    )
    made = cloud_services.create_add_on(subscription, operation(), CreateAddOn(), "cs", **CACHE)
    refuses(
        errors_scheduler.CLOUD_RESOURCE_BUSY, cloud_services.delete_add_on, subscription, operation(), "cs", **CACHE
    )
    subscription.advance_until_quiet(9)
    stale = CreateAddOn(etag="00000000-0000-0000-0000-000000000000")
    refuses(
        errors_scheduler.CLOUD_RESOURCE_CHANGED,
        cloud_services.create_add_on,
        subscription,
        operation(),
        stale,
        "cs",
        **CACHE,
    )

    cloud_services.delete_add_on(subscription, operation(), "cs", **CACHE)
    assert made.status == ResourceStatus("Delete", "InProgress")
    subscription.advance_until_quiet(9)
    assert cloud_services.find(subscription, "cs").add_ons == {}


def test_an_entitlement_is_remembered(subscription, operation):
    tracked = operation()
    cloud_services.entitle(
        subscription, tracked, EntitleResource(resource_provider_namespace="scheduler", type="JobCollections")
    )
    subscription.advance_until_quiet(9)

    assert [one.type for one in subscription.entitlements.values()] == ["JobCollections"]
    assert tracked.status == "Succeeded"
