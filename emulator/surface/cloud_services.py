"""Rows: cloud services and the add-ons in them."""

from __future__ import annotations

from operator import attrgetter

from emulator.domain import cloud_services
from emulator.domain.refusals import ASSUMED, SEEN
from emulator.surface.operation import Operation
from emulator.wire import cloud_services as documents

_ALL = "/{subscription_id}/cloudservices"
_ONE = f"{_ALL}/{{cloud_service_id}}"
_ADD_ON = f"{_ONE}/resources/{{provider_namespace}}/{{resource_type}}/{{resource_name}}"
_FAMILY = "store / cloud services"

ROWS = (
    Operation(
        name="ListCloudServices",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since="2012-08-01",
        does=cloud_services.list_all,
        writes=documents.CLOUD_SERVICES,
        evidence=SEEN,
    ),
    Operation(
        name="GetCloudService",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since="2012-08-01",
        does=cloud_services.find,
        writes=documents.CLOUD_SERVICE,
        etag=attrgetter("etag"),
        evidence=SEEN,
    ),
    Operation(
        name="CreateCloudService",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since="2012-08-01",
        reads=documents.CREATE_CLOUD_SERVICE,
        does=cloud_services.create,
        status=202,
        accepted=True,
        etag=attrgetter("etag"),
        evidence=SEEN,
    ),
    Operation(
        name="DeleteCloudService",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2012-08-01",
        does=cloud_services.delete,
        status=202,
        accepted=True,
    ),
    Operation(
        name="CreateAddOn",
        family=_FAMILY,
        method="PUT",
        path=_ADD_ON,
        since="2012-08-01",
        reads=documents.CREATE_ADD_ON,
        does=cloud_services.create_add_on,
        status=202,
        accepted=True,
        etag=attrgetter("etag"),
        evidence=SEEN,
    ),
    Operation(
        name="DeleteAddOn",
        family=_FAMILY,
        method="DELETE",
        path=_ADD_ON,
        since="2012-08-01",
        does=cloud_services.delete_add_on,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="EntitleResource",
        family="scheduler",
        method="POST",
        path="/{subscription_id}/EntitleResource",
        since="2012-08-01",
        reads=documents.ENTITLE_RESOURCE,
        does=cloud_services.entitle,
        status=202,
        accepted=True,
        evidence=ASSUMED,
    ),
)
