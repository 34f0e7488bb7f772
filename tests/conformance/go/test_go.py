"""The classic management SDK for Go: its own live tests, run as they are, and tests of ours that call all it exports.

Of the live tests only the making of their client is ours.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CONFIGURATIONS = HERE.parents[2] / "fixtures" / "configurations"
METHODS = HERE / "methods"
PACKAGES = Path("/usr/share/gocode")
"""Where Debian's golang-github-azure-azure-sdk-for-go-dev puts the sources."""
NAME = "github.com/Azure/azure-sdk-for-go/services/classic/management"
SDK = PACKAGES / "src" / NAME
SECONDS = 120
LIVE = {
    "virtualmachine": ["TestAzureGetResourceExtensions"],
    "vmutils": [
        "TestDeployPlatformImage",
        "TestDeployPlatformWindowsImage",
        "TestVMImageList",
        "TestDeployPlatformOSImageCaptureRedeploy",
        "TestDeployPlatformVMImageCaptureRedeploy",
        "TestRoleStateOperations",
    ],
}
"""All but TestDeployFromPublishedVmImage, which asks for one image of 2014 by its name; what it was is not known."""

pytestmark = pytest.mark.skipif(
    not shutil.which("go") or not SDK.is_dir(), reason="Go or its classic SDK is not installed"
)


@pytest.fixture
def go(identity, kept, tmp_path):
    """Return a function that runs Go with arguments, in a directory, and returns what it says."""
    settings = tmp_path / "client.publishsettings"
    settings.write_text(identity.publish_settings())
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(PACKAGES),
        "GOCACHE": str(kept / "go"),
        "GOFLAGS": "",
        "SSL_CERT_FILE": str(identity.ca_path),
        "ASM_PUBLISH_SETTINGS": str(settings),
        "ASM_ENDPOINT": identity.endpoint,
        "ASM_SUBSCRIPTION": identity.subscription_id,
        "ASM_PEM": str(identity.pem_path),
        "ASM_CONFIGURATIONS": str(CONFIGURATIONS),
    }

    def go(*arguments, cwd=tmp_path):
        done = subprocess.run(
            ["go", *arguments],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return go


def outcomes(said):
    return re.findall(r"^--- (\w+): (\w+)", said, re.MULTILINE)


@pytest.mark.parametrize("package", LIVE)
def test_the_live_tests_of_the_sdk_pass(package, go, tmp_path):
    overlay = tmp_path / "overlay.json"
    replaced = {str(SDK / "testutils" / "managementclient.go"): str(HERE / "testclient.go")}
    overlay.write_text(json.dumps({"Replace": replaced}))
    names = f"^({'|'.join(LIVE[package])})$"

    said = go("test", "-v", "-vet=off", "-count=1", f"-overlay={overlay}", f"-run={names}", f"{NAME}/{package}")

    assert outcomes(said) == [("PASS", name) for name in LIVE[package]]


def test_every_function_of_the_sdk_is_called_and_reads_its_answer(go, asm_faults, asm_server, tmp_path):
    redirect = asm_faults.add("redirect", operation="CreateHostedService", to=asm_server.host)
    refusal = asm_faults.add("refuse", operation="DeleteHostedService", code="TooManyRequests", count=2)
    profile = tmp_path / "profile"

    said = go(
        *("test", "-v", "-vet=off", "-count=1", f"-coverpkg={NAME}/...", f"-coverprofile={profile}", "."), cwd=METHODS
    )

    written = [name for file in METHODS.iterdir() for name in re.findall(r"(?m)^func (Test\w+)", file.read_text())]
    assert sorted(outcomes(said)) == sorted(("PASS", name) for name in written)
    assert (redirect.hits, refusal.hits) == (1, 2)
    told = go("tool", "cover", f"-func={profile}")
    shares = re.findall(r"management/([\w/]+)\.go:\d+:\s+(\w+)\s+([\d.]+)%$", told, re.MULTILINE)
    packages = {file.parent.relative_to(SDK) for file in SDK.rglob("*.go")} - {Path("testutils")}
    assert {Path(file).parent for file, _, _ in shares} == packages
    assert [(file, function) for file, function, share in shares if float(share) == 0] == []
