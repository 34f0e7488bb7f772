"""How much memory the emulator takes: at rest, and for each hosted service with a deployment."""

from __future__ import annotations

import base64
import gc
import io
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from emulator.app import create_app, create_world
from emulator.identity.authority import Authority
from emulator.settings import Settings
from tests.bench.requests import NAMESPACE, SERVICES
from tests.bench.servers import PLENTY, SUBSCRIPTION

CONFIGURATION = """\
<ServiceConfiguration serviceName="bench" osFamily="4" osVersion="*" schemaVersion="2014-06.2.4"
    xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration">
  <Role name="WebRole1">
    <Instances count="2"/>
    <ConfigurationSettings><Setting name="Setting1" value="value"/></ConfigurationSettings>
  </Role>
</ServiceConfiguration>"""


def resident(pid: int) -> int:
    """Return the bytes of memory that a process has in use."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024
    return int(subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=True).stdout) * 1024


def measure_services(
    hear: Callable[[], Any], say: Callable[[Any], None], certs: Path, services: int, traced: bool
) -> None:
    """Say the bytes that a service with a deployment of two instances takes, its two operations included.

    `traced` counts what Python has allocated, else the growth of the process.
    """
    call = _caller(certs)
    _make(call, "warm", 10)
    if traced:
        tracemalloc.start()
    before = _in_use(traced=traced)
    _make(call, "more", services)
    say((_in_use(traced=traced) - before) / services)
    hear()


def _in_use(*, traced: bool) -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0] if traced else resident(os.getpid())


Call = Callable[[str, str, str], None]


def _caller(certs: Path) -> Call:
    """Return a function that has an emulator, in this process and without a socket, answer a request."""
    authority = Authority.in_directory(certs)
    world = create_world(Settings(certs=certs))
    world.catalog = world.catalog.with_overrides(quotas={"max_hosted_services": PLENTY, "max_core_count": PLENTY})
    application = create_app(world, authority)
    certificate = authority.default_identity(endpoint="https://localhost").certificate_der

    def call(method: str, path: str, body: str) -> None:
        data, statuses = body.encode(), list[str]()
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(data)),
            "HTTP_X_MS_VERSION": "2014-10-01",
            "REMOTE_ADDR": "127.0.0.1",
            "asm.client_certificate": certificate,
            "wsgi.input": io.BytesIO(data),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "https",
        }

        def start_response(status: str, headers: object, error: object = None, /) -> Callable[[bytes], object]:
            statuses.append(status)
            return lambda _: None

        answer = b"".join(application(environ, start_response))
        if not statuses[0].startswith("2"):
            raise RuntimeError(f"{method} {path}: {statuses[0]}: {answer.decode()}")

    return call


def _make(call: Call, prefix: str, services: int) -> None:
    label, configuration = (base64.b64encode(text.encode()).decode() for text in ("label", CONFIGURATION))
    for number in range(services):
        name = f"{prefix}-{number:06d}"
        call(
            "POST",
            SERVICES,
            f"<CreateHostedService {NAMESPACE}><ServiceName>{name}</ServiceName><Label>{label}</Label>"
            "<Location>West US</Location></CreateHostedService>",
        )
        call(
            "POST",
            f"{SERVICES}/{name}/deploymentslots/Production",
            f"<CreateDeployment {NAMESPACE}><Name>deployment</Name>"
            f"<PackageUrl>https://store.blob.core.windows.net/packages/bench.cspkg</PackageUrl><Label>{label}</Label>"
            f"<Configuration>{configuration}</Configuration><StartDeployment>true</StartDeployment></CreateDeployment>",
        )
    call("GET", f"/{SUBSCRIPTION}", "")  # instances are up, operations have ended
