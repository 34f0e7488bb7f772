"""Fuzzes for as long as it is told: python -m tests.fuzz --seconds 3600 [--target call] [--seed 1].

What breaks is made as small as it can be, told, and written to findings/, where it is a test from then on. Ends with
status 1 if anything was found.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import sys
import time
import traceback

from hypothesis import HealthCheck, given, seed, settings

from tests.fuzz.targets import FINDINGS, TARGETS, check

EXAMPLES = 500
"""Inputs of one target before the next one has its turn."""


def fuzz(name: str, number: int) -> bytes | None:
    """Try a round of inputs of a target; return the smallest that breaks something."""
    last = b""

    @seed(number)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(TARGETS[name].inputs)
    def run(data: bytes) -> None:
        nonlocal last
        last = data
        check(name, data)

    try:
        run()
    except Exception:  # noqa: BLE001 - whatever it is, it is found
        traceback.print_exc()
        return last
    return None


def main() -> int:
    """Fuzz every target in turn until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--target", choices=TARGETS, action="append")
    parser.add_argument("--seed", type=int, default=0, help="where to begin: another one makes other inputs")
    asked = parser.parse_args()
    end, found, rounds = time.monotonic() + asked.seconds, 0, 0
    turns = itertools.cycle(asked.target or TARGETS)
    for number in itertools.count(asked.seed):
        if time.monotonic() > end:
            break
        name, rounds = next(turns), rounds + 1
        broken = fuzz(name, number)
        if broken is not None:
            found += 1
            path = FINDINGS / name / hashlib.sha256(broken).hexdigest()[:12]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(broken)
            sys.stdout.write(f"{name}: {path}\n")
    sys.stdout.write(f"{rounds} rounds of {EXAMPLES}: {found} findings\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
