"""docs/clients: every example of every page runs as it stands, and prints what the page shows."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import pages

PAGES = pages.DOCS / "clients"
GO_PACKAGES = "/usr/share/gocode"
GO_SDK = Path(GO_PACKAGES, "src/github.com/Azure/azure-sdk-for-go/services/classic/management")
ADDRESS = re.compile(r"\b100(\.\d+){3}\b")
COLOUR = re.compile(r"\x1b\[\d+m")


def blocks_of(page, without=()):
    """The examples of a page, less those of the sections whose headings begin as `without` says."""
    sections = (PAGES / f"{page}.md").read_text().split("\n## ")
    return [block for one in sections if not one.startswith(tuple(without)) for block in pages.blocks(one)]


@pytest.fixture
def run(tmp_path):
    """Return a function that writes the files of a page, runs its commands, and holds what they print against it.

    A file is named by the comment that it begins with. What the commands have left running is ended.
    """

    def run(page, *, without=(), **variables):
        blocks = blocks_of(page, without)
        pages.write_files(blocks, tmp_path)
        script = "".join(text for language, text in blocks if language == "sh")
        status, output = pages.run_to_its_end(script, tmp_path, pages.user_environment() | variables)
        # Node wraps what it prints in colours, and some shells end lines with blanks.
        output = re.sub(r"[ \t]+$", "", COLOUR.sub("", output), flags=re.MULTILINE)
        assert status == 0, output
        for language, text in blocks:
            assert language in ("python", "js", "go", "sh", "text", "json")
            if language == "text":
                assert ADDRESS.sub("ADDRESS", text) in ADDRESS.sub("ADDRESS", output)

    return run


def manifest_of(page):
    (manifest,) = (text for language, text in blocks_of(page) if language == "json")
    return json.loads(manifest)


@pytest.fixture(scope="session")
def old_openssl(kept):
    """A directory with a pyOpenSSL that has the function which the SDK calls."""
    directory = kept / "pyopenssl-23.2.0"
    if not (directory / "ready").exists():
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-warn-conflicts",
        ]
        done = subprocess.run(
            [*command, "--upgrade", "--target", str(directory), "pyopenssl==23.2.0"],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"pip cannot install pyOpenSSL 23.2: {' '.join(done.stderr.splitlines()[-1:])}")
        (directory / "ready").touch()
    return directory


def test_every_page_is_run_here():
    run_here = {"python", "libcloud", "node", "azure-cli", "others"}
    assert {path.stem for path in PAGES.glob("*.md")} == run_here
    linked = re.findall(r"\(docs/clients/([\w-]+)\.md[#)]", (pages.ROOT / "README.md").read_text())
    assert set(linked) == run_here


def test_the_page_of_the_python_sdk(run, old_openssl):
    run("python", OLD_OPENSSL=str(old_openssl))


def test_the_page_of_libcloud(run):
    run("libcloud")


def test_the_page_of_the_node_sdk(run, asm_packages, tmp_path):
    installed = json.loads((pages.ROOT / "tests" / "conformance" / "node" / "package.json").read_text())["dependencies"]
    assert manifest_of("node")["dependencies"].items() <= installed.items()
    (tmp_path / "node_modules").symlink_to(asm_packages)
    run("node")


def test_the_page_of_azure_cli(run, azure_cli_packages, tmp_path):
    installed = json.loads((pages.ROOT / "tests" / "conformance" / "azure_cli" / "package.json").read_text())
    assert manifest_of("azure-cli") == installed
    (tmp_path / "node_modules").symlink_to(azure_cli_packages)
    run("azure-cli")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_page_of_other_clients(run):
    run("others", without=["Go"])


@pytest.mark.skipif(not shutil.which("go") or not GO_SDK.is_dir(), reason="Go's classic SDK is not installed")
def test_the_page_of_other_clients_with_go(run, kept):
    run("others", GOCACHE=str(kept / "go"))
