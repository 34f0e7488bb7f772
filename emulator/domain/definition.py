"""A service definition as values: what a package says of the roles of a service.

Knows no archive and no XML: `wire/packages.py` reads a package into these values, `fitting.py` judges them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Literal

from msgspec import Struct

from emulator.domain.configuration import role_key

Policy = Literal["trust", "verify"]
"""What becomes of a package that cannot be seen: it is taken on trust, or the call fails."""
SDK_VERSION = "2.0.6493.2"
"""What is reported for a package that was not opened, or does not say; one of the recorded versions."""


class PackageError(ValueError):
    """A package cannot be read: the message says why, shortly, whatever its author wrote into it."""


class InputEndpoint(Struct, frozen=True):
    """An endpoint that the load balancer serves for all instances; without a local port it has the public one."""

    name: str
    protocol: str
    port: int
    local_port: int | None = None
    certificate: str | None = None


class InstanceInputEndpoint(Struct, frozen=True):
    """An endpoint of each single instance: the public port of instance n is `first_port` + n."""

    name: str
    protocol: str
    local_port: int
    first_port: int
    last_port: int


class LocalStorage(Struct, frozen=True):
    """A directory on the instances' disks."""

    name: str
    size_in_mb: int = 100


class RoleDefinition(Struct, frozen=True, kw_only=True):
    """A role as its author defined it: `kind` is WebRole or WorkerRole; settings and certificates are names.

    `imports` are plug-ins whose settings, endpoints and certificates the definition leaves to them;
    `os_families` those that the role can run on (none said: any).
    """

    name: str
    kind: str = "WebRole"
    vm_size: str = "Small"
    settings: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    input_endpoints: tuple[InputEndpoint, ...] = ()
    internal_endpoints: tuple[str, ...] = ()
    instance_input_endpoints: tuple[InstanceInputEndpoint, ...] = ()
    local_storage: tuple[LocalStorage, ...] = ()
    imports: tuple[str, ...] = ()
    os_families: tuple[str, ...] = ()


class PackageDefinition(Struct, frozen=True, kw_only=True):
    """What a package says of a service."""

    service_name: str
    roles: tuple[RoleDefinition, ...]
    upgrade_domain_count: int | None = None
    sdk_version: str = SDK_VERSION

    def role(self, name: str) -> RoleDefinition | None:
        """Return the role of that name, or None."""
        return next((role for role in self.roles if role_key(role.name) == role_key(name)), None)

    @property
    def public_endpoint_count(self) -> int:
        """How many input endpoints there are in all; two deployments that are swapped have equally many."""
        return sum(len(role.input_endpoints) + len(role.instance_input_endpoints) for role in self.roles)


Reader = Callable[[BinaryIO], PackageDefinition]
"""Reads a package of a file that can be sought in; raises PackageError, whatever the file holds."""
