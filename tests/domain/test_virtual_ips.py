"""Virtual IPs of deployments, and the endpoints behind them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.domain import errors_networks, load_balancers, reserved_ips, virtual_ips, vm_roles
from emulator.domain.machines import EndpointInput, LoadBalancerInput
from emulator.domain.reserved_ips import CreateReservedIP


def an_endpoint(name="web", port=80, **changes):
    return EndpointInput(**{"name": name, "local_port": 80, "port": port, "protocol": "tcp", **changes})


@pytest.fixture
def deployment(cloud):
    cloud.service()
    cloud.networks(cloud.site())
    made = cloud.machines(virtual_network_name="net")
    cloud.quiet()
    return made


@pytest.fixture
def call(subscription, operation):
    """Call a function of the domain about the deployment, and return its operation."""

    def call(function, *arguments):
        tracked = operation()
        *command, name = arguments
        function(subscription, tracked, *command, "svc", "dep", *([name] if isinstance(name, str) else []))
        return tracked

    return call


def balancer(name="inside", **changes):
    return LoadBalancerInput(name=name, **changes)


def test_another_virtual_ip_is_there_when_its_operation_has_ended(subscription, deployment, call):
    tracked = call(virtual_ips.add, "second")
    assert (deployment.operation, len(deployment.virtual_ips)) == (tracked.id, 1)

    subscription.advance_to(subscription.now + timedelta(seconds=subscription.catalog.timings["deployment.virtual_ip"]))

    first, second = deployment.virtual_ips
    assert (tracked.status, deployment.operation) == ("Succeeded", None)
    assert (first.secondary, second.name, second.secondary) == (False, "second", True)
    assert first.address != second.address


def test_a_secondary_virtual_ip_goes_when_no_endpoint_is_behind_it(
    cloud, subscription, operation, deployment, call, refuses
):
    call(virtual_ips.add, "second")
    cloud.quiet()
    role = cloud.role(endpoints=[an_endpoint(virtual_ip_name="second")])
    vm_roles.update(subscription, operation(), role, "svc", "dep", "vm1")
    cloud.quiet()
    assert deployment.roles["vm1"].input_endpoints[0].virtual_ip_name == "second"

    refuses(errors_networks.VIRTUAL_IP_IN_USE, call, virtual_ips.delete, "second")
    vm_roles.update(subscription, operation(), cloud.role(endpoints=[an_endpoint()]), "svc", "dep", "vm1")
    cloud.quiet()
    call(virtual_ips.delete, "SECOND")
    cloud.quiet()
    assert [one.name for one in deployment.virtual_ips] == ["depContractContract"]


def test_a_virtual_ip_is_named_apart_and_the_first_one_stays(cloud, subscription, operation, deployment, call, refuses):
    call(load_balancers.add, balancer(), None)
    cloud.quiet()
    vm_roles.update(subscription, operation(), cloud.role(endpoints=[an_endpoint()]), "svc", "dep", "vm1")
    cloud.quiet()

    refuses(errors_networks.VIRTUAL_IP_EXISTS, call, virtual_ips.add, "DEPContractContract")
    refuses(errors_networks.VIRTUAL_IP_EXISTS, call, virtual_ips.add, "inside")
    refuses(errors_networks.VIRTUAL_IP_NAME, call, virtual_ips.add, "a b")
    refuses(errors_networks.VIRTUAL_IP_IN_USE, call, virtual_ips.delete, "depContractContract")
    refuses(errors_networks.VIRTUAL_IP_NOT_FOUND, call, virtual_ips.delete, "nothing")


def test_an_endpoint_is_behind_what_the_deployment_has(cloud, subscription, operation, deployment, refuses):
    unknown = cloud.role(endpoints=[an_endpoint(virtual_ip_name="nothing")])
    refuses(
        errors_networks.VIRTUAL_IP_UNKNOWN, vm_roles.update, subscription, operation(), unknown, "svc", "dep", "vm1"
    )
    unknown = cloud.role("vm2", endpoints=[an_endpoint(load_balancer_name="nothing")])
    refuses(errors_networks.LOAD_BALANCER_UNKNOWN, vm_roles.add, subscription, operation(), unknown, "svc", "dep")

    vm_roles.update(subscription, operation(), cloud.role(endpoints=[an_endpoint()]), "svc", "dep", "vm1")
    cloud.quiet()
    first = cloud.role(endpoints=[an_endpoint(virtual_ip_name="depcontractcontract")])
    vm_roles.update(subscription, operation(), first, "svc", "dep", "vm1")
    assert deployment.roles["vm1"].input_endpoints[0].virtual_ip_name is None


def test_the_first_virtual_ip_is_named_after_the_deployment_once_an_endpoint_is_behind_it(
    cloud, subscription, operation, deployment
):
    def named():
        return [one.name for one in deployment.virtual_ips]

    assert named() == ["__PseudoBackEndContractVip"]
    vm_roles.add(subscription, operation(), cloud.role("vm2", endpoints=[an_endpoint()]), "svc", "dep")
    cloud.quiet()
    assert named() == ["depContractContract"]
    vm_roles.delete(subscription, operation(), "svc", "dep", "vm2")
    cloud.quiet()
    assert named() == ["depContractContract"]


def test_an_endpoint_behind_an_internal_load_balancer_is_no_public_one(cloud):
    cloud.service("other")
    inside = cloud.role(endpoints=[an_endpoint(load_balancer_name="inside")])
    hidden = cloud.machines(inside, service="other", name="hidden", load_balancers=[balancer()])
    assert hidden.virtual_ips[0].name == "__PseudoBackEndContractVip"


def test_a_reserved_virtual_ip_keeps_its_name(cloud, subscription, operation, deployment):
    command = CreateReservedIP(name="ip", service_name="svc", deployment_name="dep", location="West US")
    reserved_ips.create(subscription, operation(), command)
    cloud.quiet()
    vm_roles.update(subscription, operation(), cloud.role(endpoints=[an_endpoint()]), "svc", "dep", "vm1")
    cloud.quiet()
    assert subscription.reserved_ips["ip"].name == deployment.virtual_ips[0].reserved_ip_name
    assert deployment.virtual_ips[0].name == "__PseudoBackEndContractVip"
