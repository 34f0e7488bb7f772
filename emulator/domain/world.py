"""The world is a value: subscriptions, and in each of them everything that it holds.

Here also stand the two roads between resource families, so that none imports another: the collections of a
subscription, which any family may read, and the schedule, whose events are dispatched to the family they belong to.
The table of those handlers is given to the world when it is made.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from msgspec import Struct, field, structs

from emulator.catalog import Catalog, Entries
from emulator.domain.application_gateway_records import ApplicationGateway
from emulator.domain.blobs import Blobs, Imagined, Registry
from emulator.domain.clock import LAST, Clock, Event, Pace, wall_clock
from emulator.domain.definition import Policy, Reader
from emulator.domain.entropy import Entropy
from emulator.domain.gateway_records import Gateway, GatewayConnection, LocalNetworkGateway
from emulator.domain.image_records import Disk, Image, VMImage
from emulator.domain.network_records import (
    NetworkDocument,
    NetworkSecurityGroup,
    ReservedIP,
    RouteTable,
    VirtualNetwork,
)
from emulator.domain.outside import Outside
from emulator.domain.records import (
    AffinityGroup,
    Blob,
    HostedService,
    ManagementCertificate,
    StorageAccount,
    TrackedOperation,
)
from emulator.domain.scheduler_records import CloudService, Entitlement
from emulator.domain.service_bus_records import ServiceBusNamespace
from emulator.domain.services import REGISTERED, SERVICES
from emulator.domain.sql_records import DatabaseCopy, SqlServer
from emulator.domain.traffic_manager_records import TrafficManagerProfile
from emulator.domain.web_records import WebSpace

DnsScope = Literal["subscription", "global"]
Handler = Callable[["Subscription", Event], None]
NO_ENTRIES = Entries()
READS = 1_000
"""Of how many answers to GET a subscription remembers the request ids."""


def first_name(subscription_id: str) -> str:
    """Return the name that a subscription has as long as nobody gives it another."""
    return f"Emulated subscription {subscription_id[:8]}"


class Subscription(Struct, dict=True):
    """One cloud. Collections are keyed by the lower-case name, for the service does not tell case apart.

    The fields are its whole state. The world it lives in is no field: it is attached when the world takes it in. Nor is
    its catalog: `quotas`, `timings` and `entries` say in what it differs from the world's.
    """

    id: str
    name: str
    created_time: datetime
    clock: Clock
    entropy: Entropy
    callers: list[str] = field(default_factory=list)
    cores_in_use: int = 0
    quotas: dict[str, int] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    entries: Entries = NO_ENTRIES
    affinity_groups: dict[str, AffinityGroup] = field(default_factory=dict)
    management_certificates: dict[str, ManagementCertificate] = field(default_factory=dict)
    hosted_services: dict[str, HostedService] = field(default_factory=dict)
    storage_accounts: dict[str, StorageAccount] = field(default_factory=dict)
    images: dict[str, Image] = field(default_factory=dict)
    vm_images: dict[str, VMImage] = field(default_factory=dict)
    disks: dict[str, Disk] = field(default_factory=dict)
    blobs: dict[str, Blob] = field(default_factory=dict)
    network_document: NetworkDocument | None = None
    network_operation: str | None = None
    virtual_networks: dict[str, VirtualNetwork] = field(default_factory=dict)
    reserved_ips: dict[str, ReservedIP] = field(default_factory=dict)
    network_security_groups: dict[str, NetworkSecurityGroup] = field(default_factory=dict)
    route_tables: dict[str, RouteTable] = field(default_factory=dict)
    traffic_manager_profiles: dict[str, TrafficManagerProfile] = field(default_factory=dict)
    gateways: dict[str, Gateway] = field(default_factory=dict)
    gateway_connections: dict[str, GatewayConnection] = field(default_factory=dict)
    local_network_gateways: dict[str, LocalNetworkGateway] = field(default_factory=dict)
    application_gateways: dict[str, ApplicationGateway] = field(default_factory=dict)
    service_bus_namespaces: dict[str, ServiceBusNamespace] = field(default_factory=dict)
    resource_types: dict[str, str] = field(default_factory=dict)
    sql_servers: dict[str, SqlServer] = field(default_factory=dict)
    database_copies: dict[str, DatabaseCopy] = field(default_factory=dict)
    web_spaces: dict[str, WebSpace] = field(default_factory=dict)
    cloud_services: dict[str, CloudService] = field(default_factory=dict)
    entitlements: dict[str, Entitlement] = field(default_factory=dict)
    operations: dict[str, TrackedOperation] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """The world that this subscription was taken into."""
        world: World = self.__dict__["world"]
        return world

    @property
    def catalog(self) -> Catalog:
        """What the service offers to this subscription: the world's catalog, with its own quotas and timings."""
        if not self.quotas and not self.timings and self.entries == NO_ENTRIES:
            return self.world.catalog
        own: Catalog | None = self.__dict__.get("own_catalog")
        if own is None:
            own = self.__dict__["own_catalog"] = self._overridden(self.quotas, self.timings, self.entries)
        return own

    def _overridden(self, quotas: dict[str, int], timings: dict[str, float], entries: Entries) -> Catalog:
        return self.world.catalog.with_overrides(quotas=quotas, timings=timings, **structs.asdict(entries))

    @property
    def store(self) -> Blobs:
        """Where its blobs lie: the world's, or while `imagining` what only seems to be them."""
        imagined: Blobs | None = self.__dict__.get("imagined")
        return imagined or self.world.blobs

    @property
    def reads(self) -> deque[str]:
        """The request ids of the latest answers to GET. They are no state: to look changes nothing."""
        latest: deque[str] | None = self.__dict__.get("reads_latest")
        if latest is None:
            latest = self.__dict__["reads_latest"] = deque(maxlen=READS)
        return latest

    @property
    def large_bytes(self) -> int | None:
        """How much memory its large operations take, None where nobody has looked. It is no state."""
        size: int | None = self.__dict__.get("large_bytes")
        return size

    @large_bytes.setter
    def large_bytes(self, size: int) -> None:
        self.__dict__["large_bytes"] = size

    @contextmanager
    def imagining(self) -> Iterator[None]:
        """Touch no blob meanwhile: whoever does this makes the subscription forget what is done."""
        self.__dict__["imagined"] = Imagined(self.world.blobs)
        try:
            yield
        finally:
            del self.__dict__["imagined"]

    def override(
        self,
        *,
        quotas: dict[str, int] | None = None,
        timings: dict[str, float] | None = None,
        entries: Entries | None = None,
    ) -> None:
        """Give it quotas, timings (seconds) or entries of its own, in the place of all that it had; None keeps those.

        Raises CatalogError for a name or number that cannot be, and changes nothing then.
        """
        quotas = self.quotas if quotas is None else quotas
        timings = self.timings if timings is None else {name: float(seconds) for name, seconds in timings.items()}
        entries = self.entries if entries is None else entries
        own = self._overridden(quotas, timings, entries)
        self.quotas, self.timings, self.entries, self.__dict__["own_catalog"] = quotas, timings, entries, own

    def become(self, other: Subscription) -> None:
        """Hold what `other` holds from now on, as whoever waits for this one's lock is to find it."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(other, name))
        for name in ("own_catalog", "large_bytes", "reads_latest"):
            self.__dict__.pop(name, None)
        self.clock.wall = self.world.wall()

    @property
    def now(self) -> datetime:
        """The time on this subscription's clock."""
        return self.clock.now

    def settle(self, wall: datetime) -> None:
        """Let the wall's time pass and fire what is due, each event at its own time."""
        self.clock.passed(wall)
        if self.clock.schedule:
            self.advance_to(self.clock.now)

    def advance_to(self, until: datetime) -> list[Event]:
        """Fire every event due by `until`, or by the last time there is; leave the clock there; return what fired."""
        clock, fired = self.clock, []
        until = min(until, LAST)
        clock.now = self.__dict__["until"] = until
        try:
            while (event := clock.pop_due()) is not None:
                clock.now = min(event.due, until)
                self.world.handlers[event.machine](self, event)
                fired.append(event)
                clock.now = until
        finally:
            clock.now = until
        return fired

    @property
    def horizon(self) -> datetime:
        """While an event fires: how far the clock is being moved without anything but timed events to happen."""
        until: datetime = self.__dict__.get("until", self.now)
        event = self.clock.next_event(timed=False)
        return until if event is None else max(self.now, min(until, event.due))

    def advance_until_quiet(self, most: int) -> list[Event]:
        """Go from event to event until none is pending, or `most` have fired; return what fired.

        What is timed fires where its time is passed, but is not waited for: a job may recur for ever.
        """
        fired: list[Event] = []
        while len(fired) < most and (event := self.clock.next_event(timed=False)) is not None:
            fired += self.advance_to(max(event.due, self.clock.now))
        return fired

    def after(
        self,
        timing: str,
        machine: str,
        resource: tuple[str, ...],
        name: str,
        operation: str | None = None,
        *,
        lingers: bool = False,
    ) -> int:
        """Schedule an event after the duration that the catalog has under `timing`."""
        seconds = self.catalog.timings[timing]
        return self.clock.after(seconds, machine, resource, name, operation, lingers=lingers)

    def hasten(self, sequence: int) -> None:
        """In `instant` mode, fire an event that lingers: whoever is next needs what it leads to."""
        event = self.clock.schedule.get(sequence)
        if event is not None and self.clock.pace.mode == "instant":
            self.clock.cancel(sequence)
            self.world.handlers[event.machine](self, event)


class World:
    """All subscriptions of one emulator, and what they share: catalog, seed, how time moves, how far names reach.

    `services` are those of `SERVICES` that there are. And what is outside of it: what calls other hosts, where blobs
    lie, and what reads a package that lies there.
    """

    def __init__(
        self,
        catalog: Catalog,
        handlers: Mapping[str, Handler],
        *,
        seed: str = "asm-emulator",
        pace: Pace = Pace(),  # noqa: B008 - frozen
        dns_names: DnsScope = "subscription",
        services: Collection[str] = SERVICES,
        wall: Callable[[], datetime] = wall_clock,
        outside: Outside | None = None,
        blobs: Blobs | None = None,
        packages: Policy = "trust",
        package_reader: Reader | None = None,
    ) -> None:
        self.blobs, self.packages, self.package_reader = blobs or Registry(), packages, package_reader
        self.catalog, self.handlers, self.wall = catalog, handlers, wall
        self.seed, self.pace, self.dns_names, self.services = seed, pace, dns_names, frozenset(services)
        self.outside = outside
        self.subscriptions: dict[str, Subscription] = {}
        self.entropy = Entropy(seed)
        self.lock = threading.RLock()

    def subscription(self, subscription_id: str) -> Subscription:
        """Return the subscription of that id, which exists from its first use."""
        key = subscription_id.lower()
        found = self.subscriptions.get(key)
        if found is None:
            with self.lock:
                found = self.subscriptions.get(key) or self.take_in(self._new(key))
        return found

    def shown(self, subscription_id: str) -> Subscription:
        """Return the subscription of that id to look at; one that is not there yet as it would be, and is not made."""
        key = subscription_id.lower()
        return self.subscriptions.get(key) or self._new(key)

    def take_in(self, subscription: Subscription) -> Subscription:
        """Make `subscription` one of this world's, in the place of any other with its id."""
        self._attach(subscription)
        self.subscriptions[subscription.id] = subscription
        return subscription

    def _attach(self, subscription: Subscription) -> Subscription:
        subscription.__dict__["world"] = self
        subscription.__dict__.setdefault("lock", threading.RLock())
        return subscription

    @contextmanager
    def changing(self, subscription_id: str) -> Iterator[Subscription]:
        """Hold the lock of a subscription; one that is new comes to be only if nothing is raised meanwhile."""
        key = subscription_id.lower()
        if key not in self.subscriptions:
            with self.lock:
                if key not in self.subscriptions:
                    new = self._new(key)
                    yield new
                    self.take_in(new)
                    return
        found = self.subscription(key)
        with self.lock_of(found):
            yield found

    def _new(self, key: str) -> Subscription:
        now = self.wall()
        clock = Clock(now=now, wall=now, pace=self.pace)
        entropy = Entropy(f"{self.seed}/{key}")
        new = Subscription(
            id=key,
            name=first_name(key),
            created_time=now,
            clock=clock,
            entropy=entropy,
            resource_types=dict.fromkeys(REGISTERED, "Registered"),
        )
        return self._attach(new)

    def lock_of(self, subscription: Subscription) -> threading.RLock:
        """Return the lock that a request to `subscription` holds: one for all where names are global."""
        if self.dns_names == "global":
            return self.lock
        own: threading.RLock = subscription.__dict__["lock"]
        return own

    def neighbours(self, subscription: Subscription) -> list[Subscription]:
        """Return the subscriptions among which DNS names are unique: itself alone, or all of the world."""
        return list(self.subscriptions.values()) if self.dns_names == "global" else [subscription]

    def request_id(self) -> str:
        """Return the id of a request that is about no subscription."""
        with self.lock:
            return self.entropy.hex32()

    def reset(self, subscription_id: str | None = None) -> None:
        """Forget one subscription or all; the next use makes it anew."""
        with self.lock:
            if subscription_id is None:
                self.subscriptions.clear()
                self.entropy = Entropy(self.seed)
            else:
                self.subscriptions.pop(subscription_id.lower(), None)
