"""Replay recorded conversations against an emulator and hold the scores against the floor in tests/fidelity.toml.

    python .ci/fidelity.py FOLDER [--raise]

FOLDER holds replay.py and its recordings. With --raise the floor is set to what was reached, where that is higher. An
area counts once it stands in the file.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from emulator import Emulator, Settings

ROOT = Path(__file__).resolve().parent.parent
FLOOR = ROOT / "tests" / "fidelity.toml"
MEASURES = ("status", "structure", "values")


def scores(results: list[dict[str, object]]) -> dict[str, float]:
    """Return the percentages that a list of judged exchanges reaches."""
    judged = [r for r in results if r["verdict"] in ("judged", "no answer")]
    leaves = sum(int(str(r.get("leaves", 0))) for r in judged)
    same = sum(int(str(r.get("same", 0))) for r in judged)
    return {
        "status": 100 * sum(bool(r["status"]) for r in judged) / max(1, len(judged)),
        "structure": 100 * sum(bool(r["status"] and r["structure"]) for r in judged) / max(1, len(judged)),
        "values": 100 * same / max(1, leaves),
    }


def replayed(folder: Path) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield every area with its scores."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(port=0, control_port=None, certs=Path(scratch) / "certs")
        with Emulator(settings) as emulator:
            for recording in sorted((folder / "recordings").glob("*.jsonl.gz")):
                report = Path(scratch) / "report.json"
                command = [sys.executable, str(folder / "replay.py"), str(recording), "--json", str(report)]
                command += ["--endpoint", f"https://127.0.0.1:{emulator.port}", "--ca", str(emulator.ca_path)]
                command += ["--cert", str(emulator.default_identity().pem_path)]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                yield recording.name.removesuffix(".jsonl.gz"), scores(json.loads(report.read_text()))


def main() -> int:
    folder = Path(sys.argv[1]).resolve()
    floor = tomllib.loads(FLOOR.read_text()) if FLOOR.exists() else {}
    below = []
    reached: dict[str, dict[str, float]] = {}
    for area, score in replayed(folder):
        if area not in floor:
            continue  # of an area that is not emulated, nothing is asked
        wanted = floor[area]
        print(area.ljust(20), *(f"{m} {score[m]:5.1f}% (floor {wanted.get(m, 0):.1f})" for m in MEASURES), sep="  ")
        below += [f"{area}: {m}" for m in MEASURES if score[m] + 0.05 < wanted.get(m, 0)]
        reached[area] = {m: max(wanted.get(m, 0), int(score[m] * 10) / 10) for m in MEASURES}
    if "--raise" in sys.argv:
        lines = ["# What the replay of recorded conversations reaches, in percent; it only rises.\n"]
        for area, values in reached.items():
            lines.append(f"\n[{area}]\n" + "".join(f"{m} = {values[m]}\n" for m in MEASURES))
        FLOOR.write_text("".join(lines))
    elif below:
        print("below the floor:", ", ".join(below))
    return 1 if below and "--raise" not in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
