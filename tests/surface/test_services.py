"""Services that there may be or not: their rows are in the surface, or are not."""

from __future__ import annotations

import pytest

from emulator.domain.services import RESOURCE_TYPES, SERVICES
from emulator.surface import FAMILIES, rows

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
