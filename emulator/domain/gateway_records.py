"""The records of gateways: between a virtual network and others, on the customer's premises or in the cloud.

Plain data with names as the API has them, like records.py; no behaviour.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field


class GatewayWork(Struct, frozen=True):
    """What the manager of gateways tells of an operation beside: its own name for it, if any, and what came of it."""

    name: str | None
    data: str = ""


class GatewayEvent(Struct, frozen=True):
    """What happened to a gateway or to one of its connections last."""

    id: int
    message: str
    timestamp: datetime


class BgpSettings(Struct, frozen=True, kw_only=True):
    """How one end of a connection speaks BGP."""

    asn: int | None = None
    bgp_peering_address: str | None = None
    peer_weight: int | None = None


class IPsecParameters(Struct, frozen=True, kw_only=True):
    """How a tunnel is protected. The first generation of gateways knows no hash algorithm."""

    encryption_type: str = "RequireEncryption"
    pfs_group: str = "None"
    sa_data_size_kilobytes: int = 0
    sa_life_time_seconds: int = 0
    hash_algorithm: str | None = None


class Tunnel(Struct, kw_only=True):
    """A gateway's side of a connection; what was never set is None."""

    shared_key: str | None = None
    ipsec_parameters: IPsecParameters | None = None
    connectivity_state: str = "NotConnected"
    last_connection_established: datetime | None = None
    last_event: GatewayEvent | None = None


class GatewayConnection(Struct, frozen=True, kw_only=True):
    """A connection of a gateway of the second generation. Its key is that of the gateway's tunnel."""

    connected_entity_id: str
    gateway_connection_name: str
    gateway_connection_type: str
    virtual_network_gateway_id: str
    routing_weight: int
    enable_bgp: bool | None = None


class GatewayChange(Struct, frozen=True, kw_only=True):
    """What a gateway is to become when the operation that holds it ends; `entity` is the key of the tunnel meant."""

    gateway_size: str | None = None
    default_sites: tuple[str, ...] | None = None
    entity: str = ""
    shared_key: str | None = None
    ipsec_parameters: IPsecParameters | None = None
    connectivity_state: str | None = None
    connection: GatewayConnection | None = None


class ClientRootCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that vouches for those who dial in: its DER, and what it says of itself."""

    thumbprint: str
    subject: str
    expiration_time: datetime
    data: bytes


class PublicDiagnostics(Struct, kw_only=True):
    """A capture of a gateway's traffic into the customer's storage: `pending` is the event that ends it."""

    state: str = "Ready"
    public_diagnostics_url: str = ""
    next_url: str = ""
    pending: int = 0


class Gateway(Struct, kw_only=True):
    """A gateway of a virtual network. One of the first generation has no name; each network has at most one of those.

    `operation` is the request id of the operation that holds it, `pending` what it becomes when that ends.
    """

    id: str
    virtual_network_id: str
    virtual_network_name: str
    name: str | None = None
    gateway_type: str
    gateway_size: str
    state: str = "NotProvisioned"
    vip_address: str | None = None
    last_event: GatewayEvent | None = None
    default_sites: tuple[str, ...] = ()
    bgp_settings: BgpSettings | None = None
    tunnels: dict[str, Tunnel] = field(default_factory=dict)
    client_root_certificates: dict[str, ClientRootCertificate] = field(default_factory=dict)
    diagnostics: PublicDiagnostics = field(default_factory=PublicDiagnostics)
    operation: str | None = None
    pending: GatewayChange | None = None


class LocalNetworkGateway(Struct, kw_only=True):
    """A gateway on the customer's premises, to which gateways of the second generation connect."""

    id: str
    gateway_name: str
    ip_address: str
    address_space: tuple[str, ...]
    bgp_settings: BgpSettings | None = None
