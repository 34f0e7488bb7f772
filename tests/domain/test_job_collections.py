"""Job collections: plans and quotas, names, ETags, and what a call does with them."""

from __future__ import annotations

import pytest

from emulator.domain import cloud_services, errors_scheduler, job_collections
from emulator.domain.cloud_services import CreateCloudService
from emulator.domain.job_collections import CreateJobCollection
from emulator.domain.scheduler_records import MaxRecurrence, Quota, ResourceStatus


@pytest.fixture
def create(subscription, operation):
    """Return a function that creates a job collection in a cloud service."""
    cloud_services.create(subscription, operation(), CreateCloudService(geo_region="West US"), "cs")

    def create(name="jc", **command):
        return job_collections.create(subscription, operation(), CreateJobCollection(**command), "cs", name)

    return create


def most_often(frequency, interval=1, count=None):
    return Quota(max_job_count=count, max_recurrence=MaxRecurrence(frequency=frequency, interval=interval))


def test_a_collection_is_started_and_of_the_standard_plan_unless_another_is_named(subscription, create):
    collection = create()

    assert (collection.plan, collection.state, collection.label) == ("Standard", "Started", "jc")
    assert collection.status == ResourceStatus("Create", "InProgress")
    subscription.advance_until_quiet(9)
    assert collection.status == ResourceStatus("Create", "Succeeded")
    assert job_collections.get(subscription, "CS", "JC").service.geo_region == "West US"


def test_the_plan_is_known_in_any_case_and_by_either_element(create):
    assert create("a", plan="FREE").plan == "Free"
    assert create("b", small_plan="free").plan == "Free"


def test_a_change_keeps_what_it_leaves_out_and_brings_a_new_etag(subscription, create):
    first = create(label="l", quota=most_often("Hour", 2, 10))
    subscription.advance_until_quiet(9)
    second = create("JC", etag=f'"{first.etag}"', plan="Standard")

    assert (second.name, second.label, second.quota) == ("jc", "l", first.quota)
    assert (second.status.type, second.etag != first.etag) == ("Update", True)


@pytest.mark.parametrize(
    ("plan", "quota"),
    [
        ("Free", Quota(max_job_count=6)),
        ("Standard", Quota(max_job_count=51)),
        ("Standard", Quota(max_job_count=-1)),
        ("Free", most_often("Minute", 59)),
        ("Standard", most_often("Second", 1)),
        ("Standard", most_often("Day", 0)),
    ],
)
def test_a_quota_beyond_its_plan_is_refused(create, refuses, plan, quota):
    refuses(errors_scheduler.JOB_COLLECTION_QUOTA, create, plan=plan, quota=quota)


@pytest.mark.parametrize(
    ("plan", "quota"),
    [("Free", most_often("Minute", 60, 5)), ("Standard", most_often("Minute", 1, 50)), ("Free", most_often("month"))],
)
def test_a_quota_within_its_plan_is_taken(create, plan, quota):
    assert create(plan=plan, quota=quota).quota == quota


def test_refusals_of_collections(subscription, create, operation, refuses):
    create()
    refuses(errors_scheduler.CLOUD_RESOURCE_BUSY, create)
    refuses(errors_scheduler.CLOUD_RESOURCE_BUSY, job_collections.delete, subscription, operation(), "cs", "jc")
    subscription.advance_until_quiet(9)

    refuses(errors_scheduler.CLOUD_RESOURCE_CHANGED, create, etag="00000000-0000-0000-0000-000000000000")
    refuses(errors_scheduler.JOB_COLLECTION_PLAN, create, "other", plan="Gold")
    refuses(errors_scheduler.JOB_COLLECTION_NAME, create, "a" * 101)
    refuses(errors_scheduler.JOB_COLLECTION_NOT_FOUND, job_collections.find, subscription, "cs", "other")
    refuses(errors_scheduler.JOB_COLLECTION_NOT_FOUND, job_collections.delete, subscription, operation(), "cs", "other")
    refuses(errors_scheduler.CLOUD_SERVICE_NOT_FOUND, job_collections.get, subscription, "other", "jc")


def test_a_name_is_free_until_it_is_taken_and_again_when_it_is_gone(subscription, create, operation):
    def is_free():
        answer = job_collections.check_name(subscription, "cs", "JC")
        assert job_collections.check_name_by_post(subscription, operation(), "cs", "JC") == answer
        return answer.is_available

    assert is_free()
    create()
    assert not is_free()
    subscription.advance_until_quiet(9)
    job_collections.delete(subscription, operation(), "cs", "jc")
    assert not is_free()
    subscription.advance_until_quiet(9)
    assert is_free()


def test_names_are_checked_only_where_they_can_be_names(subscription, create, refuses):
    assert create
    refuses(errors_scheduler.CLOUD_SERVICE_NOT_FOUND, job_collections.check_name, subscription, "other", "jc")
    refuses(errors_scheduler.JOB_COLLECTION_NAME, job_collections.check_name, subscription, "cs", "a" * 101)
