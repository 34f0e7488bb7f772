"""Hosted services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.domain import hosted_services, lookup
from emulator.domain.records import HostedService
from emulator.wire.common import (
    EXTENDED_PROPERTIES_IN,
    extended_properties_out,
    nothing,
    role_sizes,
    service_url,
)
from emulator.wire.contract import BASE64, BOOLEAN, DATE, Context, Contract, column, flat, group, many
from emulator.wire.deployments import DEPLOYMENT

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
    """The service adds two properties of its own from its builds of 2014 on."""
    if context.version < "2014-01-01":
        return service.extended_properties
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


_IDENTITY = (
    column("Url", get=lambda s, c: service_url(c, "hostedservices", s.name)),
    column("ServiceName", attribute="name"),
    PROPERTIES,
)
_WINRM = column(
    "DefaultWinRmCertificateThumbprint", attribute="default_win_rm_certificate_thumbprint", since="2012-03-01"
)

HOSTED_SERVICE = Contract(
    "HostedService",
    nothing,
    (
        *_IDENTITY,
        many(
            "Deployments",
            DEPLOYMENT,
            when="embed_detail",
            get=lambda s, _c: [(s, d) for d in s.deployments.values()],
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
            Contract("HostedService", nothing, (*_IDENTITY, _WINRM, role_sizes("2014-05-01", _sizes))),
            get=_listed,
        ),
    ),
)
