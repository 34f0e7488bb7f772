"""The classic Azure SDK for Node.js: the packages that package.json names, by scripts beside this.

The packages are installed once, under the directory that ASM_CONFORMANCE_NODE_PACKAGES names or else in pytest's cache.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CONFIGURATIONS = HERE.parents[2] / "fixtures" / "configurations"
MANIFEST = HERE / "package.json"
DIRECTORY = "ASM_CONFORMANCE_NODE_PACKAGES"
OLDEST_NODE = 18
INSTALL = [
    "npm",
    "install",
    "--no-save",
    "--no-package-lock",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
]


def node_version(node):
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    return int(answer.stdout.lstrip("v").partition(".")[0])


def installed(packages):
    """Tell whether a directory holds the packages that the manifest asks for, in these versions."""
    wanted = json.loads(MANIFEST.read_text())["dependencies"]
    with suppress(OSError, ValueError):
        return all(
            json.loads((packages / "node_modules" / name / "package.json").read_text())["version"] == version
            for name, version in wanted.items()
        )
    return False


def install(packages):
    """Install the packages next to where they belong and move them there in one step: others may do so meanwhile."""
    packages.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{packages.name}-", dir=packages.parent))
    try:
        shutil.copy(MANIFEST, draft)
        command = [*INSTALL, "--prefix", str(draft)]
        answer = subprocess.run(command, cwd=draft, capture_output=True, text=True, timeout=120, check=False)
        if answer.returncode:
            told = [line for line in answer.stderr.splitlines() if line.startswith("npm error")]
            pytest.skip(f"npm cannot install the packages: {' '.join(told[:4]) or 'it does not say why'}")
        if not installed(packages):
            shutil.rmtree(packages, ignore_errors=True)
            draft.rename(packages)
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not install the packages within two minutes")
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@pytest.fixture(scope="session")
def node():
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed")
    if node_version(found) < OLDEST_NODE:
        pytest.skip(f"the scripts need node {OLDEST_NODE} or later")
    return found


@pytest.fixture(scope="session")
def packages(node, request):
    """The directory node_modules with the SDK's packages."""
    assert node
    chosen = os.environ.get(DIRECTORY)
    kept_in = Path(chosen).absolute() if chosen else request.config.cache.mkdir("asm-emulator")
    # A directory of its own: what stands in its place is replaced when it holds other versions.
    directory = kept_in / "azure-asm-for-node"
    if not installed(directory):
        if shutil.which("npm") is None:
            pytest.skip("npm is not installed")
        install(directory)
    return directory / "node_modules"


@pytest.mark.parametrize("script", sorted(HERE.glob("*.test.js")), ids=lambda path: path.name.partition(".")[0])
def test_the_node_sdk_is_served(script, node, packages, identity):
    environment = {
        **os.environ,
        "NODE_PATH": str(packages),
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
