"""Registration of resource providers, by the SDK's raw requests, and services that are switched off."""

from __future__ import annotations

import pytest
from azure.common import AzureHttpError
from azure.servicemanagement import ServiceManagementService, SqlDatabaseManagementService

from emulator.domain.clock import Pace
from emulator.embedded import Emulator


@pytest.fixture(scope="module")
def without_sql():
    """An emulator that has no service beside compute but web sites."""
    with Emulator(services=("websites",)) as running:
        yield running


@pytest.fixture
def ask():
    """Return a function that registers a type, or takes its registration back."""

    def ask(sms, name, action="register"):
        return sms.perform_put(f"/{sms.subscription_id}/services?service={name}&action={action}", "")

    return ask


@pytest.mark.parametrize(
    ("name", "status"), [("website", 202), ("mobileservice", 200), ("scheduler.JobCollections", 200)]
)
def test_a_type_is_registered_with_the_status_that_its_clients_take(sms, ask, refused, name, status):
    if name != "scheduler.JobCollections":  # the others are registered from the start
        assert ask(sms, name, "unregister").status == status
    answer = ask(sms, name)

    assert (answer.status, answer.body) == (status, None)
    assert sms.get_operation_status(dict(answer.headers)["x-ms-request-id"]).status == "Succeeded"
    with refused(409, "ConflictError", f"The resource type {name} is already registered for this subscription."):
        ask(sms, name)
    assert ask(sms, name, "unregister").status == status
    with refused(404, "ResourceNotFound", f"The resource type {name} is not registered for this subscription."):
        ask(sms, name, "unregister")


def test_taking_back_the_registration_of_web_sites_is_an_operation_that_goes_on(ask, refused):
    with Emulator(clock=Pace("step", 2)) as running:
        sms = running.identity().sdk(ServiceManagementService)
        begun = dict(ask(sms, "website", "unregister").headers)["x-ms-request-id"]

        assert sms.get_operation_status(begun).status == "InProgress"
        conflict = "The operation cannot be performed at this time because a conflicting operation is underway."
        with refused(409, "ConflictError", f"{conflict} Please retry later."):
            ask(sms, "website")
        assert sms.get_operation_status(begun).status == "Succeeded"


def test_a_type_of_nobody_is_unknown(sms, ask, refused):
    with refused(404, "ResourceNotFound", "The service name is unknown."):
        ask(sms, "toaster")
    with refused(400, "MissingOrInvalidRequiredQueryParameter", "The query parameter service is missing."):
        sms.perform_put(f"/{sms.subscription_id}/services?action=register", "")


def test_a_service_that_is_switched_off_is_unknown(without_sql, ask, refused):
    identity = without_sql.identity()
    sms, sql = identity.sdk(ServiceManagementService), identity.sdk(SqlDatabaseManagementService)

    with pytest.raises(AzureHttpError, match="The resource service name services/sqlservers/servers is not supported"):
        sql.create_server("azuredb", "T5ii-B48x", "West US")
    with refused(404, "ResourceNotFound", "The service name is unknown."):
        ask(sms, "scheduler.JobCollections")
    assert ask(sms, "website", "unregister").status == 202
