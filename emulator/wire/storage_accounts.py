"""Storage accounts."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain import lookup, storage_accounts
from emulator.domain.blob_names import DEFAULT_ENDPOINT
from emulator.domain.records import StorageAccount
from emulator.wire.common import EXTENDED_PROPERTIES_IN, extended_properties_out, nothing, service_url
from emulator.wire.contract import Contract, column, flat, group, many
from emulator.wire.migration import MIGRATION_STATE
from emulator.wire.values import BASE64, BOOLEAN, DATE, TEXT
from emulator.wire.writing import Context

TYPES_SINCE = "2014-06-01"
"""The x-ms-version from which AccountType says what GeoReplicationEnabled and SecondaryReadEnabled said before."""

SECURE_SINCE = "2014-05-01"
"""The oldest x-ms-version in which https endpoints and the states of both regions were seen; 2013-03-01 has neither."""

CREATE_STORAGE_SERVICE = Contract(
    "CreateStorageServiceInput",
    storage_accounts.CreateStorageAccount,
    (
        column("ServiceName", required=True),
        column("Description"),
        column("Label", BASE64, required=True),
        column("AffinityGroup"),
        column("Location"),
        column("GeoReplicationEnabled", BOOLEAN),
        EXTENDED_PROPERTIES_IN,
        column("SecondaryReadEnabled", BOOLEAN),
        column("AccountType", since=TYPES_SINCE),
    ),
)

UPDATE_STORAGE_SERVICE = Contract(
    "UpdateStorageServiceInput",
    storage_accounts.UpdateStorageAccount,
    (
        column("Description"),
        column("Label", BASE64),
        column("GeoReplicationEnabled", BOOLEAN),
        EXTENDED_PROPERTIES_IN,
        column("SecondaryReadEnabled", BOOLEAN),
        column("AccountType", since=TYPES_SINCE),
    ),
)

REGENERATE_KEYS = Contract("RegenerateKeys", storage_accounts.RegenerateKeys, (column("KeyType", required=True),))


def _location(account: StorageAccount, context: Context) -> str:
    return lookup.location_of(context.subscription, account.location, account.affinity_group)


def _paired(account: StorageAccount) -> bool:
    return account.account_type in ("Standard_GRS", "Standard_RAGRS")


def _secondary_region(account: StorageAccount, context: Context) -> str:
    location = context.subscription.catalog.location(_location(account, context))
    return (location.geo_secondary or "") if location and _paired(account) else ""


def _endpoints(account: StorageAccount, context: Context, suffix: str = "") -> list[str]:
    """As recorded: plain http in 2013-03-01, https in 2014-05-01, and the files' endpoint only later."""
    scheme = "https" if context.version >= SECURE_SINCE else "http"
    kinds = ("blob", "queue", "table", *(("file",) if context.version >= TYPES_SINCE and not suffix else ()))
    urls = [f"{scheme}://{account.name}{suffix}.{kind}.core.windows.net/" for kind in kinds]
    endpoint = context.subscription.world.blobs.endpoint
    return urls if endpoint.template == DEFAULT_ENDPOINT else [f"{endpoint.of(account.name + suffix)}/", *urls[1:]]


def _secondary(account: StorageAccount, context: Context) -> list[str] | None:
    return _endpoints(account, context, "-secondary") if account.account_type == "Standard_RAGRS" else None


def _properties(account: StorageAccount, context: Context) -> Mapping[str, str]:
    """The service adds two properties of its own."""
    location = _location(account, context)
    added = {"ResourceGroup": f"Default-Storage-{location.replace(' ', '')}", "ResourceLocation": location}
    return {**account.extended_properties, **added}


EXTENDED_PROPERTIES = extended_properties_out(_properties)

PROPERTIES = group(
    "StorageServiceProperties",
    column("Description", nil=True),
    column("AffinityGroup"),
    column("Location"),
    column("Label", BASE64),
    column("Status", since="2011-10-01"),
    many("Endpoints", TEXT, "Endpoint", get=_endpoints, since="2011-10-01"),
    column("GeoReplicationEnabled", BOOLEAN, get=lambda a, _c: _paired(a), since="2012-03-01", until=TYPES_SINCE),
    column("GeoPrimaryRegion", get=_location, since="2012-03-01"),
    column("StatusOfPrimary", get=lambda a, _c: "Available" if a.status == "Created" else "", since=SECURE_SINCE),
    column("GeoSecondaryRegion", get=_secondary_region, since="2012-03-01"),
    column(
        "StatusOfSecondary",
        get=lambda a, _c: "Available" if a.status == "Created" and _paired(a) else "",
        since=SECURE_SINCE,
    ),
    column("CreationTime", DATE, since="2013-03-01"),
    many("CustomDomains", TEXT, "CustomDomain", get=lambda _a, _c: [], since="2013-06-01"),
    column(
        "SecondaryReadEnabled",
        BOOLEAN,
        get=lambda a, _c: a.account_type == "Standard_RAGRS",
        since="2013-11-01",
        until=TYPES_SINCE,
    ),
    many("SecondaryEndpoints", TEXT, "Endpoint", get=_secondary, since="2013-11-01"),
    column("AccountType", since=TYPES_SINCE),
)

_IDENTITY = (
    column("Url", get=lambda a, c: service_url(c, "storageservices", a.name)),
    column("ServiceName", attribute="name"),
    PROPERTIES,
    EXTENDED_PROPERTIES,
)


def _capabilities(account: StorageAccount, _context: Context) -> list[str]:
    return ["PersistentVMRole"] if account.account_type != "Standard_ZRS" else []


STORAGE_SERVICE = Contract(
    "StorageService",
    nothing,
    (*_IDENTITY, many("Capabilities", TEXT, "Capability", get=_capabilities, since="2012-03-01"), MIGRATION_STATE),
)
STORAGE_SERVICES = Contract(
    "StorageServices", nothing, (flat(Contract("StorageService", nothing, (*_IDENTITY, MIGRATION_STATE))),)
)

STORAGE_SERVICE_KEYS = Contract(
    "StorageService",
    nothing,
    (
        column("Url", get=lambda a, c: service_url(c, "storageservices", a.name)),
        group(
            "StorageServiceKeys",
            column("Primary", attribute="primary_key"),
            column("Secondary", attribute="secondary_key"),
        ),
    ),
)

AVAILABILITY_RESPONSE = Contract(
    "AvailabilityResponse",
    nothing,
    (column("Result", BOOLEAN), column("Reason", nil=True)),
)
