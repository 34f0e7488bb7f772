"""The SDK's methods for upgrading a deployment, for its role instances, and for service certificates."""

from __future__ import annotations

import base64

import pytest

PACKAGE_URL = "https://mystorageaccount.blob.core.windows.net/deployments/WorkerService-2.cspkg"


@pytest.fixture
def running(deploy):
    """The name of a running deployment of two instances, each in an upgrade domain of its own."""
    return deploy("production", "v1", start_deployment=True).name


@pytest.fixture
def upgrade(sms, service, running, encoded):
    """Return a function that upgrades the deployment in a mode."""

    def upgrade(mode):
        result = sms.upgrade_deployment(service, running, mode, PACKAGE_URL, encoded("one-worker"), "second", True)
        assert sms.get_operation_status(result.request_id).status == "Succeeded"
        return sms.get_deployment_by_name(service, running)

    return upgrade


def test_an_automatic_upgrade_ends_by_itself_under_the_new_label(upgrade):
    deployment = upgrade("Auto")

    assert (deployment.status, deployment.label, deployment.upgrade_status) == ("Running", "second", None)
    assert {one.instance_status for one in deployment.role_instance_list} == {"ReadyRole"}


def test_a_manual_upgrade_waits_for_each_domain_to_be_walked(sms, service, running, upgrade):
    deployment = upgrade("Manual")
    progress = deployment.upgrade_status
    assert (deployment.status, deployment.rollback_allowed) == ("RunningTransitioning", True)
    assert (progress.upgrade_type, progress.current_upgrade_domain_state) == ("Manual", "Before")
    assert progress.current_upgrade_domain == "0"

    sms.walk_upgrade_domain(service, running, 0)
    deployment = sms.get_deployment_by_name(service, running)
    assert (deployment.status, deployment.upgrade_status.current_upgrade_domain) == ("RunningTransitioning", "1")

    sms.walk_upgrade_domain(service, running, 1)
    deployment = sms.get_deployment_by_name(service, running)
    assert (deployment.status, deployment.upgrade_status) == ("Running", None)


def test_a_rollback_brings_the_first_label_back(sms, service, running, upgrade):
    upgrade("Manual")

    result = sms.rollback_update_or_upgrade(service, running, "Auto", True)

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    deployment = sms.get_deployment_by_name(service, running)
    assert (deployment.status, deployment.label, deployment.upgrade_status) == ("Running", "v label", None)


@pytest.mark.parametrize("action", ["reboot_role_instance", "reimage_role_instance", "rebuild_role_instance"])
def test_an_instance_is_taken_offline_and_comes_back(sms, service, running, action):
    result = getattr(sms, action)(service, running, "WorkerRole1_IN_1")

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    instances = sms.get_deployment_by_name(service, running).role_instance_list
    assert [one.instance_status for one in instances] == ["ReadyRole", "ReadyRole"]


def test_a_deleted_instance_is_gone(sms, service, running):
    result = sms.delete_role_instances(service, running, ["WorkerRole1_IN_1"])

    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    instances = sms.get_deployment_by_name(service, running).role_instance_list
    assert [one.instance_name for one in instances] == ["WorkerRole1_IN_0"]


def test_a_service_certificate_is_added_listed_read_and_deleted(sms, service, identity, subscription_id, refused):
    data = base64.b64encode(identity.pfx(b"my password")).decode()
    result = sms.add_service_certificate(service, data, "pfx", "my password")
    assert sms.get_operation_status(result.request_id).status == "Succeeded"

    (listed,) = sms.list_service_certificates(service)
    assert (listed.thumbprint, listed.thumbprint_algorithm) == (identity.thumbprint, "sha1")
    assert listed.certificate_url.endswith(
        f"/{subscription_id}/services/hostedservices/{service}/certificates/sha1-{identity.thumbprint}"
    )
    found = sms.get_service_certificate(service, "sha1", identity.thumbprint)
    assert base64.b64decode(found.data) == identity.cer()  # without its key

    result = sms.delete_service_certificate(service, "sha1", identity.thumbprint)
    assert sms.get_operation_status(result.request_id).status == "Succeeded"
    assert len(sms.list_service_certificates(service)) == 0
    with refused(404, "ResourceNotFound", "The certificate was not found."):
        sms.get_service_certificate(service, "sha1", identity.thumbprint)
