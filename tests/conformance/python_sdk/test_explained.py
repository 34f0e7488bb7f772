"""A 409 that the SDK meets is explained: which operation holds the deployment, and when it clears."""

from __future__ import annotations

import base64
import re

import pytest
from azure.common import AzureConflictHttpError


@pytest.mark.asm(clock="manual")
def test_a_conflict_names_the_blocking_operation_and_when_it_clears(asm_sdk, asm_clock, asm_journal, configuration):
    sms = asm_sdk.service_management
    sms.create_hosted_service("svc", "label", location="West US")
    created = sms.create_deployment(
        "svc",
        "production",
        "dep",
        "https://account.blob.core.windows.net/packages/a.cspkg",
        "label",
        base64.b64encode(configuration("one-worker")).decode(),
        start_deployment=True,
    )
    with pytest.raises(AzureConflictHttpError) as refused:
        sms.delete_deployment("svc", "dep")
    (holder,) = re.findall("[0-9a-f]{32}", str(refused.value))
    assert holder == created.request_id.replace("-", "")

    shown = asm_journal.explain(asm_journal.entries[-1].request_id)["refused"]
    assert (shown["kind"], shown["refusal"]) == ("lock", "DEPLOYMENT_BUSY")
    assert (shown["held_by"]["id"], shown["held_by"]["name"]) == (holder, "CreateDeployment")
    assert shown["clears"]["in_seconds"] > 0

    asm_clock.advance(shown["clears"]["in_seconds"] - 1)
    with pytest.raises(AzureConflictHttpError):
        sms.delete_deployment("svc", "dep")
    asm_clock.advance(1)
    assert sms.get_operation_status(created.request_id).status == "Succeeded"
    sms.delete_deployment("svc", "dep")
