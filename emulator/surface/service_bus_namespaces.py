"""Rows: namespaces of Service Bus and their authorization rules."""

from __future__ import annotations

from functools import partial

from emulator.domain import service_bus_namespaces as namespaces
from emulator.domain import service_bus_rules as rules
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.surface.operation import Operation, Query
from emulator.wire import service_bus_namespaces as documents
from emulator.wire import service_bus_rules as rule_documents
from emulator.wire.service_bus import SERVICE_BUS

BUS = "/{subscription_id}/services/serviceBus"
NAMESPACE = f"{BUS}/Namespaces/{{namespace}}"
FAMILY = "service bus"
SINCE = "2012-03-01"

_row = partial(Operation, family=FAMILY, since=SINCE, speaks=SERVICE_BUS)

_NAMESPACES = (
    _row(
        name="GetRegions",
        method="GET",
        path=f"{BUS}/Regions",
        does=namespaces.regions,
        writes=documents.REGIONS,
        evidence=SEEN,
    ),
    _row(
        name="CheckNamespaceAvailability",
        method="GET",
        path=f"{BUS}/CheckNamespaceAvailability",
        query=(Query("namespace", "namespace", required=True),),
        does=namespaces.check_availability,
        writes=documents.AVAILABILITY,
        evidence=SEEN,
    ),
    _row(
        name="ListNamespaces",
        method="GET",
        path=f"{BUS}/Namespaces",
        does=namespaces.list_all,
        writes=documents.NAMESPACES,
        evidence=SEEN,
    ),
    _row(
        name="GetNamespace",
        method="GET",
        path=NAMESPACE,
        does=namespaces.find,
        writes=documents.NAMESPACE,
        evidence=SEEN,
    ),
    _row(
        name="CreateNamespace",
        method="PUT",
        path=NAMESPACE,
        reads=documents.CREATE_NAMESPACE,
        does=namespaces.create,
        writes=documents.NAMESPACE_MADE,
        evidence=SEEN,
    ),
    _row(name="DeleteNamespace", method="DELETE", path=NAMESPACE, does=namespaces.delete, evidence=SEEN),
    _row(
        name="GetNamespaceConnectionDetails",
        method="GET",
        path=f"{NAMESPACE}/ConnectionDetails",
        does=rules.connection_details,
        writes=rule_documents.CONNECTION_DETAILS,
        evidence=ASSUMED,
    ),
)

_RULES = f"{NAMESPACE}/AuthorizationRules"
_RULE = f"{_RULES}/{{rule_name}}"
_rule = partial(_row, evidence=ASSUMED)

_AUTHORIZATION_RULES = (
    _rule(
        name="ListNamespaceAuthorizationRules",
        method="GET",
        path=_RULES,
        does=rules.list_all,
        writes=rule_documents.NAMESPACE_RULES,
    ),
    _rule(
        name="CreateNamespaceAuthorizationRule",
        method="POST",
        path=_RULES,
        reads=rule_documents.SET_NAMESPACE_RULE,
        does=rules.create,
        writes=rule_documents.NAMESPACE_RULE,
        status=201,
        confidential=True,
    ),
    _rule(
        name="GetNamespaceAuthorizationRule",
        method="GET",
        path=_RULE,
        does=rules.get,
        writes=rule_documents.NAMESPACE_RULE,
    ),
    _rule(
        name="UpdateNamespaceAuthorizationRule",
        method="PUT",
        path=_RULE,
        reads=rule_documents.SET_NAMESPACE_RULE,
        does=rules.update,
        writes=rule_documents.NAMESPACE_RULE,
        status=201,
        confidential=True,
    ),
    _rule(name="DeleteNamespaceAuthorizationRule", method="DELETE", path=_RULE, does=rules.delete, status=204),
)

ROWS = (*_NAMESPACES, *_AUTHORIZATION_RULES)
