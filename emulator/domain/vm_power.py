"""Starting and stopping machines, one or several: what becomes of their resources is said by the caller."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from emulator.domain import errors, vm_roles
from emulator.domain.records import TrackedOperation
from emulator.domain.vm_roles import At
from emulator.domain.world import Subscription

ACTIONS = {"stopped": "shutdown", "stoppeddeallocated": "deallocate"}
"""PostShutdownAction -> the event that it means to a machine."""


class RoleOperation(Struct, frozen=True, kw_only=True):
    """Something to be done to one machine; the element's name says what."""

    operation_type: str | None = None
    post_shutdown_action: str | None = None


class RolesOperation(Struct, frozen=True, kw_only=True):
    """Something to be done to several machines."""

    operation_type: str | None = None
    roles: list[str]
    post_shutdown_action: str | None = None


def start(
    subscription: Subscription,
    operation: TrackedOperation,
    _command: RoleOperation,
    service_name: str,
    deployment_name: str,
    role_name: str,
) -> None:
    """Accept to start a machine; one that runs stays as it is."""
    at = vm_roles.held(subscription, service_name, deployment_name)
    vm_roles.happen(subscription, at, role_name, "start")
    vm_roles.hold(subscription, at, operation, "virtual_machine.start", "done")


def restart(
    subscription: Subscription,
    operation: TrackedOperation,
    _command: RoleOperation,
    service_name: str,
    deployment_name: str,
    role_name: str,
) -> None:
    """Accept to restart a machine that runs."""
    at = vm_roles.held(subscription, service_name, deployment_name)
    instance = at[1].instances[vm_roles.role_of(at[1], role_name).role_name.lower()]
    if instance.state in ("stopped", "deallocated", "deallocating"):
        raise errors.ROLE_STOPPED(role=role_name)
    vm_roles.happen(subscription, at, role_name, "restart")
    vm_roles.hold(subscription, at, operation, "virtual_machine.restart", "done")


def redeploy(
    subscription: Subscription,
    operation: TrackedOperation,
    _command: RoleOperation,
    service_name: str,
    deployment_name: str,
    role_name: str,
) -> None:
    """Accept to move a machine to another host, which restarts it."""
    at = vm_roles.held(subscription, service_name, deployment_name)
    vm_roles.happen(subscription, at, role_name, "restart")
    vm_roles.hold(subscription, at, operation, "virtual_machine.redeploy", "done")


def perform_maintenance(
    subscription: Subscription,
    _operation: TrackedOperation,
    _command: RoleOperation,
    service_name: str,
    deployment_name: str,
    role_name: str,
) -> None:
    """Refuse to begin the maintenance of a machine: none is due, and that is told as one that is over (assumption 233).

    So it was recorded of machines that were new.
    """
    at = vm_roles.held(subscription, service_name, deployment_name)
    vm_roles.role_of(at[1], role_name)
    raise errors.MAINTENANCE_COMPLETED()


def shutdown(
    subscription: Subscription,
    operation: TrackedOperation,
    command: RoleOperation,
    service_name: str,
    deployment_name: str,
    role_name: str,
) -> None:
    """Accept to stop a machine, keeping its resources or giving them back."""
    action = _action(command.post_shutdown_action or "Stopped")
    at = vm_roles.held(subscription, service_name, deployment_name)
    vm_roles.happen(subscription, at, role_name, action)
    vm_roles.hold(subscription, at, operation, "virtual_machine.shutdown", "done")


def start_roles(
    subscription: Subscription,
    operation: TrackedOperation,
    command: RolesOperation,
    service_name: str,
    deployment_name: str,
) -> None:
    """Accept to start several machines."""
    at = vm_roles.held(subscription, service_name, deployment_name)
    _happen_to_all(subscription, at, command.roles, "start")
    vm_roles.hold(subscription, at, operation, "virtual_machine.start_roles", "done")


def shutdown_roles(
    subscription: Subscription,
    operation: TrackedOperation,
    command: RolesOperation,
    service_name: str,
    deployment_name: str,
) -> None:
    """Accept to stop several machines; what is to become of their resources has to be said."""
    action = _action(command.post_shutdown_action or "")
    at = vm_roles.held(subscription, service_name, deployment_name)
    _happen_to_all(subscription, at, command.roles, action)
    vm_roles.hold(subscription, at, operation, "virtual_machine.shutdown_roles", "done")


def _action(name: str) -> str:
    try:
        return ACTIONS[name.lower()]
    except KeyError:
        raise errors.POST_SHUTDOWN_ACTION_INVALID(action=name) from None


def _happen_to_all(subscription: Subscription, at: At, role_names: Sequence[str], event: str) -> None:
    if not role_names:
        raise errors.BAD_PARAMETER(why="Roles names no role.")
    for name in role_names:
        vm_roles.role_of(at[1], name)
    for name in role_names:
        vm_roles.happen(subscription, at, name, event)
