"""Application gateways: how one is made, configured, started and stopped, and what is refused in which words."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from emulator.domain import addresses, application_gateways, errors, errors_networks, gateways
from emulator.domain import application_gateway_certificates as certificates
from emulator.domain import application_gateway_configuration as configuration
from emulator.domain import errors_application_gateways as refusals
from emulator.domain.application_gateway_records import (
    ApplicationGatewayConfiguration,
    BackendAddressPool,
    BackendHttpSettings,
    FrontendIPConfiguration,
    FrontendPort,
    HttpListener,
    HttpLoadBalancingRule,
    Probe,
)
from emulator.domain.application_gateways import CreateApplicationGateway, UpdateApplicationGateway
from emulator.domain.service_certificates import AddServiceCertificate

CREATE = CreateApplicationGateway(name="Mine", vnet_name="NET", subnets=["FRONT"])
CONFIGURATION = ApplicationGatewayConfiguration(
    frontend_ports=[FrontendPort(name="web", port=80)],
    backend_address_pools=[BackendAddressPool(name="pool", ip_addresses=["10.0.0.20", "www.example.com"])],
    backend_http_settings_list=[BackendHttpSettings(name="settings", port=8080, cookie_based_affinity="enabled")],
    http_listeners=[HttpListener(name="listener", frontend_port="WEB", protocol="http")],
    http_load_balancing_rules=[
        HttpLoadBalancingRule(
            name="rule",
            type="basic",
            backend_http_settings="settings",
            listener="listener",
            backend_address_pool="POOL",
        )
    ],
)
PRIVATE = replace(
    CONFIGURATION,
    frontend_ip_configurations=[
        FrontendIPConfiguration(name="any"),
        FrontendIPConfiguration(name="static", static_ip_address="10.0.0.4"),
    ],
)


@pytest.fixture
def gateway(subscription, operation, cloud):
    """What is done to one gateway in a network of two subnets: `do` accepts a call, `done` lets its time pass."""

    def do(function, *arguments):
        tracked = operation()
        assert function(subscription, tracked, *arguments) is tracked
        assert (tracked.status, tracked.gateway.name) == ("InProgress", "ApplicationGatewayWorkItem")
        return tracked

    def done(function, *arguments):
        tracked = do(function, *arguments)
        cloud.quiet()
        assert tracked.status == "Succeeded"
        assert gateways.get_operation(subscription, tracked.id) is tracked
        return (tracked.completed - tracked.started).total_seconds()

    def get():
        return application_gateways.find(subscription, "mine")

    def configured(command=CONFIGURATION):
        done(application_gateways.create, CREATE)
        done(configuration.set_configuration, command, "mine")
        return get()

    def running(command=CONFIGURATION):
        configured(command)
        done(application_gateways.execute, "Start", "mine")
        return get()

    cloud.networks(cloud.site(), cloud.site("other", prefix="10.1.0.0/24", subnets={"only": "10.1.0.0/28"}))
    cloud.quiet()
    return SimpleNamespace(do=do, done=done, get=get, configured=configured, running=running)


# ---- the gateway itself


def test_a_gateway_is_stopped_at_first_and_has_what_it_was_not_asked_for_by_default(subscription, gateway):
    assert gateway.done(application_gateways.create, CREATE) == 37

    made = gateway.get()
    assert (made.name, made.vnet_name, made.subnets) == ("Mine", "net", ("front",))
    assert (made.description, made.gateway_size, made.instance_count, made.state) == ("", "Medium", 2, "Stopped")
    assert (made.dns_name, made.virtual_ips) == (None, ())
    assert application_gateways.list_all(subscription) == [made]


def test_what_an_update_names_is_changed_when_its_operation_ends(gateway, cloud):
    gateway.done(application_gateways.create, CREATE)
    command = UpdateApplicationGateway(gateway_size="large", instance_count=3)

    tracked = gateway.do(application_gateways.update, command, "MINE")
    assert (gateway.get().gateway_size, gateway.get().operation) == ("Medium", tracked.id)
    cloud.quiet()
    assert (gateway.get().gateway_size, gateway.get().instance_count, gateway.get().operation) == ("Large", 3, None)


def test_an_update_keeps_what_it_does_not_name(gateway):
    gateway.done(application_gateways.create, CREATE)
    gateway.done(application_gateways.update, UpdateApplicationGateway(description="mine", instance_count=10), "mine")
    gateway.done(application_gateways.update, UpdateApplicationGateway(gateway_size="a8", subnets=["back"]), "mine")

    made = gateway.get()
    assert (made.description, made.gateway_size, made.instance_count) == ("mine", "A8", 10)
    assert (made.vnet_name, made.subnets) == ("net", ("back",))


def test_a_gateway_is_on_its_way_while_it_is_started_and_stopped(gateway, cloud):
    gateway.configured()
    gateway.do(application_gateways.execute, "start", "mine")
    assert gateway.get().state == "Starting"
    cloud.quiet()
    gateway.do(application_gateways.execute, "stop", "mine")
    assert gateway.get().state == "Stopping"


def test_a_gateway_that_runs_has_a_name_and_a_public_address_until_it_is_stopped(gateway):
    gateway.configured()
    assert gateway.done(application_gateways.execute, "start", "mine") == 449
    running = gateway.get()
    assert running.state == "Running"
    assert running.dns_name.startswith("appgw-")
    assert running.dns_name.endswith(".cloudapp.net")
    assert len(running.virtual_ips) == 1
    assert running.virtual_ips[0].startswith("198.")

    assert gateway.done(application_gateways.execute, "STOP", "mine") == 66
    assert (running.state, running.dns_name, running.virtual_ips) == ("Stopped", None, ())


def test_a_gateway_has_the_addresses_of_its_configuration_which_no_machine_is_given(gateway, cloud):
    cloud.service()
    assert gateway.running(PRIVATE).virtual_ips == ("10.0.0.5", "10.0.0.4")

    deployment = cloud.machines(cloud.role(subnet_names=["front"]), virtual_network_name="net")
    assert [one.ip_address for one in deployment.instances.values()] == ["10.0.0.6"]


def test_a_subnet_that_is_full_has_no_address_for_a_gateway(subscription, gateway, cloud, operation, refuses):
    cloud.networks(cloud.site(subnets={"front": "10.0.0.0/29"}))
    cloud.quiet()
    cloud.service()
    cloud.machines(*(cloud.role(f"vm{n}", subnet_names=["front"]) for n in range(3)), virtual_network_name="net")
    gateway.configured(PRIVATE)
    refuses(errors_networks.SUBNET_FULL, application_gateways.execute, subscription, operation(), "Start", "mine")


def test_a_deleted_gateway_is_gone_when_its_operation_has_ended(subscription, gateway, operation, refuses):
    gateway.configured()
    assert gateway.done(application_gateways.delete, "mine") == 37
    assert application_gateways.list_all(subscription) == []
    refuses(errors_networks.GATEWAY_NOT_FOUND, application_gateways.find, subscription, "mine")
    refuses(errors_networks.GATEWAY_NOT_FOUND, application_gateways.delete, subscription, operation(), "mine")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": "mine"}, errors_networks.GATEWAY_EXISTS),
        ({"name": "a/b"}, errors_networks.GATEWAY_NAME),
        ({"name": ""}, errors_networks.GATEWAY_NAME),
        ({"vnet_name": "nowhere"}, errors_networks.SUBNET_NETWORK_NOT_FOUND),
        ({"subnets": ["front", "only"]}, errors_networks.SUBNET_NOT_IN_NETWORK),
        ({"subnets": []}, errors_networks.SUBNET_NOT_IN_NETWORK),
        ({"gateway_size": "Huge"}, errors_networks.GATEWAY_PARAMETER),
        ({"instance_count": 0}, refusals.APPLICATION_GATEWAY_NUMBER),
        ({"instance_count": 11}, refusals.APPLICATION_GATEWAY_NUMBER),
        ({"description": "x" * 1025}, errors.DESCRIPTION_TOO_LONG),
    ],
)
def test_what_cannot_be_made_is_refused(subscription, gateway, operation, refuses, changes, refusal):
    gateway.done(application_gateways.create, CREATE)
    command = replace(CREATE, **{"name": "another", **changes})
    refuses(refusal, application_gateways.create, subscription, operation(), command)


def test_more_gateways_than_there_may_be_are_refused(subscription, gateway, operation, refuses):
    gateway.done(application_gateways.create, CREATE)
    made = gateway.get()
    subscription.application_gateways |= {str(n): replace(made, name=str(n)) for n in range(49)}
    command = replace(CREATE, name="another")
    refuses(refusals.APPLICATION_GATEWAY_LIMIT, application_gateways.create, subscription, operation(), command)


def test_while_an_operation_holds_a_gateway_no_other_begins(subscription, gateway, operation, refuses):
    tracked = gateway.do(application_gateways.create, CREATE)
    for call, *command in (
        (application_gateways.update, UpdateApplicationGateway()),
        (application_gateways.delete,),
        (application_gateways.execute, "Stop"),
        (configuration.set_configuration, CONFIGURATION),
    ):
        refuses(errors_networks.GATEWAY_BUSY, call, subscription, operation(), *command, "mine")
    assert gateway.get().operation == tracked.id


def test_what_runs_is_not_started_deleted_or_moved_and_may_be_changed(subscription, gateway, operation, refuses):
    gateway.running()
    move = UpdateApplicationGateway(vnet_name="other", subnets=["only"])
    refuses(errors_networks.GATEWAY_STATE, application_gateways.execute, subscription, operation(), "Start", "mine")
    refuses(errors_networks.GATEWAY_STATE, application_gateways.delete, subscription, operation(), "mine")
    refuses(errors_networks.GATEWAY_STATE, application_gateways.update, subscription, operation(), move, "mine")

    gateway.done(application_gateways.update, UpdateApplicationGateway(instance_count=5, subnets=["front"]), "mine")
    assert (gateway.get().instance_count, gateway.get().state) == (5, "Running")


def test_what_stands_still_is_not_stopped_and_may_move(subscription, gateway, operation, refuses):
    gateway.configured()
    refuses(errors_networks.GATEWAY_STATE, application_gateways.execute, subscription, operation(), "Stop", "mine")
    refuses(errors_networks.GATEWAY_PARAMETER, application_gateways.execute, subscription, operation(), "Shake", "mine")

    gateway.done(application_gateways.update, UpdateApplicationGateway(vnet_name="other", subnets=["only"]), "mine")
    assert (gateway.get().vnet_name, gateway.get().subnets) == ("other", ("only",))


@pytest.mark.parametrize("part", ["frontend_ports", "http_load_balancing_rules"])
def test_a_gateway_is_not_started_without_what_it_needs(subscription, gateway, operation, refuses, part):
    command = replace(CONFIGURATION, **{"http_listeners": (), "http_load_balancing_rules": (), part: ()})
    gateway.configured(command)
    refusal = refusals.APPLICATION_GATEWAY_NOT_CONFIGURED
    refuses(refusal, application_gateways.execute, subscription, operation(), "Start", "mine")


def test_a_network_with_an_application_gateway_may_only_grow(subscription, gateway, cloud, refuses):
    gateway.done(application_gateways.create, CREATE)
    smaller = cloud.site(subnets={"back": "10.0.0.16/28"})
    assert "'net'" in refuses(errors_networks.VIRTUAL_NETWORK_IN_USE, cloud.networks, smaller)
    assert "'net'" in refuses(errors_networks.VIRTUAL_NETWORK_IN_USE, cloud.networks)

    gateway.do(application_gateways.update, UpdateApplicationGateway(vnet_name="other", subnets=["only"]), "mine")
    assert "'other'" in refuses(errors_networks.VIRTUAL_NETWORK_IN_USE, cloud.networks, cloud.site())
    cloud.quiet()
    other = cloud.site("other", prefix="10.1.0.0/24", subnets={"only": "10.1.0.0/28", "more": "10.1.0.16/28"})
    cloud.networks(other)
    assert list(subscription.virtual_networks) == ["other"]


# ---- the configuration


def test_a_gateway_that_was_never_configured_has_an_empty_configuration(subscription, gateway, refuses):
    refuses(errors_networks.GATEWAY_NOT_FOUND, configuration.get, subscription, "mine")
    gateway.done(application_gateways.create, CREATE)
    assert configuration.get(subscription, "mine") == ApplicationGatewayConfiguration()


def test_a_configuration_takes_the_place_of_the_one_before_when_its_operation_ends(subscription, gateway):
    gateway.configured(PRIVATE)
    gateway.do(configuration.set_configuration, CONFIGURATION, "mine")
    before = configuration.get(subscription, "MINE")
    assert [one.name for one in before.frontend_ip_configurations] == ["any", "static"]
    subscription.advance_until_quiet(10)
    assert configuration.get(subscription, "mine").frontend_ip_configurations == ()


def test_words_of_a_configuration_are_spelled_as_the_service_does_and_names_stay(subscription, gateway):
    gateway.configured()
    found = configuration.get(subscription, "mine")
    assert found.http_load_balancing_rules[0].type == "Basic"
    assert found.http_load_balancing_rules[0].backend_address_pool == "POOL"
    assert (found.http_listeners[0].protocol, found.http_listeners[0].frontend_port) == ("Http", "WEB")
    settings = found.backend_http_settings_list[0]
    assert (settings.cookie_based_affinity, settings.request_timeout) == ("Enabled", 30)
    assert found.backend_address_pools[0].ip_addresses == ("10.0.0.20", "www.example.com")


LISTENER = CONFIGURATION.http_listeners[0]
RULE = CONFIGURATION.http_load_balancing_rules[0]
SETTINGS = CONFIGURATION.backend_http_settings_list[0]
INVALID = refusals.APPLICATION_GATEWAY_CONFIGURATION


@pytest.mark.parametrize(
    ("part", "items", "refusal", "words"),
    [
        ("frontend_ports", [FrontendPort(name=" ", port=80)], INVALID, "a frontend port has no name"),
        ("probes", [Probe(name="p"), Probe(name="P")], INVALID, "the probe P stands twice"),
        ("http_listeners", [replace(LISTENER, frontend_port="x")], INVALID, "refers to the frontend port x,"),
        ("http_listeners", [replace(LISTENER, frontend_ip="x")], INVALID, "to the frontend IP configuration x,"),
        ("http_listeners", [replace(LISTENER, ssl_cert="x")], INVALID, "to the certificate x,"),
        ("http_listeners", [replace(LISTENER, protocol="https")], INVALID, "Https and has no certificate"),
        ("http_load_balancing_rules", [replace(RULE, listener="x")], INVALID, "to the HTTP listener x,"),
        ("http_load_balancing_rules", [replace(RULE, backend_address_pool="x")], INVALID, "address pool x,"),
        ("http_load_balancing_rules", [replace(RULE, backend_http_settings="x")], INVALID, "HTTP settings x,"),
        ("http_load_balancing_rules", [replace(RULE, type="path")], errors_networks.GATEWAY_PARAMETER, "'path'"),
        ("http_load_balancing_rules", [RULE, RULE], INVALID, "the HTTP load balancing rule rule stands twice"),
        ("backend_http_settings_list", [replace(SETTINGS, probe="x")], INVALID, "to the probe x,"),
        (
            "backend_http_settings_list",
            [replace(SETTINGS, cookie_based_affinity="some")],
            errors_networks.GATEWAY_PARAMETER,
            "CookieBasedAffinity",
        ),
        (
            "backend_http_settings_list",
            [replace(SETTINGS, request_timeout=0)],
            refusals.APPLICATION_GATEWAY_NUMBER,
            "RequestTimeout '0' is not between 1 and 86400",
        ),
        ("frontend_ports", [FrontendPort(name="web", port=65536)], refusals.APPLICATION_GATEWAY_NUMBER, "Port"),
        ("probes", [Probe(name="p", unhealthy_threshold=21)], refusals.APPLICATION_GATEWAY_NUMBER, "Threshold"),
        (
            "frontend_ip_configurations",
            [FrontendIPConfiguration(name="ip", static_ip_address="10.0.0")],
            errors_networks.GATEWAY_ADDRESS,
            "'10.0.0'",
        ),
        (
            "frontend_ip_configurations",
            [FrontendIPConfiguration(name="ip", type="Public")],
            errors_networks.GATEWAY_PARAMETER,
            "'Public'",
        ),
    ],
)
def test_a_configuration_that_does_not_hang_together_is_refused(
    subscription, gateway, operation, refuses, part, items, refusal, words
):
    gateway.configured()
    command = replace(CONFIGURATION, **{part: items})
    call = configuration.set_configuration
    assert words in refuses(refusal, call, subscription, operation(), command, "mine")


# ---- certificates


@pytest.fixture
def file(a_certificate):
    return AddServiceCertificate(data=a_certificate().pfx(b"secret"), certificate_format="pfx", password="secret")


def test_a_certificate_is_provisioned_when_its_operation_ends(subscription, gateway, file, a_certificate, refuses):
    gateway.done(application_gateways.create, CREATE)
    tracked = gateway.do(certificates.add, file, "mine", "Cert")
    assert certificates.list_all(subscription, "mine") == []
    subscription.advance_until_quiet(10)
    assert tracked.status == "Succeeded"

    (found,) = certificates.list_all(subscription, "mine")
    assert found is certificates.get(subscription, "MINE", "cert")
    assert (found.name, found.state) == ("Cert", "Provisioned")
    assert b"secret" not in found.data

    gateway.done(certificates.delete, "mine", "CERT")
    refusal = refusals.APPLICATION_GATEWAY_CERTIFICATE_NOT_FOUND
    refuses(refusal, certificates.get, subscription, "mine", "cert")


def test_a_certificate_that_a_listener_names_stays(subscription, gateway, file, operation, refuses):
    gateway.done(application_gateways.create, CREATE)
    gateway.done(certificates.add, file, "mine", "cert")
    listener = replace(LISTENER, protocol="https", ssl_cert="CERT")
    gateway.done(configuration.set_configuration, replace(CONFIGURATION, http_listeners=[listener]), "mine")
    assert configuration.get(subscription, "mine").http_listeners[0].protocol == "Https"

    refusal = refusals.APPLICATION_GATEWAY_CERTIFICATE_IN_USE
    refuses(refusal, certificates.delete, subscription, operation(), "mine", "cert")


def test_what_is_no_certificate_and_one_too_many_are_refused(subscription, gateway, file, operation, refuses):
    gateway.done(application_gateways.create, CREATE)
    wrong = replace(file, password="wrong")
    refuses(errors.CERTIFICATE_INVALID, certificates.add, subscription, operation(), wrong, "mine", "cert")
    refuses(errors_networks.GATEWAY_NAME, certificates.add, subscription, operation(), file, "mine", "a/b")

    gateway.done(certificates.add, file, "mine", "cert")
    made = certificates.get(subscription, "mine", "cert")
    gateway.get().certificates |= {str(n): made for n in range(19)}
    refusal = refusals.APPLICATION_GATEWAY_LIMIT
    refuses(refusal, certificates.add, subscription, operation(), file, "mine", "another")
    gateway.done(certificates.add, file, "mine", "cert")


@pytest.mark.parametrize("part", ApplicationGatewayConfiguration.__struct_fields__)
def test_of_no_part_of_a_configuration_there_are_more_than_200(subscription, gateway, operation, refuses, part):
    gateway.done(application_gateways.create, CREATE)
    (one, *_) = getattr(PRIVATE, part) or [Probe(name="probe")]
    many = [replace(one, name=f"{one.name}{number}") for number in range(201)]
    refuses(
        refusals.APPLICATION_GATEWAY_LIMIT,
        configuration.set_configuration,
        subscription,
        operation(),
        replace(CONFIGURATION, **{part: many}),
        "mine",
    )


def test_of_no_pool_there_are_more_than_200_addresses(subscription, gateway, operation, refuses):
    gateway.done(application_gateways.create, CREATE)
    pools = [BackendAddressPool(name="pool", ip_addresses=["10.0.0.20"] * 201)]
    command = replace(CONFIGURATION, backend_address_pools=pools)
    refusal = refusals.APPLICATION_GATEWAY_LIMIT
    refuses(refusal, configuration.set_configuration, subscription, operation(), command, "mine")


def test_a_subnet_that_is_named_twice_counts_once(gateway):
    gateway.done(application_gateways.create, replace(CREATE, subnets=["FRONT", "front"]))
    assert len(gateway.get().subnets) == 1


def test_no_address_is_looked_at_twice_however_many_are_wanted(subscription, gateway, monkeypatch):
    looked, hosts = [], addresses._hosts
    monkeypatch.setattr(addresses, "_hosts", lambda prefix: (looked.append(one) or one for one in hosts(prefix)))
    (network,) = [one for one in subscription.virtual_networks.values() if one.site.name.lower() == "net"]
    found = addresses.take(subscription, network, [addresses.Wish(subnets=("front",), count=5)])
    assert (len(set(found)), looked) == (5, found)
