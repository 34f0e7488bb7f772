"""The records of application gateways: what is said of one, and its configuration.

Plain data with names as the API has them, like records.py; no behaviour.
"""

from __future__ import annotations

from msgspec import Struct, field


class FrontendIPConfiguration(Struct, frozen=True, kw_only=True):
    """An address in the virtual network at which a gateway is called; without a static one it is given any."""

    name: str
    type: str = "Private"
    static_ip_address: str | None = None


class FrontendPort(Struct, frozen=True, kw_only=True):
    """A port at which a gateway is called."""

    name: str
    port: int


class Probe(Struct, frozen=True, kw_only=True):
    """How a gateway finds out whether a server is well; times are in seconds."""

    name: str
    protocol: str = "Http"
    host: str | None = None
    path: str | None = None
    interval: int = 30
    timeout: int = 30
    unhealthy_threshold: int = 3


class BackendAddressPool(Struct, frozen=True, kw_only=True):
    """Servers that requests are handed to, by address or name."""

    name: str
    ip_addresses: tuple[str, ...] = ()


class BackendHttpSettings(Struct, frozen=True, kw_only=True):
    """How requests are handed on; the timeout is in seconds, and `probe` names one of the configuration."""

    name: str
    port: int
    protocol: str = "Http"
    cookie_based_affinity: str = "Disabled"
    request_timeout: int = 30
    probe: str | None = None


class HttpListener(Struct, frozen=True, kw_only=True):
    """Where requests are taken; what it refers to is named: an address, a port, and a certificate of the gateway."""

    name: str
    frontend_ip: str | None = None
    frontend_port: str
    protocol: str = "Http"
    ssl_cert: str | None = None


class HttpLoadBalancingRule(Struct, frozen=True, kw_only=True):
    """Which servers the requests of a listener are handed to, and how; all three are named."""

    name: str
    type: str = "Basic"
    backend_http_settings: str
    listener: str
    backend_address_pool: str


class ApplicationGatewayConfiguration(Struct, frozen=True, kw_only=True):
    """What an application gateway does with requests."""

    frontend_ip_configurations: tuple[FrontendIPConfiguration, ...] = ()
    frontend_ports: tuple[FrontendPort, ...] = ()
    probes: tuple[Probe, ...] = ()
    backend_address_pools: tuple[BackendAddressPool, ...] = ()
    backend_http_settings_list: tuple[BackendHttpSettings, ...] = ()
    http_listeners: tuple[HttpListener, ...] = ()
    http_load_balancing_rules: tuple[HttpLoadBalancingRule, ...] = ()


class ApplicationGatewayCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that listeners may name: the DER of its public part."""

    name: str
    data: bytes
    state: str = "Provisioned"


class ApplicationGatewayChange(Struct, frozen=True, kw_only=True):
    """What an application gateway is to become when the operation that holds it ends; None stays as it is."""

    description: str | None = None
    gateway_size: str | None = None
    instance_count: int | None = None
    vnet_name: str | None = None
    subnets: tuple[str, ...] | None = None
    configuration: ApplicationGatewayConfiguration | None = None
    certificate: ApplicationGatewayCertificate | None = None


class ApplicationGateway(Struct, kw_only=True):
    """An application gateway. Its addresses are its own from the moment on at which it is told to start.

    `operation` is the request id of the operation that holds it, `pending` what it becomes when that ends.
    """

    name: str
    description: str
    gateway_size: str
    instance_count: int
    vnet_name: str
    subnets: tuple[str, ...]
    state: str = "Stopped"
    dns_name: str | None = None
    virtual_ips: tuple[str, ...] = ()
    configuration: ApplicationGatewayConfiguration = ApplicationGatewayConfiguration()
    certificates: dict[str, ApplicationGatewayCertificate] = field(default_factory=dict)
    operation: str | None = None
    pending: ApplicationGatewayChange | None = None
