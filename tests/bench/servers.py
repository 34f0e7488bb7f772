"""What is put under load, each in a process of its own: the emulator, and a bare WSGI function behind its server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from emulator.domain import hosted_services, operations
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.world import Subscription, World
from emulator.embedded import Emulator
from emulator.identity.authority import Authority
from emulator.server import Server
from emulator.server.tls import ServerCertificate
from emulator.settings import Settings

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
PLENTY = 10_000_000
"""The limit of hosted services, as many as anybody wants to measure with."""


def serve_emulator(hear: Callable[[], Any], say: Callable[[Any], None], certs: Path, services: int) -> None:
    """Say the port of an emulator that holds so many hosted services; serve until there is nobody to hear any more."""
    with Emulator(Settings(port=0, control_port=None, certs=certs)) as emulator:
        fill(emulator.world, services)
        say(emulator.port)
        _answer_time(hear, say)


def fill(world: World, services: int) -> Subscription:
    """Raise the limit of hosted services and make so many."""
    world.catalog = world.catalog.with_overrides(quotas={"max_hosted_services": PLENTY})
    subscription = world.subscription(SUBSCRIPTION)
    with world.lock_of(subscription):
        for number in range(services):
            command = CreateHostedService(service_name=held(number), label=b"label", location="West US")
            hosted_services.create(subscription, operations.begin(subscription, "CreateHostedService"), command)
    return subscription


def held(number: int) -> str:
    """Return the name of a service that `fill` makes."""
    return f"held-{number:06d}"


def serve_bare(hear: Callable[[], Any], say: Callable[[Any], None], certs: Path, body_bytes: int) -> None:
    """Say the port of the emulator's server with a constant answer of that size behind it; serve likewise."""
    chain, key = Authority.in_directory(certs).server_certificate(["127.0.0.1"])
    certificate = ServerCertificate(chain, key)
    with Server(bare(b"x" * body_bytes), host="127.0.0.1", port=0, certificate=certificate) as server:
        say(server.port)
        _answer_time(hear, say)


def _answer_time(hear: Callable[[], Any], say: Callable[[Any], None]) -> None:
    """Tell how much processor time this process has taken (seconds), as often as somebody asks."""
    while True:
        hear()
        say(time.process_time())


def bare(body: bytes) -> Callable[..., Iterable[bytes]]:
    """Return a WSGI application that reads what it is sent and always answers the same."""
    headers = [("Content-Type", "application/xml; charset=utf-8"), ("Content-Length", str(len(body)))]

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"].read()
        start_response("200 OK", headers)
        return [body]

    return application
