"""What the tests of azure-cli share: the CLI itself, whose commands run one after another in one process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

PAGE = Path(__file__).parents[3] / "docs" / "clients" / "azure-cli.md"
SESSION = Path(__file__).with_name("session.js")
SECONDS = 60


@pytest.fixture(scope="session")
def image():
    """The name of an image of Linux that the service offers."""
    return "5112500ae3b842c8b9c604889f8753c3__OpenLogic-CentOS-71-20150410"


@pytest.fixture(scope="session")
def ssh_certificate(tmp_path_factory):
    """The path of a certificate in PEM, without its key, as the CLI wants it for SSH: to make one takes it seconds."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name.from_rfc4514_string("CN=myvm")
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    path = tmp_path_factory.mktemp("ssh") / "ssh.pem"
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return str(path)


@pytest.fixture(scope="module")
def subscription(emulator):
    """One subscription for all tests of a module: to import one takes the CLI more than a second."""
    return emulator.identity()


@pytest.fixture(scope="module")
def command(subscription, azure_cli_packages, node, tmp_path_factory):
    """Return a function that runs a command, and returns what became of it: `returncode`, `stdout` and `stderr`."""
    home = tmp_path_factory.mktemp("home")
    hurry = home / "hurry.js"
    hurry.write_text(re.search(r"^```js\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)[1])
    environment = {
        **os.environ,
        "HOME": str(home),
        "NODE_EXTRA_CA_CERTS": str(subscription.ca_path),
        "NODE_OPTIONS": f"--no-deprecation --no-warnings --require {hurry}",
        "AZURE_MANAGEMENTENDPOINT_URL": subscription.endpoint,
    }
    (home / ".azure").mkdir()
    (home / ".azure" / "telemetry.json").write_text('{"telemetry": false}')  # or it asks
    (home / ".azure" / "config.json").write_text('{"mode": "asm"}')
    (home / "my.publishsettings").write_text(subscription.publish_settings("My subscription"))

    with subprocess.Popen(
        [node, SESSION, azure_cli_packages / "azure-cli" / "lib"],
        cwd=home,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as session:
        watchdog = threading.Timer(SECONDS, session.kill)
        watchdog.start()

        def command(*arguments):
            session.stdin.write(json.dumps(arguments) + "\n")
            return SimpleNamespace(**json.loads(session.stdout.readline()))

        imported = command("account", "import", "my.publishsettings")
        assert imported.returncode == 0, imported.stderr
        yield command
        watchdog.cancel()
        session.stdin.close()


@pytest.fixture(scope="module")
def run(command):
    """Return a function that runs a command that is to print JSON, and returns what became of it."""
    return lambda *arguments: command(*arguments, "--json")


@pytest.fixture(scope="module")
def azure(run):
    """Return a function that runs a command, which has to succeed, and returns its JSON."""

    def azure(*arguments):
        done = run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    return azure


@pytest.fixture(scope="module")
def table(command):
    """Return a function that runs a command as people do, and returns the rows that it prints, cell by cell."""

    def table(*arguments):
        done = command(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        lines = [line.removeprefix("data:    ") for line in done.stdout.splitlines() if line.startswith("data:")]
        return [re.split(r" {2,}", line.strip()) for line in lines[2:]]

    return table
