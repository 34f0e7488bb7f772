"""Rows: hosted services, and the swap of their deployments."""

from __future__ import annotations

from emulator.domain import deployments, hosted_services
from emulator.domain.refusals import SEEN
from emulator.surface import parameters
from emulator.surface.operation import Operation, Query
from emulator.wire import deployments as deployment_documents
from emulator.wire import hosted_services as documents

_ALL = "/{subscription_id}/services/hostedservices"
_ONE = "/{subscription_id}/services/hostedservices/{service_name}"
_FAMILY = "hosted services"

ROWS = (
    Operation(
        name="ListHostedServices",
        family=_FAMILY,
        method="GET",
        path=_ALL,
        since="2009-10-01",
        does=hosted_services.list_all,
        writes=documents.HOSTED_SERVICES,
        evidence=SEEN,
    ),
    Operation(
        name="CreateHostedService",
        family=_FAMILY,
        method="POST",
        path=_ALL,
        since="2010-10-28",
        reads=documents.CREATE_HOSTED_SERVICE,
        does=hosted_services.create,
        status=201,
        location=lambda subscription, made: f"subscriptions/{subscription}/compute/{made.name}",
        evidence=SEEN,
    ),
    Operation(
        name="IsDNSAvailable",
        family=_FAMILY,
        method="GET",
        path=f"{_ALL}/operations/isavailable/{{service_name}}",
        since="2012-03-01",
        does=hosted_services.check_availability,
        writes=documents.AVAILABILITY_RESPONSE,
        evidence=SEEN,
    ),
    Operation(
        name="GetHostedService",
        family=_FAMILY,
        method="GET",
        path=_ONE,
        since="2009-10-01",
        does=hosted_services.get,
        writes=documents.HOSTED_SERVICE,
        query=(Query("embed-detail", "embed_detail", parameters.boolean, shows=True),),
        evidence=SEEN,
    ),
    Operation(
        name="UpdateHostedService",
        family=_FAMILY,
        method="PUT",
        path=_ONE,
        since="2010-10-28",
        reads=documents.UPDATE_HOSTED_SERVICE,
        does=hosted_services.update,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteHostedService",
        family=_FAMILY,
        method="DELETE",
        path=_ONE,
        since="2010-10-28",
        does=hosted_services.delete,
        evidence=SEEN,
    ),
    Operation(
        name="DeleteHostedServiceWithMedia",
        family=_FAMILY,
        method="DELETE",
        path=f"{_ONE}?comp=media",
        since="2013-08-01",
        does=hosted_services.delete_with_media,
        status=202,
        accepted=True,
        evidence=SEEN,
    ),
    Operation(
        name="SwapDeployment",
        family=_FAMILY,
        method="POST",
        path=_ONE,
        since="2009-10-01",
        reads=deployment_documents.SWAP,
        does=deployments.swap,
        status=202,
        accepted=True,
    ),
)
