"""Calls to addresses outside, which jobs make: they are told in the job's history, and not made.

So that what follows a failure can be seen too, an address that cannot exist fails as it would have: one of a host below
`.invalid`, the name that is kept for this.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from emulator.domain.scheduler_records import Action

MESSAGE_LENGTH = 2048
NOWHERE = "invalid"


def answers(action: Action) -> bool:
    """Tell whether what an action calls would answer."""
    return _host(action).rpartition(".")[2] != NOWHERE


def call(action: Action) -> tuple[bool, str]:
    """Return whether an action succeeds, and the message that tells of it."""
    if action.queue_message is not None:
        to = action.queue_message
        told = f"StorageQueue Action - Message to queue '{to.queue_name}' of '{to.storage_account}': '{to.message}'"
    elif action.request is not None:
        told = f"Http Action - Request to host '{_host(action)}': {action.request.method} {action.request.uri}"
    else:
        raise TypeError(action.type)
    if not answers(action):
        return False, f"{told} - The remote name could not be resolved."[:MESSAGE_LENGTH]
    return True, f"{told} - recorded, not made."[:MESSAGE_LENGTH]


def _host(action: Action) -> str:
    if action.request is None:
        return ""
    return (urlsplit(action.request.uri).hostname or "").rstrip(".")
