"""What is put under load, each in a process of its own: the emulator, and a bare WSGI function behind its server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from emulator.commands.serving import settle_down
from emulator.domain import deployments, disks, hosted_services, operations, storage_accounts
from emulator.domain.deployments import ConfigurationDocument, CreateDeployment
from emulator.domain.disks import DiskInput
from emulator.domain.hosted_services import CreateHostedService
from emulator.domain.storage_accounts import CreateStorageAccount
from emulator.domain.world import Subscription, World
from emulator.embedded import Emulator
from emulator.identity.authority import Authority
from emulator.server import Server
from emulator.server.tls import ServerCertificate
from emulator.settings import Settings
from emulator.wire.configuration import read_configuration

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
PLENTY = 10_000_000
"""The limit of what there may be, as much as anybody wants to measure with."""

CONFIGURATION = """\
<ServiceConfiguration serviceName="bench" osFamily="4"
    xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">
  <Role name="Worker"><Instances count="{count}"/></Role>
</ServiceConfiguration>"""


def serve_emulator(hear: Callable[[], Any], say: Callable[[Any], None], certs: Path, services: int) -> None:
    """Say the port of an emulator that holds so many hosted services; serve until there is nobody to hear any more."""
    with Emulator(Settings(port=0, control_port=None, certs=certs)) as emulator:
        fill(emulator.world, services)
        settle_down()  # as `asm-emulator serve` does when it has started
        say(emulator.port)
        _answer_time(hear, say)


def serve_large(
    hear: Callable[[], Any], say: Callable[[Any], None], certs: Path, instances: int, disk_count: int
) -> None:
    """Say the port of an emulator with a deployment of so many instances and with so many disks; serve likewise."""
    with Emulator(Settings(port=0, control_port=None, certs=certs)) as emulator:
        subscription = fill(emulator.world, 1)
        with emulator.world.lock_of(subscription):
            deploy(subscription, instances)
            add_disks(subscription, disk_count)
        say(emulator.port)
        _answer_time(hear, say)


def deploy(subscription: Subscription, instances: int) -> None:
    """Deploy a role of so many instances, and wait until they are ready."""
    text = CONFIGURATION.format(count=instances).encode()
    command = CreateDeployment(
        name="deployment",
        package_url="https://account.blob.core.windows.net/packages/a.cspkg",
        label=b"label",
        configuration=ConfigurationDocument(text, read_configuration(text)),
        start_deployment=True,
    )
    operation = operations.begin(subscription, "CreateDeployment")
    operations.remember(subscription, operation)
    deployments.create(subscription, operation, command, held(0), "production")
    subscription.advance_until_quiet(PLENTY)


def add_disks(subscription: Subscription, number: int) -> None:
    """Put so many disks into the repository, in a storage account of their own."""
    command = CreateStorageAccount(service_name="vhds", label=b"label", location="West US")
    operation = operations.begin(subscription, "CreateStorageAccount")
    operations.remember(subscription, operation)
    storage_accounts.create(subscription, operation, command)
    subscription.advance_until_quiet(PLENTY)
    for one in range(number):
        link = f"https://vhds.blob.core.windows.net/vhds/{one:06d}.vhd"
        disks.add(subscription, operation, DiskInput(name=f"disk-{one:06d}", label="label", media_link=link))


def fill(world: World, services: int) -> Subscription:
    """Raise the limits and make so many hosted services."""
    world.catalog = world.catalog.with_overrides(quotas={"max_hosted_services": PLENTY, "max_core_count": PLENTY})
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
        settle_down()
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
