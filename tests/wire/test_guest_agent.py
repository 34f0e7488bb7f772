"""What a machine tells of itself, its agent and its extensions on the wire, held against what was recorded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from emulator.domain.machines import RoleInput
from emulator.domain.records import (
    Deployment,
    Machine,
    OSDisk,
    ResourceExtensionParameter,
    ResourceExtensionReference,
    Role,
    RoleInstance,
)
from emulator.wire.deployments import ROLE, ROLE_INSTANCE
from emulator.wire.machines import ROLE_INPUT
from emulator.wire.terms import AZURE
from emulator.wire.writing import Context

NOW = datetime(2015, 7, 1, tzinfo=UTC)
VERSION = "2015-04-01"
W = {"w": AZURE}
BGINFO = ResourceExtensionReference(
    reference_name="BGInfo", publisher="Microsoft.Compute", name="BGInfo", version="1.*", state="Enable"
)


def a_machine(system="Windows", state="ready", **changes):
    """Return a deployment of one machine, with its instance and its role."""
    disk = OSDisk(
        disk_name="d", media_link="https://a.blob.core.windows.net/vhds/d.vhd", host_caching="ReadWrite", os=system
    )
    told = {"host_name": "host", "remote_access_certificate_thumbprint": "AB" * 20}
    machine = Machine(os=system, os_disk=disk, **{**told, "provision_guest_agent": True, **changes})
    role = Role(role_name="vm", role_size="Small", machine=machine)
    instance = RoleInstance(
        role_name="vm",
        instance_name="vm",
        kind=system,
        state=state,
        since=NOW,
        instance_upgrade_domain=0,
        instance_fault_domain=0,
        instance_size="Small",
        ip_address="100.64.0.1",
    )
    deployment = Deployment(
        name="dep",
        slot="Production",
        private_id="0" * 32,
        status="Running",
        label=b"l",
        created_time=NOW,
        last_modified_time=NOW,
        configuration_text=b"",
        virtual_ips=[],
        roles={"vm": role},
        instances={"vm": instance},
    )
    return deployment, instance, role


def shown(contract, pair, subscription):
    return etree.fromstring(contract.write(pair, Context(VERSION, subscription)))


def instance_of(subscription, *machine, **changes):
    deployment, instance, _ = a_machine(*machine, **changes)
    return shown(ROLE_INSTANCE, (deployment, instance), subscription)


def role_of(subscription, **changes):
    deployment, _, role = a_machine(**changes)
    return shown(ROLE, (deployment, role), subscription)


def names(element):
    return [etree.QName(child).localname for child in element]


@pytest.mark.parametrize("state", ["ready", "shutting-down", "stopped", "deallocating", "restarting"])
def test_a_machine_that_has_come_up_is_known_by_its_name_until_its_resources_go(subscription, state):
    told = instance_of(subscription, state=state)
    assert told.findtext("w:HostName", namespaces=W) == "host"
    assert told.findtext("w:RemoteAccessCertificateThumbprint", namespaces=W) == "AB" * 20


def test_a_machine_without_resources_keeps_the_certificate_but_not_the_name(subscription):
    told = names(instance_of(subscription, state="deallocated"))
    assert "HostName" not in told
    assert "RemoteAccessCertificateThumbprint" in told


@pytest.mark.parametrize("state", ["deploying", "unknown", "creating", "starting", "provisioning"])
def test_a_machine_that_comes_up_tells_nothing_yet(subscription, state):
    told = instance_of(subscription, state=state, resource_extension_references=(BGINFO,))
    assert not {"HostName", "RemoteAccessCertificateThumbprint", "ResourceExtensionStatusList"} & set(names(told))
    assert told.findtext("w:GuestAgentStatus/w:Status", namespaces=W) == "NotReady"


@pytest.mark.parametrize(("system", "version"), [("Windows", "2.7.1198.735"), ("Linux", "WALinuxAgent-2.0.16")])
def test_the_agent_of_each_system_has_versions_of_its_own(subscription, system, version):
    told = instance_of(subscription, system)
    assert told.findtext("w:GuestAgentStatus/w:GuestAgentVersion", namespaces=W) == version


def test_a_ready_agent_tells_of_the_extensions_that_are_switched_on(subscription):
    off = ResourceExtensionReference(publisher="A", name="B", version="1.*", state="Disable")
    told = instance_of(subscription, resource_extension_references=(BGINFO, off))
    assert names(told)[-2:] == ["GuestAgentStatus", "ResourceExtensionStatusList"]
    [status] = told.find("w:ResourceExtensionStatusList", W)
    assert names(status) == ["HandlerName", "Version", "Status", "FormattedMessage"]
    assert [one.text for one in status[:3]] == ["Microsoft.Compute.BGInfo", "1.2.2", "Ready"]
    assert [one.text for one in status[3]] == [
        "en-US",
        "Plugin enabled (name: Microsoft.Compute.BGInfo, version: 1.2.2).",
    ]


@pytest.mark.parametrize("changes", [{"provision_guest_agent": False}, {"provision_guest_agent": None}])
def test_without_an_agent_nobody_tells_of_extensions(subscription, changes):
    told = instance_of(subscription, resource_extension_references=(BGINFO,), **changes)
    assert not {"GuestAgentStatus", "ResourceExtensionStatusList"} & set(names(told))


def test_a_machine_without_extensions_has_no_list_of_them(subscription):
    assert "ResourceExtensionStatusList" not in names(instance_of(subscription))


def test_references_come_back_empty_where_they_were_given_empty_and_not_at_all_where_not(subscription):
    assert len(role_of(subscription, resource_extension_references=()).find("w:ResourceExtensionReferences", W)) == 0
    assert role_of(subscription).find("w:ResourceExtensionReferences", W) is None


@pytest.mark.parametrize(("given", "comes_back"), [(None, None), ((), []), (("Private",), []), (("Public",), ["k"])])
def test_of_parameters_the_public_ones_come_back_in_the_list_that_was_given(subscription, given, comes_back):
    values = given and tuple(ResourceExtensionParameter(key="k", value="v", type=kind) for kind in given)
    reference = ResourceExtensionReference(name="a", parameter_values=values)
    role = role_of(subscription, resource_extension_references=(reference,))
    found = role.find(".//w:ResourceExtensionParameterValues", W)
    assert (None if found is None else [one.findtext("w:Key", namespaces=W) for one in found]) == comes_back


def test_a_body_tells_an_empty_list_of_extensions_from_none():
    head = f'<Role xmlns="{AZURE}"><RoleName>vm</RoleName>'
    assert ROLE_INPUT.read(f"{head}</Role>".encode()) == RoleInput(role_name="vm")
    with_list = ROLE_INPUT.read(f"{head}<ResourceExtensionReferences/></Role>".encode())
    assert with_list.resource_extension_references == []


def test_the_certificate_for_remote_management_comes_before_what_is_said_of_the_agent(subscription):
    told = names(role_of(subscription, default_win_rm_certificate_thumbprint="CD" * 20, license_type="Windows_Server"))
    assert told[-4:] == ["RoleSize", "DefaultWinRmCertificateThumbprint", "ProvisionGuestAgent", "LicenseType"]
