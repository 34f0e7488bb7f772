"""Role instances: reboot them; of web and worker deployments, reimage, rebuild and delete them; events of reboots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from emulator.domain import cores, errors, instances, lookup, operations, vm_power
from emulator.domain.clock import Event
from emulator.domain.configuration import ServiceConfiguration
from emulator.domain.records import Deployment, RoleInstance, TrackedOperation
from emulator.domain.vm_power import RoleOperation
from emulator.domain.world import Subscription


class RoleInstances(Struct, frozen=True):
    """The names of role instances."""

    names: list[str] = []


class RebootEvent(Struct, frozen=True):
    """A reboot for planned maintenance; there is none of that here."""

    role_name: str
    instance_name: str
    reboot_reason: str
    reboot_start_time: datetime


# ---- restart


def reboot(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    role_instance_name: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> None:
    """Accept to restart an instance's system; a machine's too, as libcloud asks for it."""
    where = (service_name, slot_name, deployment_name)
    _, deployment = lookup.find(subscription, *where)
    if deployment is not None and deployment.of_virtual_machines:
        name = _instance(deployment, role_instance_name).role_name
        vm_power.restart(subscription, operation, RoleOperation(), service_name, deployment.name, name)
        return
    _restart(subscription, operation, where, role_instance_name, "reboot", "role_instance.reboot")


def reimage(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    role_instance_name: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> None:
    """Accept to put a fresh system on an instance."""
    where = (service_name, slot_name, deployment_name)
    _restart(subscription, operation, where, role_instance_name, "reimage", "role_instance.reimage")


def rebuild(
    subscription: Subscription,
    operation: TrackedOperation,
    service_name: str,
    role_instance_name: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> None:
    """Accept to put a fresh system on an instance and to empty its local drives."""
    where = (service_name, slot_name, deployment_name)
    _restart(subscription, operation, where, role_instance_name, "reimage", "role_instance.rebuild")


def _restart(
    subscription: Subscription,
    operation: TrackedOperation,
    where: tuple[str, str | None, str | None],
    role_instance_name: str,
    event: str,
    timing: str,
) -> None:
    """Hold the deployment for as long as a restart took; one that is stopped has nothing to restart."""
    service, deployment = lookup.web_deployment(subscription, *where)
    instance = _instance(deployment, role_instance_name)
    instances.happen(subscription, service, deployment, event, [instance])
    resource = lookup.hold(subscription, service, deployment, operation)
    subscription.after(timing, "deployment", resource, "settled", operation.id)


def _instance(deployment: Deployment, name: str) -> RoleInstance:
    found = deployment.instances.get(name.lower())
    if found is None:
        raise errors.ROLE_INSTANCE_NOT_FOUND(name=name, deployment=deployment.name)
    return found


# ---- delete


def delete(
    subscription: Subscription,
    operation: TrackedOperation,
    command: RoleInstances,
    service_name: str,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> None:
    """Accept to delete instances, whichever numbers they have; each role keeps at least one."""
    service, deployment = lookup.web_deployment(subscription, service_name, slot_name, deployment_name)
    doomed = [_instance(deployment, name) for name in command.names]
    keys = {one.instance_name.lower() for one in doomed}
    if not doomed or len(keys) < len(doomed):
        raise errors.ROLE_INSTANCES_INVALID(why="there has to be at least one name, and none twice.")
    remaining = {one.role_name for key, one in deployment.instances.items() if key not in keys}
    for instance in doomed:
        if instance.role_name not in remaining:
            raise errors.ROLE_INSTANCES_INVALID(why=f"the role {instance.role_name} would have none left.")
    instances.happen(subscription, service, deployment, "stop", doomed)
    resource = lookup.hold(subscription, service, deployment, operation)
    timing = "deployment.delete_role_instances"
    subscription.after(timing, "role instances", (*resource, *sorted(keys)), "deleted", operation.id)


def _deleted(subscription: Subscription, event: Event) -> None:
    """Take instances and their cores away, and count fewer in the configuration."""
    _, deployment = lookup.by_key(subscription, event.resource)
    gone = [deployment.instances[key] for key in event.resource[2:] if key in deployment.instances]
    for instance in gone:
        instances.leave(subscription, instance)
        del deployment.instances[instance.instance_name.lower()]
    before = cores.of(subscription, deployment)
    if deployment.configuration is not None:
        deployment.configuration = _recounted(deployment.configuration, [one.role_name for one in gone])
    deployment.recounted = True
    subscription.cores_in_use += cores.of(subscription, deployment) - before
    deployment.operation, deployment.last_modified_time = None, subscription.now
    operations.finish(subscription, event.operation)


def _recounted(content: ServiceConfiguration, gone: Sequence[str]) -> ServiceConfiguration:
    fewer = Counter(name.lower() for name in gone)
    return replace(
        content,
        roles=tuple(
            replace(role, instance_count=role.instance_count - fewer[role.name.lower()]) for role in content.roles
        ),
    )


# ---- events


def list_reboot_events(
    subscription: Subscription,
    service_name: str,
    start_time: datetime,
    end_time: datetime,
    slot_name: str | None = None,
    deployment_name: str | None = None,
) -> list[RebootEvent]:
    """Return a deployment's reboots for planned maintenance in a period: none, for none is ever planned here."""
    lookup.deployment(subscription, service_name, slot_name, deployment_name)
    if end_time < start_time:
        raise errors.WRONG_QUERY(why="EndTime lies before StartTime.")
    return []


HANDLERS = {"role instances": _deleted}
