"""Service certificates with the Python SDK, from the file to the deployment that names it."""

from __future__ import annotations

import base64

import pytest
from azure.common import AzureHttpError, AzureMissingResourceHttpError

from emulator.domain.x509 import thumbprint_of


@pytest.fixture
def succeeded(sms):
    """Return a function that holds that the operation of a result has ended well."""

    def succeeded(result):
        assert sms.get_operation_status(result.request_id).status == "Succeeded"

    return succeeded


def encoded(data):
    return base64.b64encode(data).decode()


def test_a_certificate_is_added_listed_got_and_deleted(sms, subscription_id, succeeded, a_certificate):
    sms.create_hosted_service("myhostedservice", "label", "description", "West US")
    one = a_certificate(negative_serial_number=True)
    thumbprint = thumbprint_of(one.der)

    succeeded(sms.add_service_certificate("myhostedservice", encoded(one.pfx(b"secret")), "pfx", "secret"))

    [listed] = sms.list_service_certificates("myhostedservice")
    address = f"https://management.core.windows.net/{subscription_id}/services/hostedservices/myhostedservice"
    assert listed.certificate_url == f"{address}/certificates/sha1-{thumbprint}"
    assert (listed.thumbprint, listed.thumbprint_algorithm) == (thumbprint, "sha1")
    assert listed.data == encoded(one.der)
    assert sms.get_service_certificate("myhostedservice", "sha1", thumbprint.lower()).data == encoded(one.der)

    succeeded(sms.delete_service_certificate("myhostedservice", "sha1", thumbprint))
    with pytest.raises(AzureMissingResourceHttpError, match="The certificate was not found"):
        sms.get_service_certificate("myhostedservice", "sha1", thumbprint)
    assert list(sms.list_service_certificates("myhostedservice")) == []


def test_a_wrong_password_is_refused_and_is_in_no_list_of_operations(sms, a_certificate):
    sms.create_hosted_service("myhostedservice", "label", "description", "West US")
    with pytest.raises(AzureHttpError, match="which the password opens"):
        sms.add_service_certificate("myhostedservice", encoded(a_certificate().pfx(b"right")), "pfx", "wr0ng-s3cret")

    operations = sms.list_subscription_operations("2000-01-01", "2100-01-01").subscription_operations
    [added] = [one for one in operations if one.operation_name == "AddCertificates"]
    assert added.operation_status.status == "Failed"
    assert dict(added.operation_parameters)["serviceName"] == "myhostedservice"
    assert "wr0ng-s3cret" not in str(dict(added.operation_parameters))


def test_a_deployment_needs_the_certificates_that_its_configuration_names(sms, configuration, succeeded, a_certificate):
    sms.create_hosted_service("myhostedservice", "label", "description", "West US")
    der = a_certificate().der
    thumbprint = thumbprint_of(der).lower()
    named = configuration("two-roles").replace(b"WA-GUEST-OS-5.23_201809-01", b"*")
    named = named.replace(b"0123456789ABCDEF0123456789ABCDEF01234567", thumbprint.encode())

    def deploy():
        package = "https://mystorageaccount.blob.core.windows.net/packages/a.cspkg"
        return sms.create_deployment("myhostedservice", "production", "v1", package, "label", encoded(named))

    with pytest.raises(AzureHttpError, match=f"The certificate with thumbprint {thumbprint} was not found"):
        deploy()
    succeeded(sms.add_service_certificate("myhostedservice", encoded(der), "cer", ""))
    succeeded(deploy())
    with pytest.raises(AzureHttpError, match="is in use by the deployment v1"):
        sms.delete_service_certificate("myhostedservice", "sha1", thumbprint)
