"""The OpenAPI document of the control API, made of its table of routes: so it says what is there, and all of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from emulator.control import metrics
from emulator.control.routes import PARAMETER

if TYPE_CHECKING:
    from emulator.control.routes import Route

VERSION = "3.1.0"
REFERENCES = "#/components/schemas/{name}"


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """What was wrong with a request."""

    error: str


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """Return the document of these routes."""
    routes = tuple(routes)
    types = [Refusal, *(kind for route in routes for kind in (route.body, route.query, route.answers) if kind)]
    schemas, components = msgspec.json.schema_components(types, ref_template=REFERENCES)
    of = dict(zip(map(repr, types), schemas, strict=True))
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, of, components)
    return {
        "openapi": VERSION,
        "info": {
            "title": "azure-asm-emulator control API",
            "version": "1",
            "description": "Steers an emulator of the classic Azure Service Management API.",
        },
        "paths": paths,
        "components": {
            "schemas": {name: one for name, one in components.items() if name not in _names_of_queries(routes)},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _names_of_queries(routes: Iterable[Route]) -> set[str]:
    return {route.query.__name__ for route in routes if route.query}


def _operation(route: Route, of: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"operationId": route.name, "summary": route.summary}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in PARAMETER.findall(route.path)
    ]
    if route.query:
        properties = components[route.query.__name__]["properties"]
        parameters += [{"name": name, "in": "query", "schema": schema} for name, schema in properties.items()]
    if parameters:
        shown["parameters"] = parameters
    if route.body:
        shown["requestBody"] = {"required": True, "content": {"application/json": {"schema": of[repr(route.body)]}}}
    media_type = metrics.MEDIA_TYPE if route.answers is str else "application/json"
    shown["responses"] = {
        str(route.status): {"description": "Done", "content": {media_type: {"schema": of[repr(route.answers)]}}},
        "default": {"description": "Refused", "content": {"application/json": {"schema": of[repr(Refusal)]}}},
    }
    shown["security"] = [] if route.open else [{}, {"token": []}]
    return shown
