"""Every fault at every depth, through the unmodified SDK: what it raises, or returns, and what is so afterwards."""

from __future__ import annotations

import time

import pytest
import requests
from azure.servicemanagement.models import AzureAsyncOperationHttpError

INTERNAL_ERROR = "The server encountered an internal error. Please retry the request."
TOO_MANY = "Too many requests received. Retry after some time."
FORBIDDEN = (
    "The server failed to authenticate the request. "
    "Verify that the certificate is valid and is associated with this subscription."
)
BUSY = "Windows Azure is currently performing an operation on this hosted service that requires exclusive access."
SHORT, LONG = 0.2, 30


@pytest.fixture
def create(sms):
    return lambda name="svc": sms.create_hosted_service(name, "label", location="West US")


@pytest.fixture
def services(sms):
    return lambda: [service.service_name for service in sms.list_hosted_services()]


@pytest.fixture
def wait(sms):
    """Return a function that waits for an operation as scripts do, without a word and without sleeping."""

    def wait(request_id, timeout=0):
        return sms.wait_for_operation_status(
            request_id,
            timeout=timeout,
            sleep_interval=0.001 if timeout else 1,
            progress_callback=None,
            success_callback=None,
            failure_callback=raised,
        )

    def raised(_elapsed, error):
        raise error

    return wait


@pytest.fixture
def failing(wait):
    """Return a function that waits for an operation, which has to fail with this status, code and message."""

    def failing(request_id, status, code, message):
        with pytest.raises(AzureAsyncOperationHttpError, match="did not succeed") as failed:
            wait(request_id)
        result = failed.value.result
        assert (failed.value.status_code, result.http_status_code) == ("Failed", str(status))
        assert (result.error.code, result.error.message) == (code, message)

    return failing


# ---- answers


@pytest.mark.parametrize(
    ("rule", "status", "code", "message"),
    [
        ({}, 500, "InternalError", INTERNAL_ERROR),
        ({"status": 503}, 503, "TooManyRequests", TOO_MANY),
        ({"code": "ForbiddenError"}, 403, "ForbiddenError", FORBIDDEN),
        ({"status": 409}, 409, "ConflictError", BUSY),
        ({"code": "ServerBusy", "message": "Not now."}, 503, "ServerBusy", "Not now."),
    ],
)
def test_a_call_is_refused_once_and_nothing_is_done(create, services, asm_faults, refused, rule, status, code, message):
    asm_faults.add("refuse", operation="CreateHostedService", **rule)
    with refused(status, code, message):
        create()
    assert services() == []
    create()
    assert services() == ["svc"]


def test_a_call_is_done_and_reported_as_failed(create, services, asm_faults, refused):
    asm_faults.add("refuse", operation="CreateHostedService", done=True)
    with refused(500, "InternalError", INTERNAL_ERROR):
        create()
    assert services() == ["svc"]
    with refused(409, "ConflictError", "The specified DNS name is already taken."):
        create()


def test_the_third_and_fourth_call_fail(sms, asm_faults, refused):
    rule = asm_faults.add("refuse", operation="ListLocations", nth=3, count=2)
    hits = []
    for number in (1, 2, 3, 4, 5):
        if number in (3, 4):
            with refused(500, "InternalError", INTERNAL_ERROR):
                sms.list_locations()
        else:
            assert len(sms.list_locations()) > 0
        hits.append(rule.hits)
    assert hits == [0, 0, 1, 2, 2]


def test_only_one_resource_is_concerned(create, services, asm_faults, refused):
    asm_faults.add("refuse", resource="bad*", status=409, count="all")
    create("good")
    for _ in range(2):
        with refused(409, "ConflictError", BUSY):
            create("badservice")
    assert services() == ["good"]


def test_a_redirect_is_followed(create, services, asm_faults, asm_server):
    rule = asm_faults.add("redirect", operation="CreateHostedService", to=asm_server.host)
    create()
    assert (services(), rule.hits) == (["svc"], 1)


def test_redirects_without_end_are_given_up(sms, asm_faults, asm_server):
    asm_faults.add("redirect", operation="ListLocations", to=asm_server.host, count="all")
    with pytest.raises(requests.TooManyRedirects):
        sms.list_locations()


def test_an_answer_that_is_late_runs_into_the_clients_timeout(sms, create, services, asm_faults):
    assert services() == []
    sms.timeout = SHORT
    asm_faults.add("delay", operation="CreateHostedService", seconds=60)
    with pytest.raises(requests.ReadTimeout):
        create()
    sms.timeout = LONG
    assert services() == ["svc"]


def test_an_answer_that_is_late_arrives(sms, asm_faults):
    asm_faults.add("delay", operation="ListLocations", seconds=SHORT)
    start = time.monotonic()
    assert len(sms.list_locations()) > 0
    assert time.monotonic() - start >= SHORT


# ---- operations


def test_an_operation_fails_after_its_time_and_nothing_comes_of_it(sms, asm_faults, asm_clock, failing, wait):
    asm_clock.mode = "manual"
    asm_faults.add("fail", operation="CreateStorageService", after=30)
    asked = sms.create_storage_account("account", "d", "label", location="West US")
    asm_clock.advance(29)
    with pytest.raises(AzureAsyncOperationHttpError, match="Timed out"):
        wait(asked.request_id, timeout=0.001)
    asm_clock.advance(1)
    failing(asked.request_id, 500, "InternalError", INTERNAL_ERROR)
    assert list(sms.list_storage_accounts()) == []


def test_a_deployment_that_failed_leaves_its_slot_free(sms, deploy, service, encoded, asm_faults, failing):
    asm_faults.add("fail", resource="v1", status=409, message="No.")
    package = "https://account.blob.core.windows.net/a/b.cspkg"
    asked = sms.create_deployment(service, "production", "v1", package, "label", encoded("one-worker"))
    failing(asked.request_id, 409, "ConflictError", "No.")
    assert deploy("production", "v1").status == "Suspended"


def test_a_deletion_that_failed_leaves_what_was_to_be_deleted(sms, deploy, service, asm_faults, failing):
    deploy("production", "v1", start_deployment=True)
    asm_faults.add("fail", operation="DeleteDeployment")
    failing(sms.delete_deployment(service, "v1").request_id, 500, "InternalError", INTERNAL_ERROR)
    deployment = sms.get_deployment_by_name(service, "v1")
    assert (deployment.status, deployment.locked) == ("Running", False)
    assert {one.instance_status for one in deployment.role_instance_list} == {"ReadyRole"}


def test_an_operation_is_done_and_reported_as_failed(sms, asm_faults, failing):
    asm_faults.add("fail", operation="CreateStorageService", done=True)
    asked = sms.create_storage_account("account", "d", "label", location="West US")
    failing(asked.request_id, 500, "InternalError", INTERNAL_ERROR)
    (account,) = sms.list_storage_accounts()
    assert account.storage_service_properties.status == "Created"


def test_an_operation_hangs_and_holds_what_it_held(sms, deploy, service, asm_faults, wait, refused):
    deploy("production", "v1")
    asm_faults.add("hang", operation="UpdateDeploymentStatus")
    asked = sms.update_deployment_status(service, "v1", "Running")
    with pytest.raises(AzureAsyncOperationHttpError, match="Timed out waiting") as stuck:
        wait(asked.request_id, timeout=0.05)
    assert (stuck.value.status_code, stuck.value.result.error) == ("InProgress", None)
    assert sms.get_deployment_by_name(service, "v1").locked is True
    with refused(409, "ConflictError", sms_words(asked.request_id)):
        sms.update_deployment_status(service, "v1", "Running")


def sms_words(request_id):
    """What is said to whoever wants a deployment that an operation holds."""
    return (
        "Windows Azure is currently performing an operation with x-ms-requestid "
        f"{request_id} on this deployment that requires exclusive access."
    )


def test_one_of_two_instances_never_gets_ready(deploy, sms, service, asm_faults):
    rule = asm_faults.add("unready", operation="CreateDeployment")
    deployment = deploy("production", "v1", start_deployment=True)
    assert [one.instance_status for one in deployment.role_instance_list] == ["BusyRole", "ReadyRole"]
    assert (deployment.status, rule.hits) == ("Running", 1)
    sms.reboot_role_instance(service, "v1", deployment.role_instance_list[0].instance_name)
    deployment = sms.get_deployment_by_name(service, "v1")
    assert [one.instance_status for one in deployment.role_instance_list] == ["ReadyRole", "ReadyRole"]


@pytest.mark.parametrize("state", ["FailedStartingVM", "FailedStartingRole", "RestartingRole", "UnresponsiveRole"])
def test_no_instance_gets_ready_but_fails_in_a_state_of_its_own(deploy, asm_faults, state):
    asm_faults.add("unready", operation="CreateDeployment", instances="all", state=state)
    deployment = deploy("production", "v1", start_deployment=True)
    assert {one.instance_status for one in deployment.role_instance_list} == {state}


@pytest.mark.parametrize("state", ["ProvisioningFailed", "ProvisioningTimeout", "FailedStartingVM", "Provisioning"])
def test_a_machine_is_not_provisioned(machine, sms, service, asm_faults, wait, state):
    asm_faults.add("unready", operation="CreateVirtualMachineDeployment", state=state)
    asked = machine(service, "vm1")
    assert wait(asked.request_id).status == "Succeeded"
    (instance,) = sms.get_deployment_by_name(service, "vm1").role_instance_list
    assert instance.instance_status == state


# ---- connections


@pytest.mark.parametrize(("rule", "done"), [({}, []), ({"done": True}, ["svc"])])
def test_the_connection_is_reset_before_the_answer(create, services, asm_faults, rule, done):
    asm_faults.add("reset", operation="CreateHostedService", **rule)
    with pytest.raises(requests.ConnectionError):
        create()
    assert services() == done


def test_the_connection_is_reset_after_the_answer(create, services, asm_faults):
    asm_faults.add("reset", operation="CreateHostedService", when="after")
    create()
    with pytest.raises(requests.ConnectionError):
        services()
    assert services() == ["svc"]


@pytest.mark.parametrize("size", [None, 0, 7])
def test_a_body_ends_early(sms, asm_faults, size):
    rule = {} if size is None else {"bytes": size}
    asm_faults.add("truncate", operation="ListLocations", **rule)
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        sms.list_locations()
    assert len(sms.list_locations()) > 0


def test_a_body_that_is_empty_ends_early_all_the_same(create, services, asm_faults):
    asm_faults.add("truncate", operation="CreateHostedService")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        create()
    assert services() == ["svc"]


def test_a_slow_answer_is_cut_when_its_time_is_over(sms, asm_faults):
    asm_faults.add("slow", operation="ListLocations", bytes_per_second=20_000, seconds=3 * SHORT)
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        sms.list_locations()


def test_a_slow_answer_arrives(sms, asm_faults):
    asm_faults.add("slow", operation="GetSubscription", bytes_per_second=10_000)
    assert sms.get_subscription().subscription_status == "Active"


def test_a_handshake_that_stalls_runs_into_the_clients_timeout(sms, asm_faults):
    rule = asm_faults.add("stall", everywhere=True)
    sms.timeout = SHORT
    with pytest.raises(requests.Timeout):
        sms.list_locations()
    assert rule.hits == 1
    sms.timeout = LONG
    assert len(sms.list_locations()) > 0


def test_a_handshake_that_stalls_is_cut_when_its_time_is_over(sms, asm_faults):
    asm_faults.add("stall", everywhere=True, client="127.0.0.1", seconds=SHORT)
    with pytest.raises(requests.exceptions.SSLError):
        sms.list_locations()
