"""Registration of resource providers."""

from __future__ import annotations

import pytest

from emulator.domain import errors, refusals, resource_providers
from emulator.domain.handlers import HANDLERS
from emulator.domain.operations import begin
from emulator.domain.world import World


def test_a_type_is_registered_once_and_taken_back_once(subscription, operation, refuses):
    def register(name):
        resource_providers.register(subscription, operation(), name)

    def unregister(name):
        resource_providers.unregister(subscription, operation(), name)

    refuses(errors.RESOURCE_TYPE_NOT_REGISTERED, unregister, "scheduler.JobCollections")
    register("scheduler.jobcollections")
    assert subscription.resource_types["scheduler.JobCollections"] == "Registered"
    message = refuses(errors.RESOURCE_TYPE_REGISTERED, register, "scheduler.JobCollections")
    assert message == "The resource type scheduler.JobCollections is already registered for this subscription."
    unregister("SCHEDULER.JobCollections")
    register("scheduler.JobCollections")


@pytest.mark.parametrize("name", ["toaster", "sqlserver"])
def test_what_is_no_type_is_unknown(subscription, operation, refuses, name):
    assert refuses(errors.RESOURCE_TYPE_UNKNOWN, resource_providers.register, subscription, operation(), name) == (
        "The service name is unknown."
    )


@pytest.mark.parametrize("name", ["website", "mobileservice", "rdst15", "rdsr8"])
def test_a_new_subscription_has_these_types_already(subscription, operation, refuses, name):
    message = refuses(errors.RESOURCE_TYPE_REGISTERED, resource_providers.register, subscription, operation(), name)
    assert message == f"The resource type {name} is already registered for this subscription."


def test_what_takes_a_while_is_conflicting_meanwhile(subscription, operation, refuses):
    del subscription.resource_types["website"]
    begun = operation()
    resource_providers.register_later(subscription, begun, "website")
    assert begun.status == "InProgress"
    refuses(errors.RESOURCE_TYPE_BUSY, resource_providers.register_later, subscription, operation(), "website")
    refuses(errors.RESOURCE_TYPE_BUSY, resource_providers.unregister_later, subscription, operation(), "website")
    subscription.advance_until_quiet(10)
    assert (begun.status, subscription.resource_types["website"]) == ("Succeeded", "Registered")
    refuses(errors.RESOURCE_TYPE_REGISTERED, resource_providers.register_later, subscription, operation(), "website")

    ended = operation()
    resource_providers.unregister_later(subscription, ended, "website")
    assert subscription.resource_types["website"] == "Unregistering"
    subscription.advance_until_quiet(10)
    assert (ended.status, "website" in subscription.resource_types) == ("Succeeded", False)


@pytest.mark.parametrize(("services", "known"), [(("scheduler",), True), (("websites",), False), ((), False)])
def test_a_service_that_is_switched_off_has_no_type(catalog, services, known):
    subscription = World(catalog, HANDLERS, services=services).subscription("s")
    operation = begin(subscription, "Test")
    if known:
        resource_providers.register(subscription, operation, "scheduler.JobCollections")
    else:
        with pytest.raises(refusals.ServiceError) as caught:
            resource_providers.register(subscription, operation, "scheduler.JobCollections")
        assert caught.value.refusal is errors.RESOURCE_TYPE_UNKNOWN


def test_the_scheduler_tells_where_it_is(subscription, refuses):
    properties = resource_providers.scheduler_properties(subscription, "JobCollections")
    assert "West US" in properties["SupportedGeoRegions"].split(",")
    refuses(errors.RESOURCE_TYPE_UNKNOWN, resource_providers.scheduler_properties, subscription, "Jobs")
