"""What a machine has in its virtual network beside its first interface: as it is asked for and as it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from emulator.domain import machines
from emulator.domain.records import Deployment, Role, RoleInstance
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, column, group, many
from emulator.wire.public_ips import PUBLIC_IPS_IN, PUBLIC_IPS_OF_ROLE
from emulator.wire.writing import Context

_STATIC = column("StaticVirtualNetworkIPAddress", attribute="static_virtual_network_ip_address", since="2013-11-01")
_FORWARDING = column("IPForwarding", since="2015-04-01")
_SECURITY = column("NetworkSecurityGroup", since="2015-04-01")
_SECURE_SINCE = "2014-10-01"
"""The first x-ms-version in which a machine names its security group (assumption 250)."""

_SECURED_AND_FORWARDING = (_SECURITY, _FORWARDING)
"""In the order in which the SDK for Node.js has the two; no recorded body has both."""


def _configuration(*columns: Column) -> Column:
    """Return the columns of an interface's one configuration."""
    return group("IPConfigurations", group("IPConfiguration", column("SubnetName"), *columns))


NETWORK_IN = (
    _STATIC,
    PUBLIC_IPS_IN,
    many(
        "NetworkInterfaces",
        Contract(
            "NetworkInterface",
            machines.NetworkInterfaceInput,
            (column("Name"), _configuration(_STATIC), *_SECURED_AND_FORWARDING),
        ),
        since="2014-08-01",
    ),
    replace(_SECURITY, since=_SECURE_SINCE),
    _FORWARDING,
)
"""What comes after the subnets of a machine that is asked for."""


def _of_machine(name: str) -> Any:
    def get(pair: tuple[Deployment, Role], _context: Context) -> Any:
        return (getattr(pair[1].machine, name) if pair[1].machine else None) or None

    return get


NETWORK_OUT = (
    column("StaticVirtualNetworkIPAddress", get=_of_machine("static_virtual_network_ip_address"), since="2013-11-01"),
    PUBLIC_IPS_OF_ROLE,
    many(
        "NetworkInterfaces",
        Contract("NetworkInterface", nothing, (column("Name"), _configuration(_STATIC), *_SECURED_AND_FORWARDING)),
        get=_of_machine("network_interfaces"),
        since="2014-08-01",
    ),
    column("NetworkSecurityGroup", get=lambda pair, _context: pair[1].network_security_group, since=_SECURE_SINCE),
    column("IPForwarding", get=lambda pair, _context: pair[1].ip_forwarding, since="2015-04-01"),
)
"""What comes after the subnets of a role, about (deployment, role)."""


def _of_instance(pair: tuple[Deployment, RoleInstance], _context: Context) -> Any:
    deployment, instance = pair
    machine = deployment.roles[instance.role_name.lower()].machine
    return (machine.network_interfaces if machine else None) or None


INSTANCE_NETWORK_INTERFACES = many(
    "NetworkInterfaces",
    Contract(
        "NetworkInterface",
        nothing,
        (column("Name"), column("MacAddress"), _configuration(column("Address")), *_SECURED_AND_FORWARDING),
    ),
    get=_of_instance,
    since="2014-08-01",
)
"""Those of a role instance, about (deployment, instance)."""
