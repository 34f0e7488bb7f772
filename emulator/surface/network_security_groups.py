"""Rows: network security groups, their rules, and what has them: subnets, roles and network interfaces."""

from __future__ import annotations

from functools import partial

from emulator.domain import network_security_assignments as assignments
from emulator.domain import network_security_groups as groups
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation, Query
from emulator.surface.parameters import full
from emulator.surface.paths import DEPLOYMENT, SUBNET
from emulator.wire import network_security_groups as documents

_GROUPS = "/{subscription_id}/services/networking/networksecuritygroups"
_NAMED = "/{network_security_group_name}"
_GROUP = f"{_GROUPS}{_NAMED}"
_ON_SUBNET = f"{SUBNET}/networksecuritygroups"
_ROLE = f"{DEPLOYMENT}/roles/{{role_name}}"
_ON_ROLE = f"{_ROLE}/networksecuritygroups"
_ON_INTERFACE = f"{_ROLE}/networkinterfaces/{{network_interface_name}}/networksecuritygroups"

_row = partial(Operation, family="network security groups", since="2014-09-01", evidence=SEEN)
_on_role = partial(_row, since="2015-04-01")

_GROUP_ROWS = (
    _row(
        name="ListNetworkSecurityGroups",
        method="GET",
        path=_GROUPS,
        does=groups.list_all,
        writes=documents.NETWORK_SECURITY_GROUPS,
    ),
    _row(
        name="CreateNetworkSecurityGroup",
        method="POST",
        path=_GROUPS,
        reads=documents.CREATE_NETWORK_SECURITY_GROUP,
        does=groups.create,
        status=202,
        accepted=True,
    ),
    _row(
        name="GetNetworkSecurityGroup",
        method="GET",
        path=_GROUP,
        query=(Query("detaillevel", "full", full, shows=True),),
        does=groups.get,
        writes=documents.NETWORK_SECURITY_GROUP,
    ),
    _row(
        name="DeleteNetworkSecurityGroup",
        method="DELETE",
        path=_GROUP,
        does=groups.delete,
        status=202,
        accepted=True,
    ),
    _row(
        name="SetNetworkSecurityRule",
        method="PUT",
        path=f"{_GROUP}/rules/{{rule_name}}",
        reads=documents.SET_RULE,
        does=groups.set_rule,
        status=202,
        accepted=True,
    ),
    _row(
        name="DeleteNetworkSecurityRule",
        method="DELETE",
        path=f"{_GROUP}/rules/{{rule_name}}",
        does=groups.delete_rule,
        status=202,
        accepted=True,
    ),
)

_SUBNET_ROWS = (
    _row(
        name="GetNetworkSecurityGroupForSubnet",
        method="GET",
        path=_ON_SUBNET,
        does=assignments.get_for_subnet,
        writes=documents.ASSIGNED_GROUP,
    ),
    _row(
        name="AddNetworkSecurityGroupToSubnet",
        method="POST",
        path=_ON_SUBNET,
        reads=documents.ASSIGN_GROUP,
        does=assignments.add_to_subnet,
        status=202,
        accepted=True,
    ),
    _row(
        name="RemoveNetworkSecurityGroupFromSubnet",
        method="DELETE",
        path=f"{_ON_SUBNET}{_NAMED}",
        does=assignments.remove_from_subnet,
        status=202,
        accepted=True,
    ),
)

_ROLE_ROWS = (
    _on_role(
        name="GetNetworkSecurityGroupForRole",
        method="GET",
        path=_ON_ROLE,
        does=assignments.get_for_role,
        writes=documents.ASSIGNED_GROUP,
    ),
    _on_role(
        name="AddNetworkSecurityGroupToRole",
        method="POST",
        path=_ON_ROLE,
        reads=documents.ASSIGN_GROUP,
        does=assignments.add_to_role,
        status=202,
        accepted=True,
    ),
    _on_role(
        name="RemoveNetworkSecurityGroupFromRole",
        method="DELETE",
        path=f"{_ON_ROLE}{_NAMED}",
        does=assignments.remove_from_role,
        status=202,
        accepted=True,
    ),
    _on_role(
        name="GetNetworkSecurityGroupForNetworkInterface",
        method="GET",
        path=_ON_INTERFACE,
        does=assignments.get_for_role,
        writes=documents.ASSIGNED_GROUP,
    ),
    _on_role(
        name="AddNetworkSecurityGroupToNetworkInterface",
        method="POST",
        path=_ON_INTERFACE,
        reads=documents.ASSIGN_GROUP,
        does=assignments.add_to_role,
        status=202,
        accepted=True,
    ),
    _on_role(
        name="RemoveNetworkSecurityGroupFromNetworkInterface",
        method="DELETE",
        path=f"{_ON_INTERFACE}{_NAMED}",
        does=assignments.remove_from_role,
        status=202,
        accepted=True,
    ),
)

ROWS = (*_GROUP_ROWS, *_SUBNET_ROWS, *_ROLE_ROWS)
