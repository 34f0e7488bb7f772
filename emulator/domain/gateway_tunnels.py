"""The tunnels of gateways, of both generations: shared keys, IPsec parameters, and whether they are connected.

The far end of a tunnel is a local network site, by its name, for the first generation, and a local network gateway, by
its id, for the second. A key that was never set follows from the two ends.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from emulator.domain import errors_networks, gateways, local_network_gateways, virtual_network_gateways
from emulator.domain.entropy import derived_letters
from emulator.domain.gateway_records import Gateway, GatewayChange, GatewayEvent, IPsecParameters, Tunnel
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

NEVER = datetime(1601, 1, 1, tzinfo=UTC)
"""When a connection was established that never was: where the service's clock begins."""
_KEY = re.compile(r"[A-Za-z0-9]{1,128}", re.ASCII)
KEY_LENGTH = 32
LONGEST_KEY = 128
SECOND = IPsecParameters(
    sa_data_size_kilobytes=102_400_000,
    sa_life_time_seconds=3600,
    hash_algorithm="SHA1",
)
"""What stands in the place of what is not given to a gateway of the second generation (in part assumption 115)."""
NOT_CONNECTED = 21601, "The local network site '{site}' is not connected."


class UpdateConnection(Struct, frozen=True, kw_only=True):
    """Connect, Disconnect or Test; `ip_address` is the one to test."""

    operation: str
    ip_address: str | None = None


class SiteConnection(Struct, frozen=True):
    """A local network site that a gateway is to be connected to, and how it stands."""

    local_network_site_name: str
    connectivity_state: str
    last_connection_established: datetime
    last_event: GatewayEvent


class End(Struct, frozen=True):
    """A tunnel: the gateway on this side, and the key of the other."""

    gateway: Gateway
    entity: str


# ---- the two ends


def _site(subscription: Subscription, virtual_network_name: str, local_network_name: str) -> End:
    gateway = gateways.provisioned(subscription, virtual_network_name)
    return End(gateway, gateways.connected_site(subscription, gateway, local_network_name))


def _entity(subscription: Subscription, gateway_id: str, connected_entity_id: str) -> End:
    """Whether the two are connected is not asked (assumption 107)."""
    gateway = gateways.ready(virtual_network_gateways.find(subscription, gateway_id))
    return End(gateway, local_network_gateways.find(subscription, connected_entity_id).id)


def valid_key(text: str | None) -> str:
    """Return a shared key that gateways can have."""
    if _KEY.fullmatch(text or "") is None:
        raise errors_networks.SHARED_KEY_INVALID()
    return text or ""


def shared_key(subscription: Subscription, gateway: Gateway, entity: str) -> str:
    """Return the key of a tunnel."""
    tunnel = gateway.tunnels.get(entity)
    if tunnel is None or tunnel.shared_key is None:
        return derived_letters(subscription.entropy.seed, gateway.id, entity, length=KEY_LENGTH)
    return tunnel.shared_key


def _set_key(
    subscription: Subscription, operation: TrackedOperation, end: End, key: str | None, length: int | None
) -> TrackedOperation:
    """Accept a key, or to draw one of that length."""
    gateways.free(end.gateway)
    key = subscription.entropy.letters(length) if length is not None else valid_key(key)
    wish = GatewayChange(entity=end.entity, shared_key=key)
    timing = gateways.timing(end.gateway, "shared_key")
    return gateways.accept(subscription, operation, end.gateway, "ResetSharedKey", timing, "changed", wish)


def _length(wanted: int) -> int:
    if not 1 <= wanted <= LONGEST_KEY:
        raise errors_networks.SHARED_KEY_LENGTH(limit=LONGEST_KEY)
    return wanted


def _parameters(end: End) -> IPsecParameters:
    tunnel = end.gateway.tunnels.get(end.entity)
    if tunnel is None or tunnel.ipsec_parameters is None:
        return IPsecParameters() if end.gateway.name is None else SECOND
    return tunnel.ipsec_parameters


def _set_parameters(
    subscription: Subscription, operation: TrackedOperation, end: End, command: IPsecParameters
) -> TrackedOperation:
    gateways.free(end.gateway)
    if end.gateway.name is not None:  # recorded: there zeros and empty texts become the defaults
        command = replace(
            command,
            sa_data_size_kilobytes=command.sa_data_size_kilobytes or SECOND.sa_data_size_kilobytes,
            sa_life_time_seconds=command.sa_life_time_seconds or SECOND.sa_life_time_seconds,
            hash_algorithm=command.hash_algorithm or SECOND.hash_algorithm,
        )
    wish = GatewayChange(entity=end.entity, ipsec_parameters=command)
    timing = "gateway.ipsec_parameters"
    return gateways.accept(subscription, operation, end.gateway, None, timing, "changed", wish)


# ---- the first generation


def get_shared_key(subscription: Subscription, virtual_network_name: str, local_network_name: str) -> str:
    """Return the key of the tunnel to a local network site."""
    end = _site(subscription, virtual_network_name, local_network_name)
    return shared_key(subscription, end.gateway, end.entity)


def set_shared_key(
    subscription: Subscription,
    operation: TrackedOperation,
    command: str | None,
    virtual_network_name: str,
    local_network_name: str,
) -> TrackedOperation:
    """Accept a key for the tunnel to a local network site."""
    end = _site(subscription, virtual_network_name, local_network_name)
    return _set_key(subscription, operation, end, command, None)


def reset_shared_key(
    subscription: Subscription,
    operation: TrackedOperation,
    command: int,
    virtual_network_name: str,
    local_network_name: str,
) -> TrackedOperation:
    """Accept to draw a new key, of so many characters, for the tunnel to a local network site."""
    end = _site(subscription, virtual_network_name, local_network_name)
    return _set_key(subscription, operation, end, None, _length(command))


def get_parameters(subscription: Subscription, virtual_network_name: str, local_network_name: str) -> IPsecParameters:
    """Return how the tunnel to a local network site is protected."""
    return _parameters(_site(subscription, virtual_network_name, local_network_name))


def set_parameters(
    subscription: Subscription,
    operation: TrackedOperation,
    command: IPsecParameters,
    virtual_network_name: str,
    local_network_name: str,
) -> TrackedOperation:
    """Accept how the tunnel to a local network site is to be protected; only dynamic routing lets that be chosen."""
    end = _site(subscription, virtual_network_name, local_network_name)
    gateways.routes_dynamically(end.gateway)
    return _set_parameters(subscription, operation, end, command)


def list_connections(subscription: Subscription, virtual_network_name: str) -> list[SiteConnection]:
    """Return every local network site that the configuration connects to, and how its connection stands."""
    gateway = gateways.provisioned(subscription, virtual_network_name)
    sites = gateways.connected_sites(subscription, gateway)
    return [_connection(gateway, one.name, gateway.tunnels.get(one.name) or Tunnel()) for one in sites]


def _connection(gateway: Gateway, site: str, tunnel: Tunnel) -> SiteConnection:
    number, words = NOT_CONNECTED
    since = gateway.last_event.timestamp if gateway.last_event else NEVER
    event = tunnel.last_event or GatewayEvent(number, words.format(site=site), since)
    return SiteConnection(site, tunnel.connectivity_state, tunnel.last_connection_established or NEVER, event)


def update_connection(
    subscription: Subscription,
    operation: TrackedOperation,
    command: UpdateConnection,
    virtual_network_name: str,
    local_network_name: str,
) -> TrackedOperation:
    """Accept to connect or to disconnect the tunnel to a local network site; a test changes nothing."""
    end = _site(subscription, virtual_network_name, local_network_name)
    known = {"connect": "Connected", "disconnect": "NotConnected", "test": None}
    if command.operation.lower() not in known:
        raise errors_networks.GATEWAY_PARAMETER(
            name="Operation", value=command.operation, known="Connect, Disconnect, Test"
        )
    gateways.free(end.gateway)
    state = known[command.operation.lower()]
    if state == "Connected":
        tunnel = end.gateway.tunnels.setdefault(end.entity, Tunnel())
        gateways.connectivity(subscription, tunnel, end.entity, "Connecting")
    wish = GatewayChange(entity=end.entity, connectivity_state=state)
    return gateways.accept(subscription, operation, end.gateway, None, "gateway.connection", "changed", wish)


# ---- the second generation


def get_entity_shared_key(subscription: Subscription, gateway_id: str, connected_entity_id: str) -> str:
    """Return the key of the tunnel to a local network gateway."""
    end = _entity(subscription, gateway_id, connected_entity_id)
    return shared_key(subscription, end.gateway, end.entity)


def set_entity_shared_key(
    subscription: Subscription,
    operation: TrackedOperation,
    command: str | None,
    gateway_id: str,
    connected_entity_id: str,
) -> TrackedOperation:
    """Accept a key for the tunnel to a local network gateway."""
    end = _entity(subscription, gateway_id, connected_entity_id)
    return _set_key(subscription, operation, end, command, None)


def reset_entity_shared_key(
    subscription: Subscription, operation: TrackedOperation, command: int, gateway_id: str, connected_entity_id: str
) -> TrackedOperation:
    """Accept to draw a new key, of so many characters, for the tunnel to a local network gateway."""
    end = _entity(subscription, gateway_id, connected_entity_id)
    return _set_key(subscription, operation, end, None, _length(command))


def get_entity_parameters(subscription: Subscription, gateway_id: str, connected_entity_id: str) -> IPsecParameters:
    """Return how the tunnel to a local network gateway is protected."""
    return _parameters(_entity(subscription, gateway_id, connected_entity_id))


def set_entity_parameters(
    subscription: Subscription,
    operation: TrackedOperation,
    command: IPsecParameters,
    gateway_id: str,
    connected_entity_id: str,
) -> TrackedOperation:
    """Accept how the tunnel to a local network gateway is to be protected."""
    end = _entity(subscription, gateway_id, connected_entity_id)
    return _set_parameters(subscription, operation, end, command)
