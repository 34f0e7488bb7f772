"""Lifecycles as literal tables, and the small engine that reads them.

Theory of operation. A *lifecycle* is a table of transitions: in state `source`, when `event` happens, the state
becomes `target`. A pair (state, event) that is not in the table is illegal: it raises, and nothing happens. Some
transitions happen by themselves: they have `after`, the name of a duration in the catalog, and are put on the
clock's schedule the moment their source state is entered. A state has at most one of those.

How a state looks on the wire is a second table (`RoleInstance.InstanceStatus` and `PowerState` are two columns of
one state), so that the machine and its face can be read apart. Diagrams and hypothesis machines are made from the
same tables. Nothing here knows time, resources or XML.
"""

from __future__ import annotations

from typing import NamedTuple


class IllegalTransitionError(Exception):
    """An event that cannot happen in a state; nothing happened."""


class Transition(NamedTuple):
    """In state `source`, `event` leads to `target`; by itself `after` that duration of the catalog, if given."""

    source: str
    event: str
    target: str
    after: str | None = None


class Lifecycle:
    """A table of transitions with its look-ups made."""

    def __init__(self, name: str, *transitions: Transition) -> None:
        self.name, self.transitions = name, transitions
        self._targets = {(t.source, t.event): t.target for t in transitions}
        self.automatic = {t.source: t for t in transitions if t.after}
        if len(self._targets) != len(transitions):
            raise ValueError(f"{name}: the same event leads to two states")
        if len(self.automatic) != sum(1 for t in transitions if t.after):
            raise ValueError(f"{name}: two transitions happen by themselves in one state")

    @property
    def states(self) -> list[str]:
        """Every state, in the order of the table."""
        return list(dict.fromkeys(s for t in self.transitions for s in (t.source, t.target)))

    def next(self, state: str, event: str) -> str:
        """Return the state after `event`; raise IllegalTransitionError where the table has no such pair."""
        try:
            return self._targets[state, event]
        except KeyError:
            raise IllegalTransitionError(f"{self.name}: {event} cannot happen in state {state}") from None

    def allows(self, state: str, event: str) -> bool:
        """Tell whether `event` can happen in `state`."""
        return (state, event) in self._targets


class Face(NamedTuple):
    """How a role instance's state looks on the wire. `{now}` in the details is when the state was entered."""

    instance_status: str
    power_state: str
    details: str = ""


T = Transition

OPERATION = Lifecycle(
    "operation",
    T("InProgress", "succeed", "Succeeded"),
    T("InProgress", "fail", "Failed"),
)

STORAGE_ACCOUNT = Lifecycle(
    "storage account",
    T("Creating", "created", "ResolvingDns", after="storage_account.creating"),
    T("ResolvingDns", "resolved", "Created", after="storage_account.resolving_dns"),
)

# A deployment's state is its Status. `locked` and the tracked operation move with it: see domain/deployments.py.
DEPLOYMENT = Lifecycle(
    "deployment",
    T("Deploying", "deployed", "Suspended"),
    T("Deploying", "deployed_running", "Running"),
    T("Suspended", "start", "Starting"),
    T("Starting", "started", "Running"),
    T("Running", "suspend", "Suspending"),
    T("Suspending", "suspended", "Suspended"),
    T("Running", "update", "RunningTransitioning"),
    T("Suspended", "update", "SuspendedTransitioning"),
    T("RunningTransitioning", "updated", "Running"),
    T("SuspendedTransitioning", "updated", "Suspended"),
    T("RunningTransitioning", "update", "RunningTransitioning"),
    T("SuspendedTransitioning", "update", "SuspendedTransitioning"),
    *(
        T(state, "delete", "Deleting")
        for state in ("Suspended", "Running", "RunningTransitioning", "SuspendedTransitioning")
    ),
)

# The instances of web and worker roles.
INSTANCE = Lifecycle(
    "role instance",
    T("creating-stopped", "created", "stopped", after="instance.creating_vm"),
    T("creating-stopped", "start", "creating"),
    T("stopped", "start", "starting-vm"),
    T("creating", "created", "starting-vm", after="instance.creating_vm"),
    T("starting-vm", "booted", "unknown", after="instance.starting_vm"),
    T("unknown", "reported", "initializing", after="instance.role_state_unknown"),
    T("initializing", "initialized", "running", after="instance.busy_initializing"),
    T("running", "ready", "ready", after="instance.busy_on_role_run"),
    T("creating", "stop", "creating-stopped"),
    *(T(state, "stop", "stopping") for state in ("starting-vm", "unknown", "initializing", "running", "ready")),
    T("stopping", "role_stopped", "stopping-vm", after="instance.stopping_role"),
    T("stopping-vm", "vm_stopped", "stopped", after="instance.stopping_vm"),
    T("stopping", "start", "initializing"),
    T("stopping-vm", "start", "starting-vm"),
)

INSTANCE_FACES = {
    "creating-stopped": Face("CreatingVM", "Stopped"),
    "creating": Face("CreatingVM", "Starting"),
    "starting-vm": Face("StartingVM", "Starting"),
    "unknown": Face("RoleStateUnknown", "Started"),
    "initializing": Face("BusyRole", "Started", "Starting role... System is initializing. [{now}]"),
    "running": Face("BusyRole", "Started", "Starting role... Calling OnRoleRun. [{now}]"),
    "ready": Face("ReadyRole", "Started"),
    "stopping": Face("StoppingRole", "Stopping"),
    "stopping-vm": Face("StoppingVM", "Stopping"),
    "stopped": Face("StoppedVM", "Stopped"),
}

# Virtual machines: Linux and Windows take different ways from the fabric's acceptance to ReadyRole.
LINUX_MACHINE = Lifecycle(
    "Linux virtual machine",
    T("deploying", "provision", "unknown"),
    T("unknown", "placed", "creating", after="vm.role_state_unknown"),
    T("creating", "created", "starting", after="vm.creating_vm"),
    T("starting", "booted", "provisioning", after="vm.starting_vm"),
    T("provisioning", "provisioned", "ready", after="vm.provisioning_linux"),
)

WINDOWS_MACHINE = Lifecycle(
    "Windows virtual machine",
    T("deploying", "provision", "unknown"),
    T("unknown", "placed", "creating", after="vm.role_state_unknown"),
    T("creating", "created", "starting", after="vm.creating_vm"),
    T("starting", "booted", "provisioning", after="vm.starting_vm"),
    T("provisioning", "specialized", "first-use", after="vm.provisioning_windows"),
    T("first-use", "provisioned", "finishing", after="vm.provisioning_first_use"),
    T("finishing", "ready", "ready", after="vm.finishing"),
)

MACHINE_FACES = {
    "deploying": Face("StoppedVM", "Stopped"),
    "unknown": Face("RoleStateUnknown", "Starting"),
    "creating": Face("CreatingVM", "Starting"),
    "starting": Face("StartingVM", "Starting"),
    "provisioning": Face("Provisioning", "Started"),
    "first-use": Face("Provisioning", "Started", "Windows is preparing your computer for first use..."),
    "finishing": Face("RoleStateUnknown", "Started"),
    "ready": Face("ReadyRole", "Started"),
}

INSTANCE_LIFECYCLES = {
    "PaaS": (INSTANCE, INSTANCE_FACES),
    "Linux": (LINUX_MACHINE, MACHINE_FACES),
    "Windows": (WINDOWS_MACHINE, MACHINE_FACES),
}
"""Kind of instance -> its table and its faces."""

LIFECYCLES = (OPERATION, STORAGE_ACCOUNT, DEPLOYMENT, INSTANCE, LINUX_MACHINE, WINDOWS_MACHINE)
