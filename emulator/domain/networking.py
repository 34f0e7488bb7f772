"""What a new deployment wants of the network, judged whole (`judge`) and then given (`give`).

The service and its deployment are put into a virtual network, and get DNS servers, a load balancer and addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address

from msgspec import Struct
from msgspec.structs import replace

from emulator.domain import addresses, errors, errors_networks, instances, names, network_lookup
from emulator.domain.addresses import Wish
from emulator.domain.configuration import InstanceAddress, ServiceConfiguration, role_key
from emulator.domain.configuration import NetworkConfiguration as NetworkOfService
from emulator.domain.machines import EndpointInput, LoadBalancerInput, NetworkConfiguration, NetworkInterfaceInput
from emulator.domain.network_records import (
    DnsServer,
    LoadBalancer,
    NetworkInterface,
    ReservedIP,
    VirtualNetwork,
)
from emulator.domain.records import Deployment, HostedService, Machine, Role, RoleInstance, VirtualIP
from emulator.domain.refusals import ServiceError
from emulator.domain.world import Subscription

PRIVATE = "Private"
IP_FORWARDING = {"enabled": "Enabled", "disabled": "Disabled"}


class Wanted(Struct, frozen=True, kw_only=True):
    """What a new deployment asks of the network; `machines` are the addresses for all that is in it."""

    virtual_network_name: str | None = None
    reserved_ip_name: str | None = None
    dns_servers: Sequence[DnsServer] = ()
    load_balancers: Sequence[LoadBalancerInput] = ()
    machines: Sequence[Wish] = ()


class Granted(Struct, frozen=True):
    """What it will get: giving it cannot fail any more."""

    network: VirtualNetwork | None
    reserved: ReservedIP | None
    dns_servers: Sequence[DnsServer]
    load_balancers: Sequence[LoadBalancerInput]


def judge(subscription: Subscription, service: HostedService, wanted: Wanted) -> Granted:
    """Refuse what the network cannot give to a new deployment of `service`; take nothing yet."""
    network = addresses.network(subscription, service, wanted.virtual_network_name)
    reserved = addresses.reserved_ip(subscription, service, wanted.reserved_ip_name)
    for balancer in wanted.load_balancers:
        check_load_balancer(balancer)
    if len(wanted.load_balancers) > 1:
        raise errors_networks.LOAD_BALANCER_EXISTS(name=wanted.load_balancers[0].name)
    check_dns_servers(wanted.dns_servers)
    addresses.judge(subscription, network, [*map(wish_of, wanted.load_balancers), *wanted.machines])
    return Granted(network, reserved, wanted.dns_servers, wanted.load_balancers)


def give(subscription: Subscription, deployment: Deployment, granted: Granted) -> None:
    """Put a deployment, which has its own public address already, where it was judged to belong."""
    deployment.virtual_network_name = granted.network.site.name if granted.network else None
    deployment.dns_servers = list(granted.dns_servers)
    if granted.reserved is not None:
        reserved = granted.reserved
        # Recorded: the virtual IP of a deployment of machines is then named like the reserved IP.
        name = reserved.name if deployment.of_virtual_machines else deployment.virtual_ips[0].name
        deployment.virtual_ips[0] = VirtualIP(name, reserved.address, reserved.name)
    deployment.load_balancers = [make_load_balancer(subscription, deployment, one) for one in granted.load_balancers]


# ---- DNS servers


def check_dns_servers(servers: Iterable[DnsServer]) -> None:
    """Refuse DNS servers that have one name, or no IPv4 address."""
    seen: set[str] = set()
    for server in servers:
        names.resource_name(server.name, errors_networks.DNS_SERVER_NAME)
        try:
            IPv4Address(server.address)
        except ValueError:
            raise errors_networks.DNS_SERVER_ADDRESS(name=server.name, address=server.address) from None
        if server.name.lower() in seen:
            raise errors_networks.DNS_SERVER_EXISTS(name=server.name)
        seen.add(server.name.lower())


# ---- load balancers


def check_load_balancer(wanted: LoadBalancerInput) -> None:
    """Refuse a load balancer that is not named as one can be, or is not private."""
    names.resource_name(wanted.name, errors_networks.LOAD_BALANCER_NAME)
    if wanted.type.lower() != PRIVATE.lower():
        raise errors_networks.LOAD_BALANCER_TYPE(name=wanted.name, type=wanted.type)


def wish_of(wanted: LoadBalancerInput) -> Wish:
    """Return the address that a load balancer asks for."""
    return Wish(
        subnets=(wanted.subnet_name,) if wanted.subnet_name else (),
        address=wanted.static_virtual_network_ip_address or None,
    )


def make_load_balancer(subscription: Subscription, deployment: Deployment, wanted: LoadBalancerInput) -> LoadBalancer:
    """Return a load balancer that was judged, at its address."""
    network = addresses.of(subscription, deployment)
    if network is None:
        address = _private_address(subscription)
    else:
        (address,) = addresses.take(subscription, network, [wish_of(wanted)])
    return LoadBalancer(
        name=wanted.name,
        address=address,
        subnet_name=wanted.subnet_name or None,
        static_virtual_network_ip_address=wanted.static_virtual_network_ip_address or None,
    )


def _private_address(subscription: Subscription) -> str:
    """Pick an address of the range in which recorded load balancers without a subnet were: 100.120.0.0/22."""
    number = subscription.entropy.number(4, 4 * 256 - 2)
    return f"100.120.{number >> 8}.{number & 255}"


# ---- machines


def endpoints_behind(
    wanted: Sequence[EndpointInput], virtual_ips: Sequence[str], load_balancers: Sequence[str]
) -> list[EndpointInput]:
    """Return endpoints, of which those behind the first virtual IP do not name it; refuse names that are not there."""
    first, *secondary = (name.lower() for name in virtual_ips)
    known = {name.lower() for name in load_balancers}
    result = []
    for one in wanted:
        virtual_ip, balancer = (one.virtual_ip_name or "").lower(), (one.load_balancer_name or "").lower()
        if virtual_ip not in ("", first, *secondary):
            raise errors_networks.VIRTUAL_IP_UNKNOWN(name=one.virtual_ip_name)
        if balancer and balancer not in known:
            raise errors_networks.LOAD_BALANCER_UNKNOWN(name=one.load_balancer_name)
        result.append(replace(one, virtual_ip_name=None) if virtual_ip in ("", first) else one)
    return result


def endpoints_of(deployment: Deployment, wanted: Sequence[EndpointInput]) -> list[EndpointInput]:
    """Return endpoints for a machine of a deployment, as `endpoints_behind` does."""
    names_ = [one.name for one in deployment.virtual_ips]
    return endpoints_behind(wanted, names_, [one.name for one in deployment.load_balancers])


def machine_wishes(configuration: NetworkConfiguration) -> list[Wish]:
    """Return the addresses that a machine asks for: its own, and one for each further network interface."""
    own = Wish(
        subnets=tuple(configuration.subnet_names or ()),
        address=configuration.static_virtual_network_ip_address or None,
    )
    further = [
        Wish(
            subnets=(one.subnet_name,) if one.subnet_name else (),
            address=one.static_virtual_network_ip_address or None,
        )
        for one in configuration.network_interfaces or ()
    ]
    return [own, *further]


def check_machine(subscription: Subscription, configuration: NetworkConfiguration) -> list[Wish]:
    """Refuse network interfaces that are not named apart; return the addresses that the machine asks for."""
    seen: set[str] = set()
    for one in configuration.network_interfaces or ():
        if not one.name or one.name.lower() in seen:
            raise errors_networks.NETWORK_INTERFACE_NAME(name=one.name)
        ip_forwarding(one.ip_forwarding)
        security_group(subscription, one.network_security_group)
        seen.add(one.name.lower())
    ip_forwarding(configuration.ip_forwarding)
    security_group(subscription, configuration.network_security_group)
    return machine_wishes(configuration)


def connect(
    subscription: Subscription, deployment: Deployment, role: Role, configuration: NetworkConfiguration
) -> None:
    """Put a machine, new or moved, where it was judged to belong.

    Who asks for the same addresses keeps them, and a machine or interface what is not said anew of it (assumption 174).
    """
    instance, machine = deployment.instances[role.role_name.lower()], role.machine
    if machine is None:
        return
    known = {one.name.lower(): one for one in machine.network_interfaces}
    own, wishes = _own(instance, machine), machine_wishes(configuration)
    if not instance.ip_address or wishes != machine_wishes(_connected(machine)):
        own = addresses.take(subscription, addresses.of(subscription, deployment), wishes, own)
    instance.ip_address, *further = own
    machine.subnet_names = tuple(configuration.subnet_names or ())
    machine.static_virtual_network_ip_address = configuration.static_virtual_network_ip_address or None
    machine.network_interfaces = tuple(
        _interface(subscription, wanted, address, known.get((wanted.name or "").lower()))
        for wanted, address in zip(configuration.network_interfaces or (), further, strict=True)
    )
    role.ip_forwarding = ip_forwarding(configuration.ip_forwarding) or role.ip_forwarding
    group = security_group(subscription, configuration.network_security_group)
    role.network_security_group = group or role.network_security_group


def _own(instance: RoleInstance, machine: Machine) -> list[str]:
    return [instance.ip_address, *(one.address for one in machine.network_interfaces)]


def _interface(
    subscription: Subscription, wanted: NetworkInterfaceInput, address: str, known: NetworkInterface | None
) -> NetworkInterface:
    group = security_group(subscription, wanted.network_security_group)
    return NetworkInterface(
        name=wanted.name or "",
        mac_address=known.mac_address if known else f"001517{subscription.entropy.number(0, 2**24 - 1):06X}",
        subnet_name=wanted.subnet_name,
        address=address,
        static_virtual_network_ip_address=wanted.static_virtual_network_ip_address,
        ip_forwarding=ip_forwarding(wanted.ip_forwarding) or (known.ip_forwarding if known else None),
        network_security_group=group or (known.network_security_group if known else None),
    )


def judge_move(
    subscription: Subscription, deployment: Deployment, role: Role, given: NetworkConfiguration
) -> NetworkConfiguration | None:
    """Return how a machine is to be connected from now on; refuse what cannot be.

    A caller that names no subnets, or says nothing of further interfaces, leaves them as they are.
    """
    machine, instance = role.machine, deployment.instances[role.role_name.lower()]
    if machine is None:
        return None
    now = _connected(machine)
    wanted = replace(
        now,
        subnet_names=given.subnet_names or now.subnet_names,
        static_virtual_network_ip_address=given.static_virtual_network_ip_address or None,
        network_interfaces=now.network_interfaces if given.network_interfaces is None else given.network_interfaces,
        ip_forwarding=given.ip_forwarding,
        network_security_group=given.network_security_group,
    )
    wishes = check_machine(subscription, wanted)
    if wishes != machine_wishes(now):
        addresses.judge(subscription, addresses.of(subscription, deployment), wishes, _own(instance, machine))
    return wanted


def _connected(machine: Machine) -> NetworkConfiguration:
    """Return how a machine is connected, as a caller would say it."""
    return NetworkConfiguration(
        subnet_names=list(machine.subnet_names),
        static_virtual_network_ip_address=machine.static_virtual_network_ip_address,
        network_interfaces=[
            NetworkInterfaceInput(
                name=one.name,
                subnet_name=one.subnet_name,
                static_virtual_network_ip_address=one.static_virtual_network_ip_address,
                ip_forwarding=one.ip_forwarding,
                network_security_group=one.network_security_group,
            )
            for one in machine.network_interfaces
        ],
    )


def security_group(subscription: Subscription, name: str | None) -> str | None:
    """Return the name of a network security group as it was made with, if one is named."""
    return network_lookup.security_group(subscription, name).name if name else None


def ip_forwarding(text: str | None) -> str | None:
    """Return a state of IP forwarding as the service spells it."""
    if not text:
        return None
    found = IP_FORWARDING.get(text.strip().lower())
    if found is None:
        raise errors_networks.IP_FORWARDING_INVALID(state=text)
    return found


# ---- web and worker roles


def of_configuration(content: ServiceConfiguration, known: Iterable[RoleInstance] = ()) -> Wanted:
    """Return what a service configuration asks of the network, for the instances that are not `known` yet."""
    there = [role_key(instance.role_name) for instance in known]
    network = content.network or NetworkOfService()
    reserved = network.address_assignments.reserved_ips
    if len(reserved) > 1:
        raise errors.CONFIGURATION_INVALID(why="a deployment has at most one reserved IP.")
    wishes = [
        Wish(subnets=subnets(content, role.name), count=max(0, role.instance_count - there.count(role_key(role.name))))
        for role in content.roles
    ]
    return Wanted(
        virtual_network_name=network.virtual_network_site,
        reserved_ip_name=reserved[0].name if reserved else None,
        dns_servers=[DnsServer(one.name, one.ip_address) for one in network.dns_servers],
        machines=wishes,
    )


def subnets(content: ServiceConfiguration | None, role_name: str) -> tuple[str, ...]:
    """Return the subnets that a service configuration gives to a role."""
    network = content.network if content else None
    given: tuple[InstanceAddress, ...] = network.address_assignments.instance_addresses if network else ()
    return next((one.subnets for one in given if role_key(one.role_name) == role_key(role_name)), ())


def web_address(subscription: Subscription, deployment: Deployment, role_name: str) -> str:
    """Return an address for another instance of a web or worker role.

    It was judged when the instance was accepted. A subnet that has filled up since then is no reason to fail: the
    instance gets an address of the fabric.
    """
    wish = Wish(subnets=subnets(deployment.configuration, role_name))
    try:
        (address,) = addresses.take(subscription, addresses.of(subscription, deployment), [wish])
    except ServiceError:
        address = instances.address(subscription)
    return address


def judge_change(
    subscription: Subscription, service: HostedService, deployment: Deployment, content: ServiceConfiguration
) -> None:
    """Refuse a configuration whose network a deployment cannot be given any more."""
    wanted = of_configuration(content, deployment.instances.values())
    addresses.judge(subscription, addresses.of(subscription, deployment), wanted.machines)
    if not _differs(deployment, content):
        return
    if (wanted.virtual_network_name or "").lower() != (deployment.virtual_network_name or "").lower():
        raise errors_networks.VIRTUAL_NETWORK_CHANGE(deployment=deployment.name)
    if (wanted.reserved_ip_name or "").lower() != (deployment.virtual_ips[0].reserved_ip_name or "").lower():
        addresses.reserved_ip(subscription, service, wanted.reserved_ip_name)
    check_dns_servers(wanted.dns_servers)


def _differs(deployment: Deployment, content: ServiceConfiguration) -> bool:
    return deployment.configuration is not None and content.network != deployment.configuration.network


def change(subscription: Subscription, deployment: Deployment, content: ServiceConfiguration) -> None:
    """Give a deployment what another configuration says of its network, where it says something else than before.

    Assumed: a reserved IP that the configuration no longer names is given back.
    """
    if not _differs(deployment, content):
        return
    wanted, virtual_ip = of_configuration(content), deployment.virtual_ips[0]
    deployment.dns_servers = list(wanted.dns_servers)
    if wanted.reserved_ip_name:
        reserved = addresses.find_reserved(subscription, wanted.reserved_ip_name)
        virtual_ip.address, virtual_ip.reserved_ip_name = reserved.address, reserved.name
    elif virtual_ip.reserved_ip_name is not None:
        virtual_ip.address, virtual_ip.reserved_ip_name = instances.public_address(subscription), None
