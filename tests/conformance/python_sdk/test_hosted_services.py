"""The SDK's methods for affinity groups and hosted services."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

LONG = "x" * 1025


# ---- affinity groups


def test_an_affinity_group_is_created_listed_read_updated_and_deleted(sms, refused):
    sms.create_affinity_group("myAffinityGroup", "my label", "West US", "my description")

    (listed,) = sms.list_affinity_groups()
    found = sms.get_affinity_group_properties("myAffinityGroup")
    for group in (listed, found):
        assert (group.name, group.label, group.location) == ("myAffinityGroup", "my label", "West US")
        assert group.description == "my description"
        assert group.capabilities == ["PersistentVMRole", "HighMemory"]

    sms.update_affinity_group("myAffinityGroup", "other label", "other description")
    found = sms.get_affinity_group_properties("myaffinitygroup")
    assert (found.name, found.label, found.description) == ("myAffinityGroup", "other label", "other description")

    sms.delete_affinity_group("myAffinityGroup")
    assert len(sms.list_affinity_groups()) == 0
    for refused_call in (sms.get_affinity_group_properties, sms.delete_affinity_group):
        with refused(404, "ResourceNotFound", "The affinity group does not exist."):
            refused_call("myAffinityGroup")


def test_an_affinity_group_tells_its_members_and_stays_while_it_has_some(sms, refused):
    sms.create_affinity_group("mygroup", "label", "West US")
    sms.create_hosted_service("myhostedservice", "label", affinity_group="mygroup")
    sms.create_storage_account("mystorageaccount", "description", "label", affinity_group="mygroup")

    group = sms.get_affinity_group_properties("mygroup")

    assert [one.service_name for one in group.hosted_services] == ["myhostedservice"]
    assert [one.service_name for one in group.storage_services] == ["mystorageaccount"]
    members = "myhostedservice, mystorageaccount"
    with refused(
        400,
        "BadRequest",
        f"The affinity group cannot be deleted because it is not empty: {members} still belong to it.",
    ):
        sms.delete_affinity_group("mygroup")
    sms.delete_hosted_service("myhostedservice")
    sms.delete_storage_account("mystorageaccount")
    sms.delete_affinity_group("mygroup")
    assert len(sms.list_affinity_groups()) == 0


def test_a_second_affinity_group_of_the_same_name_is_refused(sms, refused):
    sms.create_affinity_group("mygroup", "label", "West US")

    message = "An affinity group with that name already exists in the current subscription."
    with refused(409, "ConflictError", message):
        sms.create_affinity_group("MyGroup", "label", "East US")

    (only,) = sms.list_affinity_groups()
    assert (only.name, only.location) == ("mygroup", "West US")


def test_an_affinity_group_needs_a_location_that_there_is(sms, refused):
    message = "The location constraint is not valid. The location 'Atlantis' does not exist."
    with refused(400, "BadRequest", message):
        sms.create_affinity_group("mygroup", "label", "Atlantis")


# ---- hosted services


def test_a_hosted_service_tells_what_it_was_created_with(sms, subscription_id):
    before = datetime.now(UTC).replace(microsecond=0)
    sms.create_hosted_service(
        "myhostedservice", "my label", "my description", "West US", extended_properties={"Owner": "me", "Stage": "test"}
    )

    (listed,) = sms.list_hosted_services()
    found = sms.get_hosted_service_properties("MyHostedService")

    for service in (listed, found):
        assert service.service_name == "myhostedservice"
        address = f"https://management.core.windows.net/{subscription_id}/services/hostedservices/myhostedservice"
        assert service.url == address
        properties = service.hosted_service_properties
        assert (properties.label, properties.description) == ("my label", "my description")
        assert (properties.location, properties.affinity_group) == ("West US", "")
        assert properties.status == "Created"
        assert properties.extended_properties["Owner"] == "me"
        assert properties.extended_properties["Stage"] == "test"
        created = datetime.fromisoformat(properties.date_created)
        assert before <= created <= datetime.now(UTC)
        assert properties.date_last_modified == properties.date_created
        assert service.deployments is None


def test_embed_detail_tells_the_deployments_of_a_hosted_service(sms, service, deploy):
    assert len(sms.get_hosted_service_properties(service, embed_detail=True).deployments) == 0
    deploy("staging", "v1")

    detailed = sms.get_hosted_service_properties(service, embed_detail=True)

    (deployment,) = detailed.deployments
    assert (deployment.name, deployment.deployment_slot, deployment.label) == ("v1", "Staging", "v label")
    assert [one.instance_name for one in deployment.role_instance_list] == ["WorkerRole1_IN_0", "WorkerRole1_IN_1"]
    assert sms.get_hosted_service_properties(service).deployments is None


def test_an_update_changes_what_it_names_and_keeps_the_rest(sms):
    sms.create_hosted_service("one", "label", "description", "West US", extended_properties={"a": "1", "b": "2"})

    sms.update_hosted_service("one", label="new label")
    properties = sms.get_hosted_service_properties("one").hosted_service_properties
    assert (properties.label, properties.description) == ("new label", "description")
    assert properties.extended_properties["a"] == "1"

    sms.update_hosted_service("one", description="new description", extended_properties={"a": "3", "c": "4"})
    properties = sms.get_hosted_service_properties("one").hosted_service_properties
    assert (properties.label, properties.description) == ("new label", "new description")
    kept = {name: properties.extended_properties[name] for name in ("a", "b", "c")}
    assert kept == {"a": "3", "b": "2", "c": "4"}


def test_an_update_of_nothing_is_refused(sms, service, refused):
    message = "At least one of Label, Description and ExtendedProperties has to be specified."
    with refused(400, "BadRequest", message):
        sms.update_hosted_service(service)


def test_availability_of_a_name_changes_when_it_is_taken(sms):
    free = sms.check_hosted_service_name_availability("myhostedservice")
    sms.create_hosted_service("myhostedservice", "label", location="West US")
    taken = sms.check_hosted_service_name_availability("myhostedservice")
    sms.delete_hosted_service("myhostedservice")

    assert free.result is True
    assert free.reason is False  # the SDK's default: the element is nil
    assert taken.result is False
    assert sms.check_hosted_service_name_availability("myhostedservice").result is True


def test_the_reason_why_a_name_is_not_available_is_on_the_wire(sms, service, subscription_id):
    # The SDK reads the reason as a boolean and so loses it.
    answer = sms.perform_get(f"/{subscription_id}/services/hostedservices/operations/isavailable/{service}")

    assert b"<Reason>A hosted service with the specified name already exists.</Reason>" in answer.body


def test_a_name_that_is_taken_is_refused(sms, service, refused):
    with refused(409, "ConflictError", "The specified DNS name is already taken."):
        sms.create_hosted_service(service.upper(), "label", location="East US")

    assert sms.get_hosted_service_properties(service).hosted_service_properties.location == "West US"


@pytest.mark.parametrize("name", ["-service", "service-", "my_service", "my service", "x" * 64])
def test_a_name_that_is_no_dns_label_is_refused(sms, name, refused):
    with refused(400, "BadRequest", "The hosted service name is invalid."):
        sms.create_hosted_service(name, "label", location="West US")


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        (
            {"location": "Atlantis"},
            "The location constraint is not valid. The location 'Atlantis' does not exist.",
        ),
        (
            {"location": "West US", "description": LONG},
            "The description is longer than 1024 characters.",
        ),
        (
            {"location": "West US", "label": LONG[:101]},
            "The label is invalid: it is longer than 100 characters.",
        ),
        (
            {"location": "West US", "extended_properties": {f"n{i}": "v" for i in range(51)}},
            "There are more than 50 extended properties.",
        ),
    ],
)
def test_what_a_hosted_service_cannot_be_is_refused(sms, keywords, message, refused):
    with refused(400, "BadRequest", message):
        sms.create_hosted_service("myhostedservice", **{"label": "label", **keywords})

    assert len(sms.list_hosted_services()) == 0


def test_a_hosted_service_in_an_unknown_affinity_group_is_refused(sms, refused):
    with refused(404, "ResourceNotFound", "The affinity group does not exist."):
        sms.create_hosted_service("myhostedservice", "label", affinity_group="nowhere")


def test_a_hosted_service_that_is_not_there_is_not_found(sms, refused):
    calls = (
        sms.get_hosted_service_properties,
        lambda name: sms.update_hosted_service(name, label="label"),
    )
    for call in calls:
        with refused(404, "ResourceNotFound", "The hosted service does not exist."):
            call("myhostedservice")
    with refused(404, "ResourceNotFound", "No deployments were found."):
        sms.delete_hosted_service("myhostedservice")


def test_more_hosted_services_than_the_quota_are_refused(sms, refused):
    for number in range(20):
        sms.create_hosted_service(f"service{number}", "label", location="West US")

    message = (
        "The subscription policy limit for resource type 'hosted service count' was exceeded. The limit for resource "
        "type 'hosted service count' is 20 per subscription, the current count is 20, and the requested increment is 1."
    )
    with refused(400, "BadRequest", message):
        sms.create_hosted_service("service20", "label", location="West US")


def test_a_complete_delete_takes_deployments_along(sms, service, deploy):
    deploy("production", "v1")
    deploy("staging", "v2")

    result = sms.delete_hosted_service(service, complete=True)

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    assert len(sms.list_hosted_services()) == 0
