"""The package `azure` of two older generations, on Python 3.6, for which they were made: they read what they are shown.

The packages are installed once, under the directory that ASM_CONFORMANCE_OLD_PYTHON_SDK names or else in pytest's
cache; ASM_CONFORMANCE_PYTHON36 names the interpreter where `python3.6` is not the one to take.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path

import pytest
from azure.servicemanagement import (
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    LinuxConfigurationSet,
    OSVirtualHardDisk,
    ServiceManagementService,
)

HERE = Path(__file__).parent
BLOB = "https://myaccount.blob.core.windows.net/{}"
IMAGE = "OpenLogic__OpenLogic-CentOS-62-20120531-en-us-30GB.vhd"
SUCCEEDED = {"status": "Succeeded", "http_status_code": "200"}


@pytest.fixture(scope="session", params=["0.8.4", "0.11.1"])
def version(request):
    return request.param


@pytest.fixture(scope="session")
def old_python(python36_with, version):
    """The interpreter of an environment in which one version of the package is installed."""
    return python36_with(f"azure-{version}", [f"azure=={version}"])


@pytest.fixture
def ask(old_python, emulator, identity):
    """Return a function that calls methods, each given with its arguments, and tells what they returned."""
    arguments = [identity.subscription_id, str(identity.pem_path), emulator.host]
    environment = {**os.environ, "SSL_CERT_FILE": str(emulator.ca_path), "NO_PROXY": "*", "no_proxy": "*"}

    def ask(*calls):
        done = subprocess.run(
            [old_python, HERE / "ask.py", *arguments],
            input=json.dumps([(name, given) for name, *given in calls]),
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


@pytest.fixture
def succeeds(ask):
    """Return a function that makes a call and checks that its operation succeeded."""

    def succeeds(*call):
        (result,) = ask(call)
        (operation,) = ask(("get_operation_status", result["request_id"]))
        assert {name: operation[name] for name in SUCCEEDED} == SUCCEEDED

    return succeeds


def test_a_subscription_and_its_places_are_read(ask, identity):
    subscription, locations, systems, images = ask(
        ("get_subscription",), ("list_locations",), ("list_operating_systems",), ("list_os_images",)
    )

    assert (subscription["subscription_id"], subscription["subscription_status"]) == (
        identity.subscription_id,
        "Active",
    )
    assert (subscription["max_core_count"], subscription["current_core_count"]) == (20, 0)
    west = next(one for one in locations["locations"] if one["name"] == "West US")
    assert west["display_name"] == "West US"
    assert {"Compute", "Storage", "PersistentVMRole"} <= set(west["available_services"])
    assert systems["operating_systems"][0]["family_label"].startswith("Windows Server")
    assert IMAGE in [image["name"] for image in images["images"]]


def test_an_account_and_an_affinity_group_are_made_and_read(ask, succeeds, version):
    ask(("create_affinity_group", "mygroup", "label", "West US", "description"))
    succeeds("create_storage_account", "myaccount", "description", "label", "mygroup")
    group, account, keys = ask(
        ("get_affinity_group_properties", "mygroup"),
        ("get_storage_account_properties", "myaccount"),
        ("get_storage_account_keys", "myaccount"),
    )

    assert (group["name"], group["label"], group["location"]) == ("mygroup", "label", "West US")
    properties = account["storage_service_properties"]
    assert (account["service_name"], properties["affinity_group"]) == ("myaccount", "mygroup")
    assert (properties["status"], properties["label"]) == ("Created", "label")
    # What was asked for as GeoReplicationEnabled is shown as that, or as the AccountType that took its place.
    replicated = ("geo_replication_enabled", True) if version == "0.8.4" else ("account_type", "Standard_GRS")
    assert properties[replicated[0]] == replicated[1]
    scheme = "http" if version == "0.8.4" else "https"
    assert f"{scheme}://myaccount.blob.core.windows.net/" in properties["endpoints"]
    assert len(base64.b64decode(keys["storage_service_keys"]["primary"])) == 64


def test_a_service_with_a_deployment_is_made_read_and_deleted(ask, succeeds, configuration):
    workers = base64.b64encode(configuration("one-worker")).decode()
    ask(("create_hosted_service", "myservice", "label", "description", "West US"))
    succeeds(
        "create_deployment", "myservice", "production", "v1", BLOB.format("p/w.cspkg"), "v label", workers, True, False
    )
    listed, service, deployment, free = ask(
        ("list_hosted_services",),
        ("get_hosted_service_properties", "myservice", True),
        ("get_deployment_by_slot", "myservice", "production"),
        ("check_hosted_service_name_availability", "myservice"),
    )

    assert [one["service_name"] for one in listed["hosted_services"]] == ["myservice"]
    properties = service["hosted_service_properties"]
    assert (properties["label"], properties["description"], properties["location"]) == (
        "label",
        "description",
        "West US",
    )
    assert (properties["status"], free["result"]) == ("Created", False)
    for found in (deployment, service["deployments"]["deployments"][0]):
        assert (found["name"], found["deployment_slot"], found["label"]) == ("v1", "Production", "v label")
        assert (found["status"], found["url"]) == ("Running", "http://myservice.cloudapp.net/")
        instances = found["role_instance_list"]["role_instances"]
        assert [one["instance_status"] for one in instances] == ["ReadyRole", "ReadyRole"]
        assert [one["instance_name"] for one in instances] == ["WorkerRole1_IN_0", "WorkerRole1_IN_1"]

    succeeds("update_deployment_status", "myservice", "v1", "Suspended")
    succeeds("delete_deployment", "myservice", "v1")
    ask(("delete_hosted_service", "myservice"))
    assert ask(("list_hosted_services",)) == [{"hosted_services": []}]


def test_a_machine_is_read_stopped_and_started(ask, succeeds, identity):
    sms = identity.sdk(ServiceManagementService)
    sms.create_hosted_service("myservice", "label", location="West US")
    network = ConfigurationSet()
    network.input_endpoints.input_endpoints.append(ConfigurationSetInputEndpoint("SSH", "tcp", "22", "22"))
    system = LinuxConfigurationSet("myvm", "myuser", "Passw0rd!", True)
    disk = OSVirtualHardDisk(IMAGE, BLOB.format("vhds/myvm.vhd"))
    sms.create_virtual_machine_deployment(
        "myservice", "mydeployment", "production", "label", "myvm", system, disk, network
    )
    where = ("myservice", "mydeployment")

    role, deployment, disks = ask(("get_role", *where, "myvm"), ("get_deployment_by_name", *where), ("list_disks",))
    assert (role["role_name"], role["role_size"], role["role_type"]) == ("myvm", "Small", "PersistentVMRole")
    assert role["os_virtual_hard_disk"]["source_image_name"] == IMAGE
    (instance,) = deployment["role_instance_list"]["role_instances"]
    assert (instance["instance_status"], instance["power_state"]) == ("ReadyRole", "Started")
    assert instance["instance_endpoints"]["instance_endpoints"][0]["public_port"] == "22"
    assert disks["disks"][0]["attached_to"]["role_name"] == "myvm"

    succeeds("shutdown_role", *where, "myvm", "StoppedDeallocated")
    (deployment,) = ask(("get_deployment_by_name", *where))
    assert deployment["status"] == "Suspended"
    succeeds("start_role", *where, "myvm")
    (deployment,) = ask(("get_deployment_by_name", *where))
    assert deployment["role_instance_list"]["role_instances"][0]["instance_status"] == "ReadyRole"
