"""The SDK's methods for the subscription itself, what the service offers to everybody, operations, and raw requests."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from azure.common import AzureHttpError
from azure.servicemanagement import AzureAsyncOperationHttpError, ServiceManagementService
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LISTED = {"start_time": "2015-01-01", "end_time": "2099-01-01T00:00:00Z"}


# ---- subscriptions


def test_get_subscription_tells_limits_and_what_is_in_use(sms, subscription_id):
    sms.create_hosted_service("first", "label", location="West US")
    sms.create_storage_account("mystorageaccount", "description", "label", location="West US")

    found = sms.get_subscription()

    assert found.subscription_id == subscription_id
    assert found.subscription_status == "Active"
    assert (found.max_core_count, found.current_core_count) == (20, 0)
    assert (found.max_hosted_services, found.current_hosted_services) == (20, 1)
    assert (found.max_storage_accounts, found.current_storage_accounts) == (100, 1)
    assert (found.max_virtual_network_sites, found.max_local_network_sites, found.max_dns_servers) == (50, 20, 20)
    assert datetime.fromisoformat(found.created_time) <= datetime.now(UTC)


def test_list_subscriptions_tells_what_the_certificate_opens(sms, subscription_id):
    sms.get_subscription()

    assert [one.subscription_id for one in sms.list_subscriptions()] == [subscription_id]


@pytest.mark.usefixtures("asm_redirect")
def test_a_certificate_of_the_emulator_opens_any_subscription(certificate_path):
    another = str(uuid.uuid4())
    sms = ServiceManagementService(another, certificate_path)

    assert sms.get_subscription().subscription_id == another
    assert [one.subscription_id for one in sms.list_subscriptions()] == [another]


# ---- management certificates


@pytest.fixture(scope="module")
def own_certificate():
    """A self-signed certificate: its public key, thumbprint and data as the SDK takes them."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name.from_rfc4514_string("CN=AzureCertificate")
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    der = certificate.public_bytes(Encoding.DER)
    public_key = key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return {
        "public_key": base64.b64encode(public_key).decode(),
        "thumbprint": hashlib.sha1(der, usedforsecurity=False).hexdigest().upper(),
        "data": base64.b64encode(der).decode(),
    }


def test_a_management_certificate_is_added_listed_read_and_deleted(sms, own_certificate, refused):
    assert len(sms.list_management_certificates()) == 0

    sms.add_management_certificate(**own_certificate)

    (listed,) = sms.list_management_certificates()
    found = sms.get_management_certificate(own_certificate["thumbprint"])
    for one in (listed, found):
        assert one.subscription_certificate_public_key == own_certificate["public_key"]
        assert one.subscription_certificate_thumbprint == own_certificate["thumbprint"]
        assert one.subscription_certificate_data == own_certificate["data"]
        assert one.created.endswith("Z")

    sms.delete_management_certificate(own_certificate["thumbprint"])

    assert len(sms.list_management_certificates()) == 0
    with refused(404, "ResourceNotFound", "The certificate was not found."):
        sms.get_management_certificate(own_certificate["thumbprint"])
    with refused(404, "ResourceNotFound", "The certificate was not found."):
        sms.delete_management_certificate(own_certificate["thumbprint"])


def test_what_is_no_certificate_is_refused(sms, own_certificate, refused):
    with refused(
        400,
        "BadRequest",
        "The certificate data is not a valid X.509 certificate. It has to be the base64 of a .cer file in DER.",
    ):
        sms.add_management_certificate(**{**own_certificate, "data": base64.b64encode(b"no certificate").decode()})

    assert len(sms.list_management_certificates()) == 0


# ---- locations, role sizes, operating systems


def test_list_locations_tells_services_and_role_sizes(sms):
    locations = {one.name: one for one in sms.list_locations()}

    west = locations["West US"]
    assert west.display_name == "West US"
    assert west.available_services == ["Compute", "Storage", "PersistentVMRole", "HighMemory"]
    assert {"ExtraSmall", "Small", "A5", "Standard_D1"} <= set(west.compute_capabilities.web_worker_role_sizes)
    assert {"Small", "Basic_A0", "Standard_D1"} <= set(west.compute_capabilities.virtual_machines_role_sizes)
    assert "Basic_A0" not in west.compute_capabilities.web_worker_role_sizes


def test_list_role_sizes_tells_cores_memory_and_disks(sms):
    sizes = {one.name: one for one in sms.list_role_sizes()}

    small = sizes["Small"]
    assert small.label == "Small (1 cores, 1792 MB)"
    assert (small.cores, small.memory_in_mb, small.max_data_disk_count) == (1, 1792, 2)
    assert small.supported_by_web_worker_roles is True
    assert small.supported_by_virtual_machines is True
    assert small.web_worker_resource_disk_size_in_mb == 230400
    assert small.virtual_machine_resource_disk_size_in_mb == 71680
    assert sizes["Basic_A0"].supported_by_web_worker_roles is False


def test_list_operating_systems_and_families_tell_the_same_systems(sms):
    systems = sms.list_operating_systems()
    families = sms.list_operating_system_families()

    by_family = [(f.name, f.label, s.version, s.label) for f in families for s in f.operating_systems]
    assert [(str(s.family), s.family_label, s.version, s.label) for s in systems] == by_family
    newest = next(s for s in systems if s.version == "WA-GUEST-OS-4.21_201506-01")
    assert newest.label == "Windows Azure Guest OS 4.21 (Release 201506-01)"
    assert (newest.family, newest.family_label) == (4, "Windows Server 2012 R2")
    assert (newest.is_default, newest.is_active) == (True, True)


# ---- operations


def test_a_synchronous_call_leaves_an_operation_that_succeeded(sms):
    result = sms.create_hosted_service("myhostedservice", "label", location="West US")

    assert len(result.request_id) == 32
    operation = sms.get_operation_status(result.request_id)
    assert (operation.status, operation.http_status_code, operation.error) == ("Succeeded", "200", None)


def test_an_operation_that_never_was_is_not_found(sms, refused):
    with refused(404, "ResourceNotFound", "The operation request ID was not found."):
        sms.get_operation_status("0" * 32)


def test_wait_for_operation_status_is_told_at_once_where_time_is_instant(sms):
    result = sms.create_storage_account("mystorageaccount", "description", "label", location="West US")
    progress, success = [], []

    operation = sms.wait_for_operation_status(
        result.request_id, progress_callback=progress.append, success_callback=success.append
    )

    assert operation.status == "Succeeded"
    assert (len(progress), len(success)) == (0, 1)


def test_wait_for_operation_status_polls_until_it_has_succeeded(slow_sms):
    slow_sms.create_hosted_service("myhostedservice", "label", location="West US")
    result = slow_sms.create_storage_account("mystorageaccount", "description", "label", location="West US")
    progress, success = [], []

    operation = slow_sms.wait_for_operation_status(
        result.request_id,
        timeout=1,
        sleep_interval=0.01,
        progress_callback=progress.append,
        success_callback=success.append,
    )

    assert (operation.status, operation.http_status_code) == ("Succeeded", "200")
    assert len(progress) >= 1
    assert len(success) == 1


def test_wait_for_operation_status_raises_what_the_operation_failed_with(sms, machine, service):
    result = machine(service, "one", ports=(22, 22))

    with pytest.raises(AzureAsyncOperationHttpError) as failure:
        sms.wait_for_operation_status(result.request_id)

    operation = failure.value.result
    assert (operation.status, operation.http_status_code, operation.error.code) == ("Failed", "400", "BadRequest")
    assert operation.error.message == (
        "Port 22 is already in use by one of the endpoints in this deployment. "
        "Ensure that the port numbers are unique across endpoints within a deployment."
    )


def test_list_subscription_operations_tells_who_did_what(sms, identity, subscription_id):
    sms.create_affinity_group("mygroup", "label", "West US")
    created = sms.create_hosted_service("myhostedservice", "label", location="West US")

    found = sms.list_subscription_operations(**LISTED)

    assert found.continuation_token == ""
    group, service = found.subscription_operations
    assert (group.operation_name, service.operation_name) == ("CreateAffinityGroup", "CreateHostedService")
    assert service.operation_id.replace("-", "") == created.request_id
    assert service.operation_object_id == f"/{subscription_id}/services/hostedservices"
    assert service.operation_parameters["subscriptionID"] == subscription_id
    assert service.operation_caller.used_service_management_api is True
    assert service.operation_caller.subscription_certificate_thumbprint == identity.thumbprint
    assert service.operation_caller.client_ip == "127.0.0.1"
    assert service.operation_status.status == "Succeeded"
    assert service.operation_status.http_status_code == 200
    assert service.operation_started_time <= service.operation_completed_time


def test_list_subscription_operations_filters_by_result_and_object(sms, refused, subscription_id):
    sms.create_hosted_service("myhostedservice", "label", location="West US")
    with refused(409, "ConflictError", "The specified DNS name is already taken."):
        sms.create_hosted_service("myhostedservice", "label", location="West US")
    sms.delete_hosted_service("myhostedservice")

    failed = sms.list_subscription_operations(**LISTED, operation_result_filter="Failed")
    one = f"/{subscription_id}/services/hostedservices/myhostedservice"
    about_it = sms.list_subscription_operations(**LISTED, object_id_filter=one)

    (refusal,) = failed.subscription_operations
    assert (refusal.operation_name, refusal.operation_status.status) == ("CreateHostedService", "Failed")
    assert refusal.operation_status.http_status_code == 409
    assert [operation.operation_name for operation in about_it.subscription_operations] == ["DeleteHostedService"]


def test_list_subscription_operations_needs_both_times(sms, refused):
    with refused(400, "MissingOrInvalidRequiredQueryParameter", "The query parameter EndTime is missing."):
        sms.list_subscription_operations(start_time="2015-01-01")


# ---- raw requests


def test_perform_get_post_put_and_delete_return_status_headers_and_body(sms, subscription_id):
    path = f"/{subscription_id}/affinitygroups"
    body = (
        '<{root} xmlns="http://schemas.microsoft.com/windowsazure">{name}<Label>bGFiZWw=</Label>'
        "<Description>{description}</Description>{location}</{root}>"
    )
    created = sms.perform_post(
        path,
        body.format(
            root="CreateAffinityGroup",
            name="<Name>mygroup</Name>",
            description="first",
            location="<Location>West US</Location>",
        ),
    )
    assert (created.status, created.body) == (201, None)
    assert dict(created.headers)["location"].endswith(f"/subscriptions/{subscription_id}/affinitygroup/mygroup")

    updated = sms.perform_put(
        f"{path}/mygroup", body.format(root="UpdateAffinityGroup", name="", description="second", location="")
    )
    assert (updated.status, updated.body) == (200, None)

    read = sms.perform_get(f"{path}/mygroup", x_ms_version="2015-04-01")
    assert read.status == 200
    assert b"<Description>second</Description>" in read.body
    headers = dict(read.headers)
    assert headers["content-type"] == "application/xml; charset=utf-8"
    assert headers["cache-control"] == "no-cache"
    assert headers["server"].endswith("Microsoft-HTTPAPI/2.0")
    assert headers["x-ms-servedbyregion"]
    assert len(headers["x-ms-request-id"]) == 32
    assert len({dict(one.headers)["x-ms-request-id"] for one in (created, updated, read)}) == 3

    assert sms.perform_delete(f"{path}/mygroup").status == 200


def test_a_version_that_an_operation_did_not_have_yet_is_refused(sms, subscription_id, refused):
    why = "List Locations needs x-ms-version 2010-10-28 or later, not 2009-10-01."
    with refused(400, "MissingOrIncorrectVersionHeader", why):
        sms.perform_get(f"/{subscription_id}/locations", x_ms_version="2009-10-01")


def test_a_body_that_is_no_xml_and_one_with_an_element_out_of_place_are_refused(sms, subscription_id):
    path = f"/{subscription_id}/affinitygroups"

    for body in ("<CreateAffinityGroup", '<CreateAffinityGroup xmlns="http://schemas.microsoft.com/windowsazure"/>'):
        with pytest.raises(AzureHttpError, match="<Code>InvalidXmlRequest</Code>") as refusal:
            sms.perform_post(path, body)
        assert refusal.value.status_code == 400

    assert len(sms.list_affinity_groups()) == 0


def test_a_path_that_the_service_does_not_have_is_not_found(sms, subscription_id):
    with pytest.raises(AzureHttpError, match="The resource service name services/nothing is not supported") as refusal:
        sms.perform_get(f"/{subscription_id}/services/nothing")
    assert refusal.value.status_code == 404
