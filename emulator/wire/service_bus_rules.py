"""Authorization rules of Service Bus and the connection strings that they lead to."""

from __future__ import annotations

from emulator.domain.service_bus_rules import SetRule
from emulator.wire.atom import Entry, Feed
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column, many
from emulator.wire.service_bus import CONNECT, PROVIDER
from emulator.wire.values import INTEGER, PRECISE_DATE, TEXT

_RIGHTS = many("Rights", TEXT, "AccessRights")

SET_RULE = Contract(
    "AuthorizationRule",
    SetRule,
    (
        column("ClaimType"),
        column("ClaimValue"),
        _RIGHTS,
        column("KeyName"),
        column("PrimaryKey"),
        column("SecondaryKey"),
    ),
    namespace=CONNECT,
)
"""Of the times and the revision that clients send, nothing is taken."""

RULE = Contract(
    "AuthorizationRule",
    nothing,
    (
        column("ClaimType"),
        column("ClaimValue"),
        _RIGHTS,
        column("CreatedTime", PRECISE_DATE),
        column("ModifiedTime", PRECISE_DATE),
        column("Revision", INTEGER),
        column("KeyName"),
        column("PrimaryKey"),
        column("SecondaryKey"),
    ),
    namespace=CONNECT,
)

SET_NAMESPACE_RULE = Entry(SET_RULE.renamed("SharedAccessAuthorizationRule"), PROVIDER)
NAMESPACE_RULE = Entry(RULE.renamed("SharedAccessAuthorizationRule"), PROVIDER)
NAMESPACE_RULES = Feed(RULE.renamed("SharedAccessAuthorizationRule"), PROVIDER)

CONNECTION_DETAILS = Feed(
    Contract(
        "ConnectionDetail",
        nothing,
        (
            column("KeyName"),
            column("ConnectionString"),
            column("AuthorizationType"),
            _RIGHTS,
            column("SecondaryConnectionString"),
        ),
        namespace=CONNECT,
    ),
    PROVIDER,
)
