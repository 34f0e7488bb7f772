"""The machines of a deployment: added, changed, removed; their load-balanced sets; and what is done to them shares.

Every call holds the deployment until its operation ends. A machine's own states follow its lifecycle; when the last
one has given back its resources the deployment is Suspended and without an address (see instances.follow).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from emulator.domain import (
    addresses,
    cores,
    errors,
    instances,
    lookup,
    media,
    networking,
    operations,
    public_ips,
    virtual_machines,
)
from emulator.domain.clock import Event
from emulator.domain.lifecycle import INSTANCE_LIFECYCLES
from emulator.domain.machines import (
    EndpointInput,
    NetworkConfiguration,
    RoleInput,
)
from emulator.domain.records import (
    Deployment,
    HostedService,
    InputEndpoint,
    Machine,
    Role,
    TrackedOperation,
)
from emulator.domain.world import Subscription

REMOTE_DESKTOP = 3389

At = tuple[HostedService, Deployment]


# ---- roles


def get(subscription: Subscription, service_name: str, deployment_name: str, role_name: str) -> tuple[Deployment, Role]:
    """Return a machine with its deployment."""
    _, deployment = lookup.deployment(subscription, service_name, None, deployment_name)
    return deployment, role_of(deployment, role_name)


def add(
    subscription: Subscription,
    operation: TrackedOperation,
    command: RoleInput,
    service_name: str,
    deployment_name: str,
) -> None:
    """Accept one more machine into a deployment of machines."""
    service, deployment = held(subscription, service_name, deployment_name)
    if command.role_name.lower() in deployment.roles:
        raise errors.ROLE_EXISTS(role=command.role_name)
    plan = virtual_machines.judge(subscription, service, command)
    plan = structs.replace(plan, endpoints=networking.endpoints_of(deployment, plan.endpoints))
    network = addresses.of(subscription, deployment)
    addresses.judge(subscription, network, networking.check_machine(subscription, plan.network))
    public_ips.judge(subscription, [plan.network])
    clash = _clash(deployment, plan.endpoints, command.role_name)
    if clash is not None:
        error = errors.PORT_IN_USE(port=clash)
        operations.fail_later(subscription, operation, error, "virtual_machine.add_role")
        return
    if not cores.take(subscription, operation, plan.cores, "virtual_machine.add_role"):
        return
    virtual_machines.build(subscription, service, deployment, plan)
    virtual_machines.name_virtual_ip(deployment)
    hold(subscription, (service, deployment), operation, "virtual_machine.add_role", "provision")


def update(
    subscription: Subscription,
    operation: TrackedOperation,
    command: RoleInput,
    service_name: str,
    deployment_name: str,
    role_name: str,
) -> None:
    """Accept a changed description of a machine; another size restarts it."""
    service, deployment = held(subscription, service_name, deployment_name)
    role = role_of(deployment, role_name)
    machine = machine_of(role)
    size = virtual_machines.size_of(subscription, command.role_size or role.role_size)
    given = next((s for s in command.configuration_sets or () if isinstance(s, NetworkConfiguration)), None)
    named = structs.replace(command, role_name=role.role_name)
    wanted = virtual_machines.check_endpoints(named, (given and given.input_endpoints) or [])
    wanted = networking.endpoints_of(deployment, wanted)
    move = networking.judge_move(subscription, deployment, role, given) if given is not None else None
    if given is not None:
        public_ips.judge(subscription, [given], machine)
    clash = _clash(deployment, wanted, role.role_name)
    if clash is not None:
        error = errors.PORT_IN_USE(port=clash)
        operations.fail_later(subscription, operation, error, "virtual_machine.update_role")
        return
    increment = size.cores - cores.of_size(subscription, role.role_size)
    if not cores.take(subscription, operation, increment, "virtual_machine.update_role"):
        return
    if given is not None:
        role.input_endpoints = _kept_ports(subscription, role, wanted)
        virtual_machines.name_virtual_ip(deployment)
        public_ips.give(subscription, machine, given)
    if move is not None:
        networking.connect(subscription, deployment, role, move)
    machine.availability_set_name = command.availability_set_name or machine.availability_set_name
    _set_up(machine, command)
    _resize(subscription, (service, deployment), role, size.name)
    hold(subscription, (service, deployment), operation, "virtual_machine.update_role", "done")


def _set_up(machine: Machine, command: RoleInput) -> None:
    """Take over what a caller says of a machine beside its network and its size; what is left out stays."""
    for name in ("provision_guest_agent", "license_type", "boot_diagnostics_enabled"):
        value = getattr(command, name)
        if value is not None:
            setattr(machine, name, value)
    if command.resource_extension_references is not None:
        machine.resource_extension_references = tuple(command.resource_extension_references)


def _resize(subscription: Subscription, at: At, role: Role, size: str) -> None:
    if size == role.role_size:
        return
    role.role_size = size
    instance = at[1].instances[role.role_name.lower()]
    instance.instance_size = size
    happen(subscription, at, role.role_name, "restart")


def _kept_ports(subscription: Subscription, role: Role, wanted: Sequence[EndpointInput]) -> tuple[InputEndpoint, ...]:
    """Make endpoints of what is wanted; one that named no port and was there keeps the port it had."""
    known = {endpoint.name.lower(): endpoint.port for endpoint in role.input_endpoints}
    given = [structs.replace(one, port=one.port or known.get((one.name or "").lower())) for one in wanted]
    return virtual_machines.endpoints(subscription, given)


def delete(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    deployment_name: str,
    role_name: str,
) -> None:
    """Accept to remove a machine that is not the last; its disks stay."""
    _delete(subscription, operation, service_name, deployment_name, role_name, "removed")


def delete_with_media(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    deployment_name: str,
    role_name: str,
) -> None:
    """Accept to remove a machine that is not the last, with its disks and their blobs."""
    _delete(subscription, operation, service_name, deployment_name, role_name, "removed_with_media")


def _delete(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    deployment_name: str,
    role_name: str,
    event: str,
) -> None:
    at = held(subscription, service_name, deployment_name)
    role = role_of(at[1], role_name)
    if len(at[1].roles) == 1:
        raise errors.ONLY_ROLE(role=role.role_name)
    hold(subscription, at, operation, "virtual_machine.delete_role", event, role.role_name)


def remove_role(
    subscription: Subscription, service: HostedService, deployment: Deployment, role_name: str, *, with_media: bool
) -> None:
    """Take a machine out of its deployment; its disks go with it, or stay and are let go of after a while."""
    role = deployment.roles[role_name.lower()]
    instances.leave(subscription, deployment.instances[role_name.lower()])
    subscription.cores_in_use -= cores.of_size(subscription, role.role_size)
    media.give_up_disks(subscription, service, deployment, role.role_name, delete=with_media)
    del deployment.roles[role_name.lower()], deployment.instances[role_name.lower()]


# ---- endpoints


def update_load_balanced_sets(
    subscription: Subscription,
    operation: TrackedOperation,
    command: list[EndpointInput],
    service_name: str,
    deployment_name: str,
) -> None:
    """Accept new ports, probes and rules for load-balanced sets: every endpoint of a set changes with it."""
    at = held(subscription, service_name, deployment_name)
    sets = {(one.load_balanced_endpoint_set_name or "").lower(): one for one in command}
    known = {
        (endpoint.load_balanced_endpoint_set_name or "").lower()
        for role in at[1].roles.values()
        for endpoint in role.input_endpoints
    }
    for name in sets:
        if not name or name not in known:
            raise errors.LOAD_BALANCED_SET_NOT_FOUND(name=name)
    for role in at[1].roles.values():
        role.input_endpoints = tuple(_rebalanced(endpoint, sets) for endpoint in role.input_endpoints)
    hold(subscription, at, operation, "deployment.update_load_balanced_endpoint_set", "done")


def _rebalanced(endpoint: InputEndpoint, sets: dict[str, EndpointInput]) -> InputEndpoint:
    wanted = sets.get((endpoint.load_balanced_endpoint_set_name or "").lower())
    if wanted is None:
        return endpoint
    return structs.replace(
        endpoint,
        port=wanted.port or endpoint.port,
        local_port=wanted.local_port or endpoint.local_port,
        protocol=(wanted.protocol or endpoint.protocol).lower(),
        load_balancer_probe=wanted.load_balancer_probe or endpoint.load_balancer_probe,
        rules=tuple(wanted.rules or endpoint.rules),
        enable_direct_server_return=bool(wanted.enable_direct_server_return),
        idle_timeout_in_minutes=wanted.idle_timeout_in_minutes or endpoint.idle_timeout_in_minutes,
        load_balancer_distribution=wanted.load_balancer_distribution or endpoint.load_balancer_distribution,
    )


def remote_desktop_file(
    subscription: Subscription, service_name: str, deployment_name: str, instance_name: str
) -> bytes:
    """Return the file that Remote Desktop opens a machine with; it needs an endpoint to port 3389."""
    service, deployment = lookup.deployment(subscription, service_name, None, deployment_name)
    role = role_of(deployment, instance_name)
    port = next((e.port for e in role.input_endpoints if e.local_port == REMOTE_DESKTOP), None)
    if port is None:
        raise errors.NO_REMOTE_DESKTOP()
    return f"full address:s:{service.name}.cloudapp.net:{port}\r\nprompt for credentials:i:1\r\n".encode()


# ---- shared


def happen(subscription: Subscription, at: At, role_name: str, event: str) -> None:
    """Let `event` happen to a machine, if it means something in the state it is in."""
    service, deployment = at
    instance = deployment.instances[role_of(deployment, role_name).role_name.lower()]
    lifecycle = INSTANCE_LIFECYCLES[instance.kind][0]
    if lifecycle.allows(instance.state, event):
        instances.enter(subscription, service, deployment, instance, lifecycle.next(instance.state, event))
        instances.follow(subscription, deployment)


def held(subscription: Subscription, service_name: str, deployment_name: str) -> At:
    """Return a deployment of machines that no other operation holds."""
    at = lookup.free_deployment(subscription, service_name, None, deployment_name)
    if not at[1].of_virtual_machines:
        raise errors.ONLY_FOR_VIRTUAL_MACHINES()
    return at


def role_of(deployment: Deployment, role_name: str) -> Role:
    """Return the machine of that name."""
    found = deployment.roles.get(role_name.lower())
    if found is None or found.machine is None:
        raise errors.ROLE_NOT_FOUND(role=role_name)
    return found


def machine_of(role: Role) -> Machine:
    """Return what makes a role a machine."""
    if role.machine is None:
        raise errors.ROLE_NOT_FOUND(role=role.role_name)
    return role.machine


def _clash(deployment: Deployment, wanted: Sequence[EndpointInput], role_name: str) -> int | None:
    """Return a public port that is wanted and that another machine, or another wanted endpoint, has."""
    holders = {
        virtual_machines.port_of(e, e.port): e.load_balanced_endpoint_set_name or f"{role.role_name}/{e.name}"
        for role in deployment.roles.values()
        if role.role_name.lower() != role_name.lower()
        for e in role.input_endpoints
    }
    return virtual_machines.port_clash([(role_name, wanted)], holders)


def hold(
    subscription: Subscription,
    at: At,
    operation: TrackedOperation,
    timing: str,
    event: str,
    role_name: str = "",
) -> None:
    """Hold a deployment until `event` happens after the duration `timing`, and ends the operation."""
    service, deployment = at
    deployment.operation = operation.id
    deployment.last_modified_time = service.date_last_modified = subscription.now
    where = (service.name.lower(), deployment.name.lower(), role_name.lower())
    subscription.after(timing, "machine roles", where, event, operation.id)


def _happened(subscription: Subscription, event: Event) -> None:
    service_key, deployment_key, role_key = event.resource
    service = subscription.hosted_services[service_key]
    deployment = next(d for d in service.deployments.values() if d.name.lower() == deployment_key)
    match event.name:
        case "provision":
            instances.happen(subscription, service, deployment, "provision")
            instances.follow(subscription, deployment)
        case "removed" | "removed_with_media":
            remove_role(subscription, service, deployment, role_key, with_media=event.name == "removed_with_media")
            instances.follow(subscription, deployment)
    deployment.operation, deployment.last_modified_time = None, subscription.now
    operations.finish(subscription, event.operation)


HANDLERS = {"machine roles": _happened}
