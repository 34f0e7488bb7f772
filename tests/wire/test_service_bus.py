"""Service Bus on the wire: which elements in which version and state, in their order, and what bodies may leave out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from msgspec.structs import replace

from emulator.domain import service_bus_entities as entities
from emulator.domain.errors import SERVICE_BUS_NAMESPACE_NOT_FOUND
from emulator.domain.service_bus_entities import EntityDetails, EntityList
from emulator.domain.service_bus_metrics import ROLLUPS, MetricValue
from emulator.domain.service_bus_namespaces import CreateNamespace
from emulator.domain.service_bus_records import Queue, ServiceBusNamespace, SharedAccessRule, Topic
from emulator.domain.service_bus_rules import SetRule
from emulator.wire import service_bus_entities, service_bus_metrics, service_bus_namespaces, service_bus_rules
from emulator.wire.service_bus import CONNECT, MILLISECONDS, SERVICE_BUS
from emulator.wire.writing import Context

START = datetime(2015, 7, 1, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
OLD, MIDDLE, NEW = "2012-03-01", "2013-08-01", "2014-06-01"


def local(elements):
    return [etree.QName(element).localname for element in elements]


def a_namespace(**changes):
    made = ServiceBusNamespace(
        name="MyNamespace",
        region="Central US",
        namespace_type="Messaging",
        acs=True,
        default_key="key",
        created_at=START,
        updated_at=START,
        status="Active",
    )
    return replace(made, **changes)


@pytest.fixture
def shown(subscription):
    """Return a function that writes a document and returns its root."""
    return lambda writer, record, version=OLD: etree.fromstring(writer.write(record, Context(version, subscription)))


def content(root):
    return root.find(f"{ATOM}content")[0]


# ---- namespaces


def elements(*, key=False, acs=True, updated=True, events=True, sku=False):
    return [
        "Name",
        "Region",
        *(["DefaultKey"] if key else []),
        "Status",
        "CreatedAt",
        *(["AcsManagementEndpoint"] if acs else []),
        "ServiceBusEndpoint",
        *(["ConnectionString"] if key else []),
        "SubscriptionId",
        "Enabled",
        "Critical",
        *(["UpdatedAt"] if updated else []),
        *(["CreateACSNamespace"] if acs else []),
        *(["EventHubEnabled"] if events else []),
        "NamespaceType",
        *(["MessagingSku"] if sku else []),
        "ResourceGroup",
    ]


@pytest.mark.parametrize(
    ("changes", "version", "expected"),
    [
        ({}, OLD, elements(key=True)),
        ({}, MIDDLE, elements()),
        ({"status": "Activating"}, OLD, elements()),
        ({"status": "Removing"}, OLD, elements()),
        ({"acs": False}, OLD, elements(acs=False)),
        ({"acs": False, "namespace_type": "EventHub"}, MIDDLE, elements(acs=False, sku=True)),
        ({"acs": False, "namespace_type": "EventHub", "status": "Activating"}, MIDDLE, elements(acs=False)),
    ],
)
def test_what_is_read_of_a_namespace_follows_its_state_and_the_version(shown, changes, version, expected):
    namespace = a_namespace(**changes)

    assert local(content(shown(service_bus_namespaces.NAMESPACE, namespace, version))) == expected
    (entry,) = shown(service_bus_namespaces.NAMESPACES, [namespace], version).iter(f"{ATOM}entry")
    assert local(content(entry)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, elements(key=True, updated=False, events=False)),
        ({"acs": False}, elements(acs=False, updated=False, events=False)),
        ({"acs": False, "namespace_type": "EventHub"}, elements(acs=False, updated=False)),
    ],
)
def test_who_makes_a_namespace_sees_its_key(shown, changes, expected):
    namespace = a_namespace(status="Activating", **changes)
    assert local(content(shown(service_bus_namespaces.NAMESPACE_MADE, namespace, NEW))) == expected


def test_the_values_of_a_namespace(shown, subscription):
    namespace = a_namespace(status="Removing", updated_at=START + timedelta(milliseconds=460))
    found = {
        etree.QName(one).localname: one.text for one in content(shown(service_bus_namespaces.NAMESPACE, namespace))
    }

    assert found["AcsManagementEndpoint"] == "https://MyNamespace-sb.accesscontrol.windows.net/"
    assert found["ServiceBusEndpoint"] == "https://mynamespace.servicebus.windows.net/"
    assert found["SubscriptionId"] == subscription.id.replace("-", "")
    assert (found["Enabled"], found["Critical"], found["CreateACSNamespace"]) == ("false", "false", "true")
    assert (found["CreatedAt"], found["UpdatedAt"]) == ("2015-07-01T00:00:00Z", "2015-07-01T00:00:00.46Z")
    assert found["ResourceGroup"] is None


def test_the_resource_group_follows_from_the_region(shown):
    found = content(shown(service_bus_namespaces.NAMESPACE, a_namespace(), NEW))
    assert found.findtext(f"{{{CONNECT}}}ResourceGroup") == "Default-ServiceBus-CentralUS"


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0, "00Z"), (100, "00.1Z"), (46, "00.046Z"), (460, "00.46Z"), (553, "00.553Z")]
)
def test_milliseconds_are_written_without_zeros_at_their_end(milliseconds, text):
    assert MILLISECONDS.write(START + timedelta(milliseconds=milliseconds)) == f"2015-07-01T00:00:{text}"


NO_ACS = "<CreateACSNamespace>false</CreateACSNamespace>"


def create_body(inside):
    description = f'<NamespaceDescription xmlns="{CONNECT}">{inside}</NamespaceDescription>'
    return f'<entry xmlns="{ATOM[1:-1]}"><content>{description}</content></entry>'.encode()


@pytest.mark.parametrize(
    ("version", "inside", "expected"),
    [
        (OLD, "", CreateNamespace(region="West US", create_acs_namespace=True)),
        (
            OLD,
            "<CreateACSNamespace>false</CreateACSNamespace>",
            CreateNamespace(region="West US", create_acs_namespace=True),
        ),
        (NEW, "", CreateNamespace(region="West US")),
        (
            NEW,
            f"{NO_ACS}<NamespaceType>EventHub</NamespaceType>",
            CreateNamespace(region="West US", create_acs_namespace=False, namespace_type="EventHub"),
        ),
    ],
)
def test_access_control_is_asked_for_only_in_the_newer_versions(version, inside, expected):
    body = create_body(f"<Region>West US</Region>{inside}")
    assert service_bus_namespaces.CREATE_NAMESPACE.read(body, version, []) == expected


def test_a_region_stands_twice_and_a_free_name_has_no_reason(shown):
    (entry,) = shown(service_bus_namespaces.REGIONS, ("West US",)).iter(f"{ATOM}entry")
    assert [one.text for one in content(entry)] == ["West US", "West US"]
    free = service_bus_namespaces.service_bus_namespaces.Availability(result=True)
    result, reason = content(shown(service_bus_namespaces.AVAILABILITY, free))
    assert result.text == "true"
    assert list(reason.attrib.values()) == ["true"]


def test_a_refusal_is_a_bare_string():
    assert SERVICE_BUS.refusal(SERVICE_BUS_NAMESPACE_NOT_FOUND()) == (
        b'<string xmlns="http://schemas.microsoft.com/2003/10/Serialization/">'
        b"Request to a downlevel service failed.</string>"
    )


# ---- entities


def a_rule():
    return SharedAccessRule(
        key_name="mine",
        primary_key="one",
        secondary_key="two",
        rights=("Send", "Listen"),
        created_time=START,
        modified_time=START,
    )


def test_a_feed_of_queues_is_written_as_the_namespace_wrote_it(shown):
    namespace = a_namespace()
    queue = Queue(name="a/b", created_at=START, updated_at=START, max_size_in_megabytes=16384)
    listed = EntityList(namespace, "Queues", [EntityDetails(namespace, queue)])

    feed = shown(service_bus_entities.QUEUES, listed)

    url = "https://mynamespace.servicebus.windows.net/$Resources/Queues?api-version=2012-03"
    assert local(feed) == ["title", "id", "updated", "link", "entry"]
    assert [feed.findtext(f"{ATOM}title"), feed.findtext(f"{ATOM}id")] == ["Queues", url]
    assert dict(feed.find(f"{ATOM}link").attrib) == {"rel": "self", "href": url}
    entry = feed.find(f"{ATOM}entry")
    assert entry.base == url
    assert local(entry) == ["id", "title", "published", "updated", "author", "link", "content"]
    assert entry.findtext(f"{ATOM}id") == "https://mynamespace.servicebus.windows.net/a%2Fb?api-version=2012-03"
    assert entry.findtext(f"{ATOM}title") == "a/b"
    assert entry.find(f"{ATOM}link").get("href") == "../a%2Fb?api-version=2012-03"
    assert local(content(entry)) == [
        "LockDuration",
        "MaxSizeInMegabytes",
        "RequiresDuplicateDetection",
        "RequiresSession",
        "DefaultMessageTimeToLive",
        "DeadLetteringOnMessageExpiration",
        "DuplicateDetectionHistoryTimeWindow",
        "MaxDeliveryCount",
        "EnableBatchedOperations",
        "SizeInBytes",
        "MessageCount",
        "IsAnonymousAccessible",
        "AuthorizationRules",
        "Status",
        "CreatedAt",
        "UpdatedAt",
        "AccessedAt",
        "SupportOrdering",
        "CountDetails",
    ]
    counts = content(entry).find(f"{{{CONNECT}}}CountDetails")
    assert {etree.QName(one).namespace for one in counts} == {service_bus_entities.COUNTS}


def test_a_topic_has_its_elements_in_their_order(shown):
    topic = Topic(name="t", created_at=START, updated_at=START, authorization_rules=[a_rule()])

    found = content(shown(service_bus_entities.TOPIC, EntityDetails(a_namespace(), topic)))

    assert local(found) == [
        "DefaultMessageTimeToLive",
        "MaxSizeInMegabytes",
        "RequiresDuplicateDetection",
        "DuplicateDetectionHistoryTimeWindow",
        "EnableBatchedOperations",
        "SizeInBytes",
        "FilteringMessagesBeforePublishing",
        "IsAnonymousAccessible",
        "AuthorizationRules",
        "Status",
        "CreatedAt",
        "UpdatedAt",
        "AccessedAt",
        "SupportOrdering",
        "CountDetails",
        "SubscriptionCount",
    ]
    (rule,) = found.find(f"{{{CONNECT}}}AuthorizationRules")
    assert rule.get("{http://www.w3.org/2001/XMLSchema-instance}type") == "SharedAccessAuthorizationRule"
    assert [right.text for right in rule.find(f"{{{CONNECT}}}Rights")] == ["Send", "Listen"]


def test_a_queue_is_read_as_it_was_written_with_its_rules_typed_or_not(shown, subscription):
    queue = Queue(name="q", created_at=START, updated_at=START, lock_duration="PT1M", authorization_rules=[a_rule()])
    written = service_bus_entities.QUEUE.write(EntityDetails(a_namespace(), queue), Context(OLD, subscription))

    for body in (written, written.replace(b' i:type="SharedAccessAuthorizationRule"', b"")):
        unread = []
        read = service_bus_entities.SET_QUEUE.read(body, OLD, unread)
        assert isinstance(read, entities.SetQueue)
        assert (read.lock_duration, read.requires_session, read.max_delivery_count) == ("PT1M", False, 10)
        assert read.authorization_rules == [
            SetRule(
                claim_type="SharedAccessKey",
                claim_value="None",
                rights=["Send", "Listen"],
                key_name="mine",
                primary_key="one",
                secondary_key="two",
            )
        ]
        assert [path.rpartition("/")[2] for path in unread] == [
            "SizeInBytes",
            "MessageCount",
            "CreatedTime",
            "ModifiedTime",
            "Revision",
            "CreatedAt",
            "UpdatedAt",
            "AccessedAt",
            "CountDetails",
        ]


def test_a_rule_of_a_namespace_has_a_name_of_its_own(shown):
    found = content(shown(service_bus_rules.NAMESPACE_RULE, a_rule()))
    assert etree.QName(found).localname == "SharedAccessAuthorizationRule"
    assert local(found)[-3:] == ["KeyName", "PrimaryKey", "SecondaryKey"]


# ---- metrics

D, M = f"{{{service_bus_metrics.DATA}}}", f"{{{service_bus_metrics.METADATA}}}"


def test_values_say_of_what_type_they_are(shown):
    value = MetricValue(START, 0, 11, 5.5, 66)

    (entry,) = shown(service_bus_metrics.VALUES, [value]).iter(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}id") == "https://sbgm.windows.net/MetricValues(datetime'2015-07-01T00:00:00Z')"
    properties = content(entry)
    assert properties.tag == f"{M}properties"
    assert [(one.tag.removeprefix(D), one.get(f"{M}type"), one.text) for one in properties] == [
        ("Timestamp", "Edm.DateTime", "2015-07-01T00:00:00Z"),
        ("Min", "Edm.Int64", "0"),
        ("Max", "Edm.Int64", "11"),
        ("Average", "Edm.Single", "5.5"),
        ("Total", "Edm.Int64", "66"),
    ]


def test_the_names_of_rollups_are_their_time_grains(shown):
    feed = shown(service_bus_metrics.ROLLUP_FEED, ROLLUPS)
    assert [one.text for one in feed.iter(f"{D}TimeGrain")] == [rollup.name for rollup in ROLLUPS]
