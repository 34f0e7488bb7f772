"""Network security groups, their rules, and what is assigned to subnets, roles and network interfaces."""

from __future__ import annotations

from typing import Any

from emulator.domain import network_security_groups as domain
from emulator.domain.network_security_assignments import Assignment
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, column, flat, many
from emulator.wire.values import BOOLEAN, INTEGER
from emulator.wire.writing import Context

_PUBLIC = "2014-10-01"
"""Before that version, which was a preview, the default rules and their tags were others, as recorded."""

_BALANCER = "AZURE_LOADBALANCER"
_EARLY_TAGS = {"VIRTUAL_NETWORK": "VirtualNetwork", "INTERNET": "Internet"}

CREATE_NETWORK_SECURITY_GROUP = Contract(
    "NetworkSecurityGroup",
    domain.CreateNetworkSecurityGroup,
    (column("Name"), column("Label"), column("Location")),
)

SET_RULE = Contract(
    "Rule",
    domain.SetRule,
    (
        column("Name"),
        column("Type"),
        column("Priority", INTEGER, required=True),
        column("Action"),
        column("SourceAddressPrefix", required=True),
        column("SourcePortRange", required=True),
        column("DestinationAddressPrefix", required=True),
        column("DestinationPortRange", required=True),
        column("Protocol", required=True),
    ),
)


def _unless_early(attribute: str, default: str) -> Any:
    """Return how an element is taken that the preview left out where it says what goes without saying."""

    def get(rule: Any, context: Context) -> str | None:
        value: str = getattr(rule, attribute)
        return None if context.version < _PUBLIC and value == default else value

    return get


def _prefix(attribute: str) -> Any:
    def get(rule: Any, context: Context) -> str:
        value: str = getattr(rule, attribute)
        return _EARLY_TAGS.get(value, value) if context.version < _PUBLIC and rule.is_default else value

    return get


def _rules(group: Any, context: Context) -> list[Any]:
    rules = domain.rules_of(group)
    if context.version >= _PUBLIC:
        return rules
    return [rule for rule in rules if not (rule.is_default and rule.source_address_prefix == _BALANCER)]


RULE = Contract(
    "Rule",
    nothing,
    (
        column("Name"),
        column("Type", get=_unless_early("type", "Inbound")),
        column("Priority", INTEGER),
        column("Action", get=_unless_early("action", "Allow")),
        column("SourceAddressPrefix", get=_prefix("source_address_prefix")),
        column("SourcePortRange"),
        column("DestinationAddressPrefix", get=_prefix("destination_address_prefix")),
        column("DestinationPortRange"),
        column("Protocol"),
        column("State", get=lambda _r, _c: "Active"),
        column("IsDefault", BOOLEAN, get=lambda rule, _c: rule.is_default or None),
    ),
)


def _created(_record: object, _context: Context) -> str:
    return "Created"


_SUMMARY: tuple[Column, ...] = (column("Name"), column("Label"), column("Location"))

NETWORK_SECURITY_GROUP = Contract(
    "NetworkSecurityGroup",
    nothing,
    (
        *_SUMMARY,
        column("State", get=_created),  # assumption 172
        many("Rules", RULE, get=_rules, when="full"),
    ),
)

NETWORK_SECURITY_GROUPS = Contract(
    "NetworkSecurityGroups", nothing, (flat(Contract("NetworkSecurityGroup", nothing, _SUMMARY)),)
)

ASSIGN_GROUP = Contract("NetworkSecurityGroup", Assignment, (column("Name", required=True),))

ASSIGNED_GROUP = Contract("NetworkSecurityGroup", nothing, (column("Name"), column("State", get=_created)))
