"""What the tests of the Python SDK share. The SDK is called as people called it: with an id, a path, and no host."""

from __future__ import annotations

import base64
from contextlib import contextmanager
from xml.etree import ElementTree as ET

import pytest
from azure.common import AzureConflictHttpError, AzureHttpError, AzureMissingResourceHttpError
from azure.servicemanagement import (
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
    ServiceManagementService,
)

from emulator.domain.clock import Pace
from emulator.embedded import Emulator

PACKAGE_URL = "https://mystorageaccount.blob.core.windows.net/deployments/WorkerService.cspkg"
IMAGE = "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd"
EXCEPTIONS = {404: AzureMissingResourceHttpError, 409: AzureConflictHttpError}


@pytest.fixture
def subscription_id(identity):
    return identity.subscription_id


@pytest.fixture
def certificate_path(identity):
    return str(identity.pem_path)


@pytest.fixture
def sms(asm_redirect, subscription_id, certificate_path):
    service = ServiceManagementService(subscription_id, certificate_path)
    assert service.host == asm_redirect
    return service


@pytest.fixture
def printed(capsys):
    """Return a function that tells the lines printed since it was last called."""

    def printed():
        return capsys.readouterr().out.splitlines()

    return printed


@pytest.fixture(scope="session")
def refused():
    """Return a context manager in which the service has to refuse: with this status, code and message, no other."""

    @contextmanager
    def refused(status, code, message):
        with pytest.raises(AzureHttpError) as raised:
            yield
        error = raised.value
        assert (type(error), error.status_code) == (EXCEPTIONS.get(status, AzureHttpError), status)
        document = ET.fromstring(str(error).partition("\n")[2])
        namespace = "{http://schemas.microsoft.com/windowsazure}"
        assert document.tag == namespace + "Error"
        assert [(child.tag, child.text) for child in document] == [
            (namespace + "Code", code),
            (namespace + "Message", message),
        ]

    return refused


@pytest.fixture(scope="session")
def encoded(configuration):
    """Return a function that reads a service configuration of fixtures as the SDK takes it: text, in base64."""
    return lambda name: base64.b64encode(configuration(name)).decode()


@pytest.fixture
def service(sms):
    """The name of a hosted service that is there."""
    sms.create_hosted_service("myhostedservice", "my label", "my hosted service", "West US")
    return "myhostedservice"


@pytest.fixture
def deploy(sms, service, encoded):
    """Return a function that deploys a worker role of two instances into a slot, and tells what became of it."""

    def deploy(slot, name, **keywords):
        result = sms.create_deployment(service, slot, name, PACKAGE_URL, "v label", encoded("one-worker"), **keywords)
        assert sms.get_operation_status(result.request_id).status == "Succeeded"
        return sms.get_deployment_by_name(service, name)

    return deploy


@pytest.fixture
def machine(sms):
    """Return a function that deploys a Linux machine into a service, with SSH endpoints at the public ports given."""

    def machine(service, name, *, ports=(), **keywords):
        network = ConfigurationSet()
        for number, port in enumerate(ports):
            endpoint = ConfigurationSetInputEndpoint(f"SSH{number}", "tcp", str(port) if port else None, "22")
            network.input_endpoints.input_endpoints.append(endpoint)
        arguments = {
            "deployment_slot": "production",
            "label": "vm label",
            "role_name": name,
            "system_config": LinuxConfigurationSet(name, "myuser", "mypassword", True),
            "os_virtual_hard_disk": OSVirtualHardDisk(
                IMAGE, f"https://mystorageaccount.blob.core.windows.net/vhds/{name}.vhd"
            ),
            "network_config": network if ports else None,
        }
        return sms.create_virtual_machine_deployment(service, name, **(arguments | keywords))

    return machine


@pytest.fixture(scope="module")
def stepping():
    """An emulator in which every request takes ten seconds of its time: what takes time is seen under way."""
    with Emulator(clock=Pace("step", 10)) as running:
        yield running


@pytest.fixture
def slow_sms(stepping):
    return stepping.identity().sdk(ServiceManagementService)
