"""Rows: storage accounts."""

from __future__ import annotations

from emulator.domain import storage_accounts
from emulator.domain.refusals import SEEN
from emulator.surface.operation import Operation
from emulator.wire import storage_accounts as documents

_ALL = "/{subscription_id}/services/storageservices"
_ONE = "/{subscription_id}/services/storageservices/{service_name}"
_FAMILY = "storage accounts"

ROWS = (
    Operation(
        name="ListStorageServices",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since="2009-10-01",
        does=storage_accounts.list_all,
        writes=documents.STORAGE_SERVICES,
        evidence=SEEN,
    ),
    Operation(
        name="CreateStorageService",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since="2011-06-01",
        reads=documents.CREATE_STORAGE_SERVICE,
        does=storage_accounts.create,
        status=202,
        accepted=True,
        location=lambda subscription, made: f"subscriptions/{subscription}/storage/{made.name}",
        evidence=SEEN,
    ),
    Operation(
        name="IsStorageServiceAvailable",
        family=_FAMILY,
        method="GET",
        path=f"{_ALL}/operations/isavailable/{{service_name}}",
        since="2012-03-01",
        does=storage_accounts.check_availability,
        writes=documents.AVAILABILITY_RESPONSE,
        evidence=SEEN,
    ),
    Operation(
        name="GetStorageService",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since="2009-10-01",
        does=storage_accounts.find,
        writes=documents.STORAGE_SERVICE,
        evidence=SEEN,
    ),
    Operation(
        name="UpdateStorageService",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since="2011-06-01",
        reads=documents.UPDATE_STORAGE_SERVICE,
        does=storage_accounts.update,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteStorageService",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2011-06-01",
        does=storage_accounts.delete,
        evidence=SEEN,
    ),
    Operation(
        name="GetStorageKeys",
        family=_FAMILY,
        method="GET",
        path=f"{_ONE}/keys",
        since="2009-10-01",
        does=storage_accounts.find,
        writes=documents.STORAGE_SERVICE_KEYS,
        evidence=SEEN,
    ),
    Operation(
        name="RegenerateStorageServiceKeys",
        family=_FAMILY,
        method="POST",
        path=f"{_ONE}/keys?action=regenerate",
        since="2009-10-01",
        reads=documents.REGENERATE_KEYS,
        does=storage_accounts.regenerate_keys,
        writes=documents.STORAGE_SERVICE_KEYS,
        evidence=SEEN,
    ),
)
