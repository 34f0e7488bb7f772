"""Traffic Manager: profiles and their definitions. Its calls are answered at once with their final status.

Nothing here watches an endpoint: one that is enabled stays being checked (assumption 177).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from emulator.domain import errors_networks, names, refusals
from emulator.domain.records import TrackedOperation
from emulator.domain.traffic_manager_records import Definition, Endpoint, Monitor, TrafficManagerProfile
from emulator.domain.world import Subscription

SUFFIX = ".trafficmanager.net"
VERSION = 1
"""Of the one definition that a profile has."""

ENABLED, DISABLED = "Enabled", "Disabled"
_STATUSES = (ENABLED, DISABLED)
METHODS = ("Performance", "Failover", "RoundRobin")
_PROTOCOLS = ("HTTP", "HTTPS")
_TYPES = ("CloudService", "AzureWebsite", "Any", "TrafficManager")
_PLACELESS = ("Any", "TrafficManager")
_LONGEST_NAME, _LAST_PORT, _MOST_WEIGHT = 256, 65535, 1000
_TIMES_TO_LIVE = range(30, 1_000_000)
_NAME = re.compile(r"[A-Za-z0-9.-]+", re.ASCII)


class CreateProfile(Struct, frozen=True, kw_only=True):
    """A new profile, below trafficmanager.net."""

    domain_name: str
    name: str


class UpdateProfile(Struct, frozen=True, kw_only=True):
    """Whether a profile is to be Enabled, and by which version of its definition, or Disabled."""

    status: str
    enabled_version: int | None = None


# ---- reading


def is_available(subscription: Subscription, dns_name: str) -> bool:
    """Tell whether a profile could have that domain name."""
    return _has_suffix(dns_name) and not _taken(subscription, dns_name)


def list_profiles(subscription: Subscription) -> list[TrafficManagerProfile]:
    """Return every profile, oldest first."""
    return list(subscription.traffic_manager_profiles.values())


def get_profile(subscription: Subscription, profile_name: str) -> TrafficManagerProfile:
    """Return the profile of that name."""
    found = subscription.traffic_manager_profiles.get(profile_name.lower())
    if found is None:
        raise errors_networks.PROFILE_NOT_FOUND(name=profile_name)
    return found


def list_definitions(subscription: Subscription, profile_name: str) -> list[TrafficManagerProfile]:
    """Return the profile as often as it has a definition: once or never."""
    profile = get_profile(subscription, profile_name)
    return [profile] if profile.definition else []


def get_definition(subscription: Subscription, profile_name: str) -> TrafficManagerProfile:
    """Return a profile that has a definition."""
    profile = get_profile(subscription, profile_name)
    if profile.definition is None:
        raise errors_networks.DEFINITION_NOT_FOUND(name=profile.name)
    return profile


def endpoint_status(profile: TrafficManagerProfile, endpoint: Endpoint) -> str:
    """Return what the monitor says of an endpoint."""
    return "CheckingEndpoint" if profile.enabled and endpoint.status == ENABLED else DISABLED


def policy_status(profile: TrafficManagerProfile) -> str:
    """Return what the monitor says of a profile: Inactive while no endpoint is enabled."""
    if not profile.enabled:
        return DISABLED
    endpoints = profile.definition.endpoints if profile.definition else ()
    return "CheckingEndpoints" if any(one.status == ENABLED for one in endpoints) else "Inactive"


# ---- profiles


def create_profile(subscription: Subscription, _operation: TrackedOperation, command: CreateProfile) -> None:
    """Make a profile that does nothing yet."""
    if not _has_suffix(command.domain_name):
        raise errors_networks.PROFILE_DOMAIN_INVALID(name=command.domain_name)
    prefix = command.domain_name[: -len(SUFFIX)]
    if not all(names.is_dns_label(part) for part in prefix.split(".")):
        raise errors_networks.PROFILE_PREFIX_INVALID(name=command.domain_name)
    if _NAME.fullmatch(command.name) is None or len(command.name) > _LONGEST_NAME:
        raise errors_networks.PROFILE_NAME(name=command.name)
    if command.name.lower() in subscription.traffic_manager_profiles:
        raise errors_networks.PROFILE_EXISTS(name=command.name)
    if _taken(subscription, command.domain_name):
        raise errors_networks.PROFILE_DOMAIN_TAKEN(name=command.domain_name)
    subscription.traffic_manager_profiles[command.name.lower()] = TrafficManagerProfile(
        command.name, command.domain_name
    )


def _has_suffix(domain_name: str) -> bool:
    return domain_name.lower().endswith(SUFFIX)


def _taken(subscription: Subscription, domain_name: str) -> bool:
    return any(
        profile.domain_name.lower() == domain_name.lower()
        for one in subscription.world.neighbours(subscription)
        for profile in one.traffic_manager_profiles.values()
    )


def update_profile(
    subscription: Subscription, _operation: TrackedOperation, command: UpdateProfile, profile_name: str
) -> None:
    """Enable a profile that has a definition, or disable it."""
    profile = get_profile(subscription, profile_name)
    status = _one_of(_STATUSES, command.status)
    if status is None:
        raise errors_networks.PROFILE_STATUS(status=command.status)
    version = VERSION if command.enabled_version is None else command.enabled_version
    if status == ENABLED and (profile.definition is None or version != VERSION):
        raise errors_networks.PROFILE_UNDEFINED(name=profile.name, version=version)
    profile.enabled = status == ENABLED


def delete_profile(subscription: Subscription, _operation: TrackedOperation, profile_name: str) -> None:
    """Take a profile away with its definition."""
    if not subscription.traffic_manager_profiles:
        # Recorded: the service forgets a subscription together with its last profile.
        raise errors_networks.NO_PROFILES(subscription=subscription.id)
    del subscription.traffic_manager_profiles[get_profile(subscription, profile_name).name.lower()]


# ---- definitions


def create_definition(
    subscription: Subscription, _operation: TrackedOperation, command: Definition, profile_name: str
) -> int:
    """Give a profile a definition in the place of the one it has, and return its version; the first one enables it.

    Assumption 180: another one leaves it disabled where it is.
    """
    profile = get_profile(subscription, profile_name)
    definition = _judged(command)
    profile.enabled = profile.enabled or profile.definition is None
    profile.definition = definition
    return VERSION


def _judged(command: Definition) -> Definition:
    method = _known(METHODS, "LoadBalancingMethod", command.load_balancing_method)
    if command.time_to_live_in_seconds not in _TIMES_TO_LIVE:
        raise _invalid(f"TimeToLiveInSeconds {command.time_to_live_in_seconds} is not between 30 and 999999.")
    if len(command.monitors) != 1:
        raise _invalid("there is to be one Monitor.")
    endpoints = tuple(_endpoint(one, method) for one in command.endpoints)
    _distinct([one.domain_name for one in endpoints])
    monitors = tuple(_monitor(one) for one in command.monitors)
    return replace(command, load_balancing_method=method, monitors=monitors, endpoints=endpoints)


def _monitor(wanted: Monitor) -> Monitor:
    protocol = _known(_PROTOCOLS, "Protocol", wanted.protocol)
    fixed = (
        ("IntervalInSeconds", wanted.interval_in_seconds, 30),
        ("TimeoutInSeconds", wanted.timeout_in_seconds, 10),
        ("ToleratedNumberOfFailures", wanted.tolerated_number_of_failures, 3),
        ("Verb", wanted.verb, "GET"),
        ("ExpectedStatusCode", wanted.expected_status_code, 200),
    )
    for name, given, only in fixed:
        if given != only:
            raise _invalid(f"{name} {given} is not {only}.")
    if not 1 <= wanted.port <= _LAST_PORT:
        raise _invalid(f"Port {wanted.port} is not between 1 and {_LAST_PORT}.")
    if not wanted.relative_path.startswith("/"):
        raise _invalid(f"RelativePath {wanted.relative_path} does not begin with a slash.")
    return replace(wanted, protocol=protocol)


def _endpoint(wanted: Endpoint, method: str) -> Endpoint:
    type_ = _known(_TYPES, "Type", wanted.type)
    status = _known(_STATUSES, "Status", wanted.status)
    if method == "Performance" and type_ in _PLACELESS and not wanted.location:
        raise _invalid(f"the endpoint {wanted.domain_name} needs a Location for {method}.")
    if not 1 <= wanted.weight <= _MOST_WEIGHT:
        raise _invalid(f"Weight {wanted.weight} is not between 1 and {_MOST_WEIGHT}.")
    # Recorded: the domain of a cloud service comes back in lower case.
    domain = wanted.domain_name.lower() if type_ == "CloudService" else wanted.domain_name
    return replace(wanted, domain_name=domain, type=type_, status=status)


def _distinct(domains: Sequence[str]) -> None:
    seen: set[str] = set()
    for domain in domains:
        if domain.lower() in seen:
            raise _invalid(f"the endpoint {domain} stands twice.")
        seen.add(domain.lower())


def _one_of(known: tuple[str, ...], given: str) -> str | None:
    return next((one for one in known if one.lower() == given.lower()), None)


def _known(known: tuple[str, ...], what: str, given: str) -> str:
    found = _one_of(known, given)
    if found is None:
        raise _invalid(f"{what} {given} is none of {', '.join(known)}.")
    return found


def _invalid(why: str) -> refusals.ServiceError:
    return errors_networks.DEFINITION_INVALID(why=why)
