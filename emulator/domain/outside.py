"""Calls to addresses outside, which jobs make: they are told in the job's history, and not made.

A world may have somebody who makes the calls to some hosts (`World.outside`); how these went is told later. So that
what follows a failure can be seen too, an address that cannot exist fails as it would have: one of a host below
`.invalid`, the name that is kept for this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from emulator.domain.scheduler_records import Action, HttpRequest

MESSAGE_LENGTH = 2048
NOWHERE = "invalid"


class Outside(Protocol):
    """Makes calls to some hosts, without keeping anybody waiting."""

    def makes(self, host: str) -> bool:
        """Tell whether calls to a host are made."""

    def call(self, request: HttpRequest, told: Callable[[bool, str], None]) -> bool:
        """Make a call soon; `told` hears from another thread how it went. False if too many wait."""


def answers(action: Action) -> bool:
    """Tell whether what an action calls would answer."""
    return host(action).rpartition(".")[2] != NOWHERE


def call(action: Action) -> tuple[bool, str]:
    """Return whether an action succeeds, and the message that tells of it."""
    if action.queue_message is not None:
        to = action.queue_message
        told = f"StorageQueue Action - Message to queue '{to.queue_name}' of '{to.storage_account}': '{to.message}'"
    elif action.request is not None:
        told = f"Http Action - Request to host '{host(action)}': {action.request.method} {action.request.uri}"
    else:
        raise TypeError(action.type)
    if not answers(action):
        return False, f"{told} - The remote name could not be resolved."[:MESSAGE_LENGTH]
    return True, f"{told} - recorded, not made."[:MESSAGE_LENGTH]


def host(action: Action) -> str:
    """Return the host that an action calls; none for a message to a queue."""
    if action.request is None:
        return ""
    return (urlsplit(action.request.uri).hostname or "").rstrip(".")
