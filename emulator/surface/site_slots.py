"""Rows: slots of web sites. The site is named with the slot that is swapped: `name(slot)`."""

from __future__ import annotations

from emulator.domain import site_slots
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.surface.operation import Operation, Query
from emulator.wire import site_slots as documents
from emulator.wire.web_dialect import WEB_SITES

_FAMILY = "websites"
_SINCE = "2012-08-01"
_ONE = "/{subscription_id}/services/WebSpaces/{webspace_name}/sites/{website_name}"

ROWS = (
    Operation(
        name="GetSiteOperationStatus",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/operations/{{operation_id}}",
        since=_SINCE,
        does=site_slots.operation,
        writes=documents.OPERATION,
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="SwapSlots",
        family=_FAMILY,
        method="POST",
        path=f"{_ONE}/slots?Command=swap",
        since=_SINCE,
        does=site_slots.swap,
        writes=documents.OPERATION,
        query=(Query("targetSlot", "target_slot", required=True),),
        etag=lambda site: f'"{site.etag}"',
        speaks=WEB_SITES,
        evidence=SEEN,
    ),
    Operation(
        name="ApplySlotConfiguration",
        family=_FAMILY,
        method="POST",
        path=f"{_ONE}/applySlotConfig",
        since=_SINCE,
        does=site_slots.apply_configuration,
        query=(Query("targetSwapSlot", "target_swap_slot", required=True),),
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
    Operation(
        name="ResetSlotConfiguration",
        family=_FAMILY,
        method="POST",
        path=f"{_ONE}/resetSlotConfig",
        since=_SINCE,
        does=site_slots.reset_configuration,
        speaks=WEB_SITES,
        evidence=ASSUMED,
    ),
)
