"""Who may do what in Service Bus: the authorization rules of a namespace, and the connection strings they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from emulator.domain import errors
from emulator.domain.records import TrackedOperation
from emulator.domain.service_bus_namespaces import KEY_SIZE, find
from emulator.domain.service_bus_records import Entity, ServiceBusNamespace, SharedAccessRule
from emulator.domain.world import Subscription

RIGHTS = ("Manage", "Send", "Listen")


class SetRule(Struct, frozen=True, kw_only=True):
    """What a caller says of a rule; keys that are left out are made."""

    claim_type: str | None = None
    claim_value: str | None = None
    rights: list[str] | None = None
    key_name: str | None = None
    primary_key: str | None = None
    secondary_key: str | None = None


class ConnectionDetail(Struct, frozen=True):
    """A key with the texts that a client connects with."""

    key_name: str
    connection_string: str
    authorization_type: str
    rights: tuple[str, ...]
    secondary_connection_string: str | None = None


def list_all(subscription: Subscription, namespace: str) -> list[SharedAccessRule]:
    """Return the rules of a namespace, oldest first."""
    return list(find(subscription, namespace).authorization_rules.values())


def get(subscription: Subscription, namespace: str, rule_name: str) -> SharedAccessRule:
    """Return a rule of a namespace."""
    found = find(subscription, namespace).authorization_rules.get(rule_name.lower())
    if found is None:
        raise errors.SERVICE_BUS_RULE_NOT_FOUND()
    return found


def create(
    subscription: Subscription, _operation: TrackedOperation, command: SetRule, namespace: str
) -> SharedAccessRule:
    """Add a rule, whose name is new, to a namespace."""
    rules = find(subscription, namespace).authorization_rules
    name = (command.key_name or "").lower()
    if name in rules:
        raise errors.SERVICE_BUS_RULE_EXISTS()
    rules[name] = made = make(subscription, command)
    return made


def update(
    subscription: Subscription, _operation: TrackedOperation, command: SetRule, namespace: str, rule_name: str
) -> SharedAccessRule:
    """Change the rights and the keys of a rule; what is left out stays."""
    rule = get(subscription, namespace, rule_name)
    if command.key_name and command.key_name.lower() != rule_name.lower():
        raise errors.SERVICE_BUS_RULE_INVALID()
    rule.rights = rule.rights if command.rights is None else _rights(command.rights)
    rule.primary_key = command.primary_key or rule.primary_key
    rule.secondary_key = command.secondary_key or rule.secondary_key
    rule.modified_time = subscription.now
    rule.revision += 1
    return rule


def delete(subscription: Subscription, _operation: TrackedOperation, namespace: str, rule_name: str) -> None:
    """Take a rule away from a namespace."""
    get(subscription, namespace, rule_name)
    del find(subscription, namespace).authorization_rules[rule_name.lower()]


def make(subscription: Subscription, command: SetRule) -> SharedAccessRule:
    """Return a new rule as a caller wants it; nothing is drawn for one that cannot be."""
    rights = _rights(command.rights or ())
    if not command.key_name:
        raise errors.SERVICE_BUS_RULE_INVALID()
    return SharedAccessRule(
        key_name=command.key_name,
        primary_key=command.primary_key or subscription.entropy.key(KEY_SIZE),
        secondary_key=command.secondary_key or subscription.entropy.key(KEY_SIZE),
        rights=rights,
        created_time=subscription.now,
        modified_time=subscription.now,
        claim_type=command.claim_type or "SharedAccessKey",
        claim_value=command.claim_value or "None",
    )


def _rights(given: Sequence[str]) -> tuple[str, ...]:
    if not given or set(given) - set(RIGHTS):
        raise errors.SERVICE_BUS_RULE_INVALID()
    return tuple(dict.fromkeys(given))


def secret(namespace: ServiceBusNamespace) -> str:
    """Return the connection string of the owner, whom access control knows."""
    return f"Endpoint=sb://{namespace.host}/;SharedSecretIssuer=owner;SharedSecretValue={namespace.default_key}"


def connection_details(subscription: Subscription, namespace: str) -> list[ConnectionDetail]:
    """Return how to connect to a namespace: with access control where it has it, and with each of its rules."""
    found = find(subscription, namespace)
    owner = [ConnectionDetail("ACSOwnerKey", secret(found), "SharedSecret", RIGHTS)] if found.acs else []
    return [*owner, *_details(found, found.authorization_rules.values())]


def entity_connection_details(namespace: ServiceBusNamespace, entity: Entity) -> list[ConnectionDetail]:
    """Return how to connect to what is in a namespace, with each of its own rules."""
    return list(_details(namespace, entity.authorization_rules, f";EntityPath={entity.name}"))


def _details(
    namespace: ServiceBusNamespace, rules: Iterable[SharedAccessRule], more: str = ""
) -> Iterator[ConnectionDetail]:
    for rule in rules:
        start = f"Endpoint=sb://{namespace.host}/;SharedAccessKeyName={rule.key_name};SharedAccessKey="
        yield ConnectionDetail(
            rule.key_name,
            f"{start}{rule.primary_key}{more}",
            "SharedAccessAuthorization",
            rule.rights,
            f"{start}{rule.secondary_key}{more}",
        )
