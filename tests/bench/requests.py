"""The requests of the bench as bytes; `load.NUMBER` stands where a number is put in."""

from __future__ import annotations

import base64
import hashlib
import hmac
from email.utils import formatdate

from tests.bench.load import NUMBER
from tests.bench.servers import SUBSCRIPTION, held

SERVICES = f"/{SUBSCRIPTION}/services/hostedservices"
NAMESPACE = 'xmlns="http://schemas.microsoft.com/windowsazure"'
AZURITE_ACCOUNT = "devstoreaccount1"
AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The key that Azurite's documentation publishes for its one account."""


def get_service(number: int = 0) -> bytes:
    """Get one of the services that are there."""
    return _request("GET", f"{SERVICES}/{held(number)}")


def list_services() -> bytes:
    """List all services."""
    return _request("GET", SERVICES)


def get_deployment() -> bytes:
    """Get the deployment of the first service."""
    return _request("GET", f"{SERVICES}/{held(0)}/deployments/deployment")


def list_disks() -> bytes:
    """List all disks."""
    return _request("GET", f"/{SUBSCRIPTION}/services/disks")


def get_disk() -> bytes:
    """Get the disk that was added first."""
    return _request("GET", f"/{SUBSCRIPTION}/services/disks/disk-000000")


def create_service(prefix: str) -> bytes:
    """Create the service of that prefix and the request's number."""
    name = prefix + NUMBER.decode()
    return _request(
        "POST",
        SERVICES,
        f"<CreateHostedService {NAMESPACE}><ServiceName>{name}</ServiceName><Label>bGFiZWw=</Label>"
        "<Location>West US</Location></CreateHostedService>",
    )


def delete_service(prefix: str) -> bytes:
    """Delete what `create_service` created."""
    return _request("DELETE", f"{SERVICES}/{prefix}{NUMBER.decode()}")


def list_buckets() -> bytes:
    """Ask moto for the buckets of an account without any."""
    return _request("GET", "/", host="s3.amazonaws.com")


def list_containers() -> bytes:
    """Ask Azurite for the containers of an account without any, signed as its protocol has it."""
    date, version = formatdate(usegmt=True), "2021-08-06"
    path = f"/{AZURITE_ACCOUNT}"
    signed = "GET" + "\n" * 12 + f"x-ms-date:{date}\nx-ms-version:{version}\n/{AZURITE_ACCOUNT}{path}\ncomp:list"
    digest = hmac.digest(base64.b64decode(AZURITE_KEY), signed.encode(), hashlib.sha256)
    authorization = f"SharedKey {AZURITE_ACCOUNT}:{base64.b64encode(digest).decode()}"
    return (
        f"GET {path}?comp=list HTTP/1.1\r\nHost: 127.0.0.1\r\nx-ms-date: {date}\r\nx-ms-version: {version}\r\n"
        f"Authorization: {authorization}\r\n\r\n"
    ).encode()


def _request(method: str, path: str, body: str = "", host: str = "localhost") -> bytes:
    length = len(body.replace(NUMBER.decode(), "000000"))
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nx-ms-version: 2014-10-01\r\nAccept: application/xml\r\n"
        f"Content-Type: application/xml\r\nContent-Length: {length}\r\n\r\n{body}"
    ).encode()
