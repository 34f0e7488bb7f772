"""The module `azure` of Ansible 2.7, as released: it makes machines by the Python SDK of its time, and takes them away.

Installed as the older Python SDKs are, without what Ansible needs beside its modules.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from azure.servicemanagement import ServiceManagementService

STARTUP = Path(__file__).parent / "startup"
LINUX = "5112500ae3b842c8b9c604889f8753c3__OpenLogic-CentOS-71-20150410"
WINDOWS = "a699494373c04fc0bc8f2bb1389d6106__Windows-Server-2012-R2-201506.01-en.us-127GB.vhd"
MACHINE = {
    "location": "West US",
    "role_size": "Small",
    "storage_account": "ansibleaccount",
    "user": "myuser",
    "password": "Passw0rd!",
    "wait": True,
}


@pytest.fixture
def sms(identity):
    sms = identity.sdk(ServiceManagementService)
    sms.create_storage_account("ansibleaccount", "description", "label", location="West US")
    yield sms
    sms.delete_storage_account("ansibleaccount")


@pytest.fixture
def azure(python36_with, emulator, identity):
    """Return a function that runs the module with parameters, and returns what it says."""
    python = python36_with("ansible-2.7.18", ["azure==0.11.1"], ["--no-deps", "--no-compile", "ansible==2.7.18"])
    environment = {
        **os.environ,
        "PYTHONPATH": str(STARTUP),
        "SSL_CERT_FILE": str(emulator.ca_path),
        "ASM_HOST": emulator.host,
        "AZURE_SUBSCRIPTION_ID": identity.subscription_id,
        "AZURE_CERT_PATH": str(identity.pem_path),
        "NO_PROXY": "*",
        "no_proxy": "*",
    }

    def azure(**parameters):
        done = subprocess.run(
            [python, "-m", "ansible.modules.cloud.azure._azure"],
            input=json.dumps({"ANSIBLE_MODULE_ARGS": parameters}),
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stderr == ""
        return json.loads(done.stdout)

    return azure


def test_a_machine_is_there_and_is_gone_again(azure, sms):
    wanted = {"name": "ansiblelinux", "image": LINUX, "endpoints": "22,8080", **MACHINE}

    made = azure(**wanted)

    assert (made["changed"], made["public_dns_name"]) == (True, "ansiblelinux.cloudapp.net")
    assert made["deployment"]["status"] == "Running"
    (instance,) = made["deployment"]["role_instance_list"]["role_instances"]
    assert (instance["instance_status"], instance["power_state"]) == ("ReadyRole", "Started")
    endpoints = instance["instance_endpoints"]["instance_endpoints"]
    assert [(one["name"], one["public_port"]) for one in endpoints] == [("TCP-22", "22"), ("TCP-8080", "8080")]
    again = azure(**wanted)
    assert (again["changed"], again["deployment"]) == (False, made["deployment"])

    gone = azure(name="ansiblelinux", state="absent", wait=True)
    assert (gone["changed"], gone["public_dns_name"]) == (True, "ansiblelinux.cloudapp.net")
    assert (list(sms.list_hosted_services()), list(sms.list_disks())) == ([], [])
    assert azure(name="ansiblelinux", state="absent")["changed"] is False


def test_a_windows_machine_needs_a_name_that_windows_takes(azure, sms):
    wanted = {"name": "ansiblewindows", "image": WINDOWS, "os_type": "windows", "endpoints": "3389", **MACHINE}

    # What the module takes for a name unless told is the name in DNS.
    refused = azure(**wanted)
    assert refused["failed"] is True
    assert "its ComputerName has to have 1 to 15 characters" in refused["msg"]
    made = azure(**wanted, hostname="mywindows")

    assert made["changed"] is True
    (instance,) = made["deployment"]["role_instance_list"]["role_instances"]
    assert (instance["instance_status"], instance["host_name"]) == ("ReadyRole", "mywindows")
    assert sms.get_role("ansiblewindows", "ansiblewindows", "ansiblewindows").os_virtual_hard_disk.os == "Windows"
    assert azure(name="ansiblewindows", state="absent", wait=True)["changed"] is True
    assert list(sms.list_disks()) == []
