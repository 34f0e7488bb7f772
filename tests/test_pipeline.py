"""What is left of a call when it was answered."""

from __future__ import annotations

import gc
import weakref

import pytest

from emulator.domain.world import READS
from emulator.identity.authentication import Authentication
from emulator.pipeline import KEPT_NAME, NO_ID, Pipeline, Request
from emulator.surface import rows
from emulator.surface.operation import Surface

CREATE = (
    b'<CreateHostedService xmlns="http://schemas.microsoft.com/windowsazure"><ServiceName>a</ServiceName>'
    b"<Label>bA==</Label><Location>Nowhere</Location></CreateHostedService>"
)


class Witness:
    """Remembers the calls that it saw, and keeps none of them."""

    def __init__(self):
        self.seen = []

    def reached(self, _call):
        return None

    def answered(self, call, answer):
        self.seen.append(weakref.ref(call))
        return answer


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/services/hostedservices", b"", 200),
        ("GET", "/services/hostedservices/nobody", b"", 404),
        ("GET", "/services/nothing", b"", 404),
        ("GET", "/operations/" + "0" * 32, b"", 404),
        ("POST", "/services/hostedservices", CREATE, 400),
        ("POST", "/services/hostedservices", b"<no xml", 400),
        ("PUT", "/services/networking/media", b"<NetworkConfiguration><a/></NetworkConfiguration>", 400),
    ],
)
def test_nothing_is_left_of_a_call_for_the_collector(world, subscription, method, path, body, status):
    witness = Witness()
    authentication = Authentication(world, lambda _certificate: True, strict=False)
    pipeline = Pipeline(world, Surface(rows()), authentication, [witness])
    gc.disable()
    try:
        request = Request(method, f"/{subscription.id}{path}", "", "2014-10-01", b"certificate", "", lambda: body)
        assert pipeline.answer(request).status == status
        assert [seen() for seen in witness.seen] == [None]
    finally:
        gc.enable()


def test_the_request_id_of_a_read_is_that_of_one_that_succeeded_and_of_nothing_else(world, subscription):
    pipeline = Pipeline(world, Surface(rows()), Authentication(world, lambda _certificate: True, strict=False))

    def get(path):
        request = Request("GET", f"/{subscription.id}{path}", "", "2014-10-01", b"certificate", "", bytes)
        answer = pipeline.answer(request)
        return answer.status, dict(answer.headers)["x-ms-request-id"], answer.body

    status, read, _ = get("/services/hostedservices")
    refused, lost, _ = get("/services/hostedservices/nobody")
    told, _, body = get(f"/operations/{read}")

    assert (status, refused, told) == (200, 404, 200)
    assert b"<Status>Succeeded</Status><HttpStatusCode>200</HttpStatusCode>" in body
    assert get(f"/operations/{lost}")[0] == 404, "nobody has seen what is told of a refused read"
    assert get(f"/operations/{NO_ID}")[0] == 404
    assert not subscription.operations
    for _ in range(READS):
        get("/locations")
    assert get(f"/operations/{read}")[0] == 404, "the latest are remembered, not all"


def test_however_long_a_name_is_no_more_than_its_beginning_is_remembered_or_told(world, subscription):
    pipeline = Pipeline(world, Surface(rows()), Authentication(world, lambda _certificate: True, strict=False))
    path = f"/{subscription.id}/services/hostedservices/{'x' * 50_000}"
    answer = pipeline.answer(Request("DELETE", path, "", "2014-10-01", b"certificate", "", bytes))
    (operation,) = subscription.operations.values()
    assert answer.status == 400
    assert operation.object_id == path[:KEPT_NAME]
    assert operation.parameters["serviceName"] == "x" * KEPT_NAME
    path = f"/{subscription.id}/services/sqlservers/servers/{'x' * 50_000}"
    answer = pipeline.answer(Request("DELETE", path, "", "2014-10-01", b"certificate", "", bytes))
    assert answer.status == 404
    assert b"x" * 1000 in answer.body
    assert len(answer.body) < 5000
