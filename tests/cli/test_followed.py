"""A deployment is followed through every state by moving the clock: in process, over the port, through the command.

One test, which knows three things to do: to call the API, to say how time moves, and to move it to the next event. What
does them is an adapter. No time passes on the wall but that of the calls.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
import time
import uuid
from base64 import b64encode
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from emulator import running
from emulator.domain.clock import Pace
from emulator.identity.authentication import Authentication
from emulator.pipeline import Pipeline, Request
from emulator.surface import rows
from emulator.surface.operation import Surface

NAMESPACE = "{http://schemas.microsoft.com/windowsazure}"
VERSION = "2014-10-01"
CONFIGURATION = Path(__file__).parents[2] / "fixtures" / "configurations" / "one-worker.cscfg"
ROOT = '<{name} xmlns="http://schemas.microsoft.com/windowsazure">{inside}</{name}>'


class InProcess:
    """The pipeline and the domain, as plain calls."""

    def __init__(self, world, subscription_id):
        authentication = Authentication(world, lambda _certificate: subscription_id, strict=False)
        self.pipeline = Pipeline(world, Surface(rows()), authentication)
        self.subscription = world.subscription(subscription_id)

    def call(self, method, path, body):
        where, _, query = f"/{self.subscription.id}/{path}".partition("?")
        answer = self.pipeline.answer(Request(method, where, query, VERSION, b"certificate", "", lambda: body))
        return answer.status, dict(answer.headers), answer.body

    def mode(self, text):
        self.subscription.clock.pace = Pace.parse(text)

    def to_the_next_event(self):
        event = self.subscription.clock.next_event()
        return [] if event is None else self.subscription.advance_to(event.due)

    def now(self):
        return self.subscription.now


class OverThePort:
    """HTTPS with a client certificate, and the control API."""

    def __init__(self, endpoint, ca, client, subscription_id, control=None):
        context = ssl.create_default_context(cafile=ca)
        context.load_cert_chain(client)
        self.connection = http.client.HTTPSConnection(urlsplit(endpoint).netloc, context=context, timeout=10)
        self.subscription_id, self.control = subscription_id, control

    def call(self, method, path, body):
        headers = {"x-ms-version": VERSION, "Content-Type": "application/xml"}
        self.connection.request(method, f"/{self.subscription_id}/{path}", body, headers)
        response = self.connection.getresponse()
        return response.status, dict(response.headers), response.read()

    def clock(self, method, body=None):
        return running.ask(self.control, method, f"/subscriptions/{self.subscription_id}/clock", body)

    def mode(self, text):
        self.clock("POST", {"mode": text})

    def to_the_next_event(self):
        return self.clock("POST", {"advance": "next"})["fired"]

    def now(self):
        return _instant(self.clock("GET"))


class ThroughTheCommand(OverThePort):
    """Whatever `asm-emulator env` names, and `asm-emulator clock`."""

    def __init__(self, invoke, certs, subscription_id):
        self.asm = lambda *arguments: json.loads(invoke(*arguments, "--json", "--certs", certs).stdout)
        env = self.asm("env")
        super().__init__(
            env["ASM_EMULATOR_ENDPOINT"], env["SSL_CERT_FILE"], env["AZURE_MANAGEMENT_CERTFILE"], subscription_id
        )

    def of_one(self, *arguments):
        return self.asm("clock", *arguments, "--subscription", self.subscription_id)

    def mode(self, text):
        self.of_one("mode", text)

    def to_the_next_event(self):
        return self.of_one("advance", "next")["fired"]

    def now(self):
        return _instant(self.of_one("show"))


def _instant(shown):
    return datetime.fromisoformat(shown["now"])


@pytest.fixture(params=["in process", "over the port", "through the command"])
def api(request, world, emulated, invoke):
    subscription_id = str(uuid.uuid4())
    if request.param == "in process":
        yield InProcess(world, subscription_id)
        return
    if request.param == "over the port":
        client = emulated.default_identity().pem_path
        api = OverThePort(emulated.endpoint, emulated.ca_path, client, subscription_id, emulated.control_endpoint)
    else:
        api = ThroughTheCommand(invoke, emulated.settings.certs, subscription_id)
    yield api
    api.connection.close()


def _instance(element):
    """Return the status of an instance and, if it says more of it, what it does."""
    details = element.findtext(f"{NAMESPACE}InstanceStateDetails") or ""
    doing = re.search(r"\.\.\. (.*)\. \[", details)
    return (element.findtext(f"{NAMESPACE}InstanceStatus"), *([doing[1]] if doing else []))


class Follower:
    """Someone who calls the API and looks after every event."""

    def __init__(self, api):
        self.api, self.request_id = api, ""

    def ask(self, method, path, name="", wanted=202, **fields):
        inside = "".join(f"<{key}>{value}</{key}>" for key, value in fields.items())
        body = ROOT.format(name=name, inside=inside).encode() if name else b""
        status, headers, answer = self.api.call(method, f"services/hostedservices{path}", body)
        assert status == wanted, answer
        self.request_id = headers["x-ms-request-id"]
        return ET.fromstring(answer) if answer else None

    def look(self):
        """Return what the operation, the deployment and its instances are, as the API tells it."""
        _, _, answer = self.api.call("GET", f"operations/{self.request_id}", b"")
        operation = ET.fromstring(answer).findtext(f"{NAMESPACE}Status")
        status, _, answer = self.api.call("GET", "services/hostedservices/svc/deploymentslots/production", b"")
        if status == 404:
            return operation, "gone"
        found = ET.fromstring(answer)
        instances = [_instance(one) for one in found.iter(f"{NAMESPACE}RoleInstance")]
        assert instances[0] == instances[1], "its two instances go side by side"
        return operation, found.findtext(f"{NAMESPACE}Status"), *instances[0]

    def follow(self):
        """Return what there was to see from the last call until nothing is pending, one state after the other."""
        seen = [self.look()]
        while self.api.to_the_next_event():
            seen.append(self.look())
        return [now for before, now in zip([None, *seen], seen, strict=False) if now != before]


def test_a_deployment_is_followed_through_every_state_by_moving_the_clock(api):
    begun, client = time.monotonic(), Follower(api)
    api.mode("manual")
    first = api.now()
    label = b64encode(b"label").decode()
    client.ask("POST", "", "CreateHostedService", 201, ServiceName="svc", Label=label, Location="West US")

    client.ask(
        "POST",
        "/svc/deploymentslots/production",
        "CreateDeployment",
        Name="v1",
        PackageUrl="https://account.blob.core.windows.net/packages/app.cspkg",
        Label=label,
        Configuration=b64encode(CONFIGURATION.read_bytes()).decode(),
        StartDeployment="true",
    )
    assert client.follow() == [
        ("InProgress", "Deploying", "CreatingVM"),
        ("Succeeded", "Running", "CreatingVM"),
        ("Succeeded", "Running", "StartingVM"),
        ("Succeeded", "Running", "RoleStateUnknown"),
        ("Succeeded", "Running", "BusyRole", "System is initializing"),
        ("Succeeded", "Running", "BusyRole", "Calling OnRoleRun"),
        ("Succeeded", "Running", "ReadyRole"),
    ]

    client.ask("POST", "/svc/deployments/v1/?comp=status", "UpdateDeploymentStatus", Status="Suspended")
    assert client.follow() == [
        ("InProgress", "Suspending", "StoppingRole"),
        ("Succeeded", "Suspended", "StoppingRole"),
        ("Succeeded", "Suspended", "StoppingVM"),
        ("Succeeded", "Suspended", "StoppedVM"),
    ]

    client.ask("DELETE", "/svc/deployments/v1")
    assert client.follow() == [("InProgress", "Deleting", "StoppedVM"), ("Succeeded", "gone")]

    minutes_there, seconds_here = (api.now() - first).total_seconds() / 60, time.monotonic() - begun
    assert minutes_there > 1
    assert seconds_here < 60 * minutes_there / 10
