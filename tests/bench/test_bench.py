from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"\| [^|]+ \| [0-9.e+-]+[^|]* \| [^|]* \| [^|]* \|")


def test_the_bench_measures_rates_memory_and_starts() -> None:
    parts = [word for part in ("rates", "large", "memory", "starts") for word in ("--part", part)]
    command = [sys.executable, "-m", "tests.bench", "--scale", "0.001", "--rounds", "1", *parts]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True, timeout=60)

    assert ran.returncode == 0, ran.stderr
    rows = ran.stdout.split("\n\n")[0].splitlines()[2:]
    assert [row for row in rows if not ROW.fullmatch(row)] == []
    assert len(rows) == 22
