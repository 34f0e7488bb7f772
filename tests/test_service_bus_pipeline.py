"""Service Bus through the pipeline: who words a refusal, what stands around it, and what the log keeps of a call."""

from __future__ import annotations

import pytest

from emulator.domain import errors
from emulator.identity.authentication import Authentication
from emulator.pipeline import Call, Pipeline, Request, refusal_to
from emulator.surface import rows
from emulator.surface.operation import Surface
from emulator.wire.service_bus import CONNECT, SERVICE_BUS

ENTRY = '<entry xmlns="http://www.w3.org/2005/Atom"><content type="application/atom+xml">{}</content></entry>'
KEY = "U2VjcmV0V29yZA=="


@pytest.fixture
def ask(world, subscription):
    """Send a request about Service Bus, with a certificate that opens the subscription; return the answer."""
    pipeline = Pipeline(world, Surface(rows()), Authentication(world, lambda _certificate: True, strict=False))

    def ask(method, path, content="", **headers):
        body = ENTRY.format(content).encode() if content else b""
        url = f"/{subscription.id}/services/ServiceBus/{path}"
        answer = pipeline.answer(Request(method, url, "", "2014-06-01", b"certificate", "", lambda: body, **headers))
        subscription.advance_until_quiet(10)
        return answer

    return ask


def description(name, inside=""):
    return f'<{name} xmlns="{CONNECT}">{inside}</{name}>'


@pytest.fixture
def namespace(ask):
    assert (
        ask("PUT", "Namespaces/mynamespace", description("NamespaceDescription", "<Region>West US</Region>")).status
        == 200
    )
    return "Namespaces/mynamespace"


def test_that_service_bus_is_ill_is_told_by_the_front_end():
    call = Call(Request("GET", "/x", "", None, None, "", bytes))
    call.dialect, call.request_id = SERVICE_BUS, "id"

    refused, ill = (
        refusal_to(call, error()) for error in (errors.SERVICE_BUS_NAMESPACE_NOT_FOUND, errors.INTERNAL_ERROR)
    )

    assert (refused.status, [name for name, _ in refused.headers]) == (404, ["Content-Length", "Content-Type"])
    assert refused.body.startswith(b"<string ")
    assert ill.status == 500
    assert b"<Code>InternalError</Code>" in ill.body
    assert ("x-ms-request-id", "id") in ill.headers


def test_a_put_changes_what_is_there_only_with_an_if_match_header(ask, namespace):
    path = f"{namespace}/Queues/myqueue"
    queue = description("QueueDescription")

    statuses = [
        ask("PUT", path, queue, if_match="*").status,
        ask("PUT", path, queue).status,
        ask("PUT", path, queue).status,
        ask("PUT", path, queue, if_match="*").status,
    ]

    assert statuses == [404, 201, 409, 200]


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        ("", False),
        ("*/*", False),
        ("application/atom+xml", False),
        ("application/json", True),
        ("Application/JSON;q=1", True),
    ],
)
def test_metrics_are_json_for_who_asks_for_it(ask, namespace, accept, json):
    ask("PUT", f"{namespace}/Queues/myqueue", description("QueueDescription"))

    answer = ask("GET", f"{namespace}/Queues/myqueue/Metrics", accept=accept)

    assert answer.body.startswith(b"[{" if json else b"<feed ")
    assert (("Content-Type", "application/json; charset=utf-8") in answer.headers) == json


def test_namespaces_are_no_json_for_anybody(ask, namespace):
    assert ask("GET", namespace, accept="application/json").body.startswith(b"<?xml ")


def test_keys_are_not_in_the_log_of_operations(ask, namespace, subscription):
    inside = f"<Rights><AccessRights>Send</AccessRights></Rights><KeyName>mine</KeyName><PrimaryKey>{KEY}</PrimaryKey>"
    rule = description("SharedAccessAuthorizationRule", inside)
    assert ask("POST", f"{namespace}/AuthorizationRules", rule).status == 201
    assert ask("PUT", f"{namespace}/AuthorizationRules/mine", rule).status == 201
    queue = description(
        "QueueDescription", f"<AuthorizationRules><AuthorizationRule>{inside}</AuthorizationRule></AuthorizationRules>"
    )
    assert ask("PUT", f"{namespace}/Queues/myqueue", queue).status == 201
    assert ask("PUT", f"{namespace}/Queues/myqueue", queue, if_match="*").status == 200

    assert KEY not in str([one.parameters for one in subscription.operations.values()])
    assert [one.status for one in subscription.operations.values()] == ["Succeeded"] * 5
