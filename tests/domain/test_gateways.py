"""Gateways: how one comes and goes, what holds it meanwhile, and what is refused in which words."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from emulator.domain import (
    errors,
    errors_networks,
    gateway_connections,
    gateway_diagnostics,
    gateway_tunnels,
    gateways,
    local_network_gateways,
    operations,
    virtual_network_gateways,
    vpn_clients,
    vpn_devices,
)
from emulator.domain.gateway_connections import CreateGatewayConnection, UpdateGatewayConnection
from emulator.domain.gateway_diagnostics import UpdateDiagnostics
from emulator.domain.gateway_records import BgpSettings, IPsecParameters
from emulator.domain.gateway_tunnels import UpdateConnection
from emulator.domain.gateways import CreateGateway, UpdateGateway
from emulator.domain.local_network_gateways import CreateLocalNetworkGateway, UpdateLocalNetworkGateway
from emulator.domain.network_records import LocalNetworkSite, LocalNetworkSiteRef, SiteGateway
from emulator.domain.records import StorageAccount
from emulator.domain.virtual_network_gateways import CreateVirtualNetworkGateway

DYNAMIC = CreateGateway(gateway_type="DynamicRouting")
RESIZE = UpdateGateway(gateway_size="highperformance", operation="Resize")
RESET = UpdateGateway(operation="Reset")
OFFICE = LocalNetworkSite(name="Office", address_prefixes=("192.168.0.0/16",), vpn_gateway_address="203.0.113.7")
TO_OFFICE = SiteGateway(connections=(LocalNetworkSiteRef("Office"),))


@pytest.fixture
def lan(subscription, operation, cloud):
    """A network whose gateway is to be connected to an office; what a test does with it, operations included."""
    subnets = {"front": "10.0.0.0/28", "GatewaySubnet": "10.0.0.32/28"}

    def configure(**changes):
        cloud.networks(
            cloud.site("net", subnets=subnets, **{"gateway": TO_OFFICE, **changes}), local_network_sites=(OFFICE,)
        )
        cloud.quiet()

    def do(function, *arguments):
        tracked = operation()
        result = function(subscription, tracked, *arguments)
        assert result is tracked
        return tracked

    def done(function, *arguments):
        tracked = do(function, *arguments)
        cloud.quiet()
        assert tracked.status == "Succeeded"
        assert operations.get(subscription, tracked.id) is gateways.get_operation(subscription, tracked.id)
        return tracked.gateway

    def create(command=DYNAMIC):
        done(gateways.create, command, "NET")
        return gateways.get(subscription, "net")

    def create_second(name="mine", size=None):
        command = CreateVirtualNetworkGateway(gateway_name=name, gateway_type="DynamicRouting", gateway_size=size)
        done(virtual_network_gateways.create, command, "net")
        return virtual_network_gateways.list_all(subscription)[-1]

    def create_local(name="theirs", **changes):
        command = CreateLocalNetworkGateway(
            gateway_name=name, **{"ip_address": "203.0.113.7", "address_space": ["192.168.0.0/16"], **changes}
        )
        return local_network_gateways.create(subscription, operation(), command)

    configure()
    return SimpleNamespace(
        configure=configure, do=do, done=done, create=create, create_second=create_second, create_local=create_local
    )


# ---- coming and going


def test_before_it_is_created_a_gateway_is_not_provisioned_and_of_no_size(subscription, lan):
    assert lan
    gateway = gateways.get(subscription, "net")
    assert (gateway.state, gateway.gateway_type, gateway.gateway_size) == ("NotProvisioned", "StaticRouting", "None")
    assert gateway.last_event is None
    assert not gateway.id


def test_a_gateway_is_provisioning_then_provisioned_and_says_since_when(subscription, lan, cloud):
    tracked = lan.do(gateways.create, CreateGateway(), "net")
    gateway = gateways.get(subscription, "net")
    assert (gateway.state, gateway.vip_address, gateway.last_event) == ("Provisioning", None, None)
    assert tracked.status == "InProgress"
    cloud.quiet()
    assert (gateway.state, gateway.gateway_type, gateway.gateway_size) == ("Provisioned", "StaticRouting", "Default")
    assert gateway.vip_address
    assert gateway.last_event.id == 23002
    assert gateway.last_event.message == "Successfully created a gateway for the following virtual network: net"
    assert gateway.last_event.timestamp == tracked.completed
    assert tracked.completed - tracked.started == timedelta(seconds=subscription.catalog.timings["gateway.create"])


def test_a_deleted_gateway_is_remembered_by_its_last_event_until_its_network_is_gone(subscription, lan, cloud, refuses):
    gateway = lan.create()
    lan.do(gateways.delete, "net")
    assert gateway.state == "Deprovisioning"
    cloud.quiet()
    assert (gateway.state, gateway.vip_address, gateway.gateway_size) == ("NotProvisioned", None, "Default")
    assert gateway.last_event.id == 23004
    lan.create()
    assert [one.state for one in subscription.gateways.values()] == ["Provisioned"]
    lan.done(gateways.delete, "net")
    cloud.networks()
    assert subscription.gateways == {}
    name = refuses(errors_networks.GATEWAY_NETWORK_NOT_FOUND, gateways.get, subscription, "net")
    assert name == "The specified virtual network name 'net' is not valid or could not be found."


def test_a_network_with_a_gateway_may_only_grow(subscription, operation, lan, cloud, refuses):
    gateway = lan.create()
    refuses(errors_networks.VIRTUAL_NETWORK_IN_USE, cloud.networks)
    lan.configure(gateway=None)
    assert gateways.get(subscription, "net") is gateway
    lan.done(gateways.delete, "net")
    cloud.networks()
    assert operation
    assert subscription.virtual_networks == {}


@pytest.mark.parametrize(
    ("refusal", "command"),
    [
        (errors_networks.GATEWAY_PARAMETER, CreateGateway(gateway_type="Magic")),
        (errors_networks.GATEWAY_PARAMETER, CreateGateway(gateway_size="Huge")),
    ],
)
def test_a_gateway_of_an_unknown_type_or_size_is_refused(subscription, operation, lan, refuses, refusal, command):
    assert lan
    refuses(refusal, gateways.create, subscription, operation(), command, "net")


def test_a_gateway_needs_a_subnet_of_its_own_and_a_network_without_one(subscription, operation, lan, cloud, refuses):
    lan.create()
    refuses(errors_networks.GATEWAY_STATE, gateways.create, subscription, operation(), DYNAMIC, "net")
    lan.done(gateways.delete, "net")
    cloud.networks(cloud.site("bare"))
    refuses(errors_networks.GATEWAY_SUBNET_MISSING, gateways.create, subscription, operation(), DYNAMIC, "bare")


def test_one_operation_holds_a_gateway_at_a_time(subscription, operation, lan, cloud, refuses):
    gateway = lan.create()
    lan.do(gateways.update, RESET, "net")
    refuses(errors_networks.GATEWAY_BUSY, gateways.delete, subscription, operation(), "net")
    refuses(errors_networks.GATEWAY_BUSY, gateways.update, subscription, operation(), RESIZE, "net")
    refuses(
        errors_networks.GATEWAY_BUSY, gateway_tunnels.set_shared_key, subscription, operation(), "k", "net", "Office"
    )
    cloud.quiet()
    assert gateway.operation is None
    lan.done(gateways.delete, "net")


# ---- what is changed


def test_a_gateway_that_routes_dynamically_is_resized_reset_and_fails_over(subscription, lan):
    gateway = lan.create()
    assert lan.done(gateways.update, RESIZE, "net").name == "UpgradeGateway"
    assert (gateway.gateway_size, gateway.last_event.id) == ("HighPerformance", 23007)
    assert lan.done(gateways.update, RESET, "net").name == "ResetGateway"
    assert lan.done(gateways.fail_over, "Failover", "net").name == "FailoverGateway"
    assert gateways.get(subscription, "net") is gateway
    assert gateway.gateway_size == "HighPerformance"


def test_a_gateway_is_resized_where_only_a_size_is_said_and_reset_where_nothing_is(lan):
    gateway = lan.create()
    assert lan.done(gateways.update, UpdateGateway(gateway_size="HighPerformance"), "net").name == "UpgradeGateway"
    assert gateway.gateway_size == "HighPerformance"
    assert lan.done(gateways.update, UpdateGateway(), "net").name == "ResetGateway"


def test_a_gateway_that_routes_statically_knows_less(subscription, operation, lan, refuses):
    lan.create(CreateGateway())
    refuses(errors_networks.GATEWAY_STATIC, gateways.update, subscription, operation(), RESIZE, "net")
    refuses(errors_networks.GATEWAY_MODE, gateways.set_default_sites, subscription, operation(), ("Office",), "net")
    refuses(errors_networks.GATEWAY_MODE, gateways.remove_default_sites, subscription, operation(), "net")
    parameters = IPsecParameters()
    refuses(
        errors_networks.GATEWAY_MODE,
        gateway_tunnels.set_parameters,
        subscription,
        operation(),
        parameters,
        "net",
        "Office",
    )
    lan.done(gateways.update, RESET, "net")


def test_before_it_is_provisioned_nothing_of_a_gateway_can_be_asked(subscription, operation, lan, refuses):
    assert lan
    ends = ("net", "Office")
    for function, arguments in (
        (gateways.delete, (operation(), "net")),
        (gateways.update, (operation(), RESET, "net")),
        (gateways.set_default_sites, (operation(), ("Office",), "net")),
        (gateways.remove_default_sites, (operation(), "net")),
        (gateway_tunnels.get_shared_key, ends),
        (gateway_tunnels.get_parameters, ends),
        (gateway_tunnels.list_connections, ("net",)),
        (vpn_clients.generate_package, (operation(), "Amd64", "net")),
        (vpn_clients.list_certificates, ("net",)),
    ):
        refuses(errors_networks.GATEWAY_STATE, function, subscription, *arguments)


def test_default_sites_are_local_network_sites_that_the_network_is_connected_to(subscription, operation, lan, refuses):
    gateway = lan.create()
    assert lan.done(gateways.set_default_sites, ("OFFICE",), "net").name is None
    assert gateway.default_sites == ("Office",)
    refuses(
        errors_networks.GATEWAY_SITE_NOT_FOUND, gateways.set_default_sites, subscription, operation(), ("x",), "net"
    )
    lan.done(gateways.remove_default_sites, "net")
    assert gateway.default_sites == ()


# ---- tunnels


def test_a_tunnel_has_a_key_before_anybody_sets_one_and_always_the_same(subscription, lan):
    lan.create()
    key = gateway_tunnels.get_shared_key(subscription, "net", "office")
    assert len(key) == 32
    assert key.isalnum()
    assert gateway_tunnels.get_shared_key(subscription, "net", "Office") == key


def test_a_key_is_set_or_drawn_anew_when_the_operation_ends(subscription, lan, cloud):
    lan.create()
    lan.do(gateway_tunnels.set_shared_key, "MyKey1", "net", "Office")
    assert gateway_tunnels.get_shared_key(subscription, "net", "Office") != "MyKey1"
    cloud.quiet()
    assert gateway_tunnels.get_shared_key(subscription, "net", "Office") == "MyKey1"
    for length in (1, 128):
        assert lan.done(gateway_tunnels.reset_shared_key, length, "net", "Office").name == "ResetSharedKey"
        key = gateway_tunnels.get_shared_key(subscription, "net", "Office")
        assert len(key) == length
        assert key.isalnum()


@pytest.mark.parametrize("key", [None, "", "two words", "ü", "k" * 129, "k\n"])
def test_a_key_has_up_to_128_letters_and_digits(subscription, operation, lan, refuses, key):
    lan.create()
    set_key = gateway_tunnels.set_shared_key
    words = refuses(errors_networks.SHARED_KEY_INVALID, set_key, subscription, operation(), key, "net", "Office")
    assert words.endswith("of 1 to 128 characters. ")


@pytest.mark.parametrize("length", [-1, 0, 129])
def test_the_length_of_a_key_has_its_limits(subscription, operation, lan, refuses, length):
    lan.create()
    reset = gateway_tunnels.reset_shared_key
    refuses(errors_networks.SHARED_KEY_LENGTH, reset, subscription, operation(), length, "net", "Office")


def test_a_local_network_site_that_the_network_is_not_connected_to_is_not_found(subscription, lan, refuses):
    lan.create()
    ask = gateway_tunnels.get_parameters
    words = refuses(errors_networks.GATEWAY_SITE_NOT_FOUND, ask, subscription, "net", "nowhere")
    assert words == "The specified local network site name 'nowhere' is not valid or could not be found."


def test_parameters_of_the_first_generation_stay_as_they_were_sent(subscription, lan):
    lan.create()
    ask = gateway_tunnels.get_parameters
    assert ask(subscription, "net", "Office") == IPsecParameters()
    sent = IPsecParameters(encryption_type="NoEncryption", pfs_group="PFS1")
    assert lan.done(gateway_tunnels.set_parameters, sent, "net", "Office").name is None
    assert ask(subscription, "net", "Office") == sent


def test_a_local_network_site_connects_by_way_of_connecting(subscription, operation, lan, cloud, refuses):
    lan.create()
    assert [c.connectivity_state for c in gateway_tunnels.list_connections(subscription, "net")] == ["NotConnected"]
    lan.do(gateway_tunnels.update_connection, UpdateConnection(operation="Connect"), "net", "Office")
    (connection,) = gateway_tunnels.list_connections(subscription, "net")
    assert connection.connectivity_state == "Connecting"
    assert connection.last_connection_established == gateway_tunnels.NEVER
    cloud.quiet()
    (connection,) = gateway_tunnels.list_connections(subscription, "net")
    assert (connection.local_network_site_name, connection.connectivity_state) == ("Office", "Connected")
    assert connection.last_connection_established == connection.last_event.timestamp
    lan.done(
        gateway_tunnels.update_connection, UpdateConnection(operation="Test", ip_address="1.2.3.4"), "net", "Office"
    )
    assert gateway_tunnels.list_connections(subscription, "net") == [connection]
    lan.done(gateway_tunnels.update_connection, UpdateConnection(operation="Disconnect"), "net", "Office")
    assert [c.connectivity_state for c in gateway_tunnels.list_connections(subscription, "net")] == ["NotConnected"]
    odd = UpdateConnection(operation="Shake")
    refuses(
        errors_networks.GATEWAY_PARAMETER,
        gateway_tunnels.update_connection,
        subscription,
        operation(),
        odd,
        "net",
        "Office",
    )


# ---- the second generation


def test_a_network_may_have_several_gateways_of_the_second_generation(subscription, operation, lan, refuses):
    first = lan.create()
    one, two = lan.create_second(), lan.create_second("other", size="Standard")
    assert virtual_network_gateways.list_all(subscription) == [one, two]
    assert one.virtual_network_id == subscription.virtual_networks["net"].id
    assert one.last_event.message.endswith("virtual network: net")
    assert one.bgp_settings == BgpSettings(asn=65515, bgp_peering_address="10.0.0.46", peer_weight=0)
    assert gateways.get(subscription, "net") is first
    again = CreateVirtualNetworkGateway(gateway_name="MINE", gateway_type="DynamicRouting")
    refuses(errors_networks.GATEWAY_EXISTS, virtual_network_gateways.create, subscription, operation(), again, "net")
    lan.done(virtual_network_gateways.delete, one.id)
    assert virtual_network_gateways.list_all(subscription) == [two]
    refuses(errors_networks.GATEWAY_NOT_FOUND, virtual_network_gateways.find, subscription, one.id)
    refuses(errors_networks.GATEWAY_NOT_FOUND, virtual_network_gateways.find, subscription, first.id)


def test_a_gateway_of_the_second_generation_is_resized_and_reset(subscription, lan):
    gateway = lan.create_second()
    assert lan.done(virtual_network_gateways.update, RESIZE, gateway.id).name == "UpgradeGateway"
    assert lan.done(virtual_network_gateways.update, RESET, gateway.id.upper()).name == "ResetGateway"
    assert virtual_network_gateways.find(subscription, gateway.id).gateway_size == "HighPerformance"


@pytest.mark.parametrize("work", ["resize", "delete"])
def test_in_the_second_generation_work_takes_another_time(subscription, lan, work):
    first, second = (subscription.catalog.timings[f"gateway.{work}{which}"] for which in ("", "_second_generation"))
    gateway, began = lan.create_second(), subscription.now
    call = virtual_network_gateways.update if work == "resize" else virtual_network_gateways.delete
    tracked = lan.do(call, *([RESIZE] if work == "resize" else []), gateway.id)
    subscription.advance_to(began + timedelta(seconds=first))
    assert tracked.status == "InProgress"
    subscription.advance_to(began + timedelta(seconds=second))
    assert tracked.status == "Succeeded"


def test_local_network_gateways_are_changed_at_once(subscription, operation, lan, refuses):
    found = lan.create_local()
    change = UpdateLocalNetworkGateway(address_space=["192.168.0.0/24"], bgp_settings=BgpSettings(asn=1))
    local_network_gateways.update(subscription, operation(), change, found)
    gateway = local_network_gateways.find(subscription, found.upper())
    assert (gateway.address_space, gateway.bgp_settings) == (("192.168.0.0/24",), BgpSettings(asn=1))
    assert local_network_gateways.list_all(subscription) == [gateway]
    refuses(errors_networks.GATEWAY_EXISTS, lan.create_local, "THEIRS")
    refuses(errors_networks.GATEWAY_NAME, lan.create_local, " ")
    refuses(errors_networks.GATEWAY_ADDRESS, lan.create_local, "other", ip_address="nowhere")
    refuses(errors_networks.NETWORK_PREFIX_INVALID, lan.create_local, "other", address_space=["192.168.0.0/33"])
    odd = UpdateLocalNetworkGateway(address_space=["x"])
    refuses(
        errors_networks.NETWORK_PREFIX_INVALID, local_network_gateways.update, subscription, operation(), odd, found
    )
    local_network_gateways.delete(subscription, operation(), found)
    refuses(errors_networks.LOCAL_NETWORK_GATEWAY_NOT_FOUND, local_network_gateways.find, subscription, found)


def test_a_connection_is_made_changed_and_taken_away(subscription, operation, lan, cloud, refuses):
    gateway, local = lan.create_second(), lan.create_local()
    command = CreateGatewayConnection(
        connected_entity_id=local,
        gateway_connection_name="ours",
        gateway_connection_type="ipsec",
        virtual_network_gateway_id=gateway.id,
        routing_weight=3,
        shared_key="abc",
    )
    tracked = lan.do(gateway_connections.create, command)
    assert gateway_connections.list_all(subscription) == []
    refuses(errors_networks.GATEWAY_CONNECTED, local_network_gateways.delete, subscription, operation(), local)
    cloud.quiet()
    assert tracked.gateway.name == "CreateGatewayConnectionWorkItem"
    (found,) = gateway_connections.list_all(subscription)
    assert (found.connection.routing_weight, found.shared_key, found.connection.enable_bgp) == (3, "abc", None)
    refuses(errors_networks.GATEWAY_CONNECTION_EXISTS, gateway_connections.create, subscription, operation(), command)
    refuses(errors_networks.GATEWAY_CONNECTED, virtual_network_gateways.delete, subscription, operation(), gateway.id)
    refuses(errors_networks.GATEWAY_CONNECTED, local_network_gateways.delete, subscription, operation(), local)

    lan.done(gateway_connections.update, UpdateGatewayConnection(routing_weight=4), gateway.id, local)
    lan.done(gateway_tunnels.set_entity_shared_key, "def", gateway.id, local)
    found = gateway_connections.get(subscription, gateway.id, local)
    assert (found.connection.routing_weight, found.shared_key) == (4, "def")

    assert lan.done(gateway_connections.delete, gateway.id, local).name == "DeleteGatewayConnectionWorkItem"
    refuses(errors_networks.GATEWAY_CONNECTION_NOT_FOUND, gateway_connections.get, subscription, gateway.id, local)
    lan.done(virtual_network_gateways.delete, gateway.id)


def test_in_the_second_generation_zeros_and_empty_texts_become_the_defaults(subscription, lan):
    gateway, local = lan.create_second(), lan.create_local()
    sent = IPsecParameters(encryption_type="NoEncryption", pfs_group="PFS1")
    lan.done(gateway_tunnels.set_entity_parameters, sent, gateway.id, local)
    assert gateway_tunnels.get_entity_parameters(subscription, gateway.id, local) == IPsecParameters(
        encryption_type="NoEncryption",
        pfs_group="PFS1",
        sa_data_size_kilobytes=102_400_000,
        sa_life_time_seconds=3600,
        hash_algorithm="SHA1",
    )
    lan.done(gateway_tunnels.reset_entity_shared_key, 100, gateway.id, local)
    assert len(gateway_tunnels.get_entity_shared_key(subscription, gateway.id, local)) == 100


# ---- diagnostics


@pytest.fixture
def account(subscription):
    made = StorageAccount(
        name="mine",
        label=b"",
        description=None,
        location="West US",
        affinity_group=None,
        account_type="Standard_LRS",
        primary_key="cGs=",
        secondary_key="c2s=",
        creation_time=subscription.now,
    )
    subscription.storage_accounts["mine"] = made
    return made


def start(**changes):
    values = {
        "capture_duration_in_seconds": "300",
        "container_name": "traces",
        "customer_storage_key": "cGs=",
        "customer_storage_name": "Mine",
    }
    return UpdateDiagnostics(**{**values, **changes})


def test_a_capture_runs_for_as_long_as_was_asked_and_then_tells_where_it_lies(subscription, lan, account):
    assert account
    gateway = lan.create()
    begun = subscription.now
    lan.do(gateway_diagnostics.update, start(), "net")
    stopping = subscription.catalog.timings["gateway.diagnostics_stopping"]
    seen = []
    for seconds in (0, 299, 300, 299 + stopping, 300 + stopping):
        subscription.advance_to(begun + timedelta(seconds=seconds))
        seen.append(gateway_diagnostics.get(subscription, "net").state)
    assert seen == ["InProgress", "InProgress", "StopInProgress", "StopInProgress", "Ready"]
    address = f"https://mine.blob.core.windows.net/traces/{gateway.id}.txt"
    assert gateway_diagnostics.get(subscription, "net").public_diagnostics_url == address


def test_a_capture_can_be_stopped_before(subscription, operation, lan, account, cloud, refuses):
    assert account
    gateway = lan.create_second()
    lan.do(gateway_diagnostics.update_by_id, start(), gateway.id)
    subscription.advance_to(subscription.now + timedelta(seconds=60))
    again = gateway_diagnostics.update_by_id
    refuses(errors_networks.GATEWAY_DIAGNOSTICS_STATE, again, subscription, operation(), start(), gateway.id)
    lan.do(gateway_diagnostics.update_by_id, UpdateDiagnostics(operation="StopDiagnostics"), gateway.id)
    assert gateway_diagnostics.get_by_id(subscription, gateway.id).state == "StopInProgress"
    cloud.quiet()
    assert gateway_diagnostics.get_by_id(subscription, gateway.id).state == "Ready"


def test_a_gateway_may_be_deleted_while_its_traffic_is_captured(subscription, lan, account, cloud):
    assert account
    lan.create()
    lan.do(gateway_diagnostics.update, start(), "net")
    subscription.advance_to(subscription.now + timedelta(seconds=60))
    lan.done(gateways.delete, "net")
    cloud.quiet()
    assert gateway_diagnostics.get(subscription, "net").state == "Ready"


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (errors_networks.GATEWAY_DIAGNOSTICS_ACCOUNT, {"customer_storage_name": None, "customer_storage_key": None}),
        (errors_networks.GATEWAY_DIAGNOSTICS_KEY, {"customer_storage_key": None, "capture_duration_in_seconds": None}),
        (errors_networks.GATEWAY_DIAGNOSTICS_DURATION, {"capture_duration_in_seconds": None}),
        (errors_networks.GATEWAY_DIAGNOSTICS_DURATION, {"capture_duration_in_seconds": "0"}),
        (errors_networks.GATEWAY_DIAGNOSTICS_DURATION, {"capture_duration_in_seconds": "301"}),
        (errors_networks.GATEWAY_DIAGNOSTICS_DURATION, {"capture_duration_in_seconds": "soon"}),
        (errors_networks.GATEWAY_STATE, {}),
    ],
)
def test_what_is_said_of_a_capture_is_judged_before_the_gateway(
    subscription, operation, lan, refuses, refusal, changes
):
    assert lan
    refuses(refusal, gateway_diagnostics.update, subscription, operation(), start(**changes), "net")


def test_the_storage_of_a_capture_is_opened_with_its_key(subscription, operation, lan, account, refuses):
    assert account
    lan.create()
    for changes in ({"customer_storage_name": "other"}, {"customer_storage_key": "b2Rk"}):
        refuses(
            errors_networks.GATEWAY_DIAGNOSTICS_STORAGE,
            gateway_diagnostics.update,
            subscription,
            operation(),
            start(**changes),
            "net",
        )


# ---- who dials in, and with which device


def test_a_certificate_vouches_for_who_dials_in(subscription, operation, lan, refuses, a_certificate):
    lan.create()
    package = vpn_clients.generate_package
    refuses(errors_networks.CLIENT_ROOT_CERTIFICATE_MISSING, package, subscription, operation(), "Amd64", "net")
    der = a_certificate().der
    vpn_clients.add_certificate(subscription, operation(), der, "net")
    (held,) = vpn_clients.list_certificates(subscription, "net")
    assert held.data == der
    assert held.subject.startswith("CN=")
    assert vpn_clients.get_certificate(subscription, "net", held.thumbprint.lower()) == held
    add = vpn_clients.add_certificate
    refuses(errors_networks.CLIENT_ROOT_CERTIFICATE_EXISTS, add, subscription, operation(), der, "net")
    refuses(errors_networks.CLIENT_ROOT_CERTIFICATE_INVALID, add, subscription, operation(), b"no certificate", "net")
    refuses(errors_networks.GATEWAY_PARAMETER, package, subscription, operation(), "Arm", "net")
    assert lan.done(package, "x86", "net").data.endswith("/x86.exe")
    vpn_clients.delete_certificate(subscription, operation(), "net", held.thumbprint)
    ask = vpn_clients.get_certificate
    refuses(errors_networks.CLIENT_ROOT_CERTIFICATE_NOT_FOUND, ask, subscription, "net", held.thumbprint)


def test_nobody_dials_in_where_routes_are_static(subscription, operation, lan, refuses, a_certificate):
    lan.create(CreateGateway())
    vpn_clients.add_certificate(subscription, operation(), a_certificate().der, "net")
    refuses(errors_networks.GATEWAY_STATIC, vpn_clients.generate_package, subscription, operation(), "Amd64", "net")


def test_a_device_is_configured_with_what_the_tunnel_needs(subscription, lan, refuses):
    gateway = lan.create()
    vendor = vpn_devices.list_supported(subscription)[0]
    device = vendor.name, vendor.platforms[0].name, vendor.platforms[0].os_families[0]
    script = vpn_devices.script(subscription, "net", *device)
    key = gateway_tunnels.get_shared_key(subscription, "net", "Office")
    for part in (gateway.vip_address, "203.0.113.7", "192.168.0.0/16", "10.0.0.0/24", key):
        assert part in script
    refuses(errors_networks.VPN_DEVICE_NOT_FOUND, vpn_devices.script, subscription, "net", *device[:2], "other")


def test_the_operation_of_another_call_is_none_of_the_gateways(subscription, operation, refuses):
    refuses(errors.OPERATION_NOT_FOUND, gateways.get_operation, subscription, operation().id)
