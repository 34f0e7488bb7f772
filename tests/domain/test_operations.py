from __future__ import annotations

import pytest

from emulator.domain import operations
from emulator.domain.refusals import ServiceError


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


@pytest.fixture
def little(monkeypatch):
    """Let a subscription remember operations of 100 kB, and 10 kB more."""
    monkeypatch.setattr(operations, "KEPT_BYTES", 100_000)
    monkeypatch.setattr(operations, "SPARE_BYTES", 10_000)


def ended(subscription, number, size=1000):
    for _ in range(number):
        one = operations.begin(subscription, "Test", parameters={"input": "x" * size})
        operations.remember(subscription, one)
        operations.succeed(subscription, one)


@pytest.mark.usefixtures("little")
def test_large_operations_are_fewer(subscription, operation):
    running = operation()
    ended(subscription, 500, operations.LARGE)
    kept = subscription.operations
    assert len(kept) == 501, "those are not large"
    ended(subscription, 500)
    assert 90 < len(kept) < 110
    assert next(iter(kept)) == running.id, "what has not ended is kept"
    assert sum(len(one.parameters.get("input", "")) for one in kept.values()) < 110_000


@pytest.mark.usefixtures("little")
def test_large_operations_that_went_on_when_there_were_too_many_are_forgotten_once_they_have_ended(subscription):
    running = [operations.begin(subscription, "Test", parameters={"input": "x" * 1000}) for _ in range(300)]
    for one in running:
        operations.remember(subscription, one)
    assert len(subscription.operations) == 300
    for one in running:
        operations.succeed(subscription, one)
    ended(subscription, 20)
    assert sum(len(one.parameters["input"]) for one in subscription.operations.values()) < 111_000


@pytest.mark.usefixtures("little")
def test_how_large_they_are_is_found_out_again_when_a_snapshot_was_loaded(subscription, world):
    source = world.subscription("source")
    ended(source, 95)
    subscription.become(source)
    ended(subscription, 1, 20_000)
    assert len(subscription.operations) < 95


@pytest.mark.usefixtures("little")
def test_those_that_go_on_are_not_looked_through_every_time(subscription, monkeypatch):
    looked = []
    monkeypatch.setattr(operations, "_forget_oldest", spied(operations._forget_oldest, looked))
    for _ in range(300):
        operations.remember(subscription, operations.begin(subscription, "Test", parameters={"input": "x" * 1000}))
    assert len(subscription.operations) == 300
    assert 0 < len(looked) < 60


def spied(function, calls):
    def call(*arguments):
        calls.append(arguments)
        return function(*arguments)

    return call


def test_request_ids_of_reads_are_unknown_once_another_state_was_loaded(subscription, world):
    subscription.reads.append("0" * 32)
    assert operations.get(subscription, "0" * 32).status == "Succeeded"
    subscription.become(world.subscription("source"))
    with pytest.raises(ServiceError):
        operations.get(subscription, "0" * 32)
