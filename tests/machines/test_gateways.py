"""A rule-based machine over gateways, their connections and the networks they belong to.

Whatever is called in whatever order: a refused call changes nothing, who is held by an operation is released by it, no
gateway or connection outlives what it belongs to, and what is there can be read.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from msgspec import json

from emulator.domain import (
    application_gateway_configuration,
    application_gateways,
    gateway_connections,
    gateway_diagnostics,
    gateway_tunnels,
    gateways,
    local_network_gateways,
    virtual_network_gateways,
    virtual_networks,
)
from emulator.domain.application_gateway_records import (
    ApplicationGatewayConfiguration,
    BackendAddressPool,
    BackendHttpSettings,
    FrontendIPConfiguration,
    FrontendPort,
    HttpListener,
    HttpLoadBalancingRule,
)
from emulator.domain.application_gateways import CreateApplicationGateway, UpdateApplicationGateway
from emulator.domain.gateway_connections import CreateGatewayConnection, UpdateGatewayConnection
from emulator.domain.gateway_diagnostics import UpdateDiagnostics
from emulator.domain.gateway_records import IPsecParameters
from emulator.domain.gateway_tunnels import UpdateConnection
from emulator.domain.gateways import CreateGateway, UpdateGateway
from emulator.domain.lifecycle import APPLICATION_GATEWAY, GATEWAY, GATEWAY_DIAGNOSTICS
from emulator.domain.local_network_gateways import CreateLocalNetworkGateway
from emulator.domain.network_records import (
    LocalNetworkSite,
    LocalNetworkSiteRef,
    NetworkDocument,
    SiteGateway,
    Subnet,
    VirtualNetworkSite,
)
from emulator.domain.records import StorageAccount
from emulator.domain.virtual_network_gateways import CreateVirtualNetworkGateway
from emulator.domain.world import Subscription
from tests.machines.calls import Calls

START = datetime(2015, 7, 1, tzinfo=UTC)
OFFICE = LocalNetworkSite(name="Office", address_prefixes=("192.168.0.0/16",))
NETWORKS = st.sampled_from(["net", "net", "NET", "bare", "nowhere"])
SITES = st.sampled_from(["Office", "office", "nowhere"])
NAMES = st.sampled_from(["one", "ONE", "two"])
TYPES = st.sampled_from(["DynamicRouting", "DynamicRouting", "StaticRouting", "Magic"])
SIZES = st.sampled_from([None, "Default", "Standard", "Huge"])
KEYS = st.sampled_from(["abc", "a b", None])
PICK = st.integers(0, 3)
EMPTY = ApplicationGatewayConfiguration()
WHOLE = ApplicationGatewayConfiguration(
    frontend_ip_configurations=(FrontendIPConfiguration(name="ip"),),
    frontend_ports=(FrontendPort(name="port", port=80),),
    backend_address_pools=(BackendAddressPool(name="pool", ip_addresses=("192.0.2.1",)),),
    backend_http_settings_list=(BackendHttpSettings(name="settings", port=80),),
    http_listeners=(HttpListener(name="listener", frontend_ip="ip", frontend_port="port"),),
    http_load_balancing_rules=(
        HttpLoadBalancingRule(
            name="rule", backend_http_settings="settings", listener="listener", backend_address_pool="pool"
        ),
    ),
)


def document(*, connected: bool) -> NetworkDocument:
    net = VirtualNetworkSite(
        name="net",
        location="West US",
        address_prefixes=("10.0.0.0/24",),
        subnets=(Subnet("GatewaySubnet", "10.0.0.0/28"),),
        gateway=SiteGateway(connections=(LocalNetworkSiteRef("Office"),)) if connected else None,
    )
    bare = VirtualNetworkSite(
        name="bare",
        location="West US",
        address_prefixes=("10.1.0.0/24",),
        subnets=(Subnet("front", "10.1.0.0/28"),) if connected else (),
    )
    return NetworkDocument(local_network_sites=(OFFICE,), virtual_network_sites=(net, bare))


class Gateways(Calls):
    start = START

    def __init__(self):
        super().__init__()
        self.subscription.storage_accounts["mine"] = StorageAccount(
            "mine", b"", None, "West US", None, "Standard_LRS", "cGs=", "c2s=", START
        )

    @initialize()
    def begin(self):
        """Half of what can be done needs a gateway of each generation and something for the second to connect to."""
        self.configure(connected=True)
        self.wait(60)
        self.create("net", "DynamicRouting", None)
        self.create_second("net", "one", "DynamicRouting", "Standard")
        self.create_local("one", "203.0.113.7")
        self.create_application("one", "bare", 1)
        self.wait(60)
        self.configure_application("one", WHOLE)
        self.wait(3_000)

    def gateway(self, place):
        found = virtual_network_gateways.list_all(self.subscription)
        return found[place % len(found)].id if found else "none"

    def local(self, place):
        found = local_network_gateways.list_all(self.subscription)
        return found[place % len(found)].id if found else "none"

    @rule(connected=st.booleans())
    def configure(self, connected):
        self.call(virtual_networks.set_configuration, document(connected=connected))

    @rule()
    def remove_networks(self):
        self.call(virtual_networks.set_configuration, NetworkDocument())

    @rule(network=NETWORKS, gateway_type=TYPES, size=SIZES)
    def create(self, network, gateway_type, size):
        self.call(gateways.create, CreateGateway(gateway_type=gateway_type, gateway_size=size), network)

    @rule(network=NETWORKS)
    def delete(self, network):
        self.call(gateways.delete, network)

    @rule(network=NETWORKS, what=st.sampled_from(["Resize", "Reset", "Break"]), size=SIZES)
    def update(self, network, what, size):
        self.call(gateways.update, UpdateGateway(operation=what, gateway_size=size), network)

    @rule(network=NETWORKS, sites=st.lists(SITES, max_size=1))
    def set_default_sites(self, network, sites):
        self.call(gateways.set_default_sites, tuple(sites), network)

    @rule(network=NETWORKS, site=SITES, key=KEYS)
    def set_shared_key(self, network, site, key):
        self.call(gateway_tunnels.set_shared_key, key, network, site)

    @rule(network=NETWORKS, site=SITES, what=st.sampled_from(["Connect", "Disconnect", "Test", "Shake"]))
    def update_connection(self, network, site, what):
        self.call(gateway_tunnels.update_connection, UpdateConnection(operation=what), network, site)

    @rule(network=NETWORKS, seconds=st.sampled_from(["1", "300", "301", None]), start=st.booleans())
    def diagnostics(self, network, seconds, start):
        command = UpdateDiagnostics(
            capture_duration_in_seconds=seconds,
            customer_storage_key="cGs=",
            customer_storage_name="mine",
            operation="StartDiagnostics" if start else "StopDiagnostics",
        )
        self.call(gateway_diagnostics.update, command, network)

    @rule(network=NETWORKS, name=NAMES, gateway_type=TYPES, size=SIZES)
    def create_second(self, network, name, gateway_type, size):
        command = CreateVirtualNetworkGateway(gateway_name=name, gateway_type=gateway_type, gateway_size=size)
        self.call(virtual_network_gateways.create, command, network)

    @rule(place=PICK)
    def delete_second(self, place):
        self.call(virtual_network_gateways.delete, self.gateway(place))

    @rule(name=NAMES, address=st.sampled_from(["203.0.113.7", "nowhere"]))
    def create_local(self, name, address):
        self.call(local_network_gateways.create, CreateLocalNetworkGateway(gateway_name=name, ip_address=address))

    @rule(place=PICK)
    def delete_local(self, place):
        self.call(local_network_gateways.delete, self.local(place))

    @rule(place=PICK, local=PICK, key=KEYS)
    def connect(self, place, local, key):
        command = CreateGatewayConnection(
            connected_entity_id=self.local(local),
            gateway_connection_name="ours",
            gateway_connection_type="IPsec",
            virtual_network_gateway_id=self.gateway(place),
            shared_key=key,
        )
        self.call(gateway_connections.create, command)

    @rule(place=PICK, local=PICK, weight=st.integers(0, 9))
    def change_connection(self, place, local, weight):
        command = UpdateGatewayConnection(routing_weight=weight)
        self.call(gateway_connections.update, command, self.gateway(place), self.local(local))

    @rule(place=PICK, local=PICK)
    def disconnect(self, place, local):
        self.call(gateway_connections.delete, self.gateway(place), self.local(local))

    @rule(place=PICK, local=PICK)
    def set_parameters(self, place, local):
        self.call(gateway_tunnels.set_entity_parameters, IPsecParameters(), self.gateway(place), self.local(local))

    @rule(name=NAMES, network=NETWORKS, count=st.integers(0, 2))
    def create_application(self, name, network, count):
        command = CreateApplicationGateway(name=name, vnet_name=network, subnets=["front"], instance_count=count)
        self.call(application_gateways.create, command)

    @rule(name=NAMES, configuration=st.sampled_from([WHOLE, EMPTY]))
    def configure_application(self, name, configuration):
        self.call(application_gateway_configuration.set_configuration, configuration, name)

    @rule(name=NAMES, network=NETWORKS, subnet=st.sampled_from(["front", "GatewaySubnet"]))
    def move_application(self, name, network, subnet):
        command = UpdateApplicationGateway(vnet_name=network, subnets=[subnet])
        self.call(application_gateways.update, command, name)

    @rule(name=NAMES, what=st.sampled_from(["Start", "Start", "Stop", "Break"]))
    def execute_application(self, name, what):
        self.call(application_gateways.execute, what, name)

    @rule(name=NAMES)
    def delete_application(self, name):
        self.call(application_gateways.delete, name)

    @rule(seconds=st.sampled_from([1, 60, 3_000]))
    def wait(self, seconds):
        self.subscription.advance_to(self.subscription.now + timedelta(seconds=seconds))

    @invariant()
    def who_is_held_has_one_event_that_releases_it(self):
        pending = [(e.resource[0], e.operation) for e in self.subscription.clock.pending() if e.machine == "gateway"]
        held = [(one.id, one.operation) for one in self.subscription.gateways.values() if one.operation]
        assert sorted(pending) == sorted(held)
        for one in self.subscription.gateways.values():
            assert one.operation or one.pending is None
            assert one.state in GATEWAY.states
            assert one.operation or one.state in ("Provisioned", "NotProvisioned")

    @invariant()
    def an_application_gateway_is_held_while_it_is_on_its_way(self):
        machine = "application gateway"
        pending = [(e.resource[0], e.operation) for e in self.subscription.clock.pending() if e.machine == machine]
        every = self.subscription.application_gateways
        assert sorted(pending) == sorted((key, one.operation) for key, one in every.items() if one.operation)
        for one in every.values():
            assert one.operation or one.pending is None
            assert one.state in APPLICATION_GATEWAY.states
            assert one.operation or one.state in ("Running", "Stopped")
            assert bool(one.virtual_ips) == (one.state != "Stopped")
            assert bool(one.dns_name) == (one.state in ("Running", "Stopping"))

    @invariant()
    def an_application_gateway_is_in_subnets_that_there_are(self):
        for one in self.subscription.application_gateways.values():
            site = self.subscription.virtual_networks[one.vnet_name].site
            assert set(one.subnets) <= {subnet.name for subnet in site.subnets}

    @invariant()
    def who_captures_has_one_event_that_ends_it(self):
        machine = "gateway diagnostics"
        pending = [e.resource[0] for e in self.subscription.clock.pending() if e.machine == machine]
        every = self.subscription.gateways.values()
        assert sorted(pending) == sorted(one.id for one in every if one.diagnostics.state != "Ready")
        assert all(one.diagnostics.state in GATEWAY_DIAGNOSTICS.states for one in every)

    @invariant()
    def nothing_outlives_what_it_belongs_to(self):
        networks = {one.id for one in self.subscription.virtual_networks.values()}
        every = self.subscription.gateways
        assert {one.virtual_network_id for one in every.values()} <= networks
        first = [one.virtual_network_id for one in every.values() if one.name is None]
        assert len(first) == len(set(first))
        for one in self.subscription.gateway_connections.values():
            assert every[one.virtual_network_gateway_id].name
            assert one.connected_entity_id in self.subscription.local_network_gateways

    @invariant()
    def what_is_there_can_be_read(self):
        gateway_connections.list_all(self.subscription)
        for network in self.subscription.virtual_networks:
            if gateways.get(self.subscription, network).state == "Provisioned":
                gateway_tunnels.list_connections(self.subscription, network)

    @invariant()
    def the_whole_of_it_is_in_a_snapshot(self):
        again = json.decode(json.encode(self.subscription), type=Subscription)
        for name in ("gateways", "gateway_connections", "local_network_gateways", "application_gateways"):
            assert getattr(again, name) == getattr(self.subscription, name)


TestGateways = Gateways.TestCase
TestGateways.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
