"""Public diagnostics: a capture of a gateway's traffic, written into the customer's storage account.

The capture runs for as long as was asked, or until it is stopped; then its address is told. Nothing is captured here.
"""

from __future__ import annotations

from msgspec import Struct

from emulator.domain import errors_networks, gateways, virtual_network_gateways
from emulator.domain.clock import Event
from emulator.domain.gateway_records import Gateway, PublicDiagnostics
from emulator.domain.lifecycle import GATEWAY_DIAGNOSTICS
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

LONGEST_CAPTURE = 300


class UpdateDiagnostics(Struct, frozen=True, kw_only=True):
    """Start or stop a capture; the texts are judged in the order in which the service did.

    azure-cli does not name the operation when it starts one (assumption 261).
    """

    capture_duration_in_seconds: str | None = None
    container_name: str | None = None
    customer_storage_key: str | None = None
    customer_storage_name: str | None = None
    operation: str = "StartDiagnostics"


def get(subscription: Subscription, virtual_network_name: str) -> PublicDiagnostics:
    """Return how the capture at a virtual network's gateway stands."""
    gateway = gateways.of_network(subscription, virtual_network_name)
    return PublicDiagnostics() if gateway is None else gateway.diagnostics


def get_by_id(subscription: Subscription, gateway_id: str) -> PublicDiagnostics:
    """Return how the capture at a gateway of the second generation stands."""
    return virtual_network_gateways.find(subscription, gateway_id).diagnostics


def update(
    subscription: Subscription, operation: TrackedOperation, command: UpdateDiagnostics, virtual_network_name: str
) -> TrackedOperation:
    """Accept to start or stop a capture at a virtual network's gateway."""
    return _update(subscription, operation, command, gateways.of_network(subscription, virtual_network_name))


def update_by_id(
    subscription: Subscription, operation: TrackedOperation, command: UpdateDiagnostics, gateway_id: str
) -> TrackedOperation:
    """Accept to start or stop a capture at a gateway of the second generation."""
    return _update(subscription, operation, command, virtual_network_gateways.find(subscription, gateway_id))


def _update(
    subscription: Subscription, operation: TrackedOperation, command: UpdateDiagnostics, found: Gateway | None
) -> TrackedOperation:
    what = command.operation.lower()
    if what not in ("startdiagnostics", "stopdiagnostics"):
        known = "StartDiagnostics, StopDiagnostics"
        raise errors_networks.GATEWAY_PARAMETER(name="Operation", value=command.operation, known=known)
    duration = _duration(command) if what == "startdiagnostics" else 0
    gateway = gateways.ready(found)
    if duration:
        _storage(subscription, command)
    gateways.free(gateway)
    event = "start" if duration else "stop"
    if not GATEWAY_DIAGNOSTICS.allows(gateway.diagnostics.state, event):
        raise errors_networks.GATEWAY_DIAGNOSTICS_STATE(state=gateway.diagnostics.state)
    if duration:
        _start(subscription, gateway, command, duration)
    else:
        subscription.clock.cancel(gateway.diagnostics.pending)
        _move(subscription, gateway, event)
    return gateways.accept(subscription, operation, gateway, None, "gateway.diagnostics")


def _duration(command: UpdateDiagnostics) -> int:
    """Judge what is said of a capture, in the recorded order, and return for how many seconds it runs."""
    if not command.customer_storage_name:
        raise errors_networks.GATEWAY_DIAGNOSTICS_ACCOUNT()
    if not command.customer_storage_key:
        raise errors_networks.GATEWAY_DIAGNOSTICS_KEY()
    text = (command.capture_duration_in_seconds or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > len(str(LONGEST_CAPTURE)):
        raise errors_networks.GATEWAY_DIAGNOSTICS_DURATION()
    if not 1 <= int(text) <= LONGEST_CAPTURE:
        raise errors_networks.GATEWAY_DIAGNOSTICS_DURATION()
    return int(text)


def _storage(subscription: Subscription, command: UpdateDiagnostics) -> None:
    account = subscription.storage_accounts.get((command.customer_storage_name or "").lower())
    if account is None or command.customer_storage_key not in (account.primary_key, account.secondary_key):
        raise errors_networks.GATEWAY_DIAGNOSTICS_STORAGE()


def _start(subscription: Subscription, gateway: Gateway, command: UpdateDiagnostics, duration: int) -> None:
    """The address of a capture is assumed (assumption 109)."""
    diagnostics = gateway.diagnostics
    container = command.container_name or "publicdiagnostics"
    account = f"https://{(command.customer_storage_name or '').lower()}.blob.core.windows.net"
    diagnostics.next_url, diagnostics.public_diagnostics_url = f"{account}/{container}/{gateway.id}.txt", ""
    diagnostics.state = GATEWAY_DIAGNOSTICS.next(diagnostics.state, "start")
    diagnostics.pending = subscription.clock.after(duration, "gateway diagnostics", (gateway.id,), "captured", None)


def _move(subscription: Subscription, gateway: Gateway, event: str) -> None:
    diagnostics = gateway.diagnostics
    diagnostics.state, diagnostics.pending = GATEWAY_DIAGNOSTICS.next(diagnostics.state, event), 0
    following = GATEWAY_DIAGNOSTICS.automatic.get(diagnostics.state)
    if following is not None and following.after:
        machine, resource = "gateway diagnostics", (gateway.id,)
        diagnostics.pending = subscription.after(following.after, machine, resource, following.event)
    else:
        diagnostics.public_diagnostics_url = diagnostics.next_url


def _happened(subscription: Subscription, event: Event) -> None:
    gateway = subscription.gateways.get(event.resource[0])
    if gateway is not None:
        _move(subscription, gateway, event.name)


HANDLERS = {"gateway diagnostics": _happened}
