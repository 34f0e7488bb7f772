"""docs/scheduler.md: every example is a test that passes as it stands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from emulator.settings import PREFIX

PAGE = Path(__file__).parents[2] / "docs" / "scheduler.md"
EXAMPLES = re.findall(r"^```python\n# (\w+\.py)\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)


def test_every_block_of_code_is_an_example():
    assert len(EXAMPLES) == PAGE.read_text().count("\n```python\n") == 4


def test_the_examples_pass_as_they_stand(tmp_path):
    for name, content in EXAMPLES:
        (tmp_path / name).write_text(content)
    outside = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PYTEST_"))}
    environment = outside | {f"{PREFIX}PORT": "0", f"{PREFIX}CONTROL_PORT": "0"}  # others may run one on this machine

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "4 passed" in run.stdout
