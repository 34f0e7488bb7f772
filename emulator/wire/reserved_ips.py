"""Reserved IPs."""

from __future__ import annotations

from emulator.domain import network_records, reserved_ips
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column, flat, many
from emulator.wire.values import BOOLEAN

IP_TAG = Contract(
    "IPTag",
    network_records.IPTag,
    (column("IPTagType", attribute="ip_tag_type", required=True), column("Value", required=True)),
)

CREATE_RESERVED_IP = Contract(
    "ReservedIP",
    reserved_ips.CreateReservedIP,
    (
        column("Name", required=True),
        column("Label"),
        column("ServiceName"),
        column("DeploymentName"),
        column("Location"),
        column("VirtualIPName"),
        many("IPTags", IP_TAG, attribute="ip_tags"),
    ),
)

RESERVED_IP_ASSOCIATION = Contract(
    "ReservedIPAssociation",
    reserved_ips.ReservedIPAssociation,
    (
        column("ServiceName", required=True),
        column("DeploymentName", required=True),
        column("VirtualIPName"),
    ),
)

RESERVED_IP = Contract(
    "ReservedIP",
    nothing,
    (
        column("Name", attribute="reserved.name"),
        column("Address", attribute="reserved.address"),
        column("Id", attribute="reserved.id"),
        column("Label", attribute="reserved.label"),
        column("State", attribute="reserved.state"),
        column("InUse", BOOLEAN, get=lambda d, _c: True if d.service_name else None),
        column("ServiceName"),
        column("DeploymentName"),
        column("Location", attribute="reserved.location"),
        column("VirtualIPName", since="2015-04-01"),
        many("IPTags", IP_TAG, get=lambda d, _c: d.reserved.ip_tags or None),
    ),
)

RESERVED_IPS = Contract("ReservedIPs", nothing, (flat(RESERVED_IP),))
