"""Public addresses of single machines: given, kept, given back, counted and refused."""

from __future__ import annotations

import pytest

from emulator.domain import hosted_services, storage_accounts, virtual_machines, vm_power, vm_roles
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.machines import (
    CreateVMDeployment,
    LinuxProvisioning,
    NetworkConfiguration,
    OSVirtualHardDisk,
    PublicIPInput,
    RoleInput,
)
from emulator.domain.refusals import ServiceError
from emulator.domain.storage_accounts import CreateStorageAccount
from emulator.domain.vm_power import RoleOperation
from emulator.wire.deployments import DEPLOYMENT
from emulator.wire.writing import Context

IMAGE = f"{'0' * 32}__an-image"
LINUX = LinuxProvisioning(host_name="host", user_name="user", user_password="secret1")


def a_role(*public_ips, name="vm1"):
    link = f"https://account.blob.core.windows.net/vhds/{name}.vhd"
    return RoleInput(
        role_name=name,
        configuration_sets=[LINUX, NetworkConfiguration(public_ips=list(public_ips))],
        os_virtual_hard_disk=OSVirtualHardDisk(media_link=link, source_image_name=IMAGE),
    )


def an_ip(name="pub", **changes):
    return PublicIPInput(name=name, **changes)


@pytest.fixture
def service(subscription, operation):
    storage_accounts.create(
        subscription, operation(), CreateStorageAccount(service_name="account", label=b"l", location="West US")
    )
    command = CreateHostedService(service_name="svc", label=b"l", location="West US")
    made = hosted_services.create(subscription, operation(), command)
    subscription.advance_until_quiet(100)
    return made


@pytest.fixture
def deploy(subscription, operation, service):
    """Return a function that deploys machines, waits, and returns the deployment."""

    def deploy(*roles):
        command = CreateVMDeployment(name="dep", deployment_slot="Production", label=b"l", role_list=list(roles))
        virtual_machines.create_deployment(subscription, operation(), command, "svc")
        subscription.advance_until_quiet(100)
        return service.deployments["Production"]

    return deploy


@pytest.fixture
def update(subscription, operation):
    """Return a function that gives the machine another network configuration."""

    def update(*public_ips):
        command = RoleInput(role_name="vm1", configuration_sets=[NetworkConfiguration(public_ips=list(public_ips))])
        vm_roles.update(subscription, operation(), command, "svc", "dep", "vm1")
        subscription.advance_until_quiet(100)

    return update


@pytest.fixture
def shown(subscription, service):
    """Return a function that tells what a deployment looks like."""
    return lambda deployment: DEPLOYMENT.write((service, deployment), Context("2017-01-01", subscription)).decode()


def test_a_role_shows_what_was_asked_for_and_its_instance_the_address(deploy, shown):
    deployment = deploy(a_role(an_ip(idle_timeout_in_minutes=6, domain_name_label="mylabel")))
    (ip,) = deployment.roles["vm1"].machine.public_ips
    text = shown(deployment)
    asked = "<Name>pub</Name><IdleTimeoutInMinutes>6</IdleTimeoutInMinutes><DomainNameLabel>mylabel</DomainNameLabel>"
    names = "<Fqdn>mylabel.svc.cloudapp.net</Fqdn><Fqdn>mylabel.0.svc.cloudapp.net</Fqdn>"
    assert f"<PublicIPs><PublicIP>{asked}</PublicIP></PublicIPs>" in text
    held = asked.replace("</Name>", f"</Name><Address>{ip.address}</Address>")
    assert f"<PublicIPs><PublicIP>{held}<Fqdns>{names}</Fqdns></PublicIP></PublicIPs></RoleInstance>" in text
    assert ip.address != deployment.virtual_ips[0].address


def test_without_a_label_that_of_the_instance_is_nil(deploy, shown):
    assert '</Address><DomainNameLabel i:nil="true"/></PublicIP></PublicIPs></RoleInstance>' in shown(
        deploy(a_role(an_ip()))
    )


def test_a_machine_without_resources_shows_no_address(subscription, operation, deploy, shown):
    deployment = deploy(a_role(an_ip()))
    command = RoleOperation(operation_type="ShutdownRoleOperation", post_shutdown_action="StoppedDeallocated")
    vm_power.shutdown(subscription, operation(), command, "svc", "dep", "vm1")
    subscription.advance_until_quiet(100)
    text = shown(deployment)
    assert (text.count("<PublicIP>"), "<Address>" in text.partition("<RoleList>")[0]) == (1, False)


def test_one_that_goes_by_the_same_name_keeps_its_address_and_the_others_go(deploy, update):
    machine = deploy(a_role(an_ip("one"), an_ip("two"))).roles["vm1"].machine
    before = {one.name: one.address for one in machine.public_ips}
    update(an_ip("ONE", idle_timeout_in_minutes=4), an_ip("three"))
    assert [one.name for one in machine.public_ips] == ["ONE", "three"]
    assert machine.public_ips[0].address == before["one"]
    assert machine.public_ips[1].address not in before.values()
    update()
    assert machine.public_ips == ()


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (an_ip(idle_timeout_in_minutes=3), "IdleTimeoutInMinutes is from 4 to 30."),
        (an_ip(idle_timeout_in_minutes=31), "IdleTimeoutInMinutes is from 4 to 30."),
        (an_ip(domain_name_label="-x"), "DomainNameLabel is no DNS label."),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_trace(subscription, picture, deploy, update, wanted, why):
    deploy(a_role())
    before = picture(subscription)
    with pytest.raises(ServiceError) as raised:
        update(wanted)
    assert (raised.value.status, raised.value.message) == (400, f"The public IP pub is invalid: {why}")
    assert picture(subscription) == before


def test_there_are_no_more_than_the_quota_says(subscription, deploy, update):
    subscription.override(quotas={"max_public_ip_count": 2})
    with pytest.raises(ServiceError, match="'public IP count' is 2 .* count is 0, .* increment is 3"):
        deploy(a_role(an_ip("a"), an_ip("b")), a_role(an_ip("c"), name="vm2"))
    deploy(a_role(an_ip("a"), an_ip("b")))
    update(an_ip("c"), an_ip("d"))
    with pytest.raises(ServiceError, match="count is 2, and the requested increment is 3"):
        update(an_ip("c"), an_ip("d"), an_ip("e"))
