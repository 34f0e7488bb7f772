"""Hosted services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.domain import hosted_services, lookup
from emulator.domain.records import Deployment, HostedService
from emulator.wire.common import (
    EXTENDED_PROPERTIES_IN,
    extended_properties_out,
    nothing,
    role_sizes,
    service_url,
)
from emulator.wire.contract import Contract, column, flat, group, many
from emulator.wire.deployments import DEPLOYMENT, is_known
from emulator.wire.values import BASE64, BOOLEAN, DATE
from emulator.wire.writing import Context

CREATE_HOSTED_SERVICE = Contract(
    "CreateHostedService",
    hosted_services.CreateHostedService,
    (
        column("ServiceName", required=True),
        column("Label", BASE64, required=True),
        column("Description"),
        column("Location"),
        column("AffinityGroup"),
        EXTENDED_PROPERTIES_IN,
        column("ReverseDnsFqdn", since="2014-06-01"),
    ),
)

UPDATE_HOSTED_SERVICE = Contract(
    "UpdateHostedService",
    hosted_services.UpdateHostedService,
    (
        column("Label", BASE64),
        column("Description"),
        EXTENDED_PROPERTIES_IN,
        column("ReverseDnsFqdn", since="2014-06-01"),
    ),
)

AVAILABILITY_RESPONSE = Contract(
    "AvailabilityResponse",
    nothing,
    (column("Result", BOOLEAN), column("Reason", nil=True, since="2013-03-01")),
)


def _properties(service: HostedService, context: Context) -> Mapping[str, str]:
    """The service adds two properties of its own."""
    location = lookup.location_of(context.subscription, service.location, service.affinity_group)
    return {**service.extended_properties, "ResourceGroup": service.name, "ResourceLocation": location}


PROPERTIES = group(
    "HostedServiceProperties",
    column("Description", nil=True),
    column("AffinityGroup"),
    column("Location"),
    column("Label", BASE64),
    column("Status", since="2012-03-01"),
    column("DateCreated", DATE, since="2012-03-01"),
    column("DateLastModified", DATE, since="2012-03-01"),
    extended_properties_out(_properties),
    column("ReverseDnsFqdn", since="2014-06-01"),
)


def _sizes(service: HostedService, context: Context) -> Any:
    name = lookup.location_of(context.subscription, service.location, service.affinity_group)
    return context.subscription.catalog.location(name)


_NAME = (
    column("Url", get=lambda s, c: service_url(c, "hostedservices", s.name)),
    column("ServiceName", attribute="name"),
)
_LISTED_PROPERTIES = replace(PROPERTIES, since="2012-03-01")
"""Before that the list told names only."""
_WINRM = column(
    "DefaultWinRmCertificateThumbprint", attribute="default_win_rm_certificate_thumbprint", since="2012-03-01"
)


def _deployments(service: HostedService, context: Context) -> list[tuple[HostedService, Deployment]]:
    """The service showed the staging deployment first."""
    found = (service.deployments.get("Staging"), service.deployments.get("Production"))
    return [(service, deployment) for deployment in found if deployment is not None and is_known(deployment, context)]


HOSTED_SERVICE = Contract(
    "HostedService",
    nothing,
    (
        *_NAME,
        PROPERTIES,
        many(
            "Deployments",
            DEPLOYMENT,
            when="embed_detail",
            get=_deployments,
        ),
        _WINRM,
    ),
)


def _listed(services: list[HostedService], context: Context) -> list[HostedService]:
    """Versions that know no virtual machines do not see the services that hold some."""
    if context.version >= "2012-03-01":
        return services
    return [s for s in services if not any(d.of_virtual_machines for d in s.deployments.values())]


HOSTED_SERVICES = Contract(
    "HostedServices",
    nothing,
    (
        flat(
            Contract("HostedService", nothing, (*_NAME, _LISTED_PROPERTIES, _WINRM, role_sizes("2014-05-01", _sizes))),
            get=_listed,
        ),
    ),
)
