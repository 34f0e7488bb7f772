"""What the schedule's events do, by the machine they belong to: the table that a world is made with."""

from __future__ import annotations

from emulator.domain import (
    captures,
    deployments,
    disks,
    dns_servers,
    extensions,
    hosted_services,
    instances,
    ip_forwarding,
    load_balancers,
    operations,
    publishing,
    reserved_ips,
    role_instances,
    service_certificates,
    site_slots,
    storage_accounts,
    updates,
    virtual_ips,
    virtual_machines,
    virtual_networks,
    vm_images,
    vm_roles,
)
from emulator.domain.world import Handler

HANDLERS: dict[str, Handler] = {
    **operations.HANDLERS,
    **hosted_services.HANDLERS,
    **service_certificates.HANDLERS,
    **extensions.HANDLERS,
    **deployments.HANDLERS,
    **updates.HANDLERS,
    **role_instances.HANDLERS,
    **instances.HANDLERS,
    **virtual_machines.HANDLERS,
    **vm_roles.HANDLERS,
    **captures.HANDLERS,
    **storage_accounts.HANDLERS,
    **disks.HANDLERS,
    **vm_images.HANDLERS,
    **publishing.HANDLERS,
    **virtual_networks.HANDLERS,
    **site_slots.HANDLERS,
    **reserved_ips.HANDLERS,
    **virtual_ips.HANDLERS,
    **load_balancers.HANDLERS,
    **dns_servers.HANDLERS,
    **ip_forwarding.HANDLERS,
}
