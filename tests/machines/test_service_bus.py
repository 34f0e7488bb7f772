"""A rule-based machine over namespaces of Service Bus and what is in them, held against what must always be true.

Whatever is called in whatever order: a refused call changes nothing, a status only ever follows another that its table
lets it follow, names stay unique, and nothing is left on the schedule of a namespace that has gone.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from msgspec import json

from emulator.catalog import load_catalog
from emulator.domain import service_bus_entities as entities
from emulator.domain import service_bus_metrics as metrics
from emulator.domain import service_bus_namespaces as namespaces
from emulator.domain import service_bus_rules as rules
from emulator.domain.lifecycle import SERVICE_BUS_NAMESPACE
from emulator.domain.service_bus_entities import KINDS
from emulator.domain.service_bus_records import ServiceBusNamespace
from emulator.domain.world import Subscription
from tests.machines.calls import Calls

NAMESPACES = st.sampled_from(["namespace1", "namespace1", "Namespace1", "namespace2", "namespace3", "bad"])
NAMES = st.sampled_from(["one", "one", "ONE", "two", "no good"])
RULES = st.sampled_from(["mine", "Mine", namespaces.ROOT_RULE])
RIGHTS = st.sampled_from([["Send"], ["Listen", "Send"], [], ["Own"]])
COMMANDS = dict(
    zip(
        KINDS,
        (entities.SetQueue, entities.SetTopic, entities.SetRelay, entities.SetNotificationHub),
        strict=True,
    )
)
KIND = st.sampled_from(KINDS)
DURATIONS = st.sampled_from([None, "P7D", "PT1M", "soon"])


class ServiceBus(Calls):
    catalog = load_catalog().with_overrides(limits={"service_bus_namespaces": 2})

    def __init__(self):
        super().__init__()
        self.seen = {}

    @rule(
        name=NAMESPACES,
        region=st.sampled_from(["West US", "west us", "East Asia", "Atlantis"]),
        namespace_type=st.sampled_from([None, "EventHub", "Mailbox"]),
        acs=st.booleans(),
    )
    def create_namespace(self, name, region, namespace_type, acs):
        command = namespaces.CreateNamespace(region=region, namespace_type=namespace_type, create_acs_namespace=acs)
        self.call(namespaces.create, command, name)

    @rule(name=NAMESPACES)
    def delete_namespace(self, name):
        self.call(namespaces.delete, name)

    @rule(namespace=NAMESPACES, name=RULES, rights=RIGHTS)
    def create_rule(self, namespace, name, rights):
        self.call(rules.create, rules.SetRule(key_name=name, rights=rights), namespace)

    @rule(namespace=NAMESPACES, name=RULES, rights=RIGHTS)
    def update_rule(self, namespace, name, rights):
        self.call(rules.update, rules.SetRule(rights=rights), namespace, name)

    @rule(namespace=NAMESPACES, name=RULES)
    def delete_rule(self, namespace, name):
        self.call(rules.delete, namespace, name)

    @rule(kind=KIND, namespace=NAMESPACES, name=NAMES, lives=DURATIONS, change=st.booleans())
    def put_entity(self, kind, namespace, name, lives, change):
        makes = COMMANDS[kind]
        durations = {"default_message_time_to_live", "registration_ttl"} & set(makes.__struct_fields__)
        command = makes(**dict.fromkeys(durations, lives))
        self.call(entities.update if change else entities.create, command, namespace, name, kind=kind)

    @rule(kind=KIND, namespace=NAMESPACES, name=NAMES)
    def delete_entity(self, kind, namespace, name):
        self.call(entities.delete, namespace, name, kind=kind)

    @rule(seconds=st.integers(1, 2_000))
    def wait(self, seconds):
        self.subscription.advance_to(self.subscription.now + timedelta(seconds=seconds))

    def existing(self) -> list[ServiceBusNamespace]:
        return namespaces.list_all(self.subscription)

    @invariant()
    def a_status_follows_one_that_it_may_follow(self):
        table = SERVICE_BUS_NAMESPACE
        now = {id(one): one for one in self.existing()}
        for key, one in now.items():
            before = self.seen.get(key, (one, "Activating"))[1]
            reached = {before}
            for _ in table.states:
                reached |= {t.target for t in table.transitions if t.source in reached}
            assert one.status in reached
        self.seen = {key: (one, one.status) for key, one in now.items()}

    @invariant()
    def names_are_unique_and_there_is_room(self):
        assert len({one.name.lower() for one in self.existing()}) == len(self.existing()) <= 2
        for one in self.existing():
            names = [name for kind in KINDS for name in kind.of(one)]
            assert len(names) == len(set(names))

    @invariant()
    def who_is_on_the_way_has_one_event_and_nobody_else_has(self):
        pending = [event.resource[0] for event in self.subscription.clock.pending()]
        moving = [one.name.lower() for one in self.existing() if one.status in SERVICE_BUS_NAMESPACE.automatic]
        assert sorted(pending) == sorted(moving)

    @invariant()
    def what_is_there_can_be_read(self):
        for one in self.existing():
            rules.connection_details(self.subscription, one.name)
            for kind in KINDS:
                for _, entity in entities.list_all(self.subscription, one.name, kind=kind).entities:
                    found = (self.subscription, one.name, entity.name)
                    for metric in metrics.supported(*found, kind=kind):
                        for value in metrics.values(*found, metric.name, "PT1H", kind=kind):
                            assert value.min <= value.average <= value.max <= value.total

    @invariant()
    def the_whole_of_it_is_in_a_snapshot(self):
        again = json.decode(json.encode(self.subscription), type=Subscription)
        assert again.service_bus_namespaces == self.subscription.service_bus_namespaces


TestServiceBus = ServiceBus.TestCase
TestServiceBus.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
