"""A real Azurite for tests: its package is installed once, under ASM_AZURITE_PACKAGES or else in pytest's cache."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient

from emulator.domain.blobs import AccountKeys, account_keys

VERSION = "3.35.0"
DIRECTORY = "ASM_AZURITE_PACKAGES"
INSTALL = ["install", "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
INSTALL_SECONDS, START_SECONDS = 300, 60
KEYS = {
    name: AccountKeys(*(base64.b64encode(word * 8).decode() for word in (b"primary", b"second")))
    for name in ("account1", "account2", "mystorageaccount")
}
"""Accounts that it is told of, with their keys, and that tests tell the emulator of, too."""
SEEDED = {"seeded": account_keys("asm-emulator", "seeded")}
"""One whose keys the emulator knows by itself."""
ACCOUNTS = ";".join(f"{name}:{keys.primary}:{keys.secondary}" for name, keys in {**KEYS, **SEEDED}.items())
"""AZURITE_ACCOUNTS."""


def script(cache):
    """Return node and the script of Azurite's blob service; skip where there is no node to run it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Azurite needs node and npm")
    directory = Path(os.environ.get(DIRECTORY) or cache.mkdir("asm-emulator")).absolute() / "azurite"
    if not _installed(directory):
        _install(npm, directory)
    return [node, str(directory / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js")]


def _installed(directory):
    with suppress(OSError, ValueError):
        manifest = directory / "node_modules" / "azurite" / "package.json"
        return json.loads(manifest.read_text())["version"] == VERSION
    return False


def _install(npm, directory):
    """Install it next to where it belongs and move it there in one step: others may do so meanwhile."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".azurite-", dir=directory.parent))
    command = [npm, *INSTALL, "--prefix", str(draft), "--loglevel=error", f"azurite@{VERSION}"]
    try:
        done = subprocess.run(command, cwd=draft, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        assert done.returncode == 0, f"npm cannot install Azurite: {done.stderr[-2000:]}"
        if not _installed(directory):
            shutil.rmtree(directory, ignore_errors=True)
            draft.rename(directory)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def running(command, accounts=ACCOUNTS):
    """Run it in memory on a free port, and give its URL."""
    flags = ["--blobPort", "0", "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck"]
    environment = {**os.environ, "AZURITE_ACCOUNTS": accounts}
    # A file, for nobody reads what it goes on to say of each request.
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen([*command, *flags], env=environment, stdout=said, stderr=subprocess.STDOUT)
        try:
            yield _listening(process, said)
        finally:
            process.kill()
            process.wait()


def _listening(process, said):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        said.seek(0)
        if found := re.search(r"listens on (http://\S+)", said.read()):
            return found[1]
        time.sleep(0.02)
    said.seek(0)
    return pytest.fail(f"Azurite does not start: {said.read()}")


def client(url, account="account1"):
    """Return a client of an account, as its user has one."""
    credential = {"account_name": account, "account_key": {**KEYS, **SEEDED}[account].primary}
    return BlobServiceClient(f"{url}/{account}", credential=credential)


def emptied(url):
    """Delete every container of an Azurite, whoever has leased what; return its URL."""
    for name in (*KEYS, *SEEDED):
        with client(url, name) as service:
            for container in service.list_containers():
                service.delete_container(container)
    return url
