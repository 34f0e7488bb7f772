"""A subscription's own quotas and timings: part of its plain data, and the catalog that follows from them."""

from __future__ import annotations

import msgspec
import pytest

from emulator.catalog import CatalogError
from emulator.domain.world import Subscription


def test_without_numbers_of_its_own_a_subscription_has_the_worlds_catalog(world, subscription):
    assert subscription.catalog is world.catalog


def test_numbers_of_its_own_are_in_its_catalog_and_in_no_other(world, subscription):
    subscription.override(quotas={"max_core_count": 2}, timings={"deployment.create": 5})
    assert (subscription.catalog.quotas.max_core_count, subscription.catalog.timings["deployment.create"]) == (2, 5)
    assert subscription.catalog is subscription.catalog
    assert world.catalog.quotas.max_core_count == 20


def test_what_is_not_given_stays_and_what_is_given_replaces(subscription):
    subscription.override(quotas={"max_core_count": 2}, timings={"deployment.create": 5})
    assert subscription.catalog.quotas.max_core_count == 2
    subscription.override(quotas={"max_dns_servers": 3})
    assert (subscription.quotas, subscription.timings) == ({"max_dns_servers": 3}, {"deployment.create": 5})
    assert subscription.catalog.quotas.max_core_count == 20
    subscription.override(quotas={}, timings={})
    assert subscription.catalog is subscription.world.catalog


@pytest.mark.parametrize("wrong", [{"quotas": {"max_core_count": -1}}, {"timings": {"no.such": 1}}])
def test_a_number_that_cannot_be_is_refused_and_changes_nothing(subscription, wrong):
    subscription.override(quotas={"max_core_count": 2})
    before = subscription.catalog
    with pytest.raises(CatalogError):
        subscription.override(**wrong)
    assert (subscription.quotas, subscription.timings) == ({"max_core_count": 2}, {})
    assert subscription.catalog is before


def test_a_subscription_that_was_written_out_and_read_again_has_the_same_numbers(world, subscription):
    subscription.override(quotas={"max_core_count": 2}, timings={"deployment.create": 5})
    again = world.take_in(msgspec.json.decode(msgspec.json.encode(subscription), type=Subscription))
    assert (again.catalog.quotas.max_core_count, again.catalog.timings["deployment.create"]) == (2, 5)
