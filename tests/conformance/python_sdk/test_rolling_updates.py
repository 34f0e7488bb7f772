"""Updates of deployments and role instances with the SDK: under way, refused, and by slot where it has no method."""

from __future__ import annotations

import base64

import pytest

NEW_PACKAGE = "https://mystorageaccount.blob.core.windows.net/deployments/WorkerService2.cspkg"


@pytest.fixture
def running(deploy):
    return deploy("production", "v1", start_deployment=True)


@pytest.fixture
def status(sms):
    return lambda result: sms.get_operation_status(result.request_id).status


@pytest.fixture
def upgrade(sms, service, encoded):
    def call(mode="Auto", configuration="one-worker", *, client=sms, **keywords):
        label, force = keywords.pop("label", "new label"), keywords.pop("force", False)
        return client.upgrade_deployment(
            service, "v1", mode, NEW_PACKAGE, encoded(configuration), label, force, **keywords
        )

    return call


def progress(deployment):
    update = deployment.upgrade_status
    return (update.upgrade_type, update.current_upgrade_domain_state, update.current_upgrade_domain)


def instances(deployment):
    return [(one.instance_name, one.instance_status) for one in deployment.role_instance_list]


READY = [("WorkerRole1_IN_0", "ReadyRole"), ("WorkerRole1_IN_1", "ReadyRole")]


# ---- upgrade


@pytest.mark.parametrize("mode", ["Auto", "auto", "Simultaneous"])
def test_an_upgrade_that_walks_by_itself_is_over_by_the_next_request(sms, service, running, upgrade, status, mode):
    result = upgrade(mode, "scaled", extended_properties={"Owner": "me"})

    assert status(result) == "Succeeded"
    deployment = sms.get_deployment_by_name(service, "v1")
    assert (deployment.status, deployment.label, deployment.upgrade_status) == ("Running", "new label", None)
    assert (deployment.locked, deployment.rollback_allowed) == (False, False)
    assert deployment.extended_properties == {"Owner": "me"}
    assert [status for _, status in instances(deployment)] == ["ReadyRole"] * 4


def test_a_manual_upgrade_waits_for_its_walks(sms, service, running, upgrade, status):
    assert status(upgrade("Manual")) == "Succeeded"

    for domain in range(2):
        deployment = sms.get_deployment_by_name(service, "v1")
        assert (deployment.status, progress(deployment)) == ("RunningTransitioning", ("Manual", "Before", str(domain)))
        assert (deployment.locked, deployment.rollback_allowed) == (False, True)
        assert status(sms.walk_upgrade_domain(service, "v1", domain)) == "Succeeded"

    deployment = sms.get_deployment_by_name(service, "v1")
    assert (deployment.status, deployment.upgrade_status, deployment.rollback_allowed) == ("Running", None, False)


def test_domains_are_walked_in_order(sms, service, running, upgrade, refused):
    upgrade("Manual")

    message = "The upgrade domain 1 cannot be walked now: upgrade domain 0 is the next one."
    with refused(400, "BadRequest", message):
        sms.walk_upgrade_domain(service, "v1", 1)


def test_without_a_manual_update_there_is_nothing_to_walk(sms, service, running, refused):
    message = "The deployment v1 has no manual update or upgrade waiting to be walked."
    with refused(409, "ConflictError", message):
        sms.walk_upgrade_domain(service, "v1", 0)


def test_an_upgrade_under_way_shows_its_domain_going_down(slow_sms, encoded):
    slow_sms.create_hosted_service("upgraded", "label", location="West US")
    created = slow_sms.create_deployment(
        "upgraded", "production", "v1", NEW_PACKAGE, "label", encoded("one-worker"), start_deployment=True
    )
    while slow_sms.get_operation_status(created.request_id).status == "InProgress":
        pass
    while instances(slow_sms.get_deployment_by_name("upgraded", "v1")) != READY:
        pass
    result = slow_sms.upgrade_deployment(
        "upgraded", "v1", "Auto", NEW_PACKAGE, encoded("one-worker"), "label", force=False
    )

    seen = []
    while (found := slow_sms.get_deployment_by_name("upgraded", "v1")).upgrade_status is not None:
        operation = slow_sms.get_operation_status(result.request_id).status
        busy = tuple(n for n, one in enumerate(found.role_instance_list) if one.instance_status != "ReadyRole")
        picture = (progress(found)[1:], busy, found.locked, found.rollback_allowed, operation)
        seen += [picture] if picture not in seen else []
    assert found.status == "Running"
    in_progress = [picture for picture in seen if picture[-1] == "InProgress"]
    assert in_progress == [
        (("Before", "0"), (), True, True, "InProgress"),
        (("During", "0"), (0,), False, True, "InProgress"),
        (("During", "1"), (1,), False, True, "InProgress"),
    ]
    assert seen[-1] == (("Before", "0"), (), False, False, "Succeeded")


def test_an_upgrade_that_adds_a_role_needs_force(sms, service, running, upgrade, configuration, refused, status):
    role = b'<Role name="WorkerRole2"><Instances count="1" /></Role></ServiceConfiguration>'
    text = configuration("one-worker").replace(b"</ServiceConfiguration>", role)
    arguments = (service, "v1", "Auto", NEW_PACKAGE, base64.b64encode(text).decode(), "label")

    message = (
        "The upgrade adds, removes or resizes roles (WorkerRole2), by which local data of role instances is lost: "
        "it needs Force."
    )
    with refused(400, "BadRequest", message):
        sms.upgrade_deployment(*arguments, force=False)
    assert status(sms.upgrade_deployment(*arguments, force=True)) == "Succeeded"
    assert instances(sms.get_deployment_by_name(service, "v1")) == [*READY, ("WorkerRole2_IN_0", "ReadyRole")]


# ---- configuration


def test_a_manual_change_of_configuration_is_walked(sms, service, running, encoded, status):
    sms.change_deployment_configuration(service, "v1", encoded("scaled"), mode="Manual")
    for domain in range(4):
        assert progress(sms.get_deployment_by_name(service, "v1"))[2] == str(domain)
        assert status(sms.walk_upgrade_domain(service, "v1", domain)) == "Succeeded"

    assert sms.get_deployment_by_name(service, "v1").status == "Running"


# ---- rollback


def test_a_rollback_brings_back_package_configuration_and_label(sms, service, running, upgrade, status, configuration):
    upgrade("Manual", "scaled")
    sms.walk_upgrade_domain(service, "v1", 0)

    assert status(sms.rollback_update_or_upgrade(service, "v1", "auto", force=True)) == "Succeeded"

    deployment = sms.get_deployment_by_name(service, "v1")
    assert (deployment.status, deployment.label) == ("Running", "v label")
    assert deployment.configuration == configuration("one-worker").decode()
    assert instances(deployment) == READY


def test_without_an_update_there_is_nothing_to_roll_back(sms, service, running, refused):
    message = "The deployment v1 has no update or upgrade in progress that can be rolled back."
    with refused(409, "ConflictError", message):
        sms.rollback_update_or_upgrade(service, "v1", "Auto", force=True)


# ---- role instances


@pytest.mark.parametrize("method", ["reboot_role_instance", "reimage_role_instance", "rebuild_role_instance"])
def test_a_role_instance_that_is_not_there_is_refused(sms, service, running, refused, method):
    message = "The role instance WorkerRole1_IN_7 was not found in the deployment v1."
    with refused(404, "ResourceNotFound", message):
        getattr(sms, method)(service, "v1", "WorkerRole1_IN_7")


def test_deleted_role_instances_are_gone_from_the_list_and_the_configuration(
    sms, service, running, status, configuration
):
    assert status(sms.delete_role_instances(service, "v1", ["WorkerRole1_IN_0"])) == "Succeeded"

    deployment = sms.get_deployment_by_name(service, "v1")
    assert instances(deployment) == [("WorkerRole1_IN_1", "ReadyRole")]
    assert deployment.configuration == configuration("one-worker").replace(b'count="2"', b'count="1"').decode()
    assert sms.get_subscription().current_core_count == 1


# ---- what the SDK has no method for


def test_what_is_done_by_name_is_done_by_slot(sms, service, running, encoded):
    slot = f"/{sms.subscription_id}/services/hostedservices/{service}/deploymentslots/Production"

    def post(path, root=None, **fields):
        inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
        body = f'<{root} xmlns="http://schemas.microsoft.com/windowsazure">{inner}</{root}>' if root else ""
        request_id = dict(sms.perform_post(slot + path, body).headers)["x-ms-request-id"]
        assert sms.get_operation_status(request_id).status == "Succeeded"

    upgrade = {"PackageUrl": NEW_PACKAGE, "Configuration": encoded("scaled"), "Label": "bmV3"}
    post("/?comp=upgrade", "UpgradeDeployment", Mode="Manual", **upgrade)
    post("/?comp=walkupgradedomain", "WalkUpgradeDomain", UpgradeDomain=0)
    post("/?comp=rollback", "RollbackUpdateOrUpgrade", Mode="Auto", Force="true")
    post("/?comp=config", "ChangeConfiguration", Configuration=encoded("scaled"))
    post("/roleinstances/WorkerRole1_IN_0?comp=reboot")
    post("/roleinstances/WorkerRole1_IN_0?comp=reimage")
    post("/roleinstances/WorkerRole1_IN_0?comp=rebuild&resources=allLocalDrives")
    post("/roleinstances/?comp=delete", "RoleInstances", Name="WorkerRole1_IN_0")
    post("/package?containerUri=https://mystorageaccount.blob.core.windows.net/packages&overwriteExisting=true")

    deployment = sms.get_deployment_by_name(service, "v1")
    assert instances(deployment) == [(f"WorkerRole1_IN_{n}", "ReadyRole") for n in (1, 2, 3)]


def test_a_deployment_has_no_events(sms, service, running):
    path = f"/{sms.subscription_id}/services/hostedservices/{service}/deployments/v1/events"
    body = sms.perform_get(f"{path}?starttime=2015-01-10T08:00:00.0000000Z&endtime=2015-01-20").body
    assert body.endswith(b"<RebootEvents/></DeploymentEventCollection>")


@pytest.mark.parametrize("given", ["starttime", "endtime"])
def test_events_need_both_times(sms, service, running, refused, given):
    missing = {"starttime": "EndTime", "endtime": "StartTime"}[given]
    path = f"/{sms.subscription_id}/services/hostedservices/{service}/deployments/v1/events?{given}=2015-01-10"
    with refused(400, "MissingOrInvalidRequiredQueryParameter", f"The query parameter {missing} is missing."):
        sms.perform_get(path)
