"""Machines one by one: a role as it is shown, what is done to roles, and their data disks."""

from __future__ import annotations

from typing import Any

from emulator.domain import machines, vm_power
from emulator.domain.records import Deployment, Role
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, child, column, flat, group, many
from emulator.wire.machines import (
    DATA_DISK,
    ENDPOINT,
    EXTENSION_REFERENCES,
    LOCAL_HARD_DISKS,
    PROBE,
    ROLE_INPUT,
    RULE,
    SETTINGS,
)
from emulator.wire.network_interfaces import NETWORK_OUT
from emulator.wire.values import BOOLEAN, INTEGER, TEXT
from emulator.wire.writing import Context

ADD_ROLE = ROLE_INPUT.renamed("PersistentVMRole")

UPDATE_ROLE = Contract("PersistentVMRole", machines.RoleInput, (column("RoleName"), *ROLE_INPUT.columns[1:]))
"""The path names the machine: libcloud leaves its name out."""

Pair = tuple[Deployment, Role]


def _of_machine(name: str) -> Any:
    return lambda pair, _context: getattr(pair[1].machine, name)


def _rules(endpoint: Any, _context: Context) -> Any:
    return endpoint if endpoint.rules else None


def _endpoints(pair: Pair, _context: Context) -> Any:
    return pair[1].input_endpoints or None


def _subnets(pair: Pair, _context: Context) -> Any:
    machine = pair[1].machine
    return (machine.subnet_names if machine else None) or None


_ENDPOINT = Contract(
    "InputEndpoint",
    nothing,
    (
        column("LoadBalancedEndpointSetName"),
        column("LocalPort", INTEGER),
        column("Name"),
        column("Port", INTEGER),
        child("LoadBalancerProbe", PROBE),
        column("Protocol"),
        column("EnableDirectServerReturn", BOOLEAN),
        group("EndpointAcl", many("Rules", RULE), get=_rules),
        column("LoadBalancerName", since="2014-05-01"),
        column("IdleTimeoutInMinutes", INTEGER, since="2014-06-01"),
        column("LoadBalancerDistribution", since="2014-06-01"),
        column("VirtualIPName", attribute="virtual_ip_name", since="2014-05-01"),
    ),
)

_NETWORK = Contract(
    "ConfigurationSet",
    nothing,
    (
        column("ConfigurationSetType", get=lambda _p, _c: "NetworkConfiguration"),
        many("InputEndpoints", _ENDPOINT, get=_endpoints),
        many("SubnetNames", TEXT, "SubnetName", get=_subnets),
        *NETWORK_OUT,
    ),
)

IDENTITY: tuple[Column, ...] = (
    column("RoleName", get=lambda p, _c: p[1].role_name),
    column("OsVersion", get=lambda p, _c: p[1].os_version),
    column("RoleType", get=lambda _p, _c: "PersistentVMRole"),
    many("ConfigurationSets", _NETWORK, item_attributes=' i:type="NetworkConfigurationSet"', get=lambda p, _c: [p]),
)

PERSISTENT_VM_ROLE = Contract(
    "PersistentVMRole",
    nothing,
    (
        *IDENTITY,
        EXTENSION_REFERENCES,
        column("VMImageName", get=_of_machine("vm_image_name")),
        column("AvailabilitySetName", get=_of_machine("availability_set_name")),
        *LOCAL_HARD_DISKS,
        *SETTINGS,
    ),
)

_OPERATION = (column("OperationType"), column("PostShutdownAction", since="2013-06-01"))


def role_operation(name: str) -> Contract[vm_power.RoleOperation]:
    """Return the contract of something that is done to one machine."""
    return Contract(name, vm_power.RoleOperation, _OPERATION)


def roles_operation(name: str) -> Contract[vm_power.RolesOperation]:
    """Return the contract of something that is done to several machines."""
    names = many("Roles", TEXT, "Name", required=True)
    return Contract(name, vm_power.RolesOperation, (_OPERATION[0], names, _OPERATION[1]))


ADD_DATA_DISK = DATA_DISK
UPDATE_DATA_DISK = Contract(
    "DataVirtualHardDisk",
    machines.UpdateDataVirtualHardDisk,
    (
        column("HostCaching"),
        column("DiskLabel"),
        column("DiskName"),
        column("Lun", INTEGER),
        column("LogicalDiskSizeInGB", INTEGER, attribute="logical_disk_size_in_gb"),
        column("MediaLink"),
    ),
)

SHOWN_DATA_DISK = Contract(
    "DataVirtualHardDisk",
    nothing,
    (
        column("HostCaching"),
        column("DiskLabel"),
        column("DiskName"),
        column("Lun", INTEGER, get=lambda d, _c: d.lun or None),
        column("LogicalDiskSizeInGB", INTEGER, attribute="logical_disk_size_in_gb"),
        column("MediaLink"),
        column("IOType", get=lambda _d, _c: "Standard", since="2014-10-01"),
    ),
)


def _items(*, items: list[machines.EndpointInput] | None = None) -> list[machines.EndpointInput]:
    return items or []


LOAD_BALANCED_ENDPOINT_LIST = Contract("LoadBalancedEndpointList", _items, (flat(ENDPOINT),))


class RemoteDesktopFile:
    """The file that Remote Desktop opens a machine with, as it is."""

    media_type = "application/octet-stream"

    def write(self, record: bytes, _context: Context) -> bytes:
        """Return the file."""
        return record
