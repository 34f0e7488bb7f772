"""The classic management SDK for Go: its own live tests, run as they are. Only the making of their client is ours."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
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


@pytest.mark.parametrize("package", LIVE)
def test_the_live_tests_of_the_sdk_pass(package, identity, kept, tmp_path):
    settings, overlay = tmp_path / "client.publishsettings", tmp_path / "overlay.json"
    settings.write_text(identity.publish_settings())
    replaced = {str(SDK / "testutils" / "managementclient.go"): str(HERE / "testclient.go")}
    overlay.write_text(json.dumps({"Replace": replaced}))
    names = f"^({'|'.join(LIVE[package])})$"

    done = subprocess.run(
        ["go", "test", "-v", "-vet=off", "-count=1", f"-overlay={overlay}", f"-run={names}", f"{NAME}/{package}"],
        cwd=tmp_path,
        env={
            **os.environ,
            "GO111MODULE": "off",
            "GOPATH": str(PACKAGES),
            "GOCACHE": str(kept / "go"),
            "GOFLAGS": "",
            "SSL_CERT_FILE": str(identity.ca_path),
            "ASM_PUBLISH_SETTINGS": str(settings),
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"^--- (\w+): (\w+)", done.stdout, re.MULTILINE) == [("PASS", name) for name in LIVE[package]]
