"""What the API offers, as rows of data: one an operation. Knows contracts and the domain; no sockets, no identity."""

from __future__ import annotations

from collections.abc import Collection

from emulator.domain.services import SERVICES
from emulator.surface import (
    affinity_groups,
    captures,
    cloud_services,
    declined,
    deployments,
    disks,
    dns_servers,
    extensions,
    gateway_connections,
    gateway_diagnostics,
    gateway_tunnels,
    gateways,
    hosted_services,
    hybrid_connections,
    images,
    ip_forwarding,
    job_collections,
    jobs,
    load_balancers,
    local_network_gateways,
    network_security_groups,
    publishing,
    reserved_ips,
    resource_providers,
    role_instances,
    route_tables,
    server_farms,
    service_bus_entities,
    service_bus_metrics,
    service_bus_namespaces,
    service_certificates,
    site_backups,
    site_configuration,
    site_metrics,
    site_slots,
    sql_databases,
    sql_servers,
    storage_accounts,
    subscriptions,
    traffic_manager,
    updates,
    virtual_ips,
    virtual_network_gateways,
    virtual_networks,
    vm_images,
    vm_roles,
    vpn_clients,
    vpn_devices,
    web_sites,
    web_spaces,
)
from emulator.surface.operation import Operation

FAMILIES = {
    "SQL database": "sql",
    "service bus": "service-bus",
    "websites": "websites",
    "scheduler": "scheduler",
}
"""The service that a family of rows belongs to, of those that there may be or not."""


def rows(services: Collection[str] = SERVICES) -> tuple[Operation, ...]:
    """Return the rows of these services and all that are of none: of what is not served, the API knows no path."""
    return tuple(row for row in _rows() if FAMILIES.get(row.family, "") in ("", *services))


def _rows() -> tuple[Operation, ...]:
    """Return every row: those that are served, family by family, then those that are known and declined."""
    return (
        *subscriptions.ROWS,
        *affinity_groups.ROWS,
        *hosted_services.ROWS,
        *service_certificates.ROWS,
        *extensions.ROWS,
        *deployments.ROWS,
        *updates.ROWS,
        *role_instances.ROWS,
        *vm_roles.ROWS,
        *captures.ROWS,
        *dns_servers.ROWS,
        *load_balancers.ROWS,
        *virtual_ips.ROWS,
        *ip_forwarding.ROWS,
        *network_security_groups.ROWS,
        *route_tables.ROWS,
        *virtual_networks.ROWS,
        *reserved_ips.ROWS,
        *gateways.ROWS,
        *gateway_tunnels.ROWS,
        *gateway_diagnostics.ROWS,
        *vpn_clients.ROWS,
        *vpn_devices.ROWS,
        *virtual_network_gateways.ROWS,
        *gateway_connections.ROWS,
        *local_network_gateways.ROWS,
        *storage_accounts.ROWS,
        *images.ROWS,
        *vm_images.ROWS,
        *publishing.ROWS,
        *disks.ROWS,
        *service_bus_namespaces.ROWS,
        *service_bus_entities.ROWS,
        *service_bus_metrics.ROWS,
        *traffic_manager.ROWS,
        *resource_providers.ROWS,
        *sql_servers.ROWS,
        *sql_databases.ROWS,
        *web_spaces.ROWS,
        *web_sites.ROWS,
        *server_farms.ROWS,
        *site_configuration.ROWS,
        *site_slots.ROWS,
        *site_metrics.ROWS,
        *site_backups.ROWS,
        *hybrid_connections.ROWS,
        *cloud_services.ROWS,
        *job_collections.ROWS,
        *jobs.ROWS,
        *declined.ROWS,
    )
