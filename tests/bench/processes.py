"""Child processes of the bench, each on a core of its own where there are two, and what they are asked.

A child is a function that is given one end of a pipe. What it sends back is a value, or the text of its failure.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any

SERVER_CORE, LOAD_CORE = 0, 1
ANSWER_SECONDS = 120


class ChildError(Exception):
    """A child failed: its traceback."""


class Child:
    """A process that answers what it is asked, one question at a time."""

    def __init__(self, function: Callable[..., None], *arguments: object, core: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_run, args=(core, theirs, function, arguments), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, question: object) -> Any:
        """Return the child's answer; raise ChildError for its failure."""
        self._pipe.send(question)
        return self.hear()

    def hear(self) -> Any:
        """Return what the child says next."""
        if not self._pipe.poll(ANSWER_SECONDS):
            raise ChildError(f"no answer within {ANSWER_SECONDS} seconds")
        try:
            failed, said = self._pipe.recv()
        except EOFError:
            raise ChildError("it ended without an answer") from None
        if failed:
            raise ChildError(said)
        return said

    def close(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.join(5)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()


@contextlib.contextmanager
def child(function: Callable[..., None], *arguments: object, core: int = SERVER_CORE) -> Iterator[Child]:
    """Run `function(hear, say, *arguments)` in a process until the block ends."""
    one = Child(function, *arguments, core=core)
    try:
        yield one
    finally:
        one.close()


def pin(core: int, pid: int = 0) -> None:
    """Keep a process (this one by default) on a core, where there are two to choose from."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) > 1:
            os.sched_setaffinity(pid, {cores[core]})


def two_cores() -> bool:
    """Tell whether server and load have a core each."""
    return hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1


def _run(core: int, pipe: Connection, function: Callable[..., None], arguments: tuple[object, ...]) -> None:
    pin(core)
    try:
        function(pipe.recv, lambda value: pipe.send((False, value)), *arguments)
    except (EOFError, KeyboardInterrupt):
        return
    except Exception:  # noqa: BLE001 - whatever it is, the parent tells
        with contextlib.suppress(OSError):
            pipe.send((True, traceback.format_exc()))
