"""VPN devices that a gateway can be connected to, and the script that configures one for it.

Which devices the service knew is documented in part, its scripts are not: see assumption 113.
"""

from __future__ import annotations

from msgspec import Struct

from emulator.domain import errors_networks, gateway_tunnels, gateways
from emulator.domain.gateway_records import Gateway
from emulator.domain.world import Subscription

VERSION = "1.0"

_TUNNEL = """
! Local network site {site}
peer address {address}
remote networks {prefixes}
pre_shared_key = "{key}"
ike version {ike} encryption aes-256 hash sha1 dh-group 2 lifetime 28800
"""
_SCRIPT = """! {vendor} {platform} {os_family}
! {type} gateway of the virtual network {network}
azure gateway {vip}
azure networks {prefixes}
"""


class Platform(Struct, frozen=True):
    """Devices of one kind, and the families of systems that they run."""

    name: str
    os_families: tuple[str, ...]


class Vendor(Struct, frozen=True):
    """Who makes devices."""

    name: str
    platforms: tuple[Platform, ...]


VENDORS = (
    Vendor(
        "Cisco Systems, Inc.",
        (
            Platform("ASA 5500 Series Adaptive Security Appliances", ("ASA Software 8.3",)),
            Platform("ASR 1000 Series Aggregation Services Routers", ("IOS XE 3.0",)),
            Platform("ISR Series Routers", ("IOS 15.1",)),
        ),
    ),
    Vendor(
        "Juniper Networks, Inc.",
        (
            Platform("ISG Series Integrated Security Gateways", ("ScreenOS 6.3",)),
            Platform("J Series Service Routers", ("JunOS 10.2",)),
            Platform("SRX Series Services Gateways", ("JunOS 10.2",)),
            Platform("SSG Series Secure Services Gateways", ("ScreenOS 6.2",)),
        ),
    ),
    Vendor("Microsoft Corporation", (Platform("RRAS", ("Windows Server 2012",)),)),
)


def list_supported(_subscription: Subscription) -> tuple[Vendor, ...]:
    """Return the devices that there are scripts for."""
    return VENDORS


def script(subscription: Subscription, virtual_network_name: str, vendor: str, platform: str, os_family: str) -> str:
    """Return the script that configures a device for a virtual network's gateway."""
    gateway = gateways.provisioned(subscription, virtual_network_name)
    _known(vendor, platform, os_family)
    site = gateways.network(subscription, virtual_network_name).site
    head = _SCRIPT.format(
        vendor=vendor,
        platform=platform,
        os_family=os_family,
        type=gateway.gateway_type,
        network=site.name,
        vip=gateway.vip_address,
        prefixes=" ".join(site.address_prefixes),
    )
    return head + "".join(_tunnels(subscription, gateway))


def _known(vendor: str, platform: str, os_family: str) -> None:
    for made_by in VENDORS:
        for one in made_by.platforms:
            if (made_by.name, one.name) == (vendor, platform) and os_family in one.os_families:
                return
    raise errors_networks.VPN_DEVICE_NOT_FOUND()


def _tunnels(subscription: Subscription, gateway: Gateway) -> list[str]:
    document = subscription.network_document
    local = {site.name: site for site in document.local_network_sites} if document else {}
    return [
        _TUNNEL.format(
            site=one.name,
            address=local[one.name].vpn_gateway_address or "unknown",
            prefixes=" ".join(local[one.name].address_prefixes),
            key=gateway_tunnels.shared_key(subscription, gateway, one.name),
            ike=1 if gateway.gateway_type == gateways.STATIC else 2,
        )
        for one in gateways.connected_sites(subscription, gateway)
    ]
