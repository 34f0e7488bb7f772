from __future__ import annotations

from emulator.domain import operations


def test_the_oldest_operations_that_have_ended_are_forgotten(subscription, operation):
    running, ended = operation(), operation()
    operations.succeed(subscription, ended)

    later = [operation() for _ in range(operations.KEPT + operations.SPARE)]
    for one in later:
        operations.succeed(subscription, one)
    newest = operation()

    kept = subscription.operations
    assert running.id in kept
    assert ended.id not in kept
    assert list(kept)[-operations.KEPT + 1 :] == [one.id for one in [*later, newest]][-operations.KEPT + 1 :]
    assert len(kept) < operations.KEPT + operations.SPARE, "forgotten one at a time"
