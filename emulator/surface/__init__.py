"""What the API offers, as rows of data: one an operation. Knows contracts and the domain; no sockets, no identity."""

from __future__ import annotations

from emulator.surface import (
    affinity_groups,
    captures,
    cloud_services,
    declined,
    deployments,
    disks,
    dns_servers,
    extensions,
    hosted_services,
    images,
    ip_forwarding,
    job_collections,
    jobs,
    load_balancers,
    publishing,
    reserved_ips,
    role_instances,
    service_certificates,
    storage_accounts,
    subscriptions,
    updates,
    virtual_ips,
    virtual_networks,
    vm_images,
    vm_roles,
)
from emulator.surface.operation import Operation


def rows() -> tuple[Operation, ...]:
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
        *virtual_networks.ROWS,
        *reserved_ips.ROWS,
        *storage_accounts.ROWS,
        *images.ROWS,
        *vm_images.ROWS,
        *publishing.ROWS,
        *disks.ROWS,
        *cloud_services.ROWS,
        *job_collections.ROWS,
        *jobs.ROWS,
        *declined.ROWS,
    )
