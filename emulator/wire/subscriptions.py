"""The subscription, its management certificates, and what the service offers to everybody."""

from __future__ import annotations

import base64
from typing import Any

from emulator.domain import management_certificates
from emulator.domain.network_records import NetworkDocument
from emulator.domain.world import Subscription
from emulator.wire.common import nothing, role_sizes
from emulator.wire.contract import Column, Contract, column, flat, group, many
from emulator.wire.values import BASE64, BOOLEAN, DATE, INTEGER, PRECISE_DATE, TEXT
from emulator.wire.writing import Context


def _quota(name: str, attribute: str, since: str = "") -> Column:
    return column(name, INTEGER, since=since, get=lambda _s, c: getattr(c.subscription.catalog.quotas, attribute))


def _count(name: str, count: Any, *, hide_zero: bool = False, since: str = "") -> Column:
    def get(subscription: Subscription, _context: Context) -> int | None:
        number: int = count(subscription)
        return None if hide_zero and not number else number

    return column(name, INTEGER, since=since, get=get)


def _document(subscription: Subscription) -> NetworkDocument:
    return subscription.network_document or NetworkDocument()


def _constant(name: str, text: str) -> Column:
    return column(name, get=lambda _s, _c: text)


SUBSCRIPTION_COLUMNS = (
    column("SubscriptionID", attribute="id"),
    column("SubscriptionName", attribute="name"),
    _constant("SubscriptionStatus", "Active"),
    _constant("AccountAdminLiveEmailId", "account-admin@example.com"),
    _constant("ServiceAdminLiveEmailId", "service-admin@example.com"),
    _quota("MaxCoreCount", "max_core_count"),
    _quota("MaxStorageAccounts", "max_storage_accounts"),
    _quota("MaxHostedServices", "max_hosted_services"),
    _count("CurrentCoreCount", lambda s: s.cores_in_use),
    _count("CurrentHostedServices", lambda s: len(s.hosted_services)),
    _count("CurrentStorageAccounts", lambda s: len(s.storage_accounts)),
    _quota("MaxVirtualNetworkSites", "max_virtual_network_sites", "2012-03-01"),
    _count("CurrentVirtualNetworkSites", lambda s: len(s.virtual_networks), hide_zero=True, since="2012-03-01"),
    _quota("MaxLocalNetworkSites", "max_local_network_sites", "2012-03-01"),
    _count(
        "CurrentLocalNetworkSites", lambda s: len(_document(s).local_network_sites), hide_zero=True, since="2012-03-01"
    ),
    _quota("MaxDnsServers", "max_dns_servers", "2012-03-01"),
    _count("CurrentDnsServers", lambda s: len(_document(s).dns_servers), hide_zero=True, since="2012-03-01"),
    _constant("OfferCategories", "Emulated"),
    column("AADTenantID", get=lambda s, _c: s.id),
    column("CreatedTime", DATE),
    _quota("MaxReservedIPs", "max_reserved_ips", "2014-05-01"),
    _count("CurrentReservedIPs", lambda s: len(s.reserved_ips), hide_zero=True, since="2014-05-01"),
    _quota("MaxPublicIPCount", "max_public_ip_count", "2014-05-01"),
    _count("CurrentNetworkSecurityGroups", lambda s: len(s.network_security_groups), since="2014-09-01"),
    _quota("MaxNetworkSecurityGroups", "max_network_security_groups", "2014-09-01"),
    _quota("MaxNetworkSecurityRulesPerGroup", "max_network_security_rules_per_group", "2014-09-01"),
    _quota("MaxRouteTables", "max_route_tables", "2014-09-01"),
    _quota("MaxRoutesPerRouteTable", "max_routes_per_route_table", "2014-09-01"),
)

SUBSCRIPTION = Contract("Subscription", nothing, SUBSCRIPTION_COLUMNS)

SUBSCRIPTIONS = Contract(
    "Subscriptions",
    nothing,
    (
        flat(
            Contract(
                "Subscription",
                nothing,
                (
                    column("SubscriptionID", attribute="id"),
                    column("SubscriptionName", attribute="name"),
                    _constant("SubscriptionStatus", "Active"),
                    _constant("AccountAdminLiveEmailId", "account-admin@example.com"),
                    _constant("ServiceAdminLiveEmailId", "service-admin@example.com"),
                    column("MaxCoreCount", INTEGER, get=lambda s, _c: s.catalog.quotas.max_core_count),
                    column("MaxStorageAccounts", INTEGER, get=lambda s, _c: s.catalog.quotas.max_storage_accounts),
                    column("MaxHostedServices", INTEGER, get=lambda s, _c: s.catalog.quotas.max_hosted_services),
                    column("CurrentCoreCount", INTEGER, attribute="cores_in_use"),
                    column("CurrentHostedServices", INTEGER, get=lambda s, _c: len(s.hosted_services)),
                    column("CurrentStorageAccounts", INTEGER, get=lambda s, _c: len(s.storage_accounts)),
                    column("AADTenantID", get=lambda s, _c: s.id),
                    column("CreatedTime", DATE),
                ),
            )
        ),
    ),
)

_CERTIFICATE_COLUMNS = (
    column("SubscriptionCertificatePublicKey", BASE64, attribute="public_key"),
    column("SubscriptionCertificateThumbprint", attribute="thumbprint"),
    column("SubscriptionCertificateData", BASE64, attribute="data", required=True),
    column("Created", PRECISE_DATE),
)

ADD_CERTIFICATE = Contract(
    "SubscriptionCertificate", management_certificates.AddManagementCertificate, _CERTIFICATE_COLUMNS[:3]
)
CERTIFICATE = Contract("SubscriptionCertificate", nothing, _CERTIFICATE_COLUMNS)
CERTIFICATES = Contract("SubscriptionCertificates", nothing, (flat(CERTIFICATE),))

LOCATION = Contract(
    "Location",
    nothing,
    (
        column("Name"),
        column("DisplayName"),
        many("AvailableServices", TEXT, "AvailableService", since="2012-03-01"),
        role_sizes("2014-05-01"),
        group(
            "StorageCapabilities",
            many("StorageAccountTypes", TEXT, "StorageAccountType"),
            since="2014-10-01",
        ),
    ),
)
LOCATIONS = Contract("Locations", nothing, (flat(LOCATION),))

ROLE_SIZE = Contract(
    "RoleSize",
    nothing,
    (
        column("Name"),
        column("Label"),
        column("Cores", INTEGER),
        column("MemoryInMb", INTEGER),
        column("SupportedByWebWorkerRoles", BOOLEAN),
        column("SupportedByVirtualMachines", BOOLEAN),
        column("MaxDataDiskCount", INTEGER),
        column("WebWorkerResourceDiskSizeInMb", INTEGER),
        column("VirtualMachineResourceDiskSizeInMb", INTEGER),
    ),
)
ROLE_SIZES = Contract("RoleSizes", nothing, (flat(ROLE_SIZE),))


def _label(record: Any, _context: Context) -> str:
    return base64.b64encode(record.label.encode()).decode()


_SYSTEM = (
    column("Version"),
    column("Label", get=_label),
    column("IsDefault", BOOLEAN),
    column("IsActive", BOOLEAN),
)

OPERATING_SYSTEM_FAMILIES = Contract(
    "OperatingSystemFamilies",
    nothing,
    (
        flat(
            Contract(
                "OperatingSystemFamily",
                nothing,
                (
                    column("Name"),
                    column("Label", get=_label),
                    many("OperatingSystems", Contract("OperatingSystem", nothing, _SYSTEM)),
                ),
            )
        ),
    ),
)


def _flattened(families: Any, _context: Context) -> list[tuple[Any, Any]]:
    return [(family, system) for family in families for system in family.operating_systems]


OPERATING_SYSTEMS = Contract(
    "OperatingSystems",
    nothing,
    (
        flat(
            Contract(
                "OperatingSystem",
                nothing,
                (
                    column("Version", get=lambda p, _c: p[1].version),
                    column("Label", get=lambda p, c: _label(p[1], c)),
                    column("IsDefault", BOOLEAN, get=lambda p, _c: p[1].is_default),
                    column("IsActive", BOOLEAN, get=lambda p, _c: p[1].is_active),
                    column("Family", get=lambda p, _c: p[0].name),
                    column("FamilyLabel", get=lambda p, c: _label(p[0], c)),
                ),
            ),
            get=_flattened,
        ),
    ),
)
