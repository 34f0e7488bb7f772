"""The records of Service Bus: namespaces and what is in them. Plain data with names as the API has them; no behaviour.

Durations are texts of ISO 8601 (`PT30S`): they come back as they were sent.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field


class SharedAccessRule(Struct, kw_only=True):
    """A key by its name, and what it lets its holder do: some of Manage, Send and Listen."""

    key_name: str
    primary_key: str
    secondary_key: str
    rights: tuple[str, ...]
    created_time: datetime
    modified_time: datetime
    claim_type: str = "SharedAccessKey"
    claim_value: str = "None"
    revision: int = 0


class Entity(Struct, kw_only=True):
    """What queues, topics, relays and notification hubs have in common."""

    name: str
    created_at: datetime
    updated_at: datetime
    authorization_rules: list[SharedAccessRule] = field(default_factory=list)


class Queue(Entity, kw_only=True):
    """A queue. `max_delivery_count` is how often a message is tried before it is a dead letter."""

    lock_duration: str = "PT30S"
    max_size_in_megabytes: int = 1024
    requires_duplicate_detection: bool = False
    requires_session: bool = False
    default_message_time_to_live: str = "P14D"
    dead_lettering_on_message_expiration: bool = False
    duplicate_detection_history_time_window: str = "PT10M"
    max_delivery_count: int = 10
    enable_batched_operations: bool = True
    is_anonymous_accessible: bool = False
    status: str = "Active"
    support_ordering: bool = False
    auto_delete_on_idle: str | None = None
    entity_availability_status: str | None = None


class Topic(Entity, kw_only=True):
    """A topic; what subscribes to it is not this API's business."""

    default_message_time_to_live: str = "P14D"
    max_size_in_megabytes: int = 1024
    requires_duplicate_detection: bool = False
    duplicate_detection_history_time_window: str = "PT10M"
    enable_batched_operations: bool = True
    filtering_messages_before_publishing: bool = False
    is_anonymous_accessible: bool = False
    status: str = "Active"
    support_ordering: bool = False
    auto_delete_on_idle: str | None = None
    entity_availability_status: str | None = None


class Relay(Entity, kw_only=True):
    """A relay: listeners behind a firewall are called through it."""

    listener_type: str = "NetTcp"


class NotificationHub(Entity, kw_only=True):
    """A hub that pushes to phones; a registration lives for `registration_ttl`."""

    registration_ttl: str = "P90D"


class ServiceBusNamespace(Struct, kw_only=True):
    """A namespace. `acs` says whether it has a namespace of the access control service too, with `default_key`.

    `step` is the number of the event that is to move it on. Collections are keyed by the lower-case name.
    """

    name: str
    region: str
    namespace_type: str
    acs: bool
    default_key: str
    created_at: datetime
    updated_at: datetime
    status: str = "Activating"
    step: int = 0
    authorization_rules: dict[str, SharedAccessRule] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    relays: dict[str, Relay] = field(default_factory=dict)
    notification_hubs: dict[str, NotificationHub] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """The name under which messages are sent to it."""
        return f"{self.name.lower()}.servicebus.windows.net"
