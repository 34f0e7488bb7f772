"""The classic Azure SDK for Node.js, the packages azure-asm-*, by scripts beside this: all their functions."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
CONFIGURATIONS = HERE.parents[2] / "fixtures" / "configurations"


def test_every_function_of_the_node_sdk_is_served(node, asm_packages, identity, emulator):
    environment = {
        **os.environ,
        "NODE_PATH": str(asm_packages),
        "NODE_EXTRA_CA_CERTS": str(identity.ca_path),
        "ASM_ENDPOINT": identity.endpoint,
        "ASM_PEM": str(identity.pem_path),
        "ASM_CONTROL": emulator.control_endpoint,
        "ASM_CONFIGURATIONS": str(CONFIGURATIONS),
    }

    # All in one process: it takes each of them longer to load the packages than to use them.
    run = subprocess.run(
        [node, "--test-reporter=tap", "--no-deprecation", str(HERE / "every.js")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    written = sum(len(re.findall(r"(?m)^ *test\(", script.read_text())) for script in HERE.glob("*.js"))
    assert int(re.search(r"(?m)^# pass (\d+)$", run.stdout)[1]) >= written
