"""The table of routes: the application has each of them and no other, and the document describes them."""

from __future__ import annotations

import re

import msgspec
import pytest
import requests

from emulator.control.api import create_control_app
from emulator.control.routes import PARAMETER, ROUTES


@pytest.fixture(scope="module")
def document(emulator):
    return requests.get(f"{emulator.control_endpoint}/openapi.json", timeout=5).json()


def test_the_document_has_every_route_of_the_application_and_no_other(emulator, document):
    described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    rules = create_control_app(emulator).url_map.iter_rules()
    served = {(m, re.sub(r"<(\w+)>", r"{\1}", r.rule)) for r in rules for m in r.methods - {"HEAD", "OPTIONS"}}
    assert described == served == {(route.method, route.path) for route in ROUTES}


def test_every_reference_leads_somewhere(document):
    wanted = set(re.findall(r"#/components/schemas/([\w.]+)", msgspec.json.encode(document).decode()))
    assert wanted
    assert wanted <= set(document["components"]["schemas"])


def test_it_is_openapi_with_names_of_their_own_and_words_for_everything(document):
    operations = [one for item in document["paths"].values() for one in item.values()]
    assert document["openapi"].startswith("3.1.")
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all(re.fullmatch(r"[a-z_]+", one["operationId"]) for one in operations)
    assert all(one["summary"].endswith((".", "1")) and one["responses"] for one in operations)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_the_parameters_of_a_route_are_described(document, route):
    described = document["paths"][route.path][route.method.lower()].get("parameters", [])
    assert [one["name"] for one in described if one["in"] == "path"] == PARAMETER.findall(route.path)
    names = route.query.__struct_fields__ if route.query else ()
    assert tuple(one["name"] for one in described if one["in"] == "query") == names


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if r.method == "GET" and "request_id" not in r.path], ids=lambda r: r.name
)
def test_what_a_route_answers_is_what_it_says(emulator, route):
    answer = requests.get(emulator.control_endpoint + PARAMETER.sub("some", route.path), timeout=5)
    assert answer.status_code == route.status
    if route.answers is not str:
        assert msgspec.json.decode(answer.content, type=route.answers, strict=True) is not None


def test_no_page_of_another_origin_may_read_an_answer(emulator):
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    for method in ("GET", "OPTIONS"):
        answer = requests.request(method, f"{emulator.control_endpoint}/health", headers=headers, timeout=5)
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a_path_that_there_is_not_is_refused_in_json(emulator):
    answer = requests.get(f"{emulator.control_endpoint}/nothing", timeout=5)
    assert (answer.status_code, list(answer.json())) == (404, ["error"])
