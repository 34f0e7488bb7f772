"""Services that there may be or not: their rows are in the surface, or are not."""

from __future__ import annotations

import pytest

from emulator.domain.services import RESOURCE_TYPES, SERVICES
from emulator.surface import FAMILIES, rows
from emulator.surface.operation import Found, Surface

OF_NO_SERVICE = {row.family for row in rows()} - FAMILIES.keys()


def test_every_service_has_a_family_of_rows():
    assert set(FAMILIES.values()) == set(SERVICES)
    assert FAMILIES.keys() <= {row.family for row in rows()}
    assert {service for service in RESOURCE_TYPES.values() if service} <= set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_the_rows_of_a_service_are_there_with_it_and_only_then(service):
    family = next(name for name, one in FAMILIES.items() if one == service)
    assert {row.family for row in rows((service,))} == OF_NO_SERVICE | {family}
    others = [one for one in SERVICES if one != service]
    assert {row.family for row in rows(others)} == {row.family for row in rows()} - {family}


def test_without_any_service_compute_is_whole():
    assert {row.family for row in rows(("none",))} == OF_NO_SERVICE
    assert "hosted services" in OF_NO_SERVICE


@pytest.mark.parametrize("service", SERVICES)
def test_of_a_service_that_is_switched_off_no_path_is_known(service):
    with_it, without = Surface(rows()), Surface(rows([one for one in SERVICES if one != service]))
    family = next(name for name, one in FAMILIES.items() if one == service)
    for row in (one for one in rows() if one.family == family):
        query = {name: value or "x" for name, value in row.distinguishing.items()}
        request = row.method, row.segments, query, lambda row=row: row.body_root
        assert with_it.match(*request).operation.family == family
        found = without.match(*request)
        # What is below a cloud service may be an add-on of any provider: whether it is there, the domain knows.
        assert not isinstance(found, Found) or found.operation.name in {"CreateAddOn", "DeleteAddOn"}, row.name
