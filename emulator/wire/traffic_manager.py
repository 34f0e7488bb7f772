"""Traffic Manager: profiles and definitions. A definition is shown with what is told of its profile."""

from __future__ import annotations

from typing import Any

from emulator.domain import traffic_manager as domain
from emulator.domain import traffic_manager_records as records
from emulator.domain.traffic_manager_records import Definition, Endpoint, TrafficManagerProfile
from emulator.wire.common import nothing
from emulator.wire.contract import Contract, column, flat, group, many
from emulator.wire.dialects import COMMON, Dialect
from emulator.wire.values import BOOLEAN, INTEGER
from emulator.wire.writing import Context

TRAFFIC_MANAGER = Dialect(
    headers=(
        *COMMON,
        ("X-Content-Type-Options", "nosniff"),
        ("X-AspNet-Version", "4.0.30319"),
        ("X-Powered-By", "ASP.NET"),
    )
)
"""That its answers have these headers was recorded, not what they say (assumption 178)."""


# ---- as they are asked for


def _monitor(
    verb: str | None = None, relative_path: str | None = None, expected_status_code: int | None = None, **fields: Any
) -> records.Monitor:
    """What a monitor asks for and expects goes without saying (assumption 179)."""
    return records.Monitor(
        verb=verb or "GET",
        relative_path=relative_path or "/",
        expected_status_code=200 if expected_status_code is None else expected_status_code,
        **fields,
    )


def _endpoint(type: str | None = None, weight: int | None = None, **fields: Any) -> Endpoint:  # noqa: A002 - its name
    """An endpoint without a type is a cloud service: once there were no others (assumption 179)."""
    return Endpoint(type=type or "CloudService", weight=1 if weight is None else weight, **fields)


def _definition(
    monitors: list[records.Monitor] | None = None, endpoints: list[Endpoint] | None = None, **fields: Any
) -> Definition:
    return Definition(monitors=tuple(monitors or ()), endpoints=tuple(endpoints or ()), **fields)


MONITOR = Contract(
    "Monitor",
    _monitor,
    (
        column("IntervalInSeconds", INTEGER, required=True),
        column("TimeoutInSeconds", INTEGER, required=True),
        column("ToleratedNumberOfFailures", INTEGER, required=True),
        column("Protocol", required=True),
        column("Port", INTEGER, required=True),
        group(
            "HttpOptions",
            column("Verb"),
            column("RelativePath"),
            column("ExpectedStatusCode", INTEGER),
        ),
    ),
)

ENDPOINT = Contract(
    "Endpoint",
    _endpoint,
    (
        column("DomainName", required=True),
        column("Status", required=True),
        column("Type"),
        column("Location"),
        column("Weight", INTEGER),
        column("MinChildEndpoints", INTEGER),
    ),
    ordered=False,  # clients differ in which of the last two comes first
)

CREATE_PROFILE = Contract(
    "Profile", domain.CreateProfile, (column("DomainName", required=True), column("Name", required=True))
)

UPDATE_PROFILE = Contract(
    "Profile",
    domain.UpdateProfile,
    (column("Status", required=True), group("StatusDetails", column("EnabledVersion", INTEGER))),
)

CREATE_DEFINITION = Contract(
    "Definition",
    _definition,
    (
        group("DnsOptions", column("TimeToLiveInSeconds", INTEGER, required=True), required=True),
        many("Monitors", MONITOR),
        group("Policy", column("LoadBalancingMethod", required=True), many("Endpoints", ENDPOINT), required=True),
    ),
)


# ---- as they are shown


def _status(profile: TrafficManagerProfile, _context: Context) -> str:
    return domain.ENABLED if profile.enabled else domain.DISABLED


def _version(_record: object, _context: Context) -> int:
    return domain.VERSION


def _defined(profile: TrafficManagerProfile, _context: Context) -> list[TrafficManagerProfile]:
    return [profile] if profile.definition else []


_SUMMARY = (column("Status", get=_status), column("Version", INTEGER, get=_version))

PROFILE = Contract(
    "Profile",
    nothing,
    (
        column("DomainName"),
        column("Name"),
        column("Status", get=_status),
        group(
            "StatusDetails",
            column("EnabledVersion", INTEGER, get=_version),
            get=lambda profile, _c: profile if profile.enabled else None,
        ),
        many("Definitions", Contract("Definition", nothing, _SUMMARY), get=_defined),
    ),
)

PROFILES = Contract("Profiles", nothing, (flat(PROFILE),))

DEFINITION_MADE = Contract("Definition", nothing, (column("Version", INTEGER, attribute="items"),))

_SHOWN_ENDPOINT = Contract(
    "Endpoint",
    nothing,
    (
        column("DomainName", attribute="of.domain_name"),
        column("Status", attribute="of.status"),
        column("Type", attribute="of.type"),
        column("Location", attribute="of.location"),
        column("MonitorStatus"),
        column("Weight", INTEGER, attribute="of.weight"),
        column("MinChildEndpoints", INTEGER, attribute="of.min_child_endpoints"),
    ),
)


class _Watched:
    """An endpoint with what the monitor says of it."""

    def __init__(self, profile: TrafficManagerProfile, endpoint: Endpoint) -> None:
        self.of, self.monitor_status = endpoint, domain.endpoint_status(profile, endpoint)


def _endpoints(profile: TrafficManagerProfile, _context: Context) -> list[_Watched]:
    return [_Watched(profile, one) for one in profile.definition.endpoints] if profile.definition else []


DEFINITION = Contract(
    "Definition",
    nothing,
    (
        group("DnsOptions", column("TimeToLiveInSeconds", INTEGER, attribute="definition.time_to_live_in_seconds")),
        *_SUMMARY,
        many("Monitors", MONITOR, attribute="definition.monitors"),
        group(
            "Policy",
            column("LoadBalancingMethod", attribute="definition.load_balancing_method"),
            many("Endpoints", _SHOWN_ENDPOINT, get=_endpoints),
            column("MonitorStatus", get=lambda profile, _c: domain.policy_status(profile)),
        ),
    ),
)

DEFINITIONS = Contract("Definitions", nothing, (flat(DEFINITION),))

AVAILABILITY = Contract("AvailabilityResponse", nothing, (column("Result", BOOLEAN, attribute="items"),))
