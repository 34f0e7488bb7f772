"""methods*.toml: that they list the SDK's methods, which operations these call, and that a test calls each of them."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from pathlib import Path

import pytest
from azure import servicemanagement
from azure.servicemanagement import (
    CaptureRoleAsVMImage,
    LinuxConfigurationSet,
    OSImage,
    OSVirtualHardDisk,
    VMImage,
)

from emulator.identity.authority import Authority
from emulator.pipeline import Call, Request
from emulator.surface import rows
from emulator.surface.operation import Found, Surface

HERE = Path(__file__).parent


def _generator():
    """Return the generator of pages, as a module."""
    script = HERE.parents[2] / "docs" / "generate.py"
    before = list(sys.path)
    spec = importlib.util.spec_from_file_location("generate", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


GENERATE = _generator()
METHODS = {
    sdk_class: {name: calls for family in GENERATE.methods_of(sdk_class).values() for name, calls in family.items()}
    for sdk_class in GENERATE.SDK_CLASSES
}
BOUND = [(sdk_class, name) for sdk_class, methods in METHODS.items() for name, calls in methods.items() if calls]
every_method = pytest.mark.parametrize(("sdk_class", "name"), BOUND, ids=[name for _, name in BOUND])
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
    call = Call(Request(request.method, path, query, None, None, "", lambda: request.body))
    found = Surface(rows()).match(request.method, call.segments, call.query, call.body_root)
    assert isinstance(found, Found), (request.method, request.path)
    return found.operation.name


def public(sdk_class):
    return {name for name in dir(sdk_class) if not name.startswith("_")}


def test_every_method_of_the_sdk_is_listed():
    common = public(servicemanagement.servicemanagementclient._ServiceManagementClient)

    for name, methods in METHODS.items():
        own = public(getattr(servicemanagement, name)) - LOCAL
        assert set(methods) == (own if name == "ServiceManagementService" else own - common)
    listed = {name: methods.keys() & vars(getattr(servicemanagement, name)) for name, methods in METHODS.items()}
    assert {name: len(methods) for name, methods in listed.items()} == {
        "ServiceManagementService": 95,
        "SqlDatabaseManagementService": 15,
        "ServiceBusManagementService": 22,
        "WebsiteManagementService": 12,
        "SchedulerManagementService": 12,
    }
    # The tests that call a method are found by its name alone.
    assert len({method for methods in listed.values() for method in methods}) == 156


def test_every_operation_that_is_listed_is_served():
    served = {row.name for row in rows() if row.does is not None}

    assert {name for methods in METHODS.values() for names in methods.values() for name in names} <= served


@pytest.fixture(scope="module")
def stranger(emulator):
    """An identity whose certificate is not the subscription's."""
    subscription_id = emulator.identity().subscription_id
    authority = Authority.temporary()  # its files are there as long as it is
    yield authority.identity(subscription_id, endpoint=emulator.endpoint)
    del authority


@every_method
def test_a_method_is_refused_to_whom_the_subscription_does_not_know(sdk_class, name, stranger, emulator, refused):
    service = stranger.sdk(getattr(servicemanagement, sdk_class))
    service.request_session.verify = str(emulator.ca_path)
    method = getattr(service, name)
    message = (
        "The server failed to authenticate the request. Verify that the certificate is valid and is associated with "
        "this subscription."
    )

    with refused(403, "ForbiddenError", message):
        method(**arguments_of(method))


@every_method
def test_a_method_calls_the_operations_that_are_listed(sdk_class, name):
    service = getattr(servicemanagement, sdk_class)("subscription", "nowhere.pem").with_filter(stop)

    assert operations_of(getattr(service, name)) == set(METHODS[sdk_class][name])


def test_every_method_is_called_by_a_test():
    calls = GENERATE.calls_of_methods()

    assert [name for methods in METHODS.values() for name in methods if not calls.get(name)] == []
