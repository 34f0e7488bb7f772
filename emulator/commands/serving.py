"""`asm-emulator serve`: an emulator in this process, until a signal ends it."""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from emulator import __version__, running
from emulator.commands.banner import banner
from emulator.commands.base import Asked, as_json, examples, with_settings

if TYPE_CHECKING:
    from emulator.embedded import Emulator

ENDING = {signal.SIGINT, signal.SIGTERM}

YOUNG, OLDER, OLDEST = 10_000, 5, 20
"""After how many new objects to look for garbage, and how often among older ones. Requests leave next to none that is
not freed at once, and looking for it every 700, as Python would by itself, took a twentieth of their time; while it is
looked for nobody is served, which takes a millisecond for each 10,000."""
TURN_SECONDS = 0.001
"""How long a thread may go on while others want to. A short request waits a few times for a long one's turn to end: at
Python's own five milliseconds it took forty beside a list of 10,000 services, and takes fifteen."""

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""Of glibc's malloc.h: from which size on a block is the system's own, and how many arenas there may be."""
LARGE_BYTES = 256 * 1024
ARENAS = 2


@click.command(
    epilog=examples(
        "serve",
        "serve --port 443 --hostname management.core.windows.net",
        "serve --clock step:5s --save world.json --load world.json",
        "serve --port 0 --control-port 0 --json",
    )
)
@as_json
@with_settings
def serve(asked: Asked, as_json: bool) -> None:
    """Serve until interrupted (SIGINT) or told to end (SIGTERM).

    With --json, one line of JSON says where, once it serves.
    """
    # Blocked in this thread and all that it starts, a signal waits until it is asked for: one that comes early is not
    # lost, and one that comes while the emulator stops is never delivered.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    _log_to_stderr(asked.settings.log_level)
    gc.disable()  # what is loaded is no garbage: to look for some in it would take a tenth of the start
    from emulator.embedded import Emulator  # noqa: PLC0415 - start-up time

    with Emulator(asked.settings) as emulator:
        settle_down()
        address = running.Address(emulator.endpoint, emulator.control_endpoint)
        with running.announced(emulator.ca_path.parent, address):
            facts = _facts(emulator)
            click.echo(json.dumps(facts) if as_json else banner(facts) + "\nCtrl+C ends it.")
            signal.sigwait(ENDING)


def settle_down() -> None:
    """Set up this process for a long time of short requests: garbage, turns of threads, memory of large bodies.

    The garbage collector leaves alone what there is by now, and looks at what comes less often.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDEST)
    gc.enable()
    sys.setswitchinterval(TURN_SECONDS)
    give_back_memory()


def give_back_memory() -> None:
    """Have glibc give back what large bodies took, and have few arenas; elsewhere, do nothing.

    By itself it soon keeps blocks of up to 32 MB, and has an arena of them for each thread: of a load with many large
    bodies it held three times what was in use.
    """
    import ctypes  # noqa: PLC0415 - start-up time

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # no glibc
        return
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
    mallopt(M_ARENA_MAX, ARENAS)


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("emulator").setLevel(level.upper())


def _facts(emulator: Emulator) -> dict[str, Any]:
    identity = emulator.default_identity()
    return {
        "endpoint": emulator.endpoint,
        "control_endpoint": emulator.control_endpoint,
        "certs": str(identity.ca_path.parent),
        "client": str(identity.pem_path),
        "subscription": identity.subscription_id,
        "version": __version__,
        "pid": os.getpid(),
    }
