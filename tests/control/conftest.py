"""What the tests of the control API share: an emulator, a subscription of its own for each test, and its API."""

from __future__ import annotations

import pytest
import requests
from azure.common import AzureHttpError
from azure.servicemanagement import ServiceManagementService

from emulator.embedded import Emulator


@pytest.fixture(scope="module")
def emulator():
    with Emulator() as running:
        yield running


@pytest.fixture
def identity(emulator):
    return emulator.identity()


@pytest.fixture
def sms(identity):
    return identity.sdk(ServiceManagementService)


@pytest.fixture
def control(emulator, identity):
    """Return a function that asks about a part of the subscription and returns what is answered, if all is well."""

    def ask(method, part, body=None, *, of=identity.subscription_id, **query):
        where = f"/subscriptions/{of}" if of else ""
        answer = requests.request(
            method, f"{emulator.control_endpoint}{where}/{part}", json=body, params=query, timeout=5
        )
        assert answer.ok, answer.text
        return answer.json()

    return ask


@pytest.fixture
def journal(control):
    """Return a function that returns the subscription's journal."""
    return lambda **query: control("GET", "journal", **query)["exchanges"]


@pytest.fixture
def refused(sms, journal, control):
    """Return a function that makes a call of the SDK that has to be refused, and returns what explains that."""

    def refused(call, *arguments, **keywords):
        with pytest.raises(AzureHttpError):
            getattr(sms, call)(*arguments, **keywords)
        return control("GET", f"explain/{journal()[-1]['request_id']}")

    return refused


@pytest.fixture
def raw(sms):
    """Return a function that sends a request of any path below the subscription's, and returns the answer."""

    def send(method, path, body=b"", certificate=None, version="2014-10-01"):
        return requests.request(
            method,
            f"https://{sms.host}/{sms.subscription_id}/{path}",
            data=body,
            headers={"x-ms-version": version} if version else {},
            cert=certificate or sms.cert_file,
            verify=sms.request_session.verify,
            timeout=5,
        )

    return send
