"""What the guest agent of a machine reports: of itself, and of the extensions that it runs.

Every column is about (deployment, instance).
"""

from __future__ import annotations

from typing import Any

from emulator.domain import extensions
from emulator.domain.records import Deployment, Machine, ResourceExtensionReference, RoleInstance
from emulator.wire.common import nothing
from emulator.wire.contract import Column, Contract, column, group, many
from emulator.wire.values import DATE
from emulator.wire.writing import Context

Shown = tuple[Deployment, RoleInstance]

VERSIONS = {"Windows": "2.7.1198.735", "Linux": "WALinuxAgent-2.0.16"}
"""System of a machine -> the version that its agent reports; recorded ones."""

_UP = ("ready", "shutting-down", "stopped", "deallocating", "restarting")
"""States of a machine that has come up and still has its resources: what it told of itself stays, as recorded."""


def machine_of(shown: Shown) -> Machine | None:
    """Return what makes the role of an instance a machine, if it is one."""
    deployment, instance = shown
    return deployment.roles[instance.role_name.lower()].machine


def once_up(name: str, *later: str) -> Any:
    """Return what a machine tells of itself when it has come up, and still in the states `later`."""

    def get(shown: Shown, _context: Context) -> str | None:
        machine = machine_of(shown)
        return getattr(machine, name) if machine and shown[1].state in (*_UP, *later) else None

    return get


def _is_ready(shown: Shown) -> bool:
    return shown[1].state == "ready"


def _with_agent(shown: Shown, _context: Context) -> Shown | None:
    machine = machine_of(shown)
    return shown if machine and machine.provision_guest_agent and shown[1].state != "deallocated" else None


def _version(shown: Shown, _context: Context) -> str:
    machine = machine_of(shown)
    return VERSIONS[machine.os] if machine and _is_ready(shown) else "Unknown"


def _says(shown: Shown, _context: Context) -> str:
    if _is_ready(shown):
        return "GuestAgent is running and accepting new configurations."
    return f"Status not available for role {shown[1].role_name}."


def _message(get: Any) -> Column:
    return group("FormattedMessage", column("Language", get=lambda _r, _c: "en-US"), column("Message", get=get))


def _running(shown: Shown, context: Context) -> list[ResourceExtensionReference] | None:
    """Return the extensions that are switched on, once the agent is there to tell of them."""
    machine = machine_of(shown)
    if machine is None or not _is_ready(shown) or _with_agent(shown, context) is None:
        return None
    found = machine.resource_extension_references or ()
    return [one for one in found if (one.state or "Enable").lower() == "enable"] or None


def _handler(reference: ResourceExtensionReference, _context: Context) -> str:
    return f"{reference.publisher}.{reference.name}"


def _running_version(reference: ResourceExtensionReference, context: Context) -> str:
    return extensions.running_version(context.subscription, reference)


def _enabled(reference: ResourceExtensionReference, context: Context) -> str:
    name, version = _handler(reference, context), _running_version(reference, context)
    return f"Plugin enabled (name: {name}, version: {version})."


GUEST_AGENT_STATUS = group(
    "GuestAgentStatus",
    column("ProtocolVersion", get=lambda _s, _c: "1.0"),
    column("Timestamp", DATE, get=lambda _s, c: c.subscription.now),
    column("GuestAgentVersion", get=_version),
    column("Status", get=lambda s, _c: "Ready" if _is_ready(s) else "NotReady"),
    _message(_says),
    get=_with_agent,
    since="2014-04-01",
)

RESOURCE_EXTENSION_STATUS_LIST = many(
    "ResourceExtensionStatusList",
    Contract(
        "ResourceExtensionStatus",
        nothing,
        (
            column("HandlerName", get=_handler),
            column("Version", get=_running_version),
            column("Status", get=lambda _r, _c: "Ready"),
            _message(_enabled),
        ),
    ),
    get=_running,
    since="2014-04-01",
)
"""The extensions of a machine. What a handler says of its own settings (ExtensionSettingStatus) nobody knows here."""
