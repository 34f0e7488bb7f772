"""The methods of ServiceBusManagementService, all twenty-two.

The SDK makes nothing in a namespace; what it lists is put there with its own `perform_put`, as other clients put it.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import ssl
from datetime import timedelta

import pytest
from azure.common import AzureHttpError, AzureMissingResourceHttpError
from azure.servicemanagement import ServiceBusManagementService

ATOM = "http://www.w3.org/2005/Atom"
CONNECT = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect"
ENTRY = '<entry xmlns="{}"><content type="application/atom+xml">{}</content></entry>'
STRING = (
    '<string xmlns="http://schemas.microsoft.com/2003/10/Serialization/">'
    "Request to a downlevel service failed.</string>"
)
REGIONS = [
    "Central US",
    "East US",
    "East US 2",
    "North Central US",
    "South Central US",
    "West US",
    "North Europe",
    "West Europe",
    "East Asia",
    "Southeast Asia",
    "Brazil South",
    "Japan East",
    "Japan West",
]
"""Those that the service showed in every year."""
KINDS = {
    "queue": ("Queues", "QueueDescription"),
    "topic": ("Topics", "TopicDescription"),
    "relay": ("Relays", "RelayDescription"),
    "notification_hub": ("NotificationHubs", "NotificationHubDescription"),
}
FULL_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z")
MINUTE = 60


@pytest.fixture
def sbms(asm_redirect, subscription_id, certificate_path):
    service = ServiceBusManagementService(subscription_id, certificate_path)
    assert service.host == asm_redirect
    return service


@pytest.fixture
def namespace(sbms):
    """The name of a namespace that is Active."""
    sbms.create_namespace("mynamespace", "West US")
    return "mynamespace"


@pytest.fixture
def put(sbms, subscription_id, namespace):
    """Return a function that puts an entity into the namespace."""

    def put(kind, name, content=""):
        collection, description = KINDS[kind]
        path = f"/{subscription_id}/services/serviceBus/Namespaces/{namespace}/{collection}/{name}"
        body = ENTRY.format(ATOM, f'<{description} xmlns="{CONNECT}">{content}</{description}>')
        return sbms.perform_put(path, body)

    return put


@pytest.fixture
def refused():
    """Check that a call is refused with a status and the one sentence that Service Bus has for it."""

    def refused(status, call, *arguments):
        with pytest.raises(AzureHttpError) as raised:
            call(*arguments)
        assert raised.value.status_code == status
        assert isinstance(raised.value, AzureMissingResourceHttpError) == (status == 404)
        assert str(raised.value).partition("\n")[2] == STRING

    return refused


# ---- regions and names


def test_the_regions_have_their_names_twice(sbms):
    regions = sbms.get_regions()

    assert [region.code for region in regions if region.code in REGIONS] == REGIONS
    assert all(region.fullname == region.code for region in regions)


def test_a_name_is_available_until_a_namespace_has_it(sbms):
    assert sbms.check_namespace_availability("mynamespace").result is True

    sbms.create_namespace("mynamespace", "West US")

    assert sbms.check_namespace_availability("MyNamespace").result is False
    assert sbms.check_namespace_availability("no good").result is False


# ---- namespaces


def test_a_namespace_tells_all_of_itself_once_it_is_active(sbms, subscription_id):
    assert sbms.create_namespace("MyNamespace", "West US") is None

    (listed,) = sbms.list_namespaces()
    for found in (sbms.get_namespace("mynamespace"), listed):
        assert (found.name, found.region, found.status, found.enabled) == ("MyNamespace", "West US", "Active", True)
        assert found.acs_management_endpoint == "https://MyNamespace-sb.accesscontrol.windows.net/"
        assert found.servicebus_endpoint == "https://mynamespace.servicebus.windows.net/"
        assert len(base64.b64decode(found.default_key)) == 32
        assert found.connection_string == (
            "Endpoint=sb://mynamespace.servicebus.windows.net/;"
            f"SharedSecretIssuer=owner;SharedSecretValue={found.default_key}"
        )
        assert found.subscription_id == subscription_id.replace("-", "")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,2}[1-9])?Z", found.created_at)


def test_a_namespace_is_activating_then_active_then_removing_then_gone(sbms, asm_clock):
    asm_clock.mode = "manual"
    sbms.create_namespace("mynamespace", "West US")

    found = sbms.get_namespace("mynamespace")
    assert (found.status, found.enabled, found.default_key, found.connection_string) == ("Activating", True, "", "")
    (event,) = asm_clock.advance("next")
    assert (event.resource, event.name) == ("mynamespace", "activated")
    assert sbms.get_namespace("mynamespace").status == "Active"

    sbms.delete_namespace("mynamespace")

    found = sbms.get_namespace("mynamespace")
    assert (found.status, found.enabled, found.default_key) == ("Removing", False, "")
    assert sbms.check_namespace_availability("mynamespace").result is False
    asm_clock.advance("next")
    assert sbms.list_namespaces() == []


def test_a_deleted_namespace_is_seen_once_more_and_is_in_nobodys_way(sbms, namespace, refused):
    sbms.delete_namespace(namespace)
    assert sbms.get_namespace(namespace).status == "Removing"
    refused(404, sbms.get_namespace, namespace)

    for _ in range(3):
        sbms.create_namespace(namespace, "West US")
        sbms.delete_namespace(namespace)
    assert sbms.check_namespace_availability(namespace).result is True
    assert sbms.list_namespaces() == []


def test_what_is_not_there_is_missing(sbms, refused):
    refused(404, sbms.get_namespace, "mynamespace")
    refused(404, sbms.delete_namespace, "mynamespace")
    refused(404, sbms.list_queues, "mynamespace")


def test_a_name_that_is_taken_is_forbidden(sbms, namespace, refused):
    refused(403, sbms.create_namespace, namespace, "West US")
    refused(403, sbms.create_namespace, namespace.upper(), "East US")


@pytest.mark.parametrize(
    ("name", "region"), [("mynamespace", "Atlantis"), ("short", "West US"), ("mynamespace-sb", "West US")]
)
def test_a_name_or_a_region_that_cannot_be_is_refused(sbms, refused, name, region):
    refused(400, sbms.create_namespace, name, region)
    assert sbms.list_namespaces() == []


# ---- what is in a namespace


def test_a_new_namespace_is_empty(sbms, namespace):
    for found in (
        sbms.list_queues(namespace),
        sbms.list_topics(namespace),
        sbms.list_relays(namespace),
        sbms.list_notification_hubs(namespace),
    ):
        assert found == []


def test_a_queue_has_what_is_usual_beside_what_was_said_of_it(sbms, namespace, put):
    put("queue", "myqueue", "<LockDuration>PT1M</LockDuration><MaxSizeInMegabytes>2048</MaxSizeInMegabytes>")

    (queue,) = sbms.list_queues(namespace)

    assert (queue.name, queue.author, queue.status) == ("myqueue", namespace, "Active")
    assert (queue.lock_duration, queue.default_message_time_to_live) == ("PT1M", "P14D")
    assert (queue.max_size_in_megabytes, queue.max_delivery_count) == (2048, 10)
    assert queue.duplicate_detection_history_time_window == "PT10M"
    assert (queue.requires_duplicate_detection, queue.requires_session, queue.support_ordering) == (False,) * 3
    assert (queue.dead_lettering_on_message_expiration, queue.is_anonymous_accessible) == (False, False)
    assert queue.enable_batched_operations is True
    assert (queue.size_in_bytes, queue.message_count) == (0, 0)
    assert len(queue.authorization_rules) == 0
    assert FULL_DATE.fullmatch(queue.created_at)
    assert queue.updated_at == queue.created_at
    assert queue.accessed_at == "0001-01-01T00:00:00Z"
    assert (queue.auto_delete_on_idle, queue.entity_availability_status) == ("", "")
    assert set(vars(queue.count_details).values()) == {0}


def test_a_topic_has_what_is_usual_beside_what_was_said_of_it(sbms, namespace, put):
    put("topic", "mytopic", "<RequiresDuplicateDetection>true</RequiresDuplicateDetection>")

    (topic,) = sbms.list_topics(namespace)

    assert (topic.name, topic.author, topic.status) == ("mytopic", namespace, "Active")
    assert (topic.default_message_time_to_live, topic.max_size_in_megabytes) == ("P14D", 1024)
    assert (topic.requires_duplicate_detection, topic.filtering_messages_before_publishing) == (True, False)
    assert topic.duplicate_detection_history_time_window == "PT10M"
    assert (topic.enable_batched_operations, topic.is_anonymous_accessible, topic.support_ordering) == (
        True,
        False,
        False,
    )
    assert (topic.size_in_bytes, topic.subscription_count) == (0, 0)
    assert FULL_DATE.fullmatch(topic.created_at)
    assert (topic.updated_at, topic.accessed_at) == (topic.created_at, "0001-01-01T00:00:00Z")
    assert set(vars(topic.count_details).values()) == {0}


def test_a_relay_tells_its_path_and_its_kind_of_listener(sbms, namespace, put):
    put("relay", "myrelay", "<ListenerType>Http</ListenerType>")

    (relay,) = sbms.list_relays(namespace)

    assert (relay.name, relay.path, relay.listener_type, relay.listener_count) == ("myrelay", "myrelay", "Http", 0)
    assert FULL_DATE.fullmatch(relay.created_at)
    assert relay.updated_at == relay.created_at


def test_a_notification_hub_has_two_rules(sbms, namespace, put):
    put("notification_hub", "myhub")

    (hub,) = sbms.list_notification_hubs(namespace)

    assert (hub.name, hub.registration_ttl) == ("myhub", "P90D")
    assert [(rule.key_name, rule.rights) for rule in hub.authorization_rules] == [
        ("DefaultListenSharedAccessSignature", ["Listen"]),
        ("DefaultFullSharedAccessSignature", ["Listen", "Manage", "Send"]),
    ]
    for rule in hub.authorization_rules:
        assert (rule.claim_type, rule.claim_value) == ("SharedAccessKey", "None")
        assert len(base64.b64decode(rule.primary_key)) == 32
        assert FULL_DATE.fullmatch(rule.created_time)
        assert rule.modified_time == rule.created_time


def test_a_name_is_taken_for_every_kind(put, refused):
    put("queue", "mine")

    for kind in KINDS:
        refused(409, put, kind, "MINE")


def test_what_goes_with_a_namespace_does_not_come_back(sbms, namespace, put):
    put("queue", "myqueue")
    sbms.delete_namespace(namespace)

    sbms.create_namespace(namespace, "West US")

    assert sbms.list_queues(namespace) == []


# ---- metrics


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("queue", ["size", "incoming", "outgoing", "length", "requests.total", "requests.successful"]),
        ("topic", ["size", "incoming", "requests.total", "requests.successful"]),
        ("relay", ["listeners.active"]),
        ("notification_hub", ["incoming", "outgoing.allpns.success", "registration.active"]),
    ],
)
def test_the_supported_metrics_say_how_they_are_best_looked_at(sbms, namespace, put, kind, names):
    ask = {
        "queue": sbms.get_supported_metrics_queue,
        "topic": sbms.get_supported_metrics_topic,
        "relay": sbms.get_supported_metrics_relay,
        "notification_hub": sbms.get_supported_metrics_notification_hub,
    }[kind]
    put(kind, "mine")

    found = ask(namespace, "mine")

    assert [metric.name for metric in found if not metric.name.startswith("requests.failed")] == names
    assert all(metric.display_name and metric.unit for metric in found)
    assert {metric.primary_aggregation for metric in found} <= {"Total", "Max", "Average"}


def test_the_metrics_have_the_documented_words(sbms, namespace, put):
    put("queue", "mine")
    put("relay", "listened")

    queue = {
        m.name: (m.unit, m.primary_aggregation, m.display_name)
        for m in sbms.get_supported_metrics_queue(namespace, "mine")
    }
    (relay,) = sbms.get_supported_metrics_relay(namespace, "listened")

    assert queue["incoming"] == ("Messages", "Total", "Incoming Messages")
    assert queue["size"] == ("bytes", "Max", "Size")
    assert queue["requests.failed.serverbusy"] == ("Requests", "Total", "Server Busy Errors")
    assert vars(relay) | {"updated": ""} == {
        "name": "listeners.active",
        "unit": "Count",
        "primary_aggregation": "Average",
        "display_name": "Active listeners",
        "updated": "",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_metric_is_rolled_up_in_four_ways(sbms, namespace, put, kind):
    ask, metric = {
        "queue": (sbms.get_metrics_rollups_queue, "length"),
        "topic": (sbms.get_metrics_rollups_topic, "incoming"),
        "relay": (sbms.get_metrics_rollups_relay, "listeners.active"),
        "notification_hub": (sbms.get_metrics_rollups_notification_hub, "incoming"),
    }[kind]
    put(kind, "mine")

    found = ask(namespace, "mine", metric)

    assert [(rollup.time_grain, rollup.retention) for rollup in found] == [
        ("PT5M", "PT2H"),
        ("PT1H", "P7D"),
        ("P1D", "P60D"),
        ("P7D", "P730D"),
    ]
    assert [rollup.name for rollup in found] == [f"MetricRollups('{name}')" for name in ("PT5M", "PT1H", "P1D", "P7D")]


@pytest.mark.parametrize(
    ("kind", "metric", "hourly"),
    [
        ("queue", "requests.total", 132),
        ("topic", "incoming", 66),
        ("relay", "listeners.active", 0),
        ("notification_hub", "outgoing.allpns.success", 66),
    ],
)
def test_the_values_are_those_of_the_model(sbms, namespace, put, asm_clock, kind, metric, hourly):
    ask = {
        "queue": sbms.get_metrics_data_queue,
        "topic": sbms.get_metrics_data_topic,
        "relay": sbms.get_metrics_data_relay,
        "notification_hub": sbms.get_metrics_data_notification_hub,
    }[kind]
    put(kind, "mine")
    asm_clock.mode = "manual"
    asm_clock.advance(3 * 60 * MINUTE)
    hour = asm_clock.now.replace(minute=0, second=0, microsecond=0)
    begin, end = (f"{time:%Y-%m-%dT%H:%M:%SZ}" for time in (hour - timedelta(hours=1), hour))
    within = f"$filter=Timestamp ge datetime'{begin}' and Timestamp lt datetime'{end}'"

    (value,) = ask(namespace, "mine", metric, "PT1H", within)

    assert value.timestamp == begin
    assert (value.min, value.max, value.total) == (0, hourly // 6, hourly)
    assert value.average == pytest.approx(hourly / 12)
    assert {type(number) for number in (value.min, value.max, value.total)} == {int}
    assert type(value.average) is float


def test_a_filter_as_the_sdk_documents_it_is_understood(sbms, namespace, put, asm_clock):
    put("queue", "mine")
    asm_clock.mode = "manual"
    asm_clock.advance(30 * MINUTE)

    everything = sbms.get_metrics_data_queue(
        namespace, "mine", "incoming", "PT5M", "$filter=Timestamp gt datetime'2014-10-01T00:00:00Z'"
    )
    nothing = sbms.get_metrics_data_queue(
        namespace, "mine", "incoming", "PT5M", "$filter=Timestamp gt datetime'2999-10-01T00:00:00Z'"
    )

    assert 5 <= len(everything) <= 6
    assert nothing == []


def test_metrics_of_what_is_not_there_are_missing(sbms, namespace, put, refused):
    put("queue", "mine")
    any_time = "$filter=Timestamp gt datetime'2014-10-01T00:00:00Z'"

    refused(404, sbms.get_supported_metrics_queue, namespace, "yours")
    refused(404, sbms.get_supported_metrics_topic, namespace, "mine")
    refused(404, sbms.get_metrics_rollups_queue, namespace, "mine", "loudness")
    refused(404, sbms.get_metrics_data_queue, namespace, "mine", "size", "P1Y", any_time)


def test_a_filter_that_is_none_is_refused(sbms, namespace, put):
    put("queue", "mine")

    with pytest.raises(AzureHttpError, match="is no condition such as") as raised:
        sbms.get_metrics_data_queue(namespace, "mine", "size", "PT5M", "$filter=Size gt 5")
    assert raised.value.status_code == 400


# ---- what the SDK does not show


@pytest.fixture
def raw(emulator, identity):
    """Return a function that sends one request and returns the answer with its body."""
    context = ssl.create_default_context(cafile=str(identity.ca_path))
    context.load_cert_chain(str(identity.pem_path))
    connection = http.client.HTTPSConnection("localhost", emulator.port, context=context)

    def raw(path, version="2012-03-01", **headers):
        connection.request(
            "GET",
            f"/{identity.subscription_id}/services/serviceBus/{path}",
            headers={"x-ms-version": version, **headers},
        )
        answer = connection.getresponse()
        return answer, answer.read().decode()

    yield raw
    connection.close()


def test_answers_have_the_headers_of_service_bus_and_refusals_have_none(raw, namespace):
    answer, body = raw(f"Namespaces/{namespace}")
    assert answer.headers["Content-Type"] == "application/atom+xml; type=entry; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["server-sb"]
    assert len(answer.headers["x-ms-request-id"]) == 32
    assert body.startswith('<?xml version="1.0" encoding="utf-8"?><entry xmlns="http://www.w3.org/2005/Atom"><id>uuid:')
    answer, body = raw("Namespaces")
    assert answer.headers["Content-Type"] == "application/atom+xml; type=feed; charset=utf-8"

    answer, body = raw("Namespaces/nowhere")

    assert (answer.status, body) == (404, STRING)
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert {"x-ms-request-id", "cache-control", "server-sb"} & {name.lower() for name in answer.headers} == set()


def test_what_the_front_end_refuses_is_in_its_own_words(raw):
    answer, body = raw("Namespaces", version="2009-10-01")

    assert answer.status == 400
    assert "<Code>MissingOrIncorrectVersionHeader</Code>" in body
    assert len(answer.headers["x-ms-request-id"]) == 32


def test_who_asks_for_json_gets_metrics_as_json(raw, namespace, put):
    put("queue", "mine")

    answer, body = raw(f"Namespaces//{namespace}/Queues/mine/Metrics", Accept="application/json")

    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(body)[1] == {
        "Name": "incoming",
        "Unit": "Messages",
        "PrimaryAggregation": "Total",
        "Rollups": [
            {"TimeGrain": grain, "Retention": retention, "Values": None}
            for grain, retention in (
                ("00:05:00", "02:00:00"),
                ("01:00:00", "7.00:00:00"),
                ("1.00:00:00", "60.00:00:00"),
                ("7.00:00:00", "730.00:00:00"),
            )
        ],
        "DisplayName": "Incoming Messages",
    }
