"""Updates of web and worker deployments: change configuration, upgrade, walk an upgrade domain, roll back.

Theory of operation. What is accepted is what the deployment runs from then on (`web_roles.Revision`); an update brings
it to the instances. `Update.state` moves by one of UPDATE_LIFECYCLES, and everything else moves with it:

    state                                 deployment            operation            instances
    changing, upgrading, rolling-back     held                  in progress          as they were, less those too many
    waiting    (manual)                   free                  succeeded            new ones begin
    walking    (automatic, simultaneous)  free                  in progress          those of the domain restart
    walking    (manual)                   held, by the walk     that of the walk     those of the domain restart
    settling                              free                  succeeded            all run the new revision

Free means that another call may take it: one that updates again, rolls back or deletes abandons what was walked. That
updates overlap so is documented, as is that a rollback is possible while an instance has not been updated yet. An
instance that a change does not concern is up to date at once and stays as it is: so recorded for new counts, assumed
of other roles. So a domain whose instances have nothing to restart takes no time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from emulator.domain import cores, errors, fitting, instances, lookup, media, names, networking, operations, web_roles
from emulator.domain.clock import Event
from emulator.domain.configuration import ServiceConfiguration
from emulator.domain.lifecycle import DEPLOYMENT, INSTANCE_LIFECYCLES, UPDATE_LIFECYCLES
from emulator.domain.names import ExtendedProperty
from emulator.domain.packages import Package, Packaged
from emulator.domain.records import Deployment, HostedService, Revision, RoleInstance, TrackedOperation, Update
from emulator.domain.references import ExtensionConfiguration
from emulator.domain.web_roles import ConfigurationDocument
from emulator.domain.world import Subscription

ROLLBACK_MODES = ("Auto", "Manual")


class ChangeConfiguration(Struct, frozen=True, kw_only=True):
    """A new configuration for a deployment, and how it is rolled out."""

    configuration: ConfigurationDocument
    treat_warnings_as_error: bool | None = None
    mode: str | None = None
    extended_properties: list[ExtendedProperty] | None = None
    extension_configuration: ExtensionConfiguration | None = None


class UpgradeDeployment(Packaged, frozen=True, kw_only=True):
    """A new package, configuration and label; `role_to_upgrade` leaves the other roles as they are."""

    mode: str | None = None
    configuration: ConfigurationDocument
    label: bytes
    role_to_upgrade: str | None = None
    treat_warnings_as_error: bool | None = None
    force: bool | None = None
    extended_properties: list[ExtendedProperty] | None = None
    extension_configuration: ExtensionConfiguration | None = None


class WalkUpgradeDomain(Struct, frozen=True, kw_only=True):
    """The upgrade domain to walk: of a manual update, the next."""

    upgrade_domain: int


class RollbackUpdateOrUpgrade(Struct, frozen=True, kw_only=True):
    """How what was there before is brought back."""

    mode: str
    force: bool


# ---- what is accepted


def change_configuration(
    subscription: Subscription,
    operation: TrackedOperation,
    command: ChangeConfiguration,
    service_name: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> None:
    """Accept a new configuration for the roles that the deployment has."""
    mode = _mode(command.mode or "Auto", UPDATE_LIFECYCLES)
    service, deployment = lookup.web_deployment(subscription, service_name, slot_name, deployment_name)
    old = web_roles.current(deployment)
    content = command.configuration.content
    _same_roles(old, content)
    judged = fitting.judge(
        subscription.catalog, Package(old.definition), content, strict=bool(command.treat_warnings_as_error)
    )
    new = web_roles.revision(
        subscription,
        service,
        operation,
        command.configuration,
        definition=old.definition,
        package_url=old.package_url,
        label=old.label,
        extended_properties=command.extended_properties,
        extension_configuration=command.extension_configuration,
        known=old,
    )
    update = Update(mode, "changing", operation.id, _changed(old, new), previous=old)
    if not fitting.passes(subscription, operation, judged, "deployment.configuration_change"):
        return
    _begin(_Place(subscription, service, deployment), operation, new, update)


def upgrade(
    subscription: Subscription,
    operation: TrackedOperation,
    command: UpgradeDeployment,
    service_name: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> None:
    """Accept a new package. One that is taken on trust has the roles of the configuration."""
    mode = _mode(command.mode or "Auto", UPDATE_LIFECYCLES)
    media.host_of(command.package_url, errors.PACKAGE_URL_INVALID)
    service, deployment = lookup.web_deployment(subscription, service_name, slot_name, deployment_name)
    old = web_roles.current(deployment)
    strict = bool(command.treat_warnings_as_error)
    judged = fitting.judge(subscription.catalog, command.package, command.configuration.content, strict=strict)
    unchangeable = fitting.unchangeable(old.definition, judged.definition)
    if unchangeable is not None:
        judged = fitting.Judged(fault=unchangeable)
    new = web_roles.revision(
        subscription,
        service,
        operation,
        command.configuration,
        definition=judged.definition,
        package_url=command.package_url,
        label=names.label(command.label),
        extended_properties=command.extended_properties,
        extension_configuration=command.extension_configuration,
        known=old,
    )
    _forced(old, new, force=bool(command.force))
    affected = sorted(new.roles)
    if command.role_to_upgrade:
        affected = sorted({_role(new, command.role_to_upgrade), *_changed(old, new)})
    if not fitting.passes(subscription, operation, judged, "deployment.upgrade"):
        return
    update = Update(mode, "upgrading", operation.id, affected, previous=old)
    _begin(_Place(subscription, service, deployment), operation, new, update)


def rollback(
    subscription: Subscription,
    operation: TrackedOperation,
    command: RollbackUpdateOrUpgrade,
    service_name: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> None:
    """Accept to bring back what was there before the update in progress, while an instance still has it."""
    mode = _mode(command.mode, ROLLBACK_MODES)
    service, deployment = lookup.web_deployment(subscription, service_name, slot_name, deployment_name)
    update = deployment.update
    if update is None or update.previous is None or not rollback_allowed(deployment):
        raise errors.ROLLBACK_NOT_ALLOWED(name=deployment.name)
    old, new = web_roles.current(deployment), update.previous
    _forced(old, new, force=command.force)
    back = Update(mode, "rolling-back", operation.id, update.affected)
    _begin(_Place(subscription, service, deployment), operation, new, back)


def rollback_allowed(deployment: Deployment) -> bool:
    """Tell whether a rollback is possible: during an update with an instance that was not updated yet."""
    update = deployment.update
    return update is not None and update.previous is not None and bool(_outdated(deployment))


def walk_upgrade_domain(
    subscription: Subscription,
    operation: TrackedOperation,
    command: WalkUpgradeDomain,
    service_name: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> None:
    """Accept to walk the next upgrade domain of a manual update."""
    service, deployment = lookup.web_deployment(subscription, service_name, slot_name, deployment_name)
    update = deployment.update
    if update is None or not UPDATE_LIFECYCLES[update.upgrade_type].allows(update.state, "walk"):
        raise errors.NO_UPGRADE_DOMAIN_TO_WALK(name=deployment.name)
    if command.upgrade_domain != update.domain:
        raise errors.UPGRADE_DOMAIN_ORDER(given=command.upgrade_domain, next=update.domain)
    update.operation = operation.id
    lookup.hold(subscription, service, deployment, operation)
    _move(_Place(subscription, service, deployment), update, "walk")


def _mode(given: str, known: Iterable[str]) -> str:
    found = next((mode for mode in known if mode.lower() == given.lower()), None)
    if found is None:
        raise errors.MODE_INVALID(mode=given, known=", ".join(known))
    return found


def _role(revision: Revision, name: str) -> str:
    if name.lower() not in revision.roles:
        raise errors.ROLE_NOT_FOUND(role=name)
    return name.lower()


def _same_roles(old: Revision, content: ServiceConfiguration) -> None:
    given = {role.name.lower(): role.name for role in content.roles}
    for key in sorted(old.roles.keys() - given.keys()):
        raise errors.CONFIGURATION_MISMATCH(why=f"the role {old.roles[key].role_name} is missing.")
    for key in sorted(given.keys() - old.roles.keys()):
        raise errors.CONFIGURATION_MISMATCH(why=f"there is no role {given[key]}.")


def _forced(old: Revision, new: Revision, *, force: bool) -> None:
    differing = old.roles.keys() ^ new.roles.keys()
    kept = old.roles.keys() & new.roles.keys()
    differing |= {key for key in kept if old.roles[key].role_size != new.roles[key].role_size}
    if differing and not force:
        shown = ", ".join(sorted((old.roles | new.roles)[key].role_name for key in differing))
        raise errors.FORCE_NEEDED(roles=shown)


def _changed(old: Revision, new: Revision) -> list[str]:
    """Return the roles that another configuration concerns in more than the number of their instances."""
    return sorted(
        key
        for key, role in new.roles.items()
        if role != old.roles.get(key) or _setup(old, role.role_name) != _setup(new, role.role_name)
    )


def _setup(revision: Revision, role_name: str) -> tuple[object, ...]:
    found = revision.configuration.role(role_name)
    return found and replace(found, instance_count=1), (revision.extensions or {}).get(role_name)


# ---- how it goes on


class _Place(NamedTuple):
    """Where an update goes on."""

    subscription: Subscription
    service: HostedService
    deployment: Deployment


def _begin(place: _Place, operation: TrackedOperation, new: Revision, update: Update) -> None:
    """Make `new` what the deployment runs, and `update` what brings it to the instances."""
    subscription, service, deployment = place
    first = UPDATE_LIFECYCLES[update.upgrade_type].automatic[update.state]
    networking.judge_change(subscription, service, deployment, new.configuration)
    increment = cores.of(subscription, new) - cores.of(subscription, deployment)
    if not cores.take(subscription, operation, increment, first.after or ""):
        return
    web_roles.abandon_update(subscription, deployment, operation)
    for instance in deployment.instances.values():
        if instance.revision_id == deployment.revision_id and instance.role_name.lower() not in update.affected:
            instance.revision_id = new.revision_id
    networking.change(subscription, deployment, new.configuration)
    web_roles.take_on(deployment, new)
    web_roles.shrink(subscription, deployment)
    deployment.update = update
    deployment.status = DEPLOYMENT.next(deployment.status, "update")
    lookup.hold(subscription, service, deployment, operation)
    _schedule(place, update)


def _schedule(place: _Place, update: Update) -> None:
    """Put what follows by itself on the update's state on the schedule."""
    following = UPDATE_LIFECYCLES[update.upgrade_type].automatic[update.state]
    where = lookup.key(place.service, place.deployment)
    update.pending = place.subscription.after(following.after or "", "update", where, following.event, update.operation)


def _move(place: _Place, update: Update, event: str) -> None:
    """Let an event happen to an update, and what its new state begins with."""
    update.state = UPDATE_LIFECYCLES[update.upgrade_type].next(update.state, event)
    match update.state:
        case "walking":
            _walk(place, update)
        case "waiting":
            _release(place, update)
        case "settling":
            update.domain = 0
            _release(place, update)
            _schedule(place, update)
        case "over":
            place.deployment.status = DEPLOYMENT.next(place.deployment.status, "updated")
            place.deployment.update = None


def _release(place: _Place, update: Update) -> None:
    """End the update's operation, and with it its hold on the deployment."""
    if place.deployment.operation == update.operation:
        place.deployment.operation = None
    operations.finish(place.subscription, update.operation)
    update.operation = None


def _walk(place: _Place, update: Update) -> None:
    restarting = [one for one in _members(place.deployment, update) if _restarts(one)]
    instances.happen(*place, "update", restarting)
    if restarting:
        _schedule(place, update)
    else:
        _walked(place, update)


def _restarts(instance: RoleInstance) -> bool:
    return INSTANCE_LIFECYCLES[instance.kind][0].allows(instance.state, "update")


def _walked(place: _Place, update: Update) -> None:
    """The instances of the domain run the new revision now; the next one follows, or the end."""
    for instance in _members(place.deployment, update):
        instance.revision_id = place.deployment.revision_id
        instance.instance_size = place.deployment.roles[instance.role_name.lower()].role_size
    count = web_roles.upgrade_domain_count(place.deployment)
    update.domain = count if update.upgrade_type == "Simultaneous" else update.domain + 1
    _move(place, update, "walked" if update.domain < count else "finished")


def _members(deployment: Deployment, update: Update) -> list[RoleInstance]:
    """Return the instances of the domain walked that do not run the new revision yet."""
    together = update.upgrade_type == "Simultaneous"
    return [one for one in _outdated(deployment) if together or one.instance_upgrade_domain == update.domain]


def _outdated(deployment: Deployment) -> list[RoleInstance]:
    return [one for one in deployment.instances.values() if one.revision_id != deployment.revision_id]


# ---- what the schedule brings


def _happened(subscription: Subscription, event: Event) -> None:
    service, deployment = lookup.by_key(subscription, event.resource)
    update = deployment.update
    if update is None:
        raise TypeError(f"{deployment.name} is not being updated")
    place = _Place(subscription, service, deployment)
    deployment.last_modified_time = subscription.now
    match event.name:
        case "prepared":
            running = deployment.status.startswith("Running")
            web_roles.grow(*place, "creating" if running else "creating-stopped")
            deployment.operation = None
            _move(place, update, event.name)
        case "walked":
            _walked(place, update)
        case _:
            _move(place, update, event.name)


HANDLERS = {"update": _happened}
