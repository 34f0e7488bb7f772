"""Affinity groups: their labels."""

from __future__ import annotations

import pytest

from emulator.domain import affinity_groups
from emulator.domain.affinity_groups import CreateAffinityGroup
from emulator.domain.refusals import ServiceError


def test_a_group_may_be_made_with_an_empty_label_but_not_with_a_long_one(subscription, operation):
    made = affinity_groups.create(
        subscription, operation(), CreateAffinityGroup(name="group", label=b"", location="West US")
    )
    assert made.label == b""
    with pytest.raises(ServiceError, match="longer than 100 characters"):
        affinity_groups.create(
            subscription, operation(), CreateAffinityGroup(name="other", label=b"l" * 101, location="West US")
        )
    assert [group.name for group in affinity_groups.list_all(subscription)] == ["group"]
