"""Tracked operations: every mutating call leaves one, and `GET operations/{id}` tells how it went."""

from __future__ import annotations

from datetime import datetime
from sys import getsizeof

from msgspec import Struct

from emulator.domain import errors
from emulator.domain.clock import Event
from emulator.domain.lifecycle import OPERATION
from emulator.domain.records import Caller, TrackedOperation
from emulator.domain.refusals import ServiceError
from emulator.domain.world import Subscription

KEPT = 10_000
"""Operations a subscription remembers at least; the oldest of more are forgotten (the service kept them by age)."""
SPARE = 1_000
"""How many more there may be: forgetting one at a time would mean to look for it past all that were forgotten."""
LARGE = 512
"""Characters of what an operation was asked for with; of those with more, fewer are remembered."""
KEPT_BYTES, SPARE_BYTES = 24 * 1024 * 1024, 4 * 1024 * 1024
"""How much memory the large ones take, and how much more they may."""
PAGE = 100
SUCCEEDED = 200


def begin(
    subscription: Subscription,
    name: str,
    *,
    request_id: str | None = None,
    object_id: str = "",
    parameters: dict[str, str] | None = None,
    caller: Caller = Caller(),  # noqa: B008 - frozen
) -> TrackedOperation:
    """Return a new operation, which owns its parameters and is not remembered yet: `remember` it."""
    return TrackedOperation(
        id=request_id or subscription.entropy.hex32(),
        name=name,
        object_id=object_id,
        parameters={} if parameters is None else parameters,
        caller=caller,
        started=subscription.now,
    )


def remember(subscription: Subscription, operation: TrackedOperation) -> None:
    """Keep an operation where `get` finds it."""
    kept = subscription.operations
    kept[operation.id] = operation
    if (more := _large(operation)) or len(kept) > KEPT + SPARE:
        _bound(subscription, kept, more)


def _bound(subscription: Subscription, kept: dict[str, TrackedOperation], more: int) -> None:
    size = subscription.large_bytes
    if size is None or size + more > KEPT_BYTES + SPARE_BYTES or len(kept) > KEPT + SPARE:
        size = sum(map(_large, kept.values()))  # those that went on the last time are not in it any more
    else:
        size += more
    if len(kept) > KEPT + SPARE or size > KEPT_BYTES + SPARE_BYTES:
        size -= _forget_oldest(kept, size - KEPT_BYTES)
    subscription.large_bytes = size


def _forget_oldest(kept: dict[str, TrackedOperation], excess: int) -> int:
    """Forget the oldest that have ended: no more than KEPT are left, and large ones of `excess` bytes gone."""
    number, size, gone = len(kept) - KEPT, 0, list[str]()
    for key, one in kept.items():
        if len(gone) >= number and size >= excess:
            break
        if one.status != "InProgress":
            gone.append(key)
            size += _large(one)
    for key in gone:
        del kept[key]
    # Those that are left may all go on: they are looked through again when there are more of them.
    return max(size, excess)


def _large(operation: TrackedOperation) -> int:
    """Return how many bytes it takes what an operation was asked for with, 0 where that is not much."""
    asked = operation.parameters.get("input", "")
    return getsizeof(asked) if len(asked) > LARGE else 0


def succeed(subscription: Subscription, operation: TrackedOperation) -> None:
    """End an operation well."""
    operation.status = OPERATION.next(operation.status, "succeed")
    operation.http_status, operation.completed = SUCCEEDED, subscription.now


def fail(subscription: Subscription, operation: TrackedOperation, error: ServiceError) -> None:
    """End an operation with the error that its status document then carries."""
    operation.status = OPERATION.next(operation.status, "fail")
    operation.http_status, operation.code, operation.message = error.status, error.code, error.message
    operation.completed = subscription.now


def fail_later(subscription: Subscription, operation: TrackedOperation, error: ServiceError, timing: str) -> None:
    """Accept now and fail after the duration `timing`: what only the back end could have found out."""
    fail_after(subscription, operation, error, subscription.catalog.timings[timing])


def fail_after(subscription: Subscription, operation: TrackedOperation, error: ServiceError, seconds: float) -> None:
    """Accept now and fail after so many seconds."""
    doom(operation, error)
    subscription.clock.after(seconds, "operation", (operation.id,), "fail", operation.id)


def doom(operation: TrackedOperation, error: ServiceError) -> None:
    """Let an operation that goes on end with an error, whatever comes of it."""
    operation.http_status, operation.code, operation.message = error.status, error.code, error.message


def finish(subscription: Subscription, operation_id: str | None) -> None:
    """End the operation of that id, if there is one and it has not ended: well, unless it is doomed."""
    operation = subscription.operations.get(operation_id or "")
    if operation is None or operation.status != "InProgress":
        return
    if operation.code is None:
        succeed(subscription, operation)
    else:
        operation.status, operation.completed = OPERATION.next(operation.status, "fail"), subscription.now


def get(subscription: Subscription, request_id: str) -> TrackedOperation:
    """Return the operation of a request id, written with or without dashes.

    A GET is no operation that is listed, and yet its request id is known, as of one that succeeded: some clients ask
    for every id that they are given (refused ones: assumption 271).
    """
    key = request_id.replace("-", "").lower()
    found = subscription.operations.get(key)
    if found is None and key in subscription.reads:
        found = begin(subscription, "", request_id=key)
        succeed(subscription, found)
    if found is None:
        raise errors.OPERATION_NOT_FOUND()
    return found


class OperationPage(Struct, frozen=True):
    """A page of the list of operations, and where the next one begins."""

    operations: list[TrackedOperation]
    continuation_token: str | None


def page(
    subscription: Subscription,
    *,
    start_time: datetime,
    end_time: datetime,
    object_id_filter: str | None = None,
    operation_result_filter: str | None = None,
    continuation_token: str | None = None,
) -> OperationPage:
    """Return the operations started in a period, oldest first, a hundred a page.

    The service documents that a period begins at most 90 days back. How it refused others was never seen; as nothing
    is remembered from so long ago, they are answered with what there is.
    """
    if end_time < start_time:
        raise errors.WRONG_QUERY(why="EndTime lies before StartTime.")
    first = _position(continuation_token)
    found = [
        one
        for one in subscription.operations.values()
        if start_time <= one.started <= end_time
        and (not object_id_filter or one.object_id.lower() == object_id_filter.lower())
        and (not operation_result_filter or one.status == operation_result_filter)
    ]
    rest = first + PAGE
    return OperationPage(found[first:rest], str(rest) if len(found) > rest else None)


def _position(token: str | None) -> int:
    if not token:
        return 0
    if not token.isascii() or not token.isdigit() or len(token) > len(str(KEPT)):
        raise errors.WRONG_QUERY(why="ContinuationToken is not one that this service gave.")
    return int(token)


def _ended(subscription: Subscription, event: Event) -> None:
    finish(subscription, event.resource[0])


HANDLERS = {"operation": _ended}
