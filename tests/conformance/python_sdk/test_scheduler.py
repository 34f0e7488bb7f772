"""The SDK's methods for the scheduler: all of `SchedulerManagementService`, and when its jobs run."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from azure.common import AzureHttpError
from azure.servicemanagement import SchedulerManagementService

from emulator.identity.authority import Authority

DUE = "2015-07-01T00:02:10.501722"
JOB = {
    "startTime": DUE,
    "action": {
        "type": "http",
        "request": {"method": "GET", "uri": "http://bing.com/", "headers": {"Content-Type": "text/plain"}},
    },
    "recurrence": {"frequency": "minute", "interval": 30, "count": 10},
    "state": "enabled",
}


@pytest.fixture
def scheduler(asm_redirect, subscription_id, certificate_path):
    service = SchedulerManagementService(subscription_id, certificate_path)
    assert service.host == asm_redirect
    return service


@pytest.fixture
def succeeded(scheduler):
    """Return a function that takes what a call left, whose operation has to have succeeded."""

    def succeeded(result):
        assert re.fullmatch("[0-9a-f]{32}", result.request_id)
        status = scheduler.get_operation_status(result.request_id)
        assert (status.status, status.error, status.http_status_code) == ("Succeeded", None, "200")

    return succeeded


@pytest.fixture
def cloud_service(scheduler, succeeded):
    """The id of a cloud service that is there."""
    succeeded(scheduler.create_cloud_service("mycloudservice", "my label", "my description", "West Europe"))
    return "mycloudservice"


@pytest.fixture
def job_collection(scheduler, succeeded, cloud_service):
    """The id of a job collection that is there."""
    succeeded(scheduler.create_job_collection(cloud_service, "myjobs"))
    return "myjobs"


@pytest.fixture
def here(cloud_service, job_collection):
    return cloud_service, job_collection


@pytest.fixture
def refused_in_json():
    """Return a function that makes a call about jobs, which has to be refused with this status, code and message."""

    def refused_in_json(status, code, message, call, *arguments):
        with pytest.raises(AzureHttpError) as raised:
            call(*arguments)
        assert raised.value.status_code == status
        assert json.loads(str(raised.value).partition("\n")[2]) == {"code": code, "message": message}

    return refused_in_json


def plain(record):
    """The fields of one of the SDK's records that are texts."""
    return {name: value for name, value in vars(record).items() if isinstance(value, str)}


# ---- cloud services


def test_a_cloud_service_tells_what_it_was_created_with(scheduler, cloud_service):
    listed = list(scheduler.list_cloud_services())

    assert len(listed) == 1
    for found in (listed[0], scheduler.get_cloud_service(cloud_service)):
        assert plain(found) == {
            "name": "mycloudservice",
            "label": "my label",
            "description": "my description",
            "geo_region": "West Europe",
        }
        assert list(found.resources) == []


def test_cloud_services_are_listed_by_name(scheduler):
    for name in ("b_service", "a_service"):
        scheduler.create_cloud_service(name, "l", "d", "West US")

    assert [one.name for one in scheduler.list_cloud_services()] == ["a_service", "b_service"]


def test_a_deleted_cloud_service_is_gone(scheduler, cloud_service, succeeded, refused):
    succeeded(scheduler.delete_cloud_service(cloud_service))

    assert list(scheduler.list_cloud_services()) == []
    with refused(404, "ResourceNotFound", "The cloud service with name mycloudservice was not found."):
        scheduler.get_cloud_service(cloud_service)


def test_a_cloud_service_in_no_region_and_one_that_is_not_there_are_refused(scheduler, refused):
    message = "The location constraint is not valid. The location 'Atlantis' does not exist."
    with refused(400, "BadRequest", message):
        scheduler.create_cloud_service("mycloudservice", "l", "d", "Atlantis")
    missing = "The cloud service with name other was not found."
    with refused(404, "ResourceNotFound", missing):
        scheduler.delete_cloud_service("other")
    with refused(404, "ResourceNotFound", missing):
        scheduler.create_job_collection("other", "myjobs")


def test_a_cloud_service_with_a_job_collection_stays(scheduler, here, refused):
    message = "The cloud service mycloudservice cannot be deleted: it still has the resource myjobs."
    with refused(409, "ConflictError", message):
        scheduler.delete_cloud_service(here[0])


# ---- job collections


def test_a_job_collection_tells_its_plan_and_state(scheduler, here):
    found = scheduler.get_job_collection(*here)

    assert {name: plain(found)[name] for name in ("name", "type", "schema_version", "state")} == {
        "name": "myjobs",
        "type": "jobcollections",
        "schema_version": "1.1",
        "state": "Started",
    }
    assert str(UUID(found.e_tag)) == found.e_tag
    assert found.intrinsic_settings.plan == "Standard"
    assert found.operation_status.result == "Succeeded"


def test_a_job_collection_is_listed_in_its_cloud_service(scheduler, here):
    (listed,) = scheduler.get_cloud_service(here[0]).resources

    assert plain(listed) == {
        "resource_provider_namespace": "Scheduler",
        "type": "jobcollections",
        "name": "myjobs",
        "schema_version": "1.1",
        "e_tag": scheduler.get_job_collection(*here).e_tag,
        "state": "Started",
    }
    assert listed.intrinsic_settings.plan == "Standard"
    assert plain(listed.operation_status) == {"type": "Create", "result": "Succeeded"}


def test_a_free_job_collection_takes_five_jobs(scheduler, cloud_service, succeeded, refused_in_json):
    succeeded(scheduler.create_job_collection(cloud_service, "myjobs", plan="Free"))
    once = {"action": JOB["action"]}

    assert scheduler.get_job_collection(cloud_service, "myjobs").intrinsic_settings.plan == "Free"
    for number in range(5):
        scheduler.create_job(cloud_service, "myjobs", f"job{number}", once)
    arguments = (scheduler.create_job, cloud_service, "myjobs", "more", once)
    refused_in_json(409, "Conflict", "The job collection has at most 5 jobs.", *arguments)
    often = "A job of this job collection recurs at most every 1 Hour."
    refused_in_json(409, "Conflict", often, scheduler.create_job, cloud_service, "myjobs", "job0", JOB)


def test_a_name_is_checked_with_the_answer_that_is_documented(scheduler, here):
    answers = []

    def listen(request, send):
        answers.append(send(request))
        return answers[-1]

    listening = scheduler.with_filter(listen)
    for name in ("myjobs", "others"):
        # The SDK looks for another root element than this, so that its result is False whatever the service says.
        assert listening.check_job_collection_name(here[0], name).result is False

    namespaces = (
        b'xmlns="http://schemas.microsoft.com/windowsazure" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
    )
    root = b"ResourceNameAvailabilityResponse"
    assert [answer.body for answer in answers] == [
        b"<%s %s><IsAvailable>%s</IsAvailable></%s>" % (root, namespaces, free, root) for free in (b"false", b"true")
    ]
    assert [answer.status for answer in answers] == [200, 200]


def test_a_deleted_job_collection_is_gone(scheduler, here, succeeded, refused):
    succeeded(scheduler.delete_job_collection(*here))

    assert list(scheduler.get_cloud_service(here[0]).resources) == []
    with refused(404, "ResourceNotFound", "Job collection not found."):
        scheduler.get_job_collection(*here)
    with refused(404, "ResourceNotFound", "Job collection not found."):
        scheduler.delete_job_collection(*here)


def test_a_name_that_is_too_long_is_refused(scheduler, cloud_service, refused):
    message = f"The job collection name '{'a' * 100}' is invalid: it has 1 to 100 characters."
    with refused(400, "BadRequest", message):
        scheduler.create_job_collection(cloud_service, "a" * 101)


# ---- jobs


def test_a_job_tells_what_it_was_created_with_and_when_it_runs(scheduler, here, succeeded, asm_clock):
    start = asm_clock.now.astimezone(UTC) - timedelta(seconds=15)
    said = JOB | {"startTime": start.replace(tzinfo=None).isoformat()}
    succeeded(scheduler.create_job(*here, "job_id", said))

    (listed,) = scheduler.get_all_jobs(*here)
    for found in (listed, scheduler.get_job(*here, "job_id")):
        assert list(found) == ["id", "startTime", "action", "recurrence", "state", "status"]
        assert (found["id"], found["state"]) == ("job_id", "enabled")
        assert datetime.fromisoformat(found["startTime"]) == start
        assert found["action"] == {
            "request": {"uri": "http://bing.com/", "method": "GET", "headers": {"content-Type": "text/plain"}},
            "type": "http",
        }
        assert found["recurrence"] == {"frequency": "minute", "count": 10, "interval": 30}
        following = found["status"].pop("nextExecutionTime")
        assert datetime.fromisoformat(following) == start + timedelta(minutes=30)
        assert found["status"] == {"executionCount": 0, "failureCount": 0, "faultedCount": 0}


def test_a_job_runs_when_the_clock_comes_to_its_time(scheduler, here, asm_clock):
    start = asm_clock.now.astimezone(UTC) + timedelta(hours=1)
    scheduler.create_job(*here, "job_id", JOB | {"startTime": start.isoformat()})

    assert scheduler.get_job(*here, "job_id")["status"]["executionCount"] == 0
    assert [event.name for event in asm_clock.advance("next")] == ["run"]
    status = scheduler.get_job(*here, "job_id")["status"]
    assert datetime.fromisoformat(status["lastExecutionTime"]) == start
    assert (status["executionCount"], status["failureCount"]) == (1, 0)
    asm_clock.advance(9 * 1800)
    found = scheduler.get_job(*here, "job_id")
    assert (found["state"], found["status"]["executionCount"]) == ("completed", 10)
    assert "nextExecutionTime" not in found["status"]


def test_a_deleted_job_is_gone(scheduler, here, succeeded, refused_in_json):
    scheduler.create_job(*here, "job_id", JOB)
    succeeded(scheduler.delete_job(*here, "job_id"))

    assert scheduler.get_all_jobs(*here) == []
    refused_in_json(404, "NotFound", "Job not found.", scheduler.get_job, *here, "job_id")
    refused_in_json(404, "NotFound", "Job not found.", scheduler.delete_job, *here, "job_id")


def test_jobs_of_a_collection_that_is_not_there_are_refused(scheduler, cloud_service, refused_in_json):
    message = "Job collection not found."
    refused_in_json(404, "NotFound", message, scheduler.get_all_jobs, cloud_service, "other")
    refused_in_json(404, "NotFound", message, scheduler.create_job, cloud_service, "other", "job_id", JOB)


def test_a_job_that_cannot_be_is_refused(scheduler, here, refused_in_json):
    def refuse(message, job):
        refused_in_json(400, "BadRequest", message, scheduler.create_job, *here, "job_id", job)

    invalid = "The request body's JSON was invalid or not correctly specified."
    refuse(f'{invalid} /action: the required member "action" is missing', {"state": "enabled"})
    refuse(
        "The job is invalid: its interval is less than 1 or longer than 18 months.",
        JOB | {"recurrence": {"frequency": "minute", "interval": 0}},
    )
    refuse("The job is larger than 16384 bytes.", JOB | {"more": "x" * 16384})
    assert scheduler.get_all_jobs(*here) == []


def test_after_a_job_that_call_speaks_xml_again(scheduler, here, succeeded):
    """The SDK sends the content type of jobs with whatever it asks next."""
    scheduler.create_job(*here, "job_id", JOB)

    succeeded(scheduler.create_cloud_service("another", "l", "d", "West US"))
    succeeded(scheduler.create_job_collection("another", "more"))


@pytest.fixture
def stranger(emulator, identity):
    """The SDK with a certificate that is not the subscription's."""
    authority = Authority.temporary()  # its files are there as long as it is
    service = authority.identity(identity.subscription_id, endpoint=emulator.endpoint).sdk(SchedulerManagementService)
    service.request_session.verify = str(emulator.ca_path)
    yield service
    del authority


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("list_cloud_services", ()),
        ("create_cloud_service", ("cs", "l", "d", "West US")),
        ("get_cloud_service", ("cs",)),
        ("delete_cloud_service", ("cs",)),
        ("check_job_collection_name", ("cs", "jc")),
        ("create_job_collection", ("cs", "jc")),
        ("delete_job_collection", ("cs", "jc")),
        ("get_job_collection", ("cs", "jc")),
        ("create_job", ("cs", "jc", "j", JOB)),
        ("delete_job", ("cs", "jc", "j")),
        ("get_job", ("cs", "jc", "j")),
        ("get_all_jobs", ("cs", "jc")),
    ],
)
def test_who_is_not_known_is_refused(stranger, refused, name, arguments):
    message = (
        "The server failed to authenticate the request. Verify that the certificate is valid and is associated with "
        "this subscription."
    )

    with refused(403, "ForbiddenError", message):
        getattr(stranger, name)(*arguments)
