"""What the tests of networks and addresses share: a service, deployments in it, and a network configuration."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from emulator.domain import deployments, hosted_services, virtual_machines, virtual_networks
from emulator.domain.configuration import RoleConfiguration, ServiceConfiguration
from emulator.domain.deployments import CreateDeployment
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.machines import (
    CreateVMDeployment,
    LinuxProvisioning,
    NetworkConfiguration,
    OSVirtualHardDisk,
    RoleInput,
)
from emulator.domain.network_records import NetworkDocument, Subnet, VirtualNetworkSite
from emulator.domain.refusals import ServiceError
from emulator.domain.web_roles import ConfigurationDocument

LINUX = LinuxProvisioning(host_name="host", user_name="user", user_password="secret1")
LINK = "https://account.blob.core.windows.net/vhds/{}-{}.vhd"
IMAGE = f"{'0' * 32}__an-image"


@pytest.fixture
def cloud(subscription, operation):
    """A cloud to put networks and deployments into, through the domain's own functions."""

    def service(name="svc", location="West US"):
        command = CreateHostedService(service_name=name, label=b"l", location=location)
        return hosted_services.create(subscription, operation(), command)

    def quiet():
        subscription.advance_until_quiet(10_000)

    def site(name="net", location="West US", prefix="10.0.0.0/24", subnets=None, **changes):
        made = tuple(Subnet(n, p) for n, p in (subnets or {"front": "10.0.0.0/28", "back": "10.0.0.16/28"}).items())
        return VirtualNetworkSite(name=name, location=location, address_prefixes=(prefix,), subnets=made, **changes)

    def networks(*sites, **document):
        tracked = operation("SetNetworkConfiguration")
        command = NetworkDocument(virtual_network_sites=sites, **document)
        virtual_networks.set_configuration(subscription, tracked, command)
        return tracked

    def role(name="vm1", endpoints=(), **network):
        sets = [LINUX, NetworkConfiguration(input_endpoints=list(endpoints), **network)]
        disk = OSVirtualHardDisk(media_link=LINK.format(name, operation().id), source_image_name=IMAGE)
        return RoleInput(role_name=name, configuration_sets=sets, os_virtual_hard_disk=disk)

    def machines(*roles, service="svc", name="dep", **command):
        tracked = operation("CreateVirtualMachineDeployment")
        virtual_machines.create_deployment(
            subscription,
            tracked,
            CreateVMDeployment(
                name=name, deployment_slot="production", label=b"l", role_list=list(roles or [role()]), **command
            ),
            service,
        )
        return subscription.hosted_services[service].deployments["Production"]

    def web(network=None, *, count=1, service="svc", slot="production", name="web", text=b"as it came"):
        tracked = operation("CreateDeployment")
        role = RoleConfiguration(name="Web", instance_count=count)
        content = ServiceConfiguration(service_name="s", roles=(role,), network=network)
        command = CreateDeployment(
            name=name,
            package_url="https://account.blob.core.windows.net/packages/a.cspkg",
            label=b"l",
            configuration=ConfigurationDocument(text, content),
        )
        deployments.create(subscription, tracked, command, service, slot)
        return subscription.hosted_services[service].deployments[slot.capitalize()]

    return SimpleNamespace(
        service=service, quiet=quiet, site=site, networks=networks, role=role, machines=machines, web=web
    )


@pytest.fixture
def refuses(subscription, picture):
    """Return a function that makes a call, which has to be refused by `refusal` and to leave the world unchanged."""

    def refuses(refusal, call, *arguments, **keywords):
        before = picture(subscription)
        with pytest.raises(ServiceError) as caught:
            call(*arguments, **keywords)
        assert caught.value.refusal is refusal
        assert picture(subscription) == before
        return caught.value.message

    return refuses


@pytest.fixture
def told(subscription, operation):
    """Return a function that makes a call and lets its time pass: what the operation ended with, code and words.

    Until then nothing happens but that the call is on the schedule.
    """

    def told(call, *arguments):
        tracked = operation()
        call(subscription, tracked, *arguments)
        assert tracked.status == "InProgress"
        subscription.advance_until_quiet(10_000)
        return tracked.status, tracked.code, tracked.message

    return told
