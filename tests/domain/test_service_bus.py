"""Service Bus: the life of namespaces, who may connect, what is in them, and the model of their traffic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.domain import errors, service_bus_metrics
from emulator.domain import service_bus_entities as entities
from emulator.domain import service_bus_namespaces as namespaces
from emulator.domain import service_bus_rules as rules
from emulator.domain.service_bus_entities import KINDS, NOTIFICATION_HUBS, QUEUES, RELAYS, TOPICS
from emulator.domain.service_bus_metrics import GRAIN, METRICS, ROLLUPS, Limit, Metric, MetricValue, limits_of
from emulator.domain.service_bus_namespaces import CreateNamespace
from emulator.domain.service_bus_rules import SetRule

NAME = "mynamespace"
COMMANDS = {
    QUEUES: entities.SetQueue,
    TOPICS: entities.SetTopic,
    RELAYS: entities.SetRelay,
    NOTIFICATION_HUBS: entities.SetNotificationHub,
}


@pytest.fixture
def create(subscription, operation):
    """Create a namespace; it is Activating."""

    def create(name=NAME, region="West US", **said):
        return namespaces.create(subscription, operation(), CreateNamespace(region=region, **said), name)

    return create


@pytest.fixture
def namespace(subscription, create):
    """A namespace that is Active."""
    made = create()
    subscription.advance_until_quiet(10)
    return made


@pytest.fixture
def put(subscription, operation, namespace):
    """Put an entity into the namespace."""

    def put(kind=QUEUES, name="mine", change=False, **said):
        call = entities.update if change else entities.create
        return call(subscription, operation(), COMMANDS[kind](**said), namespace.name, name, kind=kind).entity

    return put


# ---- namespaces


def test_a_namespace_is_moved_by_the_clock_and_says_when(subscription, operation, create):
    made = create()
    begun, timings = subscription.now, subscription.catalog.timings
    assert (made.status, made.created_at, made.updated_at) == ("Activating", begun, begun)

    subscription.advance_to(begun + timedelta(seconds=timings["service_bus.activating"]))
    assert (made.status, made.created_at, made.updated_at) == ("Active", begun, subscription.now)

    namespaces.delete(subscription, operation(), NAME)
    assert (namespaces.find(subscription, NAME).status, made.updated_at) == ("Removing", subscription.now)

    subscription.advance_to(subscription.now + timedelta(seconds=timings["service_bus.removing"]))
    assert namespaces.list_all(subscription) == []


def test_a_namespace_that_is_activating_can_be_deleted(subscription, operation, create):
    create()

    namespaces.delete(subscription, operation(), NAME)

    assert [event.name for event in subscription.clock.pending()] == ["removed"]


def test_a_second_delete_changes_nothing(subscription, operation, namespace, picture):
    namespaces.delete(subscription, operation(), NAME)
    before = picture(subscription)

    namespaces.delete(subscription, operation(), NAME)

    assert picture(subscription) == before


@pytest.mark.parametrize(
    "name", ["short", "1namespace", "endswith-", "has_underscore", "name-sb", "name-mgmt", "a" * 51]
)
def test_a_name_that_cannot_be_is_refused_and_not_available(subscription, operation, refuses, name):
    command = CreateNamespace(region="West US")
    refuses(errors.SERVICE_BUS_NAMESPACE_INVALID, namespaces.create, subscription, operation(), command, name)
    assert not namespaces.check_availability(subscription, name).result


@pytest.mark.parametrize("said", [{"region": "Atlantis"}, {"region": None}, {"namespace_type": "Mailbox"}])
def test_a_region_or_a_type_that_is_none_is_refused(create, refuses, said):
    refuses(errors.SERVICE_BUS_NAMESPACE_INVALID, create, **said)


def test_a_name_is_taken_in_any_case_and_until_it_is_removed(subscription, operation, create, refuses):
    create()
    refuses(errors.SERVICE_BUS_NAMESPACE_TAKEN, create, "MyNamespace")
    namespaces.delete(subscription, operation(), NAME)
    refuses(errors.SERVICE_BUS_NAMESPACE_TAKEN, create)
    subscription.advance_until_quiet(10)

    assert create("MyNamespace").name == "MyNamespace"


def test_names_are_unique_in_the_world_where_the_world_has_it_so(world, subscription, create):
    other = world.subscription("other")
    create()
    assert namespaces.check_availability(other, NAME).result

    world.dns_names = "global"

    assert namespaces.check_availability(other, NAME).reason_detail == (
        "The specified service namespace is not available."
    )


def test_a_subscription_has_room_for_so_many_namespaces(subscription, create, refuses):
    limit = subscription.catalog.limits.service_bus_namespaces
    for number in range(limit):
        create(f"namespace{number}")

    refuses(errors.SERVICE_BUS_NAMESPACE_QUOTA, create, "one-too-many")


def test_keys_follow_from_the_name_alone(world, create):
    first = create()
    world.subscription("elsewhere").entropy.guid()

    again = namespaces.create(world.subscription("elsewhere"), None, CreateNamespace(region="East US"), NAME)

    assert again.default_key == first.default_key
    rule, other = (one.authorization_rules[namespaces.ROOT_RULE.lower()] for one in (first, again))
    assert (rule.primary_key, rule.secondary_key) == (other.primary_key, other.secondary_key)
    assert len({first.default_key, rule.primary_key, rule.secondary_key}) == 3


# ---- rules


def test_a_rule_keeps_the_keys_it_was_given_and_makes_the_others(subscription, operation, namespace):
    command = SetRule(key_name="Mine", rights=["Send", "Send"], primary_key="given")

    made = rules.create(subscription, operation(), command, NAME)

    assert (made.primary_key, made.rights) == ("given", ("Send",))
    assert made.secondary_key
    assert rules.get(subscription, NAME, "mine") is made


@pytest.mark.parametrize(
    "said", [{"rights": ["Listen"]}, {"key_name": "new", "rights": []}, {"key_name": "new", "rights": ["Own"]}]
)
def test_a_rule_without_a_name_or_rights_is_refused(subscription, operation, namespace, refuses, said):
    refuses(errors.SERVICE_BUS_RULE_INVALID, rules.create, subscription, operation(), SetRule(**said), NAME)


def test_a_rule_that_is_not_there_is_missing_and_one_that_is_is_not_made_twice(
    subscription, operation, namespace, refuses
):
    missing = partial(refuses, errors.SERVICE_BUS_RULE_NOT_FOUND)
    missing(rules.get, subscription, NAME, "mine")
    missing(rules.update, subscription, operation(), SetRule(rights=["Send"]), NAME, "mine")
    missing(rules.delete, subscription, operation(), NAME, "mine")
    command = SetRule(key_name=namespaces.ROOT_RULE.upper(), rights=["Send"])
    refuses(errors.SERVICE_BUS_RULE_EXISTS, rules.create, subscription, operation(), command, NAME)


def test_a_rule_cannot_be_renamed(subscription, operation, namespace, refuses):
    command = SetRule(key_name="other", rights=["Send"])
    call = partial(rules.update, subscription, operation(), command, NAME, namespaces.ROOT_RULE)
    refuses(errors.SERVICE_BUS_RULE_INVALID, call)


def test_access_control_has_a_connection_of_its_own(subscription, create):
    create(create_acs_namespace=True)
    create("without")

    with_it, without = (rules.connection_details(subscription, name) for name in (NAME, "without"))

    assert [one.key_name for one in with_it] == ["ACSOwnerKey", namespaces.ROOT_RULE]
    assert [one.key_name for one in without] == [namespaces.ROOT_RULE]


# ---- entities


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_an_entity_is_found_listed_changed_and_deleted(subscription, operation, put, kind):
    made = put(kind, "Mine")
    assert entities.get(subscription, NAME, "mine", kind=kind).entity is made
    assert [one.entity for one in entities.list_all(subscription, NAME, kind=kind).entities] == [made]
    subscription.advance_to(subscription.now + timedelta(minutes=1))

    assert put(kind, "mine", change=True) is made
    assert made.updated_at == made.created_at + timedelta(minutes=1)

    entities.delete(subscription, operation(), NAME, "MINE", kind=kind)
    assert entities.list_all(subscription, NAME, kind=kind).entities == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_an_entity_that_is_not_there_is_missing(subscription, operation, put, refuses, kind):
    put(TOPICS if kind is QUEUES else QUEUES)
    missing = partial(refuses, errors.SERVICE_BUS_ENTITY_NOT_FOUND)
    missing(entities.get, subscription, NAME, "mine", kind=kind)
    missing(entities.delete, subscription, operation(), NAME, "mine", kind=kind)
    missing(entities.connection_details, subscription, NAME, "mine", kind=kind)
    missing(put, kind, change=True)
    missing(service_bus_metrics.supported, subscription, NAME, "mine", kind=kind)


def test_what_an_update_leaves_out_stays(put):
    put(lock_duration="PT1M", requires_session=True)

    changed = put(change=True, lock_duration="PT2M")

    assert (changed.lock_duration, changed.requires_session, changed.max_delivery_count) == ("PT2M", True, 10)


@pytest.mark.parametrize(
    "said",
    [
        {"lock_duration": "PT5M1S"},
        {"lock_duration": "five minutes"},
        {"lock_duration": "P"},
        {"lock_duration": "PT"},
        {"lock_duration": "P99999999D"},
        {"duplicate_detection_history_time_window": "PT0S"},
        {"duplicate_detection_history_time_window": "P7DT1S"},
        {"max_size_in_megabytes": 1000},
        {"max_delivery_count": 0},
        {"status": "Broken"},
        {"authorization_rules": [SetRule(key_name="a", rights=["Own"])]},
    ],
)
def test_a_queue_that_cannot_be_is_refused_when_it_is_made_and_when_it_is_changed(put, refuses, said):
    refusal = errors.SERVICE_BUS_RULE_INVALID if "authorization_rules" in said else errors.SERVICE_BUS_ENTITY_INVALID
    refuses(refusal, put, **said)
    put()
    refuses(refusal, put, change=True, **said)


@pytest.mark.parametrize("name", ["-mine", "mine/", "has space", "a" * 261])
def test_an_entity_cannot_have_every_name(put, refuses, name):
    refuses(errors.SERVICE_BUS_ENTITY_INVALID, put, name=name)


def test_nothing_is_put_into_a_namespace_that_is_not_active(subscription, operation, namespace, put, refuses):
    namespaces.delete(subscription, operation(), NAME)
    refuses(errors.SERVICE_BUS_NAMESPACE_INACTIVE, put)


# ---- metrics

MONDAY = datetime(2015, 6, 29, tzinfo=UTC)
MODELS = st.sampled_from([metric.model for metrics in METRICS.values() for metric in metrics])


def plainly(model, rollup, begun, now):
    """What the model has, counted grain by grain."""
    grain = begun.replace(minute=0, second=0, microsecond=0)
    while grain < begun:
        grain += GRAIN
    stretches = {}
    while grain + GRAIN <= now:
        start = MONDAY + (grain - MONDAY) // rollup.time_grain * rollup.time_grain
        stretches.setdefault(start, []).append(model(grain.minute // 5))
        grain += GRAIN
    return [
        MetricValue(start, min(counts), max(counts), sum(counts) / len(counts), sum(counts))
        for start, counts in stretches.items()
        if start >= now - rollup.retention
    ]


@given(
    model=MODELS,
    rollup=st.sampled_from(ROLLUPS),
    begun=st.timedeltas(timedelta(days=-8), timedelta(days=8)).map(lambda offset: MONDAY + offset),
    age=st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_the_values_are_what_the_model_counts(model, rollup, begun, age):
    assert list(service_bus_metrics._values(model, rollup, begun, begun + age)) == plainly(
        model, rollup, begun, begun + age
    )


def test_two_years_of_weeks_are_counted_at_once(subscription, put):
    put()
    subscription.advance_to(subscription.now + timedelta(days=3 * 365))

    found = service_bus_metrics.values(subscription, NAME, "mine", "incoming", "p7d", kind=QUEUES)

    assert len(found) == 104
    assert {value.total for value in found[:-1]} == {66 * 24 * 7}


def test_every_failure_is_none_and_every_request_a_success(subscription, put):
    put()
    subscription.advance_to(subscription.now + timedelta(hours=5))
    totals = {
        metric.name: sum(
            value.total
            for value in service_bus_metrics.values(subscription, NAME, "mine", metric.name, "PT1H", kind=QUEUES)
        )
        for metric in METRICS[QUEUES]
    }

    assert totals["requests.total"] == totals["requests.successful"] == totals["incoming"] + totals["outgoing"] > 0
    assert {total for name, total in totals.items() if "failed" in name} == {0}
    assert (totals["size"], totals["length"]) == (0, 0)


def test_metrics_have_names_of_their_own():
    for metrics in METRICS.values():
        assert all(isinstance(metric, Metric) for metric in metrics)
        assert len({metric.name for metric in metrics}) == len(metrics)


def test_a_metric_or_a_rollup_that_is_none_is_missing(subscription, put, refuses):
    put()
    missing = partial(refuses, errors.SERVICE_BUS_METRIC_NOT_FOUND)
    missing(service_bus_metrics.rollups, subscription, NAME, "mine", "loudness", kind=QUEUES)
    missing(service_bus_metrics.values, subscription, NAME, "mine", "loudness", "PT5M", kind=QUEUES)
    missing(service_bus_metrics.values, subscription, NAME, "mine", "size", "PT6M", kind=QUEUES)


@pytest.mark.parametrize(
    ("operator", "allowed"),
    [
        ("gt", (False, False, True)),
        ("ge", (False, True, True)),
        ("lt", (True, False, False)),
        ("le", (True, True, False)),
        ("eq", (False, True, False)),
    ],
)
def test_a_filter_is_a_condition_on_the_time(operator, allowed):
    (limit,) = limits_of(f" Timestamp  {operator.upper()} datetime'2015-06-29T00:00:00Z'")

    assert limit == Limit(operator, MONDAY)
    assert tuple(limit.allows(MONDAY + GRAIN * by) for by in (-1, 0, 1)) == allowed


def test_conditions_are_joined_by_and():
    text = "Timestamp gt datetime'2015-06-29' and Timestamp le datetime'2015-06-29T00:05:00'"
    assert limits_of(text) == (Limit("gt", MONDAY), Limit("le", MONDAY + GRAIN))


@pytest.mark.parametrize("text", ["Size gt 5", "Timestamp gt 5", "Timestamp gt datetime'2015-99-99'", "and"])
def test_what_is_no_filter_is_no_filter(text):
    with pytest.raises(ValueError, match="is no condition such as"):
        limits_of(text)
