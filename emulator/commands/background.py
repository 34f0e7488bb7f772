"""An emulator in a process of its own: `start` and `stop` it, `wait` for it, ask for its `status`.

Which process is meant is said by the file endpoint.json in the directory of certificates; see `emulator.running`.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emulator import running, telling
from emulator.commands.banner import banner
from emulator.commands.base import (
    Asked,
    BadSetting,
    Refusal,
    as_json,
    ask,
    examples,
    nothing,
    of_running,
    tell,
    this_command,
    timeout,
    typed,
    with_settings,
)
from emulator.identity import files
from emulator.running import NotServingError
from emulator.settings import CONFIG_VARIABLE, OPTIONS

if TYPE_CHECKING:
    from subprocess import Popen

LOG, LOCK = "serve.log", ".start.lock"
WAIT_SECONDS = 30.0
POLL_SECONDS = 0.05
QUICK_SECONDS = 5.0
"""How long one that is given up may take to end by itself."""


@click.command(epilog=examples("start", "start --port 0 --control-port 0", "start --certs other --clock manual --json"))
@timeout(WAIT_SECONDS)
@as_json
@with_settings
def start(asked: Asked, timeout: float, as_json: bool) -> None:
    """Serve in the background, and end once it serves.

    `asm-emulator stop` ends it. What it logs is in serve.log, beside its certificates. Refused while one runs with the
    same certificates.
    """
    certs = files.ensure_directory(asked.settings.certs)
    with files.locked(certs, LOCK):
        one = running.noted(certs)
        if one is not None and one.lives():
            raise Refusal(f"one already runs with the certificates in {certs}: {one.address.endpoint}, pid {one.pid}")
        facts = _started(asked, certs / LOG, timeout)
    ends = typed("stop", "--certs", str(certs))
    tell({**facts, "log": str(certs / LOG)}, as_json, lambda told: [f"{banner(told)}\n{ends} ends it."])


def _started(asked: Asked, log: Path, timeout: float) -> dict[str, Any]:
    """Start a process that serves, and return what it says of itself once it does; raises Refusal."""
    from select import select  # noqa: PLC0415 - start-up time
    from subprocess import DEVNULL, PIPE, Popen  # noqa: PLC0415

    command = [*this_command(), "serve", "--json", *_flags(asked)]
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, files.PRIVATE), "wb") as errors:
        child = Popen(  # noqa: S603 - this very command
            command, stdin=DEVNULL, stdout=PIPE, stderr=errors, start_new_session=True, env=_environment(asked)
        )
    assert child.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
    with child.stdout as said:
        try:
            line = said.readline() if select([said], [], [], timeout)[0] else None
        except BaseException:
            _give_up(child)
            raise
    if line is None:
        _give_up(child)
        raise Refusal(f"not serving after {timeout:g} s; it was ended again; {log} has its log")
    if not line:
        raise _failure(child.wait(), log)
    child.returncode = 0  # it is on its own from here: nobody waits for it
    facts: dict[str, Any] = json.loads(line)
    return facts


def _flags(asked: Asked) -> Iterator[str]:
    """Yield the flags that were given, as they were."""
    for option in OPTIONS:
        said = asked.flags.get(option.attribute)
        if option.is_switch and said is not None:
            yield option.flag if said else f"--no-{option.name}"
        else:
            for one in said if isinstance(said, tuple) else [] if said is None else [said]:
                yield f"{option.flag}={one}"


def _environment(asked: Asked) -> dict[str, str]:
    return os.environ | ({} if asked.config is None else {CONFIG_VARIABLE: str(asked.config)})


def _give_up(child: Popen[bytes]) -> None:
    from subprocess import TimeoutExpired  # noqa: PLC0415 - start-up time

    child.terminate()
    try:
        child.wait(QUICK_SECONDS)
    except TimeoutExpired:
        child.kill()
        child.wait()


def _failure(status: int, log: Path) -> Refusal:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() or [f"it ended with status {status}"]
    refusal = BadSetting if status == BadSetting.exit_code else Refusal
    return refusal(lines[-1].removeprefix("Error: "))


@click.command(epilog=examples("stop", "stop --certs other --json"))
@timeout(WAIT_SECONDS)
@as_json
@of_running
def stop(asked: Asked, timeout: float, as_json: bool) -> None:
    """End the emulator that runs, and wait until it is gone.

    That is the one with these certificates. It answers what it was asked before and, with --save, writes its snapshot.
    """
    one = running.noted(asked.settings.certs)
    if one is None or not one.lives():
        raise Refusal(f"no emulator runs with the certificates in {asked.settings.certs.absolute()}")
    if not running.agrees(one.address, asked.settings, asked.flags):
        raise Refusal(f"the emulator that runs with these certificates has other ports: {one.address.endpoint}")
    os.kill(one.pid, signal.SIGTERM)
    end = time.monotonic() + timeout
    while one.lives():
        if time.monotonic() > end:
            raise Refusal(f"told to end, but still there after {timeout:g} s: pid {one.pid}")
        time.sleep(POLL_SECONDS)
    stopped = {"status": "stopped", "endpoint": one.address.endpoint, "pid": one.pid}
    tell(stopped, as_json, lambda told: [f"Stopped: {told['endpoint']}."])


@click.command(epilog=examples("wait", "wait --timeout 5", "wait --port 8443 --control-port none"))
@timeout(WAIT_SECONDS)
@as_json
@of_running
def wait(asked: Asked, timeout: float, as_json: bool) -> None:
    """Wait until the emulator of these settings serves."""
    end = time.monotonic() + timeout
    while True:
        left = max(end - time.monotonic(), POLL_SECONDS)
        try:
            address = running.find(asked.settings, asked.flags)
            running.check(address, asked.settings.certs / "ca.pem", min(left, running.ANSWER_SECONDS))
        except NotServingError as error:
            if time.monotonic() + POLL_SECONDS > end:
                raise Refusal(f"not serving after {timeout:g} s: {error}") from None
            time.sleep(POLL_SECONDS)
        else:
            tell(address._asdict(), as_json, nothing)
            return


@click.command(epilog=examples("status", "status --json", "status --certs other"))
@as_json
@of_running
@click.pass_context
def status(context: click.Context, asked: Asked, as_json: bool) -> None:
    """Tell where the emulator serves, since when, and what is in it.

    It is the one of these settings. The status is 0 if it serves, and 1 if not.
    """
    try:
        address, noted = _served(asked)
    except NotServingError as error:
        tell({"serving": False, "reason": str(error)}, as_json, lambda told: [f"Not serving: {told['reason']}"])
        context.exit(1)
    tell(_status(asked, address, noted), as_json, telling.status)


def _served(asked: Asked) -> tuple[running.Address, running.Noted | None]:
    """Return where it serves, and what is noted of it; raises NotServingError."""
    address, ca = running.find(asked.settings, asked.flags), asked.settings.certs / "ca.pem"
    running.check(address, ca)
    noted = running.noted(asked.settings.certs)
    if noted is not None and noted.address == address and noted.lives():
        return address, noted
    # It runs in a container, perhaps; or it is another, which has the ports: that shows in its certificate.
    running.check(address._replace(control_endpoint=None), ca)
    return address, None


def _status(asked: Asked, address: running.Address, noted: running.Noted | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "serving": True,
        **address._asdict(),
        "certs": str(asked.settings.certs.absolute()),
        "pid": noted.pid if noted else None,
        "since": noted.since if noted else None,
    }
    if address.control_endpoint is None:
        return shown
    try:
        return shown | _within(asked)
    except NotServingError as error:  # it serves, but tells no more to somebody without its token
        return {**shown, "refused": str(error)}


def _within(asked: Asked) -> dict[str, Any]:
    health, clocks = ask(asked, "GET", "/health"), ask(asked, "GET", "/clock")
    own = {name: one["mode"] for name, one in clocks["subscriptions"].items() if one["mode"] != clocks["mode"]}
    return {
        "version": health["version"],
        "subscriptions": health["subscriptions"],
        "clock": clocks["mode"],
        "clocks_of_their_own": own,
        "faults": len(ask(asked, "GET", "/faults")["faults"]),
    }
