"""Certificates of application gateways, for listeners that speak HTTPS. Of a .pfx only the public part is kept."""

from __future__ import annotations

from emulator.domain import errors_application_gateways, errors_networks, names
from emulator.domain.application_gateway_records import (
    ApplicationGateway,
    ApplicationGatewayCertificate,
    ApplicationGatewayChange,
)
from emulator.domain.application_gateways import accept, find, free
from emulator.domain.records import TrackedOperation
from emulator.domain.service_certificates import AddServiceCertificate, public_part
from emulator.domain.world import Subscription


def list_all(subscription: Subscription, gateway_name: str) -> list[ApplicationGatewayCertificate]:
    """Return every certificate of an application gateway, oldest first."""
    return list(find(subscription, gateway_name).certificates.values())


def get(subscription: Subscription, gateway_name: str, certificate_name: str) -> ApplicationGatewayCertificate:
    """Return the certificate of that name."""
    return _find(find(subscription, gateway_name), certificate_name)


def add(
    subscription: Subscription,
    operation: TrackedOperation,
    command: AddServiceCertificate,
    gateway_name: str,
    certificate_name: str,
) -> TrackedOperation:
    """Accept a certificate; one that has the name already makes way (assumption 217)."""
    gateway = free(subscription, gateway_name)
    name = names.resource_name(certificate_name, errors_networks.GATEWAY_NAME)
    limit = subscription.catalog.limits.certificates_per_application_gateway
    if len({*gateway.certificates, name.lower()}) > limit:
        what = "certificates in an application gateway"
        raise errors_application_gateways.APPLICATION_GATEWAY_LIMIT(limit=limit, what=what)
    certificate = ApplicationGatewayCertificate(name=name, data=public_part(command))
    change = ApplicationGatewayChange(certificate=certificate)
    return accept(subscription, operation, gateway, "add_certificate", change=change)


def delete(
    subscription: Subscription, operation: TrackedOperation, gateway_name: str, certificate_name: str
) -> TrackedOperation:
    """Accept to take away a certificate that no listener names (assumption 217)."""
    gateway = free(subscription, gateway_name)
    key = _find(gateway, certificate_name).name.lower()
    for listener in gateway.configuration.http_listeners:
        if (listener.ssl_cert or "").lower() == key:
            raise errors_application_gateways.APPLICATION_GATEWAY_CERTIFICATE_IN_USE(
                certificate=certificate_name, listener=listener.name
            )
    return accept(subscription, operation, gateway, "delete_certificate", "certificate_deleted", what=(key,))


def _find(gateway: ApplicationGateway, name: str) -> ApplicationGatewayCertificate:
    found = gateway.certificates.get(name.lower())
    if found is None:
        raise errors_application_gateways.APPLICATION_GATEWAY_CERTIFICATE_NOT_FOUND(certificate=name, name=gateway.name)
    return found
