"""Internal load balancers of deployments."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.domain import errors_networks, load_balancers, vm_roles
from emulator.domain.machines import EndpointInput, LoadBalancerInput


def an_endpoint(name="web", port=80, **changes):
    return EndpointInput(**{"name": name, "local_port": 80, "port": port, "protocol": "tcp", **changes})


@pytest.fixture
def deployment(cloud):
    cloud.service()
    cloud.networks(cloud.site())
    made = cloud.machines(cloud.role(endpoints=[an_endpoint()]), virtual_network_name="net")
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


def test_a_load_balancer_has_its_address_at_once_and_the_deployment_is_held_until_the_end(
    subscription, deployment, call
):
    tracked = call(load_balancers.add, balancer(subnet_name="back"), None)

    (made,) = deployment.load_balancers
    assert (made.name, made.address, made.type) == ("inside", "10.0.0.20", "Private")
    assert (deployment.operation, tracked.status) == (tracked.id, "InProgress")
    subscription.advance_to(
        subscription.now + timedelta(seconds=subscription.catalog.timings["deployment.load_balancer"])
    )
    assert (deployment.operation, tracked.status) == (None, "Succeeded")


def test_the_address_of_a_load_balancer_is_given_to_no_machine(subscription, operation, cloud, deployment, call):
    call(load_balancers.add, balancer(), None)
    cloud.quiet()

    vm_roles.add(subscription, operation(), cloud.role("vm2"), "svc", "dep")

    assert deployment.load_balancers[0].address == "10.0.0.5"
    assert deployment.instances["vm2"].ip_address == "10.0.0.6"


def test_a_deployment_has_one_load_balancer(cloud, deployment, call, refuses):
    call(load_balancers.add, balancer("testload"), None)
    cloud.quiet()

    said = refuses(errors_networks.LOAD_BALANCER_EXISTS, call, load_balancers.add, balancer("other"), None)
    assert said == "LoadBalancer already exists: testload. Only one internal load balancer allowed per deployment."
    call(load_balancers.delete, "TESTLOAD")
    cloud.quiet()
    call(load_balancers.add, balancer("other"), None)


def test_a_load_balancer_moves_but_keeps_its_name(cloud, deployment, call, refuses):
    call(load_balancers.add, balancer(subnet_name="front"), None)
    cloud.quiet()
    assert deployment.load_balancers[0].address == "10.0.0.5"

    call(load_balancers.update, balancer("INSIDE", subnet_name="front"), "inside")
    cloud.quiet()
    assert deployment.load_balancers[0].address == "10.0.0.5"

    call(load_balancers.update, balancer(static_virtual_network_ip_address="10.0.0.21"), "inside")
    cloud.quiet()
    (moved,) = deployment.load_balancers
    assert (moved.name, moved.address, moved.static_virtual_network_ip_address) == ("inside", *["10.0.0.21"] * 2)

    refuses(errors_networks.RENAMED, call, load_balancers.update, balancer("other"), "inside")
    refuses(errors_networks.LOAD_BALANCER_NOT_FOUND, call, load_balancers.update, balancer("other"), "other")
    taken = balancer(static_virtual_network_ip_address="10.0.0.4")
    refuses(errors_networks.ADDRESS_UNAVAILABLE, call, load_balancers.update, taken, "inside")


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (balancer(type="Public"), errors_networks.LOAD_BALANCER_TYPE),
        (balancer("a b"), errors_networks.LOAD_BALANCER_NAME),
        (balancer(subnet_name="nowhere"), errors_networks.SUBNET_NOT_FOUND),
        (balancer(static_virtual_network_ip_address="10.0.0.4"), errors_networks.ADDRESS_UNAVAILABLE),
        (balancer("depContractContract"), errors_networks.VIRTUAL_IP_EXISTS),
    ],
)
def test_a_load_balancer_that_cannot_be_is_refused(deployment, call, refuses, wanted, refusal):
    refuses(refusal, call, load_balancers.add, wanted, None)


def test_machines_are_made_behind_the_load_balancer_that_comes_with_them(cloud, call, refuses):
    cloud.service()
    behind = cloud.role(endpoints=[an_endpoint(), an_endpoint("in", load_balancer_name="inside")])

    deployment = cloud.machines(behind, load_balancers=[balancer()])
    cloud.quiet()

    (made,) = deployment.load_balancers
    assert made.address.startswith("100.120.")
    refuses(errors_networks.LOAD_BALANCER_IN_USE, call, load_balancers.delete, "inside")
    refuses(errors_networks.LOAD_BALANCER_NOT_FOUND, call, load_balancers.delete, "other")


def test_a_deployment_is_not_made_with_two_load_balancers_or_one_in_a_subnet_of_no_network(cloud, refuses):
    cloud.service()

    refuses(
        errors_networks.LOAD_BALANCER_EXISTS, cloud.machines, cloud.role(), load_balancers=[balancer(), balancer("b")]
    )
    inside = [balancer(subnet_name="front")]
    refuses(errors_networks.SUBNET_WITHOUT_NETWORK, cloud.machines, cloud.role(), load_balancers=inside)
