"""What the machines share: they call one subscription as the pipeline does, and a refusal must leave no trace."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis.stateful import RuleBasedStateMachine
from msgspec import to_builtins

from emulator.catalog import load_catalog
from emulator.domain import migration, operations
from emulator.domain.clock import Pace
from emulator.domain.handlers import HANDLERS
from emulator.domain.refusals import ServiceError
from emulator.domain.world import World
from emulator.surface import rows

ACCEPTED = {row.does for row in rows() if row.accepted} | {migration.DeploymentMigration.prepare}
"""Calls whose operation goes on when they return."""


class Calls(RuleBasedStateMachine):
    """A machine in a world of its own, whose clock nobody but the machine moves."""

    catalog = load_catalog()
    start = datetime(2015, 7, 1, tzinfo=UTC)

    def __init__(self):
        super().__init__()
        self.world = self.a_world()
        self.subscription = self.world.subscription("s")
        self.accepted = []

    def a_world(self):
        """A world like the machine's, with nothing in it."""
        return World(self.catalog, HANDLERS, pace=Pace("manual"), wall=lambda: self.start)

    def call(self, function, *arguments, **parameters):
        """Return what a call does, None where it is refused; `last` is the operation that it left."""
        before = self.picture()
        self.last = operation = operations.begin(self.subscription, function.__name__)
        operations.remember(self.subscription, operation)
        try:
            done = function(self.subscription, operation, *arguments, **parameters)
        except ServiceError as error:
            operations.fail(self.subscription, operation, error)
            assert self.picture() == before, f"{function.__name__} was refused ({error}) and changed something"
            return None
        self.accepted.append(operation)
        if function not in ACCEPTED:
            operations.succeed(self.subscription, operation)
        return done

    def picture(self):
        """Everything that the subscription holds, save the log of operations and how many ids were drawn for it."""
        whole = to_builtins(self.subscription, str_keys=True)
        del whole["operations"], whole["entropy"]
        return whole
