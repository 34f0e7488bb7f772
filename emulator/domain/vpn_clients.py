"""Computers that dial in to a gateway: the certificates that vouch for them, and the program that dials."""

from __future__ import annotations

from emulator.domain import errors_networks, gateways, x509
from emulator.domain.gateway_records import ClientRootCertificate, Gateway, GatewayWork
from emulator.domain.records import TrackedOperation
from emulator.domain.world import Subscription

MOST_CERTIFICATES = 20
ARCHITECTURES = ("Amd64", "X86")


def list_certificates(subscription: Subscription, virtual_network_name: str) -> list[ClientRootCertificate]:
    """Return the client root certificates of a virtual network's gateway, oldest first."""
    return list(gateways.provisioned(subscription, virtual_network_name).client_root_certificates.values())


def get_certificate(
    subscription: Subscription, virtual_network_name: str, certificate_thumbprint: str
) -> ClientRootCertificate:
    """Return a client root certificate."""
    return _find(gateways.provisioned(subscription, virtual_network_name), certificate_thumbprint)


def _find(gateway: Gateway, certificate_thumbprint: str) -> ClientRootCertificate:
    found = gateway.client_root_certificates.get(certificate_thumbprint.upper())
    if found is None:
        raise errors_networks.CLIENT_ROOT_CERTIFICATE_NOT_FOUND(thumbprint=certificate_thumbprint)
    return found


def add_certificate(
    subscription: Subscription, operation: TrackedOperation, command: bytes, virtual_network_name: str
) -> TrackedOperation:
    """Let a certificate vouch for those who dial in; at once (assumption 110)."""
    gateway = gateways.provisioned(subscription, virtual_network_name)
    try:
        der = x509.read_cer(command)
        subject, expires = x509.described(der)
    except ValueError as error:
        raise errors_networks.CLIENT_ROOT_CERTIFICATE_INVALID(why=str(error)) from None
    held, thumbprint = gateway.client_root_certificates, x509.thumbprint_of(der)
    if thumbprint in held:
        raise errors_networks.CLIENT_ROOT_CERTIFICATE_EXISTS(thumbprint=thumbprint)
    if len(held) >= MOST_CERTIFICATES:
        raise errors_networks.CLIENT_ROOT_CERTIFICATE_LIMIT(limit=MOST_CERTIFICATES)
    held[thumbprint] = ClientRootCertificate(thumbprint=thumbprint, subject=subject, expiration_time=expires, data=der)
    operation.gateway = GatewayWork(None)
    return operation


def delete_certificate(
    subscription: Subscription, operation: TrackedOperation, virtual_network_name: str, certificate_thumbprint: str
) -> TrackedOperation:
    """Let a certificate vouch for nobody any more."""
    gateway = gateways.provisioned(subscription, virtual_network_name)
    del gateway.client_root_certificates[_find(gateway, certificate_thumbprint).thumbprint]
    operation.gateway = GatewayWork(None)
    return operation


def generate_package(
    subscription: Subscription, operation: TrackedOperation, command: str, virtual_network_name: str
) -> TrackedOperation:
    """Accept to make the program that dials in; where it lies is the operation's data (assumption 111)."""
    gateway = gateways.provisioned(subscription, virtual_network_name)
    if not gateway.client_root_certificates:
        raise errors_networks.CLIENT_ROOT_CERTIFICATE_MISSING()
    if gateway.gateway_type == gateways.STATIC:
        raise errors_networks.GATEWAY_STATIC()
    wanted = next((one for one in ARCHITECTURES if one.lower() == command.lower()), None)
    if wanted is None:
        known = ", ".join(ARCHITECTURES)
        raise errors_networks.GATEWAY_PARAMETER(name="ProcessorArchitecture", value=command, known=known)
    gateways.accept(subscription, operation, gateways.free(gateway), None, "gateway.vpn_client_package")
    address = f"https://vpnclients.blob.core.windows.net/{gateway.id}/{wanted.lower()}.exe"
    operation.gateway = GatewayWork(None, address)
    return operation
