"""The records of Traffic Manager: profiles and what their definition says.

Plain data with names as the API has them, like records.py; no behaviour.
"""

from __future__ import annotations

from msgspec import Struct


class Monitor(Struct, frozen=True, kw_only=True):
    """How the endpoints of a profile are looked after; times are in seconds."""

    interval_in_seconds: int
    timeout_in_seconds: int
    tolerated_number_of_failures: int
    protocol: str
    port: int
    verb: str
    relative_path: str
    expected_status_code: int


class Endpoint(Struct, frozen=True, kw_only=True):
    """Where a profile sends traffic to. `status` is Enabled or Disabled, as the caller has it."""

    domain_name: str
    status: str
    type: str
    location: str | None = None
    weight: int = 1
    min_child_endpoints: int | None = None


class Definition(Struct, frozen=True, kw_only=True):
    """What a profile does: how long its answers live, what it watches, and how it chooses among endpoints."""

    time_to_live_in_seconds: int
    monitors: tuple[Monitor, ...]
    load_balancing_method: str
    endpoints: tuple[Endpoint, ...]


class TrafficManagerProfile(Struct):
    """A name below trafficmanager.net. It is enabled by its first definition, and has one at most."""

    name: str
    domain_name: str
    enabled: bool = False
    definition: Definition | None = None
