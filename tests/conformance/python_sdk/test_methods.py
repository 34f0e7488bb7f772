"""methods.toml: that it lists the SDK's methods, which operations they call, and that a test calls each of them."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import tomllib
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from azure.servicemanagement import (
    CaptureRoleAsVMImage,
    LinuxConfigurationSet,
    OSImage,
    OSVirtualHardDisk,
    ServiceManagementService,
    VMImage,
)

from emulator.identity.authority import Authority
from emulator.surface import rows
from emulator.surface.operation import Found, Surface
from emulator.wire.contract import parse

HERE = Path(__file__).parent
FAMILIES = tomllib.loads((HERE / "methods.toml").read_text())
METHODS = {name: operations for family in FAMILIES.values() for name, operations in family.items()}
BOUND = [name for name, operations in METHODS.items() if operations]
LOCAL = {"set_proxy", "should_use_requests", "timeout", "with_filter"} | {
    f"wait_for_operation_status_{event}_default_callback" for event in ("progress", "success", "failure")
}
"""What sends nothing by itself: settings of the client, and what waiting calls when nothing else is given."""

VM_IMAGE = VMImage("name", "label", "description")
VM_IMAGE.os_disk_configuration.os_state = VM_IMAGE.os_disk_configuration.os = "word"
VM_IMAGE.os_disk_configuration.media_link = "link"
ARGUMENTS = {
    "lun": 1,
    "system_config": LinuxConfigurationSet("name", "user", "password"),
    "os_virtual_hard_disk": OSVirtualHardDisk("image", "link"),
    "os_image": OSImage(),
    "vm_image": VM_IMAGE,
    "options": CaptureRoleAsVMImage("Generalized", "name", "label"),
    "location": "West US",
    "label": "label",
    "password": "password",
}
"""What methods are called with, by the parameters' names; others that have to be given get a word."""
SWITCHES = {"delete_vhd", "complete"}
"""Parameters that lead to another operation."""


@pytest.fixture(scope="module")
def generate():
    """The generator of pages, as a module."""
    script = HERE.parents[2] / "docs" / "generate.py"
    before = list(sys.path)
    spec = importlib.util.spec_from_file_location("generate", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


class SentError(Exception):
    """Raised in place of sending a request, which it carries."""


def stop(request, _next):
    """A filter of the SDK's: nothing is sent."""
    raise SentError(request)


def operations_of(method):
    """Return the names of the operations that a method calls, found by way of what it would send."""
    switched = [{name: True} for name in inspect.signature(method).parameters if name in SWITCHES]
    return {sent_to(method, arguments_of(method) | chosen) for chosen in ({}, *switched)}


def arguments_of(method):
    """Return arguments that the SDK takes for a method."""
    parameters = inspect.signature(method).parameters.values()
    return {p.name: ARGUMENTS.get(p.name, "word") for p in parameters if p.default is p.empty or p.name in ARGUMENTS}


def sent_to(method, arguments):
    """Return the name of the operation that a call goes to."""
    with pytest.raises(SentError) as sent:
        method(**arguments)
    (request,) = sent.value.args
    path, _, query = request.path.partition("?")
    segments = [segment for segment in path.split("/") if segment]
    root = str(parse(request.body).tag).rpartition("}")[2] if request.body else None
    found = Surface(rows()).match(request.method, segments, dict(parse_qsl(query)), lambda: root)
    assert isinstance(found, Found), (request.method, request.path)
    return found.operation.name


def test_every_method_of_the_sdk_is_listed():
    public = {name for name in dir(ServiceManagementService) if not name.startswith("_")}

    assert set(METHODS) == public - LOCAL
    assert len([name for name in METHODS if name in vars(ServiceManagementService)]) == 95


def test_every_operation_that_is_listed_is_served():
    served = {row.name for row in rows() if row.does is not None}

    assert {name for names in METHODS.values() for name in names} <= served


@pytest.fixture(scope="module")
def stranger(emulator):
    """The SDK with a certificate that is not the subscription's."""
    subscription_id = emulator.identity().subscription_id
    authority = Authority.temporary()  # its files are there as long as it is
    service = authority.identity(subscription_id, endpoint=emulator.endpoint).sdk(ServiceManagementService)
    service.request_session.verify = str(emulator.ca_path)
    yield service
    del authority


@pytest.mark.parametrize("name", BOUND)
def test_a_method_is_refused_to_whom_the_subscription_does_not_know(name, stranger, refused):
    method = getattr(stranger, name)
    message = (
        "The server failed to authenticate the request. Verify that the certificate is valid and is associated with "
        "this subscription."
    )

    with refused(403, "ForbiddenError", message):
        method(**arguments_of(method))


@pytest.mark.parametrize("name", BOUND)
def test_a_method_calls_the_operations_that_are_listed(name):
    service = ServiceManagementService("subscription", "nowhere.pem").with_filter(stop)

    assert operations_of(getattr(service, name)) == set(METHODS[name])


def test_every_method_is_called_by_a_test(generate):
    calls = generate.calls_of_methods()

    assert [name for name in METHODS if not calls.get(name)] == []
