"""Public addresses of single machines: what a machine asks for, and what it gets beside those of its deployment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from emulator.domain import errors, errors_networks, instances, names
from emulator.domain.machines import NetworkConfiguration, PublicIPInput
from emulator.domain.network_records import PublicIP
from emulator.domain.records import Machine
from emulator.domain.world import Subscription

IDLE_MINUTES = range(4, 31)


def judge(
    subscription: Subscription, configurations: Iterable[NetworkConfiguration], instead_of: Machine | None = None
) -> None:
    """Refuse addresses that cannot be, or that are more than the quota leaves; those of `instead_of` are given back."""
    wanted = [one for configuration in configurations for one in configuration.public_ips or ()]
    for one in wanted:
        _check(one)
    given_back = len(instead_of.public_ips) if instead_of else 0
    limit, current = subscription.catalog.quotas.max_public_ip_count, sum(1 for _ in _in_use(subscription))
    if len(wanted) > given_back and current - given_back + len(wanted) > limit:
        raise errors.OVER_QUOTA(
            resource="public IP count", quota="max_public_ip_count", limit=limit, current=current, increment=len(wanted)
        )


def _check(wanted: PublicIPInput) -> None:
    minutes = wanted.idle_timeout_in_minutes
    if minutes is not None and minutes not in IDLE_MINUTES:
        raise errors_networks.PUBLIC_IP_INVALID(name=wanted.name, why="IdleTimeoutInMinutes is from 4 to 30.")
    if wanted.domain_name_label and not names.is_dns_label(wanted.domain_name_label):
        raise errors_networks.PUBLIC_IP_INVALID(name=wanted.name, why="DomainNameLabel is no DNS label.")


def _in_use(subscription: Subscription) -> Iterator[PublicIP]:
    for service in subscription.hosted_services.values():
        for deployment in service.deployments.values():
            for role in deployment.roles.values():
                yield from role.machine.public_ips if role.machine else ()


def give(subscription: Subscription, machine: Machine | None, configuration: NetworkConfiguration) -> None:
    """Give a machine the public addresses that it was judged for; one that goes by the same name stays the same."""
    if machine is None:
        return
    known = {(one.name or "").lower(): one.address for one in machine.public_ips}
    machine.public_ips = tuple(
        PublicIP(
            name=one.name or None,
            address=known.get((one.name or "").lower()) or instances.public_address(subscription),
            idle_timeout_in_minutes=one.idle_timeout_in_minutes,
            domain_name_label=one.domain_name_label or None,
        )
        for one in configuration.public_ips or ()
    )
