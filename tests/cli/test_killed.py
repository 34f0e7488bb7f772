"""`asm-emulator serve --save`, killed while it is written to: the file is whole, and holds no half of anything.

KILLS says how often, six times by default: `KILLS=200 python -m pytest tests/cli/test_killed.py`.
"""

from __future__ import annotations

import http.client
import os
import random
import shutil
import ssl
import subprocess
import sys
import threading
from base64 import b64encode
from itertools import count

import pytest

from emulator import running
from emulator.catalog import load_catalog
from emulator.control import snapshots
from emulator.domain.handlers import HANDLERS
from emulator.domain.world import World

KILLS = int(os.environ.get("KILLS", "6"))
IN_A_ROW = 10
"""Kills after which a new file is begun: a world grows with each."""
WRITERS = 2
SUBSCRIPTION = "killed"
LONGEST = 0.2
"""Seconds under load before the kill."""
BODY = """\
<CreateHostedService xmlns="http://schemas.microsoft.com/windowsazure">
<ServiceName>{name}</ServiceName><Label>{label}</Label><Location>West US</Location></CreateHostedService>"""


class Writer(threading.Thread):
    """Creates services under numbered names, one after another, until nobody answers."""

    def __init__(self, number, first, address, certs):
        super().__init__()
        self.number, self.next, self.answered = number, count(first), first
        self.begun = threading.Event()
        self.context = ssl.create_default_context(cafile=certs / "ca.pem")
        self.context.load_cert_chain(certs / "client.pem")
        self.host = address.endpoint.removeprefix("https://")

    def run(self):
        connection = http.client.HTTPSConnection(self.host, context=self.context, timeout=10)
        try:
            for one in self.next:
                body = BODY.format(name=f"writer{self.number}-{one}", label=b64encode(b"label").decode())
                headers = {"x-ms-version": "2014-10-01", "Content-Type": "application/xml"}
                connection.request("POST", f"/{SUBSCRIPTION}/services/hostedservices", body, headers)
                response = connection.getresponse()
                assert (response.status, response.read()) == (201, b"")
                self.answered = one + 1
                self.begun.set()
        except (OSError, http.client.HTTPException):
            connection.close()
            self.begun.set()


@pytest.fixture
def killed(environment, tmp_path, made_certs):
    """Return a function that serves from a file, writes for a random while, kills, and returns what was answered."""
    certs = tmp_path / "certs"
    shutil.copytree(made_certs, certs)

    def killed(path, before):
        fixed = ["--port", "0", "--control-port", "0", "--certs", str(certs), "--clock", "manual"]
        kept = ["--load", str(path), "--save", str(path), "--save-interval", "0.001"]
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "serve", *fixed, *kept],
            env=environment,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            banner = "".join(iter(process.stdout.readline, "Ctrl+C ends it.\n"))
            assert "Certificates are in" in banner
            address = running.noted(certs).address
            quotas = {"max_hosted_services": 10**6}
            running.ask(address.control_endpoint, "PUT", f"/subscriptions/{SUBSCRIPTION}/quotas", quotas)
            writers = [Writer(number, before[number], address, certs) for number in range(WRITERS)]
            for writer in writers:
                writer.start()
            for writer in writers:
                assert writer.begun.wait(20)
            threading.Event().wait(random.uniform(0, LONGEST))
        finally:
            process.kill()
            _, errors = process.communicate()
        for writer in writers:
            writer.join(20)
        assert errors == ""
        return [writer.answered for writer in writers]

    return killed


def loaded(path):
    world = World(load_catalog(), HANDLERS)
    snapshots.load(world, path.read_bytes())
    return world.subscription(SUBSCRIPTION)


def check_nothing_is_half(subscription):
    """Return how many services of each writer are there: all of them from the first on, each with its operation."""
    numbers = [[] for _ in range(WRITERS)]
    for name in subscription.hosted_services:
        writer, number = name.removeprefix("writer").split("-")
        numbers[int(writer)].append(int(number))
    assert all(made == list(range(len(made))) for made in numbers)
    created = [one for one in subscription.operations.values() if one.name == "CreateHostedService"]
    assert len(created) == len(subscription.hosted_services)
    assert {one.status for one in created} <= {"Succeeded"}
    return [len(made) for made in numbers]


def test_whenever_it_is_killed_the_file_is_whole(killed, tmp_path):
    drafts = 0
    for number in range(KILLS):
        path = tmp_path / f"world{number // IN_A_ROW}.json"
        before = check_nothing_is_half(loaded(path)) if path.exists() else [0] * WRITERS
        answered = killed(path, before)
        assert path.exists()
        saved = check_nothing_is_half(loaded(path))
        assert all(old <= new <= asked + 1 for old, new, asked in zip(before, saved, answered, strict=True))
        left = list(tmp_path.glob(f".{path.name}.*"))
        assert len(left) <= 1, "the draft of the process before this one is still there"
        drafts += len(left)
    print(f"{KILLS} kills, {drafts} of them while the file was written")  # noqa: T201
