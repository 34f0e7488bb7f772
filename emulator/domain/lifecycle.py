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
    """In state `source`, `event` leads to `target`; by itself `after` that duration of the catalog, if given.

    Where it `lingers`, the source is still to be seen in `instant` mode (see clock.py).
    """

    source: str
    event: str
    target: str
    after: str | None = None
    lingers: bool = False


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

VIRTUAL_NETWORK = Lifecycle("virtual network", T("Creating", "created", "Created"))

# Recorded: Created, whenever somebody looked; the other states are documented, and when they show is assumed.
RESERVED_IP = Lifecycle(
    "reserved IP",
    T("Creating", "created", "Created"),
    T("Created", "associate", "Updating"),
    T("Created", "disassociate", "Updating"),
    T("Updating", "associated", "Created"),
    T("Updating", "disassociated", "Created"),
    T("Created", "delete", "Deleting"),
)

# Recorded: the two ends; the states between them are documented. What is changed later is to be seen in the gateway's
# last event, not in its state.
GATEWAY = Lifecycle(
    "virtual network gateway",
    T("NotProvisioned", "create", "Provisioning"),
    T("Provisioning", "created", "Provisioned"),
    T("Provisioned", "delete", "Deprovisioning"),
    T("Deprovisioning", "deleted", "NotProvisioned"),
)

# Recorded: Stopped. The other states and when they show are assumed (assumption 215).
APPLICATION_GATEWAY = Lifecycle(
    "application gateway",
    T("Stopped", "start", "Starting"),
    T("Starting", "started", "Running"),
    T("Running", "stop", "Stopping"),
    T("Stopping", "stopped", "Stopped"),
)

# `captured` happens when as many seconds have passed as the caller asked for.
GATEWAY_DIAGNOSTICS = Lifecycle(
    "gateway diagnostics",
    T("Ready", "start", "InProgress"),
    T("InProgress", "captured", "StopInProgress"),
    T("InProgress", "stop", "StopInProgress"),
    T("Ready", "stop", "StopInProgress"),
    T("StopInProgress", "stopped", "Ready", after="gateway.diagnostics_stopping"),
)

SERVICE_BUS_NAMESPACE = Lifecycle(
    "Service Bus namespace",
    T("Activating", "activated", "Active", after="service_bus.activating"),
    T("Activating", "delete", "Removing"),
    T("Active", "delete", "Removing"),
    T("Removing", "removed", "Removed", after="service_bus.removing", lingers=True),
)

# How registration begins and ends was not recorded, only what is refused meanwhile and afterwards.
RESOURCE_TYPE = Lifecycle(
    "resource type",
    T("Registering", "registered", "Registered", after="resource_provider.register"),
    T("Registered", "unregister", "Unregistering"),
    T("Unregistering", "unregistered", "NotRegistered", after="resource_provider.register"),
)

# Recorded: Normal. That a database may be Creating at first, a client's source says.
SQL_DATABASE = Lifecycle("SQL database", T("Creating", "created", "Normal"))

DATABASE_COPY = Lifecycle("database copy", T("SEEDING", "seeded", "CATCH_UP", after="sql_database.copy"))

DAC_REQUEST = Lifecycle("DAC request", T("Pending", "finish", "Completed"))

# Recorded: Complete.
SERVICE_OBJECTIVE_ASSIGNMENT = Lifecycle(
    "service objective assignment",
    T("Complete", "assign", "Pending"),
    T("Pending", "assigned", "Complete", after="sql_database.assign"),
)

# Documented; that a job which ends with a run that failed is faulted, and any other completed, is assumed.
JOB = Lifecycle(
    "job",
    T("enabled", "ran", "enabled"),
    T("enabled", "ended", "completed"),
    T("enabled", "failed", "faulted"),
    T("enabled", "disable", "disabled"),
    T("disabled", "enable", "enabled"),
)

# Recorded as the MigrationState of something: Prepared, PrepareFailed and CommitFailed (assumption 220).
MIGRATION = Lifecycle(
    "migration",
    T("None", "prepare", "Preparing"),
    T("Preparing", "prepared", "Prepared"),
    T("Preparing", "prepare_failed", "PrepareFailed"),
    T("PrepareFailed", "prepare", "Preparing"),
    T("PrepareFailed", "abort", "Aborting"),
    T("Prepared", "prepare", "Preparing"),
    T("Prepared", "abort", "Aborting"),
    T("Aborting", "aborted", "None"),
    T("Aborting", "abort_failed", "AbortFailed"),
    T("AbortFailed", "abort", "Aborting"),
    T("Prepared", "commit", "Committing"),
    T("Committing", "committed", "Committed"),
    T("Committing", "commit_failed", "CommitFailed"),
    T("CommitFailed", "commit", "Committing"),
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
    T("Running", "all_deallocated", "Suspended"),
    T("Suspended", "machine_started", "Running"),
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

# What is rolled out over a deployment's upgrade domains, from the call that is accepted to the last trace of it. The
# deployment's status is …Transitioning meanwhile. It is held until `prepared`, and during each walk of a manual update.
# The operation of an automatic update ends at `finished`, each operation of a manual one when its hold does. When the
# last domain was walked, `finished` happens in the place of `walked`.
_BEGIN = (
    ("changing", "deployment.configuration_change"),
    ("upgrading", "deployment.upgrade"),
    ("rolling-back", "deployment.rollback"),
)

AUTO_UPDATE = Lifecycle(
    "automatic update",
    *(T(state, "prepared", "walking", after=timing) for state, timing in _BEGIN),
    T("walking", "walked", "walking", after="deployment.upgrade_domain"),
    T("walking", "finished", "settling"),
    T("settling", "settled", "over", after="deployment.update_settling"),
)

MANUAL_UPDATE = Lifecycle(
    "manual update",
    *(T(state, "prepared", "waiting", after=timing) for state, timing in _BEGIN),
    T("waiting", "walk", "walking"),
    T("walking", "walked", "waiting", after="deployment.upgrade_domain"),
    T("walking", "finished", "settling"),
    T("settling", "settled", "over", after="deployment.update_settling"),
)

UPDATE_LIFECYCLES = {"Auto": AUTO_UPDATE, "Manual": MANUAL_UPDATE, "Simultaneous": AUTO_UPDATE}
"""UpgradeType -> its table. A simultaneous update is an automatic one whose only domain is all of them."""

UPDATE_FACES = {
    "changing": "Before",
    "upgrading": "Before",
    "rolling-back": "Before",
    "waiting": "Before",
    "walking": "During",
    "settling": "Before",  # with CurrentUpgradeDomain 0, as recorded when an automatic update's operation had succeeded
}
"""State of an update -> its CurrentUpgradeDomainState."""

# The instances of web and worker roles. One that is updated, rebooted or reimaged goes down by itself and comes back;
# which of BusyRole's details it shows on its way down was never seen.
_UP = ("starting-vm", "unknown", "initializing", "running", "ready")

# Where an instance ends that never gets ready, which happens only to those that a fault has marked: the statuses are
# documented, from which state each is entered is assumed (assumption 40). What restarts an instance gets it out of
# there.
_FAILED = ("failed-vm", "failed-role", "crashed", "unresponsive", "hanging")

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
    T("starting-vm", "vm_failed", "failed-vm"),
    T("initializing", "role_failed", "failed-role"),
    T("running", "role_crashed", "crashed"),
    T("running", "role_lost", "unresponsive"),
    T("running", "hung", "hanging"),
    *(T(state, "stop", "stopping") for state in (*_UP, *_FAILED)),
    T("stopping", "role_stopped", "stopping-vm", after="instance.stopping_role"),
    T("stopping-vm", "vm_stopped", "stopped", after="instance.stopping_vm"),
    T("stopping", "start", "initializing"),
    T("stopping-vm", "start", "starting-vm"),
    *(T(state, "update", "updating") for state in ("initializing", "running", "ready", *_FAILED)),
    T("updating", "role_stopped", "initializing", after="instance.stopping_role"),
    *(T(state, "reboot", "rebooting") for state in (*_UP, *_FAILED, "updating")),
    T("rebooting", "role_stopped", "starting-vm", after="instance.stopping_role"),
    *(T(state, "reimage", "reimaging") for state in (*_UP, *_FAILED, "updating", "rebooting")),
    T("reimaging", "role_stopped", "reimaging-vm", after="instance.stopping_role"),
    T("reimaging-vm", "vm_stopped", "creating", after="instance.stopping_vm"),
    *(T(state, "stop", "stopping") for state in ("updating", "rebooting", "reimaging")),
    T("reimaging-vm", "stop", "stopping-vm"),
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
    "updating": Face("StoppingRole", "Started"),
    "rebooting": Face("StoppingRole", "Stopping"),
    "reimaging": Face("StoppingRole", "Stopping"),
    "reimaging-vm": Face("StoppingVM", "Stopping"),
    "failed-vm": Face("FailedStartingVM", "Stopped"),
    "failed-role": Face("FailedStartingRole", "Started"),
    "crashed": Face("RestartingRole", "Started"),
    "unresponsive": Face("UnresponsiveRole", "Started"),
    "hanging": Face("BusyRole", "Started", "Starting role... Calling OnRoleRun. [{now}]"),
}

# Virtual machines: Linux and Windows take different ways from the fabric's acceptance to ReadyRole. What can be done to
# a machine afterwards is the same for both. While it shuts down it was always seen as ready, or as unknown where its
# resources are given back.
_COMING_UP = ("unknown", "creating", "starting", "provisioning", "first-use", "finishing")
_UNPROVISIONED = ("failed-vm", "provisioning-failed", "provisioning-timeout", "hanging")
_MACHINE_LATER = (
    *(
        T(state, "shutdown", "shutting-down")
        for state in ("ready", "restarting", "booting", "allocating", "recreating")
    ),
    T("shutting-down", "stopped", "stopped", after="vm.stopping"),
    *(
        T(state, "deallocate", "deallocating")
        for state in ("ready", "restarting", "booting", "allocating", "recreating", "shutting-down", "stopped")
    ),
    T("deallocating", "deallocated", "deallocated", after="vm.stopping"),
    T("stopped", "start", "booting"),
    T("shutting-down", "start", "restarting"),
    T("deallocated", "start", "allocating"),
    T("allocating", "placed", "recreating", after="vm.role_state_unknown"),
    T("recreating", "created", "booting", after="vm.creating_vm"),
    T("booting", "booted", "ready", after="vm.starting_vm"),
    T("ready", "restart", "restarting"),
    T("restarting", "booted", "ready", after="vm.starting_vm"),
    *(T(state, "reprovision", "deploying") for state in ("stopped", "deallocated")),  # after a capture
)


_FAILING = (
    T("starting", "vm_failed", "failed-vm"),
    T("provisioning", "provisioning_failed", "provisioning-failed"),
    T("provisioning", "provisioning_timed_out", "provisioning-timeout"),
    T("provisioning", "hung", "hanging"),
)


def _on_the_way_up(*states: str) -> tuple[Transition, ...]:
    """A machine that is still being provisioned can be stopped all the same."""
    return tuple(
        T(state, event, target)
        for state in states
        for event, target in (("shutdown", "shutting-down"), ("deallocate", "deallocating"), ("restart", "restarting"))
    )


LINUX_MACHINE = Lifecycle(
    "Linux virtual machine",
    T("deploying", "provision", "unknown"),
    T("unknown", "placed", "creating", after="vm.role_state_unknown"),
    T("creating", "created", "starting", after="vm.creating_vm"),
    T("starting", "booted", "provisioning", after="vm.starting_vm"),
    T("provisioning", "provisioned", "ready", after="vm.provisioning_linux"),
    *_FAILING,
    *_on_the_way_up(*_COMING_UP[:4], *_UNPROVISIONED),
    *_MACHINE_LATER,
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
    *_FAILING,
    *_on_the_way_up(*_COMING_UP, *_UNPROVISIONED),
    *_MACHINE_LATER,
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
    "shutting-down": Face("ReadyRole", "Started"),
    "stopped": Face("StoppedVM", "Stopped"),
    "deallocating": Face("RoleStateUnknown", "Started"),
    "deallocated": Face("StoppedDeallocated", "Stopped"),
    "allocating": Face("RoleStateUnknown", "Starting"),
    "recreating": Face("CreatingVM", "Starting"),
    "booting": Face("StartingVM", "Starting"),
    "restarting": Face("RoleStateUnknown", "Starting"),
    "failed-vm": Face("FailedStartingVM", "Stopped"),
    "provisioning-failed": Face("ProvisioningFailed", "Started"),
    "provisioning-timeout": Face("ProvisioningTimeout", "Started"),
    "hanging": Face("Provisioning", "Started"),
}

INSTANCE_LIFECYCLES = {
    "PaaS": (INSTANCE, INSTANCE_FACES),
    "Linux": (LINUX_MACHINE, MACHINE_FACES),
    "Windows": (WINDOWS_MACHINE, MACHINE_FACES),
}
"""Kind of instance -> its table and its faces."""

TROUBLES = {
    "FailedStartingVM": "vm_failed",
    "FailedStartingRole": "role_failed",
    "RestartingRole": "role_crashed",
    "UnresponsiveRole": "role_lost",
    "BusyRole": "hung",
    "ProvisioningFailed": "provisioning_failed",
    "ProvisioningTimeout": "provisioning_timed_out",
    "Provisioning": "hung",
}
"""InstanceStatus in which an instance may end instead of getting ready -> the event that leads there."""

LIFECYCLES = (
    OPERATION,
    STORAGE_ACCOUNT,
    VIRTUAL_NETWORK,
    RESERVED_IP,
    GATEWAY,
    APPLICATION_GATEWAY,
    GATEWAY_DIAGNOSTICS,
    SERVICE_BUS_NAMESPACE,
    RESOURCE_TYPE,
    SQL_DATABASE,
    SERVICE_OBJECTIVE_ASSIGNMENT,
    DATABASE_COPY,
    DAC_REQUEST,
    JOB,
    MIGRATION,
    DEPLOYMENT,
    AUTO_UPDATE,
    MANUAL_UPDATE,
    INSTANCE,
    LINUX_MACHINE,
    WINDOWS_MACHINE,
)
