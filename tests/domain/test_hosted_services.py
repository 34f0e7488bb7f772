"""Hosted services."""

from __future__ import annotations

import pytest

from emulator.catalog import load_catalog
from emulator.domain import affinity_groups, deployments, errors, hosted_services, storage_accounts
from emulator.domain.affinity_groups import CreateAffinityGroup
from emulator.domain.clock import Pace
from emulator.domain.handlers import HANDLERS
from emulator.domain.hosted_services import CreateHostedService, UpdateHostedService
from emulator.domain.names import ExtendedProperty
from emulator.domain.operations import begin
from emulator.domain.refusals import ServiceError
from emulator.domain.storage_accounts import CreateStorageAccount
from emulator.domain.world import World


def a_service(name="svc", **changes):
    return CreateHostedService(**{"service_name": name, "label": b"label", "location": "West US", **changes})


def test_a_service_is_created_where_it_was_asked_for(subscription, operation):
    made = hosted_services.create(subscription, operation(), a_service(location="west us"))
    assert (made.location, made.affinity_group, made.status) == ("West US", None, "Created")
    assert hosted_services.get(subscription, "SVC") is made


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"service_name": "bad_name"}, "BadRequest", "The hosted service name is invalid."),
        ({"service_name": "-bad"}, "BadRequest", "The hosted service name is invalid."),
        ({"service_name": "x" * 64}, "BadRequest", "The hosted service name is invalid."),
        ({"service_name": "TAKEN"}, "ConflictError", "The specified DNS name is already taken."),
        ({"location": None}, "BadRequest", "Either a Location or an AffinityGroup"),
        ({"affinity_group": "group"}, "BadRequest", "Either a Location or an AffinityGroup"),
        ({"location": None, "affinity_group": "none"}, "ResourceNotFound", "The affinity group does not exist."),
        ({"location": "Atlantis"}, "BadRequest", "The location 'Atlantis' does not exist."),
        ({"label": b"x" * 101}, "BadRequest", "longer than 100"),
        ({"label": b""}, "BadRequest", "empty"),
        ({"label": b"\xff"}, "BadRequest", "UTF-8"),
        ({"description": "x" * 1025}, "BadRequest", "1024"),
        ({"extended_properties": [ExtendedProperty("1x", "v")]}, "BadRequest", "'1x'"),
        ({"extended_properties": [ExtendedProperty("a", "v")] * 2}, "BadRequest", "twice"),
        ({"extended_properties": [ExtendedProperty("a", "v" * 256)]}, "BadRequest", "255"),
        ({"extended_properties": [ExtendedProperty(f"n{i}", "v") for i in range(51)]}, "BadRequest", "50"),
    ],
)
def test_a_service_that_cannot_be_is_refused_and_nothing_changes(
    subscription, operation, picture, changes, code, words
):
    affinity_groups.create(subscription, operation(), CreateAffinityGroup(name="group", label=b"g", location="West US"))
    hosted_services.create(subscription, operation(), a_service("taken"))
    before = picture(subscription)
    with pytest.raises(ServiceError, match=words) as refused:
        hosted_services.create(subscription, operation(), a_service(**changes))
    assert refused.value.code == code
    assert picture(subscription) == before


def test_the_quota_is_refused_by_the_call_itself_in_the_services_words(subscription, operation):
    limit = subscription.catalog.quotas.max_hosted_services
    for number in range(limit):
        hosted_services.create(subscription, operation(), a_service(f"svc{number}"))
    with pytest.raises(ServiceError) as refused:
        hosted_services.create(subscription, operation(), a_service("more"))
    assert refused.value.message == (
        "The subscription policy limit for resource type 'hosted service count' was exceeded. The limit for resource "
        f"type 'hosted service count' is {limit} per subscription, the current count is {limit}, and the requested "
        "increment is 1."
    )


def test_an_update_changes_what_it_names_and_deletes_properties_without_a_value(subscription, operation):
    properties = [ExtendedProperty("a", "1"), ExtendedProperty("b", "2")]
    made = hosted_services.create(subscription, operation(), a_service(extended_properties=properties))
    change = UpdateHostedService(
        description="new", extended_properties=[ExtendedProperty("a"), ExtendedProperty("c", "3")]
    )
    hosted_services.update(subscription, operation(), change, "svc")
    assert (made.label, made.description) == (b"label", "new")
    assert made.extended_properties == {"b": "2", "c": "3"}


def test_an_update_of_nothing_is_refused(subscription, operation):
    hosted_services.create(subscription, operation(), a_service())
    with pytest.raises(ServiceError, match="At least one"):
        hosted_services.update(subscription, operation(), UpdateHostedService(), "svc")


def test_a_name_is_available_until_it_is_taken(subscription, operation):
    assert hosted_services.check_availability(subscription, "svc").result
    hosted_services.create(subscription, operation(), a_service())
    answer = hosted_services.check_availability(subscription, "SVC")
    assert (answer.result, answer.reason) == (False, "A hosted service with the specified name already exists.")


def test_a_service_is_gone_when_it_was_deleted(subscription, operation):
    hosted_services.create(subscription, operation(), a_service())
    hosted_services.delete(subscription, operation(), "svc")
    with pytest.raises(ServiceError, match="The hosted service does not exist."):
        hosted_services.get(subscription, "svc")


@pytest.mark.parametrize(("scope", "free"), [("subscription", True), ("global", False)])
def test_names_are_unique_per_subscription_or_in_the_whole_world(scope, free):
    world = World(load_catalog(), HANDLERS, pace=Pace("manual"), dns_names=scope)
    mine, other = world.subscription("a"), world.subscription("b")
    hosted_services.create(mine, begin(mine, "x"), a_service())
    storage_accounts.create(
        mine, begin(mine, "x"), CreateStorageAccount(service_name="account", label=b"l", location="West US")
    )
    assert hosted_services.check_availability(other, "svc").result is free
    answer = storage_accounts.check_availability(other, "account")
    assert answer.result is free
    assert answer.reason == (None if free else "The storage account named 'account' is already taken.")


@pytest.mark.parametrize("delete", [hosted_services.delete, hosted_services.delete_with_media])
def test_of_a_service_that_is_not_there_it_is_the_deployments_that_are_missed(subscription, operation, refuses, delete):
    assert refuses(errors.NO_DEPLOYMENTS, delete, subscription, operation(), "nope") == "No deployments were found."
    refuses(errors.NO_DEPLOYMENTS, deployments.get, subscription, "nope", "Production")
    refuses(errors.NO_DEPLOYMENTS, deployments.get, subscription, "nope", None, "dep")
    refuses(errors.HOSTED_SERVICE_NOT_FOUND, hosted_services.get, subscription, "nope")
    refuses(errors.HOSTED_SERVICE_NAME, deployments.get, subscription, "*", "Production")
