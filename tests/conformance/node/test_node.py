"""The classic Azure SDK for Node.js, the packages azure-asm-*, by scripts beside this."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CONFIGURATIONS = HERE.parents[2] / "fixtures" / "configurations"


@pytest.mark.parametrize("script", sorted(HERE.glob("*.test.js")), ids=lambda path: path.name.partition(".")[0])
def test_the_node_sdk_is_served(script, node, asm_packages, identity):
    environment = {
        **os.environ,
        "NODE_PATH": str(asm_packages),
        "NODE_EXTRA_CA_CERTS": str(identity.ca_path),
        "ASM_ENDPOINT": identity.endpoint,
        "ASM_SUBSCRIPTION": identity.subscription_id,
        "ASM_PEM": str(identity.pem_path),
        "ASM_CONFIGURATIONS": str(CONFIGURATIONS),
    }

    run = subprocess.run(
        [node, "--test-reporter=tap", "--no-deprecation", str(script)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    assert "# fail 0" in run.stdout
    assert "# pass 0" not in run.stdout
