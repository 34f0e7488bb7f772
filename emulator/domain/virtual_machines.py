"""Virtual machines: a deployment whose roles are machines, each with its disks and endpoints.

A machine is judged whole (`_judge`) before anything is made of it (`_build`), so that a refusal leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from emulator.catalog import RoleSize
from emulator.domain import (
    cores,
    errors,
    imaged_machines,
    instances,
    lookup,
    machine_disks,
    names,
    networking,
    operations,
    public_ips,
    references,
)
from emulator.domain.clock import Event
from emulator.domain.image_records import Disk
from emulator.domain.lifecycle import DEPLOYMENT
from emulator.domain.machines import (
    ConfigurationSet,
    CreateVMDeployment,
    EndpointInput,
    LinuxProvisioning,
    NetworkConfiguration,
    RoleInput,
    WindowsProvisioning,
)
from emulator.domain.records import (
    Deployment,
    HostedService,
    InputEndpoint,
    Machine,
    Role,
    RoleInstance,
    TrackedOperation,
    VirtualIP,
)
from emulator.domain.web_roles import WITHOUT_ENDPOINTS
from emulator.domain.world import Subscription

ROLE_TYPE = "PersistentVMRole"
DEFAULT_SIZE = "Small"
FAULT_DOMAINS = 2
UPDATE_DOMAINS = 5
FREE_PORTS = (49152, 65535)
"""Where the service picks public ports from, as the recorded ones lie."""


class Plan(Struct, frozen=True, kw_only=True):
    """A machine that was judged: making it cannot fail any more. `image` is None where a disk is attached."""

    role: RoleInput
    size: str
    cores: int
    os: str
    host_name: str
    disk_gb: int
    disk: Disk | None
    winrm: bool
    endpoints: list[EndpointInput]
    network: NetworkConfiguration
    certificate_thumbprints: tuple[str, ...]


# ---- create


def create_deployment(
    subscription: Subscription, operation: TrackedOperation, command: CreateVMDeployment, service_name: str
) -> None:
    """Accept a deployment of machines into the production slot of a service."""
    service = lookup.hosted_service(subscription, service_name)
    if lookup.slot(command.deployment_slot) != "Production":
        raise errors.VM_DEPLOYMENT_SLOT()
    lookup.free_service(subscription, service)
    lookup.claim_slot(service, "Production", command.name)
    label = names.label(command.label)
    granted = networking.judge(subscription, service, _wanted(subscription, command))
    plans = [judge(subscription, service, role) for role in command.role_list]
    _distinct(plans)
    public_ips.judge(subscription, [plan.network for plan in plans])
    first = _virtual_ip_name(command.name, [one for plan in plans for one in plan.endpoints])
    virtual_ip = granted.reserved.name if granted.reserved else first
    balancers = [one.name for one in granted.load_balancers]
    plans = [
        replace(plan, endpoints=networking.endpoints_behind(plan.endpoints, [virtual_ip], balancers)) for plan in plans
    ]
    clash = port_clash([(plan.role.role_name, plan.endpoints) for plan in plans])
    if clash is not None:
        error = errors.PORT_IN_USE(port=clash)
        operations.fail_later(subscription, operation, error, "virtual_machine.create_deployment")
        return
    if not cores.take(subscription, operation, sum(p.cores for p in plans), "virtual_machine.create_deployment"):
        return
    deployment = _new(subscription, command.name, label, first)
    service.deployments["Production"] = deployment
    networking.give(subscription, deployment, granted)
    for plan in plans:
        build(subscription, service, deployment, plan)
    deployment.operation = operation.id
    service.date_last_modified = subscription.now
    where = (service.name.lower(), deployment.name.lower())
    subscription.after("virtual_machine.create_deployment", "machines", where, "deployed_running", operation.id)


def _new(subscription: Subscription, name: str, label: bytes, virtual_ip: str) -> Deployment:
    return Deployment(
        name=name,
        slot="Production",
        private_id=subscription.entropy.hex32(),
        status="Deploying",
        label=label,
        configuration_text=b"",
        created_time=subscription.now,
        last_modified_time=subscription.now,
        roles={},
        instances={},
        virtual_ips=[VirtualIP(virtual_ip, instances.public_address(subscription))],
    )


def _virtual_ip_name(deployment_name: str, behind_it: Iterable[EndpointInput | InputEndpoint]) -> str:
    """Name a virtual IP after the deployment where machines have public endpoints, as recorded names are."""
    public = any(not one.load_balancer_name for one in behind_it)
    return f"{deployment_name}ContractContract" if public else WITHOUT_ENDPOINTS


def name_virtual_ip(deployment: Deployment) -> None:
    """Give the virtual IP its name when the first public endpoint is behind it; a reserved one keeps what it has."""
    first = deployment.virtual_ips[0]
    if first.name == WITHOUT_ENDPOINTS and first.reserved_ip_name is None:
        behind_it = [one for role in deployment.roles.values() for one in role.input_endpoints]
        first.name = _virtual_ip_name(deployment.name, behind_it)


def _wanted(subscription: Subscription, command: CreateVMDeployment) -> networking.Wanted:
    machines = [wish for role in command.role_list for wish in networking.check_machine(subscription, network_of(role))]
    return networking.Wanted(
        virtual_network_name=command.virtual_network_name,
        reserved_ip_name=command.reserved_ip_name,
        dns_servers=command.dns_servers or (),
        load_balancers=command.load_balancers or (),
        machines=machines,
    )


def network_of(role: RoleInput) -> NetworkConfiguration:
    """Return what a caller says of a machine's network; nothing where it does not."""
    found = (s for s in role.configuration_sets or () if isinstance(s, NetworkConfiguration))
    return next(found, NetworkConfiguration())


# ---- judging


def size_of(subscription: Subscription, name: str) -> RoleSize:
    """Return a role size that machines can have."""
    size = subscription.catalog.role_size(name)
    if size is None or not size.supported_by_virtual_machines:
        raise errors.ROLE_SIZE_UNKNOWN(size=name, kind="virtual machines")
    return size


def judge(subscription: Subscription, service: HostedService, role: RoleInput) -> Plan:
    """Judge a machine as the caller describes it; what is refused leaves no trace."""
    name = role.role_name
    if not names.is_dns_label(name):
        raise errors.ROLE_INVALID(role=name, why="its name is no DNS label.")
    if (role.role_type or ROLE_TYPE) != ROLE_TYPE:
        raise errors.ROLE_INVALID(role=name, why=f"its RoleType is not {ROLE_TYPE}.")
    size = size_of(subscription, role.role_size or DEFAULT_SIZE)
    provisioning = _provisioning(role)
    role, of_image = imaged_machines.expand(
        subscription, machine_disks.location_of(subscription, service), role, provisioning
    )
    certificate_thumbprints = _certificate_thumbprints(provisioning)
    references.certificates(service, certificate_thumbprints)
    machine_disks.check_data_disks(subscription, service, role, size.max_data_disk_count)
    disk, os, disk_gb = of_image or machine_disks.source(subscription, service, role, provisioning)
    network = network_of(role)
    return Plan(
        role=role,
        size=size.name,
        cores=size.cores,
        os=os,
        host_name=_host_name(role, provisioning),
        disk=disk,
        disk_gb=disk_gb,
        winrm=isinstance(provisioning, WindowsProvisioning) and bool(provisioning.listeners),
        endpoints=check_endpoints(role, network.input_endpoints or []),
        network=network,
        certificate_thumbprints=certificate_thumbprints,
    )


def _provisioning(role: RoleInput) -> ConfigurationSet | None:
    kinds = (WindowsProvisioning, LinuxProvisioning)
    found = [s for s in role.configuration_sets or () if isinstance(s, kinds)]
    if len(found) > 1:
        raise errors.ROLE_INVALID(role=role.role_name, why="it has more than one provisioning configuration.")
    return found[0] if found else None


def _certificate_thumbprints(provisioning: ConfigurationSet | None) -> tuple[str, ...]:
    """Return the certificates of the service that a machine is to get, as the caller writes them."""
    match provisioning:
        case WindowsProvisioning(stored_certificate_settings=stored, listeners=listeners):
            given = [*(s.thumbprint for s in stored or ()), *(one.certificate_thumbprint for one in listeners or ())]
        case LinuxProvisioning(public_keys=public_keys, key_pairs=key_pairs):
            given = [key.fingerprint for key in (*(public_keys or ()), *(key_pairs or ()))]
        case _:
            given = []
    return tuple(thumbprint for thumbprint in given if thumbprint)


def _host_name(role: RoleInput, provisioning: ConfigurationSet | None) -> str:
    match provisioning:
        case WindowsProvisioning(computer_name=name):
            return _length(role, "ComputerName", name or role.role_name[:15], 1, 15)
        case LinuxProvisioning(host_name=name):
            _length(role, "UserName", provisioning.user_name or "", 1, 32)
            if provisioning.user_password is not None:
                _length(role, "UserPassword", provisioning.user_password, 6, 72)
            return _length(role, "HostName", name or role.role_name, 1, 64).partition(".")[0]
    return role.role_name


def _length(role: RoleInput, what: str, value: str, low: int, high: int) -> str:
    if not low <= len(value) <= high:
        raise errors.ROLE_INVALID(role=role.role_name, why=f"its {what} has to have {low} to {high} characters.")
    return value


def check_endpoints(role: RoleInput, endpoints: Sequence[EndpointInput]) -> list[EndpointInput]:
    """Return the endpoints if each is whole and no name stands twice."""
    seen: set[str] = set()
    for one in endpoints:
        why = _endpoint_fault(one, seen)
        if why:
            raise errors.ROLE_INVALID(role=role.role_name, why=why)
        seen.add((one.name or "").lower())
    return list(endpoints)


def _endpoint_fault(one: EndpointInput, seen: set[str]) -> str | None:
    if not one.name:
        return "an input endpoint has no Name."
    if one.name.lower() in seen:
        return f"the input endpoint {one.name} stands twice."
    if (one.protocol or "").lower() not in ("tcp", "udp"):
        return f"the Protocol of the input endpoint {one.name} is neither tcp nor udp."
    ports = [one.local_port or 0] if one.port is None else [one.local_port or 0, one.port]
    if not all(0 < port < 65536 for port in ports):  # noqa: PLR2004
        return f"a port of the input endpoint {one.name} is not between 1 and 65535."
    return None


def _distinct(plans: Sequence[Plan]) -> None:
    if not plans:
        raise errors.BAD_PARAMETER(why="The deployment has no role.")
    seen: set[str] = set()
    for plan in plans:
        name = plan.role.role_name.lower()
        if name in seen:
            raise errors.ROLE_INVALID(role=plan.role.role_name, why="its name stands twice.")
        seen.add(name)


Claims = Iterable[tuple[str, Sequence[EndpointInput]]]
"""Roles by their names and the endpoints that they are to have."""


Port = tuple[str, int, str]
"""The virtual IP (or load balancer) that a public port is of, its number and protocol."""


def port_of(one: EndpointInput | InputEndpoint, number: int) -> Port:
    """Return the public port that an endpoint has, if that is its number."""
    return (one.load_balancer_name or one.virtual_ip_name or "").lower(), number, (one.protocol or "").lower()


def port_clash(claims: Claims, holders: dict[Port, str] | None = None) -> int | None:
    """Return a public port that two endpoints claim; those of one load-balanced set share theirs.

    `holders` says what other roles have already.
    """
    taken = dict(holders or {})
    for role_name, wanted in claims:
        for one in wanted:
            holder = one.load_balanced_endpoint_set_name or f"{role_name}/{one.name}"
            if one.port is not None and taken.setdefault(port_of(one, one.port), holder) != holder:
                return one.port
    return None


# ---- building


def build(subscription: Subscription, service: HostedService, deployment: Deployment, plan: Plan) -> None:
    """Make a machine that was judged, with its disks."""
    name = plan.role.role_name
    number = len(deployment.roles)
    os_disk = machine_disks.os_disk(subscription, service, deployment, plan.role, (plan.disk, plan.os, plan.disk_gb))
    luns = plan.role.data_virtual_hard_disks or ()
    references = plan.role.resource_extension_references
    machine = Machine(
        os=plan.os,
        host_name=plan.host_name,
        os_disk=os_disk,
        data_disks=tuple(machine_disks.data_disk(subscription, service, deployment, name, disk) for disk in luns),
        availability_set_name=plan.role.availability_set_name,
        provision_guest_agent=plan.role.provision_guest_agent,
        resource_extension_references=None if references is None else tuple(references),
        license_type=plan.role.license_type,
        boot_diagnostics_enabled=plan.role.boot_diagnostics_enabled,
        default_win_rm_certificate_thumbprint=_thumbprint(subscription) if plan.winrm else None,
        remote_access_certificate_thumbprint=_thumbprint(subscription),
        certificate_thumbprints=plan.certificate_thumbprints,
        vm_image_name=plan.role.vm_image_name,
    )
    role = deployment.roles[name.lower()] = Role(
        role_name=name, role_size=plan.size, input_endpoints=endpoints(subscription, plan.endpoints), machine=machine
    )
    instance = RoleInstance(
        role_name=name,
        instance_name=name,
        kind=plan.os,
        state="",
        since=subscription.now,
        instance_upgrade_domain=number % UPDATE_DOMAINS if plan.role.availability_set_name else 0,
        instance_fault_domain=number % FAULT_DOMAINS if plan.role.availability_set_name else 0,
        instance_size=plan.size,
        ip_address="",
    )
    deployment.instances[name.lower()] = instance
    networking.connect(subscription, deployment, role, plan.network)
    public_ips.give(subscription, machine, plan.network)
    instances.enter(subscription, service, deployment, instance, "deploying")
    if machine.default_win_rm_certificate_thumbprint and service.default_win_rm_certificate_thumbprint is None:
        service.default_win_rm_certificate_thumbprint = machine.default_win_rm_certificate_thumbprint


def _thumbprint(subscription: Subscription) -> str:
    return (subscription.entropy.hex32() + subscription.entropy.hex32()[:8]).upper()


def endpoints(subscription: Subscription, wanted: Sequence[EndpointInput]) -> tuple[InputEndpoint, ...]:
    """Make endpoints of what is wanted; one without a port gets a free one."""
    return tuple(
        InputEndpoint(
            name=one.name or "",
            protocol=(one.protocol or "").lower(),
            local_port=one.local_port or 0,
            port=one.port or subscription.entropy.number(*FREE_PORTS),
            load_balanced_endpoint_set_name=one.load_balanced_endpoint_set_name or None,
            enable_direct_server_return=bool(one.enable_direct_server_return),
            load_balancer_name=one.load_balancer_name or None,
            idle_timeout_in_minutes=one.idle_timeout_in_minutes,
            virtual_ip_name=one.virtual_ip_name or None,
            load_balancer_probe=one.load_balancer_probe,
            rules=tuple(one.rules or ()),
            load_balancer_distribution=one.load_balancer_distribution,
        )
        for one in wanted
    )


# ---- what the schedule brings


def _happened(subscription: Subscription, event: Event) -> None:
    """The fabric has taken the machines: the deployment runs, its operation ends, and provisioning begins."""
    service = subscription.hosted_services[event.resource[0]]
    deployment = next(d for d in service.deployments.values() if d.name.lower() == event.resource[1])
    deployment.status = DEPLOYMENT.next(deployment.status, event.name)
    deployment.operation, deployment.last_modified_time = None, subscription.now
    instances.happen(subscription, service, deployment, "provision")
    operations.finish(subscription, event.operation)


HANDLERS = {"machines": _happened}
